"""Sources as records: formats, sniffing, places, streams."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from contract_kit.errors import InputError
from contract_kit.exchange import MISSING
from contract_kit.records import Record, Source, find, read
from contract_kit.records.finding import format_of

GOOD = '{"a": 1}'


def records(tmp_path: Path, name: str, content: str | bytes) -> list[Record]:
    """The records of a file with this content."""
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return list(read(Source(str(path), format_of(name))))


def values(found: list[Record]) -> list[object]:
    return [record.document.value for record in found]


def kinds(record: Record) -> list[str]:
    return [problem.kind for problem in record.document.problems]


def test_a_json_file_is_one_record(tmp_path: Path) -> None:
    (record,) = records(tmp_path, "a.json", '{\n  "a": [1, 2]\n}')
    assert (record.source, record.index) == (str(tmp_path / "a.json"), 0)
    assert record.document.value == {"a": [1, 2]}
    assert record.document.position(("a", 1)) == (2, 12)
    assert record.document.position(("a",), key=True) == (2, 3)


def test_a_json_array_is_one_record(tmp_path: Path) -> None:
    assert values(records(tmp_path, "a.json", "[1, 2]")) == [[1, 2]]


def test_two_documents_in_a_json_file_are_a_problem(tmp_path: Path) -> None:
    (record,) = records(tmp_path, "a.json", f"{GOOD}\n{GOOD}\n")
    assert kinds(record) == ["json-syntax"]


def test_an_empty_json_file_is_a_record_that_says_so(tmp_path: Path) -> None:
    (record,) = records(tmp_path, "a.json", "")
    assert record.document.value is MISSING
    assert kinds(record) == ["json-syntax"]


@pytest.mark.parametrize("name", ["a.ndjson", "a.jsonl"])
def test_ndjson_has_a_record_a_line(tmp_path: Path, name: str) -> None:
    found = records(tmp_path, name, '\n{"a": 1}\n\n  \r\n{"a": {"b": 2}}\r\n{"a": 3}')
    assert values(found) == [{"a": 1}, {"a": {"b": 2}}, {"a": 3}]
    assert [record.index for record in found] == [0, 1, 2]
    assert [record.document.position(("a",)) for record in found] == [(2, 7), (5, 7), (6, 7)]
    assert found[1].document.position(("a", "b"), key=True) == (5, 8)


def test_a_broken_line_does_not_hide_the_others(tmp_path: Path) -> None:
    found = records(tmp_path, "a.ndjson", '{"a": 1}\n{"a": }\n{"a": 3}\n')
    assert values(found) == [{"a": 1}, MISSING, {"a": 3}]
    (problem,) = found[1].document.problems
    assert (problem.kind, problem.line, problem.column) == ("json-syntax", 2, 7)
    (cut,) = records(tmp_path, "b.ndjson", '\n\n{"a": [1\n')[0].document.problems
    assert cut.message == "the text ends inside the array that begins at column 7"
    assert not found[2].document.problems


def test_a_byte_order_mark_in_ndjson_is_the_first_record_s(tmp_path: Path) -> None:
    found = records(tmp_path, "a.ndjson", b'\xef\xbb\xbf{"a": 1}\n{"a": 2}\n')
    assert values(found) == [{"a": 1}, {"a": 2}]
    assert [kinds(record) for record in found] == [["json-bom"], []]


@pytest.mark.parametrize("name", ["a.ndjson", "a.yaml", "a"])
@pytest.mark.parametrize("content", ["", "\n \n\n"])
def test_nothing_in_it(tmp_path: Path, name: str, content: str) -> None:
    with pytest.raises(InputError, match=r"a[.a-z]*: holds nothing to check"):
        records(tmp_path, name, content)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (GOOD, [{"a": 1}]),
        ('{\n"a": 1\n}\n', [{"a": 1}]),
        ("[1,\n2]", [[1, 2]]),
        (f"{GOOD}\n{GOOD}\n", [{"a": 1}, {"a": 1}]),
        (f"\n{GOOD}\n\n{GOOD}", [{"a": 1}, {"a": 1}]),
        (f"\ufeff{GOOD}\n{GOOD}", [{"a": 1}, {"a": 1}]),
        ("[1]\n[2]\n", [[1], [2]]),
        ("a: 1\n", [{"a": 1}]),
        ("---\na: 1\n---\na: 2\n", [{"a": 1}, {"a": 2}]),
        ("- 1\n", [[1]]),
        ('{"a": 1,}\n{"a": 2}\n', [MISSING, {"a": 2}]),
        ('{"a": 1\n{"a": 2}\n', [MISSING, {"a": 2}]),
        ('{"a": 1\n\n{"a": 2}\n{"a":\n', [MISSING, {"a": 2}, MISSING]),
        ('{"a": [\n{"b": 1}\n]}\n', [{"a": [{"b": 1}]}]),
        ('{"a": [\n{"b": 1},\n{"b": 2}\n]}\n', [{"a": [{"b": 1}, {"b": 2}]}]),
        ('{"a":\n{"b": 1}\n}\n', [{"a": {"b": 1}}]),
        ('{"a":\n{"b": 1}}\n', [{"a": {"b": 1}}]),
        ('{"a": 1,}\n', [MISSING]),
        (f"{GOOD}\nx\n", [MISSING]),
        ("a: [\n", [MISSING]),
        (GOOD.encode("utf-16"), [MISSING]),
        (GOOD.encode("utf-16-le"), [MISSING]),
    ],
)
def test_a_file_of_another_name_is_known_by_its_beginning(
    tmp_path: Path, content: str | bytes, expected: list[object]
) -> None:
    assert values(records(tmp_path, "payload", content)) == expected


def test_places_in_sniffed_ndjson(tmp_path: Path) -> None:
    found = records(tmp_path, "payload", f"\n{GOOD}\n\n{GOOD}\n{GOOD}\n")
    assert [record.document.position(("a",)) for record in found] == [(2, 7), (4, 7), (5, 7)]


def test_what_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"gone\.json: cannot be read: no such file or directory$"):
        next(read(Source(str(tmp_path / "gone.json"), "json")))
    with pytest.raises(InputError, match=r"cannot be read: is a directory$"):
        next(read(Source(str(tmp_path), "json")))


def test_a_stream_gives_records_before_it_ends(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.ndjson"
    os.mkfifo(pipe)
    writer = subprocess.Popen([sys.executable, "-c", _WRITER, str(pipe)], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    found: Iterator[Record] = read(*find([str(pipe)]))
    first = next(found)
    assert first.document.value == {"n": 1}
    assert writer.poll() is None  # it waits for us before it writes the second line
    writer.communicate(b"\n")
    assert [record.document.value for record in found] == [{"n": 2}]
    assert writer.returncode == 0


_WRITER = """
import sys
with open(sys.argv[1], "w") as pipe:
    print('{"n": 1}', file=pipe, flush=True)
    sys.stdin.readline()
    print('{"n": 2}', file=pipe, flush=True)
"""
