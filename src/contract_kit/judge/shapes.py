"""The strict schema of ``fastpath`` as types that a text is read into at once, and what is left to look at.

``msgspec`` reads a text into typed objects faster than any reader makes plain data of it, and refuses on the way whatever
has another form. What its types cannot say (patterns, conditions) is kept beside them as leftover schemas. What has no
form here at all makes ``UnfitError``: then there is no such reader, and the schema engine looks at everything.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from keyword import iskeyword
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from contract_kit.judge.fastpath import both, constant
from contract_kit.judge.leaves import Leaf, UnfitError, implied, leaf, spare
from contract_kit.view import ARRAYS, OPEN_KINDS, SINGLE_OBJECTS

_ITEMS = ("minItems", "maxItems")
_CONDITION = ("if", "then", "else")
_APART = ("properties", "additionalProperties", "propertyNames", "type", "required")


@dataclass(slots=True)
class Open:
    """An object whose members' names are the org's: read as a dict, and held against its whole schema. ``apart`` says that
    each member can be looked at by itself."""

    type: Any
    rest: Mapping[str, Any]
    apart: bool


@dataclass(slots=True)
class Shape:
    """A closed object: its type, its members and what is left of its schema, with the members that this speaks of."""

    kind: str
    type: Any
    members: dict[str, Member]
    required: frozenset[str]
    rest: Mapping[str, Any] | None = None
    concerned: tuple[str, ...] = ()


@dataclass(slots=True)
class Variants:
    """A closed object that has another shape for each value of one of its members."""

    kind: str
    type: Any
    member: str
    shapes: dict[str, Shape]


@dataclass(slots=True)
class Many:
    """An array of objects. ``held`` are the values of the deciding member that must be among them."""

    type: Any
    item: Shape | Variants
    held: tuple[str, ...] = ()


Member = Leaf | Open | Shape | Variants | Many


@dataclass(slots=True)
class Shaper:
    """Makes shapes of strict schemas. Raises ``UnfitError``. ``order`` has the members of each kind of object in the order
    in which they are written out."""

    order: Mapping[str, Sequence[str]] = field(default_factory=dict)
    _names: Iterator[int] = field(default_factory=count)

    def object(self, kind: str, schema: Mapping[str, Any]) -> Shape | Variants:
        """The shape of a closed object."""
        member = _deciding(schema)
        if member is None:
            return self._shape(kind, schema)
        shapes = {
            value: self._shape(kind, _decided(schema, member, value), tag=(member, value))
            for value in schema["properties"][member]["enum"]
        }
        union: Any = None
        for shape in shapes.values():
            union = shape.type if union is None else union | shape.type
        return Variants(kind, union, member, shapes)

    def _shape(self, kind: str, schema: Mapping[str, Any], tag: tuple[str, str] | None = None) -> Shape:
        if schema.get("type", "object") != "object" or schema.get("additionalProperties") is not False:
            raise UnfitError(kind)
        required = set(schema.get("required", ()))
        members: dict[str, Member] = {}
        fields: list[Any] = []
        for name, said in schema["properties"].items():
            if said is False or (tag is not None and name == tag[0]):
                continue
            if not name.isidentifier() or iskeyword(name) or name.startswith("_"):
                raise UnfitError(f"{kind}: a member's name")
            members[name] = self._member(kind, name, said)
            own = members[name].type
            fields.append((name, own) if name in required else (name, own | UnsetType, UNSET))
        if not required <= members.keys() | ({tag[0]} if tag else set()):
            raise UnfitError(f"{kind}: a member is needed that cannot be there")
        order = {name: place for place, name in enumerate(self.order.get(kind, ()))}
        fields.sort(key=lambda one: order.get(one[0], len(order)))
        rest = {key: value for key, value in schema.items() if key not in ("properties", "required", *spare(schema))}
        rest = {key: value for key, value in rest.items() if key not in ("type", "additionalProperties")}
        concerned = tuple(sorted(set(_concerned(rest))))
        if any(not isinstance(members.get(name, Leaf(None)), Leaf) or (tag and name == tag[0]) for name in concerned):
            raise UnfitError(f"{kind}: a condition on an object")
        made = msgspec.defstruct(
            f"{kind.capitalize()}{next(self._names)}",
            fields,
            forbid_unknown_fields=True,
            kw_only=True,
            gc=False,
            tag_field=tag[0] if tag else None,
            tag=tag[1] if tag else None,
            namespace={tag[0]: tag[1]} if tag else None,
        )
        concerned = tuple(name for name in concerned if name in members)
        return Shape(kind, made, members, frozenset(required), rest or None, concerned)

    def _member(self, kind: str, name: str, schema: Mapping[str, Any]) -> Member:
        child, item = SINGLE_OBJECTS.get(kind, {}).get(name), ARRAYS.get(kind, {}).get(name)
        if child:
            return _open(schema) if child in OPEN_KINDS else self.object(child, schema)
        if item:
            return self._array(item, schema)
        return leaf(schema)

    def _array(self, kind: str, schema: Mapping[str, Any]) -> Many:
        """An array of objects, some of which may have to be there (``contains``)."""
        wanted = [schema, *schema.get("allOf", ())]
        if not schema.keys() <= {"type", "items", "contains", "allOf", *_ITEMS, *spare(schema)}:
            raise UnfitError(f"an array of {kind}")
        if schema.get("type") != "array" or any(part.keys() != {"contains"} for part in wanted[1:]):
            raise UnfitError(f"an array of {kind}")
        shape = self.object(kind, schema["items"])
        held = tuple(_held(part["contains"], shape) for part in wanted if "contains" in part)
        listed: Any = list[shape.type]  # type: ignore[name-defined]
        low, high = (schema.get(keyword) for keyword in _ITEMS)
        return Many(Annotated[listed, Meta(min_length=low, max_length=high)], shape, held)


def _held(contains: Any, shape: Shape | Variants) -> str:
    """The value of the deciding member that something in the array must have. Raises where more is asked of it than what
    every object with that value satisfies."""
    if not isinstance(shape, Variants) or not contains.keys() <= {"properties", "required"}:
        raise UnfitError("contains")
    asked = dict(contains.get("properties", {}))
    said = constant({"properties": {shape.member: asked.pop(shape.member, None)}})
    variant = shape.shapes.get(said[1]) if said is not None else None
    if said is None or variant is None or not set(contains.get("required", ())) <= {*variant.required, shape.member}:
        raise UnfitError("contains")
    for name, schema in asked.items():
        own = variant.members.get(name)
        if not isinstance(own, Leaf) or not own.text or not implied(own.rest, schema):
            raise UnfitError("contains")
    return str(said[1])


def _open(schema: Mapping[str, Any]) -> Open:
    if schema.get("type") != "object":
        raise UnfitError("an object of any type")
    apart = schema.keys() - spare(schema) <= {*_APART} and not schema.get("required")
    return Open(dict[str, str | int | float | bool | None], schema, apart)


def _deciding(schema: Mapping[str, Any]) -> str | None:
    """The member on whose listed values all conditions of an object hang, if there is one."""
    found = {member for condition in _conditions(schema) for member in [_asked(condition)]}
    if len(found) != 1:
        return None
    (member,) = found
    own = schema.get("properties", {}).get(member, {}) if member is not None else {}
    fits = isinstance(own, dict) and list(own) == ["enum"] and all(isinstance(value, str) for value in own["enum"])
    return member if fits and member in schema.get("required", ()) else None


def _conditions(schema: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    if "if" in schema:
        yield schema["if"]
    for part in (*(schema[side] for side in ("then", "else") if side in schema), *schema.get("allOf", ())):
        if isinstance(part, dict):
            yield from _conditions(part)


def _asked(condition: Any) -> str | None:
    said = constant(condition)
    return said[0] if said is not None and isinstance(said[1], str) else None


def _decided(schema: Any, member: str, value: str) -> Any:
    """The schema as it is where the member has this value."""
    if not isinstance(schema, dict):
        return schema
    found: Any = {keyword: said for keyword, said in schema.items() if keyword not in (*_CONDITION, "allOf")}
    for part in schema.get("allOf", ()):
        found = both(found, _decided(part, member, value))
    if "if" in schema:
        asked = constant(schema["if"])
        assert asked is not None
        side = schema.get("then" if asked[1] == value else "else", {})
        found = both(found, _decided(side, member, value))
    return found


def _concerned(schema: Any) -> Iterator[str]:
    """The members that conditions speak of. Raises where they speak of more than members."""
    if isinstance(schema, bool):
        return
    for keyword, said in schema.items():
        if keyword in ("properties", "required"):
            yield from said
        elif keyword in (*_CONDITION, "not"):
            yield from _concerned(said)
        elif keyword in ("allOf", "anyOf", "oneOf"):
            for part in said:
                yield from _concerned(part)
        else:
            raise UnfitError(keyword)


def order_of(body: Any) -> dict[str, list[str]]:
    """The order in which the members of each kind of object stand in a strictly clean body."""
    found: dict[str, list[str]] = {}
    _note(found, "body", body)
    return found


def _note(found: dict[str, list[str]], kind: str, data: Mapping[str, Any]) -> None:
    known = found.setdefault(kind, [])
    known += [name for name in data if name not in known]
    for member, child in SINGLE_OBJECTS.get(kind, {}).items():
        if member in data:
            _note(found, child, data[member])
    for member, child in ARRAYS.get(kind, {}).items():
        for item in data.get(member, ()):
            _note(found, child, item)
