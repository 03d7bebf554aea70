"""Defects that come from the rules: for each one with an API code the server without it, and rules that are held half."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import replace
from typing import Any, ClassVar

from contract_kit.exchange import MISSING
from contract_kit.findings import Effect, Pointer
from contract_kit.ledger import Relation, Standing
from contract_kit.rules import ALL
from contract_kit.rules.effects import DECIDED_WARNINGS
from contract_kit.server.behaviour import Behaviour
from contract_kit.server.calls import Answer, Call, Reason
from contract_kit.server.defects.registry import Defect, defect
from contract_kit.server.judgement import Judgement
from contract_kit.server.store import Entry

_SOURCE, _PRIMARY, _OTHER_SOURCE, _MANDATORY, _FAILED = 3217, 8014, 8003, 8005, 10001
_CLOCK = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d"
_UNUSABLE = "wrong-type"
"""The rule whose breach leaves values behind that nothing can be done with."""


class WithoutRule(Behaviour):
    """Base of the servers that pass over one rule. What the rule would have kept out is taken as far as it can be."""

    rule: ClassVar[str]

    def judged(self, call: Call) -> Judgement:
        judgement = super().judged(call)
        refusals = tuple(reason for reason in judgement.refusals if not self.passes_over(reason, judgement))
        warnings = tuple(reason for reason in judgement.warnings if not self.passes_over(reason, judgement))
        body = judgement.body
        if not refusals:
            places = [finding.location.pointer for finding in judgement.findings if finding.code == _UNUSABLE]
            body = _finite({} if body is MISSING else _without(body, places))
        return replace(judgement, body=body, refusals=refusals, warnings=warnings)

    def passes_over(self, reason: Reason, judgement: Judgement) -> bool:
        """Whether a reason is one that this server does not know; of several such defects each adds its own."""
        return any(vars(kind).get("rule") == reason.name for kind in type(self).__mro__)

    def standing(self, entries: Sequence[Entry]) -> Standing:
        standing = super().standing(entries)
        # A repetition that was let pass is no cause for a refusal here either.
        return super().standing(_merged(entries)) if standing.relation is Relation.REPEATED else standing

    def recorded(self, customer_id: int, entries: Sequence[Entry], standing: Standing) -> None:
        super().recorded(customer_id, _merged(entries), standing)


def generated() -> Iterator[Defect]:
    """One defect for each rule that makes a server refuse, or warn, with an API code."""
    for rule in ALL:
        effect = rule.consequence.effect
        if rule.consequence.codes and effect in (Effect.REFUSES, Effect.WARNS) and rule.bad:
            verb = "Takes" if effect is Effect.REFUSES else "Takes without a warning"
            title = f"{verb}: {_inside(rule.title)}"
            name = "Without" + "".join(word.capitalize() for word in rule.code.split("-"))
            kind: type[Behaviour] = type(name, (WithoutRule,), {"rule": rule.code, "__doc__": title})
            needs = (*rule.needs, *DECIDED_WARNINGS.get(rule.consequence.codes[0], ()))
            facts = tuple(dict.fromkeys(rule.facts))
            yield Defect(f"without-{rule.code}", title, "rules", facts, kind, rule.code, tuple(dict.fromkeys(needs)))


class _Dates(WithoutRule):
    """Base of the servers that take dates of one form that is none."""

    rule = "date-time-malformed"
    form: ClassVar[re.Pattern[str]]

    def passes_over(self, reason: Reason, judgement: Judgement) -> bool:
        texts = [finding.value for finding in judgement.findings if finding.code == self.rule]
        return super().passes_over(reason, judgement) and all(self.form.fullmatch(str(text)) for text in texts)


@defect("date-without-offset-taken", area="rules", facts=("F38", "D02"))
class DateWithoutOffset(_Dates):
    """Takes a date and time without an offset."""

    form = re.compile(_CLOCK)


@defect("date-in-utc-taken", area="rules", facts=("F38", "D02"))
class DateInUtc(_Dates):
    """Takes a date and time that ends in Z."""

    form = re.compile(_CLOCK + "Z")


@defect("day-that-is-none-taken", area="rules", facts=("F38", "D02"))
class DayThatIsNone(_Dates):
    """Takes 30 February: the form of a date is looked at, the calendar is not."""

    form = re.compile(_CLOCK + r"[+-]\d\d:\d\d")


@defect("source-in-any-case-taken", area="rules", facts=("F25", "F55"))
class SourceInAnyCase(Behaviour):
    """Takes a source in any letter case."""

    def judged(self, call: Call) -> Judgement:
        judgement = super().judged(call)
        if not any(reason.name == "source-unknown" for reason in judgement.refusals):
            return judgement
        body: Any = deepcopy(judgement.body)
        for profile in body["profiles"]:
            if isinstance(profile, dict) and isinstance(profile.get("source"), str):
                profile["source"] = profile["source"].upper()
        return self.judge.body(body, call.query)


class _OtherCode(Behaviour):
    """Base of the servers that refuse for the right reason with a wrong code."""

    right: ClassVar[int]
    wrong: ClassVar[int]

    def judged(self, call: Call) -> Judgement:
        judgement = super().judged(call)
        told = (reason._replace(code=self.wrong) if reason.code == self.right else reason for reason in judgement.refusals)
        return replace(judgement, refusals=tuple(told))


@defect("source-refused-as-8003", area="rules", facts=("F55", "D02"))
class SourceAs8003(_OtherCode):
    """Refuses an invalid source with 8003 instead of 3217."""

    right, wrong = _SOURCE, _OTHER_SOURCE


@defect("primary-refused-as-8005", area="rules", facts=("D09",), needs=("registration.mandatory",))
class PrimaryAs8005(_OtherCode):
    """Refuses a body without the primary identifier like one without any other mandatory attribute: 8005, not 8014."""

    right, wrong = _PRIMARY, _MANDATORY


@defect("refused-as-10001", area="rules", facts=("D02", "F58"))
class OneCodeForAll(Behaviour):
    """Refuses whatever breaks a rule with 10001."""

    def judged(self, call: Call) -> Judgement:
        judgement = super().judged(call)
        return replace(judgement, refusals=tuple(reason._replace(code=_FAILED) for reason in judgement.refusals))


@defect("query-source-ignored", area="rules", facts=("F07", "D14"))
class QuerySourceIgnored(Behaviour):
    """Takes no notice of source and accountId in the query."""

    def judged(self, call: Call) -> Judgement:
        return super().judged(replace(call, query={}))

    async def registered(self, call: Call, judgement: Judgement) -> Answer:
        return await super().registered(replace(call, query={}), judgement)


@defect("query-source-wins", area="rules", facts=("D14",))
class QuerySourceWins(Behaviour):
    """Lets source and accountId of the query win over a profile's own."""

    def judged(self, call: Call) -> Judgement:
        judgement = super().judged(call)
        given = {name: call.query[name] for name in ("source", "accountId") if name in call.query}
        if judgement.refusals or not given or not isinstance(judgement.body, dict):
            return judgement
        profiles = [{**profile, **given} for profile in judgement.body["profiles"]]
        return self.judge.body({**judgement.body, "profiles": profiles}, {})


