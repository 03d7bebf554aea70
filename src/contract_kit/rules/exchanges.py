"""Rules on an answer held against what the request had to lead to.

The prediction is ``context.outcome``. Where what is already registered is not known, answers that only a register can
justify (a duplicate, a link to another source) are let pass.
"""

from __future__ import annotations

from collections.abc import Iterator

from contract_kit.exchange import Exchange
from contract_kit.findings import Evidence, Severity
from contract_kit.outcome import Outcome
from contract_kit.rule import REMOVED, Context, Example, Hit, rule
from contract_kit.rules.responses import ANY_CODE, code_of, entries, errors_of
from contract_kit.showing import listed

STATE_ERRORS = frozenset({8006, 8026, 8028, 8066, 8067})
"""Refusals that rest on what is already registered."""

DECIDED: dict[int, tuple[str, ...]] = {
    8004: (),
    8084: (),
    8005: ("registration.mandatory",),
    8014: ("registration.mandatory", "registration.mobile"),
    3217: ("sources",),
    8003: ("sources",),
    8127: ("sources",),
    8086: ("customerStatus.labels",),
}
"""Refusals whose cause the kit can see, and the org sections it needs for that."""

_NO_SOURCE = {"/request/body/profiles/0/source": REMOVED}
_OK = {"/response/status": 200}


def _refusal(code: int) -> dict[str, object]:
    entry = {"status": False, "code": code, "message": "no"}
    return {"/response/status": 400, "/response/body": {"errors": [entry]}}


def predicted(context: Context) -> Outcome:
    """What the request had to lead to."""
    assert context.outcome is not None
    return context.outcome


def _grade(evidence: Evidence) -> Severity:
    return Severity.ERROR if evidence in (Evidence.STATED, Evidence.SHOWN) else Severity.WARNING


def _application(exchange: Exchange) -> bool:
    """Whether the answer is one that the application gave: not authentication, limits or a crash."""
    return exchange.response.status not in ANY_CODE


@rule(
    "accepted-wrongly",
    on="exchange",
    severity="error",
    evidence="stated",
    facts=("D01", "D02"),
    message="accepted, but it had to be refused ({reasons}) with {codes}",
    hint="refuse the registration with the envelope, and store nothing",
    bad=(Example(_NO_SOURCE, "a profile without a source", at="/response/body"),),
    good=(Example({**_NO_SOURCE, **_refusal(8004)}, "refused as it had to be"),),
)
def accepted_wrongly(exchange: Exchange, context: Context) -> Iterator[Hit]:
    """A registration that was taken although it breaks the contract.

    The severity follows the evidence of what was broken.
    """
    outcome = predicted(context)
    if outcome.refused and succeeded(exchange):
        params = {"reasons": ", ".join(outcome.reasons), "codes": _codes(outcome)}
        yield Hit(("response", "body"), params, severity=_grade(outcome.evidence))


@rule(
    "refused-wrongly",
    on="exchange",
    severity="error",
    evidence="stated",
    facts=("F12", "F50"),
    message="refused with {codes}, but nothing in the request gives cause for it",
    hint="take what the contract allows; if the org is configured otherwise, correct its profile",
    bad=(Example(_refusal(8084), "a clean registration", at="/response/body/errors/0/code"),),
    good=(
        Example(_refusal(8006), "a duplicate may be: what is registered is not known"),
        Example({**_refusal(3217)}, "which sources the org has is not known", org={"sources": None}),
    ),
)
def refused_wrongly(exchange: Exchange, context: Context) -> Iterator[Hit]:
    """A valid registration that was refused, for a cause that the kit can see is none."""
    outcome = predicted(context)
    if not outcome.accepted or not _application(exchange):
        return
    for index, entry in entries(exchange.response, "errors"):
        code = code_of(entry)
        if code is None:
            continue
        needed = DECIDED.get(code)
        visible = needed is not None and all(section in context.org.sections for section in needed)
        if visible or (outcome.state_known and code in STATE_ERRORS):
            yield Hit(("response", "body", "errors", index, "code"), {"codes": code})
            return


