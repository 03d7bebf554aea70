"""Puts a run together from settings, and makes its report."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

from contract_kit.contract import Contract
from contract_kit.errors import ContractKitError, UsageError
from contract_kit.fuzz import credentials as kinds
from contract_kit.fuzz.client import BudgetSpentError, Client
from contract_kit.fuzz.credentials import Credentials
from contract_kit.fuzz.findings import FuzzFinding
from contract_kit.fuzz.identity import Identities, Namespace
from contract_kit.fuzz.judgement import Judge
from contract_kit.fuzz.pacing import Pacer, rate_of
from contract_kit.fuzz.report import FuzzReport
from contract_kit.fuzz.running import Run
from contract_kit.fuzz.session import Session, created_id
from contract_kit.fuzz.steps import SUITES, Case, Step
from contract_kit.fuzz.suites import cases, explore
from contract_kit.fuzz.targets import HttpTarget, Target, target_of
from contract_kit.fuzz.wire import Answer, Call
from contract_kit.names import nearest

_WRONG = frozenset({kinds.WRONG, kinds.WRONG_TOKEN})
NO_SCHEMATHESIS = "what Schemathesis makes of the schema needs contract-kit[fuzz]"
_WORTH_GENERATING = 50
"""Schemathesis takes seconds to begin with, which nobody wants to wait for where next to nothing of it can be sent."""
OPEN_DOOR = "the server lets in any well-formed credentials, so wrong ones could not be told from good ones"


@dataclass(frozen=True, slots=True)
class Settings:
    """What a user can set; see ``contract_kit.fuzz.fuzz``."""

    max_requests: int = 300
    max_seconds: float | None = None
    rate: str = "none"
    seed: int = 0
    suites: tuple[str, ...] = SUITES
    strict: bool = False
    workers: int = 1
    probe: bool = True
    timeout: float = 20.0
    salt: int | None = None
    explore: bool = True
    schemathesis: bool | None = None

    def __post_init__(self) -> None:
        for name in self.suites:
            if name not in SUITES:
                near = nearest(name, SUITES)
                raise UsageError(
                    f"there is no suite {name!r}", hint=f"Did you mean {near}?" if near else f"Suites: {', '.join(SUITES)}"
                )
        if self.max_requests < 1:
            raise UsageError("a run needs at least one request")
        if not 1 <= self.workers <= 64:
            raise UsageError("workers are between 1 and 64")


class Engine:
    """One run from its settings."""

    def __init__(
        self,
        target: str | Target | Any,
        contract: Contract | None,
        credentials: Credentials | None,
        settings: Settings,
        *,
        watch: Callable[[Any], None] | None = None,
        created: Callable[[object], None] | None = None,
        stop: Callable[[FuzzFinding], bool] | None = None,
        restart: Callable[[], None] | None = None,
        exchanged: Callable[[Call, Answer], None] | None = None,
    ) -> None:
        self.contract = contract if contract is not None else Contract.bundled()
        self.settings = settings
        self._own = isinstance(target, str) or not hasattr(target, "together")
        self.target: Target = (
            HttpTarget(target, timeout=settings.timeout)
            if isinstance(target, str)
            else target_of(target, timeout=settings.timeout)
            if self._own
            else target
        )
        credentials = credentials if credentials is not None else Credentials()
        self.ids: dict[object, None] = {}
        self._exchanged = exchanged
        pacer = Pacer(rate_of(settings.rate, self.contract))
        self.client = Client(
            self.target,
            pacer,
            max_requests=settings.max_requests,
            max_seconds=settings.max_seconds,
            watch=self._seen,
        )
        judge = Judge(self.contract, credentials.secrets)
        self.session = Session(
            self.client,
            judge,
            Namespace(self.contract.org, settings.salt),
            credentials,
            probe=settings.probe,
            created=created,
            restart=restart,
        )
        self.notes: list[str] = []
        self._run = Run(
            self.contract,
            self.session,
            suites=settings.suites,
            strict=settings.strict,
            workers=settings.workers,
            stop=stop,
            tell=(lambda suite: watch(self)) if watch is not None else None,
        )

    @property
    def run_state(self) -> Run:
        """The run, for whoever watches."""
        return self._run

    def run(self) -> FuzzReport:
        """Run all of it. Raises ``ContractKitError`` where nothing could be tested."""
        interrupted = False
        try:
            self._run.preflight()
            self._run.core(self._planned())
            if self.settings.explore and not self._run.over:
                self._explore()
        except BudgetSpentError:
            self._run.over = "the budget was spent"
        except KeyboardInterrupt:
            interrupted = True
            self._run.over = "interrupted"
        report = self.report()
        report.interrupted = interrupted
        if report.empty and not interrupted and not report.findings:
            reasons = {reason for tally in report.suites.values() for reason in tally.reasons}
            raise ContractKitError("nothing could be tested" + (f": {', '.join(sorted(reasons))}" if reasons else ""))
        return report

    def report(self) -> FuzzReport:
        """What the run has come to so far."""
        run = self._run
        run.coverage.codes = self.session.codes
        turned_away = sum(self.client.statuses[status] for status in (429, 503))
        answers = dict(sorted(self.session.answers.items())) | {"turned_away": turned_away}
        coverage = run.coverage.as_data() | {"answers": answers, "ended": run.over, "notes": self.notes}
        return FuzzReport(
            self.target.url,
            self.settings.seed,
            self.client.requests,
            self.client.seconds,
            run.tallies,
            run.findings.all(),
            list(self.ids),
            run.coverage.tested,
            run.coverage.untested,
            coverage,
            dict(self.client.statuses),
            run.over,
            self.notes,
            contract=self.contract.version,
            org=self.contract.org.name,
        )

    def _seen(self, call: Call, answer: Answer) -> None:
        """Take note of every exchange, those before and beside the plan too: nobody is created unnoticed."""
        customer = created_id(answer)
        if customer is not None:
            self.ids[customer] = None
        if self._exchanged is not None:
            self._exchanged(call, answer)

    def close(self) -> None:
        """Let go of what this run has opened itself."""
        if self._own:
            self.target.close()

    def _planned(self) -> Iterator[Case]:
        open_door = "protocol" in self.settings.suites and self._open_door()
        if open_door:
            self.notes.append(OPEN_DOOR)
        for case in cases(self.contract, self._run.bodies, self.settings.suites):
            if open_door and any(step.credentials in _WRONG for step in case.steps):
                continue
            yield case

    def _open_door(self) -> bool:
        """Whether strangers are let in by both doors, which is a server for rehearsals rather than one with a fault."""
        for kind in (kinds.STRANGER, kinds.WRONG_TOKEN):
            call = self.session.call(Step(self._run.bodies.plain, credentials=kind), Identities(self.session.names))
            answer = self.client.send(call)
            if answer is None or created_id(answer) is None:
                return False
        return True

    def _explore(self) -> None:
        """What is left of the budget goes to chance: what Schemathesis makes of the schema, and conversations."""
        streams: list[Iterator[Case]] = []
        if "schema" in self.settings.suites:
            if self._with_schemathesis() and self.client.left >= _WORTH_GENERATING:
                from contract_kit.fuzz.schemathesis_adapter import coverage, drawn

                self._run.more(coverage(self.contract, self._run.bodies, self.settings.seed))
                streams.append(drawn(self.contract, self._run.bodies, self.settings.seed))
            elif not self._with_schemathesis() and self.settings.schemathesis is None:
                self.notes.append(NO_SCHEMATHESIS)
        if "state" in self.settings.suites:
            if explore.available():
                streams.append(explore.cases(self._run.bodies, self.settings.seed))
            else:
                self.notes.append(explore.MISSING)
        self._run.more(_in_turn(streams))

    def _with_schemathesis(self) -> bool:
        if self.settings.schemathesis is None:
            return find_spec("schemathesis") is not None
        return self.settings.schemathesis


def _in_turn(streams: Sequence[Iterator[Case]]) -> Iterator[Case]:
    """One of each, until all have ended."""
    running = list(streams)
    while running:
        for stream in tuple(running):
            case = next(stream, None)
            if case is None:
                running.remove(stream)
            else:
                yield case
