"""What no file may name: hosts of package registries, since mirrors differ, and places outside the project."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
UNMADE = {".git", ".venv", ".hypothesis", "build", "dist", "site"}

# Written in parts, so that this file does not name what it looks for.
REGISTRIES = [
    rf"{name}\.{top}\b"
    for name, top in (
        ("py" + "pi", "org"),
        ("python" + "hosted", "org"),
        ("npm" + "js", "(?:org|com)"),
        ("yarn" + "pkg", "com"),
        ("ana" + "conda", "(?:org|com)"),
        ("ru" + "bygems", "org"),
        ("cra" + "tes", "io"),
        ("gol" + "ang", "org"),
        ("mav" + r"en(?:\.apache)?", "org"),
        ("nu" + "get", "org"),
        ("doc" + "ker", "io"),
    )
]
INDEXES = [r"--(?:extra-)?index-" + r"url[= ]\s*\S*//", r"--find-" + r"links[= ]\s*/"]
OUTSIDE = [
    rf"(?<![\w.-]){place}" for place in ("/work/" + r"\w", "/ro" + r"ot/\w", r"(?:\.\./)+sh" + "ared/", "/tmp/" + r"v/")
]
FORBIDDEN = re.compile("|".join((*REGISTRIES, *INDEXES, *OUTSIDE)), re.IGNORECASE)


def files() -> list[Path]:
    """What git tracks or would; in a copy without git, every file that is not made here."""
    if (ROOT / ".git").exists() and shutil.which("git"):
        command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
        found = (ROOT / name for name in done.stdout.decode().split("\0") if name)
        return [path for path in found if path.is_file()]
    every = (path for path in ROOT.rglob("*") if path.is_file())
    return [path for path in every if not UNMADE & set(path.relative_to(ROOT).parts) and "cache" not in path.as_posix()]


def named(text: str) -> list[str]:
    """What a text names and may not, with its lines."""
    return [f"line {text.count(chr(10), 0, match.start()) + 1}: {match[0]}" for match in FORBIDDEN.finditer(text)]


def test_no_file_names_a_registry_or_a_place_outside() -> None:
    found = {path.relative_to(ROOT).as_posix(): named(path.read_bytes().decode("utf-8", "replace")) for path in files()}
    assert "pyproject.toml" in found
    assert {name: places for name, places in found.items() if places} == {}


@pytest.mark.parametrize(
    "text",
    [
        "https://" + "py" + "pi.org/simple",
        "files." + "python" + "hosted.org",
        "registry." + "npm" + "js.org",
        "--index-" + "url https://mirror.example/simple",
        "see ../" + "shared/contract",
        "cd /wo" + "rk/main",
    ],
)
def test_what_is_forbidden_is_found(text: str) -> None:
    assert len(named(text)) == 1


def test_what_is_allowed_is_let_pass() -> None:
    assert named("https://docs.oasis-open.org/sarif pip install . uv.lock /usr/bin work/main python.org") == []
