"""A whole run: judge every part, apply the law of uniqueness to what is shared, write the outputs, count."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from contract_kit.bulk import job as jobs
from contract_kit.bulk.assembly import Assemble
from contract_kit.bulk.comparing import Comparing, Refused
from contract_kit.bulk.engines import Engine, Inline, engine_for
from contract_kit.bulk.inputs import Input, find
from contract_kit.bulk.job import Job
from contract_kit.bulk.judging import JudgePart, judge_part, make_ready
from contract_kit.bulk.known import take_in
from contract_kit.bulk.mapping import Mapping_, load
from contract_kit.bulk.outputs import Outputs
from contract_kit.bulk.parts import Part
from contract_kit.bulk.plan import Plan
from contract_kit.bulk.settings import Settings
from contract_kit.bulk.tally import Tally
from contract_kit.bulk.workplace import Workplace, part_name
from contract_kit.errors import ContractKitError
from contract_kit.org import OrgProfile

_FULL = (errno.ENOSPC, errno.EDQUOT)
SMALL = 4 << 20
"""Bytes: so little is judged in this process, since starting others takes longer."""


@dataclass(slots=True)
class Progress:
    """How far a run is: its pass, bytes of input judged of all (0: not known), records judged and rejected."""

    phase: str = "judging"
    done: int = 0
    total: int = 0
    records: int = 0
    rejected: int = 0


Watch = Callable[[Progress], None]


@dataclass(slots=True)
class Outcome:
    """What a run came to: exact counts, and where the examples in them stand (part number -> source and base of lines)."""

    tally: Tally
    places: dict[int, tuple[str, int]]
    inputs: list[Input]
    known: int
    settings: Settings
    written: dict[str, str] = field(default_factory=dict)


def run(job: Job, watch: Watch = lambda progress: None) -> Outcome:
    """Do a job. Outputs appear under their names when all of it is done; what is interrupted can be resumed."""
    inputs = find(job.inputs, job.format)
    job.check_outputs(inputs)
    mapping = load(job.mapping) if job.mapping is not None else None
    fresh = Settings.of(job.org, now=job.now, strict=job.strict, show_values=job.show_values, record_limit=job.record_limit)
    with jobs.held(job):
        return _run(job, inputs, mapping, fresh, watch)


def _run(job: Job, inputs: list[Input], mapping: Mapping_ | None, fresh: Settings, watch: Watch) -> Outcome:
    work, settings = jobs.begin(job, inputs, fresh)
    engine: Engine = Inline()
    try:
        engine = _engine(job, inputs, partial(make_ready, settings))
        whole = _Whole(job, settings, work, engine, watch)
        plan = Plan(inputs, work, first=whole.take_in_known(), size=job.size_of_parts(inputs), mapping=mapping)
        outcome = whole.run(inputs, plan)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        where = str(error.filename) if error.filename else None
        mend = "Make room there" if error.errno in _FULL else "Set it right"
        raise ContractKitError(reason, hint=f"{mend}, and go on with --resume", source=where) from error
    finally:
        engine.close()
        jobs.leave(work)
    jobs.end(work)
    return outcome


def _engine(job: Job, inputs: list[Input], ready: Callable[[], object]) -> Engine:
    small = all(one.splits for one in inputs) and sum(one.size for one in inputs) <= min(SMALL, job.size_of_parts(inputs))
    return Inline() if job.engine == "local" and small else engine_for(job.engine, job.jobs, ready)


class _Whole:
    """The passes of one run, in their order."""

    def __init__(self, job: Job, settings: Settings, work: Workplace, engine: Engine, watch: Watch) -> None:
        self._job, self._settings, self._work, self._engine, self._watch = job, settings, work, engine, watch
        self._known: list[tuple[Part, int]] = []
        self._parts: list[Part] = []
        self._judged: dict[int, dict[str, Any]] = {}
        self._bases: dict[int, int] = {}
        self._tally = Tally()
        self._progress = Progress()

    def take_in_known(self) -> int:
        """Lay down what is registered; the number of the first part of the input."""
        org = self._job.org if self._job.org is not None else OrgProfile()
        for file in self._job.known:
            self._known += take_in(file, org, self._work, len(self._known))
        return len(self._known)

    def run(self, inputs: list[Input], plan: Plan) -> Outcome:
        """All passes."""
        self._progress.total = sum(one.size for one in inputs) if all(one.splits for one in inputs) else 0
        self._judge(plan)
        jobs.forget_law(self._work)
        self._number_lines()
        self._progress.phase = "comparing"
        self._watch(self._progress)
        comparing = Comparing(self._job, self._settings, self._work, self._engine, lambda: self._watch(self._progress))
        refused = comparing.run(self._known, self._parts, self._judged, self._bases)
        self._tally.merge(comparing.tally)
        self._progress.rejected = self._tally.counts.get("rejected", 0)
        self._progress.phase = "writing"
        self._watch(self._progress)
        places = {part.number: (part.source, self._bases[part.number]) for part in self._parts}
        known = sum(keys for _, keys in self._known)
        outcome = Outcome(self._tally, places, inputs, known, self._settings)
        Outputs(self._job, self._work, self._engine).write(self._assembling(refused), outcome.written)
        return outcome

    def _judge(self, plan: Plan) -> None:
        def tasks() -> Iterator[JudgePart]:
            for part in plan.parts():
                self._parts.append(part)
                name = part_name(part.number, "judged")
                if self._work.has(name):
                    part.check()
                    self._done(part, self._work.data(name))
                else:
                    yield JudgePart(self._settings, self._work.folder, part)

        for task, said in self._engine.run(judge_part, tasks()):
            self._done(task.part, said)

    def _done(self, part: Part, said: dict[str, Any]) -> None:
        # Counts are added at once: kept for each part, they would take the most memory of all.
        self._tally.merge(Tally.from_data(said["tally"]))
        self._judged[part.number] = {name: value for name, value in said.items() if name != "tally"}
        progress = self._progress
        progress.done += part.end - part.start
        progress.records += said["records"]
        progress.rejected += said["rejected"]
        self._watch(progress)

    def _number_lines(self) -> None:
        """The number to add to the lines of each part: that of its first line, or nothing where lines are numbered."""
        source, line = None, 1
        for part in self._parts:
            if part.source != source:
                source, line = part.source, 1
            self._bases[part.number] = 0 if part.lines is not None else part.first_line or line
            line += self._judged[part.number]["lines"]

    def _assembling(self, refused: Refused) -> list[Assemble]:
        """The tasks that write the outputs, each with the place of its part in the accepted records."""
        position = 0
        tasks = []
        for part in self._parts:
            said = self._judged[part.number]
            law = refused.get(part.number, [])
            open_ = said["open"] and all(figures[2] < said["end"] for _, figures in law)
            buckets = tuple((bucket, figures[3], figures[4]) for bucket, figures in law)
            left_out = said["left_out"] + sum(figures[1] for _, figures in law)
            size = max(0, said["end"] - said["first"]) - left_out + open_
            tasks.append(
                Assemble(
                    self._work.folder, part, self._bases[part.number], said["first"], said["end"], open_, buckets,
                    None, position, size, self._job.rejected is not None,
                )
            )  # fmt: skip
            position += size
        return tasks
