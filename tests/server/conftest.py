"""Servers under the example org, and registrations that nobody has sent before."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import pytest
from starlette.applications import Starlette

from contract_kit import Contract
from contract_kit.examples import registration
from contract_kit.server import app

from .client import Witness

Serving = Callable[..., Starlette]


@pytest.fixture
def serving(contract: Contract) -> Iterator[Serving]:
    """Makes servers; their stores are closed at the end of the test."""
    made: list[Starlette] = []

    def make(**settings: Any) -> Starlette:
        made.append(app(settings.pop("contract", contract), **settings))
        return made[-1]

    yield make
    for one in made:
        one.state.behaviour.store.close()


@pytest.fixture
def server(serving: Serving) -> Starlette:
    """The reference server under the example org, empty."""
    return serving()


@pytest.fixture
def witness(server: Starlette, contract: Contract) -> Witness:
    return Witness(server, contract)


@pytest.fixture
def fresh() -> Callable[[], dict[str, Any]]:
    """The clean example registration, each time of another person."""
    numbers = count(1)

    def make() -> dict[str, Any]:
        number = next(numbers)
        body = registration()
        mobile, email, card = body["profiles"][0]["identifiers"]
        mobile["value"] = f"9198000{number:05}"
        email["value"] = f"person.{number}@shop.example"
        card["value"] = f"73{number:08}"
        return body

    return make
