"""The slow path: one scan over a text that finds the place of everything in it, what is odd, and where JSON ends.

The scan does not recurse, and one regular expression takes a whole member or item at a time, so that a small payload is
done soon and no text takes more time than its length is worth.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from json import loads
from math import isinf
from typing import Any, NamedTuple, TypeAlias

from contract_kit.findings import Pointer

MOST = 1000
"""So many oddities of one kind are listed; of more only the number is told."""

Node: TypeAlias = "dict[str, Entry] | list[Entry]"
Entry: TypeAlias = "tuple[int, int, Node | None]"
"""Offsets of a member's name (of the item itself in an array) and of the value, and what is in it."""

BLANK = r"[ \t\n\r]*+"
# An atomic group, not a possessive one: those match wrongly before Python 3.11.5 where a group can fail half-way.
TEXT = r'[^"\\\x00-\x1f]*+(?>(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\x00-\x1f]*+)*)'
NUMBER = r"-?(?:0|[1-9][0-9]*+)((?:\.[0-9]++)?(?:[eE][-+]?[0-9]++)?)"
_SCALAR = rf'"{TEXT}"|({NUMBER})|true|false|null|(-?Infinity|NaN)'
_VALUE = rf"(?:({_SCALAR}){BLANK}([,\]}}]?)|([\[{{])(?:{BLANK}([\]}}]))?)"

_MEMBER = re.compile(rf'{BLANK}"({TEXT})"{BLANK}:{BLANK}{_VALUE}').match
_ITEM = re.compile(rf"{BLANK}(){_VALUE}").match  # with a group too many, so that both have the same
_NEXT = re.compile(rf"{BLANK}([,\]}}]?)").match
_CLOSE = {"[": "]", "{": "}"}

_SURE = 300
"""A number shorter than this and without an exponent is neither too long nor infinite."""


class Oddity(NamedTuple):
    """Something in a text that can be read, but should not be there. ``detail`` is the repeated name or the number;
    ``first`` the offset at which a repeated name stands first."""

    kind: str
    offset: int
    pointer: Pointer
    detail: str
    first: int


class Stop(NamedTuple):
    """Where a text ceases to be JSON. ``wanted`` is what should stand at or after ``offset``: ``value``, ``member``,
    ``item``, ``more`` (a comma, or the end of what is open), or ``end``. ``last`` is the offset of the scalar just
    before, ``opened`` that of the innermost array or object that is open; -1 where there is none."""

    wanted: str
    offset: int
    last: int
    opened: int


class Scan(NamedTuple):
    """What a scan found: the root (``None`` where there is no value at all), oddities in the order of the text, how many
    there are of each kind, and where it stopped, if it did."""

    root: Entry | None
    oddities: tuple[Oddity, ...]
    counts: dict[str, int]
    stop: Stop | None


class _Notes:
    """Oddities as they come up."""

    def __init__(self, longest: int) -> None:
        self.longest = longest
        self.counts: dict[str, int] = {}
        self._oddities: list[Oddity] = []
        # The node is kept with its number, lest another one gets that number.
        self._firsts: dict[tuple[int, str], tuple[int, Node]] = {}

    def add(self, kind: str, offset: int, path: Iterable[str | int], detail: str = "", first: int = 0) -> None:
        self.counts[kind] = self.counts.get(kind, 0) + 1
        if self.counts[kind] <= MOST:
            self._oddities.append(Oddity(kind, offset, tuple(path)[1:], detail, first))

    def number(self, text: str, fraction: str, offset: int, path: Iterable[str | int]) -> None:
        """A number that is long or has a fraction or exponent."""
        if fraction:
            if isinf(float(text)):
                self.add("json-not-finite", offset, path)
        elif len(text.lstrip("-")) > self.longest:
            self.add("json-number-too-long", offset, path, text)

    def repeated(self, node: dict[str, Entry], name: str, offset: int, path: Iterable[str | int]) -> None:
        """A name that the node has already."""
        first, _ = self._firsts.setdefault((id(node), name), (node[name][0], node))
        self.add("json-duplicate-key", offset, path, name, first)

    def sorted(self) -> tuple[Oddity, ...]:
        return tuple(sorted(self._oddities, key=lambda oddity: oddity.offset))


def scan(text: str, halves: Sequence[int] = (), longest: int = 4300) -> Scan:
    """Scan a text without byte order mark, up to its end or to the first place where it is not JSON. ``halves`` are the
    offsets of half characters, in order; ``longest`` is how many digits a whole number may have."""
    notes = _Notes(longest)
    top: list[Entry] = []  # as if the document were the only item of an array: every path begins with a 0 too many
    stop = _scan(text, top, notes, [len(text), *reversed(halves)])
    return Scan(top[0] if top else None, notes.sorted(), notes.counts, stop)


def _scan(text: str, top: list[Entry], notes: _Notes, halves: list[int]) -> Stop | None:
    node: Node = top
    above: list[Node] = []
    steps: list[str | int] = []
    opens = [-1]
    at = 0
    while True:
        match = (_MEMBER if isinstance(node, dict) else _ITEM)(text, at)
        if match is None:
            return Stop("value" if node is top else "member" if isinstance(node, dict) else "item", at, -1, opens[-1])
        step: Any
        step, _, number, fraction, word, more, opening, closing = match.groups()
        child: Node | None = None
        value_at = match.start(2)
        if opening:
            value_at = match.start(7)
            child = {} if opening == "{" else []
        if isinstance(node, dict):
            name_at = match.start(1) - 1
            if "\\" in step:
                step = loads(f'"{step}"')
            if step in node:
                notes.repeated(node, step, name_at, (*steps, step))
            node[step] = (name_at, value_at, child)
        else:
            step = len(node)
            node.append((value_at, value_at, child))
        if number and (fraction or len(number) > _SURE):
            notes.number(number, fraction, value_at, (*steps, step))
        elif word:
            notes.add("json-not-finite", value_at, (*steps, step), word)
        at = match.end()
        while halves[-1] < at:
            notes.add("json-lone-surrogate", halves.pop(), (*steps, step))
        last, more_at = value_at, match.start(6)
        if child is not None:
            if closing != _CLOSE[opening]:
                above.append(node)
                opens.append(value_at)
                steps.append(step)
                node, at = child, match.end(7)
                continue
            last, more, more_at, at = _after(text, at)
        while True:
            if node is top:
                return None if more_at == len(text) else Stop("end", more_at, last, -1)
            if more == ",":
                break
            if more != ("}" if isinstance(node, dict) else "]"):
                return Stop("more", more_at, last, opens[-1])
            node = above.pop()
            opens.pop()
            steps.pop()
            last, more, more_at, at = _after(text, at)


def _after(text: str, at: int) -> tuple[int, str, int, int]:
    """What follows an array or object: no scalar came last; the next sign and its offset, and the offset after it."""
    match = _NEXT(text, at)
    assert match is not None
    return -1, match[1], match.start(1), match.end()
