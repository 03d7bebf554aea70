"""The org's extended fields, taken over from the API's answer in both of its published shapes."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import event, given
from hypothesis import strategies as st

from contract_kit.errors import InputError
from contract_kit.org import ExtendedField, OrgProfile
from contract_kit.org.extended import TYPES, import_extended_fields, to_yaml
from contract_kit.org.vocabulary import FIELD_TYPES

LISTS = "the allowed values are not in the answer; where you know them, add enum: [...]"
DATES = 'any documented form of a date passes; where the org has one, add format, e.g. "YYYY/MM/DD"'


def entry(number: int, name: str, kind: str) -> dict[str, Any]:
    """An entry of the shape with lower-case scopes."""
    stamps = {"createdBy": -1, "createdOn": "2020-01-01", "modifiedBy": -1, "modifiedOn": "2020-01-01"}
    return {"id": number, "name": name, **stamps, "label": name.title(), "dataType": kind, "parentId": -1}


def upper(name: str, kind: str, scope: str = "CUSTOMER") -> dict[str, Any]:
    """An entry of the shape with upper-case scopes."""
    stamps = {"createdBy": -1, "createdOn": "2020-01-01", "modifiedBy": -1, "modifiedOn": "2020-01-01"}
    return {"name": name, **stamps, "label": name.title(), "entityType": scope, "dataType": kind}


LOWER_CASE = {
    "entity": {
        "customer": [
            entry(1, "gender", "STANDARD_ENUM"),
            entry(2, "city", "STRING"),
            entry(3, "dob", "DATETIME"),
            entry(4, "nationality", "COUNTRY"),
            entry(5, "preferred_store", "ORG_ENTITY"),
            entry(6, "preferred_cashier", "ASSOCIATE_USER"),
        ],
        "lineitem": [entry(7, "size", "STRING")],
        "transaction": [entry(8, "channel", "CUSTOM_ENUM")],
    },
    "warnings": [],
    "errors": [],
    "success": True,
}

UPPER_CASE = {
    "entity": {
        "CUSTOMER": [
            upper("Age", "INTEGER"),
            upper("Region", "CUSTOM_ENUM"),
            upper("spend", "DOUBLE"),
            upper("nick", "STANDARD_STRING"),
        ],
        "REGULAR_LINEITEM": [upper("uuid", "STRING", "REGULAR_LINEITEM")],
    },
    "warnings": [],
    "errors": [],
    "success": True,
}


def test_scopes_in_lower_case() -> None:
    section, notes = import_extended_fields(LOWER_CASE)
    assert section == {
        "gender": {"type": "string"},
        "city": {"type": "string"},
        "dob": {"type": "date"},
        "nationality": {"type": "string"},
        "preferred_store": {},
        "preferred_cashier": {},
    }
    unknown = "what values of type {} look like is not documented, so they are not checked: {}"
    assert notes == [
        f'{LISTS}: "gender", "nationality"',
        f'{DATES}: "dob"',
        unknown.format("ORG_ENTITY", '"preferred_store"'),
        unknown.format("ASSOCIATE_USER", '"preferred_cashier"'),
    ]


def test_scopes_in_upper_case() -> None:
    section, notes = import_extended_fields(UPPER_CASE)
    assert section == {
        "Age": {"type": "integer"},
        "Region": {"type": "string"},
        "spend": {"type": "number"},
        "nick": {"type": "string"},
    }
    assert notes == [f'{LISTS}: "Region"']


def test_what_cannot_be_taken_over() -> None:
    entries = [
        "city",
        {"dataType": "STRING"},
        {"name": " ", "dataType": "STRING"},
        {"name": "\ud800", "dataType": "STRING"},
        {"name": "city", "dataType": "STRING"},
        {"name": "City", "dataType": "INTEGER"},
        {"name": "row", "dataType": "STRING", "entityType": "REGULAR_LINEITEM"},
        {"name": "card", "dataType": "STRING", "baseEntityType": "card"},
        {"name": "own", "dataType": "STRING", "baseEntityType": "customer"},
        {"name": "odd", "dataType": "GEO\nPOINT"},
        {"name": "bare"},
        {"name": "lower", "dataType": "string"},
    ]
    section, notes = import_extended_fields({"entity": {"customer": entries}})
    assert section == {
        "city": {"type": "string"},
        "own": {"type": "string"},
        "odd": {},
        "bare": {},
        "lower": {"type": "string"},
    }
    assert notes == [
        "left out, for they have no usable name: entries: 1, 2, 3, 4",
        'listed more than once (letter case does not count), the first was taken: "City"',
        'left out, for their entityType is not the customer: "row", "card"',
        'the kit does not know the data type "GEO\\nPOINT", so the values are not checked: "odd"',
        'the answer gives no data type, so their values are not checked: "bare"',
    ]


def test_an_org_without_customer_fields() -> None:
    section, notes = import_extended_fields({"entity": {"customer": [], "lineitem": []}, "errors": []})
    assert section == {}
    assert notes == ["no customer field is in the answer: with this section every extended field is unknown to the org"]
    assert OrgProfile.from_text(to_yaml(section, notes)).extended_fields == {}


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (None, "not an answer of GET /v2/extendedFields: a JSON object is wanted"),
        ([], "not an answer of GET /v2/extendedFields: a JSON object is wanted"),
        ("", "not an answer of GET /v2/extendedFields: a JSON object is wanted"),
        ({}, 'not an answer of GET /v2/extendedFields: it has no fields under "entity"'),
        ({"entity": {}}, 'not an answer of GET /v2/extendedFields: it has no fields under "entity"'),
        ({"entity": []}, 'not an answer of GET /v2/extendedFields: it has no fields under "entity"'),
        ({"createdId": 5, "warnings": []}, 'not an answer of GET /v2/extendedFields: it has no fields under "entity"'),
        ({"entity": {"customer": {}}}, '"entity" has something else than a list under "customer"'),
        ({"entity": {"lineitem": [], "transaction": []}}, '"entity" has no customer fields, only "lineitem", "transaction"'),
        (
            {"errors": [{"status": False, "code": 4000, "message": "secret"}], "entity": {"customer": []}},
            "the answer is a refusal (code 4000), not a list of extended fields",
        ),
        ({"errors": ["no"]}, "the answer is a refusal, not a list of extended fields"),
    ],
)
def test_answers_of_another_kind(answer: object, message: str) -> None:
    with pytest.raises(InputError) as caught:
        import_extended_fields(answer)
    assert caught.value.message == message
    assert caught.value.hint
    assert caught.value.exit_code == 2


def test_every_type_is_one_of_the_profile() -> None:
    assert set(TYPES.values()) <= set(FIELD_TYPES)


def test_as_yaml() -> None:
    section, notes = import_extended_fields(LOWER_CASE)
    assert to_yaml(section, notes) == (
        f'# {LISTS}: "gender", "nationality"\n'
        f'# {DATES}: "dob"\n'
        '# what values of type ORG_ENTITY look like is not documented, so they are not checked: "preferred_store"\n'
        '# what values of type ASSOCIATE_USER look like is not documented, so they are not checked: "preferred_cashier"\n'
        "extendedFields:\n"
        "  gender: {type: string}\n"
        "  city: {type: string}\n"
        "  dob: {type: date}\n"
        "  nationality: {type: string}\n"
        "  preferred_store: {}\n"
        "  preferred_cashier: {}\n"
    )
    assert OrgProfile.from_text(to_yaml(section, notes)).extended_fields == {
        name: ExtendedField(**members) for name, members in section.items()
    }


def test_as_yaml_with_all_members() -> None:
    section = {"no": {"type": "string", "enum": ["Yes", "No", "a: b"]}, "dob": {"type": "date", "format": "YYYY/MM/DD"}}
    assert to_yaml(section) == (
        'extendedFields:\n  "no": {type: string, enum: ["Yes", "No", "a: b"]}\n  dob: {type: date, format: "YYYY/MM/DD"}\n'
    )


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=12), max_size=5), st.sampled_from(sorted(TYPES)))
def test_any_name_comes_back_as_it_was(names: list[str], kind: str) -> None:
    answer = {"entity": {"CUSTOMER": [upper(name, kind) for name in names]}}
    section, notes = import_extended_fields(answer)
    text = to_yaml(section, notes)
    assert yaml.safe_load(text) == {"extendedFields": section}
    profile = OrgProfile.from_text(text)
    assert profile.extended_fields == {name: ExtendedField(**members) for name, members in section.items()}
    assert {name.casefold() for name in section} == {name.casefold() for name in names if name.strip()}


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=4),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["entity", "errors", "customer", "CUSTOMER", "name", "dataType"]), inner, max_size=4
            )
        ),
        max_leaves=15,
    )
)
def test_any_answer_is_taken_over_or_refused(answer: object) -> None:
    try:
        section, notes = import_extended_fields(answer)
    except InputError as error:
        event(error.message)
    else:
        event("taken over")
        assert OrgProfile.from_text(to_yaml(section, notes)).sections == {"extendedFields"}
