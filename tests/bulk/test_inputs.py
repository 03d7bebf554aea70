"""Every kind of input comes to the same records; what cannot be read ends in a message."""

from __future__ import annotations

import gzip
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from threading import Thread
from typing import Any

import pyarrow
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from contract_kit import Contract
from contract_kit.bulk.arrays import elements, on_one_line
from contract_kit.bulk.first_mapping import first_mapping
from contract_kit.bulk.inputs import find
from contract_kit.bulk.mapping import load
from contract_kit.bulk.parts import line_lists
from contract_kit.errors import InputError, UsageError
from contract_kit.examples import NOW

from .helpers import EXAMPLE, agree, came, expected, ndjson, record

CONTRACT = Contract.bundled().for_org(EXAMPLE).at(NOW)
LISTED = [
    record("externalId E1"),
    record("externalId E2", source="Instore"),
    record("externalId E1"),
    record("externalId E3", firstName="Zoë"),
]
DATA = ndjson(LISTED)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize("ending", ["ndjson", "jsonl", "ndjson.gz", "ndjson.zst", "json", "txt"])
def test_lines_plain_and_packed(tmp_path: Path, ending: str) -> None:
    source = tmp_path / f"in.{ending}"
    packed = {"gz": gzip.compress, "zst": zstandard.compress}.get(source.suffix[1:], lambda data: data)(DATA)
    source.write_bytes(packed)
    found = came(tmp_path, source, part_size=150)
    agree(found, expected(DATA, CONTRACT))
    assert found.rejected[1]["findings"][0]["message"].endswith(f"already, by {source}:1")


@pytest.mark.parametrize("indent", [None, 1, "\t"])
def test_an_array(tmp_path: Path, indent: Any) -> None:
    source = tmp_path / "in.json"
    source.write_text(json.dumps(LISTED, indent=indent))
    found = came(tmp_path, source, part_size=150)
    assert [json.loads(line) for line in found.accepted.splitlines()] == [LISTED[0], LISTED[3]]
    lines = [one["line"] for one in found.rejected]
    text = source.read_text().splitlines()
    assert lines == ([1, 1] if indent is None else [i for i, line in enumerate(text, 1) if line in (" {", "\t{")][1:3])


def test_one_object_over_many_lines(tmp_path: Path) -> None:
    source = tmp_path / "in.json"
    source.write_text(json.dumps(LISTED[0], indent=2))
    found = came(tmp_path, source)
    assert [json.loads(line) for line in found.accepted.splitlines()] == [LISTED[0]]


@settings(max_examples=150, deadline=None)
@given(st.lists(VALUES, max_size=5), st.sampled_from([None, 0, 2]), st.booleans(), st.sampled_from([5, 50, 1 << 20]))
def test_law_the_elements_of_an_array(values: list[Any], indent: int | None, ascii_: bool, step: int) -> None:
    text = json.dumps(values, indent=indent, ensure_ascii=ascii_)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("contract_kit.bulk.arrays._STEP", step)
        found = list(elements(io.BytesIO(text.encode()), "x"))
    assert [json.loads(data) for _, data in found] == values
    assert all(b"\n" not in data for _, data in found)
    lines = [line for line, text in enumerate(text.split("\n"), 1) if text.startswith("  ") and text[2:3] not in " }]"]
    if indent == 2:
        assert [line for line, _ in found] == lines


def test_elements_that_are_written_alike_are_found_by_their_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    counted: list[int] = []

    class Counting:
        def match(self, data: bytes, position: int) -> None:
            counted.append(position)

    monkeypatch.setattr("contract_kit.bulk.arrays._ELEMENT", Counting())
    values = [{"a": n, "b": [{"a": "},{"}] * (n % 3)} for n in range(1000)]
    assert [json.loads(one) for _, one in elements(io.BytesIO(json.dumps(values).encode()), "x")] == values
    assert len(counted) == 2, "the first, by which the border is learnt, and the last, which no border follows"
    counted.clear()
    others: list[Any] = [{f"m{n}": n} for n in range(1000)]
    assert [json.loads(one) for _, one in elements(io.BytesIO(json.dumps(others).encode()), "x")] == others
    assert len(counted) == 1000


@pytest.mark.parametrize("levels", [1, 8, 9, 10, 40, 300])
def test_elements_that_are_nested_deep(levels: int) -> None:
    deep = b'{"a": [' * levels + b'"]}"' + b"]}" * levels
    data = b"[" + b", ".join([deep, b'"x"', deep, b'{"a": 1\n}']) + b"]"
    assert [found for _, found in elements(io.BytesIO(data), "x")] == [deep, b'"x"', deep, b'{"a": 1 }']


