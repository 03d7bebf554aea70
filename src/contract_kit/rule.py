"""How a rule is declared.

A rule is a generator function under one decorator. The decorator says where the rule looks, what it rests on, what a
server does when it is broken, and gives good and bad examples; title and explanation are the docstring. From this one
declaration come the finding, the docs page, ``explain``, the rule's tests, the fuzzer's cases with their expected answer
and the reference server's refusals. The decorator returns a frozen value and registers nothing: ``rules.ALL`` names the
modules.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from contract_kit.findings import Consequence, Effect, Evidence, Pointer, Severity

if TYPE_CHECKING:
    from contract_kit.org import OrgProfile
    from contract_kit.outcome import Outcome


class _Removed:
    """The type of ``REMOVED``."""

    def __repr__(self) -> str:
        return "REMOVED"


REMOVED = _Removed()
"""As the value of a graft: take the member away."""


class Hit(NamedTuple):
    """What a rule yields: the place, the parameters of its message (never personal data), and the value at fault, which
    is shown only when asked for. ``consequence`` and ``severity`` override the rule's own for this hit."""

    pointer: Pointer
    params: Mapping[str, object] = {}
    value: object = None
    consequence: Consequence | None = None
    severity: Severity | None = None


@dataclass(frozen=True, slots=True)
class Example:
    """A small change to the base example of its part (``contract_kit.examples``).

    ``graft`` maps JSON pointers to values; ``REMOVED`` takes a member away, a last step ``-`` appends to an array. Its
    pointers go into the body, for rules on requests and responses into ``{"headers", "query", "body", "status"}``.
    ``at`` is where a bad example is found (default: the first graft's pointer), ``org`` overrides sections of the example
    org profile (``None`` as a section's value: not known). ``note`` says in a few words what it shows.
    """

    graft: Mapping[str, Any]
    note: str = ""
    at: str | None = None
    org: Mapping[str, Any] = field(default_factory=dict)

    @property
    def place(self) -> str:
        """The JSON pointer at which a bad example is found."""
        return self.at if self.at is not None else next(iter(self.graft), "")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words that the contract document knows: members of each kind of object, and open lists of values."""

    members: Mapping[str, tuple[str, ...]]
    values: Mapping[str, tuple[str, ...]]
    codes: Mapping[int, str]
    """API code -> ``error`` or ``warning``."""
    statuses: frozenset[int]
    """The documented HTTP statuses."""


@dataclass(frozen=True, slots=True)
class Context:
    """What a rule may know beside the node it looks at: the org, the contract's words, the time, and, for rules on
    answers, what the request had to lead to."""

    org: OrgProfile
    words: Vocabulary
    now: datetime
    outcome: Outcome | None = None


Guard = Mapping[str, Mapping[str, Any]]
"""Kind of node (see ``view``; also ``text`` for any string and ``number`` for any number) -> a JSON Schema fragment: where
all such nodes satisfy it, the rule certainly finds nothing."""

Check = Callable[[Any, Context], Iterator[Hit]]

NOTHING = Consequence()
"""The server takes no notice."""

KINDS = ("text", "schema", "request", "body", "profile", "identifier", "channel", "enrollment", "response", "exchange")


@dataclass(frozen=True, slots=True)
class Rule:
    """A declared rule. ``on`` is the kind of node it looks at, ``needs`` the org sections without which it is silent."""

    code: str
    on: str
    severity: Severity
    evidence: Evidence
    facts: tuple[str, ...]
    message: str
    hint: str
    consequence: Consequence
    needs: tuple[str, ...]
    good: tuple[Example, ...]
    bad: tuple[Example, ...]
    guard: Callable[[Context], Guard] | None
    residue: bool
    check: Check
    doc: str

    @property
    def title(self) -> str:
        """The first line of the docstring."""
        return self.doc.strip().split("\n", 1)[0].rstrip(".")

    @property
    def explanation(self) -> str:
        """The docstring after its first line, unindented."""
        from textwrap import dedent

        return dedent(self.doc.strip().partition("\n")[2]).strip()

    @property
    def module(self) -> str:
        """The room that holds the rule, e.g. ``identifiers``."""
        return self.check.__module__.rpartition(".")[2]


def rule(
    code: str,
    *,
    on: str,
    severity: str,
    evidence: str,
    facts: tuple[str, ...],
    message: str,
    hint: str,
    bad: tuple[Example, ...],
    good: tuple[Example, ...],
    consequence: Consequence = NOTHING,
    needs: tuple[str, ...] = (),
    guard: Callable[[Context], Guard] | Guard | None = None,
    residue: bool = False,
) -> Callable[[Check], Rule]:
    """Declare a rule.

    ``message`` and ``hint`` are format strings over a hit's parameters. ``guard`` speeds up what is clean: schema
    fragments that, where all hold, prove that the rule finds nothing (a function of the context where the org matters).
    ``residue`` says that the fast path's own Python residue proves the rest. A rule on the body with neither is right,
    only slower: it always runs.
    """
    if on not in KINDS:
        raise ValueError(f"rule {code}: unknown kind of node {on!r}")

    def declare(check: Check) -> Rule:
        fixed = guard
        as_function = fixed if callable(fixed) or fixed is None else _constant(fixed)
        return Rule(
            code, on, Severity(severity), Evidence(evidence), facts, message, hint, consequence, needs, good, bad,
            as_function, residue, check, check.__doc__ or "",
        )  # fmt: skip

    return declare


def _constant(guard: Guard) -> Callable[[Context], Guard]:
    return lambda context: guard


def refuses(*codes: int, status: int | None = None) -> Consequence:
    """The server refuses: with any of these codes (the first is the most exact), or with a status of its own (D03)."""
    return Consequence(Effect.REFUSES, codes, status=status)


def warns(code: int) -> Consequence:
    """The server accepts and must give this warning."""
    return Consequence(Effect.WARNS, (code,))


def may_warn(code: int) -> Consequence:
    """The server accepts and may give this warning: its trigger is not documented exactly."""
    return Consequence(Effect.MAY_WARN, (code,))


def cuts(limit: int) -> Consequence:
    """The server accepts and keeps the first ``limit`` characters."""
    return Consequence(Effect.CUTS, (), limit)


def undocumented(*codes: int) -> Consequence:
    """What a server answers is not documented; ``codes`` are likely ones."""
    return Consequence(Effect.UNDOCUMENTED, codes)
