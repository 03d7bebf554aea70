"""How fast calls go out: evenly, and never faster than the server's rate."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable

from contract_kit.contract import Contract
from contract_kit.errors import UsageError

_RATE = re.compile(r"([1-9][0-9]{0,6})/(s|m|h)", re.ASCII)
_SECONDS = {"s": 1.0, "m": 60.0, "h": 3600.0}


class Pacer:
    """Lets one call go every ``1/rate`` seconds, whatever the number of threads; ``rate`` is in calls a second."""

    def __init__(
        self,
        rate: float | None,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.rate = rate
        self._clock, self._sleep = clock, sleep
        self._next = 0.0
        self._turn = threading.Lock()

    def wait(self) -> None:
        """Return when the next call may go."""
        with self._turn:
            now = self._clock()
            start = max(now, self._next)
            if self.rate is not None:
                self._next = start + 1 / self.rate
        if start > now:
            self._sleep(start - now)

    def hold(self, seconds: float) -> None:
        """Nobody sends for so long: the server has said so."""
        with self._turn:
            self._next = max(self._next, self._clock() + seconds)


def rate_of(text: str, contract: Contract) -> float | None:
    """Calls a second for ``auto`` (the org's region; the lowest of all where none is known), ``N/s``, ``N/m``, ``N/h`` or
    ``none``. Raises ``UsageError`` for anything else."""
    if text == "none":
        return None
    if text == "auto":
        regions = contract.document["servers"][0]["x-rate-limit"]["regions"]
        region = contract.org.region
        limits = [regions[region]["limit"]] if region in regions else [entry["limit"] for entry in regions.values()]
        return float(min(limits)) / 60.0
    match = _RATE.fullmatch(text)
    if match is None:
        raise UsageError(f"{text!r} is no rate", hint="write auto, none, or N/s, N/m, N/h, for example 100/m")
    return int(match[1]) / _SECONDS[match[2]]
