"""Folders of payloads, good and bad: adding a file adds a test.

``expected.json`` beside the files of ``tests/data``, and in ``tests/data/fixtures-expected`` for ``fixtures``, says of each
file which findings it has: ``codes``, all of them, of every severity, sorted. Of a request it also says ``outcome``,
``api_codes`` and ``warning_codes``. ``org`` names the org profile in ``tests/data/org-profiles`` where it is not the demo
profile; ``null`` is no profile at all.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from contract_kit import Contract, InputResult, Severity
from contract_kit.examples import NOW
from contract_kit.records import find, read

ROOT = Path(__file__).resolve().parent.parent.parent
DATA = ROOT / "tests" / "data"
DEMO = ROOT / "fixtures" / "org" / "demo-org.yaml"
KINDS = {"requests": "request", "responses": "response", "errors": "error", "exchanges": "exchange"}
SIDECAR = "expected.json"


class Folder(NamedTuple):
    """Files of one kind and quality, and where it is said what is expected of them."""

    path: Path
    expected: Path
    kind: str
    good: bool

    @property
    def name(self) -> str:
        return self.path.relative_to(ROOT).as_posix()


def folders() -> list[Folder]:
    found = []
    for plural, kind in KINDS.items():
        for quality in ("good", "bad"):
            sidecar = DATA / "fixtures-expected" / plural / f"{quality}.json"
            found.append(Folder(ROOT / "fixtures" / plural / quality, sidecar, kind, quality == "good"))
            own = DATA / plural / quality
            found.append(Folder(own, own / SIDECAR, kind, quality == "good"))
    return found


def files(folder: Folder) -> list[Path]:
    return sorted(path for path in folder.path.iterdir() if path.name != SIDECAR)


FOLDERS = folders()
FILES = [pytest.param(folder, path, id=f"{folder.name}/{path.name}") for folder in FOLDERS for path in files(folder)]


@cache
def expected(folder: Folder) -> dict[str, Any]:
    entries: dict[str, Any] = json.loads(folder.expected.read_text(encoding="utf-8"))
    return entries


@cache
def contract(org: str | None) -> Contract:
    bundled = Contract.bundled().at(NOW)
    if org is None:
        return bundled
    return bundled.for_org(DEMO if org == "demo" else DATA / "org-profiles" / f"{org}.yaml")


def judged(folder: Folder, path: Path, org: str | None) -> InputResult:
    (source,) = find([str(path)])
    (record,) = read(source)
    return contract(org).judge(record.document, folder.kind, source=path.name)


def entry(folder: Folder, result: InputResult) -> dict[str, Any]:
    """What the sidecar is to say of a result."""
    found: dict[str, Any] = {"codes": sorted(finding.code for finding in result.findings)}
    if folder.kind == "request":
        found["outcome"] = result.outcome.verdict.value
        found["api_codes"] = sorted(result.outcome.api_codes)
        found["warning_codes"] = sorted(result.outcome.warning_codes)
    return found


@pytest.mark.parametrize(("folder", "path"), FILES)
def test_a_file_has_exactly_the_findings_that_are_expected(folder: Folder, path: Path) -> None:
    wanted = expected(folder).get(path.name)
    org = wanted.get("org", "demo") if wanted else "demo"
    result = judged(folder, path, org)
    found = entry(folder, result) if org == "demo" else {"org": org, **entry(folder, result)}
    if wanted is None:
        pytest.fail(f"no entry; if all is right, add to {folder.expected}:\n{json.dumps({path.name: found})[1:-1]}")
    assert found == wanted
    errors = [finding.code for finding in result.findings if finding.severity is Severity.ERROR]
    if folder.good:
        assert not errors
    else:
        assert errors


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_no_entry_is_stale(folder: Folder) -> None:
    assert expected(folder).keys() <= {path.name for path in files(folder)}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_entries_are_in_order(folder: Folder) -> None:
    assert list(expected(folder)) == sorted(expected(folder))
