"""How far a run is: one line that renews itself on a terminal, plain lines now and then elsewhere."""

from __future__ import annotations

import time
from typing import TextIO

from contract_kit.bulk.running import Progress

_ON_TERMINAL, _ELSEWHERE = 0.2, 15.0
_MEGA = 1_000_000


class Meter:
    """Writes to a stream, at most so often as people can read."""

    def __init__(self, stream: TextIO, *, terminal: bool, width: int = 100) -> None:
        self._stream, self._terminal, self._width = stream, terminal, width
        self._started = self._told = time.monotonic()
        self._phase = ""
        self._shown = False

    def __call__(self, progress: Progress) -> None:
        """Take note of progress."""
        now = time.monotonic()
        wait = _ON_TERMINAL if self._terminal else _ELSEWHERE
        new = self._terminal and progress.phase != self._phase
        if new or now - self._told >= wait:
            self._told, self._phase = now, progress.phase
            self._say(line(progress, now - self._started))

    def end(self) -> None:
        """Leave the terminal as it was."""
        if self._terminal and self._shown:
            self._stream.write("\r\x1b[K")
            self._stream.flush()

    def _say(self, text: str) -> None:
        if self._terminal:
            self._stream.write("\r\x1b[K" + text[: self._width - 1])
        else:
            self._stream.write(text + "\n")
        self._stream.flush()
        self._shown = True


def line(progress: Progress, seconds: float) -> str:
    """Progress in words."""
    rate = progress.records / seconds if seconds > 0 else 0.0
    said = [progress.phase]
    if progress.total:
        share = 100 * progress.done // progress.total
        said.append(f"{share} % of {progress.total / _MEGA:,.0f} MB")
    else:
        said.append(f"{progress.done / _MEGA:,.0f} MB")
    said += [f"{progress.records:,} records", f"{rate:,.0f}/s", f"{progress.rejected:,} rejected"]
    if progress.total and progress.phase == "judging" and 0 < progress.done < progress.total:
        left = seconds * (progress.total - progress.done) / progress.done
        said.append(f"{_clock(left)} left")
    return ", ".join(said)


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
