"""How a proxy is to run: where it sends things, what it refuses, and what it keeps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import urlsplit

from contract_kit.errors import UsageError

LARGEST = 1024 * 1024
"""Bytes of a registration, or of the answer to one, that are held to be judged; what is larger passes unjudged."""
_HINT = "give the part before /customers: https://HOST/v2"


class Upstream(NamedTuple):
    """The server behind the proxy. ``origin`` is scheme, host and port; ``host`` as the header of that name has it;
    ``path`` is what its address has before ``/customers``."""

    origin: str
    host: str
    path: str = ""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a user can set. ``block`` keeps wrong registrations back, ``fail_on`` says from which severity on one is wrong.
    ``hold`` holds what is registered against later registrations. ``record`` is the HAR file to write; ``keep_values`` puts
    personal data into it. ``timeout`` is in seconds, for the connection and for each silence; ``ca`` a file of certificates
    to trust beside the usual ones."""

    upstream: Upstream
    block: bool = False
    fail_on: str = "error"
    hold: bool = False
    record: str | None = None
    keep_values: bool = False
    timeout: float = 30.0
    ca: str | None = None
    largest: int = LARGEST


def upstream_of(text: str) -> Upstream:
    """The server that an address stands for. Raises ``UsageError`` for what is none."""
    try:
        parts = urlsplit(text if "://" in text else f"http://{text}")
        port = parts.port
    except ValueError:
        raise UsageError(f"{text!r} is no address of a server", hint=_HINT) from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise UsageError(f"{text!r} is no address of a server", hint=_HINT)
    if parts.username or parts.password:
        raise UsageError("the address holds credentials", hint="Clients send their own, and they pass")
    path = parts.path.rstrip("/")
    if parts.query or parts.fragment or (path and not path.endswith("/v2")):
        raise UsageError("the address goes on after the base", hint=f"Paths stay as clients send them; {_HINT}")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    if port is not None and port != {"http": 80, "https": 443}[parts.scheme]:
        host = f"{host}:{port}"
    return Upstream(f"{parts.scheme}://{host}", host, path)
