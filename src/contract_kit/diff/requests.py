"""What is sent to an operation: its body and its parameters."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from contract_kit.diff.changes import Patch
from contract_kit.diff.emitting import Mark
from contract_kit.diff.flattening import Spot, followed, same
from contract_kit.diff.objects import ObjectWalk, both


def compare_body(walker: ObjectWalk, old: Spot, new: Spot) -> None:
    """The body: whether it must be sent, and what it may hold."""
    spots = [
        followed(document, Spot(side.value["requestBody"], (*side.path, "requestBody")))
        if "requestBody" in side.value
        else None
        for document, side in ((walker.old, old), (walker.new, new))
    ]
    before, after = spots
    required = [spot is not None and spot.value.get("required") is True for spot in spots]
    if required[0] != required[1]:
        at = [
            Mark((*spot.path, "required"), "required" in spot.value)
            if spot is not None
            else Mark((*side.path, "requestBody"), False)
            for spot, side in zip(spots, (old, new), strict=True)
        ]
        patches = [Patch("set", at[0].path, required[1])] if before is not None and after is not None else []
        walker.notes.add(
            "body-now-required" if required[1] else "body-no-longer-required", "the body", at[0], at[1], patches
        )
    walker.notes.visited[0].update([before.path] if before else [])
    walker.notes.visited[1].update([after.path] if after else [])
    if before is None or after is None:
        if before is not after and required[0] == required[1]:
            at = list(both(old.path, new.path, "requestBody", before, after))
            walker.notes.add("other-changed", "the description of a body", at[0], at[1])
        walker.use(before and before.value, after and after.value)
        return
    walker.content("request", "body", before, after)
    walker.compared(before.path, after.path, before.value, after.value, frozenset({"required", "content"}))


def compare_parameters(walker: ObjectWalk, old_path: Spot, new_path: Spot, old: Spot, new: Spot) -> None:
    """Headers, query and path parameters, by place and name."""
    before, after = _defined(walker.old, (old_path, old)), _defined(walker.new, (new_path, new))
    for key in dict.fromkeys((*before, *after)):
        one, other = before.get(key), after.get(key)
        for side, spots in enumerate((one, other)):
            walker.notes.visited[side].update([spots[1].path] if spots else [])
        if one is not None and other is not None:
            _parameter(walker, key, one[1], other[1])
            continue
        spot = (one or other or (old, old))[1]
        must = "required" if spot.value.get("required") is True else "optional"
        listed = (*(old if other is not None else new).path, "parameters")
        where = Mark((one or other or (old, old))[0].path)
        old_mark, new_mark = (where, Mark(listed, False)) if one is not None else (Mark(listed, False), where)
        patches = [Patch("append", listed, other[0].value)] if other is not None else [Patch("delete", where.path)]
        said = f"{key[0]} {spot.value.get('name')} is {'new' if one is None else 'gone'}"
        walker.notes.add(f"{must}-parameter-{'added' if one is None else 'removed'}", said, old_mark, new_mark, patches)
        walker.use(one and spot.value, other and spot.value)


def _parameter(walker: ObjectWalk, key: tuple[str, str], old: Spot, new: Spot) -> None:
    called = f"{key[0]} {new.value.get('name')}"
    required = [side.value.get("required") is True for side in (old, new)]
    if required[0] != required[1]:
        at = both(old.path, new.path, "required", old.value.get("required"), new.value.get("required"))
        code = "parameter-now-required" if required[1] else "parameter-no-longer-required"
        walker.notes.add(code, called, *at, [Patch("set", at[0].path, required[1])])
    for keyword in ("style", "explode", "allowReserved", "content", "allowEmptyValue"):
        if not same(old.value.get(keyword), new.value.get(keyword)):
            at = both(old.path, new.path, keyword, old.value.get(keyword), new.value.get(keyword))
            walker.notes.add("parameter-style-changed", f"{called}: {keyword}", *at)
    schemas = [Spot(side.value.get("schema", True), (*side.path, "schema")) for side in (old, new)]
    walker.schema("request", called, schemas[0], schemas[1])
    handled = frozenset({"schema", "required", "style", "explode", "allowReserved", "content", "allowEmptyValue"})
    walker.compared(old.path, new.path, old.value, new.value, handled)


def _defined(document: Any, sides: Iterable[Spot]) -> dict[tuple[str, str], tuple[Spot, Spot]]:
    """Parameters by place and name, as they are listed and as they are defined; an operation's own win over its path's."""
    found: dict[tuple[str, str], tuple[Spot, Spot]] = {}
    for side in sides:
        for index, entry in enumerate(side.value.get("parameters") or ()):
            spot = Spot(entry, (*side.path, "parameters", index))
            defined = followed(document, spot)
            name, place = str(defined.value.get("name")), str(defined.value.get("in"))
            found[place, name.lower() if place == "header" else name] = (spot, defined)
    return found
