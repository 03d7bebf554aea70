"""How a defect is declared: a class that overrides one step of the reference server, under one decorator.

The class's docstring says in one line what is wrong. Several defects at once are one class that inherits from all of
them, so that a defect asks ``super()`` for what it does not break itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from contract_kit.server.behaviour import Behaviour

AREAS = (
    "rules", "ledger", "links", "storing", "ids", "success", "envelope", "status", "headers", "credentials", "methods",
    "media types", "robustness", "leaks", "strictness",
)  # fmt: skip

Broken = TypeVar("Broken", bound=type[Behaviour])


@dataclass(frozen=True, slots=True)
class Defect:
    """A way of being wrong. ``facts`` are the facts and decisions that it breaks, ``rule`` the rule that it passes over,
    ``needs`` the org sections without which it changes nothing."""

    name: str
    title: str
    area: str
    facts: tuple[str, ...]
    behaviour: type[Behaviour]
    rule: str | None = None
    needs: tuple[str, ...] = ()


def defect(name: str, *, area: str, facts: Iterable[str], needs: Iterable[str] = ()) -> Callable[[Broken], Broken]:
    """Declare a defect. It stays an ordinary class; ``collected`` finds it in its module."""

    def declare(kind: Broken) -> Broken:
        title = (kind.__doc__ or "").strip().partition("\n")[0].rstrip(".")
        setattr(kind, _MARK, Defect(name, title, area, tuple(facts), kind, None, tuple(needs)))
        return kind

    return declare


def collected(module: object) -> tuple[Defect, ...]:
    """The defects that a module declares, in the order of its source."""
    found = (vars(value).get(_MARK) for value in vars(module).values() if isinstance(value, type))
    return tuple(one for one in found if isinstance(one, Defect))


_MARK = "__defect__"
