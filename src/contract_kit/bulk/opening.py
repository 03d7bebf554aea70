"""Opening inputs: plain or packed (``.gz``, ``.zst``), and every refusal of the system as a message with the way out."""

from __future__ import annotations

import io
import os
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast

from contract_kit.bulk import remote
from contract_kit.errors import InputError

STDIN = "-"
PACKED = (".gz", ".zst")


def called(name: str) -> str:
    """How an input is called in messages and outputs."""
    return "<stdin>" if name == STDIN else name


@contextmanager
def opened(name: str) -> Iterator[BinaryIO]:
    """The bytes of an input, unpacked. What goes wrong while it is open is an ``InputError`` that names it."""
    try:
        with _raw(name) as raw:
            if name.lower().endswith(".gz"):
                import gzip

                yield cast("BinaryIO", io.BufferedReader(gzip.GzipFile(fileobj=raw), 1 << 20))
            elif name.lower().endswith(".zst"):
                yield io.BufferedReader(_Zst(raw), 1 << 20)
            else:
                yield raw
    except (OSError, EOFError, zlib.error) as error:
        raise unreadable(name, error) from None


class _Zst(io.RawIOBase):
    """The content of a ``.zst`` file of any number of frames. The reader of the package takes one that is cut off for one
    that ends there; this one does not."""

    def __init__(self, raw: BinaryIO) -> None:
        try:
            import zstandard
        except ImportError:
            raise missing("zstandard", "reading .zst files") from None
        self._raw, self._fault = raw, zstandard.ZstdError
        self._fresh = zstandard.ZstdDecompressor().decompressobj
        self._frame = self._fresh()
        self._begun = False
        self._packed = self._content = b""

    def readable(self) -> bool:
        return True

    def readinto(self, target: Any) -> int:
        while not self._content:
            if not self._packed:
                self._packed = self._raw.read(1 << 17)
                if not self._packed:
                    if self._begun:
                        raise EOFError("the last frame is not whole")
                    return 0
            try:
                self._content = self._frame.decompress(self._packed)
            except self._fault as error:
                raise EOFError(str(error)) from None
            self._begun = not self._frame.eof
            self._packed = self._frame.unused_data if self._frame.eof else b""
            if self._frame.eof:
                self._frame = self._fresh()
        size = min(len(self._content), len(target))
        target[:size] = self._content[:size]
        self._content = self._content[size:]
        return size


@contextmanager
def anywhere(name: str, buffering: int = 1 << 20) -> Iterator[BinaryIO]:
    """The bytes of a file as they are, to be read from anywhere in it: a path or an address."""
    if remote.is_address(name):
        with remote.reading(name) as stream:
            yield stream
    else:
        with Path(name).open("rb", buffering=buffering) as stream:
            yield stream


def stamp(name: str) -> remote.Stamp:
    """Size and time of the last change. Raises ``OSError``."""
    if remote.is_address(name):
        return remote.stamp(name)
    found = Path(name).stat()
    return remote.Stamp(found.st_size, found.st_mtime_ns)


@contextmanager
def _raw(name: str) -> Iterator[BinaryIO]:
    if name != STDIN:
        with anywhere(name) as stream:
            yield stream
        return
    # A file of our own on the same descriptor, so that closing it does not close standard input.
    with os.fdopen(sys.stdin.fileno(), "rb", closefd=False) as stream:
        yield stream


def lines(name: str) -> Iterator[bytes]:
    """The lines of an input, with their ends."""
    with opened(name) as stream:
        yield from stream


def text_lines(name: str, encoding: str = "utf-8-sig") -> Iterator[str]:
    """The lines of an input as text, line ends untouched."""
    with opened(name) as stream, io.TextIOWrapper(stream, encoding, newline="") as text:
        try:
            yield from text
        except UnicodeDecodeError:
            hint = "save it as UTF-8, or name its encoding in the mapping"
            raise InputError(f"is not {encoding.removesuffix('-sig')} text", hint=hint, source=called(name)) from None


def unreadable(name: str, error: BaseException) -> InputError:
    """A refusal of the system, or a packed file that is broken, as the kit says it."""
    if isinstance(error, OSError) and error.strerror:
        return InputError(f"cannot be read: {error.strerror.lower()}", source=called(name))
    return InputError("cannot be unpacked: it is damaged or cut off", hint="Fetch or pack it anew", source=called(name))


def missing(package: str, purpose: str) -> InputError:
    """An optional package that lacks."""
    return InputError(f"{purpose} needs the package {package}", hint="Install contract-kit[bulk]")
