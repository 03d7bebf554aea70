"""What one org profile lists and another does not, difference by difference."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from contract_kit.diff.changes import Patch
from contract_kit.findings import Pointer

_VALUES: dict[Pointer, str] = {
    ("org",): "org-renamed",
    ("region",): "region-changed",
    ("api", "refusalStatus"): "refusal-status-changed",
    ("registration", "primaryIdentifier"): "primary-identifier-changed",
    ("registration", "externalId", "prefix"): "external-id-prefix-changed",
    ("customerStatus", "default"): "default-status-changed",
}
_LIMITS: tuple[Pointer, ...] = (
    ("registration", "mobile", "minDigits"), ("registration", "mobile", "maxDigits"),
    ("registration", "externalId", "minLength"), ("registration", "externalId", "maxLength"),
)  # fmt: skip
_SWITCHES: tuple[Pointer, ...] = (("registration", "mobile", "requireCountryCode"), ("rejectEmptyExtendedFields",))
_SETS: dict[Pointer, str] = {
    ("registration", "mandatory"): "mandatory-attribute",
    ("registration", "mobile", "countryCodes"): "country-code",
    ("identifierTypes",): "identifier-type",
    ("tills",): "till",
    ("customerStatus", "labels"): "status-label",
    ("customFields",): "custom-field",
}
_MAPS: dict[Pointer, str] = {
    ("sources",): "source",
    ("cards", "series"): "card-series",
    ("programs",): "programme",
    ("extendedFields",): "extended-field",
}


@dataclass(frozen=True, slots=True)
class Unit:
    """One difference: its code, what to say, both places, and the patch that makes it in the old profile."""

    code: str
    message: str
    old: tuple[Pointer, bool]
    new: tuple[Pointer, bool]
    patches: tuple[Patch, ...]


def units(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Unit]:
    every = (*_VALUES, *_LIMITS, *_SWITCHES, *_SETS, *_MAPS)
    for path in every:
        one, other = _get(before, path), _get(after, path)
        if one == other:
            continue
        if (one is _NONE or other is _NONE) and path != ("org",):
            code = "org-section-known" if one is _NONE else "org-section-unknown"
            said = f"{'.'.join(map(str, path))} is {'said now' if one is _NONE else 'no longer said'}"
            yield _unit(code, said, path, one, other)
        elif path in _SETS:
            yield from _listed(_SETS[path], path, one, other)
        elif path in _MAPS:
            yield from _mapped(path, one, other)
        elif path in _LIMITS:
            yield _limit(path, one, other)
        elif path in _SWITCHES:
            yield _unit(
                f"org-switch-{'on' if other else 'off'}", f"{path[-1]} is {str(other).lower()} now", path, one, other
            )
        else:
            yield _unit(
                _VALUES[path], f"{'.'.join(map(str, path))}: {_word(one)} before, {_word(other)} now", path, one, other
            )


def _mapped(path: Pointer, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Unit]:
    noun = _MAPS[path]
    for name in dict.fromkeys((*before, *after)):
        at = (*path, name)
        one, other = before.get(name, _NONE), after.get(name, _NONE)
        if one is _NONE or other is _NONE:
            yield _unit(
                f"{noun}-{'added' if one is _NONE else 'removed'}",
                f"{noun} {name} is {'new' if one is _NONE else 'gone'}",
                at,
                one,
                other,
            )
        elif path == ("sources",):
            yield from _listed(
                "account", (*at, "accounts"), (one or {}).get("accounts", []), (other or {}).get("accounts", [])
            )
        elif path == ("cards", "series"):
            yield from _listed("card-label", at, one, other)
        elif path == ("programs",):
            tiers = [(side or {}).get("tiers", _NONE) for side in (one, other)]
            if tiers[0] != tiers[1]:
                yield _limit((*at, "tiers"), *tiers)
        else:
            yield from _field(at, one or {}, other or {})


def _field(at: Pointer, one: Mapping[str, Any], other: Mapping[str, Any]) -> Iterator[Unit]:
    for member, code in (("type", "extended-field-type-changed"), ("format", "extended-field-format-changed")):
        left, right = one.get(member, _NONE), other.get(member, _NONE)
        if left != right:
            said = f"extended field {at[-1]}, {member}: {_word(left)} before, {_word(right)} now"
            yield _unit(code, said, (*at, member), left, right)
    left, right = one.get("enum", _NONE), other.get("enum", _NONE)
    if left is not _NONE and right is not _NONE:
        yield from _listed("extended-field-value", (*at, "enum"), left, right)
    elif left is not right:
        code = "org-section-known" if left is _NONE else "org-section-unknown"
        yield _unit(code, f"the values of extended field {at[-1]}", (*at, "enum"), left, right)


def _listed(noun: str, path: Pointer, before: Any, after: Any) -> Iterator[Unit]:
    for index, value in enumerate(before):
        if value not in after:
            patch = Patch("drop", path, value)
            yield Unit(f"{noun}-removed", f"{noun} {value} is gone", ((*path, index), True), (path, False), (patch,))
    for index, value in enumerate(after):
        if value not in before:
            patch = Patch("append", path, value)
            yield Unit(f"{noun}-added", f"{noun} {value} is new", (path, False), ((*path, index), True), (patch,))


def _limit(path: Pointer, one: Any, other: Any) -> Unit:
    low, high = (0 if side is _NONE else side for side in (one, other))
    said = f"{'.'.join(map(str, path))}: {_word(one)} before, {_word(other)} now"
    return _unit("org-limit-raised" if high > low else "org-limit-lowered", said, path, one, other)


def _unit(code: str, said: str, path: Pointer, one: Any, other: Any) -> Unit:
    patch = Patch("delete", path) if other is _NONE else Patch("set", path, other)
    return Unit(code, said, (path, one is not _NONE), (path, other is not _NONE), (patch,))


class _Nothing:
    """What stands where a profile says nothing."""


_NONE: Any = _Nothing()


def _get(data: Any, path: Pointer) -> Any:
    for step in path:
        if not isinstance(data, Mapping) or step not in data:
            return _NONE
        data = data[step]
    return data


def _word(value: Any) -> str:
    return "not said" if value is _NONE else "none" if value in (None, "") else str(value)
