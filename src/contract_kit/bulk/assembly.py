"""Last pass: the outputs, in input order. Accepted records are copied byte for byte, each part to its place in the file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from contract_kit.bulk.judging import HEAD
from contract_kit.bulk.opening import anywhere
from contract_kit.bulk.parts import Part
from contract_kit.bulk.placing import Placing
from contract_kit.bulk.telling import placed
from contract_kit.bulk.workplace import Workplace, loaded, naming, part_name

_STEP = 1 << 20
_BLOCK = 1 << 20
_MOST = 1000
"""So many pieces go into one call: systems take 1,024."""

Span = tuple[int, int, int, bytes]
"""Offset, length, line (relative), rejection (empty for a blank line)."""


@dataclass(frozen=True, slots=True)
class Assemble:
    """The task: one part. ``base`` is added to its lines. ``accepted`` is the file, ``position`` the place there and
    ``size`` the number of bytes of its accepted records, which lie in ``[first, end)``; ``open`` tells that the last one
    lacks its line end. ``buckets`` are those that refused some of its records, each with the place and size of these in its
    ``law``."""

    folder: str
    part: Part
    base: int
    first: int
    end: int
    open: bool
    buckets: tuple[tuple[int, int, int], ...]
    accepted: str | None
    position: int
    size: int
    rejected: bool


def assemble(task: Assemble) -> int:
    """Write the part's accepted records to their place, and its rejections to its ``rejected``; how many bytes of records
    were accepted."""
    work = Workplace(task.folder)
    task.part.check()
    spans = _left_out(work, task)
    if task.rejected:
        with work.writing(part_name(task.part.number, "rejected")) as out:
            for _, _, line, said in spans:
                if said:
                    out.write(placed(task.part.source, task.base + line, said))
    if task.accepted is None:
        return 0
    with naming(str(Path(task.accepted).parent)), Path(task.accepted).open("r+b", buffering=0) as out:
        return _copy_kept(task, spans, out)


def append_accepted(task: Assemble, out: BinaryIO) -> None:
    """Copy a part's accepted records to where the output has got to: for devices and pipes, which know no places."""
    for pieces in _kept(task, _left_out(Workplace(task.folder), task)):
        for piece in pieces:
            out.write(piece)


def _copy_kept(task: Assemble, spans: list[Span], out: BinaryIO) -> int:
    """Write what is kept to its place, many pieces with one call; how many bytes it were."""
    placing = Placing(out, task.position)
    for pieces in _kept(task, spans):
        placing.write(pieces)
    return placing.end() - task.position


def _kept(task: Assemble, spans: list[Span]) -> Iterator[list[memoryview]]:
    """The bytes of all but the spans, in lists of pieces that the system takes at once."""
    with anywhere(task.part.path, 0) as stream:
        pieces: list[memoryview] = []
        at, block = 0, memoryview(b"")
        for start, end in _between(spans, task.first, task.end):
            while start < end:
                if not at <= start < at + len(block):
                    if pieces:
                        yield pieces
                    pieces, at, block = [], start, memoryview(_read(stream, task.part.start + start, task.end - start))
                piece = block[start - at : end - at]
                pieces.append(piece)
                start += len(piece)
                if len(pieces) == _MOST:
                    yield pieces
                    pieces = []
        if task.open:
            pieces.append(memoryview(b"\n"))
        if pieces:
            yield pieces


def _left_out(work: Workplace, task: Assemble) -> list[Span]:
    """What is not copied, by offset: rejected by itself, rejected by the law, or blank."""
    spans = list(_rejects(work.path(part_name(task.part.number, "rejects"))))
    for bucket, start, size in task.buckets:
        with work.path(f"law{bucket}").open("rb", buffering=0) as stream:
            stream.seek(start)
            rows = stream.read(size)
        for row in rows.split(b"\n"):
            offset, length, line, said = loaded(row)
            spans.append((offset, length, line, said.encode()))
    spans.sort(key=lambda span: span[0])
    return spans


def _rejects(path: Path) -> Iterator[Span]:
    with path.open("rb", buffering=_STEP) as stream:
        while head := stream.read(HEAD.size):
            offset, length, line, size = HEAD.unpack(head)
            yield offset, length, line, stream.read(size)


def _between(spans: list[Span], first: int, end: int) -> Iterator[tuple[int, int]]:
    at = first
    for offset, length, *_ in spans:
        if offset > at:
            yield at, offset
        at = offset + length
    if end > at:
        yield at, end


def _read(stream: Any, start: int, size: int) -> bytes:
    stream.seek(start)
    block: bytes = stream.read(min(size, _BLOCK))
    if not block:
        raise OSError("the input became shorter while it was copied")
    return block
