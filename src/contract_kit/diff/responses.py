"""What an operation answers: statuses, media types and headers."""

from __future__ import annotations

from contract_kit.diff.changes import Patch
from contract_kit.diff.emitting import Mark, two
from contract_kit.diff.flattening import Spot, followed
from contract_kit.diff.objects import ObjectWalk, both, mapping, taken


def compare_responses(walker: ObjectWalk, old: Spot, new: Spot) -> None:
    """Answers by status, with what they hold and their headers."""
    before, after = mapping(old.value.get("responses")), mapping(new.value.get("responses"))
    for status in dict.fromkeys((*before, *after)):
        one, other = before.get(status), after.get(status)
        at = both((*old.path, "responses"), (*new.path, "responses"), status, one, other)
        if one is None or other is None:
            noun = "success" if status.startswith("2") else "status"
            code = f"response-{noun}-{'added' if one is None else 'removed'}"
            said = f"{status} is {'new' if one is None else 'gone'}"
            walker.notes.add(code, said, *at, taken(at[0].path, other))
            walker.use(one, other)
            continue
        spots = followed(walker.old, Spot(one, at[0].path)), followed(walker.new, Spot(other, at[1].path))
        for side, spot in enumerate(spots):
            walker.notes.visited[side].add(spot.path)
        walker.content("response", f"answer {status}", *spots)
        _headers(walker, status, *spots)
        walker.compared(spots[0].path, spots[1].path, spots[0].value, spots[1].value, frozenset({"content", "headers"}))


def _headers(walker: ObjectWalk, status: str, old: Spot, new: Spot) -> None:
    before, after = (
        {name.lower(): (name, value) for name, value in mapping(side.value.get("headers")).items()} for side in (old, new)
    )
    for key in dict.fromkeys((*before, *after)):
        one, other = before.get(key), after.get(key)
        marks = [
            Mark((*side.path, "headers", (found or one or other or ("",))[0]), found is not None)
            for side, found in ((old, one), (new, other))
        ]
        called = f"answer {status}, {(other or one or ('',))[0]}"
        if one is None or other is None:
            value = (one or other or ("", {}))[1]
            spot = followed(walker.old if one else walker.new, Spot(value, marks[0 if one else 1].path))
            must = spot.value.get("required") is True
            end = (
                ("now-required" if one is None else "no-longer-required")
                if must
                else ("added" if one is None else "removed")
            )
            patches = taken(marks[0].path, other and other[1])
            walker.notes.add(
                f"response-header-{end}", f"{called} is {'new' if one is None else 'gone'}", *two(marks), patches
            )
            walker.use(one and {"$": one[1]}, other and {"$": other[1]})
            continue
        spots = followed(walker.old, Spot(one[1], marks[0].path)), followed(walker.new, Spot(other[1], marks[1].path))
        for side, spot in enumerate(spots):
            walker.notes.visited[side].add(spot.path)
        _header(walker, called, *spots)


def _header(walker: ObjectWalk, called: str, old: Spot, new: Spot) -> None:
    required = [side.value.get("required") is True for side in (old, new)]
    if required[0] != required[1]:
        at = both(old.path, new.path, "required", old.value.get("required"), new.value.get("required"))
        code = "response-header-now-required" if required[1] else "response-header-no-longer-required"
        walker.notes.add(code, called, *at, [Patch("set", at[0].path, required[1])])
    schemas = [Spot(side.value.get("schema", True), (*side.path, "schema")) for side in (old, new)]
    walker.schema("response", called, schemas[0], schemas[1])
    walker.compared(old.path, new.path, old.value, new.value, frozenset({"required", "schema"}))
