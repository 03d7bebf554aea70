"""What sets a registration apart from the plain one, in words: the causes of refusals that have no rule of their own.

A feature is a place in the body (array positions as ``*``) and the kind of what stands there, never the value itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from contract_kit.showing import kind_of

Path = tuple[str | int, ...]
ABSENT: Any = object()
_COMPANIONS = frozenset({"type", "value", "programId", "source", "identifiers"})
_OWN = frozenset({"identifiers", "source", "accountId", "commChannels"})
_LONG = 100
_TRUTHS = ("true", "false")


def features(body: Any, plain: Any) -> frozenset[str]:
    """The features of a body, as ``/profiles/*/firstName a long text``."""
    return frozenset(f"{place} {kind}" for place, kind in _features(body, plain, ()))


def told(body: Any, plain: Any) -> str:
    """The features of a body as a cause, without those that are only there for another one's sake."""
    found = sorted(set(_features(body, plain, ())))
    kept = [one for one in found if not _companion(one[0], found)]
    return ", ".join(f"{place} {kind}" for place, kind in kept) or "a plain registration"


def alike(one: str, other: str) -> bool:
    """Whether two causes are one matter at several places, or several matters at one place."""
    return bool(one and other) and (_kinds(one) == _kinds(other) or _places(one) == _places(other))


def names(mine: Any, plain: Any) -> list[str | int]:
    """Members or indices, the last index first so that taking one out moves none that is to come."""
    if isinstance(mine, dict):
        return [*mine, *(name for name in (plain if isinstance(plain, dict) else ()) if name not in mine)]
    if isinstance(mine, list):
        length = max(len(mine), len(plain) if isinstance(plain, list) else 0)
        return list(range(length - 1, -1, -1))
    return []


def at(node: Any, path: Path) -> Any:
    """What stands at a path, ``ABSENT`` where nothing does."""
    for step in path:
        try:
            node = node[step]
        except (KeyError, IndexError, TypeError):
            return ABSENT
    return node


def plain_at(plain: Any, path: Path) -> Any:
    """What is plain at a path: for a further profile what the first one has, but for what has to be its own."""
    found = at(plain, path)
    if found is ABSENT and len(path) == 3 and path[0] == "profiles" and path[2] not in _OWN:
        return at(plain, ("profiles", 0, *path[2:]))
    return found


def equal(mine: Any, plain: Any) -> bool:
    """Whether two values are the same, in kind too."""
    return type(mine) is type(plain) and bool(mine == plain)


def _features(mine: Any, plain: Any, path: Path) -> Iterator[tuple[str, str]]:
    place = "".join("/*" if isinstance(step, int) else f"/{step}" for step in path)
    if mine is ABSENT:
        yield place, "missing"
    elif len(path) == 2 and path[0] == "profiles" and plain is ABSENT:
        yield from _further(mine, path) if isinstance(mine, dict) else iter([(place, kind_of(mine))])
    elif isinstance(mine, (dict, list)) and mine and (plain is ABSENT or isinstance(plain, type(mine))):
        for name in names(mine, plain):
            yield from _features(at(mine, (name,)), at(plain, (name,)), (*path, name))
    elif not equal(mine, plain):
        yield place, _kind(mine)


def _further(profile: dict[str, Any], path: Path) -> Iterator[tuple[str, str]]:
    """A profile beside the first: what it lacks or has, or only that there is one more."""
    found = [f"/profiles/*/{name}" for name in ("firstName", "lastName") if name not in profile]
    yield from ((place, "missing") for place in found)
    if not found:
        yield "/profiles/*", "one more"


def _kind(value: Any) -> str:
    if isinstance(value, str) and value:
        if value in _TRUTHS:
            return "a truth value as text"
        if len(value) > _LONG:
            return "a long text"
        known = value.isascii() and value.isalpha() and (value.isupper() or value.islower())
        return value if known or ("_" in value and value.isupper()) else "a text"
    return kind_of(value)


def _companion(place: str, found: list[tuple[str, str]]) -> bool:
    """Whether a member is only there because its object needs it, for the sake of a sibling."""
    parent, _, name = place.rpartition("/")
    if name not in _COMPANIONS:
        return False
    return any(other.startswith(f"{parent}/") and other.rpartition("/")[2] not in _COMPANIONS for other, _ in found)


def _kinds(cause: str) -> set[str]:
    return {part.partition(" ")[2] for part in cause.split(", ")}


def _places(cause: str) -> set[str]:
    return {part.partition(" ")[0] for part in cause.split(", ")}
