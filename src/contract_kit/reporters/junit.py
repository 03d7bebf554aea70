"""The report as JUnit XML, in the shape that Jenkins' junit-10.xsd allows: one suite a source, one test case an input.

An input fails when one of its findings is at or above the fail level; what lies below stands in ``system-out``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from contract_kit.findings import Finding
from contract_kit.report import InputResult, Report
from contract_kit.reporters import Options
from contract_kit.reporters.words import marks, name, note, outcome, place, plain, several, title
from contract_kit.showing import revealed

NAME = "contract-kit"

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(report: Report, *, options: Options) -> str:
    """One XML document in UTF-8, with its declaration."""
    many = several(report)
    root = Element("testsuites", name=NAME)
    failed = 0
    for source, results in _by_source(report).items():
        suite = SubElement(root, "testsuite", name=_xml(name(source)))
        failures = sum(_case(suite, result, many, options) for result in results)
        failed += failures
        _count(suite, len(results), failures)
    _count(root, len(report.inputs), failed)
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _by_source(report: Report) -> dict[str | None, list[InputResult]]:
    grouped: dict[str | None, list[InputResult]] = {}
    for result in report.inputs:
        grouped.setdefault(result.source, []).append(result)
    return grouped


def _count(element: Element, tests: int, failures: int) -> None:
    element.set("tests", str(tests))
    element.set("failures", str(failures))
    element.set("errors", "0")


def _case(suite: Element, result: InputResult, many: frozenset[str | None], options: Options) -> bool:
    """Add the test case of an input; whether it failed."""
    case = SubElement(suite, "testcase", name=_xml(title(result, many)), classname=f"{NAME}.{result.kind}")
    heavy = [finding for finding in result.findings if finding.severity.rank >= options.fail_on.rank]
    light = [finding for finding in result.findings if finding.severity.rank < options.fail_on.rank]
    if heavy:
        more = f" (and {len(heavy) - 1} more)" if heavy[1:] else ""
        failure = SubElement(case, "failure", type=heavy[0].code, message=_xml(plain(heavy[0].message) + more))
        failure.text = _xml(_lines(heavy, options))
    SubElement(case, "system-out").text = _xml(outcome(result) + ("\n" + _lines(light, options) if light else ""))
    return bool(heavy)


def _lines(findings: Iterable[Finding], options: Options) -> str:
    return "\n".join(_said(finding, options) for finding in findings)


def _said(finding: Finding, options: Options) -> str:
    value = f"\n  got {plain(revealed(finding.value))}" if options.show_values and finding.value is not None else ""
    return (
        f"{place(finding)}: {finding.severity.value}: {plain(finding.message)} [{marks(finding)}]{value}\n  {note(finding)}"
    )


def _xml(text: str) -> str:
    """The text without what XML 1.0 has no way to say."""
    return _NOT_XML.sub("\ufffd", text)
