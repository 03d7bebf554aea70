"""YAML as the JSON that is meant."""

from __future__ import annotations

import itertools
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_kit.exchange import MISSING
from contract_kit.records.yamltext import MAX_DEPTH, YamlDocument, documents


def only(text: str | bytes) -> YamlDocument:
    (document,) = documents(text.encode() if isinstance(text, str) else text)
    return document


def problems(document: YamlDocument) -> list[tuple[str, int, int]]:
    return [(problem.kind, problem.line, problem.column) for problem in document.problems]


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("NO", "NO"),
        ("yes", "yes"),
        ("on", "on"),
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("2026-11-23", "2026-11-23"),
        ("2026-11-23T10:00:00+05:30", "2026-11-23T10:00:00+05:30"),
        ("12:30", "12:30"),
        ("919800000001", 919800000001),
        ("0123", 123),
        ("0o17", 15),
        ("0x1F", 31),
        ("1_000", "1_000"),
        ("-5", -5),
        ("75.000", 75.0),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("'5'", "5"),
        ('"true"', "true"),
        ("!!str 5", "5"),
        ("! 5", "5"),
        ("!!int '7'", 7),
        ("<<", "<<"),
        ("=", "="),
    ],
)
def test_what_a_word_means(word: str, value: object) -> None:
    document = only(f"a: {word}\n")
    assert document.value == {"a": value}
    assert type(document.value["a"]) is type(value)
    assert document.problems == []


def test_places_of_values_and_keys() -> None:
    document = only("# a comment\nä: ü\nlist:\n  - {type: mobile, value: '1'}\n  - x\n")
    assert document.value == {"ä": "ü", "list": [{"type": "mobile", "value": "1"}, "x"]}
    assert document.position(()) == (2, 1)
    assert document.position(("ä",)) == (2, 4)
    assert document.position(("list", 0, "value")) == (4, 27)
    assert document.position(("list", 0, "value"), key=True) == (4, 20)
    assert document.position(("list", 1)) == (5, 5)
    assert document.position(("list", 0, "gone", "deeper")) == (4, 5)


def test_keys_are_text() -> None:
    assert only("73: [A]\ntrue: b\nnull: c\n").value == {"73": ["A"], "true": "b", "null": "c"}


def test_a_key_twice_is_a_problem_and_the_last_wins() -> None:
    document = only("a: 1\nb: {c: 1, c: 2}\na: 3\n")
    assert document.value == {"a": 3, "b": {"c": 2}}
    assert problems(document) == [("json-duplicate-key", 2, 11), ("json-duplicate-key", 3, 1)]
    assert document.problems[0].pointer == ("b", "c")


def test_several_documents_and_empty_ones() -> None:
    found = list(documents(b"---\na: 1\n---\n# nothing\n---\na: 2\n...\n---\n"))
    assert [document.value for document in found] == [{"a": 1}, {"a": 2}]
    assert [document.position(("a",)) for document in found] == [(2, 4), (6, 4)]


def test_aliases_repeat_what_they_name() -> None:
    document = only("a: &x {b: 1}\nc: [*x, *x]\n")
    assert document.value == {"a": {"b": 1}, "c": [{"b": 1}, {"b": 1}]}
    assert document.position(("c", 1, "b")) == (2, 9)


@pytest.mark.parametrize(
    ("text", "kind", "line", "column"),
    [
        ("a: [1\n", "json-syntax", 2, 1),
        ("a: 1\n b: 2\n", "json-syntax", 2, 3),
        ("\ta: 1\n", "json-syntax", 1, 1),
        ("a: *gone\n", "json-syntax", 1, 4),
        ("&a [*a]\n", "json-syntax", 1, 5),
        ("? [a]\n: b\n", "json-syntax", 1, 3),
        ("a: \x01\n", "json-syntax", 1, 4),
        ("a: b\nc: '\x00'\n", "json-syntax", 2, 5),
        ("[" * (MAX_DEPTH + 1), "json-too-deep", 1, MAX_DEPTH + 1),
        ("[" * 200_000, "json-too-deep", 1, MAX_DEPTH + 1),
        ("- " * 2000, "json-too-deep", 1, 2 * MAX_DEPTH + 1),
    ],
)
def test_what_cannot_be_read_on(text: str, kind: str, line: int, column: int) -> None:
    document = only(text)
    assert document.value is MISSING
    assert problems(document) == [(kind, line, column)]


def test_documents_before_a_broken_one_are_records() -> None:
    found = list(documents(b"a: 1\n---\na: [\n---\na: 3\n"))
    assert [document.value for document in found] == [{"a": 1}, MISSING]


def test_bytes_that_are_no_text() -> None:
    document = only(b"a: 1\nb: \xc3\xa4\xff\n")
    assert document.value is MISSING
    assert problems(document) == [("json-encoding", 2, 5)]


def test_aliases_that_unfold_to_very_much() -> None:
    names = "abcdefgh"
    lines = [f"{names[0]}: &{names[0]} [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]"]
    for before, name in itertools.pairwise(names):
        lines.append(f"{name}: &{name} [{', '.join([f'*{before}'] * 10)}]")
    document = only("\n".join(lines))
    assert document.value is MISSING
    assert problems(document) == [("json-syntax", 6, 36)]


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        (".nan", "json-not-finite"),
        ("-.inf", "json-not-finite"),
        ("1e999", "json-not-finite"),
        ("9" * 5000, "json-number-too-long"),
    ],
)
def test_numbers_that_json_has_not(word: str, kind: str) -> None:
    document = only(f"a: {word}\n")
    assert document.value == {"a": word}
    assert problems(document) == [(kind, 1, 4)]
    assert document.problems[0].pointer == ("a",)


@pytest.mark.parametrize("tag", ["!Foo", "!!timestamp", "!!binary", "!!set"])
def test_tags_that_mean_nothing_in_json(tag: str) -> None:
    document = only(f"a: {tag} {{}}\n" if tag == "!!set" else f"a: {tag} 2026-11-23\n")
    assert problems(document) == [("json-syntax", 1, 4)]


def test_utf_16_is_read() -> None:
    assert only("a: ü\n".encode("utf-16")).value == {"a": "ü"}


_TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufeff\ufffe\uffff\u2028\u2029"))
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | _TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXTS, inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(_TEXTS, _JSON, min_size=1, max_size=4))
def test_json_is_yaml(value: object) -> None:
    document = only(json.dumps(value, ensure_ascii=False))
    assert document.problems == []
    assert json.dumps(document.value) == json.dumps(value)
