"""The server on a port: real sockets, real concurrency, restarts."""

from __future__ import annotations

import http.client
import json
import socket
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from contract_kit import Contract, ContractKitError
from contract_kit.server import open_port, running

from .client import HEADERS, Said
from .conftest import Serving

Fresh = Callable[[], dict[str, Any]]


def send(url: str, body: object, method: str = "POST", path: str = "/customers") -> Said:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=20)
    try:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        connection.request(method, parts.path + path, data, HEADERS)
        answer = connection.getresponse()
        headers = {name.lower(): value for name, value in answer.getheaders()}
        return Said(answer.status, headers, answer.read())
    finally:
        connection.close()


def raw(url: str, data: bytes) -> bytes:
    """What comes back for bytes that need not be HTTP."""
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=20) as connection:
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(65536), b""))


def test_a_server_runs_for_as_long_as_its_block(serving: Serving, registration: dict[str, Any]) -> None:
    with running(serving()) as url:
        assert url.startswith("http://127.0.0.1:")
        assert url.endswith("/v2")
        said = send(url, registration)
        assert said.status == 200
        assert "server" not in said.headers
    with pytest.raises(ConnectionRefusedError):
        send(url, registration)


def test_two_servers_do_not_know_of_each_other(serving: Serving, registration: dict[str, Any]) -> None:
    with running(serving()) as one, running(serving()) as two:
        assert [send(url, registration).body["createdId"] for url in (one, two)] == [1, 1]


@pytest.mark.parametrize("in_file", [True, False])
def test_of_equal_registrations_at_once_exactly_one_is_taken(
    serving: Serving, contract: Contract, fresh: Fresh, tmp_path: Path, in_file: bool
) -> None:
    db = str(tmp_path / "customers.db") if in_file else ":memory:"
    with running(serving(db=db)) as url, ThreadPoolExecutor(16) as pool:
        for _ in range(5):
            registration = fresh()
            together = threading.Barrier(16)

            def one(body: dict[str, Any] = registration, start: threading.Barrier = together) -> Said:
                start.wait()
                return send(url, body)

            said = [future.result() for future in [pool.submit(one) for _ in range(16)]]
            assert Counter(answer.status for answer in said) == {200: 1, 400: 15}
            assert {answer.codes[0] for answer in said if answer.status == 400} == {8006}


def test_two_servers_on_one_file_take_one_of_two_equal_registrations(serving: Serving, fresh: Fresh, tmp_path: Path) -> None:
    db = str(tmp_path / "customers.db")
    with running(serving(db=db)) as one, running(serving(db=db)) as two, ThreadPoolExecutor(8) as pool:
        for _ in range(5):
            registration = fresh()
            futures = [pool.submit(send, url, registration) for url in (one, two) * 4]
            assert Counter(future.result().status for future in futures) == {200: 1, 400: 7}


def test_different_people_at_once_are_all_taken_with_ids_of_their_own(serving: Serving, fresh: Fresh) -> None:
    with running(serving()) as url, ThreadPoolExecutor(8) as pool:
        ids = [said.body["createdId"] for said in pool.map(lambda body: send(url, body), [fresh() for _ in range(40)])]
    assert sorted(ids) == list(range(1, 41))


def test_with_the_race_all_of_them_are_taken(serving: Serving, registration: dict[str, Any]) -> None:
    with running(serving(defects=["race"])) as url, ThreadPoolExecutor(4) as pool:
        assert {future.result().status for future in [pool.submit(send, url, registration) for _ in range(4)]} == {200}


def test_with_its_defect_an_oversized_body_ends_the_connection(serving: Serving) -> None:
    with running(serving(defects=["oversized-cut-off"])) as url, pytest.raises(http.client.IncompleteRead):
        send(url, b" " * 2_000_000)


def test_a_restart_forgets_nothing(serving: Serving, fresh: Fresh, tmp_path: Path) -> None:
    db = str(tmp_path / "customers.db")
    registration = fresh()
    with running(serving(db=db)) as url:
        first = send(url, registration).body["createdId"]
    with running(serving(db=db)) as url:
        assert send(url, registration).codes == [8006]
        registration["profiles"][0]["source"] = "WEBSITE"
        assert send(url, registration).body["createdId"] == first
        assert send(url, fresh()).body["createdId"] == first + 1


def test_a_body_beyond_the_limit_is_answered_and_the_connection_goes_on(
    serving: Serving, registration: dict[str, Any]
) -> None:
    with running(serving()) as url:
        parts = urlsplit(url)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=20)
        for body, status in ((b" " * 5_000_000, 400), (json.dumps(registration).encode(), 200)):
            connection.request("POST", "/v2/customers", body, HEADERS)
            answer = connection.getresponse()
            assert answer.status == status
            answer.read()
        connection.close()


@pytest.mark.parametrize(
    "data",
    [
        b"nonsense\r\n\r\n",
        b"POST /v2/customers HTTP/1.1\r\nHost: x\r\nBad Header: 1\r\n\r\n",
        b"POST /v2/customers HTTP/1.1\r\nHost: x\r\nContent-Length: minus\r\n\r\n",
        b"POST /v2/customers HTTP/1.1\r\nHost: x\r\nX: a\x00b\r\n\r\n",
    ],
)
def test_what_is_no_http_is_told_by_the_envelope(serving: Serving, data: bytes) -> None:
    with running(serving()) as url:
        said = raw(url, data)
    head, _, body = said.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 ")
    assert json.loads(body)["errors"][0]["code"] == 400


def test_a_client_that_leaves_in_the_middle_does_no_harm(serving: Serving, registration: dict[str, Any]) -> None:
    with running(serving()) as url:
        head = b"POST /v2/customers HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n"
        raw(url, head + b'{"profiles"')
        assert send(url, registration).body["createdId"] == 1


def test_a_port_that_is_taken(serving: Serving) -> None:
    with open_port("127.0.0.1", 0) as (listener, url):
        port = listener.getsockname()[1]
        assert url == f"http://127.0.0.1:{port}/v2"
        with pytest.raises(ContractKitError, match=rf"cannot listen on 127\.0\.0\.1, port {port}: address already in use"):
            running(serving(), port=port).__enter__()


def test_a_host_that_is_none() -> None:
    with pytest.raises(ContractKitError, match=r"cannot listen on 300\.1\.1\.1"), open_port("300.1.1.1", 0):
        pass
