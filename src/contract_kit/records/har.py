"""Recordings of browsers and proxies: HAR 1.2."""

from __future__ import annotations

from base64 import b64decode
from binascii import Error
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from contract_kit.findings import Pointer
from contract_kit.records.coding import decoded, is_gzip
from contract_kit.records.operation import split
from contract_kit.records.recorded import Side

Broken = Callable[[Pointer, str, str], NoReturn]
"""Raises the error for what is wrong at a place of the file."""

ENTRIES: Pointer = ("log", "entries")
_WHAT = "a HAR file is made by a browser's network panel (Save all as HAR) or by a proxy"


def is_har(value: object) -> bool:
    """Whether the content of a file is a HAR, sound or not."""
    return isinstance(value, dict) and "log" in value


def entries(value: Any, broken: Broken) -> list[Any]:
    """The entries of a HAR."""
    log = value["log"]
    if not isinstance(log, dict):
        broken(("log",), "log is no object", _WHAT)
    found = log.get("entries")
    if not isinstance(found, list):
        broken(("log",), "log has no list of entries", _WHAT)
    return found


def target(entry: Any, root: Pointer, broken: Broken) -> tuple[str, str]:
    """Method and address of an entry."""
    request = entry.get("request") if isinstance(entry, dict) else None
    if not isinstance(request, dict):
        broken(root, "this entry has no request", "every entry of log.entries has request and response")
    for member in ("method", "url"):
        if not isinstance(request.get(member), str):
            broken((*root, "request"), f"this request has no {member}", "method and url are text")
    return request["method"], request["url"]


def request(entry: Any, root: Pointer, broken: Broken) -> Side:
    """The request of an entry."""
    said = entry["request"]
    place = (*root, "request")
    at: dict[tuple[str, ...], Pointer] = {("method",): ("method",), ("query",): ("url",)}
    parts: dict[str, Any] = {"method": said["method"]}
    parts["headers"] = _headers(said, place, at, broken)
    _, parts["query"] = split(said["url"])
    listed = said.get("queryString")
    for number, item in enumerate(listed if isinstance(listed, list) else ()):
        if isinstance(item, dict) and isinstance(item.get("name"), str):
            at[("query", item["name"])] = ("queryString", number)
            if "?" not in said["url"]:
                parts["query"][item["name"]] = str(item.get("value", ""))
    data = said.get("postData")
    if data is None:
        empty = said.get("bodySize") == 0 or _value(parts["headers"], "content-length") == "0"
        return Side(parts, b"" if empty else None, place, at)
    if not isinstance(data, dict):
        broken((*place, "postData"), "postData is no object", "it holds mimeType and text")
    at[("body",)] = ("postData", "text") if "text" in data else ("postData",)
    return Side(parts, _text(data, (*place, "postData"), parts["headers"], broken), place, at, _is_plain(data))


def answer(entry: Any, root: Pointer, broken: Broken) -> Side | None:
    """The answer of an entry; ``None`` where none came: its status is 0."""
    said = entry.get("response")
    place = (*root, "response")
    if not isinstance(said, dict):
        broken(root, "this entry has no response", "every entry of log.entries has request and response")
    status = said.get("status")
    if not isinstance(status, int) or isinstance(status, bool):
        broken(place, "status is no whole number", "0 stands for a request without an answer")
    if status <= 0:
        return None
    at: dict[tuple[str, ...], Pointer] = {("status",): ("status",), ("body",): ("content",)}
    parts: dict[str, Any] = {"status": status, "headers": _headers(said, place, at, broken)}
    content = said.get("content", {})
    if not isinstance(content, dict):
        broken((*place, "content"), "content is no object", "it holds size, mimeType and text")
    if "text" not in content:
        empty = content.get("size") == 0 or status in (204, 304)
        return Side(parts, b"" if empty else None, place, at)
    at[("body",)] = ("content", "text")
    body = _text(content, (*place, "content"), parts["headers"], broken)
    return Side(parts, body, place, at, _is_plain(content))


def _text(data: dict[str, Any], place: Pointer, headers: Mapping[str, str] | None, broken: Broken) -> str | bytes | None:
    """A body as it was recorded. HAR has it without its compression; some programs put the compressed bytes there."""
    text = data.get("text")
    if text is None:
        return None
    if not isinstance(text, str):
        broken((*place, "text"), "text is no string", "bodies stand in text, with encoding base64 where they are binary")
    if data.get("encoding") != "base64":
        return text
    try:
        raw = b64decode("".join(text.split()), validate=True)
    except (Error, ValueError):
        broken((*place, "text"), "text is no base64, though encoding says so", "record it once more")
    if is_gzip(raw):
        return decoded(raw, "gzip")
    plain = raw.lstrip()[:1] in (b"{", b"[")
    return raw if plain else decoded(raw, _value(headers, "content-encoding")) or raw


def _is_plain(data: dict[str, Any]) -> bool:
    return isinstance(data.get("text"), str) and data.get("encoding") != "base64"


def _headers(
    said: dict[str, Any], place: Pointer, at: dict[tuple[str, ...], Pointer], broken: Broken
) -> dict[str, str] | None:
    """Headers as a map; one that is repeated stands with all its values. ``None`` where they were not recorded."""
    listed = said.get("headers")
    if listed is None:
        return None
    if not isinstance(listed, list):
        broken((*place, "headers"), "headers are no list", 'headers are a list of {"name", "value"}')
    found: dict[str, str] = {}
    spelt: dict[str, str] = {}
    at[("headers",)] = ("headers",)
    for number, item in enumerate(listed):
        if not isinstance(item, dict) or not isinstance(item.get("name"), str):
            broken((*place, "headers", number), "a header without a name", 'headers are a list of {"name", "value"}')
        if item["name"].startswith(":"):  # HTTP/2 carries method, address and status as headers
            continue
        name = spelt.setdefault(item["name"].lower(), item["name"])
        value = str(item.get("value", ""))
        found[name] = f"{found[name]}, {value}" if name in found else value
        at.setdefault(("headers", name), ("headers", number))
    return found


def _value(headers: Mapping[str, str] | None, wanted: str) -> str | None:
    return next((value for name, value in (headers or {}).items() if name.lower() == wanted), None)
