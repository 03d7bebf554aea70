"""The machine-readable formats against the schemas that their readers go by."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest

from contract_kit import reporters
from contract_kit.findings import Finding, Severity
from contract_kit.outcome import Outcome, Verdict
from contract_kit.report import InputResult, Report
from contract_kit.reporters import Options, load, sarif
from contract_kit.rule import Rule

SCHEMAS = Path(__file__).resolve().parent.parent / "data" / "schemas"
REPORT_SCHEMA = json.loads(Path(reporters.__file__).with_name("report.schema.json").read_text("utf-8"))


def many(finding: Finding, times: int) -> Report:
    """One input with a finding so many times, each at its own index and line."""
    findings = tuple(replace(finding, pointer=("profiles", number, "source"), line=number + 1) for number in range(times))
    return Report("1.0.0", None, (InputResult(finding.source, 0, "request", Outcome(Verdict.UNKNOWN), findings),))


@pytest.fixture
def finding(report: Report) -> Finding:
    return report.inputs[0].findings[0]


# -- JSON ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("show_values", [False, True])
def test_json_keeps_to_its_published_schema(report: Report, show_values: bool) -> None:
    jsonschema.Draft202012Validator.check_schema(REPORT_SCHEMA)
    said = json.loads(load("json").render(report, options=Options(show_values=show_values)))
    jsonschema.validate(said, REPORT_SCHEMA, jsonschema.Draft202012Validator)


def test_the_schema_knows_every_member_that_the_report_has(report: Report) -> None:
    said = json.loads(load("json").render(report, options=Options(show_values=True)))
    parts = REPORT_SCHEMA["$defs"]
    assert list(REPORT_SCHEMA["properties"]) == list(said)
    assert list(parts["input"]["properties"]) == list(said["inputs"][0])
    assert [name for name in parts["finding"]["properties"] if name != "party"] == list(said["findings"][0])
    assert list(parts["gap"]["properties"]) == list(said["not_checked"][0])
    assert list(parts["summary"]["properties"]) == list(said["summary"])


def test_of_an_exchange_the_report_says_who_is_wrong(report: Report) -> None:
    exchanges = replace(report, inputs=tuple(replace(result, kind="exchange") for result in report.inputs))
    for show_values in (False, True):
        said = json.loads(load("json").render(exchanges, options=Options(show_values=show_values)))
        jsonschema.validate(said, REPORT_SCHEMA, jsonschema.Draft202012Validator)
        members = [name for name in REPORT_SCHEMA["$defs"]["finding"]["properties"] if show_values or name != "value"]
        assert [list(finding) for finding in said["findings"]] == [members] * 3
        assert [finding["party"] for finding in said["findings"]] == ["client"] * 3


@pytest.mark.parametrize(
    "spoilt",
    [
        {"version": 2},
        {
            "inputs": [
                {"source": "a.json", "index": 0, "outcome": "maybe", "status": 200, "api_codes": [], "warning_codes": []}
            ]
        },
        {"findings": [{"code": "a"}]},
        {"summary": {}},
    ],
)
def test_the_schema_refuses_other_reports(report: Report, spoilt: dict[str, Any]) -> None:
    said = json.loads(load("json").render(report, options=Options())) | spoilt
    assert not jsonschema.Draft202012Validator(REPORT_SCHEMA).is_valid(said)


def test_a_value_that_json_cannot_say_does_not_break_the_report(report: Report, finding: Finding) -> None:
    odd = replace(finding, value=[float("nan"), b"bytes"])
    report = replace(report, inputs=(replace(report.inputs[0], findings=(odd,)),))
    said = load("json").render(report, options=Options(show_values=True))
    assert json.loads(said, parse_constant=pytest.fail)["findings"][0]["value"] == ["NaN", "b'bytes'"]


# -- SARIF ---------------------------------------------------------------------------------------------------------------


def run_of(report: Report, rules: tuple[Rule, ...] = ()) -> dict[str, Any]:
    log = json.loads(load("sarif").render(report, options=Options(rules=rules, version="0.1.0")))
    schema = json.loads((SCHEMAS / "sarif-schema-2.1.0.json").read_text("utf-8"))
    jsonschema.validate(log, schema, jsonschema.Draft4Validator)
    run: dict[str, Any] = log["runs"][0]
    return run


def test_sarif_keeps_to_the_oasis_schema(report: Report, sample_rules: tuple[Rule, ...]) -> None:
    assert len(run_of(report, sample_rules)["results"]) == 3


def test_sarif_of_nothing_found_keeps_to_it_too(report: Report) -> None:
    assert run_of(replace(report, inputs=report.inputs[1:2], not_checked=()))["results"] == []


def test_each_sarif_result_has_a_place_and_its_rule(report: Report, sample_rules: tuple[Rule, ...]) -> None:
    run = run_of(report, sample_rules)
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        place = result["locations"][0]["physicalLocation"]
        assert place["artifactLocation"]["uri"].startswith("orders/")
        assert place["region"]["startLine"] >= 1
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    explained = {rule["id"]: rule["help"]["markdown"] for rule in rules}
    assert "Sources are words in capitals." in explained["source-sample"]


def test_sarif_tells_equal_findings_of_one_file_apart(finding: Finding) -> None:
    results = run_of(many(finding, 3))["results"]
    assert {result["partialFingerprints"]["contractKit/v1"] for result in results} == {finding.fingerprint}
    assert [result["partialFingerprints"]["primaryLocationLineHash"] for result in results] == [
        f"{finding.fingerprint}:{number}" for number in (1, 2, 3)
    ]


def test_sarif_joins_what_is_too_much_for_github(finding: Finding) -> None:
    run = run_of(many(finding, sarif.LIMIT + 1))
    assert [result["occurrenceCount"] for result in run["results"]] == [sarif.LIMIT + 1]
    assert "toolExecutionNotifications" not in run["invocations"][0]


def test_sarif_leaves_out_the_lightest_and_says_so(report: Report, finding: Finding) -> None:
    light = [replace(finding, severity=Severity.INFO, params={"number": number}) for number in range(sarif.LIMIT)]
    heavy = [replace(finding, params={"number": "heavy"})]
    run = run_of(replace(report, inputs=(replace(report.inputs[0], findings=(*light, *heavy)),)))
    assert len(run["results"]) == sarif.LIMIT
    assert run["results"][0]["level"] == "error"
    said = run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"]
    assert said == "1 of 5001 findings are left out; the JSON report has all of them."


@pytest.mark.parametrize(
    ("source", "address"),
    [
        ("a/b c.json", {"uri": "a/b%20c.json", "uriBaseId": "%SRCROOT%"}),
        ("./a/../ä#?.json", {"uri": "%C3%A4%23%3F.json", "uriBaseId": "%SRCROOT%"}),
        ("/base/of/run/a.json", {"uri": "a.json", "uriBaseId": "%SRCROOT%"}),
        ("../beside.json", {"uri": "file:///base/of/beside.json"}),
        ("/elsewhere/a.json", {"uri": "file:///elsewhere/a.json"}),
        ("-", {"uri": "openapi.yaml", "uriBaseId": "%SRCROOT%"}),
        (None, {"uri": "openapi.yaml", "uriBaseId": "%SRCROOT%"}),
    ],
)
def test_sarif_addresses(report: Report, finding: Finding, source: str | None, address: dict[str, str]) -> None:
    report = replace(report, inputs=(replace(report.inputs[0], findings=(replace(finding, source=source),)),))
    log = json.loads(load("sarif").render(report, options=Options(base="/base/of/run")))
    place = log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == address


# -- JUnit ---------------------------------------------------------------------------------------------------------------

# What Jenkins' junit-10.xsd allows of what the kit uses: element -> (attributes it must have, may have, children).
JUNIT: dict[str, tuple[set[str], set[str], set[str]]] = {
    "testsuites": (set(), {"name", "time", "tests", "failures", "errors"}, {"testsuite"}),
    "testsuite": (
        {"name", "tests", "failures", "errors"},
        {"group", "time", "skipped", "timestamp", "hostname", "id", "package", "file", "log", "url"},
        {"testsuite", "properties", "testcase", "system-out", "system-err"},
    ),
    "testcase": (
        {"name"},
        {"time", "classname", "group"},
        {"skipped", "error", "failure", "system-out", "system-err"},
    ),
    "failure": (set(), {"type", "message"}, set()),
    "system-out": (set(), set(), set()),
}


def junit(report: Report, **settings: Any) -> ElementTree.Element:
    """The JUnit report, parsed, and held to that shape."""
    root = ElementTree.fromstring(load("junit").render(report, options=Options(**settings)))
    for element in root.iter():
        must, may, children = JUNIT[element.tag]
        assert must <= set(element.keys()) <= must | may
        assert {child.tag for child in element} <= children
    assert root.tag == "testsuites"
    return root


def test_junit_shows_passing_inputs_too(report: Report) -> None:
    root = junit(report)
    assert {case.get("name"): case.find("failure") is None for case in root.iter("testcase")} == {
        "orders/new, 100%.json": False,
        "orders/all.ndjson, record 1": True,
        "orders/all.ndjson, record 3": True,
        "<stdin>": True,
    }
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("4", "1", "0")


@pytest.mark.parametrize(("fail_on", "failures"), [("error", 1), ("warning", 2), ("info", 2)])
def test_junit_fails_from_the_fail_level_on(report: Report, fail_on: str, failures: int) -> None:
    assert len(list(junit(report, fail_on=Severity(fail_on)).iter("failure"))) == failures


def test_junit_names_what_xml_cannot_say(report: Report, finding: Finding) -> None:
    odd = replace(finding, message="a\x00b\ufffec\ud800<&]]>", source="\x1b.json")
    root = junit(replace(report, inputs=(InputResult("\x1b.json", 0, "request", Outcome(Verdict.UNKNOWN), (odd,)),)))
    failure = next(root.iter("failure"))
    assert failure.get("message") == "a\\u0000b\ufffdc\\ud800<&]]>"
    assert next(root.iter("testcase")).get("name") == "\\u001b.json"


# -- GitHub --------------------------------------------------------------------------------------------------------------


def annotations(said: str) -> list[str]:
    return [line for line in said.splitlines() if line.startswith(("::error", "::warning", "::notice"))]


def test_github_shows_ten_findings_one_by_one(finding: Finding) -> None:
    assert len(annotations(load("github").render(many(finding, 10), options=Options()))) == 10


def test_github_joins_more_than_ten_by_rule(report: Report, finding: Finding) -> None:
    lots = many(finding, 11)
    warning = report.inputs[2].findings[0]
    lots = replace(lots, inputs=(InputResult("b.json", 0, "request", Outcome(Verdict.UNKNOWN), (warning,)), *lots.inputs))
    said = load("github").render(lots, options=Options())
    assert annotations(said) == [
        (
            "::error file=orders/new%2C 100%25.json,line=1,col=19,title=source-sample (11 times)::"
            'source: "Instore" is not a source; did you mean "INSTORE"? [source-sample, API 3217]%0A'
            "write INSTORE, in capitals%0A"
            "orders/new, 100%25.json:1:19%0Aorders/new, 100%25.json:2:19%0Aorders/new, 100%25.json:3:19%0A"
            "orders/new, 100%25.json:4:19%0Aorders/new, 100%25.json:5:19%0Aand 6 more"
        ),
        (
            "::warning file=orders/all.ndjson,line=4,col=33,title=mobile-sample::"
            "value: a mobile number holds digits only [mobile-sample, API 8056]%0Asend digits 0-9 only"
        ),
    ]
    group = said.splitlines()[2:]
    assert group[0] == "::group::contract-kit: 12 findings"
    assert len([line for line in group if line.startswith("- ")]) == 12
    assert group[13] == "::endgroup::"


def test_github_keeps_its_last_annotation_for_the_rest(report: Report, finding: Finding) -> None:
    codes = [f"rule-{number}" for number in range(12)]
    findings = tuple(replace(finding, code=code) for code in codes)
    report = replace(report, inputs=(replace(report.inputs[0], findings=findings),))
    shown = annotations(load("github").render(report, options=Options()))
    assert len(shown) == 10
    assert shown[-1] == (
        "::error file=orders/new%2C 100%25.json,line=5,col=19,title=3 more findings of 3 rules::"
        "rule-9: 1, first at orders/new, 100%25.json:5:19%0A"
        "rule-10: 1, first at orders/new, 100%25.json:5:19%0A"
        "rule-11: 1, first at orders/new, 100%25.json:5:19"
    )


def test_github_takes_no_commands_from_outside(report: Report, finding: Finding) -> None:
    odd = replace(finding, source="::warning::a.json", message="x\n::error::y ##[add-path]z")
    findings = tuple(replace(odd, line=number) for number in range(1, 12))
    report = replace(report, inputs=(InputResult(odd.source, 0, "request", Outcome(Verdict.UNKNOWN), findings),))
    said = load("github").render(report, options=Options())
    commands = [line.split("::")[1].split(" ")[0] for line in said.splitlines() if line.strip().startswith("::")]
    assert commands == ["error", "group", "endgroup"]
    assert all("##[" not in line for line in said.splitlines() if not line.startswith("::error"))
