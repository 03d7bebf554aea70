"""What goes in and what comes out: a request as it came, and the answer before it is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

MEDIA_TYPE = "application/json"


@dataclass(frozen=True, slots=True)
class Call:
    """A request. Header names are in small letters; ``data`` is ``None`` where the body exceeds the server's limit."""

    method: str = "POST"
    headers: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    data: bytes | None = b""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer. ``body`` is plain data that is written as JSON; text is sent as it is. ``cut_off`` closes the connection
    before the body is through, which no conforming server does."""

    status: int
    body: object
    headers: Mapping[str, str] = field(default_factory=dict)
    media_type: str = MEDIA_TYPE
    cut_off: bool = False


class Reason(NamedTuple):
    """Why a registration is refused, or what a success warns of: a rule's code or a law's name, the API code, and the
    place in words that are no caller's."""

    name: str
    code: int
    place: str = ""
