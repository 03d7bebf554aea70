"""``contract-kit org import-extended-fields``: the API's list of extended fields as the profile's section."""

from __future__ import annotations

import argparse

from contract_kit.cli.common import CLEAN, Commands, Parser
from contract_kit.cli.writing import deliver
from contract_kit.errors import InputError
from contract_kit.org.extended import import_extended_fields, to_yaml
from contract_kit.records import Source, read

COMMANDS: Commands = {}
_EPILOG = """\
examples:
  contract-kit org import-extended-fields answer.json >> my-org.yaml
  curl … | contract-kit org import-extended-fields - > fields.yaml
"""


def configure(parser: Parser) -> None:
    """Declare description and arguments."""
    parser.description = (
        "Turn an answer of GET /v2/extendedFields, in either published shape, into the profile's section extendedFields.\n"
        "What the answer does not tell is said in comments."
    )
    parser.epilog = _EPILOG
    parser.add_argument("file", metavar="FILE", help="the answer as it came, JSON; - for standard input")


def run(options: argparse.Namespace) -> int:
    """Print the section."""
    record = next(read(Source(options.file, "json")))
    called = "<stdin>" if options.file == "-" else options.file
    problem = next(iter(record.document.problems), None)
    if problem is not None and problem.kind != "json-duplicate-key":
        raise InputError(problem.message, hint=problem.hint, source=called, line=problem.line, column=problem.column)
    try:
        section, notes = import_extended_fields(record.document.value)
    except InputError as error:
        raise InputError(error.message, hint=error.hint, source=called) from None
    deliver(to_yaml(section, notes), None, machine=True)
    return CLEAN
