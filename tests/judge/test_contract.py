"""The public surface: what can be imported, asked and expected of it."""

from __future__ import annotations

import enum
import importlib
import json
import pickle
import subprocess
import sys
from collections import OrderedDict, defaultdict
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

import contract_kit
from contract_kit import (
    Contract,
    Exchange,
    Finding,
    InputError,
    OrgProfile,
    Report,
    Request,
    Response,
    Rule,
    Severity,
    UsageError,
    Verdict,
    jsontext,
)
from contract_kit.contract import KINDS, ContractViolation
from contract_kit.examples import NOW, ORG, answer, graft, refusal, registration
from contract_kit.findings import Effect, Location, Part
from contract_kit.rule import REMOVED
from contract_kit.rules import ALL

from .bodies import ORGS, contract_for, good_bodies, places

ROOT = Path(__file__).resolve().parent.parent.parent
PROFILE = "/profiles/0"
FIRST = f"{PROFILE}/identifiers/0"


def codes(report: Report) -> list[str]:
    return [finding.code for finding in report.findings]


def only(report: Report) -> Finding:
    (finding,) = report.findings
    return finding


# -- names ------------------------------------------------------------------------------------------------------------


def test_all_names_are_there_and_no_others() -> None:
    assert sorted(contract_kit.__all__) == contract_kit.__all__
    assert dir(contract_kit) == contract_kit.__all__
    for name in contract_kit.__all__:
        assert getattr(contract_kit, name) is not None
    homes = {**contract_kit._HOMES}
    assert set(homes) == set(contract_kit.__all__) - {"__version__"}
    for name, home in homes.items():
        assert getattr(importlib.import_module(f"contract_kit.{home}"), name) is getattr(contract_kit, name)


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'contract_kit' has no attribute 'Contrakt'"):
        contract_kit.Contrakt  # noqa: B018


def test_importing_the_package_loads_next_to_nothing() -> None:
    ours = "name.startswith(('contract_kit', 'json', 'yaml'))"
    code = f"import sys, contract_kit; print([name for name in sys.modules if {ours}])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['contract_kit']"


# -- a contract does not change ---------------------------------------------------------------------------------------


def test_a_contract_gives_new_ones_and_stays_as_it_is(bundled: Contract, example_org: OrgProfile) -> None:
    before = bundled.predict(registration())
    under = bundled.for_org(example_org).with_rules(ignore=["till-unknown"])
    assert under.org is example_org
    assert bundled.org == OrgProfile()
    assert under.with_rules().for_org(None).org == OrgProfile()
    assert bundled.predict(registration()) == before
    assert under.spec is bundled.spec
    assert under.for_org(example_org).active == under.active


def test_an_org_may_be_a_path(bundled: Contract) -> None:
    path = ROOT / "fixtures" / "org" / "demo-org.yaml"
    assert bundled.for_org(path).org == bundled.for_org(str(path)).org == OrgProfile.from_path(path)


def test_what_a_contract_tells_of_itself(contract: Contract, bundled: Contract) -> None:
    assert contract.version == contract.document["info"]["version"]
    assert contract.rules == ALL
    assert contract.active == ALL
    assert bundled.active == tuple(rule for rule in ALL if not rule.needs)
    assert contract.api_codes[8006].kind == "error"
    assert contract.facts["D05"].evidence == "assumed"
    assert Contract.bundled_text().startswith("# The contract")


def test_the_moment_is_now_unless_it_is_fixed() -> None:
    body = graft(registration(), {"/loyaltyProgramEnrollments/0/tierExpiryDate": "2026-01-15T12:00:01+00:00"})
    org = OrgProfile.from_mapping(ORG)
    at_now = Contract.bundled().for_org(org).at(NOW).with_rules(select=["expiry-in-past"])
    later = at_now.at(NOW.replace(year=2027))
    assert codes(at_now.check(body)) == []
    assert codes(later.check(body)) == ["expiry-in-past"]
    past = graft(registration(), {"/loyaltyProgramEnrollments/0/tierExpiryDate": "2020-01-01T00:00:00+00:00"})
    assert "expiry-in-past" in codes(Contract.bundled().check(past))


# -- rules ------------------------------------------------------------------------------------------------------------

FAULTY = {f"{PROFILE}/source": "TMALL", "/associatedWith": "nowhere", f"{FIRST}/value": "", "/x": 1}


def test_what_is_selected_and_ignored(contract: Contract) -> None:
    body = graft(registration(), {**FAULTY, f"{PROFILE}/commChannels": REMOVED})
    everything = ["identifier-empty", "source-not-enabled", "till-unknown", "unknown-member"]
    assert sorted(codes(contract.check(body))) == everything
    assert codes(contract.with_rules(select=["till-unknown"]).check(body)) == ["till-unknown"]
    assert sorted(codes(contract.with_rules(ignore=["till-unknown"]).check(body))) == [
        code for code in everything if code != "till-unknown"
    ]
    assert codes(contract.with_rules(select=["till-unknown"], ignore=["till-unknown"]).check(body)) == []
    selected = contract.with_rules(select=["till-unknown", "identifier-empty"])
    assert {rule.code for rule in selected.active} == {"till-unknown", "identifier-empty"}


