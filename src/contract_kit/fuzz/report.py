"""What a run comes to, and its public form as JSON (version 1)."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from contract_kit.findings import Severity
from contract_kit.fuzz.findings import FuzzFinding
from contract_kit.fuzz.running import SuiteTally

VERSION = 1
ANSWERS = ("accepted", "refused", "at_the_door", "failed", "no_answer", "other", "turned_away")
"""What answers are counted as; ``turned_away`` are 429 and 503, which are no answers to what was asked."""
_LIFTED = ("answers", "ended", "notes")


@dataclass(slots=True)
class FuzzReport:
    """The results of one run. ``over`` says why it ended before the plan did; ``tested`` counts, ``untested`` says why
    not, by rule, law or keyword; ``notes`` are what a reader has to know beside that. ``contract`` is the version of the
    contract, ``org`` the name of the org profile; ``scripts`` has, by fingerprint, lines for a shell whose identities
    nobody has yet."""

    url: str
    seed: int
    requests: int
    duration: float
    suites: Mapping[str, SuiteTally]
    findings: Sequence[FuzzFinding]
    created_ids: Sequence[object]
    tested: Mapping[str, int]
    untested: Mapping[str, str]
    coverage: Mapping[str, Any]
    statuses: Mapping[int, int]
    over: str = ""
    notes: list[str] = field(default_factory=list)
    interrupted: bool = False
    contract: str = ""
    org: str | None = None
    scripts: dict[str, str] = field(default_factory=dict)

    @property
    def open(self) -> list[FuzzFinding]:
        """The findings that no baseline mutes."""
        return [finding for finding in self.findings if finding.suppressed is None]

    def fails(self, threshold: Severity) -> bool:
        """Whether a finding that is not muted is at or above a severity."""
        return any(finding.severity.rank >= threshold.rank for finding in self.open)

    @property
    def empty(self) -> bool:
        """Whether nothing could be tested at all."""
        return not any(tally.done for tally in self.suites.values())

    @property
    def counts(self) -> dict[str, int]:
        """Findings by severity, without those that are muted."""
        return {one.value: sum(finding.severity is one for finding in self.open) for one in Severity}


def as_data(report: FuzzReport) -> dict[str, Any]:
    """The report as plain data."""
    coverage = {name: part for name, part in report.coverage.items() if name not in _LIFTED}
    answers = report.coverage.get("answers", {})
    return {
        "version": VERSION,
        "url": report.url,
        "contract": report.contract,
        "org": report.org,
        "seed": report.seed,
        "requests": report.requests,
        "duration_s": round(report.duration, 3),
        "ended": report.over or None,
        "interrupted": report.interrupted,
        "answers": {name: answers.get(name, 0) for name in ANSWERS},
        "suites": [_suite(name, tally) for name, tally in report.suites.items()],
        "findings": [finding_data(finding, report) for finding in report.findings],
        "created_ids": _finite(list(report.created_ids)),
        "coverage": {
            **coverage,
            "tested": dict(sorted(report.tested.items())),
            "not_tested": dict(sorted(report.untested.items())),
            "statuses": {str(status): number for status, number in sorted(report.statuses.items())},
        },
        "notes": list(report.notes),
        "summary": {
            **{f"{name}s": number for name, number in report.counts.items()},
            "muted": len(report.findings) - len(report.open),
        },
    }


def _suite(name: str, tally: SuiteTally) -> dict[str, Any]:
    return {
        "name": name,
        "planned": tally.planned,
        "done": tally.done,
        "not_tested": tally.not_tested,
        "core": tally.core,
        "core_done": tally.core_done,
        "reasons": dict(tally.reasons),
    }


def finding_data(finding: FuzzFinding, report: FuzzReport | None = None) -> dict[str, Any]:
    """A finding as plain data; ``steps`` is what ``replay`` sends."""
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "evidence": finding.evidence.value,
        "message": finding.message,
        "facts": list(finding.mismatch.facts),
        "expected": finding.mismatch.expected,
        "actual": finding.mismatch.actual,
        "request": _plain(finding.request),
        "response": _plain(finding.response),
        "curl": report.scripts.get(finding.fingerprint, finding.curl) if report is not None else finding.curl,
        "fingerprint": finding.fingerprint,
        "flaky": finding.flaky,
        "cause": finding.cause,
        "causes": list(finding.causes),
        "places": list(finding.places),
        "seen": finding.seen,
        "after_requests": finding.at,
        "suppressed": finding.suppressed,
        "suite": finding.case.suite,
        "case": finding.case.name,
        "laws": list(finding.case.laws),
        "steps": [step.as_data() for step in finding.steps],
    }


def _plain(value: Any) -> Any:
    """What a server or a step holds, as JSON can say it."""
    try:
        return _finite(value)
    except RecursionError:
        return "(nested too deeply to be shown)"


def _finite(value: Any) -> Any:
    """The value with words for numbers that JSON does not have; servers send the strangest things."""
    if isinstance(value, dict):
        return {str(name): _finite(child) for name, child in value.items()}
    if isinstance(value, list):
        return [_finite(child) for child in value]
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value


def as_json(report: FuzzReport) -> str:
    """The report as one JSON document."""
    return json.dumps(as_data(report), ensure_ascii=True, indent=2, default=str) + "\n"
