"""The guard beside what people test and retry with: respx, pytest-httpx, transports that try again."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
import respx
from pytest_httpx import HTTPXMock

from contract_kit import Contract
from contract_kit.guards import Blocked, Guard
from contract_kit.guards.httpx import watch

from .conftest import Notes
from .payloads import BAD, GOOD, HEADERS, TAKEN, URL, WRONG


@pytest.fixture
def guard(plain: Contract, notes: Notes) -> Guard:
    return Guard(plain, observer=notes.append)


@pytest.mark.parametrize("using", ["httpcore", "httpx"])
def test_respx_in_both_its_modes(guard: Guard, notes: Notes, using: str) -> None:
    with respx.mock(using=using) as router, watch(httpx.Client(headers=HEADERS), guard) as client:
        route = router.post(URL).mock(return_value=httpx.Response(200, json=WRONG))
        assert client.post(URL, json=GOOD).json() == WRONG
        with pytest.raises(Blocked):
            client.post(URL, json=BAD)
        assert route.call_count == 1
    assert notes.told == [("request", []), ("answer", ["wrong-type"]), ("request", ["source-unknown"])]


def test_respx_with_an_async_client(guard: Guard, notes: Notes) -> None:
    async def talk() -> None:
        async with httpx.AsyncClient(headers=HEADERS) as client:
            watch(client, guard)
            with respx.mock() as router:
                router.post(URL).mock(return_value=httpx.Response(200, json=TAKEN))
                await client.post(URL, json=GOOD)

    asyncio.run(talk())
    assert notes.told == [("request", []), ("answer", [])]


def test_pytest_httpx(guard: Guard, notes: Notes, httpx_mock: HTTPXMock) -> None:
    httpx_mock.add_response(method="POST", url=URL, json=TAKEN)
    with watch(httpx.Client(headers=HEADERS), guard) as client:
        assert client.post(URL, json=GOOD).json() == TAKEN
        with pytest.raises(Blocked):
            client.post(URL, json=BAD)
    assert len(httpx_mock.get_requests()) == 1
    assert notes.told == [("request", []), ("answer", []), ("request", ["source-unknown"])]


class Again(httpx.BaseTransport):
    """Tries again where the server is away, as libraries for retries do."""

    def __init__(self, inner: httpx.BaseTransport) -> None:
        self.inner = inner
        self.tries = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        while True:
            self.tries += 1
            response = self.inner.handle_request(request)
            if response.status_code != 503:
                return response
            response.close()


def test_a_transport_that_tries_again_is_below_the_guard(guard: Guard, notes: Notes) -> None:
    statuses = [503, 503, 200]
    transport = Again(httpx.MockTransport(lambda request: httpx.Response(statuses.pop(0), json=TAKEN)))
    with watch(httpx.Client(transport=transport, headers=HEADERS), guard) as client:
        assert client.post(URL, json=GOOD).status_code == 200
    assert transport.tries == 3
    assert [(seen.side, seen.status) for seen in notes] == [("request", None), ("answer", 200)]


def test_a_loop_that_tries_again_does_not_try_what_was_blocked(guard: Guard, notes: Notes) -> None:
    def persistent(client: httpx.Client, body: Any) -> httpx.Response:
        for _ in range(3):
            try:
                response = client.post(URL, json=body)
            except httpx.HTTPError:
                continue
            if response.status_code < 500:
                return response
        raise AssertionError("given up")

    statuses = [503, 200]
    transport = httpx.MockTransport(lambda request: httpx.Response(statuses.pop(0), json=TAKEN))
    with watch(httpx.Client(transport=transport, headers=HEADERS), guard) as client:
        assert persistent(client, GOOD).status_code == 200
        with pytest.raises(Blocked):
            persistent(client, BAD)
    assert [seen.side for seen in notes] == ["request", "answer", "request", "answer", "request"]
