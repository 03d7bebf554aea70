"""A server that conforms is met with silence, whatever the seed, the budget, the org profile and the number of workers."""

from __future__ import annotations

from typing import Any

import pytest

from contract_kit import Contract
from contract_kit.fuzz import FuzzFailedError, fuzz, suite
from contract_kit.fuzz.report import FuzzReport
from contract_kit.fuzz.selftest import SETTINGS, TESTERS, against, profiles
from contract_kit.server import app, running

CONTRACTS = {"no profile": Contract.bundled(), **{one.org.name or "": one for one in profiles()}}


def told(report: FuzzReport) -> list[tuple[str, str, str]]:
    return [(finding.code, finding.cause, finding.message) for finding in report.findings]


@pytest.mark.parametrize("name", CONTRACTS)
@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("budget", [50, 300, 700])
def test_in_process(name: str, seed: int, budget: int) -> None:
    report = against(CONTRACTS[name], (), budget, seed=seed)
    assert told(report) == []
    assert report.requests <= budget
    if budget >= 300:
        assert {suite: (tally.core_done, tally.core) for suite, tally in report.suites.items()} == {
            suite: (tally.core, tally.core) for suite, tally in report.suites.items()
        }


@pytest.mark.parametrize("name", CONTRACTS)
def test_in_process_by_four_workers(name: str) -> None:
    report = against(CONTRACTS[name], (), 400, seed=3, workers=4, schemathesis=False)
    assert told(report) == []


@pytest.mark.parametrize("workers", [1, 4])
@pytest.mark.parametrize("name", CONTRACTS)
def test_over_http(name: str, workers: int) -> None:
    contract = CONTRACTS[name]
    application = app(contract, db=":memory:", **SETTINGS)
    with running(application) as url:
        report = fuzz(url, contract, credentials=TESTERS, max_requests=400, workers=workers, seed=7, schemathesis=False)
    assert told(report) == []


def test_a_server_that_is_used_already_is_no_fault() -> None:
    """Two runs after each other: the second one's identities are new to the server."""
    contract = CONTRACTS["no profile"]
    application = app(contract, db=":memory:", **SETTINGS)
    for seed in (1, 1):
        report = fuzz(application, contract, credentials=TESTERS, max_requests=120, seed=seed, schemathesis=False)
        assert told(report) == []


def test_a_suite_alone() -> None:
    for name in ("examples", "protocol", "schema", "rules", "state", "robustness"):
        report = against(CONTRACTS["no profile"], (), 120, suites=(name,))
        assert told(report) == []
        assert list(report.suites) == [name]


def test_suite_passes_for_the_reference_and_names_what_is_wrong_with_another() -> None:
    contract = CONTRACTS["no profile"]
    settings: dict[str, Any] = {"credentials": TESTERS, "max_requests": 60, "schemathesis": False}
    assert suite(app(contract, **SETTINGS), contract, **settings).findings == []
    with pytest.raises(FuzzFailedError) as raised:
        suite(app(contract, defects=["duplicate-taken"], **SETTINGS), contract, **settings)
    assert [finding.cause for finding in raised.value.report.findings] == ["duplicate"]
    assert "accepted-wrongly" in str(raised.value)
    assert "curl" in str(raised.value)
