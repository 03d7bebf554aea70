"""The report as JUnit XML: a suite for each of the fuzzer's, with a case for what passed, for each finding and for each
reason why something was not tested.
"""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from contract_kit.fuzz.findings import FuzzFinding
from contract_kit.fuzz.output import Manner
from contract_kit.fuzz.report import FuzzReport
from contract_kit.fuzz.running import SuiteTally
from contract_kit.reporters.words import plain
from contract_kit.showing import count

NAME = "contract-kit"
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(report: FuzzReport, *, manner: Manner) -> str:
    """One XML document in UTF-8, with its declaration."""
    root = Element("testsuites", name=f"{NAME} fuzz")
    for name in dict.fromkeys((*report.suites, *(one.case.suite for one in report.findings))):
        found = [one for one in report.findings if one.case.suite == name]
        _suite(root, name, report.suites.get(name, SuiteTally()), found, report, manner)
    for attribute in ("tests", "failures", "errors"):
        root.set(attribute, str(sum(int(suite.get(attribute, "0")) for suite in root)))
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _suite(
    root: Element, name: str, tally: SuiteTally, found: list[FuzzFinding], report: FuzzReport, manner: Manner
) -> None:
    suite = SubElement(root, "testsuite", name=f"fuzz {name}")
    if tally.done:
        _case(suite, name, "cases whose answers were judged", f"{tally.done} of {tally.planned} planned cases were judged")
    failures = 0
    for finding in found:
        said = _said(finding, report)
        case = _case(suite, name, f"{finding.code}: {finding.cause or finding.case.name} [{finding.fingerprint}]", "")
        if finding.suppressed is not None:
            SubElement(case, "skipped", message=_xml(f"muted: {finding.suppressed}"))
        elif finding.severity.rank >= manner.fail_on.rank:
            failures += 1
            SubElement(case, "failure", type=finding.code, message=_xml(plain(finding.message))).text = said
            continue
        SubElement(case, "system-out").text = said
    for reason, number in tally.reasons.items():
        case = _case(suite, name, f"not tested: {reason}", "")
        SubElement(case, "skipped", message=_xml(f"{count(number, 'case')}: {reason}"))
    suite.set("tests", str(len(suite)))
    suite.set("failures", str(failures))
    suite.set("errors", "0")
    suite.set("skipped", str(sum(case.find("skipped") is not None for case in suite)))


def _case(suite: Element, name: str, title: str, said: str) -> Element:
    case = SubElement(suite, "testcase", name=_xml(plain(title)), classname=f"{NAME}.fuzz.{name}")
    if said:
        SubElement(case, "system-out").text = _xml(said)
    return case


def _said(finding: FuzzFinding, report: FuzzReport) -> str:
    lines = [
        f"{finding.severity.value}: {finding.message}",
        f"expected: {finding.mismatch.expected}",
        f"came: {finding.mismatch.actual}",
        f"{finding.evidence.value}: {', '.join(finding.mismatch.facts)}",
        *(["flaky: it did not come again"] if finding.flaky else []),
    ]
    script = report.scripts.get(finding.fingerprint, "")
    return _xml("\n".join([*map(plain, lines), *([script] if 0 < len(script) < 4000 else [])]))


def _xml(text: str) -> str:
    """The text without what XML 1.0 has no way to say."""
    return _NOT_XML.sub("\ufffd", text)