PIECES = [b"{", b"}", b"[", b"]", b'"', b'"a]"', b",", b"1", b"\n", b'"\\""', b"\\", b" "]
ALIKE = [
    b'{"a":1},',
    b'{"a":1}, ',
    b'{"a":{"a":2},"b":[{"a":1},{"a":1}]},',
    b'{"a":"},{"},',
    b'{"a":"\n"},',
    b'{"a":1\n},\n',
]


@settings(max_examples=600, deadline=None)
@given(st.lists(st.sampled_from(PIECES) | st.sampled_from(ALIKE) | st.sampled_from(ALIKE), max_size=12))
def test_law_elements_are_the_same_bracket_by_bracket(pieces: list[bytes]) -> None:
    """Whole elements at once, where they are not nested deep, are what comes of looking at each bracket."""

    def found() -> list[tuple[int, bytes]] | str:
        try:
            return list(elements(io.BytesIO(b"[" + b"".join(pieces) + b"]"), "x"))
        except InputError as error:
            return str(error)

    at_once = found()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("contract_kit.bulk.arrays._Ends.find", lambda self, data, begin: begin)
        patch.setattr("contract_kit.bulk.arrays._ELEMENT", re.compile(rb"(?!)"))
        patch.setattr("contract_kit.bulk.arrays._BETWEEN_ALONE", re.compile(rb"(?!)"))
        assert found() == at_once


@pytest.mark.parametrize("step", [1, 3, 7])
def test_elements_over_the_borders_of_what_is_read(monkeypatch: pytest.MonkeyPatch, step: int) -> None:
    monkeypatch.setattr("contract_kit.bulk.arrays._STEP", step)
    text = b'  [ {"a": "x]\\"},"},\n [1, [2]],\n "s,", 5 ]  '
    found = list(elements(io.BytesIO(text), "x"))
    assert found == [(1, b'{"a": "x]\\"},"}'), (2, b"[1, [2]]"), (3, b'"s,"'), (3, b"5")]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b'[{"a": 1}', "x:1: ends inside the array that it holds. It is cut off"),
        (b'[\n{"a": "', "x:1: ends inside the array that it holds. It is cut off"),
        (b'[{"a": 1},\n\n]', "x:3: a comma without a value in the array"),
        (b"[1}", "x:1: a } where a ] belongs in the array"),
        (b"[1]\n[2]", "x:1: something follows the array. For several arrays use several files"),
        (b"{}", "x:1: holds no JSON array. An array begins with ["),
    ],
)
def test_what_is_no_array(text: bytes, message: str) -> None:
    with pytest.raises(InputError) as caught:
        list(elements(io.BytesIO(text), "x"))
    assert str(caught.value) == message


def test_a_line_break_in_a_string_stays_wrong() -> None:
    assert on_one_line(b'{\n"a":\r\n"x\ny"}') == b'{ "a":  "x\x0by"}'


MAPPING = """\
constants: {/profiles/0/source: INSTORE}
columns:
  id: identifier externalId
  mobile: identifier mobile
  first: /profiles/0/firstName
  points: {to: /loyaltyProgramEnrollments/0/loyaltyPoints, as: number}
  program: {to: /loyaltyProgramEnrollments/0/programId, as: integer}
  note:
"""
TABLE = """\
id,mobile,first,points,program,note
E1,919800000001,"Ann
Marie",75,469,x
E2,,Bob,,,y
E1,,Cid,many,469,
"""


def test_csv_through_a_mapping(tmp_path: Path) -> None:
    (tmp_path / "map.yaml").write_text(MAPPING)
    source = tmp_path / "in.csv"
    source.write_text(TABLE)
    found = came(tmp_path, source, mapping=str(tmp_path / "map.yaml"))
    first, second = (json.loads(line) for line in found.accepted.splitlines())
    assert second == {
        "profiles": [{"source": "INSTORE", "identifiers": [{"type": "externalId", "value": "E2"}], "firstName": "Bob"}]
    }
    assert first["loyaltyProgramEnrollments"] == [{"loyaltyPoints": 75, "programId": 469}]
    assert [one["line"] for one in found.rejected] == [5]
    assert [finding["code"] for finding in found.rejected[0]["findings"]] == ["wrong-type"]


