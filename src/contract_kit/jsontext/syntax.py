"""What is wrong where a text ceases to be JSON: what stands there, what should, and what was meant."""

from __future__ import annotations

import re
from collections.abc import Callable

from contract_kit.jsontext.scan import BLANK, TEXT, Stop
from contract_kit.jsontext.tokens import (
    WORD,
    Fault,
    called,
    number_fault,
    sign_fault,
    stranger,
    string_fault,
    word_fault,
)

_BLANK = re.compile(BLANK)
_STRING = re.compile(f'"{TEXT}"')
_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,23}")
_ENDS = {"{": "}", "[": "]"}
_KINDS = {"{": "object", "[": "array"}
_NDJSON = "a text holds one document; several, one a line, are NDJSON (.ndjson)"

Place = Callable[[int, int], str]
"""An offset in words, as seen from another one."""


def explain(text: str, stop: Stop, place: Place) -> Fault:
    """Why a text ceases to be JSON where the scan stopped. ``place`` says where an offset is."""
    reader = _Reader(text, stop, place)
    at = reader.skip(stop.offset)
    if at == len(text):
        return reader.cut()
    if stop.wanted == "more":
        return reader.more(at)
    if stop.wanted == "end":
        return reader.end(at)
    before = text[stop.offset - 1] if stop.offset else ""
    return reader.member(at, before) if stop.wanted == "member" else reader.value(at, before)


class _Reader:
    """A closer look at the place where a scan stopped."""

    def __init__(self, text: str, stop: Stop, place: Place) -> None:
        self.text = text
        self.stop = stop
        self.place = place
        self.opening = text[stop.opened] if stop.opened >= 0 else ""

    def skip(self, at: int) -> int:
        """The offset after blanks."""
        match = _BLANK.match(self.text, at)
        assert match is not None
        return match.end()

    def cut(self) -> Fault:
        """The text ends too early."""
        end = len(self.text.rstrip(" \t\n\r"))
        if end == 0:
            message = "the text is empty" if not self.text else "the text holds nothing but blanks"
            return Fault(0, message, "write a JSON document")
        return Fault(end, f"the text ends inside {self.opened(end)}", f"it is cut off, or lacks a {_ENDS[self.opening]}")

    def opened(self, seen: int) -> str:
        """The array or object that is open, with its place as seen from an offset."""
        return f"the {_KINDS[self.opening]} that begins at {self.place(self.stop.opened, seen)}"

    def wrong_end(self, at: int) -> Fault:
        """A closing bracket of the other kind, or where nothing is open."""
        if not self.opening:
            return Fault(at, f"a {self.text[at]} that closes nothing", "take it away, or write what it closes")
        message = f"a {self.text[at]} cannot close {self.opened(at)}"
        return Fault(at, message, f"close it with {_ENDS[self.opening]}")

    def trailing(self) -> Fault:
        """A comma with nothing after it."""
        message = f"a comma before the closing {_ENDS[self.opening]}"
        return Fault(self.stop.offset - 1, message, "take the comma away; nothing follows it")

    def member(self, at: int, before: str) -> Fault:
        """A member should stand here, and does not, or not in full."""
        match = _STRING.match(self.text, at)
        if match is None:
            return self.name(at, before)
        at = self.skip(match.end())
        if at == len(self.text):
            return self.cut()
        if self.text[at] != ":":
            hint = "write the name, a colon and the value"
            return stranger(self.text, at) or Fault(at, f"a colon was expected after a name, not {self.found(at)}", hint)
        at = self.skip(at + 1)
        return self.cut() if at == len(self.text) else self.value(at, ":")

    def name(self, at: int, before: str) -> Fault:
        """Something stands in the place of a name."""
        sign = self.text[at]
        if sign == '"':
            return string_fault(self.text, at)
        if sign == "}" and before == ",":
            return self.trailing()
        if sign == "]":
            return self.wrong_end(at)
        word = WORD.match(self.text, at)
        if word:
            hint = f'write "{word[0]}"' if _PLAIN_NAME.fullmatch(word[0]) else "put it in double quotes"
            return Fault(at, "a name without quotes", hint)
        if sign == ",":
            return Fault(at, "a comma without a member before it", "take the comma away, or write the member")
        if sign == ":":
            return Fault(at, "a colon without a name before it", "write the name, in double quotes")
        odd = stranger(self.text, at)
        return odd or Fault(
            at, f"a name was expected, not {self.found(at)}", "begin each member with its name in double quotes"
        )

    def value(self, at: int, before: str) -> Fault:
        """Something stands in the place of a value; ``before`` is the sign before it."""
        sign = self.text[at]
        if sign == '"':
            return string_fault(self.text, at)
        if sign in "+-." and not self.text.startswith("...", at):
            return sign_fault(self.text, at)
        if WORD.match(self.text, at):
            return word_fault(self.text, at, alone=not self.opening)
        if sign == "]" and before == "," and self.opening == "[":
            return self.trailing()
        if sign in "]}":
            if before == ":":
                return Fault(at, "a member without a value", "write the value after the colon")
            return self.wrong_end(at)
        if sign == ",":
            return Fault(at, "a comma without a value before it", "take the comma away, or write the value")
        if sign == "<" and not self.opening:
            return Fault(at, "the text looks like HTML or XML, not JSON", "look whether it is an error page")
        odd = stranger(self.text, at)
        return odd or Fault(at, f"a value was expected, not {self.found(at)}", "write a JSON value here")

    def more(self, at: int) -> Fault:
        """After a value in an array or object neither a comma nor the right end follows."""
        sign, end = self.text[at], _ENDS[self.opening]
        number = number_fault(self.text, self.stop.last, at) if self.stop.last >= 0 else None
        if number is not None:
            return number
        if sign in "]}":
            return self.wrong_end(at)
        if sign == ":":
            hint = "members with names stand in { }" if self.opening == "[" else "put a comma between members"
            return Fault(at, "a colon after a value", hint)
        if sign == ";":
            return Fault(at, "a semicolon after a value", "write a comma")
        word = WORD.match(self.text, at)
        if word and self.text[at - 1] == '"':
            return Fault(at, "text after the end of a string", r"write a quote inside a string as \"")
        if sign == '"' or word or (self.opening == "[" and sign in "{[-0123456789"):
            things = "members" if self.opening == "{" else "items"
            return Fault(at, "a comma is missing before this", f"put a comma between {things}")
        odd = stranger(self.text, at)
        return odd or Fault(at, f"a comma or {end} was expected, not {self.found(at)}", f"write a comma or {end}")

    def end(self, at: int) -> Fault:
        """Something follows the document."""
        sign, last = self.text[at], self.stop.last
        number = number_fault(self.text, last, at) if last >= 0 else None
        odd = number or stranger(self.text, at)
        if odd is not None:
            return odd
        if sign in "]}":
            return self.wrong_end(at)
        if sign == ":" and last >= 0:
            return Fault(at, "a member outside of an object", "put { before it and } after it")
        if sign == ",":
            return Fault(at, "a comma after the end of the document", "take it away, or put several values in [ ]")
        if sign in '{["-0123456789' or WORD.match(self.text, at):
            return Fault(at, "a second value after the end of the document", _NDJSON)
        return Fault(at, f"{self.found(at)} after the end of the document", "take away what follows the document")

    def found(self, at: int) -> str:
        """What stands at an offset, by its first sign."""
        sign = self.text[at]
        if sign == '"':
            return "a string"
        if sign in "0123456789":
            return "a number"
        return "a word" if WORD.match(self.text, at) else called(sign)
