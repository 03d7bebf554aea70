"""Which records share an identity with another record, or with one that is registered: found within a given memory.

The runs of all parts are read in slices of the range of hashes, as many as memory asks for; within a slice equal hashes are
brought together by sorting. Slices do not depend on each other, so the answer is the same however many there are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from contract_kit.bulk.parts import OFFSET_BITS

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


def slices(runs: Sequence[KeyRun], memory: int, known: int = 0) -> Iterator[Shared]:
    """The shared keys, slice by slice. Parts below ``known`` hold what is registered: a key that only such parts have is
    nobody's concern."""
    total = sum(run.keys for run in runs)
    count = max(1, -(-total * _WORKING // max(memory, _LEAST)))
    border = np.uint64(known << OFFSET_BITS)
    positions = [0] * len(runs)
    for index in range(count):
        last = index == count - 1
        upper = None if last else np.uint64(_TOP * (index + 1) // count)
        yield _shared(*_slice(runs, positions, upper), border)


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


def _slice(runs: Sequence[KeyRun], positions: list[int], upper: np.uint64 | None) -> tuple[NDArray[np.uint64], Refs]:
    """The keys from the runs' positions up to a border, in the order of the runs; positions move on."""
    ends = [
        run.keys if upper is None or start == run.keys else _border(run, start, upper)
        for run, start in zip(runs, positions, strict=True)
    ]
    total = sum(ends) - sum(positions)
    hashes, refs = np.empty(total, np.uint64), np.empty(total, np.uint64)
    filled = 0
    for place, (run, end) in enumerate(zip(runs, ends, strict=True)):
        start = positions[place]
        if end > start:
            part = slice(filled, filled + end - start)
            with run.path.open("rb") as stream:
                stream.seek(8 * start)
                hashes[part] = np.fromfile(stream, np.uint64, end - start)
                stream.seek(8 * (run.keys + start))
                refs[part] = np.fromfile(stream, np.uint64, end - start)
            refs[part] += np.uint64(run.number << OFFSET_BITS)
            filled = part.stop
        positions[place] = end
    return hashes, refs


def _border(run: KeyRun, start: int, upper: np.uint64) -> int:
    keys = np.memmap(run.path, np.uint64, "r", shape=(run.keys,))
    return start + int(np.searchsorted(keys[start:], upper))


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