def test_parquet_through_a_mapping_and_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "map.yaml").write_text("constants: {/profiles/0/source: INSTORE}\ncolumns: {id: identifier externalId}\n")
    flat, nested = tmp_path / "flat.parquet", tmp_path / "nested.parquet"
    parquet.write_table(pyarrow.table({"id": ["E1", "E2", "E1"]}), flat)
    parquet.write_table(pyarrow.Table.from_pylist([*LISTED, record("externalId E9", account=None)]), nested)
    found = came(tmp_path, flat, mapping=str(tmp_path / "map.yaml"))
    assert [one["line"] for one in found.rejected] == [3]
    assert [json.loads(line) for line in found.accepted.splitlines()] == [record("externalId E1"), record("externalId E2")]
    found = came(tmp_path, nested)
    assert [one["line"] for one in found.rejected] == [2, 3]
    assert json.loads(found.accepted.splitlines()[0]) == LISTED[0]


@pytest.mark.parametrize(
    ("mapping", "message"),
    [
        ("columns: {id: identifier x}\n", "the mapping says nothing of the column 'first'"),
        ("columns: {id: , first: , more: }\n", "there is no column 'more', which the mapping names"),
        ("colums: {}\n", "is no mapping: columns lack"),
        ("columns: {id: , first: }\nfoo: 1\n", "'foo' is not known"),
        ("columns: {id: 7, first: }\n", "column 'id': where it goes is not said"),
        ("columns: {id: first, first: }\n", "a JSON pointer begins with /"),
        ("columns: {id: {to: /a, as: date}, first: }\n", "column 'id': as: one of text, integer, number, boolean"),
        ("columns: {id: /a/0, first: /a/b}\n", "two of its members cannot stand in one record"),
        ("columns: [\n", "is no YAML"),
    ],
)
def test_mappings_that_do_not_fit(tmp_path: Path, mapping: str, message: str) -> None:
    (tmp_path / "map.yaml").write_text(mapping)
    (tmp_path / "in.csv").write_text("id,first\n1,2\n")
    with pytest.raises(InputError) as caught:
        came(tmp_path, tmp_path / "in.csv", mapping=str(tmp_path / "map.yaml"))
    assert message in str(caught.value)


def test_a_first_mapping_can_be_used_as_it_is(tmp_path: Path) -> None:
    source = tmp_path / "in.csv"
    source.write_text("First Name;mobile_number;loyalty points;zzz\nAnn;919800000001;5;x\n")
    (tmp_path / "map.yaml").write_text(first_mapping(str(source)))
    mapping = load(str(tmp_path / "map.yaml"))
    assert mapping.delimiter == ";"
    assert mapping.body({"First Name": "Ann", "mobile_number": "91", "loyalty points": "5", "zzz": "x"}) == {
        "profiles": [{"source": "INSTORE", "firstName": "Ann", "identifiers": [{"type": "mobile", "value": "91"}]}],
        "loyaltyProgramEnrollments": [{"loyaltyPoints": 5}],
    }


def test_folders_patterns_and_the_same_file_twice(tmp_path: Path) -> None:
    below = tmp_path / "members"
    below.mkdir()
    for name in ("b.ndjson", "a.csv.gz", "c.txt", ".hidden.ndjson"):
        (below / name).write_bytes(gzip.compress(b"x\n") if name.endswith("gz") else b"{}\n")
    assert [Path(one.name).name for one in find([str(below)])] == ["a.csv.gz", "b.ndjson"]
    assert [one.format for one in find([str(below)])] == ["csv", "ndjson"]
    assert len(find([str(below / "*.ndjson"), str(below / "b.ndjson")])) == 1


