"""Makes what shows a finding small, with requests that know the domain: tens of them, not thousands.

A body is brought back to the plain one, member by member, as long as the finding stays; what cannot be brought back is
what makes the difference, and names the cause. A conversation loses the steps that it can do without.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from typing import Any

from contract_kit.fuzz.features import ABSENT, Path, at, equal, names, plain_at
from contract_kit.fuzz.steps import Case, Step

Test = Callable[[Any], bool]
MOST = 60


class Reducer:
    """Reduces towards a plain body. ``test`` says whether a body still shows the finding; at most ``most`` are tried."""

    def __init__(self, plain: Any, test: Test, most: int = MOST) -> None:
        self._plain = plain
        self._test = test
        self._left = most
        self._now: Any = None

    def body(self, body: Any) -> Any:
        """The body with as much as possible as in the plain one."""
        self._now = deepcopy(body)
        for name in names(self._now, self._plain):
            self._shrink((name,))
        return self._now

    def _shrink(self, path: Path) -> None:
        mine, plain = at(self._now, path), plain_at(self._plain, path)
        if (mine is ABSENT and plain is ABSENT) or equal(mine, plain):
            return
        if self._reverts(path, plain):
            return
        for name in names(mine, plain if plain is not ABSENT else self._first(path)):
            self._shrink((*path, name))

    def _first(self, path: Path) -> Any:
        """What a further profile may have to have: what the first one has."""
        return at(self._plain, ("profiles", 0)) if len(path) == 2 and path[0] == "profiles" else ABSENT

    def _reverts(self, path: Path, plain: Any) -> bool:
        if self._left <= 0:
            return False
        tried = _put(self._now, path, plain)
        if tried is None:
            return False
        self._left -= 1
        if self._test(tried):
            self._now = tried
            return True
        return False


def shorter(case: Case, shows: Callable[[Case], bool], most: int = 40) -> Case:
    """The case without the steps that it can do without; the last step stays."""
    size = max(1, len(case.steps) // 2)
    while size and most > 0:
        start = 0
        while start < len(case.steps) - 1 and most > 0:
            end = min(start + size, len(case.steps) - 1)
            tried = replace(case, steps=case.steps[:start] + case.steps[end:])
            most -= 1
            if shows(tried):
                case = tried
            else:
                start = end
        size //= 2
    return case


def reverted(body: Any, small: Any, plain: Any) -> Any:
    """A copy of a body in which what sets ``small`` apart from the plain one is plain: what else is odd about it stays."""
    made = deepcopy(body)

    def walk(path: Path) -> None:
        nonlocal made
        mine, wanted = at(small, path), plain_at(plain, path)
        if (mine is ABSENT and wanted is ABSENT) or equal(mine, wanted):
            return
        if isinstance(mine, (dict, list)) and isinstance(wanted, type(mine)):
            for name in names(mine, wanted):
                walk((*path, name))
            return
        tried = _put(made, path, wanted)
        made = tried if tried is not None else made

    for name in names(small, plain):
        walk((name,))
    return made


def with_body(case: Case, number: int, body: Any) -> Case:
    """The case with another body in one step."""
    steps = list(case.steps)
    steps[number] = replace(steps[number], body=body)
    return replace(case, steps=tuple(steps))


def alone(step: Step) -> bool:
    """Whether a step's body can be reduced."""
    return isinstance(step.body, dict) and step.times == 1


def _put(body: Any, path: Path, value: Any) -> Any:
    """A copy with another value at a path, or without one; ``None`` where that cannot be."""
    body = deepcopy(body)
    parent = at(body, path[:-1])
    last = path[-1]
    try:
        if value is ABSENT:
            del parent[last]
        elif isinstance(parent, list) and last == len(parent):
            parent.append(deepcopy(value))
        else:
            parent[last] = deepcopy(value)
    except (KeyError, IndexError, TypeError):
        return None
    return body
