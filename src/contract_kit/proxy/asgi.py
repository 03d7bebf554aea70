"""The proxy as an ASGI application: other requests stream through, registrations are held for a moment and judged."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from traceback import print_exception

from contract_kit.contract import Contract
from contract_kit.findings import Severity
from contract_kit.proxy.holding import Held
from contract_kit.proxy.incoming import Incoming, Left
from contract_kit.proxy.judging import ANSWERED, Judge, entry, envelope
from contract_kit.proxy.messages import Call, Message, Out, Receive, Send, call_of
from contract_kit.proxy.recording import Passed, Recording
from contract_kit.proxy.registering import Registering, Registration
from contract_kit.proxy.relaying import Relay
from contract_kit.proxy.settings import Settings
from contract_kit.proxy.tally import Tally
from contract_kit.proxy.wire import Trouble, Wire
from contract_kit.records.operation import registers

Told = Callable[[int, Passed], object]
"""What is told of each judged exchange: its number, from 1, which in a recording is that of its entry, and what it was."""
_SMALL = 64 * 1024
"""Bytes that are written down at once; masking more takes so long that others would have to wait."""


class Application:
    """The proxy; ``tally`` counts what it sees, ``troubles`` says what it could not do."""

    def __init__(self, settings: Settings, contract: Contract, recording: Recording | None, told: Told | None) -> None:
        self.tally = Tally()
        self.troubles: list[str] = []
        self._block = settings.block
        self._recording = recording
        self._before = recording.count if recording is not None else 0
        self._told = told
        self._noting = asyncio.Lock()
        self._wire = Wire(settings)
        self._relay = Relay(self._wire, settings.upstream.host)
        judge = Judge(contract, Severity(settings.fail_on), Held(contract) if settings.hold else None)
        self._registering = Registering(settings, judge, self._wire, self._note)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve a request, or the beginning and the end of the whole."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        out = Out(send)
        try:
            await self._serve(call_of(scope), Incoming(receive), out)
        except Left:
            return  # the client has gone before its request was through
        except Trouble as trouble:
            await self._own(out, trouble.status, trouble.message, "no-answer")
        except Exception as error:
            print_exception(error, file=sys.stderr)
            await self._own(out, 500, "something went wrong in the proxy itself", "failed")

    async def _serve(self, call: Call, incoming: Incoming, out: Out) -> None:
        if call.method == "CONNECT":
            await self._own(out, 501, "CONNECT is for forward proxies, and this is none", "not-a-forward-proxy")
        elif not registers(call.method, call.path):
            self.tally.passed_on += 1
            await self._relay.through(call, incoming, out)
        elif isinstance(held := await self._registering.held(call, incoming), Registration):
            await self._registering.answer(held, out)
        else:
            self.tally.unjudged += 1
            if self._block:
                said = "a registration that is too large, or packed in a way that cannot be read here, is not passed on"
                await self._own(out, 413, said, "blocked")
            else:
                await self._relay.through(call, incoming, out, held)

    async def _own(self, out: Out, status: int, message: str, why: str) -> None:
        """An answer of the proxy's own, in the envelope; where one has begun already, the connection ends instead."""
        if not out.begun:
            await out.whole(status, {ANSWERED: why}, envelope([entry(status, message)]))

    async def _note(self, passed: Passed) -> None:
        """Count an exchange, write it down, tell of it; one after the other."""
        async with self._noting:
            await self._noted(passed)

    async def _noted(self, passed: Passed) -> None:
        number = self._before + self.tally.judged + 1
        self.tally.add(number, passed.verdict, answered=passed.got is not None, blocked=passed.blocked)
        if self._recording is not None:
            try:
                if passed.size > _SMALL:
                    await asyncio.to_thread(self._recording.add, passed)
                else:
                    self._recording.add(passed)
            except OSError as error:
                reason = (error.strerror or "").lower()
                said = f"{self._recording.path}: cannot be written any more: {reason}. It ends before exchange {number}"
                self.troubles.append(said)
                self._recording = None
        if self._told is not None:
            self._told(number, passed)

    async def _live(self, receive: Receive, send: Send) -> None:
        ended = False
        while not ended:
            message = await receive()
            ended = message["type"] == "lifespan.shutdown"
            if ended:
                await self._wire.close()
            await send({"type": f"{message['type']}.complete"})
