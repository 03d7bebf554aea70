"""``contract-kit org init``: a profile to fill in."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from contract_kit.cli.common import CLEAN, Commands, Parser
from contract_kit.cli.writing import check_output, deliver
from contract_kit.errors import UsageError
from contract_kit.org.template import template

COMMANDS: Commands = {}
_EPILOG = """\
examples:
  contract-kit org init my-org.yaml
  contract-kit org init > my-org.yaml
"""


def configure(parser: Parser) -> None:
    """Declare description and arguments."""
    parser.description = (
        "Write an org profile in which every key is explained and commented out, to FILE or to standard output."
    )
    parser.epilog = _EPILOG
    parser.add_argument("file", nargs="?", metavar="FILE", help="where to; a file that is there is left alone")
    parser.add_argument("--force", action="store_true", help="overwrite a file that is there")


def run(options: argparse.Namespace) -> int:
    """Write the profile."""
    file: str | None = None if options.file == "-" else options.file
    if file is not None:
        check_output(file)
        if (Path(file).exists() or Path(file).is_symlink()) and not options.force:
            raise UsageError(f"{file} is there already", hint="Name another file, or overwrite it with --force")
    deliver(template(), file, machine=True)
    if file is not None:
        print(f"{file} written; fill it in, then: contract-kit org check {file}", file=sys.stderr)
    return CLEAN
