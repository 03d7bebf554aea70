"""The good path: text that is JSON and nothing else goes through the C reader of the standard library, once.

Whatever is not plain goes to ``troubles``, which says what it is.
"""

from __future__ import annotations

import re
from json import JSONDecoder
from math import inf
from typing import Any

from contract_kit.jsontext.document import Document

LONGEST_NUMBER = 4300
"""Digits; what Python by default takes in a whole number."""

# Takes everything up to the next bracket outside a string. It matches from wherever it starts, so no text makes it slow.
# Atomic groups, not possessive ones: see scan.TEXT.
_BRACKET = re.compile(r'[^"\[\]{}]*+(?>(?:"[^"\\]*+(?>(?:\\.[^"\\]*+)*)"?[^"\[\]{}]*+)*)([\[{]|[\]}]|\Z)', re.DOTALL)
HALF = re.compile(r"\\(?:u[dD](?:[89abAB]..\\u[dD][c-fC-F]..|([89a-fA-F]..))|.)|([\ud800-\udfff])", re.DOTALL)
"""The escapes of a JSON text one by one, and half characters as they are; a group matches only halves without partner."""


class _UnusualError(Exception):
    """The text holds something that the good path leaves to others."""


def parse(data: bytes | str, *, max_depth: int = 200, first_line: int = 1) -> Document:
    """Read one JSON document. Never raises, whatever the bytes are; what is wrong is in ``problems``.

    ``max_depth`` is how deep arrays and objects may nest; ``first_line`` the number of the text's first line, for a
    document that is a part of a file. A byte order mark at the start does not count in columns.
    """
    try:
        text = data if isinstance(data, str) else data.decode()
        if not text.startswith("\ufeff") and too_deep(text, max_depth) is None:
            value = _STRICT.decode(text)
            if not _has_halves(text):
                return Document(text, value, first_line=first_line)
    except (_UnusualError, ValueError, RecursionError):
        pass
    from contract_kit.jsontext.troubles import examine

    return examine(data, max_depth, first_line)


def too_deep(text: str, limit: int) -> int | None:
    """The offset of the first bracket that nests deeper than ``limit``, or ``None``."""
    if text.count("[") + text.count("{") <= limit:
        return None
    depth = 0
    for match in _BRACKET.finditer(text):
        if match[1] in ("[", "{"):
            depth += 1
            if depth > limit:
                return match.start(1)
        else:
            depth -= 1
    return None


def _has_halves(text: str) -> bool:
    """Whether a JSON text holds half of a surrogate pair, escaped or as it is."""
    if "\\ud" in text or "\\uD" in text:
        return any(match.lastindex for match in HALF.finditer(text))
    if not text.isascii():
        text.encode()  # raises UnicodeEncodeError, which is a ValueError
    return False


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _UnusualError
    return members


def _whole(digits: str) -> int:
    if len(digits) > LONGEST_NUMBER:
        raise _UnusualError
    return int(digits)


def _finite(digits: str) -> float:
    number = float(digits)
    if -inf < number < inf:
        return number
    raise _UnusualError


def _constant(word: str) -> float:
    raise _UnusualError


_STRICT = JSONDecoder(object_pairs_hook=_members, parse_int=_whole, parse_float=_finite, parse_constant=_constant)
