"""The fast path says yes or nothing, and never yes where the normal way finds anything.

The laws are drawn a few hundred times here; CONTRACT_KIT_EXAMPLES=30000 makes a long run of them.
"""

from __future__ import annotations

import json
import os
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contract_kit import Contract, OrgProfile, Request, jsontext
from contract_kit.examples import NOW, ORG, graft, org_for, registration
from contract_kit.judge import fastpath
from contract_kit.judge.schemas import compiled
from contract_kit.planting import planted
from contract_kit.rule import REMOVED, Example, Rule
from contract_kit.rules import ALL
from contract_kit.rules.texts import plain_text

from .bodies import ORGS, contract_for, fresh, good_bodies, registrations, texts

LAW = settings(
    max_examples=int(os.environ.get("CONTRACT_KIT_EXAMPLES", "400")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)
NAMES = st.sampled_from(sorted(ORGS))
BODY_RULES = [rule for rule in ALL if rule.on in fastpath.BODY_KINDS]


@LAW
@given(registrations(), NAMES)
def test_law_an_accepted_body_has_no_finding_at_all(body: Any, org: str) -> None:
    contract = contract_for(org)
    if contract._proof.accepts(body):
        assert contract._runner.request(Request(body)) == []
        assert contract.check(body).inputs[0].outcome == contract.predict(body)


def test_every_sign_of_a_plain_text_is_one_that_no_rule_speaks_of(contract: Contract) -> None:
    """Tried one by one, in a place where no other rule looks at text; and nearly all letters are among them."""
    valid = compiled({"type": "string", **plain_text()}).is_valid
    plain = [sign for sign in map(chr, range(0x110000)) if not 0xD800 <= ord(sign) < 0xE000 and valid(sign)]
    assert not [sign for sign in plain if sign > "\uffff" or sign in "[\xa0\u2028\u3000\xad\u200b"]
    body = registration()
    for at in range(0, len(plain), 500):
        body["referralCode"] = "".join(plain[at : at + 500])
        assert contract._runner.request(Request(body)) == []
    for name in (
        "Ďábel",
        "Þórr",
        "Ωmega",
        "Жанна",
        "שרה",
        "سارة",
        "आशा",
        "রহিম",
        "தமிழ்",
        "สมชาย",
        "ქეთი",
        "Ngọc Ánh",
        "﨑田",
        "김",
    ):
        assert valid(name)
    assert valid("N°5 – “Café” … №7 €")


@LAW
@given(texts(), NAMES)
def test_law_a_proven_text_is_plain_json_without_findings(data: bytes, org: str) -> None:
    contract = contract_for(org)
    proven = contract._proven(data)
    if proven is not None:
        document = jsontext.parse(data)
        assert document.problems == ()
        assert proven == document.value
        assert contract._runner.request(Request(document.value)) == []
        assert contract.check(data).inputs[0].outcome == contract.predict(document.value)
    else:
        contract.check(data)


@pytest.mark.parametrize("index", range(len(good_bodies())))
def test_the_fast_path_is_not_vacuous(index: int) -> None:
    body = good_bodies()[index]
    accepting = [org for org in sorted(ORGS) if contract_for(org)._proof.accepts(body)]
    expected = [
        ["empty", "example", "mandatory", "rejects-empty"],
        ["empty", "example", "mandatory", "rejects-empty"],
        ["empty", "example", "rejects-empty"],
        ["empty", "example", "rejects-empty"],
        ["odd"],
        ["empty", "example", "mandatory", "mandatory-and-fields", "rejects-empty"],
    ]
    assert accepting == expected[index]
    clean = [org for org in sorted(ORGS) if not contract_for(org)._runner.request(Request(fresh(body)))]
    assert set(accepting) <= set(clean)


def test_the_same_body_is_proven_from_its_text(contract: Contract) -> None:
    body = registration()
    assert contract._proven(json.dumps(body).encode()) == body
    assert contract._proven(json.dumps(body, indent=3).encode()) == body
    assert contract._proven(json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode()) == body
    assert contract.is_clean(json.dumps(body))


@pytest.mark.parametrize("rule", BODY_RULES, ids=lambda rule: rule.code)
def test_every_rule_on_bodies_is_guarded_or_proven(rule: Rule) -> None:
    assert (rule.guard is not None) != (rule.code in fastpath.PROVEN)
    assert rule.residue == (rule.code in fastpath.PROVEN)


def test_what_is_said_to_be_proven_is_a_rule() -> None:
    assert {rule.code for rule in BODY_RULES} >= fastpath.PROVEN


BAD = [pytest.param(rule, example, id=f"{rule.code}-{n}") for rule in BODY_RULES for n, example in enumerate(rule.bad)]


@pytest.mark.parametrize(("rule", "example"), BAD)
def test_no_bad_example_is_accepted(bundled: Contract, rule: Rule, example: Example) -> None:
    contract = bundled.for_org(OrgProfile.from_mapping(org_for(example)))
    request = planted(rule, example)
    assert isinstance(request, Request)
    assert not contract._proof.accepts(request.body)
    assert contract._proven(json.dumps(request.body).encode()) is None


@pytest.mark.parametrize(
    "data",
    [
        '{"profiles": [{"source": "INSTORE", "source": "INSTORE", "identifiers": [{"type": "cuid", "value": "c"}]}]}',
        '{"profiles": [{"source" : "INSTORE", "source":"INSTORE", "identifiers": [{"type": "cuid", "value": "c"}]}]}',
        '{"statusLabel": "", "profiles": [{"source": "JD", "identifiers": [{"type":"cuid","value":""}]}], "statusLabel":1}',
        '{"profiles": [], "profiles": [{"source": "INSTORE", "identifiers": [{"type": "cuid", "value": "c"}]}]}',
        # As many characters, with a name twice: the copy's blanks make up for it.
        '{"profiles":[{"source":"INSTORE","identifiers":[{"type":"cuid","value":"c"}]}],"referralCode":"","referralCode":""}',
        '{"profiles":[{"source":"INSTORE","identifiers":[{"type":"cuid","value":"\\":"}]}],"referralCode":"","referralCode":""}',
        '{"profiles": [{"source": "INSTORE", "\\u0073ource": "INSTORE", "identifiers": [{"type": "cuid", "value": "c"}]}]}',
    ],
)
def test_a_name_that_stands_twice_is_never_proven(contract: Contract, data: str) -> None:
    assert [problem.kind for problem in jsontext.parse(data).problems] == ["json-duplicate-key"]
    assert contract._proven(data.encode()) is None
    assert not contract.is_clean(data)


CARD = "/profiles/0/identifiers/2"
CHANNEL = "/profiles/0/commChannels/0"
MET: list[tuple[dict[str, Any], dict[str, Any], list[str]]] = [
    # What an earlier fast path let through.
    ({"/extendedFields/city": "Pu\u200bne"}, {}, ["invisible-character"]),
    ({f"{CARD}/extendedFields/custom_card_name": "Go\u200bld"}, {}, ["invisible-character"]),
    ({f"{CARD}/customFields": {"odd": "\U0001f600"}}, {}, ["character-outside-bmp"]),
    ({f"{CHANNEL}/attributes": {"odd": 2**64}}, {}, ["number-huge"]),
    ({f"{CHANNEL}/attributes": {"odd": "[email protected]"}}, {}, ["placeholder-copied"]),
    ({"/subscriptionInfo": {"subscriptions": [{}] * 101}}, {}, ["array-long"]),
    ({f"{CHANNEL}/meta/lastViewedDate": "0000-01-01T00:00:00+00:00"}, {}, ["date-time-malformed"]),
    ({"/extendedFields": {"city": "nUll"}}, {"rejectEmptyExtendedFields": True, "extendedFields": None},
     ["extended-field-empty"]),
    ({"/extendedFields/city": "Pu\u200bne"},
     {"registration": {"mandatory": ["extendedFields.city"]}, "extendedFields": None}, ["invisible-character"]),
    ({"/profiles/0/fields/employee": "\x07"}, {"registration": {"mandatory": ["fields.employee"]}, "customFields": None},
     ["invisible-character"]),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "org", "codes"), MET)
