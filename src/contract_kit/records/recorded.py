"""One recorded exchange as a document of the judge, with its places in the file that it was recorded in."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any, NamedTuple

from contract_kit import jsontext
from contract_kit.clients.messages import read_answer
from contract_kit.contract import Contract, Document
from contract_kit.exchange import MISSING
from contract_kit.findings import Pointer
from contract_kit.jsontext import Problem
from contract_kit.report import InputResult

_Place = tuple[int, int]
_LINE = re.compile(r"\r\n|\r|\n")
# One sign of a text as it is written in JSON: a pair of halves, an escape, or the sign itself.
_SIGN = re.compile(r"\\u[dD][89abAB]..\\u[dD][c-fC-F]..|\\u....|\\.|[^\"\\]", re.DOTALL)


class File:
    """A file of recordings: its name, what was read of it, and its text where strings are written as JSON writes them."""

    def __init__(self, source: str, document: Document, text: str | None = None) -> None:
        self.source = source
        self.document = document
        self.text = text

    @cached_property
    def starts(self) -> list[int]:
        """The offsets at which the lines of the text begin."""
        return _starts(self.text or "")


class Side(NamedTuple):
    """Request or answer. ``parts`` is what surrounds the body, ``body`` text or bytes, ``None`` where it was not recorded.
    ``root`` is the path of this side in the file, ``at`` those of its parts below it: ``("headers", "Host")`` and the
    like. ``verbatim`` says that the body's text is a string of the file, sign by sign."""

    parts: dict[str, Any]
    body: str | bytes | None
    root: Pointer
    at: Mapping[tuple[str, ...], Pointer]
    verbatim: bool = False


class Recording:
    """A recorded request, with its answer where there is one. ``value``, ``problems`` and ``position`` are what the judge
    asks of a document; ``pointer`` says where a place of it lies in the file."""

    def __init__(self, file: File, index: int, sent: Side, got: Side | None) -> None:
        self.file = file
        self.index = index
        self.kind = "request" if got is None else "exchange"
        self._sides = {"request": sent} if got is None else {"request": sent, "response": got}
        self._bodies: dict[str, jsontext.Document] = {}
        self.problems: list[Problem] = []
        self.value: object = self._read()

    def judged(self, contract: Contract) -> InputResult:
        """What the contract says of it; the findings' pointers are those of the file."""
        result = contract.judge(self, self.kind, source=self.file.source, index=self.index)
        findings = tuple(replace(finding, pointer=self.pointer(finding.pointer)) for finding in result.findings)
        return replace(result, findings=findings)

    @property
    def shown(self) -> dict[str, Any]:
        """The recording as plain data, without what was not recorded."""
        whole: Any = self.value
        sides = {"request": whole} if self.kind == "request" else whole
        kept = {
            side: {name: part for name, part in parts.items() if part is not None and part is not MISSING}
            for side, parts in sides.items()
        }
        return kept["request"] if self.kind == "request" else kept

    def pointer(self, pointer: Pointer) -> Pointer:
        """The path in the file of a path in ``value``; inside a body that of the whole body's text."""
        side, steps = self._split(pointer)
        if side is None:
            return self._sides["request"].root[:-1]
        if steps[:1] == ("body",):
            return (*side.root, *side.at.get(("body",), ()))
        wanted = tuple(str(step) for step in steps)
        while wanted and wanted not in side.at:
            wanted = wanted[:-1]
        return (*side.root, *side.at.get(wanted, ()))

    def position(self, pointer: Sequence[str | int], *, key: bool = False) -> _Place | None:
        """Line and column in the file; of the text as a whole for places in a body that was encoded."""
        steps = tuple(pointer)
        where = self.file.document.position(self.pointer(steps))
        side, rest = self._split(steps)
        if where is None or side is None or rest[:1] != ("body",):
            return where
        name = steps[0] if self.kind == "exchange" else "request"
        inside = self._bodies[str(name)].position(rest[1:], key=key) if name in self._bodies else None
        return self._in_text(side, where, inside) if inside is not None else where

    def _split(self, pointer: Pointer) -> tuple[Side | None, Pointer]:
        if self.kind == "request":
            return self._sides["request"], pointer
        return (self._sides[str(pointer[0])], pointer[1:]) if pointer else (None, ())

    def _read(self) -> dict[str, Any]:
        read = {name: self._parts(name, side) for name, side in self._sides.items()}
        return read["request"] if self.kind == "request" else read

    def _parts(self, name: str, side: Side) -> dict[str, Any]:
        if side.body is None:
            return {**side.parts, "body": MISSING}
        if name == "response":
            data = side.body if isinstance(side.body, bytes) else side.body.encode("utf-8", "surrogatepass")
            body, value = read_answer(data)
        else:
            body = jsontext.parse(side.body)
            value = body.value
        self._bodies[name] = body
        prefix: Pointer = (name, "body") if self.kind == "exchange" else ("body",)
        for problem in body.problems:
            where = self.file.document.position((*side.root, *side.at.get(("body",), ()))) or (1, 1)
            line, column = self._in_text(side, where, (problem.line, problem.column))
            pointer = (*prefix, *(problem.pointer or ()))
            self.problems.append(problem._replace(line=line, column=column, pointer=pointer))
        return {**side.parts, "body": value}

    def _in_text(self, side: Side, where: _Place, inside: _Place) -> _Place:
        """The place in the file of a place in a body's text, whose string begins at ``where``."""
        if not side.verbatim or self.file.text is None or not isinstance(side.body, str):
            return where
        starts = _starts(side.body)
        offset = starts[min(inside[0], len(starts)) - 1] + inside[1] - 1
        line, column = where
        start = self.file.starts[line - 1]
        at = start + column  # behind the quote
        for _ in range(offset):
            sign = _SIGN.match(self.file.text, at)
            if sign is None:
                break
            at = sign.end()
        return line, at - start + 1


def _starts(text: str) -> list[int]:
    return [0, *(match.end() for match in _LINE.finditer(text))]
