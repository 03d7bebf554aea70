"""Which records share an identity with another record, or with one that is registered: found within a given memory.

The runs of all parts are read in slices of the range of hashes, as many as memory asks for; within a slice equal hashes are
brought together by sorting. Slices do not depend on each other, so workers do them side by side, and the answer is the
same however many there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from contract_kit.bulk.parts import OFFSET_BITS
from contract_kit.bulk.workplace import Workplace, part_name

Refs = NDArray[np.uint64]

_WORKING = 56
"""Bytes of memory for each key of a slice while it is sorted."""
_LEAST = 1 << 16
_TOP = 1 << 64


class KeyRun(NamedTuple):
    """The sorted keys of a part."""

    number: int
    path: Path
    keys: int


class Shared(NamedTuple):
    """The keys of a slice that several records have: ``groups`` numbers the keys, ``refs`` are the records, in order."""

    groups: NDArray[np.int64]
    refs: Refs


@dataclass(frozen=True, slots=True)
class FindShared:
    """The task: one of ``count`` slices of the range of hashes. Parts below ``known`` hold what is registered: a key that
    only such parts have is nobody's concern. The runs stand in the work folder's ``runs``."""

    folder: str
    index: int
    count: int
    known: int = 0


def slice_count(keys: int, memory: int) -> int:
    """How many slices so many keys need where each may take so much memory."""
    return max(1, -(-keys * _WORKING // max(memory, _LEAST)))


def lay_runs(work: Workplace, runs: Iterable[tuple[int, int]]) -> None:
    """Write down the runs, each as its part's number and its number of keys, for ``find_shared``."""
    work.put_data("runs", {"runs": [list(run) for run in runs]})


def find_shared(task: FindShared) -> int:
    """Write the slice's shared keys to its ``shared``; how many records stand in it."""
    work = Workplace(task.folder)
    runs = [KeyRun(number, work.path(part_name(number, "keys")), keys) for number, keys in work.data("runs")["runs"]]
    lower, upper = (_TOP * place // task.count for place in (task.index, task.index + 1))
    found = _shared(*_slice(runs, lower, upper), np.uint64(task.known << OFFSET_BITS))
    with work.writing(f"shared{task.index}") as stream:
        np.save(stream, found.groups)
        np.save(stream, found.refs)
    return len(found.refs)


def shared_in(work: Workplace, index: int) -> Shared:
    """What ``find_shared`` found in a slice."""
    with work.path(f"shared{index}").open("rb") as stream:
        return Shared(np.load(stream), np.load(stream))


def involved(shared: Sequence[Refs]) -> Refs:
    """All records of some slices, each once, in input order."""
    refs = np.concatenate(shared) if shared else np.empty(0, np.uint64)
    refs.sort()
    return refs[firsts(refs)]


def firsts(values: NDArray[Any]) -> NDArray[np.int64]:
    """Where each value stands first in an array that is in order."""
    if not len(values):
        return np.empty(0, np.int64)
    return np.flatnonzero(np.concatenate(([True], values[1:] != values[:-1])))


def _slice(runs: Sequence[KeyRun], lower: int, upper: int) -> tuple[NDArray[np.uint64], Refs]:
    """The keys of a range of hashes, in the order of the runs."""
    borders = [(_border(run, lower), _border(run, upper)) for run in runs]
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


def _border(run: KeyRun, hash_: int) -> int:
    """How many keys of a run have a smaller hash."""
    if hash_ == 0 or hash_ == _TOP:
        return run.keys if hash_ else 0
    keys = np.memmap(run.path, np.uint64, "r", shape=(run.keys,))
    return int(np.searchsorted(keys, np.uint64(hash_)))


def _shared(hashes: NDArray[np.uint64], refs: Refs, border: np.uint64) -> Shared:
    order = np.argsort(hashes, kind="stable")
    starts = firsts(hashes[order])
    refs = refs[order]
    del order
    ends = np.append(starts[1:], len(refs))
    # Runs come in the order of their parts and keep that of records, so refs ascend within a group.
    wanted = (refs[starts] != refs[ends - 1]) & (refs[ends - 1] >= border) if len(starts) else np.empty(0, bool)
    starts, ends = starts[wanted], ends[wanted]
    lengths = ends - starts
    groups = np.repeat(np.arange(len(starts)), lengths)
    first = np.repeat(starts - np.concatenate(([0], np.cumsum(lengths)[:-1])), lengths) if len(starts) else starts
    return Shared(groups, refs[first + np.arange(len(first))])
