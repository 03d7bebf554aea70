"""Bodies with masked values, written as they were: the same members, blanks, repetitions and mistakes, so that what is
recorded reads and is judged as what was sent."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from contract_kit.proxy.masking import FREE, HIDDEN, SECRET, Mask

_PIECE = re.compile(
    r'"(?:[^"\\]|\\.)*"?'  # a string, whole or cut short
    r"|[{}\[\],:]"
    r"|-?[0-9][0-9.eE+-]*"
    r"|\s+"
    r"|(?:true|false|null|NaN|-?Infinity)\b"
    r"|[^\"{}\[\],:\s]+",
    re.DOTALL,
)
_LITERALS = frozenset({"true", "false", "null", "NaN", "Infinity", "-Infinity"})


def request_body(text: str, mask: Mask) -> tuple[str, list[str]]:
    """A request's body with its values masked, and the values that stood there."""
    values: list[str] = []

    def member(name: str, free: bool, value: str) -> str:
        masked = mask.text(value) if free else mask.member(name, value)
        if masked != value:
            values.append(value)
        return masked

    return _Scanner(mask, member).masked(text), values


def answer_body(text: str, mask: Mask, sent: Sequence[str]) -> str:
    """An answer's body: of what it says in words only what was ``sent``, addresses and long numbers are masked."""

    def member(name: str, free: bool, value: str) -> str:
        return mask.speech(value, sent) if name == "message" else mask.member(name, value)

    if text.lstrip()[:1] not in ("{", "["):
        return mask.speech(text, sent)
    return _Scanner(mask, member).masked(text)


def without_credentials(text: str) -> str:
    """A body with nothing changed but members that are named like credentials."""
    if not SECRET.search(text):
        return text
    return _Scanner(None, lambda name, free, value: HIDDEN if SECRET.search(name) else value).masked(text)


class _Inside(NamedTuple):
    """An object or array that is open: the sign it began with, its own name, and whether it is an organisation's own."""

    sign: str
    name: str
    free: bool


class _Scanner:
    """Walks over a text that is meant to be JSON, and writes it again with other values."""

    def __init__(self, mask: Mask | None, member: Callable[[str, bool, str], str]) -> None:
        self._mask = mask
        self._member = member

    def masked(self, text: str) -> str:
        """The text with its values replaced."""
        around = [_Inside("", "", False)]
        name = ""  # of the member whose value comes; the items of an array go by the array's
        pieces = _PIECE.findall(text)
        written: list[str] = []
        for at, piece in enumerate(pieces):
            if piece[0] == '"':
                follower = next((other for other in pieces[at + 1 : at + 3] if not other.isspace()), "")
                if follower == ":" and around[-1].sign != "[":
                    name = _read(piece)
                    written.append(self._name(piece, name))
                else:
                    written.append(self._string(piece, name, around[-1].free or name in FREE))
                continue
            if piece in "{[":
                around.append(_Inside(piece, name, around[-1].free or name in FREE))
            elif piece in "}]" and len(around) > 1:
                name = around.pop().name
                name = name if around[-1].sign == "[" else ""
            written.append(self._other(piece, around[-1].free or name in FREE))
        return "".join(written)

    def _name(self, piece: str, name: str) -> str:
        masked = name if self._mask is None else self._mask.name(name)
        return piece if masked == name else _written(masked)

    def _string(self, piece: str, name: str, free: bool) -> str:
        try:
            value: str = json.loads(piece)
        except ValueError:  # cut short, or with signs and escapes that JSON does not have
            return "".join(self._parts(piece))
        masked = self._member(name, free, value)
        return piece if masked == value else _written(masked)

    def _parts(self, piece: str) -> Iterator[str]:
        for part in re.split(r"(\\.)", piece):
            yield part if part[:1] == "\\" or self._mask is None else self._mask.text(part)

    def _other(self, piece: str, free: bool) -> str:
        """Numbers, words that JSON does not have, and what stands between."""
        if self._mask is None or piece in _LITERALS or piece in "{}[],:" or piece.isspace():
            return piece
        if piece[0] in "-0123456789":
            return self._mask.number(piece, free=free)
        return self._mask.text(piece)


def _read(piece: str) -> str:
    """The text of a string; where it is no good JSON, its signs as they stand."""
    try:
        value: str = json.loads(piece, strict=False)
    except ValueError:
        return piece.strip('"')
    return value


def _written(value: str) -> str:
    halves = any("\ud800" <= sign <= "\udfff" for sign in value)
    return json.dumps(value, ensure_ascii=halves)
