"""The report as GitLab's code quality: a JSON array, one entry for each finding at its file and line."""

from __future__ import annotations

import json
from collections import Counter
from hashlib import sha256

from contract_kit.findings import Finding, Severity
from contract_kit.report import Report
from contract_kit.reporters import Options
from contract_kit.reporters.document import spot, within
from contract_kit.reporters.words import grounds, plain
from contract_kit.showing import revealed

_SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.INFO: "info"}


def render(report: Report, *, options: Options) -> str:
    """One JSON array. GitLab compares by fingerprint and wants each once, so that a matter met again in a file gets a
    number."""
    met: Counter[tuple[str, str]] = Counter()
    entries = []
    for finding in report.findings:
        file = _path(finding, options)
        key = (file, finding.fingerprint)
        met[key] += 1
        entries.append(_entry(finding, file, met[key], options))
    return json.dumps(entries, ensure_ascii=False, indent=2) + "\n"


def _entry(finding: Finding, file: str, number: int, options: Options) -> dict[str, object]:
    matter = "\n".join((finding.fingerprint, file, str(number)))
    return {
        "type": "issue",
        "check_name": finding.code,
        "description": _description(finding, options),
        "categories": ["Bug Risk"],
        "severity": _SEVERITIES[finding.severity],
        "fingerprint": sha256(matter.encode("utf-8", "surrogatepass")).hexdigest(),
        "location": {"path": file, "lines": {"begin": spot(finding, options.base).line}},
    }


def _description(finding: Finding, options: Options) -> str:
    """What is wrong, what the server says, what to do, and what that rests on: GitLab shows nothing but this."""
    said = plain(finding.message)
    if finding.api_code is not None:
        said += f" (API {finding.api_code})"
    if options.show_values and finding.value is not None:
        said += f", got {plain(revealed(finding.value))}"
    return " - ".join(part for part in (said, plain(finding.hint), grounds(finding)) if part)


def _path(finding: Finding, options: Options) -> str:
    """The file, relative to the checkout where it lies inside; a path that leads out of it keeps its own form."""
    file = spot(finding, options.base).file
    return plain((within(file, options.base) or file).replace("\\", "/"))
