"""Every example of every rule, sent to the reference server: it answers as the contract predicts."""

from __future__ import annotations

import json
from functools import cache

import pytest

from contract_kit import Contract, OrgProfile, Outcome, Request, jsontext
from contract_kit.examples import NOW, org_for
from contract_kit.findings import Effect
from contract_kit.planting import planted
from contract_kit.rule import Example, Rule
from contract_kit.rules import ALL

from .client import HEADERS, Asks, Witness
from .conftest import Serving

ORGS = ("its own", "nothing known", "refuses with 200")
EXAMPLES = [
    pytest.param(rule, example, org, id=f"{rule.code}-{kind}-{number}-{org}")
    for rule in ALL
    if rule.on not in ("response", "exchange")
    for kind, examples in (("bad", rule.bad), ("good", rule.good))
    for number, example in enumerate(examples)
    if "***" not in str(example.graft)  # what was taken out of a recording lets nobody in
    for org in (ORGS if kind == "bad" and rule.consequence.effect is Effect.REFUSES else ORGS[:2])
]


@cache
def for_org(org: str) -> Contract:
    return Contract.bundled().for_org(OrgProfile.from_mapping(json.loads(org))).at(NOW)


def org_of(example: Example, kind: str) -> str:
    """The org that an example is sent to: its own, the same with refusals under 200, or one of which nothing is known."""
    if kind == "nothing known":
        return "{}"
    return json.dumps(org_for(example) | ({"api": {"refusalStatus": 200}} if kind == "refuses with 200" else {}))


def asked(contract: Contract, rule: Rule, example: Example) -> tuple[Asks, Outcome | None]:
    """An example as a request with credentials, and what has to come where the body is no JSON."""
    subject = planted(rule, example)
    if isinstance(subject, str | bytes):
        data = subject if isinstance(subject, bytes) else subject.encode()
        return Asks(data), contract.judge(jsontext.parse(data)).outcome
    assert isinstance(subject, Request)
    headers = {name: str(value) for name, value in (subject.headers or {}).items()}
    given = {name.lower() for name in headers}
    standing_in = {"Content-Type": HEADERS["Content-Type"]} if "content-type" not in given else {}
    if not given & {"authorization", "x-cap-api-oauth-token"}:
        standing_in["Authorization"] = HEADERS["Authorization"]
    query = {name: str(value) for name, value in (subject.query or {}).items()}
    return Asks(subject.body, {**standing_in, **headers}, query), None


@pytest.mark.parametrize(("rule", "example", "org"), EXAMPLES)
def test_the_server_answers_as_predicted(serving: Serving, rule: Rule, example: Example, org: str) -> None:
    contract = for_org(org_of(example, org))
    witness = Witness(serving(contract=contract), contract)
    request, outcome = asked(contract, rule, example)
    said = witness.send(request, outcome)
    assert witness.findings == []
    assert said.status < 500
