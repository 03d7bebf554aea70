"""One HTTP exchange as the kit sees it: a request, a response, or both, free of any HTTP library."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

METHOD: Final = "POST"


class _Missing:
    """The type of ``MISSING``; it is false, and prints as its name."""

    _only: _Missing | None = None

    def __new__(cls) -> _Missing:
        if cls._only is None:
            cls._only = super().__new__(cls)
        return cls._only

    def __repr__(self) -> str:
        return "MISSING"

    def __bool__(self) -> bool:
        return False

    def __reduce__(self) -> str:
        return "MISSING"


MISSING: Final = _Missing()
"""Stands for a body that was not there or could not be read; JSON's ``null`` is ``None``."""

Headers = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Request:
    """A registration as sent. ``headers`` and ``query`` are ``None`` where they are not known: nothing is then said of
    them. Values are text, or what a JSON document says in their place."""

    body: object = MISSING
    headers: Headers | None = None
    query: Mapping[str, object] | None = None
    method: str = METHOD


@dataclass(frozen=True, slots=True)
class Response:
    """An answer. ``status`` and ``headers`` are ``None`` where they are not known; ``body`` is the parsed JSON,
    text where it is not JSON, or ``MISSING`` where there is none."""

    body: object = MISSING
    status: int | None = None
    headers: Headers | None = None


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request and the answer to it; the answer is judged knowing the request."""

    request: Request
    response: Response


def header(headers: Headers | None, name: str) -> object | None:
    """The value of a header whatever the case of its name, or ``None``."""
    if not headers:
        return None
    wanted = name.lower()
    for key, value in headers.items():
        if key.lower() == wanted:
            return value
    return None
