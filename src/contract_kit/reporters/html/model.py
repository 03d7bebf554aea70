"""What a page says, before it is HTML: the same for all three kinds of report. All texts are plain."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Tone = Literal["error", "warning", "info", "good", "idle", "plain", "grade-1", "grade-2", "grade-3", "grade-4"]
"""What a colour stands for."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a pane: ``hit`` where it is the place of a finding, ``gap`` where it stands for lines left out."""

    text: str
    hit: bool = False
    gap: bool = False


@dataclass(frozen=True, slots=True)
class Pane:
    """One side of an exchange: what came first (request line, status, headers), the body, and rows of names and texts."""

    title: str
    lines: tuple[Line, ...] = ()
    rows: tuple[tuple[str, str], ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """One occurrence of a cause. ``group`` is the file or suite that readers can filter by; ``rows`` are names with texts
    (expected, actual, value), ``commands`` are titles with lines for a shell, ``marks`` are short words (flaky)."""

    where: str
    message: str = ""
    pointer: str = ""
    group: str = ""
    panes: tuple[Pane, ...] = ()
    rows: tuple[tuple[str, str], ...] = ()
    commands: tuple[tuple[str, str], ...] = ()
    marks: tuple[str, ...] = ()


@dataclass(slots=True)
class Cause:
    """Findings with one cause. ``count`` is in ``unit``s; ``more`` places are not listed. ``muted`` says why it does not
    count. ``key`` tells it from others of its code."""

    code: str
    severity: str
    evidence: str
    title: str
    count: int
    unit: str
    hint: str = ""
    explanation: str = ""
    effect: str = ""
    facts: tuple[str, ...] = ()
    api_codes: tuple[int, ...] = ()
    places: list[Place] = field(default_factory=list)
    more: int = 0
    muted: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Tile:
    """A key number."""

    number: str
    label: str
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a whole, a square of a grid or a row of bars. ``name`` says what it is, ``text`` more of it, ``cause`` is
    the key or the code of the cause that tells more."""

    name: str
    number: int
    tone: Tone
    text: str = ""
    cause: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """``bar``: parts of a whole. ``grid``: a square for each part, its number not shown. ``bars``: a bar for each part."""

    title: str
    form: Literal["bar", "grid", "bars"]
    parts: tuple[Part, ...]
    said: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a heading; ``more`` rows are not listed. ``figures`` are the columns of numbers."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    more: int = 0
    note: str = ""
    figures: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class View:
    """A whole page. ``grouped`` is what ``Place.group`` is called."""

    kind: str
    word: str
    tone: Tone
    headline: str
    sentence: str
    tiles: tuple[Tile, ...]
    causes: tuple[Cause, ...]
    pictures: tuple[Picture, ...]
    tables: tuple[Table, ...]
    about: tuple[tuple[str, str], ...]
    alerts: tuple[str, ...] = ()
    grouped: str = "File"
    privacy: str = ""
