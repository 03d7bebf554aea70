"""How an input document holds an exchange, and where the exchange's places lie in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from contract_kit.errors import InputError, UsageError
from contract_kit.exchange import METHOD, MISSING, Exchange, Request, Response
from contract_kit.findings import Location, Part, Pointer
from contract_kit.names import nearest
from contract_kit.showing import kind_of

KINDS = ("request", "response", "error", "exchange")
"""What an input may be."""

_REQUEST_PARTS = frozenset({"method", "headers", "query", "body"})
_RESPONSE_PARTS = frozenset({"status", "headers", "body"})
_MEMBERS = {
    Part.REQUEST_BODY: "body",
    Part.REQUEST_HEADER: "headers",
    Part.REQUEST_QUERY: "query",
    Part.REQUEST_METHOD: "method",
    Part.RESPONSE_BODY: "body",
    Part.RESPONSE_HEADER: "headers",
    Part.RESPONSE_STATUS: "status",
}


@dataclass(frozen=True, slots=True)
class Layout:
    """Where each part of the exchange stands in the document; ``value`` is the document, for the spelling of headers."""

    prefixes: Mapping[Part, Pointer]
    value: object = None

    @classmethod
    def bare(cls, kind: str) -> Layout:
        """The document is the body itself."""
        part = Part.REQUEST_BODY if kind in ("request", "exchange") else Part.RESPONSE_BODY
        return cls({part: ()})

    @classmethod
    def wrapped(cls, value: object, *, request: Pointer | None = None, response: Pointer | None = None) -> Layout:
        """The document holds maps of parts at these paths."""
        prefixes: dict[Part, Pointer] = {}
        for part, member in _MEMBERS.items():
            root = request if part.value.startswith("request") else response
            if root is not None:
                prefixes[part] = (*root, member)
        return cls(prefixes, value)

    @classmethod
    def of_object(cls, payload: object) -> Layout:
        """The layout for exchange values made in code."""
        if isinstance(payload, Exchange):
            return cls.wrapped(None, request=("request",), response=("response",))
        plain = isinstance(payload, Request) and payload == Request(payload.body)
        return cls.bare("request") if plain else cls.wrapped(None, request=(), response=())

    @property
    def is_bare(self) -> bool:
        """Whether the document is a request's body and nothing else."""
        return self.prefixes.get(Part.REQUEST_BODY) == ()

    def pointer(self, location: Location) -> Pointer:
        """The path of a place in the document; of the nearest thing there is where the part is not in it."""
        prefix = self.prefixes.get(location.part)
        if prefix is None:
            return ()
        steps = location.pointer
        if location.part in (Part.REQUEST_HEADER, Part.RESPONSE_HEADER) and steps:
            steps = (self._spelt(prefix, str(steps[0])), *steps[1:])
        return (*prefix, *steps)

    def location(self, pointer: Pointer) -> Location:
        """The place in the exchange of a path in the document; what lies in none of its parts is told of the body."""
        for part, prefix in self.prefixes.items():
            if pointer[: len(prefix)] == prefix:
                return Location(part, pointer[len(prefix) :])
        return Location(Part.REQUEST_BODY if Part.REQUEST_BODY in self.prefixes else Part.RESPONSE_BODY)

    def _spelt(self, prefix: Pointer, name: str) -> str:
        node: Any = self.value
        for step in prefix:
            node = node.get(step) if isinstance(node, dict) else None
        names = node if isinstance(node, dict) else ()
        return next((own for own in names if own.lower() == name.lower()), name)


def read(value: object, kind: str) -> tuple[Exchange, Layout]:
    """The exchange in a document, and where it lies. ``kind`` is request, response, error or exchange. Raises
    ``InputError`` for an exchange that has not the form of one."""
    if kind == "request":
        if isinstance(value, dict) and "body" in value and set(value) <= _REQUEST_PARTS:
            return Exchange(_request(value), Response()), Layout.wrapped(value, request=())
        return Exchange(Request(value), Response()), Layout.bare(kind)
    if kind in ("response", "error"):
        if isinstance(value, dict) and "status" in value and set(value) <= _RESPONSE_PARTS:
            return Exchange(Request(), _response(value)), Layout.wrapped(value, response=())
        return Exchange(Request(), Response(value)), Layout.bare(kind)
    if not isinstance(value, dict) or not {"request", "response"} <= set(value):
        raise InputError(
            f"{kind_of(value)} is no exchange", hint='an exchange is {"request": {…}, "response": {"status": …, …}}'
        )
    request, response = value["request"], value["response"]
    for side, parts in ((request, _REQUEST_PARTS), (response, _RESPONSE_PARTS)):
        if not isinstance(side, dict) or (side and parts.isdisjoint(side)):
            raise InputError(
                "request and response of an exchange are objects that hold a body, and what surrounds it",
                hint='{"request": {"headers", "query", "body"}, "response": {"status", "headers", "body"}}',
            )
    layout = Layout.wrapped(value, request=("request",), response=("response",))
    return Exchange(_request(request), _response(response)), layout


def _request(value: Mapping[str, Any]) -> Request:
    method = value.get("method") or METHOD
    return checked(Request(value.get("body", MISSING), value.get("headers"), value.get("query"), str(method).upper()))


def _response(value: Mapping[str, Any]) -> Response:
    return checked(Response(value.get("body", MISSING), value.get("status"), value.get("headers")))


_Message = TypeVar("_Message", Request, Response)


def checked(message: _Message) -> _Message:
    """The message itself. Raises ``InputError`` where what surrounds its body has not the form that the judge reads."""
    if isinstance(message, Response):
        status: object = message.status
        if status is not None and (not isinstance(status, int) or isinstance(status, bool)):
            raise InputError(f"status: {kind_of(status)}", hint="the status of an answer is a whole number, for example 200")
    _check_map("headers", message.headers)
    if isinstance(message, Request):
        _check_map("query", message.query)
    return message


def _check_map(member: str, found: object) -> None:
    if found is not None and not isinstance(found, Mapping):
        raise InputError(f"{member}: {kind_of(found)}", hint=f"{member} are an object of names and values")
    if found and not all(isinstance(name, str) for name in found):
        raise InputError(f"{member}: a name that is not text", hint=f"{member} are an object of names and values")


def as_exchange(payload: object) -> tuple[Exchange, str] | None:
    """A value made in code as an exchange, with its kind; ``None`` for plain data."""
    if isinstance(payload, Exchange):
        checked(payload.request)
        checked(payload.response)
        return payload, "exchange"
    if isinstance(payload, Request):
        return Exchange(checked(payload), Response()), "request"
    if isinstance(payload, Response):
        return Exchange(Request(), checked(payload)), "response"
    return None


def check_kind(kind: str) -> None:
    if kind not in KINDS:
        near = nearest(kind, KINDS)
        hint = f"did you mean {near}?" if near else f"the kinds are {', '.join(KINDS)}"
        raise UsageError(f"there is no kind {kind!r}", hint=hint)
