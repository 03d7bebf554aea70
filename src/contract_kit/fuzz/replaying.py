"""Findings of a report, tried once more: with new identities, on the same server or on another one."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from contract_kit.errors import ContractKitError, InputError, UsageError
from contract_kit.fuzz.client import BudgetSpentError
from contract_kit.fuzz.mismatches import ID_REUSED, Mismatch
from contract_kit.fuzz.running import NO_LOOK_UP, Run
from contract_kit.fuzz.session import Session
from contract_kit.fuzz.steps import SUITES, Case, Step
from contract_kit.names import nearest

VERSION = 1
MOST_REQUESTS = 10**9
"""A replay ends with its findings, not with a budget."""
_TRIES = 5
"""So often is tried what needs luck: flaky findings, races, ids that come back."""
_ONLY_WHEN_BUSY = "too many requests"
_STORED = "stored-wrongly"


class Result(StrEnum):
    """What became of a finding. ``OTHER``: what the report says is gone, but the same requests show something else."""

    FIXED = "FIXED"
    STILL = "STILL"
    OTHER = "OTHER"
    NOT_TESTED = "NOT TESTED"


@dataclass(frozen=True, slots=True)
class Known:
    """A finding as a report tells of it."""

    fingerprint: str
    code: str
    causes: tuple[str, ...]
    severity: str
    message: str
    flaky: bool
    case: Case


@dataclass(frozen=True, slots=True)
class Past:
    """What a report says that a replay needs."""

    path: str
    url: str
    org: str | None
    findings: tuple[Known, ...]

    def only(self, fingerprints: Sequence[str]) -> Past:
        """The report with some of its findings. Raises ``UsageError`` for a fingerprint that it does not have."""
        known = {finding.fingerprint: finding for finding in self.findings}
        for fingerprint in fingerprints:
            if fingerprint not in known:
                near = nearest(fingerprint, known)
                hint = f"Did you mean {near}?" if near else f"It has {', '.join(known) or 'no findings'}"
                raise UsageError(f"{self.path} has no finding {fingerprint}", hint=hint)
        chosen = tuple(known[fingerprint] for fingerprint in dict.fromkeys(fingerprints))
        return Past(self.path, self.url, self.org, chosen)


@dataclass(frozen=True, slots=True)
class Replayed:
    """What became of a finding; ``came`` is what its requests show now, ``why`` says why it could not be tested."""

    known: Known
    result: Result
    came: tuple[Mismatch, ...] = ()
    why: str = ""


@dataclass(slots=True)
class ReplayReport:
    """The results of a replay, in the report's order."""

    path: str
    url: str
    requests: int = 0
    results: list[Replayed] = field(default_factory=list)
    interrupted: bool = False
    trouble: str = ""

    @property
    def counts(self) -> dict[Result, int]:
        """Findings by what became of them."""
        counted = Counter(one.result for one in self.results)
        return {result: counted[result] for result in Result}


def read(path: str) -> Past:
    """A report of ``contract-kit fuzz --format json``. Raises ``InputError`` with the place of what is wrong."""
    try:
        said = json.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"cannot be read: {(error.strerror or str(error)).lower()}", source=path) from None
    except UnicodeDecodeError:
        raise InputError("cannot be read: it is not UTF-8", source=path) from None
    except json.JSONDecodeError as error:
        raise InputError(f"is no JSON: {error.msg.lower()}", source=path, line=error.lineno, column=error.colno) from None
    if not isinstance(said, dict) or not isinstance(said.get("findings"), list) or "suites" not in said:
        hint = "contract-kit fuzz --format json --output REPORT.json writes one"
        raise InputError("is no report of contract-kit fuzz", hint=hint, source=path)
    if said.get("version") != 1:
        raise InputError(f"/version: {said.get('version')!r} is not known", hint="this kit reads version 1", source=path)
    org = said.get("org")
    findings = tuple(_known(one, path, f"/findings/{number}") for number, one in enumerate(said["findings"]))
    return Past(path, str(said.get("url", "")), org if isinstance(org, str) else None, findings)


