"""The report as Markdown for the summary of a job: the verdict, a row for each finding, and the suites."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from contract_kit.fuzz.findings import FuzzFinding
from contract_kit.fuzz.output import Manner, headline, verdict
from contract_kit.fuzz.report import FuzzReport
from contract_kit.reporters.words import plain

ROWS = 200
"""So many findings are shown; a job's summary may have 1 MiB."""
LONGEST = 600
_SIGNS = {ord(sign): f"\\{sign}" for sign in "\\`*_[]#~|!"}


def render(report: FuzzReport, *, manner: Manner) -> str:
    """A heading with the verdict, the counts, and two tables."""
    return "\n\n".join(_parts(report, manner)) + "\n"


def _parts(report: FuzzReport, manner: Manner) -> Iterator[str]:
    yield f"### contract-kit fuzz: {verdict(report, manner)}"
    org = f", org profile {_text(report.org)}" if report.org else ""
    yield f"{_text(headline(report))}. Judged by contract {_text(report.contract)}{org}."
    if manner.trouble:
        yield _text(manner.trouble)
    if report.findings:
        rows = ["| | what is wrong | code | expected | came | fingerprint |", "| --- | --- | --- | --- | --- | --- |"]
        yield "\n".join((*rows, *(_row(finding) for finding in report.findings[:ROWS])))
        if report.findings[ROWS:]:
            yield f"… and {len(report.findings) - ROWS} more."
    rows = ["| suite | planned | done | not tested |", "| --- | ---: | ---: | ---: |"]
    rows += [f"| {name} | {one.planned} | {one.done} | {one.not_tested} |" for name, one in report.suites.items()]
    yield "\n".join(rows)
    notes = [*([f"Ended: {report.over}"] if report.over else []), *report.notes]
    if notes:
        yield "\n".join(f"- {_text(note)}" for note in notes)


def _row(finding: FuzzFinding) -> str:
    said = _text(finding.message) + f" ({_text(' '.join((finding.evidence.value, *finding.mismatch.facts)))})"
    if finding.suppressed is not None:
        said += f"<br>muted: {_text(finding.suppressed)}"
    weight = finding.severity.value + (", flaky" if finding.flaky else "")
    cells = (
        f"**{weight}**" if finding.suppressed is None else weight,
        said,
        f"<code>{finding.code}</code>",
        _text(finding.mismatch.expected),
        _text(finding.mismatch.actual),
        f"<code>{finding.fingerprint}</code>",
    )
    return f"| {' | '.join(cells)} |"


def _text(text: str) -> str:
    """A text with no sign that Markdown or HTML would take for its own, and that calls nobody by an ``@``."""
    cut = text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
    return escape(plain(cut), quote=False).translate(_SIGNS).replace("@", "&#64;")
