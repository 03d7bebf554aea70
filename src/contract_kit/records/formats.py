"""Reading a source: JSON, YAML or NDJSON by its name, or by a look at how it begins."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from contract_kit import jsontext
from contract_kit.contract import Document
from contract_kit.errors import InputError
from contract_kit.records.finding import STDIN, Source, unreadable

_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Record:
    """One input to judge: the name of its source, its number there from 0, and the document."""

    source: str
    index: int
    document: Document


def read(source: Source) -> Iterator[Record]:
    """The records of a source, one at a time. Raises ``InputError`` for what cannot be read or holds nothing."""
    none = True
    try:
        with opened(source.name) as stream:
            for index, document in enumerate(_documents(stream, source.format)):
                none = False
                yield Record(source.name, index, document)
    except OSError as error:
        raise unreadable(source.name, error) from None
    if none:
        called = "<stdin>" if source.name == STDIN else source.name
        raise InputError("holds nothing to check", hint="It is empty, or has blank lines only", source=called)


def opened(name: str) -> IO[bytes]:
    """A source to read from. Raises ``OSError``."""
    if name != STDIN:
        return Path(name).open("rb")
    # A file of our own on the same descriptor, so that closing it does not close standard input.
    return os.fdopen(sys.stdin.fileno(), "rb", closefd=False)


def _documents(stream: IO[bytes], format_: str | None) -> Iterator[Document]:
    if format_ == "ndjson":
        yield from _lines(stream)
    elif format_ == "json":
        yield jsontext.parse(stream.read())
    elif format_ == "yaml":
        yield from _yaml(stream.read())
    else:
        yield from _sniffed(stream)


def _yaml(data: bytes) -> Iterator[Document]:
    from contract_kit.records.yamltext import documents

    return documents(data)


def _lines(stream: Iterator[bytes], number: int = 1) -> Iterator[Document]:
    """One document a line, blank lines skipped; ``number`` is the first line's."""
    for line, data in enumerate(stream, number):
        if data.strip():
            yield jsontext.parse(data.rstrip(b"\r\n"), first_line=line)


def _sniffed(stream: IO[bytes]) -> Iterator[Document]:
    """JSON where the text begins like an object or an array, and NDJSON where each of the first two lines does and the
    first is closed, or broken (``goes_on_in_lines``); else YAML. Only the first lines are looked at before records are
    given out."""
    before: list[bytes] = []
    first = _next_line(stream, before)
    start = first.removeprefix(_BOM).lstrip()
    if not first:
        return
    if start[:1] not in (b"{", b"["):
        rest = b"".join(before) + stream.read()
        if _is_wide(rest):
            yield jsontext.parse(rest)
        else:
            yield from _yaml(rest)
        return
    second = _next_line(stream, before)
    if (
        second.lstrip()[:1] in (b"{", b"[")
        if _closed(start)
        else goes_on_in_lines(second, lambda: _next_line(stream, before))
    ):
        yield from _lines(iter(before))
        yield from _lines(stream, len(before) + 1)
    else:
        yield jsontext.parse(b"".join(before) + stream.read())


def _next_line(stream: IO[bytes], before: list[bytes]) -> bytes:
    """The next line that is not blank; every line read goes to ``before``."""
    for line in stream:
        before.append(line)
        if line.removeprefix(_BOM).strip():
            return line
    return b""


def goes_on_in_lines(second: bytes, third: Callable[[], bytes]) -> bool:
    """Whether a text with one record a line goes on after a first line that is not closed, which is then a broken record: by
    its next two lines that are not blank. In one value over many lines the second is no object by itself, or the only one in
    an array, and then a bracket follows."""
    if not second.startswith(b"{") or not second.rstrip().endswith(b"}"):
        return False
    try:
        json.loads(second)
    except ValueError:
        return False
    return third()[:1] in (b"{", b"")


def _closed(line: bytes) -> bool:
    return line.rstrip()[-1:] == {b"{": b"}", b"[": b"]"}[line[:1]]


def _is_wide(data: bytes) -> bool:
    """Whether the text is in UTF-16 or UTF-32, which no line of it can tell."""
    return data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in data[:4]
