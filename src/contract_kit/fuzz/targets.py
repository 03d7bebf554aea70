"""Where calls go: a server behind an address, or an application in this process (ASGI or WSGI)."""

from __future__ import annotations

import asyncio
import http.client
import io
import socket
import ssl
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from importlib import import_module
from typing import Any, Protocol
from urllib.parse import quote, urlencode, urlsplit

from contract_kit.errors import ContractKitError, UsageError
from contract_kit.fuzz.wire import Answer, Call

NO_ANSWER = "no answer in time"
CUT = "the connection was cut before the answer was through"


class Target(Protocol):
    """Something that answers calls."""

    url: str

    def send(self, call: Call) -> Answer:
        """One call."""
        ...

    def together(self, calls: Sequence[Call]) -> list[Answer]:
        """Several calls at the same moment."""
        ...

    def close(self) -> None:
        """Let go of connections."""
        ...


class HttpTarget:
    """A server behind an address; each thread has a connection of its own, which is kept."""

    def __init__(self, url: str, *, timeout: float = 20.0) -> None:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise UsageError(f"{url!r} is no address of a server", hint="give the part before /customers: https://HOST/v2")
        if parts.username or parts.password:
            raise UsageError("the address holds credentials", hint="give them with --basic or in CONTRACT_KIT_BASIC")
        self._secure, self._host, self._port = parts.scheme == "https", parts.hostname, parts.port
        self._base = parts.path.rstrip("/")
        self._timeout = timeout
        self._own = threading.local()
        self._all: list[http.client.HTTPConnection] = []
        self.url = f"{parts.scheme}://{parts.netloc}{self._base}"

    def send(self, call: Call) -> Answer:
        """One call; where a kept connection turns out to be closed, once more on a new one."""
        fresh = getattr(self._own, "connection", None) is None
        started = time.perf_counter()
        try:
            return self._sent(call, started)
        except (http.client.BadStatusLine, ConnectionError, http.client.CannotSendRequest):
            self._drop()
            if fresh:
                return Answer(0, trouble=CUT, seconds=time.perf_counter() - started)
        try:
            return self._sent(call, started)
        except (http.client.HTTPException, OSError) as error:
            self._drop()
            return self._trouble(error, started)

    def together(self, calls: Sequence[Call]) -> list[Answer]:
        barrier = threading.Barrier(len(calls))

        def one(call: Call) -> Answer:
            with suppress(threading.BrokenBarrierError):
                barrier.wait(5)
            return self.send(call)

        with ThreadPoolExecutor(len(calls)) as pool:
            return list(pool.map(one, calls))

    def close(self) -> None:
        for connection in self._all:
            connection.close()

    def _sent(self, call: Call, started: float) -> Answer:
        connection: http.client.HTTPConnection | None = getattr(self._own, "connection", None)
        if connection is None:
            connection = self._open()
        query = f"?{urlencode(dict(call.query), quote_via=quote)}" if call.query else ""
        try:
            connection.putrequest(call.method, f"{self._base}{call.path}{query}", skip_accept_encoding=True)
            for name, value in call.headers:
                connection.putheader(name, value.encode("latin-1", "replace"))
            if call.data or call.method in ("POST", "PUT", "PATCH"):
                connection.putheader("Content-Length", str(len(call.data)))
            connection.endheaders(call.data or None)
            response = connection.getresponse()
            data = response.read()
        except (TimeoutError, ssl.SSLError, http.client.IncompleteRead, socket.gaierror) as error:
            self._drop()
            return self._trouble(error, started)
        headers: dict[str, str] = {}
        for name, value in response.getheaders():
            key = name.lower()
            headers[key] = f"{headers[key]}, {value}" if key in headers else value
        return Answer(response.status, headers, data, time.perf_counter() - started)

    def _open(self) -> http.client.HTTPConnection:
        kind = http.client.HTTPSConnection if self._secure else http.client.HTTPConnection
        connection = kind(self._host, self._port, timeout=self._timeout)
        try:
            connection.connect()
        except OSError as error:
            reason = (error.strerror or str(error) or type(error).__name__).lower()
            raise ContractKitError(
                f"{self.url} cannot be reached: {reason}", hint="check the address and the network"
            ) from None
        if connection.sock is not None:
            connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._own.connection = connection
        self._all.append(connection)
        return connection

    def _drop(self) -> None:
        connection = getattr(self._own, "connection", None)
        if connection is not None:
            connection.close()
            self._own.connection = None

    @staticmethod
    def _trouble(error: Exception, started: float) -> Answer:
        late = isinstance(error, TimeoutError)
        return Answer(0, trouble=NO_ANSWER if late else CUT, seconds=time.perf_counter() - started)


