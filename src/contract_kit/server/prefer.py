"""Rehearsal: a caller asks, with the header ``Prefer``, for the answer that it wants to see (RFC 7240).

``Prefer: code=8006`` asks for that refusal, ``code=8050`` for that warning with a success, ``status=429`` for that HTTP
status; code and status may be given together. Other preferences are passed over, as the RFC wants it.
"""

from __future__ import annotations

from typing import NamedTuple

from contract_kit.contract import Contract

_KNOWN = ("code", "status")


class Wish(NamedTuple):
    """What is asked for: a refusal with ``code`` (``None``: any) and ``status`` (``None``: the code's own), or with
    ``warning`` a success that carries ``code``. ``fault`` says why the wish cannot be fulfilled."""

    code: int | None = None
    status: int | None = None
    warning: bool = False
    fault: str = ""

    @property
    def applied(self) -> str:
        """The wish as ``Preference-Applied`` repeats it."""
        parts = (("code", self.code), ("status", self.status))
        return ", ".join(f"{name}={value}" for name, value in parts if value is not None)


def wish_of(header: str | None, contract: Contract) -> Wish | None:
    """What a ``Prefer`` header asks for; ``None`` where it asks for nothing that is known here."""
    said = _said(header or "")
    if not said:
        return None
    numbers: dict[str, int] = {}
    for name, text in said.items():
        if not (text.isascii() and text.isdigit() and len(text) < 10):
            return Wish(fault=f"Prefer: {name} is a number, for example {'code=8006' if name == 'code' else 'status=429'}")
        numbers[name] = int(text)
    code, status = numbers.get("code"), numbers.get("status")
    refusing = sorted(int(name) for name in contract.spec.operation["responses"] if name != "200")
    if code is not None and code not in contract.api_codes:
        return Wish(fault="Prefer: that code is not documented for this operation; GET / lists those that are")
    warning = code is not None and contract.api_codes[code].kind == "warning"
    if warning and status is not None:
        return Wish(fault="Prefer: a warning belongs to a success; ask for the code alone")
    if status is not None and status not in refusing and not (status == 200 and code is not None):
        listed = ", ".join(map(str, refusing))
        return Wish(fault=f"Prefer: that status is not one that a refusal is documented for: {listed}; 200 with a code")
    return Wish(code, status, warning)


def _said(header: str) -> dict[str, str]:
    """The preferences that are known here, the first of a name, as the RFC wants it."""
    found: dict[str, str] = {}
    for part in header.split(","):
        name, _, value = part.partition(";")[0].partition("=")
        if name.strip().lower() in _KNOWN:
            found.setdefault(name.strip().lower(), value.strip().strip('"'))
    return found
