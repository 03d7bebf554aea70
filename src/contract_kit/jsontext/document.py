"""A read text: its value, what is wrong with it, and where things stand in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from contract_kit.findings import Pointer

if TYPE_CHECKING:
    from contract_kit.jsontext.places import Places

KINDS = (
    "json-encoding",
    "json-bom",
    "json-syntax",
    "json-not-finite",
    "json-duplicate-key",
    "json-too-deep",
    "json-number-too-long",
    "json-lone-surrogate",
)


class Problem(NamedTuple):
    """One thing that is wrong with a text.

    ``kind`` is one of ``KINDS``. ``message`` says in one line what is wrong and holds no values, only names of members
    where they are words; ``hint`` is the way out. ``line`` and ``column`` count from 1, the column in characters.
    ``pointer`` is the value at fault, for a repeated name the object that holds it, or ``None`` where no value is.
    """

    kind: str
    message: str
    hint: str
    line: int
    column: int
    pointer: Pointer | None = None


class Document:
    """What ``parse`` gives: ``value`` is the parsed value, or ``MISSING`` where the text cannot be read."""

    __slots__ = ("_first_line", "_places", "_text", "problems", "value")

    def __init__(
        self,
        text: str | None,
        value: object,
        problems: tuple[Problem, ...] = (),
        *,
        first_line: int = 1,
        places: Places | None = None,
    ) -> None:
        """``text`` is ``None`` where the bytes are no text; ``places`` are its places where they are known already."""
        self.value = value
        self.problems = problems
        self._text = text
        self._first_line = first_line
        self._places = places

    def position(self, pointer: Sequence[str | int], *, key: bool = False) -> tuple[int, int] | None:
        """Line and column of the value at a pointer, with ``key`` of the member's name; of the nearest thing above it
        where it is not there. ``None`` where there is nothing at all.

        The first call reads the text once more, the others only look up.
        """
        if self._places is None:
            if self._text is None:
                return None
            from contract_kit.jsontext.places import Places

            self._places = Places(self._text, self._first_line)
        return self._places.find(pointer, key=key)
