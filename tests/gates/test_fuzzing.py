"""The fuzz gates, against a reference server on the loopback: one that conforms, and one that is wrong on purpose."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from xml.etree import ElementTree

import pytest
from workflows import EXAMPLES, OURS, copied, environment, load, run_action

from .test_gitlab import job, run

ORG = EXAMPLES / "partner" / "my-org.yaml"
CREDENTIALS = "till.one:0cc175b9c0f1b6a831c399e269772661"


@contextmanager
def served(*defects: str) -> Iterator[str]:
    """The address of a server that the partner's organisation would have."""
    command = [sys.executable, "-m", "contract_kit", "serve", "--org", str(ORG), "--port", "0", "--basic", CREDENTIALS]
    server = subprocess.Popen(
        [*command, *(word for defect in defects for word in ("--defect", defect))],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )
    try:
        assert server.stdout is not None
        found = re.search(r"http://\S+", server.stdout.readline())
        assert found
        yield found[0]
    finally:
        server.terminate()
        server.communicate(timeout=60)


@pytest.fixture
def partner(tmp_path: Path) -> Path:
    return copied(tmp_path)


def given(url: str, **more: str) -> dict[str, str]:
    return {
        "command": "fuzz",
        "url": url,
        "basic": CREDENTIALS,
        "org": "my-org.yaml",
        "rate": "none",
        "max-requests": "120",
    } | more


def test_a_server_that_conforms_passes(partner: Path) -> None:
    with served() as url:
        ran = run_action(partner, given(url, junit="fuzz.xml"))
    assert ran.code == 0, ran.log
    assert ran.annotations == []
    assert ran.summary.startswith("### contract-kit fuzz: passed\n")
    assert ElementTree.parse(partner / "fuzz.xml").getroot().get("failures") == "0"


def test_a_server_that_is_wrong_fails_with_annotation_summary_and_report(partner: Path) -> None:
    with served("source-in-any-case-taken") as url:
        ran = run_action(partner, given(url, sarif="fuzz.sarif"))
    assert ran.code == 1, ran.log
    assert 1 <= len(ran.annotations) <= 10
    assert ran.summary.startswith("### contract-kit fuzz: failed\n")
    results = json.loads((partner / "fuzz.sarif").read_text("utf-8"))["runs"][0]["results"]
    for result in results:
        place = result["locations"][0]["physicalLocation"]
        assert place["artifactLocation"]["uri"] == "openapi.yaml"
        assert place["region"]["startLine"] > 1
    assert CREDENTIALS not in ran.log + ran.summary


def test_wrong_credentials_are_no_finding(partner: Path) -> None:
    with served() as url:
        ran = run_action(partner, given(url, basic="nobody:nothing"))
    assert (ran.code, ran.outputs) == (2, {"exit-code": "2"})
    assert ran.summary == "### contract-kit fuzz: could not do its job\n"


def test_the_example_workflow_runs(partner: Path) -> None:
    workflow = load(EXAMPLES / "partner" / ".github" / "workflows" / "staging.yml")
    (step,) = (step for step in workflow["jobs"]["fuzz"]["steps"] if OURS.fullmatch(step["uses"]))
    with served() as url:
        # At the workflow's own rate the run would take minutes.
        quick = {**step["with"], "rate": "none", "max-requests": "60"}
        ran = run_action(partner, quick, {"vars.STAGING_URL": url, "secrets.STAGING_BASIC": CREDENTIALS})
    assert ran.code == 0, ran.log
    assert ElementTree.parse(partner / "fuzz.xml").getroot().get("failures") == "0"
    assert json.loads((partner / "fuzz.json").read_text("utf-8"))["findings"] == []
    assert (partner / "fuzz.html").read_text("utf-8").lstrip().lower().startswith("<!doctype html>")
    created = (partner / "created.ndjson").read_text("utf-8").splitlines()
    assert json.loads(created[0])["run"] == url
    assert len(created) > 1


def test_the_gitlab_template_runs(partner: Path) -> None:
    inputs = {"source": "kit", "org": "my-org.yaml", "rate": "none", "max-requests": "120"}
    with served("source-in-any-case-taken") as url:
        _, content = job("fuzz", {**inputs, "url": url})
        done = run(partner, content, CONTRACT_KIT_BASIC=CREDENTIALS)
    assert done.code == 1, done.log
    assert CREDENTIALS not in done.log
    assert ElementTree.parse(partner / "contract-kit.xml").getroot().get("failures") != "0"
    assert json.loads((partner / "contract-kit.json").read_text("utf-8"))["findings"]
    assert json.loads((partner / "contract-kit-quality.json").read_text("utf-8"))[0]["location"]["path"] == "openapi.yaml"
    for name in content["artifacts"]["paths"]:
        assert (partner / name).is_file(), name
    assert set(content["artifacts"]["paths"]) == {
        "contract-kit.html",
        "contract-kit.json",
        "contract-kit-created.ndjson",
    }
