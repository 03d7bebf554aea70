"""Hashes of identities: 64 bits that are the same in every process and on every machine, kept as sorted runs.

A hash only says which records *may* share an identity. Whether they do is decided on the identities themselves, so two that
fall on one hash cost a second look and nothing else.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO, TypeAlias

import numpy as np
from numpy.typing import NDArray
from xxhash import xxh3_64_intdigest

from contract_kit.ledger import Identity

Numbers: TypeAlias = "NDArray[np.uint64]"

hash_bytes = xxh3_64_intdigest
"""The hash of an identity's type and value with a zero byte between them, in UTF-8."""


def hash_of(item: Identity) -> int:
    """The hash of an identity."""
    return hash_bytes(f"{item.type}\0{item.value}".encode("utf-8", "surrogatepass"))


class Keys:
    """The keys of a part's accepted records as they are found. ``starts`` has the offset of every line, and ``counts`` how
    many of the identities in ``plain`` (type, zero byte, value) are its own: those of records that are proven clean, which
    are kept as they come and hashed all at once."""

    def __init__(self) -> None:
        self.plain: list[str] = []
        self.starts, self.counts = array("Q"), array("Q")
        self._hashes, self._offsets = array("Q"), array("Q")

    def add(self, identities: Iterable[Identity], offset: int) -> None:
        """The keys of one record that was judged in the normal way."""
        for item in identities:
            self._hashes.append(hash_of(item))
            self._offsets.append(offset)

    def write(self, stream: BinaryIO) -> int:
        """Write all of them as a sorted run; how many they are."""
        hashes = np.fromiter(map(hash_bytes, map(str.encode, self.plain)), np.uint64, len(self.plain))
        offsets = np.repeat(_view(self.starts), _view(self.counts).astype(np.int64))
        if self._hashes:
            hashes, offsets = np.append(hashes, _view(self._hashes)), np.append(offsets, _view(self._offsets))
            order = np.argsort(offsets, kind="stable")
            hashes, offsets = hashes[order], offsets[order]
        write_run(stream, hashes, offsets)
        return len(hashes)

    def write_lines(self, stream: BinaryIO) -> None:
        """Write where each line begins, for ``read_lines``."""
        stream.write(((_view(self.starts) << _ONE) | (_view(self.counts) > 0)).tobytes())


_ONE = np.uint64(1)


def read_lines(path: Path) -> tuple[Numbers, NDArray[np.bool_]]:
    """Where each line of a part begins, and whether it was proven clean."""
    packed = np.fromfile(path, np.uint64)
    return packed >> _ONE, (packed & _ONE).astype(bool)


def write_run(stream: BinaryIO, hashes: Numbers, offsets: Numbers) -> None:
    """Write hashes in order, then the offsets in the same order; equal hashes keep the order of their records."""
    order, hashes = in_order(hashes)
    stream.write(hashes.tobytes())
    stream.write(offsets[order].tobytes())


def in_order(hashes: Numbers) -> tuple[NDArray[np.int64], Numbers]:
    """The positions of hashes in their order, and the hashes in it; equal ones keep their order.

    A sort that does not keep it takes a fifth of the time, and few hashes are equal: those are put right afterwards.
    """
    order = np.argsort(hashes)
    found = hashes[order]
    same = found[1:] == found[:-1]
    count = int(np.count_nonzero(same))
    if count > len(hashes) // 8:
        order = np.argsort(hashes, kind="stable")
        return order, hashes[order]
    if count:
        tied = np.flatnonzero(np.concatenate((same, [False])) | np.concatenate(([False], same)))
        wrong = order[tied]
        order[tied] = wrong[np.lexsort((wrong, found[tied]))]
    return order, found


def _view(numbers: array[int]) -> Numbers:
    return np.array(numbers, np.uint64)
