"""The profile as a value: what becomes of each section, what stays unknown, and that it travels."""

from __future__ import annotations

import copy
import dataclasses
import pickle
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_kit.errors import ContractKitError, OrgProfileError
from contract_kit.org import SECTIONS, ExtendedField, ExternalIdRules, MobileRules, OrgProfile
from contract_kit.org.vocabulary import MANDATORY, SOURCES

DEMO = Path(__file__).resolve().parent.parent.parent / "fixtures" / "org" / "demo-org.yaml"


@pytest.fixture(scope="module")
def demo() -> OrgProfile:
    return OrgProfile.from_path(DEMO)


def test_the_demo_profile_exactly(demo: OrgProfile) -> None:
    text = ExtendedField("string")
    expected = {
        "name": "demo-brand",
        "region": "emea",
        "refusal_status": 400,
        "sources": {"INSTORE": (), "WEBSITE": (), "MOBILE_APP": ("testmobilepush1",), "LINE": ("2001914141242",)},
        "primary_identifier": "mobile",
        "mandatory": (),
        "mobile": MobileRules(("91", "81"), 7, 15, False),
        "external_id": ExternalIdRules("", 1, 64),
        "identifier_types": frozenset({"mobile", "email", "externalId", "cardnumber", "cuid", "unionId", "line", "wechat"}),
        "tills": frozenset({"bukl.till"}),
        "card_series": {73: frozenset({"ACTIVE", "INACTIVE", "EXPIRED"})},
        "programs": {469: 3},
        "status_labels": frozenset({"active-1", "suspended-1"}),
        "has_default_status": False,
        "custom_fields": frozenset(
            {
                *("employee", "dateofbirth", "gender", "city", "kanjifirstname", "kanjilastname"),
                *("email2", "mobile2", "fax", "customer_address"),
            }
        ),
        "extended_fields": {
            "gender": ExtendedField("string", ("Male", "Female", "Other")),
            "city": text,
            "state": text,
            "area": text,
            "zip": text,
            "dob": ExtendedField("date", None, "YYYY/MM/DD"),
            "acquisition_channel": text,
            "preferred_language": text,
            "country_of_residence": text,
        },
        "reject_empty_extended_fields": False,
        "sections": frozenset(SECTIONS),
    }
    found = {item.name: getattr(demo, item.name) for item in dataclasses.fields(demo) if item.name != "raw"}
    assert found == expected


def test_nothing_is_known_of_an_empty_profile() -> None:
    unknown = OrgProfile()
    assert unknown.sections == frozenset()
    assert {
        getattr(unknown, item.name) for item in dataclasses.fields(unknown) if item.name not in {"raw", "mandatory"}
    } == {
        None,
        frozenset(),
    }
    assert unknown.mandatory == ()
    assert OrgProfile.from_text("") == unknown
    assert OrgProfile.from_text("# nothing yet\n") == unknown
    assert OrgProfile.from_mapping({}) == unknown
    assert OrgProfile.from_mapping({"registration": {}, "api": {}, "cards": {}, "customerStatus": {}}) != unknown
    assert OrgProfile.from_mapping({"registration": {}, "api": {}}).sections == frozenset()


@pytest.mark.parametrize(
    ("text", "sections"),
    [
        ("sources: {}", {"sources"}),
        ("programs: {}", {"programs"}),
        ("extendedFields: {}", {"extendedFields"}),
        ("cards: {series: {}}", {"cards.series"}),
        ("tills: []", {"tills"}),
        ("registration: {mandatory: []}", {"registration.mandatory"}),
        ("registration: {mobile: {}, externalId: {}}", set()),
        ("registration: {mobile: {minDigits: 7}}", {"registration.mobile", "registration.mobile.minDigits"}),
        ("customerStatus: {default: null}", {"customerStatus.default"}),
        ("rejectEmptyExtendedFields: false", {"rejectEmptyExtendedFields"}),
    ],
)
def test_empty_is_known_and_absent_is_not(text: str, sections: set[str]) -> None:
    assert OrgProfile.from_text(text).sections == sections


@pytest.mark.parametrize(
    ("status", "expected"),
    [("200", 200), ("400", 400), ("any", None), ('"any"', None)],
)
def test_refusal_status(status: str, expected: int | None) -> None:
    assert OrgProfile.from_text(f"api: {{refusalStatus: {status}}}").refusal_status == expected


@pytest.mark.parametrize(
    ("section", "expected"),
    [("{}", None), ("{labels: [a]}", None), ("{default: null}", False), ("{labels: [a], default: a}", True)],
)
def test_default_status(section: str, expected: bool | None) -> None:
    assert OrgProfile.from_text(f"customerStatus: {section}").has_default_status is expected


def test_entries_without_values_and_partial_rules() -> None:
    profile = OrgProfile.from_text(
        """
        sources: {INSTORE: , LINE: {accounts: [b, a]}}
        programs: {469: , "0470": {tiers: 2}}
        extendedFields: {city: , gender: {enum: [F, M]}, dob: {type: date}}
        registration: {mobile: {maxDigits: 12}, externalId: {prefix: EX}}
        """
    )
    assert profile.sources == {"INSTORE": (), "LINE": ("b", "a")}
    assert profile.programs == {469: None, 470: 2}
    assert profile.extended_fields == {
        "city": ExtendedField(),
        "gender": ExtendedField(None, ("F", "M")),
        "dob": ExtendedField("date"),
    }
    assert profile.mobile == MobileRules((), None, 12, False)
    assert profile.external_id == ExternalIdRules("EX", None, None)
    assert profile.to_mapping()["sources"] == {"INSTORE": {}, "LINE": {"accounts": ["b", "a"]}}
    assert profile.to_mapping()["programs"] == {"469": {}, "470": {"tiers": 2}}


