"""The composite action: its steps run here as a runner would run them, with what GitHub puts into the environment."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from workflows import ROOT, copied, environment, load, run_action

ACTION = load(ROOT / "action.yml")
STEPS = ACTION["runs"]["steps"]
BAD = '{"profiles": [{"source": "Instore", "identifiers": [{"type": "cuid", "value": "c-1"}]}]}\n'


@pytest.fixture
def partner(tmp_path: Path) -> Path:
    return copied(tmp_path)


def test_every_input_is_told_of_and_used() -> None:
    used = set(re.findall(r"\$\{\{ inputs\.([a-z-]+) \}\}", json.dumps(STEPS)))
    assert used == set(ACTION["inputs"])
    for name, entry in ACTION["inputs"].items():
        assert set(entry) == {"description", "default"}, name
        assert isinstance(entry["default"], str), f"{name}: inputs are texts"


def test_no_input_is_pasted_into_a_script() -> None:
    for step in STEPS:
        assert "${{" not in step["run"]
        variables = set(step["env"])
        named = set(re.findall(r"\$([A-Z_]+)", step["run"]))
        assert variables <= named
        assert named - variables <= {"RUNNER_TEMP", "GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "GITHUB_ACTION_PATH"}


@pytest.mark.parametrize("command", ["validate", "fuzz"])
def test_the_command_has_every_option_that_the_step_gives_it(command: str) -> None:
    script = STEPS[1]["run"]
    branch = re.search(rf"^  {command}\)\n(.*?);;", script, re.M | re.S)
    assert branch
    common = re.sub(r"case .*?esac", "", script, flags=re.S)
    named = set(re.findall(r"(?<=[ (])--[a-z-]+", branch[1] + common))
    done = subprocess.run(
        [sys.executable, "-m", "contract_kit", command, "--help"], capture_output=True, text=True, check=True
    )
    assert named <= set(re.findall(r"--[a-z-]+", done.stdout))


def test_a_clean_repository_passes(partner: Path) -> None:
    ran = run_action(partner, {"org": "my-org.yaml", "fail-on": "info"})
    assert (ran.code, ran.outputs, ran.annotations) == (0, {"exit-code": "0"}, [])
    assert ran.summary.startswith("### contract-kit validate: passed\n\n4 inputs, 4 clean (4 accepted): no findings.")


def test_a_bad_payload_fails_with_annotation_summary_and_reports(partner: Path) -> None:
    (partner / "payloads" / "bad one.json").write_text(BAD, encoding="utf-8")
    given = {
        "org": "my-org.yaml",
        "sarif": "out.sarif",
        "junit": "out.xml",
        "html": "out.html",
        "arguments": "--select\nsource-unknown",
    }
    ran = run_action(partner, given)
    assert (ran.code, ran.outputs) == (1, {"exit-code": "1"})
    (note,) = ran.annotations
    assert note.startswith("::error file=payloads/bad one.json,line=1,col=26,title=source-unknown::source: got ")
    assert ran.summary.startswith("### contract-kit validate: failed\n")
    assert "<code>payloads/bad one.json:1:26</code>" in ran.summary
    (result,) = json.loads((partner / "out.sarif").read_text("utf-8"))["runs"][0]["results"]
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "payloads/bad%20one.json"
    assert ElementTree.parse(partner / "out.xml").getroot().get("failures") == "1"
    assert "source-unknown" in (partner / "out.html").read_text("utf-8")


def test_findings_do_not_fail_a_step_that_only_reports(partner: Path) -> None:
    (partner / "payloads" / "bad.json").write_text(BAD, encoding="utf-8")
    ran = run_action(partner, {"report-only": "true"})
    assert (ran.code, ran.outputs) == (0, {"exit-code": "1"})
    assert ran.summary.startswith("### contract-kit validate: failed\n")


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"paths": "nowhere/"}, "contract-kit: nowhere/: there is no such file or folder."),
        ({"org": "gone.yaml"}, "contract-kit: gone.yaml: cannot be read"),
        ({"arguments": "--fromat"}, "contract-kit: there is no option --fromat."),
    ],
)
@pytest.mark.parametrize("report_only", ["true", "false"])
def test_what_cannot_be_done_fails_the_step_in_any_case(
    partner: Path, given: dict[str, str], why: str, report_only: str
) -> None:
    ran = run_action(partner, {**given, "report-only": report_only})
    assert (ran.code, ran.outputs) == (2, {"exit-code": "2"})
    assert any(line.startswith(why) for line in ran.log.splitlines())
    assert ran.annotations == ["::error title=contract-kit::validate could not do its job; the log says why"]
    assert ran.summary == "### contract-kit validate: could not do its job\n"


def test_a_command_that_there_is_not(partner: Path) -> None:
    ran = run_action(partner, {"command": "bulk"})
    assert ran.code == 2
    assert ran.annotations == ["::error title=contract-kit::command: bulk is neither validate nor fuzz"]


def test_one_unreadable_file_does_not_hide_the_rest(partner: Path) -> None:
    (partner / "payloads" / "bad.json").write_text(BAD, encoding="utf-8")
    (partner / "payloads" / "empty.ndjson").write_text("\n", encoding="utf-8")
    ran = run_action(partner, {})
    assert ran.code == 2
    assert "title=source-unknown::" in ran.annotations[0]
    assert "\nNot judged:\n\n- payloads/empty.ndjson: holds nothing to check." in ran.summary


def test_names_are_names_and_no_commands(partner: Path) -> None:
    odd = 'a b $(touch told) `touch told` "; touch told #.json'
    (partner / odd).write_text(BAD, encoding="utf-8")
    ran = run_action(partner, {"paths": f"payloads/\n\n   {odd}\n"})
    assert ran.code == 1
    assert ran.summary.startswith("### contract-kit validate: failed\n\n5 inputs, 4 clean ")
    assert not (partner / "told").exists()


def test_a_step_after_another_has_a_summary_of_its_own(partner: Path) -> None:
    assert run_action(partner, {}).code == 0
    ran = run_action(partner, {"paths": "nowhere/"})
    assert ran.summary == "### contract-kit validate: could not do its job\n"


def test_it_installs_the_version_that_it_lies_beside() -> None:
    """The installer is tried whole, and without a network, by tests/gates/test_installing.py."""
    script = STEPS[0]["run"]
    assert STEPS[0]["shell"] == "bash"
    assert '"$GITHUB_ACTION_PATH/tools/install.py"' in script
    done = subprocess.run(["/bin/bash", "-n"], input=script, env=environment(), text=True, check=False)
    assert done.returncode == 0