class AsgiTarget:
    """An ASGI application in this process, on an event loop of its own; calls from several threads take turns."""

    def __init__(self, app: Any, *, base: str = "/v2", timeout: float = 20.0) -> None:
        self.url = f"http://asgi.invalid{base}"
        self.app, self._base, self._timeout = app, base, timeout
        self._loop = asyncio.new_event_loop()
        self._turn = threading.Lock()

    def send(self, call: Call) -> Answer:
        with self._turn:
            return self._loop.run_until_complete(self._asked(call))

    def together(self, calls: Sequence[Call]) -> list[Answer]:
        async def gathered() -> list[Answer]:
            return list(await asyncio.gather(*(self._asked(call) for call in calls)))

        with self._turn:
            return self._loop.run_until_complete(gathered())

    def close(self) -> None:
        if not self._loop.is_closed():
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
            self._loop.close()

    async def _asked(self, call: Call) -> Answer:
        sent: list[Any] = []
        waiting = [{"type": "http.request", "body": call.data, "more_body": False}]

        async def receive() -> dict[str, Any]:
            return waiting.pop() if waiting else {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            sent.append(message)

        started = time.perf_counter()
        try:
            await asyncio.wait_for(self.app(self._scope(call), receive, send), self._timeout)
        except TimeoutError:
            return Answer(0, trouble=NO_ANSWER, seconds=time.perf_counter() - started)
        except Exception:  # the application's own failure, which a real server would answer with 500
            return Answer(500, seconds=time.perf_counter() - started)
        start = next((message for message in sent if message["type"] == "http.response.start"), None)
        bodies = [message for message in sent if message["type"] == "http.response.body"]
        if start is None or not bodies:
            return Answer(0, trouble=CUT, seconds=time.perf_counter() - started)
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in start["headers"]}
        data = b"".join(message.get("body", b"") for message in bodies)
        return Answer(start["status"], headers, data, time.perf_counter() - started)

    def _scope(self, call: Call) -> dict[str, Any]:
        path = f"{self._base}{call.path}"
        headers = [(name.lower().encode("latin-1"), value.encode("latin-1", "replace")) for name, value in call.headers]
        if call.data:
            headers.append((b"content-length", str(len(call.data)).encode()))
        return {
            "type": "http",
            "http_version": "1.1",
            "asgi": {"version": "3.0"},
            "method": call.method,
            "path": path,
            "raw_path": path.encode(),
            "root_path": "",
            "scheme": "http",
            "query_string": urlencode(dict(call.query), quote_via=quote).encode(),
            "headers": headers,
            "server": ("asgi.invalid", 80),
            "client": ("127.0.0.1", 1),
        }


class WsgiTarget:
    """A WSGI application in this process."""

    def __init__(self, app: Any, *, base: str = "/v2") -> None:
        self.url = f"http://wsgi.invalid{base}"
        self.app, self._base = app, base

    def send(self, call: Call) -> Answer:
        said: dict[str, Any] = {}

        def start(status: str, headers: list[tuple[str, str]], exc_info: object = None) -> Callable[[bytes], None]:
            said["status"], said["headers"] = int(status.split()[0]), headers
            return lambda data: None

        environ: dict[str, Any] = {
            "REQUEST_METHOD": call.method,
            "SCRIPT_NAME": "",
            "PATH_INFO": f"{self._base}{call.path}",
            "QUERY_STRING": urlencode(dict(call.query), quote_via=quote),
            "SERVER_NAME": "wsgi.invalid",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "CONTENT_LENGTH": str(len(call.data)),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(call.data),
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        for name, value in call.headers:
            key = name.upper().replace("-", "_")
            environ["CONTENT_TYPE" if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value
        started = time.perf_counter()
        try:
            parts = self.app(environ, start)
            try:
                data = b"".join(parts)
            finally:
                getattr(parts, "close", lambda: None)()
        except Exception:  # the application's own failure, which a real server would answer with 500
            return Answer(500, seconds=time.perf_counter() - started)
        headers = {name.lower(): value for name, value in said.get("headers", ())}
        return Answer(said.get("status", 500), headers, data, time.perf_counter() - started)

    def together(self, calls: Sequence[Call]) -> list[Answer]:
        with ThreadPoolExecutor(len(calls)) as pool:
            return list(pool.map(self.send, calls))

    def close(self) -> None:
        """Nothing to let go of."""


def in_process(address: str, *, timeout: float = 20.0) -> Target:
    """The target for ``module:app``, an ASGI or a WSGI application."""
    module, colon, name = address.partition(":")
    if not (module and colon and name):
        raise UsageError(f"{address!r} names no application", hint="write MODULE:APP, for example shop.api:app")
    try:
        app = import_module(module)
        for step in name.split("."):
            app = getattr(app, step)
    except (ImportError, AttributeError) as error:
        raise UsageError(f"{address} cannot be imported: {error}", hint="it is looked for on the Python path") from None
    return target_of(app, timeout=timeout)


def target_of(app: Any, *, base: str = "/v2", timeout: float = 20.0) -> Target:
    """The target for an application. Raises ``UsageError`` for what is none."""
    if not callable(app):
        raise UsageError(f"a {type(app).__name__} is no application", hint="give an ASGI or WSGI application, or an address")
    return AsgiTarget(app, base=base, timeout=timeout) if _is_asgi(app) else WsgiTarget(app, base=base)


def _is_asgi(app: Any) -> bool:
    """Whether an application is ASGI, which is called with three arguments, and not WSGI, which is with two."""
    from inspect import Parameter, iscoroutinefunction, signature

    if iscoroutinefunction(app) or iscoroutinefunction(type(app).__call__):
        return True
    try:
        wanted = [one for one in signature(app).parameters.values() if one.default is Parameter.empty]
    except (TypeError, ValueError):
        return False
    return sum(one.kind in (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD) for one in wanted) == 3
