"""Judging what a client sent and what it got. The contract says everything; this only hands it over."""

from __future__ import annotations

from contract_kit.clients.messages import Got, Sent, answer_message, read_answer, request_message
from contract_kit.contract import Contract
from contract_kit.exchange import METHOD, MISSING, Exchange, Request, Response
from contract_kit.outcome import Outcome
from contract_kit.report import InputResult, Report
from contract_kit.rules.requests import OAUTH_HEADER

_CREDENTIALS = frozenset({"authorization", OAUTH_HEADER.lower()})


def judge_request(contract: Contract, sent: Sent) -> Report:
    """The report on a request, with what surrounds its body as far as that is known. The outcome of its one input is what
    it has to lead to."""
    if sent.headers is None and not sent.query and sent.method == METHOD:
        return contract.check(sent.data)
    return contract.report((contract.judge(request_message(sent), "request"),))


def judge_answer(contract: Contract, sent: Sent, got: Got, expected: Outcome) -> Report:
    """The report on an answer alone, held against what its request had to lead to. The outcome of its one input is what
    the answer says."""
    body, value = read_answer(got.data)
    request = Request(MISSING, sent.headers, sent.query, sent.method)
    report = contract.check_answer(Exchange(request, Response(value, got.status, got.headers)), expected)
    if not body.problems:
        return report
    # Rare: JSON with something odd in its text, such as a name that stands twice. That is found by the text's own reader.
    whole, alone = report.inputs[0], judge_unasked(contract, got).inputs[0]
    told = {(finding.code, finding.location) for finding in alone.findings}
    more = tuple(finding for finding in whole.findings if (finding.code, finding.location) not in told)
    return contract.report((InputResult(None, 0, "exchange", whole.outcome, (*alone.findings, *more)),))


def judge_unasked(contract: Contract, got: Got) -> Report:
    """The report on an answer of which the request is not known."""
    return contract.report((contract.judge(answer_message(got), "response"),))


def without_credentials(sent: Sent) -> Sent:
    """The request without its credentials: in tests and recordings they are often made up, and nothing follows from
    that."""
    if sent.headers is None:
        return sent
    return sent._replace(headers={name: value for name, value in sent.headers.items() if name.lower() not in _CREDENTIALS})