def test_warnings_become_errors_and_information_stays(contract: Contract) -> None:
    body = graft(registration(), {**FAULTY, f"{PROFILE}/source": "INSTORE", f"{PROFILE}/commChannels": REMOVED})

    def weights(judge: Contract) -> dict[str, str]:
        return {finding.code: finding.severity.value for finding in judge.check(body).findings}

    plain = {"identifier-empty": "info", "till-unknown": "warning", "unknown-member": "warning"}
    assert weights(contract) == plain
    assert weights(contract.with_rules(errors=["till-unknown"])) == {**plain, "till-unknown": "error"}
    assert weights(contract.with_rules(errors=["identifier-empty"])) == plain
    strict = {"identifier-empty": "info", "till-unknown": "error", "unknown-member": "error"}
    assert weights(contract.with_rules(strict=True)) == strict
    assert contract.check(body).ok
    assert not contract.with_rules(strict=True).check(body).ok


@pytest.mark.parametrize("argument", ["select", "ignore", "errors"])
def test_an_unknown_rule_is_named_with_the_nearest(contract: Contract, argument: str) -> None:
    with pytest.raises(UsageError) as caught:
        contract.with_rules(**{argument: ["till-unknwon"]})  # type: ignore[arg-type]
    assert str(caught.value) == "there is no rule 'till-unknwon'. did you mean till-unknown?"
    with pytest.raises(UsageError) as caught:
        contract.with_rules(**{argument: ["till-unknown", "zzz"]})  # type: ignore[arg-type]
    assert str(caught.value) == "there is no rule 'zzz'. contract-kit rules lists them"


def test_what_could_not_be_checked_is_told_with_its_rules(bundled: Contract, contract: Contract, demo: Contract) -> None:
    told = {item.section: item.rules for item in bundled.check(registration()).not_checked}
    assert told["tills"] == ("till-unknown",)
    assert told["sources"] == ("source-not-enabled", "account-unknown", "account-unneeded")
    assert set(told) == {need for rule in ALL for need in rule.needs}
    assert contract.not_checked == demo.not_checked == ()
    assert [item.section for item in bundled.with_rules(select=["till-unknown", "wrong-type"]).not_checked] == ["tills"]
    assert bundled.with_rules(ignore=[rule.code for rule in ALL if rule.needs]).not_checked == ()
    assert bundled.check(Response(answer()["body"])).not_checked == ()


# -- what can be judged -----------------------------------------------------------------------------------------------

WRONG = graft(registration(), {f"{PROFILE}/source": "Instore"})


def test_one_payload_in_all_its_forms(contract: Contract) -> None:
    text = json.dumps(WRONG)
    reports = [
        contract.check(form)
        for form in (WRONG, text, text.encode(), bytearray(text.encode()), memoryview(text.encode()), Request(WRONG))
    ]
    for report in reports:
        finding = only(report)
        assert (finding.code, finding.pointer) == ("source-unknown", ("profiles", 0, "source"))
        assert finding.location == Location(Part.REQUEST_BODY, ("profiles", 0, "source"))
        assert report.inputs[0].outcome == reports[0].inputs[0].outcome
        assert (report.inputs[0].kind, report.inputs[0].source, report.inputs[0].index) == ("request", None, 0)
    assert [only(report).line is not None for report in reports] == [False, True, True, True, True, False]


def test_a_request_with_what_surrounds_it(contract: Contract) -> None:
    body = graft(registration(), {f"{PROFILE}/source": REMOVED})
    for form in (Request(body, query={"source": "Instore"}), {"query": {"source": "Instore"}, "body": body}):
        finding = only(contract.check(form))
        assert (finding.code, finding.pointer) == ("query-source-unknown", ("query", "source"))
        assert finding.location.expression == "$request.query.source"
    text = json.dumps({"headers": {"content-TYPE": "text/plain", "AUTHORIZATION": "***"}, "body": registration()}, indent=1)
    finding = only(contract.check(text))
    assert (finding.code, finding.pointer) == ("content-type-not-json", ("headers", "content-TYPE"))
    assert (finding.line, finding.column) == (3, 19)


def test_an_answer_in_all_its_forms(contract: Contract) -> None:
    made = graft(answer(), {"/body/createdId": "5"})
    wrapped, body = json.dumps(made), made["body"]
    for form, pointer in (
        (Response(body, 200, made["headers"]), ("body", "createdId")),
        (Response(body), ("body", "createdId")),
    ):
        assert (only(contract.check(form)).code, only(contract.check(form)).pointer) == ("wrong-type", pointer)
    for text, pointer in ((wrapped, ("body", "createdId")), (json.dumps(body), ("createdId",))):
        report = contract.check(text, "response")
        assert only(report).pointer == pointer
        assert only(report).location.expression == "$response.body#/createdId"
        assert report.inputs[0].kind == "response"


def test_an_error_envelope_is_held_to_its_form(contract: Contract) -> None:
    report = contract.check({"errors": []}, "error")
    assert (only(report).code, only(report).severity) == ("array-too-short", Severity.ERROR)
    assert codes(contract.check(refusal(), "error")) == []
    assert codes(contract.check(answer(), "error")) == ["member-missing"]


