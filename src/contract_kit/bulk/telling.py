"""How a rejected record is told: one line of JSON with file, line, codes and hints, and no personal data unless asked."""

from __future__ import annotations

from typing import Any

from contract_kit.bulk.workplace import dumped
from contract_kit.findings import Finding, escape_pointer
from contract_kit.report import InputResult
from contract_kit.showing import revealed

_LONGEST_SHOWN = 100_000


def told(result: InputResult, *, show_values: bool = False, record: bytes = b"") -> bytes:
    """A rejection without its place, as a JSON object. With ``show_values`` it holds the values at fault and the record."""
    said: dict[str, Any] = {
        "outcome": result.outcome.verdict.value,
        "api_codes": sorted(result.outcome.api_codes),
        "findings": [_finding(finding, show_values) for finding in result.findings],
    }
    if not result.findings:
        said["reasons"] = list(result.outcome.reasons)
    if show_values:
        said["record"] = record[:_LONGEST_SHOWN].decode("utf-8", "replace")
    return dumped(said)


def told_law(
    code: str, api_code: int, stakes: list[dict[str, str]], *, show_values: bool = False, record: str = ""
) -> bytes:
    """The rejection of a record that another record, or what is registered, stands against."""
    findings = [{"code": code, "severity": "error", "api_code": api_code, **stake} for stake in stakes]
    said: dict[str, Any] = {"outcome": "refused", "api_codes": [api_code], "findings": findings}
    if show_values:
        said["record"] = record[:_LONGEST_SHOWN]
    return dumped(said)


def placed(source: str, line: int, said: bytes) -> bytes:
    """The rejection with its place, as a line."""
    return b'{"file":%s,"line":%d,%s\n' % (dumped(source), line, said[1:])


def _finding(finding: Finding, show_values: bool) -> dict[str, Any]:
    said: dict[str, Any] = {
        "code": finding.code,
        "severity": finding.severity.value,
        "api_code": finding.api_code,
        "message": finding.message,
        "hint": finding.hint,
        "pointer": escape_pointer(finding.pointer),
    }
    if finding.column is not None:
        said["column"] = finding.column
    if show_values and finding.value is not None:
        said["value"] = revealed(finding.value)
    return said
