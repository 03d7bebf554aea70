"""The rule sets of two versions of the kit, as ``contract-kit rules --format json`` prints them, and two lists of facts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from contract_kit.diff.changes import Change, Place, Verdict
from contract_kit.diff.documents import Subject
from contract_kit.diff.flattening import same
from contract_kit.diff.kinds import KINDS
from contract_kit.findings import Evidence, Pointer, Severity

_WORDING = ("title", "explanation", "message", "hint", "facts")
_LISTS = {"api_codes": "rule-api-code", "likely_codes": "rule-likely-code", "needs": "rule-need"}
_ANSWERS = ("response", "exchange")
_PASSES, _SILENT = "all that passed a gate passes still", "the other side's payloads are judged as before"
_STOPS, _TELLS = "a gate may stop what it let pass", "there may be findings that were not there"
_LESS = "a gate may let pass what it stopped"
_EXPECTS = "an answer may be held against other codes"


def compare_rules(old: Subject, new: Subject) -> Iterator[Change]:
    """The changes between two rule sets. The side whose payloads a rule judges is the one it may break: senders for
    requests, receivers for answers."""
    before, after = _by_code(old.data), _by_code(new.data)
    for code in dict.fromkeys((*before, *after)):
        one, other = before.get(code), after.get(code)
        if one is not None and other is not None:
            yield from _changed(old, new, code, one, other)
            continue
        rule = (one or other or (0, {}))[1]
        severity = _severity(rule)
        places = _places(old, new, (one[0],) if one else (), (other[0],) if other else ())
        if other is not None:
            verdict = {Severity.ERROR: Verdict.BREAKING, Severity.WARNING: Verdict.RISKY}.get(severity, Verdict.SAFE)
            reason = _STOPS if severity is Severity.ERROR else _TELLS
            yield _change("rule-added", f"{code} is new, {severity.value}", rule, verdict, reason, places)
        else:
            yield _change("rule-removed", f"{code} is gone, {severity.value}", rule, Verdict.SAFE, _LESS, places)


def _changed(old: Subject, new: Subject, code: str, one: tuple[int, Any], other: tuple[int, Any]) -> Iterator[Change]:
    (at, before), (now, after) = one, other
    for member in dict.fromkeys((*before, *after)):
        left, right = before.get(member), after.get(member)
        if same(left, right):
            continue
        places = _places(old, new, (at, member), (now, member))
        said = f"{code}, {member}: {left} before, {right} now"
        if member == "severity":
            raised = Severity(right).rank > Severity(left).rank
            verdict = (Verdict.BREAKING if right == "error" else Verdict.RISKY) if raised else Verdict.SAFE
            reason = (_STOPS if right == "error" else _TELLS) if raised else _LESS
            yield _change(f"rule-severity-{'raised' if raised else 'lowered'}", said, after, verdict, reason, places)
        elif member == "evidence":
            raised = Evidence(right).rank > Evidence(left).rank
            verdict, reason = (Verdict.RISKY, _TELLS) if raised else (Verdict.SAFE, _PASSES)
            yield _change(f"rule-evidence-{'raised' if raised else 'lowered'}", said, after, verdict, reason, places)
        elif member == "on":
            yield _change("rule-target-changed", said, after, Verdict.RISKY, _TELLS, places)
        elif member in _LISTS:
            yield from _list_changed(code, member, before, after, places)
        elif member == "effects":
            yield _answers("rule-effects-changed", said, Verdict.RISKY, Verdict.RISKY, places)
        else:
            said = f"{code}: another {member}"
            yield _change("rule-reworded", said, after, Verdict.SAFE, _PASSES if member in _WORDING else _TELLS, places)


def _list_changed(code: str, member: str, before: Any, after: Any, places: tuple[Place, Place]) -> Iterator[Change]:
    left, right = before.get(member) or [], after.get(member) or []
    base = _LISTS[member]
    for value, end in [
        *((one, "removed") for one in left if one not in right),
        *((one, "added") for one in right if one not in left),
    ]:
        said = f"{code}, {member}: {value} is {'gone' if end == 'removed' else 'new'}"
        if base == "rule-need":
            verdict, reason = (Verdict.RISKY, _TELLS) if end == "removed" else (Verdict.SAFE, _LESS)
            yield _change(f"{base}-{end}", said, after, verdict, reason, places)
        elif base == "rule-likely-code":
            yield _answers(f"{base}-{end}", said, Verdict.SAFE, Verdict.SAFE, places)
        else:
            senders, receivers = (Verdict.RISKY, Verdict.SAFE) if end == "added" else (Verdict.SAFE, Verdict.BREAKING)
            yield _answers(f"{base}-{end}", said, senders, receivers, places)
    if left != right and sorted(map(str, left)) == sorted(map(str, right)):
        yield _change("rule-reworded", f"{code}: {member} in another order", after, Verdict.SAFE, _PASSES, places)


def _answers(code: str, said: str, senders: Verdict, receivers: Verdict, places: tuple[Place, Place]) -> Change:
    """A change of what a server answers, which concerns both sides whatever the rule looks at."""
    reasons = (_EXPECTS if senders is not Verdict.SAFE else _PASSES, _EXPECTS if receivers is not Verdict.SAFE else _PASSES)
    assert code in KINDS, code
    return Change(code, "rules", senders, receivers, said, reasons, *places)


def _change(code: str, said: str, rule: Any, verdict: Verdict, reason: str, places: tuple[Place, Place]) -> Change:
    """A change of a rule that concerns the side it judges; a rule on exchanges judges both."""
    assert code in KINDS, code
    on = rule.get("on")
    senders = Verdict.SAFE if on in _ANSWERS else verdict
    receivers = verdict if on in _ANSWERS or on == "schema" else Verdict.SAFE
    reasons = (reason if on not in _ANSWERS else _SILENT, reason if on in _ANSWERS or on == "schema" else _SILENT)
    return Change(code, "rules", senders, receivers, said, reasons, *places)


def _severity(rule: Any) -> Severity:
    return Severity(rule["severity"]) if rule.get("severity") in tuple(Severity) else Severity.WARNING


def _by_code(rules: Any) -> dict[str, tuple[int, Any]]:
    return {str(rule["code"]): (index, rule) for index, rule in enumerate(rules)}


def _places(old: Subject, new: Subject, before: Pointer, after: Pointer) -> tuple[Place, Place]:
    return Place(before, bool(before), old.line(before)), Place(after, bool(after), new.line(after))


def compare_facts(old: Subject, new: Subject) -> Iterator[Change]:
    """The changes between two lists of facts: grades, and words."""
    before, after = (_facts(side.facts) for side in (old, new))
    for name in dict.fromkeys((*before, *after)):
        one, other = before.get(name), after.get(name)
        if one is not None and other is not None and same(one, other):
            continue
        code = "grounds-changed"
        said = (
            f"{name} is {'gone' if other is None else 'new'}"
            if one is None or other is None
            else f"{name} is told otherwise"
        )
        grades = [
            Evidence(side["evidence"]) if side and side.get("evidence") in tuple(Evidence) else None for side in (one, other)
        ]
        if grades[0] is not None and grades[1] is not None and grades[0] is not grades[1]:
            code = "evidence-raised" if grades[1].rank > grades[0].rank else "evidence-lowered"
            said = f"{name}: evidence {grades[0].value} before, {grades[1].value} now"
        kind = KINDS[code].judgement
        places = [
            Place(("facts", "facts", index), index is not None and entry is not None)
            if index is not None
            else Place((), False)
            for entry, index in ((one, _index(old, name)), (other, _index(new, name)))
        ]
        yield Change(
            code, "facts", kind.senders, kind.receivers, said, (kind.why_senders, kind.why_receivers), places[0], places[1]
        )


def _facts(listed: Any) -> dict[str, Mapping[str, Any]]:
    return {str(fact.get("id")): fact for fact in listed if isinstance(fact, dict)}


def _index(subject: Subject, name: str) -> int | None:
    return next((index for index, fact in enumerate(subject.facts) if fact.get("id") == name), None)
