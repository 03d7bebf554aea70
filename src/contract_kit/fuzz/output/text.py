"""The report for a person at a terminal: the verdict, each finding with its evidence and a way to see it again, then what
was and was not tested.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from contract_kit.findings import Severity
from contract_kit.fuzz.findings import FuzzFinding
from contract_kit.fuzz.output import Manner, headline, verdict
from contract_kit.fuzz.report import ANSWERS, FuzzReport
from contract_kit.reporters.words import plain
from contract_kit.showing import count

LONGEST = 2_000
"""Longer lines for a shell are left to the JSON report."""
_COLORS = {Severity.ERROR: "1;31", Severity.WARNING: "1;33", Severity.INFO: "1;36"}
_VERDICTS = {"passed": "1;32", "failed": "1;31"}
_BOLD, _DIM = "1", "2"
_IN_PROCESS = ".invalid/"


def render(report: FuzzReport, *, manner: Manner) -> str:
    """The whole report."""
    blocks = [[_headline(report, manner)]]
    blocks += [list(_finding(finding, report, manner)) for finding in report.findings]
    blocks += [list(_suites(report)), list(_coverage(report)), list(_rest(report, manner))]
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def _headline(report: FuzzReport, manner: Manner) -> str:
    word = verdict(report, manner)
    ended = f"\n{plain(manner.trouble)}" if manner.trouble else ""
    return f"{_paint(word.upper(), _VERDICTS.get(word, '1;33'), manner)}  {plain(headline(report))}{ended}"


def _finding(finding: FuzzFinding, report: FuzzReport, manner: Manner) -> Iterator[str]:
    marks = [mark for mark, there in (("flaky", finding.flaky), ("muted", finding.suppressed is not None)) if there]
    mark = f" ({', '.join(marks)})" if marks else ""
    word = _paint(finding.severity.value, _DIM if finding.suppressed is not None else _COLORS[finding.severity], manner)
    yield f"{word}{mark}: {_paint(plain(finding.message), _BOLD, manner)} [{finding.code}]"
    if finding.suppressed is not None:
        yield f"  muted     {plain(finding.suppressed)}"
    yield f"  expected  {plain(finding.mismatch.expected)}"
    yield f"  came      {plain(finding.mismatch.actual)}"
    yield f"  evidence  {finding.evidence.value}: {', '.join(finding.mismatch.facts)}"
    steps = f", {count(len(finding.steps), 'step')}" if len(finding.steps) > 1 else ""
    first = f"{count(finding.seen, 'case')}, first after {count(finding.at, 'request')}"
    yield f"  seen in   {first}; {finding.case.suite}: {finding.case.name}{steps}"
    yield f"  known as  {finding.fingerprint}"
    if finding.suppressed is None:
        yield from _again(finding, report, manner)


def _again(finding: FuzzFinding, report: FuzzReport, manner: Manner) -> Iterator[str]:
    """How to see a finding again: lines for a shell where a shell can do it, and the command that replays it."""
    lines = report.scripts.get(finding.fingerprint, "")
    in_process = _IN_PROCESS in report.url
    if lines and len(lines) <= LONGEST and not in_process:
        yield "  try it"
        yield from (f"    {line}" for line in lines.split("\n"))
    if manner.saved is not None:
        where = "--asgi MODULE:APP" if in_process else report.url
        yield f"  replay    contract-kit replay {manner.saved} --only {finding.fingerprint} {where}"
    elif not lines or len(lines) > LONGEST or in_process:
        yield "  replay    with --format json --output REPORT.json, then contract-kit replay REPORT.json"


def _suites(report: FuzzReport) -> Iterator[str]:
    width = max((len(name) for name in report.suites), default=5)
    yield f"{'suite':<{width}}      core   further  not tested"
    for name, tally in report.suites.items():
        why = "; ".join(f"{number} {plain(reason)}" for reason, number in tally.reasons.most_common(3))
        core = f"{tally.core_done}/{tally.core}"
        further = f"{tally.done - tally.core_done}/{tally.planned - tally.core}"
        yield f"{name:<{width}}  {core:>8}  {further:>8}  {tally.not_tested:>10}  {why}".rstrip()


def _coverage(report: FuzzReport) -> Iterator[str]:
    answers = report.coverage.get("answers", {})
    total = sum(answers.values())
    said = [f"{answers[name]} {name.replace('_', ' ')}" for name in ANSWERS if answers.get(name)]
    share = f" ({answers.get('accepted', 0) / total:.0%} accepted)" if total else ""
    yield f"answers   {', '.join(said) or 'none'}{share}"
    rules: Mapping[str, Any] = report.coverage.get("rules", {})
    if rules:
        broken, kept = (sum(bool(one[side]) for one in rules.values()) for side in ("broken", "kept"))
        yield f"rules     {broken} of {len(rules)} broken on purpose, {kept} kept at their limit"
    laws: Mapping[str, Any] = report.coverage.get("laws", {})
    if laws:
        yield f"laws      {sum(bool(one['tested']) for one in laws.values())} of {len(laws)} tested"
    keywords: Mapping[str, Any] = report.coverage.get("keywords", {})
    if keywords:
        valid, invalid = (sum(bool(one[side]) for one in keywords.values()) for side in ("valid", "invalid"))
        yield f"schema    {valid} of {len(keywords)} keywords with valid values, {invalid} with invalid ones"
    gaps = Counter(one["not_tested"] for part in (rules, laws) for one in part.values() if "not_tested" in one)
    for reason, number in gaps.most_common():
        names = [name for part in (rules, laws) for name, one in part.items() if one.get("not_tested") == reason]
        shown = ", ".join(names[:3]) + (f" and {number - 3} more" if number > 3 else "")
        yield f"          not tested: {plain(reason)} ({shown})"


def _rest(report: FuzzReport, manner: Manner) -> Iterator[str]:
    if report.over:
        yield f"ended     {plain(report.over)}"
    number = len(report.created_ids)
    where = f", listed in {manner.created}" if manner.created is not None else ""
    yield f"created   {count(number, 'customer')}{where}"
    yield from (f"note      {plain(note)}" for note in report.notes)


def _paint(text: str, style: str, manner: Manner) -> str:
    return f"\x1b[{style}m{text}\x1b[0m" if manner.color else text
