"""What the fixture ``contract`` gives to a test."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from contract_kit.clients import told
from contract_kit.contract import Contract
from contract_kit.errors import UsageError
from contract_kit.exchange import Request
from contract_kit.findings import Severity
from contract_kit.ledger import Ledger
from contract_kit.names import nearest
from contract_kit.org import OrgProfile
from contract_kit.outcome import Outcome
from contract_kit.pytest_plugin import failing
from contract_kit.pytest_plugin.failing import ContractFailure, compared
from contract_kit.pytest_plugin.subjects import Case, answers, payloads
from contract_kit.pytest_plugin.tally import Tally
from contract_kit.report import Report
from contract_kit.reporters.words import joined


class ContractAssertions:
    """Asserts what the contract says of payloads and answers; ``contract`` is the contract itself. What holds is counted
    for the summary of what the suite has exercised."""

    def __init__(self, contract: Contract, tally: Tally) -> None:
        self.contract = contract
        self._tally = tally

    def __repr__(self) -> str:
        return f"<contract {self.contract.version}, org {self.contract.org.name or 'not known'}>"

    def for_org(self, profile: OrgProfile | str | Path | None) -> ContractAssertions:
        """The same under another org profile."""
        return self._with(self.contract.for_org(profile))

    def with_rules(self, **selection: Any) -> ContractAssertions:
        """The same with other rules: ``select``, ``ignore``, ``errors``, ``strict``."""
        return self._with(self.contract.with_rules(**selection))

    def check(self, payload: object, kind: str = "request") -> Report:
        """As ``Contract.check``; asserts and counts nothing."""
        return self.contract.check(payload, kind)

    def predict(self, request: Request | Mapping[str, Any], ledger: Ledger | None = None) -> Outcome:
        """As ``Contract.predict``; asserts and counts nothing."""
        return self.contract.predict(request, ledger)

    def assert_accepts(
        self, payload: object, *, warnings: Iterable[int] | None = None, ledger: Ledger | None = None
    ) -> Outcome:
        """Assert that a registration is free of errors and must be accepted; gives what is predicted.

        ``payload`` is data, JSON as text or bytes, a ``Request``, a client's request, or a file (a ``Path``, or what the
        marker ``contract_payloads`` gives), of which every record is judged. ``warnings`` are the API codes of exactly the
        warnings that must come with it. ``ledger`` says who is registered; without it everybody is new.
        """
        __tracebackhide__ = True
        wanted = None if warnings is None else frozenset(warnings)
        self._check_codes(wanted or ())
        cases = list(payloads(self.contract, payload, ledger))
        wrong = [case for case in cases if not _accepted(case, wanted)]
        if wrong:
            lines = _accepting(wanted)
            head = "the contract does not accept this payload"
            if wrong[0].result.outcome.accepted and not failing.decisive(wrong[0]):
                head = "the contract accepts this payload, with other warnings"
            head = f"{head}: {failing.spoken(wrong[0])}"
            raise ContractFailure(self._report(wrong), failing.text(head, wrong, lines))
        return self._held(cases, lambda outcome: outcome.warning_codes)

    def assert_refused(
        self, payload: object, code: int | None = None, *, rule: str | None = None, ledger: Ledger | None = None
    ) -> Outcome:
        """Assert that a registration must be refused; gives what is predicted.

        ``code`` is an API code that the refusal may carry, ``rule`` the code of a rule that finds something. ``payload``
        and ``ledger`` are as for ``assert_accepts``.
        """
        __tracebackhide__ = True
        self._check_codes(() if code is None else (code,))
        self._check_rule(rule)
        cases = list(payloads(self.contract, payload, ledger))
        wrong = [case for case in cases if not _refused(case, code, rule)]
        if wrong:
            head = f"the contract does not refuse this payload{_so(code, rule)}: {failing.spoken(wrong[0])}"
            raise ContractFailure(self._report(wrong), failing.text(head, wrong, self._refusing(code, rule)))
        return self._held(cases, lambda outcome: outcome.api_codes if code is None else frozenset({code}))

    def assert_conforms(
        self, answer: object, *, request: object = None, ledger: Ledger | None = None, fail_on: str = "error"
    ) -> Outcome:
        """Assert that an answer conforms; gives what it says.

        ``answer`` is the answer of httpx, requests, or of the test client of Starlette, Django or Flask; a ``Response`` or
        an ``Exchange``; data or JSON text; or a file of answers or exchanges. Where the request is known, from the answer
        itself or given as ``request``, the answer is also held against what the request had to lead to; ``ledger`` says
        who was registered then. What is wrong with the request itself is no failure of the answer.
        """
        __tracebackhide__ = True
        threshold = Severity(fail_on)
        cases = list(answers(self.contract, answer, request, ledger))
        wrong = [case for case in cases if any(item.severity.rank >= threshold.rank for item in case.result.findings)]
        if wrong:
            first = next(item for item in wrong[0].result.findings if item.severity.rank >= threshold.rank)
            head = f"the answer does not conform: {first.code} at {first.location.expression}"
            raise ContractFailure(self._report(wrong), failing.text(head, wrong, _conforming(threshold)))
        return self._held(cases, lambda outcome: outcome.api_codes | outcome.warning_codes)

    # -- inside -------------------------------------------------------------------------------------------------------

    def _with(self, contract: Contract) -> ContractAssertions:
        self._tally.uses(contract)
        return ContractAssertions(contract, self._tally)

    def _held(self, cases: list[Case], codes: Any) -> Outcome:
        """Count what held; the outcome of the last case."""
        rules: set[str] = set()
        named: set[int] = set()
        for case in cases:
            named |= codes(case.result.outcome)
            for result in (case.result, case.asked):
                if result is not None:
                    rules.update(finding.code for finding in result.findings)
        self._tally.held(rules, named)
        return cases[-1].result.outcome

    def _report(self, cases: Iterable[Case]) -> Report:
        return self.contract.report(case.result for case in cases)

    def _check_codes(self, codes: Iterable[int]) -> None:
        for code in codes:
            if code not in self.contract.api_codes:
                raise UsageError(f"{code!r} is no API code of this operation", hint="docs/api-codes.md lists them")

    def _check_rule(self, rule: str | None) -> None:
        known = [one.code for one in self.contract.rules]
        if rule is not None and rule not in known:
            near = nearest(rule, known)
            raise UsageError(
                f"there is no rule {rule!r}", hint=f"Did you mean {near}?" if near else "contract-kit rules lists them"
            )

    def _refusing(self, code: int | None, rule: str | None) -> Any:
        def lines(case: Case) -> Iterator[str]:
            meaning = "" if code is None else f" ({self.contract.api_codes[code].meaning})"
            wanted = "would be refused" + (f": {code}{meaning}" if code is not None else "")
            yield from compared(wanted + (f", for {rule}" if rule else ""), failing.spoken(case))
            findings = case.result.findings
            if not findings:
                yield ""
                yield "nothing is found in it"
            yield from failing.found(findings)
            yield from failing.because(case)

        return lines


def _accepted(case: Case, warnings: frozenset[int] | None) -> bool:
    outcome = case.result.outcome
    if not outcome.accepted or any(item.severity is Severity.ERROR for item in case.result.findings):
        return False
    return warnings is None or outcome.warning_codes <= warnings <= outcome.warning_codes | outcome.possible_warnings


def _refused(case: Case, code: int | None, rule: str | None) -> bool:
    outcome = case.result.outcome
    known = rule is None or any(item.code == rule for item in case.result.findings)
    return outcome.refused and known and (code is None or code in outcome.api_codes)


def _accepting(warnings: frozenset[int] | None) -> Any:
    def lines(case: Case) -> Iterator[str]:
        wanted = "would be accepted"
        if warnings is not None:
            noun = "warning" if len(warnings) == 1 else "warnings"
            wanted += f", with {noun} {joined(sorted(warnings), 'and')}" if warnings else ", without a warning"
        yield from compared(wanted, failing.spoken(case))
        mattering = failing.decisive(case)
        if case.result.outcome.accepted:
            mattering = mattering or [item for item in case.result.findings if item.consequence.codes]
        yield from failing.found(mattering, len(case.result.findings) - len(mattering))
        yield from failing.because(case)

    return lines


def _conforming(threshold: Severity) -> Any:
    def lines(case: Case) -> Iterator[str]:
        outcome = case.result.outcome
        status = "".join(f", HTTP {status}" for status in sorted(outcome.statuses))
        if case.asked is not None:
            yield f"- {told(case.asked)}"
        yield f"+ {failing.spoken(case)}{status}"
        mattering = [item for item in case.result.findings if item.severity.rank >= threshold.rank]
        yield from failing.found(mattering, len(case.result.findings) - len(mattering))
        asked = case.asked.findings if case.asked is not None else ()
        if weighty := [item for item in asked if item.severity is not Severity.INFO]:
            yield ""
            yield "in the request:"
            for item in weighty[: failing.FINDINGS_SHOWN]:
                yield f"  {item.code} at {item.location.expression}"

    return lines


def _so(code: int | None, rule: str | None) -> str:
    return (f" with {code}" if code is not None else "") + (f" for {rule}" if rule else "")
