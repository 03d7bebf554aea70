"""Reports on what is known to be clean. They hold no findings and never change, so each is made once and given out again."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from contract_kit.exchange import Response
from contract_kit.judge import answers
from contract_kit.outcome import Outcome
from contract_kit.report import InputResult, Report

_MOST = 1000
"""More are not kept: what comes then is new again and again."""


class CleanReports:
    """The clean reports of one contract. ``plain`` is the outcome of a clean body, ``made`` makes a report of results."""

    def __init__(self, plain: Outcome, made: Callable[[Iterable[InputResult]], Report]) -> None:
        self._plain, self._made = plain, made
        self._bodies: dict[tuple[float, ...], Report] = {}
        self._answers: dict[tuple[int, ...], Report] = {}

    def of_body(self, points: tuple[float, ...]) -> Report:
        """The report on a clean body. It differs by the points of its enrolments alone."""
        report = self._bodies.get(points)
        if report is None:
            if len(self._bodies) > _MOST:
                self._bodies.clear()
            outcome = replace(self._plain, points=points)
            report = self._bodies[points] = self._made((InputResult(None, 0, "request", outcome, ()),))
        return report

    def of_answer(self, codes: tuple[int, ...], response: Response) -> Report:
        """The report on a success without findings. It differs by the codes of its warnings alone."""
        report = self._answers.get(codes)
        if report is None:
            if len(self._answers) > _MOST:
                self._answers.clear()
            result = InputResult(None, 0, "exchange", answers.told(response), ())
            report = self._answers[codes] = self._made((result,))
        return report
