"""Identifiers that are registered already (``--known``): a CSV or NDJSON file of source, account, type, value, customer.

Rows become parts of their own before those of the input, so that the law meets them first.
"""

from __future__ import annotations

import csv
from array import array
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from contract_kit.bulk.hashing import hash_of, write_run
from contract_kit.bulk.opening import lines, text_lines
from contract_kit.bulk.parts import Part
from contract_kit.bulk.workplace import Workplace, part_name
from contract_kit.errors import InputError
from contract_kit.ledger import account_scope, identity
from contract_kit.names import nearest
from contract_kit.org import OrgProfile

COLUMNS = ("source", "accountId", "type", "value", "customer")
_NEEDED = ("source", "type", "value")
_HINT = f"columns: {', '.join(COLUMNS)}; accountId and customer may lack"
_ROWS = 50_000

Row = tuple[int, Mapping[str, Any]]


def take_in(file: str, org: OrgProfile, work: Workplace, first: int) -> list[tuple[Part, int]]:
    """Write the rows of a file as parts from number ``first`` on; each with its number of keys. Raises ``InputError``."""
    parts: list[tuple[Part, int]] = []
    waiting: list[bytes] = []
    hashes, offsets = array("Q"), array("Q")
    offset = 0

    def close() -> None:
        nonlocal offset
        if waiting:
            number = first + len(parts)
            name = part_name(number, "known")
            work.put(name, b"".join(waiting))
            with work.writing(part_name(number, "keys")) as stream:
                write_run(stream, np.array(hashes, np.uint64), np.array(offsets, np.uint64))
            parts.append((Part(number, file, str(work.path(name)), 0, offset, 0), len(hashes)))
            waiting.clear()
            del hashes[:], offsets[:]
            offset = 0

    for line, row in _rows(file):
        item = identity(_text(row, "type", file, line), _text(row, "value", file, line))
        source = _text(row, "source", file, line)
        scope = account_scope(source, row.get("accountId") or None, org.sources)
        customer = row.get("customer")
        said = [source, scope, item.type, item.value, None if customer in (None, "") else str(customer), line]
        waiting.append(orjson.dumps(said) + b"\n")
        hashes.append(hash_of(item))
        offsets.append(offset)
        offset += len(waiting[-1])
        if len(waiting) == _ROWS:
            close()
    close()
    return parts


def _text(row: Mapping[str, Any], name: str, file: str, line: int) -> str:
    value = row.get(name)
    if not isinstance(value, str) or not value:
        raise InputError(f"{name} lacks, or is no text", hint=_HINT, source=file, line=line)
    return value


def _rows(file: str) -> Iterator[Row]:
    if Path(file.removesuffix(".gz").removesuffix(".zst")).suffix.lower() in (".ndjson", ".jsonl"):
        yield from _objects(file)
        return
    numbered = text_lines(file)
    reader = csv.reader(numbered)
    try:
        names = next(reader, None)
        if names is None:
            raise InputError("holds nothing", hint=_HINT, source=file)
        for name in names:
            if name not in COLUMNS:
                near = nearest(name, COLUMNS)
                hint = f"did you mean {near}? {_HINT}" if near else _HINT
                raise InputError("a column has a name that is not known", hint=hint, source=file, line=1)
        for name in _NEEDED:
            if name not in names:
                raise InputError(f"there is no column {name}", hint=_HINT, source=file, line=1)
        line = reader.line_num + 1
        for row in reader:
            if row:
                if len(row) != len(names):
                    raise InputError(f"{len(row)} cells, where the heading has {len(names)}", source=file, line=line)
                yield line, dict(zip(names, row, strict=True))
            line = reader.line_num + 1
    except csv.Error as error:
        raise InputError(f"is no CSV: {error}", source=file, line=reader.line_num) from None


def _objects(file: str) -> Iterator[Row]:
    for line, data in enumerate(lines(file), 1):
        if data.strip():
            try:
                row = orjson.loads(data)
            except orjson.JSONDecodeError:
                row = None
            if not isinstance(row, dict):
                raise InputError("is no JSON object", hint=_HINT, source=file, line=line)
            yield line, row
