"""Texts with escapes as the same texts without them, which the fast paths take.

Many programs write ``\\u9577`` for a sign that is no ASCII, and some ``\\/`` for a slash. Read as JSON, both texts are the
same. Escapes that have to stand there (quotes, backslashes, control signs) make a text that is left as it is.
"""

from __future__ import annotations

import re

import orjson

_ESCAPES = re.compile(rb"(?:\\u[0-9a-fA-F]{4})+|\\.", re.DOTALL)
_ASIDE = frozenset("/<>&'=@#%!$*()?;^`|~_")
"""ASCII signs that stand nowhere in JSON but in texts: an escape outside of a text must not become part of a right one."""


def plain(data: bytes) -> bytes | None:
    """The same JSON text without escapes; ``None`` where it has some that must stay, or wrong ones."""
    if b"\\" not in data:
        return data
    try:
        return _ESCAPES.sub(_signs, data)
    except ValueError:
        return None


def _signs(match: re.Match[bytes]) -> bytes:
    said: str = orjson.loads(b'"%b"' % match[0])
    for sign in said:
        if sign < "\x80" and sign not in _ASIDE:
            raise ValueError(sign)
    return said.encode()
