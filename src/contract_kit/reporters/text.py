"""The report for a person at a terminal: what is wrong, where, and what to do, input by input."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from contract_kit.attribution import Party, counted, party
from contract_kit.findings import Finding, Severity
from contract_kit.report import InputResult, Report
from contract_kit.reporters import Options
from contract_kit.reporters.words import marks, note, outcome, place, plain, several, tally, title
from contract_kit.showing import count, revealed

CLEAN_SHOWN = 10
"""So many clean inputs get a line of their own; beyond that they are only counted."""
RULES_NAMED = 6
"""So many unchecked rules are named; beyond that they are counted by section."""

_COLORS = {Severity.ERROR: "1;31", Severity.WARNING: "1;33", Severity.INFO: "1;36"}
_BOLD, _GREEN, _DIM = "1", "32", "2"
_INDENT = " " * 6


def render(report: Report, *, options: Options) -> str:
    """Findings by input, then the counts, then what could not be checked."""
    paint = _Painter(options.color)
    many = several(report)
    clean = sum(not result.findings for result in report.inputs)
    blocks: list[list[str]] = []
    in_clean = False
    for result in report.inputs:
        if result.findings:
            blocks.append(list(_input(result, many, options)))
            in_clean = False
        elif clean <= CLEAN_SHOWN:
            if not in_clean:
                blocks.append([])
            blocks[-1].append(f"{paint(title(result, many), _BOLD)}  {paint('clean', _GREEN)}, {outcome(result)}")
            in_clean = True
    blocks.append(list(_summary(report, clean, options)))
    return "\n\n".join("\n".join(block) for block in blocks) + "\n"


def _input(result: InputResult, many: frozenset[str | None], options: Options) -> Iterator[str]:
    paint = _Painter(options.color)
    yield f"{paint(title(result, many), _BOLD)}  {outcome(result)}"
    for finding in result.findings:
        word = paint(finding.severity.value, _COLORS[finding.severity])
        where = paint(place(finding), _BOLD)
        yield f"  {where}: {word}: {plain(finding.message)} {paint(f'[{_marks(finding, result)}]', _DIM)}"
        if options.show_values and finding.value is not None:
            yield f"{_INDENT}got {plain(revealed(finding.value))}"
        yield from _wrapped(note(finding), options.width)


def _marks(finding: Finding, result: InputResult) -> str:
    """The codes of a finding, and of an exchange also who is wrong."""
    return f"{marks(finding)}; {party(finding, result).phrase}" if result.kind == "exchange" else marks(finding)


def _summary(report: Report, clean: int, options: Options) -> Iterator[str]:
    paint = _Painter(options.color)
    worst = next((severity for severity in Severity if report.counts[severity.value]), None)
    found = paint(tally(report), _COLORS[worst]) if worst else paint("no findings", _GREEN)
    outcomes = report.outcomes
    phrases = [f"{number} {verdict}" for verdict, number in outcomes.items() if number and verdict != "unknown"]
    if outcomes["unknown"]:
        phrases.append(f"{outcomes['unknown']} not documented")
    yield f"{count(len(report.inputs), 'input')}, {clean} clean ({', '.join(phrases)}): {found}"
    wrong = counted(result for result in report.inputs if result.kind == "exchange")
    if any(wrong.values()):
        yield ", ".join(f"{one.phrase} in {count(wrong[one], 'exchange')}" for one in Party if wrong[one])
    if report.not_checked:
        yield from _wrapped(_not_checked(report), options.width, "")


def _not_checked(report: Report) -> str:
    total = sum(len(gap.rules) for gap in report.not_checked)
    if total <= RULES_NAMED:
        gaps = (f"{gap.section} ({', '.join(gap.rules)})" for gap in report.not_checked)
    else:
        gaps = (f"{gap.section} ({count(len(gap.rules), 'rule')})" for gap in report.not_checked)
    lacking = "without an org profile" if report.org is None else "for want of sections in the org profile"
    return f"Not checked {lacking}: {', '.join(gaps)}"


def _wrapped(text: str, width: int | None, indent: str = _INDENT) -> Iterable[str]:
    if width is None or len(indent) + len(text) <= width:
        return [indent + text]
    from textwrap import wrap

    return wrap(
        text,
        max(width, 40),
        initial_indent=indent,
        subsequent_indent=indent or "  ",
        break_long_words=False,
        break_on_hyphens=False,
    )


class _Painter:
    """Wraps a text in an ANSI colour, or leaves it."""

    __slots__ = ("color",)

    def __init__(self, color: bool) -> None:
        self.color = color

    def __call__(self, text: str, style: str) -> str:
        return f"\x1b[{style}m{text}\x1b[0m" if self.color else text


def headline(report: Report) -> str:
    """The counts in one line, for where the report itself goes elsewhere."""
    clean = sum(not result.findings for result in report.inputs)
    return next(iter(_summary(report, clean, Options())))
