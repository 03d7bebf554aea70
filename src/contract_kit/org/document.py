"""A profile as it was read: data, places, and what is wrong so far."""

from __future__ import annotations

import json

from contract_kit.errors import ProfileProblem
from contract_kit.findings import Pointer

Place = tuple[int, int]
"""Line and column, both from 1."""

MAX_DEPTH = 20
"""How deep a profile may nest; its format needs five levels."""

INTEGER_KEYS: frozenset[Pointer] = frozenset({("cards", "series"), ("programs",)})
"""Where keys are ids in digits, quoted or not; they are kept as text without leading zeros."""


class Document:
    """Data read from a profile. ``places`` and ``keys`` say where the values and the keys of mappings stand, ``texts``
    how scalars that are not text were written; all three are empty for data that did not come from a text."""

    def __init__(self, data: object, source: str) -> None:
        self.data = data
        self.source = source
        self.places: dict[Pointer, Place] = {}
        self.keys: dict[Pointer, Place] = {}
        self.texts: dict[Pointer, str] = {}
        self.problems: list[ProfileProblem] = []
        self._refused: set[Pointer] = set()

    def complain(
        self,
        pointer: Pointer,
        message: str,
        hint: str | None = None,
        place: Place | None = None,
        *,
        key: bool = False,
    ) -> None:
        """Note a problem with what stands at ``pointer``; with its key where ``key`` is true. One value gets one
        complaint: what follows from a value that is already refused is not said again."""
        if place is None and pointer in self._refused:
            return
        self._refused.add(pointer)
        line, column = place or (self.keys if key else self.places).get(pointer) or (None, None)
        self.problems.append(ProfileProblem(message, hint, self.source, line, column, json_pointer(pointer)))

    def in_order(self) -> list[ProfileProblem]:
        """The problems in reading order."""
        return sorted(self.problems, key=lambda problem: (problem.line or 0, problem.column or 0, problem.pointer))

    def written(self, pointer: Pointer, value: object) -> str:
        """A value as it may stand in a message: as the file has it where that is known."""
        if isinstance(value, str):
            return clipped(value)
        return clipped(self.texts.get(pointer, json.dumps(value)), quoted=False)


def json_pointer(pointer: Pointer) -> str:
    """``/sources/LINE/accounts/0``; empty for the whole."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in pointer)


def clipped(text: str, *, quoted: bool = True) -> str:
    """Text from a file as it may stand in a message: on one line, printable, at most 40 characters of it."""
    short = text if len(text) <= 40 else text[:39] + "…"
    safe = json.dumps(short, ensure_ascii=not short.isprintable())
    return safe if quoted else safe[1:-1]
