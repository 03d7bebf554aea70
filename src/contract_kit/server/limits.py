"""What slows a caller down: the rate limit, and a bad day that is made up."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from math import ceil
from random import Random

from contract_kit.server.settings import Rate

BAD_DAY = (503, 500, 429)
"""What a bad day answers with, evenly mixed."""


class Limiter:
    """At most so many requests in any stretch of time; those that are turned away do not count."""

    def __init__(self, rate: Rate | None, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._clock = clock
        self._admitted: deque[float] = deque()

    def wait(self) -> int | None:
        """``None`` where one more request is admitted, else the whole seconds after which it would be."""
        if self._rate is None:
            return None
        now = self._clock()
        while self._admitted and now - self._admitted[0] >= self._rate.seconds:
            self._admitted.popleft()
        if len(self._admitted) < self._rate.requests:
            self._admitted.append(now)
            return None
        return max(1, ceil(self._admitted[0] + self._rate.seconds - now))


class BadDay:
    """Delays and failures by chance; the same seed gives the same day."""

    def __init__(self, latency: tuple[float, float], fail_rate: float, seed: int | None) -> None:
        self._latency = latency
        self._fail_rate = fail_rate
        # Two sources of chance, so that a delay more or less does not change which requests fail.
        self._delays, self._failures = Random(seed), Random(seed)  # noqa: S311

    def delay(self) -> float:
        """Seconds to wait before the next answer."""
        return self._delays.uniform(*self._latency) if self._latency[1] else 0.0

    def failure(self) -> int | None:
        """The HTTP status that the next request fails with, or ``None``."""
        if not self._fail_rate or self._failures.random() >= self._fail_rate:
            return None
        return self._failures.choice(BAD_DAY)
