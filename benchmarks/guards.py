"""What a guard costs on the good path: CPU time of a call with it and without, in the same client over a mocked transport.

    python benchmarks/guards.py [--rounds N] [--loopback]

Calls with and without alternate in small batches, so that what else the machine does meets both. A clean registration of
some 700 bytes goes out and a conforming answer comes back; the guard observes, and blocks if it had to. ``--loopback`` does
it over a socket, to a server in another thread that answers always the same; only the client's thread is counted.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median
from typing import Any

import httpx
import httpx2
import jsonschema_rs
import orjson
import requests
from requests.adapters import BaseAdapter

from contract_kit import Contract
from contract_kit.guards import Guard
from contract_kit.guards import httpx as for_httpx
from contract_kit.guards import requests as for_requests

ROOT = Path(__file__).resolve().parent.parent
PATH = "/v2/customers"
BASIC = "Basic dGlsbC5vbmU6OGExNmE2YjcwNTA1ZWIxZjFmZjdjZGMwY2Q1NTU5YTc="
HEADERS = {"Authorization": BASIC, "Content-Type": "application/json"}
ANSWER = json.dumps(
    {
        "createdId": 556000001,
        "warnings": [{"status": False, "code": 8107, "message": "no default status label"}],
        "sideEffects": [{"type": "points", "entityType": "USER", "rawAwardedPoints": 50.0, "awardedPoints": 50}],
    }
).encode()


class Canned(BaseAdapter):
    """Answers every request of requests at once."""

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        response = requests.Response()
        response.status_code = 200
        response.headers.update({"Content-Type": "application/json"})
        response._content = ANSWER
        response.request, response.url = request, request.url or ""
        return response

    def close(self) -> None:
        pass


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(ANSWER)))
        self.end_headers()
        self.wfile.write(ANSWER)

    def log_message(self, *args: object) -> None:
        pass


@contextmanager
def loopback() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}{PATH}"
        server.shutdown()


def used() -> int:
    """CPU time of this thread: the server's is not the client's."""
    return time.thread_time_ns()


def compared(plain: Callable[[], Any], guarded: Callable[[], Any], rounds: int, batch: int) -> tuple[float, float]:
    """CPU time of a plain call, and what the guard adds to it, in microseconds: medians over pairs of batches."""
    alone, added = [], []
    for work in (plain, guarded):
        work()
    for _ in range(rounds):
        start = used()
        for _ in range(batch):
            plain()
        between = used()
        for _ in range(batch):
            guarded()
        end = used()
        alone.append((between - start) / batch / 1000)
        added.append((end - 2 * between + start) / batch / 1000)
    return median(alone), median(added)


def clients(contract: Contract, data: bytes, url: str | None) -> Iterator[tuple[str, Callable[[], Any], Callable[[], Any]]]:
    """Name of a client -> a plain call and a guarded one. Without ``url`` nothing leaves the process."""
    target = url or f"https://crm.example{PATH}"
    for library in (httpx, httpx2):

        def answer(request: Any, library: Any = library) -> Any:
            return library.Response(200, content=ANSWER, headers={"Content-Type": "application/json"})

        def made(library: Any = library, answer: Any = answer) -> Any:
            return library.Client(transport=None if url else library.MockTransport(answer), headers=HEADERS)

        bare, watched = made(), for_httpx.watch(made(), Guard(contract))
        yield (
            library.__name__,
            lambda client=bare: client.post(target, content=data),  # type: ignore[misc]
            lambda client=watched: client.post(target, content=data),  # type: ignore[misc]
        )
    sessions = []
    for guarded in (False, True):
        session = requests.Session()
        session.headers.update(HEADERS)
        session.trust_env = False
        if not url:
            session.mount("https://", Canned())
        sessions.append(for_requests.watch(session, Guard(contract)) if guarded else session)
    plain, watching = sessions
    yield "requests", lambda: plain.post(target, data=data), lambda: watching.post(target, data=data)


async def asynchronous(contract: Contract, data: bytes, rounds: int, batch: int) -> tuple[float, float]:
    """As ``compared``, for an ``AsyncClient`` of httpx."""

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=ANSWER, headers={"Content-Type": "application/json"})

    alone, added = [], []
    transport = httpx.MockTransport(answer)
    async with (
        httpx.AsyncClient(transport=transport, headers=HEADERS) as plain,
        httpx.AsyncClient(transport=transport, headers=HEADERS) as guarded,
    ):
        for_httpx.watch(guarded, Guard(contract))
        for _ in range(rounds):
            marks = [used()]
            for client in (plain, guarded):
                for _ in range(batch):
                    await client.post(f"https://crm.example{PATH}", content=data)
                marks.append(used())
            alone.append((marks[1] - marks[0]) / batch / 1000)
            added.append((marks[2] - 2 * marks[1] + marks[0]) / batch / 1000)
    return median(alone), median(added)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--batch", type=int, default=100)
    parser.add_argument("--loopback", action="store_true")
    options = parser.parse_args()
    contract = Contract.bundled().for_org(ROOT / "fixtures" / "org" / "demo-org.yaml")
    data = json.dumps(json.loads((ROOT / "fixtures" / "requests" / "good" / "clean.json").read_text())).encode()
    schema = {"$ref": "#/components/schemas/CustomerRegistration", "components": dict(contract.document["components"])}
    engine = jsonschema_rs.Draft202012Validator(json.loads(json.dumps(schema)), validate_formats=True, offline=True)

    def floor() -> None:
        engine.is_valid(orjson.loads(data))

    base, _ = compared(floor, floor, options.rounds, 500)
    print(f"{len(data)} bytes out, {len(ANSWER)} back; orjson.loads + is_valid of the request: {base:.1f} µs CPU\n")
    rows = []

    def measure(url: str | None) -> None:
        for name, plain, guarded in clients(contract, data, url):
            rows.append((name, *compared(plain, guarded, options.rounds, options.batch)))

    if options.loopback:
        with loopback() as url:
            measure(url)
    else:
        measure(None)
        rows.append(("httpx, async", *asyncio.run(asynchronous(contract, data, options.rounds, options.batch))))
    print(f"| {'client':<14} | {'call, µs CPU':>12} | {'guard adds':>10} | {'× floor':>7} | {'share':>6} |")
    print(f"|{'-' * 16}|{'-' * 13}:|{'-' * 11}:|{'-' * 8}:|{'-' * 7}:|")
    for name, alone, added in rows:
        print(f"| {name:<14} | {alone:12.1f} | {added:10.1f} | {added / base:7.1f} | {added / alone:5.0%}  |")


if __name__ == "__main__":
    main()
