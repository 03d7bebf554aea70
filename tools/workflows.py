"""As much of a GitHub runner as it takes to run a composite action: expressions, the files of the runner, the shell.

The tests run this project's action with it, for the example repository and for the workflows that pages show.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import yaml

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "examples"
OURS = re.compile(r"YOUR-ORG/contract-kit@v\d+\.\d+\.\d+")


class Ran(NamedTuple):
    """What a step came to: how it ended, its log, the summary it wrote, and its outputs."""

    code: int
    log: str
    summary: str
    outputs: dict[str, str]

    @property
    def annotations(self) -> list[str]:
        """The lines that GitHub makes annotations of."""
        return [line for line in self.log.splitlines() if re.match("::(error|warning|notice)[ :]", line)]


def load(path: Path) -> dict[Any, Any]:
    """A YAML file. ``on`` is a truth value to YAML 1.1, and stands as ``True``."""
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert isinstance(data, dict)
    return data


def programs(folder: Path, *names: str) -> Path:
    """A folder of programs: ``contract-kit`` and ``python`` are this interpreter's, ``pip`` writes down what it is asked."""
    folder.mkdir(parents=True, exist_ok=True)
    texts = {
        "contract-kit": f'exec "{sys.executable}" -m contract_kit "$@"',
        "python": f'exec "{sys.executable}" "$@"',
        "pip": f'printf "%s\\n" "$@" > "{folder}/pip.txt"',
    }
    for name in names:
        (folder / name).write_text(f"#!/bin/sh\n{texts[name]}\n", encoding="utf-8")
        (folder / name).chmod(0o755)
    return folder


def environment(**more: str) -> dict[str, str]:
    """What is in the environment of a job: nothing of this one's but what the kit needs to be found."""
    kept = {"PATH": "/usr/local/bin:/usr/bin:/bin", "PYTHONPATH": str(ROOT / "src"), "PYTHONUTF8": "1", "LC_ALL": "C.UTF-8"}
    return kept | {"HOME": os.environ.get("HOME", "/"), "CI": "true"} | more


def expanded(text: str, context: Mapping[str, str]) -> str:
    """A text with its expressions, of which only plain names are known."""

    def value(match: re.Match[str]) -> str:
        return context[match[1].strip()]

    return re.sub(r"\$\{\{(.*?)\}\}", value, text)


def copied(folder: Path) -> Path:
    """A partner's repository."""
    shutil.copytree(EXAMPLES / "partner", folder / "partner")
    return folder / "partner"


def used(workflow: Any) -> Iterator[dict[str, str]]:
    """What the steps of a workflow that use this project's action give it."""
    for job in workflow.get("jobs", {}).values() if isinstance(workflow, dict) else ():
        for step in job.get("steps", ()):
            if OURS.fullmatch(step.get("uses", "")):
                yield step["with"]


def run_action(workspace: Path, given: Mapping[str, str], context: Mapping[str, str] | None = None) -> Ran:
    """Run the steps of ``action.yml`` but the one that installs, in a workspace, as ``uses`` with ``given`` would."""
    action = load(ROOT / "action.yml")
    unknown = set(given) - set(action["inputs"])
    assert not unknown, f"action.yml has no input {unknown}"
    beside = workspace.with_name(f"{workspace.name}-runner")
    temporary = beside / "temp"
    programs(temporary / "contract-kit" / "bin", "contract-kit")
    values = {f"inputs.{name}": str(entry.get("default", "")) for name, entry in action["inputs"].items()}
    values |= {f"inputs.{name}": expanded(value, context or {}) for name, value in given.items()}
    (step,) = (step for step in action["runs"]["steps"] if step.get("id") == "run")
    files = {name: beside / name.lower() for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    for file in files.values():
        file.write_text("", encoding="utf-8")
    variables = {name: expanded(text, values) for name, text in step["env"].items()}
    script = beside / "step.sh"
    script.write_text(step["run"], encoding="utf-8")
    assert step["shell"] == "bash"
    done = subprocess.run(
        ["/bin/bash", "--noprofile", "--norc", "-e", "-o", "pipefail", str(script)],
        cwd=workspace,
        env=environment(
            RUNNER_TEMP=str(temporary),
            GITHUB_ACTION_PATH=str(ROOT),
            GITHUB_WORKSPACE=str(workspace),
            **{name: str(file) for name, file in files.items()},
            **variables,
        ),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    written = files["GITHUB_OUTPUT"].read_text(encoding="utf-8")
    outputs = dict(line.split("=", 1) for line in written.splitlines())
    return Ran(done.returncode, done.stdout, files["GITHUB_STEP_SUMMARY"].read_text(encoding="utf-8"), outputs)
