"""What a check comes to: one result for each input, clean ones too, and what could not be checked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from contract_kit.findings import Finding, Severity
from contract_kit.outcome import Outcome


@dataclass(frozen=True, slots=True)
class InputResult:
    """One judged input: where it came from (``index`` is the record's number in its source, from 0), what a server
    answers, or in the case of an answer has answered, and the findings in reading order."""

    source: str | None
    index: int
    kind: str
    outcome: Outcome
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class NotChecked:
    """A section that the org profile lacks, and the rules that were silent for want of it."""

    section: str
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """The results of one run over any number of inputs. ``contract`` is the version of the contract document, ``org``
    the name of the org profile."""

    contract: str
    org: str | None
    inputs: tuple[InputResult, ...]
    not_checked: tuple[NotChecked, ...] = ()

    @property
    def findings(self) -> Iterator[Finding]:
        """All findings, input by input."""
        for result in self.inputs:
            yield from result.findings

    @property
    def counts(self) -> dict[str, int]:
        """Findings by severity: ``{"error": …, "warning": …, "info": …}``."""
        counted = Counter(finding.severity.value for finding in self.findings)
        return {severity.value: counted[severity.value] for severity in Severity}

    @property
    def outcomes(self) -> dict[str, int]:
        """Inputs by outcome: ``{"accepted": …, "refused": …, "unknown": …}``."""
        counted = Counter(result.outcome.verdict.value for result in self.inputs)
        return {verdict: counted[verdict] for verdict in ("accepted", "refused", "unknown")}

    def fails(self, threshold: Severity) -> bool:
        """Whether any finding is at or above a severity."""
        return any(finding.severity.rank >= threshold.rank for finding in self.findings)

    @property
    def ok(self) -> bool:
        """No error among the findings."""
        return not self.fails(Severity.ERROR)


class ContractViolation(AssertionError):
    """Raised by ``assert_conforms``; ``report`` holds the findings, the text names each with its place."""

    def __init__(self, report: Report) -> None:
        self.report = report
        lines = [
            f"  {finding.location.expression}: {finding.message} [{finding.code}]"
            for finding in report.findings
            if finding.severity is Severity.ERROR
        ]
        super().__init__("breaks the contract:\n" + "\n".join(lines))
