"""The contract document: valid, grounded in facts, and its examples true."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import jsonschema_rs
import pytest
import yaml
from openapi_spec_validator import validate

from contract_kit import Contract
from contract_kit.judge.spec import read_sources
from contract_kit.ledger import EMAIL_LIMIT
from contract_kit.org.vocabulary import SOURCES
from contract_kit.rules.profiles import NAME_LIMIT

ROOT = Path(__file__).resolve().parents[2]
SPEC = ROOT / "spec"
FOUND = read_sources(SPEC / "openapi.yaml", SPEC / "facts.yaml")
DOCUMENT: dict[str, Any] = FOUND["document"]
FACTS: dict[str, Any] = {entry["id"]: entry for entry in FOUND["facts"]["facts"]}
OPERATION = DOCUMENT["paths"]["/customers"]["post"]
SCHEMAS = DOCUMENT["components"]["schemas"]

KEYWORDS = {
    "x-facts": "the facts that the constraints of a place rest on",
    "x-evidence": "the grade of a place where no single fact gives it",
    "x-refusals": "API codes by failing keyword",
    "x-soft-max-length": "a length beyond which the server cuts",
    "x-soft-limits": "the same, for one kind of identifier",
    "x-known-values": "an open vocabulary",
    "x-personal": "a value that never stands in a message",
    "x-api-codes": "the registry of API codes",
    "x-rate-limit": "default limits by region",
}
CONSTRAINTS = {
    "type", "enum", "const", "pattern", "format", "required", "minItems", "maxItems", "minimum", "maximum", "minLength",
    "maxLength", "oneOf", "anyOf", "allOf", "not", "additionalProperties", "multipleOf",
}  # fmt: skip
REQUEST_EXAMPLES = [
    "mobile-and-email", "mobile-app-with-enrolment", "line-account", "card-and-kanji-fields", "external-id-only",
    "card-and-status-label",
]  # fmt: skip
RESPONSE_EXAMPLES = [
    "no-default-status", "points-awarded", "plain", "alternate-currency", "points-hundred", "coupons",
]  # fmt: skip


def walk(node: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every object and array of the document, examples' values left out."""
    yield path, node
    if isinstance(node, dict):
        for name, child in node.items():
            if not (name == "value" and "examples" in path) and name not in ("x-soft-limits", "x-refusals"):
                yield from walk(child, (*path, str(name)))
    elif isinstance(node, list):
        for index, child in enumerate(node):
            yield from walk(child, (*path, str(index)))


def schemas(node: Any, path: tuple[str, ...], facts: bool) -> Iterator[tuple[tuple[str, ...], dict[str, Any], bool]]:
    """Every schema below one, with whether it or one above it in the same component names facts."""
    if not isinstance(node, dict):
        return
    facts = facts or "x-facts" in node
    yield path, node, facts
    for keyword in ("properties", "$defs"):
        for name, child in node.get(keyword, {}).items():
            # A member's own constraints need facts of their own; those of the object around it do not count for it.
            yield from schemas(child, (*path, keyword, name), False)
    for keyword in ("items", "additionalProperties", "not"):
        yield from schemas(node.get(keyword), (*path, keyword), facts)
    for keyword in ("oneOf", "anyOf", "allOf"):
        for index, child in enumerate(node.get(keyword, ())):
            yield from schemas(child, (*path, keyword, str(index)), facts)


def test_openapi_spec_validator_finds_it_valid() -> None:
    validate(DOCUMENT)


def test_it_is_the_document_that_is_shipped(bundled: Contract) -> None:
    assert bundled.document == DOCUMENT


def test_every_keyword_of_our_own_is_known() -> None:
    used = {name for _, node in walk(DOCUMENT) if isinstance(node, dict) for name in node if name.startswith("x-")}
    assert used == set(KEYWORDS)


def test_every_constraint_names_its_fact() -> None:
    lacking = [
        "/".join(path)
        for name, component in SCHEMAS.items()
        for path, schema, facts in schemas(component, (name,), False)
        if not facts and CONSTRAINTS & set(schema)
    ]
    assert lacking == []


def test_parameters_responses_headers_and_security_name_their_facts() -> None:
    components = DOCUMENT["components"]
    places = [*components["parameters"].items(), *components["headers"].items()]
    places += [*components["securitySchemes"].items(), *OPERATION["responses"].items(), ("operation", OPERATION)]
    assert [name for name, place in places if not place.get("x-facts")] == []


def test_every_fact_that_is_named_exists() -> None:
    named = {fact for _, node in walk(DOCUMENT) if isinstance(node, dict) for fact in node.get("x-facts", ())}
    named |= {fact for code in DOCUMENT["x-api-codes"] for fact in code["facts"]}
    named |= {fact for limit in SCHEMAS["Identifier"]["x-soft-limits"] for fact in limit["facts"]}
    assert named - set(FACTS) == set()


def test_soft_limits_are_not_hard() -> None:
    assert [path for path, node in walk(DOCUMENT) if isinstance(node, dict) and "maxLength" in node] == []
    assert SCHEMAS["PersonName"]["x-soft-max-length"] == NAME_LIMIT == 100
    assert SCHEMAS["Identifier"]["x-soft-limits"][0]["limit"] == EMAIL_LIMIT == 255


