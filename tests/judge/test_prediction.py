"""What a conforming server must answer, decision by decision, with and without a register of who is there."""

from __future__ import annotations

from typing import Any

import pytest

from contract_kit import Contract, Exchange, Ledger, Outcome, Request, Response, Verdict
from contract_kit.examples import ORG, answer, graft, refusal, registration
from contract_kit.findings import Evidence
from contract_kit.judge.prediction import source_accounts
from contract_kit.org import OrgProfile
from contract_kit.outcome import Cut
from contract_kit.rule import REMOVED

PROFILE = "/profiles/0"
MOBILE, MAIL = f"{PROFILE}/identifiers/0", f"{PROFILE}/identifiers/1"
ENROLMENT = "/loyaltyProgramEnrollments/0"
LONG_MAIL = "a" * 64 + "@" + ("b" * 60 + ".") * 3 + "example"  # 255 characters
NAN = float("nan")


def changed(*changes: dict[str, Any]) -> dict[str, Any]:
    """The example registration with changes planted."""
    body = registration()
    for some in changes:
        body = graft(body, some)
    return body


def person(*identifiers: tuple[str, str], source: str = "INSTORE", **members: Any) -> dict[str, Any]:
    """A registration of one profile."""
    listed = [{"type": type_, "value": value} for type_, value in identifiers]
    return {"profiles": [{"source": source, "identifiers": listed, **members}]}


def registered(contract: Contract, *bodies: dict[str, Any]) -> Ledger:
    """A register that holds bodies as customers 1, 2, …"""
    ledger = Ledger()
    for number, body in enumerate(bodies, start=1):
        ledger.record(source_accounts(body, None, contract.org), number)
    return ledger


def refused(*codes: int, reasons: tuple[str, ...], facts: tuple[str, ...], **more: Any) -> Outcome:
    """A refusal under an org that pins 400."""
    defaults: dict[str, Any] = {"statuses": frozenset({400}), "evidence": Evidence.STATED}
    return Outcome(Verdict.REFUSED, api_codes=frozenset(codes), reasons=reasons, facts=facts, **(defaults | more))


def accepted(*warnings: int, reasons: tuple[str, ...] = (), facts: tuple[str, ...] = (), **more: Any) -> Outcome:
    """A success of the example registration under the example org, which has no default status label."""
    defaults: dict[str, Any] = {"points": (75,), "evidence": Evidence.STATED}
    return Outcome(
        Verdict.ACCEPTED, frozenset({200}), warning_codes=frozenset({8107, *warnings}), reasons=reasons,
        facts=(*facts, "F15", "F16"), **(defaults | more),
    )  # fmt: skip


def unknown(*reasons: str, facts: tuple[str, ...], **more: Any) -> Outcome:
    """Nothing is documented; under an org that pins 400."""
    return Outcome(Verdict.UNKNOWN, frozenset({200, 400}), reasons=reasons, facts=facts, open=True, **more)


# -- D01, D08, F16: success and refusal -------------------------------------------------------------------------------


def test_a_clean_registration_is_taken(contract: Contract) -> None:
    assert contract.predict(registration()) == accepted()


def test_d01_a_refusal_comes_as_200_or_400_unless_the_profile_pins_one(bundled: Contract) -> None:
    body = changed({f"{PROFILE}/source": REMOVED})
    for pinned, statuses, status in (
        (None, {200, 400}, 400),
        ("any", {200, 400}, 400),
        (200, {200}, 200),
        (400, {400}, 400),
    ):
        profile = {} if pinned is None else {"api": {"refusalStatus": pinned}}
        outcome = bundled.for_org(OrgProfile.from_mapping(profile)).predict(body)
        assert outcome.refused
        assert (outcome.statuses, outcome.status) == (frozenset(statuses), status)


def test_f16_the_warning_on_a_default_label_needs_to_be_known(bundled: Contract) -> None:
    for default, warnings in ((None, {8107}), ("active-1", set())):
        profile = {"customerStatus": {"labels": ["active-1"], "default": default}}
        outcome = bundled.for_org(OrgProfile.from_mapping(profile)).predict(registration())
        assert outcome.warning_codes == warnings
    assert bundled.predict(registration()) == Outcome(
        Verdict.ACCEPTED, frozenset({200}), points=(75,), evidence=Evidence.STATED
    )