def test_an_exchange_in_both_its_forms(contract: Contract) -> None:
    made = {"request": {"body": WRONG}, "response": answer()}
    response = Response(made["response"]["body"], 200, made["response"]["headers"])
    for report in (contract.check(made, "exchange"), contract.check(Exchange(Request(WRONG), response))):
        places = [(finding.code, "/".join(map(str, finding.pointer))) for finding in report.findings]
        assert places == [
            ("source-unknown", "request/body/profiles/0/source"),
            ("accepted-wrongly", "response/body"),
        ]
        assert report.inputs[0].outcome.verdict is Verdict.ACCEPTED


def test_the_record_s_place_in_its_source_comes_back(contract: Contract) -> None:
    result = contract.judge(jsontext.parse(json.dumps(WRONG), first_line=7), source="members.ndjson", index=6)
    assert (result.source, result.index) == ("members.ndjson", 6)
    (finding,) = result.findings
    assert (finding.source, finding.index, finding.line) == ("members.ndjson", 6, 7)


@pytest.mark.parametrize("payload", [WRONG, json.dumps(WRONG), b"", Request()])
def test_an_unknown_kind_is_named_with_the_nearest(contract: Contract, payload: Any) -> None:
    with pytest.raises(UsageError) as caught:
        contract.check(payload, "respons")
    assert str(caught.value) == "there is no kind 'respons'. did you mean response?"
    with pytest.raises(UsageError) as caught:
        contract.judge(jsontext.parse("{}"), "zzz")
    assert str(caught.value) == f"there is no kind 'zzz'. the kinds are {', '.join(KINDS)}"


def test_findings_one_by_one_and_at_once(contract: Contract) -> None:
    report = contract.check(WRONG)
    assert list(contract.iter_findings(WRONG)) == list(report.findings)
    assert (report.counts, report.ok) == ({"error": 1, "warning": 0, "info": 0}, False)
    assert [report.fails(severity) for severity in Severity] == [True, True, True]
    contract.assert_conforms(registration())
    contract.assert_conforms(Response(refusal()["body"], 400))
    with pytest.raises(ContractViolation) as caught:
        contract.assert_conforms(WRONG)
    assert caught.value.report == report
    assert str(caught.value) == (
        'breaks the contract:\n  $request.body#/profiles/0/source: source: got "Instore"; allowed "FACEBOOK", "WEB_ENGAGE", '
        '"WECHAT", "INSTORE", "MARTJACK", "TMALL", "TAOBAO", "JD", "ECOMMERCE", "WEBSITE", "LINE", "MOBILE_APP"; '
        'did you mean "INSTORE"? [source-unknown]'
    )


@pytest.mark.parametrize(
    "payload",
    [
        *good_bodies(),
        WRONG,
        {},
        [],
        None,
        5,
        "{}",
        "",
        b"\xff",
        b"\xef\xbb\xbf{}",
        {"body": registration()},
        {"body": registration(), "query": {"page": "1"}},
        Request(registration()),
        Request(registration(), method="GET"),
        graft(registration(), {f"{PROFILE}/firstName": "N" * 101}),
        graft(registration(), {"/loyaltyProgramEnrollments/0/tierExpiryDate": "2024-01-01T00:00:00+00:00"}),
        json.dumps(registration()).replace('"referralCode": ""', '"referralCode": "", "referralCode": ""'),
        "[" * 300 + "]" * 300,
        '"\\ud83d"',
    ],
)
@pytest.mark.parametrize("org", sorted(ORGS))
def test_clean_is_what_has_no_finding(payload: Any, org: str) -> None:
    contract = contract_for(org)
    forms = [payload, json.dumps(payload), json.dumps(payload).encode()] if isinstance(payload, (dict, list)) else [payload]
    for form in forms:
        assert contract.is_clean(form) == (list(contract.iter_findings(form)) == [])


# -- findings ---------------------------------------------------------------------------------------------------------


def test_findings_come_in_the_order_of_the_text(contract: Contract) -> None:
    body = {
        "zzz": 1,
        "statusLabel": "Active",
        "profiles": [
            {"source": "Instore", "lastname": "x", "identifiers": [{"value": 5, "type": "mobile"}], "firstName": "N" * 101}
        ],
        "aaa": 2,
    }
    report = contract.check(json.dumps(body, indent=2))
    assert codes(report) == [
        "unknown-member", "status-label-unknown", "source-unknown", "unknown-member", "wrong-type", "name-too-long",
        "unknown-member",
    ]  # fmt: skip
    lines = [finding.line for finding in report.findings]
    assert lines == sorted(lines, key=int)  # type: ignore[type-var]
    without = contract.check(body)
    assert sorted(codes(without)) == sorted(codes(report))
    pointers = [finding.pointer for finding in without.findings]
    assert pointers == sorted(pointers, key=lambda path: tuple((isinstance(s, str), s) for s in path))


def moved(body: dict[str, Any]) -> dict[str, Any]:
    """The same matters at other places of their arrays."""
    profile = body["profiles"][0]
    profile["identifiers"].insert(0, {"type": "cuid", "value": "c-1"})
    profile.get("commChannels", []).insert(0, {"type": "ios", "value": "t-1"})
    other = {"source": "WEBSITE", "identifiers": [{"type": "cuid", "value": "c-2"}]}
    return {**body, "profiles": [other, *body["profiles"]]}


