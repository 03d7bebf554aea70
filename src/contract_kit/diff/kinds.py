"""Every kind of change by its code. The tables of docs/diff.md are made from here; the rows stand in ``kindtable``."""

from __future__ import annotations

from typing import NamedTuple

from contract_kit.diff.effects import BY_EFFECT, RISKY, Effect, Judgement
from contract_kit.diff.kindtable import GATE, HAND, NO_GATE, ORG_SETS, ORG_VALUES, PROBED, RULES, SCHEMA


class Kind(NamedTuple):
    """A kind of change: what it is, the kind that undoes it, and the verdicts."""

    code: str
    opposite: str
    text: str
    judgement: Judgement


def _table() -> dict[str, Kind]:
    kinds: list[Kind] = []
    for direction in ("request", "response"):
        for base, opposite, effect, text in SCHEMA:
            said = BY_EFFECT[direction, effect]
            kinds.append(Kind(f"{direction}-{base}", f"{direction}-{opposite}", text, said))
    kinds += [Kind(*row) for row in HAND]
    for noun, text in ORG_SETS:
        kinds.append(Kind(f"{noun}-added", f"{noun}-removed", f"{text} is new", PROBED))
        kinds.append(Kind(f"{noun}-removed", f"{noun}-added", f"{text} is gone", PROBED))
    kinds += [Kind(*row, PROBED) for row in ORG_VALUES]
    kinds += [Kind(*row, Judgement(RISKY, RISKY, GATE, NO_GATE)) for row in RULES]
    return {kind.code: kind for kind in kinds}


KINDS: dict[str, Kind] = _table()
"""Code -> kind."""

SCHEMA_CODES = frozenset(f"{direction}-{row[0]}" for direction in ("request", "response") for row in SCHEMA)
ORG_CODES = frozenset(
    [f"{noun}-{end}" for noun, _ in ORG_SETS for end in ("added", "removed")]
    + [row[0] for row in ORG_VALUES]
    + ["org-section-known", "org-section-unknown"]
)
RULE_CODES = frozenset(row[0] for row in RULES)


def effect_of(code: str) -> Effect:
    """The effect of a kind of change of schemas."""
    base = code.partition("-")[2]
    return next(row[2] for row in SCHEMA if row[0] == base)
