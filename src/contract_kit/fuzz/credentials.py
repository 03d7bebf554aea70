"""Whose credentials calls carry, and how they stand in what is shown."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass

from contract_kit.errors import UsageError
from contract_kit.rules.requests import OAUTH_HEADER

GOOD, NONE, WRONG, WRONG_TOKEN, TOKEN, READ_ONLY, EXPIRED, STRANGER = (
    "good", "none", "wrong-password", "wrong-token", "token", "read-only", "expired", "stranger",
)  # fmt: skip
BASIC_VARIABLE, TOKEN_VARIABLE = "CONTRACT_KIT_BASIC", "CONTRACT_KIT_TOKEN"
_STRANGER = "contract-kit.nobody:0cc175b9c0f1b6a831c399e269772661"
_NO_TOKEN = "contract-kit-no-such-token"  # noqa: S105 - it opens nothing


@dataclass(frozen=True, slots=True, repr=False)
class Credentials:
    """What the tester has: ``basic`` and ``read_only`` are ``USER:PASS``, ``token`` and ``expired`` OAuth tokens."""

    basic: str | None = None
    token: str | None = None
    read_only: str | None = None
    expired: str | None = None

    def __post_init__(self) -> None:
        for pair in (self.basic, self.read_only):
            user, colon, password = (pair or "a:b").partition(":")
            if not (user and colon and password):
                raise UsageError("Basic credentials are USER:PASS, neither of them empty")

    @property
    def any(self) -> bool:
        """Whether there are credentials at all."""
        return self.basic is not None or self.token is not None

    def knows(self, kind: str) -> bool:
        """Whether calls of this kind can be made. Without credentials good calls carry none: some servers want none."""
        needed = {WRONG: self.basic, TOKEN: self.token, READ_ONLY: self.read_only, EXPIRED: self.expired}
        return bool(needed.get(kind, True))

    def headers(self, kind: str) -> tuple[tuple[str, str], ...]:
        """The headers for a kind of call."""
        if kind == GOOD:
            if self.basic is not None:
                return (("Authorization", _basic(self.basic)),)
            return ((OAUTH_HEADER, self.token),) if self.token is not None else ()
        if kind == WRONG:
            user, _, password = (self.basic or "").partition(":")
            return (("Authorization", _basic(f"{user}:{password[:-1]}{'0' if password[-1] != '0' else '1'}")),)
        made = {
            TOKEN: (OAUTH_HEADER, self.token),
            EXPIRED: (OAUTH_HEADER, self.expired),
            WRONG_TOKEN: (OAUTH_HEADER, _NO_TOKEN),
            STRANGER: ("Authorization", _basic(_STRANGER)),
            READ_ONLY: ("Authorization", _basic(self.read_only or "")),
        }.get(kind)
        return ((made[0], made[1]),) if made is not None and made[1] is not None else ()

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must never come back: passwords, tokens, and the header's own text."""
        found: list[str] = []
        for pair in (self.basic, self.read_only):
            if pair is not None:
                found += [pair.partition(":")[2], _basic(pair).partition(" ")[2]]
        return tuple(word for word in (*found, self.token, self.expired) if word is not None and len(word) >= 6)


def _basic(pair: str) -> str:
    return f"Basic {b64encode(pair.encode()).decode()}"


def as_curl(url: str, method: str, query: str, headers: list[tuple[str, str]], kind: str, data: str | None) -> str:
    """The call as a line for a shell; credentials stand as variables."""
    words = ["curl", "-sS", "-i"]
    if method != "POST" or data is None:
        words += ["-X", method]
    if kind == GOOD:
        words += ["-u", f'"${BASIC_VARIABLE}"']
    elif kind == TOKEN:
        words += ["-H", f'"{OAUTH_HEADER}: ${TOKEN_VARIABLE}"']
    for name, value in headers:
        words += ["-H", quoted(f"{name}: {value}")]
    if data is not None:
        words += ["--data-binary", quoted(data)]
    return " ".join([*words, quoted(f"{url}/customers{query}")])


def quoted(text: str) -> str:
    """A word for a shell; what no shell can carry is written as an escape of ``$'…'``."""
    if text.isprintable():
        return "'" + text.replace("'", "'\\''") + "'"
    escapes = {"\\": "\\\\", "'": "\\'", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
    signs = [
        escapes.get(sign)
        or (sign if sign.isprintable() else "".join(f"\\x{byte:02x}" for byte in sign.encode("utf-8", "surrogatepass")))
        for sign in text
    ]
    return "$'" + "".join(signs) + "'"