@pytest.mark.parametrize(
    "changes",
    [
        {f"{FIRST}/value": 5},
        {f"{FIRST}/value": "+919800000001"},
        {f"{FIRST}/type": "Mobile"},
        {f"{PROFILE}/identifiers/-": {"type": "email", "value": "SAMPLE.customer@shop.example"}},
        {f"{PROFILE}/commChannels/0/primary": "yes"},
        {f"{PROFILE}/commChannels/0/meta/lastViewedDate": "yesterday"},
        {f"{PROFILE}/commChannels/-": {"type": "mobile", "value": "919800000001", "primary": True}},
        {f"{PROFILE}/source": REMOVED},
        {f"{PROFILE}/firstName": "Sam\u200bple"},
        {f"{PROFILE}/lastname": "x"},
        {"/profiles/-": {"source": "INSTORE", "identifiers": [{"type": "cuid", "value": "c-9"}]}},
    ],
)
def test_fingerprints_stay_when_places_in_arrays_and_words_change(contract: Contract, changes: dict[str, Any]) -> None:
    here = graft(registration(), changes)
    findings = list(contract.check(here).findings)
    there = list(contract.check(moved(graft(registration(), changes))).findings)
    assert findings
    assert [finding.pointer for finding in findings] != [finding.pointer for finding in there]
    assert sorted(finding.fingerprint for finding in findings) == sorted(finding.fingerprint for finding in there)
    in_text = contract.check("\n\n" + json.dumps(here, indent=2)).findings
    assert sorted(finding.fingerprint for finding in in_text) == sorted(finding.fingerprint for finding in findings)
    for finding in findings:
        other = replace(finding, message="In other words", hint="do", severity=Severity.INFO, line=7, source="x", index=3)
        assert other.fingerprint == finding.fingerprint
        assert replace(finding, code="another").fingerprint != finding.fingerprint
        assert len(finding.fingerprint) == 16


def test_findings_at_different_members_differ(contract: Contract) -> None:
    report = contract.check(graft(registration(), {f"{PROFILE}/firstName": 5, f"{PROFILE}/lastName": 5, "/referralCode": 5}))
    assert len({finding.fingerprint for finding in report.findings}) == 3


@pytest.mark.parametrize(
    ("member", "value", "message"),
    [
        ("primary", "yes", 'primary: got "yes"; allowed true, false, "true", "false"'),
        ("verified", "True", 'verified: got "True"; allowed true, false, "true", "false"; did you mean "true"?'),
        ("primary", 1, 'primary: got 1; allowed true, false, "true", "false"'),
        ("primary", None, 'primary: got null; allowed true, false, "true", "false"'),
        ("primary", "919800000001", 'primary: got a string of 12 characters; allowed true, false, "true", "false"'),
        ("primary", [True], 'primary: got an array of 1 item; allowed true, false, "true", "false"'),
        ("subscribed", "true", "subscribed: a string of 4 characters; true or false is wanted"),
        ("meta", {"residence": "no"}, 'residence: got "no"; allowed true, false, "true", "false"'),
        ("meta", {"lastViewedDate": 5}, "lastViewedDate: a number; a string is wanted"),
        (
            "meta",
            {"lastViewedDate": "2019-10-10T22:04:38"},
            'lastViewedDate: got "2019-10-10T22:04:38"; wanted YYYY-MM-DDTHH:MM:SS+hh:mm, and it has no offset',
        ),
        ("value", 919800000001, "value: a number; a string is wanted"),
    ],
)
def test_a_union_is_told_in_one_line(contract: Contract, member: str, value: object, message: str) -> None:
    report = contract.check(graft(registration(), {f"{PROFILE}/commChannels/0/{member}": value}))
    assert only(report).message == message


@pytest.mark.parametrize(
    "changes", [{f"{PROFILE}/source": None}, {f"{PROFILE}/source": 5}, {f"{PROFILE}/source": ["INSTORE"]}]
)
def test_one_value_of_a_wrong_type_is_one_finding(contract: Contract, changes: dict[str, Any]) -> None:
    assert only(contract.check(graft(registration(), changes))).code == "wrong-type"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"/loyaltyProgramEnrollments/0/programId": "469"}, "wrong-type"),
        ({f"{PROFILE}/identifiers/2/seriesId": "73"}, "wrong-type"),
        ({f"{PROFILE}/commChannels/0/type": 5}, "wrong-type"),
        ({f"{PROFILE}/commChannels/0/value": 919800000001}, "wrong-type"),
        ({f"{PROFILE}/source": "LINE", f"{PROFILE}/accountId": 5}, "wrong-type"),
        ({f"{FIRST}/value": 919800000001}, "wrong-type"),
        ({"/loyaltyProgramEnrollments/0/tierNumber": float("nan")}, "json-not-finite"),
    ],
)
def test_what_is_there_in_a_wrong_form_is_not_called_missing(contract: Contract, changes: dict[str, Any], code: str) -> None:
    assert codes(contract.check(graft(registration(), changes))) == [code]


# -- texts ------------------------------------------------------------------------------------------------------------

