"""Servers that are wrong in exactly one way each, to test the tests with.

``ALL`` lists the defects in the order of their areas, ``behaviour`` gives the conduct of a server that has some of them.
"""

from __future__ import annotations

from collections.abc import Iterable

from contract_kit.errors import UsageError
from contract_kit.names import nearest
from contract_kit.server.behaviour import Behaviour
from contract_kit.server.defects import (
    doors,
    envelopes,
    ids,
    ledgers,
    links,
    robustness,
    rules,
    statuses,
    storing,
    strictness,
    successes,
)
from contract_kit.server.defects.registry import AREAS, Defect, collected

__all__ = ["ALL", "AREAS", "BY_NAME", "Defect", "behaviour"]

_ROOMS = (ledgers, links, storing, ids, successes, envelopes, statuses, doors, robustness, strictness)

ALL: tuple[Defect, ...] = tuple(
    sorted(
        (*rules.generated(), *(one for room in (rules, *_ROOMS) for one in collected(room))),
        key=lambda one: AREAS.index(one.area),
    )
)
"""Every defect, area by area."""

BY_NAME: dict[str, Defect] = {one.name: one for one in ALL}

if len(BY_NAME) != len(ALL):
    raise ImportError("two defects share a name")


def behaviour(names: Iterable[str]) -> type[Behaviour]:
    """The conduct of a server with these defects; of none, the reference. Raises ``UsageError`` for an unknown name."""
    kinds: list[type[Behaviour]] = []
    for name in names:
        if name not in BY_NAME:
            near = nearest(name, BY_NAME)
            hint = f"Did you mean {near}?" if near else "contract-kit serve --list-defects lists them"
            raise UsageError(f"there is no defect {name!r}", hint=hint)
        kinds.append(BY_NAME[name].behaviour)
    if not kinds:
        return Behaviour
    return kinds[0] if len(kinds) == 1 else type("Broken", tuple(dict.fromkeys(kinds)), {})
