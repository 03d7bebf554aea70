"""The report as Markdown for the summary of a job or a comment: the verdict first, then one row for each rule.

GitHub shows a summary of at most 1 MiB, so findings are joined by rule and severity, and texts from outside are cut.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from contract_kit.findings import Finding, Severity
from contract_kit.report import Report
from contract_kit.reporters import Options
from contract_kit.reporters.text import headline
from contract_kit.reporters.words import grounds, place, plain
from contract_kit.showing import count, revealed

PLACES = 5
"""So many places are named for each rule."""
MESSAGES = 3
"""So many of the messages of a rule that differ are shown."""
LONGEST = 300
"""Longer texts are cut: a message may hold a key, and a place a path, of any length."""

_SIGNS = {ord(sign): f"\\{sign}" for sign in "\\`*_[]#~|!"}


def render(report: Report, *, options: Options) -> str:
    """A heading with the verdict, the counts, a table of findings, and what could not be checked, folded."""
    return "\n\n".join(_parts(report, options)) + "\n"


def _parts(report: Report, options: Options) -> Iterator[str]:
    verdict = "failed" if report.fails(options.fail_on) else "incomplete" if options.unread else "passed"
    yield f"### contract-kit validate: {verdict}"
    yield f"{_text(headline(report))}. {_judged_by(report)}"
    if options.unread:
        yield "Not judged:"
        yield "\n".join(f"- {_text(why)}" for why in options.unread[:PLACES])
        if options.unread[PLACES:]:
            yield f"… and {len(options.unread) - PLACES} more."
    groups = _groups(list(report.findings))
    if groups:
        rows = ["| | what is wrong, and the way out | rule | API | where |", "| --- | --- | --- | --- | --- |"]
        yield "\n".join((*rows, *(_row(group, options) for group in groups)))
        yield "`contract-kit explain RULE` tells more of a rule, and shows examples."
    if report.not_checked:
        gaps = "\n".join(f"- {_code(gap.section)}: {', '.join(map(_code, gap.rules))}" for gap in report.not_checked)
        total = sum(len(gap.rules) for gap in report.not_checked)
        lacking = "without an org profile" if report.org is None else "for want of sections in the org profile"
        summary = f"<summary>{count(total, 'rule')} not checked {lacking}</summary>"
        yield f"<details>{summary}\n\n{gaps}\n\n</details>"


def _judged_by(report: Report) -> str:
    org = f", org profile {_code(report.org)}" if report.org is not None else ""
    return f"Judged by contract {_text(report.contract)}{org}."


def _groups(findings: Sequence[Finding]) -> list[list[Finding]]:
    """The findings of a rule together, heaviest first."""
    groups: dict[tuple[Severity, str], list[Finding]] = {}
    for finding in findings:
        groups.setdefault((finding.severity, finding.code), []).append(finding)
    return sorted(groups.values(), key=lambda group: -group[0].severity.rank)


def _row(group: Sequence[Finding], options: Options) -> str:
    first = group[0]
    said = _messages(group, options)
    if first.hint:
        said.append(f"{_text(first.hint)} ({_text(grounds(first))})")
    places = [_code(place(finding)) for finding in group[:PLACES]]
    if len(group) > PLACES:
        places.append(f"and {len(group) - PLACES} more")
    times = f" ({len(group)} times)" if len(group) > 1 else ""
    code = "" if first.api_code is None else str(first.api_code)
    cells = (f"**{first.severity.value}**{times}", "<br>".join(said), _code(first.code), code, "<br>".join(places))
    return f"| {' | '.join(cells)} |"


def _messages(group: Sequence[Finding], options: Options) -> list[str]:
    """What the findings of a rule say, each text once, with the values at fault where they are asked for."""
    said: dict[str, None] = {}
    for finding in group:
        got = options.show_values and finding.value is not None
        said[_text(finding.message) + (f" (got {_code(revealed(finding.value))})" if got else "")] = None
    texts = list(said)
    return [*texts[:MESSAGES], f"and {len(texts) - MESSAGES} more like these"] if texts[MESSAGES:] else texts


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _text(text: str) -> str:
    """A text with no sign that Markdown or HTML would take for its own, and that calls nobody by an ``@``."""
    return escape(plain(_cut(text)), quote=False).translate(_SIGNS).replace("@", "&#64;")


def _code(text: str) -> str:
    """A text as code, as it is: in backticks a sign of the table could not be said."""
    said = escape(plain(_cut(text)), quote=False).translate({ord(sign): f"&#{ord(sign)};" for sign in "\\`*_[]#~|!@"})
    return f"<code>{said}</code>"
