"""The report as SARIF 2.1.0, for code scanning and editors.

Every result has a file and a line, as GitHub demands: the payload's, or the line of ``openapi.yaml`` that speaks of the
place.

GitHub takes at most 25,000 results of a run and keeps 5,000, so a longer list is first joined by fingerprint and source
(``occurrenceCount``) and then cut, the lightest last, and the log says so.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from contract_kit.findings import Finding, Severity, escape_pointer
from contract_kit.report import Report
from contract_kit.reporters import Options
from contract_kit.reporters.document import spot, within
from contract_kit.reporters.words import grounds, plain
from contract_kit.showing import revealed

LIMIT = 5000
SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
HOME = "urn:contract-kit"
"""What readers take for the tool's home page, and ask for; the kit has no address of its own but wherever it is hosted."""
ROOT = "%SRCROOT%"
"""What addresses are relative to: the folder the kit ran in, left to the reader so that no local path is told."""

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_PROBLEMS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "recommendation"}


def render(report: Report, *, options: Options) -> str:
    """One log with one run."""
    findings = list(report.findings)
    groups = _groups(findings)
    shown = groups[:LIMIT]
    codes = sorted({group[0].code for group in shown})
    index = {code: number for number, code in enumerate(codes)}
    heaviest = _heaviest(findings)
    run: dict[str, Any] = {
        "tool": {
            "driver": {
                "name": "contract-kit",
                "informationUri": HOME,
                "version": options.version,
                "semanticVersion": options.version,
                "rules": [_rule(code, heaviest[code], options) for code in codes],
            }
        },
        "automationDetails": {"id": f"contract-kit/{options.command}/"},
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(report, findings, sum(len(group) for group in groups[LIMIT:]))],
        "results": _results(shown, index, options),
        "properties": {"contract": report.contract, "org": report.org, "inputs": len(report.inputs)},
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, ensure_ascii=False, indent=2) + "\n"


def _groups(findings: Sequence[Finding]) -> list[list[Finding]]:
    """What becomes one result each: every finding, or, where they are too many, those that say the same of a source;
    the heaviest first then."""
    if len(findings) <= LIMIT:
        return [[finding] for finding in findings]
    joined: dict[tuple[str | None, str, Severity], list[Finding]] = {}
    for finding in findings:
        joined.setdefault((finding.source, finding.fingerprint, finding.severity), []).append(finding)
    return sorted(joined.values(), key=lambda group: -group[0].severity.rank)


def _heaviest(findings: Iterable[Finding]) -> dict[str, Finding]:
    """For each rule its finding of the highest severity: some rules weigh more for some orgs."""
    heaviest: dict[str, Finding] = {}
    for finding in findings:
        known = heaviest.get(finding.code)
        if known is None or known.severity.rank < finding.severity.rank:
            heaviest[finding.code] = finding
    return heaviest


def _rule(code: str, finding: Finding, options: Options) -> dict[str, Any]:
    known = next((rule for rule in options.rules if rule.code == code), None)
    title = known.title if known else code
    explanation = known.explanation if known else ""
    basis = f"Evidence: {grounds(finding)}."
    way_out = f"`contract-kit explain {code}` shows examples."
    return {
        "id": code,
        "name": "".join(word.capitalize() for word in code.split("-")),
        "shortDescription": {"text": f"{title}."},
        "fullDescription": {"text": " ".join(explanation.split()) or f"{title}."},
        "help": {
            "text": "\n\n".join(part for part in (f"{title}.", explanation, basis, way_out.replace("`", "")) if part),
            "markdown": "\n\n".join(part for part in (f"**{title}**", explanation, basis, way_out) if part),
        },
        "defaultConfiguration": {"level": _LEVELS[finding.severity]},
        "properties": {
            "tags": ["api-contract", known.module if known else "contract", finding.evidence.value],
            "precision": "high" if finding.evidence.value in ("stated", "shown") else "medium",
            "problem.severity": _PROBLEMS[finding.severity],
        },
    }


def _invocation(report: Report, findings: Sequence[Finding], left_out: int) -> dict[str, Any]:
    notes = [
        {"level": "note", "message": {"text": f"Not checked for want of {gap.section}: {', '.join(gap.rules)}."}}
        for gap in report.not_checked
    ]
    said: dict[str, Any] = {"executionSuccessful": True}
    if left_out:
        text = f"{left_out} of {len(findings)} findings are left out; the JSON report has all of them."
        said["toolExecutionNotifications"] = [{"level": "warning", "message": {"text": text}}]
    if notes:
        said["toolConfigurationNotifications"] = notes
    return said


def _results(groups: Iterable[Sequence[Finding]], index: dict[str, int], options: Options) -> list[dict[str, Any]]:
    """The results; of several with one fingerprint in a source each gets a number of its own, since GitHub tells alerts
    apart by ``primaryLocationLineHash``."""
    met: Counter[tuple[str | None, str]] = Counter()
    results = []
    for group in groups:
        finding = group[0]
        key = (finding.source, finding.fingerprint)
        met[key] += 1
        results.append(_result(group, index[finding.code], met[key], options))
    return results


def _result(group: Sequence[Finding], rule: int, number: int, options: Options) -> dict[str, Any]:
    finding = group[0]
    text = plain(finding.message)
    if options.show_values and finding.value is not None:
        text += f" (got {plain(revealed(finding.value))})"
    said: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": rule,
        "level": _LEVELS[finding.severity],
        "message": {"text": " ".join(part for part in (_sentence(text), _capital(_sentence(plain(finding.hint)))) if part)},
        "locations": [_location(finding, options)],
        "partialFingerprints": {
            "contractKit/v1": finding.fingerprint,
            "primaryLocationLineHash": f"{finding.fingerprint}:{number}",
        },
        "properties": {
            "evidence": finding.evidence.value,
            "facts": list(finding.facts),
            "apiCode": finding.api_code,
            "effect": finding.consequence.effect.value,
            "index": finding.index,
        },
    }
    if len(group) > 1:
        said["occurrenceCount"] = len(group)
    if finding.fingerprint in options.muted:
        said["suppressions"] = [{"kind": "external", "justification": plain(options.muted[finding.fingerprint])}]
    return said


def _sentence(text: str) -> str:
    return f"{text}." if text and text[-1] not in ".?!" else text


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _location(finding: Finding, options: Options) -> dict[str, Any]:
    where = spot(finding, options.base)
    region: dict[str, Any] = {"startLine": where.line}
    if where.column:
        region["startColumn"] = where.column
    return {
        "physicalLocation": {"artifactLocation": _artifact(where.file, options), "region": region},
        "logicalLocations": [
            {
                "fullyQualifiedName": plain(finding.location.expression),
                "decoratedName": plain(escape_pointer(finding.pointer)),
            }
        ],
    }


def _artifact(source: str, options: Options) -> dict[str, Any]:
    """The address of a file relative to the folder the kit ran in; an absolute one for files outside it."""
    from urllib.parse import quote

    inside = within(source, options.base)
    if inside is not None:
        return {"uri": quote(_bytes(inside)), "uriBaseId": ROOT}
    path = Path(os.path.normpath(Path(options.base or ".").absolute() / source))
    return {"uri": "file:///" + quote(_bytes(path.as_posix()).lstrip(b"/"), safe="/:")}


def _bytes(path: str) -> bytes:
    return path.encode("utf-8", "surrogateescape")
