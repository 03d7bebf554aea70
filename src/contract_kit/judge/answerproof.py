"""Proves that a success is without findings, and without asking a single rule: the fast path for answers.

Guards judge every answer of a client, and nearly all are plain successes. As with requests, this says yes or nothing, and
only the normal way speaks. It was made for the rules in ``PROVEN``: where there is another on answers, it proves nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from math import isfinite
from typing import Any

from contract_kit.exchange import Exchange, Response, header
from contract_kit.judge.runner import RESULT, Runner
from contract_kit.outcome import Outcome
from contract_kit.rules.requests import is_json_type
from contract_kit.rules.responses import answer_leaks

PROVEN = frozenset(
    {
        "accepted-wrongly",
        "allow-missing",
        "answer-content-type",
        "answer-leaks",
        "answer-not-json",
        "api-code-misplaced",
        "api-code-unknown",
        "challenge-missing",
        "customer-id-wrong",
        "entry-status-true",
        "points-not-rounded",
        "points-side-effect-missing",
        "refusal-with-created-id",
        "refused-for-other-reason",
        "refused-wrongly",
        "retry-after-missing",
        "status-undocumented",
        "status-unexpected",
        "warning-missing",
        "warning-unfounded",
    }
)
_TEXTS_KEPT = 64
_MEMBERS = {"createdId", "warnings", "sideEffects"}


class AnswerProof:
    """What is certainly a success without findings under one runner's rules."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner
        rules = {rule.code for kind in ("response", "exchange") for rule in runner.rules(kind)}
        self._able = rules <= PROVEN
        self._quiet: set[str] = set()

    def codes_of(self, exchange: Exchange, expected: Outcome) -> tuple[int, ...] | None:
        """The codes of the warnings in an answer that is certainly without findings, in their order; else ``None``."""
        response = exchange.response
        if not (self._able and response.status == 200 and expected.accepted and 200 in expected.statuses):
            return None
        body: Any = response.body
        # Data that was not read from a text may hold what the engine takes for JSON and is none: types are asked exactly.
        if expected.customer_id is not None or type(body) is not dict or body.keys() != _MEMBERS:
            return None
        headers: Mapping[str, object] | None = response.headers
        if headers is not None and not is_json_type(header(headers, "Content-Type")):
            return None
        try:
            if not self._valid(body):
                return None
        except (ValueError, UnicodeEncodeError):
            return None
        texts: list[str] = []
        codes = self._warnings(body["warnings"], expected, texts)
        if codes is None or not _effects(body["sideEffects"], expected.points, texts):
            return None
        return codes if not texts or self._is_quiet("\n".join(texts)) else None

    def _is_quiet(self, text: str) -> bool:
        """Whether the texts of an answer show nothing of the server's inside. Servers say the same over and over."""
        if text in self._quiet:
            return True
        try:
            text.encode()  # half characters are found in the normal way
        except UnicodeEncodeError:
            return False
        if next(answer_leaks.check(Response(text), self._runner.context), None) is not None:
            return False
        if len(self._quiet) >= _TEXTS_KEPT:
            self._quiet.clear()
        self._quiet.add(text)
        return True

    @cached_property
    def _valid(self) -> Any:
        return self._runner.engine.validator(RESULT).is_valid

    def _warnings(self, warnings: Any, expected: Outcome, texts: list[str]) -> tuple[int, ...] | None:
        """The codes of warnings of which each is foreseen, and none of those that must be there lacks."""
        known = self._runner.spec.vocabulary.codes
        codes = []
        if type(warnings) is not list:
            return None
        for entry in warnings:
            code, message = entry["code"], entry["message"]
            if len(entry) != 3 or type(code) is not int or known.get(code) != "warning" or type(message) is not str:
                return None
            if entry["status"] is not False:
                return None
            if code not in expected.warning_codes and code not in expected.possible_warnings:
                return None
            codes.append(code)
            texts.append(message)
        return tuple(codes) if expected.warning_codes.issubset(codes) else None


def _effects(effects: Any, points: tuple[float, ...], texts: list[str]) -> bool:
    """Whether side effects are plain ones, and their points those that were foreseen, in their order."""
    if type(effects) is not list:
        return False
    given = []
    for effect in effects:
        for name, value in effect.items():
            if type(name) is not str or not name.isascii():
                return False
            kind = type(value)
            if kind is str:
                texts.append(value)
            elif not (kind is int or kind is bool or value is None or (kind is float and isfinite(value))):
                return False
        if effect["type"] == "points":
            awarded = effect.get("awardedPoints")
            if type(awarded) is not int or abs(awarded) >= 2**53 or effect.get("rawAwardedPoints", awarded) != awarded:
                return False
            given.append(awarded)
    return not points or tuple(given) == points