@pytest.mark.parametrize(
    ("enrolments", "points"),
    [
        ([], ()),
        ([{"programId": 469}], ()),
        ([{"programId": 469, "loyaltyPoints": 0}], ()),
        ([{"programId": 469, "loyaltyPoints": 0.5}], (0.5,)),
        ([{"programId": 469, "loyaltyPoints": 7}, {"programId": 500, "loyaltyPoints": 5}], (7, 5)),
    ],
)
def test_d08_points_come_back_for_each_enrolment_with_points(bundled: Contract, enrolments: Any, points: Any) -> None:
    assert bundled.predict(changed({"/loyaltyProgramEnrollments": enrolments})).points == points


# -- D02: what breaks the schema --------------------------------------------------------------------------------------

D02: list[tuple[Any, Outcome]] = [
    ([], refused(8084, reasons=("wrong-type",), facts=("F20", "F19", "D02"))),
    (None, refused(8084, reasons=("wrong-type",), facts=("F20", "F19", "D02"))),
    ("a text", refused(8084, reasons=("wrong-type",), facts=("F20", "F19", "D02"))),
    ({f"{PROFILE}/source": REMOVED}, refused(8004, reasons=("source-missing",), facts=("F25", "F55"))),
    ({f"{PROFILE}/source": "Instore"}, refused(3217, reasons=("source-unknown",), facts=("F25", "F55"))),
    ({f"{PROFILE}/source": None}, refused(3217, 8084, reasons=("wrong-type",), facts=("F25", "F55"))),
    ({f"{PROFILE}/source": "TMALL"}, refused(3217, reasons=("source-not-enabled",), facts=("F25", "F55", "D02"))),
    ({f"{PROFILE}/identifiers": REMOVED}, refused(8005, reasons=("identifiers-missing",), facts=("F19", "F24"))),
    (
        {f"{PROFILE}/identifiers": []},
        refused(8005, reasons=("identifiers-missing",), facts=("D02",), evidence=Evidence.ASSUMED),
    ),
    (
        {f"{PROFILE}/identifiers": [{"type": "mobile", "value": ""}, {"type": "email", "value": ""}],
         f"{PROFILE}/commChannels": []},
        refused(8005, reasons=("identifiers-all-empty",), facts=("F24", "D02"), evidence=Evidence.ASSUMED),
    ),
    (
        {"/statusLabel": "Active"},
        refused(8086, reasons=("status-label-unknown",), facts=("F40", "F58", "D02"), evidence=Evidence.ASSUMED),
    ),
    (
        {f"{PROFILE}/source": "LINE", f"{PROFILE}/accountId": "line-two"},
        refused(8127, reasons=("account-unknown",), facts=("F36", "F58", "D02"), evidence=Evidence.ASSUMED),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "outcome"), D02)
def test_d02_what_is_refused_and_with_which_code(contract: Contract, changes: Any, outcome: Outcome) -> None:
    body = changed(changes) if isinstance(changes, dict) else changes
    assert contract.predict(Request(body)) == outcome


@pytest.mark.parametrize(
    "date",
    [
        "2039-05-11T16:36:17",
        "2039-05-11T16:36:17Z",
        "2039-02-30T10:00:00+05:30",
        "2039-05-11T16:36:17+05:75",
        "2039-05-11",
        "",
    ],
)
def test_d02_a_date_outside_the_form_breaks_the_schema(contract: Contract, date: str) -> None:
    for member in ("tierExpiryDate", "pointsExpiryDate"):
        outcome = contract.predict(changed({f"{ENROLMENT}/{member}": date}))
        assert outcome == refused(8084, reasons=("date-time-malformed",), facts=("F38", "D02"))


def test_d02_an_empty_identifier_beside_a_good_one_is_passed_over(contract: Contract) -> None:
    assert contract.predict(changed({f"{MOBILE}/value": "", f"{PROFILE}/commChannels": []})) == accepted()


def test_d02_no_account_means_the_unnamed_one(contract: Contract, bundled: Contract) -> None:
    body = changed({f"{PROFILE}/source": "LINE"})
    warned = accepted(8054, reasons=("account-missing",), facts=("F36", "D02"))
    assert contract.predict(body) == warned
    assert contract.predict(changed({f"{PROFILE}/source": "LINE", f"{PROFILE}/accountId": ""})) == warned
    assert bundled.predict(body).possible_warnings == {8054}
    ledger = registered(contract, person(("line", "U1"), source="LINE"))
    again = person(("line", "U1"), source="LINE", accountId="")
    named = person(("line", "U1"), source="LINE", accountId="line-one")
    assert contract.predict(again, ledger).api_codes == {8006}
    assert contract.predict(named, ledger).warning_codes == {8107, 8050}


