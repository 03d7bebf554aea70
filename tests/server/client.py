"""Asks a server in this process, by ASGI, and holds its answers against the contract."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import urlencode

from starlette.applications import Starlette

from contract_kit import Contract, Exchange, Ledger, Outcome, Request, Response, jsontext
from contract_kit.examples import NOW
from contract_kit.judge.prediction import source_accounts
from contract_kit.rule import Context

BASIC = "Basic dGlsbC5vbmU6OGExNmE2YjcwNTA1ZWIxZjFmZjdjZGMwY2Q1NTU5YTc="
HEADERS = {"Authorization": BASIC, "Content-Type": "application/json"}
WAIT = 20.0
_RUNNER = asyncio.Runner()


class Said(NamedTuple):
    """An answer: header names in small letters, and the body as bytes; the status 0 where there was none."""

    status: int
    headers: dict[str, str]
    data: bytes

    @property
    def body(self) -> Any:
        """The body as JSON."""
        return json.loads(self.data)

    @property
    def codes(self) -> list[object]:
        """The codes of the errors."""
        return [error["code"] for error in self.body["errors"]]

    @property
    def warned(self) -> list[object]:
        """The codes of the warnings."""
        return [warning["code"] for warning in self.body["warnings"]]

    @property
    def response(self) -> Response:
        """The answer as the judge takes it."""
        try:
            body = json.loads(self.data)
        except ValueError:
            body = self.data.decode()
        return Response(body, self.status, self.headers)


class Asks(NamedTuple):
    """A request; ``body`` is plain data or bytes."""

    body: Any = b""
    headers: Mapping[str, str] = HEADERS
    query: Mapping[str, str] = {}
    method: str = "POST"
    path: str = "/v2/customers"

    @property
    def data(self) -> bytes:
        """The body as it travels."""
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


def ask(app: Starlette, asked: Asks, wait: float = WAIT) -> Said:
    """One request."""
    return _RUNNER.run(_asked(app, asked, wait))


def ask_together(app: Starlette, asked: Sequence[Asks]) -> list[Said]:
    """Several requests at once."""

    async def together() -> list[Said]:
        return await asyncio.gather(*(_asked(app, one, WAIT) for one in asked))

    return _RUNNER.run(together())


def post(app: Starlette, body: Any, **parts: Any) -> Said:
    """One registration."""
    return ask(app, Asks(body, **parts))


def look(app: Starlette, path: str) -> Said:
    """One look at what the server keeps."""
    return ask(app, Asks(b"", {"Authorization": BASIC}, {}, "GET", path))


def profile(source: str, *identifiers: tuple[str, str], **members: Any) -> dict[str, Any]:
    """A profile of a source with these identifiers."""
    listed = [{"type": type_, "value": value} for type_, value in identifiers]
    return {"source": source, "identifiers": listed, **members}


def body(*profiles: dict[str, Any], **members: Any) -> dict[str, Any]:
    """A registration of these profiles."""
    return {"profiles": list(profiles), **members}


async def _asked(app: Starlette, asked: Asks, wait: float) -> Said:
    sent: list[dict[str, Any]] = []
    waiting = [{"type": "http.request", "body": asked.data, "more_body": False}]

    async def receive() -> dict[str, Any]:
        return waiting.pop() if waiting else {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "http_version": "1.1",
        "asgi": {"version": "3.0"},
        "method": asked.method,
        "path": asked.path,
        "raw_path": asked.path.encode(),
        "root_path": "",
        "scheme": "http",
        "query_string": urlencode(dict(asked.query)).encode(),
        "headers": [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in asked.headers.items()],
        "server": ("127.0.0.1", 80),
        "client": ("127.0.0.1", 1),
    }
    try:
        await asyncio.wait_for(app(scope, receive, send), wait)
    except TimeoutError:
        return Said(0, {}, b"")
    if not any(message["type"] == "http.response.body" for message in sent):
        return Said(0, {}, b"")
    start = next(message for message in sent if message["type"] == "http.response.start")
    headers = {name.decode(): value.decode() for name, value in start["headers"]}
    data = b"".join(message.get("body", b"") for message in sent)
    return Said(start["status"], headers, data)


class Witness:
    """Holds a server to the contract: sends requests, predicts each outcome from what has been registered so far, and
    lists every finding."""

    def __init__(self, app: Starlette, contract: Contract) -> None:
        self.app = app
        self.contract = contract.at(NOW)
        self.ledger = Ledger()
        self.findings: list[str] = []

    def send(self, asked: Asks, outcome: Outcome | None = None) -> Said:
        """Send a request and judge the answer; ``outcome`` replaces the prediction, for bodies that are no JSON."""
        said = ask(self.app, asked)
        body = jsontext.parse(asked.data).value
        request = Request(body, dict(asked.headers), dict(asked.query) or None, asked.method)
        expected = outcome or self.contract.predict(request, self.ledger)
        self.findings += self.judged(Exchange(request, said.response), expected)
        if said.status == 200 and isinstance(said.body.get("createdId"), int) and "errors" not in said.body:
            self.ledger.record(source_accounts(body, asked.query, self.contract.org), said.body["createdId"])
        return said

    def judged(self, exchange: Exchange, expected: Outcome) -> list[str]:
        """The findings of an answer, on its own and against what had to come."""
        found = [finding.code for finding in self.contract.check(exchange.response).findings]
        context = Context(self.contract.org, self.contract.spec.vocabulary, NOW, expected)
        for rule in self.contract.rules:
            if rule.on == "exchange" and set(rule.needs) <= self.contract.org.sections:
                found += [rule.code for _ in rule.check(exchange, context)]
        body = exchange.response.body
        succeeded = isinstance(body, dict) and "createdId" in body
        if (expected.accepted and not succeeded) or (expected.refused and succeeded):
            found.append(f"wanted {expected.verdict}, for {expected.reasons}, got {exchange.response.status}")
        return found
