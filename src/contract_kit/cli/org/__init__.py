"""``contract-kit org``: check a profile, begin one, and fill in its extended fields."""

from __future__ import annotations

import argparse

from contract_kit.cli.common import TROUBLE, Commands, Parser, listing

COMMANDS: Commands = {
    "check": ("check", "say what a profile knows, or what is wrong in it"),
    "init": ("init", "write a commented profile to fill in"),
    "import-extended-fields": ("fields", "turn an answer of GET /v2/extendedFields into the profile's section"),
}
_EPILOG = """\
examples:
  contract-kit org init my-org.yaml
  contract-kit org check my-org.yaml
  contract-kit org import-extended-fields answer.json >> my-org.yaml
"""


def configure(parser: Parser) -> None:
    """Declare description and arguments."""
    parser.description = f"What an organisation has configured: its profile, one YAML file.\n\n{listing(COMMANDS)}"
    parser.epilog = _EPILOG


def run(options: argparse.Namespace) -> int:
    """A group does nothing itself."""
    return TROUBLE
