"""Recorded traffic on the command line: named, found in folders, known by its content, and on standard input."""

from __future__ import annotations

import io
import json
import shutil
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from .conftest import Kit

DATA = Path(__file__).resolve().parents[1] / "data" / "recordings"


@pytest.fixture
def recordings(here: Path) -> Path:
    """Here, with recordings."""
    for name in ("browser.har", "vcrpy.yaml", "vcrpy.json"):
        shutil.copy(DATA / "good" / name, here / name)
    return here


def test_each_deviation_has_its_place_and_its_party(kit: Kit, recordings: Path) -> None:
    said = kit("validate", "browser.har", "--select", "source-unknown,accepted-wrongly")
    assert said.code == 1
    judged = "browser.har: 4 registrations judged; 2 of other requests passed over, 1 without an answer"
    assert said.err == f"{judged} (only the request is judged)\n"
    lines = said.out.splitlines()
    wrongly = "accepted, but it had to be refused (source-unknown) with 3217"
    assert [line.split(": got")[0] for line in lines if line.startswith("  browser.har")] == [
        "  browser.har:224:69: error: source",
        "  browser.har:285:69: error: source",
        f"  browser.har:302:22: error: {wrongly} [accepted-wrongly; server wrong]",
    ]
    assert "client wrong in 2 exchanges, server wrong in 1 exchange" in lines


@pytest.mark.parametrize("arguments", [[], ["--as", "vcr"], ["--as", "har"]])
@pytest.mark.parametrize(("name", "inputs"), [("browser.har", 4), ("vcrpy.yaml", 3), ("vcrpy.json", 3)])
def test_what_it_is_shows_by_its_content(kit: Kit, recordings: Path, arguments: list[str], name: str, inputs: int) -> None:
    said = kit("validate", name, *arguments, "--format", "json")
    assert (said.code, len(json.loads(said.out)["inputs"])) == (1, inputs)


def test_recordings_and_payloads_together(kit: Kit, recordings: Path) -> None:
    said = kit("validate", "good.json", "browser.har", "vcrpy.json", "all.ndjson", "--format", "json")
    kinds = [entry["kind"] for entry in json.loads(said.out)["inputs"]]
    assert kinds == ["request", *["exchange"] * 3, "request", *["exchange"] * 3, *["request"] * 3]


@pytest.mark.parametrize(("kind", "inputs"), [("har", 4), ("vcr", 6)])
def test_folders_are_searched_for_them(kit: Kit, recordings: Path, kind: str, inputs: int) -> None:
    folder = recordings / "recorded"
    folder.mkdir()
    for name in ("browser.har", "vcrpy.yaml", "vcrpy.json"):
        shutil.move(recordings / name, folder / name)
    said = kit("validate", "recorded", "--as", kind, "--format", "json")
    assert (said.code, len(json.loads(said.out)["inputs"])) == (1, inputs)


def test_a_folder_without_any(kit: Kit) -> None:
    said = kit("validate", ".", "--as", "har")
    assert (said.code, said.err) == (
        2,
        "contract-kit: .: this folder holds nothing to check. Looked for *.har, hidden ones left out\n",
    )


@pytest.mark.parametrize(("name", "kind"), [("browser.har", "har"), ("vcrpy.yaml", "vcr")])
def test_standard_input_has_to_be_named(
    kit: Kit, recordings: Path, monkeypatch: pytest.MonkeyPatch, name: str, kind: str
) -> None:
    for arguments, code, error in (
        (["--as", kind], 1, "<stdin>: "),
        ([], 2, f"contract-kit: <stdin>: this is recorded traffic. Say --as {kind}"),
    ):
        with (recordings / name).open() as file:
            monkeypatch.setattr(sys, "stdin", SimpleNamespace(fileno=file.fileno, isatty=lambda: False, buffer=io.BytesIO()))
            said = kit("validate", "-", *arguments)
        assert said.code == code
        assert said.err.startswith(error)


def test_a_broken_one_does_not_hide_the_rest(kit: Kit, recordings: Path) -> None:
    shutil.copy(DATA / "broken" / "second-entry.har", recordings)
    said = kit("validate", "second-entry.har", "vcrpy.json", "--format", "json")
    assert said.code == 2
    assert [(entry["source"], entry["index"]) for entry in json.loads(said.out)["inputs"]] == [
        ("second-entry.har", 0), ("vcrpy.json", 1), ("vcrpy.json", 2), ("vcrpy.json", 3),
    ]  # fmt: skip
    assert "contract-kit: second-entry.har:3:1: /log/entries/1: this entry has no request" in said.err


@pytest.mark.parametrize("format_", ["text", "json", "junit", "sarif", "github", "gitlab", "markdown", "html"])
def test_every_format_can_say_it(kit: Kit, recordings: Path, format_: str) -> None:
    said = kit("validate", "browser.har", "vcrpy.yaml", "--format", format_)
    assert said.code == 1
    assert "source-unknown" in said.out
    assert "919800000" not in said.out


def test_a_payload_that_only_resembles_one_is_a_payload(kit: Kit, here: Path) -> None:
    (here / "odd.json").write_text('{"log": 1, "interactions": 2}')
    said = kit("validate", "odd.json", "--format", "json")
    assert [entry["kind"] for entry in json.loads(said.out)["inputs"]] == ["request"]
