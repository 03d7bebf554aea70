"""A text without its escapes is the same text: it is read as the same value, and a wrong one stays wrong."""

from __future__ import annotations

import json
import os
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from contract_kit.judge.escapes import plain

LAW = settings(max_examples=int(os.environ.get("CONTRACT_KIT_EXAMPLES", "400")), deadline=None)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
PIECES = [
    b"\\u0041", b"\\u00e9", b"\\u9577", b"\\ud83d\\ude00", b"\\ud83d", b"\\ude00", b"\\u0022", b"\\u005c", b"\\u0000",
    b"\\u007b", b"\\u003c", b"\\u0026", b"\\/", b"\\n", b'\\"', b"\\\\", b"\\", b"\\x", b"\\u00", b'"', b"{", b"}", b":",
    b",", b"1", b"true", b" ", b"\xc3\xa9", b"\xff", b"a", b"/", b"\n",
]  # fmt: skip


def read(data: bytes) -> Any:
    """The value of a text, or why it has none."""
    try:
        return json.loads(data.decode())
    except ValueError:
        return ValueError


@LAW
@given(st.lists(st.sampled_from(PIECES), max_size=8).map(b"".join), st.booleans())
@example(b"\\u0031", False)
@example(b'{\\u0022a":1}', False)
def test_law_any_text(data: bytes, quoted: bool) -> None:
    data = b'"' + data + b'"' if quoted else data
    found = plain(data)
    if found is not None:
        assert read(found) == read(data)


@LAW
@given(VALUES)
def test_law_what_is_written_with_escapes(value: Any) -> None:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return  # half characters
    data = json.dumps(value).encode()
    found = plain(data)
    if found is not None:
        assert b"\\" not in found
        assert json.loads(found) == value
        assert found == json.dumps(value, ensure_ascii=False).encode()


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b'"a"', b'"a"'),
        (b'"\\u9577\\u8c37"', '"長谷"'.encode()),
        (b'"\\ud83d\\ude00"', '"\U0001f600"'.encode()),
        (b'"A\\/B \\u003cb\\u003e"', b'"A/B <b>"'),
        (b'"\\\\u9577"', None),
        (b'"\\ud83d"', None),
        (b'"a\\"b"', None),
        (b'"\\u0022"', None),
        (b'"\\u0041"', None),
        (b'"\\n"', None),
        (b"\\", b"\\"),
    ],
)
def test_what_becomes_of_escapes(data: bytes, found: bytes | None) -> None:
    assert plain(data) == found