def test_a_pipe_is_read_once(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    feeder = Thread(target=pipe.write_bytes, args=(DATA,), daemon=True)
    feeder.start()
    agree(came(tmp_path, pipe), expected(DATA, CONTRACT))
    feeder.join(10)


def test_inputs_that_are_not_there(tmp_path: Path) -> None:
    (tmp_path / "members.ndjson").write_text("{}\n")
    with pytest.raises(InputError, match="there is no such file or folder"):
        find([str(tmp_path / "member.ndjson")])
    with pytest.raises(InputError, match="nothing matches this pattern"):
        find([str(tmp_path / "*.csv")])
    with pytest.raises(UsageError, match="standard input is named twice"):
        find(["-", "-"])


@pytest.mark.parametrize("ending", ["gz", "zst"])
def test_a_damaged_file_ends_in_a_message(tmp_path: Path, ending: str) -> None:
    source = tmp_path / f"in.ndjson.{ending}"
    data = (gzip.compress if ending == "gz" else zstandard.compress)(DATA * 5000)
    source.write_bytes(data[: len(data) // 2])
    with pytest.raises(InputError, match="cannot be unpacked: it is damaged or cut off"):
        came(tmp_path, source)


def test_bytes_that_are_not_utf8_reject_one_record(tmp_path: Path) -> None:
    source = tmp_path / "in.ndjson"
    data = DATA + b'{"profiles": "\xff"}\n' + ndjson([record("externalId E7")])
    source.write_bytes(data)
    found = came(tmp_path, source, part_size=100)
    agree(found, expected(data, CONTRACT))
    assert found.rejected[-1]["findings"][0]["code"] == "json-encoding"


@pytest.mark.parametrize("part_size", [1000, 1 << 20])
@pytest.mark.parametrize("last", [b"\n", b""])
def test_a_record_that_is_too_long_is_rejected_unread(tmp_path: Path, part_size: int, last: bytes) -> None:
    source = tmp_path / "in.ndjson"
    long = b'{"x": "' + b"y" * 5000 + b'"}'
    source.write_bytes(DATA + long + b"\n" + ndjson([record("externalId E7")]) + long + last)
    found = came(tmp_path, source, part_size=part_size, record_limit=2000)
    assert [(one["line"], one["findings"][0]["code"]) for one in found.rejected] == [
        (2, "source-unknown"), (3, "duplicate"), (5, "record-too-long"), (7, "record-too-long"),
    ]  # fmt: skip
    assert found.accepted == ndjson([LISTED[0], LISTED[3], record("externalId E7")])


def test_line_ends_stay_as_they_are_and_blank_lines_go(tmp_path: Path) -> None:
    source = tmp_path / "in.ndjson"
    one, two = json.dumps(LISTED[0]).encode(), json.dumps(LISTED[3]).encode()
    source.write_bytes(b"\n" + one + b"\r\n \r\n\n" + two)
    found = came(tmp_path, source, part_size=50)
    assert found.accepted == one + b"\r\n" + two + b"\n"
    assert found.outcome.tally.counts["records"] == 2


@pytest.mark.parametrize("name", ["in.json", "in.ndjson", "-"])
def test_a_first_record_that_is_broken_is_one_of_many(tmp_path: Path, name: str) -> None:
    data = ndjson([record("externalId E1")])[:-4] + b"\n" + ndjson([record("externalId E2"), record("externalId E3")])
    if name != "-":
        (tmp_path / name).write_bytes(data)
    outcome = subprocess.run(
        [sys.executable, "-m", "contract_kit", "bulk", "-" if name == "-" else name],
        cwd=tmp_path,
        input=data if name == "-" else None,
        capture_output=True,
        check=False,
    )
    assert (outcome.returncode, outcome.stderr) == (1, b"")
    assert outcome.stdout.partition(b": ")[2].startswith(b"3 records, 2 accepted, 1 rejected\n")


def test_a_long_record_that_begins_like_a_whole_one_is_rejected(tmp_path: Path) -> None:
    """What is read of it is a record and two returns; what follows is not read, and not to be sent."""
    one, other = (json.dumps(record(f"externalId E{number}")).encode() for number in (1, 2))
    source = tmp_path / "in.ndjson"
    source.write_bytes(one + b"\r\r and more\n" + other + b"\n")
    found = came(tmp_path, source, record_limit=len(one))
    assert [(said["line"], said["findings"][0]["code"]) for said in found.rejected] == [(1, "record-too-long")]
    assert found.accepted == other + b"\n"


LINES = st.lists(st.integers(0, 12).map(lambda length: b"x" * length) | st.just(b"\r"), max_size=12)


@settings(max_examples=300, deadline=None)
@given(LINES, st.booleans(), st.integers(1, 9), st.integers(2, 9), st.integers(0, 60))
def test_law_lists_of_lines(lines: list[bytes], ended: bool, block: int, longest: int, size: int) -> None:
    data = b"\n".join(lines) + (b"\n" if ended else b"")
    whole = io.BytesIO(data).readlines()
    begin = [sum(map(len, whole[:number])) for number in range(len(whole))]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("contract_kit.bulk.parts._BLOCK", block)
        found = [
            (line, rest if line is listed[-1] else 0)
            for listed, rest in line_lists(io.BytesIO(data), size, longest)
            for line in listed
        ]
    wanted = [line for line, start in zip(whole, begin, strict=True) if start < size]
    assert [len(line) + rest for line, rest in found] == list(map(len, wanted))
    for (line, rest), all_of_it in zip(found, wanted, strict=True):
        assert all_of_it.startswith(line)
        assert not rest or len(line) >= longest