def test_what_hides_in_open_maps_is_not_accepted(
    bundled: Contract, changes: dict[str, Any], org: dict[str, Any], codes: list[str]
) -> None:
    profile = {name: section for name, section in {**ORG, **org}.items() if section is not None}
    contract = bundled.for_org(OrgProfile.from_mapping(profile))
    body = graft(registration(), changes)
    assert contract._proof.accepts(registration())
    assert not contract._proof.accepts(body)
    assert [finding.code for finding in contract.check(body).findings] == codes


@pytest.mark.parametrize("prefix", ["EX 1", "É-", "a/b&c~#", "{x}", "(+", "\\d", "-", "a-b", "][", "^$.|?*", "%", "@", "<>"])
def test_any_prefix_of_external_ids_is_taken_by_its_letter(bundled: Contract, prefix: str) -> None:
    contract = bundled.for_org(OrgProfile.from_mapping({"registration": {"externalId": {"prefix": prefix, "minLength": 1}}}))
    good, bad = (
        {"profiles": [{"source": "INSTORE", "identifiers": [{"type": "externalId", "value": value}]}]}
        for value in (f"{prefix}1", f"1{prefix}")
    )
    assert [finding.code for finding in contract.check(bad).findings if finding.code == "external-id-malformed"]
    assert "external-id-malformed" not in [finding.code for finding in contract.check(good).findings]
    assert not contract._proof.accepts(bad)
    assert contract._proof.accepts(good) == (prefix.isascii() and "[" not in prefix)


