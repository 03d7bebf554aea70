"""Install the kit into a virtual environment, editable, at the pinned versions: ``install.py PYTHON [GROUP …]``.

uv is used where it is there, since it is some twenty times faster; pip otherwise. Standard library only: this runs before
anything is installed.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def requirements(groups: list[str]) -> list[str]:
    """What the named dependency groups and the build ask for."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = [*project["build-system"]["requires"], *project["project"]["dependencies"]]
    for group in groups:
        wanted += project["dependency-groups"][group]
    return wanted


def pins() -> str:
    """The constraints without their hashes, which an editable install cannot be held to."""
    text = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    return "\n".join(re.sub(r"\s*\\$", "", line) for line in text.splitlines() if not line.startswith((" ", "#")))


def main() -> int:
    python, *groups = sys.argv[1:]
    with tempfile.NamedTemporaryFile("w", suffix=".txt", delete=False) as file:
        file.write(pins())
    try:
        uv = shutil.which("uv")
        pip = [uv, "pip", "install", "--quiet", "--python", python] if uv else [python, "-m", "pip", "install", "--quiet"]
        wanted = requirements(groups)
        # The build backend is among them, so that building the kit itself downloads nothing more.
        for arguments in (["-c", file.name, *wanted], ["--no-deps", "--no-build-isolation", "-e", str(ROOT)]):
            done = subprocess.run([*pip, *arguments], check=False)
            if done.returncode:
                return done.returncode
    finally:
        Path(file.name).unlink()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