def test_d02_where_several_things_are_wrong_any_code_will_do(contract: Contract) -> None:
    body = changed({f"{PROFILE}/source": REMOVED, "/statusLabel": "x", f"{ENROLMENT}/tierExpiryDate": "x"})
    assert contract.predict(body) == refused(
        8004, 8084, 8086,
        reasons=("source-missing", "date-time-malformed", "status-label-unknown"),
        facts=("F25", "F55", "F38", "D02", "F40", "F58"),
    )  # fmt: skip


def test_without_a_profile_what_it_would_say_is_not_held_against_a_body(bundled: Contract) -> None:
    body = changed({f"{PROFILE}/source": "TMALL", "/statusLabel": "x", "/associatedWith": "nowhere"})
    assert bundled.predict(body) == Outcome(Verdict.ACCEPTED, frozenset({200}), points=(75,), evidence=Evidence.STATED)


def test_d02_broken_texts_are_refused_and_odd_ones_are_open(contract: Contract) -> None:
    for text in ('{"profiles": [', "[1,]", "", b"\xff", "<html>"):
        outcome = contract.check(text).inputs[0].outcome
        assert (outcome.verdict, outcome.statuses, outcome.api_codes) == (Verdict.REFUSED, {400}, {8084})
    for text in (b"\xef\xbb\xbf{}", "[" * 300 + "]" * 300):
        assert contract.check(text).inputs[0].outcome.verdict is not Verdict.ACCEPTED


# -- D03: before the body ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("body", [registration(), [], {"profiles": []}])
@pytest.mark.parametrize(
    ("around", "statuses", "reasons", "evidence"),
    [
        ({"headers": {"authorization": "Bearer x"}}, {401}, ("credentials-malformed",), Evidence.STATED),
        ({"headers": {"X-CAP-API-OAUTH-TOKEN": "Bearer x"}}, {401}, ("credentials-malformed",), Evidence.STATED),
        ({"headers": {"x-cap-api-oauth-token": ""}}, {401}, ("credentials-malformed",), Evidence.STATED),
        ({"headers": {"Content-Type": "text/plain"}}, {415}, ("content-type-not-json",), Evidence.ASSUMED),
        (
            {"headers": {"Content-Type": "text/plain", "Authorization": "Basic x"}},
            {401, 415},
            ("credentials-malformed", "content-type-not-json"),
            Evidence.STATED,
        ),
        ({"headers": {"Content-Type": "text/plain"}, "method": "PUT"}, {405}, ("method",), Evidence.ASSUMED),
        ({"method": "GET"}, {405}, ("method",), Evidence.ASSUMED),
    ],
)
def test_d03_what_stands_at_the_door_is_seen_before_the_body(
    contract: Contract, body: Any, around: dict[str, Any], statuses: set[int], reasons: Any, evidence: Evidence
) -> None:
    expected = Outcome(
        Verdict.REFUSED, frozenset(statuses), reasons=reasons, evidence=evidence, facts=("D03",), state_known=True
    )
    assert contract.predict(Request(body, **around)) == expected
    assert contract.predict(Request(body, **around), Ledger()) == expected


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": "Basic dGlsbC5vbmU6OGExNmE2YjcwNTA1ZWIxZjFmZjdjZGMwY2Q1NTU5YTc="},
        {"Authorization": "Basic ***"},
        {"X-CAP-API-OAUTH-TOKEN": "sample-token", "Content-Type": "application/json;charset=UTF-8"},
        {},
    ],
)
def test_d03_credentials_of_a_right_form_let_the_body_speak(contract: Contract, headers: dict[str, object]) -> None:
    assert contract.predict(Request(registration(), headers)) == accepted()


# -- D04, D05: the register -------------------------------------------------------------------------------------------

FULL = registration()


@pytest.mark.parametrize("index", range(3))
def test_d05_any_identifier_held_in_the_source_account_makes_a_duplicate(contract: Contract, index: int) -> None:
    held = FULL["profiles"][0]["identifiers"][index]
    ledger = registered(contract, person((held["type"], held["value"])))
    assert contract.predict(FULL, ledger) == refused(
        8006, reasons=("duplicate",), facts=("F10", "F56", "D05"), state_known=True
    )
    assert contract.predict(FULL, Ledger()) == accepted(state_known=True)


