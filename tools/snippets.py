"""The fenced blocks of the Markdown pages, and what it takes to try them. Tests run them, ``generate.py`` renews outputs.

- ``console``: lines ``$ command`` with the output below them, run for real by a shell. A line of ``...`` stands for any
  number of lines. ``$ echo $?`` after a command shows how it ended. ``$ contract-kit serve … --port 8080 &`` runs until the
  block ends, in truth on a free port; only its first line is compared. The same goes for ``contract-kit proxy``, and
  ``$ kill -INT %2`` ends the second of them and shows what it has said since.
- ``python``: run, in a namespace that the blocks of a page share; ``python fresh`` begins a new one. A ``text`` block
  directly below holds what is printed.
- ``py``: the same for a library that the tests do not install; it is only compiled.
- ``python`` with ``import pytest``: a test file, run by pytest.
- any language with ``file=NAME``: a file of that name, which the commands further down on the page find in their folder.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
GENERATED = frozenset({"rules.md", "api-codes.md", "facts.md", "command.md"})
"""Pages of ``docs/`` that are written as a whole, without a hand on them."""

_FENCE = re.compile(r"^(?P<indent> *)```(?P<info>[^`\n]*)\n(?P<text>.*?)^(?P=indent)```[ ]*$", re.M | re.S)
_SKIP = "..."


class Block(NamedTuple):
    """A fenced block: the page it stands on, the line of its first line of text, its language, the words after that, the
    text, and the text of a ``text`` block directly below, where there is one."""

    page: Path
    line: int
    language: str
    words: tuple[str, ...]
    text: str
    below: str | None = None

    @property
    def name(self) -> str:
        """``docs/python.md:12``."""
        return f"{self.page.relative_to(ROOT).as_posix()}:{self.line}"


class Step(NamedTuple):
    """A command of a ``console`` block, and the output that the page shows."""

    command: str
    shown: str


def pages(*, generated: bool = True) -> list[Path]:
    """The Markdown pages that people read."""
    found = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("**/*.md"), *ROOT.glob("[!.]*/README.md")]
    return sorted(page for page in found if generated or page.name not in GENERATED)


def blocks(page: Path) -> Iterator[Block]:
    """The fenced blocks of a page, in order."""
    text = page.read_text(encoding="utf-8")
    found = list(_FENCE.finditer(text))
    for number, match in enumerate(found):
        language, *words = match["info"].split() or [""]
        follower = found[number + 1] if number + 1 < len(found) else None
        below = None
        if follower is not None and follower["info"].strip() == "text" and not text[match.end() : follower.start()].strip():
            below = _dedented(follower)
        line = text.count("\n", 0, match.start("text")) + 1
        yield Block(page, line, language, tuple(words), _dedented(match), below)


def _dedented(match: re.Match[str]) -> str:
    indent = len(match["indent"])
    return "".join(line[indent:] if line.strip() else line for line in match["text"].splitlines(keepends=True))


def workspace(folder: Path) -> Path:
    """A folder such as the pages speak of: the fixtures, ``payloads/`` with good ones, and ``my-org.yaml``."""
    fixtures = ROOT / "fixtures"
    shutil.copytree(fixtures, folder / "fixtures")
    shutil.copytree(fixtures / "requests" / "good", folder / "payloads")
    shutil.copyfile(fixtures / "org" / "demo-org.yaml", folder / "my-org.yaml")
    return folder


def furnished(folder: Path, block: Block) -> Path:
    """The folder with the files that the page shows above a block; of two with one name, the nearer one."""
    for other in blocks(block.page):
        names = [word.removeprefix("file=") for word in other.words if word.startswith("file=")]
        for name in names if other.line < block.line else ():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(other.text, encoding="utf-8")
    return folder


def environment(folder: Path) -> dict[str, str]:
    """What commands run in: ``contract-kit`` and ``python`` are this interpreter's, whatever is installed elsewhere."""
    programs = folder / ".programs"
    programs.mkdir(exist_ok=True)
    for name, arguments in (("contract-kit", " -m contract_kit"), ("python", "")):
        program = programs / name
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}"{arguments} "$@"\n', encoding="utf-8")
        program.chmod(0o755)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("COV_", "PYTEST_", "GITHUB_"))}
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "PYTHONWARNINGS"):
        kept.pop(name, None)
    path = os.pathsep.join((str(programs), "/usr/local/bin", "/usr/bin", "/bin"))
    kept["GITHUB_STEP_SUMMARY"] = str(programs / "summary.md")
    return kept | {"PATH": path, "PYTHONPATH": str(ROOT / "src"), "PYTHONUTF8": "1", "LC_ALL": "C.UTF-8"}


