"""Schemas laid out for comparing: references followed and ``allOf`` taken apart, each keyword with the place it stands at.

Moving a keyword into a branch of ``allOf``, or a schema into a component, changes nothing and so shows no difference.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from contract_kit.findings import Pointer

ANNOTATIONS = frozenset(
    {"title", "description", "$comment", "examples", "example", "default", "deprecated", "readOnly", "writeOnly"}
    | {"x-facts", "x-evidence", "x-personal", "externalDocs", "summary"}
)
UPPER = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties", "maxContains")
LOWER = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties", "minContains")


class Spot(NamedTuple):
    """A value and the path it stands at."""

    value: Any
    path: Pointer


@dataclass(slots=True)
class Flat:
    """A schema laid out. ``keywords`` hold what constrains, the stricter one of limits that stand twice; ``members`` the
    schemas of properties; ``extra`` what stands twice and cannot be merged; ``notes`` what only describes."""

    path: Pointer
    """Where new keywords would be put."""
    keywords: dict[str, Spot] = field(default_factory=dict)
    members: dict[str, list[Spot]] = field(default_factory=dict)
    required: dict[str, Spot] = field(default_factory=dict)
    refusals: dict[str, Spot] = field(default_factory=dict)
    extra: list[tuple[str, Spot]] = field(default_factory=list)
    notes: dict[str, list[Spot]] = field(default_factory=dict)
    references: list[Spot] = field(default_factory=list)
    closing: list[tuple[list[str], Spot]] = field(default_factory=list)
    """``additionalProperties`` with the members named beside it: those of other branches are unknown to it."""
    visited: set[Pointer] = field(default_factory=set)


def lookup(document: Any, path: Pointer) -> Any:
    """What stands at a path; ``KeyError`` or the like where nothing does."""
    node = document
    for step in path:
        node = node[int(step)] if isinstance(node, list) else node[step]
    return node


def target(reference: Any) -> Pointer | None:
    """The path that a local reference leads to; ``None`` for any other."""
    if not isinstance(reference, str) or not reference.startswith("#/"):
        return None
    return tuple(step.replace("~1", "/").replace("~0", "~") for step in reference[2:].split("/"))


def followed(document: Any, spot: Spot) -> Spot:
    """Where a chain of references leads that say nothing else; the reference itself where it leads nowhere."""
    for _ in range(32):
        node = spot.value
        path = target(node.get("$ref")) if isinstance(node, dict) and set(node) <= {"$ref"} else None
        if path is None:
            return spot
        try:
            spot = Spot(lookup(document, path), path)
        except (KeyError, IndexError, ValueError, TypeError):
            return spot
    return spot


def flatten(document: Any, spot: Spot) -> Flat:
    """The schema at a spot, laid out."""
    flat = Flat(followed(document, spot).path)
    _add(document, spot, flat, 0)
    for names, closing in flat.closing:
        if set(names) != set(flat.members):
            flat.extra.append(("additionalProperties", Spot([names, closing.value], closing.path)))
    return flat


def _add(document: Any, spot: Spot, flat: Flat, depth: int) -> None:
    if spot.path in flat.visited or depth > 40:
        return
    flat.visited.add(spot.path)
    node = spot.value
    if not isinstance(node, dict):
        if node is False:
            flat.keywords["$never"] = spot
        elif node is not True:
            flat.extra.append(("$odd", spot))
        return
    if "$ref" in node:
        flat.references.append(Spot(node["$ref"], (*spot.path, "$ref")))
        path = target(node["$ref"])
        try:
            found = lookup(document, path) if path is not None else None
        except (KeyError, IndexError, ValueError, TypeError):
            found = None
        if found is None or path is None:
            flat.extra.append(("$ref", Spot(node["$ref"], (*spot.path, "$ref"))))
        else:
            _add(document, Spot(found, path), flat, depth + 1)
    for keyword, value in node.items():
        _keyword(flat, keyword, Spot(value, (*spot.path, keyword)))
    if node.get("additionalProperties", True) not in (True, {}):
        named = node.get("properties")
        closing = Spot(node["additionalProperties"], (*spot.path, "additionalProperties"))
        flat.closing.append((sorted(named) if isinstance(named, dict) else [], closing))
    branches = node.get("allOf")
    if isinstance(branches, list):
        for index, branch in enumerate(branches):
            _add(document, Spot(branch, (*spot.path, "allOf", index)), flat, depth + 1)


def _keyword(flat: Flat, keyword: str, spot: Spot) -> None:
    value = spot.value
    if keyword == "$ref" or (keyword == "allOf" and isinstance(value, list)):
        return
    if keyword in ANNOTATIONS:
        flat.notes.setdefault(keyword, []).append(spot)
    elif keyword == "properties" and isinstance(value, dict):
        for name, child in value.items():
            flat.members.setdefault(name, []).append(Spot(child, (*spot.path, name)))
    elif keyword == "required" and isinstance(value, list):
        for index, name in enumerate(value):
            flat.required.setdefault(str(name), Spot(name, (*spot.path, index)))
        flat.keywords.setdefault("required", spot)
    elif keyword == "x-refusals" and isinstance(value, dict):
        for name, codes in value.items():
            flat.refusals.setdefault(name, Spot(codes, (*spot.path, name)))
    elif keyword not in flat.keywords:
        flat.keywords[keyword] = spot
    else:
        _twice(flat, keyword, spot)


def _twice(flat: Flat, keyword: str, spot: Spot) -> None:
    first = flat.keywords[keyword]
    if is_number(first.value) and is_number(spot.value) and keyword in UPPER + LOWER:
        stricter = spot.value < first.value if keyword in UPPER else spot.value > first.value
        if stricter:
            flat.keywords[keyword] = spot
    elif not same(first.value, spot.value):
        flat.extra.append((keyword, spot))


def is_number(value: object) -> bool:
    """Whether a value is a number that can be compared."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def same(one: Any, other: Any) -> bool:
    """Whether two JSON values are equal; ``true`` is not 1."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(value, other[name]) for name, value in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)


def references(node: Any) -> Iterator[Pointer]:
    """The paths of all local references in a value."""
    if isinstance(node, dict):
        path = target(node.get("$ref"))
        if path is not None:
            yield path
        for child in node.values():
            yield from references(child)
    elif isinstance(node, list):
        for child in node:
            yield from references(child)
