"""The guard in clients of httpx and httpx2, sync and async, over mocked transports and over the loopback."""

from __future__ import annotations

import asyncio
import gzip
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from io import BytesIO
from typing import Any

import httpx
import httpx2
import pytest

from contract_kit import Contract
from contract_kit.guards import Blocked, Guard
from contract_kit.guards.httpx import async_hooks, hooks, watch

from .conftest import Canned, Notes
from .payloads import BAD, GOOD, GOOD_TEXT, HEADERS, TAKEN, TAKEN_TEXT, URL, WRONG, WRONG_TEXT

Handler = Callable[[Any], Any]


class Library:
    """One of the two libraries, used in one of the two ways."""

    def __init__(self, library: Any, is_async: bool) -> None:
        self.library = library
        self.is_async = is_async

    def client(self, handler: Handler | None = None, **settings: Any) -> Any:
        kind = self.library.AsyncClient if self.is_async else self.library.Client
        transport = self.library.MockTransport(handler) if handler is not None else None
        return kind(transport=transport, headers=HEADERS, trust_env=False, **settings)

    def post(self, client: Any, url: str = URL, method: str = "POST", **call: Any) -> Any:
        """One call, and the client is closed."""
        if not self.is_async:
            with client:
                return client.request(method, url, **call)

        async def talk() -> Any:
            async with client:
                return await client.request(method, url, **call)

        return asyncio.run(talk())

    def stream(self, client: Any, reader: str, url: str = URL, **call: Any) -> list[Any]:
        """The parts of a streamed answer, read with one of the client's ways of reading."""
        if not self.is_async:
            with client, client.stream("POST", url, **call) as response:
                return list(getattr(response, f"iter_{reader}")())

        async def talk() -> list[Any]:
            async with client, client.stream("POST", url, **call) as response:
                return [part async for part in getattr(response, f"aiter_{reader}")()]

        return asyncio.run(talk())

    def parts(self, *parts: bytes) -> Any:
        """A body that can be read only once."""
        return _async_parts(parts) if self.is_async else iter(parts)

    def __repr__(self) -> str:
        return f"{self.library.__name__}-{'async' if self.is_async else 'sync'}"


async def _async_parts(parts: tuple[bytes, ...]) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


@pytest.fixture(params=[Library(each, way) for each in (httpx, httpx2) for way in (False, True)], ids=repr)
def library(request: pytest.FixtureRequest) -> Library:
    found: Library = request.param
    return found


@pytest.fixture
def guard(plain: Contract, notes: Notes) -> Guard:
    return Guard(plain, observer=notes.append)


def answering(library: Library, status: int = 200, body: Any = TAKEN) -> tuple[Handler, list[Any]]:
    came: list[Any] = []

    def handler(request: Any) -> Any:
        came.append(request)
        return library.library.Response(status, json=body)

    return handler, came


def test_a_clean_registration_and_its_answer_pass(library: Library, guard: Guard, notes: Notes) -> None:
    handler, came = answering(library)
    response = library.post(watch(library.client(handler), guard), json=GOOD)
    assert (response.json(), len(came)) == (TAKEN, 1)
    assert notes.told == [("request", []), ("answer", [])]


def test_a_registration_that_breaks_the_contract_does_not_leave(library: Library, guard: Guard, notes: Notes) -> None:
    handler, came = answering(library)
    with pytest.raises(Blocked, match=r"^the registration for crm\.example was not sent: would be refused: 3217\n"):
        library.post(watch(library.client(handler), guard), json=BAD)
    assert came == []
    assert notes.told == [("request", ["source-unknown"])]


def test_nothing_connects_before_it_is_judged(library: Library, guard: Guard) -> None:
    with pytest.raises(Blocked):
        library.post(watch(library.client(), guard), url="http://127.0.0.1:1/v2/customers", json=BAD)


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/v2/customers/7/notes"), ("PUT", "/v2/customers"), ("GET", "/v2/customers")]
)
def test_other_requests_pass_untouched(library: Library, guard: Guard, notes: Notes, method: str, path: str) -> None:
    handler, came = answering(library)
    library.post(watch(library.client(handler), guard), f"https://crm.example{path}", method, params={"q": "1"})
    assert (len(came), list(notes)) == (1, [])


