"""Counts of what was found, by cause, with the first few places of each: exact, and the same in whatever order parts end."""

from __future__ import annotations

from typing import Any, NamedTuple

from contract_kit.findings import Effect, escape_pointer
from contract_kit.report import InputResult

EXAMPLES = 3

Example = list[Any]
"""Number of the part, line (relative to the part's base), pointer."""


class Told(NamedTuple):
    """What is counted of one record: the verdict; each cause with its number of findings and the place of the first one; and
    each place at which the platform would cut a text, with the number of texts."""

    verdict: str
    causes: tuple[tuple[str, int, str], ...]
    cuts: tuple[tuple[str, int], ...]


def told_of(result: InputResult) -> Told:
    """What is to be counted of a record."""
    causes: dict[str, tuple[int, str]] = {}
    cuts: dict[str, int] = {}
    for finding in result.findings:
        cause = f"{finding.code} {finding.severity.value} {finding.api_code or ''}".rstrip()
        number, pointer = causes.get(cause) or (0, escape_pointer(finding.pointer))
        causes[cause] = (number + 1, pointer)
        limit = finding.consequence.limit
        if finding.consequence.effect is Effect.CUTS and limit is not None:
            place = f"{finding.location.shape.partition('#')[2]} {limit}"
            cuts[place] = cuts.get(place, 0) + 1
    listed = tuple((cause, number, pointer) for cause, (number, pointer) in causes.items())
    return Told(f"predicted_{result.outcome.verdict.value}", listed, tuple(cuts.items()))


class Tally:
    """The counts of one part, or of many. ``as_data`` and ``from_data`` carry it between processes."""

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}
        self.causes: dict[str, dict[str, Any]] = {}
        self.cuts: dict[str, dict[str, Any]] = {}

    def add(self, name: str, number: int = 1) -> None:
        """Count something that has no cause: records, clean, accepted…"""
        self.counts[name] = self.counts.get(name, 0) + number

    def tell(self, told: Told, rejected: bool, part: int, line: int) -> None:
        """Count the findings of one record."""
        self.add(told.verdict)
        for cause, number, pointer in told.causes:
            entry = self._entry(self.causes, cause, {"findings": 0, "rejected": 0})
            entry["findings"] += number
            entry["records"] += 1
            entry["rejected"] += rejected
            _example(entry, [part, line, pointer])
        if not rejected:
            for place, number in told.cuts:
                entry = self._entry(self.cuts, place, {"texts": 0})
                entry["texts"] += number
                entry["records"] += 1
                _example(entry, [part, line, ""])

    def law(self, cause: str, part: int, line: int, pointer: str, *, rejected: bool) -> None:
        """Count one record to which the law of uniqueness says something."""
        entry = self._entry(self.causes, cause, {"findings": 0, "rejected": 0})
        entry["findings"] += 1
        entry["records"] += 1
        entry["rejected"] += rejected
        _example(entry, [part, line, pointer])

    def merge(self, other: Tally) -> None:
        """Take in another's counts. Of the examples the first in input order stay."""
        for name, number in other.counts.items():
            self.add(name, number)
        for own, others in ((self.causes, other.causes), (self.cuts, other.cuts)):
            for cause, theirs in others.items():
                entry = self._entry(own, cause, {})
                for name, value in theirs.items():
                    if name != "examples":
                        entry[name] = entry.get(name, 0) + value
                entry["examples"] = sorted(entry["examples"] + theirs["examples"])[:EXAMPLES]

    def as_data(self) -> dict[str, Any]:
        """Plain data, for JSON."""
        return {"counts": self.counts, "causes": self.causes, "cuts": self.cuts}

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Tally:
        """The inverse of ``as_data``."""
        tally = cls()
        tally.counts, tally.causes, tally.cuts = data["counts"], data["causes"], data["cuts"]
        return tally

    def _entry(self, group: dict[str, dict[str, Any]], name: str, fresh: dict[str, int]) -> dict[str, Any]:
        if name not in group:
            group[name] = {"records": 0, **fresh, "examples": []}
        return group[name]


def _example(entry: dict[str, Any], example: Example) -> None:
    if len(entry["examples"]) < EXAMPLES:
        entry["examples"].append(example)