@pytest.mark.parametrize(
    ("held", "sent", "same"),
    [
        (("email", "sample@shop.example"), ("email", "SAMPLE@Shop.Example"), True),
        (("email", "straße@shop.example"), ("email", "STRASSE@shop.example"), True),
        (("email", "sample@shop.example"), ("email", " sample@shop.example"), False),
        (("mobile", "919800000001"), ("mobile", "+91 98000-00001"), True),
        (("mobile", "919800000001"), ("mobile", "00919800000001"), False),
        (("mobile", "abc"), ("mobile", "abc"), True),
        (("mobile", "abc"), ("mobile", "ABC"), False),
        (("externalId", "E1"), ("externalId", "e1"), False),
        (("externalId", "E1"), ("externalId", "E1 "), False),
        (("cardnumber", "73-1"), ("cardnumber", "731"), False),
        (("externalId", "1"), ("cuid", "1"), False),
    ],
)
def test_d05_how_identifiers_compare(contract: Contract, held: Any, sent: Any, same: bool) -> None:
    outcome = contract.predict(person(sent), registered(contract, person(held)))
    assert (8006 in outcome.api_codes) == same
    assert outcome.state_known


def test_d05_whatever_else_is_new_in_it(contract: Contract) -> None:
    ledger = registered(contract, person(("cuid", "c1")))
    body = person(("externalId", "E9"), ("cuid", "c1"))
    body["profiles"].insert(0, person(("externalId", "E8"), source="WEBSITE")["profiles"][0])
    assert contract.predict(body, ledger).api_codes == {8006}


def test_d04_identifiers_of_one_customer_in_other_sources_link(contract: Contract) -> None:
    ledger = registered(contract, person(("externalId", "E0")), person(("mobile", "919800000001"), ("cuid", "c1")))
    linked = Outcome(
        Verdict.ACCEPTED, frozenset({200}), warning_codes=frozenset({8107, 8050}), customer_id=2, reasons=("linked",),
        evidence=Evidence.STATED, facts=("F09", "D04", "F15", "F16"), state_known=True,
    )  # fmt: skip
    assert contract.predict(person(("mobile", "919800000001"), ("externalId", "E9"), source="WEBSITE"), ledger) == linked
    assert contract.predict(person(("cuid", "c1"), ("mobile", "919800000001"), source="WEBSITE"), ledger) == linked


def test_d04_identifiers_of_different_customers_conflict_and_the_first_listed_wins(contract: Contract) -> None:
    ledger = registered(contract, person(("externalId", "E1")), person(("cuid", "c2")))
    for body, owner in (
        (person(("externalId", "E1"), ("cuid", "c2"), source="WEBSITE"), 1),
        (person(("cuid", "c2"), ("externalId", "E1"), source="WEBSITE"), 2),
        (person(("externalId", "E9"), ("cuid", "c2"), ("externalId", "E1"), source="WEBSITE"), 2),
    ):
        assert contract.predict(body, ledger) == Outcome(
            Verdict.ACCEPTED, frozenset({200}), warning_codes=frozenset({8107, 8052}), customer_id=owner,
            reasons=("conflict",), evidence=Evidence.ASSUMED, facts=("F09", "D04", "F15", "F16"), state_known=True,
        )  # fmt: skip


def test_f11_accounts_are_scopes_of_their_own_where_a_source_has_them(contract: Contract, bundled: Contract) -> None:
    one, two = (person(("cuid", "c1"), source="MOBILE_APP", accountId=account) for account in ("app-one", "app-two"))
    assert contract.predict(two, registered(contract, one)).warning_codes == {8107, 8050}
    assert contract.predict(one, registered(contract, one)).api_codes == {8006}
    shop = person(("cuid", "c1"), accountId="shop-1")
    for judge in (contract, bundled):
        assert judge.predict(shop, registered(judge, person(("cuid", "c1")))).api_codes == {8006}


def test_d05_whether_an_over_long_address_compares_cut_is_open(contract: Contract) -> None:
    longer, other = LONG_MAIL + "x", LONG_MAIL + "y"
    ledger = registered(contract, person(("email", LONG_MAIL)))
    open_question = Outcome(Verdict.UNKNOWN, frozenset({200, 400}), open=True, state_known=True)
    assert contract.predict(person(("email", longer)), ledger) == open_question
    assert contract.predict(person(("email", LONG_MAIL)), ledger).api_codes == {8006}
    assert contract.predict(person(("email", longer)), Ledger()).accepted
    # In one body, with or without a register.
    both = person(("email", longer), ("email", other))
    assert contract.predict(both, Ledger()) == open_question
    assert contract.predict(both).verdict is Verdict.UNKNOWN
    assert contract.predict(person(("email", longer), ("externalId", "E1"))).accepted
    # In another source it is no matter of refusal, but of whose customer it is.
    assert contract.predict(person(("email", longer), source="WEBSITE"), ledger) == open_question
    # What is wrong anyway stays wrong.
    wrong = person(("email", longer), source="TMALL")
    assert contract.predict(wrong, ledger).api_codes == {3217}


