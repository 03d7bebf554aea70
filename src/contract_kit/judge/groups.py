"""The strict schema of ``fastpath``, cut at the arrays of the body: each object can be held against its own part.

What fits its part breaks neither the schema nor the guard of any rule in that object. Objects that lie in another one
without an array between them are looked at with that one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from contract_kit.judge.fastpath import build
from contract_kit.judge.residue import enrollment_clean
from contract_kit.view import ARRAYS, SINGLE_OBJECTS

GROUPS = ("body", "profile", "identifier", "channel", "enrollment")


class Groups:
    """The parts of one strict schema. ``parts`` are their schemas."""

    def __init__(self, strict: Mapping[str, Any]) -> None:
        self.shared = {"components": strict["components"]} if "components" in strict else {}
        self.parts = dict(_cut("body", strict))
        compiled = {group: build(self.parts[group] | self.shared) if group in self.parts else None for group in GROUPS}
        self._valid: dict[str, Callable[[object], bool]] = {
            group: schema.is_valid if schema is not None else lambda data: False for group, schema in compiled.items()
        }

    def fits(self, group: str, data: Any) -> bool:
        """Whether an object fits its part; of an enrolment its dates fit each other, too."""
        try:
            return self._valid[group](data) and (group != "enrollment" or enrollment_clean(data))
        except (ValueError, UnicodeEncodeError):
            return False


def _cut(kind: str, schema: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The schema of a group and those of the groups below it, each without the items of its arrays."""
    properties = dict(schema.get("properties", {}))
    for member, item in ARRAYS.get(kind, {}).items():
        array = properties.get(member)
        if item in GROUPS and isinstance(array, dict):
            properties[member] = {keyword: said for keyword, said in array.items() if keyword != "items"}
            if isinstance(array.get("items"), dict):
                yield from _cut(item, array["items"])
    yield kind, {**schema, "properties": properties}


def _members(kind: str, group: str) -> Iterator[tuple[str, str]]:
    yield kind, group
    for child in SINGLE_OBJECTS.get(kind, {}).values():
        yield from _members(child, group)
    for item in ARRAYS.get(kind, {}).values():
        yield from _members(item, item if item in GROUPS else group)


GROUP_OF = dict(_members("body", "body"))
"""Kind of object -> the group that it is looked at with."""
