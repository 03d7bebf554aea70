"""Whole numbers in another order: a permutation of 0..size-1 that nobody can turn back without the key."""

from __future__ import annotations

from hashlib import shake_256

_ROUNDS = 10


def permuted(number: int, size: int, key: bytes) -> int:
    """The place of a number among ``size`` numbers: another one for each number, always the same under one key.

    A Feistel network over the next power of four; what falls outside goes through it again.
    """
    if size < 2:
        return number
    half = max(1, ((size - 1).bit_length() + 1) // 2)
    mask = (1 << half) - 1
    while True:
        left, right = number >> half, number & mask
        for turn in range(_ROUNDS):
            matter = key + bytes([turn]) + right.to_bytes((half + 7) // 8)
            left, right = right, left ^ (int.from_bytes(shake_256(matter).digest((half + 7) // 8)) & mask)
        number = left << half | right
        if number < size:
            return number
