"""What the kit's own judge says of a request, as a server needs it: refused for what, or warned of what.

Nothing is decided here. Rules say what their breach leads to (``Finding.consequence``); where that is documented nowhere,
the registration is taken, unless there is nothing that could be stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from contract_kit import jsontext
from contract_kit.contract import Contract
from contract_kit.exchange import MISSING, Request
from contract_kit.findings import Effect, Finding, Pointer
from contract_kit.judge.prediction import NO_LABEL
from contract_kit.rules import BY_CODE
from contract_kit.rules.schema import NOT_SENT
from contract_kit.server.calls import Reason

UNREADABLE = "body-unreadable"
TOO_LARGE = "body-too-large"
_NOT_STORABLE = "json-lone-surrogate"


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a body comes to, before anybody looks at what is registered. ``findings`` are the judge's own."""

    body: object
    refusals: tuple[Reason, ...] = ()
    warnings: tuple[Reason, ...] = ()
    findings: tuple[Finding, ...] = ()


@lru_cache(maxsize=8)
def judge_of(contract: Contract) -> Judge:
    """The judge for a contract: what it has compiled serves every server under that contract."""
    return Judge(contract)


class Judge:
    """One contract's judgement for a server. Whatever rules a user has selected, a server keeps all of them."""

    def __init__(self, contract: Contract) -> None:
        self.contract = contract.with_rules()
        words = contract.spec.vocabulary
        self._names = frozenset(name for names in words.members.values() for name in names)
        self._statuses = lru_cache(maxsize=256)(self._statuses_for)

    def door(self, headers: Mapping[str, str]) -> frozenset[int]:
        """The HTTP statuses that rules on headers turn a request away with, whatever its body is (D03)."""
        return self._statuses(tuple(sorted(headers.items())))

    def read(self, data: bytes) -> tuple[object, tuple[Reason, ...]]:
        """The value of a text, ``MISSING`` where there is none, and why the text as such is refused."""
        document = jsontext.parse(data)
        refusals = []
        for problem in document.problems:
            consequence = BY_CODE[problem.kind].consequence
            if consequence.effect is Effect.REFUSES:
                refusals.append(Reason(problem.kind, consequence.codes[0], f"line {problem.line}, column {problem.column}"))
        if not refusals and (document.value is MISSING or any(one.kind == _NOT_STORABLE for one in document.problems)):
            refusals.append(Reason(UNREADABLE, NOT_SENT))
        return document.value, tuple(refusals)

    def body(self, body: object, query: Mapping[str, str]) -> Judgement:
        """What the rules make of a parsed body and the query beside it."""
        result = self.contract.check(Request(body, None, dict(query) or None)).inputs[0]
        refusals = self._reasons(result.findings, (Effect.REFUSES,))
        warnings = self._reasons(result.findings, (Effect.WARNS, Effect.MAY_WARN))
        if self.contract.org.has_default_status is False:
            warnings = (*warnings, Reason("default-status-unset", NO_LABEL))
        return Judgement(body, refusals, warnings, result.findings)

    def place(self, finding: Finding) -> str:
        """Where a finding lies, without any name that a caller has made up."""
        return f"{finding.location.part.value}#{self._pointer(finding.location.pointer)}"

    def _pointer(self, pointer: Pointer) -> str:
        return "".join(f"/{step if isinstance(step, int) or step in self._names else '*'}" for step in pointer)

    def _reasons(self, findings: Iterable[Finding], effects: tuple[Effect, ...]) -> tuple[Reason, ...]:
        return tuple(
            Reason(finding.code, finding.consequence.codes[0], self.place(finding))
            for finding in findings
            if finding.consequence.effect in effects and finding.consequence.codes
        )

    def _statuses_for(self, headers: tuple[tuple[str, str], ...]) -> frozenset[int]:
        findings = self.contract.check(Request(headers=dict(headers))).findings
        return frozenset(finding.consequence.status for finding in findings if finding.consequence.status is not None)
