"""Cassettes: what vcrpy writes as YAML or JSON, and the kindred forms of Betamax and of VCR for Ruby.

Credentials in cassettes are nearly always placeholders, so their values are passed over; that they were there is kept.
"""

from __future__ import annotations

from base64 import b64decode
from binascii import Error
from typing import Any

from contract_kit.exchange import header
from contract_kit.findings import Pointer
from contract_kit.records.coding import decoded
from contract_kit.records.har import Broken
from contract_kit.records.operation import split
from contract_kit.records.recorded import Side
from contract_kit.rules.requests import OAUTH_HEADER

_LISTS = ("interactions", "http_interactions", "recorded_interactions")
_WHAT = "a cassette holds a list of interactions, each with request and response"
_HIDDEN = frozenset({"authorization", OAUTH_HEADER.lower()})
_PLACEHOLDER = "***"


def is_cassette(value: object) -> bool:
    """Whether the content of a file is a cassette, sound or not."""
    return isinstance(value, dict) and any(name in value for name in _LISTS)


def root_of(value: Any) -> Pointer:
    """The path of the list of interactions."""
    return (next(name for name in _LISTS if name in value),)


def interactions(value: Any, broken: Broken) -> list[Any]:
    """The interactions of a cassette."""
    (name,) = root_of(value)
    found = value[name]
    if not isinstance(found, list):
        broken((name,), f"{name} is no list", _WHAT)
    return found


def target(entry: Any, root: Pointer, broken: Broken) -> tuple[str, str]:
    """Method and address of an interaction."""
    request = entry.get("request") if isinstance(entry, dict) else None
    if not isinstance(request, dict):
        broken(root, "this interaction has no request", _WHAT)
    for member in ("method", "uri"):
        if not isinstance(request.get(member), str):
            broken((*root, "request"), f"this request has no {member}", "method and uri are text")
    return request["method"], request["uri"]


def request(entry: Any, root: Pointer, broken: Broken) -> Side:
    """The request of an interaction."""
    said, place = entry["request"], (*root, "request")
    at: dict[tuple[str, ...], Pointer] = {("method",): ("method",), ("query",): ("uri",)}
    headers = _headers(said, place, at, broken)
    if headers is not None:
        headers |= {name: _PLACEHOLDER for name in headers if name.lower() in _HIDDEN}
    parts = {"method": said["method"].upper(), "headers": headers, "query": split(said["uri"])[1]}
    body, steps = _body(said.get("body"), place, ("body",), broken)
    at[("body",)] = steps
    if body is None:
        body = b""  # what a cassette says of a request without a body
    elif isinstance(body, bytes):
        body = decoded(body, _coding(headers))
    return Side(parts, body, place, at, isinstance(body, str))


def answer(entry: Any, root: Pointer, broken: Broken) -> Side:
    """The answer of an interaction."""
    said, place = entry.get("response"), (*root, "response")
    if not isinstance(said, dict):
        broken(root, "this interaction has no response", _WHAT)
    status = said.get("status_code", said.get("status"))
    steps: Pointer = ("status_code",) if "status_code" in said else ("status",)
    if isinstance(status, dict):
        status, steps = status.get("code"), ("status", "code")
    if not isinstance(status, int) or isinstance(status, bool):
        broken((*place, "status"), "status is no whole number", "it is {code, message}, and code a number")
    at: dict[tuple[str, ...], Pointer] = {("status",): steps}
    headers = _headers(said, place, at, broken)
    member = "content" if "content" in said and "body" not in said else "body"
    body, at[("body",)] = _body(said.get(member), place, (member,), broken)
    if body is None:
        return Side({"status": status, "headers": headers}, b"", place, at)
    if isinstance(body, bytes):
        # Compressed unless whoever recorded took that off; vcrpy then leaves the header as it was or takes it away.
        plain = body.lstrip()[:1] in (b"{", b"[")
        found = body if plain else decoded(body, _coding(headers))
        return Side({"status": status, "headers": headers}, found, place, at)
    return Side({"status": status, "headers": headers}, body, place, at, True)


def _body(said: Any, place: Pointer, steps: Pointer, broken: Broken) -> tuple[str | bytes | None, Pointer]:
    """A body in any of the forms that cassettes have, and its path."""
    if isinstance(said, dict):
        for member in ("string", "base64_string"):
            if said.get(member) is not None:
                text = said[member]
                if member == "base64_string":
                    text = _unpacked(text, (*place, *steps, member), broken)
                return _body(text, place, (*steps, member), broken)
        return None, steps
    if said is not None and not isinstance(said, (str, bytes)):
        broken((*place, *steps), "a body that is no text", "bodies are text, or binary as base64")
    return said, steps


def _unpacked(text: Any, place: Pointer, broken: Broken) -> bytes:
    try:
        return b64decode("".join(str(text).split()), validate=True)
    except (Error, ValueError):
        broken(place, "this is no base64", "record it once more")


def _headers(
    said: dict[str, Any], place: Pointer, at: dict[tuple[str, ...], Pointer], broken: Broken
) -> dict[str, str] | None:
    """Headers as a map; their values are lists in most cassettes."""
    found = said.get("headers")
    if found is None:
        return None
    if not isinstance(found, dict):
        broken((*place, "headers"), "headers are no map", "headers are names with lists of values")
    at[("headers",)] = ("headers",)
    at.update({("headers", name): ("headers", name) for name in found})
    return {
        str(name): ", ".join(map(_word, values)) if isinstance(values, list) else _word(values)
        for name, values in found.items()
    }


def _word(value: object) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def _coding(headers: dict[str, str] | None) -> str | None:
    found = header(headers, "Content-Encoding")
    return str(found) if found is not None else None