def test_a_duplicate_adds_its_code_to_what_is_wrong_anyway(contract: Contract) -> None:
    body = person(("cuid", "c1"), statusLabel=5) | {"loyaltyProgramEnrollments": [{"tierExpiryDate": "x"}]}
    ledger = registered(contract, person(("cuid", "c1")))
    assert contract.predict(body, ledger) == refused(
        8084, 8006,
        reasons=("date-time-malformed", "duplicate"),
        facts=("F38", "D02", "F10", "F56", "D05"),
        state_known=True,
        open=True,  # an enrolment without a programme is undocumented
    )  # fmt: skip


@pytest.mark.parametrize("value", [["x"], {}, 5, None, True, NAN])
@pytest.mark.parametrize("member", ["type", "value"])
def test_the_register_is_asked_about_what_is_whole_only(contract: Contract, member: str, value: Any) -> None:
    body = person(("cuid", "c1"), ("externalId", "E1"))
    body["profiles"][0]["identifiers"][1][member] = value
    code = 8084
    assert contract.predict(body, Ledger()).api_codes == {code}
    assert contract.predict(body, registered(contract, person(("externalId", "E1")))).api_codes == {code}
    assert contract.predict(body, registered(contract, person(("cuid", "c1")))).api_codes == {code, 8006}


@pytest.mark.parametrize(
    "body", [[], None, {"profiles": {}}, {"profiles": [5, None, []]}, {"profiles": [{"identifiers": 5}]}, {}]
)
def test_a_body_without_form_does_not_upset_the_register(contract: Contract, body: Any) -> None:
    outcome = contract.predict(Request(body), registered(contract, registration()))
    assert outcome.refused
    assert 8006 not in outcome.api_codes


# -- D06: within one body ---------------------------------------------------------------------------------------------


def test_d06_two_profiles_of_one_source_account_are_refused(contract: Contract) -> None:
    twice = person(("cuid", "c1")) | {}
    twice["profiles"].append(person(("cuid", "c2"))["profiles"][0])
    expected = refused(8005, reasons=("source-account-repeated",), facts=("D06", "F20"), evidence=Evidence.ASSUMED)
    assert contract.predict(twice) == expected
    apart = person(("cuid", "c1"), source="MOBILE_APP", accountId="app-one")
    apart["profiles"].append(person(("cuid", "c1"), source="MOBILE_APP", accountId="app-two")["profiles"][0])
    assert contract.predict(apart).accepted
    unnamed = person(("line", "U1"), source="LINE")
    unnamed["profiles"].append(person(("line", "U2"), source="LINE", accountId="")["profiles"][0])
    assert contract.predict(unnamed).api_codes == {8005}
    shop = person(("cuid", "c1"), accountId="shop-1")
    shop["profiles"].append(person(("cuid", "c2"), accountId="shop-2")["profiles"][0])
    assert contract.predict(shop).api_codes == {8005}


def test_d06_a_repeated_identifier_is_refused_with_and_without_a_register(contract: Contract) -> None:
    body = person(("mobile", "919800000001"), ("mobile", "+91 9800000001"))
    facts = ("D06", "D05", "F10")
    without = refused(8005, reasons=("identifier-repeated",), facts=facts, evidence=Evidence.ASSUMED)
    assert contract.predict(body) == without
    asked = refused(8005, reasons=("identifier-repeated",), facts=facts, evidence=Evidence.ASSUMED, state_known=True)
    assert contract.predict(body, Ledger()) == asked
    with_empty = person(("mobile", "919800000001"), ("email", ""), ("email", ""))
    assert contract.predict(with_empty).accepted


def test_d06_profiles_of_a_body_may_belong_to_two_customers(contract: Contract) -> None:
    body = person(("cuid", "c1"), source="WEBSITE")
    body["profiles"].append(person(("cuid", "c2"), source="MOBILE_APP", accountId="app-one")["profiles"][0])
    ledger = registered(contract, person(("cuid", "c1")), person(("cuid", "c2")))
    outcome = contract.predict(body, ledger)
    assert (outcome.warning_codes, outcome.customer_id) == ({8107, 8052}, 1)
    body["profiles"].reverse()
    assert contract.predict(body, ledger).customer_id == 2