def test_unknown_members_are_tolerated_everywhere() -> None:
    closed = [path for path, node in walk(DOCUMENT) if isinstance(node, dict) and node.get("additionalProperties") is False]
    assert closed == []


def test_the_statuses_that_are_documented() -> None:
    assert sorted(OPERATION["responses"]) == ["200", "400", "401", "403", "405", "415", "429", "498", "500", "503"]
    for status, name in (("401", "WWW-Authenticate"), ("405", "Allow"), ("429", "Retry-After")):
        assert name in OPERATION["responses"][status]["headers"]


def test_the_rate_limits() -> None:
    regions = DOCUMENT["servers"][0]["x-rate-limit"]["regions"]
    assert {name: region["limit"] for name, region in regions.items()} == {"asia-1": 600, "asia-2": 100, "emea": 100}


def test_the_twelve_sources_are_the_org_profiles_too() -> None:
    assert tuple(SCHEMAS["Source"]["enum"]) == tuple(SOURCES)


def test_the_registry_of_api_codes() -> None:
    entries = DOCUMENT["x-api-codes"]
    codes = [entry["code"] for entry in entries]
    assert len(codes) == len(set(codes))
    for entry in entries:
        assert set(entry) == {"code", "kind", "meaning", "status", "cause", "facts", "evidence"}
        assert entry["kind"] in ("error", "warning")
        assert entry["meaning"]
        assert entry["cause"]
        assert entry["evidence"] in ("stated", "shown", "public", "assumed")
    documented = {3217, 8003, 8004, 8005, 8006, 8010, 8014, 8017, 8020, 8026, 8028, 8084, 8086, 8127}
    documented |= {8050, 8051, 8052, 8054, 8055, 8056, 8057, 8058, 8064, 8077, 8107, 521, 1302}
    assert documented <= set(codes)


def examples() -> Iterator[Any]:
    body = OPERATION["requestBody"]["content"]["application/json"]
    yield from (pytest.param(body["schema"], example, id=f"request-{name}") for name, example in body["examples"].items())
    for status, response in OPERATION["responses"].items():
        content = response["content"].get("application/json", {})
        for name, example in content.get("examples", {}).items():
            if "$ref" in example:
                example = DOCUMENT["components"]["examples"][example["$ref"].rpartition("/")[2]]
            yield pytest.param(content["schema"], example, id=f"{status}-{name}")


@pytest.mark.parametrize(("schema", "example"), list(examples()))
def test_every_example_is_valid_under_two_engines(schema: dict[str, Any], example: dict[str, Any]) -> None:
    root = {**schema, "components": DOCUMENT["components"]}
    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    assert list(jsonschema.Draft202012Validator(root, format_checker=checker).iter_errors(example["value"])) == []
    assert jsonschema_rs.Draft202012Validator(root, validate_formats=True, offline=True).is_valid(example["value"])


def test_the_reference_pages_examples_are_there() -> None:
    assert list(OPERATION["requestBody"]["content"]["application/json"]["examples"]) == REQUEST_EXAMPLES
    answers = OPERATION["responses"]["200"]["content"]["application/json"]["examples"]
    assert list(answers)[: len(RESPONSE_EXAMPLES)] == RESPONSE_EXAMPLES


@pytest.mark.parametrize("name", REQUEST_EXAMPLES)
def test_request_examples_are_without_error_under_the_demo_profile(demo: Contract, name: str) -> None:
    example = OPERATION["requestBody"]["content"]["application/json"]["examples"][name]["value"]
    report = demo.check(example)
    assert report.ok
    assert report.inputs[0].outcome.accepted
    assert example == json.loads((ROOT / "fixtures" / "requests" / "good" / f"documented-{name}.json").read_text())


@pytest.mark.parametrize("name", REQUEST_EXAMPLES)
def test_request_examples_as_the_page_prints_them_are_without_error(demo: Contract, name: str) -> None:
    """The page's cloaking turns each address into one and the same text; copied as it is, it is reported, as a warning."""
    example = OPERATION["requestBody"]["content"]["application/json"]["examples"][name]["value"]
    cloaked = json.loads(json.dumps(example), object_hook=_cloaked)
    report = demo.check(cloaked)
    assert report.ok
    assert any(finding.code == "placeholder-copied" for finding in report.findings) == (cloaked != example)


def _cloaked(node: dict[str, Any]) -> dict[str, Any]:
    return {
        name: "[email protected]" if isinstance(value, str) and value.endswith("@shop.example") else value
        for name, value in node.items()
    }


@pytest.mark.parametrize("name", RESPONSE_EXAMPLES)
def test_response_examples_are_clean(demo: Contract, name: str) -> None:
    example = OPERATION["responses"]["200"]["content"]["application/json"]["examples"][name]["value"]
    assert list(demo.check(example, "response").findings) == []


def test_the_hand_written_files_are_plain_yaml() -> None:
    for name in ("openapi.yaml", "facts.yaml"):
        assert yaml.safe_load((SPEC / name).read_text(encoding="utf-8"))
