"""Which inputs are meant: files, folders, globs and standard input, in a steady order, each with its format."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePath
from typing import NamedTuple

from contract_kit.bulk import remote
from contract_kit.bulk.opening import PACKED, STDIN, called, opened, stamp, unreadable
from contract_kit.errors import InputError, UsageError
from contract_kit.names import nearest
from contract_kit.records.formats import goes_on_in_lines

FORMATS = {
    ".ndjson": "ndjson", ".jsonl": "ndjson", ".json": "json", ".csv": "csv", ".tsv": "csv", ".parquet": "parquet",
}  # fmt: skip
"""The ending of a file's name, without that of its packing -> its format."""

_LOOKED_FOR = f"Looked for {', '.join(f'*{ending}' for ending in FORMATS)}, also .gz and .zst"
_WILD = frozenset("*?[")
_BOM = b"\xef\xbb\xbf"


class Input(NamedTuple):
    """An input: its name (``-``: standard input), its format, whether it has to be unpacked, its size in bytes and the
    time of its last change (0 where there is none)."""

    name: str
    format: str
    packed: bool
    size: int
    changed: int

    @property
    def splits(self) -> bool:
        """Whether its records are lines of a file that can be read from anywhere."""
        return self.format == "ndjson" and not self.packed and not self.once

    @property
    def once(self) -> bool:
        """Whether it can be read only once: standard input, or a pipe."""
        return not self.changed


def find(paths: Iterable[str], format_: str | None = None) -> list[Input]:
    """The inputs that paths stand for, each file once. ``format_`` overrides what names and contents say.

    Raises ``InputError`` for what is not there, cannot be read or is empty of inputs, before any work is done.
    """
    found: dict[str, Input] = {}
    for path in paths:
        if path == STDIN:
            if STDIN in found:
                raise UsageError("standard input is named twice", hint="It can be read only once")
            found[STDIN] = Input(STDIN, format_ or "", False, 0, 0)
            continue
        for file in _addresses(path) if remote.is_address(path) else _files(path):
            key = file if remote.is_address(file) else os.path.realpath(file)
            if key not in found:
                found[key] = _input(file, format_)
    return list(found.values())


def format_of(file: str) -> str | None:
    """The format that a file's name promises."""
    bare = PurePath(file.partition("?")[0] if remote.is_address(file) else file)
    if bare.suffix.lower() in PACKED:
        bare = bare.with_suffix("")
    return FORMATS.get(bare.suffix.lower())


def sniffed(start: bytes) -> str:
    """The format of a text by its beginning: an array, one object over many lines, or an object a line, of which the first
    may be broken."""
    text = start.removeprefix(_BOM).lstrip()
    if text.startswith(b"PAR1"):
        return "parquet"
    if text.startswith(b"["):
        return "array"
    line, end, rest = text.partition(b"\n")
    if not text.startswith(b"{") or not end or line.rstrip().endswith(b"}"):
        return "ndjson"
    lines = iter([one for one in rest.split(b"\n") if one.strip()])
    return "ndjson" if goes_on_in_lines(next(lines, b""), lambda: next(lines, b"")) else "whole"


def _input(file: str, format_: str | None) -> Input:
    packed = file.lower().endswith(PACKED)
    chosen = format_ or format_of(file)
    try:
        if not remote.is_address(file) and Path(file).exists() and not Path(file).is_file():
            # A pipe: looking into it would take away what it holds.
            return Input(file, chosen or "", packed, 0, 0)
        found = stamp(file)
        with opened(file) as stream:
            start = stream.read(1 << 16)
    except OSError as error:
        raise unreadable(file, error) from None
    if chosen in (None, "json"):
        chosen = sniffed(start)
    assert chosen is not None
    return Input(file, chosen, packed, found.size, found.changed)


def _files(path: str) -> Iterator[str]:
    if not path:
        raise UsageError("a path is empty", hint="An unset variable in a script does that")
    if os.path.lexists(path):
        yield from _folder(path) if Path(path).is_dir() else [path]
    elif _WILD & set(path):
        from glob import glob

        matches = [match for match in sorted(glob(path, recursive=True)) if not Path(match).is_dir()]  # noqa: PTH207 - may be absolute
        if not matches:
            raise InputError("nothing matches this pattern", hint="Check the folder; ** goes through folders", source=path)
        yield from matches
    else:
        raise InputError("there is no such file or folder", hint=_near(path), source=path)


def _addresses(name: str) -> list[str]:
    try:
        found = remote.listed(name)
    except FileNotFoundError:
        raise InputError("there is nothing at this address", hint="Check it", source=name) from None
    except OSError as error:
        raise unreadable(name, error) from None
    found = [one for one in found if one == name or format_of(one)]
    if not found:
        raise InputError("this address stands for no input", hint=_LOOKED_FOR, source=name)
    return found


def _folder(path: str) -> Iterator[str]:
    def stop(error: OSError) -> None:
        raise unreadable(error.filename or path, error)

    empty = True
    for folder, below, files in os.walk(path, onerror=stop):
        below[:] = sorted(name for name in below if not name.startswith("."))
        for name in sorted(files):
            if not name.startswith(".") and format_of(name):
                empty = False
                yield str(Path(folder, name))
    if empty:
        raise InputError("this folder holds no input", hint=_LOOKED_FOR, source=path)


def _near(path: str) -> str:
    folder = Path(path).parent
    try:
        near = nearest(Path(path).name, sorted(entry.name for entry in folder.iterdir()))
    except OSError:
        return "Check the folder"
    return f"Did you mean {folder / near}?" if near else "Check the name"


__all__ = ["Input", "called", "find", "format_of", "sniffed"]
