"""What an expression takes as it is written, the schema takes as it is read; and of common values it takes all.

The laws are drawn a few hundred times here; CONTRACT_KIT_EXAMPLES=30000 makes a long run of them.
"""

from __future__ import annotations

import json
import os
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contract_kit.judge import written
from contract_kit.judge.schemas import compiled

from .bodies import DATES, FITTING, ORGS, contract_for
from .test_patterns import PATTERNS

pytest.importorskip("msgspec")
from contract_kit.judge.leaves import Leaf
from contract_kit.judge.shapes import Many, Open, Shape, Shaper, Variants

LAW = settings(max_examples=int(os.environ.get("CONTRACT_KIT_EXAMPLES", "400")), deadline=None)
MORE = [
    r"^(|\S|\S.*\S)$", r"^(\S(.*\S)?)?$", r"^\S+$", "^.{2,3}$", r"^[a-z]*\.$", "^(a|bc)*d$", "^([a-z]+,){2}[a-z]$",
    "^([a-z]+)*$", "^[a-z&&b]$", "^[a--b]$", "^[^a]+$", r"^[\w]$", "^x{2}{3}$", "^a*+$", "^a*?$", "^[ä-ü長]+$", "^ä$", "a",
    "^a$|^b$",
    "^(a$", "^a)$", r"^\$", "\\S", "[b-d]$", "b.", "(a|bc)b",
    "^[ -~À-ɏ一-龥]*$", "^[ -~À-ɏ一-龥]*$", "^[a-z0-9a-f一-龥é]+$", "^[a-zé一-龥c-x]{1,3}[b一-龥]?$", "^[!-~é一-龥]",
    "^$", "^", "^[a-c]*[b-d]*[c-e]*x$", r'^"a"$', r"^\\$", "^[é]-", "^(?:2039|20[4-9][0-9])-",
]  # fmt: skip
SIGNS = '019aAbcdx .,@é長\\]"-\n\x00\x7f\u200b\u3000\U0001f600'
TEXTS = [
    one
    for listed in [*FITTING.values(), DATES, ["", "a", " a", "a b", "a  b ", "abc", "bcd", "ab", "b", '"a"', "\\", "20"]]
    for one in listed
    if isinstance(one, str)
]  # fmt: skip
TEXTS += ["2039-", "é-", "$", "  ", "\u3000"]
NUMBERS = [
    "0", "-0", "1", "2", "3", "9", "10", "99", "100", "999", "1000", "01", "1.", "1.5", "1.50", "0.1", "0.1234567", "-1",
    "-1.5", "1e5", "1E5", "469", "469.0", "9007199254740992", "9007199254740993", "999999999999999", "1000000000000000",
    "999999999999999.9", "1e999", "", "-", "+1", "1 ",
]  # fmt: skip


def leaves(org: str) -> dict[str, Any]:
    """The strict schemas of all members under an org profile, by their places."""
    found: dict[str, Any] = {}

    def walk(place: str, said: Any) -> None:
        if isinstance(said, Leaf):
            found[place] = said.schema
        elif isinstance(said, Many):
            walk(place, said.item)
        elif isinstance(said, Variants):
            for value, shape in said.shapes.items():
                walk(f"{place}[{value}]", shape)
        elif isinstance(said, Shape):
            for name, member in said.members.items():
                walk(f"{place}/{name}", member)
        elif isinstance(said, Open):
            found.update({f"{place}/{name}": schema for name, schema in said.rest.get("properties", {}).items()})
            found[f"{place}/*"] = said.rest.get("additionalProperties")

    strict = contract_for(org)._runner.strict
    assert strict is not None
    walk("", Shaper().object("body", strict))
    return {place: schema for place, schema in found.items() if isinstance(schema, dict)}


LEAVES = {(org, place): schema for org in sorted(ORGS.keys() - {"closed"}) for place, schema in leaves(org).items()}


def takes(form: str | None, raw: str) -> bool:
    return form is not None and re.fullmatch(form, raw) is not None


def hold(schema: dict[str, Any], raw: str) -> bool:
    """Hold the law for one value, as it is written; whether it was taken."""
    text, number = written.text(schema), written.number(schema)
    taken = takes(f'"{text}"' if text is not None else None, raw) or takes(f'"(?>{text}(?="))"' if text else None, raw)
    taken = taken or takes(number, raw)
    if taken:
        value = json.loads(raw)
        assert compiled(schema).is_valid(value)
        assert json.dumps(value, ensure_ascii=False) == raw or isinstance(value, float)
    return taken


@LAW
@given(
    st.lists(st.sampled_from([*PATTERNS, *MORE]), max_size=3),
    st.sampled_from(
        [
            {},
            {"minLength": 1},
            {"maxLength": 2},
            {"minLength": 2, "maxLength": 4},
            {"format": "date"},
            {"not": {"type": "string", "pattern": "^[aA][bB]$"}},
            {"not": {"type": "string", "pattern": "b"}},
            {"not": {"type": "string", "pattern": "^a"}},
            {"not": {"pattern": "b"}},
            {"not": {"minLength": 2}},
            {"not": {"pattern": "^é", "minLength": 2}},
            {"not": {"pattern": "^é", "type": "null"}},
        ]
    ),
    st.text(SIGNS, max_size=5) | st.sampled_from(TEXTS),
    st.booleans(),
)
def test_law_texts(patterns: list[str], lengths: dict[str, Any], text: str, escaped: bool) -> None:
    schema = {"type": "string", **lengths, "allOf": [{"pattern": one} for one in patterns]}
    if patterns and escaped:
        schema["pattern"] = patterns[0]
    try:
        compiled(schema)
    except ValueError:
        return  # the engine does not take every pattern
    hold(schema, f'"{text}"')
    hold(schema, json.dumps(text, ensure_ascii=escaped))


