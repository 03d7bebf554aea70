"""The report as JSON: a public format (version 1), published as ``report.schema.json`` beside this file."""

from __future__ import annotations

import json
from typing import Any

from contract_kit.attribution import party
from contract_kit.findings import Finding, escape_pointer
from contract_kit.report import InputResult, Report
from contract_kit.reporters import Options

VERSION = 1


def render(report: Report, *, options: Options) -> str:
    """The report as one JSON document. Characters that UTF-8 cannot carry are escaped by whoever writes it."""
    return json.dumps(as_data(report, show_values=options.show_values), ensure_ascii=False, indent=2) + "\n"


def as_data(report: Report, *, show_values: bool = False) -> dict[str, Any]:
    """The report as plain data. ``value`` stands in a finding only where values are asked for."""
    counts = report.counts
    return {
        "version": VERSION,
        "contract": report.contract,
        "org": report.org,
        "inputs": [_input(result) for result in report.inputs],
        "findings": [_finding(finding, result, show_values) for result in report.inputs for finding in result.findings],
        "not_checked": [{"section": gap.section, "rules": list(gap.rules)} for gap in report.not_checked],
        "summary": {
            "inputs": len(report.inputs),
            "clean": sum(not result.findings for result in report.inputs),
            **report.outcomes,
            "findings": sum(counts.values()),
            "errors": counts["error"],
            "warnings": counts["warning"],
            "infos": counts["info"],
        },
    }


def _input(result: InputResult) -> dict[str, Any]:
    said = result.outcome
    return {
        "source": result.source,
        "index": result.index,
        "kind": result.kind,
        "outcome": said.verdict.value,
        "status": said.status,
        "statuses": sorted(said.statuses),
        "api_codes": sorted(said.api_codes),
        "warning_codes": sorted(said.warning_codes),
        "possible_warnings": sorted(said.possible_warnings),
        "cuts": [{"pointer": escape_pointer(cut.pointer), "limit": cut.limit} for cut in said.cuts],
        "findings": len(result.findings),
    }


def _finding(finding: Finding, result: InputResult, show_values: bool) -> dict[str, Any]:
    said: dict[str, Any] = {
        "code": finding.code,
        "severity": finding.severity.value,
        "evidence": finding.evidence.value,
        "message": finding.message,
        "hint": finding.hint,
        "source": finding.source,
        "index": finding.index,
        "pointer": escape_pointer(finding.pointer),
        "line": finding.line,
        "column": finding.column,
        "facts": list(finding.facts),
        "api_code": finding.api_code,
        "fingerprint": finding.fingerprint,
        "expression": finding.location.expression,
        "effect": finding.consequence.effect.value,
    }
    if result.kind == "exchange":
        said["party"] = party(finding, result).value
    if show_values:
        said["value"] = json.loads(json.dumps(finding.value, default=str), parse_constant=str)
    return said
