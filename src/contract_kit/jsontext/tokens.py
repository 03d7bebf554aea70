"""Strings, numbers, words and signs that are not JSON's: what is wrong with each, and what was meant."""

from __future__ import annotations

import re
from typing import NamedTuple

from contract_kit.jsontext.scan import NUMBER, TEXT

WORD = re.compile(r"[^\W\d][\w$]*+")
_BEGINNING = re.compile(f'"{TEXT}')
_NUMBER = re.compile(NUMBER)
_MEANT = {"true": "true", "false": "false", "null": "null", "none": "null", "nil": "null", "undefined": "null"}
_NO_NUMBERS = ("nan", "inf", "infinity")
_CURLY = "“”„‟‘’‚‛«»"
_ESCAPES = {"\t": r"\t", "\b": r"\b", "\f": r"\f"}


class Fault(NamedTuple):
    """What is wrong at an offset, and the way out."""

    offset: int
    message: str
    hint: str


def called(sign: str) -> str:
    """A single character as it may stand in a message."""
    return sign if sign.isascii() and sign.isprintable() and sign != " " else f"U+{ord(sign):04X}"


def string_fault(text: str, at: int) -> Fault:
    """What is wrong with the string that begins at ``at`` and is not one."""
    match = _BEGINNING.match(text, at)
    end = match.end() if match else at
    rest = text[end : end + 2]
    if rest in ("", "\\"):
        return Fault(at, "the string that begins here does not end", 'close it with "; the text may be cut off')
    if rest[0] in "\r\n":
        message = "the string that begins here does not end on its line"
        return Fault(at, message, r'close it with ", or write a line break as \n')
    if rest[0] != "\\":
        hint = f"write {_ESCAPES.get(rest[0], f'{chr(92)}u{ord(rest[0]):04x}')}, or take it away"
        return Fault(end, f"the control character {called(rest[0])} inside a string", hint)
    if rest[1] == "u":
        return Fault(end, r"the escape \u needs four hexadecimal digits", r"write it like \u00e9, or \\ for a backslash")
    hint = "write the quote without a backslash" if rest[1] == "'" else r"write \\ for a backslash"
    return Fault(end, f"the escape of {called(rest[1])} is none that JSON has", hint)


def sign_fault(text: str, at: int) -> Fault:
    """What is wrong where a number begins with a sign or a point that it may not begin with."""
    sign = text[at]
    if sign == "+":
        hint = "write it without +, or in quotes where it is a text such as a phone number"
        return Fault(at, "a number with a plus sign", hint)
    if sign == ".":
        return Fault(at, "a number that begins with its point", "write a 0 before the point")
    if text[at + 1 : at + 2] == ".":
        return Fault(at, "a number without a digit before its point", "write a 0 before the point")
    return Fault(at, "a minus sign without a number", "write a number, or put the text in double quotes")


def number_fault(text: str, start: int, at: int) -> Fault | None:
    """What is wrong with a number that begins at ``start`` and is followed, at ``at``, by what belongs to it."""
    match = _NUMBER.match(text, start)
    if match is None or match.end() != at:
        return None
    following = text[at]
    whole = match[0].lstrip("-")
    if whole == "0" and following in "0123456789":
        return Fault(start, "a number with leading zeros", "write it without them, or in quotes where they matter")
    if whole == "0" and following in "xXoObB":
        return Fault(start, "a number that is not decimal", "write it with the digits 0 to 9")
    if following == ".":
        return Fault(start, "a number without digits after its point", "write digits there, or take the point away")
    if following in "eE" and not text[at + 1 : at + 2].isalpha():
        return Fault(start, "a number without digits in its exponent", "write digits there, or take the e away")
    if following in "-+:/_%" or following.isalnum():
        return Fault(start, "a number that runs on into other characters", "put dates, codes and the like in double quotes")
    return None


def word_fault(text: str, at: int, *, alone: bool) -> Fault:
    """What is wrong with a bare word in the place of a value; ``alone``: of the whole document."""
    match = WORD.match(text, at)
    word = match[0] if match else ""
    meant = _MEANT.get(word.lower())
    if meant is not None:
        return Fault(at, f"{word} is not a word of JSON", f"write {meant}")
    if word.lower() in _NO_NUMBERS:
        return Fault(at, f"{word} is not a number that JSON has", "write a number, or leave the member out")
    hint = "put text in double quotes; the only bare words are true, false and null"
    if alone:
        hint = "a document begins with { or [; if this is YAML, it belongs in a .yaml file"
    return Fault(at, "a bare word, which JSON does not have", hint)


def stranger(text: str, at: int) -> Fault | None:
    """What is wrong with a sign that has no place outside of strings, whatever should stand there."""
    sign = text[at]
    if sign == "#" or text.startswith(("//", "/*"), at):
        return Fault(at, "a comment, which JSON does not have", "take it away")
    if sign == "'":
        return Fault(at, "a single quote in the place of a double one", "put names and strings in double quotes")
    if sign == "`":
        return Fault(at, "a backtick", "put names and strings in double quotes")
    if sign in _CURLY:
        return Fault(at, f"a typographic quote ({called(sign)})", 'write it as "; word processors change it unasked')
    if sign == "\\":
        return Fault(
            at, "a backslash outside of a string", "the text may have been escaped twice: take the backslashes away"
        )
    if sign == "…" or text.startswith("...", at):
        return Fault(at, "dots in the place of something left out", "take them away, or write what they stand for")
    if not sign.isprintable():
        return Fault(at, f"the invisible character {called(sign)} outside of a string", "take it away, or write a blank")
    return None
