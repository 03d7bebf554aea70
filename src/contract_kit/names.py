"""The nearest known name: for messages that say what was probably meant."""

from __future__ import annotations

from collections.abc import Iterable

_SEPARATORS = str.maketrans("", "", "_- .")


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known name that the writer of ``word`` most likely meant, or ``None`` where nothing is plausibly near.

    The same letters in another case or with other separators come first, then singular for plural, then the fewest slips
    of the finger (a letter too many, too few, wrong, or two neighbours swapped), of which there may be one for every
    three letters, three at most. Ties go to the first in the given order.
    """
    names = [(name, _folded(name)) for name in known]
    folded = _folded(word)
    if not folded:
        return None
    if any(name == word for name, _ in names):
        return word
    for name, other in names:
        if other == folded:
            return name
    plurals = _plurals(folded)
    for name, other in names:
        if other in plurals or (other and folded in _plurals(other)):
            return name
    best = None
    fewest = 4
    for name, other in names:
        limit = min(_limit(folded), _limit(other), fewest - 1)
        if abs(len(folded) - len(other)) <= limit:
            slips = _distance(folded, other, limit)
            if slips <= limit:
                best, fewest = name, slips
    return best


def _folded(name: str) -> str:
    return name.casefold().translate(_SEPARATORS)


def _plurals(name: str) -> tuple[str, ...]:
    return (name + "s", name + "es", name[:-1] + "ies") if name.endswith("y") else (name + "s", name + "es")


def _limit(name: str) -> int:
    """How many slips are plausible in a name: in one of two letters none, for it would be another."""
    return min(len(name) // 3, 3)


def _distance(one: str, other: str, limit: int) -> int:
    """Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours; more than ``limit`` where
    it is more, but not how many."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, sign in enumerate(one, start=1):
        now = [row]
        for column, wanted in enumerate(other, start=1):
            cost = min(last[column] + 1, now[column - 1] + 1, last[column - 1] + (sign != wanted))
            if row > 1 and column > 1 and sign == other[column - 2] and one[row - 2] == wanted:
                cost = min(cost, before[column - 2] + 1)
            now.append(cost)
        if min(now) > limit and min(last) > limit:  # a swap reaches back two rows
            return limit + 1
        before, last = last, now
    return last[-1]
