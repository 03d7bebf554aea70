"""From the columns of a table to the members of a registration, as a mapping file says."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from contract_kit.errors import InputError, UsageError
from contract_kit.findings import Pointer
from contract_kit.jsontext import parse_pointer
from contract_kit.names import nearest

KINDS = ("text", "integer", "number", "boolean")
_KEYS = ("columns", "constants", "delimiter", "encoding")
_TRUE, _FALSE = ("true", "yes", "1"), ("false", "no", "0")


class Column(NamedTuple):
    """What becomes of one column: the member it fills, as a value of a kind, or the type of the identifier that it is."""

    pointer: Pointer
    kind: str
    identifier: str | None


class Mapping_(NamedTuple):  # noqa: N801 - the word belongs to the standard library
    """A mapping: columns by name (``None``: not sent), members that are the same in every record, and how the file is
    written."""

    columns: Mapping[str, Column | None]
    constants: tuple[tuple[Pointer, Any], ...]
    delimiter: str = ","
    encoding: str = "utf-8"

    def check(self, names: Iterable[str], source: str) -> None:
        """Raise ``InputError`` where the table's columns are not those of the mapping."""
        there = list(names)
        for name in there:
            if there.count(name) > 1:
                raise InputError(f"the column {name!r} stands there twice", source=source, line=1)
            if name not in self.columns:
                hint = "Add it to the mapping's columns; with nothing after it, it is not sent"
                raise InputError(f"the mapping says nothing of the column {name!r}", hint=hint, source=source, line=1)
        for name in self.columns:
            if name not in there:
                near = nearest(name, there)
                hint = f"Did you mean {near}?" if near else "Take it out of the mapping"
                raise InputError(f"there is no column {name!r}, which the mapping names", hint=hint, source=source, line=1)

    def body(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """The registration of a row. Empty cells are left out."""
        body: dict[str, Any] = {}
        for pointer, value in self.constants:
            _put(body, pointer, value)
        for name, cell in row.items():
            column = self.columns[name]
            if column is None or cell in (None, ""):
                continue
            if column.identifier is not None:
                holder = _at(body, column.pointer, [])
                holder.append({"type": column.identifier, "value": str(cell)})
            else:
                _put(body, column.pointer, converted(cell, column.kind))
        return body


def load(file: str) -> Mapping_:
    """The mapping in a YAML file. Raises ``InputError``."""
    import yaml

    try:
        data = yaml.safe_load(Path(file).read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"cannot be read: {(error.strerror or 'error').lower()}", source=file) from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark is not None else None
        raise InputError("is no YAML", hint="contract-kit bulk init-mapping writes one", source=file, line=line) from None
    if not isinstance(data, dict) or not isinstance(data.get("columns"), dict):
        raise InputError("is no mapping: columns lack", hint="contract-kit bulk init-mapping writes one", source=file)
    for key in data:
        if key not in _KEYS:
            near = nearest(str(key), _KEYS)
            raise InputError(f"{key!r} is not known", hint=f"Did you mean {near}?" if near else None, source=file)
    try:
        columns = {str(name): _column(name, entry) for name, entry in data["columns"].items()}
        constants = tuple((_pointer(str(at)), value) for at, value in (data.get("constants") or {}).items())
        delimiter = data.get("delimiter", ",")
        if not isinstance(delimiter, str) or len(delimiter) != 1:
            raise UsageError("delimiter: one character is needed")
        encoding = str(data.get("encoding", "utf-8"))
        "".encode(encoding)
    except UsageError as error:
        raise InputError(error.message, hint=error.hint, source=file) from None
    except LookupError:
        raise InputError("encoding: this one is not known", hint="for example utf-8 or cp1252", source=file) from None
    mapping = Mapping_(columns, constants, delimiter, encoding)
    try:
        mapping.body(dict.fromkeys(columns, "1"))
    except (TypeError, ValueError, AttributeError, IndexError, KeyError):
        raise InputError("two of its members cannot stand in one record", source=file) from None
    return mapping


def converted(cell: Any, kind: str) -> Any:
    """A cell as a value of a kind; as it is where it cannot be one, so that the rules speak of it."""
    if kind == "text" or not isinstance(cell, str):
        return str(cell) if kind == "text" and not isinstance(cell, str) else cell
    text = cell.strip()
    try:
        if kind == "integer":
            return int(text)
        if kind == "number":
            number = json.loads(text)
            return number if isinstance(number, (int, float)) and not isinstance(number, bool) else cell
    except ValueError:
        return cell
    return True if text.lower() in _TRUE else False if text.lower() in _FALSE else cell


def _column(name: object, entry: Any) -> Column | None:
    if entry is None:
        return None
    target, kind = (entry.get("to"), entry.get("as", "text")) if isinstance(entry, dict) else (entry, "text")
    if not isinstance(target, str):
        raise UsageError(f"column {name!r}: where it goes is not said", hint="for example /profiles/0/firstName")
    if kind not in KINDS:
        raise UsageError(f"column {name!r}: as: one of {', '.join(KINDS)}")
    if target.startswith("identifier "):
        return Column(("profiles", 0, "identifiers"), "text", target.removeprefix("identifier ").strip())
    return Column(_pointer(target), kind, None)


def _pointer(text: str) -> Pointer:
    pointer = parse_pointer(text)
    if not pointer or not isinstance(pointer[0], str):
        raise UsageError(f"{text!r} is no member of a registration", hint="for example /profiles/0/firstName")
    return pointer


def _put(body: Any, pointer: Pointer, value: Any) -> None:
    holder = _at(body, pointer[:-1], [] if isinstance(pointer[-1], int) else {})
    _set(holder, pointer[-1], value)


def _at(node: Any, pointer: Pointer, empty: Any) -> Any:
    """What stands at a path, made where it lacks; ``empty`` if it is the last step that does."""
    for index, step in enumerate(pointer):
        following = pointer[index + 1] if index + 1 < len(pointer) else None
        child = node[step] if (step in node if isinstance(node, dict) else int(step) < len(node)) else None
        if child is None:
            child = empty if following is None else [] if isinstance(following, int) else {}
            _set(node, step, child)
        node = child
    return node


def _set(holder: Any, step: str | int, value: Any) -> None:
    if isinstance(holder, list):
        while len(holder) <= int(step):
            holder.append(None)
    holder[step] = value
