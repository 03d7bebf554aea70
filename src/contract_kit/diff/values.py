"""Values to try at a place: those that a pair of schemas names, those at its limits, and one of every kind."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from contract_kit.diff.emitting import ITEM, OTHER
from contract_kit.diff.flattening import LOWER, UPPER, Flat, Spot, flatten, is_number

LONGEST = 5_000
"""No text or array is made longer than this."""

_PLAIN: tuple[Any, ...] = (
    "", "x", "X", "abc", "ABC", "a1", "true", "false", "12", "919800000001", "+919800000001", "sample.customer@shop.example",
    "two words", "é", "2039-05-11", "2039-05-11T16:36:17+05:30", "2039-05-11T16:36:17Z", "2039-05-11T16:36:17.5+05:30",
    "2039-02-30T16:36:17+05:30", 0, 1, -1, 2, 1.5, 10**6, 2**31, 2**53, 2**63, True, False, None, [], {}, [1], ["x"],
    ["x", "x"], {"x": 1}, {"x": "x"},
)  # fmt: skip


def candidates(holders: tuple[Flat | None, Flat | None], current: object) -> Iterator[Any]:
    """Values for a place at which ``current`` stands, the likely ones first, each once."""
    tried: set[str] = set()
    for value in _all(holders, current):
        key = json.dumps(value, sort_keys=True, default=str)
        if key not in tried:
            tried.add(key)
            yield value


def _all(holders: tuple[Flat | None, Flat | None], current: object) -> Iterator[Any]:
    for flat in holders:
        if flat is None:
            continue
        for keyword, spot in flat.keywords.items():
            if keyword in ("enum", "x-known-values") and isinstance(spot.value, list):
                yield from spot.value
            elif keyword == "const":
                yield spot.value
            elif keyword in UPPER + LOWER and is_number(spot.value):
                yield from _around(keyword, spot.value, current)
            elif keyword == "multipleOf" and is_number(spot.value):
                yield from (spot.value, spot.value * 2, spot.value * 3)
        for notes in (flat.notes.get("examples", []), flat.notes.get("example", []), flat.notes.get("default", [])):
            for note in notes:
                yield from note.value if isinstance(note.value, list) else (note.value,)
    if isinstance(current, str):
        yield from (current.upper(), current.lower(), f" {current}", f"{current}-x", current + current, current[:-1])
    if isinstance(current, (int, float)) and not isinstance(current, bool):
        yield from (current + 0.5, -current, current * 10)
    if isinstance(current, dict):
        yield from ({**current, "x": value} for value in _PLAIN)
        yield from ({name: value for name, value in current.items() if name != gone} for gone in current)
    if isinstance(current, list) and current:
        yield from (current[:-1], current + current, [*current, {}], [])
    yield from _PLAIN


def _around(keyword: str, limit: float, current: object) -> Iterator[Any]:
    for figure in (limit, limit - 1, limit + 1):
        if keyword.endswith(("imum", "Maximum", "Minimum")):
            yield figure
            continue
        if not 0 <= figure <= LONGEST:
            continue
        size = int(figure)
        if keyword.endswith("Length"):
            yield from ("x" * size, "7" * size)
        elif keyword.endswith("Items"):
            item = current[0] if isinstance(current, list) and current else "x"
            yield [item] * size
        elif keyword.endswith("Properties"):
            yield {f"member{index}": "x" for index in range(size)}


def sample(document: Any, spot: Spot, depth: int = 0) -> Any:
    """A small value that a simple schema takes: its first listed value, or its required members and nothing more."""
    flat = flatten(document, spot)
    for keyword in ("const", "enum"):
        if keyword in flat.keywords:
            value = flat.keywords[keyword].value
            return value if keyword == "const" else next(iter(value), None)
    declared = flat.keywords.get("type")
    named = declared.value if declared is not None else "object" if flat.members or flat.required else "string"
    kind = named[0] if isinstance(named, list) and named else named
    if kind == "object" and depth < 8:
        return {
            name: sample(document, flat.members[name][0], depth + 1) if name in flat.members else "x"
            for name in flat.required
        }
    least = flat.keywords["minItems"].value if "minItems" in flat.keywords else 0
    if kind == "array":
        items = flat.keywords.get("items")
        return [sample(document, items, depth + 1) if items is not None else "x"] * (least if is_number(least) else 0)
    return {"integer": 1, "number": 1, "boolean": True, "null": None, "object": {}}.get(str(kind), "x")


def placed(base: Any, at: tuple[str | int, ...]) -> Iterator[tuple[Any, list[Any], tuple[str | int, ...]]]:
    """Copies of a payload in which a place exists, with what holds each place, and the place without placeholders: every
    item of arrays in turn, and objects made where they lack."""
    for path in _paths(base, at):
        copy = deepcopy(base)
        node, holders = copy, []
        for step, following in zip(path, (*path[1:], None), strict=True):
            holders.append(node)
            if following is None:
                break
            node = _step(node, step, [] if isinstance(following, int) else {})
            if node is None:
                break
        else:
            yield copy, holders, path
            continue
        if node is not None:
            yield copy, holders, path


def _paths(node: Any, at: tuple[str | int, ...]) -> Iterator[tuple[str | int, ...]]:
    if not at:
        yield ()
        return
    step, rest = at[0], at[1:]
    if step == ITEM:
        size = len(node) if isinstance(node, list) else 0
        for index in range(min(size, 3)) if size else (0,):
            yield from ((index, *path) for path in _paths(node[index] if size else None, rest))
    elif step == OTHER:
        for name in [*(list(node)[:2] if isinstance(node, dict) else []), "other"]:
            yield from ((name, *path) for path in _paths(node.get(name) if isinstance(node, dict) else None, rest))
    else:
        yield from ((step, *path) for path in _paths(node.get(step) if isinstance(node, dict) else None, rest))


def _step(node: Any, step: str | int, empty: Any) -> Any:
    """The container one step further, made where it lacks; ``None`` where it cannot be."""
    if isinstance(node, dict) and isinstance(step, str):
        node.setdefault(step, empty)
        found = node[step]
    elif isinstance(node, list) and isinstance(step, int):
        if step >= len(node):
            node.append(empty)
        found = node[step]
    else:
        return None
    return found if isinstance(found, (dict, list)) else None
