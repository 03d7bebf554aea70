"""The elements of a JSON array, one at a time, as the bytes they are: the array is never held as a whole."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from msgspec import DecodeError, Raw
from msgspec.json import Decoder

from contract_kit.errors import InputError

# Atomic groups, not possessive ones: see jsontext.scan.TEXT.
_STRING = rb'"[^"\\]*+(?>(?:\\.[^"\\]*+)*)"'
_BRACKET = re.compile(rb'[^"\[\]{}]*+(?>(?:' + _STRING + rb'[^"\[\]{}]*+)*)([\[\]{}])', re.DOTALL)
_BORDER = re.compile(rb'[^"\[\]{},]*+(?>(?:' + _STRING + rb'[^"\[\]{},]*+)*)([\[\]{},])', re.DOTALL)
_LINE_ENDS = re.compile(_STRING + rb"|[\r\n]", re.DOTALL)
_NO_LINES = rb'"[^"\\\r\n]*+(?>(?:\\[^\r\n][^"\\\r\n]*+)*)"'
_BETWEEN_ALONE = re.compile(rb'[^"]*+(?>(?:' + _NO_LINES + rb'[^"]*+)*)')
"""A text whose line breaks all stand between values."""
_HEAD = re.compile(rb'[ \t\r\n]*+\{[ \t\r\n]*+"[^"\\]*+"')
_PATIENCE = 50
"""So many elements may end otherwise than those before, more than end like them."""
_TRIED = 5
_SPACES = bytes.maketrans(b"\r\n", b"  ")


def _closed(levels: int) -> bytes:
    """An object or an array in which others are nested so deep at most."""
    inside = _STRING if levels == 0 else _STRING + rb"|" + _closed(levels - 1)
    return rb'[\[{][^"\[\]{}]*+(?>(?:(?>' + inside + rb')[^"\[\]{}]*+)*)[\]}]'


_ELEMENT = re.compile(rb"[ \t\r\n]*+" + _closed(8), re.DOTALL)
"""Most elements are not nested any deeper; the others are gone through bracket by bracket."""
_BLANKS = b" \t\r\n"
_BOM = b"\xef\xbb\xbf"
_STEP = 1 << 20

Element = tuple[int, bytes]
"""The line on which it begins, and its bytes on one line."""


def elements(stream: BinaryIO, source: str) -> Iterator[Element]:
    """The elements of the array that a stream holds. Raises ``InputError`` where it ceases to be an array."""
    buffer, ends = _Buffer(stream), _Ends()
    start = buffer.blank()
    if buffer.data[start : start + 1] != b"[":
        raise InputError("holds no JSON array", hint="An array begins with [", source=source, line=buffer.line(start))
    position, begin, depth, first = start + 1, start + 1, 1, True
    while True:
        sure = False
        if position == begin:
            position = ends.find(buffer.data, begin)
            sure = position > begin
            if not sure and (whole := _ELEMENT.match(buffer.data, begin)) is not None:
                position = whole.end()
        match = (_BORDER if depth == 1 else _BRACKET).match(buffer.data, position)
        if match is None:
            line = buffer.line(begin)
            kept = buffer.more(begin)
            if kept is None:
                raise InputError("ends inside the array that it holds", hint="It is cut off", source=source, line=line)
            position, begin = position - begin, 0
            continue
        sign, position = match[1], match.end()
        if sign in (b"[", b"{"):
            depth += 1
        elif sign != b"," and depth > 1:
            depth -= 1
        else:
            written = buffer.data[begin : position - 1]
            element = written.strip(_BLANKS)
            at = begin + len(written) - len(written.lstrip(_BLANKS))
            if sign == b"}" or (not element and not (first and sign == b"]")):
                what = "a comma without a value" if not element else "a } where a ] belongs"
                raise InputError(f"{what} in the array", source=source, line=buffer.line(position - 1))
            if element:
                yield buffer.line(at), element.translate(_SPACES) if sure else on_one_line(element)
            if sign == b"]":
                break
            if not sure:
                ends.learn(buffer.data, at + len(element), position)
            begin, first = position, False
    rest = buffer.data[position:].strip(_BLANKS) or stream.read(_STEP).strip(_BLANKS)
    if rest:
        hint = "For several arrays use several files"
        raise InputError("something follows the array", hint=hint, source=source, line=buffer.line(position))


class _Ends:
    """Where elements end that are written like those before: at a brace with the beginning of the next element after it.
    What ends there is one element if it is whole JSON, which a reader tells sooner than brackets are counted."""

    def __init__(self) -> None:
        self._border = b""
        self._far = 0
        self._missed = 0
        self._read = Decoder(Raw).decode

    def learn(self, data: bytes, end: int, position: int) -> None:
        """Note what lies between two elements: the first ends at ``end``, and the comma before ``position``."""
        head = _HEAD.match(data, position)
        if head is not None and data[end - 1 : end] == b"}" and self._missed < _PATIENCE:
            self._border = data[end - 1 : head.end()]

    def find(self, data: bytes, begin: int) -> int:
        """The end of the element that begins here, or its beginning where that is not known."""
        if not self._border:
            return begin
        end = begin
        for _ in range(_TRIED):  # objects inside may look like that, too
            end = data.find(self._border, end, begin + self._far + _STEP // 64) + 1
            if not end:
                break
            try:
                self._read(data[begin:end])
            except (DecodeError, RecursionError):
                continue
            self._far = 2 * (end - begin)
            self._missed -= self._missed > 0
            return end
        self._missed += 1
        self._border = b""
        return begin


def on_one_line(text: bytes) -> bytes:
    """The text with blanks for line breaks between values. A line break inside a string, which JSON does not have, becomes
    another control character, which it does not have either: what was wrong stays wrong."""
    if b"\n" not in text and b"\r" not in text:
        return text
    if _BETWEEN_ALONE.fullmatch(text):
        return text.translate(_SPACES)
    return _LINE_ENDS.sub(lambda match: b" " if len(match[0]) == 1 else _kept(match[0]), text)


def _kept(string: bytes) -> bytes:
    return string.replace(b"\n", b"\x0b").replace(b"\r", b"\x0b")


class _Buffer:
    """What is read of a stream and still needed; knows the line of each offset in it."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._line, self._counted = 1, 0
        self._step = _STEP
        self.data = stream.read(_STEP).removeprefix(_BOM)

    def blank(self) -> int:
        """The offset of the first byte that is no blank."""
        while not self.data.strip(_BLANKS):
            if self.more(len(self.data)) is None:
                return 0
        return len(self.data) - len(self.data.lstrip(_BLANKS))

    def line(self, offset: int) -> int:
        """The line of an offset; offsets may only be asked in ascending order."""
        self._line += self.data.count(b"\n", self._counted, offset)
        self._counted = offset
        return self._line

    def more(self, begin: int) -> int | None:
        """Drop what lies before ``begin`` and read on; ``None`` at the end. What has to be looked at again is read in ever
        greater pieces, so that a long element costs no more than its length."""
        self.line(begin)
        self._step = _STEP if begin else self._step * 2
        piece = self._stream.read(self._step)
        if not piece:
            return None
        self.data = self.data[begin:] + piece
        self._counted = 0
        return len(self.data)