def test_d06_one_duplicate_profile_refuses_the_whole_body(contract: Contract) -> None:
    body = person(("cuid", "c1"), source="WEBSITE")
    body["profiles"].append(person(("cuid", "c1"))["profiles"][0])
    assert contract.predict(body).accepted
    assert contract.predict(body, registered(contract, person(("cuid", "c1")))).api_codes == {8006}


# -- D09: mandatory attributes ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mandatory", "changes", "codes", "certain"),
    [
        ("mobile", {MOBILE: REMOVED}, {8014}, True),
        ("mobile", {f"{MOBILE}/value": ""}, {8014}, True),
        ("email", {MAIL: REMOVED}, {8005}, True),
        ("externalId", {}, {8005}, True),
        ("lastName", {f"{PROFILE}/lastName": REMOVED}, {8005}, True),
        ("lastName", {f"{PROFILE}/lastName": "  "}, set(), False),
        ("associatedWith", {"/associatedWith": REMOVED}, {8005}, True),
        ("associatedWith", {"/associatedWith": ""}, set(), False),
        ("fields.employee", {f"{PROFILE}/fields": REMOVED}, {8005}, True),
        ("fields.employee", {f"{PROFILE}/fields": {"employee": ""}}, set(), False),
        ("extendedFields.city", {"/extendedFields/city": REMOVED}, {8005}, True),
        ("extendedFields.city", {"/extendedFields/city": None}, set(), False),
        ("mobile", {MOBILE: REMOVED, f"{PROFILE}/source": "LINE", f"{PROFILE}/accountId": "line-one"}, set(), False),
    ],
)
def test_d09_what_the_org_makes_mandatory(
    bundled: Contract, mandatory: str, changes: dict[str, Any], codes: set[int], certain: bool
) -> None:
    profile = {"registration": {"primaryIdentifier": "mobile", "mandatory": [mandatory]}, "sources": ORG["sources"]}
    contract = bundled.for_org(OrgProfile.from_mapping(profile))
    outcome = contract.predict(changed(changes))
    assert outcome.reasons == ("mandatory-missing",)
    assert outcome.api_codes == codes
    assert outcome.verdict is (Verdict.REFUSED if certain else Verdict.UNKNOWN)
    if mandatory != "externalId":
        assert contract.predict(registration()).accepted


@pytest.mark.parametrize(
    ("mandatory", "changes"),
    [
        ("lastName", {f"{PROFILE}/lastName": 5}),
        ("mobile", {f"{MOBILE}/value": 919800000001}),
        ("fields.employee", {f"{PROFILE}/fields": []}),
        ("fields.employee", {f"{PROFILE}/fields/employee": False}),
        ("associatedWith", {"/associatedWith": 5}),
        ("extendedFields.city", {"/extendedFields": "Pune"}),
        ("lastName", {PROFILE: 5}),
    ],
)
def test_d09_what_is_there_in_a_wrong_form_is_not_called_missing(
    bundled: Contract, mandatory: str, changes: dict[str, Any]
) -> None:
    profile = OrgProfile.from_mapping({"registration": {"primaryIdentifier": "mobile", "mandatory": [mandatory]}})
    assert bundled.for_org(profile).predict(changed(changes)).reasons == ("wrong-type",)


# -- D10, D11, D12: tolerated, warned of, undocumented ----------------------------------------------------------------


def test_d10_unknown_members_are_tolerated(contract: Contract) -> None:
    assert contract.predict(changed({"/favouriteColour": "red", f"{PROFILE}/lastname": "x"})) == accepted()


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({f"{MOBILE}/value": "+919800000001"}, accepted(8056, reasons=("mobile-not-digits",), facts=("F27", "D11"))),
        ({f"{MAIL}/value": "nobody"}, accepted(8055, reasons=("email-implausible",), facts=("D11", "F58"))),
        ({f"{MAIL}/value": "a@b@c.example"}, accepted(possible_warnings=frozenset({8055}))),
        ({"/associatedWith": "till.two"}, accepted(8077, reasons=("till-unknown",), facts=("F22", "F58"))),
        (
            {f"{MOBILE}/value": "+919800000001", f"{MAIL}/value": "nobody"},
            accepted(
                8055, 8056, reasons=("mobile-not-digits", "email-implausible"), facts=("F27", "D11", "F58")
            ),
        ),
        ({f"{ENROLMENT}/pointsExpiryDate": "2040-01-01T00:00:00+00:00"}, accepted(possible_warnings=frozenset({1302}))),
    ],
)  # fmt: skip
def test_d11_what_is_taken_with_a_warning(contract: Contract, changes: dict[str, Any], outcome: Outcome) -> None:
    assert contract.predict(changed(changes)) == outcome


