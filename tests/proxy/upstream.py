"""A server behind the proxy that does what a test tells it, and keeps what it was asked."""

from __future__ import annotations

import asyncio
import http.client
import json
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from contract_kit import listening

TAKEN = b'{"createdId": 1, "warnings": [{"status": false, "code": 8107, "message": "no label"}], "sideEffects": []}'
BASIC = "Basic dGlsbC5vbmU6OGExNmE2YjcwNTA1ZWIxZjFmZjdjZGMwY2Q1NTU5YTc="
HEADERS = {"Authorization": BASIC, "Content-Type": "application/json"}
WAIT = 20.0

Fields = list[tuple[str, str]]


class Asked(NamedTuple):
    """A request as it reached the upstream."""

    method: str
    target: str
    fields: Fields
    body: bytes

    def all(self, name: str) -> list[str]:
        """All values of a header."""
        return [value for key, value in self.fields if key.lower() == name]


class Upstream:
    """Answers with ``status``, ``fields`` and ``body``; ``manner`` takes over where a test needs more."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.status = 200
        self.fields: Fields = [("Content-Type", "application/json")]
        self.body = TAKEN
        self.manner: Callable[[Any, Any, Any], Awaitable[None]] | None = None
        self.url = ""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if self.manner is not None:
            await self.manner(scope, receive, send)
            return
        parts = []
        while True:
            message = await receive()
            parts.append(message.get("body", b""))
            if not message.get("more_body"):
                break
        query = scope["query_string"].decode()
        target = scope["raw_path"].decode() + (f"?{query}" if query else "")
        fields = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]]
        self.asked.append(Asked(scope["method"], target, fields, b"".join(parts)))
        await self.answer(send)

    async def answer(self, send: Any) -> None:
        """Send what is to be answered."""
        fields = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in self.fields]
        if not any(name == b"Content-Length" for name, _ in fields):
            fields.append((b"Content-Length", str(len(self.body)).encode()))
        await send({"type": "http.response.start", "status": self.status, "headers": fields})
        await send({"type": "http.response.body", "body": self.body})


class Said(NamedTuple):
    """An answer as a client gets it."""

    status: int
    fields: Fields
    body: bytes

    def all(self, name: str) -> list[str]:
        """All values of a header."""
        return [value for key, value in self.fields if key.lower() == name.lower()]

    def one(self, name: str) -> str | None:
        """The only value of a header."""
        values = self.all(name)
        assert len(values) < 2
        return values[0] if values else None

    @property
    def codes(self) -> list[int]:
        """The codes of an envelope."""
        return [error["code"] for error in json.loads(self.body)["errors"]]


@contextmanager
def on_a_port(upstream: Upstream) -> Iterator[Upstream]:
    """The upstream on a port."""
    with listening.running(upstream, date_header=False, log_level="critical") as url:
        upstream.url = url
        yield upstream


def ask(
    url: str, method: str = "POST", path: str = "/v2/customers", body: Any = None, headers: dict[str, str] | None = None
) -> Said:
    """One request; plain data is sent as JSON."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=WAIT)
    data = json.dumps(body).encode() if isinstance(body, (dict, list)) else body
    try:
        connection.request(method, path, data, HEADERS if headers is None else headers)
        answer = connection.getresponse()
        return Said(answer.status, answer.getheaders(), answer.read())
    finally:
        connection.close()


@contextmanager
def line(url: str) -> Iterator[socket.socket]:
    """A bare connection."""
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=WAIT) as connection:
        yield connection


def until(connection: socket.socket, wanted: bytes) -> bytes:
    """What comes until something is in it."""
    data = b""
    while wanted not in data:
        more = connection.recv(65536)
        assert more, data
        data += more
    return data


async def happened(event: threading.Event) -> None:
    """Wait for what a test does."""
    assert await asyncio.to_thread(event.wait, WAIT)


@contextmanager
def bare(answer: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server that need not speak HTTP: each connection is handed to ``answer``."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection:
                    answer(connection)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        listener.shutdown(socket.SHUT_RDWR)
        thread.join(WAIT)


def body(source: str = "INSTORE", mobile: str = "919800000110") -> dict[str, Any]:
    """A registration, clean but for what is asked for."""
    return {
        "profiles": [{"source": source, "firstName": "Sample", "identifiers": [{"type": "mobile", "value": mobile}]}]
    }  # fmt: skip
