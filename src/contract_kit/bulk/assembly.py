"""Last pass: the outputs, in input order. Accepted records are copied byte for byte, each part to its place in the file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from contract_kit.bulk.judging import HEAD
from contract_kit.bulk.parts import Part
from contract_kit.bulk.telling import placed
from contract_kit.bulk.workplace import Workplace, loaded, part_name

_STEP = 1 << 20

Span = tuple[int, int, int, bytes]
"""Offset, length, line (relative), rejection (empty for a blank line)."""


@dataclass(frozen=True, slots=True)
class Assemble:
    """The task: one part. ``base`` is added to its lines; ``accepted`` is the file and ``position`` the place for its
    accepted records, which lie in ``[first, end)``; ``open`` tells that the last one lacks its line end. ``buckets`` are
    those that refused some of its records."""

    folder: str
    part: Part
    base: int
    first: int
    end: int
    open: bool
    buckets: tuple[int, ...]
    accepted: str | None
    position: int
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
    with Path(task.accepted).open("r+b", buffering=_STEP) as out:
        out.seek(task.position)
        return copy_accepted(task, spans, out)


def append_accepted(task: Assemble, out: BinaryIO) -> None:
    """Copy a part's accepted records to where the output has got to: for devices and pipes, which know no places."""
    copy_accepted(task, _left_out(Workplace(task.folder), task), out)


def copy_accepted(task: Assemble, spans: list[Span], out: BinaryIO) -> int:
    """Copy all but the spans."""
    copied = 0
    with Path(task.part.path).open("rb", buffering=0) as stream:
        for start, end in _between(spans, task.first, task.end):
            copied += _copy(stream, out, task.part.start + start, end - start)
    if task.open:
        out.write(b"\n")
        copied += 1
    return copied


def _left_out(work: Workplace, task: Assemble) -> list[Span]:
    """What is not copied, by offset: rejected by itself, rejected by the law, or blank."""
    spans = list(_rejects(work.path(part_name(task.part.number, "rejects"))))
    for bucket in task.buckets:
        for row in work.path(part_name(task.part.number, f"law{bucket}")).read_bytes().split(b"\n"):
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


def _copy(stream: Any, out: BinaryIO, start: int, size: int) -> int:
    stream.seek(start)
    left = size
    while left:
        piece = stream.read(min(left, _STEP))
        if not piece:
            raise OSError("the input became shorter while it was copied")
        out.write(piece)
        left -= len(piece)
    return size
