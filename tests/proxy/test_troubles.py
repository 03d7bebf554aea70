"""An upstream that is not there, is slow, breaks off, or is no server at all."""

from __future__ import annotations

import http.client
import json
import socket
import struct
import threading
from typing import Any

import pytest

from contract_kit import ContractKitError, UsageError
from contract_kit.proxy import Settings, proxy, upstream_of

from .conftest import Proxying
from .upstream import HEADERS, WAIT, Said, Upstream, ask, bare, body, happened, until

PATHS = ["/v2/customers", "/other"]


def told(said: Said) -> tuple[int, str | None, str]:
    (error,) = json.loads(said.body)["errors"]
    assert error["code"] == said.status
    return said.status, said.one("Contract-Kit-Proxy"), error["message"]


@pytest.mark.parametrize("path", PATHS)
def test_an_upstream_that_is_not_there(proxying: Proxying, path: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"http://127.0.0.1:{taken.getsockname()[1]}"
    proxied = proxying(address)
    message = "contract-kit proxy: the upstream cannot be reached: connection refused"
    assert told(ask(proxied.url, path=path, body=body())) == (502, "no-answer", message)
    assert proxied.app.tally.unanswered == (path == PATHS[0])


def test_a_host_of_no_name(proxying: Proxying) -> None:
    said = ask(proxying("http://nowhere.invalid").url, "GET", "/x")
    assert told(said) == (
        502,
        "no-answer",
        "contract-kit proxy: the upstream cannot be reached: there is no host of that name",
    )


@pytest.mark.parametrize("path", PATHS)
def test_an_upstream_that_is_slow(proxying: Proxying, upstream: Upstream, path: str) -> None:
    ended = threading.Event()

    async def silent(scope: Any, receive: Any, send: Any) -> None:
        await happened(ended)

    upstream.manner = silent
    said = ask(proxying(timeout=0.2).url, path=path, body=body())
    ended.set()
    assert told(said) == (504, "no-answer", "contract-kit proxy: the upstream was silent for 0.2 s")


def nothing(connection: socket.socket) -> None:
    """Take what comes, and end without a word."""
    connection.recv(65536)


def nonsense(connection: socket.socket) -> None:
    """Speak something else."""
    connection.recv(65536)
    connection.sendall(b"SSH-2.0-other\r\n")


def reset(connection: socket.socket) -> None:
    """Tear the connection down."""
    connection.recv(65536)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("manner", [nothing, nonsense, reset])
def test_an_upstream_that_does_not_answer_as_a_server_does(proxying: Proxying, manner: Any, path: str) -> None:
    with bare(manner) as url:
        said = ask(proxying(url).url, path=path, body=body())
    assert told(said) == (502, "no-answer", "contract-kit proxy: the upstream broke off, or did not speak HTTP")


def test_an_answer_that_breaks_off_breaks_off(proxying: Proxying) -> None:
    def half(connection: socket.socket) -> None:
        until(connection, b"\r\n\r\n")
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")

    with bare(half) as url:
        proxied = proxying(url)
        with pytest.raises(http.client.IncompleteRead):
            ask(proxied.url, "GET", "/other", headers={})
        # A registration's answer is held, so that its client can be told.
        said = ask(proxied.url, body=body("Instore"))
    assert told(said)[0] == 502
    ((_, passed),) = proxied.told
    assert (passed.got, passed.trouble) == (None, "the upstream broke off, or did not speak HTTP")
    assert [finding.code for finding, _ in passed.verdict.findings] == ["source-unknown"]


def test_it_goes_on_when_the_upstream_is_back(proxying: Proxying, upstream: Upstream) -> None:
    proxied = proxying(upstream.url)

    async def gone(scope: Any, receive: Any, send: Any) -> None:
        raise ConnectionError

    upstream.manner = gone
    assert ask(proxied.url, body=body()).status in (500, 502)
    upstream.manner = None
    assert ask(proxied.url, body=body()).status == 200


def test_tls_that_is_not_trusted(proxying: Proxying) -> None:
    with bare(nonsense) as url:
        said = ask(proxying(url.replace("http:", "https:")).url, "GET", "/x", headers=HEADERS)
    assert told(said)[2] == "contract-kit proxy: the upstream cannot be reached: it does not speak TLS as it should"


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("ftp://host/v2", "is no address of a server"),
        ("http://", "is no address of a server"),
        ("http://host:port/v2", "is no address of a server"),
        ("http://till:secret@host/v2", "the address holds credentials"),
        ("http://host/v2/customers", "the address goes on after the base"),
        ("http://host/v2?x=1", "the address goes on after the base"),
    ],
)
def test_what_is_no_address(address: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        upstream_of(address)


@pytest.mark.parametrize(
    ("address", "origin", "host", "path"),
    [
        ("https://host/v2", "https://host", "host", "/v2"),
        ("https://host:443/gate/v2/", "https://host", "host", "/gate/v2"),
        ("host:8080", "http://host:8080", "host:8080", ""),
        ("http://[::1]:80/v2", "http://[::1]", "[::1]", "/v2"),
    ],
)
def test_what_is_an_address(address: str, origin: str, host: str, path: str) -> None:
    assert upstream_of(address) == (origin, host, path)


def test_certificates_that_are_none(tmp_path: Any) -> None:
    (tmp_path / "ca.pem").write_text("nothing")
    for name, said in (("ca.pem", "holds no certificates"), ("gone.pem", "holds no certificates that can be read")):
        with pytest.raises(ContractKitError, match=said), proxy(Settings(upstream_of("host"), ca=str(tmp_path / name))):
            pass


def test_it_waits_as_long_as_it_is_told(proxying: Proxying, upstream: Upstream) -> None:
    async def late(scope: Any, receive: Any, send: Any) -> None:
        import asyncio

        await asyncio.sleep(0.3)
        await upstream.answer(send)

    upstream.manner = late
    assert ask(proxying(timeout=WAIT).url, body=body()).status == 200
