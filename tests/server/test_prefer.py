"""Rehearsal: the answer that a caller asks for."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.applications import Starlette

from contract_kit import Contract, OrgProfile
from contract_kit.examples import ORG

from .client import HEADERS, Said, post
from .conftest import Serving

CONTRACT = Contract.bundled()
ERRORS = [code for code, entry in CONTRACT.api_codes.items() if entry.kind == "error"]
WARNINGS = [code for code, entry in CONTRACT.api_codes.items() if entry.kind == "warning"]


def prefer(server: Starlette, wish: str, registration: dict[str, Any]) -> Said:
    return post(server, registration, headers={**HEADERS, "Prefer": wish})


def clean(contract: Contract, said: Said) -> bool:
    return [finding.code for finding in contract.check(said.response).findings] == []


@pytest.mark.parametrize("code", ERRORS)
def test_every_documented_error(server: Starlette, contract: Contract, registration: dict[str, Any], code: int) -> None:
    said = prefer(server, f"code={code}", registration)
    own = contract.api_codes[code].status
    assert (said.status, said.codes) == (400 if own == "any" else int(own), [code])
    assert said.headers["preference-applied"] == f"code={code}"
    assert clean(contract, said)
    assert len(server.state.behaviour.store) == 0


@pytest.mark.parametrize("code", WARNINGS)
def test_every_documented_warning_comes_with_a_success(
    server: Starlette, contract: Contract, registration: dict[str, Any], code: int
) -> None:
    said = prefer(server, f"code={code}", registration)
    assert said.status == 200
    assert code in said.warned
    assert clean(contract, said)
    assert prefer(server, f"code={code}", registration).codes == [8006]


@pytest.mark.parametrize("status", [400, 401, 403, 405, 415, 429, 498, 500, 503])
def test_every_documented_status(server: Starlette, contract: Contract, registration: dict[str, Any], status: int) -> None:
    said = prefer(server, f"status={status}", registration)
    assert said.status == status
    assert said.headers["preference-applied"] == f"status={status}"
    assert clean(contract, said)
    wanted = {401: "www-authenticate", 405: "allow", 429: "retry-after"}
    assert status not in wanted or wanted[status] in said.headers


@pytest.mark.parametrize("status", [200, 400])
def test_code_and_status(serving: Serving, bundled: Contract, registration: dict[str, Any], status: int) -> None:
    said = prefer(serving(contract=bundled), f"code=8006, status={status}", registration)
    assert (said.status, said.codes) == (status, [8006])
    assert said.headers["preference-applied"] == f"code=8006, status={status}"


def test_a_refusal_is_rehearsed_with_the_status_that_the_org_has_pinned(
    serving: Serving, bundled: Contract, registration: dict[str, Any]
) -> None:
    org = OrgProfile.from_mapping({**ORG, "api": {"refusalStatus": 200}})
    said = prefer(serving(contract=bundled.for_org(org)), "code=8006", registration)
    assert (said.status, said.codes) == (200, [8006])


@pytest.mark.parametrize(
    "wish",
    ["code=1", "code=", "code=eight", "code=-8006", "code=99999999999", "status=200", "status=201", "status=404",
     "code=8050, status=400", "code=8006, status=299"],
)  # fmt: skip
def test_a_wish_that_cannot_be_fulfilled_is_explained(
    server: Starlette, contract: Contract, registration: dict[str, Any], wish: str
) -> None:
    said = prefer(server, wish, registration)
    assert said.status == 400
    assert said.body["errors"][0]["message"].startswith("Prefer: ")
    assert said.codes == [400]
    assert len(server.state.behaviour.store) == 0
    assert post(server, registration).status == 200


@pytest.mark.parametrize("wish", ["respond-async", "return=minimal; code=8006", "", "wait=10, handling=lenient"])
def test_other_preferences_are_passed_over(server: Starlette, registration: dict[str, Any], wish: str) -> None:
    said = prefer(server, wish, registration)
    assert said.status == 200
    assert "preference-applied" not in said.headers


@pytest.mark.parametrize("wish", ['code="8006"', "CODE=8006", "respond-async, code=8006; x=1", "code=8006, code=8004"])
def test_how_a_wish_may_be_written(server: Starlette, registration: dict[str, Any], wish: str) -> None:
    assert prefer(server, wish, registration).codes == [8006]


def test_the_door_comes_first(server: Starlette, registration: dict[str, Any]) -> None:
    said = post(server, registration, headers={"Content-Type": "application/json", "Prefer": "code=8006"})
    assert said.status == 401
