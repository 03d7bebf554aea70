"""Records that hang together: they share an identity, or each shares one with a third.

The law of uniqueness never looks beyond such a cluster. So where the records concerned do not all fit into memory at once,
they are dealt into buckets by cluster, and the law is applied bucket by bucket.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from contract_kit.bulk.candidates import Refs, Shared

RECORD_MEMORY = 4096
"""Bytes of memory, at a generous guess, that a record takes while the law is applied to its bucket."""

Labels = NDArray[np.uint32]


def bucket_count(records: int, memory: int) -> int:
    """Into how many buckets so many records have to go."""
    return max(1, -(-records * RECORD_MEMORY // max(memory, RECORD_MEMORY)))


def deal(refs: Refs, shared: Iterable[Shared], buckets: int) -> Labels:
    """The bucket of each record; all of a cluster come into the same one."""
    if buckets == 1:
        return np.zeros(len(refs), np.uint32)
    labels = connect(refs, list(shared))
    # Spread by a multiplication, since a cluster's label is its first record and those lie unevenly.
    return ((labels.astype(np.uint64) * np.uint64(0x9E3779B1)) % np.uint64(buckets)).astype(np.uint32)


def connect(refs: Refs, shared: list[Shared]) -> Labels:
    """For each record the position in ``refs`` of the first record of its cluster."""
    labels = np.arange(len(refs), dtype=np.uint32)
    pairs = [_pairs(refs, part) for part in shared]
    changed = True
    while changed:
        changed = False
        for one, other in pairs:
            low = np.minimum(labels[one], labels[other])
            if (labels[one] == low).all() and (labels[other] == low).all():
                continue
            changed = True
            np.minimum.at(labels, labels[one], low)
            np.minimum.at(labels, labels[other], low)
            _flatten(labels)
    return labels


def _pairs(refs: Refs, shared: Shared) -> tuple[Labels, Labels]:
    """Neighbours in each group, as positions in ``refs``."""
    positions = np.searchsorted(refs, shared.refs).astype(np.uint32)
    together = shared.groups[1:] == shared.groups[:-1]
    return positions[:-1][together], positions[1:][together]


def _flatten(labels: Labels) -> None:
    """Let every label be one that stands for itself."""
    while True:
        further = labels[labels]
        if (further == labels).all():
            return
        labels[:] = further
