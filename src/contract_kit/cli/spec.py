"""``contract-kit spec``: the contract as an OpenAPI document."""

from __future__ import annotations

import argparse
import json
from typing import Any

from contract_kit.cli.common import CLEAN, Commands, Parser, one_of
from contract_kit.cli.writing import check_output, deliver

_EPILOG = """\
examples:
  contract-kit spec > openapi.yaml
  contract-kit spec --format json --org my-org.yaml
"""

COMMANDS: Commands = {}


def configure(parser: Parser) -> None:
    """Declare description and arguments."""
    parser.description = "Print the contract, an OpenAPI 3.1 document; with --org, with what the profile settles written in."
    parser.epilog = _EPILOG
    parser.add_argument(
        "--format", type=one_of("yaml", "json"), default="yaml", metavar="FORMAT", help="yaml, json (default: yaml)"
    )
    parser.add_argument("--org", metavar="FILE", help="the org profile")
    parser.add_argument("--output", metavar="FILE", help="write it there instead of to standard output")


def run(options: argparse.Namespace) -> int:
    """Print the document."""
    from contract_kit.contract import Contract

    if options.output is not None:
        check_output(options.output)
    if options.org is None and options.format == "yaml":
        text = Contract.bundled_text()
    else:
        contract = Contract.bundled()
        document: Any = contract.document
        if options.org is not None:
            document = contract.for_org(options.org).effective_document()
        text = _json(document) if options.format == "json" else _yaml(document)
    deliver(text, options.output, machine=True)
    return CLEAN


def _json(document: Any) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _yaml(document: Any) -> str:
    import yaml

    class Dumper(yaml.SafeDumper):
        def ignore_aliases(self, data: Any) -> bool:
            return True

    text: str = yaml.dump(document, Dumper=Dumper, sort_keys=False, allow_unicode=True, width=110)
    return text
