"""From raw hits to findings: worded, weighed, placed, and in reading order."""

from __future__ import annotations

from collections.abc import Container, Iterable
from typing import Any, NamedTuple

from contract_kit.findings import Consequence, Finding, Part, Pointer, Severity
from contract_kit.judge.documents import Document, Problem
from contract_kit.judge.layout import Layout
from contract_kit.judge.runner import Judged
from contract_kit.rules import BY_CODE

_UNSAID = ("message", "hint", "why", "suggestion", "at", "position", "first")
"""Parameters that are wording, or places that move when items are added: not part of a fingerprint."""


class _TextPlace(NamedTuple):
    """Where a text is at fault: the path of the value, and the place of the fault itself."""

    pointer: Pointer
    line: int
    column: int


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
        at = hit.params.get("at")
        pointer = at.pointer if isinstance(at, _TextPlace) else layout.pointer(hit.location)
        position = document.position(pointer) if document is not None else None
        if isinstance(at, _TextPlace):
            position = (at.line, at.column)
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


def text_hit(problem: Problem, layout: Layout, kind: str) -> Judged:
    """A problem of a text as a raw hit of its rule. What a server makes of it is only said where the text, or the value at
    fault, is the body of a request."""
    rule = BY_CODE[problem.kind]
    at = _TextPlace(problem.pointer or (), problem.line, problem.column)
    params = {"message": problem.message, "hint": problem.hint, "at": at}
    location = layout.location(problem.pointer or ())
    is_body = problem.pointer is not None or (kind == "request" and layout.is_bare)
    sent = location.part is Part.REQUEST_BODY and is_body
    consequence = rule.consequence if sent else Consequence()
    return Judged(rule, location, params, None, consequence, rule.severity, rule.evidence, rule.facts)


def told_once(found: list[Judged], text: list[Judged]) -> list[Judged]:
    """What was found, without what has been said of the text: what it holds that is no JSON, and what the schema makes of
    that."""
    if not text:
        return found
    codes = {hit.rule.code for hit in text}
    spoilt = {hit.location for hit in text if hit.rule.code == "json-not-finite"}
    return [
        hit
        for hit in found
        if not (hit.rule.on == "text" and hit.rule.code in codes)
        and not (hit.rule.on == "schema" and hit.location in spoilt)
    ]


def _reading_order(finding: Finding) -> tuple[Any, ...]:
    steps = tuple((isinstance(step, str), step if isinstance(step, int) else 0, str(step)) for step in finding.pointer)
    return (finding.line or 0, finding.column or 0, steps, -finding.severity.rank, finding.code)
