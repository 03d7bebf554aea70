"""The reducer: what shows a finding becomes small, in tens of tries, and what is left names the cause."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contract_kit.fuzz.bodies import Bodies
from contract_kit.fuzz.features import alike, features, told
from contract_kit.fuzz.reducing import MOST, Reducer, shorter
from contract_kit.fuzz.steps import Case, Step

from .test_plan import CONTRACTS

BODIES = Bodies(CONTRACTS["no profile"])


def body(**members: Any) -> dict[str, Any]:
    made = deepcopy(BODIES.whole)
    made["profiles"][0] |= members
    return made


def without_first_name() -> dict[str, Any]:
    made = body()
    del made["profiles"][0]["firstName"]
    return made


@pytest.mark.parametrize(
    ("began", "shows", "cause"),
    [
        (body(), lambda made: "loyaltyInfo" in made, "/loyaltyInfo an object of 0 members"),
        (
            body(firstName=""),
            lambda made: made["profiles"][0].get("firstName") == "",
            "/profiles/*/firstName an empty string",
        ),
        (without_first_name(), lambda made: "firstName" not in made["profiles"][0], "/profiles/*/firstName missing"),
        (
            body(),
            lambda made: any("primary" in one for one in made["profiles"][0].get("commChannels", ())),
            "/profiles/*/commChannels/*/primary a boolean",
        ),
        (body(), lambda made: True, "a plain registration"),
    ],
)
def test_what_is_left_is_the_cause(began: dict[str, Any], shows: Callable[[Any], bool], cause: str) -> None:
    tries = []

    def test(made: Any) -> bool:
        tries.append(made)
        return shows(made)

    small = Reducer(BODIES.plain, test).body(began)
    assert shows(small)
    assert told(small, BODIES.plain) == cause
    assert len(tries) <= MOST


@given(st.lists(st.integers(0, 9), min_size=2, max_size=12), st.sets(st.integers(0, 9), min_size=1, max_size=3))
@settings(max_examples=60)
def test_a_conversation_loses_what_it_can_do_without(numbers: list[int], needed: set[int]) -> None:
    steps = tuple(Step({"number": number}) for number in [*sorted(needed), *numbers, 99])
    tries = 0

    def shows(case: Case) -> bool:
        nonlocal tries
        tries += 1
        there = [step.body["number"] for step in case.steps]
        return needed <= set(there) and there[-1] == 99

    small = shorter(Case("state", "sample", steps), shows)
    assert shows(small)
    assert [step.body["number"] for step in small.steps][-1] == 99
    assert len(small.steps) == len(needed) + 1
    assert tries <= 41


def test_features_never_hold_values() -> None:
    made = body(firstName="Secret", lastName="", fields={"employee": 7})
    assert not any("Secret" in one for one in features(made, BODIES.plain))
    assert "/profiles/*/fields/employee a number" in features(made, BODIES.plain)
    assert features(BODIES.plain, BODIES.plain) == frozenset()


def test_causes_that_are_one_matter() -> None:
    assert alike("/a null", "/b null")
    assert alike("/a null", "/a a number")
    assert not alike("/a null", "/b a number")
    assert not alike("", "/b a number")
