"""What a change does to the set of values that a schema takes, and what follows from that for either side.

Changes of schemas are judged by direction: a schema that takes less of what is sent breaks senders, one that lets more be
answered breaks those who read the answers, who are senders too.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from contract_kit.diff.changes import Verdict

SAFE, RISKY, BREAKING = Verdict.SAFE, Verdict.RISKY, Verdict.BREAKING


class Effect(StrEnum):
    """What a change does to the set of values that a schema takes."""

    NARROWER = "narrower"
    WIDER = "wider"
    OPEN = "open"
    SAME = "same"

    @property
    def opposite(self) -> Effect:
        """The effect of the change backwards, or inside a negation."""
        return {Effect.NARROWER: Effect.WIDER, Effect.WIDER: Effect.NARROWER}.get(self, self)


class Judgement(NamedTuple):
    """The verdicts for senders and for receivers, each with its reason."""

    senders: Verdict
    receivers: Verdict
    why_senders: str
    why_receivers: str


UNDECIDED = "cannot be decided from the two versions alone"

BY_EFFECT = {
    ("request", Effect.NARROWER): Judgement(
        BREAKING, RISKY, "what was taken may be refused now", "a server as before takes what is to be refused now"
    ),
    ("request", Effect.WIDER): Judgement(
        SAFE, BREAKING, "all that was taken is taken still", "a server as before refuses what has to be taken now"
    ),
    ("response", Effect.NARROWER): Judgement(
        SAFE, BREAKING, "every answer that may come was possible before", "an answer as before may not conform now"
    ),
    ("response", Effect.WIDER): Judgement(
        BREAKING, SAFE, "an answer may come that was not possible before", "every answer as before conforms still"
    ),
    ("request", Effect.OPEN): Judgement(RISKY, RISKY, UNDECIDED, UNDECIDED),
    ("response", Effect.OPEN): Judgement(RISKY, RISKY, UNDECIDED, UNDECIDED),
    ("request", Effect.SAME): Judgement(
        SAFE, SAFE, "nothing is taken or refused otherwise", "nothing has to be done otherwise"
    ),
    ("response", Effect.SAME): Judgement(
        SAFE, SAFE, "no answer may come that could not before", "every answer conforms still"
    ),
}
"""Direction and effect -> verdicts: the law that all changes of schemas follow."""
