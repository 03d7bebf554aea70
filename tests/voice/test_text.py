"""What the text report says of many inputs, of outcomes, and of what could not be checked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from contract_kit.outcome import Cut, Outcome, Verdict
from contract_kit.report import InputResult, NotChecked, Report
from contract_kit.reporters import Options, load, text, words


def clean(number: int) -> Report:
    outcome = Outcome(Verdict.ACCEPTED, frozenset({200}))
    return Report("1.0.0", None, tuple(InputResult(f"{n}.json", 0, "request", outcome, ()) for n in range(number)))


def said(report: Report) -> list[str]:
    return load("text").render(report, options=Options()).splitlines()


def test_a_few_clean_inputs_have_a_line_each() -> None:
    lines = said(clean(text.CLEAN_SHOWN))
    assert lines[0] == "0.json  clean, would be accepted"
    assert lines[-1] == "10 inputs, 10 clean (10 accepted): no findings"
    assert len(lines) == text.CLEAN_SHOWN + 2


def test_many_clean_inputs_are_counted() -> None:
    assert said(clean(text.CLEAN_SHOWN + 1)) == ["11 inputs, 11 clean (11 accepted): no findings"]


def test_one_input() -> None:
    assert said(clean(1))[-1] == "1 input, 1 clean (1 accepted): no findings"


def test_what_is_not_checked_is_named_while_it_is_little() -> None:
    few = NotChecked("tills", tuple(f"rule-{number}" for number in range(text.RULES_NAMED)))
    more = NotChecked("sources", ("rule-x",))
    assert said(replace(clean(1), not_checked=(few,)))[-1] == (
        "Not checked without an org profile: tills (rule-0, rule-1, rule-2, rule-3, rule-4, rule-5)"
    )
    assert said(replace(clean(1), org="demo", not_checked=(few, more)))[-1] == (
        "Not checked for want of sections in the org profile: tills (6 rules), sources (1 rule)"
    )


@pytest.mark.parametrize(
    ("kind", "outcome", "phrase"),
    [
        ("request", Outcome(Verdict.ACCEPTED), "would be accepted"),
        ("response", Outcome(Verdict.ACCEPTED, warning_codes=frozenset({8107})), "accepted, with warning 8107"),
        ("request", Outcome(Verdict.REFUSED, api_codes=frozenset({3217})), "would be refused: 3217"),
        ("request", Outcome(Verdict.REFUSED, api_codes=frozenset({3, 1, 2})), "would be refused: 1, 2 or 3"),
        ("request", Outcome(Verdict.REFUSED, frozenset({401, 498})), "would be refused: HTTP 401 or 498"),
        ("error", Outcome(Verdict.REFUSED, api_codes=frozenset({8006})), "refused: 8006"),
        ("request", Outcome(Verdict.REFUSED), "would be refused"),
        ("request", Outcome(Verdict.UNKNOWN), "not documented what a server answers"),
        ("exchange", Outcome(Verdict.UNKNOWN), "the answer does not say"),
        (
            "request",
            Outcome(Verdict.ACCEPTED, possible_warnings=frozenset({8055, 8056}), warning_codes=frozenset({8056})),
            "would be accepted, with warning 8056, perhaps with warning 8055",
        ),
        (
            "request",
            Outcome(Verdict.ACCEPTED, cuts=(Cut(("profiles", 0, "identifiers", 2, "value"), 255),)),
            "would be accepted; identifiers/2/value cut to 255 characters",
        ),
    ],
)
def test_outcomes_in_plain_words(kind: str, outcome: Outcome, phrase: str) -> None:
    assert words.outcome(InputResult("a.json", 0, kind, outcome, ())) == phrase


@pytest.mark.parametrize("character", ["\x00", "\x1b", "\x7f", "\x9b", "\u202e", "\u2066", "\u2028", "\ud800", "\ufeff"])
def test_characters_that_hide_or_steer_are_spelt_out(character: str) -> None:
    assert words.plain(f"a{character}b") == f"a\\u{ord(character):04x}b"


def test_other_characters_stay() -> None:
    assert words.plain("Ünïcode 日本 ☎ 'quoted' \\n") == "Ünïcode 日本 ☎ 'quoted' \\n"
