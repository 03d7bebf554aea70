"""Defects in HTTP statuses and in the headers that go with them (F52, D01, D03)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from contract_kit.judge.prediction import EXISTS
from contract_kit.rules.schema import NOT_SENT
from contract_kit.server.behaviour import Behaviour
from contract_kit.server.calls import Answer, Call, Reason
from contract_kit.server.defects.registry import defect

_SOURCE = 3217
_OK, _CREATED, _BAD_REQUEST, _NOT_FOUND, _CONFLICT, _UNPROCESSABLE, _CRASHED = 200, 201, 400, 404, 409, 422, 500
_NO_METHOD, _TOO_MANY = 405, 429


@defect("success-201", area="status", facts=("F52",))
class Success201(Behaviour):
    """Answers 201 for a customer that was created."""

    def accepted(self, call: Call, body: Any, customer_id: int, warnings: Sequence[Reason]) -> Answer:
        return replace(super().accepted(call, body, customer_id, warnings), status=_CREATED)


class _RefusesWith(Behaviour):
    """Base of the servers that refuse some things with a status of their own."""

    code: int
    status: int

    def refusal_status(self, reasons: Sequence[Reason]) -> int:
        mine = any(reason.code == self.code for reason in reasons)
        return self.status if mine else super().refusal_status(reasons)


@defect("duplicate-409", area="status", facts=("D01",))
class Duplicate409(_RefusesWith):
    """Refuses a duplicate with 409."""

    code, status = EXISTS, _CONFLICT


@defect("duplicate-500", area="status", facts=("D01", "D05"))
class Duplicate500(_RefusesWith):
    """Fails (500) on a duplicate, as an unhandled unique index does."""

    code, status = EXISTS, _CRASHED


@defect("schema-422", area="status", facts=("D02",))
class Schema422(_RefusesWith):
    """Refuses a body that breaks the schema with 422."""

    code, status = NOT_SENT, _UNPROCESSABLE


@defect("source-404", area="status", facts=("D01", "F55"))
class Source404(_RefusesWith):
    """Refuses an invalid source with 404."""

    code, status = _SOURCE, _NOT_FOUND


@defect("refusal-status-not-as-pinned", area="status", facts=("D01",), needs=("api.refusalStatus",))
class RefusalStatusOther(Behaviour):
    """Refuses with 200 where the org has pinned 400, and the other way round."""

    def refusal_status(self, reasons: Sequence[Reason]) -> int:
        return _BAD_REQUEST if super().refusal_status(reasons) == _OK else _OK


class _TurnsAway(Behaviour):
    """Base of the servers that turn requests away with other headers."""

    def headers(self, status: int, headers: dict[str, str]) -> dict[str, str]:
        """The headers of an answer of this status."""
        return headers

    def finished(self, call: Call, answer: Answer) -> Answer:
        answer = super().finished(call, answer)
        return replace(answer, headers=self.headers(answer.status, dict(answer.headers)))


@defect("retry-after-missing", area="headers", facts=("D03",))
class RetryAfterMissing(_TurnsAway):
    """Does not say when to come back."""

    def headers(self, status: int, headers: dict[str, str]) -> dict[str, str]:
        return {name: value for name, value in headers.items() if name != "Retry-After"}


@defect("retry-after-in-words", area="headers", facts=("D03",))
class RetryAfterInWords(_TurnsAway):
    """Says when to come back, but not in whole seconds."""

    def headers(self, status: int, headers: dict[str, str]) -> dict[str, str]:
        return {**headers, "Retry-After": f"{headers['Retry-After']}.5"} if status == _TOO_MANY else headers


@defect("allow-missing", area="headers", facts=("D03",))
class AllowMissing(_TurnsAway):
    """Refuses a method without naming those that are allowed."""

    def headers(self, status: int, headers: dict[str, str]) -> dict[str, str]:
        return {name: value for name, value in headers.items() if name != "Allow"}


@defect("allow-without-post", area="headers", facts=("D03",))
class AllowWithoutPost(_TurnsAway):
    """Names other methods than POST as allowed."""

    def headers(self, status: int, headers: dict[str, str]) -> dict[str, str]:
        return {**headers, "Allow": "GET, HEAD"} if status == _NO_METHOD else headers


@defect("answer-as-html", area="headers", facts=("F50", "F57"))
class AnswerAsHtml(Behaviour):
    """Sends JSON as text/html."""

    def finished(self, call: Call, answer: Answer) -> Answer:
        return replace(super().finished(call, answer), media_type="text/html")
