"""What is no registration: requests on and answers back, as they come, held nowhere."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from contract_kit.proxy.fields import back, onward
from contract_kit.proxy.incoming import Incoming
from contract_kit.proxy.messages import Call, Out
from contract_kit.proxy.wire import Wire


class Relay:
    """Passes requests on to one upstream."""

    def __init__(self, wire: Wire, host: str) -> None:
        self._wire = wire
        self._host = host

    async def through(self, call: Call, incoming: Incoming, out: Out, before: bytes = b"") -> None:
        """Bring a request on, of whose body some has come ``before``, and its answer back; end as soon as either side has
        gone. Raises ``Trouble`` and ``Left``."""
        relay = asyncio.ensure_future(self._relayed(call, incoming, out, before))
        watch = asyncio.ensure_future(incoming.left())
        try:
            await asyncio.wait({relay, watch}, return_when=asyncio.FIRST_COMPLETED)
            if relay.done():
                relay.result()
        finally:
            for task in (relay, watch):
                task.cancel()
                with suppress(asyncio.CancelledError, Exception):
                    await task

    async def _relayed(self, call: Call, incoming: Incoming, out: Out, before: bytes) -> None:
        fields = onward(call.fields, self._host, judged=False)
        got = await self._wire.send(call.method, call.target, fields, incoming.chunks(before))
        try:
            await out.head(got.status, back(got.fields))
            await out.body(self._wire.body(got))
        finally:
            await got.response.aclose()
