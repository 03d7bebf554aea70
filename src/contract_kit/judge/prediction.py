"""From what is found in a request, and what is registered already, to what a conforming server must answer (D01–D15)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from contract_kit.exchange import METHOD, MISSING, Request
from contract_kit.findings import Effect, Evidence, Part, Pointer
from contract_kit.judge.runner import Judged, unclean
from contract_kit.ledger import Ledger, Relation, SourceAccount, Standing, cut_identity
from contract_kit.org import OrgProfile
from contract_kit.outcome import Cut, Outcome, Verdict
from contract_kit.rules.emails import email_too_long
from contract_kit.view import view

FACTS = ("F15", "F16", "F52", "D01", "D02", "D03", "D08", "D14")
"""The facts that the prediction adds to those of the rules and of the ledger."""

EXISTS, LINKED, CONFLICT, REPEATED, NO_LABEL = 8006, 8050, 8052, 8005, 8107
_ENVELOPE = frozenset({200, 400})
_LAWS = {
    Relation.DUPLICATE: ("duplicate", EXISTS, ("F10", "F56", "D05"), Evidence.STATED),
    Relation.REPEATED: ("identifier-repeated", REPEATED, ("D06",), Evidence.ASSUMED),
    Relation.LINKED: ("linked", LINKED, ("F09", "D04"), Evidence.STATED),
    Relation.CONFLICT: ("conflict", CONFLICT, ("F09", "D04"), Evidence.ASSUMED),
}


def predict(request: Request, found: Sequence[Judged], org: OrgProfile, ledger: Ledger | None) -> Outcome:
    """The outcome of a request in which ``found`` was found. ``ledger`` holds what is registered; without one a new
    customer is presumed, and ``state_known`` is false.

    Authentication and content type come before the body (D03). A request without a body map (``MISSING``) is judged by
    what surrounds it alone.
    """
    if request.method != METHOD:
        return _turned_away(frozenset({405}), ("method",), Evidence.ASSUMED)
    at_the_door = [hit for hit in found if hit.consequence.status is not None]
    if at_the_door:
        statuses = frozenset(hit.consequence.status for hit in at_the_door if hit.consequence.status)
        evidence = max((hit.evidence for hit in at_the_door), key=lambda grade: grade.rank)
        return _turned_away(statuses, _codes(at_the_door), evidence)
    refusing = [hit for hit in found if hit.consequence.effect is Effect.REFUSES]
    undocumented = [hit for hit in found if hit.consequence.effect is Effect.UNDOCUMENTED]
    nobody = Ledger() if any(hit.rule is email_too_long for hit in found) else None  # two in one body may be one (D05)
    standing, disputed = _standing(request, unclean(found), org, nobody if ledger is None else ledger)
    if refusing or standing.relation in (Relation.DUPLICATE, Relation.REPEATED):
        return _refused(refusing, undocumented, standing, org, ledger is not None, disputed)
    if undocumented or disputed or request.body is MISSING:
        return _unknown(undocumented, org, ledger is not None)
    return _accepted(request, found, standing, org, ledger is not None)


def source_accounts(body: object, query: Any, org: OrgProfile, dirty: Iterable[Pointer] = ()) -> tuple[SourceAccount, ...]:
    """The source accounts of a body, as the ledger sees them. ``dirty`` are the paths that break the schema, if any do."""
    root = view(body, dirty, query)
    if root is None:
        return ()
    accounts = (profile.source_account(org.sources) for profile in root.profiles)
    return tuple(account for account in accounts if account is not None)


def refusal_statuses(org: OrgProfile) -> frozenset[int]:
    """The HTTP statuses that conform for a refusal by the application (D01)."""
    return _ENVELOPE if org.refusal_status is None else frozenset({org.refusal_status})


def _standing(request: Request, dirty: set[Pointer], org: OrgProfile, ledger: Ledger | None) -> tuple[Standing, bool]:
    """How the request stands to the ledger, and whether that hangs on how an over-long e-mail compares (D05)."""
    if ledger is None:
        return Standing(Relation.NEW, None, ()), False
    accounts = source_accounts(request.body, request.query, org, dirty)
    standing = ledger.judge(accounts)
    cut = tuple(
        account._replace(identities=tuple(cut_identity(item) for item in account.identities)) for account in accounts
    )
    return standing, cut != accounts and ledger.judge(cut)[:2] != standing[:2]


def _turned_away(statuses: frozenset[int], reasons: tuple[str, ...], evidence: Evidence) -> Outcome:
    return Outcome(Verdict.REFUSED, statuses, reasons=reasons, evidence=evidence, facts=("D03",), state_known=True)


def _refused(
    refusing: list[Judged],
    undocumented: list[Judged],
    standing: Standing,
    org: OrgProfile,
    state_known: bool,
    disputed: bool,
) -> Outcome:
    codes = {code for hit in (*refusing, *undocumented) for code in hit.consequence.codes}
    reasons = list(_codes(refusing))
    evidence = [hit.evidence for hit in refusing]
    facts = [fact for hit in refusing for fact in hit.facts]
    if standing.relation in (Relation.DUPLICATE, Relation.REPEATED):
        reason, code, law_facts, law_evidence = _LAWS[standing.relation]
        codes.add(code)
        facts += law_facts
        evidence.append(law_evidence)
        if reason not in reasons:
            reasons.append(reason)
    if disputed and not refusing:
        return _unknown([], org, state_known)
    return Outcome(
        Verdict.REFUSED,
        refusal_statuses(org),
        frozenset(codes),
        reasons=tuple(reasons),
        evidence=max(evidence, key=lambda grade: grade.rank),
        facts=tuple(dict.fromkeys(facts)),
        state_known=state_known,
        open=bool(undocumented) or disputed,
    )


def _unknown(undocumented: list[Judged], org: OrgProfile, state_known: bool) -> Outcome:
    return Outcome(
        Verdict.UNKNOWN,
        refusal_statuses(org) | {200},
        reasons=_codes(undocumented),
        facts=tuple(dict.fromkeys(fact for hit in undocumented for fact in hit.facts)),
        state_known=state_known,
        open=True,
    )


def _accepted(request: Request, found: Sequence[Judged], standing: Standing, org: OrgProfile, state_known: bool) -> Outcome:
    possible = {code for hit in found if hit.consequence.effect is Effect.MAY_WARN for code in hit.consequence.codes}
    warning = [hit for hit in found if hit.consequence.effect is Effect.WARNS]
    reasons = list(_codes(warning))
    facts = [fact for hit in warning for fact in hit.facts]
    warnings = {code for hit in warning for code in hit.consequence.codes}
    evidence = Evidence.STATED
    if standing.relation in _LAWS:
        reason, code, law_facts, evidence = _LAWS[standing.relation]
        warnings.add(code)
        reasons.append(reason)
        facts += law_facts
    if org.has_default_status is False:
        warnings.add(NO_LABEL)
        facts += ("F15", "F16")
    cuts = tuple(
        Cut(hit.location.pointer, hit.consequence.limit)
        for hit in found
        if hit.consequence.limit is not None and hit.location.part is Part.REQUEST_BODY
    )
    return Outcome(
        Verdict.ACCEPTED,
        frozenset({200}),
        warning_codes=frozenset(warnings),
        possible_warnings=frozenset(possible),
        cuts=cuts,
        customer_id=standing.customer_id,
        points=points_of(request.body),
        reasons=tuple(dict.fromkeys(reasons)),
        evidence=evidence,
        facts=tuple(dict.fromkeys(facts)),
        state_known=state_known,
    )


def points_of(body: Any) -> tuple[float, ...]:
    """The points that an accepted body's enrolments must yield as side effects (D08), in their order."""
    enrollments = body.get("loyaltyProgramEnrollments") if isinstance(body, dict) else None
    if not enrollments:
        return ()
    return tuple([item["loyaltyPoints"] for item in enrollments if item.get("loyaltyPoints", 0) > 0])


def _codes(hits: Sequence[Judged]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(hit.rule.code for hit in hits))