@LAW
@given(
    st.sampled_from(["integer", "number", ["number", "string"], ["integer", "null"], "string"]),
    st.sampled_from([None, -5, -1, 0, 1, 2, 0.5, 10**14]),
    st.sampled_from([None, 0, 1, 3, 3.5, 9, 10, 25, 999, 1000, 2**53, 1e300]),
    st.sampled_from(NUMBERS) | st.integers().map(str) | st.floats(allow_nan=False, allow_infinity=False).map(str),
)
def test_law_numbers(types: Any, minimum: float | None, maximum: float | None, raw: str) -> None:
    schema: dict[str, Any] = {"type": types}
    schema |= {} if minimum is None else {"minimum": minimum}
    schema |= {} if maximum is None else {"maximum": maximum}
    hold(schema, raw)


@LAW
@given(st.sampled_from(sorted(LEAVES)), st.sampled_from(TEXTS) | st.text(max_size=8) | st.text(SIGNS, max_size=5))
def test_law_members(place: tuple[str, str], text: str) -> None:
    schema = LEAVES[place]
    hold(schema, f'"{text}"')
    form = written.text(schema)
    plain = not re.search(r'["\\\x00-\x1f\ud800-\udfff]', text)
    if form is not None and plain and compiled(schema).is_valid(text):
        assert takes(f'"{form}"', f'"{text}"'), "a good value would be looked at again"


@pytest.mark.parametrize("place", sorted(LEAVES))
def test_every_member_has_a_form(place: tuple[str, str]) -> None:
    schema = LEAVES[place]
    valid = compiled(schema).is_valid
    for form, values in ((written.text(schema), TEXTS), (written.number(schema), [1, 5, 73, 469])):
        assert form is not None or not any(map(valid, values))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("schema", "good", "others"),
    [
        ({"type": "string", "pattern": "^[a-z]+$"}, ['"a"', '"abc"'], ['""', '"A"', '"a', '"\\u0061"', '"é"', "1"]),
        ({"type": "string", "pattern": "^[é-ü]*$", "maxLength": 2}, ['""', '"éü"'], ['"éüé"', '"a"']),
        ({"type": "string", "minLength": 2}, ['"ab"', '"長谷"', '"\x7f\U0001f600"'], ['"a"', '"a\\""', '"a\nb"', '"a"b"']),
        ({"pattern": "^[ -~一-龥]*$", "type": "string", "allOf": [{"pattern": r"^(\S(.*\S)?)?$"}], "maxLength": 3},
         ['""', '"長 谷"', '"a"'], ['" 長"', '"長 "', '"aé長"', '"長谷長谷"', '" "', '"長""']),
        ({"enum": ["a", 'q"', 5, "b.c", None]}, ['"a"', '"b.c"', "5"], ['"bxc"', '"q\\""', "null", '"d"', "55"]),
        ({"const": "a", "pattern": "^b"}, [], ['"a"']),
        ({"type": "integer", "minimum": 1, "maximum": 3}, ["1", "3"], ["0", "4", "1.0", "13"]),
        ({"type": "number", "minimum": 0, "maximum": 500}, ["0", "99", "1.25", "0.000001"], ["100", "00", "1e1", "1."]),
        ({"type": "number", "minimum": 1}, ["1", "999999999999999"], ["0", "0.5", "1.5", "1000000000000000"]),
        ({"type": "number", "multipleOf": 2}, [], ["2"]),
        ({"type": ["string", "null"], "anyOf": [{"maxLength": 1}]}, [], ['"a"']),
        ({"anyOf": [{"maxLength": 1}, {"const": "abc"}, {"format": "x"}]}, ['"a"', '"abc"'], ['"ab"', '"abcd"', "null"]),
        ({"type": "string", "pattern": "\\S"}, ['" a"', '"a "', '"a"'], ['""', '" "', '"é"']),
        ({"not": {"type": "string", "pattern": "^null$"}}, ['""', '"nulls"', '"anull"', "1"], ['"null"']),
    ],
)  # fmt: skip
def test_what_is_taken(schema: dict[str, Any], good: list[str], others: list[str]) -> None:
    assert [raw for raw in [*good, *others] if hold(schema, raw)] == good


@pytest.mark.parametrize(
    "pattern", [r"^[\w]$", "^[a-z&&b]$", "^[^a]+$", "^a*+$", "^x{2}{3}$", "^a$|^b$", "^([a-z]+)*$", "(?i)a", "é"]
)
def test_patterns_of_another_build_are_left_to_the_engine(pattern: str) -> None:
    assert written.text({"type": "string", "pattern": pattern}) is None


def test_no_text_takes_long() -> None:
    """Repeats that could be told apart in many ways are left to the engine, so that a match takes linear time, or nearly."""
    for pattern in ("^([a-z]+,?)+$", "^([a-z]*[a-y]*){4}$", "^[a-z]*[a-y]*[a-x]*$"):
        assert written.text({"type": "string", "pattern": pattern}) is None
    for schema in LEAVES.values():
        form = written.text(schema)
        if form is not None:
            for long in ("a" * 20_000 + " ", "1" * 20_000 + "x", "長" * 20_000 + "\u200b", "a@" + "b." * 9000):
                assert not takes(f'"{form}"', f'"{long}"') or compiled(schema).is_valid(long)
