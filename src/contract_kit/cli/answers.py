"""What a server answers where a rule is broken: as declared, and as the rule's own bad examples show it.

Some rules leave it to the place: the schema's rules take their API code from the contract document, others depend on what
the org has configured.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from contract_kit.contract import Contract
from contract_kit.findings import Consequence, Effect
from contract_kit.planting import judge_example
from contract_kit.rule import Rule


class Answers(NamedTuple):
    """The consequences of breaking a rule, with the API codes that are certain and those that are only likely."""

    consequences: tuple[Consequence, ...]
    certain: tuple[int, ...]
    likely: tuple[int, ...]


def answers(contract: Contract, rule: Rule) -> Answers:
    """What breaking a rule leads to."""
    shown = (
        finding.consequence
        for example in rule.bad
        for finding in judge_example(contract, rule, example).findings
        if finding.code == rule.code
    )
    consequences = tuple(dict.fromkeys(shown)) or (rule.consequence,)
    certain = _codes(one for one in consequences if one.effect is not Effect.UNDOCUMENTED)
    likely = _codes(one for one in consequences if one.effect is Effect.UNDOCUMENTED)
    return Answers(consequences, certain, tuple(code for code in likely if code not in certain))


def _codes(consequences: Iterable[Consequence]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(code for one in consequences for code in one.codes))
