"""Servers for the fuzzer's tests: the reference server, right and wrong, and servers that answer one thing only."""

from __future__ import annotations

import io
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from contract_kit.fuzz.selftest import PAIR, SETTINGS
from contract_kit.fuzz.targets import AsgiTarget
from contract_kit.fuzz.wire import Call
from contract_kit.server import app, running

LOGIN = ("--basic", PAIR)
STARS = "***"


@contextmanager
def served(*defects: str, **settings: Any) -> Iterator[str]:
    """The address of a reference server with the tester's credentials."""
    application = app(**{**SETTINGS, "defects": defects} | settings)
    with running(application) as url:
        yield url


def wsgi(application: Any) -> Callable[..., list[bytes]]:
    """An ASGI application as a WSGI one."""
    target = AsgiTarget(application, base="")

    def called(environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        names = {name[5:].replace("_", "-"): value for name, value in environ.items() if name.startswith("HTTP_")}
        names |= {"Content-Type": environ["CONTENT_TYPE"]} if "CONTENT_TYPE" in environ else {}
        pairs = (pair.partition("=") for pair in environ["QUERY_STRING"].split("&") if pair)
        body = environ["wsgi.input"]
        assert isinstance(body, io.BytesIO)
        query = {name: value for name, _, value in pairs}
        answer = target.send(Call(environ["REQUEST_METHOD"], environ["PATH_INFO"], tuple(names.items()), query, body.read()))
        start(f"{answer.status} Said", list(answer.headers.items()))
        return [answer.data]

    return called


@contextmanager
def answering(status: int, headers: dict[str, str] | None = None, *, first: int = 0) -> Iterator[str]:
    """The address of a server that answers everything with one status; its first answers are successes. Status 0 cuts
    the connection."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        count = 0

        def log_message(self, *arguments: object) -> None:
            """Say nothing."""

        def parse_request(self) -> bool:
            if not super().parse_request():
                return False
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            Handler.count += 1
            early = Handler.count <= first
            if not early and status == 0:
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_RDWR)
                return False
            error = {"status": False, "code": status, "message": "no"}
            said = {"createdId": Handler.count, "warnings": [], "sideEffects": []} if early else {"errors": [error]}
            data = str({**said, "warnings": []}).replace("'", '"').replace("False", "false").encode()
            self.send_response(200 if early else status)
            for name, value in {
                "Content-Type": "application/json",
                "Content-Length": str(len(data)),
                **(headers or {}),
            }.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)
            return False

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v2"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def closed() -> Iterator[str]:
    """An address at which nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}/v2"


@contextmanager
def silent() -> Iterator[str]:
    """The address of a server that takes connections and never answers."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(64)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/v2"
