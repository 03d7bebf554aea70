"""Recorded payloads under both versions: exact counts, for all changes and for each by itself."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from contract_kit import jsontext
from contract_kit.diff import Comparison, compare
from contract_kit.diff.changes import Counts, Unread
from contract_kit.diff.documents import Subject, bundled, read
from contract_kit.diff.orgs import Profile
from contract_kit.diff.traffic import counted
from contract_kit.errors import InputError, SpecError, UsageError
from contract_kit.examples import ORG, answer, graft, registration
from contract_kit.exchange import MISSING
from contract_kit.judge.documents import Plain

from .planted import changed


def subject(data: Any) -> Subject:
    return Subject("document", "document", data, Plain(data))


def run(old: Any, new: Any, payloads: list[Any], kind: str = "request") -> Comparison:
    before, after = subject(old), subject(new)
    documents = [(Plain(one), "traffic", index) for index, one in enumerate(payloads)]
    return counted(compare(before, after), before, after, None, documents, kind)


def with_source(source: str) -> Any:
    return graft(registration(), {"/profiles/0/source": source})


SCHEMAS = "/components/schemas"


def test_each_change_has_its_own_payloads() -> None:
    old = bundled().data
    new = changed(
        old,
        [
            {"op": "remove", "path": f"{SCHEMAS}/Source/enum/7"},
            {"op": "add", "path": f"{SCHEMAS}/Source/enum/-", "value": "TIKTOK"},
            {"op": "add", "path": f"{SCHEMAS}/CustomerRegistration/properties/associatedWith/maxLength", "value": 5},
            {"op": "replace", "path": f"{SCHEMAS}/PersonName/x-soft-max-length", "value": 50},
            {"op": "replace", "path": "/info/version", "value": "9"},
        ],
    )
    payloads = [
        registration(),  # its till code is too long now
        graft(with_source("JD"), {"/associatedWith": "t.1"}),
        graft(with_source("TIKTOK"), {"/associatedWith": "t.1"}),
        graft(registration(), {"/associatedWith": "t.1"}),
        graft(with_source("JD"), {}),
        graft(registration(), {"/associatedWith": "t.1", "/profiles/0/firstName": "x" * 60}),
    ]
    comparison = run(old, new, payloads)
    assert comparison.traffic == Counts(broken=3, healed=1, otherwise=0, same=2)
    assert {one.code: one.traffic for one in comparison.changes} == {
        "request-enum-value-removed": Counts(broken=2, same=4),
        "request-enum-value-added": Counts(healed=1, same=5),
        "request-upper-limit-lowered": Counts(broken=2, same=4),
        "soft-limit-lowered": Counts(same=6),
        "version-changed": Counts(same=6),
    }


def test_answers_are_counted_as_answers() -> None:
    old = bundled().data
    new = changed(old, [{"op": "replace", "path": f"{SCHEMAS}/CustomerId/maximum", "value": 1000}])
    small = graft(answer(), {"/body/createdId": 7})
    comparison = run(old, new, [answer(), small], "response")
    assert comparison.traffic == Counts(broken=1, same=1)
    assert [one.traffic for one in comparison.changes] == [Counts(broken=1, same=1)]


def test_a_change_that_makes_no_sense_alone_is_not_counted() -> None:
    old = bundled().data
    new = deepcopy(old)
    new["paths"]["/customers"]["post"]["responses"].pop("400")
    with pytest.raises(SpecError, match="lacks the responses 200 and 400"):
        run(old, new, [registration()])


def test_org_profiles_by_themselves(tmp_path: Path) -> None:
    new = changed(
        ORG,
        [
            {"op": "remove", "path": "/sources/LINE"},
            {"op": "add", "path": "/registration/mandatory/-", "value": "associatedWith"},
        ],
    )
    profiles = []
    for label, data in (("old", ORG), ("new", new)):
        (tmp_path / label).write_text(json.dumps(data), encoding="utf-8")
        profiles.append(Profile.read(str(tmp_path / label)))
    orgs = profiles[0], profiles[1]
    line = graft(with_source("LINE"), {"/profiles/0/accountId": "line-one"})
    nobody = registration()
    del nobody["associatedWith"]
    documents = [(Plain(one), "traffic", index) for index, one in enumerate([registration(), line, nobody])]
    comparison = counted(compare(bundled(), bundled(), orgs), bundled(), bundled(), orgs, documents)
    assert comparison.traffic == Counts(broken=2, same=1)
    assert {one.code: one.traffic for one in comparison.changes} == {
        "source-removed": Counts(broken=1, same=2),
        "mandatory-attribute-added": Counts(broken=1, same=2),
    }


def test_rules_cannot_be_run_from_their_list() -> None:
    rules = read(str(Path(__file__).with_name("rules.json")))
    with pytest.raises(UsageError, match="cannot be judged by a list of rules"):
        counted(compare(rules, rules), rules, rules, None, [])


def test_no_payload_is_no_answer() -> None:
    with pytest.raises(InputError, match="no payload to judge"):
        run(bundled().data, bundled().data, [])


def test_what_cannot_be_read_is_in_no_count() -> None:
    """Neither as judged the same, nor in the counts of a change that no payload can show."""
    old = bundled().data
    new = changed(
        old,
        [
            {"op": "remove", "path": f"{SCHEMAS}/Source/enum/7"},
            {"op": "replace", "path": "/info/version", "value": "9"},
        ],
    )
    before, after = subject(old), subject(new)
    texts = [json.dumps(registration()), '{"profiles": [{"firstName"', json.dumps(with_source("JD")), "[nobody]", "{}"]
    documents = [(jsontext.parse(text.encode(), first_line=7 + index), "a", index) for index, text in enumerate(texts)]
    comparison = counted(compare(before, after), before, after, None, documents)
    assert comparison.unread == Unread(records=2, source="a", record=2, line=8)
    assert comparison.traffic == Counts(broken=1, same=2)
    assert {one.code: one.traffic for one in comparison.changes} == {
        "request-enum-value-removed": Counts(broken=1, same=2),
        "version-changed": Counts(same=3),
    }


def test_what_can_be_read_and_is_broken_is_counted() -> None:
    """A name that stands twice is a finding under both versions, and the record has a value."""
    document = jsontext.parse(json.dumps(registration()).replace("{", '{"x": 1, "x": 1, ', 1).encode())
    assert [problem.kind for problem in document.problems] == ["json-duplicate-key"]
    comparison = counted(compare(bundled(), bundled()), bundled(), bundled(), None, [(document, "a", 0)])
    assert (comparison.traffic, comparison.unread) == (Counts(same=1), None)


@pytest.mark.parametrize("kind", ["request", "response", "error", "exchange"])
def test_whatever_the_records_are_a_broken_one_is_none_of_them(kind: str) -> None:
    with pytest.raises(InputError) as caught:
        counted(compare(bundled(), bundled()), bundled(), bundled(), None, [(Plain(MISSING), "a", 0)], kind)
    assert (caught.value.message, caught.value.source, caught.value.line) == ("the only record cannot be read", "a", None)


def test_nothing_that_can_be_read_is_no_answer() -> None:
    documents = [(jsontext.parse(text, first_line=3 + index), "-", index) for index, text in enumerate([b'{"a', b"[", b"}"])]
    with pytest.raises(InputError) as caught:
        counted(compare(bundled(), bundled()), bundled(), bundled(), None, documents)
    assert str(caught.value) == (
        "<stdin>:3: none of 3 records can be read, of which this is the first. contract-kit validate says what is wrong "
        "with it; a payload is JSON or YAML, in an .ndjson file one a line"
    )
