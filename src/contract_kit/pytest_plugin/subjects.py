"""From whatever a test hands in to results of the judge: payloads of many forms, and the answers of many clients."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from contract_kit import clients, jsontext
from contract_kit.clients import Got, Sent
from contract_kit.contract import Contract
from contract_kit.errors import UsageError
from contract_kit.exchange import MISSING, Exchange, Request, Response
from contract_kit.findings import Part
from contract_kit.ledger import Ledger
from contract_kit.outcome import Outcome
from contract_kit.pytest_plugin.payloads import PayloadFile
from contract_kit.report import InputResult

_ANSWERED = frozenset({Part.RESPONSE_BODY, Part.RESPONSE_HEADER, Part.RESPONSE_STATUS})


class Case(NamedTuple):
    """One judged payload or answer. ``title`` tells it from others of the same assertion; ``asked`` is the result for the
    request behind an answer, where that is known."""

    title: str
    result: InputResult
    asked: InputResult | None = None


def payloads(contract: Contract, payload: object, ledger: Ledger | None) -> Iterator[Case]:
    """What a test hands in as registrations, judged: data, JSON text, a ``Request``, a client's request, or a file, which
    may hold several."""
    if isinstance(payload, Path):
        payload = PayloadFile(payload)
    if isinstance(payload, PayloadFile):
        if payload.kind != "request":
            raise UsageError(f"{payload} is marked as {payload.kind}", hint="assert_conforms judges answers")
        records = list(payload.records())
        for record in records:
            result = contract.judge(record.document, source=record.source, index=record.index)
            title = f"{payload.path.name}, record {record.index + 1}" if len(records) > 1 else payload.path.name
            yield Case(title, _with_ledger(contract, result, record.document.value, ledger))
    else:
        yield Case("", _request(contract, payload, ledger)[1])


def answers(contract: Contract, answer: object, request: object, ledger: Ledger | None) -> Iterator[Case]:
    """What a test hands in as an answer, judged: a client's answer, a ``Response`` or ``Exchange``, data, JSON text, or a
    file of answers or exchanges. Only what is found in the answer stands in the result."""
    if isinstance(answer, Path):
        answer = PayloadFile(answer, "response")
    if isinstance(answer, PayloadFile):
        if answer.kind == "request":
            raise UsageError(f"{answer} is marked as request", hint="assert_accepts and assert_refused judge requests")
        for record in answer.records():
            result = contract.judge(record.document, answer.kind, source=record.source, index=record.index)
            yield Case(f"{answer.path.name}, record {record.index + 1}", _of_answer(result))
        return
    if isinstance(answer, Exchange):
        request = answer.request if request is None else request
        answer = answer.response
    if clients.is_answer(answer):
        request = clients.request_behind(answer) if request is None else request
        answer = clients.got_of(answer)
    elif isinstance(answer, (str, bytes, bytearray)):
        answer = Got(answer.encode("utf-8", "surrogatepass") if isinstance(answer, str) else bytes(answer))
    elif not isinstance(answer, Response):
        answer = Response(answer)
    if request is None:
        report = clients.judge_unasked(contract, answer) if isinstance(answer, Got) else contract.check(answer)
        yield Case("", report.inputs[0])
        return
    asked, result = _request(contract, request, ledger)
    if isinstance(answer, Got):
        sent = Sent(b"", asked.headers, asked.query, asked.method)  # type: ignore[arg-type]
        report = clients.judge_answer(contract, sent, answer, result.outcome)
    else:
        report = contract.check_answer(Exchange(asked, answer), result.outcome)
    yield Case("", report.inputs[0], result)


def _request(contract: Contract, payload: object, ledger: Ledger | None) -> tuple[Request, InputResult]:
    """A request and its result. Of credentials nothing is concluded: those of tests are made up."""
    if clients.is_answer(payload):
        raise UsageError(f"{type(payload).__name__} is an answer", hint="assert_conforms judges answers")
    sent = payload if isinstance(payload, Sent) else clients.sent_of(payload)
    if isinstance(payload, Request):
        known = clients.without_credentials(Sent(b"", payload.headers))  # type: ignore[arg-type]
        request = replace(payload, headers=known.headers)
        result = contract.check(request).inputs[0]
    elif sent is not None:
        sent = clients.without_credentials(sent)
        result = clients.judge_request(contract, sent).inputs[0]
        request = Request(jsontext.parse(sent.data).value, sent.headers, sent.query, sent.method)
    else:
        result = contract.check(payload).inputs[0]
        body = payload
        if isinstance(payload, (str, bytes, bytearray)):
            body = jsontext.parse(payload if isinstance(payload, str) else bytes(payload)).value
        request = Request(body)
    return request, _with_ledger(contract, result, request, ledger)


def _with_ledger(contract: Contract, result: InputResult, request: object, ledger: Ledger | None) -> InputResult:
    """The result with the outcome that what is registered leads to. A text that cannot be read is refused in any case."""
    if ledger is None or request is MISSING or (isinstance(request, Request) and request.body is MISSING):
        return result
    known = request if isinstance(request, Request) else Request(request)
    outcome: Outcome = contract.predict(known, ledger)
    return result if result.outcome.refused and not outcome.refused else replace(result, outcome=outcome)


def _of_answer(result: InputResult) -> InputResult:
    return replace(result, findings=tuple(finding for finding in result.findings if finding.location.part in _ANSWERED))
