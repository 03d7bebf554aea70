"""The four steps of CONTRIBUTING.md, taken one by one in a copy of the project."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from snippets import ROOT, blocks

NEEDED = ("src", "spec", "fixtures", "tools", "tests/rules", "tests/judge", "tests/conftest.py", "pyproject.toml")
TRIED = ("tests/rules/test_examples.py", "tests/judge/test_fastpath.py")
CODE = "name-only-blanks"


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project with the rule of the first step in its room."""
    folder = tmp_path_factory.mktemp("copy")
    for name in NEEDED:
        source, target = ROOT / name, folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copyfile(source, target)
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    place = re.search(r"goes to the end of `(rules/\w+\.py)`", text)
    assert place
    room = folder / "src" / "contract_kit" / place[1]
    (block,) = (block for block in blocks(ROOT / "CONTRIBUTING.md") if block.language == "python")
    room.write_text(room.read_text(encoding="utf-8") + "\n\n" + block.text, encoding="utf-8")
    return folder


def python(copy: Path, *arguments: str) -> str:
    """What a run of Python says whose ``contract_kit`` is the copy's."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "COV_"))}
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=copy,
        env=environment | {"PYTHONPATH": str(copy / "src"), "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode in (0, 1), done.stdout + done.stderr
    return done.stdout


def test_generating_writes_the_page_of_the_rule(copy: Path) -> None:
    assert "docs/rules.md: written" in python(copy, "tools/generate.py").splitlines()
    text = (copy / "docs" / "rules.md").read_text(encoding="utf-8")
    assert f"\n| [`{CODE}`](#{CODE}) | warning | public | profile |  | A name of nothing but blanks |\n" in text
    assert f"\n## {CODE}\n" in text
    assert python(copy, "tools/generate.py", "--check") == "all that is generated is up to date\n"


def test_the_tests_try_the_rule(copy: Path) -> None:
    said = python(copy, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-k", CODE, *TRIED)
    # At the least: the bad example at its place, the good one, the message, the rule as a whole, its guard.
    passed = re.search(r"^(\d+) passed, \d+ deselected", said, re.M)
    assert passed, said
    assert int(passed[1]) >= 6


def test_the_command_reports_it(copy: Path) -> None:
    payload = {"profiles": [{"source": "INSTORE", "firstName": " ", "identifiers": [{"type": "cuid", "value": "c-1"}]}]}
    (copy / "payload.json").write_text(json.dumps(payload), encoding="utf-8")
    said = python(copy, "-m", "contract_kit", "validate", "payload.json", "--select", CODE)
    assert f"warning: firstName: nothing but blanks, of which the platform keeps nothing [{CODE}]" in said
