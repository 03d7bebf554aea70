"""The walk through two schemas: members, items and compositions, with everything judged in its direction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from contract_kit.diff.changes import Patch
from contract_kit.diff.effects import Effect
from contract_kit.diff.emitting import ITEM, OTHER, Mark, Notes, Pair, Root, Where, mark
from contract_kit.diff.flattening import Flat, Spot, flatten, followed, same
from contract_kit.diff.keywords import HANDLED as SINGLE
from contract_kit.diff.keywords import (
    compare_forms,
    compare_limits,
    compare_lists,
    compare_notes,
    compare_types,
    listed,
    types_of,
)
from contract_kit.diff.own import HANDLED as OWN
from contract_kit.diff.own import compare_own
from contract_kit.findings import Evidence

_STRUCTURE = frozenset({
    "required", "additionalProperties", "items", "anyOf", "oneOf", "not", "if", "then", "else", "patternProperties",
    "propertyNames", "contains", "dependentRequired", "dependentSchemas", "prefixItems", "$never",
})  # fmt: skip
_CONDITIONS = ("contains", "prefixItems")
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
        self._members(pair)
        self._unknown(pair)
        self._items(pair)
        self._unions(pair)
        self._conditions(pair)
        self._maps(pair)
        self._rest(pair)

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
            self._seen_below(int(before), new if before else old)
        return before or after

    # -- members ------------------------------------------------------------------------------------------------------

    def _members(self, pair: Pair) -> None:
        for name in dict.fromkeys((*pair.old.members, *pair.new.members)):
            before, after = pair.old.members.get(name, []), pair.new.members.get(name, [])
            if before and after:
                for index in range(max(len(before), len(after))):
                    one, other = before[min(index, len(before) - 1)], after[min(index, len(after) - 1)]
                    self.compare(one, other, pair.where.below(name))
            elif after:
                self._member_added(pair, name, after[0])
            else:
                self._member_removed(pair, name, before[0])
        for name in dict.fromkeys((*pair.old.required, *pair.new.required)):
            self._required(pair, name)

    def _member_added(self, pair: Pair, name: str, spot: Spot) -> None:
        must = name in pair.new.required and name not in pair.old.required
        place = Mark((*pair.old.path, "properties", name), False)
        patches = [Patch("set", place.path, spot.value)]
        if must:
            patches.append(Patch("append", _required_path(pair.old), name))
        unknown = _unknown(pair.old)
        effect = Effect.WIDER if unknown.value is False else None
        code = f"{pair.direction}-{'required-' if must else ''}member-added"
        pair.emit(
            code,
            f'"{name}" is new{" and required" if must else ""}',
            place,
            Mark(spot.path),
            patches,
            None if must else effect,
        )
        if spot.value is False and unknown.value is not False:
            inside = Pair(self.notes, pair.where.below(name), pair.old, pair.new)
            inside.emit("schema-forbidden", "no value is allowed now", place, Mark(spot.path), patches)
        elif isinstance(unknown.value, dict) and unknown.value:
            self.compare(unknown, spot, pair.where.below(name))
        self._seen_below(1, spot)

    def _member_removed(self, pair: Pair, name: str, spot: Spot) -> None:
        must = name in pair.old.required and name not in pair.new.required
        place = Mark((*pair.new.path, "properties", name), False)
        patches = [Patch("delete", spot.path)]
        if must:
            patches.append(Patch("drop", pair.old.required[name].path[:-1], name))
        unknown = _unknown(pair.new)
        effect = Effect.NARROWER if unknown.value is False else None
        code = f"{pair.direction}-{'required-' if must else ''}member-removed"
        pair.emit(code, f'"{name}" is gone{", and was required" if must else ""}', Mark(spot.path), place, patches, effect)
        if spot.value is False and unknown.value is not False:
            inside = Pair(self.notes, pair.where.below(name), pair.old, pair.new)
            inside.emit("schema-allowed", "values are allowed now", Mark(spot.path), place, patches)
        elif isinstance(unknown.value, dict) and unknown.value:
            self.compare(spot, unknown, pair.where.below(name))
        self._seen_below(0, spot)

    def _seen_below(self, side: int, spot: Spot) -> None:
        """What only a member on one side uses is used, too."""
        self.notes.visited[side].add(followed((self.old, self.new)[side], spot).path)

    def _required(self, pair: Pair, name: str) -> None:
        before, after = pair.old.required.get(name), pair.new.required.get(name)
        known = [name in flat.members for flat in (pair.old, pair.new)]
        if (before is None) == (after is None) or (known[0] != known[1] and known[before is None]):
            return  # the same, or said with the member itself
        old = Mark(before.path) if before else Mark(_required_path(pair.old), False)
        new = Mark(after.path) if after else Mark(_required_path(pair.new), False)
        if after is not None:
            pair.emit("member-now-required", f'"{name}" must be there', old, new, [Patch("append", old.path, name)])
        elif before is not None:
            patches = [Patch("drop", before.path[:-1], name)]
            pair.emit("member-no-longer-required", f'"{name}" may be missing', old, new, patches)

    def _unknown(self, pair: Pair) -> None:
        before, after = _unknown(pair.old), _unknown(pair.new)
        closed = [spot.value is False for spot in (before, after)]
        if closed[0] != closed[1]:
            old, new = pair.marks("additionalProperties")
            code = "unknown-members-forbidden" if closed[1] else "unknown-members-allowed"
            said = "members that are not named are " + ("forbidden" if closed[1] else "allowed")
            pair.emit(code, said, old, new, pair.whole("additionalProperties"))
        elif not closed[0]:
            self.compare(before, after, pair.where.below(OTHER))

    def _items(self, pair: Pair) -> None:
        before, after = (flat.keywords.get("items") for flat in (pair.old, pair.new))
        if before is not None or after is not None:
            self.compare(_or_any(before, pair.old, "items"), _or_any(after, pair.new, "items"), pair.where.below(ITEM))

    # -- compositions -------------------------------------------------------------------------------------------------

    def _unions(self, pair: Pair) -> None:
        for keyword in ("anyOf", "oneOf"):
            before, after = (flat.keywords.get(keyword) for flat in (pair.old, pair.new))
            if before is None or after is None:
                self._condition(pair, keyword, before, after)
                continue
            if not isinstance(before.value, list) or not isinstance(after.value, list):
                self._condition(pair, keyword, before, after)
                continue
            branches = [
                [Spot(branch, (*spot.path, index)) for index, branch in enumerate(spot.value)] for spot in (before, after)
            ]
            carries = keyword == "anyOf" or (self._apart(self.old, branches[0]) and self._apart(self.new, branches[1]))
            inner = pair.where if carries else pair.where.turned(0)
            matched, gone, new = self._matched(*branches)
            for one, other in matched:
                self.compare(one, other, inner)
            inside = Pair(self.notes, inner, pair.old, pair.new)
            for one in gone:
                self._seen_below(0, one)
                inside.emit(
                    "alternative-removed",
                    f"a branch of {keyword} is gone",
                    Mark(one.path),
                    Mark(after.path, False),
                    [Patch("drop", before.path, one.value)],
                )
            for other in new:
                self._seen_below(1, other)
                inside.emit(
                    "alternative-added",
                    f"{keyword} has a new branch",
                    Mark(before.path, False),
                    Mark(other.path),
                    [Patch("append", before.path, other.value)],
                )

    def _apart(self, document: Any, branches: Iterable[Spot]) -> bool:
        """Whether no value fits two branches, by their types."""
        types = []
        for branch in branches:
            flat = flatten(document, branch)
            values = listed(flat)
            types.append(types_of(flat) if values is None else types_of(flat) & _types_of_values(values[0]))
        return all(not one & other for index, one in enumerate(types) for other in types[index + 1 :])

    def _matched(self, old: list[Spot], new: list[Spot]) -> tuple[list[tuple[Spot, Spot]], list[Spot], list[Spot]]:
        """Branches in pairs, and those that are left over: by what they say, then by where they are defined, then by their
        types and members; what remains of both belongs together where it is one of each."""
        matched: list[tuple[Spot, Spot]] = []
        left, right = list(old), list(new)
        tests: tuple[Callable[[Spot, Spot], bool], ...] = (
            lambda one, other: same(followed(self.old, one).value, followed(self.new, other).value),
            lambda one, other: isinstance(one.value, dict) and "$ref" in one.value and same(one.value, other.value),
            lambda one, other: self._signature(self.old, one) == self._signature(self.new, other),
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

    def _signature(self, document: Any, spot: Spot) -> tuple[object, ...]:
        flat = flatten(document, spot)
        return (types_of(flat), frozenset(flat.required), "enum" in flat.keywords or "const" in flat.keywords)

    def _conditions(self, pair: Pair) -> None:
        before, after = (flat.keywords.get("not") for flat in (pair.old, pair.new))
        if before is not None and after is not None:
            self.compare(before, after, pair.where.turned(-1))
        else:
            self._condition(pair, "not", before, after)
        tests = [flat.keywords.get("if") for flat in (pair.old, pair.new)]
        if tests[0] is not None and tests[1] is not None and same(tests[0].value, tests[1].value):
            for keyword in ("then", "else"):
                before, after = (flat.keywords.get(keyword) for flat in (pair.old, pair.new))
                if before is not None or after is not None:
                    self.compare(_or_any(before, pair.old, keyword), _or_any(after, pair.new, keyword), pair.where)
        elif tests[0] is not None or tests[1] is not None:
            self._condition(pair, "if", *tests)
        for keyword in _CONDITIONS:
            self._condition(pair, keyword, *(flat.keywords.get(keyword) for flat in (pair.old, pair.new)))
        names = [flat.keywords.get("propertyNames") for flat in (pair.old, pair.new)]
        if names[0] is not None or names[1] is not None:
            nowhere = Where(pair.where.root, None, pair.where.polarity)
            self.compare(_or_any(names[0], pair.old, "propertyNames"), _or_any(names[1], pair.new, "propertyNames"), nowhere)

    def _condition(self, pair: Pair, keyword: str, before: Spot | None, after: Spot | None) -> None:
        """A keyword that is there on one side only, or whose content is not looked into."""
        if (before is None and after is None) or (
            before is not None and after is not None and same(before.value, after.value)
        ):
            return
        end = "changed" if before is not None and after is not None else "added" if after is not None else "removed"
        old, new = pair.marks(keyword)
        words = {"added": f"{keyword} is new", "removed": f"{keyword} is gone", "changed": f"{keyword} was reshaped"}
        together = ("if", "then", "else") if keyword == "if" else (keyword,)
        patches = [patch for one in together for patch in pair.whole(one)]
        moved = keyword in ("anyOf", "oneOf") and end != "changed" and _moved(pair, end == "added")
        pair.emit(f"condition-{end}", words[end], old, new, patches, Effect.OPEN if moved else None)

    def _maps(self, pair: Pair) -> None:
        for keyword in ("patternProperties", "dependentSchemas", "dependentRequired"):
            before, after = (flat.keywords.get(keyword) for flat in (pair.old, pair.new))
            maps = [spot.value if spot is not None and isinstance(spot.value, dict) else {} for spot in (before, after)]
            places = pair.marks(keyword)
            for name in dict.fromkeys((*maps[0], *maps[1])):
                spots = [
                    Spot(entries[name], (*place.path, name)) if name in entries else None
                    for entries, place in zip(maps, places, strict=True)
                ]
                if spots[0] and spots[1] and keyword != "dependentRequired":
                    inner = (
                        pair.where if keyword == "dependentSchemas" else Where(pair.where.root, None, pair.where.polarity)
                    )
                    self.compare(spots[0], spots[1], inner)
                elif not (spots[0] and spots[1] and same(spots[0].value, spots[1].value)):
                    self._entry(pair, keyword, name, spots, places)

    def _entry(self, pair: Pair, keyword: str, name: str, spots: list[Spot | None], places: tuple[Mark, Mark]) -> None:
        old, new = (
            Mark(spot.path) if spot is not None else Mark((*place.path, name), False)
            for spot, place in zip(spots, places, strict=True)
        )
        fewer = more = True
        if keyword == "dependentRequired":
            before, after = (
                set(map(str, spot.value)) if spot is not None and isinstance(spot.value, list) else set() for spot in spots
            )
            fewer, more = after <= before, before <= after
        elif _unknown(pair.old).value is not True or _unknown(pair.new).value is not True:
            fewer = more = False  # names that a pattern lets in are not unknown any more
        else:
            fewer, more = spots[1] is None, spots[0] is None
        code = (
            "condition-added" if more and not fewer else "condition-removed" if fewer and not more else "condition-changed"
        )
        patches = [Patch("set", old.path, spots[1].value)] if spots[1] is not None else [Patch("delete", old.path)]
        pair.emit(code, f'{keyword}, "{name}"', old, new, patches)

    def _rest(self, pair: Pair) -> None:
        """Keywords that nothing here knows, and those that stand twice and cannot be merged."""
        handled = SINGLE | OWN | _STRUCTURE
        for keyword in dict.fromkeys((*pair.old.keywords, *pair.new.keywords)):
            before, after = pair.old.keywords.get(keyword), pair.new.keywords.get(keyword)
            if keyword in handled or (before is not None and after is not None and same(before.value, after.value)):
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


def _moved(pair: Pair, added: bool) -> bool:
    """Whether what a union came to, or went from, is said less on its other side: then it may have taken that over."""
    without, beside = (pair.old, pair.new) if added else (pair.new, pair.old)
    lost = (without.keywords.keys() | without.members.keys()) - (beside.keywords.keys() | beside.members.keys())
    return bool(lost)


def _unknown(flat: Flat) -> Spot:
    """What holds for members that are not named."""
    spot = flat.keywords.get("additionalProperties")
    return spot if spot is not None else Spot(True, (*flat.path, "additionalProperties"))


def _or_any(spot: Spot | None, flat: Flat, keyword: str) -> Spot:
    return spot if spot is not None else Spot(True, (*flat.path, keyword))


def _required_path(flat: Flat) -> tuple[str | int, ...]:
    return mark(flat, "required").path


def _types_of_values(spots: Iterable[Spot]) -> frozenset[str]:
    names = {bool: "boolean", int: "integer", float: "fraction", str: "string", list: "array", dict: "object"}
    return frozenset(names.get(type(spot.value), "null") for spot in spots)
