"""What is asked of a request before its body is looked at, and in which order (D03)."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from typing import Any

import pytest
from starlette.applications import Starlette

from contract_kit import Contract, UsageError
from contract_kit.server import app

from .client import BASIC, HEADERS, Asks, Said, ask, look, post
from .conftest import Serving

TOKEN = "X-CAP-API-OAUTH-TOKEN"
NOT_JSON = b"{"
JSON_TYPE = {"Content-Type": "application/json"}


def basic(pair: str) -> dict[str, str]:
    return {**JSON_TYPE, "Authorization": f"Basic {b64encode(pair.encode()).decode()}"}


def token(text: str) -> dict[str, str]:
    return {**JSON_TYPE, TOKEN: text}


def assert_turned_away(contract: Contract, said: Said, status: int, code: int) -> None:
    """The envelope with this status, without any finding."""
    assert (said.status, said.codes) == (status, [code])
    assert [finding.code for finding in contract.check(said.response).findings] == []


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_another_method_is_405_with_allow(server: Starlette, contract: Contract, method: str) -> None:
    said = ask(server, Asks(NOT_JSON, {}, {}, method))
    assert_turned_away(contract, said, 405, 405)
    assert said.headers["allow"] == "POST"


def test_head_is_405_too(server: Starlette) -> None:
    assert ask(server, Asks(b"", HEADERS, {}, "HEAD")).status == 405


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Basic till.one:secret"},
        {"Authorization": "Basic dGlsbC5vbmU="},
        {"Authorization": "Bearer sample-token"},
        {"Authorization": "Basic ***"},
        {TOKEN: "Bearer sample-token"},
        {TOKEN: "two words"},
        {TOKEN: " "},
        {"Authorization": BASIC, TOKEN: ""},
    ],
)
def test_no_credentials_or_malformed_ones_are_401(server: Starlette, contract: Contract, headers: dict[str, str]) -> None:
    said = post(server, NOT_JSON, headers={**headers, "Content-Type": "text/plain"})
    assert_turned_away(contract, said, 401, 401)
    assert said.headers["www-authenticate"].startswith("Basic ")


@pytest.mark.parametrize("headers", [HEADERS, token("any-token"), {**HEADERS, TOKEN: "both"}])
def test_without_settings_any_wellformed_credentials_do(
    server: Starlette, registration: dict[str, Any], headers: dict[str, str]
) -> None:
    assert post(server, registration, headers=headers).status == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        (basic("till.one:secret"), 200),
        (basic("till.two:other"), 200),
        (basic("till.one:other"), 401),
        (basic("till.three:secret"), 401),
        (token("good"), 200),
        (token("other"), 401),
        (token("old"), 498),
        (basic("reader:secret"), 403),
        ({**basic("till.one:secret"), TOKEN: "other"}, 401),
        ({**basic("till.one:other"), TOKEN: "good"}, 401),
        ({**basic("reader:secret"), TOKEN: "good"}, 403),
    ],
)
def test_with_settings_only_the_credentials_that_are_named(
    serving: Serving, contract: Contract, registration: dict[str, Any], headers: dict[str, str], status: int
) -> None:
    server = serving(
        basic=["till.one:secret", "till.two:other"], tokens=["good"], read_only=["reader:secret"], expired=["old"]
    )
    said = post(server, registration, headers=headers)
    assert said.status == status
    assert [finding.code for finding in contract.check(said.response).findings] == []
    if status != 200:
        assert len(server.state.behaviour.store) == 0


def test_a_named_token_does_not_open_the_door_to_any_user(serving: Serving, registration: dict[str, Any]) -> None:
    assert post(serving(tokens=["good"]), registration).status == 401


def test_a_reader_may_look(serving: Serving) -> None:
    server = serving(read_only=["till.one:8a16a6b70505eb1f1ff7cdc0cd5559a7"])
    assert look(server, "/v2/extendedFields").status == 200


@pytest.mark.parametrize(
    ("media_type", "status"),
    [
        ("application/json", 200),
        ("application/json; charset=utf-8", 200),
        ("Application/JSON", 200),
        ("application/vnd.shop+json", 200),
        (None, 200),
        ("text/plain", 415),
        ("application/x-www-form-urlencoded", 415),
        ("application/jsonlines", 415),
        ("", 415),
    ],
)
def test_media_types(server: Starlette, registration: dict[str, Any], media_type: str | None, status: int) -> None:
    headers = {"Authorization": BASIC} | ({} if media_type is None else {"Content-Type": media_type})
    assert post(server, registration, headers=headers).status == status


def test_the_order_of_the_door(serving: Serving, contract: Contract) -> None:
    """Method, credentials, their rights, media type, rate limit, body: each is reached only when those before are well."""
    server = serving(basic=["till.one:secret"], read_only=["reader:secret"], rate_limit="1/h")
    plain = {"Content-Type": "text/plain"}
    steps = [
        (Asks(NOT_JSON, plain, {}, "PUT"), 405),
        (Asks(NOT_JSON, plain), 401),
        (Asks(NOT_JSON, {**basic("reader:secret"), **plain}), 403),
        (Asks(NOT_JSON, {**basic("till.one:secret"), **plain}), 415),
        (Asks(NOT_JSON, basic("till.one:secret")), 400),
        (Asks(NOT_JSON, basic("till.one:secret")), 429),
    ]
    assert [ask(server, asked).status for asked, _ in steps] == [status for _, status in steps]


def test_headers_that_repeat_themselves_stand_once(server: Starlette, registration: dict[str, Any]) -> None:
    class Twice(dict[str, str]):
        def items(self) -> Any:
            return [*super().items(), *super().items()]

    assert post(server, registration, headers=Twice(HEADERS)).status == 200


def test_two_different_credentials_in_one_header_are_none(server: Starlette) -> None:
    class Both(dict[str, str]):
        def items(self) -> Any:
            return [*super().items(), ("Authorization", "Basic dGlsbC50d286c2VjcmV0")]

    assert post(server, b"{}", headers=Both(HEADERS)).status == 401


@pytest.mark.parametrize(
    "settings",
    [
        {"basic": ["till.one"]},
        {"basic": [":secret"]},
        {"read_only": ["till.one:"]},
        {"tokens": [" "]},
        {"rate_limit": "fast"},
        {"rate_limit": "0/m"},
        {"fail_rate": 1.5},
        {"latency": (2.0, 1.0)},
        {"max_body": 0},
        {"defects": ["no-such-defect"]},
    ],
)
def test_settings_that_make_no_sense_are_refused(contract: Contract, settings: dict[str, Any]) -> None:
    with pytest.raises(UsageError) as caught:
        app(contract, **settings)
    assert "secret" not in str(caught.value)


def test_a_region_is_needed_for_its_rate(bundled: Contract) -> None:
    with pytest.raises(UsageError, match="no region is known"):
        app(bundled, rate_limit="region")


def test_the_limit_of_the_region(serving: Serving, fresh: Callable[[], dict[str, Any]], contract: Contract) -> None:
    server = serving(rate_limit="region")
    statuses = [post(server, NOT_JSON).status for _ in range(101)]
    assert statuses == [400] * 100 + [429]
