"""The guard for requests, as a transport adapter around the one that is there.

``watch`` puts it around every adapter of a session; ``GuardAdapter`` is for whoever mounts adapters. Retries that an adapter
makes by itself are below the guard: the request is judged once, and the last answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Any, cast

from requests import PreparedRequest, Response, Session
from requests.adapters import BaseAdapter, HTTPAdapter

from contract_kit.clients import Got, Sent
from contract_kit.clients.adapters import query_of
from contract_kit.guards.blocking import Blocked
from contract_kit.guards.watching import Guard, Judged


def watch(session: Session, guard: Guard | None = None, **settings: Any) -> Session:
    """Put a guard around all adapters of a session; gives the session itself. ``settings`` are those of ``Guard``, where
    none is given. An adapter that is mounted later is not watched."""
    guard = guard if guard is not None else Guard(**settings)
    for prefix, adapter in list(session.adapters.items()):
        session.mount(prefix, GuardAdapter(guard, adapter))
    return session


class GuardAdapter(BaseAdapter):
    """An adapter that hands every request on to ``inner`` (an ``HTTPAdapter`` where none is given), registrations only after
    they have been judged, and judges the answers to them."""

    def __init__(self, guard: Guard, inner: BaseAdapter | None = None) -> None:
        super().__init__()
        self.guard = guard
        self.inner = inner if inner is not None else HTTPAdapter()

    def send(self, request: PreparedRequest, stream: bool = False, *args: Any, **kwargs: Any) -> Response:
        """Judge, send, judge; any other request is only sent."""
        url = request.url or ""
        host, path, query = _parts(url)
        if not self.guard.watches(request.method or "", host, path):
            return self.inner.send(request, stream, *args, **kwargs)
        asked = self._ask(request, host, query)
        response = self.inner.send(request, stream, *args, **kwargs)
        if asked is not None:
            if stream:
                response.raw = _Tee(self.guard, asked, response)
            else:
                # The session would read it next; to read it here is the same.
                _answer(self.guard, asked, response, response.content)
        return response

    def close(self) -> None:
        """Close the inner adapter."""
        self.inner.close()

    def _ask(self, request: PreparedRequest, host: str, query: str) -> Judged | None:
        headers = {_text(name): _text(value) for name, value in request.headers.items()}
        # The length differs from body to body and says nothing that a rule reads.
        key = tuple([item for item in headers.items() if item[0].lower() != "content-length"])
        return self.guard.request(Sent(_body(request), headers, query_of(query), request.method or ""), host, key)


def _parts(url: str) -> tuple[str, str, str]:
    """Host, path and query of a prepared URL; the host without credentials and port."""
    rest, _, query = url.partition("#")[0].partition("?")
    authority, slash, path = rest.partition("://")[2].partition("/")
    host = authority.rpartition("@")[2]
    host = host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]
    return host, slash + path, query


def _body(request: PreparedRequest) -> bytes:
    """The body as it will be sent. What can be read only once is read here, and sent from what was read."""
    body = cast("Any", request.body)
    if body is None:
        return b""
    if isinstance(body, (bytes, bytearray)):
        return bytes(body)
    if isinstance(body, str):
        return body.encode("utf-8", "surrogatepass")
    if hasattr(body, "read"):
        return _file(request, body)
    data = b"".join(part.encode() if isinstance(part, str) else part for part in body)
    request.body = data
    return data


def _file(request: PreparedRequest, body: IO[Any]) -> bytes:
    start = body.tell() if getattr(body, "seekable", bool)() else None
    read = body.read()
    data = read.encode() if isinstance(read, str) else bytes(read)
    if start is None:
        request.body = data
    else:
        body.seek(start)
    return data


def _answer(guard: Guard, asked: Judged, response: Response, data: bytes) -> None:
    try:
        guard.answer(asked, Got(data, response.status_code, dict(response.headers)))
    except Blocked as blocked:
        response.close()
        blocked.response = response
        raise


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value


class _Tee:
    """The raw answer of a streaming call: all that it is, but ``stream`` keeps what is read through it, and has it judged
    once all of it has been. What is read past it, or not to its end, is not judged."""

    def __init__(self, guard: Guard, asked: Judged, response: Response) -> None:
        self._guard = guard
        self._asked = asked
        self._response = response
        self._raw: Any = response.raw

    def __getattr__(self, name: str) -> Any:
        return getattr(self._raw, name)

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._raw)

    def stream(self, amt: int | None = 2**16, decode_content: bool | None = None) -> Iterator[bytes]:
        """As urllib3's: parts of the body, as they come."""
        parts: list[bytes] = []
        for part in self._raw.stream(amt, decode_content=decode_content):
            parts.append(part)
            yield part
        if decode_content or "Content-Encoding" not in self._response.headers:
            _answer(self._guard, self._asked, self._response, b"".join(parts))
