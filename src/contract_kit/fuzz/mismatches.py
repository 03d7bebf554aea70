"""What can be wrong with an answer, by code, and how heavy each is: of several that say one thing, the heaviest is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from contract_kit.findings import Evidence, Severity

NO_ANSWER, SERVER_ERROR, LET_IN, LEAK = "no-answer", "server-error", "let-in", "answer-leaks"
REFUSED_WRONGLY, ACCEPTED_WRONGLY, STATUS, OTHER_REASON = (
    "refused-wrongly", "accepted-wrongly", "status-unexpected", "refused-for-other-reason",
)  # fmt: skip
ID_REUSED, ID_WRONG, INJECTED = "id-reused", "customer-id-wrong", "header-injected"
INJECTED_HEADER = "x-contract-kit-injected"
NO_GROUND = "linked/without ground"
ODD = "odd: "
"""Begins the word for what is only unusual: a refusal of it is a matter of the body, not of a law."""
_RANKS = (
    NO_ANSWER, SERVER_ERROR, LET_IN, LEAK, INJECTED, "answer-not-json", ACCEPTED_WRONGLY, REFUSED_WRONGLY, "schema",
    ID_WRONG, ID_REUSED, OTHER_REASON, "api-code-misplaced", "refusal-with-created-id", "points-not-rounded",
    "points-side-effect-missing", "entry-status-true", "warning-missing", "warning-unfounded",
)  # fmt: skip
HARD = frozenset({NO_ANSWER, SERVER_ERROR, LET_IN, ACCEPTED_WRONGLY, REFUSED_WRONGLY, ID_WRONG})
"""Mismatches after which nobody knows what the server holds."""
WEIGHTY = HARD | {ID_REUSED}
"""Mismatches that are told rather than what else is odd about the same answer."""


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One thing that is wrong with an answer. ``cause`` says what brings it about, as a path; together with ``code`` it
    tells findings apart. ``places`` are the places in the request that have to do with it."""

    code: str
    cause: str
    severity: Severity
    evidence: Evidence
    facts: tuple[str, ...]
    message: str
    expected: str
    actual: str
    places: tuple[str, ...] = ()
    part: str = "body"


def _rank(one: Mismatch) -> int:
    shape = one.part == "body" and one.code not in _RANKS
    known = one.code if one.code in _RANKS else "schema" if shape and one.severity is not Severity.INFO else ""
    return _RANKS.index(known) if known else len(_RANKS)


def one_for_each_part(found: Sequence[Mismatch]) -> list[Mismatch]:
    """The heaviest of each part; a status that goes with something heavier in the body is told with that."""
    chosen: dict[str, Mismatch] = {}
    for one in sorted(found, key=_rank):
        part = "leak" if one.code == LEAK else "body" if one.part == "door" else one.part
        chosen.setdefault(part, one)
    body = chosen.get("body")
    if body is not None and (body.code in WEIGHTY or body.code == "answer-not-json"):
        chosen.pop("status", None)
        chosen.pop("headers", None)
    return sorted(chosen.values(), key=_rank)
