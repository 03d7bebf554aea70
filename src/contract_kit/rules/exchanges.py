"""Rules on an answer held against what the request had to lead to.

The prediction is ``context.outcome``. Where what is already registered is not known, answers that only a register can
justify (a duplicate, a link to another source) are let pass.
"""

from __future__ import annotations

from collections.abc import Iterator

from contract_kit.exchange import Exchange, header
from contract_kit.findings import Evidence, Severity
from contract_kit.outcome import Outcome
from contract_kit.rule import REMOVED, Context, Example, Hit, rule
from contract_kit.rules.responses import ANY_CODE, errors_of, warnings_of
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

DECIDED_WARNINGS: dict[int, tuple[str, ...]] = {
    8054: ("sources",),
    8077: ("tills",),
    8107: ("customerStatus.default",),
}

_NO_SOURCE = {"/request/body/profiles/0/source": REMOVED}
_OK = {"/response/status": 200}


def _refusal(code: int) -> dict[str, object]:
    entry = {"status": False, "code": code, "message": "no"}
    return {"/response/status": 400, "/response/body": {"errors": [entry]}}


def _outcome(context: Context) -> Outcome:
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
    outcome = _outcome(context)
    if outcome.refused and _succeeded(exchange):
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
    outcome = _outcome(context)
    if not outcome.accepted or not _application(exchange):
        return
    for index, entry in enumerate(errors_of(exchange.response)):
        code = entry.get("code")
        if not isinstance(code, int):
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
    outcome = _outcome(context)
    codes = [entry.get("code") for entry in errors_of(exchange.response)]
    if outcome.open or not (outcome.refused and outcome.api_codes and codes and _application(exchange)):
        return
    allowed = outcome.api_codes | (frozenset() if outcome.state_known else STATE_ERRORS)
    if not allowed.intersection(code for code in codes if isinstance(code, int)):
        listed_on_page = outcome.api_codes <= {3217, 8006}
        params = {
            "codes": listed(codes),
            "reasons": ", ".join(outcome.reasons),
            "expected": _codes(outcome),
        }
        severity = Severity.ERROR if listed_on_page else None
        yield Hit(("response", "body", "errors", 0, "code"), params, severity=severity)


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
    outcome = _outcome(context)
    status = exchange.response.status
    if status is None or status in (401, 403, 429, 498, 500, 503) and status not in outcome.statuses:
        return
    expected = outcome.statuses
    if outcome.verdict.value == "unknown" or not _fits(outcome, exchange):
        refused = bool(errors_of(exchange.response))
        pinned = context.org.refusal_status
        expected = frozenset({200, 400} if pinned is None else {pinned}) if refused else frozenset({200})
        if not refused and not _succeeded(exchange):
            return
    if expected and status not in expected:
        yield Hit(("response", "status"), {"status": status, "expected": " or ".join(map(str, sorted(expected)))})


@rule(
    "warning-missing",
    on="exchange",
    severity="warning",
    evidence="public",
    facts=("F16", "F58", "D02", "D04", "D11"),
    message="warnings: {code} was to be given ({reason})",
    hint="a success that loses something says so with its warning",
    bad=(
        Example({"/request/body/associatedWith": "till.two"}, "8077 for an unknown till", "/response/body/warnings"),
        Example({"/response/body/warnings": []}, "8107: no default status label"),
    ),
    good=(
        Example(
            {
                "/request/body/associatedWith": "till.two",
                "/response/body/warnings/-": {"status": False, "code": 8077, "message": "no such till"},
            },
            "given",
        ),
    ),
)
def warning_missing(exchange: Exchange, context: Context) -> Iterator[Hit]:
    """A success without a warning that it had to carry."""
    outcome = _outcome(context)
    if outcome.accepted and _succeeded(exchange):
        given = {entry.get("code") for entry in warnings_of(exchange.response)}
        for code in sorted(outcome.warning_codes - given):
            reason = ", ".join(outcome.reasons) or "the org's configuration"
            yield Hit(("response", "body", "warnings"), {"code": code, "reason": reason})


