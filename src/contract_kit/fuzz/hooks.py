"""The kit's judgement inside somebody's own Schemathesis: ``SCHEMATHESIS_HOOKS=contract_kit.fuzz.hooks st run …``.

It brings three things. Identities of every registration become new ones, so that they do not collide with those of
earlier requests. The check ``contract_kit_conforms`` holds each answer against the contract and against what the request
had to lead to, as far as that can be said without knowing what is registered. And failures are left out where Schemathesis
takes a refusal or an acceptance for wrong that the contract calls for.

``CONTRACT_KIT_ORG`` names an org profile. With ``CONTRACT_KIT_STRICT`` set, warnings fail, too.
"""

from __future__ import annotations

import os
from functools import cache
from typing import Any

import schemathesis

from contract_kit.clients import got_of, judge_answer, judge_request, sent_of, told_of, without_credentials
from contract_kit.clients.messages import Got, Sent, read_answer
from contract_kit.contract import Contract
from contract_kit.exchange import Response
from contract_kit.findings import Severity
from contract_kit.fuzz.identity import Identities, Namespace
from contract_kit.outcome import Outcome
from contract_kit.rules.exchanges import DECIDED, STATE_ERRORS
from contract_kit.rules.responses import code_of, errors_of

ORG, STRICT = "CONTRACT_KIT_ORG", "CONTRACT_KIT_STRICT"
REJECTED, ACCEPTED = "RejectedPositiveData", "AcceptedNegativeData"
"""The failures of Schemathesis that are about acceptance alone."""


@cache
def contract() -> Contract:
    """The contract under the org profile of the environment."""
    return Contract.bundled().for_org(os.environ.get(ORG) or None)


@cache
def names() -> Namespace:
    """This process's supply of identities."""
    return Namespace(contract().org)


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: dict[str, Any]) -> None:
    """Give a registration identities that nobody has yet."""
    if _ours(case) and isinstance(case.body, dict):
        case.body = Identities(names()).minted(case.body)


@schemathesis.hook
def filter_failure(context: Any, failure: Any, case: Any, response: Any) -> bool:
    """Whether a failure is one: not where the contract wants just that, or where it depends on what is registered."""
    kind = type(failure).__name__
    if kind not in (REJECTED, ACCEPTED) or not _ours(case):
        return True
    sent, got = _exchanged(response)
    outcome = _outcome(sent)
    if kind == ACCEPTED:
        return outcome.refused
    codes = (code_of(entry) for entry in errors_of(Response(read_answer(got.data)[1], got.status, got.headers)))
    return outcome.accepted and not any(_excused(code) for code in codes)


@schemathesis.check
def contract_kit_conforms(ctx: Any, response: Any, case: Any) -> None:
    """The answer conforms to the contract, and is the one that the request had to lead to."""
    if not _ours(case):
        return
    sent, got = _exchanged(response)
    least = Severity.WARNING if os.environ.get(STRICT) else Severity.ERROR
    judged = judge_answer(contract(), sent, got, _outcome(sent)).inputs[0]
    found = [one for one in judged.findings if one.severity.rank >= least.rank]
    if found:
        raise AssertionError("\n".join(told_of(found)))


def _ours(case: Any) -> bool:
    """Whether a case is of the one operation that the contract is about."""
    return case.method.upper() == "POST" and str(case.operation.path).rstrip("/").endswith("/customers")


def _exchanged(response: Any) -> tuple[Sent, Got]:
    """What went out and what came back. Credentials are left aside: Schemathesis tries wrong ones of its own."""
    sent = sent_of(response.request) or Sent()
    got = got_of(response)
    headers = {name: value if isinstance(value, str) else ", ".join(value) for name, value in dict(response.headers).items()}
    return without_credentials(sent), got._replace(headers=headers)


def _outcome(sent: Sent) -> Outcome:
    outcome = judge_request(contract(), sent).inputs[0].outcome
    assert outcome is not None
    return outcome


def _excused(code: object) -> bool:
    """Whether a refusal may be right for something that this process does not know: who is registered, how the org is
    configured."""
    needed = DECIDED.get(code) if isinstance(code, int) else None
    return code in STATE_ERRORS or (needed is not None and not all(one in contract().org.sections for one in needed))