def test_the_body_of_another_request_is_not_read_beforehand(library: Library, guard: Guard) -> None:
    read: list[str] = []

    def handler(request: Any) -> Any:
        read.append("sent")
        return library.library.Response(200)

    def parts() -> Iterator[bytes]:
        read.append("read")
        yield b"part"

    async def async_parts() -> AsyncIterator[bytes]:
        read.append("read")
        yield b"part"

    client = watch(library.client(handler), guard)
    client.event_hooks = {**client.event_hooks, "request": [*client.event_hooks["request"], _noting(library, read)]}
    library.post(client, "https://crm.example/v2/uploads", content=async_parts() if library.is_async else parts())
    assert read == ["hooks done", "read", "sent"]


def _noting(library: Library, read: list[str]) -> Any:
    def note(request: Any) -> None:
        read.append("hooks done")

    async def async_note(request: Any) -> None:
        read.append("hooks done")

    return async_note if library.is_async else note


def test_the_query_stands_in_for_what_the_body_lacks(library: Library, guard: Guard, notes: Notes) -> None:
    handler, _ = answering(library)
    body = {"profiles": [{"identifiers": [{"type": "cuid", "value": "c-1"}]}]}
    library.post(watch(library.client(handler), guard), json=body, params={"source": "INSTORE"})
    assert notes.told == [("request", []), ("answer", [])]


def test_bodies_that_can_be_read_only_once_arrive_whole(
    library: Library, guard: Guard, server: Canned, notes: Notes
) -> None:
    client = watch(library.client(), guard)
    library.post(client, server.url, content=library.parts(GOOD_TEXT[:9], GOOD_TEXT[9:]))
    assert server.bodies == [GOOD_TEXT]
    assert notes.told == [("request", []), ("answer", [])]


def test_a_file_arrives_whole(guard: Guard, server: Canned) -> None:
    library = Library(httpx, False)
    library.post(watch(library.client(), guard), server.url, content=BytesIO(GOOD_TEXT))
    assert server.bodies == [GOOD_TEXT]


@pytest.mark.parametrize(("reader", "joined"), [("raw", True), ("bytes", True), ("text", False), ("lines", False)])
def test_streamed_answers_survive_and_are_judged_at_their_end(
    library: Library, guard: Guard, server: Canned, notes: Notes, reader: str, joined: bool
) -> None:
    server.parts = [WRONG_TEXT[:12], WRONG_TEXT[12:]]
    parts = library.stream(watch(library.client(), guard), reader, server.url, json=GOOD)
    assert (b"" if joined else "").join(parts) == (WRONG_TEXT if joined else WRONG_TEXT.decode())
    assert notes.told == [("request", []), ("answer", ["wrong-type"])]


def test_the_first_part_of_a_stream_is_handed_on_before_the_last_has_come(guard: Guard, notes: Notes) -> None:
    def parts() -> Iterator[bytes]:
        yield TAKEN_TEXT[:5]
        assert told == [1]
        yield TAKEN_TEXT[5:]

    told: list[int] = []
    client = watch(httpx.Client(transport=httpx.MockTransport(lambda request: httpx.Response(200, content=parts()))), guard)
    with client, client.stream("POST", URL, json=GOOD, headers=HEADERS) as response:
        for _ in response.iter_raw():
            told.append(len(told) + 1)
    assert told == [1, 2]
    assert [seen.side for seen in notes] == ["request", "answer"]


def test_a_stream_that_is_not_read_to_its_end_is_not_judged(guard: Guard, server: Canned, notes: Notes) -> None:
    server.parts = [WRONG_TEXT[:12], WRONG_TEXT[12:]]
    client = watch(httpx.Client(headers=HEADERS, trust_env=False), guard)
    with client, client.stream("POST", server.url, json=GOOD) as response:
        assert next(response.iter_raw()) == WRONG_TEXT[:12]
    assert notes.told == [("request", [])]


def test_compressed_answers_are_judged_for_what_they_hold(
    library: Library, guard: Guard, server: Canned, notes: Notes
) -> None:
    server.headers["Content-Encoding"] = "gzip"
    server.parts = [gzip.compress(WRONG_TEXT)]
    assert library.post(watch(library.client(), guard), server.url, json=GOOD).json() == WRONG
    assert notes.told == [("request", []), ("answer", ["wrong-type"])]


