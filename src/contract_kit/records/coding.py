"""Taking the compression off a body, within bounds."""

from __future__ import annotations

import zlib
from importlib import import_module
from typing import Any

LARGEST = 64 * 1024 * 1024
"""Bytes that a body may unfold to."""

ALWAYS = ("gzip", "deflate")
"""The codings that can be read without anything else installed."""

_MODULES = {"br": "brotli", "zstd": "zstandard"}


def readable(coding: str) -> bool:
    """Whether a coding can be taken off here; ``br`` and ``zstd`` where their packages are installed."""
    word = coding.strip().lower()
    return word in ("", "identity", "x-gzip", *ALWAYS) or _module(word) is not None


def decoded(data: bytes, codings: str | None, limit: int = LARGEST) -> bytes | None:
    """The body behind a Content-Encoding; ``None`` where it cannot be had: another coding, broken, or too large."""
    for word in reversed([word.strip().lower() for word in (codings or "").split(",")]):
        if word in ("", "identity") or not data:
            continue
        try:
            data = _taken_off(data, word, limit)
        except Exception:  # each package has errors of its own
            return None
        if len(data) > limit:
            return None
    return data


def is_gzip(data: bytes) -> bool:
    """Whether bytes begin as gzip does; no JSON text does."""
    return data[:2] == b"\x1f\x8b"


def _taken_off(data: bytes, word: str, limit: int) -> bytes:
    if word in ("gzip", "x-gzip"):
        return _inflated(data, 31, limit)
    if word == "deflate":
        try:
            return _inflated(data, zlib.MAX_WBITS, limit)
        except zlib.error:  # some send it without its frame
            return _inflated(data, -zlib.MAX_WBITS, limit)
    module = _module(word)
    if module is None:
        raise ValueError(word)
    if word == "zstd":
        unpacked: bytes = module.ZstdDecompressor().decompressobj().decompress(data)
    else:
        unpacked = module.decompress(data)
    return unpacked


def _inflated(data: bytes, bits: int, limit: int) -> bytes:
    reader = zlib.decompressobj(bits)
    found = reader.decompress(data, limit + 1)
    if not reader.eof and len(found) <= limit:
        raise zlib.error("cut short")
    return found


def _module(word: str) -> Any:
    name = _MODULES.get(word)
    try:
        return import_module(name) if name else None
    except ImportError:
        return None
