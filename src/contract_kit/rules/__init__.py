"""The rules, one room for each area of the exchange. ``ALL`` names them in reading order."""

from __future__ import annotations

from contract_kit.rule import Rule
from contract_kit.rules import (
    cards,
    channels,
    effects,
    emails,
    exchanges,
    extremes,
    fields,
    identifiers,
    jsontexts,
    loyalty,
    methods,
    mobiles,
    profiles,
    registration,
    requests,
    responses,
    schema,
    sources,
    statuses,
    texts,
)

_ROOMS = (
    methods, requests, profiles, sources, identifiers, mobiles, emails, cards, channels, fields, registration, loyalty,
    texts, extremes, statuses, responses, exchanges, effects,
)  # fmt: skip

ALL: tuple[Rule, ...] = (
    *jsontexts.RULES,
    *schema.RULES,
    *(value for room in _ROOMS for value in vars(room).values() if isinstance(value, Rule)),
)
"""Every rule, in the order of the rooms and of their source."""

BY_CODE: dict[str, Rule] = {rule.code: rule for rule in ALL}

if len(BY_CODE) != len(ALL):
    raise ImportError("two rules share a code")
