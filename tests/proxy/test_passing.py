"""What is no registration: it streams through both ways, and nothing of it changes but what belongs to one connection."""

from __future__ import annotations

import asyncio
import hashlib
import http.client
import threading
from typing import Any
from urllib.parse import urlsplit

import pytest

from .conftest import Proxying
from .upstream import TAKEN, WAIT, Upstream, ask, happened, line, until

MEBIBYTE = b"x" * 1024 * 1024


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_any_method_passes(proxying: Proxying, upstream: Upstream, method: str) -> None:
    proxied = proxying()
    said = ask(proxied.url, method, "/v2/customers/7?a=1&b=%20x", b"hello", {"X-One": "1"})
    (asked,) = upstream.asked
    assert (said.status, said.body) == (200, TAKEN)
    assert (asked.method, asked.target, asked.body) == (method, "/v2/customers/7?a=1&b=%20x", b"hello")
    assert (proxied.app.tally.passed_on, proxied.app.tally.judged) == (1, 0)


def test_head_has_the_length_and_no_body(proxying: Proxying, upstream: Upstream) -> None:
    upstream.body = b""
    upstream.fields = [("Content-Length", "1234"), ("X-Kind", "head")]
    said = ask(proxying().url, "HEAD", "/v2/customers")
    assert (said.status, said.one("content-length"), said.one("x-kind"), said.body) == (200, "1234", "head", b"")


@pytest.mark.parametrize("status", [201, 204, 301, 304, 404, 429, 498, 503])
def test_any_status_passes(proxying: Proxying, upstream: Upstream, status: int) -> None:
    upstream.status = status
    upstream.body = b""
    upstream.fields = [("Location", "/elsewhere"), ("Retry-After", "3")] + (
        [("Content-Length", "0")] if status > 400 else []
    )
    said = ask(proxying().url, "GET", "/anything")
    assert (said.status, said.one("location"), said.one("retry-after")) == (status, "/elsewhere", "3")


def test_a_path_stays_as_it_was_written(proxying: Proxying, upstream: Upstream) -> None:
    proxied = proxying()
    for path in ("/a/../b", "//x", "/%41%2f%zz", "/a?", "/x;y=1?q=a+b&&=%", "/"):
        with line(proxied.url) as connection:
            connection.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
            until(connection, TAKEN)
    assert [asked.target for asked in upstream.asked] == ["/a/../b", "//x", "/%41%2f%zz", "/a", "/x;y=1?q=a+b&&=%", "/"]


def test_an_address_as_clients_write_it_to_proxies(proxying: Proxying, upstream: Upstream) -> None:
    with line(proxying().url) as connection:
        connection.sendall(b"GET http://other.example/v2/x?y=1 HTTP/1.1\r\nHost: other.example\r\n\r\n")
        until(connection, TAKEN)
    (asked,) = upstream.asked
    assert (asked.target, asked.all("host")) == ("/v2/x?y=1", [urlsplit(upstream.url).netloc])


def test_fields_pass_in_order_with_their_repetitions(proxying: Proxying, upstream: Upstream) -> None:
    upstream.fields = [
        ("Set-Cookie", "a=1; Path=/"), ("X-Case", "Kept"), ("Set-Cookie", "b=2, c"), ("Server", "other"), ("Date", "then"),
    ]  # fmt: skip
    with line(proxying().url) as connection:
        head = "GET /x HTTP/1.1\r\nHost: x\r\nCookie: a=1\r\nX-Twice: 1\r\nAuthorization: Basic eDp5\r\nX-Twice: 2\r\n"
        connection.sendall(f"{head}Accept-Encoding: br, odd\r\n\r\n".encode())
        answer = until(connection, TAKEN).partition(b"\r\n\r\n")[0].split(b"\r\n")
    (asked,) = upstream.asked
    assert asked.fields == [
        ("host", urlsplit(upstream.url).netloc), ("cookie", "a=1"), ("x-twice", "1"), ("authorization", "Basic eDp5"),
        ("x-twice", "2"), ("accept-encoding", "br, odd"), ("via", "1.1 contract-kit"),
    ]  # fmt: skip
    assert answer == [
        b"HTTP/1.1 200 OK", b"Set-Cookie: a=1; Path=/", b"X-Case: Kept", b"Set-Cookie: b=2, c", b"Server: other",
        b"Date: then", b"Content-Length: " + str(len(TAKEN)).encode(),
    ]  # fmt: skip


def test_what_is_between_two_neighbours_ends_here(proxying: Proxying, upstream: Upstream) -> None:
    upstream.fields = [
        ("Connection", "close, X-Hop"), ("X-Hop", "1"), ("Keep-Alive", "timeout=5"), ("Upgrade", "h2c"), ("Trailer", "X"),
        ("Proxy-Authenticate", "Basic"), ("X-End", "1"),
    ]  # fmt: skip
    proxied = proxying()
    with line(proxied.url) as connection:
        connection.sendall(
            b"POST /x HTTP/1.1\r\nHost: x\r\nConnection: keep-alive, X-Mine\r\nX-Mine: 1\r\nKeep-Alive: 9\r\n"
            b"TE: trailers\r\nProxy-Authorization: Basic eDp5\r\nProxy-Connection: close\r\nVia: 1.0 other\r\n"
            b"Expect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
        )
        until(connection, TAKEN)
    (asked,) = upstream.asked
    assert asked.body == b"abc"
    assert [name for name, _ in asked.fields] == ["host", "transfer-encoding", "via"]
    assert asked.all("via") == ["1.0 other, 1.1 contract-kit"]
    said = ask(proxied.url, "GET", "/x")
    assert [name.lower() for name, _ in said.fields] == ["x-end", "content-length"]


