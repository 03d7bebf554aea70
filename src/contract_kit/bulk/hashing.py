"""Hashes of identities: 64 bits that are the same in every process and on every machine, kept as sorted runs.

A hash only says which records *may* share an identity. Whether they do is decided on the identities themselves, so two that
fall on one hash cost a second look and nothing else.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray
from xxhash import xxh3_64_intdigest

from contract_kit.ledger import Identity

hash_bytes = xxh3_64_intdigest
"""The hash of an identity's type and value with a zero byte between them, in UTF-8."""


def hash_of(item: Identity) -> int:
    """The hash of an identity."""
    return hash_bytes(f"{item.type}\0{item.value}".encode("utf-8", "surrogatepass"))


class Keys:
    """The keys of a part's accepted records as they are found. Of records that are proven clean the identities are kept as
    they come (``plain``: type, zero byte, value), with each record's offset and number of keys, and hashed all at once."""

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


def write_run(stream: BinaryIO, hashes: NDArray[np.uint64], offsets: NDArray[np.uint64]) -> None:
    """Write hashes in order, then the offsets in the same order; equal hashes keep the order of their records."""
    order = np.argsort(hashes, kind="stable")
    stream.write(hashes[order].tobytes())
    stream.write(offsets[order].tobytes())


def _view(numbers: array[int]) -> NDArray[np.uint64]:
    return np.array(numbers, np.uint64)