def _inside(title: str) -> str:
    """A title as it stands inside a sentence."""
    return title if title[1:2].isupper() or title[2:3].isupper() else title[:1].lower() + title[1:]


def _without(body: Any, places: Sequence[Pointer]) -> Any:
    """A copy of a body in which nothing stands at these places."""
    if () in places or not isinstance(body, dict):
        return {}
    body = deepcopy(body)
    for place in places:
        node = body
        for step in place[:-1]:
            node = node[step]
        if isinstance(node, dict):
            del node[place[-1]]
        else:
            node[place[-1]] = {}
    return body


def _finite(value: Any) -> Any:
    """A copy in which what JSON cannot write is null."""
    if isinstance(value, float) and not -float("inf") < value < float("inf"):
        return None
    if isinstance(value, dict):
        return {name: _finite(member) for name, member in value.items()}
    return [_finite(item) for item in value] if isinstance(value, list) else value


def _merged(entries: Sequence[Entry]) -> list[Entry]:
    """Entries of one source account as one, and each identity once."""
    found: dict[tuple[str, str], Entry] = {}
    for entry in entries:
        at = entry.place[:2]
        known = found.get(at)
        kept = dict(zip(known.place.identities, known.identifiers, strict=True)) if known else {}
        for item, shown in zip(entry.place.identities, entry.identifiers, strict=True):
            kept.setdefault(item, shown)
        place = entry.place._replace(identities=tuple(kept))
        found[at] = Entry(place, known.profile if known else entry.profile, list(kept.values()))
    return list(found.values())
