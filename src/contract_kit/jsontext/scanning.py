"""Places in a JSON text: a scan of its tokens that maps every pointer to where its value and its name begin."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from typing import NamedTuple

from contract_kit.exchange import MISSING
from contract_kit.findings import Pointer

_TOKEN = re.compile(r'[ \t\n\r]*(?:("(?:[^"\\]|\\.)*")|([{}\[\],:])|([^ \t\n\r{}\[\],:"]+))', re.DOTALL)
_LINE_END = re.compile(r"\r\n|\n|\r")


class Problem(NamedTuple):
    """One fault of a text. ``line`` and ``column`` count from 1, the column in characters; ``pointer`` is the place in the
    value, where the fault has one."""

    kind: str
    message: str
    hint: str
    line: int
    column: int
    pointer: Pointer | None = None


class Lines:
    """Offsets of a text as lines and columns; LF, CRLF and CR end a line."""

    def __init__(self, text: str, first_line: int = 1) -> None:
        self._starts = [0, *(end.end() for end in _LINE_END.finditer(text))]
        self._first = first_line

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset."""
        row = bisect_right(self._starts, offset) - 1
        return row + self._first, offset - self._starts[row] + 1


class Place(NamedTuple):
    """Where a value begins, and where the name of its member does (for an item of an array: the value again)."""

    value: int
    key: int


OnRepeat = Callable[[Pointer, int, int], None]
OnScalar = Callable[[Pointer, int, str], None]


def scan(text: str, repeated: OnRepeat | None = None, scalar: OnScalar | None = None) -> dict[Pointer, Place]:
    """The place of every value of a well-formed text. ``repeated`` is told each member that stands in its object already
    (path, offset of its name, offset of the first one's); ``scalar`` each string, number and word (path, offset, token)."""
    places: dict[Pointer, Place] = {}
    path: list[str | int] = []
    names: list[dict[str, int] | None] = []
    key_at = -1
    expects_key = False
    match = _TOKEN.match(text)
    while match is not None:
        string, mark, word = match.groups()
        start = match.start(match.lastindex or 0)
        if mark == ",":
            seen = names[-1]
            if seen is None:
                path[-1] = int(path[-1]) + 1
            expects_key = seen is not None
        elif mark in ("}", "]"):
            if names.pop() is None or path:
                path.pop()
            expects_key = False
        elif mark == ":":
            expects_key = False
        elif expects_key:
            name = json.loads(string, strict=False) if "\\" in string else string[1:-1]
            seen = names[-1]
            assert seen is not None
            path[-1] = name
            key_at = start
            if name in seen:
                if repeated is not None:
                    repeated(tuple(path), start, seen[name])
            else:
                seen[name] = start
        else:
            pointer = tuple(path)
            places[pointer] = Place(start, key_at if path and isinstance(path[-1], str) else start)
            if mark == "{":
                names.append({})
                path.append("")
                expects_key = True
            elif mark == "[":
                names.append(None)
                path.append(0)
            elif scalar is not None:
                scalar(pointer, start, string or word)
        match = _TOKEN.match(text, match.end())
    return places


class Document:
    """A text that was read: its ``value`` (``MISSING`` where it could not be), and its ``problems``."""

    __slots__ = ("_first_line", "_lines", "_places", "_text", "problems", "value")

    def __init__(self, value: object, problems: Sequence[Problem], text: str, first_line: int) -> None:
        self.value = value
        self.problems = tuple(problems)
        self._text = text
        self._first_line = first_line
        self._lines: Lines | None = None
        self._places: dict[Pointer, Place] | None = None

    def position(self, pointer: Sequence[str | int], *, key: bool = False) -> tuple[int, int] | None:
        """Line and column of the value at a path (``key``: of its member's name); where the path leads nowhere, of the
        nearest thing above that is there. ``None`` where the text could not be read."""
        if self.value is MISSING:
            return None
        if self._places is None:
            self._places = scan(self._text)
            self._lines = Lines(self._text, self._first_line)
        assert self._lines is not None
        path = tuple(pointer)
        while path not in self._places:
            if not path:
                return None
            path = path[:-1]
        place = self._places[path]
        return self._lines.place(place.key if key else place.value)
