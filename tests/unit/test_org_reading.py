"""Texts that nobody should feed a profile reader, and what it says to them."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from contract_kit.errors import OrgProfileError
from contract_kit.org import OrgProfile
from contract_kit.org.reading import MAX_BYTES, MAX_VALUES, read_bytes


def refused(text: str) -> list[str]:
    """What is said of a text, with the place in front."""
    with pytest.raises(OrgProfileError) as caught:
        OrgProfile.from_text(text, "f")
    return str(caught.value).splitlines()


def refused_bytes(content: bytes) -> str:
    with pytest.raises(OrgProfileError) as caught:
        read_bytes(content, "f")
    return str(caught.value)


def test_nesting_by_the_megabyte() -> None:
    deep = "f:1:21: nests deeper than 20 levels. No profile needs more than five"
    assert refused("[" * (MAX_BYTES - 1)) == [deep]
    assert refused("{a: " * 1_000_000) == ["f:1:81: nests deeper than 20 levels. No profile needs more than five"]
    assert refused("- " * 2_000_000) == ["f:1:41: nests deeper than 20 levels. No profile needs more than five"]
    too_large = "f: is larger than 4 MiB. An org profile is a small YAML file"
    assert refused("[" * 5_000_000) == [too_large]
    assert refused_bytes(b"[" * 5_000_000) == too_large


def test_values_by_the_hundred_thousand() -> None:
    line = refused("tills: [" + "a, " * MAX_VALUES + "]")
    assert line == [
        f"f:1:{9 + 3 * (MAX_VALUES - 2)}: holds more than {MAX_VALUES} values, aliases followed. No profile needs as many"
    ]


def test_thousands_of_problems_are_still_quick_to_say() -> None:
    lines = refused("tills: [" + "a, " * 20_000 + "]")
    assert len(lines) == 19_999
    assert lines[0] == 'f:1:12: /tills/1: "a" is listed twice. Keep one of them'


def test_an_alias_chain_that_nests_too_deep() -> None:
    links = "".join(f"k{number}: &k{number} [*k{number - 1}]\n" for number in range(1, 30))
    assert refused("k0: &k0 x\n" + links) == ["f:1:5: holds more than 20 levels, aliases followed. No profile needs as many"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"org: caf\xe9\n", "f:1:9: is not UTF-8 text. Save the file as UTF-8 text"),
        (b"org: x\r\ntills: [\xff]", "f:2:9: is not UTF-8 text. Save the file as UTF-8 text"),
        ("org: é".encode() + b"\xc3", "f:1:7: is not UTF-8 text. Save the file as UTF-8 text"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "f:1:1: is not UTF-8 text. Save the file as UTF-8 text"),
        (
            b"PK\x03\x04\x14\x00",
            "f:1:3: holds a character that no text file has (U+0003). An org profile is a YAML text file",
        ),
        (b"\x00" * 100, "f:1:1: holds a character that no text file has (U+0000). An org profile is a YAML text file"),
        (b"\xff\xfeo\x00r", "f:1:1: is not UTF-8 text. Save the file as UTF-8 text"),
    ],
)
def test_binary(content: bytes, said: str) -> None:
    assert refused_bytes(content) == said


def test_utf_16_with_a_byte_order_mark() -> None:
    assert read_bytes("org: café\n".encode("utf-16"), "f").data == {"org": "café"}


@pytest.mark.skipif(not yaml.__with_libyaml__, reason="the words are libyaml's")
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("tills: [one,\n", "f:2:1: is not YAML: did not find expected node content"),
        ("org: 'one", "f:1:10: is not YAML: found unexpected end of stream"),
        ("%YAML 3.0\n---\norg: x", "f:1:1: is not YAML: found incompatible YAML document"),
        ('org: "\\ud800"', "f:1:9: is not YAML: found invalid Unicode character escape code"),
    ],
)
def test_what_the_parser_says_is_passed_on(text: str, said: str) -> None:
    assert refused(text) == [said]


def test_half_a_surrogate_pair() -> None:
    said = "f:1:6: holds a character that no text file has (U+D800). An org profile is a YAML text file"
    assert refused("org: \ud800") == [said]


def test_an_escaped_half_pair_under_the_python_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(yaml, "CSafeLoader", raising=False)
    assert refused('org: "\\ud800"\ntills: ["\\udfff"]\nextendedFields: {"\\ud800": {}}') == [
        "f:1:6: /org: holds half a surrogate pair, which is no text. Correct the text",
        "f:2:9: /tills/0: holds half a surrogate pair, which is no text. Correct the text",
        "f:3:18: /extendedFields/\ufffd: holds half a surrogate pair, which is no text. Correct the text",
    ]


_CYCLE: list[Any] = []
_CYCLE.append(_CYCLE)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({1: 2}, ["f: a key is int, not readable text. Use text keys"]),
        ({"programs": {True: {}}}, ["f: /programs: a key is bool, not readable text. Use text keys"]),
        ({"programs": {-4: {}}}, ['f: /programs/-: a loyalty program goes by its number, not "-". Write the id in digits']),
        (
            {"cards": {"series": {73: ["A"], "073": ["B"]}}},
            ['f: /cards/series/73: the key "73" is there twice. Keep one'],
        ),
        ({"org": object()}, ["f: /org: is object, not plain data. Use text, numbers, lists, mappings"]),
        ({"tills": {"one"}}, ["f: /tills: is set, not plain data. Use text, numbers, lists, mappings"]),
        ({"org": float("nan")}, ["f: /org: is a number beyond all measure. Write plain digits"]),
        ({"org": 10**5000}, ["f: /org: is a number beyond all measure. Write plain digits"]),
        ({"org": "\ud800"}, ["f: /org: holds half a surrogate pair, which is no text. Correct the text"]),
        ({"\ud800": 1}, ["f: a key is str, not readable text. Use text keys"]),
        ({"tills": _CYCLE}, ["f: nests deeper than 20 levels. No profile needs more than five"]),
        (
            {"sources": {"LINE": {"accounts": [20019, True, 1.5]}}},
            [
                'f: /sources/LINE/accounts/0: must be text, but 20019 is read as a number. Quote it: "20019"',
                'f: /sources/LINE/accounts/1: must be text, but true is read as a truth value. Quote it: "true"',
                'f: /sources/LINE/accounts/2: must be text, but 1.5 is read as a number. Quote it: "1.5"',
            ],
        ),
        (["org"], ["f: must be a mapping, not a list. Write keys with values, such as org: my-brand"]),
    ],
)
def test_data_that_is_no_profile(data: Any, said: list[str]) -> None:
    with pytest.raises(OrgProfileError) as caught:
        OrgProfile.from_mapping(data, "f")
    assert str(caught.value).splitlines() == said


@given(
    st.one_of(
        st.text(max_size=60),
        st.text("{}[]:,&*!|>'\"%@`#-? \n\ta01<~=.", max_size=60),
        st.lists(
            st.sampled_from(
                [
                    "org: x\n",
                    "sources:\n",
                    "  LINE: {accounts: [1]}\n",
                    "tills: [a]\n",
                    "&a ",
                    "*a",
                    "{",
                    "}",
                    "\n",
                    "- ",
                    "? ",
                ]
            ),
            max_size=12,
        ).map("".join),
    )
)
def test_any_text_is_a_profile_or_refused(text: str) -> None:
    try:
        profile = OrgProfile.from_text(text, "f")
    except OrgProfileError as error:
        problems = error.problems
    else:
        problems = ()
        assert OrgProfile.from_mapping(profile.to_mapping()) == profile
    assert all(problem.message and problem.source == "f" for problem in problems)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["org", "sources", "LINE", "accounts", "registration", "mobile", "series", "cards", "73", "enum", "type"]
            )
            | st.text(max_size=3),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(
    st.dictionaries(
        st.sampled_from(
            [
                "org",
                "region",
                "api",
                "sources",
                "registration",
                "identifierTypes",
                "tills",
                "cards",
                "programs",
                "customerStatus",
                "customFields",
                "extendedFields",
                "rejectEmptyExtendedFields",
            ]
        ),
        _JSON,
        max_size=4,
    )
)
def test_any_data_is_a_profile_or_refused(data: dict[str, Any]) -> None:
    try:
        profile = OrgProfile.from_mapping(data)
    except OrgProfileError as error:
        problems = error.problems
    else:
        problems = ()
        assert OrgProfile.from_mapping(profile.to_mapping()) == profile
    assert not [problem for problem in problems if problem.message.startswith("breaks the format")]
