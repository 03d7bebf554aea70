"""Regular expressions of values as they are written in a JSON text, for what a schema surely takes.

Where every record has values of its own, looking at each with the schema engine takes most of a run's time. A pattern of a
plain build (``patterns``) means the same in the engine and in Python's ``re``, so the form of a whole record can hold it
(``template``). What such an expression takes, the schema takes; what it does not take is looked at in another way. So
values with escapes are none of its business, nor are schemas that say more than types, lengths, bounds and patterns.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from contract_kit.judge.patterns import LIST, PARTS, thinned
from contract_kit.judge.schemas import compiled

Ranges = tuple[tuple[int, int], ...]
"""Code points, each pair with both ends."""

_PLAIN: Ranges = ((0x20, 0x21), (0x23, 0x5B), (0x5D, 0xD7FF), (0xE000, 0x10FFFF))
"""Signs that stand for themselves between quotes."""
_ASCII: Ranges = ((0x20, 0x7E),)
_NO_BLANK: Ranges = ((0x00, 0x1F), (0x21, 0x10FFFF))
_TOKEN = re.compile(rf"(?P<wide>\.|\\S)|{PARTS}")
_ITEM = re.compile(r"(\\[^A-Za-z0-9]|[^\\])(?:-(\\[^A-Za-z0-9]|[^\\]))?", re.DOTALL)
_OPERATORS = ("&&", "--", "~~")
"""What between brackets means something to one engine and not to the other."""
_SPARE = {"title", "description"}
_KNOWN = {"type", "allOf", "minLength", "maxLength", "pattern", "not", "minimum", "maximum", *_SPARE}
_DIGITS = 15
"""Numbers of so many digits are the same for all readers."""
_FEW = 20
"""So many numbers or words are listed one by one."""
_MOST_SIGNS = 60_000
_MANY = 256
"""A class of more signs takes two milliseconds to compile."""
_REPEATS, _UNBOUNDED = 3, 1
"""A group that holds repeats is repeated so often at most, and so many repeats have no end: others might take long."""


@dataclass(slots=True)
class _Demands:
    """All that a schema demands of a value."""

    types: list[set[str]] = field(default_factory=list)
    patterns: list[str] = field(default_factory=list)
    barred: list[str] = field(default_factory=list)
    least: int = 0
    most: int | None = None
    minimum: float = float("-inf")
    maximum: float = float("inf")


def text(schema: Mapping[str, Any]) -> str | None:
    """What texts without a backslash that the schema takes look like between their quotes; ``None`` where that is not
    known. A quote must follow."""
    listed = _listed(schema)
    if listed is not None:
        words = [word for word in listed if isinstance(word, str) and _within(word)]
        return f"(?:{'|'.join(map(re.escape, words))})" if words else None
    if schema.keys() - _SPARE == {"anyOf"}:
        ways = [f'{way}(?=")' for part in schema["anyOf"] if (way := text(part)) is not None]
        return f"(?:{'|'.join(ways)})" if ways else None
    demands = _demands(thinned(schema))
    if demands is None or any("string" not in types for types in demands.types):
        return None
    signs, others = _PLAIN, []
    for pattern in demands.patterns:
        match = LIST.fullmatch(pattern)
        own = ranges(match[1]) if match is not None else None
        if match is not None and own is not None:
            signs = _shared(signs, own)
            demands.least = max(demands.least, int(match[2] == "+"))
        else:
            others.append(pattern)
    if (others or demands.barred) and signs is _PLAIN:
        signs = _shared(signs, _ASCII)
    if not signs:
        return None
    forms = [_translated(pattern, signs) for pattern in others]
    barred = [_translated(pattern, signs) for pattern in demands.barred]
    if None in forms or None in barred:
        return None
    looks = [*(f"(?!{form})" for form in barred), *(f"(?={form})" for form in forms)]
    count = f"{{{demands.least},{'' if demands.most is None else demands.most}}}"
    for place, pattern in enumerate(others):
        # What goes through all of the text sees to the signs as well, if its classes are not cut short.
        if pattern.startswith("^") and pattern.endswith("$") and _count(signs) <= _MANY:
            looks[len(barred) + place] = f'(?=[^"]{count}")' if demands.least or demands.most is not None else ""
            return "".join(looks) + str(forms[place])[:-1]
    return f"{''.join(looks)}{_class(signs)}{count}+"


def number(schema: Mapping[str, Any]) -> str | None:
    """What numbers that the schema takes are written like, if they are of the common kind; ``None`` where that is not
    known. No other sign of a number may follow."""
    listed = _listed(schema)
    if listed is not None:
        words = [str(word) for word in listed if type(word) is int]
        return f"(?:{'|'.join(words)})" if words else None
    demands = _demands(schema)
    if demands is None or any(types.isdisjoint(("integer", "number")) for types in demands.types):
        return None
    low, high = demands.minimum, demands.maximum
    if high < low:
        return None
    if high - low < _FEW:
        return f"(?:{'|'.join(map(str, range(int(low), int(high) + 1)))})" if low == int(low) and high == int(high) else None
    digits = _DIGITS if high >= 10**_DIGITS else len(str(int(high))) - 1 if high > 0 else 0
    if low > 1 or digits < 1:
        return None
    first = f"[1-9][0-9]{{0,{digits - 1}}}"
    whole = first if low > 0 else f"(?:0|{first})"
    fraction = r"(?:\.[0-9]{1,6})?" if all("number" in types for types in demands.types) and low <= 0 else ""
    return f"{whole}{fraction}"


def ranges(class_: str) -> Ranges | None:
    """The signs of a class that lists them; ``None`` for one of another kind."""
    inside = class_[1:-1]
    if inside.startswith("^") or any(operator in inside for operator in _OPERATORS):
        return None
    found: list[tuple[int, int]] = []
    at = 0
    while at < len(inside):
        item = _ITEM.match(inside, at)
        if item is None:
            return None
        at = item.end()
        first = item[1][-1]
        last = item[2][-1] if item[2] else first
        if last < first:
            return None
        found.append((ord(first), ord(last)))
    return tuple(sorted(found))


def _listed(schema: Mapping[str, Any]) -> list[Any] | None:
    """The listed values that a schema takes, or ``None`` where it lists none."""
    if "enum" not in schema and "const" not in schema:
        return None
    values = schema["enum"] if "enum" in schema else [schema["const"]]
    if len(values) > _FEW:
        return []
    valid = compiled(dict(schema)).is_valid
    return [value for value in values if valid(value)]


def _demands(schema: Mapping[str, Any]) -> _Demands | None:
    found = _Demands()
    for part in _parts(schema):
        if not all(keyword in _KNOWN or keyword.startswith("x-") for keyword in part):
            return None
        if "type" in part:
            found.types.append({part["type"]} if isinstance(part["type"], str) else set(part["type"]))
        if "pattern" in part:
            found.patterns.append(part["pattern"])
        if "not" in part:
            barred = part["not"]
            if barred.keys() != {"type", "pattern"} or barred["type"] != "string":
                return None
            found.barred.append(barred["pattern"])
        found.least = max(found.least, part.get("minLength", 0))
        if "maxLength" in part:
            found.most = min(part["maxLength"], part["maxLength"] if found.most is None else found.most)
        found.minimum = max(found.minimum, part.get("minimum", found.minimum))
        found.maximum = min(found.maximum, part.get("maximum", found.maximum))
    return found


def _parts(schema: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield schema
    for part in schema.get("allOf", ()):
        yield from _parts(part)


def _translated(pattern: str, signs: Ranges) -> str | None:
    """What takes, from their beginning on, just those texts of these signs that a pattern takes, with the quote after them
    where it is bound to the end; ``None`` for a pattern of another build."""
    bound = pattern.startswith("^"), pattern.endswith("$")
    at, end = int(bound[0]), len(pattern) - bound[1]
    found: list[str] = [] if bound[0] else [f"{_among(signs, signs)}*?"]
    groups: list[bool] = []  # of each open group whether it holds repeats
    repeated = nested = False  # whether the last token is a repeat, or closes a group that holds some
    unbounded = 0
    while at < end:
        token = _TOKEN.match(pattern, at, end)
        if token is None:
            return None
        at = token.end()
        many = token["many"]
        if many:
            most = {"*": "", "+": "", "?": "1"}.get(many, many[1:-1].split(",")[-1])
            if repeated or (nested and (not most or int(most) > _REPEATS)):
                return None
            unbounded += not most
            groups[:] = [True] * len(groups)
            found.append(many)
        elif token["open"]:
            groups.append(False)
            found.append("(?:")
        elif token["close"]:
            if not groups:
                return None
            found.append(")")
        elif token["or"]:
            if not groups:
                return None  # the anchors would belong to its sides
            found.append("|")
        else:
            own = _own(token, signs)
            if not own:
                return None
            found.append(_among(own, signs))
        repeated, nested = bool(many), bool(token["close"]) and groups.pop()
    if groups or unbounded > _UNBOUNDED - (not bound[0]):
        return None
    return "".join(found) + '"' * bound[1]


def _own(token: re.Match[str], signs: Ranges) -> Ranges | None:
    """Those of the signs that a class, a sign or one of the wide classes takes."""
    if token["cls"]:
        own = ranges(token["cls"])
        return _shared(signs, own) if own is not None else None
    if token["sign"]:
        one = ord(token["sign"][-1])
        return _shared(signs, ((one, one),))
    return _wide(token["wide"], signs)


@lru_cache(maxsize=100)
def _wide(class_: str, signs: Ranges) -> Ranges | None:
    """Those of the signs that a wide class takes, as the engine sees it: all of them, or all but the blank."""
    valid = compiled({"type": "string", "pattern": f"^{class_}+$"}).is_valid
    for some in (signs, _shared(signs, _NO_BLANK)):
        if 0 < _count(some) <= _MOST_SIGNS and valid("".join("".join(map(chr, range(a, b + 1))) for a, b in some)):
            return some
    return None


def _shared(one: Ranges, other: Ranges) -> Ranges:
    """The signs of both."""
    found, mine, theirs = [], [*_merged(one)], [*_merged(other)]
    while mine and theirs:
        (first, last), (start, end) = mine[-1], theirs[-1]
        if max(first, start) <= min(last, end):
            found.append((max(first, start), min(last, end)))
        (mine if first > start else theirs).pop()
    return tuple(reversed(found))


def _count(signs: Ranges) -> int:
    return sum(last - first + 1 for first, last in signs)


@lru_cache(maxsize=100)
def _among(own: Ranges, signs: Ranges) -> str:
    """A class that takes just its own of these signs; of many it may take others too, which are seen to elsewhere."""
    if _count(signs) <= _MANY:
        return _class(own)
    at, gaps = 0, []
    for first, last in _merged(own):
        gaps.append((at, first - 1))
        at = last + 1
    others = _shared(signs, (*gaps, (at, sys.maxunicode)))
    return _class((*others, (0x22, 0x22)), "^") if _count(others) <= _MANY else _class(own)


def _class(signs: Ranges, not_: str = "") -> str:
    if len(signs) == 1 and signs[0][0] == signs[0][1] and not not_:
        return re.escape(chr(signs[0][0]))
    # Signs as they are: escapes take twice as long to compile.
    listed = [re.escape(chr(first)) + f"-{re.escape(chr(last))}" * (last > first) for first, last in _merged(signs)]
    return f"[{not_}{''.join(listed)}]"


def _merged(signs: Ranges) -> Iterator[tuple[int, int]]:
    """The same signs in as few ranges as there can be."""
    start, end = 0, -1
    for first, last in sorted(signs):
        if first > end + 1:
            if end >= start:
                yield start, end
            start, end = first, last
        else:
            end = max(end, last)
    if end >= start:
        yield start, end


def _within(word: str) -> bool:
    return all(any(first <= ord(sign) <= last for first, last in _PLAIN) for sign in word)
