"""The rows of CSV and Parquet files as registrations, each with its line or row."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from typing import Any

import orjson

from contract_kit.bulk.mapping import Mapping_
from contract_kit.bulk.opening import STDIN, called, missing, opened, text_lines
from contract_kit.errors import InputError

_CELL_LIMIT = 50_000_000

Record = tuple[int, bytes]


def csv_records(name: str, mapping: Mapping_ | None) -> Iterator[Record]:
    """The rows of a CSV file. Raises ``InputError`` where it is none, or has not the columns of the mapping."""
    source = called(name)
    if mapping is None:
        raise InputError("a CSV file needs a mapping", hint=f"contract-kit bulk init-mapping {name}", source=source)
    csv.field_size_limit(min(_CELL_LIMIT, sys.maxsize))
    encoding = "utf-8-sig" if mapping.encoding.lower() in ("utf-8", "utf8") else mapping.encoding
    reader = csv.reader(text_lines(name, encoding), delimiter=mapping.delimiter, strict=True)
    try:
        names = next(reader, None)
        if names is None:
            raise InputError("holds no heading", source=source)
        mapping.check(names, source)
        line = reader.line_num + 1
        for row in reader:
            if row:
                if len(row) != len(names):
                    hint = "Look for a delimiter that lacks, or for one too many"
                    message = f"{len(row)} cells, where the heading has {len(names)}"
                    raise InputError(message, hint=hint, source=source, line=line)
                yield line, orjson.dumps(mapping.body(dict(zip(names, row, strict=True))))
            line = reader.line_num + 1
    except csv.Error as error:
        raise InputError(f"is no CSV: {error}", source=source, line=reader.line_num) from None


def parquet_records(name: str, mapping: Mapping_ | None) -> Iterator[Record]:
    """The rows of a Parquet file, numbered from 1: through a mapping like those of CSV, or as registrations whose columns
    are members; nulls are left out."""
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError:
        raise missing("pyarrow", "reading Parquet files") from None
    source = called(name)
    if name == STDIN:
        raise InputError("Parquet cannot be read from standard input", hint="Name the file", source=source)
    number = 0
    try:
        with opened(name) as stream, parquet.ParquetFile(stream) as file:
            if mapping is not None:
                mapping.check(file.schema_arrow.names, source)
            for batch in file.iter_batches(10_000):
                for row in batch.to_pylist():
                    number += 1
                    body = mapping.body(row) if mapping is not None else _without_nulls(row)
                    yield number, orjson.dumps(body, default=str)
    except pyarrow.ArrowException as error:
        message = str(error).split("\n", 1)[0]
        raise InputError(f"is no Parquet file that can be read: {message}", source=source) from None


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_nulls(member) for name, member in value.items() if member is not None}
    return [_without_nulls(item) for item in value] if isinstance(value, list) else value
