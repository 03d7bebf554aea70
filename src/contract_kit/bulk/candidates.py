"""Which records share an identity with another record, or with one that is registered: found within a given memory.

The runs of all parts are read in slices of the range of hashes, as many as memory asks for; within a slice equal hashes are
brought together by sorting. Slices do not depend on each other, so workers do them side by side, and the answer is the
same however many there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from contract_kit.bulk.hashing import in_order
from contract_kit.bulk.parts import OFFSET_BITS
from contract_kit.bulk.workplace import Workplace, part_name

Refs = NDArray[np.uint64]

_WORKING = 56
"""Bytes of memory for each key of a slice while it is sorted."""
_LEAST = 1 << 16
_HANDY, _ENOUGH = 1 << 20, 16
"""Slices of so few keys are sorted sooner, in memory that is used again; more of them would read each run in small bits."""
_INVOLVED = "shared.involved"
CHUNK = 1 << 20
"""So many records are held at once where all of them are gone through."""
_TOP = 1 << 64


class KeyRun(NamedTuple):
    """The sorted keys of a part."""

    number: int
    path: Path
    keys: int


class Shared(NamedTuple):
    """The keys of a slice that several records have: ``refs`` are the records, key after key, and for each key in input
    order; ``joined`` tells of each whether it has the key of the one before it."""

    refs: Refs
    joined: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class FindShared:
    """The task: one of ``count`` slices of the range of hashes. Parts below ``known`` hold what is registered: a key that
    only such parts have is nobody's concern. The runs stand in the work folder's ``runs``."""

    folder: str
    index: int
    count: int
    known: int = 0


def slice_count(keys: int, memory: int) -> int:
    """Into how many slices so many keys go where each may take so much memory."""
    return max(1, -(-keys * _WORKING // max(memory, _LEAST)), min(keys // _HANDY, _ENOUGH))


def lay_runs(work: Workplace, runs: Iterable[tuple[int, int]]) -> None:
    """Write down the runs, each as its part's number and its number of keys, for ``find_shared``."""
    work.put_data("runs", {"runs": [list(run) for run in runs]})


def find_shared(task: FindShared) -> int:
    """Write what is shared in the slice to its ``shared`` files; how many records stand in it."""
    work = Workplace(task.folder)
    runs = [KeyRun(number, work.path(part_name(number, "keys")), keys) for number, keys in work.data("runs")["runs"]]
    lower, upper = (_TOP * place // task.count for place in (task.index, task.index + 1))
    found = _shared(*_slice(runs, lower, upper), np.uint64(task.known << OFFSET_BITS))
    for name, column in (("joined", found.joined), ("records", distinct(found.refs)), ("refs", found.refs)):
        with work.writing(f"shared{task.index}.{name}") as stream:
            stream.write(column.tobytes())
    return len(found.refs)


def shared_in(work: Workplace, index: int) -> Shared:
    """What ``find_shared`` found in a slice, read where it lies."""
    return Shared(mapped(work, f"shared{index}.refs", np.uint64), mapped(work, f"shared{index}.joined", np.bool_))


def lay_involved(work: Workplace, slices: Iterable[int], more: Refs) -> Refs:
    """All records of some slices, and more, each once and in input order: a file of the work folder, read where it lies."""
    lists = [mapped(work, f"shared{index}.records", np.uint64) for index in slices] + [distinct(more)]
    longest = max(lists, key=len)
    pivots = longest[:: max(1, CHUNK // len(lists))][1:]
    with work.writing(_INVOLVED) as stream:
        starts = [0] * len(lists)
        for pivot in [*pivots, None]:
            ends = [len(one) if pivot is None else int(np.searchsorted(one, pivot)) for one in lists]
            pieces = [one[start:end] for one, start, end in zip(lists, starts, ends, strict=True)]
            stream.write(distinct(np.concatenate(pieces)).tobytes())
            starts = ends
    return involved(work)


def involved(work: Workplace) -> Refs:
    """What ``lay_involved`` has laid down."""
    return mapped(work, _INVOLVED, np.uint64)


def mapped(work: Workplace, name: str, kind: type[Any]) -> NDArray[Any]:
    """The numbers in a file, read where they lie."""
    path = work.path(name)
    return np.memmap(path, kind, "r") if path.stat().st_size else np.empty(0, kind)


def firsts(values: NDArray[Any]) -> NDArray[np.int64]:
    """Where each value stands first in an array that is in order."""
    if not len(values):
        return np.empty(0, np.int64)
    return np.flatnonzero(np.concatenate(([True], values[1:] != values[:-1])))


def distinct(refs: Refs) -> Refs:
    """Each once and in order: what ``numpy.unique`` gives, which loads much of NumPy for it."""
    refs = np.sort(refs)
    return refs[firsts(refs)]


def _slice(runs: Sequence[KeyRun], lower: int, upper: int) -> tuple[NDArray[np.uint64], Refs]:
    """The keys of a range of hashes, in the order of the runs."""
    borders = [_borders(run, lower, upper) for run in runs]
    total = sum(end - start for start, end in borders)
    hashes, refs = np.empty(total, np.uint64), np.empty(total, np.uint64)
    filled = 0
    for run, (start, end) in zip(runs, borders, strict=True):
        if end > start:
            part = slice(filled, filled + end - start)
            with run.path.open("rb") as stream:
                stream.seek(8 * start)
                hashes[part] = np.fromfile(stream, np.uint64, end - start)
                stream.seek(8 * (run.keys + start))
                refs[part] = np.fromfile(stream, np.uint64, end - start)
            refs[part] += np.uint64(run.number << OFFSET_BITS)
            filled = part.stop
    return hashes, refs


def _borders(run: KeyRun, lower: int, upper: int) -> tuple[int, int]:
    """How many keys of a run, which has some, have a smaller hash than the one and the other."""
    if lower == 0 and upper == _TOP:
        return 0, run.keys
    # An array that NumPy maps itself takes four times as long to make, and there is one for each run and slice.
    with run.path.open("rb", buffering=0) as stream:
        found = mmap(stream.fileno(), 0, access=ACCESS_READ)
    keys = np.frombuffer(found, np.uint64, run.keys)
    start, end = np.searchsorted(keys, np.array([lower, min(upper, _TOP - 1)], np.uint64)).tolist()
    return start, run.keys if upper == _TOP else end


def _shared(hashes: NDArray[np.uint64], refs: Refs, border: np.uint64) -> Shared:
    order, hashes = in_order(hashes)
    starts = firsts(hashes)
    refs = refs[order]
    del order, hashes
    ends = np.append(starts[1:], len(refs))
    # Runs come in the order of their parts and keep that of records, so refs ascend within a group.
    wanted = (refs[starts] != refs[ends - 1]) & (refs[ends - 1] >= border) if len(starts) else np.empty(0, bool)
    starts, ends = starts[wanted], ends[wanted]
    lengths = ends - starts
    before = np.cumsum(lengths) - lengths
    first = np.repeat(starts - before, lengths)
    joined = np.ones(len(first), np.bool_)
    joined[before] = False
    return Shared(refs[first + np.arange(len(first))], joined)