def test_an_answer_streams(proxying: Proxying, upstream: Upstream) -> None:
    seen = threading.Event()

    async def halting(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"first", "more_body": True})
        await happened(seen)  # the client has the first part, so nobody waits for the rest
        await send({"type": "http.response.body", "body": b"second"})

    upstream.manner = halting
    with line(proxying().url) as connection:
        connection.sendall(b"GET /stream HTTP/1.1\r\nHost: x\r\n\r\n")
        until(connection, b"first")
        seen.set()
        until(connection, b"second")


def test_a_request_streams(proxying: Proxying, upstream: Upstream) -> None:
    come = threading.Event()

    async def reading(scope: Any, receive: Any, send: Any) -> None:
        assert (await receive())["body"] == b"first"
        come.set()
        message = await receive()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"got " + message["body"]})

    upstream.manner = reading
    with line(proxying().url) as connection:
        connection.sendall(b"PUT /stream HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n")
        assert come.wait(WAIT)
        connection.sendall(b"6\r\nsecond\r\n0\r\n\r\n")
        until(connection, b"got second")


def test_large_bodies_pass_whole_both_ways(proxying: Proxying, upstream: Upstream) -> None:
    async def counting(scope: Any, receive: Any, send: Any) -> None:
        digest = hashlib.sha256()
        more = True
        while more:
            message = await receive()
            digest.update(message["body"])
            more = message.get("more_body", False)
        await send({"type": "http.response.start", "status": 200, "headers": [(b"X-Got", digest.hexdigest().encode())]})
        for _ in range(24):
            await send({"type": "http.response.body", "body": MEBIBYTE, "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    upstream.manner = counting
    said = ask(proxying().url, "PUT", "/large", MEBIBYTE * 24)
    assert said.one("x-got") == hashlib.sha256(MEBIBYTE * 24).hexdigest()
    assert hashlib.sha256(said.body).hexdigest() == said.one("x-got")


def test_an_answer_that_comes_early_is_handed_on_when_the_request_is_through(proxying: Proxying, upstream: Upstream) -> None:
    async def refusing(scope: Any, receive: Any, send: Any) -> None:
        body = b"too much"
        await send({"type": "http.response.start", "status": 413, "headers": [(b"Content-Length", b"8")]})
        await send({"type": "http.response.body", "body": body})

    upstream.manner = refusing
    with line(proxying().url) as connection:
        connection.sendall(b"PUT /x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n")
        connection.sendall(b"6\r\nsecond\r\n0\r\n\r\n")
        assert b" 413 " in until(connection, b"too much")


def test_a_client_that_leaves_ends_the_stream_at_the_upstream(proxying: Proxying, upstream: Upstream) -> None:
    ended = threading.Event()

    async def endless(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"tick", "more_body": True})
        assert (await receive())["type"] == "http.disconnect"
        ended.set()

    upstream.manner = endless
    with line(proxying().url) as connection:
        connection.sendall(b"GET /events HTTP/1.1\r\nHost: x\r\n\r\n")
        until(connection, b"tick")
    assert ended.wait(WAIT)


def test_a_client_that_leaves_in_the_middle_of_its_request(proxying: Proxying, upstream: Upstream) -> None:
    left = threading.Event()

    async def reading(scope: Any, receive: Any, send: Any) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        left.set()

    upstream.manner = reading
    proxied = proxying()
    for path in ("/x", "/v2/customers"):
        with line(proxied.url) as connection:
            connection.sendall(f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nbegin".encode())
    assert left.wait(WAIT)
    upstream.manner = None
    assert ask(proxied.url, "GET", "/x").status == 200
    assert proxied.app.tally.judged == 0


def test_one_connection_serves_many_requests(proxying: Proxying, upstream: Upstream) -> None:
    parts = urlsplit(proxying().url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=WAIT)
    for number in range(5):
        connection.request("POST", f"/v2/other/{number}", b"body")
        answer = connection.getresponse()
        assert (answer.status, answer.read()) == (200, TAKEN)
    connection.close()
    assert [asked.target for asked in upstream.asked] == [f"/v2/other/{number}" for number in range(5)]


def test_requests_do_not_wait_for_each_other(proxying: Proxying, upstream: Upstream) -> None:
    together = asyncio.Barrier(8)

    async def meeting(scope: Any, receive: Any, send: Any) -> None:
        await asyncio.wait_for(together.wait(), WAIT)  # nobody goes on until all eight are here
        await upstream.answer(send)

    upstream.manner = meeting
    url = proxying().url
    said: list[int] = []
    threads = [threading.Thread(target=lambda: said.append(ask(url, "GET", "/x").status)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WAIT)
    assert said == [200] * 8


def test_connect_is_for_other_proxies(proxying: Proxying, upstream: Upstream) -> None:
    with line(proxying().url) as connection:
        connection.sendall(b"CONNECT other.example:443 HTTP/1.1\r\nHost: other.example\r\n\r\n")
        assert b" 501 " in until(connection, b"forward prox")
    assert upstream.asked == []
