"""Members that hold no object, as types that a text is read into: what of a schema the type says, and what is left to ask.

A union of listed values, a text within a length, a number within bounds: all of that a type says. Patterns it does not say.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal

from msgspec import Meta

from contract_kit.judge.patterns import thinned

_SPARE = ("$ref", "description", "title")
_LENGTHS = ("minLength", "maxLength")
_BOUNDS = ("minimum", "maximum")
_NUMBERS = ("integer", "number")


class UnfitError(Exception):
    """A schema says something that has no form in types."""


@dataclass(slots=True)
class Leaf:
    """A member that holds no object: its type, and its schema where that says more than the type. ``text`` says that it is
    text and nothing else, ``measured`` that the type knows its length. ``schema`` is all that is said of it."""

    type: Any
    rest: Mapping[str, Any] | None = None
    text: bool = False
    measured: bool = False
    schema: Mapping[str, Any] | None = None

    @property
    def left(self) -> Mapping[str, Any] | None:
        """What of the schema the type leaves to be asked."""
        if self.rest is None:
            return None
        found: dict[str, Any] = thinned(self.rest)
        return {keyword: said for keyword, said in found.items() if not (self.measured and keyword in _LENGTHS)}


def leaf(schema: Mapping[str, Any]) -> Leaf:
    """A member that holds no object."""
    return replace(_leaf(schema), schema=schema)


def _leaf(schema: Mapping[str, Any]) -> Leaf:
    keywords = schema.keys() - spare(schema)
    if "enum" in schema or "const" in schema:
        whole = keywords <= {"enum", "const", "type"} and len(keywords & {"enum", "const"}) == 1
        values = list(schema["enum"]) if "enum" in schema else [schema["const"]]
        union, exact = _listed(values)
        return Leaf(union, None if whole and exact else schema, all(isinstance(value, str) for value in values))
    if "anyOf" in schema and "type" not in schema:
        return Leaf(str, schema, True)
    names = schema.get("type")
    names = [names] if isinstance(names, str) else names
    if not names:
        raise UnfitError("a member of any type")
    if names == ["string"]:
        low, high = (schema.get(keyword) for keyword in _LENGTHS)
        type_: Any = str if low is high is None else Annotated[str, Meta(min_length=low, max_length=high)]
        return Leaf(type_, None if keywords <= {"type", *_LENGTHS} else schema, text=True, measured=True)
    if len(names) == 1 and names[0] in _NUMBERS and keywords <= {"type", *_BOUNDS}:
        low, high = (schema.get(keyword) for keyword in _BOUNDS)
        bounds = Meta(ge=low, le=high)
        return Leaf(Annotated[int, bounds] if names == ["integer"] else Annotated[int, bounds] | Annotated[float, bounds])
    return Leaf(_any_of(names), None if keywords == {"type"} else schema)


def implied(strict: Mapping[str, Any] | None, other: Mapping[str, Any]) -> bool:
    """Whether a text that satisfies the one schema surely satisfies the other, as far as their keywords show it."""
    if strict is None:
        return False
    own, wanted = _demands(strict), _demands(other)
    return own is not None and wanted is not None and wanted <= own


def _demands(schema: Mapping[str, Any]) -> frozenset[tuple[str, Any]] | None:
    """All that a schema demands of a text, or ``None`` where it does more than that."""
    found: set[tuple[str, Any]] = set()
    for keyword, said in schema.items():
        if keyword == "allOf":
            for part in said:
                demands = _demands(part)
                if demands is None:
                    return None
                found |= demands
        elif keyword == "minLength":
            found |= {(keyword, length) for length in range(1, int(said) + 1)}
        elif keyword in ("type", "pattern", "maxLength"):
            found.add((keyword, said))
        else:
            return None
    return frozenset(found)


def _any_of(names: list[str]) -> Any:
    types = {"string": str, "integer": int, "number": int | float, "boolean": bool, "null": None}
    union: Any = None
    first = True
    for name in names:
        if name not in types:
            raise UnfitError(name)
        union = types[name] if first else union | types[name]
        first = False
    return union


def _listed(values: list[Any]) -> tuple[Any, bool]:
    """A type that takes these values, and whether it takes no others."""
    words = tuple(value for value in values if isinstance(value, str))
    numbers = tuple(value for value in values if type(value) is int)
    truths = {value for value in values if isinstance(value, bool)}
    if len(words) + len(numbers) + len([v for v in values if v is None or isinstance(v, bool)]) != len(values) or not values:
        raise UnfitError("a listed value")
    parts: list[Any] = [Literal[part] for part in (words, numbers) if part]
    parts += [bool] if truths else []
    parts += [None] if None in values else []
    union = parts[0]
    for part in parts[1:]:
        union = union | part
    return union, truths in (set(), {True, False})


def spare(schema: Mapping[str, Any]) -> set[str]:
    """Keywords that constrain nothing."""
    if "$ref" in schema:
        raise UnfitError("a reference")
    return {keyword for keyword in schema if keyword.startswith("x-") or keyword in _SPARE}