@pytest.mark.parametrize(
    ("changes", "reason", "facts"),
    [
        ({f"{PROFILE}/firstName": "\U0001f600"}, "character-outside-bmp", ("D12",)),
        ({f"{PROFILE}/firstName": "nul\x00"}, "invisible-character", ("D12",)),
        ({f"{ENROLMENT}/loyaltyPoints": 2**64}, "number-huge", ("D12",)),
        ({f"{PROFILE}/commChannels": [{"type": "ios", "value": f"t{n}"} for n in range(101)]}, "array-long", ("D12",)),
        ({f"{PROFILE}/commChannels/0/attributes": {"a": [[[[]]] * 2]}}, None, ()),
        ({f"{MOBILE}/type": "passport"}, "identifier-type-unknown", ("F23", "F23b")),
        ({f"{ENROLMENT}/programId": 470}, "program-unknown", ("F38",)),
        ({f"{PROFILE}/source": "WEBSITE", f"{PROFILE}/accountId": "a"}, "account-unneeded", ("F36b", "F11")),
    ],
)
def test_d12_and_others_what_nobody_documents(
    contract: Contract, changes: dict[str, Any], reason: str | None, facts: tuple[str, ...]
) -> None:
    outcome = contract.predict(changed(changes))
    assert outcome == (accepted() if reason is None else unknown(reason, facts=facts))
    assert outcome.status == (200 if reason is None else None)


def test_d12_a_number_that_json_does_not_have_is_refused(contract: Contract) -> None:
    expected = refused(8084, reasons=("json-not-finite",), facts=("D02", "D12"), evidence=Evidence.ASSUMED)
    body = changed({f"{ENROLMENT}/loyaltyPoints": NAN})
    assert contract.predict(body) == expected
    text = '{"profiles": [{"source": "INSTORE", "identifiers": [{"type": "cuid", "value": "c"}]}], "referralCode": NaN}'
    assert contract.check(text).inputs[0].outcome == expected


def test_what_is_undocumented_leaves_the_code_of_a_refusal_open(contract: Contract) -> None:
    outcome = contract.predict(changed({f"{MOBILE}/type": "passport", f"{PROFILE}/source": REMOVED}))
    assert outcome == refused(8004, reasons=("source-missing",), facts=("F25", "F55"), open=True)


# -- D14, D15: the query, the names -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "changes", "outcome"),
    [
        ({"source": "INSTORE"}, {f"{PROFILE}/source": REMOVED}, accepted()),
        ({"source": "LINE", "accountId": "line-one"}, {f"{PROFILE}/source": REMOVED}, accepted()),
        (
            {"source": "LINE"},
            {f"{PROFILE}/source": REMOVED},
            accepted(8054, reasons=("account-missing",), facts=("F36", "D02")),
        ),
        (
            {"source": "LINE", "accountId": "line-two"},
            {f"{PROFILE}/source": REMOVED},
            refused(8127, reasons=("account-unknown",), facts=("F36", "F58", "D02"), evidence=Evidence.ASSUMED),
        ),
        (
            {"source": "TMALL"},
            {f"{PROFILE}/source": REMOVED},
            refused(3217, reasons=("source-not-enabled",), facts=("F25", "F55", "D02")),
        ),
        (
            {"source": "Instore"},
            {f"{PROFILE}/source": REMOVED},
            refused(3217, reasons=("query-source-unknown",), facts=("F07", "F25", "D14"), evidence=Evidence.PUBLIC),
        ),
        ({"accountId": "line-one"}, {f"{PROFILE}/source": "LINE"}, accepted()),
        ({"source": "LINE", "accountId": "line-one"}, {}, accepted()),
        ({"source": "WEBSITE", "accountId": "line-two"}, {f"{PROFILE}/source": "LINE", f"{PROFILE}/accountId": "line-one"},
         accepted()),
    ],
)  # fmt: skip
def test_d14_the_query_stands_in_and_the_profile_wins(
    contract: Contract, query: dict[str, object], changes: dict[str, Any], outcome: Outcome
) -> None:
    assert contract.predict(Request(changed(changes), query=query)) == outcome


