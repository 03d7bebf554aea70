"""From raw hits to findings: worded, weighed, placed, and in reading order."""

from __future__ import annotations

from collections.abc import Container, Iterable
from typing import Any

from contract_kit.findings import Finding, Location, Part, Severity
from contract_kit.judge.documents import Document, Problem
from contract_kit.judge.layout import Layout
from contract_kit.judge.runner import Judged
from contract_kit.rules import BY_CODE

_UNSAID = ("message", "hint", "position")
"""Parameters of rules on text that are the message itself, not part of a fingerprint."""


def findings(
    hits: Iterable[Judged],
    raised: Container[str],
    layout: Layout,
    document: Document | None,
    source: str | None,
    index: int,
) -> tuple[Finding, ...]:
    """The findings of one input. ``raised`` are the rules whose warnings count as errors."""
    placed = []
    for hit in hits:
        pointer = layout.pointer(hit.location)
        at = hit.params.get("position") if hit.rule.on == "text" else None
        position = at if isinstance(at, tuple) else document.position(pointer) if document else None
        severity = Severity.ERROR if hit.severity is Severity.WARNING and hit.rule.code in raised else hit.severity
        line, column = position or (None, None)
        placed.append(
            Finding(
                code=hit.rule.code,
                severity=severity,
                evidence=hit.evidence,
                message=hit.rule.message.format_map(hit.params),
                hint=hit.rule.hint.format_map(hit.params),
                location=hit.location,
                facts=hit.facts,
                consequence=hit.consequence,
                params={name: value for name, value in hit.params.items() if name not in _UNSAID},
                value=hit.value,
                source=source,
                index=index,
                pointer=pointer,
                line=line,
                column=column,
            )
        )
    return tuple(sorted(placed, key=_reading_order))


def text_hit(problem: Problem, kind: str) -> Judged:
    """A problem of a text as a raw hit of its rule."""
    rule = BY_CODE[problem.kind]
    part = Part.REQUEST_BODY if kind in ("request", "exchange") else Part.RESPONSE_BODY
    position = (problem.line, problem.column)
    params = {"message": problem.message, "hint": problem.hint, "position": position}
    location = Location(part, problem.pointer or ())
    return Judged(rule, location, params, None, rule.consequence, rule.severity, rule.evidence, rule.facts)


def told_once(found: list[Judged], text: list[Judged]) -> list[Judged]:
    """Without what the schema says of a value that is no JSON: that it is NaN has been said."""
    spoilt = {hit.location.pointer for hit in text if hit.rule.code == "json-not-finite"}
    return [hit for hit in found if hit.rule.on != "schema" or hit.location.pointer not in spoilt] if spoilt else found


def _reading_order(finding: Finding) -> tuple[Any, ...]:
    steps = tuple((isinstance(step, str), step if isinstance(step, int) else 0, str(step)) for step in finding.pointer)
    return (finding.line or 0, finding.column or 0, steps, -finding.severity.rank, finding.code)
