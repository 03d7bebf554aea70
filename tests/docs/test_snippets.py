"""What the pages show is true: their Python runs, their commands say what stands below them, their data parses."""

from __future__ import annotations

import contextlib
import io
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import workflows
import yaml
from snippets import ROOT, Block, Shell, agrees, blocks, environment, furnished, pages, run, steps, workspace

LANGUAGES = ("console", "json", "py", "python", "sh", "text", "yaml")
BLOCKS = [block for page in pages() for block in blocks(page)]


def named(language: str) -> list[Any]:
    return [pytest.param(block, id=block.name) for block in BLOCKS if block.language == language]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return workspace(tmp_path)


def test_the_pages_have_blocks_of_every_language() -> None:
    assert {block.language for block in BLOCKS} == {*LANGUAGES} - {"json"} | {block.language for block in BLOCKS} & {"json"}


@pytest.mark.parametrize("block", named("console"))
def test_a_command_says_what_the_page_shows(block: Block, folder: Path) -> None:
    shown = steps(block)
    assert shown, "no command"
    with Shell(furnished(folder, block)) as shell:
        for number, step in enumerate(shown):
            actual, code = shell.run(step.command)
            assert agrees(step.shown, actual), f"$ {step.command}\n{actual}"
            told = number + 1 < len(shown) and shown[number + 1].command == "echo $?"
            assert code in (0, 1) or told, f"$ {step.command} ends with {code}, and the page does not say so"


def of_one_page() -> Iterator[Any]:
    """The Python blocks of each page that share a namespace."""
    groups: dict[tuple[Path, int], list[Block]] = {}
    for block in BLOCKS:
        if block.language != "python" or is_test_file(block):
            continue
        fresh = sum("fresh" in other.words for other in BLOCKS if other.page == block.page and other.line <= block.line)
        groups.setdefault((block.page, fresh), []).append(block)
    for group in groups.values():
        yield pytest.param(group, id=group[0].name)


def is_test_file(block: Block) -> bool:
    return re.search(r"^import pytest$", block.text, re.M) is not None


@pytest.mark.parametrize("group", list(of_one_page()))
def test_python_runs_and_prints_what_the_page_shows(
    group: list[Block], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    names: dict[str, Any] = {"__name__": "page"}
    for block in group:
        furnished(folder, block)
        printed = io.StringIO()
        code = compile("\n" * (block.line - 1) + block.text, str(block.page), "exec", dont_inherit=True)
        with contextlib.redirect_stdout(printed):
            exec(code, names)
        if block.below is not None:
            assert printed.getvalue() == block.below, block.name


@pytest.mark.parametrize("block", [param for param in named("python") if is_test_file(param.values[0])])
def test_a_test_file_passes(block: Block, folder: Path) -> None:
    furnished(folder, block)
    (folder / "test_page.py").write_text(block.text, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "error", "test_page.py"]
    done = subprocess.run(command, cwd=folder, env=environment(folder), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert re.search(r"^\d+ passed in", done.stdout, re.M)


@pytest.mark.parametrize("block", named("json"))
def test_json_parses(block: Block) -> None:
    json.loads(block.text)


@pytest.mark.parametrize("block", named("yaml"))
def test_yaml_parses_and_its_commands_run(block: Block, folder: Path) -> None:
    data = yaml.safe_load(block.text)
    assert data is not None
    for command in commands(data):
        actual, code = run(command, folder)
        assert code == 0, f"$ {command}\n{actual}"
    for given in workflows.used(data):
        if given.get("command") != "fuzz":
            ran = workflows.run_action(folder, given)
            assert ran.code in (0, 1), ran.log
    for written in reports(data):
        assert (folder / written).is_file(), f"no command of the block writes {written}"


@pytest.mark.parametrize("block", named("yaml"))
def test_templates_that_are_included_have_the_inputs(block: Block) -> None:
    data = yaml.safe_load(block.text)
    for included in data.get("include", ()) if isinstance(data, dict) else ():
        template = (ROOT / included["file"].lstrip("/")).read_text(encoding="utf-8")
        inputs = yaml.safe_load(template.partition("\n---\n")[0])["spec"]["inputs"]
        assert set(included["inputs"]) <= set(inputs)
        assert {name for name, entry in inputs.items() if "default" not in entry} <= set(included["inputs"])


def commands(node: Any) -> Iterator[str]:
    """The commands of ours in a workflow of GitHub or a job of GitLab."""
    if isinstance(node, dict):
        for key, value in node.items():
            lines = value if isinstance(value, list) else [value]
            if key in ("run", "script"):
                yield from (line for line in lines if isinstance(line, str) and line.startswith("contract-kit "))
            else:
                yield from commands(value)
    elif isinstance(node, list):
        for item in node:
            yield from commands(item)


def reports(data: Any) -> Iterator[str]:
    """The files that a workflow or a job hands on."""
    yield from re.findall(r"'(?:junit|sarif_file)': '([^']+)'", repr(data))


@pytest.mark.parametrize("block", named("sh"))
def test_make_is_asked_for_what_it_makes(block: Block) -> None:
    phony = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)
    assert phony
    for line in block.text.splitlines():
        program, *words = line.partition("#")[0].split() or [""]
        assert program != "contract-kit", "show it as console, with its output, so that it is run"
        if program == "make":
            assert set(words) <= set(phony[1].split())


def test_outputs_are_compared_line_by_line() -> None:
    assert agrees("one\ntwo\n\n", "one\ntwo\n")
    assert agrees("one\n...\nfour\n", "one\ntwo\nthree\nfour\n")
    assert agrees("...\n", "anything\n")
    assert agrees("", "")
    assert not agrees("one\n", "one\ntwo\n")
    assert not agrees("one\n...\nthree\n", "one\ntwo\n")
    assert not agrees("", "something\n")


@pytest.mark.parametrize("block", named("py"))
def test_code_for_libraries_that_are_not_here_compiles(block: Block) -> None:
    compile(block.text, block.name, "exec")
