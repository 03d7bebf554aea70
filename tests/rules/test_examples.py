"""Every rule's own examples, and what each rule must bring along."""

from __future__ import annotations

import pytest

from contract_kit import Contract
from contract_kit.findings import Effect
from contract_kit.planting import found_at, judge_example
from contract_kit.rule import KINDS, Example, Rule
from contract_kit.rules import ALL

BAD = [pytest.param(rule, example, id=f"{rule.code}-{i}") for rule in ALL for i, example in enumerate(rule.bad)]
GOOD = [pytest.param(rule, example, id=f"{rule.code}-{i}") for rule in ALL for i, example in enumerate(rule.good)]
WITHOUT_EXAMPLES = {
    "customer-id-wrong": "needs a ledger: tests/judge/test_prediction.py",
    "number-out-of-range": "only answers have such a number: tests/data/responses",
    "schema-broken": "only another document can bring it up: tests/judge/test_schemas.py",
}


@pytest.mark.parametrize(("rule", "example"), BAD)
def test_a_bad_example_is_found_at_its_place(bundled: Contract, rule: Rule, example: Example) -> None:
    result = judge_example(bundled, rule, example)
    places = [found_at(rule, finding) for finding in result.findings if finding.code == rule.code]
    assert example.place in places, [(finding.code, found_at(rule, finding)) for finding in result.findings]


@pytest.mark.parametrize(("rule", "example"), GOOD)
def test_a_good_example_is_let_pass(bundled: Contract, rule: Rule, example: Example) -> None:
    result = judge_example(bundled, rule, example)
    assert rule.code not in [finding.code for finding in result.findings]


@pytest.mark.parametrize(("rule", "example"), BAD)
def test_messages_hold_no_personal_data(bundled: Contract, rule: Rule, example: Example) -> None:
    result = judge_example(bundled, rule, example)
    for finding in result.findings:
        spoken = finding.message + finding.hint
        for secret in ("9198", "sample.customer", "Sample", "73000000", "sample-token", "till.one:"):
            assert secret not in spoken


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.code)
def test_a_rule_is_whole(bundled: Contract, rule: Rule) -> None:
    assert rule.on in KINDS
    assert rule.title
    assert rule.hint
    assert rule.facts
    assert set(rule.facts) <= set(bundled.facts), "a fact that does not exist"
    if rule.code in WITHOUT_EXAMPLES:
        assert not rule.bad
    else:
        assert rule.bad
        assert rule.good
    for code in rule.consequence.codes:
        kind = "error" if rule.consequence.effect in (Effect.REFUSES, Effect.UNDOCUMENTED) else "warning"
        assert bundled.api_codes[code].kind == kind
