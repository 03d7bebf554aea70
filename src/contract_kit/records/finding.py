"""Which inputs are meant: files, folders, globs and standard input, as sources in a steady order."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePath
from typing import NamedTuple

from contract_kit.errors import InputError, UsageError

STDIN = "-"

FORMATS = {".json": "json", ".yaml": "yaml", ".yml": "yaml", ".ndjson": "ndjson", ".jsonl": "ndjson"}
"""The ending of a file's name, in small letters -> its format. Folders are searched for these."""

ENDINGS = {"har": {".har": "json"}, "vcr": {".yaml": "yaml", ".yml": "yaml", ".json": "json"}}
"""The kinds of recordings, and the endings that folders are searched for instead where those are wanted."""

_WILD = frozenset("*?[")


class Source(NamedTuple):
    """An input by its name (``-``: standard input) and format; ``None`` where only its content can tell."""

    name: str
    format: str | None


def find(paths: Iterable[str], endings: Mapping[str, str] = FORMATS) -> list[Source]:
    """The sources that paths stand for, each file once, folders searched in the order of their names, for ``endings``.

    Raises ``InputError`` for a path that is not there, a glob without a match, a folder that cannot be read, holds nothing
    to check or leads back into itself, and ``UsageError`` where standard input is named twice.
    """
    sources: dict[str, Source] = {}
    for path in paths:
        if path == STDIN:
            if STDIN in sources:
                raise UsageError("standard input is named twice", hint="It can be read only once")
            sources[STDIN] = Source(STDIN, None)
            continue
        for file in _files(path, endings):
            sources.setdefault(os.path.normpath(file), Source(file, format_of(file)))
    return list(sources.values())


def format_of(file: str) -> str | None:
    """The format that a file's name promises, or ``None``."""
    return FORMATS.get(PurePath(file).suffix.lower())


def _files(path: str, endings: Mapping[str, str]) -> Iterator[str]:
    if not path:
        raise UsageError("a path is empty", hint="An unset variable in a script does that")
    if os.path.lexists(path):
        yield from _at(path, endings)
    elif _WILD & set(path):
        from glob import glob

        matches = sorted(glob(path, recursive=True))  # noqa: PTH207 - a pattern may be absolute
        if not matches:
            raise InputError("nothing matches this pattern", hint="Check the folder; ** goes through folders", source=path)
        for match in matches:
            if not Path(match).is_dir():
                yield match
            elif "**" not in path:
                yield from _at(match, endings)
    else:
        raise InputError("there is no such file or folder", hint=_near(path), source=path)


def _at(path: str, endings: Mapping[str, str]) -> Iterator[str]:
    try:
        mode = Path(path).stat().st_mode
    except OSError as error:
        raise unreadable(path, error) from None
    if not stat.S_ISDIR(mode):
        yield path
        return
    empty = True
    for file in _walk(path, (), endings):
        empty = False
        yield file
    if empty:
        looked = ", ".join(f"*{ending}" for ending in endings)
        raise InputError(
            "this folder holds nothing to check", hint=f"Looked for {looked}, hidden ones left out", source=path
        )


def _walk(folder: str, above: tuple[tuple[int, int], ...], endings: Mapping[str, str]) -> Iterator[str]:
    """The files of a folder and those below it. Links are followed, but not round in circles."""
    try:
        found = Path(folder).stat()
        here = (found.st_dev, found.st_ino)
        if here in above:
            raise InputError(
                "this folder leads back into one above it", hint="Take the link away, or name files", source=folder
            )
        with os.scandir(folder) as entries:
            listed = sorted((entry.name, entry.is_dir()) for entry in entries if not entry.name.startswith("."))
    except OSError as error:
        raise unreadable(folder, error) from None
    for name, is_folder in listed:
        path = str(Path(folder, name))
        if is_folder:
            yield from _walk(path, (*above, here), endings)
        elif PurePath(name).suffix.lower() in endings:
            yield path


def unreadable(path: str, error: OSError) -> InputError:
    """An operating system's refusal as the kit says it."""
    reason = (error.strerror or type(error).__name__).lower()
    return InputError(f"cannot be read: {reason}", source="<stdin>" if path == STDIN else path)


def _near(path: str) -> str:
    from contract_kit.names import nearest

    folder = Path(path).parent
    try:
        near = nearest(Path(path).name, sorted(entry.name for entry in folder.iterdir()))
    except OSError:
        return "Check the folder"
    return f"Did you mean {folder / near}?" if near else "Check the name"
