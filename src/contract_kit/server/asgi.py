"""The ASGI application: brings requests to the behaviour and takes its answers away."""

from __future__ import annotations

import asyncio
import json
import sys
import weakref
from collections.abc import Callable, Iterable
from traceback import print_exception
from typing import Any
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from contract_kit.contract import Contract
from contract_kit.server.behaviour import Behaviour
from contract_kit.server.calls import MEDIA_TYPE, Answer, Call
from contract_kit.server.documents import Documents

PREFIX = "/v2"
_DRAIN = 64 * 1024 * 1024
"""Bytes of a body beyond the limit that are still taken in, so that its sender lives to read the answer."""
_YAML = "application/yaml"
_POLICY = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}


class Operation:
    """``/v2/customers``, whatever the method."""

    def __init__(self, behaviour: Behaviour) -> None:
        self._behaviour = behaviour

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive)
        try:
            call = await _call(request, self._behaviour.settings.max_body)
        except ClientDisconnect:
            return
        await _late(self._behaviour)
        try:
            answer = await self._behaviour.registration(call)
        except Exception as error:
            answer = _failed(self._behaviour, error)
        if answer.cut_off:
            await send({"type": "http.response.start", "status": answer.status, "headers": [(b"content-length", b"1")]})
            return
        await _response(answer)(scope, receive, send)


def application(contract: Contract, behaviour: Behaviour, defects: Iterable[str] = ()) -> Starlette:
    """The whole server as an ASGI application. Its store is closed when the application is gone."""
    documents = Documents(contract, tuple(defects))

    def probe(answer: Callable[[Call, Request], Answer]) -> Callable[[Request], Any]:
        async def endpoint(request: Request) -> Response:
            await _late(behaviour)
            try:
                return _response(answer(await _call(request, behaviour.settings.max_body), request))
            except Exception as error:
                return _response(_failed(behaviour, error))

        return endpoint

    async def health(request: Request) -> Response:
        return _response(Answer(200, {"status": "ok", "contract": contract.version, "identifiers": len(behaviour.store)}))

    def document(content: Callable[[], bytes], media_type: str) -> Callable[[Request], Any]:
        async def endpoint(request: Request) -> Response:
            return Response(content(), media_type=media_type)

        return endpoint

    async def front(request: Request) -> Response:
        return HTMLResponse(documents.page, headers=_POLICY)

    async def astray(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        turned = behaviour.turned_away(error.status_code)
        return _response(Answer(turned.status, turned.body, {**turned.headers, **(error.headers or {})}))

    routes = [
        Route(f"{PREFIX}/customers", Operation(behaviour)),
        Route(
            f"{PREFIX}/customers/{{wanted}}",
            probe(lambda call, asked: behaviour.customer(call, asked.path_params["wanted"])),
        ),
        Route(f"{PREFIX}/extendedFields", probe(lambda call, asked: behaviour.extended_fields(call))),
        Route("/health", health),
        Route("/openapi.json", document(lambda: documents.json, MEDIA_TYPE)),
        Route("/openapi.yaml", document(lambda: documents.yaml, _YAML)),
        Route("/probe.yaml", document(lambda: documents.probe, _YAML)),
        Route("/", front),
    ]
    app = Starlette(routes=routes, exception_handlers={HTTPException: astray})
    app.router.redirect_slashes = False
    app.state.behaviour = behaviour
    weakref.finalize(app, behaviour.store.close)
    return app


async def _call(request: Request, limit: int) -> Call:
    parts: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size <= limit:
            parts.append(chunk)
        else:
            parts.clear()
            if size > limit + _DRAIN:
                break
    query = dict(parse_qsl(request.url.query, keep_blank_values=True))
    return Call(request.method, _headers(request), query, b"".join(parts) if size <= limit else None)


def _headers(request: Request) -> dict[str, str]:
    """The headers; one that is repeated stands with all its values, one that only repeats itself stands once."""
    found: dict[str, list[str]] = {}
    for name, value in request.headers.raw:
        values = found.setdefault(name.decode("latin-1").lower(), [])
        text = value.decode("latin-1")
        if text not in values:
            values.append(text)
    return {name: ", ".join(values) for name, values in found.items()}


async def _late(behaviour: Behaviour) -> None:
    delay = behaviour.day.delay()
    if delay:
        await asyncio.sleep(delay)


def _failed(behaviour: Behaviour, error: Exception) -> Answer:
    """The answer to what should not have happened: the envelope for the caller (D13), the rest for the operator."""
    print_exception(error, file=sys.stderr)
    return behaviour.turned_away(500)


def _response(answer: Answer) -> Response:
    body = answer.body if isinstance(answer.body, str) else json.dumps(answer.body, allow_nan=False)
    return Response(body, answer.status, dict(answer.headers), answer.media_type)
