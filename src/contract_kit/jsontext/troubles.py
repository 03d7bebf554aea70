"""What is wrong with a text that is not plain JSON: all of it, in words."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from json import JSONDecodeError, JSONDecoder

from contract_kit.exchange import MISSING
from contract_kit.jsontext.document import Document, Problem
from contract_kit.jsontext.encoding import broken, wide
from contract_kit.jsontext.places import Lines, Places
from contract_kit.jsontext.reading import HALF, LONGEST_NUMBER, too_deep
from contract_kit.jsontext.scan import MOST, Oddity, Scan, scan
from contract_kit.jsontext.syntax import explain
from contract_kit.jsontext.tokens import Fault
from contract_kit.showing import shown

_MARK = "\ufeff"
_SAFE_DEPTH = 200
"""Nesting that can be read unless the stack is all but used up already."""


def examine(data: bytes | str, max_depth: int, first_line: int) -> Document:
    """Read a text that the good path did not take; arguments are those of ``parse``."""
    text = data if isinstance(data, str) else _decoded(data, first_line)
    if isinstance(text, Problem):
        marked = isinstance(data, bytes) and data.startswith(_MARK.encode())
        return Document(None, MISSING, (_mark(first_line), text) if marked else (text,))
    problems = [_mark(first_line)] if text.startswith(_MARK) else []
    text = text.removeprefix(_MARK)
    deep, limit = too_deep(text, max_depth), max_depth
    if deep is None:
        try:
            return _read(text, problems, first_line)
        except RecursionError:
            deep, limit = too_deep(text, _SAFE_DEPTH), _SAFE_DEPTH
            if deep is None:
                raise
    place = Lines(text, first_line).place(deep)
    message = f"arrays and objects nest deeper than {limit} levels here"
    problems.append(Problem("json-too-deep", message, "flatten the value", *place))
    return Document(text[:deep], MISSING, tuple(problems), first_line=first_line)


def _decoded(data: bytes, first_line: int) -> str | Problem:
    problem = wide(data, first_line)
    if problem is not None:
        return problem
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        return broken(data, error, first_line)


def _mark(first_line: int) -> Problem:
    message, hint = "the text begins with a byte order mark", "save it as UTF-8 without one"
    return Problem("json-bom", message, hint, first_line, 1)


def _read(text: str, problems: list[Problem], first_line: int) -> Document:
    lines = Lines(text, first_line)
    longest = min(LONGEST_NUMBER, sys.get_int_max_str_digits() or LONGEST_NUMBER)
    halves = []
    if "\\u" in text or not text.isascii():
        halves = [match.start() for match in HALF.finditer(text) if match.lastindex]
    found = scan(text, halves, longest)
    problems.extend(_oddities(found, lines))
    value: object = MISSING
    try:
        value = _LENIENT.decode(text)
    except JSONDecodeError as error:
        fault = Fault(error.pos, "this is not JSON", "correct the text around this place")
        if found.stop is not None:
            fault = explain(text, found.stop, lines.said)
        problems.append(Problem("json-syntax", fault.message, fault.hint, *lines.place(fault.offset)))
    if "json-number-too-long" in found.counts:
        value = MISSING
    places = Places(text, first_line, found, lines)
    return Document(text, value, tuple(problems), first_line=first_line, places=places)


def _whole(digits: str) -> int:
    try:
        return int(digits) if len(digits) <= LONGEST_NUMBER + 1 else 0
    except ValueError:
        return 0  # too long; the scan has said so, and nobody sees the value


_LENIENT = JSONDecoder(parse_int=_whole)


def _oddities(found: Scan, lines: Lines) -> Iterator[Problem]:
    listed: dict[str, int] = {}
    for oddity in found.oddities:
        message, hint = _words(oddity, lines)
        listed[oddity.kind] = listed.get(oddity.kind, 0) + 1
        if listed[oddity.kind] == MOST < found.counts[oddity.kind]:
            message += f"; {found.counts[oddity.kind] - MOST} more of this kind follow"
        yield Problem(oddity.kind, message, hint, *lines.place(oddity.offset), oddity.pointer)


def _words(oddity: Oddity, lines: Lines) -> tuple[str, str]:
    if oddity.kind == "json-duplicate-key":
        name = shown(oddity.detail)
        subject = f"the name {name}" if name.startswith('"') else "a name"
        place = f"first at {lines.said(oddity.first, oddity.offset)}"
        return f"{subject} stands more than once in this object, {place}; the last one wins", "keep one of them"
    if oddity.kind == "json-lone-surrogate":
        return (
            "half of a character, without the other half",
            r'write both halves, as in "\ud83d\ude00", or the character itself',
        )
    if oddity.kind == "json-number-too-long":
        digits = len(oddity.detail.lstrip("-"))
        return f"a whole number of {digits} digits, more than readers take", "write a shorter number, or put it in quotes"
    if oddity.detail:
        return f"{oddity.detail} is not a number that JSON has", "write a number, or leave the member out"
    return "a number too large for any reader, which makes it infinite", "write a smaller number"
