"""Parts: byte ranges of text with one record a line, the unit of work and of the checkpoint.

A line belongs to the part in which it begins. Parts are numbered in input order; a record's reference is its part's number
and its offset in the part, so references compare in input order whatever is judged first.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from contract_kit.bulk.opening import stamp
from contract_kit.errors import InputError

PART_SIZE = 8 << 20
_LARGEST = 64 << 20
_PARTS = 128
"""So many parts are enough to share out: each takes a few files of the work folder."""
OFFSET_BITS = 40
"""A reference is ``number << OFFSET_BITS | offset``."""

_STEP = 1 << 20
_BLOCK = 1 << 18


@dataclass(frozen=True, slots=True)
class Part:
    """The lines of ``path`` (or of what lies at an address) that begin in ``[start, end)``.

    ``source`` is the input as people know it. ``first_line`` is the number of the first line there, ``None`` where it is
    only known when the parts before have been read; ``lines`` is a file with the number of each line's record (64 bits
    each), for records that are not a line each in their source. ``size`` and ``changed`` are those of ``path`` when the
    run began, so that a file that changes meanwhile is noticed; 0 for files of the run's own.
    """

    number: int
    source: str
    path: str
    start: int
    end: int
    first_line: int | None = None
    lines: str | None = None
    size: int = 0
    changed: int = 0

    def check(self) -> None:
        """Raise where the input is not what it was when the run began."""
        if self.changed:
            if stamp(self.path) != (self.size, self.changed):
                raise InputError("has changed while it was read", hint="Run again without --resume", source=self.source)

    def line_table(self) -> array[int] | None:
        """The numbers of the part's records, where there is a table of them."""
        if self.lines is None:
            return None
        numbers = array("Q")
        numbers.frombytes(Path(self.lines).read_bytes())
        return numbers


def part_size(total: int) -> int:
    """The size of parts for so many bytes of input: the same whoever does them, so that any run can go on from another."""
    return min(max(PART_SIZE, total // _PARTS), _LARGEST)


def ranges(size: int, part_size: int) -> Iterator[tuple[int, int]]:
    """A size cut into ranges."""
    for start in range(0, size, part_size):
        yield start, min(start + part_size, size)


def to_first_line(stream: BinaryIO, start: int, end: int) -> int:
    """Move to the first line that begins at or after ``start``; the offset, ``end`` or more where none begins before."""
    if start == 0:
        stream.seek(0)
        return 0
    stream.seek(start - 1)
    offset = start - 1
    while offset < end:
        piece = stream.readline(_STEP)
        offset += len(piece)
        if not piece or piece.endswith(b"\n"):
            break
    return offset


def line_lists(stream: BinaryIO, size: int, longest: int) -> Iterator[tuple[list[bytes], int]]:
    """The lines that begin in the next ``size`` bytes, with their ends, some hundreds at a time. Only the last one of a list
    may be ``longest`` bytes without its end; then the second item says how many bytes of it were passed over."""
    while size > 0 and (block := stream.read(min(_BLOCK, size))):
        size -= len(block)
        lines = BytesIO(block).readlines()
        rest = 0
        if not block.endswith(b"\n"):
            start = lines[-1]
            further = stream.readline(max(longest - len(start), 0))
            lines[-1] = start + further
            if len(lines[-1]) >= longest and not further.endswith(b"\n"):
                rest = rest_of_line(stream)
            size -= len(further) + rest
        yield lines, rest


def rest_of_line(stream: BinaryIO) -> int:
    """Pass over the rest of a line; how many bytes that were, its end included."""
    passed = 0
    while piece := stream.readline(_STEP):
        passed += len(piece)
        if piece.endswith(b"\n"):
            break
    return passed
