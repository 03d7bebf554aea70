"""From inputs to parts. Lines of plain files are cut into ranges where they lie; everything else is read once, in order,
and laid down in the work folder as lines, part by part, while other parts are judged already."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from typing import BinaryIO, TypeAlias

from contract_kit.bulk.arrays import elements
from contract_kit.bulk.inputs import Input, sniffed
from contract_kit.bulk.mapping import Mapping_
from contract_kit.bulk.opening import called, opened, stamp
from contract_kit.bulk.parts import PART_SIZE, Part, ranges
from contract_kit.bulk.tables import csv_records, parquet_records
from contract_kit.bulk.workplace import Workplace, part_name
from contract_kit.errors import InputError

Block: TypeAlias = "tuple[bytes, int | None, array[int] | None]"
"""Lines; the number of the first one in their source, or the number of each."""


class Plan:
    """The parts of a run's inputs, numbered from ``first`` on; made as they are asked for."""

    def __init__(
        self,
        inputs: Iterable[Input],
        work: Workplace,
        *,
        first: int = 0,
        size: int = PART_SIZE,
        mapping: Mapping_ | None = None,
    ) -> None:
        self._inputs = list(inputs)
        self._work = work
        self._number = first
        self._size = size
        self._mapping = mapping

    def parts(self) -> Iterator[Part]:
        """All parts, in input order. Raises ``InputError`` for what cannot be read."""
        for place, one in enumerate(self._inputs):
            if one.splits:
                for start, end in ranges(one.size, self._size):
                    yield Part(self._next(), one.name, one.name, start, end, None, None, one.size, one.changed)
            else:
                yield from self._laid_down(one, f"source{place}")

    def _next(self) -> int:
        self._number += 1
        return self._number - 1

    def _laid_down(self, one: Input, mark: str) -> Iterator[Part]:
        """Parts of the run's own. A source that has been read whole is marked, so that a resumed run needs it no more."""
        if self._work.has(mark):
            for number, size, first_line, table in self._work.data(mark):
                self._number = number
                yield self._part(one, self._next(), size, first_line, table)
            return
        listed = []
        for data, first_line, numbers in _blocks(one, self._mapping, self._size):
            number = self._next()
            if not self._work.has(part_name(number, "spool")):
                if numbers is not None:
                    self._work.put(part_name(number, "lines"), numbers.tobytes())
                self._work.put(part_name(number, "spool"), data)
            listed.append([number, len(data), first_line, numbers is not None])
            yield self._part(one, number, len(data), first_line, numbers is not None)
        if not one.once and stamp(one.name) != (one.size, one.changed):
            raise InputError("has changed while it was read", hint="Run again without --resume", source=one.name)
        self._work.put_data(mark, listed)

    def _part(self, one: Input, number: int, size: int, first_line: int | None, table: bool) -> Part:
        lines = str(self._work.path(part_name(number, "lines"))) if table else None
        path = str(self._work.path(part_name(number, "spool")))
        return Part(number, called(one.name), path, 0, size, first_line, lines)


def _blocks(one: Input, mapping: Mapping_ | None, size: int) -> Iterator[Block]:
    if one.format == "csv":
        return _gathered(csv_records(one.name, mapping), size)
    if one.format == "parquet":
        return _gathered(parquet_records(one.name, mapping), size)
    return _streamed(one, size)


def _streamed(one: Input, size: int) -> Iterator[Block]:
    with opened(one.name) as stream:
        start = b""
        format_ = one.format
        if format_ in ("", "json"):
            start = stream.read(1 << 16)
            format_ = sniffed(start)
        joined = _Joined(start, stream)
        if format_ == "array":
            yield from _gathered(elements(joined, called(one.name)), size)  # type: ignore[arg-type] # it only reads
        elif format_ == "whole":
            from contract_kit.bulk.arrays import on_one_line

            numbers = array("Q", [1])
            yield on_one_line(joined.read(-1).strip(b" \t\r\n")) + b"\n", None, numbers
        elif format_ == "parquet":
            name = called(one.name)
            raise InputError("Parquet cannot be read from standard input", hint="Name the file", source=name)
        else:
            yield from _lines(joined, size)


def _lines(stream: _Joined, size: int) -> Iterator[Block]:
    line = 1
    while data := stream.read(size):
        if not data.endswith(b"\n"):
            data += stream.readline()
        yield data, line, None
        line += data.count(b"\n")


def _gathered(records: Iterable[tuple[int, bytes]], size: int) -> Iterator[Block]:
    waiting: list[bytes] = []
    numbers = array("Q")
    held = 0
    for line, data in records:
        waiting.append(data)
        numbers.append(line)
        held += len(data) + 1
        if held >= size:
            yield b"\n".join(waiting) + b"\n", None, numbers
            waiting, numbers, held = [], array("Q"), 0
    if waiting:
        yield b"\n".join(waiting) + b"\n", None, numbers


class _Joined:
    """A stream of which the beginning has been read already."""

    def __init__(self, start: bytes, stream: BinaryIO) -> None:
        self._start = start
        self._stream = stream

    def read(self, size: int) -> bytes:
        """So many bytes, fewer only at the end; all that is left for -1."""
        start, self._start = self._start, b""
        if 0 <= size < len(start):
            self._start = start[size:]
            return start[:size]
        return start + self._stream.read(size - len(start) if size >= 0 else -1)

    def readline(self) -> bytes:
        """Up to the end of a line."""
        if self._start:
            line, end, self._start = self._start.partition(b"\n")
            return line + end if end else line + self._stream.readline()
        return self._stream.readline()
