"""``contract-kit diff`` as a user types it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from contract_kit.cli.main import main
from contract_kit.diff.documents import bundled
from contract_kit.examples import ORG, graft, registration

from .planted import changed

SOURCE = {"op": "remove", "path": "/components/schemas/Source/enum/7"}
WORDING = {"op": "replace", "path": "/info/title", "value": "Another title"}


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with versions of the document, of an org profile, and traffic."""
    monkeypatch.chdir(tmp_path)
    document = bundled().data
    for name, patch in (("old", []), ("narrow", [SOURCE]), ("reworded", [WORDING])):
        (tmp_path / f"{name}.yaml").write_text(yaml.safe_dump(changed(document, patch), sort_keys=False), encoding="utf-8")
    (tmp_path / "org-old.yaml").write_text(yaml.safe_dump(ORG, sort_keys=False), encoding="utf-8")
    without = changed(ORG, [{"op": "remove", "path": "/sources/WEBSITE"}])
    (tmp_path / "org-new.yaml").write_text(yaml.safe_dump(without, sort_keys=False), encoding="utf-8")
    payloads = [registration(), graft(registration(), {"/profiles/0/source": "JD"})]
    (tmp_path / "traffic.ndjson").write_text("".join(json.dumps(one) + "\n" for one in payloads), encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["old.yaml", "old.yaml"], 0),
        (["old.yaml", "reworded.yaml"], 0),
        (["old.yaml"], 0),
        (["old.yaml", "narrow.yaml"], 1),
        (["old.yaml", "narrow.yaml", "--fail-on", "never"], 0),
        (["old.yaml", "narrow.yaml", "--for", "receivers"], 0),
        (["old.yaml", "narrow.yaml", "--for", "receivers", "--fail-on", "risky"], 1),
        (["narrow.yaml", "old.yaml", "--for", "senders"], 0),
        (["narrow.yaml", "old.yaml", "--for", "receivers"], 1),
        (["--org", "org-old.yaml:org-new.yaml"], 1),
        (["--org", "org-new.yaml:org-new.yaml"], 0),
        (["old.yaml", "narrow.yaml", "--org", "org-old.yaml", "--traffic", "traffic.ndjson"], 1),
        ([], 2),
        (["--org", "org-old.yaml"], 2),
        (["--org", "a:b:c"], 2),
        (["--org", ":org-old.yaml"], 2),
        (["old.yaml", "old.yaml", "old.yaml"], 2),
        (["old.yaml", "nothing.yaml"], 2),
        (["old.yaml", "traffic.ndjson"], 2),
        (["old.yaml", "old.yaml", "--traffic", "nothing.ndjson"], 2),
        (["old.yaml", "old.yaml", "--fail-on", "safe"], 2),
        (["old.yaml", "old.yaml", "--format", "junit"], 2),
    ],
)
def test_exit_codes(arguments: list[str], code: int, files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", *arguments]) == code
    said = capsys.readouterr()
    assert bool(said.out) == (code != 2)
    assert bool(said.err) == (code == 2)


def test_the_text(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", "old.yaml", "narrow.yaml", "--traffic", "traffic.ndjson"]) == 1
    lines = (files / "old.yaml").read_text(encoding="utf-8").splitlines()
    line = next(number for number, text in enumerate(lines, 1) if text.strip() == "- JD")
    listed = next(number for number, text in enumerate(lines, 1) if text.strip() == "- FACEBOOK")
    assert (
        capsys.readouterr().out
        == f"""\
breaking for senders, risky for receivers: request-enum-value-removed
  body /profiles/*/source: "JD" is gone
  old  old.yaml:{line} /components/schemas/Source/enum/7
  new  narrow.yaml:{listed} /components/schemas/Source/enum (does not list it)
  senders: what was taken may be refused now
  receivers: a server as before takes what is to be refused now
  proof: refused now: /profiles/0/source: "JD"
  traffic, with this change alone: of 2 payloads, 1 refused or at fault now, and not before

1 change: for senders 1 breaking; for receivers 1 risky
traffic, with all changes: of 2 payloads, 1 refused or at fault now, and not before
"""
    )


def test_the_json_is_the_public_form(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", "old.yaml", "narrow.yaml", "--format", "json", "--traffic", "traffic.ndjson"]) == 1
    data = json.loads(capsys.readouterr().out)
    (change,) = data.pop("changes")
    none = {"safe": 0, "risky": 0, "breaking": 0}
    counts = {"broken": 1, "healed": 0, "otherwise": 0, "same": 1, "total": 2}
    assert data == {
        "version": 1,
        "old": "old.yaml",
        "new": "narrow.yaml",
        "worst": {"senders": "breaking", "receivers": "risky"},
        "counts": {"senders": none | {"breaking": 1}, "receivers": none | {"risky": 1}},
        "traffic": counts,
    }
    assert change["old"]["line"] > 1
    assert change.pop("old") | {"line": 0} == {"pointer": "/components/schemas/Source/enum/7", "there": True, "line": 0}
    assert change.pop("new") | {"line": 0} == {"pointer": "/components/schemas/Source/enum", "there": False, "line": 0}
    assert change == {
        "code": "request-enum-value-removed",
        "subject": "document",
        "senders": {"verdict": "breaking", "reason": "what was taken may be refused now"},
        "receivers": {"verdict": "risky", "reason": "a server as before takes what is to be refused now"},
        "message": 'body /profiles/*/source: "JD" is gone',
        "decided": "witness",
        "witnesses": [{"effect": "refused-now", "part": "body", "says": '/profiles/0/source: "JD"'}],
        "traffic": counts,
    }


def test_several_reports_at_once(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wanted = ["--format", "github", "--format", "markdown", "--output", "diff.md"]
    assert main(["diff", "old.yaml", "narrow.yaml", *wanted]) == 1
    said = capsys.readouterr()
    assert said.out.startswith("::error file=narrow.yaml,line=")
    assert ',title=request-enum-value-removed::body /profiles/*/source: "JD" is gone%0Abreaking for senders: ' in said.out
    assert said.err == "diff.md: 1 change: for senders 1 breaking; for receivers 1 risky\n"
    assert (files / "diff.md").read_text(encoding="utf-8") == (
        "**1 change: for senders 1 breaking; for receivers 1 risky**\n\n"
        "| senders | receivers | change | what and where |\n| --- | --- | --- | --- |\n"
        '| breaking | risky | `request-enum-value-removed` | body /profiles/*/source: "JD" is gone '
        "`/components/schemas/Source/enum/7` |\n"
    )


def test_annotations_are_grouped_under_the_limit(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    patch = [{"op": "remove", "path": "/components/schemas/Source/enum/0"}] * 12
    (files / "none.json").write_text(json.dumps(changed(bundled().data, patch)), encoding="utf-8")
    assert main(["diff", "old.yaml", "none.json", "--format", "github"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line.partition(" ")[0] for line in lines if line.startswith("::")] == ["::error"] * 10
    assert lines[9].startswith("::error title=3 more changes::")


BROKEN = '{"profiles": [{"firstName": "Nobody"\n'


@pytest.fixture
def broken(files: Path) -> Path:
    """The folder with traffic of which the second line and the fourth cannot be read, and with some of which none can."""
    one, other = (files / "traffic.ndjson").read_text(encoding="utf-8").splitlines(keepends=True)
    (files / "part.ndjson").write_text(one + BROKEN + other + BROKEN, encoding="utf-8")
    (files / "one, part.ndjson").write_text(one + "\n" + BROKEN + other, encoding="utf-8")
    (files / "none.ndjson").write_text("\n" + BROKEN + BROKEN, encoding="utf-8")
    return files


def test_records_that_cannot_be_read_are_told_in_text(broken: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", "old.yaml", "narrow.yaml", "--traffic", "part.ndjson"]) == 1
    assert capsys.readouterr().out.splitlines()[-5:] == [
        "  traffic, with this change alone: of 2 payloads, 1 refused or at fault now, and not before",
        "",
        "1 change: for senders 1 breaking; for receivers 1 risky",
        "traffic, with all changes: of 2 payloads, 1 refused or at fault now, and not before",
        "traffic: 2 records cannot be read and are not counted: first part.ndjson:2",
    ]
    assert main(["diff", "old.yaml", "old.yaml", "--traffic", "one, part.ndjson"]) == 0
    assert capsys.readouterr().out == (
        "nothing changed\n"
        "traffic, with all changes: of 2 payloads, none is judged otherwise\n"
        "traffic: 1 record cannot be read and is not counted: one, part.ndjson:3\n"
    )


def test_records_that_cannot_be_read_are_told_in_json(broken: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The number of the record counts records, the line lines: blank ones are no records."""
    assert main(["diff", "old.yaml", "old.yaml", "--traffic", "one, part.ndjson", "--format", "json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["traffic"] == {"broken": 0, "healed": 0, "otherwise": 0, "same": 2, "total": 2}
    assert data["unread"] == {"records": 1, "first": {"source": "one, part.ndjson", "record": 2, "line": 3}}


def test_records_that_cannot_be_read_are_told_in_markdown(broken: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", "old.yaml", "narrow.yaml", "--traffic", "part.ndjson", "--format", "markdown"]) == 1
    assert capsys.readouterr().out == (
        "**1 change: for senders 1 breaking; for receivers 1 risky**\n\n"
        "Traffic, with all changes: of 2 payloads, 1 refused or at fault now, and not before.\n\n"
        "Traffic: 2 records cannot be read and are not counted: first part.ndjson:2.\n\n"
        "| senders | receivers | change | what and where | payloads affected |\n| --- | --- | --- | --- | --- |\n"
        '| breaking | risky | `request-enum-value-removed` | body /profiles/*/source: "JD" is gone '
        "`/components/schemas/Source/enum/7` | 1 of 2 |\n"
    )


def test_records_that_cannot_be_read_are_an_annotation(broken: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", "old.yaml", "old.yaml", "--traffic", "one, part.ndjson", "--format", "github"]) == 0
    assert capsys.readouterr().out == (
        "::warning file=one%2C part.ndjson,line=3,title=traffic cannot be read::"
        "1 record cannot be read and is not counted: one, part.ndjson:3\n"
        "nothing changed\n"
        "traffic, with all changes: of 2 payloads, none is judged otherwise\n"
    )


def test_that_annotation_counts_under_the_limit(broken: Path, capsys: pytest.CaptureFixture[str]) -> None:
    patch = [{"op": "remove", "path": "/components/schemas/Source/enum/0"}] * 12
    (broken / "none.json").write_text(json.dumps(changed(bundled().data, patch)), encoding="utf-8")
    assert main(["diff", "old.yaml", "none.json", "--traffic", "part.ndjson", "--format", "github"]) == 1
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("::")]
    assert [line.partition(" ")[0] for line in lines] == ["::error"] * 9 + ["::warning"]
    assert lines[8].startswith("::error title=4 more changes::")


@pytest.mark.parametrize(
    ("traffic", "place", "said"),
    [
        ("none.ndjson", "none.ndjson:2", "none of 2 records can be read, of which this is the first"),
        ("-", "<stdin>:1", "the only record cannot be read"),
    ],
)
def test_traffic_of_which_nothing_can_be_read(traffic: str, place: str, said: str, broken: Path) -> None:
    """A process with its standard input: an error with a place, without a name from the record, and no report."""
    command = [sys.executable, "-m", "contract_kit", "diff", "old.yaml", "old.yaml", "--traffic", traffic]
    done = subprocess.run(
        [*command, "--output", "never.txt"], cwd=broken, input=BROKEN.rstrip(), capture_output=True, text=True, check=False
    )
    hint = "contract-kit validate says what is wrong with it; a payload is JSON or YAML, in an .ndjson file one a line"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"contract-kit: {place}: {said}. {hint}\n")
    assert not (broken / "never.txt").exists()


def test_rule_sets_of_two_versions(files: Path) -> None:
    """A process for each step, as in a pipeline: the list of this version against one in which a rule was weaker."""
    kit = [sys.executable, "-m", "contract_kit"]
    done = subprocess.run([*kit, "rules", "--format", "json"], cwd=files, capture_output=True, check=True)
    rules = json.loads(done.stdout)
    (files / "now.json").write_bytes(done.stdout)
    weak = next(rule for rule in rules if rule["severity"] == "error" and rule["on"] == "body")
    weak["severity"] = "warning"
    (files / "then.json").write_text(json.dumps(rules), encoding="utf-8")
    done = subprocess.run([*kit, "diff", "then.json", "now.json"], cwd=files, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.splitlines()[0] == "breaking for senders, safe for receivers: rule-severity-raised"
    assert done.stdout.splitlines()[1] == f"  {weak['code']}, severity: warning before, error now"


def test_an_interrupt_leaves_no_report(files: Path) -> None:
    """A process that reads traffic when it is interrupted: that is said, and nothing is half written."""
    os.mkfifo(files / "slow.ndjson")
    command = [sys.executable, "-m", "contract_kit", "diff", "old.yaml", "narrow.yaml", "--traffic", "slow.ndjson"]
    with (
        subprocess.Popen([*command, "--output", "never.txt"], cwd=files, stderr=subprocess.PIPE, text=True) as process,
        (files / "slow.ndjson").open("w", encoding="utf-8") as traffic,  # opens when the process has
    ):
        # More than the pipe holds: what is taken from it shows that the process is at work, and there is more to do.
        traffic.write((json.dumps(registration()) + "\n") * 2000)
        traffic.flush()
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=60)[1]
    assert (process.returncode, said) == (130, "contract-kit: interrupted\n")
    assert not (files / "never.txt").exists()
