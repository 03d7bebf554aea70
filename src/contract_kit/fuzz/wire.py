"""What travels: a call as it is sent, and the answer as it came."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from contract_kit.exchange import MISSING, Response

MEDIA_TYPE = "application/json"
CUSTOMERS = "/customers"


@dataclass(frozen=True, slots=True)
class Call:
    """A request. ``path`` is what follows the server's base; ``headers`` are pairs, since one may be repeated."""

    method: str = "POST"
    path: str = CUSTOMERS
    headers: tuple[tuple[str, str], ...] = ()
    query: Mapping[str, str] = field(default_factory=dict)
    data: bytes = b""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer. Header names are in small letters. ``trouble`` says in a few words why there is none: nothing came in
    time, or the connection was cut; ``status`` is then 0. ``seconds`` is how long it took."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    data: bytes = b""
    seconds: float = 0.0
    trouble: str = ""

    def response(self) -> Response:
        """The answer as the judge takes it."""
        if not self.data:
            return Response(MISSING, self.status, dict(self.headers))
        text = self.data.decode("utf-8", "replace")
        try:
            body: object = json.loads(text)
        except (ValueError, RecursionError):
            body = text
        return Response(body, self.status, dict(self.headers))


def encoded(body: object) -> bytes:
    """A body as it travels: bytes and texts as they are, anything else as JSON."""
    if isinstance(body, bytes):
        return body
    if isinstance(body, str):
        return body.encode("utf-8", "surrogatepass")
    return json.dumps(body, ensure_ascii=False).encode("utf-8", "surrogatepass")
