"""Each defect shows where it should, and nowhere else."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from contract_kit import Contract, OrgProfile, UsageError
from contract_kit.examples import NOW, ORG
from contract_kit.findings import Effect
from contract_kit.rules import ALL as RULES
from contract_kit.server.behaviour import Behaviour
from contract_kit.server.defects import ALL, AREAS, BY_NAME, behaviour, ledgers

from .scenarios import SCENARIOS, talking, transcript

CONTRACT = Contract.bundled().for_org(OrgProfile.from_mapping(ORG)).at(NOW)
DATA = Path(__file__).resolve().parents[1] / "data" / "server"
SHARE = 5
DUPLICATE = 8006

NARROW: dict[str, list[str]] = yaml.safe_load((DATA / "defects.yaml").read_text(encoding="utf-8"))
"""The scenarios in which a defect shows."""


@cache
def reference(name: str, folder: Path) -> list[tuple[Any, ...]]:
    return transcript(CONTRACT, (), name, folder)


class Groups:
    """Scenarios by what the reference answers in them."""

    def __init__(self, folder: Path) -> None:
        bodies = {name: [_json(data) for _, _, data in reference(name, folder)] for name in SCENARIOS}
        self.all = set(SCENARIOS)
        self.successes = {name for name, said in bodies.items() if any("createdId" in body for body in said)}
        self.effects = {name for name, said in bodies.items() if any(body.get("sideEffects") for body in said)}
        self.envelopes = {name for name, said in bodies.items() if any(body.get("errors") for body in said)}
        self.refusals = {name for name in SCENARIOS if any(one[0] == 400 for one in reference(name, folder))}
        self.duplicates = {name for name, said in bodies.items() if any(_codes(body) == [DUPLICATE] for body in said)}
        self.schema = {name for name, said in bodies.items() if any(_codes(body) == [8084] for body in said)}


def broad(groups: Groups) -> dict[str, set[str]]:
    """The scenarios in which defects that show in many places do."""
    return {
        "refused-as-10001": groups.refusals - groups.duplicates,
        **dict.fromkeys(
            ("duplicate-taken", "duplicate-answered-as-success", "duplicate-told-as-warning", "duplicate-409",
             "duplicate-500"), groups.duplicates,
        ),
        **dict.fromkeys(
            ("id-negative", "id-zero", "id-as-text", "id-with-fraction", "id-beyond-64-bits", "created-id-missing",
             "success-wrapped", "warnings-missing", "warnings-as-object", "side-effects-missing", "success-201"),
            groups.successes,
        ),
        **dict.fromkeys(
            ("warning-code-as-text", "warning-status-true", "warning-without-message", "default-status-unwarned"),
            groups.successes - {"no warning"},
        ),
        "till-always-warned": groups.successes - {"till"},
        "side-effects-null": groups.successes - groups.effects,
        **dict.fromkeys(
            ("errors-as-object", "errors-empty", "errors-as-texts", "envelope-of-another-api", "error-code-as-text",
             "error-without-code", "error-without-message", "error-status-true", "trace-in-refusal", "path-in-refusal",
             "credentials-in-refusal"), groups.envelopes,
        ),
        **dict.fromkeys(("refusal-with-created-id", "refusal-as-page", "refusal-status-not-as-pinned"), groups.refusals),
        "schema-422": groups.schema,
        "answer-as-html": groups.all,
    }  # fmt: skip


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("customers")


@pytest.fixture(scope="session")
def expected(folder: Path) -> dict[str, set[str]]:
    return {**{name: set(where) for name, where in NARROW.items()}, **broad(Groups(folder))}


def test_the_table_is_complete(expected: dict[str, set[str]]) -> None:
    assert set(expected) == set(BY_NAME)
    assert all(expected.values())
    assert set().union(*expected.values()) <= set(SCENARIOS)


@pytest.mark.parametrize("number", range(len(ALL)), ids=[one.name for one in ALL])
def test_a_defect_shows_where_it_should_and_nowhere_else(
    expected: dict[str, set[str]], folder: Path, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Elsewhere: in every fifth of the other scenarios, for each defect in another fifth."""
    monkeypatch.setattr(ledgers, "_PAUSE", 0.005)
    name = ALL[number].name
    asked = [
        scenario
        for place, scenario in enumerate(SCENARIOS)
        if (scenario in expected[name] and len(expected[name]) < 9) or place % SHARE == number % SHARE
    ]
    shown = {
        scenario for scenario in asked if transcript(CONTRACT, (name,), scenario, folder) != reference(scenario, folder)
    }
    assert shown == expected[name] & set(asked)
    assert shown


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_reference_answers_every_scenario_in_a_documented_way(name: str, folder: Path) -> None:
    with talking(CONTRACT, (), folder) as talk:
        SCENARIOS[name](talk)
        for said in talk.said:
            assert said.status not in (0, 500, 503)
            if b"profiles" not in said.data:
                assert [finding.code for finding in CONTRACT.check(said.response).findings] == []


def test_there_are_enough_of_them_in_every_area() -> None:
    assert len(ALL) >= 60
    assert {one.area for one in ALL} == set(AREAS)
    assert [AREAS.index(one.area) for one in ALL] == sorted(AREAS.index(one.area) for one in ALL)


@pytest.mark.parametrize("one", ALL, ids=lambda one: one.name)
def test_a_defect_says_what_it_is(one: Any) -> None:
    assert one.title[0].isupper()
    assert not one.title.endswith(".")
    assert one.facts
    assert set(one.facts) <= set(CONTRACT.facts)
    assert set(one.needs) <= CONTRACT.org.sections
    assert issubclass(one.behaviour, Behaviour)


def test_there_is_one_for_every_rule_with_an_api_code() -> None:
    wanted = {
        rule.code
        for rule in RULES
        if rule.bad and rule.consequence.codes and rule.consequence.effect in (Effect.REFUSES, Effect.WARNS)
    }
    assert {one.rule for one in ALL if one.rule} == wanted
    assert all(one.name == f"without-{one.rule}" for one in ALL if one.rule)


def test_several_at_once(folder: Path) -> None:
    with talking(CONTRACT, ("success-201", "id-as-text", "without-status-label-unknown"), folder) as talk:
        SCENARIOS["status label"](talk)
        (said,) = talk.said
    assert (said.status, said.body["createdId"]) == (201, "1")


def test_none_is_the_reference() -> None:
    assert behaviour(()) is Behaviour


def test_an_unknown_one_is_refused_with_the_nearest() -> None:
    with pytest.raises(UsageError, match="there is no defect 'id-negativ'") as caught:
        behaviour(["id-negativ"])
    assert caught.value.hint == "Did you mean id-negative?"


def _json(data: bytes) -> dict[str, Any]:
    found = json.loads(data)
    assert isinstance(found, dict)
    return found


def _codes(body: dict[str, Any]) -> list[object]:
    return [error["code"] for error in body.get("errors", ())]
