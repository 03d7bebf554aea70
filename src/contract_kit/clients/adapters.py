"""The objects of HTTP clients and test clients, known by what they offer and not by their type.

Answers of httpx, httpx2, requests, and of the test clients of Starlette, Django, Flask and Werkzeug; and the requests that
these carry with them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from contract_kit.clients.messages import Got, Sent
from contract_kit.errors import InputError


def is_answer(thing: object) -> bool:
    """Whether a thing is an answer of some client."""
    return isinstance(getattr(thing, "status_code", None), int) and hasattr(thing, "headers")


def got_of(answer: object) -> Got:
    """A client's answer as bytes. Raises ``InputError`` where its body has not been read, or is not to be had."""
    data: object = None
    try:
        data = getattr(answer, "content", None)
        if data is None and callable(read := getattr(answer, "get_data", None)):
            data = read()
    except RuntimeError:  # httpx: the answer is being streamed
        pass
    if not isinstance(data, bytes):
        raise InputError(
            f"the body of this {type(answer).__name__} has not been read",
            hint="Read the answer first, for example with .read()",
        )
    status = answer.status_code  # type: ignore[attr-defined]
    return Got(data, int(status), _headers(getattr(answer, "headers", {})))


def request_behind(answer: object) -> Sent | None:
    """The request that an answer came to, where the client still has it."""
    # Django keeps the environment as ``request`` and the request itself beside it.
    for name in ("wsgi_request", "asgi_request", "request"):
        try:
            found = sent_of(getattr(answer, name, None))
        except RuntimeError:  # httpx: an answer that was made by hand has no request
            found = None
        if found is not None:
            return found
    return None


def sent_of(request: object) -> Sent | None:
    """A client's request; ``None`` for anything else, and where its body is not to be had any more."""
    if callable(prepare := getattr(request, "prepare", None)) and not hasattr(request, "body"):
        request = prepare()  # requests: a request that is not made ready yet
    method, headers = getattr(request, "method", None), getattr(request, "headers", None)
    if not isinstance(method, str) or not callable(getattr(headers, "items", None)):
        return None
    data = _body(request)
    if data is None:
        return None
    return Sent(data, _headers(headers), _query(request), method.upper())


def query_of(text: str) -> dict[str, str]:
    """The parameters of a query."""
    return dict(parse_qsl(text, keep_blank_values=True)) if text else {}


def _headers(headers: Any) -> Mapping[str, str]:
    """The headers as a plain map; one that is repeated stands with all its values."""
    found: dict[str, str] = {}
    for name, value in headers.items():
        name, value = _text(name), _text(value)
        found[name] = f"{found[name]}, {value}" if name in found else value
    return found


def _body(request: Any) -> bytes | None:
    environ = getattr(request, "environ", None)
    try:
        data = getattr(request, "content", None)
        if data is None:
            data = _rewound(environ) if callable(getattr(request, "get_data", None)) else getattr(request, "body", b"")
    except Exception:  # each framework has its own way of saying that the body has been read by somebody else
        return None
    if data is None:
        return b""
    if isinstance(data, str):
        return data.encode("utf-8", "surrogatepass")
    return bytes(data) if isinstance(data, (bytes, bytearray)) else None


def _rewound(environ: Any) -> bytes | None:
    """The body of a WSGI request that the application has read already, from its beginning."""
    stream = environ["wsgi.input"]
    stream.seek(0)
    data = stream.read()
    return data if isinstance(data, bytes) and len(data) == int(environ.get("CONTENT_LENGTH") or 0) else None


def _query(request: Any) -> Mapping[str, str]:
    for source in (getattr(request, "META", None), getattr(request, "environ", None)):
        if isinstance(source, Mapping):
            return query_of(str(source.get("QUERY_STRING", "")))
    return query_of(urlsplit(str(getattr(request, "url", ""))).query)


def _text(value: object) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)
