"""Object storage and whatever else ``fsspec`` reaches: inputs and outputs with an address such as ``s3://bucket/key``.

``fsspec`` is asked only where an address is given, and is not needed otherwise. Every refusal becomes an ``OSError``, as a
disk would give it, or an ``InputError`` with the way out.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import Any, BinaryIO, NamedTuple, cast

from contract_kit.errors import InputError

_ADDRESS = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]+::)*([A-Za-z][A-Za-z0-9+.-]+)://")
_PACKAGES = {"s3": "s3fs", "s3a": "s3fs", "gs": "gcsfs", "gcs": "gcsfs", "abfs": "adlfs", "az": "adlfs"}
_BUFFER = 1 << 20


class Stamp(NamedTuple):
    """Size in bytes, and a number that changes with the content; 0 where either is not known."""

    size: int
    changed: int


def is_address(name: str) -> bool:
    """Whether a name is an address rather than a path."""
    return bool(_ADDRESS.match(name))


def stamp(name: str) -> Stamp:
    """What is at an address, now. Raises ``OSError`` where nothing is."""
    files, path = _found(name)
    with _as_disk():
        files.invalidate_cache()
        info = files.info(path)
        size = info.get("size")
        if not isinstance(size, int):
            return Stamp(0, 0)
        mark = sha256("\n".join(f"{key}={info[key]}" for key in sorted(info) if key not in _PASSING).encode())
        return Stamp(size, int.from_bytes(mark.digest()[:7]) | 1)


_PASSING = ("atime", "nlink")
"""What changes though the content does not."""


def reachable(name: str) -> None:
    """Raise ``InputError`` where nothing that is installed reaches an address."""
    _found(name)


@contextmanager
def reading(name: str) -> Iterator[BinaryIO]:
    """The bytes at an address; the stream can be moved in."""
    files, path = _found(name)
    with _as_disk():
        stream = files.open(path, "rb")
    with stream, io.BufferedReader(_Guarded(stream), _BUFFER) as buffered:
        yield cast("BinaryIO", buffered)


@contextmanager
def writing(name: str) -> Iterator[BinaryIO]:
    """An address to write to. It has what was written when all is done, and nothing of it where something goes wrong."""
    files, path = _found(name)
    try:
        with files.transaction, files.open(path, "wb") as stream:
            yield stream
    except (OSError, InputError):
        raise
    except Exception as error:
        raise OSError(0, _said(error), name) from error


def listed(name: str) -> list[str]:
    """The addresses that one stands for: itself, what is in a folder, or what matches a pattern. Raises ``OSError``."""
    files, path = _found(name)
    with _as_disk():
        files.invalidate_cache()
        if files.isfile(path):
            return [name]
        if files.isdir(path):
            found = [one for one in files.find(path) if not _hidden(one[len(path) :])]
        elif set("*?[") & set(name):
            matching = files.glob(path, detail=True).items()
            found = [one for one, info in matching if info["type"] == "file" and not _hidden(one.rpartition("/")[2])]
        else:
            raise FileNotFoundError(2, "No such file or directory", name)
        # A chain such as simplecache::s3://… is more than what the file system says of itself.
        chain = name[: kind.start(1)] if (kind := _ADDRESS.match(name)) else ""
        return sorted(chain + files.unstrip_protocol(one).rpartition("::")[2] for one in found)


def _hidden(path: str) -> bool:
    return any(step.startswith(".") for step in path.split("/"))


def _found(name: str) -> tuple[Any, str]:
    """The file system that an address names, and the path there."""
    kind = _ADDRESS.match(name)
    scheme = kind[1].lower() if kind else ""
    packages = " and ".join(["fsspec", *([_PACKAGES[scheme]] if scheme in _PACKAGES else [])])
    hint = f"Install {packages}, or copy the files to a disk first"
    try:
        from fsspec.core import url_to_fs
    except ImportError:
        raise InputError(f"{scheme}:// needs the package fsspec", hint=hint, source=name) from None
    try:
        files, path = url_to_fs(name)
    except ImportError as error:
        raise InputError(f"cannot be reached: {_said(error)}", hint=hint, source=name) from None
    except ValueError as error:
        message = f"cannot be reached: {_said(error)}"
        raise InputError(message, hint="Look at the address: it is one that fsspec knows", source=name) from None
    return files, path


class _Guarded(io.RawIOBase):
    """A stream whose every fault is an ``OSError``: storages have errors of their own."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return bool(self._stream.seekable())

    def seek(self, offset: int, whence: int = 0) -> int:
        with _as_disk():
            return int(self._stream.seek(offset, whence))

    def tell(self) -> int:
        return int(self._stream.tell())

    def readinto(self, target: Any) -> int:
        with _as_disk():
            data = self._stream.read(len(target))
        target[: len(data)] = data
        return len(data)


@contextmanager
def _as_disk() -> Iterator[None]:
    try:
        yield
    except (OSError, InputError):
        raise
    except Exception as error:  # of the storage's own kind
        raise OSError(0, _said(error)) from error


def _said(error: BaseException) -> str:
    return (str(error).strip().split("\n", 1)[0] or type(error).__name__)[:200]
