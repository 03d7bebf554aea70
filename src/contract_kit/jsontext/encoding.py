"""Bytes that are not UTF-8: what they are instead, and where they cease to be text."""

from __future__ import annotations

import codecs

from contract_kit.jsontext.document import Problem
from contract_kit.jsontext.places import Lines

_MARKS = (  # the longer ones first: UTF-32 begins like UTF-16
    (codecs.BOM_UTF32_LE, "UTF-32 (little-endian)"),
    (codecs.BOM_UTF32_BE, "UTF-32 (big-endian)"),
    (codecs.BOM_UTF16_LE, "UTF-16 (little-endian)"),
    (codecs.BOM_UTF16_BE, "UTF-16 (big-endian)"),
)
_WIDE = (  # JSON begins with an ASCII character, of which these make one byte and zeros
    ("UTF-32 (little-endian)", "utf-32-le", 4, 0),
    ("UTF-32 (big-endian)", "utf-32-be", 4, 3),
    ("UTF-16 (little-endian)", "utf-16-le", 2, 0),
    ("UTF-16 (big-endian)", "utf-16-be", 2, 1),
)


def wide(data: bytes, first_line: int) -> Problem | None:
    """The problem of a text in UTF-16 or UTF-32, with or without a byte order mark."""
    name = next((name for mark, name in _MARKS if data.startswith(mark)), None) or _unmarked(data)
    if name is None:
        return None
    return Problem("json-encoding", f"the text is {name}, not UTF-8", "save it as UTF-8", first_line, 1)


def _unmarked(data: bytes) -> str | None:
    for name, codec, width, place in _WIDE:
        first = data[:width]
        if len(data) % width == 0 and first.count(0) == width - 1 and first[place : place + 1] not in (b"", b"\0"):
            try:
                return None if "\0" in data.decode(codec) else name
            except UnicodeDecodeError:
                continue
    return None


def broken(data: bytes, error: UnicodeDecodeError, first_line: int) -> Problem:
    """The problem of bytes that are neither UTF-8 nor anything else that is known."""
    before = data[: error.start].decode().removeprefix("\ufeff")
    line, column = Lines(before, first_line).place(len(before))
    byte = data[error.start]
    message = f"byte 0x{byte:02X} at offset {error.start} is not UTF-8"
    hint = "save it as UTF-8; it may be in an older encoding such as Windows-1252"
    if error.reason == "unexpected end of data":
        message = f"the text ends inside a character, at offset {error.start}"
        hint = "the text is cut off"
    elif byte == 0xED and data[error.start + 1 : error.start + 2] >= b"\xa0":
        message = f"the bytes at offset {error.start} are half of a character, which UTF-8 does not have"
        hint = "write the character whole, in four bytes"
    return Problem("json-encoding", message, hint, line, column)
