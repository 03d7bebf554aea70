"""From bytes or text to a value and the problems of the text."""

from __future__ import annotations

import json
import re
from typing import Any

from contract_kit.exchange import MISSING
from contract_kit.findings import Pointer
from contract_kit.jsontext.faults import fault
from contract_kit.jsontext.scanning import Document, Lines, Problem, scan
from contract_kit.showing import shown

KINDS = (
    "json-encoding", "json-bom", "json-syntax", "json-not-finite", "json-duplicate-key", "json-too-deep",
    "json-number-too-long", "json-lone-surrogate",
)  # fmt: skip
"""What can be wrong with a text; each is a rule with an explanation of its own."""

LONGEST_NUMBER = 4000
_BOMS = (
    (b"\x00\x00\xfe\xff", "UTF-32"), (b"\xff\xfe\x00\x00", "UTF-32"), (b"\xfe\xff", "UTF-16"), (b"\xff\xfe", "UTF-16"),
)  # fmt: skip
_MARK = "\ufeff"
_LONG = re.compile(r"[0-9]{%d}" % LONGEST_NUMBER)
_BIG = re.compile(r"[0-9][eE]\+?[0-9]{2}|[0-9]{300}")
_HALF = re.compile(r"\\u[dD][89a-fA-F]")
_BRACKETS = re.compile(r'"(?:[^"\\]|\\.)*(?:"|$)|[\[{]|[\]}]', re.DOTALL)
_REAL = re.compile(r"-?[0-9.]+[eE][0-9+-]+|-?[0-9]+\.[0-9]+")
_AS_UTF8 = "save the file as UTF-8, without a byte order mark"


def parse(data: bytes | str, *, max_depth: int = 200, first_line: int = 1) -> Document:
    """Read one document; never raises, whatever the bytes. ``first_line`` is the line at which the text begins in its
    file. Texts that nest deeper than ``max_depth`` are not read."""
    text, problems = _decoded(data, first_line)
    if text is None:
        return Document(MISSING, problems, "", first_line)
    if text.startswith(_MARK):
        text = text[1:]
        problems.append(Problem("json-bom", "a byte order mark before the document", _AS_UTF8, first_line, 1))
    # No text with fewer brackets than that can be too deep; most are decided by this alone.
    if text.count("[") + text.count("{") > max_depth:
        at = _too_deep(text, max_depth)
        if at is not None:
            line, column = Lines(text, first_line).place(at)
            message = f"nested more than {max_depth} levels deep"
            problems.append(Problem("json-too-deep", message, "send what the contract describes", line, column))
            return Document(MISSING, problems, text, first_line)
    long = _LONG.search(text)
    if long is not None and _outside_strings(text, long.start()):
        line, column = Lines(text, first_line).place(long.start())
        message = f"a number of more than {LONGEST_NUMBER} digits"
        problems.append(Problem("json-number-too-long", message, "no reader takes such a number", line, column))
        return Document(MISSING, problems, text, first_line)
    return _parsed(text, problems, first_line)


def _parsed(text: str, problems: list[Problem], first_line: int) -> Document:
    suspect = _BIG.search(text) is not None or _HALF.search(text) is not None

    def pairs(members: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal suspect
        found = dict(members)
        if len(found) != len(members):
            suspect = True
        return found

    def constant(word: str) -> float:
        nonlocal suspect
        suspect = True
        return float(word.replace("Infinity", "inf"))

    try:
        value = json.loads(text, object_pairs_hook=pairs, parse_constant=constant)
    except json.JSONDecodeError as error:
        at, message, hint = fault(text, error.pos, error.msg)
        line, column = Lines(text, first_line).place(at)
        problems.append(Problem("json-syntax", message, hint, line, column))
        return Document(MISSING, problems, text, first_line)
    document = Document(value, problems, text, first_line)
    if suspect:
        document.problems = (*problems, *_suspicions(text, first_line))
    return document


def _suspicions(text: str, first_line: int) -> list[Problem]:
    """What a well-formed text holds that no reader should take as it stands."""
    lines = Lines(text, first_line)
    found: list[Problem] = []

    def add(kind: str, offset: int, message: str, hint: str, pointer: Pointer) -> None:
        found.append(Problem(kind, message, hint, *lines.place(offset), pointer))

    def repeated(pointer: Pointer, offset: int, first: int) -> None:
        line, column = lines.place(first)
        message = f"{shown(pointer[-1])} stands in this object already, at line {line}, column {column}"
        add("json-duplicate-key", offset, message, "keep one of them; readers take the last one, silently", pointer)
        halves(pointer, offset, text[offset : offset + 1])

    def halves(pointer: Pointer, offset: int, token: str) -> None:
        if token.startswith('"') and _HALF.search(token):
            try:
                json.loads(token).encode()
            except UnicodeEncodeError:
                message = "an escape that is half of a character"
                add("json-lone-surrogate", offset, message, "write the character itself, or both halves", pointer)

    def scalar(pointer: Pointer, offset: int, token: str) -> None:
        if token.startswith('"'):
            halves(pointer, offset, token)
        elif token in ("NaN", "Infinity", "-Infinity"):
            add("json-not-finite", offset, f"{token} is not JSON", "leave the member out, or send a number", pointer)
        elif _REAL.fullmatch(token) and abs(float(token)) == float("inf"):
            add("json-not-finite", offset, "a number beyond all bounds", "send a number that a reader can hold", pointer)

    scan(text, repeated, scalar)
    return found


def _decoded(data: bytes | str, first_line: int) -> tuple[str | None, list[Problem]]:
    if isinstance(data, str):
        return data, []
    name = next((name for mark, name in _BOMS if data.startswith(mark)), None)
    if name is None and b"\x00" in data[:4]:
        name = "UTF-32" if data[:3].count(0) > 1 else "UTF-16"
    if name is not None:
        return None, [Problem("json-encoding", f"the text is {name}; JSON is UTF-8", _AS_UTF8, first_line, 1)]
    try:
        return data.decode(), []
    except UnicodeDecodeError as error:
        before = data[: error.start].decode()
        line, column = Lines(before, first_line).place(len(before))
        message = f"byte {error.start} (0x{data[error.start]:02X}) is not UTF-8"
        return None, [Problem("json-encoding", message, _AS_UTF8, line, column)]


def _too_deep(text: str, max_depth: int) -> int | None:
    """The offset at which a text becomes too deep."""
    depth = 0
    for match in _BRACKETS.finditer(text):
        sign = match[0]
        if sign in "[{":
            depth += 1
            if depth > max_depth:
                return match.start()
        elif sign in "]}":
            depth -= 1
    return None


def _outside_strings(text: str, offset: int) -> bool:
    """Whether an offset lies outside all strings of a text."""
    return not any(
        match[0].startswith('"') and match.start() < offset < match.end() for match in _BRACKETS.finditer(text, 0)
    )
