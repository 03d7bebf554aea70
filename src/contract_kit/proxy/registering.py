"""Registrations on their way: held for a moment, judged, kept back where that is wanted, and noted with their answers."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import NamedTuple
from urllib.parse import parse_qsl

from contract_kit import clients
from contract_kit.proxy.fields import Fields, back, mapped, onward
from contract_kit.proxy.incoming import Incoming
from contract_kit.proxy.judging import ANSWERED, FINDINGS, Judge, Verdict
from contract_kit.proxy.messages import Call, Out, once
from contract_kit.proxy.recording import Passed
from contract_kit.proxy.settings import Settings
from contract_kit.proxy.wire import Got, Trouble, Wire
from contract_kit.records.coding import decoded
from contract_kit.report import InputResult

_ODD_ANSWER = "the answer was too large, or packed in a way that cannot be read here"


class Registration(NamedTuple):
    """A registration that can be judged: its address, its head and body as they came, what it is to the judge, and when it
    came."""

    url: str
    call: Call
    data: bytes
    sent: clients.Sent
    asked: InputResult
    started: float
    clock: float

    def passed(
        self, verdict: Verdict, got: clients.Got | None = None, fields: Fields | None = None, version: str = "HTTP/1.1",
        *, blocked: bool = False, trouble: str = "",
    ) -> Passed:  # fmt: skip
        """What came of it."""
        seconds = time.perf_counter() - self.clock
        return Passed(
            self.url,
            self.sent,
            self.call.fields,
            verdict,
            got,
            fields or [],
            version,
            self.started,
            seconds,
            blocked,
            trouble,
        )


class Registering:
    """What is done with registrations; ``note`` is told of each that was judged."""

    def __init__(self, settings: Settings, judge: Judge, wire: Wire, note: Callable[[Passed], Awaitable[None]]) -> None:
        self._settings = settings
        self._judge = judge
        self._wire = wire
        self._note = note

    async def held(self, call: Call, incoming: Incoming) -> Registration | bytes:
        """The registration; or as much as has come of one that is too large, or packed in a way that cannot be read here.
        Raises ``Left``."""
        data, whole = await incoming.upto(self._settings.largest)
        plain = decoded(data, call.coding) if whole else None
        if plain is None:
            return data
        query = dict(parse_qsl(call.query, keep_blank_values=True))
        sent = clients.Sent(plain, mapped(call.fields), query or None, call.method)
        url = self._settings.upstream.origin + call.path
        return Registration(url, call, data, sent, self._judge.request(sent), time.time(), time.perf_counter())

    async def answer(self, one: Registration, out: Out) -> None:
        """Refuse it here, or send it on and hand its answer back, with what was found. A client that has gone by then
        changes nothing: the registration has been made, and is noted. Raises ``Trouble``."""
        failing = self._judge.failing(one.asked) if self._settings.block else []
        if failing:
            verdict = self._judge.unanswered(one.asked)
            await self._note(one.passed(verdict, blocked=True))
            status, headers, body = self._judge.refusal(one.asked, failing)
            await out.whole(status, {**headers, ANSWERED: "blocked", FINDINGS: verdict.header}, body)
            return
        fields = onward(one.call.fields, self._settings.upstream.host, judged=True)
        try:
            got = await self._wire.send(one.call.method, one.call.target, fields, once(one.data))
            try:
                await self._handed_on(one, got, out)
            finally:
                await got.response.aclose()
        except Trouble as trouble:
            if not out.begun:
                await self._note(one.passed(self._judge.unanswered(one.asked), trouble=trouble.message))
            raise

    async def _handed_on(self, one: Registration, got: Got, out: Out) -> None:
        parts: list[bytes] = []
        size = 0
        coming = self._wire.body(got)
        async for chunk in coming:
            parts.append(chunk)
            size += len(chunk)
            if size > self._settings.largest:
                break
        data = b"".join(parts)
        fields = back(got.fields)
        headers = mapped(fields)
        plain = decoded(data, headers.get("content-encoding")) if size <= self._settings.largest else None
        if plain is None:
            await self._note(one.passed(self._judge.unanswered(one.asked), trouble=_ODD_ANSWER))
        else:
            answer = clients.Got(plain, got.status, headers)
            verdict = self._judge.exchange(one.sent, one.asked, answer)
            await self._note(one.passed(verdict, answer, fields, got.version))
            own = FINDINGS.encode()
            fields = [(name, value) for name, value in fields if name.lower() != own.lower()]
            fields.append((own, verdict.header.encode()))
        await out.head(got.status, fields)
        await out.body(coming, data)
