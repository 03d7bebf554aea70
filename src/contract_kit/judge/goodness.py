"""Whether values of a template (``template``), as they are written, are good; those that were seen to be are remembered."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from contract_kit.judge.leaves import Leaf
from contract_kit.judge.schemas import compiled

REMEMBERED = 50_000
"""So many values are remembered by all templates of an input."""
_SHORT = 100
"""Longer values are not."""
NO = (msgspec.DecodeError, UnicodeDecodeError)
"""What is raised for a text that is no value of a type."""
_ANY: Any = str | int | float | bool | None
SCALAR = Leaf(_ANY)
"""Any value that is no object and no array."""

Test = Callable[[Sequence[str]], bool]
"""Whether some values are good together."""


class Memory:
    """Values that were seen to be good: no more of them than ``REMEMBERED`` in all, however many tests there are."""

    def __init__(self) -> None:
        self._count = 0
        self._sets: list[set[Any]] = []

    def learning(self, test: Test, *, alone: bool) -> tuple[set[Any], Callable[[Any], bool]]:
        """The values that are known to be good by a test, and what looks at others and adds them. They come as tuples, or,
        where one is looked at alone, as it is."""
        good: set[Any] = set()
        self._sets.append(good)

        def learn(said: Any) -> bool:
            # Some are asked for nearly as often as there are records: each step counts.
            if not test((said,) if alone else said):
                return False
            if len(said) <= _SHORT if alone else max(map(len, said)) <= _SHORT:
                self._count += 1
                if self._count > REMEMBERED:
                    self._forget()
                good.add(said)
            return True

        return good, learn

    def _forget(self) -> None:
        for one in self._sets:
            one.clear()
        self._count = 1


def fitting(leaf: Leaf) -> Test:
    """Whether a value, as it is written, fits a member."""
    read, left = msgspec.json.Decoder(leaf.type).decode, leaf.left
    valid = compiled(dict(left)).is_valid if left is not None else None

    def test(values: Sequence[str]) -> bool:
        try:
            value = read(values[0])
        except NO:
            return False
        return valid is None or bool(valid(value))

    return test


def joined(names: Sequence[str], leaves: Sequence[Leaf], fixed: Mapping[str, Any], valid: Callable[[Any], bool]) -> Test:
    """Whether the members of an object, as they are written, fit together with those that are fixed."""
    readers = [msgspec.json.Decoder(leaf.type).decode for leaf in leaves]

    def test(values: Sequence[str]) -> bool:
        try:
            read = {name: reader(value) for name, reader, value in zip(names, readers, values, strict=True)}
        except NO:
            return False
        return bool(valid({**fixed, **read}))

    return test
