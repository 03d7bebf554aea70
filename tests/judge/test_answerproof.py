"""The fast path for answers says yes or nothing, and never yes where the normal way finds anything.

The laws are drawn a few hundred times here; CONTRACT_KIT_EXAMPLES=30000 makes a long run of them.
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from contract_kit import Contract, Exchange, OrgProfile, Outcome, Request, Response, Verdict
from contract_kit.examples import NOW, answer, graft, org_for
from contract_kit.judge.answerproof import PROVEN
from contract_kit.judge.runner import Runner
from contract_kit.planting import planted
from contract_kit.rule import REMOVED, Example, Rule
from contract_kit.rules import ALL

LAW = settings(
    max_examples=int(os.environ.get("CONTRACT_KIT_EXAMPLES", "400")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)
ON_ANSWERS = [rule for rule in ALL if rule.on in ("response", "exchange")]
BAD = [pytest.param(rule, example, id=f"{rule.code}-{n}") for rule in ON_ANSWERS for n, example in enumerate(rule.bad)]

ODD: list[Any] = [
    None, True, False, 0, 1, -1, 74, 75, 75.0, 74.5, 75.4, float("nan"), float("inf"), 2**53, 2**63 - 1, 2**63, 8107, 8077,
    8055, 8006, 424242, 8107.0, "", "75", "points", "coupon", "naïve", "no\ud800", "see /home/app/db.py", "password: x",
    "Basic YWJjZGVmZ2hpamtsbW5vcA==", [], {}, (), {"type": "points"}, [{"type": "points", "awardedPoints": 75}], REMOVED,
]  # fmt: skip
PLACES = [
    "", "/createdId", "/warnings", "/warnings/0", "/warnings/0/status", "/warnings/0/code", "/warnings/0/message",
    "/warnings/0/more", "/warnings/-", "/sideEffects", "/sideEffects/0", "/sideEffects/0/type",
    "/sideEffects/0/awardedPoints", "/sideEffects/0/rawAwardedPoints", "/sideEffects/0/entityType",
    "/sideEffects/0/more", "/sideEffects/0/\ud800", "/warnings/0/\ud800", "/sideEffects/-",
    "/errors", "/more",
]  # fmt: skip
WARNING = {"status": False, "code": 8055, "message": "the e-mail is none"}
POINTS = {"type": "points", "rawAwardedPoints": 1, "awardedPoints": 1}
CHANGES = st.tuples(st.sampled_from(PLACES), st.one_of(st.sampled_from([*ODD, WARNING, POINTS]), st.integers(), st.text()))
JSON = {"Content-Type": "application/json"}
HEADERS = st.sampled_from(
    [None, JSON, JSON, {"content-type": "application/json; charset=utf-8"}, {"Content-Type": "text/html"}, {}]
)
EXPECTED = Outcome(Verdict.ACCEPTED, frozenset({200}), warning_codes=frozenset({8107}), points=(75,))
EXPECTATIONS = st.sampled_from(
    [
        *[EXPECTED] * 12,
        replace(EXPECTED, possible_warnings=frozenset({8055})),
        replace(EXPECTED, points=()),
        replace(EXPECTED, points=(75.0, 1)),
        replace(EXPECTED, warning_codes=frozenset()),
        replace(EXPECTED, warning_codes=frozenset({8107, 8055})),
        replace(EXPECTED, customer_id=556000001),
        replace(EXPECTED, statuses=frozenset({400})),
        replace(EXPECTED, verdict=Verdict.REFUSED),
        replace(EXPECTED, verdict=Verdict.UNKNOWN),
    ]
)


@st.composite
def bodies(draw: st.DrawFn) -> Any:
    """A conforming server's answer with at most two changes."""
    body = answer()["body"]
    for place, value in draw(st.lists(CHANGES, max_size=2)):
        with suppress(LookupError, TypeError, AttributeError, ValueError):
            body = graft(body, {place: value})
    return body


def runner_of(contract: Contract) -> Runner:
    return contract._runner


@LAW
@given(bodies(), st.sampled_from([200] * 12 + [201, 400, 429, None]), HEADERS, EXPECTATIONS)
def test_law_a_proven_answer_has_no_finding_at_all(
    contract: Contract, body: Any, status: Any, headers: Any, outcome: Any
) -> None:
    exchange = Exchange(Request(), Response(body, status, headers))
    codes = contract._answer_proof.codes_of(exchange, outcome)
    event("proven" if codes is not None else "left to the normal way")
    if codes is not None:
        runner = runner_of(contract)
        assert runner.response(exchange.response) + runner.exchange(exchange, outcome) == []
        assert codes == tuple(entry["code"] for entry in body["warnings"])


def test_the_answer_of_a_conforming_server_is_proven(contract: Contract) -> None:
    parts = answer()
    expected = EXPECTED
    exchange = Exchange(Request(), Response(parts["body"], parts["status"], parts["headers"]))
    assert contract._answer_proof.codes_of(exchange, expected) == (8107,)
    report = contract.check_answer(exchange, expected)
    assert (list(report.findings), report.inputs[0].outcome.warning_codes) == ([], frozenset({8107}))
    # The same with the proof out of the way.
    slow = contract.at(NOW)
    slow.__dict__["_answer_proof"] = type("Nothing", (), {"codes_of": lambda *_: None})()
    assert slow.check_answer(exchange, expected) == report
    empty = Exchange(Request(), Response({"createdId": 1, "warnings": [], "sideEffects": []}, 200))
    plain = replace(expected, warning_codes=frozenset(), points=())
    assert contract._answer_proof.codes_of(empty, plain) == ()


def test_it_is_made_for_exactly_the_rules_on_answers() -> None:
    assert {rule.code for rule in ON_ANSWERS} == PROVEN


@pytest.mark.parametrize(("rule", "example"), BAD)
def test_no_bad_example_is_proven(bundled: Contract, rule: Rule, example: Example) -> None:
    contract = bundled.for_org(OrgProfile.from_mapping(org_for(example)))
    subject = planted(rule, example)
    if isinstance(subject, Exchange):
        assert contract._answer_proof.codes_of(subject, contract.predict(subject.request)) is None
    else:
        assert isinstance(subject, Response)
        assert contract._answer_proof.codes_of(Exchange(Request(), subject), EXPECTED) is None


def test_an_unknown_rule_on_answers_turns_it_off(monkeypatch: pytest.MonkeyPatch, contract: Contract) -> None:
    assert contract._answer_proof is not None  # made before, since it asks for the rules once
    monkeypatch.setattr("contract_kit.judge.answerproof.PROVEN", PROVEN - {"answer-leaks"})
    exchange = Exchange(Request(), Response({"createdId": 1, "warnings": [], "sideEffects": []}, 200))
    expected = Outcome(Verdict.ACCEPTED, frozenset({200}))
    assert contract._answer_proof.codes_of(exchange, expected) == ()
    assert contract.at(NOW)._answer_proof.codes_of(exchange, expected) is None