def test_ids_as_numbers_and_as_digits_are_the_same() -> None:
    numbers = OrgProfile.from_mapping({"cards": {"series": {73: ["A"]}}, "programs": {469: {"tiers": 3}}})
    digits = OrgProfile.from_mapping({"cards": {"series": {"73": ["A"]}}, "programs": {"469": {"tiers": 3.0}}})
    assert numbers == digits
    assert numbers.card_series == {73: frozenset({"A"})}
    assert numbers.programs == {469: 3}


def test_mapping_out_is_a_copy(demo: OrgProfile) -> None:
    changed = demo.to_mapping()
    changed["sources"]["INSTORE"]["accounts"] = ["x"]
    changed.clear()
    assert OrgProfile.from_mapping(demo.to_mapping()) == demo


def test_mapping_in_is_copied() -> None:
    data: dict[str, Any] = {"sources": {"INSTORE": {}}, "tills": ["one"]}
    profile = OrgProfile.from_mapping(data)
    before = copy.deepcopy(profile)
    data["tills"].append("two")
    data["sources"]["LINE"] = {}
    assert profile == before
    assert profile.to_mapping() == {"sources": {"INSTORE": {}}, "tills": ["one"]}


def test_a_profile_is_hashable_and_frozen(demo: OrgProfile) -> None:
    assert len({demo, OrgProfile.from_path(DEMO), OrgProfile()}) == 2
    with pytest.raises(dataclasses.FrozenInstanceError):
        demo.name = "other"  # type: ignore[misc]


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_pickling(demo: OrgProfile, protocol: int) -> None:
    back = pickle.loads(pickle.dumps(demo, protocol))
    assert back == demo
    assert hash(back) == hash(demo)
    assert back.to_mapping() == demo.to_mapping()


def test_a_profile_reaches_another_process(demo: OrgProfile) -> None:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        assert pool.submit(OrgProfile.to_mapping, demo).result() == demo.to_mapping()


def test_an_error_pickles_with_its_problems() -> None:
    with pytest.raises(OrgProfileError) as caught:
        OrgProfile.from_text("tils: []\nregion: EMEA\n", "shop.yaml")
    back = pickle.loads(pickle.dumps(caught.value))
    assert back.problems == caught.value.problems
    assert str(back) == str(caught.value)


def test_an_error_says_everything_one_problem_a_line() -> None:
    with pytest.raises(OrgProfileError) as caught:
        OrgProfile.from_text("tils: []\nregion: EMEA\norg:\n  - x\n", "shop.yaml")
    assert str(caught.value).splitlines() == [
        'shop.yaml:1:1: /tils: unknown key "tils". Did you mean tills?',
        'shop.yaml:2:9: /region: must be one of asia-1, asia-2, emea, not "EMEA". Did you mean emea?',
        "shop.yaml:4:3: /org: must be text, not a list",
    ]
    assert (caught.value.source, caught.value.line, caught.value.column) == ("shop.yaml", 1, 1)
    assert caught.value.exit_code == 2
    assert isinstance(caught.value, ContractKitError)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "absent.yaml"
    with pytest.raises(OrgProfileError) as caught:
        OrgProfile.from_path(path)
    hint = "contract-kit org init writes one to start from"
    assert str(caught.value) == f"{path}: cannot be read: No such file or directory. {hint}"
    with pytest.raises(OrgProfileError) as caught:
        OrgProfile.from_path(tmp_path)
    assert str(caught.value) == f"{tmp_path}: cannot be read: Is a directory"


def test_a_profile_is_imported_without_what_only_reading_needs() -> None:
    code = "import sys, contract_kit.org; print(sorted({'yaml', 'jsonschema_rs', 'difflib', 'inspect'} & set(sys.modules)))"
    heavy = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert heavy.strip() in {"[]", "['inspect']"}  # dataclasses bring inspect along


_NAMES = st.text(min_size=1, max_size=8).filter(lambda text: text.isprintable() and text.strip() == text)
_LISTS = st.lists(_NAMES, unique=True, max_size=3)
_IDS = st.integers(0, 10**17).map(str)
_PROFILES = st.fixed_dictionaries(
    {},
    optional={
        "org": _NAMES,
        "region": st.sampled_from(["asia-1", "asia-2", "emea"]),
        "api": st.fixed_dictionaries({}, optional={"refusalStatus": st.sampled_from([200, 400, "any"])}),
        "sources": st.dictionaries(
            st.sampled_from(SOURCES), st.fixed_dictionaries({}, optional={"accounts": _LISTS}), max_size=4
        ),
        "registration": st.fixed_dictionaries(
            {},
            optional={
                "mandatory": st.lists(st.sampled_from(MANDATORY), unique=True),
                "mobile": st.fixed_dictionaries({}, optional={"minDigits": st.integers(0, 9), "maxDigits": st.just(9)}),
                "externalId": st.fixed_dictionaries({}, optional={"prefix": st.text("AB", max_size=3)}),
            },
        ),
        "tills": _LISTS,
        "cards": st.fixed_dictionaries({}, optional={"series": st.dictionaries(_IDS, _LISTS, max_size=3)}),
        "programs": st.dictionaries(_IDS, st.fixed_dictionaries({}, optional={"tiers": st.integers(1, 9)}), max_size=3),
        "customFields": _LISTS,
        "rejectEmptyExtendedFields": st.booleans(),
    },
)


@given(_PROFILES)
def test_what_goes_in_comes_out(data: dict[str, Any]) -> None:
    profile = OrgProfile.from_mapping(data)
    assert profile.to_mapping() == data
    assert OrgProfile.from_mapping(profile.to_mapping()) == profile
    assert pickle.loads(pickle.dumps(profile)) == profile
    assert profile.sections <= frozenset(SECTIONS)
