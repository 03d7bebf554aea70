"""The cases of the deterministic core, one room for each suite; each gives its cases for one contract."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib import import_module

from contract_kit.contract import Contract
from contract_kit.fuzz.bodies import Bodies
from contract_kit.fuzz.steps import SUITES, Case


def cases(contract: Contract, bodies: Bodies, suites: Iterable[str] = SUITES) -> Iterator[Case]:
    """The cases of some suites, suite by suite."""
    for suite in suites:
        yield from import_module(f"contract_kit.fuzz.suites.{suite}").cases(contract, bodies)
