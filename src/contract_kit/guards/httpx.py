"""The guard for httpx and httpx2, sync and async, as event hooks.

Neither library is imported here: a hook is handed the objects it needs. Hooks see the headers as they leave, run before
anything connects, and run under respx and pytest-httpx as well. ``watch`` adds them to a client, ``hooks`` and
``async_hooks`` give them to whoever builds one.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from contract_kit.clients import Got, Sent
from contract_kit.clients.adapters import query_of
from contract_kit.guards.blocking import Blocked
from contract_kit.guards.watching import Guard, Judged

_LENGTH = b"content-length"

Client = TypeVar("Client")
Waiting = WeakKeyDictionary[Any, Judged]
"""Requests that are on their way. A redirect is a request of its own, and is judged as one where it is a registration."""


def watch(client: Client, guard: Guard | None = None, **settings: Any) -> Client:
    """Add a guard to a client of either kind; gives the client itself. ``settings`` are those of ``Guard``, where none is
    given. The guard comes after hooks that are there already, so it sees what they have changed."""
    guard = guard if guard is not None else Guard(**settings)
    made = async_hooks(guard) if hasattr(client, "aclose") else hooks(guard)
    old = client.event_hooks  # type: ignore[attr-defined]
    client.event_hooks = {side: [*old.get(side, ()), *made[side]] for side in made}  # type: ignore[attr-defined]
    return client


def hooks(guard: Guard) -> dict[str, list[Callable[..., Any]]]:
    """The event hooks for a ``Client``."""

    waiting: Waiting = WeakKeyDictionary()

    def request_hook(request: Any) -> None:
        if (target := _target(guard, request)) is not None:
            # Reads generators and files too; what was read is sent in their place.
            _ask(guard, waiting, request, request.read(), target)

    def response_hook(response: Any) -> None:
        if (asked := waiting.pop(response.request, None)) is not None:
            if (data := _content(response)) is not None:
                _answer(guard, asked, response, data)
            else:
                response.stream = _tee(response, "SyncByteStream", _SyncTee)(guard, asked, response)

    return {"request": [request_hook], "response": [response_hook]}


def async_hooks(guard: Guard) -> dict[str, list[Callable[..., Any]]]:
    """The event hooks for an ``AsyncClient``."""

    waiting: Waiting = WeakKeyDictionary()

    async def request_hook(request: Any) -> None:
        if (target := _target(guard, request)) is not None:
            _ask(guard, waiting, request, await request.aread(), target)

    async def response_hook(response: Any) -> None:
        if (asked := waiting.pop(response.request, None)) is not None:
            if (data := _content(response)) is not None:
                _answer(guard, asked, response, data)
            else:
                response.stream = _tee(response, "AsyncByteStream", _AsyncTee)(guard, asked, response)

    return {"request": [request_hook], "response": [response_hook]}


def _target(guard: Guard, request: Any) -> tuple[str, str] | None:
    """Host and query of a registration; ``None`` for any other request."""
    url = request.url
    path, _, query = url.raw_path.decode("ascii", "replace").partition("?")
    return (url.host, query) if guard.watches(request.method, url.host, path) else None


def _ask(guard: Guard, waiting: Waiting, request: Any, data: bytes, target: tuple[str, str]) -> None:
    host, query = target
    raw = request.headers.raw
    headers = _headers(request.headers, raw)
    # The length differs from body to body and says nothing that a rule reads.
    key = tuple([pair for pair in raw if pair[0].lower() != _LENGTH])
    sent = Sent(data, headers, query_of(query), request.method)
    asked = guard.request(sent, host, key)
    if asked is not None:
        waiting[request] = asked


def _headers(headers: Any, raw: Any) -> dict[str, str]:
    """Headers as text."""
    found = {name.decode("latin-1"): value.decode("latin-1") for name, value in raw}
    # The other way is slower, but puts all values of a header together.
    return found if len(found) == len(raw) else dict(headers)


def _content(response: Any) -> bytes | None:
    """The body of an answer that is there already, as with mocked ones; ``None`` where it is still to be read."""
    try:
        content: bytes = response.content
    except RuntimeError:
        return None
    return content


def _answer(guard: Guard, asked: Judged, response: Any, data: bytes) -> None:
    try:
        guard.answer(asked, Got(data, response.status_code, _headers(response.headers, response.headers.raw)))
    except Blocked as blocked:
        blocked.response = response
        raise


def _tee(response: Any, base: str, mixin: type) -> type:
    """The stream class that the response's own library wants, with our behaviour."""
    library = type(response).__module__.partition(".")[0]
    key = (library, base)
    if key not in _CLASSES:
        _CLASSES[key] = type(mixin.__name__, (mixin, getattr(sys.modules[library], base)), {})
    return _CLASSES[key]


_CLASSES: dict[tuple[str, str], type] = {}


class _Tee:
    """An answer's stream that keeps what is read of it, and has it judged once all of it has been: whoever reads sees every
    part when it comes. What is not read to its end is not judged."""

    def __init__(self, guard: Guard, asked: Judged, response: Any) -> None:
        self._guard = guard
        self._asked = asked
        self._response = response
        self._stream = response.stream
        self._parts: list[bytes] = []

    def _judge(self) -> None:
        response, data = self._response, b"".join(self._parts)
        self._parts = []
        if data and "content-encoding" in response.headers:
            # Another answer of the same kind takes the compression off.
            data = type(response)(response.status_code, headers=response.headers, content=data).content
        _answer(self._guard, self._asked, response, data)


class _SyncTee(_Tee):
    def __iter__(self) -> Iterator[bytes]:
        for part in self._stream:
            self._parts.append(part)
            yield part
        self._judge()

    def close(self) -> None:
        self._stream.close()


class _AsyncTee(_Tee):
    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for part in self._stream:
            self._parts.append(part)
            yield part
        self._judge()

    async def aclose(self) -> None:
        await self._stream.aclose()
