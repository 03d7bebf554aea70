"""The plan: what is in it, what it costs, and that every case has the outcome that it is about."""

from __future__ import annotations

from itertools import islice
from typing import Any

import pytest

from contract_kit import Contract, OrgProfile, jsontext
from contract_kit.exchange import Request
from contract_kit.findings import Effect, Finding
from contract_kit.fuzz.bodies import Bodies
from contract_kit.fuzz.selftest import profiles
from contract_kit.fuzz.steps import SUITES, Case, Step
from contract_kit.fuzz.suites import cases, explore
from contract_kit.fuzz.suites.protocol import RULES as PROTOCOL
from contract_kit.fuzz.suites.rules import ALL, NOT_TRIED, REQUEST_KINDS, applicable

BUDGET = 300
ORGS: dict[str, dict[str, Any]] = {
    "no empty fields, no country codes": {
        "rejectEmptyExtendedFields": True,
        "registration": {"mobile": {"countryCodes": ["91"], "requireCountryCode": True}},
    },
    "one source": {"sources": {"TMALL": {}}},
    "only chat accounts": {"sources": {"LINE": {"accounts": ["one", "two"]}}, "identifierTypes": ["line", "mobile"]},
    "card members": {"identifierTypes": ["cardnumber"], "cards": {"series": {"73": ["ACTIVE"]}}},
    "much is mandatory": {
        "registration": {"mandatory": ["mobile", "firstName", "fields.employee", "extendedFields.city", "associatedWith"]},
        "tills": ["till.one"],
        "customFields": ["employee"],
        "extendedFields": {"city": {"type": "string"}},
    },
    "long ids with a prefix": {
        "identifierTypes": ["externalId"],
        "registration": {"externalId": {"prefix": "C-", "minLength": 12, "maxLength": 14}},
    },
}


def contracts() -> dict[str, Contract]:
    bundled = Contract.bundled()
    made = {name: bundled.for_org(OrgProfile.from_mapping({"org": "sample", **said})) for name, said in ORGS.items()}
    return {"no profile": bundled, **{one.org.name or "": one for one in profiles()}, **made}


CONTRACTS = contracts()


@pytest.fixture(params=CONTRACTS)
def org(request: pytest.FixtureRequest) -> Contract:
    return CONTRACTS[request.param]


def planned(contract: Contract) -> list[Case]:
    return list(cases(contract, Bodies(contract)))


def test_core_of_all_suites_fits_into_three_hundred_requests(org: Contract) -> None:
    core = [case for case in planned(org) if case.core]
    assert sum(case.cost for case in core) + 1 <= BUDGET  # one request goes ahead, to see whether the server is there
    assert {case.suite for case in core} == set(SUITES)


def test_cases_have_names_of_their_own(org: Contract) -> None:
    names = [(case.suite, case.name) for case in planned(org)]
    assert len(names) == len(set(names))


def test_plain_and_whole_bodies_are_without_reproach(org: Contract) -> None:
    bodies = Bodies(org)
    for body in (bodies.plain, bodies.whole):
        report = org.check(body)
        assert [finding.code for finding in report.findings if finding.severity.value != "info"] == []


def test_valid_cases_must_be_accepted(org: Contract) -> None:
    for case in planned(org):
        if case.valid and len(case.steps) == 1 and case.suite != "examples":
            step = case.steps[0]
            if isinstance(step.body, (str, bytes)):
                assert not [one for one in org.judge(jsontext.parse(raw(step.body))).findings if refuses(one)], case.name
                continue
            assert org.predict(Request(step.body, dict(step.headers), dict(step.query) or None)).accepted, case.name


def raw(body: str | bytes) -> bytes:
    return body if isinstance(body, bytes) else body.encode("utf-8", "surrogatepass")


def refuses(finding: Finding) -> bool:
    return finding.consequence is not None and finding.consequence.effect is Effect.REFUSES


def test_schema_cases_break_one_place_and_must_be_refused(org: Contract) -> None:
    for case in planned(org):
        if case.suite == "schema":
            assert org.predict(case.steps[0].body).refused, case.name


def test_steps_survive_their_own_data(org: Contract) -> None:
    for case in planned(org):
        for step in case.steps:
            assert Step.from_data(step.as_data()) == step


def test_every_rule_on_requests_is_broken_under_some_org_or_told_of() -> None:
    tried = {rule for rules in PROTOCOL.values() for rule in rules}
    for contract in CONTRACTS.values():
        tried |= applicable(contract, Bodies(contract))
    assert {rule.code for rule in ALL if rule.on in REQUEST_KINDS} - tried == set(NOT_TRIED)


def test_conversations_come_from_the_seed() -> None:
    bodies = Bodies(profiles()[0])
    one, again, other = (list(islice(explore.cases(bodies, seed), 40)) for seed in (1, 1, 2))
    assert one == again
    assert [case.steps for case in one] != [case.steps for case in other]
    assert len({case.name for case in one}) == 40
    assert all(2 <= len(case.steps) <= 9 for case in one)
