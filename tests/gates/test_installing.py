"""The image and the action's first step: the commands that install, run here for real, with nothing from a network.

What they would fetch is taken from this environment: pip passes over what is installed already.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sysconfig
import tomllib
from pathlib import Path

from workflows import ROOT, environment, load, programs

DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
OFFLINE = {
    "PIP_NO_INDEX": "1",
    "PIP_NO_DEPS": "1",
    "PIP_NO_BUILD_ISOLATION": "0",  # pip reads this one the other way round
    "PIP_CONFIG_FILE": "/dev/null",
    "PYTHONPATH": sysconfig.get_paths()["purelib"],
}


def instructions(text: str) -> list[tuple[str, str]]:
    """The instructions of a Dockerfile, with lines joined."""
    joined = re.sub(r"\\\n\s*", "", text)
    lines = [line for line in joined.splitlines() if line.strip() and not line.startswith("#")]
    return [(word, rest) for word, _, rest in (line.partition(" ") for line in lines)]


def sources(folder: Path) -> Path:
    """What the image is built from: the files that .dockerignore lets through."""
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "*"
    for line in lines[1:]:
        if not line.startswith("!"):
            assert line == "**/__pycache__"
            continue
        source, target = ROOT / line[1:], folder / line[1:]
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copyfile(source, target)
    return folder


def said(program: Path, *arguments: str, cwd: Path, **variables: str) -> str:
    done = subprocess.run(
        [str(program), *arguments], cwd=cwd, env=environment(**variables), capture_output=True, text=True, check=True
    )
    return done.stdout


def test_the_image_is_pinned_small_and_not_run_by_root() -> None:
    found = instructions(DOCKERFILE)
    bases = [rest.split(" AS ")[0] for word, rest in found if word == "FROM"]
    assert len(bases) == 2
    assert len(set(bases)) == 1, "the environment is copied, so both stages need the same Python"
    assert re.fullmatch(r"python:3\.\d+-slim-[a-z]+", bases[0])
    last = [number for number, (word, _) in enumerate(found) if word == "FROM"][-1]
    final = dict(found[last:])
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", final["USER"])
    assert final["ENTRYPOINT"] == '["contract-kit"]'
    assert "RUN" not in final, "what builds stays in the first stage"


def test_the_image_installs_extras_that_there_are() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    default = re.search(r"^ARG EXTRAS=(\S*)$", DOCKERFILE, re.M)
    assert default
    assert set(default[1].split(",")) <= set(extras)


def test_what_the_image_installs_works(tmp_path: Path) -> None:
    source, target = sources(tmp_path / "src"), tmp_path / "opt"
    (command,) = (rest for word, rest in instructions(DOCKERFILE) if word == "RUN")
    script = command.replace("/opt/contract-kit", str(target))
    folder = programs(tmp_path / "programs", "python")
    base = environment(EXTRAS="server", **OFFLINE)
    done = subprocess.run(
        ["/bin/sh", "-c", script],
        cwd=source,
        env=base | {"PATH": f"{folder}:{base['PATH']}"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    pins = (source / "pins.txt").read_text("utf-8")
    assert re.search(r"^jsonschema-rs==\S+$", pins, re.M)
    assert "--hash" not in pins
    # Dependencies come from this environment, the kit must come from the new one.
    where = said(
        target / "bin" / "python",
        *(
            "-c",
            "import sys; sys.path.sort(key=lambda p: '/opt/' not in p); import contract_kit as kit; print(kit.__file__)",
        ),
        cwd=tmp_path,
        PYTHONPATH=OFFLINE["PYTHONPATH"],
    )
    assert Path(where.strip()).is_relative_to(target)
    assert (target / "bin" / "contract-kit").is_file()


def test_the_first_step_of_the_action_installs_the_checkout_it_lies_in(tmp_path: Path) -> None:
    """With pip; uv is not found on this path."""
    step = load(ROOT / "action.yml")["runs"]["steps"][0]
    source = sources(tmp_path / "action")
    folder = programs(tmp_path / "programs", "python")
    (folder / "python").rename(folder / "python3")
    base = environment(RUNNER_TEMP=str(tmp_path), GITHUB_ACTION_PATH=str(source), PYTHON="python3", **OFFLINE)
    script = tmp_path / "step.sh"
    script.write_text(step["run"], encoding="utf-8")
    done = subprocess.run(
        ["/bin/bash", "--noprofile", "--norc", "-e", "-o", "pipefail", str(script)],
        cwd=tmp_path,
        env=base | {"PATH": f"{folder}:/usr/bin:/bin"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    kit = tmp_path / "contract-kit" / "bin" / "contract-kit"
    assert kit.is_file()
    version = said(kit, "--version", cwd=tmp_path, PYTHONPATH=f"{source}/src:{OFFLINE['PYTHONPATH']}")
    assert re.fullmatch(r"contract-kit \S+, contract \S+\n", version)
