"""Whether values of a template (``template``), as they are written, are good; those that were seen to be are remembered."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from contract_kit.judge import sieve
from contract_kit.judge.leaves import Leaf
from contract_kit.judge.schemas import compiled

_SHORT = 100
"""Bytes: longer values are not remembered."""
NO = (msgspec.DecodeError, UnicodeDecodeError)
"""What is raised for a text that is no value of a type."""
_ANY: Any = str | int | float | bool | None
SCALAR = Leaf(_ANY)
"""Any value that is no object and no array."""

Test = Callable[[Sequence[bytes]], bool]
"""Whether some values are good together."""


def remembering(test: Test, *, alone: bool) -> tuple[set[Any], Callable[[Any], bool]]:
    """The values that were seen to be good, and what looks at others and adds them. They come as tuples, or, where one is
    looked at alone, as it is."""
    good: set[Any] = set()

    def learn(said: Any) -> bool:
        # Names are asked for nearly as often as there are records: each step counts.
        if not test((said,) if alone else said):
            return False
        if len(good) >= sieve.REMEMBERED:
            good.clear()
        if len(said) <= _SHORT if alone else max(map(len, said)) <= _SHORT:
            good.add(said)
        return True

    return good, learn


def fitting(leaf: Leaf) -> Test:
    """Whether a value, as it is written, fits a member."""
    read, left = msgspec.json.Decoder(leaf.type).decode, leaf.left
    valid = compiled(dict(left)).is_valid if left is not None else None

    def test(values: Sequence[bytes]) -> bool:
        try:
            value = read(values[0])
        except NO:
            return False
        return valid is None or bool(valid(value))

    return test


def joined(names: Sequence[str], leaves: Sequence[Leaf], fixed: Mapping[str, Any], valid: Callable[[Any], bool]) -> Test:
    """Whether the members of an object, as they are written, fit together with those that are fixed."""
    readers = [msgspec.json.Decoder(leaf.type).decode for leaf in leaves]

    def test(values: Sequence[bytes]) -> bool:
        try:
            read = {name: reader(value) for name, reader, value in zip(names, readers, values, strict=True)}
        except NO:
            return False
        return bool(valid({**fixed, **read}))

    return test
