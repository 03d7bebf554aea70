"""Header fields on their way through: what ends here, what goes on, and what the judge is told of them."""

from __future__ import annotations

from collections.abc import Iterable

from contract_kit.records.coding import readable

Fields = list[tuple[bytes, bytes]]
"""Header fields in their order, as they travel; a name may stand several times."""

VIA = b"1.1 contract-kit"
_HOP = frozenset(
    {
        b"connection", b"keep-alive", b"proxy-authenticate", b"proxy-authorization", b"proxy-connection", b"te",
        b"trailer", b"transfer-encoding", b"upgrade",
    }
)  # fmt: skip
"""What is between two neighbours only (RFC 9110, 7.6.1), and the credentials for a proxy."""


def onward(fields: Iterable[tuple[bytes, bytes]], host: str, *, judged: bool) -> Fields:
    """The fields of a request as they go on to the upstream ``host``. A body without a length goes on in chunks, as it came.
    Of a registration that is to be ``judged`` only codings are asked for that can be read here."""
    given = [(name, value) for name, value in fields if name.lower() != b"expect"]
    chunked = any(name.lower() == b"transfer-encoding" for name, _ in given)
    kept = [(name, value) for name, value in _without_hops(given) if name.lower() not in (b"host", b"via")]
    via = [value for name, value in given if name.lower() == b"via"]
    if judged:
        kept = [(name, _narrowed(value) if name.lower() == b"accept-encoding" else value) for name, value in kept]
    if chunked:
        kept = [(name, value) for name, value in kept if name.lower() != b"content-length"]
        kept.append((b"transfer-encoding", b"chunked"))
    return [(b"host", host.encode("ascii", "backslashreplace")), *kept, (b"via", b", ".join((*via, VIA)))]


def back(fields: Iterable[tuple[bytes, bytes]]) -> Fields:
    """The fields of an answer as they go back to the client."""
    return _without_hops(fields)


def mapped(fields: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """The fields as a map; one that is repeated stands with all its values."""
    found: dict[str, str] = {}
    for raw, value in fields:
        name, text = raw.decode("latin-1").lower(), value.decode("latin-1")
        found[name] = f"{found[name]}, {text}" if name in found else text
    return found


def _without_hops(fields: Iterable[tuple[bytes, bytes]]) -> Fields:
    listed = list(fields)
    named = {
        word.strip().lower()
        for name, value in listed
        if name.lower() == b"connection"
        for word in value.split(b",")
    }  # fmt: skip
    return [(name, value) for name, value in listed if name.lower() not in _HOP and name.lower() not in named]


def _narrowed(value: bytes) -> bytes:
    """Accept-Encoding without what cannot be read here."""
    words = [word.strip() for word in value.split(b",")]
    kept = [word for word in words if readable(word.partition(b";")[0].decode("latin-1"))]
    return b", ".join(kept) or b"identity"
