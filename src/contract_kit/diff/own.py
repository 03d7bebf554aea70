"""The document's own keywords on schemas: soft limits, open lists of words, and API codes of refusals."""

from __future__ import annotations

import json
from typing import Any

from contract_kit.diff.changes import Patch
from contract_kit.diff.emitting import Mark, Pair
from contract_kit.diff.flattening import Spot, is_number, same

HANDLED = frozenset({"x-soft-max-length", "x-soft-limits", "x-known-values", "x-refusals"})


def compare_own(pair: Pair) -> None:
    """All of them."""
    _soft_length(pair)
    _soft_limits(pair)
    _known_values(pair)
    _refusals(pair)


def _soft_length(pair: Pair) -> None:
    before, after = (flat.keywords.get("x-soft-max-length") for flat in (pair.old, pair.new))
    old, new = pair.marks("x-soft-max-length")
    _soft(pair, before, after, old, new, pair.whole("x-soft-max-length"))


def _soft(pair: Pair, before: Spot | None, after: Spot | None, old: Mark, new: Mark, patches: list[Patch]) -> None:
    low, high = (float("inf") if spot is None else spot.value for spot in (before, after))
    if same(low, high):
        return
    if not (is_number(low) and is_number(high)):
        pair.emit("soft-limit-changed", "a soft limit of another form", old, new, patches)
        return
    said = f"cut after {_spoken(low)} before, after {_spoken(high)} now"
    pair.emit("soft-limit-lowered" if high < low else "soft-limit-raised", said, old, new, patches)


def _spoken(limit: float) -> str:
    return "no length" if limit == float("inf") else f"{limit} characters"


def _soft_limits(pair: Pair) -> None:
    before, after = (_entries(flat.keywords.get("x-soft-limits")) for flat in (pair.old, pair.new))
    old, new = pair.marks("x-soft-limits")
    if before is None or after is None:
        pair.emit("soft-limit-changed", "soft limits of another form", old, new, pair.whole("x-soft-limits"))
        return
    for key in dict.fromkeys((*before, *after)):
        one, other = before.get(key), after.get(key)
        limits = [None if spot is None else Spot(spot.value.get("limit"), (*spot.path, "limit")) for spot in (one, other)]
        places = [
            base if spot is None else Mark(spot.path) for base, spot in zip((absent(old), absent(new)), limits, strict=True)
        ]
        entry = other.value if other is not None else None
        patches = _entry_patches(one, entry, old)
        if limits[0] is None or limits[1] is None or not same(limits[0].value, limits[1].value):
            _soft(pair, limits[0], limits[1], places[0], places[1], patches)
        elif one is not None and not same(one.value, entry):
            pair.emit(
                "soft-limit-changed",
                "a soft limit rests on other facts, or has other members",
                places[0],
                places[1],
                patches,
            )


def _entry_patches(one: Spot | None, entry: Any, old: Mark) -> list[Patch]:
    if one is None:
        return [Patch("append", old.path, entry)]
    return [Patch("set", one.path, entry)] if entry is not None else [Patch("drop", one.path[:-1], one.value)]


def _entries(spot: Spot | None) -> dict[str, Spot] | None:
    """The soft limits by what they are about; ``None`` where they have another form."""
    if spot is None:
        return {}
    if not isinstance(spot.value, list) or not all(isinstance(entry, dict) for entry in spot.value):
        return None
    return {
        json.dumps([entry.get("when"), entry.get("member")], sort_keys=True): Spot(entry, (*spot.path, index))
        for index, entry in enumerate(spot.value)
    }


def absent(place: Mark) -> Mark:
    """The same place, where what is spoken of does not stand."""
    return Mark(place.path, False)


def _known_values(pair: Pair) -> None:
    before, after = (flat.keywords.get("x-known-values") for flat in (pair.old, pair.new))
    old, new = pair.marks("x-known-values")
    if before is None or after is None or not isinstance(before.value, list) or not isinstance(after.value, list):
        if before is not None or after is not None:
            patches = pair.whole("x-known-values")
            if before is None:
                pair.emit("known-values-introduced", "an open list of words", old, new, patches)
            elif after is None:
                pair.emit("known-values-abolished", "no list of words any more", old, new, patches)
            elif not same(before.value, after.value):
                pair.emit("other-changed", "x-known-values is of another form", old, new, patches)
        return
    for index, value in enumerate(before.value):
        if not any(same(value, other) for other in after.value):
            patches = [Patch("drop", before.path, value)]
            pair.emit(
                "known-value-removed", f"{json.dumps(value)} is gone", Mark((*before.path, index)), absent(new), patches
            )
    for index, value in enumerate(after.value):
        if not any(same(value, other) for other in before.value):
            patches = [Patch("append", before.path, value)]
            pair.emit("known-value-added", f"{json.dumps(value)} is new", absent(old), Mark((*after.path, index)), patches)


def _refusals(pair: Pair) -> None:
    for keyword in dict.fromkeys((*pair.old.refusals, *pair.new.refusals)):
        before, after = pair.old.refusals.get(keyword), pair.new.refusals.get(keyword)
        old = Mark(before.path) if before else Mark((*pair.old.path, "x-refusals", keyword), False)
        new = Mark(after.path) if after else Mark((*pair.new.path, "x-refusals", keyword), False)
        if before is None or after is None:
            code = "refusal-codes-introduced" if before is None else "refusal-codes-abolished"
            patches = [Patch("set", old.path, after.value)] if after else [Patch("delete", old.path)]
            said = f"{keyword}: {_codes(after or before)} {'now' if after else 'before'}"
            pair.emit(code, said, old, new, patches)
        elif isinstance(before.value, list) and isinstance(after.value, list):
            for value in before.value:
                if value not in after.value:
                    pair.emit(
                        "refusal-code-removed",
                        f"{keyword}: not {value} any more",
                        old,
                        absent(new),
                        [Patch("drop", old.path, value)],
                    )
            for value in after.value:
                if value not in before.value:
                    pair.emit(
                        "refusal-code-added",
                        f"{keyword}: {value} as well",
                        absent(old),
                        new,
                        [Patch("append", old.path, value)],
                    )
        elif not same(before.value, after.value):
            pair.emit("other-changed", f"x-refusals of {keyword} are of another form", old, new)


def _codes(spot: Spot | None) -> str:
    found = spot.value if spot is not None else []
    return ", ".join(map(str, found)) if isinstance(found, list) else str(found)
