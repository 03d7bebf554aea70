"""What a bare word of YAML means: what JSON and the core schema of YAML 1.2 make of it.

``NO`` and ``2026-11-23`` are text, ``0123`` is a number: no older meaning of YAML is read into what somebody wrote.
"""

from __future__ import annotations

import re

_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_TRUE = frozenset({"true", "True", "TRUE"})
_FALSE = frozenset({"false", "False", "FALSE"})
_INTEGER = re.compile(r"[-+]?[0-9]+", re.ASCII)
_OCTAL = re.compile(r"0o[0-7]+", re.ASCII)
_HEX = re.compile(r"0x[0-9a-fA-F]+", re.ASCII)
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", re.ASCII)
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)", re.ASCII)
_MAX_DIGITS = 4000

Trouble = tuple[str, str]
"""The code of the rule that a word breaks, and the message."""


def meaning(text: str) -> tuple[object, Trouble | None]:
    """The value of a bare word, and what is wrong with it; a number that JSON cannot say stays text."""
    if text in _NULL:
        return None, None
    if text in _TRUE or text in _FALSE:
        return text in _TRUE, None
    if _INTEGER.fullmatch(text) or _OCTAL.fullmatch(text) or _HEX.fullmatch(text):
        if len(text) > _MAX_DIGITS:
            return text, ("json-number-too-long", f"a number of {len(text)} characters")
        base = {"0o": 8, "0x": 16}.get(text[:2])
        return (int(text, 10) if base is None else int(text[2:], base)), None
    if _FLOAT.fullmatch(text):
        number = float(text)
        if number in (float("inf"), float("-inf")):
            return text, ("json-not-finite", "a number too large for any reader")
        return number, None
    if _NOT_FINITE.fullmatch(text):
        return text, ("json-not-finite", f"{text} is not a number that JSON has")
    return text, None
