"""What the pages name exists: pages and places that links lead to, files, commands and their options, keywords."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from snippets import ROOT, blocks, pages

import contract_kit
from contract_kit.cli.main import COMMANDS
from contract_kit.reporters import FORMATS

PAGES = [pytest.param(page, id=page.relative_to(ROOT).as_posix()) for page in pages()]
BY_HAND = [pytest.param(page, id=page.relative_to(ROOT).as_posix()) for page in pages(generated=False)]
FENCED = re.compile(r"^```.*?^```", re.M | re.S)
LINK = re.compile(r"\[[^\]]*\]\((?P<target>[^)\s]+)\)")
FLAG = re.compile(r"(?<![\w-])--[a-z][a-z-]*")


@cache
def prose(page: Path) -> str:
    """A page without its fenced blocks."""
    return FENCED.sub("", page.read_text(encoding="utf-8"))


@cache
def anchors(page: Path) -> frozenset[str]:
    """The anchors of a page's headings, made as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", prose(page), re.M)
    return frozenset(re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings)


def commands() -> list[tuple[str, ...]]:
    """Every command, and the commands of groups."""
    from importlib import import_module

    found: list[tuple[str, ...]] = [()]
    for name, (room, _) in COMMANDS.items():
        below = import_module(f"contract_kit.cli.{room}").COMMANDS
        found += [(name,), *((name, inner) for inner in below)]
    return found


@cache
def flags(command: tuple[str, ...]) -> frozenset[str]:
    """The options that a command's own help names."""
    done = subprocess.run(
        [sys.executable, "-m", "contract_kit", *command, "--help"], capture_output=True, text=True, check=True
    )
    options = done.stdout.partition("\noptions:\n")[2].partition("\n\n")[0]
    return frozenset(re.findall(r"^  (?:-\w, )?(--[a-z-]+)", options, re.M))


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page: Path) -> None:
    for match in LINK.finditer(prose(page)):
        target, _, anchor = match["target"].partition("#")
        if re.match(r"https?:", target):
            continue
        file = (page.parent / target).resolve() if target else page
        assert file.is_relative_to(ROOT), f"{match[0]} leads out of the project"
        assert file.exists(), f"{match[0]} leads nowhere"
        if anchor:
            assert file.suffix == ".md", f"{match[0]}: only pages have anchors"
            assert anchor in anchors(file), f"{match[0]}: no such heading"


@pytest.mark.parametrize("page", PAGES)
def test_files_that_are_named_exist(page: Path) -> None:
    for name in re.findall(r"`((?:[\w.-]+/)+[\w.-]*)`", prose(page)):
        looked_up = (page.parent / name, ROOT / name, ROOT / "src" / "contract_kit" / name, ROOT / "tests" / name)
        assert any(path.exists() for path in looked_up) or name in MADE_UP, f"{name} is no file of this project"


MADE_UP = {"payloads/", "application/json", "site/", "YOUR-ORG/contract-kit"}
"""What looks like a path of the project and is an example's, or none."""


@pytest.mark.parametrize("page", BY_HAND)
def test_options_that_are_named_exist(page: Path) -> None:
    every = frozenset().union(*(flags(command) for command in commands()))
    for span in re.findall(r"`([^`\n]+)`", prose(page)):
        if span.startswith("--"):
            assert set(FLAG.findall(span)) <= every, f"`{span}`: no command has that option"
        elif span.startswith("contract-kit "):
            check_command_line(span)
    for block in blocks(page):
        for line in block.text.splitlines():
            if block.language == "console" and not line.startswith("$ "):
                continue  # what the command says
            if "contract-kit " in line and block.language in ("console", "yaml", "sh", "python"):
                check_command_line(line[line.index("contract-kit ") :])


def check_command_line(line: str) -> None:
    """A command line as a page writes it: the command exists, and has the options."""
    words = line.split()[1:]
    known = [command for command in commands() if words[: len(command)] == list(command)]
    command = max(known, key=len)
    named = set(FLAG.findall(line))
    assert named <= flags(command), f"{line}: {' '.join(command)} has no {named - flags(command)}"
    if not command and words:
        assert words[0].startswith("-") or words[0] == "COMMAND", f"{line}: there is no command {words[0]}"


