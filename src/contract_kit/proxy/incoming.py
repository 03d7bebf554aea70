"""The body of a request as it comes in. It alone listens to the client, and so it also knows when that has gone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from typing import Any


class Left(Exception):
    """The client has gone before its request was through."""


class Incoming:
    """What a client sends."""

    def __init__(self, receive: Callable[[], Awaitable[MutableMapping[str, Any]]]) -> None:
        self._receive = receive
        self._through = asyncio.Event()

    async def chunks(self, before: bytes = b"") -> AsyncIterator[bytes]:
        """What is still to come, after what has come ``before``. Raises ``Left``."""
        if before:
            yield before
        while not self._through.is_set():
            chunk = await self._next()
            if chunk:
                yield chunk

    async def upto(self, limit: int) -> tuple[bytes, bool]:
        """The body, and whether that is the whole of it: beyond ``limit`` the rest is left to ``chunks``. Raises
        ``Left``."""
        parts: list[bytes] = []
        size = 0
        while not self._through.is_set():
            parts.append(await self._next())
            size += len(parts[-1])
            if size > limit:
                return b"".join(parts), False
        return b"".join(parts), True

    async def left(self) -> None:
        """Wait until the client has gone, once its request is through."""
        await self._through.wait()
        while (await self._receive())["type"] != "http.disconnect":
            pass

    async def _next(self) -> bytes:
        message = await self._receive()
        if message["type"] == "http.disconnect":
            raise Left
        if not message.get("more_body", False):
            self._through.set()
        chunk: bytes = message.get("body", b"")
        return chunk
