"""Known deviations: a reviewed entry mutes one finding, and nothing beside it."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from contract_kit.errors import InputError
from contract_kit.fuzz import baseline

from .conftest import Kit, report
from .servers import LOGIN, served

DEFECT = "duplicate-taken"


@pytest.fixture
def entries(kit: Kit, here: Path) -> dict[str, Any]:
    """A baseline of one entry without a reason, in ``known.yaml``."""
    with served(DEFECT) as url:
        said = kit("fuzz", url, *LOGIN, "--max-requests", "40", "--baseline", "known.yaml", "--update-baseline", "--quiet")
    assert said.code == 1
    assert said.err == "known.yaml: 1 known, 1 of them without a reason\n"
    loaded = yaml.safe_load((here / "known.yaml").read_text("utf-8"))
    assert isinstance(loaded, dict)
    return loaded


def again(kit: Kit, here: Path, entries: dict[str, Any], *defects: str) -> tuple[int, dict[str, Any]]:
    (here / "known.yaml").write_text(yaml.safe_dump(entries))
    with served(*defects) as url:
        said = kit(
            "fuzz", url, *LOGIN, "--max-requests", "40", "--baseline", "known.yaml", "--format", "json", "--quiet",
        )  # fmt: skip
    return said.code, report(said)


def test_an_entry_with_a_reason_mutes_its_finding(kit: Kit, here: Path, entries: dict[str, Any]) -> None:
    entries["findings"][0]["reason"] = "they know"
    code, found = again(kit, here, entries, DEFECT)
    assert (code, found["summary"]["errors"], found["summary"]["muted"]) == (0, 0, 1)
    assert found["findings"][0]["suppressed"] == "they know"


@pytest.mark.parametrize(
    ("change", "note"),
    [
        ({}, "mutes nothing, since it has no reason"),
        ({"reason": "x", "expires": "2020-01-31"}, "expired on 2020-01-31 and mutes nothing"),
        ({"reason": "x", "shows": []}, "shows in more than it did and mutes nothing: "),
    ],
)
def test_an_entry_that_mutes_nothing_is_told_of(
    kit: Kit, here: Path, entries: dict[str, Any], change: dict[str, Any], note: str
) -> None:
    entries["findings"][0] |= change
    code, found = again(kit, here, entries, DEFECT)
    assert code == 1
    assert found["findings"][0]["suppressed"] is None
    assert [note in one for one in found["notes"] if one.startswith("baseline: ")] == [True]


def test_another_finding_is_not_muted(kit: Kit, here: Path, entries: dict[str, Any]) -> None:
    entries["findings"][0]["reason"] = "they know"
    code, found = again(kit, here, entries, DEFECT, "no-credentials-taken")
    assert code == 1
    assert {one["code"]: one["suppressed"] for one in found["findings"]} == {"accepted-wrongly": "they know", "let-in": None}


def test_what_is_gone_is_told_of(kit: Kit, here: Path, entries: dict[str, Any]) -> None:
    entries["findings"][0]["reason"] = "they know"
    code, found = again(kit, here, entries)
    assert code == 0
    fingerprint = entries["findings"][0]["fingerprint"]
    assert any(note.startswith(f"baseline: {fingerprint} ") and "was not found" in note for note in found["notes"])


def test_sarif_marks_it_as_suppressed(kit: Kit, here: Path, entries: dict[str, Any]) -> None:
    entries["findings"][0]["reason"] = "they know"
    (here / "known.yaml").write_text(yaml.safe_dump(entries))
    with served(DEFECT) as url:
        said = kit("fuzz", url, *LOGIN, "--max-requests", "40", "--baseline", "known.yaml", "--format", "sarif", "--quiet")
    (result,) = json.loads(said.out)["runs"][0]["results"]
    assert result["suppressions"] == [{"kind": "external", "justification": "they know"}]


def test_an_update_keeps_what_people_wrote(kit: Kit, here: Path, entries: dict[str, Any]) -> None:
    entries["findings"][0] |= {"reason": "they know", "expires": "2099-12-31"}
    (here / "known.yaml").write_text(yaml.safe_dump(entries))
    with served(DEFECT, "no-credentials-taken") as url:
        kit("fuzz", url, *LOGIN, "--max-requests", "40", "--baseline", "known.yaml", "--update-baseline", "--quiet")
    read = {entry.code: entry for entry in baseline.read(str(here / "known.yaml")).values()}
    assert set(read) == {"accepted-wrongly", "let-in"}
    assert (read["accepted-wrongly"].reason, read["accepted-wrongly"].expires) == ("they know", date(2099, 12, 31))
    assert read["let-in"].reason == ""


def test_what_is_written_is_read_as_it_was(here: Path) -> None:
    entries = [
        baseline.Entry("0" * 16, "let-in", "method/PUT", 'a "quoted": text', ("b", "a c"), "because # so", date(2031, 2, 3)),
        baseline.Entry("f" * 16, "id-reused", "", "m", (), "", None),
    ]
    (here / "k.yaml").write_text(baseline.written(entries))
    read = baseline.read(str(here / "k.yaml"))
    assert [(one.fingerprint, one.code, one.cause, one.message, one.shows, one.reason, one.expires) for one in entries] == [
        (one.fingerprint, one.code, one.cause, one.message, one.shows, one.reason, one.expires)
        for one in (read["0" * 16], read["f" * 16])
    ]
    (here / "k.yaml").write_text(baseline.written([]))
    assert baseline.read(str(here / "k.yaml")) == {}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("findings: {}", "k.yaml:1:11: findings: not a list"),
        ("- 1", "k.yaml:1:1: not an object"),
        ("version: 2", "k.yaml:1:10: version 2 is not known"),
        ("finding: []", "k.yaml:1:1: finding: not a member that is known"),
        ("findings:\n  - code: x", "k.yaml:2:5: an entry without a fingerprint"),
        ("findings:\n  - fingerprint: xyz", "k.yaml:2:5: fingerprint: none"),
        ("findings:\n  - {fingerprint: '0000000000000000', expires: soon}", "k.yaml:2:48: expires: no date"),
        ("findings:\n  - {fingerprint: '0000000000000000', shows: all}", "k.yaml:2:46: shows: not a list of texts"),
        (
            "findings:\n  - fingerprint: '0000000000000000'\n  - fingerprint: '0000000000000000'",
            "k.yaml:3:5: 0000000000000000 stands here a second time",
        ),
        ("findings: [", "k.yaml:1:"),
    ],
)
def test_what_is_no_baseline_is_told_with_its_place(here: Path, text: str, message: str) -> None:
    (here / "k.yaml").write_text(text)
    with pytest.raises(InputError) as raised:
        baseline.read("k.yaml")
    assert str(raised.value).startswith(message)
