"""How far a run is: one line that renews itself on a terminal, plain lines now and then elsewhere."""

from __future__ import annotations

import threading
from types import TracebackType
from typing import Self, TextIO

from contract_kit.fuzz.engine import Engine
from contract_kit.fuzz.findings import FuzzFinding
from contract_kit.reporters.words import plain
from contract_kit.showing import count

_ON_TERMINAL, _ELSEWHERE = 0.2, 10.0


class Progress:
    """Tells of an engine's run to a stream, for as long as a block lasts."""

    def __init__(self, stream: TextIO, *, terminal: bool, width: int = 100, every: float | None = None) -> None:
        self._stream, self._terminal, self._width = stream, terminal, width
        self._every = every if every is not None else _ON_TERMINAL if terminal else _ELSEWHERE
        self._engine: Engine | None = None
        self._suite = ""
        self._done: dict[str, int] = {}
        self._turn = threading.Lock()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._tell, name="contract-kit-progress", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._ended.set()
        self._thread.join(timeout=5)
        self._clear()

    def watch(self, engine: Engine) -> None:
        """Take note of the run; the engine calls it after each case."""
        self._engine = engine
        for name, tally in list(engine.run_state.tallies.items()):
            ended = tally.done + tally.not_tested
            if ended != self._done.get(name, 0):
                self._done[name], self._suite = ended, name

    def found(self, finding: FuzzFinding) -> bool:
        """Tell of a finding at once; never asks the run to stop."""
        with self._turn:
            self._clear()
            self._stream.write(f"{finding.severity.value}: {plain(finding.message)} [{finding.code}]\n")
            self._stream.flush()
        return False

    def _tell(self) -> None:
        while not self._ended.wait(self._every):
            engine = self._engine
            if engine is None:
                continue
            with self._turn:
                text = line(engine, self._suite)
                self._stream.write(f"\r\x1b[K{text[: self._width - 1]}" if self._terminal else f"{text}\n")
                self._stream.flush()

    def _clear(self) -> None:
        if self._terminal:
            self._stream.write("\r\x1b[K")
            self._stream.flush()


def line(engine: Engine, suite: str) -> str:
    """How far an engine is, in words: suite, requests, rate, findings, time left at this rate."""
    client = engine.client
    done, seconds = client.requests, client.seconds
    rate = done / seconds if seconds > 0 else 0.0
    said = [suite or "preflight", f"{done:,} of {client.max_requests:,} requests"]
    said.append(f"{rate:,.0f}/s" if rate >= 2 else f"{rate * 60:,.0f}/min")
    said.append(count(len(engine.run_state.findings), "finding"))
    left = [client.left / rate] if rate else []
    if engine.settings.max_seconds is not None:
        left.append(max(0.0, engine.settings.max_seconds - seconds))
    if left:
        said.append(f"{_clock(min(left))} left")
    return ", ".join(said)


def _clock(seconds: float) -> str:
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02} min" if whole >= 60 else f"{whole} s"