def _known(said: Any, path: str, pointer: str) -> Known:
    try:
        steps = tuple(Step.from_data(step) for step in said["steps"])
        if not steps:
            raise ValueError
        suite = str(said.get("suite", SUITES[0]))
        case = Case(suite, str(said.get("case", "")), steps)
        causes = tuple(str(cause) for cause in (said["cause"], *said.get("causes", ())))
        return Known(
            str(said["fingerprint"]),
            str(said["code"]),
            tuple(dict.fromkeys(causes)),
            str(said["severity"]),
            str(said["message"]),
            said.get("flaky") is True,
            case,
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        hint = "take the report as contract-kit fuzz wrote it"
        raise InputError(f"{pointer}: cannot be replayed", hint=hint, source=path) from None


def replay(
    past: Past, session: Session, tell: Callable[[Replayed], None] | None = None, preflight: bool = True
) -> ReplayReport:
    """Try the findings one by one. ``tell`` is told of each result. Raises ``ContractKitError`` where nothing can be
    tested."""
    report = ReplayReport(past.path, session.client.target.url)
    try:
        if preflight and past.findings:
            Run(session.judge.contract, session).preflight()
        for known in past.findings:
            result = _tried(known, session)
            report.results.append(result)
            if tell is not None:
                tell(result)
    except KeyboardInterrupt:
        report.interrupted = True
    except ContractKitError as error:
        if not report.results:
            raise
        report.trouble = str(error)
    done = len(report.results)
    report.results += [Replayed(known, Result.NOT_TESTED, why="the replay ended before") for known in past.findings[done:]]
    report.requests = session.client.requests
    return report


def _tried(known: Known, session: Session) -> Replayed:
    steps = known.case.steps
    if steps[-1].about == _ONLY_WHEN_BUSY:
        return Replayed(known, Result.NOT_TESTED, why="it shows only while the server turns calls away")
    lucky = known.flaky or known.code == ID_REUSED or any(step.times > 1 for step in steps)
    came: dict[tuple[str, str], Mismatch] = {}
    for _ in range(_TRIES if lucky else 1):
        try:
            told = session.run(known.case)
        except BudgetSpentError:
            return Replayed(known, Result.NOT_TESTED, why="the server asks for more patience than there is")
        for shown in told.shown:
            if _same(known, shown.mismatch):
                return Replayed(known, Result.STILL, (shown.mismatch,))
            came[(shown.mismatch.code, shown.mismatch.cause)] = shown.mismatch
        if not told.shown and told.why_not:
            return Replayed(known, Result.NOT_TESTED, why=told.why_not)
        if not told.shown and known.code == _STORED and not told.looked:
            return Replayed(known, Result.NOT_TESTED, why=NO_LOOK_UP)
    return Replayed(known, Result.OTHER, tuple(came.values())) if came else Replayed(known, Result.FIXED)


def _same(known: Known, mismatch: Mismatch) -> bool:
    """Whether a mismatch is the finding again. The cause of some findings is only found by reducing; a mismatch then has
    none."""
    if mismatch.code != known.code:
        return False
    return not mismatch.cause or any(
        cause == mismatch.cause or cause.startswith(f"{mismatch.cause}/") or mismatch.cause.startswith(f"{cause}/")
        for cause in known.causes
    )


def as_data(report: ReplayReport) -> dict[str, Any]:
    """The results as plain data, published as ``replay.schema.json``."""
    return {
        "version": VERSION,
        "report": report.path,
        "url": report.url,
        "requests": report.requests,
        "interrupted": report.interrupted,
        "results": [_data(one) for one in report.results],
        "summary": {result.value.lower().replace(" ", "_"): number for result, number in report.counts.items()},
    }


def _data(one: Replayed) -> Mapping[str, Any]:
    return {
        "fingerprint": one.known.fingerprint,
        "result": one.result.value,
        "code": one.known.code,
        "severity": one.known.severity,
        "message": one.known.message,
        "why": one.why or None,
        "came": [
            {
                "code": came.code,
                "severity": came.severity.value,
                "message": came.message,
                "expected": came.expected,
                "actual": came.actual,
            }
            for came in one.came
        ],
    }


def as_lines(report: ReplayReport) -> Iterable[str]:
    """The results as text, one block for each finding and the counts."""
    from contract_kit.reporters.words import plain

    for one in report.results:
        yield f"{one.result.value:<10}  {one.known.fingerprint}  {one.known.severity}: {plain(one.known.message)}"
        if one.why:
            yield f"            {plain(one.why)}"
        for came in one.came if one.result is Result.OTHER else ():
            yield f"            instead: {plain(came.message)} [{came.code}]"
            yield f"            expected {plain(came.expected)}; came {plain(came.actual)}"
    said = ", ".join(f"{number} {result.value}" for result, number in report.counts.items() if number)
    yield f"{said or 'the report has no findings'} ({report.requests} requests to {report.url})"