def test_an_answer_is_blocked_where_that_is_asked_for(library: Library, plain: Contract, server: Canned) -> None:
    server.parts = [WRONG_TEXT]
    with pytest.raises(Blocked, match=r"^the answer of 127\.0\.0\.1 does not conform: accepted, HTTP 200\n") as blocked:
        library.post(watch(library.client(), Guard(plain, answers="block")), server.url, json=GOOD)
    assert (blocked.value.side, blocked.value.response.status_code) == ("answer", 200)


def test_an_answer_that_breaks_the_contract_is_logged(
    library: Library, plain: Contract, caplog: pytest.LogCaptureFixture
) -> None:
    handler, _ = answering(library, body=WRONG)
    with caplog.at_level(logging.WARNING, "contract_kit.guards"):
        assert library.post(watch(library.client(handler), Guard(plain)), json=GOOD).json() == WRONG
    (record,) = [record for record in caplog.records if record.name == "contract_kit.guards"]
    assert record.message.startswith(
        "the answer of crm.example does not conform: accepted, HTTP 200\n  error at $response.body#/createdId"
    )


def test_hooks_can_be_given_to_a_new_client(library: Library, guard: Guard, notes: Notes) -> None:
    handler, _ = answering(library)
    made = async_hooks(guard) if library.is_async else hooks(guard)
    library.post(library.client(handler, event_hooks=made), json=GOOD)
    assert notes.told == [("request", []), ("answer", [])]


def test_the_guard_sees_what_other_hooks_have_changed(notes: Notes, guard: Guard) -> None:
    def sign(request: httpx.Request) -> None:
        request.headers["Authorization"] = "Bearer made-up"

    handler, came = answering(Library(httpx, False))
    client = watch(httpx.Client(transport=httpx.MockTransport(handler), event_hooks={"request": [sign]}), guard)
    with client, pytest.raises(Blocked, match="credentials-malformed"):
        client.post(URL, json=GOOD)
    assert came == []


def test_a_redirect_elsewhere_is_not_taken_for_a_registration(library: Library, guard: Guard, notes: Notes) -> None:
    def handler(request: Any) -> Any:
        if request.url.path == "/v2/customers":
            return library.library.Response(303, headers={"Location": "/v2/done"})
        return library.library.Response(200, text="no JSON")

    library.post(watch(library.client(handler, follow_redirects=True), guard), json=GOOD)
    assert [(seen.side, seen.status) for seen in notes] == [("request", None), ("answer", 303)]


def test_a_second_attempt_is_judged_anew(library: Library, guard: Guard, notes: Notes) -> None:
    """As with digest authentication, and with whoever sends the same request again."""
    statuses = [503, 200]

    def handler(request: Any) -> Any:
        return library.library.Response(statuses.pop(0), json=TAKEN)

    client = watch(library.client(handler), guard)
    request = client.build_request("POST", URL, json=GOOD)
    if library.is_async:

        async def talk() -> None:
            async with client:
                for _ in range(2):
                    await client.send(request)

        asyncio.run(talk())
    else:
        with client:
            for _ in range(2):
                client.send(request)
    assert [(seen.side, seen.status) for seen in notes] == [
        ("request", None),
        ("answer", 503),
        ("request", None),
        ("answer", 200),
    ]


def test_many_calls_at_once_keep_their_answers_apart(plain: Contract, notes: Notes) -> None:
    async def handler(request: httpx.Request) -> httpx.Response:
        wrong = b"WEBSITE" in request.content
        await asyncio.sleep(0.002 if wrong else 0)
        return httpx.Response(200, json=WRONG if wrong else TAKEN)

    async def talk() -> None:
        async with httpx.AsyncClient(transport=httpx.MockTransport(handler), headers=HEADERS) as client:
            watch(client, Guard(plain, mode="observe", observer=notes.append))
            sources = ("INSTORE", "WEBSITE") * 20
            bodies = [
                {"profiles": [{"source": source, "identifiers": [{"type": "cuid", "value": "c"}]}]} for source in sources
            ]
            await asyncio.gather(*(client.post(URL, json=body) for body in bodies))

    asyncio.run(talk())
    assert sorted(notes.told) == sorted([("request", [])] * 40 + [("answer", [])] * 20 + [("answer", ["wrong-type"])] * 20)
