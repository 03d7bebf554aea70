"""The work folder of a run: what is finished stands in it under its name, and nothing else does.

That makes it the checkpoint: a part whose result is there is done, whatever else was interrupted.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

import orjson


class Workplace:
    """Names to files. ``folder`` must be reachable by all workers under the same path."""

    def __init__(self, folder: str) -> None:
        self.folder = folder

    def path(self, name: str) -> Path:
        """Where a file is, or will be."""
        return Path(self.folder, name)

    def has(self, name: str) -> bool:
        """Whether a finished file is there."""
        return self.path(name).exists()

    @contextmanager
    def writing(self, name: str) -> Iterator[BinaryIO]:
        """A file to write, which gets its name only when it is whole."""
        target = self.path(name)
        beside = target.with_name(f".{name}.{os.getpid()}.{os.urandom(4).hex()}")
        try:
            with naming(self.folder), beside.open("wb", buffering=1 << 18) as stream:
                yield stream
            beside.replace(target)
        except BaseException:
            with suppress(OSError):
                beside.unlink()
            raise

    def put(self, name: str, data: bytes) -> None:
        """Write a file whole."""
        with self.writing(name) as stream:
            stream.write(data)

    def put_data(self, name: str, value: Any) -> None:
        """Write plain data."""
        self.put(name, dumped(value))

    def data(self, name: str) -> Any:
        """Read plain data."""
        return loaded(self.path(name).read_bytes())

    def drop(self, name: str) -> None:
        """Take a file away, if it is there."""
        self.path(name).unlink(missing_ok=True)


@contextmanager
def naming(place: str) -> Iterator[None]:
    """Say where a write failed: by itself the system does not."""
    try:
        yield
    except OSError as error:
        if error.filename is None:
            error.filename = place
        raise


def dumped(value: Any) -> bytes:
    """Plain data as JSON on one line, half characters included."""
    try:
        return orjson.dumps(value)
    except TypeError:
        return json.dumps(value, separators=(",", ":")).encode()


def loaded(data: bytes) -> Any:
    """The inverse of ``dumped``."""
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError:
        return json.loads(data)


def part_name(number: int, kind: str) -> str:
    """The name of one of the files of a part."""
    return f"{number:07d}.{kind}"
