"""SARIF, GitHub and GitLab: the validator's reporters, lent for the findings of a run."""

from __future__ import annotations

import re
from dataclasses import dataclass

from contract_kit.exchange import Request
from contract_kit.findings import Finding, Location, Part, Pointer
from contract_kit.fuzz.findings import FuzzFinding
from contract_kit.fuzz.output import Manner, headline
from contract_kit.fuzz.report import FuzzReport
from contract_kit.outcome import Outcome, Verdict
from contract_kit.report import InputResult, Report
from contract_kit.reporters import Options, load

_EXPRESSION = re.compile(r"\$(request|response)\.(body|header|query)(?:[.#](.*))?", re.DOTALL)
_PATHLIKE = re.compile(r"/[^ ,]*")


@dataclass(frozen=True, slots=True)
class Lent(Finding):
    """A finding under the fingerprint that the fuzzer has given it."""

    own: str = ""

    @property
    def fingerprint(self) -> str:
        """The fuzzer's."""
        return self.own


def render(report: FuzzReport, *, manner: Manner) -> str:
    """The report in one of the validator's formats. Muted findings stand in SARIF only, as suppressed ones."""
    options = Options(
        fail_on=manner.fail_on,
        rules=manner.rules,
        version=manner.version,
        command="fuzz",
        summary=headline(report),
        muted={one.fingerprint: one.suppressed for one in report.findings if one.suppressed is not None},
    )
    shown = report.findings if manner.format == "sarif" else report.open
    results = InputResult(report.url, 0, "exchange", Outcome(Verdict.UNKNOWN), tuple(lent(one) for one in shown))
    return load(manner.format).render(Report(report.contract, report.org, (results,)), options=options)


def lent(finding: FuzzFinding) -> Lent:
    """A finding of the fuzzer in the validator's words."""
    where = location(finding)
    came = f"expected: {finding.mismatch.expected}; came: {finding.mismatch.actual}. Fingerprint {finding.fingerprint}"
    return Lent(
        finding.code,
        finding.severity,
        finding.evidence,
        finding.message,
        came + (" (flaky)" if finding.flaky else ""),
        where,
        finding.mismatch.facts,
        pointer=where.pointer,
        own=finding.fingerprint,
    )


def location(finding: FuzzFinding) -> Location:
    """The place of the contract that a finding is about: the first that is known of request or answer."""
    for place in (*finding.places, finding.cause):
        found = _location(place)
        if found is not None:
            return found
    method = finding.steps[-1].method if finding.steps else Request().method
    return Location(Part.RESPONSE_STATUS if method == Request().method else Part.REQUEST_METHOD)


def _location(text: str) -> Location | None:
    match = _EXPRESSION.match(text)
    if match is None:
        path = _PATHLIKE.match(text)
        return Location(Part.REQUEST_BODY, _pointer(path[0])) if path is not None else None
    side, part, rest = match[1], match[2], (match[3] or "").partition(" ")[0]
    pointer: Pointer = _pointer(rest) if part == "body" else (rest,) if rest else ()
    return Location(Part(f"{side}.{part}"), pointer)


def _pointer(text: str) -> Pointer:
    """The path of a pointer whose array positions stand as ``*``; the first of them is meant."""
    steps = (step.replace("~1", "/").replace("~0", "~") for step in text.split("/")[1:])
    return tuple(0 if step == "*" else int(step) if step.isascii() and step.isdigit() else step for step in steps)
