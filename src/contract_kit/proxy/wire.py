"""The connection to the upstream: requests out, answers in, neither held as a whole. Needs httpx."""

from __future__ import annotations

import os
import socket
import ssl
from collections.abc import AsyncIterator
from typing import NamedTuple

import httpx

from contract_kit.errors import UsageError
from contract_kit.proxy.fields import Fields
from contract_kit.proxy.settings import Settings

BAD_GATEWAY, TIMEOUT = 502, 504
_KEPT = 100
"""Idle connections to the upstream that are kept."""


class Trouble(Exception):
    """The upstream gave no answer: the status that a client gets instead, and why."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


class Got(NamedTuple):
    """The head of an answer, its body as it travels, and what lets go of it."""

    status: int
    fields: Fields
    version: str
    response: httpx.Response


class _Body(httpx.AsyncByteStream):
    def __init__(self, chunks: AsyncIterator[bytes]) -> None:
        self._chunks = chunks

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._chunks:
            yield chunk


class Wire:
    """Kept connections to one upstream. To be used in one event loop, and closed there."""

    def __init__(self, settings: Settings) -> None:
        self._origin = settings.upstream.origin
        self._timeout = settings.timeout
        self._transport = httpx.AsyncHTTPTransport(
            verify=_trusted(settings.ca),
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=_KEPT),
        )

    async def send(self, method: str, target: bytes, fields: Fields, body: AsyncIterator[bytes]) -> Got:
        """Send a request, and wait for the head of its answer. Raises ``Trouble``."""
        request = httpx.Request(
            method,
            self._origin,
            headers=fields,
            stream=_Body(body),
            extensions={"target": target, "timeout": dict.fromkeys(("connect", "read", "write", "pool"), self._timeout)},
        )
        try:
            response = await self._transport.handle_async_request(request)
        except httpx.HTTPError as error:
            raise self._told(error) from error
        version = response.extensions.get("http_version", b"HTTP/1.1").decode("ascii", "replace")
        return Got(response.status_code, list(response.headers.raw), version, response)

    async def body(self, got: Got) -> AsyncIterator[bytes]:
        """The body of an answer, as it comes. Raises ``Trouble``."""
        assert isinstance(got.response.stream, httpx.AsyncByteStream)
        try:
            async for chunk in got.response.stream:
                yield chunk
        except httpx.HTTPError as error:
            raise self._told(error) from error

    async def close(self) -> None:
        """Let go of all connections."""
        await self._transport.aclose()

    def _told(self, error: httpx.HTTPError) -> Trouble:
        if isinstance(error, httpx.TimeoutException):
            return Trouble(TIMEOUT, f"the upstream was silent for {self._timeout:g} s")
        if isinstance(error, httpx.ConnectError):
            return Trouble(BAD_GATEWAY, f"the upstream cannot be reached: {_reason(error)}")
        if isinstance(error, httpx.LocalProtocolError):
            return Trouble(BAD_GATEWAY, "this request cannot be sent on as HTTP")
        return Trouble(BAD_GATEWAY, "the upstream broke off, or did not speak HTTP")


def _trusted(ca: str | None) -> ssl.SSLContext:
    context = httpx.create_ssl_context()
    if ca is not None:
        try:
            context.load_verify_locations(ca)
        except OSError as error:
            raise UsageError(f"{ca}: holds no certificates that can be read", hint=(error.strerror or "").lower()) from None
    return context


def _reason(error: BaseException) -> str:
    """Why no connection came about, in the words of whatever was underneath."""
    found: BaseException | None = error
    while found is not None:
        if isinstance(found, ssl.SSLCertVerificationError):
            return f"its certificate is not trusted ({found.verify_message}); see --ca"
        if isinstance(found, ssl.SSLError):
            return "it does not speak TLS as it should"
        if isinstance(found, socket.gaierror):
            return "there is no host of that name"
        if isinstance(found, OSError) and found.errno:
            return os.strerror(found.errno).lower()
        found = found.__cause__ or found.__context__
    return "no connection"
