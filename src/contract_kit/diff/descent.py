"""What the comparison of a keyword needs of the walk it is part of: a way into subschemas, and what holds where nothing is
said. The walk knows the comparisons; they know it by this protocol only."""

from __future__ import annotations

from typing import Any, Protocol

from contract_kit.diff.emitting import Notes, Where, mark
from contract_kit.diff.flattening import Flat, Spot


class Descent(Protocol):
    """The walk through two documents, as the comparison of a keyword sees it."""

    @property
    def old(self) -> Any:
        """The old document."""

    @property
    def new(self) -> Any:
        """The new document."""

    @property
    def notes(self) -> Notes:
        """What was found so far."""

    def compare(self, old: Spot, new: Spot, where: Where) -> None:
        """Compare two subschemas at a place. A pair that was compared already in its direction is passed over: schemas may
        contain themselves."""

    def seen_below(self, side: int, spot: Spot) -> None:
        """Note that a subschema that stands in one document only (``side`` 0: the old one) is used there: a component that
        it names must not count as one that nothing uses."""


def unknown_members(flat: Flat) -> Spot:
    """What holds for members that are not named: anything, where nothing is said."""
    spot = flat.keywords.get("additionalProperties")
    return spot if spot is not None else Spot(True, (*flat.path, "additionalProperties"))


def or_any(spot: Spot | None, flat: Flat, keyword: str) -> Spot:
    """A subschema of ``flat``; where the keyword is not there, the subschema that takes anything, at the place where it
    would stand."""
    return spot if spot is not None else Spot(True, (*flat.path, keyword))


def required_path(flat: Flat) -> tuple[str | int, ...]:
    """Where ``required`` stands, or would stand."""
    return mark(flat, "required").path
