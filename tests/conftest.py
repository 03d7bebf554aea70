"""Fixtures that all rooms of the tests share."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from contract_kit import Contract, OrgProfile
from contract_kit.examples import NOW, ORG

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def bundled() -> Contract:
    """The project's contract, at the fixed moment of the examples, without an org profile."""
    return Contract.bundled().at(NOW)


@pytest.fixture(scope="session")
def example_org() -> OrgProfile:
    return OrgProfile.from_mapping(ORG)


@pytest.fixture(scope="session")
def contract(bundled: Contract, example_org: OrgProfile) -> Contract:
    """The contract under the org profile of the rules' examples."""
    return bundled.for_org(example_org)


@pytest.fixture(scope="session")
def demo(bundled: Contract) -> Contract:
    """The contract under the demo profile that users see."""
    return bundled.for_org(ROOT / "fixtures" / "org" / "demo-org.yaml")


@pytest.fixture
def registration() -> dict[str, Any]:
    from contract_kit.examples import registration

    return registration()


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """The records that bulk validation gives to the judge, as they come; the others are explained by what is remembered."""
    from contract_kit.bulk.verdict import judge

    found: list[bytes] = []

    def noting(contract: Contract, data: bytes, **more: Any) -> Any:
        found.append(data)
        return judge(contract, data, **more)

    monkeypatch.setattr("contract_kit.bulk.explained.judge", noting)
    return found
