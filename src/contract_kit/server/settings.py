"""How a server is to run: where it keeps its customers, whom it lets in, how it behaves on a bad day."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from contract_kit.contract import Contract
from contract_kit.errors import UsageError

MEMORY = ":memory:"
MAX_BODY = 1024 * 1024
_RATE = re.compile(r"([1-9][0-9]{0,8})/(s|m|h)", re.ASCII)
_LATENCY = re.compile(r"([0-9]{1,6})(?:\.\.([0-9]{1,6}))?", re.ASCII)
_SECONDS = {"s": 1.0, "m": 60.0, "h": 3600.0}


class Rate(NamedTuple):
    """So many requests in any stretch of so many seconds."""

    requests: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Settings:
    """What a user can set. Without ``basic`` and ``tokens`` any well-formed credentials will do; with one of them only
    those that are named. ``read_only`` credentials may not write (403), ``expired`` tokens answer 498. ``latency`` is a
    range in seconds, ``fail_rate`` the share of requests that a bad day answers with 503, 500 or 429."""

    db: str = MEMORY
    basic: tuple[str, ...] = ()
    tokens: tuple[str, ...] = ()
    read_only: tuple[str, ...] = ()
    expired: tuple[str, ...] = ()
    rate: Rate | None = None
    latency: tuple[float, float] = (0.0, 0.0)
    fail_rate: float = 0.0
    seed: int | None = None
    max_body: int = MAX_BODY

    def __post_init__(self) -> None:
        for pair in (*self.basic, *self.read_only):
            user, colon, password = pair.partition(":")
            if not (user and colon and password):
                raise UsageError("Basic credentials are USER:PASS, neither of them empty")
        if not all(token.strip() for token in (*self.tokens, *self.expired)):
            raise UsageError("a token is not empty")
        if not 0.0 <= self.fail_rate <= 1.0:
            raise UsageError(f"a fail rate of {self.fail_rate:g}", hint="it is a share between 0 and 1, such as 0.05")
        if not 0.0 <= self.latency[0] <= self.latency[1]:
            raise UsageError("the latency's range runs backwards", hint="write MS or LEAST..MOST, for example 50..200")
        if self.max_body < 1:
            raise UsageError("the largest body is at least one byte")


def rate_of(text: str | None, contract: Contract) -> Rate | None:
    """The rate that ``100/m``, ``5/s``, ``region`` (the limit of the org's region, F02) or ``none`` stands for. Raises
    ``UsageError`` for anything else, and for ``region`` where the org profile names none."""
    if text is None or text == "none":
        return None
    if text == "region":
        region = contract.org.region
        if region is None:
            raise UsageError("no region is known", hint="give --org a profile with a region, or a rate such as 100/m")
        limits = contract.document["servers"][0]["x-rate-limit"]["regions"]
        return Rate(limits[region]["limit"], 60.0)
    match = _RATE.fullmatch(text)
    if match is None:
        raise UsageError(f"{text!r} is no rate", hint="write N/s, N/m, N/h, region or none, for example 100/m")
    return Rate(int(match[1]), _SECONDS[match[2]])


def latency_of(text: str) -> tuple[float, float]:
    """The range in seconds that ``50`` or ``50..200`` (milliseconds) stands for."""
    match = _LATENCY.fullmatch(text)
    if match is None:
        raise UsageError(f"{text!r} is no latency", hint="write milliseconds, MS or LEAST..MOST, for example 50..200")
    least = int(match[1]) / 1000
    return least, int(match[2]) / 1000 if match[2] else least
