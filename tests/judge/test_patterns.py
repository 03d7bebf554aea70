"""Patterns that others imply are left out, and nothing that a schema takes changes by it.

The laws are drawn a few hundred times here; CONTRACT_KIT_EXAMPLES=30000 makes a long run of them.
"""

from __future__ import annotations

import os
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contract_kit.judge.patterns import alphabet, takes_all, thinned
from contract_kit.judge.schemas import compiled

from .bodies import contract_for

pytest.importorskip("msgspec")
from contract_kit.judge.shapes import Shaper
from contract_kit.judge.sieve import Writer

LAW = settings(max_examples=int(os.environ.get("CONTRACT_KIT_EXAMPLES", "400")), deadline=None)
PATTERNS = [
    "^[0-9]+$", "^[0-9]*$", "^(91|81)", "^[!-~]([ -~]*[!-~])?$", "^[ -Z\\\\\\]^-~é]*$",
    "^[A-Za-z0-9_.-]{1,6}@[a-z]+(\\.[a-z]+){1,2}$",
    "^a|b$", "^(?:a|b9)$", "^(?i)a$", "^[^a]$", "^.$",
    "^\\d+$", "^[\\d]+$", "^a\\.b$", "^(?=a)a$", "^[a-z]+$|^$", "^[0123456789]+$", "^[a]?$",
]  # fmt: skip
SIGNS = "019aAbz .@é\\]\n"


@LAW
@given(
    st.lists(st.sampled_from(PATTERNS), min_size=1, max_size=4),
    st.sampled_from([None, 0, 1, 2]),
    st.text(SIGNS, max_size=5) | st.sampled_from(["a.b@b.c", "91", "9", "b9"]),
)
def test_law_a_thinned_schema_takes_the_same_texts(patterns: list[str], least: int | None, text: str) -> None:
    schema: dict[str, Any] = {"type": "string", "pattern": patterns[0], "allOf": [{"pattern": one} for one in patterns[1:]]}
    if least is not None:
        schema["minLength"] = least
    try:
        whole = compiled(schema)
    except ValueError:
        return  # the engine does not take every pattern
    assert compiled(thinned(schema)).is_valid(text) == whole.is_valid(text)


def test_what_the_sieve_asks_is_thinned() -> None:
    strict = contract_for("example")._runner.strict
    assert strict is not None
    writer = Writer()
    writer.function(Shaper().object("body", strict))
    asked = [text for text in writer._numbers if "'^[0-9]+$'" in text]
    assert asked
    assert not any("[!-~]" in text for text in asked), "digits alone say that there are no blanks at the ends"


@pytest.mark.parametrize(
    ("patterns", "least", "left"),
    [
        (["^[!-~]([ -~]*[!-~])?$", "^[0-9]+$"], 1, ["^[0-9]+$"]),
        (["^[!-~]([ -~]*[!-~])?$", "^[0-9]+$"], 0, ["^[!-~]([ -~]*[!-~])?$", "^[0-9]+$"]),
        (["^[0-9]+$", "^[0123456789]+$"], 1, ["^[0-9]+$"]),
        (["^(91|81)", "^[0-9]+$"], 1, ["^(91|81)", "^[0-9]+$"]),
        (["^[0-9]+$", "^[0-9]+$"], 1, ["^[0-9]+$"]),
    ],
)
def test_what_is_left(patterns: list[str], least: int, left: list[str]) -> None:
    schema = {"type": "string", "minLength": least, "pattern": patterns[0], "allOf": [{"pattern": patterns[1]}]}
    found = thinned(schema)
    assert [found["pattern"], *(part["pattern"] for part in found.get("allOf", ()))] == left


def test_data_in_a_schema_stays_as_it_is() -> None:
    schema = {
        "properties": {"pattern": {"const": {"pattern": "^a$", "allOf": [{"pattern": "^[a]*$"}]}}},
        "required": ["pattern"],
    }
    assert thinned(schema) == schema


@pytest.mark.parametrize(
    ("pattern", "signs"),
    [
        ("^(?:a|b9)$", "ab9"), ("^a\\.[x-z]{1,2}$", "a.xyz"), ("^a|b$", None), ("^a", None), ("^(?i)a$", None),
        ("^[^a]$", None), ("^.$", None), ("^\\d$", None), ("^[é]$", None), ("^(a$", "a"),
    ],
)  # fmt: skip
def test_the_signs_of_a_pattern(pattern: str, signs: str | None) -> None:
    assert alphabet(pattern) == (None if signs is None else frozenset(signs))


def test_what_takes_every_text_of_some_signs() -> None:
    digits = frozenset("0123456789")
    assert takes_all("^[0-9]*$", digits, some=False)
    assert not takes_all("^[0-9]+$", digits, some=False)
    assert not takes_all("^[0-8]*$", digits, some=True)
    assert not takes_all("^[0-9]{2}$", digits, some=True)
