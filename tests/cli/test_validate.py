"""``contract-kit validate``: what it prints and how it ends."""

from __future__ import annotations

import io
import json
import os
import sys
from pathlib import Path
from xml.etree import ElementTree

import jsonschema
import pytest

from contract_kit import reporters

from .conftest import GOOD, Kit


def test_a_good_one(kit: Kit) -> None:
    code, out, err = kit("validate", "good.json")
    assert (code, err) == (0, "")
    assert out.startswith("good.json  clean, would be accepted\n\n1 input, 1 clean (1 accepted): no findings\n")


def test_a_bad_one_names_place_and_way_out(kit: Kit) -> None:
    code, out, err = kit("validate", "bad.json", "--select", "source-unknown")
    assert (code, err) == (1, "")
    assert out.splitlines()[0] == "bad.json  would be refused: 3217"
    assert out.splitlines()[1].startswith("  bad.json:4:17: error: source: ")
    assert out.splitlines()[1].endswith("[source-unknown, API 3217]")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["warned.json"], 0),
        (["warned.json", "--fail-on", "warning"], 1),
        (["warned.json", "--fail-on=info"], 1),
        (["warned.json", "--strict"], 1),
        (["warned.json", "--error", "mobile-not-digits"], 1),
        (["warned.json", "--error", "email-implausible"], 0),
        (["warned.json", "--strict", "--ignore", "mobile-not-digits"], 0),
        (["warned.json", "--fail-on", "warning", "--select", "email-implausible"], 0),
        (["good.json", "--fail-on", "info"], 0),
        (["bad.json", "--ignore", "source-unknown"], 0),
        (["bad.json", "--ignore", "email-implausible,source-unknown"], 0),
        (["bad.json", "--ignore", "email-implausible", "--ignore", "source-unknown"], 0),
        (["good.json", "bad.json"], 1),
        (["."], 1),
        (["--fail-on", "warning", "good.json", "--strict", "warned.json"], 1),
    ],
)
def test_exit_codes(kit: Kit, arguments: list[str], code: int) -> None:
    assert kit("validate", *arguments).code == code


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["xyzzy.jsn"], "xyzzy.jsn: there is no such file or folder. Check the name"),
        (["god.json"], "god.json: there is no such file or folder. Did you mean good.json?"),
        (["*.xml"], "*.xml: nothing matches this pattern. Check the folder; ** goes through folders"),
        (["good.json", "--org", "gone.yaml"], "gone.yaml: cannot be read: No such file or directory. "),
        (
            ["good.json", "--fromat", "json"],
            "there is no option --fromat. Did you mean --format? contract-kit validate --help",
        ),
        (
            ["good.json", "--format", "jsn"],
            "argument --format: 'jsn' is none of text, json, junit, sarif, github, gitlab, markdown, html (did you mean ",
        ),
        (["good.json", "--as", "answer"], "argument --as: 'answer' is none of request, response, error, exchange"),
        (["good.json", "--select", "source-unknwon"], "there is no rule 'source-unknwon'. did you mean source-unknown?"),
        (
            ["good.json", "--output", "no/report.json"],
            "no/report.json: cannot be written: its folder does not exist. Make no first",
        ),
        (["good.json", "--output", "."], ".: cannot be written: it is a folder. Name a file in it"),
        (["good.json", "--output"], "argument --output: expected one argument"),
        (["-", "-"], "standard input is named twice. It can be read only once"),
    ],
)
def test_it_says_why_it_cannot_do_its_job(kit: Kit, arguments: list[str], message: str) -> None:
    code, out, err = kit("validate", *arguments)
    assert (code, out) == (2, "")
    assert err.startswith(f"contract-kit: {message}")
    assert err.count("\n") == 1


def test_unreadable_input_does_not_hide_the_rest(kit: Kit, here: Path) -> None:
    (here / "empty.ndjson").write_text("\n")
    code, out, err = kit("validate", "empty.ndjson", "bad.json", "--select", "source-unknown")
    assert code == 2
    assert err == "contract-kit: empty.ndjson: holds nothing to check. It is empty, or has blank lines only\n"
    assert "bad.json:4:17: error" in out


def test_nothing_checked(kit: Kit, here: Path) -> None:
    (here / "empty.ndjson").write_text("\n")
    code, out, _ = kit("validate", "empty.ndjson")
    assert (code, out) == (2, "")


