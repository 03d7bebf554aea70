"""What the document says of single places: grades, refusals, vocabularies, personal data, dates; and that all is used."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from contract_kit import Contract
from contract_kit.dates import is_date_time
from contract_kit.judge.spec import Spec, read_sources
from contract_kit.rules.responses import ANY_CODE

SPEC = Path(__file__).resolve().parents[2] / "spec"
FOUND = read_sources(SPEC / "openapi.yaml", SPEC / "facts.yaml")
DOCUMENT: dict[str, Any] = FOUND["document"]
COMPONENTS = DOCUMENT["components"]
SCHEMAS = COMPONENTS["schemas"]
RESPONSES = DOCUMENT["paths"]["/customers"]["post"]["responses"]
FACTS = [
    "F01", "F02", "F03", "F03b", "F04", "F05", "F06", "F07", "F08", "F09", "F10", "F11", "F12", "F13", "F14",
    "F15", "F16", "F19", "F20", "F21", "F22", "F23", "F23b", "F24", "F25", "F26", "F27", "F28", "F29", "F30",
    "F31", "F32", "F33", "F33b", "F34", "F35", "F35b", "F36", "F36b", "F37", "F37b", "F38", "F39", "F40", "F41",
    "F41b", "F42", "F43", "F50", "F51", "F52", "F53", "F54", "F54b", "F55", "F56", "F57", "F58", "D01", "D02",
    "D03", "D04", "D05", "D06", "D07", "D08", "D09", "D10", "D11", "D12", "D13", "D14", "D15",
]  # fmt: skip


def references(node: Any) -> Iterator[str]:
    """Every local reference at or below a node."""
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for child in node.values():
            yield from references(child)
    elif isinstance(node, list):
        for child in node:
            yield from references(child)


@cache
def spec() -> Spec:
    return Spec(DOCUMENT, FOUND["facts"])


def test_the_facts_are_all_there_in_order() -> None:
    assert [fact["id"] for fact in FOUND["facts"]["facts"]] == FACTS


def test_every_reference_leads_somewhere_and_no_component_is_idle() -> None:
    named = set(references(DOCUMENT))
    for reference in named:
        assert spec().at(reference.removeprefix("#/").split("/")) is not None
    defined = {
        f"#/components/{kind}/{name}"
        for kind, entries in COMPONENTS.items()
        if kind != "securitySchemes"
        for name in entries
    }
    assert named == defined


PLACES = [
    ("CustomerRegistration", "properties/profiles/type", "stated", (8084,)),
    ("CustomerRegistration", "properties/profiles/allOf/0/minItems", "assumed", (8084, 8005)),
    ("Profile", "properties/identifiers/type", "stated", (8084, 8005)),
    ("Profile", "properties/identifiers/allOf/0/minItems", "assumed", (8005,)),
    ("Identifier", "properties/seriesId/type", "stated", (8084,)),
    ("Identifier", "properties/extendedFields/$ref/type", "shown", (8084,)),
    ("CommunicationChannel", "properties/subscribed/type", "shown", (8084,)),
    ("CommunicationChannel", "properties/attributes/type", "public", (8084,)),
    ("Source", "enum", "stated", (3217,)),
    ("Source", "type", "stated", (3217, 8084)),
    ("OffsetDateTime", "pattern", "stated", (8084,)),
    ("OffsetDateTimeOrEmpty", "anyOf", "shown", (8084,)),
    ("Flag", "oneOf", "shown", (8084,)),
    ("Subscription", "properties/channel/type", "public", (8084,)),
    ("RegistrationResult", "properties/warnings/type", "shown", (8084,)),
    ("RegistrationResult", "properties/sideEffects/type", "shown", (8084,)),
    ("CustomerId", "type", "stated", (8084,)),
    ("CustomerId", "maximum", "stated", (8084,)),
    ("CustomerId", "allOf/0/minimum", "assumed", (8084,)),
    ("ApiWarning", "properties/code/type", "stated", (8084,)),
    ("ApiError", "properties/code/type", "public", (8084,)),
    ("Refusal", "properties/errors/type", "public", (8084,)),
    ("Refusal", "properties/errors/allOf/0/minItems", "assumed", (8084,)),
]


def steps(schema: str, path: str) -> list[str | int]:
    """A path below a component, references followed, as the engine's errors give it."""
    found: list[str | int] = ["components", "schemas", schema]
    for step in path.split("/"):
        if step == "$ref":
            found = list(spec().at([*found, "$ref"]).removeprefix("#/").split("/"))
        else:
            found.append(int(step) if step.isdigit() else step)
    return found


@pytest.mark.parametrize(("schema", "path", "evidence", "codes"), PLACES)
def test_grades_and_refusals_of_constraints(schema: str, path: str, evidence: str, codes: tuple[int, ...]) -> None:
    place = steps(schema, path)
    spec().at(place)  # the keyword is there
    constraint = spec().constraint(place)
    assert (constraint.evidence.value, constraint.codes) == (evidence, codes)


