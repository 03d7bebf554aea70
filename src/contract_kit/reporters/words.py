"""What the reporters say in common: names of inputs, places, and a predicted outcome as a phrase."""

from __future__ import annotations

import re
from collections.abc import Iterable

from contract_kit.findings import Finding, escape_pointer
from contract_kit.outcome import Outcome, Verdict
from contract_kit.report import InputResult, Report
from contract_kit.showing import count

STDIN = "-"
"""The source of what came on standard input."""

_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


def plain(text: str) -> str:
    """The text with everything escaped that could steer a terminal or hide in one: keys and file names come from
    outside."""
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def name(source: str | None) -> str:
    """How an input's source is called."""
    if source is None:
        return "<input>"
    return "<stdin>" if source == STDIN else plain(source)


def several(report: Report) -> frozenset[str | None]:
    """The sources that gave more than one record."""
    return frozenset(result.source for result in report.inputs if result.index)


def title(result: InputResult, many: Iterable[str | None]) -> str:
    """How an input is called: its source, and which record of several it is (people count from 1)."""
    called = name(result.source)
    return f"{called}, record {result.index + 1}" if result.source in many else called


def place(finding: Finding) -> str:
    """``file:line:column``, as far as it is known."""
    known = (str(part) for part in (finding.line, finding.column) if part is not None)
    return ":".join((name(finding.source), *known))


def grounds(finding: Finding) -> str:
    """What a finding rests on: ``stated F25``."""
    return " ".join((finding.evidence.value, *finding.facts))


def note(finding: Finding) -> str:
    """What to do, and what that rests on."""
    return " ".join(part for part in (plain(finding.hint), f"({grounds(finding)})") if part)


def marks(finding: Finding) -> str:
    """The codes of a finding: its rule, and what the server says."""
    return finding.code if finding.api_code is None else f"{finding.code}, API {finding.api_code}"


def outcome(result: InputResult) -> str:
    """What the server answers, or has answered, in plain words."""
    said = result.outcome
    answered = result.kind != "request"
    if said.verdict is Verdict.UNKNOWN:
        return "the answer does not say" if answered else "not documented what a server answers"
    if said.refused:
        codes = joined(sorted(said.api_codes), "or")
        if not codes and said.statuses:
            codes = f"HTTP {joined(sorted(said.statuses), 'or')}"
        return ("refused" if answered else "would be refused") + (f": {codes}" if codes else "")
    taken = "accepted" if answered else "would be accepted"
    return "; ".join((taken + _warnings(said), *_cuts(said)))


def tally(report: Report) -> str:
    """The counts of findings: ``2 errors, 1 warning, 3 info``."""
    counts = report.counts
    said = [count(counts[word], word) for word in ("error", "warning") if counts[word]]
    return ", ".join((*said, f"{counts['info']} info") if counts["info"] else said)


def joined(items: Iterable[object], word: str) -> str:
    """``1, 2 and 3``."""
    texts = [str(item) for item in items]
    return f" {word} ".join((", ".join(texts[:-1]), texts[-1])) if texts[1:] else "".join(texts)


def _warnings(said: Outcome) -> str:
    perhaps = said.possible_warnings - said.warning_codes
    parts = (("with", said.warning_codes), ("perhaps with", perhaps))
    return "".join(
        f", {how} {'warning' if len(codes) == 1 else 'warnings'} {joined(sorted(codes), 'and')}"
        for how, codes in parts
        if codes
    )


def _cuts(said: Outcome) -> Iterable[str]:
    """Each cut once, in whatever profile it is."""
    cuts = ((cut.pointer[2:] if cut.pointer[:1] == ("profiles",) else cut.pointer, cut.limit) for cut in said.cuts)
    for pointer, limit in dict.fromkeys(cuts):
        yield f"{plain(escape_pointer(pointer)[1:])} cut to {limit} characters"
