"""Rules on what a success brings with it, held against what the request had to lead to: warnings, points, the id."""

from __future__ import annotations

from collections.abc import Iterator

from contract_kit.exchange import Exchange, header
from contract_kit.rule import Context, Example, Hit, rule
from contract_kit.rules.exchanges import predicted, succeeded
from contract_kit.rules.responses import code_of, entries, warnings_of

DECIDED_WARNINGS: dict[int, tuple[str, ...]] = {
    8054: ("sources",),
    8077: ("tills",),
    8107: ("customerStatus.default",),
}
"""Warnings whose cause the kit can see, and the org sections it needs for that."""


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
    outcome = predicted(context)
    if outcome.accepted and succeeded(exchange):
        given = {code_of(entry) for entry in warnings_of(exchange.response)}
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
    outcome = predicted(context)
    if not outcome.accepted:
        return
    expected = outcome.warning_codes | outcome.possible_warnings
    for index, entry in entries(exchange.response, "warnings"):
        code = code_of(entry)
        if code is None or code in expected:
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
    outcome = predicted(context)
    headers = exchange.request.headers
    silent = (
        str(header(headers, "WAIT_FOR_DOWNSTREAM")).lower() == "false"
        or str(header(headers, "SKIP-DOWNSTREAM")).lower() == "true"
        or str(header(headers, "X-CAP-DIRECT-REPLAY")).lower() == "true"
    )
    if silent or not outcome.accepted or not succeeded(exchange) or not isinstance(exchange.response.body, dict):
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
    wanted = predicted(context).customer_id
    body = exchange.response.body
    if wanted is not None and succeeded(exchange) and isinstance(body, dict) and body.get("createdId") != wanted:
        yield Hit(("response", "body", "createdId"))
