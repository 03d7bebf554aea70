"""Every format against a whole expected output: ``tests/data/reports``."""

from __future__ import annotations

from pathlib import Path

import pytest

from contract_kit.errors import UsageError
from contract_kit.report import Report
from contract_kit.reporters import FORMATS, Options, load
from contract_kit.rule import Rule

EXPECTED = Path(__file__).resolve().parent.parent / "data" / "reports"


@pytest.mark.parametrize(
    ("format_", "name", "settings"),
    [
        ("text", "report.txt", {}),
        ("text", "report-colored.txt", {"color": True, "show_values": True}),
        ("text", "report-narrow.txt", {"width": 50}),
        ("json", "report.json", {}),
        ("json", "report-values.json", {"show_values": True}),
        ("junit", "report.xml", {}),
        ("sarif", "report.sarif", {}),
        ("github", "report-github.txt", {}),
        ("github", "report-github-values.txt", {"show_values": True}),
        ("gitlab", "report-gitlab.json", {}),
        ("markdown", "report.md", {}),
        ("markdown", "report-values.md", {"show_values": True, "unread": ["a|b.json: cannot be read: no such file"]}),
    ],
)
def test_the_whole_report(
    report: Report, sample_rules: tuple[Rule, ...], format_: str, name: str, settings: dict[str, object]
) -> None:
    options = Options(rules=sample_rules, version="0.1.0", **settings)  # type: ignore[arg-type]
    said = load(format_).render(report, options=options)
    assert said == (EXPECTED / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("format_", FORMATS)
def test_values_are_shown_only_on_request(report: Report, format_: str) -> None:
    said = load(format_).render(report, options=Options())
    assert "+91" not in said
    if format_ != "junit":
        assert "+91" in load(format_).render(report, options=Options(show_values=True))


@pytest.mark.parametrize("format_", FORMATS)
def test_nothing_steers_a_terminal(report: Report, format_: str) -> None:
    said = load(format_).render(report, options=Options(show_values=True))
    assert not set("\x1b\u202e") & set(said) or format_ == "json"


def test_a_format_that_there_is_not() -> None:
    with pytest.raises(UsageError, match="there is no report format 'pdf'"):
        load("pdf")
