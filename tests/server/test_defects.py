"""Each defect shows where it should, and nowhere else."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from contract_kit import Contract, OrgProfile, UsageError
from contract_kit.examples import NOW, ORG
from contract_kit.findings import Effect
from contract_kit.rules import ALL as RULES
from contract_kit.server.behaviour import Behaviour
from contract_kit.server.defects import ALL, AREAS, BY_NAME, behaviour, ledgers

from .scenarios import SCENARIOS, talking, transcript

CONTRACT = Contract.bundled().for_org(OrgProfile.from_mapping(ORG)).at(NOW)
SHARE = 5
DUPLICATE = 8006

NARROW: dict[str, list[str]] = {
    "without-json-syntax": ["empty body", "malformed"],
    "without-json-encoding": ["not utf-8"],
    "without-json-not-finite": ["nan"],
    "without-wrong-type": ["mobile as a number", "array", "profiles null"],
    "without-member-missing": ["identifier without value"],
    "without-source-missing": ["source missing"],
    "without-source-unknown": ["source unknown", "source in small letters"],
    "without-identifiers-missing": ["identifiers missing"],
    "without-value-not-allowed": ["flag as a word"],
    "without-date-time-malformed": ["date without offset", "date in utc", "date that is none", "date with a fraction"],
    "without-array-too-short": ["no profile"],
    "without-query-source-unknown": ["source in the query unknown"],
    "without-till-unknown": ["till"],
    "without-status-label-unknown": ["refused and retried", "status label"],
    "without-source-not-enabled": ["source not enabled"],
    "without-account-missing": ["account missing"],
    "without-account-unknown": ["account unknown"],
    "without-source-account-repeated": ["two profiles of one source"],
    "without-identifiers-all-empty": ["identifiers empty"],
    "without-identifier-repeated": ["identifier repeated"],
    "without-mobile-not-digits": ["mobile with signs"],
    "without-email-implausible": ["address without at"],
    "without-mandatory-missing": ["primary missing", "name missing"],
    "date-without-offset-taken": ["date without offset"],
    "date-in-utc-taken": ["date in utc"],
    "day-that-is-none-taken": ["date that is none"],
    "source-in-any-case-taken": ["source in small letters"],
    "source-refused-as-8003": [
        "source unknown",
        "source in small letters",
        "source not enabled",
        "source in the query unknown",
    ],
    "primary-refused-as-8005": ["primary missing"],
    "query-source-ignored": ["source in the query", "source in the query unknown"],
    "query-source-wins": ["source in both"],
    "duplicate-by-first-identifier": ["again by the second", "new one beside a held one"],
    "duplicate-by-mobile": ["again by the second", "again by the second of the first", "again in other letters"],
    "duplicate-by-all-identifiers": ["again by the second", "new one beside a held one", "held in the second profile"],
    "email-compared-as-written": ["again in other letters"],
    "mobile-compared-as-written": ["again in other signs"],
    "other-types-compared-folded": ["ids in other letters"],
    "types-compared-as-one": ["one value of two types"],
    "scope-without-account": ["two accounts of a source"],
    "scope-with-any-account": ["accounts of a shop"],
    "empty-identifier-counts": ["empty addresses"],
    "channel-counts-as-identifier": ["another's identifier as a channel"],
    "race": ["together"],
    "restart-forgets": ["restart"],
    "duplicate-leaves-identifiers": ["new one beside a held one", "held in the second profile"],
    "half-of-two-profiles-stored": ["held in the second profile"],
    "invalid-leaves-identifiers": ["refused and retried"],
    "second-profile-lost": ["second profile again", "kept: two profiles"],
    "second-identifier-lost": ["again by the second", "again by the second of the first", "kept"],
    "link-refused": [
        "two accounts of a source",
        "link",
        "link by the second",
        "link again",
        "kept: names after a link",
        "kept: fields after a link",
    ],
    "link-makes-new-customer": [
        "two accounts of a source",
        "link",
        "link by the second",
        "link again",
        "kept: names after a link",
        "kept: fields after a link",
    ],
    "link-overlooked": [
        "two accounts of a source",
        "link",
        "link by the second",
        "link again",
        "kept: names after a link",
        "kept: fields after a link",
    ],
    "link-by-first-identifier": ["link by the second"],
    "link-unwarned": [
        "two accounts of a source",
        "link",
        "link by the second",
        "link again",
        "kept: names after a link",
        "kept: fields after a link",
    ],
    "link-told-as-merge": [
        "two accounts of a source",
        "link",
        "link by the second",
        "link again",
        "kept: names after a link",
        "kept: fields after a link",
    ],
    "link-not-stored": ["link again", "kept: names after a link", "kept: fields after a link"],
    "link-changes-names": ["kept: names after a link"],
    "link-changes-customer": ["kept: fields after a link"],
    "conflict-refused": ["conflict", "conflict in the other order"],
    "conflict-takes-last": ["conflict", "conflict in the other order"],
    "conflict-takes-oldest": ["conflict in the other order"],
    "conflict-told-as-link": ["conflict", "conflict in the other order"],
    "name-cut-early": ["kept: long name", "kept: blanks before a long name"],
    "name-cut-by-bytes": ["kept: long name in kanji"],
    "name-not-cut": ["kept: long name"],
    "name-dropped-when-long": ["kept: long name"],
    "name-not-trimmed": ["kept: blanks around a name", "kept: blanks before a long name"],
    "name-cut-before-trim": ["kept: blanks before a long name"],
    "email-not-cut": ["kept: long address"],
    "email-cut-early": ["kept: long address"],
    "custom-fields-dropped": ["kept"],
    "extended-fields-dropped": ["kept", "kept: extended fields", "kept: fields after a link"],
    "channels-dropped": ["kept"],
    "account-dropped": ["kept: account"],
    "profiles-share-details": ["kept: two profiles"],
    "ids-reused": ["five people"],
    "created-id-missing-on-link": [
        "two accounts of a source",
        "link",
        "link by the second",
        "link again",
        "conflict",
        "conflict in the other order",
        "kept: names after a link",
        "kept: fields after a link",
    ],
    "warnings-null": ["no warning"],
    "points-missing": ["kept", "points", "points to be rounded", "points in two programmes", "huge number"],
    "points-of-first-enrolment": ["points in two programmes"],
    "points-doubled": ["kept", "points", "points to be rounded", "points in two programmes", "huge number"],
    "points-rounded-down": ["points to be rounded"],
    "points-as-text": ["kept", "points", "points to be rounded", "points in two programmes", "huge number"],
    "side-effect-without-type": ["kept", "points", "points to be rounded", "points in two programmes", "huge number"],
    "source-404": ["source unknown", "source in small letters", "source not enabled", "source in the query unknown"],
    "retry-after-missing": ["limit"],
    "retry-after-in-words": ["limit"],
    "allow-missing": ["put", "get"],
    "allow-without-post": ["put", "get"],
    "no-credentials-taken": ["no credentials", "no credentials and no json"],
    "any-password-taken": ["wrong password"],
    "malformed-basic-taken": ["malformed basic"],
    "bearer-taken": ["bearer"],
    "any-token-taken": ["wrong token"],
    "token-refused": ["token"],
    "wrong-credentials-403": [
        "no credentials",
        "no credentials and no json",
        "wrong password",
        "malformed basic",
        "bearer",
        "wrong token",
    ],
    "reader-may-write": ["reader"],
    "expired-token-taken": ["expired token"],
    "credentials-after-body": ["no credentials and no json"],
    "put-registers": ["put"],
    "get-lists": ["get"],
    "method-404": ["put", "get"],
    "any-media-type-taken": ["plain text"],
    "media-type-400": ["plain text"],
    "charset-refused": ["charset"],
    "media-type-case-refused": ["capitals in the type"],
    "nul-crash": ["nul"],
    "astral-crash": ["emoji"],
    "huge-number-crash": ["huge number"],
    "long-text-crash": ["long text"],
    "long-array-crash": ["long array"],
    "nesting-crash": ["deep"],
    "array-body-crash": ["array"],
    "null-member-crash": ["profiles null"],
    "number-for-text-crash": ["mobile as a number"],
    "nesting-hang": ["deep"],
    "empty-body-crash": ["empty body"],
    "malformed-json-crash": ["malformed"],
    "encoding-crash": ["not utf-8"],
    "oversized-cut-off": ["oversized"],
    "long-name-refused": ["kept: long name", "long name"],
    "long-email-refused": ["kept: long address", "long address"],
    "text-flags-refused": ["kept", "flag as text"],
    "boolean-flags-refused": ["kept", "flag as boolean"],
    "empty-date-refused": ["kept", "date empty"],
    "unknown-member-refused": ["unknown member"],
    "numeric-custom-field-refused": ["numeric custom field"],
    "empty-custom-field-refused": ["empty custom field"],
    "empty-referral-code-refused": ["kept", "empty referral code"],
    "past-date-refused": ["date in the past"],
    "nameless-refused": ["nameless"],
    "two-profiles-refused": ["held in the second profile", "second profile again", "kept: two profiles", "two profiles"],
    "identifier-type-refused": ["one value of two types", "cuid"],
    "empty-identifier-refused": ["empty addresses", "empty identifier"],
    "mobile-with-signs-refused": ["again in other signs", "mobile with signs"],
    "email-without-at-refused": ["address without at"],
    "missing-account-refused": ["account missing"],
    "unknown-till-refused": ["till"],
    "account-of-shop-refused": ["accounts of a shop", "account of a shop"],
    "mobile-app-refused": ["two accounts of a source", "mobile app"],
}
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
