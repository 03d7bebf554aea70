"""What was sent and what came back, as bytes, and both as documents that the judge can read with their places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from contract_kit import jsontext
from contract_kit.exchange import METHOD, MISSING
from contract_kit.findings import Pointer


class Sent(NamedTuple):
    """A request as it leaves. ``headers`` and ``query`` are ``None`` where they are not known."""

    data: bytes = b""
    headers: Mapping[str, str] | None = None
    query: Mapping[str, str] | None = None
    method: str = METHOD


class Got(NamedTuple):
    """An answer as it comes, its body decoded from what it was compressed with."""

    data: bytes = b""
    status: int | None = None
    headers: Mapping[str, str] | None = None


class Message:
    """One side of an exchange as a document of the judge: a map of parts, whose body was read from a text. Places are lines
    and columns of that text."""

    def __init__(self, parts: dict[str, Any], body: jsontext.Document) -> None:
        self.value: object = parts
        self.problems = [
            problem._replace(pointer=("body", *(problem.pointer or ()))) for problem in body.problems
        ]  # fmt: skip
        self._body = body

    def position(self, pointer: Sequence[str | int], *, key: bool = False) -> tuple[int, int] | None:
        """Line and column in the body's text; ``None`` outside the body."""
        steps: Pointer = tuple(pointer)
        return self._body.position(steps[1:], key=key) if steps[:1] == ("body",) else None


def request_message(sent: Sent) -> Message:
    """A request with all that surrounds it."""
    body = jsontext.parse(sent.data)
    parts = {"method": sent.method, "headers": sent.headers, "query": sent.query, "body": body.value}
    return Message(parts, body)


def answer_message(got: Got) -> Message:
    """An answer. A body that is not JSON at all is its text, and one of no bytes is none."""
    body, value = read_answer(got.data)
    return Message({"status": got.status, "headers": got.headers, "body": value}, body)


def read_answer(data: bytes) -> tuple[jsontext.Document, object]:
    """An answer's body as the judge takes it: the value, the text where it is not JSON, ``MISSING`` where it is empty."""
    if not data:
        return _NOTHING, MISSING
    body = jsontext.parse(data)
    if body.value is not MISSING:
        return body, body.value
    text = data.decode("utf-8", "replace")
    return jsontext.Document(text, text), text


_NOTHING = jsontext.Document(None, MISSING)
