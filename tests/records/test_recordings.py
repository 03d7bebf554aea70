"""Recorded traffic: a file in ``tests/data/recordings`` is a test.

``good/expected.json`` says of each file what is told of it as a whole (``said``, with the name of the file as FILE) and of
each registration in it its number in the file, what it was judged as, the outcome, and each finding as ``line:column pointer
code, party``. ``broken/expected.json`` says with which error each file is refused.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from contract_kit import Contract, InputError
from contract_kit.attribution import party
from contract_kit.findings import escape_pointer
from contract_kit.records import Source
from contract_kit.records.recorded import Recording
from contract_kit.records.traffic import Traffic

DATA = Path(__file__).resolve().parents[1] / "data" / "recordings"
SIDECAR = "expected.json"
CREDENTIALS = ("8a16a6b70505eb1f1ff7cdc0cd5559a7", "dGlsbC5vbmU6")


def files(quality: str) -> list[Any]:
    return [pytest.param(path, id=path.name) for path in sorted((DATA / quality).iterdir()) if path.name != SIDECAR]


def expected(quality: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((DATA / quality / SIDECAR).read_text(encoding="utf-8"))
    return found


def told(path: Path, contract: Contract) -> dict[str, Any]:
    """What the sidecar is to say of a recording."""
    traffic = Traffic(Source(str(path), None))
    entries = []
    for recording in traffic:
        result = recording.judged(contract)
        lines = [
            f"{found.line}:{found.column} {escape_pointer(found.pointer)} {found.code}, {party(found, result).value}"
            for found in result.findings
        ]
        entries.append({"index": result.index, "kind": result.kind, "outcome": result.outcome.verdict.value, "found": lines})
    said = traffic.said
    return {"said": None if said is None else said.replace(str(path), "FILE"), "entries": entries}


@pytest.mark.parametrize("path", files("good"))
def test_a_recording_is_judged_as_expected(path: Path, demo: Contract) -> None:
    wanted, found = expected("good").get(path.name), told(path, demo)
    if wanted is None:
        pytest.fail(f"no entry; if all is right, add to {SIDECAR}:\n{json.dumps({path.name: found}, indent=2)[2:-2]}")
    assert found == wanted


@pytest.mark.parametrize("path", files("good"))
def test_places_lead_to_what_is_spoken_of(path: Path, demo: Contract) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    for recording in Traffic(Source(str(path), None)):
        for finding in recording.judged(demo).findings:
            node: Any = json.loads(path.read_text(encoding="utf-8")) if path.suffix != ".yaml" else None
            for step in finding.pointer if node is not None else ():
                node = node[step]
            assert finding.line is not None
            assert finding.column is not None
            assert len(lines[finding.line - 1]) >= finding.column


@pytest.mark.parametrize("path", files("broken"))
def test_a_broken_recording_is_refused_with_its_place(path: Path, demo: Contract) -> None:
    with pytest.raises(InputError) as caught:
        told(path, demo)
    said = str(caught.value).replace(str(path), "FILE")
    assert {path.name: said} == {path.name: expected("broken").get(path.name)}
    assert not any(secret in said for secret in CREDENTIALS)


@pytest.mark.parametrize("quality", ["good", "broken"])
def test_no_entry_is_stale(quality: str) -> None:
    assert list(expected(quality)) == sorted(path.name for path in (DATA / quality).iterdir() if path.name != SIDECAR)


def test_what_is_shown_of_a_recording_is_what_was_recorded(demo: Contract) -> None:
    (recording, *_) = Traffic(Source(str(DATA / "good" / "browser.har"), None))
    assert isinstance(recording, Recording)
    assert list(recording.shown) == ["request", "response"]
    assert recording.shown["request"]["method"] == "POST"
    assert recording.shown["response"]["status"] == 200