RAW = json.dumps(registration())
TWICE = RAW[:-1] + ', "referralCode": ""}'
BOTH = json.dumps({"request": {"body": registration()}, "response": answer()})


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        (TWICE, "request", ("json-duplicate-key", "$request.body#/referralCode", "/referralCode")),
        (
            '{"body": ' + TWICE + "}",
            "request",
            ("json-duplicate-key", "$request.body#/referralCode", "/body/referralCode"),
        ),
        (
            '{"query": {"page": "1", "page": "1"}, "body": ' + RAW + "}",
            "request",
            ("json-duplicate-key", "$request.query.page", "/query/page"),
        ),
        (
            '{"body": ' + RAW.replace("75", "NaN") + "}",
            "request",
            (
                "json-not-finite",
                "$request.body#/loyaltyProgramEnrollments/0/loyaltyPoints",
                "/body/loyaltyProgramEnrollments/0/loyaltyPoints",
            ),
        ),
        (
            RAW.replace("Sample", "\\ud83d", 1),
            "request",
            ("json-lone-surrogate", "$request.body#/profiles/0/firstName", "/profiles/0/firstName"),
        ),
        ("{", "request", ("json-syntax", "$request.body#", "")),
        ("{", "response", ("json-syntax", "$response.body#", "")),
        ("{", "exchange", ("json-syntax", "$request.body#", "")),
        (
            BOTH.replace("556000001", '1, "createdId": 2'),
            "exchange",
            ("json-duplicate-key", "$response.body#/createdId", "/response/body/createdId"),
        ),
        (
            json.dumps(answer()).replace('"status": 200', '"status": 200, "status": 200'),
            "response",
            ("json-duplicate-key", "$statusCode", "/status"),
        ),
    ],
)  # fmt: skip
def test_what_is_odd_in_a_text_is_told_once_and_at_its_place(
    contract: Contract, text: str, kind: str, expected: tuple[str, str, str]
) -> None:
    quiet = contract.with_rules(ignore=["query-unknown"])
    finding = only(quiet.check(text, kind))
    pointer = "".join(f"/{step}" for step in finding.pointer)
    assert (finding.code, finding.location.expression, pointer) == expected
    assert finding.line == 1


def test_a_text_says_what_a_server_makes_of_it_only_where_it_is_what_is_sent(contract: Contract) -> None:
    def said(text: str | bytes, kind: str = "request") -> tuple[str, Effect, Verdict]:
        report = contract.check(text, kind)
        return only(report).code, only(report).consequence.effect, report.inputs[0].outcome.verdict

    mark = b"\xef\xbb\xbf"
    assert said("{") == ("json-syntax", Effect.REFUSES, Verdict.REFUSED)
    assert said("{", "response") == ("json-syntax", Effect.NONE, Verdict.UNKNOWN)
    assert said("{", "error") == ("json-syntax", Effect.NONE, Verdict.UNKNOWN)
    assert said("{", "exchange") == ("json-syntax", Effect.NONE, Verdict.UNKNOWN)
    assert said(mark + RAW.encode()) == ("json-bom", Effect.UNDOCUMENTED, Verdict.UNKNOWN)
    assert said(mark + b'{"body": ' + RAW.encode() + b"}") == ("json-bom", Effect.NONE, Verdict.ACCEPTED)
    assert said(mark + json.dumps(answer()).encode(), "response") == ("json-bom", Effect.NONE, Verdict.ACCEPTED)
    wrapped = '{"body": ' + RAW.replace("75", "NaN") + "}"
    assert said(wrapped) == ("json-not-finite", Effect.REFUSES, Verdict.REFUSED)
    exchange = json.dumps({"request": {"body": registration()}, "response": refusal()}).replace(": 75", ": NaN")
    other = exchange.replace("8006", "8084")
    assert said(other, "exchange") == ("json-not-finite", Effect.REFUSES, Verdict.REFUSED)


def test_an_exchange_that_is_none_is_refused(contract: Contract) -> None:
    for text in (
        "[]",
        "{}",
        '{"request": {}}',
        '{"request": [], "response": {}}',
        json.dumps({"request": registration(), "response": answer()["body"]}),
    ):
        with pytest.raises(InputError) as caught:
            contract.judge(jsontext.parse(text), "exchange", source="recorded.json")
        assert caught.value.source == "recorded.json"
        assert "exchange" in str(caught.value)


STATUS_HINT = "the status of an answer is a whole number, for example 200"
MAP_HINT = "are an object of names and values"
NO_TEXT = "headers: a name that is not text"