@rule(
    "refused-for-other-reason",
    on="exchange",
    severity="warning",
    evidence="assumed",
    facts=("D02", "F55", "F56"),
    message="refused with {codes}; {reasons} calls for {expected}",
    hint="answer with the code of what is wrong",
    bad=(Example({**_NO_SOURCE, **_refusal(8086)}, "another code", at="/response/body/errors/0/code"),),
    good=(Example({**_NO_SOURCE, **_refusal(8004)}, "the right code"),),
)
def refused_for_other_reason(exchange: Exchange, context: Context) -> Iterator[Hit]:
    """A refusal whose code names another cause than the request's.

    Where several things are wrong, the code of any of them will do. The two codes that the reference page itself lists
    make this an error.
    """
    outcome = predicted(context)
    errors = [(index, code) for index, entry in entries(exchange.response, "errors") if (code := code_of(entry)) is not None]
    codes = [code for _, code in errors]
    if outcome.open or not (outcome.refused and outcome.api_codes and codes and _application(exchange)):
        return
    allowed = outcome.api_codes | (frozenset() if outcome.state_known else STATE_ERRORS)
    if allowed.isdisjoint(codes):
        listed_on_page = outcome.api_codes <= {3217, 8006}
        params = {
            "codes": listed(codes),
            "reasons": ", ".join(outcome.reasons),
            "expected": _codes(outcome),
        }
        severity = Severity.ERROR if listed_on_page else None
        yield Hit(("response", "body", "errors", errors[0][0], "code"), params, severity=severity)


@rule(
    "status-unexpected",
    on="exchange",
    severity="warning",
    evidence="assumed",
    facts=("D01", "D02", "D03", "F52"),
    message="status: {status}, where {expected} conforms",
    hint="answer with the status that the contract, or the org profile (api.refusalStatus), fixes",
    bad=(
        Example(
            {**_NO_SOURCE, **_refusal(8004), "/response/status": 200},
            "the org pins 400 for a refusal",
            at="/response/status",
        ),
        Example({"/response/status": 400}, "a success under 400"),
        Example({"/request/headers": {"Content-Type": "text/plain"}, **_refusal(1), "/response/status": 400},
                "415 is wanted", at="/response/status"),
    ),
    good=(
        Example(
            {**_NO_SOURCE, **_refusal(8004), "/response/status": 200},
            "an org that pins nothing",
            org={"api": None},
        ),
    ),
)  # fmt: skip
def status_unexpected(exchange: Exchange, context: Context) -> Iterator[Hit]:
    """A status other than the one that fits the answer.

    A refusal may come as 200 or 400 unless the org profile pins one; a success is 200.
    """
    outcome = predicted(context)
    status = exchange.response.status
    if status is None or (status in (401, 403, 429, 498, 500, 503) and status not in outcome.statuses):
        return
    expected = outcome.statuses
    if outcome.verdict.value == "unknown" or not _fits(outcome, exchange):
        refused = bool(errors_of(exchange.response))
        pinned = context.org.refusal_status
        expected = frozenset({200, 400} if pinned is None else {pinned}) if refused else frozenset({200})
        if not refused and not succeeded(exchange):
            return
    if expected and status not in expected:
        yield Hit(("response", "status"), {"status": status, "expected": " or ".join(map(str, sorted(expected)))})


def succeeded(exchange: Exchange) -> bool:
    """Whether the answer is a success."""
    body = exchange.response.body
    return isinstance(body, dict) and "createdId" in body and not errors_of(exchange.response)


def _fits(outcome: Outcome, exchange: Exchange) -> bool:
    """Whether the answer is of the kind that was predicted; its status can then be held to the prediction."""
    if outcome.accepted:
        return succeeded(exchange)
    return not succeeded(exchange)


def _codes(outcome: Outcome) -> str:
    if outcome.api_codes:
        return " or ".join(str(code) for code in sorted(outcome.api_codes))
    return f"status {outcome.status}" if outcome.status else "the envelope"
