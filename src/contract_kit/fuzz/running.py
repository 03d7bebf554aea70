"""One run: the plan case by case, findings confirmed and reduced, and what was and was not tested."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from contract_kit.contract import Contract
from contract_kit.errors import ContractKitError
from contract_kit.exchange import Request
from contract_kit.fuzz.bodies import Bodies
from contract_kit.fuzz.client import BudgetSpentError
from contract_kit.fuzz.confirming import Confirmer
from contract_kit.fuzz.coverage import Coverage
from contract_kit.fuzz.findings import Findings, FuzzFinding
from contract_kit.fuzz.identity import Identities
from contract_kit.fuzz.judgement import Expected
from contract_kit.fuzz.session import ASIDE, Session, Shown, Told
from contract_kit.fuzz.steps import SUITES, Case, Step
from contract_kit.ledger import Ledger
from contract_kit.outcome import Outcome, Verdict

SPENT = "the budget was spent"
KEPT_LAW = "F20 F28 F08 what is kept"
NO_LOOK_UP = "not checkable: the server offers no look-up"


@dataclass(slots=True)
class SuiteTally:
    """How far a suite came, its deterministic core (``core``, ``core_done``) and all of it. ``reasons`` says why cases were
    not tested."""

    planned: int = 0
    done: int = 0
    not_tested: int = 0
    core: int = 0
    core_done: int = 0
    reasons: Counter[str] = field(default_factory=Counter)


class Run:
    """A run over one session. ``tell`` is called after each case with the suite's name."""

    def __init__(
        self,
        contract: Contract,
        session: Session,
        *,
        suites: Sequence[str] = SUITES,
        strict: bool = False,
        workers: int = 1,
        stop: Callable[[FuzzFinding], bool] | None = None,
        tell: Callable[[str], None] | None = None,
    ) -> None:
        self.contract = contract
        self.session = session
        self.bodies = Bodies(contract)
        self.findings = Findings(strict=strict)
        self.tallies = {suite: SuiteTally() for suite in suites}
        self.coverage = Coverage(contract, suites)
        self.over = ""
        self._workers = workers
        self._stop, self._tell = stop, tell
        self._turn = threading.RLock()
        self._stopped = False
        self._confirmer = Confirmer(contract, session, self.bodies, self.findings, self._added)

    def preflight(self) -> None:
        """See whether anything can be tested. Raises ``ContractKitError`` where nothing can."""
        step = Step(self.bodies.plain)
        call = self.session.call(step, Identities(self.session.names))
        try:
            answer = self.session.client.send(call)
        except BudgetSpentError:
            if self.session.client.statuses[429]:
                raise ContractKitError("the server asks to be left alone for long (429)", hint="try later") from None
            raise ContractKitError("there is no budget for a single request", hint="give more with --max-requests") from None
        if answer is None:
            raise ContractKitError(
                "the server answers 429 or 503 to everything, so nothing could be tested",
                hint="try later, or a lower --rate",
            )
        if answer.trouble:
            raise ContractKitError(f"nothing could be tested: {answer.trouble}", hint="check the address")
        if answer.status in ASIDE:
            hint = (
                "give --basic USER:PASS or --token T, or set CONTRACT_KIT_BASIC"
                if not self.session.credentials.any
                else "check the credentials"
            )
            raise ContractKitError(
                f"the server answers {answer.status} to a plain registration, so nothing could be tested", hint=hint
            )
        if answer.status in (404, 405):
            raise ContractKitError(
                f"there is no POST {self.session.client.target.url}/customers (status {answer.status})",
                hint="the address is the part before /customers, for example https://HOST/v2",
            )
        found = self.session.judge.mismatches(step, self.session.judge.expected(step, call, Ledger()), answer)
        for mismatch in found:
            self._confirmer.take(Case("examples", "the first registration", (step,)), Shown(mismatch, 0, call, answer))

    def core(self, cases: Iterable[Case]) -> None:
        """Run planned cases, the ones that are likely to reveal most first."""
        planned = sorted(cases, key=lambda case: (not case.core, -case.yields))
        for case in planned:
            self.tallies[case.suite].planned += 1
            self.tallies[case.suite].core += case.core
        self._all(planned)

    def more(self, cases: Iterator[Case]) -> None:
        """Run cases for as long as there is budget."""
        while not self._stopped and not self.over:
            batch = [case for case, _ in zip(cases, range(max(1, self._workers * 4)), strict=False)]
            if not batch:
                return
            self._all(batch)

    def _all(self, cases: Sequence[Case]) -> None:
        if self._workers <= 1:
            for case in cases:
                self._guarded(case)
            return
        alone = [case for case in cases if case.restarts]
        with ThreadPoolExecutor(self._workers) as pool:
            list(pool.map(self._guarded, (case for case in cases if not case.restarts)))
        for case in alone:  # nobody else is at work while a server is restarted
            self._guarded(case)

    def _guarded(self, case: Case) -> None:
        if self.over or self._stopped:
            if not case.random:
                self._not_tested(case, self.over or "the run was stopped")
            return
        try:
            self._case(case)
        except BudgetSpentError:
            self.over = SPENT
            self._not_tested(case, self.over)
        if self._tell is not None:
            self._tell(case.suite)

    # -- one case -----------------------------------------------------------------------------------------------------------

    def _case(self, case: Case) -> None:
        if case.random:
            if case.cost > self.session.client.left:  # chance has no end: what is left is too little for it
                self.over = SPENT
                return
            self.tallies[case.suite].planned += 1
        elif case.cost > self.session.client.left:
            self._not_tested(case, SPENT)
            return
        told = self.session.run(case)
        self._turned_away()
        if told.why_not:
            self._not_tested(case, told.why_not)
            if not told.shown:
                return
        for shown in told.shown:
            with self._turn:
                if not self._confirmer.take(case, shown):
                    self.over = SPENT
        if not told.why_not:
            self._done(case, told)

    def _turned_away(self) -> None:
        """Judge the answers by which the server has asked for patience: their form is fixed, too."""
        with self._turn:
            while self.session.client.limited:
                call, answer = self.session.client.limited.pop()
                step = Step(any_answer=True, about="too many requests")
                wanted = Expected(Request(), Outcome(Verdict.UNKNOWN), (), ())
                for mismatch in self.session.judge.mismatches(step, wanted, answer):
                    if self.findings.known(mismatch) is None:
                        case = Case("protocol", "too many requests", (step,))
                        self._confirmer.add(case, Shown(mismatch, 0, call, answer), self.session.client.requests, False)

    def _added(self, finding: FuzzFinding) -> None:
        if self._stop is not None and self._stop(finding):
            self._stopped = True

    # -- what was tested -------------------------------------------------------------------------------------------------

    def _done(self, case: Case, told: Told) -> None:
        with self._turn:
            tally = self.tallies[case.suite]
            tally.done += 1
            tally.core_done += case.core
            self.coverage.done(case, told.bodies)
            if not told.looked:
                self.coverage.untested.setdefault(KEPT_LAW, NO_LOOK_UP)

    def _not_tested(self, case: Case, why: str) -> None:
        with self._turn:
            tally = self.tallies[case.suite]
            tally.not_tested += 1
            tally.reasons[why] += 1
            self.coverage.not_tested(case, why)
