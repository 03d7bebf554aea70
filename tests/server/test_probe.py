"""What is kept, seen through the probe; and that its description is true."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from openapi_spec_validator import validate
from starlette.applications import Starlette

from contract_kit import Contract, OrgProfile
from contract_kit.examples import ORG
from contract_kit.org.extended import import_extended_fields

from .client import BASIC, Asks, Said, ask, body, look, post, profile
from .conftest import Serving

PROBE: dict[str, Any] = yaml.safe_load((Path(__file__).resolve().parents[2] / "spec" / "probe.yaml").read_text())
LONG_MAIL = "a" * 300 + "@shop.example"


def assert_described(said: Said, path: str) -> None:
    """The answer is as ``spec/probe.yaml`` describes it."""
    responses = PROBE["paths"][path]["get"]["responses"]
    answer = responses[str(said.status)]
    if "$ref" in answer:
        answer = PROBE["components"]["responses"][answer["$ref"].rpartition("/")[2]]
    schema = {**answer["content"]["application/json"]["schema"], "components": PROBE["components"]}
    assert [error.message for error in jsonschema.Draft202012Validator(schema).iter_errors(said.body)] == []


def kept(server: Starlette, customer: object = 1) -> Any:
    said = look(server, f"/v2/customers/{customer}")
    assert said.status == 200
    assert_described(said, "/customers/{id}")
    return said.body


def test_the_description_is_valid() -> None:
    validate(PROBE)


@pytest.mark.parametrize("path", ["/customers/{id}", "/extendedFields"])
def test_its_examples_are_true(path: str) -> None:
    content = PROBE["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]
    schema = {**content["schema"], "components": PROBE["components"]}
    for example in content["examples"].values():
        if "$ref" in example:
            example = PROBE["components"]["examples"][example["$ref"].rpartition("/")[2]]
        assert list(jsonschema.Draft202012Validator(schema).iter_errors(example["value"])) == []


def test_a_customer_as_kept(server: Starlette, registration: dict[str, Any]) -> None:
    customer = post(server, registration).body["createdId"]
    sent = registration["profiles"][0]
    meta = {"residence": True, "office": False, "lastViewedDate": ""}
    assert kept(server, customer) == {
        "id": customer,
        "profiles": [
            {
                "firstName": "Sample",
                "lastName": "Customer",
                "fields": sent["fields"],
                "identifiers": sent["identifiers"],
                "commChannels": [
                    {"type": "mobile", "value": "919800000001", "primary": True, "verified": True, "meta": meta},
                    {
                        "type": "email",
                        "value": "sample.customer@shop.example",
                        "primary": True,
                        "verified": False,
                        "meta": {},
                    },
                ],
                "source": "INSTORE",
                "accountId": "",
            }
        ],
        "loyaltyInfo": {"loyaltyType": "loyalty"},
        "extendedFields": {"gender": "Female", "city": "Pune"},
        "associatedWith": "till.one",
        "statusLabel": "active-1",
        "warnings": [],
    }


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ("Sample", "Sample"),
        ("  Zoë\t", "Zoë"),
        ("N" * 100, "N" * 100),
        ("N" * 101, "N" * 100),
        ("長" * 300, "長" * 100),
        ("\U0001f600" * 101, "\U0001f600" * 100),
        ("   " + "N" * 100, "N" * 100),
        ("N" * 99 + "  M", "N" * 99 + " "),
        ("   ", ""),
        ("a\0b", "a\0b"),
    ],
)
def test_names_are_trimmed_and_then_cut(server: Starlette, sent: str, stored: str) -> None:
    assert post(server, body(profile("INSTORE", ("cuid", "c-1"), firstName=sent, lastName=sent))).status == 200
    (shown,) = kept(server)["profiles"]
    assert (shown["firstName"], shown["lastName"]) == (stored, stored)


def test_addresses_are_cut_and_other_identifiers_are_not(server: Starlette) -> None:
    post(server, body(profile("INSTORE", ("email", LONG_MAIL), ("cuid", "c" * 300), ("mobile", "+91 98000-00001"))))
    shown = [item["value"] for item in kept(server)["profiles"][0]["identifiers"]]
    assert shown == [LONG_MAIL[:255], "c" * 300, "+91 98000-00001"]


def test_what_is_unknown_or_empty_is_not_kept(server: Starlette) -> None:
    post(server, body(profile("INSTORE", ("cuid", "c-1"), ("email", ""), colour="red"), associatedWith="till.two", shade=1))
    found = kept(server)
    assert found["profiles"][0]["identifiers"] == [{"type": "cuid", "value": "c-1"}]
    assert "colour" not in found["profiles"][0]
    assert {"associatedWith", "shade"} & set(found) == set()


def test_each_source_account_keeps_its_own_details(server: Starlette) -> None:
    item = ("mobile", "919800000001")
    post(server, body(profile("INSTORE", item, firstName="One"), extendedFields={"city": "Pune"}))
    post(server, body(profile("LINE", item, firstName="Two", accountId="line-one"), extendedFields={"city": "Goa"}))
    found = kept(server)
    shown = [(one["source"], one["accountId"], one["firstName"]) for one in found["profiles"]]
    assert shown == [("INSTORE", "", "One"), ("LINE", "line-one", "Two")]
    assert found["extendedFields"] == {"city": "Pune"}


def test_a_later_registration_in_the_same_source_account_adds_identifiers_only(server: Starlette) -> None:
    item, other = ("mobile", "919800000001"), ("email", "two@shop.example")
    post(server, body(profile("INSTORE", item, firstName="One")))
    post(server, body(profile("WEBSITE", item, other)))
    assert post(server, body(profile("INSTORE", other, firstName="Two"))).body["createdId"] == 1
    shop = kept(server)["profiles"][0]
    assert shop["firstName"] == "One"
    assert [entry["type"] for entry in shop["identifiers"]] == ["mobile", "email"]


@pytest.mark.parametrize("rejects", [True, False])
def test_empty_extended_fields(serving: Serving, bundled: Contract, rejects: bool) -> None:
    org = OrgProfile.from_mapping({**ORG, "rejectEmptyExtendedFields": rejects})
    server = serving(contract=bundled.for_org(org))
    post(server, body(profile("INSTORE", ("cuid", "c-1")), extendedFields={"city": "", "zip": None, "gender": "Male"}))
    wanted = {"gender": "Male"} if rejects else {"city": "", "zip": None, "gender": "Male"}
    assert kept(server)["extendedFields"] == wanted


@pytest.mark.parametrize("wanted", ["77", "0", "-1", "one", "9" * 30, "1%202", "lookup"])
def test_nobody_is_8015(server: Starlette, wanted: str) -> None:
    said = look(server, f"/v2/customers/{wanted}")
    assert (said.status, said.codes) == (400, [8015])
    assert_described(said, "/customers/{id}")


def test_nobody_comes_with_the_status_that_the_org_has_pinned(serving: Serving, bundled: Contract) -> None:
    org = OrgProfile.from_mapping({**ORG, "api": {"refusalStatus": 200}})
    said = look(serving(contract=bundled.for_org(org)), "/v2/customers/77")
    assert (said.status, said.codes) == (200, [8015])
    assert_described(said, "/customers/{id}")


@pytest.mark.parametrize("path", ["/customers/{id}", "/extendedFields"])
def test_looking_asks_for_credentials_and_counts(serving: Serving, path: str) -> None:
    server = serving(rate_limit="1/h", expired=["old"])
    address = "/v2" + path.replace("{id}", "1")
    for headers, status in (
        ({}, 401),
        ({"Authorization": "Basic no"}, 401),
        ({"X-CAP-API-OAUTH-TOKEN": "old"}, 498),
        ({"Authorization": BASIC}, 400 if "id" in path else 200),
        ({"Authorization": BASIC}, 429),
    ):
        said = ask(server, Asks(b"", headers, {}, "GET", address))
        assert said.status == status
        assert_described(said, path)


def test_the_extended_fields_of_the_org(server: Starlette) -> None:
    said = look(server, "/v2/extendedFields")
    assert_described(said, "/extendedFields")
    section, notes = import_extended_fields(said.body)
    assert section == {
        "gender": {"type": "string"},
        "city": {"type": "string"},
        "zip": {"type": "string"},
        "dob": {"type": "date"},
    }
    assert any("gender" in note and "enum" in note for note in notes)


def test_the_probe_is_shipped_as_it_is_served(server: Starlette) -> None:
    assert yaml.safe_load(look(server, "/probe.yaml").data) == PROBE
