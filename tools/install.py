"""Install the kit into a virtual environment, editable, at the pinned versions: ``install.py PYTHON [GROUP or EXTRA …]``.

uv is used where it is there, since it is some twenty times faster, and pip otherwise; also where uv fails, which is often
set up for another index or other certificates than pip. Standard library only: this runs before anything is installed.
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
    """What the build, the kit, and the named dependency groups and extras ask for."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = [*project["build-system"]["requires"], *project["project"]["dependencies"]]
    for group in groups:
        wanted += project["dependency-groups"].get(group) or project["project"]["optional-dependencies"][group]
    return wanted


def pins() -> str:
    """The constraints without their hashes, which an editable install cannot be held to."""
    text = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    return "\n".join(re.sub(r"\s*\\$", "", line) for line in text.splitlines() if not line.startswith((" ", "#")))


def installers(python: str) -> list[list[str]]:
    """The commands that install, the best first."""
    uv = shutil.which("uv")
    # pip compiles what it installs; without that every start of a command would, where Python may not write.
    found = [[uv, "pip", "install", "--quiet", "--compile-bytecode", "--python", python]] if uv else []
    return [*found, [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]]


def installed(command: list[str], constraints: str, groups: list[str]) -> bool:
    """Whether a command has installed what is wanted, and then the kit."""
    # The build backend is among what is wanted, so that building the kit itself downloads nothing more.
    steps = (["-c", constraints, *requirements(groups)], ["--no-deps", "--no-build-isolation", "-e", str(ROOT)])
    return all(subprocess.run([*command, *arguments], check=False).returncode == 0 for arguments in steps)


def main() -> int:
    python, *groups = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        constraints = Path(folder) / "constraints.txt"
        constraints.write_text(pins(), encoding="utf-8")
        commands = installers(python)
        for number, command in enumerate(commands, start=1):
            if installed(command, str(constraints), groups):
                return 0
            if number < len(commands):
                print("uv could not do it; trying pip", file=sys.stderr)
    return 1


if __name__ == "__main__":
    raise SystemExit(main())
