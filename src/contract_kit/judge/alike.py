"""Which bodies are alike: what is wrong with one of them is wrong with the others, in the same words and places.

A file with a thousand wrong sources needs one explanation. What is wrong with a body cannot hang on the values of what
fits (``groups``), with few exceptions: the types of identifiers and channels, which of their values are equal, and how
channels are marked. So these and whatever does not fit are all that the key of a body holds. A property test gives bodies
with the same key to the judge and compares.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson

from contract_kit.judge.fastpath import build
from contract_kit.judge.groups import Groups
from contract_kit.judge.residue import YES
from contract_kit.ledger import normalise

FREE = {"body": ("extendedFields",), "profile": ("firstName", "lastName", "fields"), "enrollment": ("loyaltyPoints",)}
"""Members that no rule reads together with others: where such a value fits by itself, it is as good as any other. An object
that lacks what is mandatory in it does not fit."""

_INNER = {
    "body": ("profiles", "loyaltyProgramEnrollments"),
    "profile": ("identifiers", "commChannels"),
    "enrollment": (),
}


class Alike:
    """Keys of bodies under one strict schema."""

    def __init__(self, groups: Groups) -> None:
        self._fits = groups.fits
        self._free: dict[str, dict[str, Callable[[object], bool]]] = {}
        for group, members in FREE.items():
            part = groups.parts.get(group, {}).get("properties", {})
            compiled = {name: build(part[name] | groups.shared) for name in members if isinstance(part.get(name), dict)}
            self._free[group] = {name: schema.is_valid for name, schema in compiled.items() if schema is not None}

    def key(self, body: Any) -> bytes | None:
        """The key of a body that was read from a plain text, and is all of its request; ``None`` where it has none."""
        if type(body) is not dict or "body" in body:
            return None
        profiles, enrollments = body.get("profiles"), body.get("loyaltyProgramEnrollments", [])
        if type(profiles) is not list or type(enrollments) is not list:
            return None
        own = 1 if self._fits("body", body) else self._own("body", body)
        said = [own, [self._profile(profile) for profile in profiles], [self._enrollment(item) for item in enrollments]]
        return orjson.dumps([*said, "loyaltyProgramEnrollments" in body])

    def _profile(self, profile: Any) -> list[Any]:
        if type(profile) is not dict:
            return [profile]
        items, channels = profile.get("identifiers"), profile.get("commChannels", [])
        if type(items) is not list or type(channels) is not list:
            return [profile]
        if self._fits("profile", profile):
            own: Any = [profile.get("source"), profile.get("accountId")]
        else:
            own = self._own("profile", profile)
        seen: dict[tuple[str, str], int] = {}
        return [
            own,
            [self._item("identifier", item, seen) for item in items],
            [self._item("channel", item, seen) for item in channels],
            "commChannels" in profile,
        ]

    def _item(self, group: str, item: Any, seen: dict[tuple[str, str], int]) -> list[Any]:
        if type(item) is not dict:
            return [item]
        type_, value = item.get("type"), item.get("value")
        same = None
        if type(type_) is str and type(value) is str:
            same = seen.setdefault((type_, normalise(type_, value)), len(seen))
        if not self._fits(group, item):
            return [item, same]
        if group == "identifier":
            return [type_, same, 1]
        return [type_, same, item.get("primary") in YES, item.get("verified") in YES]

    def _enrollment(self, enrollment: Any) -> Any:
        if type(enrollment) is not dict:
            return [enrollment]
        return 1 if self._fits("enrollment", enrollment) else self._own("enrollment", enrollment)

    def _own(self, group: str, data: dict[str, Any]) -> list[Any]:
        """The members of an object that does not fit, those without a value whose value fits and is free."""
        free, told = self._free[group], _INNER[group]
        return [
            [name] if name in free and free[name](data[name]) else [name, data[name]] for name in data if name not in told
        ]
