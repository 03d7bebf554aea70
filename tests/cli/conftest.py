"""A folder to stand in, with a good, a bad and a middling registration."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from contract_kit.cli.main import main

GOOD = {"profiles": [{"source": "INSTORE", "identifiers": [{"type": "externalId", "value": "E-1"}]}]}
BAD = {"profiles": [{"source": "Instore", "identifiers": [{"type": "externalId", "value": "E-1"}]}]}
WARNED = {"profiles": [{"source": "INSTORE", "identifiers": [{"type": "mobile", "value": "+91 98"}]}]}


class Said(NamedTuple):
    """What a run of the command came to."""

    code: int
    out: str
    err: str


Kit = Callable[..., Said]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder: ``good.json``, ``bad.json``, ``warned.json`` and ``all.ndjson`` with the three of them."""
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    for name, body in (("good", GOOD), ("bad", BAD), ("warned", WARNED)):
        (tmp_path / f"{name}.json").write_text(json.dumps(body, indent=2))
    (tmp_path / "all.ndjson").write_text("".join(json.dumps(body) + "\n" for body in (GOOD, BAD, WARNED)))
    return tmp_path


@pytest.fixture
def kit(here: Path, capfd: pytest.CaptureFixture[str]) -> Kit:
    """The command, run in this process."""

    def run(*arguments: str) -> Said:
        code = main(arguments)
        return Said(code, *capfd.readouterr())

    return run
