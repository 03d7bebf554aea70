"""Which bodies are alike: what is wrong with one of them is wrong with the others, in the same words and places.

A file with a thousand wrong sources needs one explanation. What is wrong with a body cannot hang on the values of what
fits (``groups``), with few exceptions: the types of identifiers and channels, which of their values are equal, how
channels are marked, and, of several enrolments, for which programmes they are. So these and whatever does not fit are all
that the key of a body holds; and of that only the kind, where rules see no more of it (``masks``). A property test gives
bodies with the same key to the judge and compares.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

import orjson

from contract_kit.judge import masks
from contract_kit.judge.fastpath import build
from contract_kit.judge.groups import Groups
from contract_kit.judge.residue import YES
from contract_kit.ledger import normalise
from contract_kit.rule import Context

FREE = {"body": ("extendedFields",), "profile": ("firstName", "lastName", "fields"), "enrollment": ("loyaltyPoints",)}
"""Members that no rule reads together with others: where such a value fits by itself, it is as good as any other. An object
that lacks what is mandatory in it does not fit."""
_NAMES = ("firstName", "lastName")
_DATES = _TIER, _POINTS = "tierExpiryDate", "pointsExpiryDate"
_FIELDS = {"body": "extendedFields", "profile": "fields"}
"""The objects whose members are the org's."""

_INNER = {
    "body": ("profiles", "loyaltyProgramEnrollments"),
    "profile": ("identifiers", "commChannels"),
    "enrollment": (),
}


class Key(NamedTuple):
    """The key of a body. What is told of it may differ from what is told of others with the same key in the one text that
    is ``shown``, if any."""

    data: bytes
    shown: str | None = None


class Alike:
    """Keys of bodies under one strict schema, for rules in one context."""

    def __init__(self, groups: Groups, context: Context) -> None:
        self._fits = groups.fits
        self._now = context.now
        self._members = {kind: frozenset(names) for kind, names in context.words.members.items()}
        codes = context.org.mobile.country_codes if context.org.mobile else ()
        self._code = max(map(len, codes), default=0)
        self._shown: list[str] = []
        self._fields = {
            group: {
                _compared(group, name): _value(groups.parts.get(group, {}), _FIELDS[group], name, groups.shared)
                for name in names or ()
            }
            for group, names in (("body", context.org.extended_fields), ("profile", context.org.custom_fields))
        }
        self._free: dict[str, dict[str, Callable[[object], bool]]] = {}
        for group, members in FREE.items():
            part = groups.parts.get(group, {}).get("properties", {})
            compiled = {name: build(part[name] | groups.shared) for name in members if isinstance(part.get(name), dict)}
            self._free[group] = {name: schema.is_valid for name, schema in compiled.items() if schema is not None}

    def key(self, body: Any) -> Key | None:
        """The key of a body that was read from a plain text, and is all of its request; ``None`` where it has none."""
        if type(body) is not dict or "body" in body:
            return None
        profiles, enrollments = body.get("profiles"), body.get("loyaltyProgramEnrollments", [])
        if type(profiles) is not list or type(enrollments) is not list:
            return None
        self._shown = []
        own = 1 if self._fits("body", body) else self._own("body", body)
        alone = len(enrollments) == 1
        enrolled = [self._enrollment(item, alone=alone) for item in enrollments]
        said = [own, [self._profile(profile) for profile in profiles], enrolled]
        if len(self._shown) == 1:
            return Key(orjson.dumps([*said, "loyaltyProgramEnrollments" in body, 1]), self._shown[0])
        return Key(orjson.dumps([*said, "loyaltyProgramEnrollments" in body, self._shown]))

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
            return [self._masked(group, item), same]
        if group == "identifier":
            return [type_, same, 1]
        return [type_, same, item.get("primary") in YES, item.get("verified") in YES]

    def _masked(self, group: str, item: dict[str, Any]) -> dict[str, Any]:
        """An identifier or a channel that does not fit, with what rules see of it."""
        known, type_ = self._members[group], item.get("type")
        found = {name: value if name in known else masks.unread(value) for name, value in item.items()}
        value = item.get("value")
        if type(value) is str:
            if type_ == "mobile":
                found["value"] = masks.mobile(value, self._code)
            elif type_ == "email":
                found["value"] = masks.word(value)
        return found

    def _enrollment(self, enrollment: Any, *, alone: bool) -> Any:
        if type(enrollment) is not dict:
            return [enrollment]
        if self._fits("enrollment", enrollment):
            return 1 if alone else [enrollment["programId"], 1]  # those for one programme are told of
        return self._own("enrollment", enrollment)

    def _own(self, group: str, data: dict[str, Any]) -> list[Any]:
        """The members of an object that does not fit: those without a value whose value fits and is free, and of the others
        what rules see of them."""
        free, told, known = self._free[group], _INNER[group], self._members[group]
        found: list[Any] = []
        moments: dict[str, datetime] = {}
        for name, value in data.items():
            if name in told:
                continue
            if name in free and free[name](value):
                found.append([name])
            elif name not in known:
                found.append([name, masks.unread(value)])
            elif name in _NAMES and type(value) is str:
                found.append([name, masks.word(value)])
            elif name in _DATES and (moment := masks.moment(value)) is not None:
                moments[name] = moment
                found.append([name, moment < self._now, 1])
            elif name in _DATES and (spoilt := masks.spoilt(value)) is not None:
                kind, visible = spoilt
                found.append([name, kind, 2])
                self._shown += [visible] if visible is not None else []
            elif name == _FIELDS.get(group) and type(value) is dict:
                found.append([name, [self._field(group, one, value[one]) for one in value], 1])
            else:
                found.append([name, value])
        if len(moments) == len(_DATES):
            found.append(moments[_POINTS] > moments[_TIER])
        return found

    def _field(self, group: str, name: str, value: Any) -> list[Any]:
        fields, compared = self._fields[group], _compared(group, name)
        if compared not in fields:
            return [name, masks.field(value)]
        fits = fields[compared]
        # Where a mandatory field is spelt in another letter case, it is not known by its schema that it may not be blank.
        blank = type(value) is str and not value.strip()
        return [name] if fits is not None and not blank and fits(value) else [name, value]


def _compared(group: str, name: str) -> str:
    """The name of a field as the rules compare it."""
    return name.casefold() if group == "body" else name


def _value(part: Mapping[str, Any], member: str, name: str, shared: Mapping[str, Any]) -> Callable[[object], bool] | None:
    """Whether a value fits a member whose name is the org's; ``None`` where nobody knows."""
    owner = part.get("properties", {}).get(member, {})
    schema = owner.get("properties", {}).get(name, owner.get("additionalProperties")) if isinstance(owner, dict) else None
    compiled = build({**schema, **shared}) if isinstance(schema, dict) else None
    return compiled.is_valid if compiled is not None else None
