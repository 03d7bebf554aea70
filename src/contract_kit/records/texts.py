"""Documents as the judge takes them, for texts that are part of a longer one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from contract_kit.contract import Document
from contract_kit.findings import Pointer


class Problem(NamedTuple):
    """What is wrong with a text: ``kind`` is the code of the rule that says it, ``pointer`` the place where one is known."""

    kind: str
    message: str
    hint: str
    line: int
    column: int
    pointer: Pointer | None = None


class Line:
    """A document that stands on one line of a longer text: its places are places in that text."""

    __slots__ = ("_document", "_shift")

    def __init__(self, document: Document, line: int) -> None:
        self._document = document
        self._shift = line - 1

    @property
    def value(self) -> object:
        """The parsed value."""
        return self._document.value

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with the line."""
        return tuple(
            Problem(said.kind, said.message, said.hint, said.line + self._shift, said.column, said.pointer)
            for said in self._document.problems
        )

    def position(self, pointer: Sequence[str | int], *, key: bool = False) -> tuple[int, int] | None:
        """Line and column of a value, or of its key."""
        place = self._document.position(pointer, key=key)
        return place and (place[0] + self._shift, place[1])