@pytest.mark.parametrize(
    ("payload", "kind", "message"),
    [
        ({"status": "200", "body": {}}, "response", f"status: a string of 3 characters. {STATUS_HINT}"),
        ({"status": True, "body": {}}, "response", f"status: a boolean. {STATUS_HINT}"),
        ({"status": 200.5, "body": {}}, "response", f"status: a number. {STATUS_HINT}"),
        (Response({}, "200"), "response", f"status: a string of 3 characters. {STATUS_HINT}"),  # type: ignore[arg-type]
        ({"headers": [], "body": {}}, "request", f"headers: an array of 0 items. headers {MAP_HINT}"),
        ({"query": "source=LINE", "body": {}}, "request", f"query: a string of 11 characters. query {MAP_HINT}"),
        (Request({}, {5: "x"}), "request", f"{NO_TEXT}. headers {MAP_HINT}"),  # type: ignore[dict-item]
        (Response({}, 200, {b"a": "x"}), "response", f"{NO_TEXT}. headers {MAP_HINT}"),  # type: ignore[dict-item]
        (
            Exchange(Request({}, query=[]), Response()),  # type: ignore[arg-type]
            "exchange",
            f"query: an array of 0 items. query {MAP_HINT}",
        ),
    ],
)
def test_what_surrounds_a_body_has_a_form(contract: Contract, payload: Any, kind: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        contract.check(payload, kind)
    assert str(caught.value) == message


# -- values that JSON does not have -----------------------------------------------------------------------------------


class Text(str, enum.Enum):  # noqa: UP042 - the older way, which is another type
    INSTORE = "INSTORE"


class Plain(enum.Enum):
    INSTORE = "INSTORE"


FOREIGN: list[tuple[object, str]] = [
    (("a",), "a tuple"), ({"a"}, "a set"), (frozenset(), "a frozenset"), (date(2026, 1, 1), "a date"), (NOW, "a datetime"),
    (Decimal("1.5"), "a Decimal"), (b"x", "a bytes"), (1j, "a complex"), (object(), "an object"), (Plain.INSTORE, "a Plain"),
    (MappingProxyType({}), "a mappingproxy"), (registration, "a function"), (Request(), "a Request"),
]  # fmt: skip


@pytest.mark.parametrize(("value", "called"), FOREIGN, ids=[called for _, called in FOREIGN])
@pytest.mark.parametrize(
    "place",
    [
        f"{PROFILE}/firstName", f"{FIRST}/value", "/profiles", "/extendedFields/city", "/unknown",
        "/loyaltyProgramEnrollments/0/loyaltyPoints", f"{PROFILE}/commChannels/0/attributes",
        f"{PROFILE}/identifiers/2/extendedFields/custom_card_name",
    ],
)  # fmt: skip
def test_a_value_that_json_does_not_have_is_refused_with_its_place(
    contract: Contract, place: str, value: object, called: str
) -> None:
    body = registration()
    *steps, last = place.strip("/").split("/")
    node: Any = body
    for step in steps:
        node = node[int(step)] if isinstance(node, list) else node.setdefault(step, {})
    node[last] = value
    for judge in (contract.check, contract.predict, contract.is_clean, contract.assert_conforms):
        with pytest.raises(InputError) as caught:
            judge(body)  # type: ignore[operator]
        assert caught.value.message == f"{place}: {called}, which JSON does not have"
    with pytest.raises(InputError):
        contract.check(Response(body, 200))


def test_a_tuple_is_told_how_to_be_taken(contract: Contract) -> None:
    with pytest.raises(InputError, match="make it a list"):
        contract.check({"profiles": ()})


@pytest.mark.parametrize("key", [5, None, True, 1.5, (1, 2), b"x"])
def test_a_name_that_is_not_text_is_refused_with_its_place(contract: Contract, key: Any) -> None:
    body = registration()
    body["profiles"][0]["fields"][key] = "x"
    for judge in (contract.check, contract.predict, contract.is_clean):
        with pytest.raises(InputError) as caught:
            judge(body)  # type: ignore[operator]
        assert caught.value.message.startswith(f"{PROFILE}/fields/{key!r}".replace("~", "~0"))
        assert caught.value.hint == "names are text in JSON"


def test_what_json_dumps_takes_as_it_is_is_taken(contract: Contract) -> None:
    body = registration()
    body["profiles"][0]["source"] = Text.INSTORE
    made: Any = defaultdict(list, OrderedDict(body))
    assert codes(contract.check(made)) == []
    assert contract.predict(made) == contract.predict(registration())
    assert contract.is_clean(made)


def test_nesting_without_end_is_a_finding(contract: Contract) -> None:
    deep: Any = []
    for _ in range(10_000):
        deep = [deep]
    endless = registration()
    endless["self"] = endless
    both: list[Any] = []
    both += [both, both]
    for value in (deep, {"profiles": deep}, endless, {"profiles": both}):
        finding = only(contract.check(value))
        assert (finding.code, finding.pointer) == ("json-too-deep", ())
        assert contract.predict(Request(value)).verdict is Verdict.UNKNOWN
        assert not contract.is_clean(value)
        answered = contract.check(Response(value, 200))
        assert [(item.code, item.consequence.effect) for item in answered.findings] == [("json-too-deep", Effect.NONE)]


def test_as_deep_as_may_be_is_looked_into(contract: Contract) -> None:
    deep: Any = "x"
    for _ in range(197):
        deep = {"in": deep}
    body = graft(registration(), {f"{PROFILE}/commChannels/0/attributes": {"in": 1}})
    for form in ({**body, "x": deep}, json.dumps({**body, "x": deep})):
        assert sorted(codes(contract.check(form))) == ["nesting-deep", "unknown-member"]


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
@pytest.mark.parametrize(
    "place",
    ["/extendedFields/zip", f"{PROFILE}/firstName", "/loyaltyProgramEnrollments/0/loyaltyPoints", "/x", f"{FIRST}/value",
     f"{PROFILE}/commChannels/0/primary"],
)  # fmt: skip
def test_a_number_that_json_does_not_have_is_a_finding(contract: Contract, place: str, number: float) -> None:
    body = graft(registration(), {place: number})
    finding = only(contract.check(body))
    assert (finding.code, "".join(f"/{step}" for step in finding.pointer)) == ("json-not-finite", place)
    text = contract.check(json.dumps(body))
    assert (only(text).code, only(text).pointer) == (finding.code, finding.pointer)
    assert text.inputs[0].outcome == contract.check(body).inputs[0].outcome


@pytest.mark.parametrize("text", ["\ud83d", "a\udc00b"])
@pytest.mark.parametrize("place", [f"{PROFILE}/firstName", "/extendedFields/city", f"{PROFILE}/fields/employee"])
def test_half_a_character_is_a_finding(contract: Contract, place: str, text: str) -> None:
    body = graft(registration(), {place: text})
    finding = only(contract.check(body))
    assert (finding.code, "".join(f"/{step}" for step in finding.pointer)) == ("json-lone-surrogate", place)
    assert only(contract.check(json.dumps(body))).pointer == finding.pointer
    raw = contract.check(json.dumps(body, ensure_ascii=False))
    assert only(raw).code == "json-encoding"
    named = graft(registration(), {f"{PROFILE}/fields": {text: "x"}})
    assert "json-lone-surrogate" in codes(contract.check(named))


def test_answers_with_values_of_any_type_have_findings_and_no_tracebacks(contract: Contract) -> None:
    values: list[Any] = [None, True, 5, 5.5, "x", "", [], {}, [1], {"x": 1}, 2**70, float("nan"), "\ud83d"]
    base = graft(answer(), {"/body/warnings/-": {"status": False, "code": 8050, "message": "x"}})
    for made in (base, refusal()):
        for path in places(made):
            if path[:1] == ("status",):
                continue
            for value in values:
                changed = json.loads(json.dumps(made))
                node = changed
                for step in path[:-1]:
                    node = node[step]
                node[path[-1]] = value
                if changed["headers"] is not None and not isinstance(changed["headers"], dict):
                    continue
                response = Response(changed["body"], changed["status"], changed["headers"])
                contract.check(response)
                report = contract.check(Exchange(Request(registration()), response))
                assert len(report.inputs) == 1


# -- personal data ----------------------------------------------------------------------------------------------------

VOCABULARY = {
    "type", "source", "statusLabel", "loyaltyType", "primary", "verified", "residence", "office", "lastViewedDate",
    "tierExpiryDate", "pointsExpiryDate", "priority", "channel", "sourceName", "orgUnitId", "createDate",
}  # fmt: skip
"""Members whose words are the contract's; what is no word is not shown of them either."""


def broken(value: Any) -> list[Any]:
    """Other values that hold the same secret."""
    named = value if isinstance(value, str) else "x"
    return [
        [value],
        {named: value},
        [[value], {"x": value}],
        {"type": value, "value": value},
        f"{value}\u200b",
        f" {value} ",
    ]


def spoken(report: Report) -> str:
    return "\n".join(f"{finding.message}\n{finding.hint}\n{finding.params}" for finding in report.findings)


def marked(marker: Any, skipped: set[str]) -> tuple[dict[str, Any], list[str]]:
    """A registration with a marker in every text that is not skipped, and the markers."""
    body = good_bodies()[1]
    body["profiles"][0]["accountId"] = body["referralCode"] = "x"
    body["profiles"][0]["identifiers"][2] |= {"seriesCode": "x", "cardExternalId": "x"}
    body["subscriptionInfo"]["subscriptions"][0]["accountId"] = "x"
    markers = []
    for path in places(body):
        node: Any = body
        for step in path[:-1]:
            node = node[step]
        if isinstance(node[path[-1]], str) and path[-1] not in skipped:
            markers.append(marker(len(markers)))
            node[path[-1]] = markers[-1]
    return body, markers


MARKERS = {
    "addresses": (lambda n: f"secret.{n:03}@mark.example", set()),
    "numbers as text": (lambda n: f"98765{n:05}", set()),
    "words with digits": (lambda n: f"marker{n:05}", set()),
    "names": (lambda n: f"Zq{chr(97 + n // 26)}{chr(97 + n % 26)} Wvkx", VOCABULARY),
    "days": (lambda n: f"19{n:02}-11-29", VOCABULARY),
}


@pytest.mark.parametrize("kind", MARKERS)
@pytest.mark.parametrize("org", ["example", "mandatory-and-fields", "closed"])
def test_no_message_holds_what_may_be_personal(kind: str, org: str) -> None:
    marker, skipped = MARKERS[kind]
    contract = contract_for(org)
    body, markers = marked(marker, skipped)
    assert len(markers) > (15 if skipped else 30)
    reports = [contract.check(body), contract.check(json.dumps(body, indent=1))]
    for index, path in enumerate(places(body)):
        for form in (index % 6, (index + 3) % 6):
            changed = json.loads(json.dumps(body))
            node: Any = changed
            for step in path[:-1]:
                node = node[step]
            held = node[path[-1]]
            if not isinstance(held, (str, list, dict)) or path[-1] in skipped:
                continue
            secret = held if isinstance(held, str) else markers[0]
            node[path[-1]] = broken(secret)[form] if isinstance(held, str) else secret
            reports.append(contract.check(changed))
    said = "\n".join(spoken(report) for report in reports)
    assert said
    for text in markers:
        assert text not in said
        assert text.upper() not in said.upper()


def test_no_message_on_a_broken_text_holds_what_may_be_personal(contract: Contract) -> None:
    body, markers = marked(lambda n: f"secret.{n:03}@mark.example", set())
    text = json.dumps(body)
    reports = [contract.check(text[:-n]) for n in range(1, len(text), 7)]
    reports += [contract.check(text.replace(f'"{marker}"', marker)) for marker in markers]
    reports += [contract.check(text.replace(f'"{marker}"', f'"{marker}\\ud83d"')) for marker in markers]
    reports.append(contract.check(text.replace(":", ":{", 3)))
    reports.append(contract.check('{"secret.000@mark.example": 1, "secret.000@mark.example": 2}'))
    said = "\n".join(spoken(report) for report in reports)
    assert said
    assert "mark.example" not in said


def test_no_message_on_what_surrounds_a_body_holds_credentials(contract: Contract) -> None:
    secret = "s3cr3t-9876543210"
    reports = []
    for value in (secret, f"Basic {secret}", f"Bearer {secret}", f"Token {secret} {secret}", [secret], {"x": secret}):
        for name in (
            "Authorization",
            "X-CAP-API-OAUTH-TOKEN",
            "Content-Type",
            "WAIT_FOR_DOWNSTREAM",
            "USER-CONTEXT-ENTITY-ID",
        ):
            reports.append(contract.check(Request(registration(), {name: value})))
        for name in ("source", "accountId", "rawSideEffects", secret):
            reports.append(contract.check(Request(registration(), {}, {name: value})))
    reports.append(contract.check(Response(f"password={secret}", 500, {"Retry-After": secret, "Content-Type": secret})))
    reports.append(
        contract.check(
            Response({"errors": [{"status": False, "code": secret, "message": secret}]}, 429, {"Retry-After": secret})
        )
    )
    said = "\n".join(spoken(report) for report in reports)
    assert said
    assert secret not in said


def test_the_value_at_fault_is_kept_for_who_asks_and_printed_for_nobody(contract: Contract) -> None:
    finding = only(contract.check(graft(registration(), {f"{PROFILE}/firstName": "Zaphod" * 20})))
    assert finding.value == "Zaphod" * 20
    assert "Zaphod" not in repr(finding)


# -- the document for an org ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("org", sorted(ORGS))
@pytest.mark.parametrize("status", [200, 400, None])
def test_the_effective_document_is_a_valid_one(bundled: Contract, org: str, status: int | None) -> None:
    before = json.dumps(bundled.document)
    profile = {
        **ORGS[org],
        **({"api": {"refusalStatus": status}} if status else {"api": {}}),
        "region": "asia-1",
        "org": "a brand",
    }
    document = bundled.for_org(OrgProfile.from_mapping(profile)).effective_document()
    OpenAPIV31SpecValidator(json.loads(json.dumps(document))).validate()
    assert json.dumps(bundled.document) == before
    responses = document["paths"]["/customers"]["post"]["responses"]
    assert ("400" in responses) == (status != 200)
    assert document["info"]["title"].endswith("as configured for a brand")
    assert list(document["servers"][0]["x-rate-limit"]["regions"]) == ["asia-1"]


def test_the_effective_document_says_what_the_profile_says(bundled: Contract) -> None:
    assert bundled.effective_document() == bundled.document
    contract = contract_for("odd")
    schemas = contract.effective_document()["components"]["schemas"]
    assert schemas["Source"]["enum"] == ["FACEBOOK", "WECHAT", "INSTORE", "LINE"]
    assert schemas["Profile"]["properties"]["accountId"]["x-known-values"] == ["a", "b", "c"]
    assert sorted(schemas["CustomFields"]["properties"]) == ["Employee", "dateofbirth", "employee"]
    assert schemas["ExtendedFields"]["properties"]["city"]["enum"] == ["", "Pune", "null", None]
    assert schemas["LoyaltyProgramEnrollment"]["properties"]["programId"]["x-known-values"] == [469, 500]
    mandatory = contract_for("mandatory").effective_document()["components"]["schemas"]
    assert mandatory["Profile"]["required"] == ["identifiers", "lastName", "source"]
    assert mandatory["CustomerRegistration"]["required"] == ["associatedWith", "profiles"]


# -- values of the kit ------------------------------------------------------------------------------------------------


def test_results_travel_between_processes(contract: Contract) -> None:
    report = contract.check(json.dumps(graft(WRONG, {f"{PROFILE}/lastname": "x"})))
    again = pickle.loads(pickle.dumps(report))
    assert again == report
    assert [finding.fingerprint for finding in again.findings] == [finding.fingerprint for finding in report.findings]


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.code)
def test_a_rule_s_words_need_no_more_than_its_parameters(rule: Rule) -> None:
    assert rule.message
    assert "\n" not in rule.message + rule.hint
    assert not rule.message.endswith(".")


@pytest.mark.parametrize(
    "piece", ["at a (.js:1:", "at a (", "at ", "\n", "eyJ-", "Caused by: a.", "C:\\a", "/usr/", "basic ", "password "]
)
def test_no_text_makes_the_search_for_leaks_slow(contract: Contract, piece: str) -> None:
    """A search that backs up over the text again and again would not end in anybody's lifetime."""
    report = contract.check(Response(piece * 20_000, 500, {}))
    assert codes(report) == []
