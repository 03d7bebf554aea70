"""Keywords that apply subschemas to the children of a value: ``properties`` with ``required``, ``additionalProperties`` and
``items``."""

from __future__ import annotations

from contract_kit.diff.changes import Patch
from contract_kit.diff.descent import Descent, or_any, required_path, unknown_members
from contract_kit.diff.effects import Effect
from contract_kit.diff.emitting import ITEM, OTHER, Mark, Pair
from contract_kit.diff.flattening import Spot

HANDLED = frozenset({"required", "additionalProperties", "items"})


def compare_members(walk: Descent, pair: Pair) -> None:
    """Members by name, then which of them must be there."""
    for name in dict.fromkeys((*pair.old.members, *pair.new.members)):
        before, after = pair.old.members.get(name, []), pair.new.members.get(name, [])
        if before and after:
            for index in range(max(len(before), len(after))):
                one, other = before[min(index, len(before) - 1)], after[min(index, len(after) - 1)]
                walk.compare(one, other, pair.where.below(name))
        elif after:
            _added(walk, pair, name, after[0])
        else:
            _removed(walk, pair, name, before[0])
    for name in dict.fromkeys((*pair.old.required, *pair.new.required)):
        _required(walk, pair, name)


def compare_unknown(walk: Descent, pair: Pair) -> None:
    """Members that no schema names."""
    before, after = unknown_members(pair.old), unknown_members(pair.new)
    closed = [spot.value is False for spot in (before, after)]
    if closed[0] != closed[1]:
        old, new = pair.marks("additionalProperties")
        code = "unknown-members-forbidden" if closed[1] else "unknown-members-allowed"
        said = "members that are not named are " + ("forbidden" if closed[1] else "allowed")
        pair.emit(code, said, old, new, pair.whole("additionalProperties"))
    elif not closed[0]:
        walk.compare(before, after, pair.where.below(OTHER))


def compare_items(walk: Descent, pair: Pair) -> None:
    """What holds for each item of an array."""
    before, after = (flat.keywords.get("items") for flat in (pair.old, pair.new))
    if before is not None or after is not None:
        walk.compare(or_any(before, pair.old, "items"), or_any(after, pair.new, "items"), pair.where.below(ITEM))


def _added(walk: Descent, pair: Pair, name: str, spot: Spot) -> None:
    must = name in pair.new.required and name not in pair.old.required
    place = Mark((*pair.old.path, "properties", name), False)
    patches = [Patch("set", place.path, spot.value)]
    if must:
        patches.append(Patch("append", required_path(pair.old), name))
    unknown = unknown_members(pair.old)
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
        inside = Pair(walk.notes, pair.where.below(name), pair.old, pair.new)
        inside.emit("schema-forbidden", "no value is allowed now", place, Mark(spot.path), patches)
    elif isinstance(unknown.value, dict) and unknown.value:
        walk.compare(unknown, spot, pair.where.below(name))
    walk.seen_below(1, spot)


def _removed(walk: Descent, pair: Pair, name: str, spot: Spot) -> None:
    must = name in pair.old.required and name not in pair.new.required
    place = Mark((*pair.new.path, "properties", name), False)
    patches = [Patch("delete", spot.path)]
    if must:
        patches.append(Patch("drop", pair.old.required[name].path[:-1], name))
    unknown = unknown_members(pair.new)
    effect = Effect.NARROWER if unknown.value is False else None
    code = f"{pair.direction}-{'required-' if must else ''}member-removed"
    pair.emit(code, f'"{name}" is gone{", and was required" if must else ""}', Mark(spot.path), place, patches, effect)
    if spot.value is False and unknown.value is not False:
        inside = Pair(walk.notes, pair.where.below(name), pair.old, pair.new)
        inside.emit("schema-allowed", "values are allowed now", Mark(spot.path), place, patches)
    elif isinstance(unknown.value, dict) and unknown.value:
        walk.compare(spot, unknown, pair.where.below(name))
    walk.seen_below(0, spot)


def _required(walk: Descent, pair: Pair, name: str) -> None:
    before, after = pair.old.required.get(name), pair.new.required.get(name)
    known = [name in flat.members for flat in (pair.old, pair.new)]
    if (before is None) == (after is None) or (known[0] != known[1] and known[before is None]):
        return  # the same, or said with the member itself
    old = Mark(before.path) if before else Mark(required_path(pair.old), False)
    new = Mark(after.path) if after else Mark(required_path(pair.new), False)
    if after is not None:
        pair.emit("member-now-required", f'"{name}" must be there', old, new, [Patch("append", old.path, name)])
    elif before is not None:
        patches = [Patch("drop", before.path[:-1], name)]
        pair.emit("member-no-longer-required", f'"{name}" may be missing', old, new, patches)