def test_another_document_may_say_more(tmp_path: Any, example_org: OrgProfile) -> None:
    """Members and constraints that the guards have never heard of keep their force."""
    document = json.loads(json.dumps(Contract.bundled().document))
    schemas = document["components"]["schemas"]
    schemas["Deep"] = {"type": "object", "properties": {"in": {"$ref": "#/components/schemas/Deep"}}}
    schemas["Profile"]["properties"]["deep"] = {"$ref": "#/components/schemas/Deep"}
    schemas["Profile"]["properties"]["list"] = {"type": "array", "items": {"$ref": "#/components/schemas/PersonName"}}
    schemas["Profile"]["not"] = {
        "properties": {"firstName": {"$ref": "#/components/schemas/Forbidden"}},
        "required": ["firstName"],
    }
    schemas["Forbidden"] = {"const": "Nobody"}
    schemas["OffsetDateTime"]["pattern"] = "\\+05:30$"
    path = tmp_path / "openapi.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    contract = Contract.from_path(path).at(NOW).for_org(example_org)
    assert contract._proof.accepts(registration())
    for changes in (
        {"/profiles/0/deep": {"in": {"in": {"\u200b": 1}}}},
        {"/profiles/0/list": ["x"] * 101},
        {"/profiles/0/firstName": "Nobody"},
        {"/loyaltyProgramEnrollments/0/tierExpiryDate": "2039-05-11T16:36:17+05:00"},
    ):
        assert not contract._proof.accepts(graft(registration(), changes)), changes


def test_a_moment_later_the_dates_are_others(contract: Contract) -> None:
    body = graft(registration(), {"/profiles/0/commChannels": REMOVED})
    assert contract._proof.accepts(body)
    assert not contract.at(NOW.replace(year=2038))._proof.accepts(body)
    assert [finding.code for finding in contract.at(NOW.replace(year=2040)).check(body).findings] == ["expiry-in-past"] * 2


def test_only_bare_bodies_take_the_fast_path(contract: Contract) -> None:
    body = registration()
    wrapped = contract.check({"body": body, "query": {"source": "Instore"}})
    assert [finding.code for finding in wrapped.findings] == ["query-source-unknown", "query-overridden"]
    assert contract.check(Request(body, method="GET")).inputs[0].outcome == contract.predict(Request(body, method="GET"))
