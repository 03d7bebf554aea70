"""What the pages say: verdict first, findings by cause, the place marked, evidence, commands, and what was covered."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from contract_kit.findings import Severity
from contract_kit.jsontext import parse
from contract_kit.reporters import html

from .conftest import Written, bulk_data, registration
from .reading import Element, causes, commands, headline, marked, rows, tree

ROOT = Path(__file__).resolve().parents[2]
ANSWER = {"status": 200, "body": {"createdId": "7"}}


# -- validate ------------------------------------------------------------------------------------------------------------


def test_the_verdict_comes_first(validated: Written) -> None:
    page = tree(validated({"a.json": registration(source="Instore"), "b.json": registration()}))
    assert headline(page) == "✖ Failed: 1 of 2 registrations would be refused"
    (section,) = [one for one in page.one("main").children if isinstance(one, Element)][:1]
    assert section.get("class") == "verdict error"
    assert page.one("p", class_="sentence").said == "1 error, of 1 cause."
    assert [one.said for one in section.all("div", class_="tile")] == [
        "inputs2", "without any finding1", "error1", "warnings0", "info0",
    ]  # fmt: skip
    assert page.one("head").one("title").said.startswith("Failed: 1 of 2 registrations would be refused")


@pytest.mark.parametrize(
    ("inputs", "kind", "options", "said"),
    [
        ({}, "request", {}, "▲ Incomplete: nothing was judged"),
        ({"a.json": registration()}, "request", {}, "✔ Passed: the registration would be accepted"),
        (
            {"a.json": registration()}, "request", {"unread": ["b.json: gone"]},
            "▲ Incomplete: the registration would be accepted",
        ),
        ({"a.json": registration(firstName="n" * 101)}, "request", {}, "✔ Passed: the registration would be accepted"),
        (
            {"a.json": registration(firstName="n" * 101)}, "request", {"fail_on": Severity.WARNING},
            "✖ Failed: the registration would be accepted",
        ),
        (
            {"a.json": {"createdId": 7, "warnings": [], "sideEffects": []}}, "response", {},
            "✔ Passed: the answer keeps to the contract",
        ),
        ({"a.json": {"createdId": "7"}}, "response", {}, "✖ Failed: the answer breaks the contract"),
        (
            {name: {"request": {"body": registration()}, "response": ANSWER} for name in ("a", "b")}, "exchange", {},
            "✖ Failed: all 2 exchanges break the contract",
        ),
    ],
)  # fmt: skip
def test_verdicts(validated: Written, inputs: dict[str, Any], kind: str, options: dict[str, Any], said: str) -> None:
    assert headline(tree(validated(inputs, kind, **options))) == said


def test_findings_are_grouped_by_cause_the_heaviest_first(validated: Written) -> None:
    names = {f"{number}.json": registration(firstName="n" * 101) for number in range(5)}
    page = tree(validated(names | {"bad.json": registration(source="Instore")}))
    assert causes(page) == [("error", "source-unknown", "1 finding"), ("warning", "name-too-long", "5 findings")]
    first, second = page.all("details", class_="cause")
    assert "open" in first.attributes
    assert "open" not in second.attributes
    assert len(second.all("article")) == 3, "three are shown whole"
    assert [one.one("span", class_="where").said for one in second.all("li", class_="place")] == [
        "3.json:1:112",
        "4.json:1:112",
    ]


def test_the_place_is_marked_beside_what_a_server_answers(validated: Written) -> None:
    page = tree(validated({"dir/a b.json": registration(source="Instore")}, arguments=["--org", "my org.yaml"]))
    (cause,) = page.all("details", class_="cause")
    assert marked(page) == ['"source": ‹a string of 7 characters›,']
    assert [one.said for one in cause.all("figcaption")] == ["Request", "What a server answers"]
    said = rows(cause)
    assert said["Outcome"] == "would be refused"
    assert said["API code"] == "3217, The source is invalid"
    assert said["Rests on"].startswith("F25 stated Each profile names its source:")
    assert commands(page) == [
        "contract-kit validate 'dir/a b.json' --org 'my org.yaml' --select source-unknown",
        (
            "curl -sS -i -u \"$CONTRACT_KIT_BASIC\" -H 'Content-Type: application/json' -H 'Accept: application/json' "
            "--data-binary '@dir/a b.json' \"$URL/customers\""
        ),
    ]


def test_a_place_that_is_not_there_is_marked_where_it_should_be(validated: Written) -> None:
    body = {"profiles": [{"identifiers": [{"type": "mobile", "value": "915550001111"}]}]}
    assert marked(tree(validated({"a.json": body}))) == ["{", "}"]


def test_of_exchanges_both_sides_are_shown_and_who_is_wrong(validated: Written) -> None:
    answer = {"status": 200, "headers": {}, "body": {"createdId": 7, "warnings": [], "sideEffects": []}}
    page = tree(validated({"x.json": {"request": {"body": registration(source="Instore")}, "response": answer}}, "exchange"))
    found = {one.get("data-code"): one for one in page.all("details", class_="cause")}
    assert {"source-unknown", "accepted-wrongly"} <= set(found)
    for cause in found.values():
        assert [one.said for one in cause.all("figcaption")] == ["Request", "Answer"]
    assert rows(found["accepted-wrongly"])["Who is wrong"] == "the server"
    assert "Findings by who is wrong" in [one.said for one in page.all("h3")]


def test_what_was_not_checked_is_said(bundled: Any) -> None:
    from contract_kit.reporters import Options

    report = bundled.report([bundled.judge(parse(json.dumps(registration())), "request", source="a.json")])
    page = tree(html.render(report, options=Options()))
    assert "Not checked" in [one.said for one in page.all("h2")]
    assert "82 rules: 0 found something" in page.text
    assert "the org profile has no tills" in page.text


def test_many_findings_are_counted_and_the_first_listed(validated: Written) -> None:
    profiles = registration(firstName="n" * 101)["profiles"] * 700
    page = tree(validated({"a.json": {"profiles": profiles}}))
    (cause,) = page.all("details", data_code="name-too-long")
    assert cause.one("strong", class_="many").said == "700 findings"
    assert len(cause.all(class_="place")) == 500
    assert cause.all("p", class_="note")[-1].said == "and 200 more findings, not listed here"


# -- bulk ----------------------------------------------------------------------------------------------------------------


def test_a_bulk_run() -> None:
    page = tree(html.page(bulk_data(), kind="bulk", arguments=["--org", "o.yaml"]))
    assert headline(page) == "✖ Failed: 3 of 1,000 records are rejected"
    assert page.one("p", class_="sentence").said == (
        "By themselves 999 would be accepted, 1 refused, and for 0 the outcome is not documented. "
        "2 more would be refused for what other records, or registered customers, hold."
    )
    assert causes(page) == [
        ("error", "duplicate", "2 records"), ("error", "source-missing", "1 record"),
        ("warning", "name-too-long", "30 records"),
    ]  # fmt: skip
    assert commands(page) == [
        "sed -n 4p 'it'\"'\"'s.ndjson' | contract-kit validate - --org o.yaml",
        "sed -n 7p a.ndjson | contract-kit validate - --org o.yaml",
    ]
    (records,) = [one for one in page.all("section", class_="picture") if one.one("h3").said == "Records"]
    assert records.one("svg").get("aria-label") == (
        "accepted: 997, rejected for what they say: 1, rejected for what others hold: 2."
    )
    (laws,) = [one for one in page.all("section", class_="picture") if one.one("h3").said == "Laws across records"]
    assert laws.one("svg").get("aria-label") == "4 laws: 1 found something."
    assert [one.said for one in laws.all("g")] == [
        "duplicate: found errors: 2",
        "linked: found nothing",
        "conflict: found nothing",
        "email-comparison-open: found nothing",
    ]
    cut = page.all("details", class_="cause")[2]
    assert rows(cut)["Effect"] == "Rejected, for this or another cause: 1 of 30 records. It was found 31 times."
    assert cut.one("p", class_="note").said == "and 29 more records, not listed here"
    assert [one.said for one in page.all("h2")] == [
        "Findings by cause", "Coverage", "Done without refusing", "Inputs", "Written", "Not checked", "About this run",
        "Evidence",
    ]  # fmt: skip


def test_a_bulk_run_without_rejections_passes() -> None:
    page = tree(html.page(bulk_data(rejected=0, accepted=1000, causes=[]), kind="bulk"))
    assert headline(page) == "✔ Passed: all 1,000 records would be accepted"
    assert headline(tree(html.page({}, kind="bulk"))) == "▲ Incomplete: the input holds no records"


# -- The commands --------------------------------------------------------------------------------------------------------


def kit(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "contract_kit", *arguments], cwd=cwd, capture_output=True, encoding="utf-8", check=False
    )


def test_validate_writes_it_beside_another_report(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps(registration(source="Instore")))
    done = kit("validate", "a.json", "--format", "text", "--format", "html", "--output", "r.html", cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr == "r.html: 1 input, 0 clean (1 refused): 1 error\n"
    page = tree((tmp_path / "r.html").read_text("utf-8"))
    assert headline(page) == "✖ Failed: the registration would be refused"
    # What the page tells a reader to type finds the same again.
    again = subprocess.run(
        commands(page)[0].replace("contract-kit", f"'{sys.executable}' -m contract_kit", 1),
        shell=True, cwd=tmp_path, capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert again.returncode == 1
    assert "[source-unknown, API 3217]" in again.stdout


def test_the_command_of_a_finding_names_what_the_run_was_given(tmp_path: Path) -> None:
    shutil.copy(ROOT / "fixtures" / "org" / "demo-org.yaml", tmp_path / "org.yaml")
    body = {"request": {"body": registration(source="LINE")}, "response": ANSWER}
    (tmp_path / "x.json").write_text(json.dumps(body))
    given = ("validate", "x.json", "--as", "exchange", "--org", "org.yaml", "--strict", "--error", "name-too-long")
    done = kit(*given, "--format", "html", cwd=tmp_path)
    assert done.returncode == 1
    said = commands(tree(done.stdout))
    assert said
    for one in said:
        assert one.startswith(
            "contract-kit validate x.json --as exchange --org org.yaml --error name-too-long --strict --select "
        )


def test_bulk_writes_it_by_the_name_of_the_file(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow", reason="bulk validation needs its extra")
    lines = [registration(), registration(source="Instore"), registration(value="915550002222", firstName="Zq1xy" * 30)]
    (tmp_path / "members.ndjson").write_text("".join(json.dumps(line) + "\n" for line in lines))
    done = kit("bulk", "members.ndjson", "--jobs", "1", "--report", "r.html", cwd=tmp_path)
    assert done.returncode == 1, done.stderr
    text = (tmp_path / "r.html").read_text("utf-8")
    page = tree(text)
    assert headline(page) == "✖ Failed: 1 of 3 records are rejected"
    assert "Zq1xy" not in text
    assert "915550002222" not in text
    assert commands(page)[0] == "sed -n 2p members.ndjson | contract-kit validate -"


def test_fuzz_writes_it(tmp_path: Path) -> None:
    pytest.importorskip("uvicorn", reason="the reference server needs its extra")
    done = kit("fuzz", "--max-requests", "60", "--quiet", "--format", "html", "--output", "r.html", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    page = tree((tmp_path / "r.html").read_text("utf-8"))
    assert headline(page).startswith("✔ Passed: http://127.0.0.1:")
    assert {"Rules", "Laws", "Keywords of the schema", "API codes seen"} <= {one.said for one in page.all("h3")}