def test_d14_the_query_s_source_is_where_a_duplicate_is_looked_for(contract: Contract) -> None:
    ledger = registered(contract, person(("cuid", "c1"), source="WEBSITE"))
    body = person(("cuid", "c1"))
    del body["profiles"][0]["source"]
    assert contract.predict(Request(body, query={"source": "WEBSITE"}), ledger).api_codes == {8006}
    assert contract.predict(Request(body, query={"source": "INSTORE"}), ledger).warning_codes == {8107, 8050}


def test_d14_a_source_that_is_no_text_is_not_stood_in_for(contract: Contract) -> None:
    body = changed({f"{PROFILE}/source": None})
    outcome = contract.predict(Request(body, query={"source": "INSTORE"}))
    assert (outcome.reasons, outcome.api_codes) == (("wrong-type",), {3217, 8084})


def test_d15_names_are_trimmed_before_they_are_cut(contract: Contract) -> None:
    name = f"{PROFILE}/firstName"
    path = ("profiles", 0, "firstName")
    assert contract.predict(changed({name: " " + "N" * 100 + "\u3000"})) == accepted()
    assert contract.predict(changed({name: " " + "N" * 101 + " "})) == accepted(cuts=(Cut(path, 100),))
    assert contract.predict(changed({f"{MAIL}/value": LONG_MAIL})).cuts == ()
    longer = contract.predict(changed({f"{MAIL}/value": LONG_MAIL + "x", f"{PROFILE}/lastName": "長" * 101}))
    assert longer.cuts == (
        Cut(("profiles", 0, "lastName"), 100), Cut(("profiles", 0, "identifiers", 1, "value"), 255)
    )  # fmt: skip


# -- what others do with it -------------------------------------------------------------------------------------------


def test_a_prediction_does_not_hang_on_what_is_reported(contract: Contract) -> None:
    body = changed({f"{PROFILE}/source": "TMALL", "/statusLabel": "x"})
    quiet = contract.with_rules(ignore=["source-not-enabled"])
    only = contract.with_rules(select=["unknown-member"])
    assert quiet.predict(body) == only.predict(body) == contract.predict(body)
    assert only.check(body).inputs[0].outcome == contract.predict(body)


def test_a_request_may_be_a_body_or_a_request(contract: Contract) -> None:
    body = registration()
    assert contract.predict(body) == contract.predict(Request(body)) == contract.predict(Request(body, {}, {}))
    nothing = contract.predict(Request())
    assert (nothing.verdict, nothing.statuses, nothing.reasons) == (Verdict.UNKNOWN, {200, 400}, ())


def exchanged(contract: Contract, body: dict[str, Any], response: dict[str, Any], ledger: Ledger) -> list[tuple[str, str]]:
    exchange = Exchange(Request(body), Response(response["body"], response["status"], response["headers"]))
    hits = contract._runner.exchange(exchange, contract.predict(body, ledger))
    return [(hit.rule.code, hit.severity.value) for hit in hits]


def test_an_answer_is_held_against_the_register(contract: Contract) -> None:
    body = changed({f"{PROFILE}/source": "WEBSITE"})
    ledger = registered(contract, registration())
    linked = graft(
        answer(), {"/body/createdId": 1, "/body/warnings/-": {"status": False, "code": 8050, "message": "found elsewhere"}}
    )
    assert exchanged(contract, body, linked, ledger) == []
    assert exchanged(contract, body, graft(linked, {"/body/createdId": 1.0}), ledger) == []
    assert exchanged(contract, body, graft(linked, {"/body/createdId": 2}), ledger) == [("customer-id-wrong", "error")]
    plain = graft(answer(), {"/body/createdId": 1})
    assert exchanged(contract, body, plain, ledger) == [("warning-missing", "warning")]
    assert exchanged(contract, body, refusal(), ledger) == [("refused-wrongly", "error")]
    again = registration()
    assert exchanged(contract, again, refusal(), ledger) == []
    assert exchanged(contract, again, linked, ledger) == [("accepted-wrongly", "error")]
    other = graft(refusal(), {"/body/errors/0/code": 8005})
    assert exchanged(contract, again, other, ledger) == [("refused-for-other-reason", "error")]
    assert exchanged(contract, again, graft(refusal(), {"/status": 200}), ledger) == [("status-unexpected", "warning")]


def test_what_was_accepted_can_be_recorded() -> None:
    contract, ledger = Contract.bundled().for_org(OrgProfile.from_mapping(ORG)), Ledger()
    body = registration()
    assert contract.predict(body, ledger).accepted
    ledger.record(contract.source_accounts(body), 5)
    again = contract.predict(body, ledger)
    assert (again.refused, again.api_codes) == (True, {8006})
