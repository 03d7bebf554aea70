"""A request's head as it comes in, and the answer as it goes out, both in the words of ASGI."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from email.utils import formatdate
from typing import Any, NamedTuple

from contract_kit.proxy.fields import Fields, mapped

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class Call(NamedTuple):
    """The head of a request. ``target`` is path and query as they travel."""

    method: str
    path: str
    query: str
    target: bytes
    fields: Fields

    @property
    def coding(self) -> str | None:
        """What the body is compressed with."""
        return mapped(self.fields).get("content-encoding")


def call_of(scope: Message) -> Call:
    """The head of a request."""
    raw: bytes = scope["raw_path"]
    if raw.lower().startswith((b"http://", b"https://")):  # as clients write to proxies; only the path counts
        raw = b"/" + raw.split(b"://", 1)[1].partition(b"/")[2]
    query: bytes = scope["query_string"]
    target = raw + (b"?" + query if query else b"")
    return Call(scope["method"], raw.decode("latin-1"), query.decode("latin-1"), target, list(scope["headers"]))


class Out:
    """The answer on its way to the client; ``begun`` once its head is."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.begun = False

    async def head(self, status: int, fields: Fields) -> None:
        """Send the head."""
        self.begun = True
        await self._send({"type": "http.response.start", "status": status, "headers": fields})

    async def body(self, chunks: AsyncIterator[bytes], before: bytes = b"") -> None:
        """Send the body as it comes, and end."""
        if before:
            await self._chunk(before)
        async for chunk in chunks:
            await self._chunk(chunk)
        await self._chunk(b"", more=False)

    async def whole(self, status: int, headers: dict[str, str], body: bytes) -> None:
        """Send an answer of the proxy's own, which is JSON."""
        said = {"Content-Type": "application/json", "Date": formatdate(usegmt=True), **headers}
        fields = [(name.encode(), value.encode("latin-1", "replace")) for name, value in said.items()]
        await self.head(status, [*fields, (b"Content-Length", str(len(body)).encode())])
        await self._chunk(body, more=False)

    async def _chunk(self, data: bytes, *, more: bool = True) -> None:
        await self._send({"type": "http.response.body", "body": data, "more_body": more})


async def once(data: bytes) -> AsyncIterator[bytes]:
    """Bytes as a body that comes at once."""
    if data:
        yield data
