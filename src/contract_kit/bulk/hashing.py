"""Hashes of identities: 64 bits that are the same in every process and on every machine, kept as sorted runs.

A hash only says which records *may* share an identity. Whether they do is decided on the identities themselves, so two that
fall on one hash cost a second look and nothing else.
"""

from __future__ import annotations

from array import array
from typing import BinaryIO

import numpy as np
from xxhash import xxh3_64_intdigest

from contract_kit.ledger import Identity

hash_bytes = xxh3_64_intdigest
"""The hash of an identity's type and value with a zero byte between them, in UTF-8."""


def hash_of(item: Identity) -> int:
    """The hash of an identity."""
    return hash_bytes(f"{item.type}\0{item.value}".encode("utf-8", "surrogatepass"))


def write_run(stream: BinaryIO, hashes: array[int], offsets: array[int]) -> None:
    """Write hashes in order, then the offsets in the same order; equal hashes keep the order of their records."""
    if not hashes:
        return
    unsorted = np.frombuffer(hashes, np.uint64)
    order = np.argsort(unsorted, kind="stable")
    stream.write(unsorted[order].tobytes())
    stream.write(np.frombuffer(offsets, np.uint64)[order].tobytes())