def steps(block: Block) -> list[Step]:
    """The commands of a ``console`` block with what is shown of their output."""
    found: list[Step] = []
    for line in block.text.splitlines(keepends=True):
        if line.startswith("$ "):
            found.append(Step(line[2:].strip(), ""))
        elif found:
            found[-1] = Step(found[-1].command, found[-1].shown + line)
        else:
            raise ValueError(f"{block.name}: output before the first command")
    return found


class Shell:
    """What runs the commands of one block, in a folder; servers that are started with ``&`` end with it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._code = 0
        self._servers: dict[str, tuple[subprocess.Popen[str], str]] = {}

    def __enter__(self) -> Shell:
        return self

    def __exit__(self, *_: object) -> None:
        for server, _address in self._servers.values():
            if server.returncode is None:
                server.terminate()
                server.communicate(timeout=60)

    def run(self, command: str) -> tuple[str, int]:
        """What a command writes, to either stream, and how it ends."""
        for shown, (_, address) in self._servers.items():
            command = command.replace(shown, address)
        if command.endswith(" &"):
            said = self._serve(command.removesuffix(" &"))
            self._code = 0
        elif job := re.fullmatch(r"kill -INT %(\d)", command):
            server, _ = list(self._servers.values())[int(job[1]) - 1]
            server.send_signal(signal.SIGINT)
            said, self._code = server.communicate(timeout=60)[0], 0
        else:
            said, self._code = run(command, self._folder, self._code)
        for shown, (_, address) in self._servers.items():
            said = said.replace(address, shown)
        return said, self._code

    def _serve(self, command: str) -> str:
        port = re.search(r"--port (\d+)", command)
        if port is None:
            raise ValueError(f"{command}: a server on a page names its --port")
        server = subprocess.Popen(
            ["/bin/sh", "-c", "exec " + command.replace(port[0], "--port 0")],
            cwd=self._folder,
            env=environment(self._folder),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
        )
        assert server.stdout is not None
        first = server.stdout.readline()
        found = re.search(r"127\.0\.0\.1:\d+", first)
        if found is None:
            server.kill()
            return first + server.communicate()[0]
        shown = f"127.0.0.1:{port[1]}"
        self._servers[shown] = (server, found[0])
        return first.replace(found[0], shown)


def run(command: str, folder: Path, before: int = 0) -> tuple[str, int]:
    """What a command writes, to either stream, and how it ends. ``before`` is how the last one ended, for ``$?``."""
    done = subprocess.run(
        ["/bin/sh", "-c", f"(exit {before})\n{command}"],
        cwd=folder,
        env=environment(folder),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=120,
        check=False,
    )
    return done.stdout.decode("utf-8"), done.returncode


def agrees(shown: str, actual: str) -> bool:
    """Whether an output is what a page shows. Blank lines at the ends do not count."""
    parts = [r"(?:.*\n)*?" if line.strip() == _SKIP else re.escape(line.rstrip()) + r"[ ]*\n" for line in _lines(shown)]
    return re.fullmatch("".join(parts), "".join(f"{line}\n" for line in _lines(actual))) is not None


def _lines(text: str) -> list[str]:
    return text.strip("\n").split("\n") if text.strip("\n") else []


def renewed(page: Path, folder: Path) -> str:
    """The page with the outputs of its ``console`` blocks as they are now; those with ``...`` are left alone."""
    text = page.read_text(encoding="utf-8")
    for block in blocks(page):
        if block.language != "console" or any(line.strip() == _SKIP for line in block.text.splitlines()):
            continue
        written = []
        with Shell(furnished(folder, block)) as shell:
            for step in steps(block):
                actual, _ = shell.run(step.command)
                output = "".join(f"{line}\n" for line in _lines(actual))
                blank = "\n" if step.shown.endswith("\n\n") else ""
                written.append(f"$ {step.command}\n{output}{blank}")
        text = text.replace(block.text, "".join(written))
    return text
