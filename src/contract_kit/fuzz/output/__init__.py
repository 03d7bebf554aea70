"""How a fuzz report is said: one room for each format, each with ``render(report, *, options) -> str``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from contract_kit.errors import UsageError
from contract_kit.findings import Severity

if TYPE_CHECKING:
    from contract_kit.fuzz.report import FuzzReport
    from contract_kit.rule import Rule

FORMATS = {
    "text": "text",
    "json": "as_json",
    "junit": "junit",
    "sarif": "lent",
    "github": "lent",
    "gitlab": "lent",
    "markdown": "markdown",
    "html": "as_html",
}
"""The name of a format as users write it -> the room that renders it."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How to say it. ``color``: ANSI colours (text). ``fail_on``: from which severity on a finding fails. ``rules``: the
    rules in force, for titles. ``version``: the kit's own. ``created``: the file of created ids. ``saved``: the JSON report
    of the same run, for the line that replays a finding. ``trouble``: why the run could not do all of its job."""

    format: str = "text"
    color: bool = False
    fail_on: Severity = Severity.ERROR
    rules: Sequence[Rule] = ()
    version: str = "0"
    created: str | None = None
    saved: str | None = None
    trouble: str = ""


class Room(Protocol):
    """What a format's room offers."""

    def render(self, report: FuzzReport, *, manner: Manner) -> str:
        """The whole report as text that ends with a line break."""
        ...


def load(name: str) -> Room:
    """The room of a format. Raises ``UsageError`` for a name that is none."""
    if name not in FORMATS:
        raise UsageError(f"there is no report format {name!r}", hint=f"Formats: {', '.join(FORMATS)}.")
    return cast("Room", import_module(f"{__name__}.{FORMATS[name]}"))


def verdict(report: FuzzReport, manner: Manner) -> str:
    """``passed``, ``failed``, ``interrupted`` or ``incomplete``, in a word."""
    if report.fails(manner.fail_on):
        return "failed"
    if report.interrupted:
        return "interrupted"
    return "incomplete" if manner.trouble else "passed"


def headline(report: FuzzReport) -> str:
    """The counts in one line."""
    from contract_kit.showing import count

    counts = report.counts
    said = [count(counts[word], word) for word in ("error", "warning") if counts[word]]
    said += [f"{counts['info']} info"] if counts["info"] else []
    muted = len(report.findings) - len(report.open)
    found = ", ".join(said) or "no findings"
    more = f" ({muted} muted by the baseline)" if muted else ""
    sent = f"{count(report.requests, 'request')} to {report.url}"
    return f"{found}{more} in {sent} ({report.duration:.1f} s, seed {report.seed})"