@rule(
    "warning-unfounded",
    on="exchange",
    severity="warning",
    evidence="public",
    facts=("F58",),
    message="code: {code} warns of something that is not the case",
    hint="warn only of what happened",
    bad=(
        Example(
            {"/response/body/warnings/-": {"status": False, "code": 8077, "message": "no such till"}},
            "the till is the org's",
            at="/response/body/warnings/1/code",
        ),
    ),
    good=(
        Example(
            {"/response/body/warnings/-": {"status": False, "code": 8077, "message": "no such till"}},
            "which tills there are is not known",
            org={"tills": None},
        ),
    ),
)
def warning_unfounded(exchange: Exchange, context: Context) -> Iterator[Hit]:
    """A warning whose cause the kit can see is none."""
    outcome = _outcome(context)
    if not outcome.accepted:
        return
    expected = outcome.warning_codes | outcome.possible_warnings
    for index, entry in enumerate(warnings_of(exchange.response)):
        code = entry.get("code")
        if not isinstance(code, int) or code in expected:
            continue
        needed = DECIDED_WARNINGS.get(code)
        if needed is not None and all(section in context.org.sections for section in needed):
            yield Hit(("response", "body", "warnings", index, "code"), {"code": code})


@rule(
    "points-side-effect-missing",
    on="exchange",
    severity="warning",
    evidence="assumed",
    facts=("D08", "F54"),
    message="sideEffects: no points side effect of {points}",
    hint="an enrolment with points yields one side effect of that amount",
    bad=(Example({"/response/body/sideEffects": []}, "75 points enrolled, none awarded"),),
    good=(
        Example(
            {"/response/body/sideEffects": [], "/request/headers": {"SKIP-DOWNSTREAM": "true"}},
            "the caller wanted no side effects",
        ),
    ),
)
def points_side_effect_missing(exchange: Exchange, context: Context) -> Iterator[Hit]:
    """Points enrolled that do not come back as a side effect."""
    outcome = _outcome(context)
    headers = exchange.request.headers
    silent = (
        str(header(headers, "WAIT_FOR_DOWNSTREAM")).lower() == "false"
        or str(header(headers, "SKIP-DOWNSTREAM")).lower() == "true"
        or str(header(headers, "X-CAP-DIRECT-REPLAY")).lower() == "true"
    )
    if silent or not outcome.accepted or not _succeeded(exchange) or not isinstance(exchange.response.body, dict):
        return
    effects = exchange.response.body.get("sideEffects")
    given = [
        effect.get("awardedPoints", effect.get("rawAwardedPoints"))
        for effect in (effects if isinstance(effects, list) else [])
        if isinstance(effect, dict) and effect.get("type") == "points"
    ]
    for points in outcome.points:
        if any(amount in (points, round(points), int(points + 0.5)) for amount in given):
            given.remove(next(a for a in given if a in (points, round(points), int(points + 0.5))))
        else:
            yield Hit(("response", "body", "sideEffects"), {"points": f"{points:g}"})


@rule(
    "customer-id-wrong",
    on="exchange",
    severity="error",
    evidence="stated",
    facts=("F09", "D04"),
    message="createdId: not the id of the existing customer that holds these identifiers",
    hint="add the source account to the customer that has the identifier in another source",
    bad=(),
    good=(),
)
def customer_id_wrong(exchange: Exchange, context: Context) -> Iterator[Hit]:
    """A registration that had to join an existing customer and got another id.

    Only a judge that knows what is registered can see this: the fuzzer and whoever passes a ledger.
    """
    wanted = _outcome(context).customer_id
    body = exchange.response.body
    if wanted is not None and _succeeded(exchange) and isinstance(body, dict) and body.get("createdId") != wanted:
        yield Hit(("response", "body", "createdId"))


def _succeeded(exchange: Exchange) -> bool:
    body = exchange.response.body
    return isinstance(body, dict) and "createdId" in body and not errors_of(exchange.response)


def _fits(outcome: Outcome, exchange: Exchange) -> bool:
    """Whether the answer is of the kind that was predicted; its status can then be held to the prediction."""
    if outcome.accepted:
        return _succeeded(exchange)
    return not _succeeded(exchange)


def _codes(outcome: Outcome) -> str:
    if outcome.api_codes:
        return " or ".join(str(code) for code in sorted(outcome.api_codes))
    return f"status {outcome.status}" if outcome.status else "the envelope"
