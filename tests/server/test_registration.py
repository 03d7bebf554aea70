"""Registering: success, duplicates, links, refusals that leave nothing behind."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from starlette.applications import Starlette

from contract_kit import Contract, OrgProfile
from contract_kit.examples import ORG

from .client import HEADERS, Asks, Said, Witness, ask, body, post, profile
from .conftest import Serving

Fresh = Callable[[], dict[str, Any]]


def test_the_documented_examples(serving: Serving, demo: Contract) -> None:
    """All six, one after the other: the last one brings a card that the fourth has taken."""
    witness = Witness(serving(contract=demo), demo)
    examples = demo.document["paths"]["/customers"]["post"]["requestBody"]["content"]["application/json"]["examples"]
    said = [witness.send(Asks(example["value"])) for example in examples.values()]
    assert [one.status for one in said] == [200, 200, 200, 200, 200, 400]
    assert said[-1].codes == [8006]
    assert witness.findings == []


def test_a_success(server: Starlette, registration: dict[str, Any]) -> None:
    said = post(server, registration)
    assert said.status == 200
    assert said.headers["content-type"] == "application/json"
    assert set(said.body) == {"createdId", "warnings", "sideEffects"}
    assert said.body["createdId"] == 1
    assert said.warned == [8107]
    effect = {"type": "points", "entityType": "USER", "rawAwardedPoints": 75.0, "awardedPoints": 75}
    assert said.body["sideEffects"] == [effect]


@pytest.mark.parametrize(
    ("points", "awarded"),
    [([0], []), ([0.4], [0]), ([74.5], [75]), ([75.5], [76]), ([0.5], [1]), ([2**60 + 1], [2**60 + 1]), ([1, 2], [1, 2])],
)
def test_points_are_rounded_to_the_nearest(server: Starlette, points: list[float], awarded: list[int]) -> None:
    enrolments = [{"programId": 469 + number, "loyaltyPoints": amount} for number, amount in enumerate(points)]
    said = post(server, body(profile("INSTORE", ("cuid", "c-1")), loyaltyProgramEnrollments=enrolments))
    assert [effect["awardedPoints"] for effect in said.body["sideEffects"]] == awarded


@pytest.mark.parametrize(
    "header", [("WAIT_FOR_DOWNSTREAM", "false"), ("SKIP-DOWNSTREAM", "true"), ("X-CAP-DIRECT-REPLAY", "True")]
)
def test_a_caller_may_want_no_side_effects(server: Starlette, registration: dict[str, Any], header: tuple[str, str]) -> None:
    said = post(server, registration, headers={**HEADERS, header[0]: header[1]})
    assert (said.status, said.body["sideEffects"]) == (200, [])


def test_the_same_again_is_refused_by_each_of_its_identifiers(witness: Witness, registration: dict[str, Any]) -> None:
    assert witness.send(Asks(registration)).status == 200
    for number, item in enumerate(registration["profiles"][0]["identifiers"]):
        other = profile("INSTORE", ("externalId", f"E-{number}"), (item["type"], item["value"]))
        said = witness.send(Asks(body(other)))
        assert (said.status, said.codes) == (400, [8006])
    assert witness.findings == []


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        (("email", "Sam@Shop.example"), ("email", "sAM@shop.EXAMPLE"), True),
        (("mobile", "+91 98000-00001"), ("mobile", "919800000001"), True),
        (("mobile", "n/a"), ("mobile", "N/A"), False),
        (("externalId", "E-1"), ("externalId", "e-1"), False),
        (("externalId", "77"), ("cuid", "77"), False),
        (("externalId", "a\0b"), ("externalId", "a\0c"), False),
        (("externalId", "a\0b"), ("externalId", "a\0b"), True),
        (("externalId", "\U0001f600"), ("externalId", "\U0001f600"), True),
    ],
)
def test_how_identifiers_compare(witness: Witness, first: tuple[str, str], second: tuple[str, str], same: bool) -> None:
    assert witness.send(Asks(body(profile("INSTORE", first)))).status == 200
    assert witness.send(Asks(body(profile("INSTORE", second)))).status == (400 if same else 200)
    assert witness.findings == []


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        (("LINE", None), ("LINE", "line-one"), False),
        (("MOBILE_APP", "app-one"), ("MOBILE_APP", "app-two"), False),
        (("MOBILE_APP", "app-one"), ("MOBILE_APP", "app-one"), True),
        (("LINE", None), ("LINE", ""), True),
        (("INSTORE", "shop-1"), ("INSTORE", "shop-2"), True),
        (("INSTORE", None), ("WEBSITE", None), False),
    ],
)
def test_the_scope_of_uniqueness(
    witness: Witness, first: tuple[str, str | None], second: tuple[str, str | None], same: bool
) -> None:
    said: list[Said] = []
    for source, account in (first, second):
        members = {} if account is None else {"accountId": account}
        said.append(witness.send(Asks(body(profile(source, ("mobile", "919800000001"), **members)))))
    assert said[0].status == 200
    assert said[1].status == (400 if same else 200)
    if not same:
        assert said[1].body["createdId"] == said[0].body["createdId"]
        assert 8050 in said[1].warned
    assert witness.findings == []


def test_a_conflict_takes_the_owner_of_the_first_listed(witness: Witness) -> None:
    one, two = ("mobile", "919800000001"), ("email", "two@shop.example")
    ids = [witness.send(Asks(body(profile("INSTORE", item)))).body["createdId"] for item in (one, two)]
    said = witness.send(Asks(body(profile("WEBSITE", two, one))))
    assert said.body["createdId"] == ids[1]
    assert 8052 in said.warned
    assert 8050 not in said.warned
    assert witness.findings == []


def test_of_two_profiles_all_are_stored_or_none(witness: Witness) -> None:
    held, new = ("mobile", "919800000001"), ("email", "new@shop.example")
    witness.send(Asks(body(profile("WEBSITE", held))))
    assert witness.send(Asks(body(profile("INSTORE", new), profile("WEBSITE", held)))).codes == [8006]
    said = witness.send(Asks(body(profile("INSTORE", new), profile("LINE", new, accountId="line-one"))))
    assert said.status == 200
    assert witness.send(Asks(body(profile("LINE", new, accountId="line-one")))).codes == [8006]
    assert witness.findings == []


def test_a_refusal_leaves_nothing_behind(witness: Witness, registration: dict[str, Any]) -> None:
    broken = deepcopy(registration) | {"statusLabel": "Unknown"}
    assert witness.send(Asks(broken)).codes == [8086]
    assert len(witness.app.state.behaviour.store) == 0
    assert witness.send(Asks(registration)).body["createdId"] == 1
    assert witness.findings == []


def test_ids_are_not_reused_and_rise(server: Starlette, fresh: Fresh) -> None:
    ids = []
    for _ in range(5):
        registration = fresh()
        ids.append(post(server, registration).body["createdId"])
        post(server, registration)
    assert ids == sorted(set(ids))
    assert ids[0] > 0


def test_empty_identifiers_are_passed_over(witness: Witness) -> None:
    for number in (1, 2):
        said = witness.send(Asks(body(profile("INSTORE", ("mobile", f"91980000000{number}"), ("email", "")))))
        assert said.status == 200
    assert witness.findings == []


def test_the_query_stands_in_where_a_profile_is_silent(witness: Witness) -> None:
    silent = {"identifiers": [{"type": "cuid", "value": "c-1"}]}
    said = witness.send(Asks(body(silent), HEADERS, {"source": "LINE", "accountId": "line-one"}))
    assert (said.status, said.warned) == (200, [8107])
    assert witness.send(Asks(body(profile("LINE", ("cuid", "c-1"), accountId="line-one")))).codes == [8006]
    said = witness.send(Asks(body(profile("INSTORE", ("cuid", "c-1"))), HEADERS, {"source": "LINE"}))
    assert 8050 in said.warned
    assert witness.findings == []


def test_over_long_addresses_are_taken_and_compare_whole(witness: Witness) -> None:
    long = "a" * 255
    for end in ("@one.example", "@two.example"):
        assert witness.send(Asks(body(profile("INSTORE", ("email", long + end))))).status == 200
    assert witness.send(Asks(body(profile("INSTORE", ("email", long + "@ONE.example"))))).codes == [8006]
    assert witness.findings == []


def test_the_first_error_is_told_with_its_place_and_none_of_its_values(server: Starlette) -> None:
    said = post(server, body(profile("Instore", ("mobile", "919800000001"))))
    assert said.codes == [3217]
    message = said.body["errors"][0]["message"]
    assert message == "The source is invalid (source-unknown at request.body#/profiles/0/source)"
    said = post(server, body(profile("INSTORE", ("cuid", "c-1"), fields={"secret password=": True})))
    assert said.codes == [8084]
    assert "password" not in said.data.decode()


def test_a_refusal_comes_with_the_status_that_the_org_has_pinned(serving: Serving, bundled: Contract) -> None:
    org = OrgProfile.from_mapping({**ORG, "api": {"refusalStatus": 200}})
    assert post(serving(contract=bundled.for_org(org)), b"{").status == 200
    assert post(serving(contract=bundled), b"{").status == 400


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"null",
        b"[]",
        b'"text"',
        b"1e999",
        b"\xff\xfe{",
        b"\xef\xbb\xbf{}",
        b"[" * 100_000,
        b'{"profiles": ' + b"[" * 150 + b"]" * 150 + b"}",
        b'{"x": ' + b"9" * 10_000 + b"}",
        b'{"profiles": [{"source": "INSTORE", "identifiers": [{"type": "cuid", "value": "\\ud83d"}]}]}',
        json.dumps(body(*[profile("INSTORE", ("cuid", "c"))] * 2000)).encode(),
        json.dumps(body(profile("INSTORE", *[("cuid", f"c-{n}") for n in range(3000)]))).encode(),
        json.dumps(body(profile("INSTORE", ("cuid", "x" * 500_000)))).encode(),
        json.dumps(body(profile("INSTORE", ("cuid", "c")), loyaltyProgramEnrollments=[{"loyaltyPoints": 10**400}])).encode(),
        json.dumps(body(profile("INSTORE", ("cuid", "c")), loyaltyProgramEnrollments=[{"loyaltyPoints": 1e308}])).encode(),
        b" " * (1024 * 1024 + 1),
    ],
)
def test_whatever_comes_gets_a_documented_answer(
    server: Starlette, contract: Contract, capsys: pytest.CaptureFixture[str], data: bytes
) -> None:
    said = post(server, data)
    assert said.status in (200, 400)
    assert [finding.code for finding in contract.check(said.response).findings] == []
    assert capsys.readouterr().err == ""


def test_a_body_beyond_the_limit_is_refused(serving: Serving, registration: dict[str, Any]) -> None:
    data = json.dumps(registration).encode()
    assert post(serving(max_body=len(data)), data).status == 200
    said = post(serving(max_body=len(data) - 1), data)
    assert (said.status, said.codes) == (400, [8084])
    assert "body-too-large" in said.body["errors"][0]["message"]


def test_a_failure_of_the_server_itself_is_told_by_the_envelope(
    server: Starlette, contract: Contract, registration: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    server.state.behaviour.store.close()
    said = post(server, registration)
    assert (said.status, said.codes) == (500, [500])
    assert [finding.code for finding in contract.check(said.response).findings] == []
    assert "ProgrammingError" in capsys.readouterr().err
    assert ask(server, Asks(b"", HEADERS, {}, "GET", "/v2/customers/1")).status == 500
