"""The sieve says yes or nothing: what it takes is plain JSON in which no rule finds anything, and its identities are those
of the ledger. The laws are drawn a few hundred times here; CONTRACT_KIT_EXAMPLES=30000 makes a long run of them."""

from __future__ import annotations

import json
import os
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contract_kit import Contract, OrgProfile, Request, jsontext
from contract_kit.examples import org_for, registration
from contract_kit.judge import fastpath
from contract_kit.ledger import identity
from contract_kit.planting import planted
from contract_kit.rules import ALL

from .bodies import ORGS, contract_for, good_bodies, registrations, texts

pytest.importorskip("msgspec")
from contract_kit.judge import sieve as made
from contract_kit.judge.shapes import Shaper, UnfitError

LAW = settings(
    max_examples=int(os.environ.get("CONTRACT_KIT_EXAMPLES", "400")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)
TAKING = sorted(ORGS.keys() - {"closed"})  # which forbids every source and type
NAMES = st.sampled_from(TAKING)
OTHERS = [b"", b'"', b",", b"1", b"}", b"e9", b" ", b"null", b'"source":"JD",', b"\xff", b"\x01", b"\\n"]
PLANTED = [(rule, example) for rule in ALL if rule.on in fastpath.BODY_KINDS for example in rule.bad]


MADE: dict[int, list[made.Sieve]] = {}


def sieves_of(contract: Contract) -> list[made.Sieve]:
    """The sieve for texts of any order, and the one for texts that are written like the example."""
    if id(contract) not in MADE:
        MADE[id(contract)] = [sieve for like in (None, registration()) if (sieve := contract._proof.identities_of(like))]
        assert len(MADE[id(contract)]) == 2
    return MADE[id(contract)]


def sieve_of(contract: Contract) -> made.Sieve:
    return sieves_of(contract)[0]


def said(body: Any) -> list[str]:
    """The identities of a body as the sieve writes them."""
    listed = [identity(item["type"], item["value"]) for profile in body["profiles"] for item in profile["identifiers"]]
    return [f"{item.type}\0{item.value}" for item in listed]


def hold(data: bytes, contract: Contract) -> bool:
    """Hold the law for one text; whether the sieve took it."""
    found, same = (sieve(data) for sieve in sieves_of(contract))
    assert found == same or b"\\" in data
    if not same:
        return False
    document = jsontext.parse(data)
    assert document.problems == ()
    assert contract._runner.request(Request(document.value)) == []
    assert contract._proof.accepts(document.value)
    assert same == said(document.value)
    return True


@LAW
@given(registrations(), NAMES)
def test_law_what_the_sieve_takes_has_no_finding_at_all(body: Any, org: str) -> None:
    hold(json.dumps(body, ensure_ascii=False).encode("utf-8", "surrogatepass"), contract_for(org))


@LAW
@given(texts(), NAMES)
def test_law_a_text_that_the_sieve_takes_is_plain_json(data: bytes, org: str) -> None:
    hold(data, contract_for(org))


@LAW
@given(st.sampled_from(good_bodies()), NAMES, st.data())
def test_law_a_few_bytes_that_are_others_change_nothing(body: Any, org: str, data: st.DataObject) -> None:
    text = json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode()
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(text)))
        length = data.draw(st.integers(0, 3))
        other = data.draw(
            st.sampled_from([b"", b'"', b",", b"1", b"}", b"e9", b" ", b"null", b'"source":"JD",', b"\xff", b"\x01"])
        )
        text = text[:at] + other + text[at + length :]
    hold(text, contract_for(org))


@LAW
@given(st.sampled_from(PLANTED))
def test_no_bad_example_is_taken(item: Any) -> None:
    rule, example = item
    contract = Contract.bundled().for_org(OrgProfile.from_mapping(org_for(example)))
    request = planted(rule, example)
    assert isinstance(request, Request)
    data = json.dumps(request.body, ensure_ascii=False).encode("utf-8", "surrogatepass")
    sieve = contract._proof.identities_of()
    assert sieve is None or not sieve(data)


@pytest.mark.parametrize("index", range(len(good_bodies())))
def test_the_sieve_takes_what_the_fast_path_proves(index: int) -> None:
    data = json.dumps(good_bodies()[index], ensure_ascii=False).encode()
    assert contract_for("closed")._proof.identities_of() is None
    for org in TAKING:
        contract = contract_for(org)
        assert hold(data, contract) == (contract._proven(data) is not None), org


@pytest.mark.parametrize(
    "data",
    [
        b'{"profiles":[{"source":"INSTORE","source":"INSTORE","identifiers":[{"type":"cuid","value":"c"}]}]}',
        b'{"profiles":[{"source" : "INSTORE", "source":"INSTORE","identifiers":[{"type":"cuid","value":"c"}]}]}',
        b'{"profiles":[],"profiles":[{"source":"INSTORE","identifiers":[{"type":"cuid","value":"c"}]}]}',
        b'{"profiles":[{"source":"INSTORE","identifiers":[{"type":"cuid","type":"cuid","value":"c"}]}]}',
        b'{"profiles":[{"source":"INSTORE","identifiers":[{"type":"cuid","value":"c"}],"fields":{"city":"a","city":"b"}}]}',
    ],
)
def test_a_name_that_stands_twice_is_never_taken(data: bytes) -> None:
    assert [problem.kind for problem in jsontext.parse(data).problems] == ["json-duplicate-key"]
    assert not sieve_of(contract_for("empty"))(data)


def test_a_backslash_is_left_to_others(contract: Contract) -> None:
    data = json.dumps(registration()).encode().replace(b'"Sample"', b'"\\u0053ample"')
    assert b"\\" in data
    assert sieve_of(contract)(data) is None
    assert contract._proven(data) is not None


def test_what_is_remembered_is_bounded(contract: Contract, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(made, "REMEMBERED", 3)
    found = made.build(contract._runner.strict or {})
    assert found is not None
    for number in range(20):
        body = registration()
        body["profiles"][0]["firstName"] = f"Name{number}"
        assert found.sieve(json.dumps(body).encode())


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "object", "properties": {}},
        {"type": "object", "properties": {"class": {"type": "string"}}, "additionalProperties": False},
        {"type": "object", "properties": {"a": {}}, "additionalProperties": False},
        {"type": "object", "properties": {"a": {"$ref": "#/x"}}, "additionalProperties": False},
        {"type": "object", "properties": {"a": {"enum": [1.5]}}, "additionalProperties": False},
        {"type": "object", "properties": {"a": {"type": "array"}}, "additionalProperties": False},
        {"type": "object", "properties": {}, "additionalProperties": False, "required": ["a"]},
        {"type": "object", "properties": {}, "additionalProperties": False, "maxProperties": 2},
        {
            "type": "object",
            "properties": {"profiles": {"type": "array", "uniqueItems": True}},
            "additionalProperties": False,
        },
    ],
)
def test_what_has_no_form_in_types_makes_no_sieve(schema: dict[str, Any]) -> None:
    with pytest.raises(UnfitError):
        Shaper().object("body", schema)
    assert made.build(schema) is None


def test_a_text_is_implied_only_by_as_much() -> None:
    digits, long = {"type": "string", "pattern": "^[0-9]+$", "minLength": 3}, {"type": "string", "minLength": 4}
    assert made.implied(digits, {"type": "string", "minLength": 2})
    assert made.implied({"allOf": [digits]}, digits)
    assert not made.implied(digits, long)
    assert not made.implied(None, long)
    assert not made.implied({"not": {}}, {})
    assert not made.implied(digits, {"type": "string", "maxLength": 9})
