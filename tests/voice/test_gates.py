"""What gates live from: formats for GitHub and GitLab, the summary in Markdown, and a file and a line for every finding."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from contract_kit.findings import Finding, Location, Part, Severity
from contract_kit.outcome import Outcome, Verdict
from contract_kit.report import InputResult, Report
from contract_kit.reporters import Options, load, markdown
from contract_kit.reporters.document import Spot, line_of, spot, within

from .conftest import REFUSED, TOLD, WARNED

ROOT = Path(__file__).resolve().parents[2]
LINES = (ROOT / "spec" / "openapi.yaml").read_text(encoding="utf-8").splitlines()
UNPLACED = replace(REFUSED, source=None, line=None, column=None)


def of(*findings: Finding) -> Report:
    """One input with these findings."""
    return Report("1.0.0", None, (InputResult("a.json", 0, "request", Outcome(Verdict.UNKNOWN), findings),))


# -- Places in openapi.yaml ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("part", "pointer", "line"),
    [
        (Part.REQUEST_METHOD, (), "    post:"),
        (Part.REQUEST_QUERY, ("source",), "    QuerySource:"),
        (Part.REQUEST_QUERY, ("accountId",), "    QueryAccountId:"),
        (Part.REQUEST_QUERY, ("nobody",), "      parameters:"),
        (Part.REQUEST_HEADER, ("x-cap-direct-replay",), "    DirectReplay:"),
        (Part.REQUEST_HEADER, ("Content-Type",), "        content:"),
        (Part.REQUEST_HEADER, ("authorization",), "  securitySchemes:"),
        (Part.REQUEST_HEADER, (), "      parameters:"),
        (Part.REQUEST_BODY, (), "    CustomerRegistration:"),
        (Part.REQUEST_BODY, ("profiles",), "        profiles:"),
        (Part.REQUEST_BODY, ("profiles", 7, "source"), "        source: {$ref: '#/components/schemas/Source'}"),
        (Part.REQUEST_BODY, ("profiles", 0, "identifiers", 3, "value"), "        value:"),
        (Part.REQUEST_BODY, ("profiles", 0, "nobody", 3), "          items: {$ref: '#/components/schemas/Profile'}"),
        (Part.RESPONSE_STATUS, (), "      responses:"),
        (Part.RESPONSE_HEADER, ("retry-after",), "    RetryAfter:"),
        (Part.RESPONSE_HEADER, ("nobody",), "      responses:"),
        (Part.RESPONSE_BODY, (), "    RegistrationAnswer:"),
        (Part.RESPONSE_BODY, ("createdId",), "        createdId: {$ref: '#/components/schemas/CustomerId'}"),
    ],
)
def test_a_place_of_the_exchange_has_a_line_of_the_document(part: Part, pointer: tuple[str | int, ...], line: str) -> None:
    assert LINES[line_of(Location(part, pointer)) - 1] == line


def test_members_of_errors_and_warnings_are_found_where_they_are_declared() -> None:
    places = {kind: line_of(Location(Part.RESPONSE_BODY, (kind, 0, "code"))) for kind in ("errors", "warnings")}
    for line in places.values():
        assert LINES[line - 1].startswith("        code: {")
    assert places["errors"] != places["warnings"]


def leaves() -> list[Location]:
    """A place for each member of the registration that the document names, some levels deep."""
    document = yaml.safe_load("\n".join(LINES))

    def below(schema: Any, pointer: tuple[str | int, ...]) -> list[Location]:
        while "$ref" in schema:
            schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        found = [Location(Part.REQUEST_BODY, pointer)]
        for name, child in schema.get("properties", {}).items():
            found += below(child, (*pointer, name))
        return found + (below(schema["items"], (*pointer, 0)) if "items" in schema else [])

    return below({"$ref": "#/components/schemas/CustomerRegistration"}, ())


@pytest.mark.parametrize("location", leaves(), ids=lambda location: location.expression)
def test_every_member_leads_to_the_line_that_names_it(location: Location) -> None:
    line = LINES[line_of(location) - 1].strip()
    step = location.pointer[-1] if location.pointer else "CustomerRegistration"
    assert line.startswith(("items:", "oneOf:", "anyOf:") if isinstance(step, int) else f"{step}:"), line


def test_a_finding_without_a_file_lies_in_the_document() -> None:
    line = line_of(UNPLACED.location)
    assert spot(UNPLACED, "/elsewhere") == Spot("openapi.yaml", line, None)
    assert spot(replace(UNPLACED, source="-", line=3, column=4), "/elsewhere") == Spot("openapi.yaml", line, None)
    assert spot(UNPLACED, str(ROOT)) == Spot("spec/openapi.yaml", line, None)
    assert spot(REFUSED) == Spot("orders/new, 100%.json", 5, 19)
    assert spot(replace(REFUSED, line=None, column=None)) == Spot("orders/new, 100%.json", 1, None)


def test_paths_are_told_from_the_folder_of_the_run() -> None:
    assert within("a/../b.json", "/run") == "b.json"
    assert within("/run/a/b.json", "/run") == "a/b.json"
    assert within("../b.json", "/run") is None


@pytest.mark.parametrize("source", [None, "-"])
def test_every_result_of_code_scanning_has_a_file_and_a_line(source: str | None) -> None:
    found = replace(UNPLACED, source=source)
    run = json.loads(load("sarif").render(of(found), options=Options(base=str(ROOT))))["runs"][0]
    place = run["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "spec/openapi.yaml", "uriBaseId": "%SRCROOT%"}
    assert place["region"] == {"startLine": line_of(UNPLACED.location)}
    (entry,) = json.loads(load("gitlab").render(of(found), options=Options(base=str(ROOT))))
    assert entry["location"] == {"path": "spec/openapi.yaml", "lines": {"begin": line_of(UNPLACED.location)}}


# -- GitHub's annotations ------------------------------------------------------------------------------------------------

FINDINGS = st.lists(
    st.builds(
        lambda base, number, line: replace(base, code=f"rule-{number}", line=line),
        st.sampled_from([REFUSED, WARNED, TOLD]),
        st.integers(0, 14),
        st.none() | st.integers(1, 99),
    ),
    max_size=60,
)


@given(FINDINGS)
def test_ten_annotations_at_the_most_speak_of_every_finding(findings: list[Finding]) -> None:
    said = load("github").render(of(*findings), options=Options()).splitlines()
    notes = [line for line in said if re.match("::(error|warning|notice) ", line)]
    assert len(notes) <= 10
    total = 0
    for note in notes:
        if more := re.search(r"title=(\d+) more findings of (\d+) rules?::(.*)", note):
            listed = [int(number) for number in re.findall(r"rule-\d+: (\d+), first at", more[3])]
            assert (int(more[1]), int(more[2])) == (sum(listed), len(listed))
            total += int(more[1])
        else:
            times = re.search(r"title=rule-\d+ \((\d+) times\)::", note)
            total += int(times[1]) if times else 1
    assert total == len(findings)
    ranks = [("notice", "warning", "error").index(note[2:].split(" ")[0]) for note in notes]
    assert ranks == sorted(ranks, reverse=True)
    assert (len(notes) < len(findings)) == ("::group::" in "\n".join(said))


# -- GitLab --------------------------------------------------------------------------------------------------------------


@given(FINDINGS)
def test_gitlab_has_an_entry_for_each_finding_with_a_fingerprint_of_its_own(findings: list[Finding]) -> None:
    entries = json.loads(load("gitlab").render(of(*findings), options=Options()))
    assert [entry["check_name"] for entry in entries] == [finding.code for finding in findings]
    assert max(Counter(entry["fingerprint"] for entry in entries).values(), default=1) == 1
    for entry in entries:
        assert {"description", "check_name", "fingerprint", "severity", "location"} <= set(entry)
        assert entry["severity"] in {"info", "minor", "major", "critical", "blocker"}
        assert entry["location"]["lines"]["begin"] >= 1


def test_gitlab_knows_a_finding_again_when_lines_move() -> None:
    before, after = (
        json.loads(load("gitlab").render(of(*found), options=Options()))
        for found in ((REFUSED, WARNED), (TOLD, replace(WARNED, line=9), replace(REFUSED, line=50)))
    )
    assert {entry["fingerprint"] for entry in before} <= {entry["fingerprint"] for entry in after}


@pytest.mark.parametrize(
    ("source", "path"),
    [("./a/../b.json", "b.json"), ("/run/b.json", "b.json"), ("../b.json", "../b.json"), ("c\\d.json", "c/d.json")],
)
def test_gitlab_paths_are_relative_to_the_checkout(source: str, path: str) -> None:
    (entry,) = json.loads(load("gitlab").render(of(replace(REFUSED, source=source)), options=Options(base="/run")))
    assert entry["location"]["path"] == path


# -- Markdown ------------------------------------------------------------------------------------------------------------


def summary(report: Report, **settings: Any) -> str:
    return load("markdown").render(report, options=Options(**settings))


@pytest.mark.parametrize(
    ("report", "settings", "verdict"),
    [
        (of(REFUSED), {}, "failed"),
        (of(REFUSED), {"unread": ["a.json: cannot be read"]}, "failed"),
        (of(WARNED), {}, "passed"),
        (of(WARNED), {"fail_on": Severity.WARNING}, "failed"),
        (of(), {}, "passed"),
        (of(), {"unread": ["a.json: cannot be read"]}, "incomplete"),
    ],
)
def test_the_summary_begins_with_the_verdict(report: Report, settings: dict[str, Any], verdict: str) -> None:
    assert summary(report, **settings).splitlines()[0] == f"### contract-kit validate: {verdict}"


def test_the_summary_of_nothing_found_has_no_table() -> None:
    assert summary(of()) == (
        "### contract-kit validate: passed\n\n1 input, 1 clean (1 not documented): no findings. Judged by contract 1.0.0.\n"
    )


def test_the_summary_joins_the_findings_of_a_rule() -> None:
    rows = summary(of(*(replace(REFUSED, line=number) for number in range(1, 9)), WARNED)).splitlines()[6:8]
    assert rows[0].startswith("| **error** (8 times) | ")
    assert rows[0].endswith("5:19</code><br>and 3 more |")
    assert rows[0].count("<code>orders/new, 100%.json:") == 5
    assert rows[1].startswith("| **warning** | ")


def test_the_summary_shows_three_of_the_messages_of_a_rule() -> None:
    said = summary(of(*(replace(REFUSED, message=f"wrong {number % 5}") for number in range(9))))
    assert (
        "| wrong 0<br>wrong 1<br>wrong 2<br>and 2 more like these<br>write INSTORE, in capitals (stated F25 D02) |" in said
    )


@given(st.text(max_size=60), st.text(max_size=60))
def test_texts_from_outside_stay_in_their_cells(message: str, source: str) -> None:
    odd = replace(REFUSED, message=message, source=source or "a", value=message)
    said = summary(of(odd), show_values=True, unread=[source])
    (row,) = (line for line in said.split("\n") if line.startswith("| **error**"))
    bars = re.findall(r"(?<!\\)(?:\\\\)*\|", row)
    assert len(bars) == 6
    assert set(re.findall(r"<[^>]*>", row)) <= {"<br>", "<code>", "</code>"}
    assert "@" not in row


def test_the_summary_stays_below_what_github_shows() -> None:
    long = [
        replace(REFUSED, code=f"rule-{number}", message="m" * 9999, hint="h" * 9999, source="s" * 9999)
        for number in range(90)
    ]
    said = summary(of(*long), unread=["u" * 9999] * 100)
    assert len(said.encode()) < 2**20
    assert said.count("m" * (markdown.LONGEST - 1) + "…") == 90
    assert "\n… and 95 more.\n" in said
