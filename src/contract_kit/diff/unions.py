"""The keywords ``anyOf`` and ``oneOf``: which branches of two unions belong together, and which are gone or new."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from contract_kit.diff.changes import Patch
from contract_kit.diff.conditions import compare_presence
from contract_kit.diff.descent import Descent
from contract_kit.diff.emitting import Mark, Pair
from contract_kit.diff.flattening import Spot, flatten, followed, same
from contract_kit.diff.keywords import listed, types_of

HANDLED = frozenset({"anyOf", "oneOf"})


def compare_unions(walk: Descent, pair: Pair) -> None:
    """Branches in pairs; what is left over on a side is a branch that is gone, or new."""
    for keyword in ("anyOf", "oneOf"):
        before, after = (flat.keywords.get(keyword) for flat in (pair.old, pair.new))
        if before is None or after is None:
            compare_presence(pair, keyword, before, after)
            continue
        if not isinstance(before.value, list) or not isinstance(after.value, list):
            compare_presence(pair, keyword, before, after)
            continue
        branches = [
            [Spot(branch, (*spot.path, index)) for index, branch in enumerate(spot.value)] for spot in (before, after)
        ]
        carries = keyword == "anyOf" or (_apart(walk.old, branches[0]) and _apart(walk.new, branches[1]))
        inner = pair.where if carries else pair.where.turned(0)
        matched, gone, new = _matched(walk, *branches)
        for one, other in matched:
            walk.compare(one, other, inner)
        inside = Pair(walk.notes, inner, pair.old, pair.new)
        for one in gone:
            walk.seen_below(0, one)
            inside.emit(
                "alternative-removed",
                f"a branch of {keyword} is gone",
                Mark(one.path),
                Mark(after.path, False),
                [Patch("drop", before.path, one.value)],
            )
        for other in new:
            walk.seen_below(1, other)
            inside.emit(
                "alternative-added",
                f"{keyword} has a new branch",
                Mark(before.path, False),
                Mark(other.path),
                [Patch("append", before.path, other.value)],
            )


def _apart(document: Any, branches: Iterable[Spot]) -> bool:
    """Whether no value fits two branches, by their types."""
    types = []
    for branch in branches:
        flat = flatten(document, branch)
        values = listed(flat)
        types.append(types_of(flat) if values is None else types_of(flat) & _types_of_values(values[0]))
    return all(not one & other for index, one in enumerate(types) for other in types[index + 1 :])


def _matched(walk: Descent, old: list[Spot], new: list[Spot]) -> tuple[list[tuple[Spot, Spot]], list[Spot], list[Spot]]:
    """Branches in pairs, and those that are left over: by what they say, then by where they are defined, then by their
    types and members; what remains of both belongs together where it is one of each."""
    matched: list[tuple[Spot, Spot]] = []
    left, right = list(old), list(new)
    tests: tuple[Callable[[Spot, Spot], bool], ...] = (
        lambda one, other: same(followed(walk.old, one).value, followed(walk.new, other).value),
        lambda one, other: isinstance(one.value, dict) and "$ref" in one.value and same(one.value, other.value),
        lambda one, other: _signature(walk.old, one) == _signature(walk.new, other),
    )
    for test in tests:
        for one in list(left):
            found = next((other for other in right if test(one, other)), None)
            if found is not None:
                left.remove(one)
                right.remove(found)
                matched.append((one, found))
    if len(left) == len(right) == 1:
        return [*matched, (left[0], right[0])], [], []
    return matched, left, right


def _signature(document: Any, spot: Spot) -> tuple[object, ...]:
    flat = flatten(document, spot)
    return (types_of(flat), frozenset(flat.required), "enum" in flat.keywords or "const" in flat.keywords)


def _types_of_values(spots: Iterable[Spot]) -> frozenset[str]:
    names = {bool: "boolean", int: "integer", float: "fraction", str: "string", list: "array", dict: "object"}
    return frozenset(names.get(type(spot.value), "null") for spot in spots)