def test_what_is_no_exchange_does_not_hide_the_rest(kit: Kit, here: Path) -> None:
    (here / "good-exchange.json").write_text(json.dumps({"request": {"body": GOOD}, "response": {"status": 500}}))
    code, out, err = kit("validate", "good.json", "good-exchange.json", "--as", "exchange")
    assert code == 2
    assert err.startswith("contract-kit: good.json: ")
    assert "good-exchange.json" in out


def test_records_of_a_stream_have_their_index_and_line(kit: Kit) -> None:
    code, out, _ = kit("validate", "all.ndjson", "--format", "json")
    report = json.loads(out)
    assert code == 1
    assert [(entry["source"], entry["index"], entry["outcome"]) for entry in report["inputs"]] == [
        ("all.ndjson", 0, "accepted"),
        ("all.ndjson", 1, "refused"),
        ("all.ndjson", 2, "accepted"),
    ]
    assert ("source-unknown", 1, "/profiles/0/source", 2) in {
        (finding["code"], finding["index"], finding["pointer"], finding["line"]) for finding in report["findings"]
    }


def test_yaml(kit: Kit, here: Path) -> None:
    (here / "bad.yaml").write_text("profiles:\n- identifiers: [{type: externalId, value: '1'}]\n  source: Instore\n")
    code, out, _ = kit("validate", "bad.yaml", "--select", "source-unknown")
    assert code == 1
    assert "bad.yaml:3:11: error: source: " in out


@pytest.mark.parametrize("arguments", [[], ["-"]])
def test_standard_input(kit: Kit, here: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str]) -> None:
    with (here / "bad.json").open() as stream:
        monkeypatch.setattr(sys, "stdin", stream)
        code, out, _ = kit("validate", *arguments, "--format", "json")
        stream.close()
    report = json.loads(out)
    assert code == 1
    assert report["inputs"][0]["source"] == "-"


