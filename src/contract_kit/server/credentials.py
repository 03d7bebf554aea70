"""Whom the server knows, and what they may do (F03, F04, F05, D03)."""

from __future__ import annotations

from enum import IntEnum

from contract_kit.server.settings import Settings


class Access(IntEnum):
    """What credentials open; of several that are shown, the least counts."""

    UNKNOWN = 0
    EXPIRED = 1
    READ = 2
    WRITE = 3


class Credentials:
    """The credentials that were set up, or the willingness to take any."""

    def __init__(self, settings: Settings) -> None:
        self._pairs = {_pair(text) for text in settings.basic}
        self._tokens = set(settings.tokens)
        self._read_only = {_pair(text) for text in settings.read_only}
        self._expired = set(settings.expired)
        self.anyone = not (self._pairs or self._tokens)

    @property
    def users(self) -> frozenset[str]:
        """The users that are named."""
        return frozenset(user for user, _ in self._pairs)

    def of_pair(self, pair: tuple[str, str]) -> Access:
        """What a user and a password open; the password is compared as it travels, which is as an MD5 digest (F03b)."""
        if pair in self._read_only:
            return Access.READ
        return Access.WRITE if self.anyone or pair in self._pairs else Access.UNKNOWN

    def of_token(self, token: str) -> Access:
        """What an OAuth token opens."""
        if token in self._expired:
            return Access.EXPIRED
        return Access.WRITE if self.anyone or token in self._tokens else Access.UNKNOWN


def _pair(text: str) -> tuple[str, str]:
    user, _, password = text.partition(":")
    return user, password
