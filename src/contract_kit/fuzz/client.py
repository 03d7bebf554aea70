"""Sends calls: at the server's pace, within the budget, and every one of them recorded.

A 429 is never an answer to what was asked. The server's ``Retry-After`` is obeyed and the call sent again; what stays
429 is not tested. So is what meets 503, after one more try.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable

from contract_kit.fuzz.pacing import Pacer
from contract_kit.fuzz.targets import Target
from contract_kit.fuzz.wire import Answer, Call

LIMITED, AWAY = 429, 503
_TRIES = 4
_LONGEST_WAIT = 120.0
_USUAL_WAIT = 1.0


class BudgetSpentError(Exception):
    """No more requests, or no more time."""


class Client:
    """One run's calls. ``watch`` is told of every exchange."""

    def __init__(
        self,
        target: Target,
        pacer: Pacer,
        *,
        max_requests: int,
        max_seconds: float | None = None,
        watch: Callable[[Call, Answer], None] | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.target = target
        self.pacer = pacer
        self.max_requests = max_requests
        self.requests = 0
        self.statuses: Counter[int] = Counter()
        self.limited: list[tuple[Call, Answer]] = []
        self.started = time.monotonic()
        self._until = None if max_seconds is None else self.started + max_seconds
        self._watch = watch
        self._sleep = sleep
        self._turn = threading.Lock()

    @property
    def left(self) -> int:
        """How many requests may still go."""
        return max(0, self.max_requests - self.requests)

    @property
    def seconds(self) -> float:
        """How long the run has lasted."""
        return time.monotonic() - self.started

    def send(self, call: Call) -> Answer | None:
        """The answer to a call; ``None`` where the server would not look at it (429, 503). Raises ``BudgetSpentError``."""
        for attempt in range(_TRIES):
            self._spend(1)
            self.pacer.wait()
            answer = self.target.send(call)
            self._seen(call, answer)
            if answer.status not in (LIMITED, AWAY):
                return answer
            if answer.status == AWAY and attempt:
                return None
            self._hold(answer)
        return None

    def together(self, call: Call, times: int) -> list[Answer] | None:
        """The answers to equal calls at the same moment; ``None`` where the server would not look at all of them."""
        self._spend(times)
        for _ in range(times):
            self.pacer.wait()
        answers = self.target.together([call] * times)
        for answer in answers:
            self._seen(call, answer)
        if any(answer.status in (LIMITED, AWAY) for answer in answers):
            self._hold(next(answer for answer in answers if answer.status in (LIMITED, AWAY)))
            return None
        return answers

    def _spend(self, number: int) -> None:
        with self._turn:
            if self.requests + number > self.max_requests:
                raise BudgetSpentError
            if self._until is not None and time.monotonic() >= self._until:
                raise BudgetSpentError
            self.requests += number

    def _seen(self, call: Call, answer: Answer) -> None:
        with self._turn:
            self.statuses[answer.status] += 1
            if answer.status == LIMITED and len(self.limited) < 3:
                self.limited.append((call, answer))
        if self._watch is not None:
            self._watch(call, answer)

    def _hold(self, answer: Answer) -> None:
        """Wait as long as the server asks, or a second where it does not say."""
        text = answer.headers.get("retry-after", "").strip()
        wait = float(text) if text.isascii() and text.isdigit() and len(text) < 6 else _USUAL_WAIT
        if wait > _LONGEST_WAIT or (self._until is not None and time.monotonic() + wait > self._until):
            raise BudgetSpentError
        self.pacer.hold(wait)
