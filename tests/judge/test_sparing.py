"""What is spared has nothing to say: the rules that are left find what all of them find, in the same order.

The laws are drawn a few hundred times here; CONTRACT_KIT_EXAMPLES=30000 makes a long run of them.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contract_kit import Contract, OrgProfile, Request, jsontext
from contract_kit.examples import graft, org_for, registration
from contract_kit.judge import fastpath, runner
from contract_kit.judge.runner import unclean
from contract_kit.planting import planted
from contract_kit.rule import Example, Rule
from contract_kit.rules import ALL
from contract_kit.view import view

from .bodies import ORGS, contract_for, registrations, texts

LAW = settings(
    max_examples=int(os.environ.get("CONTRACT_KIT_EXAMPLES", "400")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)
NAMES = st.sampled_from(sorted(ORGS))
BAD = [
    pytest.param(rule, example, id=f"{rule.code}-{n}")
    for rule in ALL
    if rule.on in fastpath.BODY_KINDS
    for n, example in enumerate(rule.bad)
]


def asked(contract: Contract, body: Any) -> tuple[Iterable[Any], Iterable[Any]]:
    """The rules that are left for a body, and all of them; each with its node."""
    found = contract._runner.request(Request(body), read=True)
    root = view(body, unclean(hit for hit in found if hit.rule.on in ("schema", "text")))
    sparing = contract._runner._sparing
    assert sparing is not None
    return ([], []) if root is None else (list(sparing.left(root)), list(contract._runner._all_rules(root)))


def said(contract: Contract, pairs: Iterable[Any]) -> list[Any]:
    context = contract._runner.context
    return [(rule.code, hit) for rule, node in pairs for hit in rule.check(node, context)]


def hold(contract: Contract, body: Any) -> None:
    left, every = asked(contract, body)
    assert said(contract, left) == said(contract, every)


@LAW
@given(registrations(), NAMES)
def test_law_what_is_spared_has_nothing_to_say(body: Any, org: str) -> None:
    hold(contract_for(org), body)


@LAW
@given(texts(), NAMES)
def test_law_the_same_of_texts(data: bytes, org: str) -> None:
    document = jsontext.parse(data)
    if not document.problems:
        hold(contract_for(org), document.value)


@pytest.mark.parametrize(("rule", "example"), BAD)
def test_every_bad_example_is_still_found(bundled: Contract, rule: Rule, example: Example) -> None:
    contract = bundled.for_org(OrgProfile.from_mapping(org_for(example)))
    request = planted(rule, example)
    assert isinstance(request, Request)
    hold(contract, request.body)


PLACES = ["", "/profiles/0", "/profiles/0/identifiers/0", "/profiles/0/commChannels/0", "/loyaltyProgramEnrollments/0"]
EXTREMES = [[0] * 101, ["x"] * 200, 2**70, {"in": [[[[0]]]] * 101}, "\U0001f600", "zero\u200bwidth", 0.5]


@pytest.mark.parametrize("place", [*PLACES, "/loyaltyInfo", "/profiles/0/fields", "/profiles/0/commChannels/0/meta"])
@pytest.mark.parametrize("index", range(len(EXTREMES) + 1))
def test_extremes_in_members_that_nobody_knows_are_still_found(contract: Contract, place: str, index: int) -> None:
    deep: Any = "leaf"
    for _ in range(40):
        deep = {"in": deep}
    body = graft(registration(), {f"{place}/unknown": [*EXTREMES, deep][index]})
    hold(contract, body)


def test_of_a_body_that_is_wrong_in_one_place_most_is_spared(contract: Contract) -> None:
    body = registration()
    body["profiles"][0]["identifiers"][0]["value"] = "91980"
    left, every = asked(contract, body)
    assert "mobile-length-wrong" in {rule.code for rule, _ in left}
    assert not {"channel-type-unknown", "tier-unknown", "till-unknown"} & {rule.code for rule, _ in left}
    assert 3 * len(list(left)) < len(list(every))


def test_after_a_few_bodies_rules_are_spared(bundled: Contract, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "_FEW", 1)
    contract = bundled.for_org(OrgProfile.from_mapping(ORGS["example"]))
    body = registration()
    body["profiles"][0]["source"] = "Instore"
    reports = [contract.check(json.dumps(body)) for _ in range(3)]
    assert reports[0] == reports[1] == reports[2]
    assert "_sparing" in vars(contract._runner)
