"""The report as workflow commands of GitHub Actions: annotations beside the lines they speak of.

A step shows ten annotations, so the findings are grouped by rule where there are more; the rest of the log has every
finding in a folded group.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from contract_kit.findings import Finding, Severity
from contract_kit.report import Report
from contract_kit.reporters import Options
from contract_kit.reporters.text import headline
from contract_kit.reporters.words import STDIN, marks, place, plain
from contract_kit.showing import count, revealed

LIMIT = 10
PLACES = 5
"""So many places are listed in an annotation that stands for a group."""

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def render(report: Report, *, options: Options) -> str:
    """Annotations, errors first, then all findings in a folded group if some were grouped, then the counts."""
    findings = sorted(report.findings, key=lambda finding: -finding.severity.rank)
    lines = list(_annotations(findings, options))
    if len(findings) > len(lines):
        lines.append("::group::contract-kit: " + count(len(findings), "finding"))
        lines.extend(_log_line(finding, options) for finding in findings)
        lines.append("::endgroup::")
    lines.append(options.summary or headline(report))
    return "\n".join(lines) + "\n"


def _annotations(findings: Sequence[Finding], options: Options) -> Iterator[str]:
    if len(findings) <= LIMIT:
        yield from (_single(finding, options) for finding in findings)
        return
    groups: dict[tuple[Severity, str], list[Finding]] = {}
    for finding in findings:
        groups.setdefault((finding.severity, finding.code), []).append(finding)
    ordered = list(groups.values())
    shown = ordered if len(ordered) <= LIMIT else ordered[: LIMIT - 1]
    for group in shown:
        yield _single(group[0], options) if len(group) == 1 else _group(group)
    if ordered[len(shown) :]:
        yield _rest(ordered[len(shown) :])


def _single(finding: Finding, options: Options) -> str:
    message = f"{plain(finding.message)} [{marks(finding)}]"
    if options.show_values and finding.value is not None:
        message += f"\ngot {plain(revealed(finding.value))}"
    return _command(finding, finding.code, f"{message}\n{plain(finding.hint)}" if finding.hint else message)


def _group(group: Sequence[Finding]) -> str:
    places = [place(finding) for finding in group[:PLACES]]
    if len(group) > PLACES:
        places.append(f"and {len(group) - PLACES} more")
    first = group[0]
    message = "\n".join((f"{plain(first.message)} [{marks(first)}]", plain(first.hint), *places))
    return _command(first, f"{first.code} ({len(group)} times)", message)


def _rest(groups: Sequence[Sequence[Finding]]) -> str:
    total = sum(len(group) for group in groups)
    message = "\n".join(f"{group[0].code}: {len(group)}, first at {place(group[0])}" for group in groups)
    return _command(groups[0][0], f"{total} more findings of {count(len(groups), 'rule')}", message)


def _command(finding: Finding, title: str, message: str) -> str:
    properties: dict[str, object] = {}
    if finding.source is not None and finding.source != STDIN:
        properties["file"] = finding.source.replace("\\", "/")
        properties |= {"line": finding.line or 1, "col": finding.column} if finding.column else {"line": finding.line or 1}
    properties["title"] = title
    said = ",".join(f"{key}={_property(str(value))}" for key, value in properties.items())
    return f"::{_COMMANDS[finding.severity]} {said}::{_data(message)}"


def _log_line(finding: Finding, options: Options) -> str:
    """A line of the log; the runner would take ``##[`` in it, or ``::`` at its beginning, for a command."""
    value = f" got {plain(revealed(finding.value))}" if options.show_values and finding.value is not None else ""
    line = f"- {place(finding)}: {finding.severity.value}: {plain(finding.message)} [{marks(finding)}]{value}"
    return line.replace("##[", "## [")


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
