"""What a comparison says: changes with their places and a verdict for each side, and what they come to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from contract_kit.findings import Pointer, escape_pointer


class Verdict(StrEnum):
    """What a change does to a side that keeps to the old version while the other keeps to the new: ``breaking`` loses
    something that worked, ``risky`` may, or cannot be decided, ``safe`` does not."""

    SAFE = "safe"
    RISKY = "risky"
    BREAKING = "breaking"

    @property
    def rank(self) -> int:
        """0 for safe up to 2 for breaking."""
        return ("safe", "risky", "breaking").index(self.value)


SIDES = ("senders", "receivers")
"""Senders send registrations and read answers; receivers take registrations and answer."""


class Place(NamedTuple):
    """Where a change stands in one of the two files: a path, whether there is anything at it, and the line where known."""

    path: Pointer
    there: bool
    line: int | None = None

    @property
    def pointer(self) -> str:
        """The path as a JSON pointer."""
        return escape_pointer(self.path)


class Patch(NamedTuple):
    """A step towards the old file with this one change: ``set`` or ``delete`` what stands at a path, ``append`` to the list
    there, or ``drop`` a value from it."""

    action: str
    path: Pointer
    value: object = None


class Witness(NamedTuple):
    """A payload that proves a change: taken by one version and refused by the other.

    ``says`` describes it without values of personal data; ``payload`` is the whole, made of the kit's own examples."""

    says: str
    effect: str
    """``refused-now`` or ``taken-now``; for answers: no longer, or newly, conforming."""
    part: str
    payload: object


class Counts(NamedTuple):
    """How recorded payloads are judged under two versions: ``broken`` had no error and has one, or were not refused and are;
    ``healed`` the other way round; ``otherwise`` differ in findings or in the answer; ``same`` differ in nothing."""

    broken: int = 0
    healed: int = 0
    otherwise: int = 0
    same: int = 0

    @property
    def total(self) -> int:
        """All payloads."""
        return self.broken + self.healed + self.otherwise + self.same

    @property
    def affected(self) -> int:
        """All that are judged differently."""
        return self.total - self.same


class Unread(NamedTuple):
    """Records of traffic that cannot be read and are in no count: how many, and where the first of them is: its source, its
    number there from 1, and the line of what is wrong with it, where there are lines. Nothing of what it holds."""

    records: int
    source: str
    record: int
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One change. ``subject`` is document, facts, org or rules; ``reasons`` are those for senders and for receivers;
    ``decided`` is ``rule`` (the kind of change decides), ``witness`` (a payload proves it) or ``open``. ``traffic`` counts
    recorded payloads under the old version with this change alone, where that can be made."""

    code: str
    subject: str
    senders: Verdict
    receivers: Verdict
    message: str
    reasons: tuple[str, str]
    old: Place
    new: Place
    decided: str = "rule"
    witnesses: tuple[Witness, ...] = ()
    patches: tuple[Patch, ...] = ()
    traffic: Counts | None = None

    def verdict(self, side: str) -> Verdict:
        """The verdict for ``senders``, ``receivers`` or the worse of ``both``."""
        if side == "both":
            return max(self.senders, self.receivers, key=lambda one: one.rank)
        return self.senders if side == "senders" else self.receivers


@dataclass(frozen=True, slots=True)
class Comparison:
    """All changes, the worst first, with the names of what was compared and the counts of recorded payloads. ``unread`` is
    there where some of these could not be read."""

    old: str
    new: str
    changes: tuple[Change, ...]
    orgs: tuple[str, str] | None = None
    traffic: Counts | None = None
    unread: Unread | None = None

    def worst(self, side: str = "both") -> Verdict:
        """The worst verdict for a side; ``safe`` where nothing changed."""
        return max((change.verdict(side) for change in self.changes), key=lambda one: one.rank, default=Verdict.SAFE)

    def count(self, side: str, verdict: Verdict) -> int:
        """How many changes have this verdict for a side."""
        return sum(change.verdict(side) is verdict for change in self.changes)


def in_order(changes: Iterable[Change]) -> tuple[Change, ...]:
    """The worst first, then those for senders, else as they stand in the files."""
    return tuple(sorted(changes, key=lambda one: (-one.verdict("both").rank, -one.senders.rank)))
