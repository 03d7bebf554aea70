"""Plain data that was not read from a JSON text: what JSON cannot say is told, or refused with its place.

Python values can be what no text holds: tuples, dates, sets, NaN, half characters, objects that contain themselves. The
engine would take some of them for something else and stop at others.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite
from typing import Any, NamedTuple

from contract_kit.errors import InputError
from contract_kit.exchange import MISSING
from contract_kit.findings import Pointer, escape_pointer

DEEPEST = 200


class Spoilt(NamedTuple):
    """A value that no JSON text carries as it is: the rule on texts that it comes under, and its path."""

    code: str
    pointer: Pointer
    message: str


def surely_json(value: object) -> bool:
    """Whether a value is made of nothing but what ``json.loads`` gives, and can be written as UTF-8."""
    if too_deep(value):
        return False
    waiting: list[Any] = [value]
    while waiting:
        node = waiting.pop()
        kind = type(node)
        if kind is str:
            if not node.isascii() and _halved(node):
                return False
        elif kind is dict:
            waiting.extend(node)
            waiting.extend(node.values())
            if not all(type(name) is str for name in node):
                return False
        elif kind is list:
            waiting.extend(node)
        elif kind is float:
            if not isfinite(node):
                return False
        elif kind not in (int, bool, type(None)):
            return False
    return True


def presentable(body: object) -> tuple[Any, tuple[Spoilt, ...]]:
    """The body in a form that the engine can take, and what had to be set aside for it: half characters are replaced by
    U+FFFD, NaN and infinities by null, and what nests too deep is ``MISSING``. Raises ``InputError`` for a value that is
    not JSON's at all."""
    if body is MISSING or surely_json(body):
        return body, ()
    if too_deep(body):
        message = f"the value nests deeper than {DEEPEST} levels, or contains itself"
        return MISSING, (Spoilt("json-too-deep", (), message),)
    spoilt = tuple(_spoilt(body))
    return (_mended(body) if spoilt else body), spoilt


def too_deep(value: object, deepest: int = DEEPEST) -> bool:
    """Whether a value nests deeper than the engine can explain; what contains itself does."""
    level = [value]
    for _ in range(deepest):
        # Each once: what refers to one thing in many ways would make the levels grow without end.
        level = list({id(item): item for node in level for item in _children(node)}.values())
        if not level:
            return False
    return True


def _children(node: object) -> list[Any]:
    if isinstance(node, dict):
        return [item for item in node.values() if isinstance(item, (dict, list))]
    if isinstance(node, list):
        return [item for item in node if isinstance(item, (dict, list))]
    return []


def _spoilt(body: object) -> Iterator[Spoilt]:
    waiting: list[tuple[Pointer, object]] = [((), body)]
    while waiting:
        pointer, node = waiting.pop()
        if isinstance(node, str):
            if _halved(node):
                yield Spoilt("json-lone-surrogate", pointer, "a text holds half of a character")
        elif isinstance(node, dict):
            for name in node:
                if not isinstance(name, str):
                    _refuse((*pointer, repr(name)), f"a member's name that is {_article(name)}", "names are text in JSON")
                if _halved(name):
                    yield Spoilt("json-lone-surrogate", pointer, "a member's name holds half of a character")
            waiting.extend(((*pointer, name), member) for name, member in reversed(node.items()))
        elif isinstance(node, list):
            waiting.extend(((*pointer, index), item) for index, item in reversed(list(enumerate(node))))
        elif isinstance(node, float):
            if not isfinite(node):
                yield Spoilt("json-not-finite", pointer, f"{node} is not a number that JSON has")
        elif node is not None and not isinstance(node, int):
            hint = "make it a list" if isinstance(node, (tuple, set, frozenset)) else "make it text, or what JSON has for it"
            _refuse(pointer, _article(node), hint)


def _refuse(pointer: Pointer, what: str, hint: str) -> None:
    place = escape_pointer(pointer).encode("utf-8", "replace").decode()
    raise InputError(f"{place or 'the payload'}: {what}, which JSON does not have", hint=hint)


def _article(value: object) -> str:
    name = type(value).__name__
    return f"{'an' if name[:1].lower() in 'aeiou' else 'a'} {name}"


def _halved(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def _mended(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [_mended(item) for item in value]
    if isinstance(value, dict):
        return {_mended(name): _mended(item) for name, item in value.items()}
    return None if isinstance(value, float) and not isfinite(value) else value
