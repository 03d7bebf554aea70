"""What the judge takes: a parsed text with its places, whatever language it was written in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from contract_kit.findings import Pointer


class Problem(Protocol):
    """What a reader says of a broken text (``jsontext.Problem``)."""

    @property
    def kind(self) -> str: ...
    @property
    def message(self) -> str: ...
    @property
    def hint(self) -> str: ...
    @property
    def line(self) -> int: ...
    @property
    def column(self) -> int: ...
    @property
    def pointer(self) -> Pointer | None: ...


class Document(Protocol):
    """A parsed text with its places: ``jsontext.Document``, or the like for YAML."""

    @property
    def value(self) -> object: ...
    @property
    def problems(self) -> Sequence[Problem]: ...
    def position(self, pointer: Sequence[str | int], *, key: bool = False) -> tuple[int, int] | None: ...


class Plain:
    """Plain data as a document without places."""

    problems: tuple[Problem, ...] = ()

    def __init__(self, value: object) -> None:
        self.value = value

    def position(self, pointer: Sequence[str | int], *, key: bool = False) -> tuple[int, int] | None:
        return None
