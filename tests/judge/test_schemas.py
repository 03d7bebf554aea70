"""Another version of the document: its own constraints speak, and what is broken in it is said at once, with its place."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from contract_kit import Contract, OrgProfile, Response, SpecError
from contract_kit.examples import NOW, answer, graft, registration
from contract_kit.judge.spec import Spec
from contract_kit.rule import REMOVED

ROOT = Path(__file__).resolve().parent.parent.parent
SCHEMAS = "/components/schemas"
POINTS = f"{SCHEMAS}/LoyaltyProgramEnrollment/properties/loyaltyPoints"

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path, bundled: Contract) -> Write:
    """Writes the bundled document with changes planted."""

    def written(**changes: Any) -> Path:
        document = graft(json.loads(json.dumps(bundled.document)), changes.get("changes", {}))
        path = tmp_path / "openapi.yaml"
        path.write_text(json.dumps(document), encoding="utf-8")
        return path

    return written


@pytest.fixture
def told(write: Write, example_org: OrgProfile) -> Callable[..., list[tuple[str, str, str]]]:
    """What a changed document says of a changed registration: codes, messages, pointers."""

    def judged(changes: dict[str, Any], body: dict[str, Any] | None = None) -> list[tuple[str, str, str]]:
        contract = Contract.from_path(write(changes=changes)).at(NOW).for_org(example_org)
        report = contract.check(graft(registration(), body or {}))
        places = ["/".join(map(str, finding.pointer)) for finding in report.findings]
        return [(finding.code, finding.message, place) for finding, place in zip(report.findings, places, strict=True)]

    return judged


BROKEN: list[tuple[dict[str, Any], dict[str, Any], tuple[str, str, str]]] = [
    (
        {f"{SCHEMAS}/PersonName/maxLength": 20},
        {"/profiles/0/firstName": "N" * 21},
        ("schema-broken", "firstName: breaks the contract's schema at maxLength", "profiles/0/firstName"),
    ),
    (
        {f"{SCHEMAS}/PersonName/pattern": "^[A-Z]"},
        {"/profiles/0/lastName": "customer"},
        ("schema-broken", "lastName: breaks the contract's schema at pattern", "profiles/0/lastName"),
    ),
    (
        {f"{SCHEMAS}/PersonName/format": "email"},
        {"/profiles/0/lastName": REMOVED},
        ("schema-broken", "firstName: breaks the contract's schema at format", "profiles/0/firstName"),
    ),
    (
        {f"{SCHEMAS}/Profile/additionalProperties": False},
        {"/profiles/0/x": 1},
        ("schema-broken", "profiles: breaks the contract's schema at additionalProperties", "profiles/0"),
    ),
    (
        {f"{SCHEMAS}/Profile/not": {"required": ["lastName"]}},
        {},
        ("schema-broken", "profiles: breaks the contract's schema at not", "profiles/0"),
    ),
    (
        {f"{SCHEMAS}/Profile/properties/firstName": False},
        {},
        ("schema-broken", "firstName: breaks the contract's schema at firstName", "profiles/0/firstName"),
    ),
    (
        {POINTS: {"type": "number", "multipleOf": 10}},
        {},
        (
            "schema-broken",
            "loyaltyPoints: breaks the contract's schema at multipleOf",
            "loyaltyProgramEnrollments/0/loyaltyPoints",
        ),
    ),
    (
        {POINTS: {"type": "number", "maximum": 10}},
        {},
        ("number-out-of-range", "loyaltyPoints: above 10", "loyaltyProgramEnrollments/0/loyaltyPoints"),
    ),
    (
        {POINTS: {"type": "number", "minimum": 100}},
        {},
        ("number-out-of-range", "loyaltyPoints: below 100", "loyaltyProgramEnrollments/0/loyaltyPoints"),
    ),
    (
        {f"{SCHEMAS}/CustomerRegistration/properties/referralCode": {"enum": ["x", 1, None]}},
        {},
        ("value-not-allowed", 'referralCode: got an empty string; allowed "x", 1, null', "referralCode"),
    ),
    (
        {f"{SCHEMAS}/CustomerRegistration/properties/referralCode": {"const": "x"}},
        {"/referralCode": 5},
        ("value-not-allowed", 'referralCode: got 5; allowed "x"', "referralCode"),
    ),
    (
        {f"{SCHEMAS}/CustomerRegistration/properties/referralCode": {"anyOf": [{"type": "array"}, {"minLength": 3}]}},
        {},
        ("wrong-type", "referralCode: an empty string; another form is wanted", "referralCode"),
    ),
]


@pytest.mark.parametrize(("document", "body", "expected"), BROKEN)
def test_other_constraints_are_findings(told: Any, document: Any, body: Any, expected: tuple[str, str, str]) -> None:
    found = told(document, body)
    assert expected in found
    assert {code for code, _, _ in found} <= {expected[0], "unknown-member"}


def test_a_document_of_its_own_says_its_own_codes_facts_and_version(write: Write) -> None:
    path = write(
        changes={
            f"{SCHEMAS}/PersonName/maxLength": 3,
            f"{SCHEMAS}/PersonName/x-refusals": {"maxLength": [8010]},
            f"{SCHEMAS}/PersonName/x-facts": ["F43"],
            "/info/version": "9.9",
        }
    )
    contract = Contract.from_path(path).at(NOW)
    report = contract.check(registration())
    finding = next(iter(report.findings))
    assert (report.contract, contract.version) == ("9.9", "9.9")
    assert (finding.code, finding.api_code, finding.facts, finding.evidence) == ("schema-broken", 8010, ("F43",), "public")


def test_facts_beside_the_document_win(write: Write, tmp_path: Path, bundled: Contract) -> None:
    path = write()
    assert Contract.from_path(path).facts == bundled.facts
    (tmp_path / "facts.yaml").write_text("facts: [{id: F20, evidence: assumed, area: body, text: heard}]", encoding="utf-8")
    contract = Contract.from_path(path).at(NOW)
    assert list(contract.facts) == ["F20"]
    assert contract.facts["F20"].text == "heard"
    assert next(iter(contract.check({}).findings)).evidence == "assumed"


def test_the_project_s_own_yaml_is_the_bundled_document(bundled: Contract) -> None:
    contract = Contract.from_path(ROOT / "spec" / "openapi.yaml")
    assert contract.document == bundled.document
    assert contract.facts == bundled.facts
    assert yaml.safe_load(Contract.bundled_text()) == bundled.document


def test_yaml_that_is_written_carelessly_is_read_as_json_would_be(tmp_path: Path, bundled: Contract) -> None:
    text = yaml.safe_dump(json.loads(json.dumps(bundled.document)))
    careless = (
        text.replace("'200':", "200:")
        .replace("'400':", "400:")
        .replace("'2024-05-11T16:36:17+05:30'", "2024-05-11T16:36:17+05:30")
    )
    assert careless != text
    path = tmp_path / "openapi.yaml"
    path.write_text(careless, encoding="utf-8")
    assert Contract.from_path(path).document == bundled.document


NAME = f"{SCHEMAS}/Profile/properties/firstName"
LACKS = "the contract document lacks a part that the kit needs:"
OTHER_FORM = "the contract document lacks a part, or has it in another form:"
NOWHERE = "a reference in the contract document leads nowhere:"
NOT_HERE = "not a reference into the same document. write it like #/components/schemas/Name"
NO_SCHEMA = "a schema of the contract document cannot be used: components/schemas/PersonName"

UNUSABLE: list[tuple[dict[str, Any], str]] = [
    ({"/openapi": "3.0.3"}, "the contract is not an OpenAPI 3.1 document"),
    ({"/openapi": REMOVED}, "the contract is not an OpenAPI 3.1 document"),
    ({"": []}, "the contract is not an OpenAPI 3.1 document"),
    ({"/paths": REMOVED}, f"{LACKS} 'paths'"),
    ({"/paths/~1customers/post": REMOVED}, f"{LACKS} 'post'"),
    (
        {"/paths/~1customers/post/requestBody": REMOVED},
        f"{LACKS} 'requestBody'",
    ),
    ({"/info/version": REMOVED}, f"{LACKS} 'version'"),
    ({"/x-api-codes": REMOVED}, f"{OTHER_FORM} 'x-api-codes'"),
    (
        {"/x-api-codes": ["x"]},
        f"{OTHER_FORM} string indices must be integers, not 'str'",
    ),
    ({"/paths/~1customers/post/responses": {}}, "the contract document lacks the responses 200 and 400"),
    (
        {"/paths/~1customers/post/requestBody/content/application~1json/schema": {"type": "object"}},
        "the schema of the request body is not a reference. define it in components/schemas",
    ),
    (
        {f"{SCHEMAS}/Profile": REMOVED},
        f"{SCHEMAS}/CustomerRegistration/properties/profiles/items/$ref: {NOWHERE} 'Profile'",
    ),
    (
        {f"{SCHEMAS}/A": {"$ref": f"#{SCHEMAS}/B"}, f"{SCHEMAS}/B": {"$ref": f"#{SCHEMAS}/A"}},
        f"{SCHEMAS}/A/$ref: a reference in the contract document runs in a circle",
    ),
    (
        {NAME: {"$ref": "https://elsewhere.example/name.json"}},
        f"{NAME}/$ref: {NOT_HERE}",
    ),
    (
        {NAME: {"$ref": 5}},
        f"{NAME}/$ref: {NOT_HERE}",
    ),
    (
        {f"{SCHEMAS}/PersonName/type": "text"},
        f"{NO_SCHEMA}/type: Unexpected type",
    ),
    (
        {f"{SCHEMAS}/PersonName/pattern": "("},
        f'{NO_SCHEMA}/pattern: "(" is not a "regex"',
    ),
    (
        {f"{SCHEMAS}/PersonName/maxLength": -1},
        f"{NO_SCHEMA}/maxLength: -1 is less than the minimum of 0",
    ),
    (
        {f"{SCHEMAS}/Profile/x-facts": "F20"},
        f"{SCHEMAS}/Profile/x-facts: x-facts is not a list of ids. write it like [F20, D02]",
    ),
    (
        {f"{SCHEMAS}/Identifier/properties/type/x-known-values": REMOVED},
        "the contract document lacks the x-known-values of identifier.type",
    ),
    ({f"{SCHEMAS}/Source/enum": REMOVED}, f"{OTHER_FORM} 'enum'"),
]


@pytest.mark.parametrize(("changes", "message"), UNUSABLE)
def test_a_document_that_cannot_be_used_is_refused_before_anything_is_judged(
    write: Write, changes: dict[str, Any], message: str
) -> None:
    path = write(changes=changes)
    with pytest.raises(SpecError) as caught:
        Contract.from_path(path)
    assert str(caught.value) == f"{path}: {message}"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "{path}: the contract is not an OpenAPI 3.1 document"),
        (b"hello", "{path}: the contract is not an OpenAPI 3.1 document"),
        (b"a: [1,\n b: }", "{path}:2:5: not YAML: expected the node content, but found '}}'"),
        (b"\ta: 1", "{path}:1:1: not YAML: found character '\\t' that cannot start any token"),
        (b"\xff\xfe\x00", "{path}: not YAML: 'utf-8' codec can't decode byte 0xff in position 0: invalid start byte"),
        (b"a: &a [*a]", "{path}: contains itself, or nests too deep"),
        (
            b"a: !!python/object:os.x y",
            "{path}:1:4: not YAML: could not determine a constructor for the tag 'tag:yaml.org,2002:python/object:os.x'",
        ),
    ],
)
def test_a_text_that_is_no_document(tmp_path: Path, data: bytes, message: str) -> None:
    path = tmp_path / "openapi.yaml"
    path.write_bytes(data)
    with pytest.raises(SpecError) as caught:
        Contract.from_path(path)
    assert str(caught.value) == message.format(path=path)


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    for path, reason in ((tmp_path / "nowhere.yaml", "No such file or directory"), (tmp_path, "Is a directory")):
        with pytest.raises(SpecError) as caught:
            Contract.from_path(path)
        assert str(caught.value) == f"{path}: cannot be read: {reason}"


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ("facts: 5", "'int' object is not iterable"),
        ("x", "string indices must be integers, not 'str'"),
        ("facts: [{id: F1, evidence: heard, area: x, text: y}]", "'heard' is not a valid Evidence"),
        ("facts: [{id: F1}]", "'evidence'"),
    ],
)
def test_facts_that_cannot_be_used(write: Write, tmp_path: Path, facts: str, message: str) -> None:
    path = write()
    (tmp_path / "facts.yaml").write_text(facts, encoding="utf-8")
    with pytest.raises(SpecError) as caught:
        Contract.from_path(path)
    assert str(caught.value) == f"{path}: the list of facts (facts.yaml) has another form: {message}"


def test_the_spec_alone_takes_the_same_documents(write: Write) -> None:
    assert Spec.from_path(write()).version == Contract.bundled().version


def test_answers_are_held_to_the_document_too(write: Write) -> None:
    contract = Contract.from_path(write(changes={f"{SCHEMAS}/ApiWarning/properties/message/maxLength": 3})).at(NOW)
    report = contract.check(Response(answer()["body"], 200))
    assert [(finding.code, finding.pointer) for finding in report.findings] == [
        ("schema-broken", ("body", "warnings", 0, "message"))
    ]
