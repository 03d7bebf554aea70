"""What a run has found: one finding for one defect, however many requests show it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

from contract_kit.findings import OPERATION, Evidence, Severity
from contract_kit.fuzz.mismatches import (
    ACCEPTED_WRONGLY,
    HARD,
    ID_REUSED,
    LET_IN,
    OTHER_REASON,
    REFUSED_WRONGLY,
    STATUS,
    Mismatch,
)
from contract_kit.fuzz.steps import Case, Step

Key = tuple[str, str]


@dataclass(slots=True)
class FuzzFinding:
    """A finding with its evidence: the fewest steps that show it, the last request and its answer, a line for a shell.
    ``seen`` counts the cases that showed it, ``at`` is the number of requests after which it was first seen."""

    mismatch: Mismatch
    case: Case
    steps: tuple[Step, ...]
    request: dict[str, Any]
    response: dict[str, Any]
    curl: str
    at: int
    seen: int = 1
    flaky: bool = False
    causes: list[str] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    suppressed: str | None = None

    @property
    def code(self) -> str:
        """The rule or the fuzzer's own code."""
        return self.mismatch.code

    @property
    def severity(self) -> Severity:
        """How much it weighs."""
        return self.mismatch.severity

    @property
    def evidence(self) -> Evidence:
        """How well it is founded."""
        return self.mismatch.evidence

    @property
    def cause(self) -> str:
        """What brings it about."""
        return self.mismatch.cause

    @property
    def key(self) -> Key:
        """What tells it apart from others."""
        return self.mismatch.code, self.mismatch.cause

    @property
    def label(self) -> str:
        """Code and cause in a few words."""
        return f"{self.code} ({self.cause})" if self.cause else self.code

    @property
    def message(self) -> str:
        """What is wrong, in a sentence; more causes of the same kind are named."""
        more = [cause for cause in self.causes if cause != self.cause]
        return self.mismatch.message + (f"; likewise: {', '.join(more[:6])}" if more else "")

    @property
    def fingerprint(self) -> str:
        """Sixteen hexadecimal digits that are the same in every run that finds the same."""
        matter = "\n".join(("fuzz", OPERATION, *self.key))
        return sha256(matter.encode("utf-8", "surrogatepass")).hexdigest()[:16]


class Findings:
    """The findings of a run, by what tells them apart. ``strict`` makes errors of warnings."""

    def __init__(self, *, strict: bool = False) -> None:
        self._strict = strict
        self._found: dict[Key, FuzzFinding] = {}

    def __len__(self) -> int:
        return len(self._found)

    def known(self, mismatch: Mismatch) -> FuzzFinding | None:
        """The finding that a mismatch belongs to: its own, or that of a more general cause."""
        steps = mismatch.cause.split("/")
        for length in range(len(steps), 0, -1):
            for code in (mismatch.code, *([LET_IN] if mismatch.code == STATUS else ())):
                found = self._found.get((code, "/".join(steps[:length])))
                if found is not None:
                    return found
        return None

    def alike(self, mismatch: Mismatch) -> FuzzFinding | None:
        """A finding of the same matter, for what chance brings up again in other words."""
        matter = mismatch.cause.partition("/")[0]
        same = (one for one in self._found.values() if one.code == mismatch.code)
        return next((one for one in same if not matter or one.cause.partition("/")[0] == matter), None)

    def again(self, found: FuzzFinding, mismatch: Mismatch) -> None:
        """One more case that shows a finding."""
        found.seen += 1
        if mismatch.cause not in found.causes:
            found.causes.append(mismatch.cause)
        found.places += [place for place in mismatch.places if place not in found.places]

    def add(self, finding: FuzzFinding) -> None:
        """A finding that is new."""
        if self._strict and finding.severity is Severity.WARNING:
            finding.mismatch = replace(finding.mismatch, severity=Severity.ERROR)
        finding.causes.append(finding.cause)
        finding.places += finding.mismatch.places
        self._found[finding.key] = finding

    def all(self) -> list[FuzzFinding]:
        """The findings, heaviest first; those that say one thing in several ways are one."""
        return sorted(self._merged(self._found.values()), key=lambda one: (-one.severity.rank, one.at))

    def any(self, test: Callable[[FuzzFinding], bool]) -> bool:
        """Whether a finding passes a test."""
        return any(test(one) for one in self._found.values())

    @staticmethod
    def _merged(found: Iterable[FuzzFinding]) -> list[FuzzFinding]:
        """Findings of one code whose causes are parts of one matter become one, told by the first of them."""
        ordered = sorted(found, key=lambda item: ("/" in item.cause, item.at))
        kept: dict[tuple[str, ...], FuzzFinding] = {}
        for one in ordered:
            matter, slash, _ = one.cause.partition("/")
            parted = bool(slash) and not one.cause.startswith(("/", "$"))
            first = kept.get((one.code, matter)) if parted else None
            key = (one.code, matter, one.mismatch.actual) if parted else (one.code, one.cause)
            first = first or kept.get(key)
            if first is None:
                kept[key] = one
                continue
            if one.at < first.at:
                first.at = one.at
            _joined(first, one)
        found = list(kept.values())
        return [one for one in found if not _follows(one, found)]


def _joined(first: FuzzFinding, other: FuzzFinding) -> None:
    first.seen += other.seen
    first.causes += [cause for cause in other.causes if cause not in first.causes]
    first.places += [place for place in other.places if place not in first.places]


_UNKEPT = {"profiles": ("second profile", "after a link"), "identifiers": ("one of several", "listed second")}
_FORGOTTEN = "after a restart"


def _follows(one: FuzzFinding, found: Sequence[FuzzFinding]) -> bool:
    """Whether a finding says again what another says; the other one takes it over."""
    for other in found:
        if other is not one and _explains(other, one):
            other.seen += one.seen
            other.at = min(other.at, one.at)
            return True
    return False


def _explains(other: FuzzFinding, one: FuzzFinding) -> bool:
    """Whether a defect that one finding tells of must show as the other, too: what is not kept is not found again, who
    forgets everything gives ids anew, what is overlooked is overlooked in a bad request as well."""
    if one.code == "stored-wrongly":
        if one.cause == "another customer":
            return other.code == ID_REUSED
        words = _UNKEPT.get(one.cause, ())
        return other.code == ACCEPTED_WRONGLY and any(word in cause for cause in other.causes for word in words)
    if one.code == ID_REUSED:
        return other.code == ACCEPTED_WRONGLY and any(_FORGOTTEN in cause for cause in other.causes)
    if one.code == OTHER_REASON:
        asked = bool(one.steps and other.steps and one.steps[-1].query and other.steps[-1].query)
        return other.code == REFUSED_WRONGLY and asked and one.mismatch.actual == other.mismatch.actual
    earlier = (other.at, other.code) < (one.at, one.code)
    return bool(one.cause) and one.cause == other.cause and {one.code, other.code} <= HARD and earlier
