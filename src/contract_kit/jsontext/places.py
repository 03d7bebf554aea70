"""Where things stand in a text: offsets as lines and columns, pointers as places."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

from contract_kit.jsontext.scan import Entry, Scan, scan


class Lines:
    """The lines of a text; they end with LF, CR LF or CR."""

    __slots__ = ("_first", "_starts")

    def __init__(self, text: str, first: int) -> None:
        # Every kind of line end becomes a line feed in the same place, so that offsets stay.
        lines = text.replace("\r\n", " \n").replace("\r", "\n").split("\n")
        self._starts = list(accumulate([len(line) + 1 for line in lines], initial=0))
        self._first = first

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset."""
        line = bisect_right(self._starts, offset) - 1
        return self._first + line, offset - self._starts[line] + 1

    def said(self, offset: int, seen: int) -> str:
        """The place of an offset in words, as seen from another one: the line only where it is not the same. So of a record
        on one line the same is said wherever this line stands."""
        line, column = self.place(offset)
        return f"column {column}" if line == self.place(seen)[0] else f"line {line}, column {column}"


class Places:
    """The places of all values and names in a text, as far as it is JSON."""

    __slots__ = ("_lines", "_root")

    def __init__(self, text: str, first_line: int, scanned: Scan | None = None, lines: Lines | None = None) -> None:
        """``scanned`` and ``lines`` are what is known of the text already."""
        self._root = (scanned or scan(text)).root
        self._lines = lines or Lines(text, first_line)

    def find(self, pointer: Sequence[str | int], *, key: bool = False) -> tuple[int, int] | None:
        """Line and column of a value, or with ``key`` of its name; of the nearest thing above where it is not there."""
        entry = self._root
        if entry is None:
            return None
        for step in pointer:
            below = _below(entry, step)
            if below is None:
                return self._lines.place(entry[1])
            entry = below
        return self._lines.place(entry[0] if key else entry[1])


def _below(entry: Entry, step: str | int) -> Entry | None:
    node = entry[2]
    if isinstance(node, dict):
        return node.get(str(step))
    if node is None:
        return None
    index = int(step) if isinstance(step, int) or (step.isdecimal() and len(step) < 19) else -1
    return node[index] if 0 <= index < len(node) else None
