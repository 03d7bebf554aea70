"""``contract-kit rules``: the list of rules, with what a server answers where one is broken.

A code with a question mark is likely, but documented nowhere.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from contract_kit.cli.common import CLEAN, Commands, Parser, one_of
from contract_kit.cli.writing import deliver
from contract_kit.rule import Rule

if TYPE_CHECKING:
    from contract_kit.cli.answers import Answers

_HEAD = ("code", "severity", "evidence", "looks at", "API code", "what it finds")
_EPILOG = """\
examples:
  contract-kit rules
  contract-kit rules --format markdown > rules.md
  contract-kit explain source-unknown
"""

COMMANDS: Commands = {}


def configure(parser: Parser) -> None:
    """Declare description and arguments."""
    parser.description = (
        "List the rules that payloads are judged by, and the API codes of the server's answer where one is broken.\n"
        "A code with a question mark is likely, but documented nowhere."
    )
    parser.epilog = _EPILOG
    parser.add_argument(
        "--format",
        type=one_of("text", "json", "markdown"),
        default="text",
        metavar="FORMAT",
        help="text, json, markdown (default: text)",
    )


def run(options: argparse.Namespace) -> int:
    """Print the list."""
    from contract_kit.cli.answers import answers
    from contract_kit.contract import Contract

    contract = Contract.bundled()
    rules = [(rule, answers(contract, rule)) for rule in contract.rules]
    said = {"text": _table, "markdown": markdown, "json": _json}[options.format](rules)
    deliver(said, None, machine=options.format != "text")
    return CLEAN


def _data(rule: Rule, answered: Answers) -> dict[str, Any]:
    return {
        "code": rule.code,
        "severity": rule.severity.value,
        "evidence": rule.evidence.value,
        "on": rule.on,
        "title": rule.title,
        "explanation": rule.explanation,
        "message": rule.message,
        "hint": rule.hint,
        "facts": list(rule.facts),
        "needs": list(rule.needs),
        "effects": list(dict.fromkeys(one.effect.value for one in answered.consequences)),
        "api_codes": list(answered.certain),
        "likely_codes": list(answered.likely),
    }


def _row(rule: Rule, answered: Answers) -> tuple[str, ...]:
    codes = ", ".join((*map(str, answered.certain), *(f"{code}?" for code in answered.likely)))
    return (rule.code, rule.severity.value, rule.evidence.value, rule.on, codes, rule.title)


def _table(rules: Sequence[tuple[Rule, Answers]]) -> str:
    rows = [_HEAD, *(_row(*each) for each in rules)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEAD) - 1)]
    lines = ("  ".join((*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[-1])) for row in rows)
    return "\n".join(lines) + "\n"


def markdown(rules: Sequence[tuple[Rule, Answers]]) -> str:
    rows = ["| " + " | ".join(_HEAD) + " |", "|" + " --- |" * len(_HEAD)]
    for each in rules:
        code, *rest = (cell.replace("|", "\\|") for cell in _row(*each))
        rows.append("| " + " | ".join((f"`{code}`", *rest)) + " |")
    return "\n".join(rows) + "\n"


def _json(rules: Sequence[tuple[Rule, Answers]]) -> str:
    return json.dumps([_data(*each) for each in rules], ensure_ascii=False, indent=2) + "\n"
