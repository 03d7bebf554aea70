"""The workflows of the example repository: what they use is there, and the steps that need no network run clean."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from workflows import EXAMPLES, OURS, ROOT, copied, load, run_action

from contract_kit import __version__

PARTNER = EXAMPLES / "partner"
WORKFLOWS = sorted((PARTNER / ".github" / "workflows").glob("*.yml"))
ACTION = load(ROOT / "action.yml")
OTHERS = {"actions/checkout@v5", "actions/upload-artifact@v4", "github/codeql-action/upload-sarif@v4"}


def steps() -> Iterator[Any]:
    """Every step of every workflow, with the workflow it stands in."""
    for path in WORKFLOWS:
        for job in load(path)["jobs"].values():
            for number, step in enumerate(job["steps"]):
                yield pytest.param(step, id=f"{path.stem}-{number}")


def ours() -> list[Any]:
    return [param for param in steps() if OURS.fullmatch(param.values[0]["uses"])]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_has_what_github_asks_for_and_no_more_rights_than_it_needs(path: Path) -> None:
    workflow = load(path)
    assert {"name", True, "jobs", "permissions"} <= set(workflow)
    uses = {step["uses"] for job in workflow["jobs"].values() for step in job["steps"]}
    rights = {"contents": "read"}
    if any("upload-sarif" in used for used in uses):
        rights["security-events"] = "write"
    assert workflow["permissions"] == rights


@pytest.mark.parametrize("step", list(steps()))
def test_a_step_uses_what_there_is(step: dict[str, Any]) -> None:
    if OURS.fullmatch(step["uses"]):
        assert set(step["with"]) <= set(ACTION["inputs"])
    else:
        assert step["uses"] in OTHERS


def test_files_that_are_handed_on_are_written() -> None:
    for path in WORKFLOWS:
        text = path.read_text(encoding="utf-8")
        written = set(re.findall(r"^ +(?:sarif|junit|html|created): (\S+)$", text, re.M))
        written |= set(re.findall(r"--output\n +(\S+)$", text, re.M))
        handed_on = set(re.findall(r"^ +(?:sarif_file|path): ([^|\s]+)$", text, re.M))
        for names in re.findall(r"^ +path: \|[^\n]*\n((?: {12}\S+\n)+)", text, re.M):
            handed_on |= set(names.split())
        assert handed_on == written


@pytest.mark.parametrize("step", [param for param in ours() if param.values[0]["with"].get("command") != "fuzz"])
def test_the_partner_passes_its_own_gate(step: dict[str, Any], tmp_path: Path) -> None:
    ran = run_action(copied(tmp_path), step["with"])
    assert ran.code == 0, ran.log
    assert ran.annotations == []
    assert ran.summary.startswith("### contract-kit validate: passed\n")
    written = {step["with"][name] for name in ("sarif", "junit") if name in step["with"]}
    assert all((tmp_path / "partner" / name).is_file() for name in written)


def test_the_examples_name_this_version_and_no_host() -> None:
    named = set()
    for path in PARTNER.rglob("*"):
        if path.is_file():
            text = path.read_text(encoding="utf-8")
            named |= set(re.findall(r"\bv(\d+\.\d+\.\d+)\b", text))
            assert set(re.findall(r"https?://([^/\s]+)", text)) <= {"gitlab.shop.example", "git.shop.example"}
    assert named == {__version__}


def test_nobody_real_is_in_the_examples() -> None:
    text = "".join(path.read_text("utf-8") for path in PARTNER.rglob("*") if path.suffix in (".json", ".ndjson"))
    assert all(address.endswith(".example") for address in re.findall(r"[\w.]+@([\w.]+)", text))
    assert all(number.startswith("919800") for number in re.findall(r"\d{10,}", text))


def test_every_file_of_the_example_is_told_of() -> None:
    text = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    names = {path.relative_to(PARTNER) for path in PARTNER.rglob("*") if path.is_file()}
    told = set(re.findall(r"\(partner/([^)]+)\)", text))
    assert {name.as_posix() if name.as_posix() in told else name.parent.as_posix() for name in names} == told
