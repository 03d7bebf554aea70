"""A server on the loopback that answers as it is told, and what guards have seen."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from contract_kit import Contract
from contract_kit.guards import Seen

from .payloads import TAKEN_TEXT


@dataclass
class Canned:
    """What the server answers next, and the bodies that it was sent. ``parts`` are sent chunk by chunk."""

    url: str = ""
    statuses: list[int] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "application/json"})
    parts: list[bytes] = field(default_factory=lambda: [TAKEN_TEXT])
    bodies: list[bytes] = field(default_factory=list)


@pytest.fixture
def server() -> Iterator[Canned]:
    canned = Canned()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            canned.bodies.append(self.body())
            self.send_response(canned.statuses.pop(0) if canned.statuses else 200)
            for name, value in canned.headers.items():
                self.send_header(name, value)
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            for part in [*canned.parts, b""]:
                self.wfile.write(f"{len(part):x}\r\n".encode() + part + b"\r\n")

        def body(self) -> bytes:
            if "chunked" not in self.headers.get("Transfer-Encoding", ""):
                return self.rfile.read(int(self.headers["Content-Length"]))
            found = b""
            while size := int(self.rfile.readline(), 16):
                found += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
            return found

        def log_message(self, *args: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        def handle_error(self, request: object, client_address: object) -> None:
            """A client that has heard enough is no error."""

    with Server(("127.0.0.1", 0), Handler) as listening:
        threading.Thread(target=listening.serve_forever, args=(0.01,), daemon=True).start()
        canned.url = f"http://127.0.0.1:{listening.server_address[1]}/v2/customers"
        yield canned
        listening.shutdown()


class Notes(list[Seen]):
    """What a guard has told, as pairs of side and codes."""

    @property
    def told(self) -> list[tuple[str, list[str]]]:
        return [(seen.side, [finding.code for finding in seen.findings]) for seen in self]


@pytest.fixture
def notes() -> Notes:
    return Notes()


@pytest.fixture(scope="session")
def plain() -> Contract:
    """The contract without an org profile."""
    return Contract.bundled()
