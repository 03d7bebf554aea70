"""An ASGI application on a port: for as long as a block runs, or until the process is told to end. Needs uvicorn."""

from __future__ import annotations

import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from types import FrameType
from typing import Any

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from contract_kit.errors import ContractKitError

_GRACE = 5
"""Seconds that requests under way have to come to their end."""
_MALFORMED = b'{"errors": [{"status": false, "code": 400, "message": "not an HTTP request"}], "warnings": []}'


class _Protocol(H11Protocol):
    """HTTP as uvicorn speaks it, with the envelope in place of plain text for what is no HTTP request."""

    def send_400_response(self, msg: str) -> None:
        headers = [(b"content-type", b"application/json"), (b"connection", b"close")]
        for event in (
            h11.Response(status_code=400, headers=headers, reason=b"Bad Request"),
            h11.Data(data=_MALFORMED),
            h11.EndOfMessage(),
        ):
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()


@contextmanager
def running(app: Any, *, host: str = "127.0.0.1", port: int = 0, path: str = "", **settings: Any) -> Iterator[str]:
    """Run an application in a thread of its own for as long as the block lasts; yields its URL, with ``path`` at the end.
    ``port`` 0 takes a free one, ``settings`` are further ones of uvicorn."""
    server = _server(app, settings)
    with open_port(host, port, path) as (listener, url):
        # Connections are taken from the moment that the socket listens: nobody has to wait until the thread has begun.
        thread = threading.Thread(target=server.run, args=([listener],), name="contract-kit-server", daemon=True)
        thread.start()
        try:
            yield url
        finally:
            server.should_exit = True
            thread.join(timeout=_GRACE * 2)


def serve(app: Any, listener: socket.socket, **settings: Any) -> None:
    """Run an application in this thread until SIGINT or SIGTERM comes; requests under way are finished first. ``settings``
    are further ones of uvicorn."""
    server = _server(app, settings)

    def end(number: int, frame: FrameType | None) -> None:
        server.should_exit = True

    # Between these lines and its own handlers, and again afterwards, uvicorn leaves signals to whoever had them before.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    server.run([listener])


@contextmanager
def open_port(host: str, port: int, path: str = "") -> Iterator[tuple[socket.socket, str]]:
    """A socket that takes connections, and the URL under which it is reached from this machine. Raises
    ``ContractKitError`` where there is none to be had."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        # With the protocol named, asyncio sends small answers at once (TCP_NODELAY); without, they come 40 ms late.
        listener = socket.socket(family, kind, protocol)
    except OSError as error:
        raise _no_port(host, port, error) from None
    with listener:
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            listener.listen(512)
        except OSError as error:
            raise _no_port(host, port, error) from None
        yield listener, _url(*listener.getsockname()[:2]) + path


def _no_port(host: str, port: int, error: OSError) -> ContractKitError:
    reason = (error.strerror or str(error)).lower()
    return ContractKitError(f"cannot listen on {host}, port {port}: {reason}", hint="--port 0 takes a free port")


def _url(host: str, port: int) -> str:
    address = ip_address(host.partition("%")[0])
    if address.is_unspecified:
        host = "::1" if address.version == 6 else "127.0.0.1"
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def _server(app: Any, settings: dict[str, Any]) -> uvicorn.Server:
    usual: dict[str, Any] = {
        "loop": "asyncio",
        "http": _Protocol,
        "ws": "none",
        "lifespan": "off",
        "log_config": None,
        "access_log": False,
        "server_header": False,
        "timeout_graceful_shutdown": _GRACE,
    }
    return uvicorn.Server(uvicorn.Config(app, **(usual | settings)))
