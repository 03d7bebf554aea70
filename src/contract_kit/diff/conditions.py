"""Keywords that hold under a condition: ``not``, ``if`` with ``then`` and ``else``, ``contains``, ``prefixItems``,
``propertyNames``, ``patternProperties``, ``dependentSchemas`` and ``dependentRequired``."""

from __future__ import annotations

from contract_kit.diff.changes import Patch
from contract_kit.diff.descent import Descent, or_any, unknown_members
from contract_kit.diff.effects import Effect
from contract_kit.diff.emitting import Mark, Pair, Where
from contract_kit.diff.flattening import Spot, same

HANDLED = frozenset({
    "not", "if", "then", "else", "contains", "prefixItems", "propertyNames", "patternProperties", "dependentSchemas",
    "dependentRequired",
})  # fmt: skip
_CONDITIONS = ("contains", "prefixItems")


def compare_conditions(walk: Descent, pair: Pair) -> None:
    """Conditions on the value as a whole, on its items, and on the names of its members."""
    before, after = (flat.keywords.get("not") for flat in (pair.old, pair.new))
    if before is not None and after is not None:
        walk.compare(before, after, pair.where.turned(-1))
    else:
        compare_presence(pair, "not", before, after)
    tests = [flat.keywords.get("if") for flat in (pair.old, pair.new)]
    if tests[0] is not None and tests[1] is not None and same(tests[0].value, tests[1].value):
        for keyword in ("then", "else"):
            before, after = (flat.keywords.get(keyword) for flat in (pair.old, pair.new))
            if before is not None or after is not None:
                walk.compare(or_any(before, pair.old, keyword), or_any(after, pair.new, keyword), pair.where)
    elif tests[0] is not None or tests[1] is not None:
        compare_presence(pair, "if", *tests)
    for keyword in _CONDITIONS:
        compare_presence(pair, keyword, *(flat.keywords.get(keyword) for flat in (pair.old, pair.new)))
    names = [flat.keywords.get("propertyNames") for flat in (pair.old, pair.new)]
    if names[0] is not None or names[1] is not None:
        nowhere = Where(pair.where.root, None, pair.where.polarity)
        walk.compare(or_any(names[0], pair.old, "propertyNames"), or_any(names[1], pair.new, "propertyNames"), nowhere)


def compare_presence(pair: Pair, keyword: str, before: Spot | None, after: Spot | None) -> None:
    """A keyword that is there on one side only, or whose content is not looked into."""
    if (before is None and after is None) or (before is not None and after is not None and same(before.value, after.value)):
        return
    end = "changed" if before is not None and after is not None else "added" if after is not None else "removed"
    old, new = pair.marks(keyword)
    words = {"added": f"{keyword} is new", "removed": f"{keyword} is gone", "changed": f"{keyword} was reshaped"}
    together = ("if", "then", "else") if keyword == "if" else (keyword,)
    patches = [patch for one in together for patch in pair.whole(one)]
    moved = keyword in ("anyOf", "oneOf") and end != "changed" and _moved(pair, end == "added")
    pair.emit(f"condition-{end}", words[end], old, new, patches, Effect.OPEN if moved else None)


def compare_maps(walk: Descent, pair: Pair) -> None:
    """Subschemas and lists of names under a name or a pattern."""
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
                inner = pair.where if keyword == "dependentSchemas" else Where(pair.where.root, None, pair.where.polarity)
                walk.compare(spots[0], spots[1], inner)
            elif not (spots[0] and spots[1] and same(spots[0].value, spots[1].value)):
                _entry(pair, keyword, name, spots, places)


def _entry(pair: Pair, keyword: str, name: str, spots: list[Spot | None], places: tuple[Mark, Mark]) -> None:
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
    elif unknown_members(pair.old).value is not True or unknown_members(pair.new).value is not True:
        fewer = more = False  # names that a pattern lets in are not unknown any more
    else:
        fewer, more = spots[1] is None, spots[0] is None
    code = "condition-added" if more and not fewer else "condition-removed" if fewer and not more else "condition-changed"
    patches = [Patch("set", old.path, spots[1].value)] if spots[1] is not None else [Patch("delete", old.path)]
    pair.emit(code, f'{keyword}, "{name}"', old, new, patches)


def _moved(pair: Pair, added: bool) -> bool:
    """Whether what a union came to, or went from, is said less on its other side: then it may have taken that over."""
    without, beside = (pair.old, pair.new) if added else (pair.new, pair.old)
    lost = (without.keywords.keys() | without.members.keys()) - (beside.keywords.keys() | beside.members.keys())
    return bool(lost)
