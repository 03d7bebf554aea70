"""Every answer is judged: on its own, against what the request had to lead to, and against what a door lets in.

Out of one answer comes at most one mismatch for each of its parts (status, headers, body): the one that names the cause
best. What follows from it is told along with it and never by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from contract_kit import jsontext
from contract_kit.contract import Contract
from contract_kit.exchange import Exchange, Request, Response
from contract_kit.findings import Effect, Evidence, Part
from contract_kit.fuzz.credentials import GOOD
from contract_kit.fuzz.mismatches import (
    ACCEPTED_WRONGLY,
    ID_REUSED,
    ID_WRONG,
    INJECTED,
    INJECTED_HEADER,
    LEAK,
    LET_IN,
    NO_ANSWER,
    NO_GROUND,
    ODD,
    OTHER_REASON,
    REFUSED_WRONGLY,
    SERVER_ERROR,
    STATUS,
    Mismatch,
    one_for_each_part,
)
from contract_kit.fuzz.steps import Step
from contract_kit.fuzz.telling import spoken, told
from contract_kit.fuzz.wire import Answer, Call
from contract_kit.judge.layout import Layout
from contract_kit.judge.prediction import predict, source_accounts
from contract_kit.judge.runner import Judged, Runner, grade, unclean
from contract_kit.judge.wording import text_hit, told_once
from contract_kit.ledger import Ledger, SourceAccount
from contract_kit.outcome import Outcome, Verdict
from contract_kit.rules.exchanges import succeeded
from contract_kit.rules.responses import code_of, errors_of, warnings_of

_GROUPED_BY_CODE = {"warning-missing", "warning-unfounded", "api-code-misplaced", "api-code-unknown"}
_LINKING = frozenset({8050, 8052})
_WRONG_TYPE = "wrong-type"


class Expected(NamedTuple):
    """What a request has to lead to, what was found in it, and the source accounts that it registers."""

    request: Request
    outcome: Outcome
    found: tuple[Judged, ...]
    accounts: tuple[SourceAccount, ...]


class Judge:
    """Judges answers under one contract. ``secrets`` are texts that no answer may hold."""

    def __init__(self, contract: Contract, secrets: Sequence[str] = ()) -> None:
        self.contract = contract
        self._runner = Runner(contract.spec, contract.org)
        self._secrets = tuple(secrets)

    def expected(self, step: Step, call: Call, ledger: Ledger) -> Expected:
        """What a call has to lead to. Credentials that are good are left out of it: they are the tester's own."""
        document = jsontext.parse(call.data)
        headers = dict(step.headers)
        if step.media_type is not None:
            headers["Content-Type"] = step.media_type
        request = Request(document.value, headers, dict(call.query) or None, call.method)
        text = [text_hit(problem, Layout.bare("request"), "request") for problem in document.problems]
        judged = self._runner.request(request)
        if step.credentials == GOOD and not step.statuses:  # they are there, but not among the step's own headers
            judged = [hit for hit in judged if hit.rule.code != "credentials-missing"]
        found = text + told_once(judged, text)
        org = self.contract.org
        if step.statuses:
            outcome = Outcome(Verdict.REFUSED, step.statuses, reasons=(step.about,), facts=("D03",), state_known=True)
        elif step.any_answer:
            outcome = Outcome(Verdict.UNKNOWN, frozenset({200, 400}), reasons=(step.about,), facts=("D12",), open=True)
        else:
            outcome = predict(request, found, org, ledger)
        accounts = source_accounts(document.value, call.query, org, unclean(found))
        return Expected(request, outcome, tuple(found), accounts)

    def mismatches(self, step: Step, wanted: Expected, answer: Answer, fresh: bool = True) -> list[Mismatch]:
        """What is wrong with an answer, the heaviest first. ``fresh`` says that a new customer's id has not been seen."""
        outcome = wanted.outcome
        broken = self._broken(step, wanted, answer)
        if broken is not None:
            return [broken]
        response = answer.response()
        found = [*self._leaks(answer), *self._door(step, wanted, response)]
        if not any(one.part == "door" for one in found):
            found += self._held(step, wanted, response)
            if (
                not fresh
                and outcome.accepted
                and outcome.customer_id is None
                and succeeded(Exchange(wanted.request, response))
            ):
                found.append(self._reused(response))
        return one_for_each_part(found)

    # -- kinds ------------------------------------------------------------------------------------------------------------

    def _broken(self, step: Step, wanted: Expected, answer: Answer) -> Mismatch | None:
        """No answer at all, or a server that has failed."""
        cause = self._cause(step, wanted)
        if cause == _WRONG_TYPE:  # what makes a server fall is the kind of value, more than its place
            cause += "/" + next(str(hit.params.get("got", "")) for hit in wanted.found if hit.rule.code == _WRONG_TYPE)
        evidence = wanted.outcome.evidence if wanted.outcome.verdict is not Verdict.UNKNOWN else Evidence.ASSUMED
        places = self._places(wanted)
        facts = tuple(dict.fromkeys((*wanted.outcome.facts, "D12")))
        if answer.trouble:
            said = f"{answer.trouble} ({cause})"
            return self._made(NO_ANSWER, cause, evidence, facts, said, spoken(wanted.outcome), answer.trouble, places)
        if answer.status >= 500 and answer.status != 503:
            said = f"the server failed with {answer.status} ({cause})"
            return self._made(SERVER_ERROR, cause, evidence, facts, said, spoken(wanted.outcome), str(answer.status), places)
        return None

    def _reused(self, response: Response) -> Mismatch:
        """A stranger's id: given anew, or told to be the one that the registration is linked to."""
        linked = sorted(_LINKING & {code_of(entry) for entry in warnings_of(response)})
        if linked:
            said = f"linked ({', '.join(map(str, linked))}) to a customer, although none has its identifiers"
            facts = ("F10", "D04")
            return self._made(ID_WRONG, NO_GROUND, Evidence.STATED, facts, said, "a new id", "another's id")
        said = "createdId: an id that this run was given for another customer"
        return self._made(ID_REUSED, "", Evidence.STATED, ("F51", "F10"), said, "a new id", "one given before")

    def _leaks(self, answer: Answer) -> Iterable[Mismatch]:
        text = answer.data.decode("utf-8", "replace") + "\n".join(answer.headers.values())
        if any(secret in text for secret in self._secrets):
            said = "the answer shows the caller's credentials"
            yield self._made(LEAK, "credentials", Evidence.ASSUMED, ("D13",), said, "no credentials", "credentials")
        if INJECTED_HEADER in answer.headers:
            said = "a line break in the request became a header of the answer"
            yield self._made(INJECTED, "", Evidence.ASSUMED, ("D13", "D12"), said, "no such header", INJECTED_HEADER)

    def _door(self, step: Step, wanted: Expected, response: Response) -> Iterable[Mismatch]:
        """Answers that the door had to give, and answers by the door that nobody called for."""
        outcome, status = wanted.outcome, response.status
        if outcome.refused and not outcome.api_codes and outcome.statuses.isdisjoint({200, 400}):
            if status in outcome.statuses or status in step.also:
                return
            about = step.about or self._cause(step, wanted)
            inside = status is not None and status < 300
            code = LET_IN if inside else STATUS
            stated = inside and about.partition("/")[0] in ("credentials", "method")
            facts = {"credentials": ("F03", "D03"), "method": ("F01", "D03")}.get(about.partition("/")[0], ("D03",))
            said = f"{'let in' if inside else f'answered with {status}'}, where {spoken(outcome)} ({about})"
            evidence = Evidence.STATED if stated else Evidence.ASSUMED
            yield self._made(code, about, evidence, facts, said, spoken(outcome), told(response), part="door")

    def _held(self, step: Step, wanted: Expected, response: Response) -> Iterable[Mismatch]:
        """The judge's own rules on the answer and on the exchange, and refusals of what must be taken."""
        outcome = wanted.outcome
        exchange = Exchange(wanted.request, response)
        hits = self._runner.response(response)
        shape = [hit for hit in hits if hit.rule.on == "schema" or hit.rule.code == "answer-not-json"]
        if not step.statuses and not step.any_answer:
            for hit in self._runner.exchange(exchange, outcome):
                if hit.rule.code == REFUSED_WRONGLY or (
                    shape and hit.location.part is Part.RESPONSE_BODY and hit.rule.code != ACCEPTED_WRONGLY
                ):
                    continue
                hits.append(hit)
        if outcome.accepted and self._refused(response):
            yield self._refusal(step, wanted, response)
            hits = [hit for hit in hits if hit.location.part is not Part.RESPONSE_STATUS]
        expected, actual = spoken(outcome), told(response)
        for group in _grouped(hits):
            hit = group[0]
            if hit.location.part is Part.RESPONSE_STATUS and response.status in step.also:
                continue
            if hit.location.part is Part.RESPONSE_STATUS and response.status == 503:
                continue
            message = "; ".join(dict.fromkeys(one.rule.message.format_map(one.params) for one in group))
            cause = self._hit_cause(step, wanted, hit, group, response)
            places = self._places(wanted) if hit.rule.code in (ACCEPTED_WRONGLY, OTHER_REASON) else ()
            facts = tuple(dict.fromkeys((*hit.facts, *(outcome.facts if hit.rule.on == "exchange" else ()))))
            code = STATUS if hit.location.part is Part.RESPONSE_STATUS else hit.rule.code
            part = {Part.RESPONSE_STATUS: "status", Part.RESPONSE_HEADER: "headers"}.get(hit.location.part, "body")
            severity, evidence = hit.severity, hit.evidence
            if hit.rule.code == ACCEPTED_WRONGLY:
                evidence = outcome.evidence
            if hit.rule.code == ID_WRONG:
                evidence, severity = outcome.evidence, grade(outcome.evidence)
            own = hit.rule.on != "exchange"  # a part of the answer is wrong by itself, whatever was asked
            wants, came = (f"conforming at {hit.location.shape}", message) if own else (expected, actual)
            yield Mismatch(code, cause, severity, evidence, facts, message, wants, came, places, part)

    def _refusal(self, step: Step, wanted: Expected, response: Response) -> Mismatch:
        """A registration that must be taken, refused. It weighs what the weakest thing in it weighs."""
        outcome = wanted.outcome
        evidence = min((hit.evidence for hit in wanted.found), key=lambda one: one.rank, default=Evidence.STATED)
        if outcome.customer_id is not None and outcome.evidence.rank < evidence.rank:
            evidence = outcome.evidence
        if step.about.startswith("query/"):
            evidence = Evidence.ASSUMED
        own = ("D14", "F07") if step.about.startswith("query/") else ()
        facts = tuple(dict.fromkeys((*own, *(fact for hit in wanted.found for fact in hit.facts), *outcome.facts))) or (
            "F12",
            "F50",
        )
        codes = ", ".join(str(code_of(entry)) for entry in errors_of(response))
        by = f"with {codes}" if codes else f"with status {response.status}"
        cause = "" if step.about.startswith(ODD) else self._cause(step, wanted)
        said = f"refused {by}, although it must be taken" + (f" ({cause})" if cause else "")
        return self._made(REFUSED_WRONGLY, cause, evidence, facts, said, spoken(outcome), told(response))

    # -- naming -----------------------------------------------------------------------------------------------------------

    def _hit_cause(self, step: Step, wanted: Expected, hit: Judged, group: Sequence[Judged], response: Response) -> str:
        code = hit.rule.code
        if hit.location.part is Part.RESPONSE_STATUS:
            return f"{'success' if succeeded(Exchange(wanted.request, response)) else 'refusal'} with {response.status}"
        if code in (ACCEPTED_WRONGLY, ID_WRONG):
            return self._cause(step, wanted)
        if code == OTHER_REASON:
            return "answered " + ", ".join(str(code_of(entry)) for entry in errors_of(response))
        if code in _GROUPED_BY_CODE:
            return str(hit.params.get("code", ""))
        if code == "answer-leaks":
            return str(hit.params.get("what", ""))
        members = ", ".join(sorted({str(one.params["member"]) for one in group if one.rule.code == "member-missing"}))
        return f"{hit.location.shape} {members}".strip() if hit.rule.on in ("schema", "response") else ""

    def _cause(self, step: Step, wanted: Expected) -> str:
        """What is tried: the step's own word, else the rules or laws that decide. What is merely odd goes by the name of
        its rule, where it has one."""
        if step.about.startswith(ODD):
            odd = {hit.rule.code for hit in wanted.found if hit.consequence.effect is Effect.UNDOCUMENTED}
            return odd.pop() if len(odd) == 1 else step.about
        if step.about:
            return step.about
        return (
            "+".join(dict.fromkeys(wanted.outcome.reasons))
            if not wanted.outcome.accepted or wanted.outcome.customer_id
            else ""
        )

    @staticmethod
    def _places(wanted: Expected) -> tuple[str, ...]:
        """Where in the request the reasons lie."""
        deciding = (Effect.REFUSES, Effect.UNDOCUMENTED)
        hits = (hit for hit in wanted.found if hit.consequence.effect in deciding)
        return tuple(dict.fromkeys(hit.location.shape for hit in hits))

    @staticmethod
    def _refused(response: Response) -> bool:
        """Whether an answer refuses, and not for a want of credentials."""
        status = response.status or 0
        return bool(errors_of(response)) or (400 <= status < 500 and status != 429)

    @staticmethod
    def _made(
        code: str,
        cause: str,
        evidence: Evidence,
        facts: tuple[str, ...],
        message: str,
        expected: str,
        actual: str,
        places: tuple[str, ...] = (),
        part: str = "body",
    ) -> Mismatch:
        return Mismatch(code, cause, grade(evidence), evidence, facts, message, expected, actual, places, part)


def _grouped(hits: Iterable[Judged]) -> list[list[Judged]]:
    """Hits that say one thing: the members that an object lacks; else each by itself."""
    groups: dict[tuple[Any, ...], list[Judged]] = {}
    for hit in hits:
        own: Mapping[str, object] = hit.params if hit.rule.code in _GROUPED_BY_CODE else {}
        key = (hit.rule.code, hit.location.shape, own.get("code"))
        groups.setdefault(key, []).append(hit)
    return list(groups.values())