def test_a_terminal_is_not_waited_for(kit: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = io.StringIO()
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stdin", terminal)
    code, _, err = kit("validate")
    assert code == 2
    assert err == "contract-kit: nothing to check is named. Name a file or a folder, or - for standard input\n"


@pytest.mark.parametrize("format_", ["json", "sarif", "junit", "github", "text"])
def test_formats_to_a_file(kit: Kit, here: Path, format_: str) -> None:
    code, out, err = kit("validate", "good.json", "bad.json", "--format", format_, "--output", "report")
    assert (code, out) == (1, "")
    assert err.startswith("report: 2 inputs, 1 clean (1 accepted, 1 refused): 1 error")
    text = (here / "report").read_text("utf-8")
    if format_ in ("json", "sarif"):
        assert json.loads(text)["version"] == {"json": 1, "sarif": "2.1.0"}[format_]
    elif format_ == "junit":
        assert ElementTree.fromstring(text).get("tests") == "2"
    else:
        assert "bad.json" in text
    assert not [path for path in here.iterdir() if path.name.startswith(".")]


def test_output_replaces_a_file_and_keeps_its_permissions(kit: Kit, here: Path) -> None:
    report = here / "report.json"
    report.write_text("old")
    report.chmod(0o640)
    (here / "link.json").symlink_to(report)
    assert kit("validate", "good.json", "--format", "json", "--output", "link.json").code == 0
    assert (here / "link.json").is_symlink()
    assert json.loads(report.read_text())["version"] == 1
    assert report.stat().st_mode & 0o777 == 0o640


def test_a_new_file_has_the_usual_permissions(kit: Kit, here: Path) -> None:
    before = os.umask(0o027)
    try:
        kit("validate", "good.json", "--output", "report.txt")
    finally:
        os.umask(before)
    assert (here / "report.txt").stat().st_mode & 0o777 == 0o640


def test_a_full_device(kit: Kit) -> None:
    code, _, err = kit("validate", "good.json", "--output", "/dev/full")
    assert code == 2
    assert err == "contract-kit: /dev/full: cannot be written: no space left on device\n"


@pytest.mark.parametrize(
    ("arguments", "environment", "colored"),
    [
        ([], {}, False),
        ([], {"FORCE_COLOR": "1"}, True),
        ([], {"FORCE_COLOR": "0"}, False),
        ([], {"FORCE_COLOR": ""}, False),
        ([], {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        ([], {"FORCE_COLOR": "1", "NO_COLOR": ""}, True),
        (["--color", "always"], {"NO_COLOR": "1"}, True),
        (["--color", "never"], {"FORCE_COLOR": "1"}, False),
        (["--color", "always", "--format", "json"], {}, False),
        (["--color", "always", "--format", "junit"], {}, False),
    ],
)
def test_colors(
    kit: Kit, monkeypatch: pytest.MonkeyPatch, arguments: list[str], environment: dict[str, str], colored: bool
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert ("\x1b[" in kit("validate", "bad.json", *arguments).out) is colored


def test_a_file_is_not_colored_unless_asked(kit: Kit, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    kit("validate", "bad.json", "--output", "report.txt")
    assert "\x1b[" not in (here / "report.txt").read_text()
    kit("validate", "bad.json", "--output", "report.txt", "--color", "always")
    assert "\x1b[" in (here / "report.txt").read_text()


def test_values_are_shown_only_on_request(kit: Kit) -> None:
    assert "+91 98" not in kit("validate", "warned.json").out
    assert 'got "+91 98"' in kit("validate", "warned.json", "--show-values").out
    assert "+91 98" not in kit("validate", "warned.json", "--format", "json").out


def test_without_a_profile_it_says_what_was_not_checked(kit: Kit) -> None:
    *_, last = kit("validate", "good.json").out.splitlines()
    assert last.startswith("Not checked without an org profile: ")
    assert "sources (" in last


def test_with_a_profile_it_checks_more(kit: Kit, here: Path) -> None:
    (here / "org.yaml").write_text("org: tiny\nsources: {WEBSITE: {}}\n")
    code, out, _ = kit("validate", "good.json", "--org", "org.yaml", "--format", "json")
    report = json.loads(out)
    assert code == 1
    assert report["org"] == "tiny"
    assert [finding["code"] for finding in report["findings"]] == ["source-not-enabled"]
    assert "sources" not in {gap["section"] for gap in report["not_checked"]}


def test_a_broken_profile(kit: Kit, here: Path) -> None:
    (here / "org.yaml").write_text("org: tiny\nsuorces: {WEBSITE: {}}\n")
    code, out, err = kit("validate", "good.json", "--org", "org.yaml")
    assert (code, out) == (2, "")
    assert err.startswith("contract-kit: org.yaml:2:1: ")
    assert "sources" in err


def test_the_profile_itself_is_not_judged_with_its_folder(kit: Kit, here: Path) -> None:
    (here / "sub").mkdir()
    (here / "sub/org.yaml").write_text("org: tiny\n")
    (here / "sub/good.json").write_text(json.dumps(GOOD))
    assert kit("validate", "sub", "--org", "sub/../sub/org.yaml").code == 0
    assert kit("validate", "sub/*", "--org", "sub/org.yaml").code == 0
    assert kit("validate", "sub/org.yaml", "--org", "sub/org.yaml").code == 1


FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
SCHEMAS = Path(__file__).resolve().parents[1] / "data" / "schemas"


@pytest.mark.parametrize("org", [[], ["--org", str(FIXTURES / "org" / "demo-org.yaml")]])
@pytest.mark.parametrize(
    ("folder", "kind"),
    [("requests", "request"), ("responses", "response"), ("errors", "error"), ("exchanges", "exchange")],
)
def test_reports_on_the_fixtures_keep_to_their_schemas(kit: Kit, folder: str, kind: str, org: list[str]) -> None:
    arguments = ("validate", str(FIXTURES / folder), "--as", kind, *org, "--show-values", "--format")
    report = json.loads(kit(*arguments, "json").out)
    schema = json.loads(Path(reporters.__file__).with_name("report.schema.json").read_text("utf-8"))
    jsonschema.validate(report, schema, jsonschema.Draft202012Validator)
    log = json.loads(kit(*arguments, "sarif").out)
    oasis = json.loads((SCHEMAS / "sarif-schema-2.1.0.json").read_text("utf-8"))
    jsonschema.validate(log, oasis, jsonschema.Draft4Validator)
    assert len(log["runs"][0]["results"]) == len(report["findings"]) > 0
    cases = ElementTree.fromstring(kit(*arguments, "junit").out).findall("testsuite/testcase")
    assert len(cases) == len(report["inputs"])
    assert {entry["kind"] for entry in report["inputs"]} == {kind}
