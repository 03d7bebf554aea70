"""The nearest known name: for messages that say what was probably meant."""

from __future__ import annotations

from collections.abc import Iterable

_SEPARATORS = str.maketrans("", "", "_- .")


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known name that the writer of ``word`` most likely meant, or ``None`` where nothing is plausibly near.

    The same letters in another case or with other separators come first, then the fewest slips of the finger (a letter
    too many, too few, wrong, or two swapped); ties go to the first in the given order.
    """
    names = list(known)
    folded = _folded(word)
    if not folded:
        return None
    for name in names:
        if _folded(name) == folded:
            return name
    best: tuple[int, str] | None = None
    for name in names:
        other = _folded(name)
        limit = _limit(min(len(folded), len(other)))
        if abs(len(folded) - len(other)) <= limit:
            slips = _distance(folded, other)
            if slips <= limit and (best is None or slips < best[0]):
                best = (slips, name)
    return best[1] if best else None


def _folded(name: str) -> str:
    return name.casefold().translate(_SEPARATORS)


def _limit(length: int) -> int:
    """How many slips are plausible in a word of this length."""
    if length <= 2:
        return 0
    return 1 if length <= 5 else 2 if length <= 9 else 3


def _distance(one: str, other: str) -> int:
    """Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, sign in enumerate(one, start=1):
        now = [row]
        for column, wanted in enumerate(other, start=1):
            cost = min(last[column] + 1, now[column - 1] + 1, last[column - 1] + (sign != wanted))
            if row > 1 and column > 1 and sign == other[column - 2] and one[row - 2] == wanted:
                cost = min(cost, before[column - 2] + 1)
            now.append(cost)
        before, last = last, now
    return last[-1]
