"""No fact without a constraint, a rule or a waiver, and no waiver that is stale."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from contract_kit import ledger
from contract_kit.judge import prediction
from contract_kit.judge.spec import read_sources
from contract_kit.rules import ALL

ROOT = Path(__file__).resolve().parents[2]
FOUND = read_sources(ROOT / "spec" / "openapi.yaml", ROOT / "spec" / "facts.yaml")
FACTS: dict[str, dict[str, Any]] = {entry["id"]: entry for entry in FOUND["facts"]["facts"]}
WAIVERS: dict[str, str] = {waiver["fact"]: waiver["reason"] for waiver in FOUND["facts"]["waivers"]}
GRADES = ("stated", "shown", "public", "assumed")


def named(node: Any) -> Iterator[str]:
    """Facts that constrain something: those of schemas, parameters, headers and of the data of the document."""
    if isinstance(node, dict):
        yield from node.get("x-facts", ())
        yield from node.get("facts", ())
        for child in node.values():
            yield from named(child)
    elif isinstance(node, list):
        for child in node:
            yield from named(child)


def grounds() -> set[str]:
    """Facts behind a constraint of the document, a rule, or the prediction."""
    document = FOUND["document"]
    operation = {name: part for name, part in document["paths"]["/customers"]["post"].items() if name != "x-facts"}
    found = set(named({**document, "paths": {"/customers": {"post": operation}}, "x-api-codes": []}))
    found |= {fact for rule in ALL for fact in rule.facts}
    return found | set(ledger.FACTS) | set(prediction.FACTS)


def test_facts_are_well_formed() -> None:
    for fact in FACTS.values():
        assert set(fact) == {"id", "evidence", "area", "text"}
        assert re.fullmatch(r"[FD]\d{2}b?", fact["id"])
        assert fact["evidence"] in GRADES
        assert fact["area"] in ("operation", "request", "response", "decision")
        assert fact["text"].endswith(".")
        assert (fact["evidence"] == "assumed") == fact["id"].startswith("D")
    assert tuple(FOUND["facts"]["grades"]) == GRADES


def test_the_decisions_are_complete() -> None:
    assert [id_ for id_ in FACTS if id_.startswith("D")] == [f"D{number:02}" for number in range(1, 16)]


@pytest.mark.parametrize("fact", list(FACTS))
def test_a_fact_has_a_constraint_a_rule_or_a_waiver(fact: str) -> None:
    assert fact in grounds() or fact in WAIVERS, "no constraint, no rule, no waiver"


@pytest.mark.parametrize("fact", list(WAIVERS))
def test_a_waiver_is_not_stale(fact: str) -> None:
    assert fact in FACTS, "a waiver for a fact that does not exist"
    assert fact not in grounds(), "a waiver for a fact that has a constraint or a rule"
    assert WAIVERS[fact]
