"""What all guards do, whatever the client: judge, and then block, warn or only tell.

A guard never stands in the way by failing: what goes wrong in it, or in a callback, is logged, and the traffic goes on.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from contract_kit.clients import Got, Sent, judge_answer, judge_request, told, told_of
from contract_kit.contract import Contract
from contract_kit.errors import UsageError
from contract_kit.exchange import METHOD, Request
from contract_kit.findings import Finding, Severity
from contract_kit.guards.blocking import Blocked
from contract_kit.guards.tracing import add_event
from contract_kit.outcome import Outcome
from contract_kit.report import Report

Mode = Literal["block", "warn", "observe"]
MODES: tuple[Mode, ...] = ("block", "warn", "observe")
LOG = logging.getLogger("contract_kit.guards")

_PATH = "/v2/customers"
_HEADERS_KEPT = 64


@dataclass(frozen=True, slots=True)
class Seen:
    """One judged request or answer, as callbacks are told of it. ``side`` is request or answer; ``outcome`` is what the
    request has to lead to, or what the answer says; ``status`` is the answer's. ``failing`` are the findings at or above
    the guard's ``fail_on``; where there are any, ``blocked`` tells whether they stopped it. ``seconds`` is what judging
    took. Findings hold personal data in their ``value`` and nowhere else."""

    side: str
    host: str
    report: Report
    failing: tuple[Finding, ...]
    blocked: bool
    seconds: float
    status: int | None = None

    @property
    def outcome(self) -> Outcome:
        """The outcome of the one thing that was judged."""
        return self.report.inputs[0].outcome

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All that was found."""
        return self.report.inputs[0].findings


class Judged:
    """A request that was let go, for the answer to be held against: what surrounded its body, and what it leads to."""

    __slots__ = ("expected", "host", "sent")

    def __init__(self, sent: Sent, expected: Outcome, host: str) -> None:
        self.sent = sent
        self.expected = expected
        self.host = host


class Guard:
    """Watches a client's registrations under one contract (the bundled one where none is given).

    ``mode`` says what happens where a request has findings at or above ``fail_on``: ``block`` raises ``Blocked`` before it
    leaves, ``warn`` logs to ``contract_kit.guards``, ``observe`` only tells. ``answers`` says the same for answers; left
    out, it is ``mode``, but ``warn`` instead of ``block``: what an answer tells has happened already. ``observer`` is told
    of everything that is judged, clean or not, in every mode. ``matches`` decides by method, host and path what is a
    registration; left out, it is a POST to a path that ends in ``/v2/customers`` (F01).
    """

    def __init__(
        self,
        contract: Contract | None = None,
        *,
        mode: Mode = "block",
        answers: Mode | None = None,
        observer: Callable[[Seen], object] | None = None,
        fail_on: str = "error",
        matches: Callable[[str, str, str], bool] | None = None,
    ) -> None:
        self.contract = contract if contract is not None else Contract.bundled()
        self.mode = _mode(mode)
        self.answers = _mode(answers) if answers is not None else ("warn" if mode == "block" else mode)
        self.observer = observer
        self.fail_on = Severity(fail_on)
        self._matches = matches
        self._clean_headers: set[object] = set()

    def watches(self, method: str, host: str, path: str) -> bool:
        """Whether a request is a registration. ``path`` is without the query."""
        if self._matches is not None:
            return self._matches(method, host, path)
        return method == METHOD and path.rstrip("/").endswith(_PATH)

    def request(self, sent: Sent, host: str, key: object = None) -> Judged | None:
        """Judge a request before it leaves; what the answer is to be held against, or ``None`` where judging failed.
        ``key`` stands for its headers: where those have been found clean once, they are not judged again. Raises
        ``Blocked``."""
        started = time.perf_counter()
        try:
            report = self._report(sent, key)
        except Exception:
            LOG.exception("a registration could not be judged, and was let go")
            return None
        self._tell("request", self.mode, report, host, started, None)
        return Judged(sent, report.inputs[0].outcome, host)

    def answer(self, asked: Judged, got: Got) -> None:
        """Judge the answer to a request that was let go. Raises ``Blocked``."""
        started = time.perf_counter()
        try:
            report = judge_answer(self.contract, asked.sent, got, asked.expected)
        except Exception:
            LOG.exception("an answer could not be judged, and was handed on")
            return
        self._tell("answer", self.answers, report, asked.host, started, got.status)

    def _report(self, sent: Sent, key: object) -> Report:
        """The report on a request. Its body by itself is proven clean fastest, so that comes first; headers that have been
        clean before need no second look, as long as no query stands in for what the body says (D14)."""
        if not sent.query and sent.method == METHOD:
            report = self.contract.check(sent.data)
            if not report.inputs[0].findings and (key in self._clean_headers or self._has_clean_headers(sent, key)):
                return report
        return judge_request(self.contract, sent)

    def _has_clean_headers(self, sent: Sent, key: object) -> bool:
        if self.contract.check(Request(headers=sent.headers)).inputs[0].findings:
            return False
        if key is not None:
            if len(self._clean_headers) >= _HEADERS_KEPT:
                self._clean_headers.clear()
            self._clean_headers.add(key)
        return True

    def _tell(self, side: str, mode: Mode, report: Report, host: str, started: float, status: int | None) -> None:
        findings = report.inputs[0].findings
        if not findings and self.observer is None:
            return
        failing = tuple(item for item in findings if item.severity.rank >= self.fail_on.rank)
        blocked = bool(failing) and mode == "block"
        seen = Seen(side, host, report, failing, blocked, time.perf_counter() - started, status)
        try:
            if self.observer is not None:
                self.observer(seen)
            if findings:
                add_event(seen)
        except Exception:
            LOG.exception("telling of what was judged went wrong; the traffic goes on")
        if failing and mode == "warn":
            LOG.warning("%s", said(seen))
        if blocked:
            raise Blocked(side, report, said(seen))


def said(seen: Seen) -> str:
    """What is said of a request or an answer that fails: a line that says it all, then each finding."""
    outcome = told(seen.report.inputs[0])
    if seen.side == "request":
        head = f"the registration for {seen.host} {'was not sent' if seen.blocked else 'breaks the contract'}: {outcome}"
    else:
        head = f"the answer of {seen.host} does not conform: {outcome}, HTTP {seen.status}"
    return "\n".join((head, *told_of(seen.failing, "  ")))


def _mode(mode: str) -> Mode:
    for known in MODES:
        if mode == known:
            return known
    raise UsageError(f"there is no mode {mode!r}", hint=f"the modes are {', '.join(MODES)}")
