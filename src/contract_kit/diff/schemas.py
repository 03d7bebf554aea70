"""The walk through two schemas: each pair of subschemas once for each direction, its keywords in a fixed order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from contract_kit.diff import conditions, keywords, members, own, unions
from contract_kit.diff.changes import Patch
from contract_kit.diff.conditions import compare_conditions, compare_maps
from contract_kit.diff.emitting import Mark, Notes, Pair, Root, Where
from contract_kit.diff.flattening import Spot, flatten, followed, same
from contract_kit.diff.keywords import compare_forms, compare_limits, compare_lists, compare_notes, compare_types
from contract_kit.diff.members import compare_items, compare_members, compare_unknown
from contract_kit.diff.own import compare_own
from contract_kit.diff.unions import compare_unions
from contract_kit.findings import Evidence

_HANDLED = keywords.HANDLED | own.HANDLED | members.HANDLED | unions.HANDLED | conditions.HANDLED | {"$never"}
Grades = tuple[Mapping[str, Evidence], Mapping[str, Evidence]]


@dataclass(slots=True)
class SchemaWalk:
    """Compares schemas of two documents, each pair once for each direction."""

    old: Any
    new: Any
    notes: Notes
    grades: Grades = ({}, {})
    _seen: set[tuple[Any, ...]] = field(default_factory=set)

    def root(self, direction: str, part: str, old: Spot, new: Spot) -> None:
        """Compare the schemas of a body or of an answer."""
        paths = followed(self.old, old).path, followed(self.new, new).path
        self.compare(old, new, Where(Root(direction, part, *paths)))

    def compare(self, old: Spot, new: Spot, where: Where) -> None:
        """Compare two schemas at a place."""
        if old.value is True and new.value is True:
            return
        before, after = flatten(self.old, old), flatten(self.new, new)
        self.notes.visited[0].update(before.visited)
        self.notes.visited[1].update(after.visited)
        pair = Pair(self.notes, where, before, after)
        key = (before.path, after.path, where.root.direction, where.polarity)
        if key in self._seen:
            return
        self._seen.add(key)
        if self._never(pair, old, new):
            return
        self._references(pair, old, new)
        compare_types(pair)
        compare_lists(pair)
        compare_limits(pair)
        compare_forms(pair)
        compare_own(pair)
        compare_notes(pair, self.grades)
        compare_members(self, pair)
        compare_unknown(self, pair)
        compare_items(self, pair)
        compare_unions(self, pair)
        compare_conditions(self, pair)
        compare_maps(self, pair)
        _rest(pair)

    def seen_below(self, side: int, spot: Spot) -> None:
        """What only a member on one side uses is used, too."""
        self.notes.visited[side].add(followed((self.old, self.new)[side], spot).path)

    def _references(self, pair: Pair, old: Spot, new: Spot) -> None:
        key = ("$ref", old.path, new.path)
        before, after = ([spot.value for spot in flat.references] for flat in (pair.old, pair.new))
        if before != after and key not in self._seen:
            self._seen.add(key)
            places = [
                Mark(flat.references[0].path) if flat.references else Mark((*spot.path, "$ref"), False)
                for flat, spot in ((pair.old, old), (pair.new, new))
            ]
            pair.emit("reference-changed", "taken from another place", places[0], places[1])

    def _never(self, pair: Pair, old: Spot, new: Spot) -> bool:
        """``false`` as a schema: whether there is nothing else to compare."""
        before, after = ("$never" in flat.keywords for flat in (pair.old, pair.new))
        if before != after:
            code = "schema-forbidden" if after else "schema-allowed"
            said = "no value is allowed now" if after else "values are allowed now"
            pair.emit(code, said, Mark(old.path), Mark(new.path), [Patch("set", old.path, new.value)])
            self.seen_below(int(before), new if before else old)
        return before or after


def _rest(pair: Pair) -> None:
    """Keywords that nothing here knows, and those that stand twice and cannot be merged."""
    for keyword in dict.fromkeys((*pair.old.keywords, *pair.new.keywords)):
        before, after = pair.old.keywords.get(keyword), pair.new.keywords.get(keyword)
        if keyword in _HANDLED or (before is not None and after is not None and same(before.value, after.value)):
            continue
        old, new = pair.marks(keyword)
        pair.emit("other-changed", f"{keyword} changed", old, new, pair.whole(keyword))
    left, right = list(pair.old.extra), list(pair.new.extra)
    for one in list(left):
        found = next((other for other in right if one[0] == other[0] and same(one[1].value, other[1].value)), None)
        if found is not None:
            left.remove(one)
            right.remove(found)
    for keyword, spot in left:
        pair.emit(
            "condition-removed",
            f"{keyword} stands there once less",
            Mark(spot.path),
            Mark((*pair.new.path, keyword), False),
            [Patch("delete", spot.path)],
        )
    for keyword, spot in right:
        pair.emit(
            "condition-added",
            f"{keyword} stands there once more",
            Mark((*pair.old.path, keyword), False),
            Mark(spot.path),
        )
