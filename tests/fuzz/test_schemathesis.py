"""The adapter: what of Schemathesis it rests on, and that what comes out is honest and new."""

from __future__ import annotations

import json
from itertools import islice
from typing import Any

import pytest

from contract_kit.exchange import Request
from contract_kit.fuzz.bodies import Bodies
from contract_kit.fuzz.realistic import document, lent, likeness
from contract_kit.fuzz.schemathesis_adapter import captured, coverage, drawn
from contract_kit.fuzz.selftest import against, profiles
from contract_kit.fuzz.steps import Case

from .test_plan import CONTRACTS

CONTRACT = profiles()[0]
BODIES = Bodies(CONTRACT)


@pytest.fixture(scope="module")
def covered() -> list[Case]:
    return list(coverage(CONTRACT, BODIES))


def test_its_engine_runs_against_nothing_and_says_what_it_would_send() -> None:
    """The public seams: ``Config.from_dict``, ``openapi.from_dict``, ``schema.app``, ``engine.from_schema().execute()``."""
    calls = captured(document(CONTRACT, BODIES, narrow=True), "fuzzing", 1, mode="positive", examples=5)
    assert len(calls) >= 5
    assert {(call.method, call.path) for call in calls} == {("POST", "/v2/customers")}
    assert all(call.data.startswith(b"{") for call in calls)
    again = captured(document(CONTRACT, BODIES, narrow=True), "fuzzing", 1, mode="positive", examples=5)
    assert [call.data for call in calls] == [call.data for call in again]


def test_coverage_has_good_and_bad_registrations_and_none_twice(covered: list[Case]) -> None:
    assert len(covered) > 100
    assert {case.valid for case in covered} == {True, False}
    said = [(likeness(case.steps[0].body), str(case.steps[0].query), case.steps[0].headers) for case in covered]
    assert len(set(said)) == len(said)
    assert len({case.name for case in covered}) == len(covered)
    assert all(case.random and not case.core and case.suite == "schema" for case in covered)


def test_a_case_is_valid_where_the_contract_says_so(covered: list[Case]) -> None:
    for case in covered:
        step = case.steps[0]
        if not isinstance(step.body, bytes):
            outcome = CONTRACT.predict(Request(step.body, dict(step.headers), dict(step.query)))
            assert outcome.accepted == case.valid, case.name


def test_bad_ones_are_told_by_the_keyword_that_they_violate(covered: list[Case]) -> None:
    named = {name for case in covered for name in case.keywords}
    assert {"/profiles/*/source enum", "/profiles/*/identifiers type"} <= named
    assert all(len(case.keywords) <= 1 for case in covered)


def test_what_is_drawn_comes_from_the_seed() -> None:
    one, again, other = (list(islice(drawn(CONTRACT, BODIES, seed), 30)) for seed in (1, 1, 2))
    assert one == again
    assert [case.steps for case in one] != [case.steps for case in other]
    assert {case.valid for case in one} == {True, False}


@pytest.mark.parametrize("name", ["no profile", "card members", "only chat accounts", "long ids with a prefix"])
def test_much_of_what_is_meant_to_be_good_is_accepted(name: str) -> None:
    """With a schema alone a twentieth was: identities of no use, and places that the org does not have."""
    contract = CONTRACTS[name]
    bodies = Bodies(contract)
    calls = captured(document(contract, bodies, narrow=True), "fuzzing", 5, mode="positive", examples=40)
    good = [contract.predict(lent(json.loads(call.data), bodies)).accepted for call in calls]
    assert sum(good) > len(good) / 3


@pytest.mark.parametrize(
    "body",
    [None, 7, "text", [], {}, {"profiles": None}, {"profiles": [None, 7]}, {"profiles": [{"identifiers": {}}]},
     {"profiles": [{"identifiers": [None, {"type": "mobile", "value": 7}], "source": "INSTORE"}]}],
)  # fmt: skip
def test_what_is_no_registration_stays_what_it_is_in_kind(body: Any) -> None:
    made = lent(body, BODIES)
    assert type(made) is type(body)
    assert CONTRACT.predict(Request(made)).accepted is False


def test_a_budget_that_is_large_enough_lets_it_speak() -> None:
    report = against(CONTRACT, (), 420, suites=("schema",), schemathesis=True)
    assert report.findings == []
    without = against(CONTRACT, (), 420, suites=("schema",), schemathesis=False)
    assert report.requests > without.requests
