"""Single keywords of a pair of schemas: types, lists of values, limits, patterns, and what only describes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contract_kit.diff.changes import Patch
from contract_kit.diff.effects import Effect
from contract_kit.diff.emitting import Mark, Pair, mark, note_mark, values, word
from contract_kit.diff.flattening import LOWER, UPPER, Flat, Spot, is_number, same
from contract_kit.findings import Evidence

_ALL = frozenset({"null", "boolean", "integer", "fraction", "string", "array", "object"})
_SPOKEN = {"fraction": "number"}
_FROM_ZERO = ("minLength", "minItems", "minProperties")
"""Lower limits of which 0 says nothing."""
_WIDER_FORMATS = (("int32", "int64"), ("float", "double"))
_WORDING = ("title", "description", "summary", "$comment", "externalDocs")
HANDLED = frozenset(
    {"type", "nullable", "enum", "const", "pattern", "format", "multipleOf", "uniqueItems"} | {*UPPER, *LOWER}
)


def types_of(flat: Flat) -> frozenset[str]:
    """The types of value that a schema lets through, by ``type``, ``nullable``, ``enum`` and ``const``."""
    declared = flat.keywords.get("type")
    found = set(_ALL)
    if declared is not None:
        named = declared.value if isinstance(declared.value, list) else [declared.value]
        found = {part for one in named for part in (("integer", "fraction") if one == "number" else (str(one),))}
        nullable = flat.keywords.get("nullable")
        if nullable is not None and nullable.value is True:
            found.add("null")
    return frozenset(found)


def spoken(types: frozenset[str]) -> str:
    """Types in words."""
    if types == _ALL:
        return "any type"
    names = {_SPOKEN.get(one, one) for one in types}
    return " or ".join(sorted(names - ({"integer"} if "fraction" in types else set()))) or "no type"


def compare_types(pair: Pair) -> None:
    """``type`` and ``nullable``."""
    before, after = types_of(pair.old), types_of(pair.new)
    if before == after:
        return
    keyword = "type" if any("type" in flat.keywords for flat in (pair.old, pair.new)) else "nullable"
    if all("nullable" in flat.keywords or "type" in flat.keywords for flat in (pair.old, pair.new)):
        declared = [flat.keywords.get("type") for flat in (pair.old, pair.new)]
        if declared[0] and declared[1] and same(declared[0].value, declared[1].value):
            keyword = "nullable"
    old, new = pair.marks(keyword)
    said = f"{spoken(before)} before, {spoken(after)} now"
    patches = [*pair.whole("type"), *pair.whole("nullable")]
    if after < before:
        pair.emit("null-forbidden" if before - after == {"null"} else "type-narrowed", said, old, new, patches)
    elif before < after:
        pair.emit("null-allowed" if after - before == {"null"} else "type-widened", said, old, new, patches)
    else:
        pair.emit("type-changed", said, old, new, patches)


def listed(flat: Flat) -> tuple[list[Spot], Mark] | None:
    """The only values of a schema, each with its place, and the place of the list; ``None`` where it has none."""
    if "const" in flat.keywords and "enum" not in flat.keywords:
        return [flat.keywords["const"]], mark(flat, "const")
    spot = flat.keywords.get("enum")
    if spot is None or not isinstance(spot.value, list):
        return None
    found = [Spot(value, (*spot.path, index)) for index, value in enumerate(spot.value)]
    if "const" in flat.keywords:
        found = [one for one in found if same(one.value, flat.keywords["const"].value)]
    return found, Mark(spot.path)


def compare_lists(pair: Pair) -> None:
    """``enum`` and ``const``."""
    before, after = listed(pair.old), listed(pair.new)
    if before is None and after is None:
        return
    if before is None or after is None:
        keyword = "const" if any("const" in flat.keywords for flat in (pair.old, pair.new)) else "enum"
        if keyword == "const" and any("enum" in flat.keywords for flat in (pair.old, pair.new)):
            keyword = "enum"
        old, new = pair.marks(keyword)
        spots, _ = after or before or ([], None)
        allowed = ", ".join(word(spot.value) for spot in spots)
        if before is None:
            pair.emit("enum-introduced", f"only {allowed} now", old, new, pair.whole(keyword))
        else:
            pair.emit("enum-abolished", f"only {allowed} before", old, new, pair.whole(keyword))
        return
    in_lists = before[1].path[-1:] == after[1].path[-1:] == ("enum",)
    for spot in before[0]:
        if not any(same(spot.value, other.value) for other in after[0]):
            patches = [Patch("drop", before[1].path, spot.value)] if in_lists else []
            pair.emit(
                "enum-value-removed", f"{word(spot.value)} is gone", Mark(spot.path), Mark(after[1].path, False), patches
            )
    for spot in after[0]:
        if not any(same(spot.value, other.value) for other in before[0]):
            patches = [Patch("append", before[1].path, spot.value)] if in_lists else []
            pair.emit(
                "enum-value-added", f"{word(spot.value)} is new", Mark(before[1].path, False), Mark(spot.path), patches
            )


def compare_limits(pair: Pair) -> None:
    """``maximum``, ``minLength`` and all limits like them."""
    for keyword in UPPER + LOWER:
        before, after = (flat.keywords.get(keyword) for flat in (pair.old, pair.new))
        if before is None and after is None:
            continue
        old, new = pair.marks(keyword)
        known = [spot.value for spot in (before, after) if spot is not None]
        if not all(map(is_number, known)):
            if len(known) == 1 or not same(*known):
                pair.emit("condition-changed", f"{keyword} is of another form", old, new, pair.whole(keyword))
            continue
        infinite = float("inf") if keyword in UPPER else 0 if keyword in _FROM_ZERO else float("-inf")
        low, high = (spot.value if spot is not None else infinite for spot in (before, after))
        if low == high:
            continue
        said = f"{keyword} {_figure(before)} before, {_figure(after)} now"
        if keyword in UPPER:
            pair.emit("upper-limit-lowered" if high < low else "upper-limit-raised", said, old, new, pair.whole(keyword))
        else:
            pair.emit("lower-limit-raised" if high > low else "lower-limit-lowered", said, old, new, pair.whole(keyword))


def _figure(spot: Spot | None) -> str:
    return "none" if spot is None else f"{spot.value}"


def compare_forms(pair: Pair) -> None:
    """``pattern``, ``format``, ``multipleOf`` and ``uniqueItems``."""
    for keyword, noun in (("pattern", "pattern"), ("format", "format"), ("multipleOf", "multiple")):
        before, after = (flat.keywords.get(keyword) for flat in (pair.old, pair.new))
        if (before is None and after is None) or (before and after and same(before.value, after.value)):
            continue
        old, new = pair.marks(keyword)
        said = f"{keyword} {_quoted(before)} before, {_quoted(after)} now"
        end = "changed" if before and after else "introduced" if after else "abolished"
        pair.emit(f"{noun}-{end}", said, old, new, pair.whole(keyword), _by_format(keyword, before, after))
    unique = [
        flat.keywords["uniqueItems"].value is True if "uniqueItems" in flat.keywords else False
        for flat in (pair.old, pair.new)
    ]
    if unique[0] != unique[1]:
        old, new = pair.marks("uniqueItems")
        code = "items-now-unique" if unique[1] else "items-no-longer-unique"
        pair.emit(
            code, "items must differ now" if unique[1] else "items may be equal now", old, new, pair.whole("uniqueItems")
        )


def _by_format(keyword: str, before: Spot | None, after: Spot | None) -> Effect | None:
    """The effect where one format of numbers holds all of the other."""
    if keyword != "format" or before is None or after is None:
        return None
    if (before.value, after.value) in _WIDER_FORMATS:
        return Effect.WIDER
    return Effect.NARROWER if (after.value, before.value) in _WIDER_FORMATS else None


def _quoted(spot: Spot | None) -> str:
    return "none" if spot is None else str(spot.value)


def compare_notes(pair: Pair, grades: tuple[Mapping[str, Evidence], Mapping[str, Evidence]]) -> None:
    """What only describes: titles, examples, defaults, facts and their grades."""
    for keyword in dict.fromkeys((*pair.old.notes, *pair.new.notes)):
        before, after = (values(flat.notes.get(keyword, ())) for flat in (pair.old, pair.new))
        if same(before, after) or keyword in ("x-facts", "x-evidence"):
            continue
        old, new = note_mark(pair.old, keyword), note_mark(pair.new, keyword)
        patches = [Patch("set", old.path, after[0])] if after else [Patch("delete", old.path)]
        if keyword in _WORDING:
            pair.emit("wording-changed", f"another {keyword}", old, new)
        elif keyword in ("example", "examples"):
            pair.emit("example-changed", "another example", old, new)
        elif keyword == "default":
            pair.emit("default-changed", f"default {_first(before)} before, {_first(after)} now", old, new)
        elif keyword in ("deprecated", "x-personal"):
            _switched(pair, keyword, any(map(bool, before)), any(map(bool, after)), old, new, patches)
        else:
            pair.emit("access-changed", f"{keyword} changed", old, new)
    _grounds(pair, grades)


def _switched(pair: Pair, keyword: str, before: bool, after: bool, old: Mark, new: Mark, patches: list[Patch]) -> None:
    codes = {
        "deprecated": ("deprecated", "no-longer-deprecated"),
        "x-personal": ("personal-mark-added", "personal-mark-removed"),
    }
    if before != after:
        said = {"deprecated": "marked as to be given up", "x-personal": "marked as personal data"}[keyword]
        pair.emit(codes[keyword][before], f"{'no longer ' if before else ''}{said}", old, new, patches)
    else:
        pair.emit("wording-changed", f"{keyword} is written otherwise", old, new)


def _first(found: list[Any]) -> str:
    return word(found[0]) if found else "none"


def _grounds(pair: Pair, grades: tuple[Mapping[str, Evidence], Mapping[str, Evidence]]) -> None:
    said = []
    for flat, known in zip((pair.old, pair.new), grades, strict=True):
        facts = [fact for listed_ in values(flat.notes.get("x-facts", ())) if isinstance(listed_, list) for fact in listed_]
        named = values(flat.notes.get("x-evidence", ()))
        given = [known[fact] for fact in facts if fact in known]
        grade = _grade(named[0]) if named else max(given, key=lambda one: one.rank, default=Evidence.ASSUMED)
        said.append((facts, named, grade))
    (facts, named, before), (facts_now, named_now, after) = said
    if facts == facts_now and same(named, named_now):
        return
    keyword = "x-evidence" if not same(named, named_now) else "x-facts"
    old, new = note_mark(pair.old, keyword), note_mark(pair.new, keyword)
    spots = pair.new.notes.get(keyword)
    patches = [Patch("set", old.path, spots[0].value)] if spots else [Patch("delete", old.path)]
    if before is not None and after is not None and before.rank != after.rank:
        code = "evidence-raised" if after.rank > before.rank else "evidence-lowered"
        pair.emit(code, f"evidence {before.value} before, {after.value} now", old, new, patches)
    else:
        pair.emit("grounds-changed", "rests on other facts", old, new, patches)


def _grade(value: object) -> Evidence | None:
    return next((grade for grade in Evidence if grade.value == value), None)
