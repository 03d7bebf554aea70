"""The command in this process, in an empty folder, without the credentials of whoever runs the tests."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import pytest

from contract_kit.cli.aiming import VARIABLES
from contract_kit.cli.main import main


class Said(NamedTuple):
    """What the command has said, and its exit code."""

    code: int
    out: str
    err: str


class Kit(Protocol):
    """Runs the command."""

    def __call__(self, *arguments: str) -> Said: ...


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for variable in (*VARIABLES.values(), "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(variable, raising=False)
    return tmp_path


@pytest.fixture
def kit(here: Path, capfd: pytest.CaptureFixture[str]) -> Kit:
    def run(*arguments: str) -> Said:
        code = main(arguments)
        return Said(code, *capfd.readouterr())

    return run


def report(said: Said) -> dict[str, Any]:
    """The JSON report on standard output."""
    found = json.loads(said.out)
    assert isinstance(found, dict)
    return found
