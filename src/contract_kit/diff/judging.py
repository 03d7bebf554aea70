"""From raw changes to judged ones: verdicts by kind, direction and effect, or by what a witness proves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from contract_kit.diff.changes import Change, Place, Verdict, Witness
from contract_kit.diff.effects import BY_EFFECT, Effect, Judgement
from contract_kit.diff.emitting import Mark, Raw
from contract_kit.diff.kinds import KINDS
from contract_kit.diff.witnesses import REFUSED, Engines, witnesses
from contract_kit.findings import Pointer

Lines = Callable[[Pointer], int | None]


def judged(
    raws: Iterable[Raw], subject: str, engines: Engines, places: Callable[[Mark, Mark], tuple[Place, Place]]
) -> Iterator[Change]:
    """The changes with verdicts, witnesses and places."""
    for raw in raws:
        proofs = witnesses(raw, engines)
        said, decided = judgement(raw, proofs)
        old, new = places(raw.old, raw.new)
        yield Change(
            raw.code, subject, said.senders, said.receivers, raw.message, (said.why_senders, said.why_receivers),
            old, new, decided, proofs, raw.patches,
        )  # fmt: skip


def judgement(raw: Raw, proofs: tuple[Witness, ...]) -> tuple[Judgement, str]:
    """The verdicts of a change and how they were come by."""
    by_kind = KINDS[raw.code].judgement
    if raw.effect is None or raw.where is None:
        return by_kind, "rule"
    direction = raw.where.root.direction
    if raw.effect is not Effect.OPEN:
        said = BY_EFFECT[direction, raw.effect]
        return said, "witness" if proofs else "rule"
    said = BY_EFFECT[direction, Effect.OPEN]
    if not proofs:
        return said, "open"
    shown = [BY_EFFECT[direction, Effect.NARROWER if proof.effect == REFUSED else Effect.WIDER] for proof in proofs]
    senders = _worst([(one.senders, one.why_senders) for one in shown], (said.senders, said.why_senders), len(proofs))
    receivers = _worst(
        [(one.receivers, one.why_receivers) for one in shown], (said.receivers, said.why_receivers), len(proofs)
    )
    return Judgement(senders[0], receivers[0], senders[1], receivers[1]), "witness"


def _worst(shown: list[tuple[Verdict, str]], undecided: tuple[Verdict, str], proofs: int) -> tuple[Verdict, str]:
    """The worst verdict that is proven; where only one of two effects is proven, the other stays undecided."""
    return max([*shown, *([undecided] if proofs < 2 else [])], key=lambda one: one[0].rank)
