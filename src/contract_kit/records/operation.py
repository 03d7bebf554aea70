"""Which of many requests are registrations."""

from __future__ import annotations

from typing import Final
from urllib.parse import parse_qsl, urlsplit

from contract_kit.exchange import METHOD

PATH: Final = "/v2/customers"
"""Where registrations are sent (F01); gateways put something before it."""


def registers(method: str, path: str) -> bool:
    """Whether a request is a registration. ``path`` is without the query."""
    return method.upper() == METHOD and path.rstrip("/").endswith(PATH)


def split(url: str) -> tuple[str, dict[str, str]]:
    """Path and query of an address; an empty path where it is none."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "", {}
    return parts.path, dict(parse_qsl(parts.query, keep_blank_values=True))
