"""What the walk notes: raw changes, before witnesses and lines are added."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from contract_kit.diff.changes import Patch
from contract_kit.diff.effects import Effect
from contract_kit.diff.flattening import Flat, Spot
from contract_kit.diff.kinds import KINDS, SCHEMA_CODES, effect_of
from contract_kit.findings import Pointer, escape_pointer
from contract_kit.showing import shown

ITEM = -1
"""Stands for any index in the path of an instance."""
OTHER = "\N{HORIZONTAL ELLIPSIS}"
"""Stands for the name of a member that no schema names."""


class Mark(NamedTuple):
    """A path in one of the documents, and whether anything stands there."""

    path: Pointer
    there: bool = True


class Root(NamedTuple):
    """Where a walk through schemas began: the direction, how the part is called, and the schema's path in both documents."""

    direction: str
    part: str
    old: Pointer
    new: Pointer


@dataclass(frozen=True, slots=True)
class Where:
    """Where in an instance the walk is. ``polarity`` is -1 inside ``not``, and 0 where narrower and wider do not carry
    over. ``at`` is ``None`` where no member is spoken of, as in names."""

    root: Root
    at: tuple[str | int, ...] | None = ()
    polarity: int = 1

    def below(self, *steps: str | int) -> Where:
        """A place further in."""
        return self if self.at is None else replace(self, at=(*self.at, *steps))

    def turned(self, polarity: int) -> Where:
        """The same place under a condition."""
        return replace(self, polarity=self.polarity * polarity)

    @property
    def label(self) -> str:
        """The place as people write it."""
        if self.at is None:
            return f"{self.root.part}, names of members"
        path = escape_pointer(tuple("*" if step == ITEM else step for step in self.at))
        return f"{self.root.part} {path}" if path else self.root.part


@dataclass(frozen=True, slots=True)
class Raw:
    """A change as the walk sees it. ``effect`` overrides that of its kind."""

    code: str
    message: str
    old: Mark
    new: Mark
    patches: tuple[Patch, ...] = ()
    effect: Effect | None = None
    where: Where | None = None
    holders: tuple[Any, Any] = (None, None)
    """The two schemas in which it stands, as a source of values for witnesses."""


@dataclass(slots=True)
class Notes:
    """The raw changes so far, and what of both documents was looked at."""

    found: list[Raw] = field(default_factory=list)
    visited: tuple[set[Pointer], set[Pointer]] = field(default_factory=lambda: (set(), set()))

    def add(self, code: str, message: str, old: Mark, new: Mark, patches: Iterable[Patch] = ()) -> None:
        """Note a change whose kind alone decides."""
        assert code in KINDS, code
        self.found.append(Raw(code, message, old, new, tuple(patches)))


@dataclass(frozen=True, slots=True)
class Pair:
    """Two schemas that are compared, laid out, and where they apply."""

    notes: Notes
    where: Where
    old: Flat
    new: Flat

    @property
    def direction(self) -> str:
        """``request`` or ``response``."""
        return self.where.root.direction

    def emit(
        self,
        base: str,
        said: str,
        old: Mark,
        new: Mark,
        patches: Iterable[Patch] = (),
        effect: Effect | None = None,
    ) -> None:
        """Note a change; ``base`` is its code with or without the direction."""
        code = base if base in KINDS else f"{self.direction}-{base}"
        assert code in KINDS, code
        if effect is None and code in SCHEMA_CODES:
            effect = effect_of(code)
        if effect in (Effect.NARROWER, Effect.WIDER) and self.where.polarity < 1:
            effect = effect.opposite if self.where.polarity < 0 else Effect.OPEN
        message = f"{self.where.label}: {said}"
        self.notes.found.append(Raw(code, message, old, new, tuple(patches), effect, self.where, (self.old, self.new)))

    def marks(self, keyword: str) -> tuple[Mark, Mark]:
        """Where a keyword stands, or would stand, on both sides."""
        return mark(self.old, keyword), mark(self.new, keyword)

    def whole(self, keyword: str) -> list[Patch]:
        """What takes over a keyword from the new document as it is."""
        old, new = self.old.keywords.get(keyword), self.new.keywords.get(keyword)
        place = mark(self.old, keyword).path
        if new is not None:
            return [Patch("set", place, new.value)]
        return [Patch("delete", place)] if old is not None else []


def mark(flat: Flat, keyword: str) -> Mark:
    """Where a keyword stands in a schema, or would stand."""
    spot = flat.keywords.get(keyword)
    return Mark(spot.path) if spot is not None else Mark((*flat.path, keyword), False)


def note_mark(flat: Flat, keyword: str) -> Mark:
    """The same for what only describes."""
    spots = flat.notes.get(keyword)
    return Mark(spots[0].path) if spots else Mark((*flat.path, keyword), False)


def two(marks: Iterable[Mark]) -> tuple[Mark, Mark]:
    """The places on both sides, as a pair."""
    old, new = marks
    return old, new


def values(spots: Iterable[Spot]) -> list[Any]:
    """The values at spots."""
    return [spot.value for spot in spots]


def word(value: object) -> str:
    """A value of a document as it may stand in a message: documents are public, but may quote people in examples."""
    return shown(value)