@pytest.mark.parametrize(
    ("schema", "member", "evidence", "codes"),
    [
        ("CustomerRegistration", "profiles", "stated", (8084, 8005)),
        ("Profile", "source", "stated", (8004,)),
        ("Profile", "identifiers", "stated", (8005,)),
        ("Identifier", "type", "stated", (8084, 8005)),
        ("Identifier", "value", "stated", (8084, 8005)),
        ("RegistrationResult", "createdId", "stated", (8084,)),
        ("RegistrationResult", "warnings", "shown", (8084,)),
        ("RegistrationResult", "sideEffects", "shown", (8084,)),
        ("Refusal", "errors", "public", (8084,)),
    ],
)
def test_grades_and_refusals_of_missing_members(schema: str, member: str, evidence: str, codes: tuple[int, ...]) -> None:
    assert member in SCHEMAS[schema]["required"]
    constraint = spec().constraint(["components", "schemas", schema, "required"], member)
    assert (constraint.evidence.value, constraint.codes) == (evidence, codes)


def test_what_is_mandatory_everywhere() -> None:
    assert {name: set(schema["required"]) for name, schema in SCHEMAS.items() if "required" in schema} == {
        "CustomerRegistration": {"profiles"},
        "Profile": {"identifiers", "source"},
        "Identifier": {"type", "value"},
        "RegistrationResult": {"createdId", "warnings", "sideEffects"},
        "ApiWarning": {"status", "code", "message"},
        "ApiError": {"status", "code", "message"},
        "Refusal": {"errors"},
        "SideEffect": {"type"},
    }


def test_open_vocabularies_refuse_nothing() -> None:
    found = {
        f"{name}.{member}"
        for name, schema in SCHEMAS.items()
        for member, own in schema.get("properties", {}).items()
        if "x-known-values" in own
    }
    assert found == {
        "Identifier.type", "Identifier.statusLabel", "CommunicationChannel.type", "LoyaltyInfo.loyaltyType",
        "Subscription.channel", "Subscription.priority", "Subscription.type",
    }  # fmt: skip
    for place in found:
        name, member = place.split(".")
        assert "enum" not in SCHEMAS[name]["properties"][member]


def test_what_is_personal() -> None:
    personal = {name for name, schema in SCHEMAS.items() if schema.get("x-personal")}
    personal |= {
        f"{name}.{member}"
        for name, schema in SCHEMAS.items()
        for member, own in schema.get("properties", {}).items()
        if own.get("x-personal")
    }
    assert personal == {
        "PersonName", "CardFields", "CustomFields", "ExtendedFields", "Identifier.value", "Identifier.cardExternalId",
        "CommunicationChannel.value", "CommunicationChannel.attributes",
    }  # fmt: skip
    assert all(scheme["x-personal"] for scheme in COMPONENTS["securitySchemes"].values())


DATES = {
    "2024-05-11T16:36:17+05:30": True,
    "2024-02-29T00:00:00-11:00": True,
    "2023-02-29T00:00:00+00:00": False,
    "2024-02-30T00:00:00+00:00": False,
    "2024-05-11T16:36:17Z": False,
    "2024-05-11T16:36:17": False,
    "2024-05-11T16:36:17.5+05:30": False,
    "2024-05-11 16:36:17+05:30": False,
    "2024-05-11T16:36:17+0530": False,
    "2024-05-11T24:00:00+05:30": False,
    "2024-05-11T16:36:17+05:30\n": False,
    "": False,
}


@pytest.mark.parametrize(("text", "good"), DATES.items())
def test_dates_are_checked_for_real(text: str, good: bool) -> None:
    """Under the engine's own notion of a date and under the kit's."""
    for name, expected in (("OffsetDateTime", good), ("OffsetDateTimeOrEmpty", good or text == "")):
        root = {"$ref": f"#/components/schemas/{name}", "components": COMPONENTS}
        for formats in ({}, {"date-time": is_date_time}):
            engine = jsonschema_rs.Draft202012Validator(root, formats=formats, validate_formats=True, offline=True)
            assert engine.is_valid(text) is expected


def test_every_component_compiles_at_its_place_in_the_document() -> None:
    validators = jsonschema_rs.validator_map_for(DOCUMENT, validate_formats=True, offline=True)
    for name in SCHEMAS:
        assert f"#/components/schemas/{name}" in validators
    body = DOCUMENT["paths"]["/customers"]["post"]["requestBody"]["content"]["application/json"]
    assert body["schema"] == {"$ref": "#/components/schemas/CustomerRegistration"}
    for example in body["examples"].values():
        assert validators["#/components/schemas/CustomerRegistration"].is_valid(example["value"])


def refusals() -> Iterator[Any]:
    for status, response in RESPONSES.items():
        for name, example in response["content"].get("application/json", {}).get("examples", {}).items():
            value = spec().resolve(example)["value"]
            if "errors" in value:
                yield pytest.param(int(status), value, id=f"{status}-{name}")


def test_a_body_that_is_not_fixed_has_no_content_type() -> None:
    """Mocks and client generators stumble over a media range (401, 498; D03), and over no other form of saying so."""
    assert {status for status, response in RESPONSES.items() if not response["content"]} == {"401", "498"}


def test_every_refusal_with_an_envelope_has_an_example() -> None:
    shown = {case.values[0] for case in refusals()}
    assert shown >= {400, 403, 405, 415, 429, 500, 503}


@pytest.mark.parametrize(("status", "body"), list(refusals()))
def test_examples_of_refusals_are_clean(bundled: Contract, status: int, body: dict[str, Any]) -> None:
    assert list(bundled.check({"status": status, "body": body}, "response").findings) == []
    for error in body["errors"]:
        entry = spec().api_codes.get(error["code"])
        if entry is None:
            assert status in ANY_CODE
        else:
            assert entry.kind == "error"
            assert entry.status in (str(status), "any")