@pytest.mark.parametrize("command", commands(), ids=lambda command: " ".join(command) or "contract-kit")
def test_every_option_is_on_the_page_of_the_command(command: tuple[str, ...]) -> None:
    text = (ROOT / "docs" / "command.md").read_text(encoding="utf-8")
    if not command:
        assert "`contract-kit --version`" in text
        assert flags(()) == {"--help", "--version"}
        return
    heading = f"\n## contract-kit {' '.join(command)}\n"
    if heading not in text:
        assert flags(command) == {"--help"}, "a group of commands has no options of its own"
        return
    section = text.split(heading)[1].split("\n## ")[0]
    assert set(re.findall(r"^\| `(--[a-z-]+)", section, re.M)) == flags(command) - {"--help"}


def test_the_keywords_of_the_document_are_those_that_are_explained() -> None:
    table = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8").split("## The document's own keywords")[1]
    explained = set(re.findall(r"`(x-[a-z-]+)`", table.split("\n## ")[0]))
    assert explained == keywords(yaml.safe_load((ROOT / "spec" / "openapi.yaml").read_text(encoding="utf-8")))


def keywords(node: Any) -> set[str]:
    if isinstance(node, list):
        return set().union(*map(keywords, node))
    if not isinstance(node, dict):
        return set()
    own = {key for key in node if isinstance(key, str) and re.fullmatch(r"x-[a-z-]+", key)}
    return own.union(*map(keywords, node.values()))


def tracked(folder: str) -> set[Path]:
    """The files below a folder, relative to it, that git tracks; in a copy without git all of them."""
    if (ROOT / ".git").exists():
        done = subprocess.run(["git", "ls-files", folder], cwd=ROOT, capture_output=True, text=True, check=True)
        return {(ROOT / name).relative_to(ROOT / folder) for name in done.stdout.splitlines()}
    return {path.relative_to(ROOT / folder) for path in (ROOT / folder).rglob("*")}


def test_every_room_stands_on_a_floor() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8").split("## Floors")[1].split("\n## ")[0]
    named = {room for row in re.findall(r"^\|[^|]+\|([^|]+)\|", text, re.M) for room in re.findall(r"`([\w/]+)`", row)}
    files = [path for path in tracked("src/contract_kit") if path.suffix == ".py" and path.stem != "__main__"]
    rooms = {path.stem if len(path.parts) == 1 else f"{path.parts[0]}/" for path in files} - {"__init__"}
    assert rooms <= named
    layers = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"][0]
    watched = {name.rpartition(".")[2] for layer in layers["layers"] for name in re.split(r" [:|] ", layer)}
    assert {room.rstrip("/") for room in rooms} <= watched


def test_every_folder_of_tests_is_explained() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").split("## How the tests are organised")[1]
    folders = {f"tests/{path.parts[0]}/" for path in tracked("tests") if path.name.startswith("test_")}
    assert folders <= set(re.findall(r"`(tests/\w+/)`", text.split("\n## ")[0]))


def test_every_format_of_a_report_is_in_the_table() -> None:
    text = (ROOT / "docs" / "reports.md").read_text(encoding="utf-8").split("\n## ")[0]
    assert re.findall(r"^\| `(\w+)` \|", text, re.M) == list(FORMATS)


def test_the_library_guide_names_everything_that_is_public() -> None:
    text = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
    assert [name for name in contract_kit.__all__ if f"| `{name}` |" not in text] == ["__version__"]


def test_the_newest_version_is_in_the_changes() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    newest = re.search(r"^## \[?(\d+\.\d+\.\d+)", text, re.M)
    assert newest
    assert newest[1] == contract_kit.__version__


def test_every_page_of_the_documentation_is_on_its_map() -> None:
    index = ROOT / "docs" / "index.md"
    linked = {(index.parent / match["target"].partition("#")[0]).resolve() for match in LINK.finditer(prose(index))}
    assert set((ROOT / "docs").rglob("*.md")) - {index} <= linked
