"""The schema engine against an independent one: python-jsonschema, with the dialect of OpenAPI 3.1.

Both must find the same bodies valid and fail at the same places. Where they differ by choice, the difference is a value
that stands in ``CHOSEN`` with its reason.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contract_kit import Contract, jsontext
from contract_kit.exchange import MISSING, Request, Response
from contract_kit.judge.runner import REFUSAL, RESULT
from contract_kit.planting import planted
from contract_kit.rule import Example, Rule
from contract_kit.rules import ALL

from .bodies import ANYTHING, at, fresh, places, registrations

ROOT = Path(__file__).resolve().parents[2]
BUNDLED = Contract.bundled()
BODY = BUNDLED.spec.body_schema["$ref"]
ENGINE = BUNDLED._runner.engine
ANSWERS = [
    json.loads(path.read_text())
    for folder in ("responses", "errors")
    for path in sorted((ROOT / "fixtures" / folder).glob("*/*.json"))
]

CHOSEN = {
    "2039-05-11T16:36:17+05:30\n": "the oracle's $ matches before a final line break; the dialect's (ECMA-262) does not",
}
"""Dates on which the kit is stricter than the oracle, by choice."""


def oracle(reference: str) -> jsonschema.Draft202012Validator:
    root = {"$ref": reference, "components": BUNDLED.document["components"]}
    return jsonschema.Draft202012Validator(root, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER)


ORACLES = {reference: oracle(reference) for reference in (BODY, RESULT, REFUSAL)}


def failing(reference: str, value: Any) -> tuple[set[tuple[Any, ...]], set[tuple[Any, ...]]]:
    """The places at which the engine and the oracle fail."""
    mine = {tuple(error.instance_path) for error in ENGINE.validator(reference).iter_errors(value)}
    theirs = {tuple(error.absolute_path) for error in ORACLES[reference].iter_errors(value)}
    return mine, theirs


def agree(reference: str, value: Any) -> None:
    mine, theirs = failing(reference, value)
    chosen = {path for path in mine - theirs if at(value, path) in CHOSEN}
    assert mine - chosen == theirs
    assert ENGINE.validator(reference).is_valid(value) == (not mine)


def plain(value: Any) -> bool:
    """Whether a value can be written as JSON in UTF-8 and read back: what neither engine is made for is tested elsewhere."""
    try:
        json.dumps(value, allow_nan=False, ensure_ascii=False).encode()
    except ValueError:
        return False
    return True


EXAMPLES = [
    pytest.param(rule, example, id=f"{rule.code}-{index}")
    for rule in ALL
    if rule.on not in ("text",)
    for index, example in enumerate((*rule.bad, *rule.good))
]


@pytest.mark.parametrize(("rule", "example"), EXAMPLES)
def test_on_every_example_of_every_rule(rule: Rule, example: Example) -> None:
    subject = planted(rule, example)
    if isinstance(subject, Request):
        agree(BODY, subject.body)
    elif isinstance(subject, Response) and isinstance(subject.body, dict):
        for reference in (RESULT, REFUSAL):
            agree(reference, subject.body)


@pytest.mark.parametrize("path", sorted((ROOT / "fixtures" / "requests").glob("*/*.json")), ids=lambda path: path.stem)
def test_on_every_fixture(path: Path) -> None:
    document = jsontext.parse(path.read_bytes())
    if document.value is not MISSING and not document.problems:
        agree(BODY, document.value)


@pytest.mark.parametrize("value", ANSWERS, ids=range(len(ANSWERS)))
def test_on_every_answer(value: Any) -> None:
    body = value.get("body", value)
    for reference in (RESULT, REFUSAL):
        agree(reference, body)


@settings(max_examples=400, deadline=None)
@given(registrations())
def test_on_mutated_registrations(body: Any) -> None:
    if plain(body):
        agree(BODY, body)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_on_mutated_answers(data: st.DataObject) -> None:
    value = fresh(data.draw(st.sampled_from(ANSWERS)))
    body = value.get("body", value)
    for _ in range(data.draw(st.integers(1, 3))):
        paths = places(body)
        if not paths:
            break
        path = data.draw(st.sampled_from(paths))
        parent = at(body, path[:-1])
        if data.draw(st.booleans()):
            parent[path[-1]] = fresh(data.draw(ANYTHING))
        else:
            del parent[path[-1]]
    if plain(body):
        for reference in (RESULT, REFUSAL):
            agree(reference, body)


@pytest.mark.parametrize("text", CHOSEN)
def test_a_chosen_difference_is_one(text: str) -> None:
    """A stale entry of ``CHOSEN`` fails."""
    body = {
        "profiles": [{"source": "INSTORE", "identifiers": [{"type": "cuid", "value": "c"}]}],
        "loyaltyProgramEnrollments": [{"tierExpiryDate": text}],
    }
    mine, theirs = failing(BODY, body)
    assert (mine, theirs) == ({("loyaltyProgramEnrollments", 0, "tierExpiryDate")}, set())
