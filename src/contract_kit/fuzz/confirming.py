"""From a mismatch to a finding: seen again with other identities, made small, and given the name of its cause.

What shows a finding that is known already costs nothing. A new one is sent once more before it is believed; what does not
come again is marked as flaky.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from contract_kit.contract import Contract
from contract_kit.exchange import Request
from contract_kit.fuzz.bodies import Bodies
from contract_kit.fuzz.client import BudgetSpentError
from contract_kit.fuzz.features import alike, equal, features, told
from contract_kit.fuzz.findings import Findings, FuzzFinding
from contract_kit.fuzz.mismatches import NO_GROUND, ODD, OTHER_REASON, REFUSED_WRONGLY, SERVER_ERROR, Mismatch
from contract_kit.fuzz.reducing import Reducer, alone, reverted, shorter, with_body
from contract_kit.fuzz.session import Session, Shown
from contract_kit.fuzz.steps import Case, Step
from contract_kit.rules.exchanges import STATE_ERRORS
from contract_kit.rules.responses import code_of, errors_of

_NAMELESS = (REFUSED_WRONGLY, SERVER_ERROR)
"""What a body brings about by something in it that the plan has not put there on purpose."""


class Confirmer:
    """Turns mismatches into findings, with requests of its own. ``found`` is told of each new one."""

    def __init__(
        self,
        contract: Contract,
        session: Session,
        bodies: Bodies,
        findings: Findings,
        found: Callable[[FuzzFinding], None] = lambda finding: None,
    ) -> None:
        self.findings = findings
        self._contract = contract
        self._session = session
        self._bodies = bodies
        self._told = found
        self._features: list[tuple[frozenset[str], FuzzFinding]] = []

    def take(self, case: Case, shown: Shown) -> bool:
        """See to a mismatch; whether the budget was enough for it."""
        if self._known(case, shown):
            return True
        number = self._session.client.requests
        case = whole = replace(case, steps=case.steps[: shown.at + 1])
        flaky = enough = False
        try:
            single = self._by_itself(case, shown)
            if single is not None:
                return self.take(*single)
            repeated = self.again(case, shown.mismatch)
            if repeated is None and self._collided(shown):
                return True
            flaky = repeated is None
            if repeated is not None:
                case, shown = self._reduced(case, repeated)
            enough = True
        except BudgetSpentError:
            pass
        self.add(case, shown, number, flaky)
        return enough and self._beside(whole, case)

    def again(self, case: Case, mismatch: Mismatch) -> Shown | None:
        """The same mismatch from the same case with other identities, if it comes."""
        if case.restarts:
            self._session.ids.clear()  # a server that has forgotten everything begins to count anew
        shown = self._session.run(case).shown
        return next(
            (one for one in shown if (one.mismatch.code, one.mismatch.cause) == (mismatch.code, mismatch.cause)), None
        )

    def add(self, case: Case, shown: Shown, number: int, flaky: bool) -> None:
        """A finding, or one more sight of one that turned out to be known."""
        known = self.findings.known(shown.mismatch) or self._likewise(shown.mismatch)
        if known is not None:
            self.findings.again(known, shown.mismatch)
            return
        step = case.steps[min(shown.at, len(case.steps) - 1)]
        request, response, line = self._session.evidence(step, shown)
        finding = FuzzFinding(shown.mismatch, case, case.steps, request, response, line, number, flaky=flaky)
        self.findings.add(finding)
        if shown.mismatch.code in _NAMELESS and isinstance(step.body, dict) and not step.about:
            self._features.append((features(step.body, self._bodies.plain), finding))
        self._told(finding)

    def _beside(self, whole: Case, small: Case) -> bool:
        """See to what else is wrong with a body of several oddities, once one of them is made plain; whether the budget was
        enough for it."""
        if whole.random or len(whole.steps) != 1 or len(small.steps) != 1 or not alone(whole.steps[0]):
            return True
        plain = self._bodies.plain
        body = reverted(whole.steps[0].body, small.steps[0].body, plain)
        if body in (whole.steps[0].body, plain) or not self._contract.predict(self._asked(body, whole)).accepted:
            return True
        rest = with_body(whole, 0, body)
        try:
            shown = self._session.run(rest).shown
        except BudgetSpentError:
            return False
        return all(self.take(rest, one) for one in shown if one.mismatch.code in _NAMELESS and not one.mismatch.cause)

    @staticmethod
    def _asked(body: Any, case: Case) -> Request:
        return Request(body, None, dict(case.steps[0].query) or None)

    # -- inside -----------------------------------------------------------------------------------------------------------

    def _known(self, case: Case, shown: Shown) -> bool:
        mismatch = shown.mismatch
        if not mismatch.cause and mismatch.code in _NAMELESS:
            body = case.steps[shown.at].body
            mine = features(body, self._bodies.plain)
            codes = self._codes(body, case.steps[shown.at])
            for known, finding in self._features:
                same = finding.code == mismatch.code and finding.mismatch.actual == mismatch.actual
                if same and (known <= mine or finding.cause in codes):
                    self.findings.again(finding, finding.mismatch)
                    self._beside(case, finding.case)
                    return True
            return False
        known_one = self.findings.known(mismatch) or (self.findings.alike(mismatch) if case.random else None)
        if known_one is not None:
            self.findings.again(known_one, mismatch)
        return known_one is not None

    def _likewise(self, mismatch: Mismatch) -> FuzzFinding | None:
        """The finding of the same answer to the same kind of thing at another place, or to another kind at the same."""
        if mismatch.code not in _NAMELESS or not mismatch.cause.startswith("/"):
            return None
        for _, finding in self._features:
            same = finding.code == mismatch.code and finding.mismatch.actual == mismatch.actual
            if same and alike(finding.cause, mismatch.cause):
                return finding
        return None

    def _codes(self, body: Any, step: Step) -> list[str]:
        """What the judge has to say of a request that must be taken: the rules that name what is odd about it."""
        if not isinstance(body, dict):
            return []
        query, headers = dict(step.query) or None, dict(step.headers) or None
        found = self._contract.check(Request(body, headers, query)).findings
        return list(dict.fromkeys(finding.code for finding in found if finding.code != "credentials-missing"))

    def _by_itself(self, case: Case, shown: Shown) -> tuple[Case, Shown] | None:
        """Where a body in a conversation is refused that would be refused as a stranger's too, that is the finding."""
        step = case.steps[-1]
        if shown.mismatch.code not in (REFUSED_WRONGLY, OTHER_REASON) or not alone(step):
            return None
        if not step.about or step.about.startswith(ODD) or case.suite != "state" or len(case.steps) < 2:
            return None
        single = replace(case, steps=(replace(step, about="", look=False),))
        if not self._contract.predict(Request(step.body, None, dict(step.query) or None)).accepted:
            return None
        found = next((one for one in self._session.run(single).shown if one.mismatch.code == REFUSED_WRONGLY), None)
        return (single, found) if found is not None else None

    @staticmethod
    def _collided(shown: Shown) -> bool:
        """Whether an identity that ought to be new was somebody's already: that is no fault of the server."""
        if shown.mismatch.cause == NO_GROUND:
            return True
        codes = {code_of(entry) for entry in errors_of(shown.answer.response())}
        return shown.mismatch.code == REFUSED_WRONGLY and bool(codes & STATE_ERRORS)

    def _reduced(self, case: Case, shown: Shown) -> tuple[Case, Shown]:
        """The case as small as it gets, and its cause where the body is what makes the difference."""
        mismatch, last = shown.mismatch, shown
        if len(case.steps) > 1 and case.random:

            def shows(tried: Case) -> bool:
                nonlocal last
                found = self.again(tried, mismatch)
                last = found or last
                return found is not None

            case = shorter(case, shows)
        step = case.steps[-1]
        if mismatch.cause or len(case.steps) > 1 or not alone(step) or mismatch.code not in _NAMELESS:
            return case, last

        def still(body: Any) -> bool:
            nonlocal last
            if not self._contract.predict(Request(body, None, dict(step.query) or None)).accepted:
                return False
            found = self.again(with_body(case, 0, body), mismatch)
            last = found or last
            return found is not None

        body = Reducer(self._bodies.plain, still).body(step.body)
        case = with_body(case, 0, body)
        codes = self._codes(body, step)
        cause = codes[0] if len(codes) == 1 else told(body, self._bodies.plain)
        beside = [*(f"query {name}" for name in step.query), *(f"header {name}" for name, _ in step.headers)]
        if beside and equal(body, self._bodies.plain):
            cause = ", ".join(beside)
        said = f"{last.mismatch.message} ({cause})"
        places = tuple(sorted(features(body, self._bodies.plain)))
        return case, replace(last, mismatch=replace(last.mismatch, cause=cause, message=said, places=places))
