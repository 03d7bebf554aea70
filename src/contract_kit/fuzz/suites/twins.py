"""Valid twins: what keeps a rule at its limit, many of them in one body. Where such a body is refused, the reducer finds out
which of them it is."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from contract_kit.contract import Contract
from contract_kit.examples import graft
from contract_kit.fuzz.bodies import Bodies
from contract_kit.fuzz.steps import Case, Step
from contract_kit.rule import REMOVED, Example, Rule

KEPT = " (good)"
"""Ends the name under which a case counts that keeps a rule, at its limit."""
_TOGETHER = 12
"""The most twins in one body."""


def joinable(rule: Rule, example: Example) -> bool:
    """Whether an example can stand in a body beside others."""
    return rule.on not in ("text", "request") and all(value is not REMOVED for value in example.graft.values())


def together(contract: Contract, bodies: Bodies, twins: list[tuple[str, dict[str, Any]]]) -> Iterator[Case]:
    groups: list[tuple[dict[str, Any], list[str], list[str]]] = []
    for label, grafted in twins:
        for body, taken, codes in groups:
            if len(codes) < _TOGETHER and not any(_overlap(one, other) for one in grafted for other in taken):
                grown = _grown(contract, bodies, body, grafted)
                if grown is not None:
                    body.clear()
                    body.update(grown)
                    taken += list(grafted)
                    codes.append(label)
                    break
        else:
            alone = _grown(contract, bodies, {}, grafted)
            if alone is not None:
                groups.append((alone, list(grafted), [label]))
    for number, (body, _, codes) in enumerate(groups):
        names = tuple(dict.fromkeys(codes))
        title = ", ".join(dict.fromkeys(code.removesuffix(KEPT) for code in codes))
        yield Case(
            "rules",
            f"valid twins {number + 1}: {title}",
            (Step(body, look=True),),
            66 - number,
            rules=names,
            valid=True,
        )


def _grown(contract: Contract, bodies: Bodies, body: dict[str, Any], grafted: dict[str, Any]) -> dict[str, Any] | None:
    try:
        base = bodies.with_parts(list(grafted))
        grown = graft(_merged(deepcopy(body), base), grafted)
    except (KeyError, IndexError, TypeError, ValueError):
        return None
    return grown if contract.predict(grown).accepted else None


def _merged(body: dict[str, Any], base: dict[str, Any]) -> dict[str, Any]:
    """What ``base`` has and ``body`` lacks, taken over."""
    for name, value in base.items():
        if name not in body:
            body[name] = deepcopy(value)
        elif isinstance(value, dict) and isinstance(body[name], dict):
            _merged(body[name], value)
        elif isinstance(value, list) and isinstance(body[name], list):
            for at, item in enumerate(value):
                if at >= len(body[name]):
                    body[name].append(deepcopy(item))
                elif isinstance(item, dict) and isinstance(body[name][at], dict):
                    _merged(body[name][at], item)
    return body


def _overlap(one: str, other: str) -> bool:
    return f"{one}/".startswith(f"{other}/") or f"{other}/".startswith(f"{one}/")
