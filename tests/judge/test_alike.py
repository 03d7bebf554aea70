"""What has the same key is judged alike: in the same words, at the same places, with the same answer.

The law is drawn a few hundred times here; CONTRACT_KIT_EXAMPLES=30000 makes a long run of it.
"""

from __future__ import annotations

import json
import os
from copy import deepcopy
from random import Random
from string import ascii_letters, digits
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contract_kit import Contract, OrgProfile, Verdict
from contract_kit.bulk.explained import Acceptance, Explainer, Rejection
from contract_kit.bulk.settings import Settings
from contract_kit.bulk.tally import told_of
from contract_kit.bulk.telling import told
from contract_kit.bulk.verdict import judge, keys_of
from contract_kit.examples import NOW, registration
from contract_kit.findings import Severity
from contract_kit.judge.alike import Alike, Key

from .bodies import DATES, FITTING, IDS, MAILS, MOBILES, ORGS, TEXTS, contract_for, registrations

LAW = settings(
    max_examples=int(os.environ.get("CONTRACT_KIT_EXAMPLES", "400")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)
NAMES = st.sampled_from(sorted(ORGS))
SEEN: dict[tuple[str, bytes], Any] = {}
MADE: dict[str, Alike] = {}


def alike_for(org: str) -> Alike:
    if org not in MADE:
        groups = contract_for(org)._runner.groups
        assert groups is not None
        MADE[org] = Alike(groups, contract_for(org)._runner.context)
    return MADE[org]


def said(contract: Contract, body: Any) -> Any:
    """All that a rejection says, or what is counted of a body that is accepted."""
    result = contract.check(json.dumps(body)).inputs[0]
    worst = any(finding.severity is Severity.ERROR for finding in result.findings)
    if result.outcome.verdict is not Verdict.REFUSED and not worst:
        return told_of(result)
    # Line and column are those of one text.
    listed = [
        (f.code, f.severity, f.message, f.hint, f.pointer, f.location, f.facts, f.consequence, f.evidence, str(f.params))
        for f in result.findings
    ]
    return result.outcome.verdict, result.outcome.api_codes, result.outcome.reasons, sorted(listed)


def other(contract: Contract, alike: Alike, body: Any, number: int) -> Any:
    """The same body with other values wherever they fit: a person of another name and other numbers."""
    body = deepcopy(body)
    groups = contract._runner.groups
    assert groups is not None
    if not isinstance(body, dict):
        return body
    for profile in body.get("profiles") if isinstance(body.get("profiles"), list) else ():
        if not isinstance(profile, dict):
            continue
        for group, member in (("identifier", "identifiers"), ("channel", "commChannels")):
            listed = profile.get(member)
            for item in listed if isinstance(listed, list) else ():
                if groups.fits(group, item):
                    changed = {**item, "value": _other(item, number)}
                    item.update(changed if groups.fits(group, changed) else item)
        for name in ("firstName", "lastName"):
            if name in profile:
                before, profile[name] = profile[name], f"Other{number}"
                if not groups.fits("profile", {**profile, name: before}):
                    profile[name] = before
        _others_of(alike._free["profile"].get("fields"), profile, "fields", number)
    _others_of(alike._free["body"].get("extendedFields"), body, "extendedFields", number)
    listed = body.get("loyaltyProgramEnrollments")
    for enrollment in listed if isinstance(listed, list) else ():
        if groups.fits("enrollment", enrollment):
            enrollment["loyaltyPoints"] = number
    return body


def _others_of(fits: Any, owner: dict[str, Any], name: str, number: int) -> None:
    """Other values in an object whose values are free, where both fit by themselves."""
    values = owner.get(name)
    if fits is None or not isinstance(values, dict) or not fits(values):
        return
    for member, value in values.items():
        for new in (
            f"Other{number}",
            ("Male", "Female", "Other")[number % 3],
            ("1988/05/10", "1990/01/02", "2000/02/29")[number % 3],
        ):
            if isinstance(value, str) and value and value.casefold() != "null" and fits({**values, member: new}):
                values[member] = new
                break


def _other(item: dict[str, Any], number: int) -> str:
    """Equal values become equal ones, and different ones different."""
    value = str(item["value"]).casefold()
    if item["type"] == "mobile":
        return f"{value[:2]}{(int(value) + number * 7919) % 10**9:09d}"
    return value.replace("sample", f"other{number}").replace("e", "f").replace("fxample", "example")


def similar(value: Any, chance: Random, name: str = "") -> Any:
    """The same with other letters and digits in what is said of a person, and with other values in unknown members."""
    if isinstance(value, dict):
        return {member: similar(one, chance, member) for member, one in value.items()}
    if isinstance(value, list):
        return [similar(one, chance, name) for one in value]
    if name in KEPT or chance.random() < 0.3:
        return value
    if name in ("tierExpiryDate", "pointsExpiryDate"):
        return chance.choice([*DATES, "2039-12-31", "31/12/2039", "2039-02-30T10:00:00+05:30", "2040-02-30T10:00:00+05:30"])
    if isinstance(value, str):
        return "".join(
            chance.choice("0123456789")
            if sign in digits
            else chance.choice(ascii_letters)
            if sign in ascii_letters
            else sign
            for sign in value
        )
    return chance.choice([value, 1, 7.5, None, True]) if name not in FITTING else value


KEPT = {"type", "source", "accountId", "associatedWith", "statusLabel", "loyaltyType", "seriesCode", "primary", "verified"}


def hold(org: str, body: Any) -> None:
    key = alike_for(org).key(body)
    if key is not None:
        found = told_but(org, body, key)
        assert SEEN.setdefault((org, key.data), found) == found


def told_but(org: str, body: Any, key: Key) -> Any:
    """What is said of a body, with a sign in place of the text that may be another one."""
    found = said(contract_for(org), body)
    return repr(found).replace(json.dumps(key.shown), "\u2026") if key.shown is not None else found


@LAW
@given(registrations(), NAMES, st.integers(1, 9), st.randoms(use_true_random=False))
def test_law_what_has_the_same_key_is_judged_alike(body: Any, org: str, number: int, chance: Random) -> None:
    try:
        body = json.loads(json.dumps(body, ensure_ascii=False).encode())
        hold(org, body)
        body = other(contract_for(org), alike_for(org), body, number)
        hold(org, body)
        hold(org, similar(body, chance))
    except (UnicodeEncodeError, TypeError):
        return  # half characters, and numbers that are too long, are not read from a plain text


EXTENDED: list[Any] = [
    None, {}, {"city": "Pune"}, {"city": "Tokyo"}, {"city": ""}, {"city": " "}, {"city": None}, {"city": "null"},
    {"city": 7}, {"City": "Pune"},
    {"gender": "Male"}, {"gender": "Female"}, {"Gender": "Male"}, {"gender": "female"}, {"city": "Pune", "gender": "Male"},
    {"town": "Pune"}, {"age": 7}, {"age": "7"}, {"city": "Pune\u200b"}, {"city": "\U0001f600"}, {"zip": "411001"}, [], "",
]  # fmt: skip
FIELDS: list[Any] = [
    None, {}, {"employee": "x"}, {"employee": "y"}, {"employee": ""}, {"employee": None}, {"employee": "null"},
    {"Employee": "x"}, {"other": "x"}, {"employee": "x", "other": "y"}, {"dateofbirth": "1988"}, {"employee": "\u200b"},
]  # fmt: skip
WRONG = [
    lambda body: body.update(unknown=1),
    lambda body: body["profiles"][0].update(gender="F"),
    lambda body: body["profiles"][0].update(source="Instore"),
    lambda body: body["profiles"][0].update(gender="F", firstName="x" * 101),
    lambda body: body.pop("associatedWith", None),
]


@pytest.mark.parametrize("org", sorted(ORGS))
def test_each_wrong_value_and_others_of_its_kind(org: str) -> None:
    """Values of identifiers, channels and names, each with others that differ in letters and digits alone."""
    shared = 0
    chance = Random(org)
    places: list[tuple[str, Any]] = [
        *(("profiles/0/identifiers/0", type_) for type_ in ("mobile", "email", "cuid")),
        *(("profiles/0/commChannels/0", type_) for type_ in ("mobile", "email", "line")),
        ("profiles/0/firstName", None),
        ("profiles/0/gender", None),
        ("profiles/0/fields/other", None),
        ("extendedFields/town", None),
        ("extendedFields/city", None),
        ("profiles/0/commChannels/0/odd", None),
    ]  # fmt: skip
    for place, type_ in places:
        said_of: dict[bytes, Any] = {}
        for value in [*MOBILES, *MAILS, *IDS, *TEXTS, "7980000001", "+919800000001", "null", "NULL", "  ", "A" * 120]:
            for _ in range(4):
                body = registration()
                _set(place, value if type_ is None else {"type": type_, "value": value, "primary": True})(body)
                try:
                    json.dumps(body, ensure_ascii=False).encode()
                except UnicodeEncodeError:
                    continue
                key = alike_for(org).key(body)
                assert key is not None
                found = told_but(org, body, key)
                shared += key.data in said_of
                assert said_of.setdefault(key.data, found) == found
                value = similar(value, chance)
    assert shared > 300


MOMENTS = [one for one in DATES if one[4:5] == "-"] + [
    "2026-01-15T13:00:00+01:00",
    "2019-05-11T16:36:17+05:30",
    None,
    5,
    [True],
]


@pytest.mark.parametrize("org", ["example", "empty", "odd"])
def test_every_two_dates(org: str) -> None:
    said_of: dict[bytes, Any] = {}
    shared = 0
    for tier in MOMENTS:
        for points in MOMENTS:
            body = registration()
            body["loyaltyProgramEnrollments"][0] |= {"tierExpiryDate": tier, "pointsExpiryDate": points}
            key = alike_for(org).key(body)
            assert key is not None
            found = told_but(org, body, key)
            shared += key.data in said_of
            assert said_of.setdefault(key.data, found) == found
    assert shared > 150


@pytest.mark.parametrize("org", sorted(ORGS))
def test_objects_of_free_values(org: str) -> None:
    """Every two of these values, beside something else that is wrong: no two bodies with the same key are told apart."""
    shared = 0
    for change in WRONG:
        said_of: dict[bytes, Any] = {}
        for extended in EXTENDED:
            for fields in FIELDS:
                body = registration()
                body["extendedFields"], body["profiles"][0]["fields"] = extended, fields
                if extended is None:
                    del body["extendedFields"]
                if fields is None:
                    del body["profiles"][0]["fields"]
                change(body)
                key = alike_for(org).key(body)
                assert key is not None
                found = told_but(org, body, key)
                shared += key.data in said_of
                assert said_of.setdefault(key.data, found) == found
    assert shared > 20 or org == "closed", "where no field is known no value is free"


ENROLMENTS = [
    {"programId": 469}, {"programId": 500}, {"programId": 469, "tierNumber": 1}, {"programId": 469, "tierNumber": 9},
    {"programId": 500, "loyaltyPoints": 7}, {"programId": 469.0}, {"programId": 501}, {"tierNumber": 1}, {}, 5,
]  # fmt: skip
PROFILES = [
    {"source": source, "identifiers": [{"type": type_, "value": value} for type_, value in items], **more}
    for source in ("INSTORE", "WEBSITE", "LINE", "Instore")
    for items in ([("mobile", "919800000001")], [("mobile", "919800000002")], [("externalId", "E1"), ("email", "")])
    for more in ({}, {"accountId": "line-one"}, {"firstName": "A"}, {"firstName": " ", "fields": {"employee": "x"}})
]


@pytest.mark.parametrize("org", sorted(ORGS))
@pytest.mark.parametrize(("member", "values"), [("loyaltyProgramEnrollments", ENROLMENTS), ("profiles", PROFILES)])
def test_every_two_objects_of_an_array(org: str, member: str, values: list[Any]) -> None:
    said_of: dict[bytes, Any] = {}
    shared = 0
    for change in WRONG[:2]:
        for one in values:
            for other in values:
                body = registration()
                change(body)
                body[member] = json.loads(json.dumps([one, other]))
                key = alike_for(org).key(body)
                assert key is not None
                found = told_but(org, body, key)
                shared += key.data in said_of
                assert said_of.setdefault(key.data, found) == found
    assert shared > 30 or org == "closed"


def test_fields_that_are_mandatory_in_another_letter_case(contract: Contract) -> None:
    """Their schema does not say that they may not be blank, but the rule does."""
    profile = {
        "registration": {"mandatory": ["fields.employee", "extendedFields.CITY"]},
        "customFields": ["employee"],
        "extendedFields": {"city": {"type": "string"}},
    }
    other = contract.for_org(OrgProfile.from_mapping(profile))
    groups = other._runner.groups
    assert groups is not None
    alike = Alike(groups, other._runner.context)
    said_of: dict[Any, Any] = {}
    for fields in ({"employee": value} for value in ("x", "y", " ", "", "null")):
        for extended in ({"city": value} for value in ("Pune", "Tokyo", " ", "", "null")):
            body = registration()
            body["extendedFields"], body["profiles"][0]["fields"] = extended, fields
            found = said(other, body)
            assert said_of.setdefault(alike.key(body), found) == found
    assert 1 < len(said_of) < 25


@LAW
@given(registrations(), NAMES, st.randoms(use_true_random=False))
def test_law_what_is_remembered_is_what_would_be_found(body: Any, org: str, chance: Random) -> None:
    """Records one after the other by one explainer, as in bulk: what it says of each is what judging it says."""
    profile = ORGS[org]
    explainer = EXPLAINERS.setdefault(org, Explainer(Settings.of(OrgProfile.from_mapping(profile), now=NOW)))
    contract = contract_for(org)
    for number in range(4):
        try:
            same = other(contract, alike_for(org), body, number) if number else body
            data = json.dumps(similar(same, chance) if number > 1 else same, ensure_ascii=number == 3).encode()
        except UnicodeEncodeError:
            return  # half characters
        same_as_judged(explainer.explain(data), data, contract)


def same_as_judged(found: Rejection | Acceptance, data: bytes, contract: Contract) -> None:
    """What was explained of a record is what the judge says of it."""
    judged = judge(contract, data, proven=False)
    assert found.told == told_of(judged.result)
    if isinstance(found, Acceptance):
        assert judged.accepted
        assert judged.request is not None
        assert found.keys == keys_of(judged.request, contract.org)
    else:
        assert not judged.accepted
        assert found.said == told(judged.result, show_values=False, record=data)


EXPLAINERS: dict[str, Explainer] = {}


def test_what_is_accepted_is_explained_once_too(contract: Contract, judged: list[bytes]) -> None:
    explainer = Explainer(Settings.of(contract.org, now=NOW))
    found = set()
    for number in range(5):
        body = other(contract, alike_for("example"), registration(), number)
        body["profiles"][0]["gender"] = "F"
        said = explainer.explain(json.dumps(body).encode())
        assert isinstance(said, Acceptance)
        assert said.told.causes == (("unknown-member warning", 1, "/profiles/0/gender"),)
        found.add(said.keys)
    assert (len(judged), len(found)) == (1, 5), "one explanation, and each its own identities"


WRONG_VALUES: list[tuple[str, list[Any], int]] = [
    # the place, values of a kind, and how many of them have to be judged
    ("loyaltyProgramEnrollments/0/tierExpiryDate", ["2039-05-11", "2040-12-31", "2041-01-01"], 1),
    ("loyaltyProgramEnrollments/0/tierExpiryDate", ["2039-05-11T16:36:17", "2040-05-11T16:36:18"], 1),
    ("loyaltyProgramEnrollments/0/tierExpiryDate", ["tomorrow", "next year", "tomorrow"], 1),
    ("loyaltyProgramEnrollments/0/tierExpiryDate", ["date", "got"], 2),  # words of the message itself
    ("loyaltyProgramEnrollments/0/pointsExpiryDate", ["2040-05-11T16:36:17+05:30", "2041-06-12T10:00:00+05:30"], 1),
    ("loyaltyProgramEnrollments/0/tierExpiryDate", ["2019-05-11T16:36:17+05:30", "2018-06-12T10:00:00+00:00"], 1),
    ("profiles/0/identifiers/0/value", ["7980000001", "7980000002", "7980999999"], 1),
    ("profiles/0/identifiers/0/value", ["7980000001", "798000002"], 2),
    ("profiles/0/identifiers/0/value", ["+919800000001", "+919811112222"], 1),
    ("profiles/0/identifiers/0/value", ["91980", "9198000000010000"], 2),
    ("profiles/0/identifiers/1/value", ["sample", "x", "customer 7"], 3),
    ("profiles/0/identifiers/1/value", ["sample", "others"], 1),
    ("profiles/0/firstName", ["Sample ", "Others "], 1),
    ("profiles/0/memberSince", ["2019-01-02", "long ago", 7, None, True], 1),
    ("profiles/0/memberSince", ["2019-01-02", [], {}, 2**70], 4),
    ("extendedFields/town", ["Pune", "New Delhi", "Kyoto"], 1),
    ("extendedFields/town", ["Pune", "", None, "null"], 4),
]


@pytest.mark.parametrize(("place", "values", "count"), WRONG_VALUES)
def test_of_wrong_values_of_a_kind_one_is_judged(
    place: str, values: list[Any], count: int, contract: Contract, judged: list[bytes]
) -> None:
    explainer = Explainer(Settings.of(contract.org, now=NOW))
    for value in values:
        body = registration()
        body["profiles"][0]["commChannels"] = []
        _set(place, value)(body)
        data = json.dumps(body).encode()
        same_as_judged(explainer.explain(data), data, contract)
    assert len(judged) == count


def _set(place: str, value: Any) -> Any:
    *above, last = place.split("/")

    def change(body: Any) -> None:
        for step in above:
            body = body[int(step)] if isinstance(body, list) else body[step]
        body[int(last) if isinstance(body, list) else last] = value

    return change


CHANGES = [
    _set("profiles/0/source", "Instore"),
    _set("profiles/0/identifiers/0/value", "91980"),
    _set("profiles/0/commChannels/0/value", "919800000077"),
    lambda body: body["profiles"][0]["identifiers"].append(dict(body["profiles"][0]["identifiers"][0])),
    _set("loyaltyProgramEnrollments/0/tierExpiryDate", "2039-05-11"),
    _set("profiles/0/identifiers", []),
    _set("extendedFields/city", 7),
]


@pytest.mark.parametrize("change", CHANGES)
def test_two_people_with_the_same_fault_are_alike(change: Any, contract: Contract) -> None:
    groups = contract._runner.groups
    assert groups is not None
    alike = Alike(groups, contract._runner.context)
    keys, words = set(), set()
    for number in range(3):
        body = registration()
        profile = body["profiles"][0]
        profile["firstName"] = f"Name{number}"
        for item in (*profile["identifiers"], *profile["commChannels"]):
            item["value"] = item["value"].replace("9800000001", f"980000000{number}").replace("sample", f"sample{number}")
        body["loyaltyProgramEnrollments"][0]["loyaltyPoints"] = number
        change(body)
        keys.add(alike.key(body))
        words.add(str(said(contract, body)))
    assert len(words) == 1
    assert len(keys) == 1
    assert None not in keys


def test_what_no_key_can_hold_has_none(contract: Contract) -> None:
    groups = contract._runner.groups
    assert groups is not None
    alike = Alike(groups, contract._runner.context)
    for body in (None, [], 1, {}, {"profiles": {}}, {"body": {}}, {"profiles": [], "loyaltyProgramEnrollments": 1}):
        assert alike.key(body) is None
    for profiles in ([1], [{}], [{"identifiers": 1}], [{"identifiers": [1], "commChannels": [1]}]):
        assert alike.key({"profiles": profiles, "loyaltyProgramEnrollments": [1]}) is not None
