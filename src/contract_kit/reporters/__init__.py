"""How a report is said: one room for each format, each with ``render(report, *, options) -> str``.

A format's room is imported when it is asked for, so that a run pays for one only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, cast

from contract_kit.errors import UsageError
from contract_kit.findings import Severity

if TYPE_CHECKING:
    from contract_kit.report import Report
    from contract_kit.rule import Rule

FORMATS = {
    "text": "text",
    "json": "as_json",
    "junit": "junit",
    "sarif": "sarif",
    "github": "github",
    "gitlab": "gitlab",
    "markdown": "markdown",
    "html": "html",
}
"""The name of a format as users write it -> the room that renders it."""


@dataclass(frozen=True, slots=True)
class Options:
    """How to say it.

    ``color``: ANSI colours (text only). ``show_values``: the values at fault, personal data included. ``width``: columns
    to wrap notes at, ``None`` for not at all (text only). ``fail_on``: from which severity on an input fails (JUnit,
    Markdown, HTML).
    ``rules``: the rules in force, for titles and help. ``version``: the kit's own. ``base``: the folder that addresses of
    files are relative to, the working folder where it is ``None``. ``unread``: why inputs are missing from the report
    (Markdown, HTML). ``documents``: inputs as data, by source and index, to show findings in (HTML). ``arguments``: the
    options that the run was given and that it takes to see a finding again (HTML).
    ``command``: whose report it is; ``summary``: its counts in a line, in place of the inputs'; ``muted``:
    fingerprint -> reason of findings that are known (SARIF).
    """

    color: bool = False
    show_values: bool = False
    width: int | None = None
    fail_on: Severity = Severity.ERROR
    rules: Sequence[Rule] = ()
    version: str = "0"
    base: str | None = None
    unread: Sequence[str] = ()
    documents: Mapping[tuple[str | None, int], object] = field(default_factory=dict)
    arguments: Sequence[str] = ()
    command: str = "validate"
    summary: str | None = None
    muted: Mapping[str, str] = field(default_factory=dict)


class Reporter(Protocol):
    """What a format's room offers."""

    def render(self, report: Report, *, options: Options) -> str:
        """The whole report as text that ends with a line break."""
        ...


def load(name: str) -> Reporter:
    """The room of a format. Raises ``UsageError`` for a name that is none."""
    from importlib import import_module

    if name not in FORMATS:
        raise UsageError(f"there is no report format {name!r}", hint=f"Formats: {', '.join(FORMATS)}.")
    return cast("Reporter", import_module(f"contract_kit.reporters.{FORMATS[name]}"))
