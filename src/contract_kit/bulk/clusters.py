"""Records that hang together: they share an identity, or each shares one with a third.

The law of uniqueness never looks beyond such a cluster. So where the records concerned do not all fit into memory at once,
they are dealt into buckets by cluster, and the law is applied bucket by bucket.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from contract_kit.bulk import candidates
from contract_kit.bulk.candidates import involved, mapped
from contract_kit.bulk.workplace import Workplace

RECORD_MEMORY = 4096
"""Bytes of memory, at a generous guess, that a record takes while the law is applied to its bucket."""

Labels = NDArray[np.uint32]
_BUCKETS = "shared.buckets"


def bucket_count(records: int, memory: int) -> int:
    """Into how many buckets so many records have to go."""
    return max(1, -(-records * RECORD_MEMORY // max(memory, RECORD_MEMORY)))


@dataclass(frozen=True, slots=True)
class PlaceShared:
    """The task: one slice."""

    folder: str
    index: int


def place_shared(task: PlaceShared) -> None:
    """Write for each record of a slice its position among all that are involved, to its ``places``."""
    work = Workplace(task.folder)
    refs = mapped(work, f"shared{task.index}.refs", np.uint64)
    everything = involved(work)
    with work.writing(f"shared{task.index}.places") as stream:
        for start in range(0, len(refs), candidates.CHUNK):
            places = np.searchsorted(everything, refs[start : start + candidates.CHUNK])
            stream.write(places.astype(np.uint32).tobytes())


def connect(work: Workplace, slices: Sequence[int], count: int) -> Labels:
    """For each of ``count`` involved records the position of the first record of its cluster."""
    labels = np.arange(count, dtype=np.uint32)
    changed = True
    while changed:
        changed = False
        for one, other in _pairs(work, slices):
            low = np.minimum(labels[one], labels[other])
            if (labels[one] == low).all() and (labels[other] == low).all():
                continue
            changed = True
            np.minimum.at(labels, labels[one], low)
            np.minimum.at(labels, labels[other], low)
        _flatten(labels)
    return labels


def lay_buckets(work: Workplace, labels: Labels, buckets: int) -> None:
    """Write down the bucket of each record: all of a cluster come into the same one. They are spread by a multiplication,
    since a cluster's label is its first record and those lie unevenly."""
    with work.writing(_BUCKETS) as stream:
        for start in range(0, len(labels), candidates.CHUNK):
            spread = labels[start : start + candidates.CHUNK].astype(np.uint64) * np.uint64(0x9E3779B1)
            stream.write((spread % np.uint64(buckets)).astype(np.uint32).tobytes())


def buckets_of(work: Workplace, start: int, stop: int) -> Labels:
    """The buckets of the records at some of the positions."""
    buckets: Labels = mapped(work, _BUCKETS, np.uint32)[start:stop]
    return buckets


def _pairs(work: Workplace, slices: Sequence[int]) -> Iterator[tuple[Labels, Labels]]:
    """Neighbours that share a key, as positions, some at a time."""
    for index in slices:
        places = mapped(work, f"shared{index}.places", np.uint32)
        joined = mapped(work, f"shared{index}.joined", np.bool_)
        for start in range(0, len(places) - 1, candidates.CHUNK):
            some = places[start : start + candidates.CHUNK + 1]
            together = joined[start + 1 : start + len(some)]
            yield some[:-1][together], some[1:][together]


def _flatten(labels: Labels) -> None:
    """Let every label be one that stands for itself."""
    changed = True
    while changed:
        changed = False
        for start in range(0, len(labels), candidates.CHUNK):
            part = labels[start : start + candidates.CHUNK]
            further = labels[part]
            if (further != part).any():
                changed = True
                part[:] = further
