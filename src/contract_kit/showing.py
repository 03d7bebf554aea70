"""How values stand in messages: vocabulary is shown, anything that may be personal is only described."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from contract_kit.names import nearest

_WORD = re.compile(r"[A-Za-z][A-Za-z _./-]{0,23}[A-Za-z0-9-]{0,3}")
_DATE = re.compile(r"[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2}(?:[T ][0-9:.]{0,12}(?:Z|[+-][0-9:]{0,6})?)?")


def kind_of(value: object) -> str:
    """What a JSON value is, in words: ``a string of 12 characters``, ``an array of 2 items``."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, (int, float)):
        return "a number"
    if isinstance(value, str):
        return f"a string of {count(len(value), 'character')}" if value else "an empty string"
    if isinstance(value, list):
        return f"an array of {count(len(value), 'item')}"
    if isinstance(value, dict):
        return f"an object of {count(len(value), 'member')}"
    return type(value).__name__


def count(number: int, noun: str) -> str:
    """``1 item``, ``2 items``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def shown(value: object, *, personal: bool = False) -> str:
    """The value as it may stand in a message: itself where it is a word of a vocabulary, a truth value, a short number
    or a date, else what kind of value it is."""
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if not personal:
        if isinstance(value, (int, float)) and abs(value) < 1_000_000:
            return json.dumps(value)
        if isinstance(value, str) and (_WORD.fullmatch(value) or _DATE.fullmatch(value)):
            return json.dumps(value)
    return kind_of(value)


def listed(values: object) -> str:
    """A list of allowed values, as JSON, in their order: ``true, false, "true", "false"``."""
    assert isinstance(values, (list, tuple))
    return ", ".join(json.dumps(value, ensure_ascii=False) for value in values)


def revealed(value: object, limit: int = 80) -> str:
    """The value itself, as JSON, cut to ``limit`` characters: only for users who asked to see values."""
    text = json.dumps(value, ensure_ascii=True, default=str)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def suggested(word: str, known: Iterable[str]) -> str:
    """What was probably meant, as the end of a message: ``; did you mean "lastName"?``, or nothing."""
    near = nearest(word, known)
    return f"; did you mean {shown(near)}?" if near else ""
