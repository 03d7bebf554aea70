"""JSON pointers (RFC 6901) as text: the one notation of places in a document."""

from __future__ import annotations

import re

from contract_kit.errors import UsageError
from contract_kit.findings import Pointer

_INDEX = re.compile(r"0|[1-9][0-9]{0,17}")
_STRAY_TILDE = re.compile(r"~(?![01])")


def parse_pointer(text: str) -> Pointer:
    """The path that a JSON pointer names; steps that can be indices become numbers. The inverse of ``escape_pointer``.

    Raises ``UsageError`` for text that is no JSON pointer.
    """
    if not text:
        return ()
    if not text.startswith("/"):
        raise UsageError("a JSON pointer begins with /", hint="write it like /profiles/0/source, or empty for the whole")
    if _STRAY_TILDE.search(text):
        raise UsageError("a ~ in a JSON pointer stands alone", hint="write ~0 for ~ and ~1 for /")
    return tuple(_step(part) for part in text[1:].split("/"))


def _step(part: str) -> str | int:
    if _INDEX.fullmatch(part):
        return int(part)
    return part.replace("~1", "/").replace("~0", "~")
