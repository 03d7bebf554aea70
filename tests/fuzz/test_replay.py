"""``contract-kit replay``: each finding of a report is FIXED, STILL, OTHER or NOT TESTED on another server."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from contract_kit import fuzz as fuzzer

from .conftest import Kit, report
from .servers import LOGIN, answering, closed, served

SCHEMA = json.loads(Path(fuzzer.__file__).with_name("replay.schema.json").read_text("utf-8"))
DEFECT = "duplicate-taken"


@pytest.fixture
def reported(kit: Kit, here: Path) -> dict[str, Any]:
    """A report of one finding, in ``r.json``, and that finding."""
    with served(DEFECT) as url:
        said = kit("fuzz", url, *LOGIN, "--max-requests", "40", "--format", "json", "--output", "r.json", "--quiet")
    assert said.code == 1
    (finding,) = json.loads((here / "r.json").read_text("utf-8"))["findings"]
    assert isinstance(finding, dict)
    return finding


@pytest.mark.parametrize(
    ("defects", "result", "code", "came"),
    [
        ([], "FIXED", 0, []),
        ([DEFECT], "STILL", 1, ["accepted-wrongly"]),
        (["duplicate-500"], "OTHER", 1, ["server-error"]),
    ],
)
def test_results(kit: Kit, reported: dict[str, Any], defects: list[str], result: str, code: int, came: list[str]) -> None:
    with served(*defects) as url:
        said = kit("replay", "r.json", url, *LOGIN, "--format", "json")
    found = report(said)
    jsonschema.validate(found, SCHEMA, jsonschema.Draft202012Validator)
    (one,) = found["results"]
    assert (said.code, one["result"], one["fingerprint"]) == (code, result, reported["fingerprint"])
    assert [entry["code"] for entry in one["came"]] == came
    assert found["requests"] == 3  # one to see whether the server is there, and the two that show it


def test_a_report_in_words(kit: Kit, reported: dict[str, Any]) -> None:
    with served() as url:
        said = kit("replay", "r.json", url, *LOGIN)
    assert said.out == (
        f"FIXED       {reported['fingerprint']}  error: {reported['message']}\n1 FIXED (3 requests to {url})\n"
    )


def test_the_same_server_twice_finds_it_again_with_new_identities(kit: Kit, reported: dict[str, Any]) -> None:
    with served(DEFECT) as url:
        for _ in range(2):
            assert kit("replay", "r.json", url, *LOGIN).out.startswith("STILL ")


def test_every_finding_comes_again_on_the_server_that_showed_it(kit: Kit, here: Path) -> None:
    defects = (
        "duplicate-taken",
        "name-not-cut",
        "any-password-taken",
        "warnings-null",
        "nul-crash",
        "race",
        "put-registers",
    )
    with served(*defects) as url:
        kit("fuzz", url, *LOGIN, "--format", "json", "--output", "r.json", "--quiet", "--max-requests", "300")
        said = kit("replay", "r.json", url, *LOGIN, "--format", "json")
    codes = {one["code"] for one in json.loads((here / "r.json").read_text("utf-8"))["findings"]}
    assert {"accepted-wrongly", "let-in", "wrong-type", "server-error", "stored-wrongly"} <= codes
    assert {one["result"] for one in report(said)["results"]} == {"STILL"}
    with served() as url:
        said = kit("replay", "r.json", url, *LOGIN, "--format", "json")
    assert {one["result"] for one in report(said)["results"]} == {"FIXED"}


def test_one_finding_only(kit: Kit, reported: dict[str, Any]) -> None:
    with served() as url:
        assert kit("replay", "r.json", url, *LOGIN, "--only", reported["fingerprint"]).code == 0
        said = kit("replay", "r.json", url, *LOGIN, "--only", "0" * 16)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith(f"contract-kit: r.json has no finding {'0' * 16}. ")


def test_another_org_profile_is_told_of(kit: Kit, here: Path, reported: dict[str, Any]) -> None:
    (here / "org.yaml").write_text("org: sample\n")
    with served() as url:
        said = kit("replay", "r.json", url, *LOGIN, "--org", "org.yaml")
    assert "the report was made with no org profile, this replay with sample" in said.err


def test_where_nothing_can_be_tested(kit: Kit, reported: dict[str, Any]) -> None:
    with answering(401) as url:
        said = kit("replay", "r.json", url, *LOGIN)
    assert (said.code, said.out) == (2, "")
    assert "the server answers 401" in said.err
    with closed() as url:
        assert "cannot be reached" in kit("replay", "r.json", url, *LOGIN).err
    assert "no server is named" in kit("replay", "r.json").err


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "r.json: cannot be read: no such file or directory"),
        ("", "r.json:1:1: is no JSON"),
        ("[]", "r.json: is no report of contract-kit fuzz"),
        ('{"findings": [], "suites": [], "version": 2}', "r.json: /version: 2 is not known"),
        ('{"findings": [{}], "suites": [], "version": 1}', "r.json: /findings/0: cannot be replayed"),
        ('{"findings": [{"steps": []}], "suites": [], "version": 1}', "r.json: /findings/0: cannot be replayed"),
    ],
)
def test_what_is_no_report(kit: Kit, here: Path, text: str | None, message: str) -> None:
    if text is not None:
        (here / "r.json").write_text(text)
    said = kit("replay", "r.json", "http://127.0.0.1:1/v2")
    assert (said.code, said.out) == (2, "")
    assert message in said.err
    assert "Traceback" not in said.err
