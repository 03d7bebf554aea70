"""How far a run is: on a terminal one line that renews itself and findings as they come, elsewhere plain lines."""

from __future__ import annotations

import io
import re
import time
from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from contract_kit.fuzz.engine import Engine, Settings
from contract_kit.fuzz.progress import Progress, line
from contract_kit.fuzz.running import SuiteTally
from contract_kit.fuzz.selftest import SETTINGS, TESTERS
from contract_kit.server import app


@dataclass
class Client:
    requests: int
    seconds: float
    max_requests: int = 300

    @property
    def left(self) -> int:
        return self.max_requests - self.requests


@dataclass
class State:
    findings: list[int] = field(default_factory=list)
    tallies: dict[str, SuiteTally] = field(default_factory=dict)


@dataclass
class Running:
    client: Client
    run_state: State
    settings: Settings = field(default_factory=Settings)


@pytest.mark.parametrize(
    ("requests", "seconds", "findings", "most", "said"),
    [
        (0, 0.0, 0, None, "state, 0 of 300 requests, 0/min, 0 findings"),
        (100, 60.0, 1, None, "state, 100 of 300 requests, 100/min, 1 finding, 2:00 min left"),
        (150, 3.0, 12, None, "state, 150 of 300 requests, 50/s, 12 findings, 3 s left"),
        (100, 60.0, 0, 70.0, "state, 100 of 300 requests, 100/min, 0 findings, 10 s left"),
    ],
)
def test_a_line(requests: int, seconds: float, findings: int, most: float | None, said: str) -> None:
    running = Running(Client(requests, seconds), State([0] * findings), Settings(max_seconds=most))
    assert line(cast("Engine", running), "state") == said


def told(*, terminal: bool, defects: tuple[str, ...] = ()) -> str:
    stream = io.StringIO()
    with Progress(stream, terminal=terminal, width=60, every=0.005) as progress:
        parts: dict[str, Any] = {"watch": progress.watch, "stop": progress.found}
        engine = Engine(
            app(defects=defects, **SETTINGS), None, TESTERS, Settings(60, rate="200/s", schemathesis=False), **parts
        )
        progress.watch(engine)
        engine.run()
        time.sleep(0.02)
        engine.close()
    return stream.getvalue()


def test_elsewhere_plain_lines() -> None:
    lines = told(terminal=False).splitlines()
    assert len(lines) > 3
    assert all(re.fullmatch(r"\w+, \d+ of 60 requests, [\d,]+/(s|min), 0 findings(, .+ left)?", one) for one in lines)
    assert lines[-1].split(", ")[1] == "60 of 60 requests"


def test_on_a_terminal_one_line_that_fits_and_is_gone_in_the_end() -> None:
    shown = told(terminal=True).split("\r\x1b[K")
    assert len(shown) > 3
    assert all("\n" not in one and len(one) < 60 for one in shown)
    assert shown[-1] == ""


def test_a_finding_is_told_at_once() -> None:
    shown = told(terminal=True, defects=("duplicate-taken",))
    assert "error: accepted, but it had to be refused (duplicate) with 8006 [accepted-wrongly]\n" in shown
