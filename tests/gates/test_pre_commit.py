"""The hook for pre-commit: run as pre-commit runs it, with the files that it would choose."""

from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from workflows import EXAMPLES, ROOT, copied, environment, load, programs

HOOKS: list[dict[str, Any]] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
BAD = '{"profiles": [{"source": "Instore", "identifiers": [{"type": "cuid", "value": "c-1"}]}]}\n'
(HOOK,) = HOOKS


def hooked(repository: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """What the hook says of the files of a repository."""
    names = sorted(path.relative_to(repository).as_posix() for path in repository.rglob("*") if path.is_file())
    chosen = [name for name in names if re.search(HOOK["files"], name)]
    folder = programs(repository.parent / "programs", "contract-kit")
    base = environment()
    return subprocess.run(
        [*shlex.split(HOOK["entry"]), *arguments, *chosen],
        cwd=repository,
        env=base | {"PATH": f"{folder}:{base['PATH']}"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@pytest.fixture
def partner(tmp_path: Path) -> Path:
    return copied(tmp_path)


def test_the_hook_has_what_pre_commit_asks_for() -> None:
    assert {"id", "name", "entry", "language", "files"} <= set(HOOK)
    assert HOOK["language"] == "python"
    assert HOOK["entry"].split()[0] == "contract-kit"


def test_a_good_file_passes(partner: Path) -> None:
    done = hooked(partner, "--org", "my-org.yaml")
    assert (done.returncode, done.stderr) == (0, "")
    assert "4 inputs, 4 clean" in done.stdout


def test_a_bad_file_does_not(partner: Path) -> None:
    (partner / "payloads" / "bad.json").write_text(BAD, encoding="utf-8")
    done = hooked(partner, "--org", "my-org.yaml")
    assert done.returncode == 1
    assert "payloads/bad.json:1:26: error: source: got " in done.stdout


@pytest.mark.parametrize(
    ("name", "chosen"),
    [
        ("payloads/a.json", True),
        ("payloads/deep/a.yaml", True),
        ("payloads/a.yml", True),
        ("payloads/a.ndjson", True),
        ("payloads/a.jsonl", True),
        ("package.json", False),
        ("other/payloads/a.json", False),
        ("payloads/README.md", False),
        ("payloads/a.json.bak", False),
    ],
)
def test_it_looks_at_payloads_only(name: str, chosen: bool) -> None:
    assert bool(re.search(HOOK["files"], name)) is chosen


def test_the_example_uses_it() -> None:
    (repository,) = load(EXAMPLES / "partner" / ".pre-commit-config.yaml")["repos"]
    (used,) = repository["hooks"]
    assert used["id"] == HOOK["id"]


def test_the_example_passes(partner: Path) -> None:
    (repository,) = load(partner / ".pre-commit-config.yaml")["repos"]
    assert hooked(partner, *repository["hooks"][0]["args"]).returncode == 0
