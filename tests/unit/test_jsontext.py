"""JSON text: what is wrong with it, exactly where, and where things stand in it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contract_kit.errors import UsageError
from contract_kit.exchange import MISSING
from contract_kit.jsontext import KINDS, Document, Problem, escape_pointer, parse, parse_pointer

Pointer = tuple[str | int, ...]


def told(document: Document) -> list[tuple[str, int, int]]:
    return [(problem.kind, problem.line, problem.column) for problem in document.problems]


def only(text: bytes | str) -> Problem:
    (problem,) = parse(text).problems
    return problem


SYNTAX = [
    # a text that ends too early
    ("", 1, 1, "the text is empty"),
    (" \r\n\t", 1, 1, "the text holds nothing but blanks"),
    ("{", 1, 2, "the text ends inside the object that begins at column 1"),
    ('{"a": [\n  {"b": 1},\n\n', 2, 12, "the text ends inside the array that begins at line 1, column 7"),
    ('{"a"', 1, 5, "the text ends inside the object that begins at column 1"),
    ('{"a": ', 1, 6, "the text ends inside the object that begins at column 1"),
    ("[1", 1, 3, "the text ends inside the array that begins at column 1"),
    # commas
    ('{"a": 1,}', 1, 8, "a comma before the closing }"),
    ('{\n  "a": 1,\n}', 2, 9, "a comma before the closing }"),
    ("[1, 2 ,\n]", 1, 7, "a comma before the closing ]"),
    ("[1,,2]", 1, 4, "a comma without a value before it"),
    ("[,1]", 1, 2, "a comma without a value before it"),
    ('{"a": , "b": 1}', 1, 7, "a comma without a value before it"),
    ("{,}", 1, 2, "a comma without a member before it"),
    ('{"a": 1 "b": 2}', 1, 9, "a comma is missing before this"),
    ('{"a": {}\n "b": 2}', 2, 2, "a comma is missing before this"),
    ("[1 2]", 1, 4, "a comma is missing before this"),
    ('["a" "b"]', 1, 6, "a comma is missing before this"),
    ("[[] []]", 1, 5, "a comma is missing before this"),
    ("[1; 2]", 1, 3, "a semicolon after a value"),
    ('{"a": 1 2}', 1, 9, "a comma or } was expected, not a number"),
    ("[1 = 2]", 1, 4, "a comma or ] was expected, not ="),
    # names and colons
    ("{'a': 1}", 1, 2, "a single quote in the place of a double one"),
    ("{\"a\": 'x'}", 1, 7, "a single quote in the place of a double one"),
    ("{lastName: 1}", 1, 2, "a name without quotes"),
    ('{"a": 1, b: 2}', 1, 10, "a name without quotes"),
    ("{1: 2}", 1, 2, "a name was expected, not a number"),
    ('{{"a": 1}}', 1, 2, "a name was expected, not {"),
    ("{: 1}", 1, 2, "a colon without a name before it"),
    ('{"a" 1}', 1, 6, "a colon was expected after a name, not a number"),
    ('{"a", "b"}', 1, 5, "a colon was expected after a name, not ,"),
    ('{"a" "b"}', 1, 6, "a colon was expected after a name, not a string"),
    ('{"a" b}', 1, 6, "a colon was expected after a name, not a word"),
    ('{"a": }', 1, 7, "a member without a value"),
    ('{"a": "b": 1}', 1, 10, "a colon after a value"),
    ('["a": 1]', 1, 5, "a colon after a value"),
    ('"a": 1', 1, 4, "a member outside of an object"),
    # brackets
    ("]", 1, 1, "a ] that closes nothing"),
    ("{}}", 1, 3, "a } that closes nothing"),
    ("[1}", 1, 3, "a } cannot close the array that begins at column 1"),
    ("[}", 1, 2, "a } cannot close the array that begins at column 1"),
    ("[1, }", 1, 5, "a } cannot close the array that begins at column 1"),
    ('[{"a": 1]', 1, 9, "a ] cannot close the object that begins at column 2"),
    ("{]", 1, 2, "a ] cannot close the object that begins at column 1"),
    # strings
    ('{"a": "x}', 1, 7, "the string that begins here does not end"),
    ('{"a', 1, 2, "the string that begins here does not end"),
    ('["\\', 1, 2, "the string that begins here does not end"),
    ('{"a": "x,\n "b": 1}', 1, 7, "the string that begins here does not end on its line"),
    ('["x\r\n"]', 1, 2, "the string that begins here does not end on its line"),
    ('["x\ty"]', 1, 4, "the control character U+0009 inside a string"),
    ('{"é\x00": 1}', 1, 4, "the control character U+0000 inside a string"),
    (r'["ab\x41"]', 1, 5, "the escape of x is none that JSON has"),
    (r'["C:\Users"]', 1, 5, "the escape of U is none that JSON has"),
    (r'["it\'s"]', 1, 5, "the escape of ' is none that JSON has"),
    ('["\\é"]', 1, 3, "the escape of U+00E9 is none that JSON has"),
    (r'["\u12"]', 1, 3, r"the escape \u needs four hexadecimal digits"),
    (r'["\ud83d\u12"]', 1, 9, r"the escape \u needs four hexadecimal digits"),
    ('["He said "hi" there"]', 1, 12, "text after the end of a string"),
    # words
    ("[True]", 1, 2, "True is not a word of JSON"),
    ('{"a": None}', 1, 7, "None is not a word of JSON"),
    ('{"a": undefined}', 1, 7, "undefined is not a word of JSON"),
    ("[NULL]", 1, 2, "NULL is not a word of JSON"),
    ("[nan]", 1, 2, "nan is not a number that JSON has"),
    ("[Inf]", 1, 2, "Inf is not a number that JSON has"),
    ('{"a": hello}', 1, 7, "a bare word, which JSON does not have"),
    ("tru", 1, 1, "a bare word, which JSON does not have"),
    ("name: x", 1, 1, "a bare word, which JSON does not have"),
    ("[truex]", 1, 6, "a comma is missing before this"),
    # numbers
    ("[01]", 1, 2, "a number with leading zeros"),
    ('{"a": -007}', 1, 7, "a number with leading zeros"),
    ("00", 1, 1, "a number with leading zeros"),
    ("[+1]", 1, 2, "a number with a plus sign"),
    ("[0x1F]", 1, 2, "a number that is not decimal"),
    ("[.5]", 1, 2, "a number that begins with its point"),
    ("[-.5]", 1, 2, "a number without a digit before its point"),
    ("[-]", 1, 2, "a minus sign without a number"),
    ("-", 1, 1, "a minus sign without a number"),
    ("[1.]", 1, 2, "a number without digits after its point"),
    ("[1e]", 1, 2, "a number without digits in its exponent"),
    ("[1.5E+]", 1, 2, "a number without digits in its exponent"),
    ("[1_000]", 1, 2, "a number that runs on into other characters"),
    ('{"d": 2024-01-31}', 1, 7, "a number that runs on into other characters"),
    ("12abc", 1, 1, "a number that runs on into other characters"),
    ("[1 .5]", 1, 4, "a comma or ] was expected, not ."),
    # comments and other strangers
    ("// x\n{}", 1, 1, "a comment, which JSON does not have"),
    ('{"a": 1, # x\n"b": 2}', 1, 10, "a comment, which JSON does not have"),
    ('{"a": 1 /* x */}', 1, 9, "a comment, which JSON does not have"),
    ('{"a" /* x */: 1}', 1, 6, "a comment, which JSON does not have"),
    ("{}\n// x", 2, 1, "a comment, which JSON does not have"),
    ("{`a`: 1}", 1, 2, "a backtick"),
    ("{“a”: 1}", 1, 2, "a typographic quote (U+201C)"),
    (r"{\"a\": 1}", 1, 2, "a backslash outside of a string"),
    ("[...]", 1, 2, "dots in the place of something left out"),
    ('{"a": 1, …}', 1, 10, "dots in the place of something left out"),
    ("[\xa01]", 1, 2, "the invisible character U+00A0 outside of a string"),
    ("[1]\x00", 1, 4, "the invisible character U+0000 outside of a string"),
    ("\ufeff\ufeff[1]", 1, 1, "the invisible character U+FEFF outside of a string"),
    ("<html></html>", 1, 1, "the text looks like HTML or XML, not JSON"),
    ("[(1)]", 1, 2, "a value was expected, not ("),
    ('{"a": 1, (', 1, 10, "a name was expected, not ("),
    # more than one document
    ('{"a": 1}\n{"a": 2}\n', 2, 1, "a second value after the end of the document"),
    ('{"a": 1} {"a": 2}', 1, 10, "a second value after the end of the document"),
    ("[1] true", 1, 5, "a second value after the end of the document"),
    ("1 2", 1, 3, "a second value after the end of the document"),
    ("[1],", 1, 4, "a comma after the end of the document"),
    ("{};", 1, 3, "; after the end of the document"),
]


@pytest.mark.parametrize(("text", "line", "column", "message"), SYNTAX)
def test_broken_syntax(text: str, line: int, column: int, message: str) -> None:
    document = parse(text)
    assert document.value is MISSING
    problem = document.problems[-1]
    assert (problem.kind, problem.line, problem.column) == ("json-syntax", line, column)
    assert problem.message == message
    assert problem.hint
    assert problem.pointer is None


HINTS = [
    ("{", "it is cut off, or lacks a }"),
    ("[1,]", "take the comma away; nothing follows it"),
    ("{lastName: 1}", 'write "lastName"'),
    ("{the-name: 1}", 'write "the"'),
    ("{größe: 1}", "put it in double quotes"),
    ("[True]", "write true"),
    ("[None]", "write null"),
    ("name: x", "a document begins with { or [; if this is YAML, it belongs in a .yaml file"),
    ('["x\ty"]', r"write \t, or take it away"),
    ('["x\x01y"]', r"write \u0001, or take it away"),
    ("{}{}", "a text holds one document; several, one a line, are NDJSON (.ndjson)"),
    ("[1}", "close it with ]"),
]


@pytest.mark.parametrize(("text", "hint"), HINTS)
def test_the_way_out(text: str, hint: str) -> None:
    assert only(text).hint == hint


def test_lines_end_with_lf_crlf_or_cr() -> None:
    for end in ("\n", "\r\n", "\r"):
        assert told(parse(f"{{{end}{end}  'a': 1}}")) == [("json-syntax", 3, 3)]
    assert told(parse("[\r\n\r1,\n\n\r]")) == [("json-syntax", 3, 2)]
    document = parse('{"a":\r\n1,\r"b":\n2}')
    assert [document.position(("a",)), document.position(("b",))] == [(2, 1), (4, 1)]
    assert parse('["\u2028\u0085\x0b'.replace("\x0b", "\\u000b") + '", 1]').position((1,)) == (1, 14)


def test_columns_count_characters() -> None:
    assert told(parse('["ä😀", x]'.encode())) == [("json-syntax", 1, 8)]


def test_the_first_line_may_have_another_number() -> None:
    assert told(parse("[1,]", first_line=7)) == [("json-syntax", 7, 3)]
    assert told(parse(b'\xef\xbb\xbf["\n', first_line=7)) == [("json-bom", 7, 1), ("json-syntax", 7, 2)]
    assert told(parse(b"\xff", first_line=7)) == [("json-encoding", 7, 1)]
    assert told(parse("[1]".encode("utf-16"), first_line=7)) == [("json-encoding", 7, 1)]
    assert told(parse("[" * 201, first_line=7)) == [("json-too-deep", 7, 201)]
    assert parse("[\n1]", first_line=7).position((0,)) == (8, 1)


# -- encodings --------------------------------------------------------------------------------------------------------


def test_a_byte_order_mark_is_told_and_the_rest_is_read() -> None:
    for text in (b'\xef\xbb\xbf{"a": 1}', '\ufeff{"a": 1}'):
        document = parse(text)
        assert document.value == {"a": 1}
        assert told(document) == [("json-bom", 1, 1)]
        assert document.position(("a",)) == (1, 7)


@pytest.mark.parametrize(
    ("codec", "name"),
    [
        ("utf-16", "UTF-16 (little-endian)"),
        ("utf-16-le", "UTF-16 (little-endian)"),
        ("utf-16-be", "UTF-16 (big-endian)"),
        ("utf-32", "UTF-32 (little-endian)"),
        ("utf-32-le", "UTF-32 (little-endian)"),
        ("utf-32-be", "UTF-32 (big-endian)"),
    ],
)
@pytest.mark.parametrize("text", ["1", "[]", '{"name": "é😀中"}', '"中中中中中中中中"'])
def test_wide_encodings_are_named(codec: str, name: str, text: str) -> None:
    document = parse(text.encode(codec))
    assert document.value is MISSING
    assert document.problems == (Problem("json-encoding", f"the text is {name}, not UTF-8", "save it as UTF-8", 1, 1, None),)
    assert document.position(()) is None


def test_wide_encodings_with_a_big_endian_mark() -> None:
    assert only(b"\xfe\xff" + "[1]".encode("utf-16-be")).message == "the text is UTF-16 (big-endian), not UTF-8"
    assert only(b"\x00\x00\xfe\xff" + "[1]".encode("utf-32-be")).message == "the text is UTF-32 (big-endian), not UTF-8"
    assert only(b"\xff\xfe[").message == "the text is UTF-16 (little-endian), not UTF-8"


@pytest.mark.parametrize("data", [b"\0", b"\0\0", b"{\0}", b"[1\0\0\0]", b"{\0\0", b"1\0a\xd8\x80a", b"1\x001\x001\0\0\0"])
def test_stray_zeros_are_not_an_encoding(data: bytes) -> None:
    assert only(data).kind == "json-syntax"


@pytest.mark.parametrize(
    ("data", "line", "column", "message"),
    [
        (b'{"a": "\xff"}', 1, 8, "byte 0xFF at offset 7 is not UTF-8"),
        (b'{"\xc3\xa4":\n "\xe9t\xe9"}', 2, 3, "byte 0xE9 at offset 9 is not UTF-8"),
        (b"\x80", 1, 1, "byte 0x80 at offset 0 is not UTF-8"),
        (b'["\xe2\x82', 1, 3, "the text ends inside a character, at offset 2"),
        (b'["\xed\xa0\xbd"]', 1, 3, "the bytes at offset 2 are half of a character, which UTF-8 does not have"),
    ],
)
def test_bytes_that_are_no_text(data: bytes, line: int, column: int, message: str) -> None:
    problem = only(data)
    assert problem[:2] + problem[3:] == ("json-encoding", message, line, column, None)
    assert parse(data).value is MISSING


def test_offsets_count_the_byte_order_mark_and_columns_do_not() -> None:
    document = parse(b"\xef\xbb\xbf[\xff]")
    assert told(document) == [("json-bom", 1, 1), ("json-encoding", 1, 2)]
    assert document.problems[1].message == "byte 0xFF at offset 4 is not UTF-8"


# -- what is read, but told -------------------------------------------------------------------------------------------


def test_numbers_that_json_does_not_have() -> None:
    document = parse('{"a": [NaN,\n-Infinity], "b": Infinity, "c": -1e999, "d": 1e308, "e": ' + "9" * 400 + ".0}")
    assert [(*place, problem.pointer) for place, problem in zip(told(document), document.problems, strict=True)] == [
        ("json-not-finite", 1, 8, ("a", 0)),
        ("json-not-finite", 2, 1, ("a", 1)),
        ("json-not-finite", 2, 18, ("b",)),
        ("json-not-finite", 2, 33, ("c",)),
        ("json-not-finite", 2, 58, ("e",)),
    ]
    assert [problem.message for problem in document.problems[1:4]] == [
        "-Infinity is not a number that JSON has",
        "Infinity is not a number that JSON has",
        "a number too large for any reader, which makes it infinite",
    ]
    inf = float("inf")
    assert isinstance(document.value, dict)
    assert repr(document.value.pop("a")) == "[nan, -inf]"
    assert document.value == {"b": inf, "c": -inf, "d": 1e308, "e": inf}


def test_names_that_stand_twice() -> None:
    document = parse('{"a": 1,\n "b": [{"x": 1, "x": {"y": 1, "y": 2}}],\n "\\u0061": 2, "a": 3}')
    assert document.value == {"a": 3, "b": [{"x": {"y": 2}}]}
    assert document.problems == (
        Problem("json-duplicate-key", _twice("x", 9), "keep one of them", 2, 17, ("b", 0, "x")),
        Problem("json-duplicate-key", _twice("y", 23), "keep one of them", 2, 31, ("b", 0, "x", "y")),
        Problem("json-duplicate-key", _twice("a", 2, line=1), "keep one of them", 3, 2, ("a",)),
        Problem("json-duplicate-key", _twice("a", 2, line=1), "keep one of them", 3, 15, ("a",)),
    )
    assert document.position(("a",)) == (3, 20)
    assert document.position(("a",), key=True) == (3, 15)
    assert document.position(("b", 0, "x", "y")) == (2, 36)


def _twice(name: str, column: int, line: int | None = None) -> str:
    first = "first at " + (f"line {line}, " if line is not None else "") + f"column {column}"
    return f'the name "{name}" stands more than once in this object, {first}; the last one wins'


def test_objects_of_the_same_path_are_not_taken_for_one() -> None:
    document = parse('{"a": {"x": 1, "x": 2}, "a": {"x": 3, "x": 4}}')
    assert [problem.message for problem in document.problems] == [
        _twice("x", 8),
        _twice("a", 2),
        _twice("x", 31),
    ]


def test_names_are_shown_only_where_they_are_words() -> None:
    secret = "someone@example.org"
    assert only(f'{{"{secret}": 1, "{secret}": 2}}').message.startswith("a name stands more than once in this object")


@pytest.mark.parametrize(
    ("text", "column", "pointer"),
    [
        (r'{"x": "a\ud83db"}', 9, ("x",)),
        (r'{"x": "\ude00\ud83d\ude00"}', 8, ("x",)),
        (r'["\uD83D\ud83d\ude00"]', 3, (0,)),
        (r'["\\\ud83d\\ude00"]', 5, (0,)),
        (r'["\ud83d\n\\\\"]', 3, (0,)),
        ('{"\\uDEAD": 1}', 3, ("\udead",)),
        ('{"ä": ["\ud83d"]}', 9, ("ä", 0)),
        (r'"\ud83d"', 2, ()),
    ],
)
def test_half_characters(text: str, column: int, pointer: Pointer) -> None:
    document = parse(text)
    assert document.value == json.loads(text)
    problem = only(text)
    assert (problem.kind, problem.line, problem.column) == ("json-lone-surrogate", 1, column)
    assert problem.pointer == pointer


@pytest.mark.parametrize("text", [r'"\ud83d\ude00"', r'"\uD83D\uDE00"', r'"\\ud83d"', r'"\\\\ud83d\ud7ff\ue000"', '"😀"'])
def test_whole_characters(text: str) -> None:
    document = parse(text)
    assert document.value == json.loads(text)
    assert document.problems == ()


@pytest.fixture(params=[0, 1000, 4300, 10_000])
def digits(request: pytest.FixtureRequest) -> Iterator[int]:
    """Another limit of the interpreter for whole numbers in text."""
    before = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(request.param)
    yield min(request.param or 4300, 4300)
    sys.set_int_max_str_digits(before)


def test_whole_numbers_are_exact_up_to_a_length(digits: int) -> None:
    for sign in ("", "-"):
        document = parse(f"[{sign}{'7' * digits}]")
        assert document.problems == ()
        assert document.value == [int(sign + "7" * digits)]
        document = parse(f'[1, {{"a": {sign}{"7" * (digits + 1)}}}, NaN]')
        assert told(document) == [("json-number-too-long", 1, 11), ("json-not-finite", 1, digits + 15 + len(sign))]
        assert document.problems[0].message == f"a whole number of {digits + 1} digits, more than readers take"
        assert document.problems[0].pointer == (1, "a")
        assert document.value is MISSING


def test_a_long_fraction_is_a_number_like_any_other() -> None:
    document = parse("[0." + "1" * 5000 + ", " + "1" * 300 + "." + "1" * 5000 + "]")
    assert document.problems == ()
    assert document.value == [0.1111111111111111, float("1" * 300)]


def test_all_that_can_be_told_is_told() -> None:
    text = '\ufeff{"a": NaN, "a": "\\ud800",\n "b": 1e999, "b": ' + "1" * 5000 + ', "c": 01, "c": NaN}'
    assert told(parse(text.encode())) == [
        ("json-bom", 1, 1),
        ("json-not-finite", 1, 7),
        ("json-duplicate-key", 1, 12),
        ("json-lone-surrogate", 1, 18),
        ("json-not-finite", 2, 7),
        ("json-duplicate-key", 2, 14),
        ("json-number-too-long", 2, 19),
        ("json-syntax", 2, 5026),
    ]


def test_a_flood_of_one_kind_is_counted_and_hides_no_other() -> None:
    document = parse("[" + "NaN," * 2500 + '{"a": 1, "a": 2}]')
    assert [problem.kind for problem in document.problems] == ["json-not-finite"] * 1000 + ["json-duplicate-key"]
    assert document.problems[998].message == "NaN is not a number that JSON has"
    assert document.problems[999].message == "NaN is not a number that JSON has; 1500 more of this kind follow"
    assert len(parse("[" + "NaN," * 999 + "NaN]").problems) == 1000
    assert only("[NaN]").message == parse("[" + "NaN," * 999 + "NaN]").problems[999].message


# -- nesting ----------------------------------------------------------------------------------------------------------


def test_nesting_is_bounded() -> None:
    deep: Any = 1
    for _ in range(100):
        deep = {"a": [deep]}
    text = json.dumps(deep)
    assert parse(text).value == deep
    assert parse(text).problems == ()
    document = parse(text.replace("1", "[]"))
    assert document.value is MISSING
    assert told(document) == [("json-too-deep", 1, 701)]
    assert document.position(("a", 0, "a")) == (1, 14)


@pytest.mark.parametrize("unit", ["[", '{"a":', '[{"":', "[[],"])
def test_ten_megabytes_of_nesting(unit: str) -> None:
    text = unit * (10_000_000 // len(unit))
    document = parse(text.encode())
    assert document.value is MISSING
    (problem,) = document.problems
    assert (problem.kind, problem.message) == ("json-too-deep", "arrays and objects nest deeper than 200 levels here")
    depth = [0]
    for sign in text[:2000]:
        depth.append(depth[-1] + {"[": 1, "{": 1, "]": -1}.get(sign, 0))
    assert (problem.line, problem.column) == (1, depth.index(201))


def test_the_allowed_depth_is_the_caller_s() -> None:
    assert parse("[[]]", max_depth=2).problems == ()
    assert told(parse("[[],[[]]]", max_depth=2)) == [("json-too-deep", 1, 6)]
    assert told(parse("\ufeff[]", max_depth=0)) == [("json-bom", 1, 1), ("json-too-deep", 1, 1)]
    assert parse("1", max_depth=0).value == 1


def test_more_depth_than_the_interpreter_has_is_told() -> None:
    document = parse("[" * 300_000 + "]" * 300_000, max_depth=1_000_000)
    assert document.value is MISSING
    assert told(document) == [("json-too-deep", 1, 201)]


def test_brackets_in_strings_do_not_nest() -> None:
    text = json.dumps(["[" * 300, '{"' * 300, "\\" * 301, {"[": "]"}] * 100)
    assert parse(text).problems == ()
    assert parse(text).value == json.loads(text)


def test_many_shallow_values_are_not_deep() -> None:
    text = json.dumps([[{}, []]] * 1000)
    assert parse(text).value == json.loads(text)
    assert told(parse("]" + "[" * 100 + "]" * 100 + "[]" * 200)) == [("json-syntax", 1, 1)]


# -- places -----------------------------------------------------------------------------------------------------------


def test_the_nearest_thing_above_stands_for_what_is_not_there() -> None:
    document = parse('{\n  "a": [1, {"b": null}],\n  "0": 5\n}')
    assert document.position(()) == (1, 1)
    assert document.position((), key=True) == (1, 1)
    assert document.position(("a",), key=True) == (2, 3)
    assert document.position(["a", 1, "b"]) == (2, 18)
    assert document.position(("a", "1", "b"), key=True) == (2, 13)
    assert document.position(("a", 1), key=True) == (2, 12)
    assert document.position((0,)) == (3, 8)
    for missing in (("a", 2), ("a", -1), ("a", "x"), ("a", "9" * 30), ("a", 2, "b", "c")):
        assert document.position(missing) == (2, 8)
        assert document.position(missing, key=True) == (2, 8)
    assert document.position(("a", 0, "x")) == (2, 9)
    assert document.position(("x", "y"), key=True) == (1, 1)


def test_a_broken_text_has_the_places_before_the_break() -> None:
    document = parse('{"a": [1, 2], "b": {"c": [x')
    assert document.position(("a", 1)) == (1, 11)
    assert document.position(("b", "c", 5)) == (1, 26)
    assert parse("  ").position(()) is None
    assert parse("nul").position(("a",)) is None


def test_a_good_text_needs_no_scan() -> None:
    code = (
        'import sys; from contract_kit.jsontext import parse; d = parse(b\'{"a": [1.5, "\\\\u00e9"]}\');'
        "print('contract_kit.jsontext.scan' in sys.modules); d.position(('a', 0));"
        "print('contract_kit.jsontext.scan' in sys.modules, 'contract_kit.jsontext.troubles' in sys.modules)"
    )
    environment = {"PYTHONPATH": os.pathsep.join(sys.path)}
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    assert result.stdout.split() == ["False", "True", "False"]


# -- laws -------------------------------------------------------------------------------------------------------------

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4), max_leaves=15
)
_LINES = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")


@st.composite
def texts(draw: st.DrawFn) -> tuple[str, object]:
    """A JSON text in some layout, and its value."""
    value = draw(VALUES)
    text = json.dumps(
        value,
        ensure_ascii=draw(st.booleans()),
        indent=draw(st.sampled_from([None, 0, 1, 3, "\t"])),
        separators=draw(st.sampled_from([None, (",", ":"), (" ,\t", "\t: ")])),
    )
    end = draw(st.sampled_from(["\n", "\r\n", "\r", "\r\n\n\r"]))
    before, after = draw(st.tuples(*[st.sampled_from(["", " ", "\n", "\t\n"])] * 2))
    return (before + text + after).replace("\n", end), value


def pointers(value: object, above: Pointer = ()) -> Iterator[tuple[Pointer, object]]:
    yield above, value
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from pointers(inner, (*above, name))
    if isinstance(value, list):
        for index, inner in enumerate(value):
            yield from pointers(inner, (*above, index))


def offset(text: str, place: tuple[int, int] | None) -> int:
    assert place is not None
    line, column = place
    lines = _LINES.findall(text)
    assert column <= len(lines[line - 1].rstrip("\r\n")) + 1
    return sum(map(len, lines[: line - 1])) + column - 1


@given(texts())
@settings(deadline=None)
def test_law_what_is_json_is_read_as_such_and_every_place_is_the_value_s(drawn: tuple[str, object]) -> None:
    text, value = drawn
    document = parse(text.encode())
    assert document.problems == ()
    assert document.value == value
    assert repr(document.value) == repr(value)
    assert parse(text).value == value
    reader = json.JSONDecoder()
    for pointer, inner in pointers(value):
        found, _ = reader.raw_decode(text, offset(text, document.position(pointer)))
        assert found == inner
        assert repr(found) == repr(inner)
        if pointer and isinstance(pointer[-1], str):
            name, end = reader.raw_decode(text, offset(text, document.position(pointer, key=True)))
            assert name == pointer[-1]
            assert text[end:].lstrip(" \t\r\n").startswith(":")
        assert document.position((*pointer, "no such member")) == document.position(pointer)
        assert parse_pointer(escape_pointer(pointer)) == tuple(
            int(step) if isinstance(step, str) and re.fullmatch("0|[1-9][0-9]{0,17}", step) else step for step in pointer
        )


_PIECES = [
    *"{}[]:,\"'\\/ \t\n\r#+-.019eExa\u00a0é\u0000\u001f\u2028",
    "null", "true", "True", "NaN", "-Infinity", "1e999", '"a":', '"a"', "\\u00e9", "\\ud83d", "\\ude00", "//", "\r\n",
    "\ud800",
]  # fmt: skip


@st.composite
def mutants(draw: st.DrawFn) -> str:
    """A JSON text with a few small changes: mostly broken, sometimes not."""
    text, _ = draw(texts())
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(text)))
        end = draw(st.sampled_from([start, start, start + 1, start + 2, len(text)]))
        piece = draw(st.sampled_from(["", *_PIECES]))
        text = text[:start] + piece + text[end:]
    return text


class Oracle:
    """What the standard library says of a text."""

    def __init__(self, text: str) -> None:
        self.repeats = self.infinite = 0
        self.value: object = MISSING
        try:
            self.value = json.loads(
                text, object_pairs_hook=self.pairs, parse_constant=self.constant, parse_float=self.number
            )
        except json.JSONDecodeError:
            return

    def pairs(self, pairs: list[tuple[str, object]]) -> dict[str, object]:
        self.repeats += len(pairs) - len({name for name, _ in pairs})
        return dict(pairs)

    def constant(self, word: str) -> float:
        self.infinite += 1
        return float(word)

    def number(self, digits: str) -> float:
        self.infinite += "inf" in str(float(digits))
        return float(digits)


def agree(text: str) -> None:
    oracle, document = Oracle(text), parse(text)
    kinds = [problem.kind for problem in document.problems]
    assert ("json-syntax" in kinds) == (oracle.value is MISSING)
    assert (document.value is MISSING) == (oracle.value is MISSING)
    for problem in document.problems:
        assert problem.kind in KINDS
        assert 0 <= offset(text, (problem.line, problem.column)) <= len(text)
        assert "\n" not in problem.message + problem.hint
        assert (problem.message + problem.hint).encode()
    if oracle.value is not MISSING:
        assert repr(document.value) == repr(oracle.value)
        assert kinds.count("json-duplicate-key") == oracle.repeats
        assert kinds.count("json-not-finite") == oracle.infinite
        if oracle.repeats == 0:
            whole = re.search("[\ud800-\udfff]", json.dumps(oracle.value, ensure_ascii=False)) is None
            assert ("json-lone-surrogate" in kinds) == (not whole)
    else:
        assert kinds.count("json-syntax") == 1
        assert kinds[-1] == "json-syntax"


@given(mutants())
@settings(deadline=None, max_examples=400)
def test_law_syntax_is_told_exactly_where_the_standard_library_refuses(text: str) -> None:
    agree(text)


@given(st.lists(st.sampled_from(_PIECES), max_size=12).map("".join))
@settings(deadline=None, max_examples=400)
def test_law_the_same_for_texts_of_pieces(text: str) -> None:
    agree(text)


@given(
    st.binary() | mutants().map(lambda text: text.encode("utf-8", "surrogatepass")), st.binary(max_size=2), st.integers(0)
)
@settings(deadline=None)
def test_law_no_bytes_make_it_fail(data: bytes, piece: bytes, at: int) -> None:
    at %= len(data) + 1
    document = parse(data[:at] + piece + data[at:])
    assert document.value is not MISSING or document.problems
    document.position(("a", 0))


NAMES = st.sampled_from(['"a"', '"b"', '"\\u0061"', '""', '"/~"'])
REPEATING = st.recursive(
    st.sampled_from(["1", "NaN", '"x"']),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]")
        | st.lists(st.tuples(NAMES, inner), max_size=5).map(
            lambda members: "{" + ",\n".join(f"{name}: {value}" for name, value in members) + "}"
        )
    ),
    max_leaves=20,
)


@given(REPEATING)
@settings(deadline=None)
def test_law_every_repeat_is_told_at_its_name(text: str) -> None:
    agree(text)
    reader = json.JSONDecoder()
    for problem in parse(text).problems:
        if problem.kind == "json-duplicate-key":
            name, _ = reader.raw_decode(text, offset(text, (problem.line, problem.column)))
            place = re.search(r"first at (?:line (\d+), )?column (\d+)", problem.message)
            assert place is not None
            assert place[1] != str(problem.line), "a line is told where it is another one"
            first = offset(text, (int(place[1] or problem.line), int(place[2])))
            assert first < offset(text, (problem.line, problem.column))
            assert reader.raw_decode(text, first)[0] == name


def test_messages_hold_no_values() -> None:
    secret = "Q7secret"
    forms = (
        '{"a": "%s', '{"a": "%s\n"}', '{"a": "%s\\x"}', '{"a": %s}', '{"a": "x" %s}', '{"a": "x"} %s', "%s",
        '{"a": "%s" "b"}', '["%s" "b"]', "['%s']", '{"a" "%s"}', '{"a": "\\ud800%s"}', '{"a": "%s", "a": "%s"}', '"%s"]',
        '{"a": 12%s}', '"%s": 1', '{"a": +%s}', "[//%s\n]",
    )  # fmt: skip
    for form in forms:
        problems = parse(form.replace("%s", secret)).problems
        assert problems
        for problem in problems:
            assert secret not in problem.message + problem.hint
            assert "12" not in problem.message.partition("column")[0] + problem.hint


# -- pointers ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ((), ""),
        (("",), "/"),
        (("profiles", 0, "source"), "/profiles/0/source"),
        (("a/b", "m~n", "~1", " ", 'k"l'), '/a~1b/m~0n/~01/ /k"l'),
        (("01", "-1", "9" * 19, "-", "٣"), f"/01/-1/{'9' * 19}/-/٣"),
    ],
)
def test_pointers_as_text(path: Pointer, text: str) -> None:
    assert escape_pointer(path) == text
    assert parse_pointer(text) == path


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a", "a JSON pointer begins with /"),
        ("#/a", "a JSON pointer begins with /"),
        ("/~", "a ~ in a JSON pointer stands alone"),
        ("/a/~2b", "a ~ in a JSON pointer stands alone"),
    ],
)
def test_text_that_is_no_pointer(text: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_pointer(text)
    assert caught.value.message == message
    assert caught.value.hint
