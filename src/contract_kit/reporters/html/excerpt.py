"""A JSON value as lines, with places marked; what is far from them is left out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import Any

from contract_kit.reporters.html.model import Line

Path = tuple[str | int, ...]
Say = Callable[[Path, object], str]
"""A value that is no container -> how it is shown."""
SayKey = Callable[[str], str]

ITEMS = 12
"""Of longer arrays, and of objects with many times as many members, only what is near a place is shown."""
AROUND = 7
"""So many lines are shown before and after a place."""
UNMARKED = 30
"""So many lines are shown of what has no place in it."""
SHORT = 4
"""So few lines are shown rather than left out."""
DEPTH = 24
"""What is nested deeper, with no place in it, is shown closed."""
LONGEST = 160
"""Longer texts are cut."""


def plainly(path: Path, value: object) -> str:
    """A value as JSON, cut."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}… ({len(text):,} characters)"


def steps(pointer: str) -> Path:
    """The path of a JSON pointer; numbers stay texts, ``*`` stands for any position."""
    return tuple(step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:])


def lines(
    value: object, marks: Sequence[Path] = (), *, say: Say = plainly, say_key: SayKey = lambda key: key
) -> tuple[Line, ...]:
    """The lines. A place that is not there is marked by a line of its own in the nearest thing around it."""
    written = tuple(_Writer(say, say_key).written(value, (), tuple(marks), "", ""))
    return _near(written)


def _near(written: tuple[Line, ...]) -> tuple[Line, ...]:
    """Without what is far from all places; from the top where there are none."""
    hits = [number for number, line in enumerate(written) if line.hit]
    kept = set() if hits else set(range(min(len(written), UNMARKED)))
    for hit in hits:
        kept.update(range(max(0, hit - AROUND), min(len(written), hit + AROUND + 1)))
    found: list[Line] = []
    for inside, run in groupby(range(len(written)), kept.__contains__):
        numbers = list(run)
        if inside or len(numbers) <= SHORT:
            found += (written[number] for number in numbers)
        else:
            found.append(Line(f"… {len(numbers)} lines left out", gap=True))
    return tuple(found)


class _Writer:
    def __init__(self, say: Say, say_key: SayKey) -> None:
        self._say, self._say_key = say, say_key

    def written(self, value: object, path: Path, marks: Sequence[Path], before: str, after: str) -> Iterator[Line]:
        """The lines of a value; ``marks`` are what is left of the paths of places in it."""
        indent = "  " * len(path)
        here = any(not mark for mark in marks)
        closed = len(path) > DEPTH and not marks
        if not isinstance(value, (dict, list)) or not value or closed:
            text = self._say(path, value) if not isinstance(value, (dict, list)) else _closed(value)
            yield Line(f"{indent}{before}{text}{after}", hit=here)
            for mark in marks:
                if mark:
                    yield self._missing(indent, mark)
            return
        opening, closing = "{}" if isinstance(value, dict) else "[]"
        yield Line(f"{indent}{before}{opening}", hit=here)
        yield from self._children(value, path, [mark for mark in marks if mark])
        yield Line(f"{indent}{closing}{after}", hit=here)

    def _children(self, value: Any, path: Path, marks: list[Path]) -> Iterator[Line]:
        entries = list(value.items() if isinstance(value, dict) else enumerate(value))
        indent = "  " * (len(path) + 1)
        inner: dict[int, list[Path]] = {}
        lost: list[Path] = []
        for mark in marks:
            fitting = [number for number, (key, _) in enumerate(entries) if mark[0] in ("*", str(key), key)]
            for number in fitting[:ITEMS]:
                inner.setdefault(number, []).append(mark[1:])
            if not fitting:
                lost.append(mark)
        for mark in lost:
            yield self._missing(indent, mark)
        limit = ITEMS if isinstance(value, list) else 8 * ITEMS
        shown = _chosen(len(entries), limit, inner)
        last = -1
        for number in shown:
            if number != last + 1:
                yield Line(f"{indent}… {number - last - 1} more", gap=True)
            key, child = entries[number]
            name = f"{json.dumps(self._say_key(key), ensure_ascii=False)}: " if isinstance(value, dict) else ""
            comma = "," if number < len(entries) - 1 else ""
            yield from self.written(child, (*path, key), inner.get(number, ()), name, comma)
            last = number
        if last != len(entries) - 1:
            yield Line(f"{indent}… {len(entries) - 1 - last} more", gap=True)

    def _missing(self, indent: str, mark: Path) -> Line:
        shown = ".".join(self._say_key(step) if isinstance(step, str) else str(step) for step in mark)
        return Line(f"{indent}⟵ {shown}: not there", hit=True)


def _chosen(number: int, limit: int, marked: dict[int, list[Path]]) -> list[int]:
    if number <= limit:
        return list(range(number))
    near = {other for one in marked for other in (one - 1, one, one + 1) if 0 <= other < number}
    return sorted(near | set(range(min(number, 3))))


def _closed(value: Any) -> str:
    if not value:
        return "{}" if isinstance(value, dict) else "[]"
    return "{…}" if isinstance(value, dict) else "[…]"
