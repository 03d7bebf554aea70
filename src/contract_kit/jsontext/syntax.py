"""What is wrong where a text ceases to be JSON, and what was meant."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from contract_kit.jsontext.scan import BLANK, NUMBER, TEXT, Stop

_BLANK = re.compile(BLANK)
_BEGINNING = re.compile(f'"{TEXT}')
_STRING = re.compile(f'"{TEXT}"')
_NUMBER = re.compile(NUMBER)
_WORD = re.compile(r"[^\W\d][\w$]*+")
_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,23}")
_MEANT = {"true": "true", "false": "false", "null": "null", "none": "null", "nil": "null", "undefined": "null"}
_NO_NUMBERS = ("nan", "inf", "infinity")
_CURLY = "“”„‟‘’‚‛«»"
_CLOSES = {"{": "}", "[": "]"}
_KINDS = {"{": "object", "[": "array"}
_ESCAPES = {"\t": r"\t", "\b": r"\b", "\f": r"\f"}


class Fault(NamedTuple):
    """What is wrong at an offset, and the way out."""

    offset: int
    message: str
    hint: str


def explain(text: str, stop: Stop, place: Callable[[int], tuple[int, int]]) -> Fault:
    """Why a text ceases to be JSON where the scan stopped. ``place`` turns an offset into line and column."""
    return _Reader(text, stop, place).fault()


class _Reader:
    """Looks closer at the place where a scan stopped."""

    def __init__(self, text: str, stop: Stop, place: Callable[[int], tuple[int, int]]) -> None:
        self.text = text
        self.stop = stop
        self.place = place
        self.opening = text[stop.opened] if stop.opened >= 0 else ""

    def fault(self) -> Fault:
        at = self.skip(self.stop.offset)
        before = self.text[: self.stop.offset][-1:]
        if self.stop.wanted == "more":
            return self.more(at)
        if self.stop.wanted == "end":
            return self.end(at)
        if self.stop.wanted == "member":
            return self.member(at, before)
        return self.value(at, before)

    def skip(self, at: int) -> int:
        match = _BLANK.match(self.text, at)
        return match.end() if match else at
