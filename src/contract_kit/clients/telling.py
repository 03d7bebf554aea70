"""Findings and outcomes in the few lines that an exception or a log has room for. Never with personal data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from contract_kit.findings import Finding
from contract_kit.report import InputResult
from contract_kit.reporters.words import grounds, marks, outcome, plain
from contract_kit.showing import kind_of


def told_of(findings: Iterable[Finding], indent: str = "") -> Iterator[str]:
    """Lines on each finding: the place, what is wrong, what stands there instead, and the way out."""
    for finding in findings:
        yield f"{indent}{finding.severity.value} at {place(finding)} [{marks(finding)}]"
        yield f"{indent}    {plain(finding.message)}"
        if finding.value is not None and not isinstance(finding.value, dict):
            yield f"{indent}    found: {kind_of(finding.value)}"
        hint = f"hint: {plain(finding.hint)} " if finding.hint else ""
        yield f"{indent}    {hint}({grounds(finding)})"


def told(result: InputResult) -> str:
    """What a server does with a request, or what an answer says, in a phrase: ``would be refused: 3217``."""
    return outcome(result)


def place(finding: Finding) -> str:
    """The place in the exchange, and in the text where that is known: ``$request.body#/profiles/0/source, line 4:15``."""
    where = plain(finding.location.expression)
    return where if finding.line is None else f"{where}, line {finding.line}:{finding.column}"
