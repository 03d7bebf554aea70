"""Patterns that need not be asked, since another pattern of the same text implies them.

The rules' guards say the same thing more than once: that a text has no odd signs, that it has no blanks at its ends, and
that it is made of digits. A pattern of a plain build (signs and classes of ASCII signs, repeats, groups, alternatives, all
of it between ``^`` and ``$``) takes only texts of its own signs; so it implies every pattern that takes all texts of these.
A property test holds that the thinned schema takes the same texts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from contract_kit.judge.schemas import compiled

_ASCII = frozenset(map(chr, range(128)))
_CLASS = r"\[(?:[^\[\]\\]|\\[^A-Za-z0-9])+\]"
PARTS = (
    rf"(?P<cls>{_CLASS})|(?P<sign>\\[^A-Za-z0-9]|[A-Za-z0-9 @_,;:!#%&'/<=>~-])|(?P<open>\((?!\?)|\(\?:)|(?P<close>\))"
    r"|(?P<or>\|)|(?P<many>[*+?]|\{[0-9]+(?:,[0-9]*)?\})"
)
"""What patterns of a plain build consist of."""
_TOKEN = re.compile(PARTS)
LIST = re.compile(rf"\^({_CLASS})([*+])\$")
"""A pattern that takes all texts of certain signs."""
_BOUNDED = re.compile(rf"\^({_CLASS})\(({_CLASS})\*({_CLASS})\)\?\$")
"""A first sign, and perhaps others and a last one: so patterns forbid blanks at the ends."""

_DATA = ("enum", "const", "required")


def thinned(schema: Any) -> Any:
    """The same schema without the patterns that others imply, here and in what it holds."""
    if isinstance(schema, list):
        return [thinned(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    found = {}
    for keyword, said in schema.items():
        if keyword == "properties":
            found[keyword] = {name: thinned(member) for name, member in said.items()}
        else:
            found[keyword] = said if keyword in _DATA else thinned(said)
    return _thin(found) if "pattern" in found else found


def _thin(schema: dict[str, Any]) -> dict[str, Any]:
    """What is left of a text's own pattern and of the parts that say nothing but a pattern."""
    others = schema.get("allOf", [])
    alone = [part["pattern"] for part in others if list(part) == ["pattern"]]
    patterns = list(dict.fromkeys([schema["pattern"], *alone]))
    some = schema.get("minLength", 0) > 0
    for pattern in list(patterns):
        signs = alphabet(pattern) if pattern in patterns else None
        if signs is not None:
            patterns = [other for other in patterns if other == pattern or not takes_all(other, signs, some)]
    parts = [part for part in others if list(part) != ["pattern"]] + [{"pattern": other} for other in patterns[1:]]
    rest = {keyword: said for keyword, said in schema.items() if keyword not in ("pattern", "allOf")}
    return {**rest, "pattern": patterns[0], **({"allOf": parts} if parts else {})}


@lru_cache(maxsize=1000)
def alphabet(pattern: str) -> frozenset[str] | None:
    """The signs of which every text is made that a pattern takes, or ``None`` where it is not of a plain build."""
    if not (pattern.startswith("^") and pattern.endswith("$")):
        return None
    found: set[str] = set()
    at, end, depth = 1, len(pattern) - 1, 0
    while at < end:
        token = _TOKEN.match(pattern, at, end)
        if token is None or not token[0].isascii():
            return None
        at = token.end()
        if token["cls"]:
            if token["cls"].startswith("[^"):
                return None
            found |= _members(token["cls"], _ASCII)
        elif token["sign"]:
            found.add(token["sign"][-1])
        elif token["open"] or token["close"]:
            depth += 1 if token["open"] else -1
        elif token["or"] and depth == 0:
            return None  # the anchors would belong to its sides
    return frozenset(found)


@lru_cache(maxsize=1000)
def takes_all(pattern: str, signs: frozenset[str], some: bool) -> bool:
    """Whether a pattern surely takes every text of these signs; ``some`` says that the text is not empty."""
    match = LIST.fullmatch(pattern)
    if match is not None:
        return (some or match[2] == "*") and _members(match[1], signs) == signs
    match = _BOUNDED.fullmatch(pattern)
    return match is not None and some and all(_members(one, signs) == signs for one in match.groups())


def _members(class_: str, signs: Iterable[str]) -> frozenset[str]:
    """Those of the signs that are in a class, as the engine sees it."""
    try:
        valid = compiled({"type": "string", "pattern": f"^{class_}$"}).is_valid
    except ValueError:
        return frozenset()
    return frozenset(sign for sign in signs if valid(sign))
