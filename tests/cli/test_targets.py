"""Several reports of one run: which goes where."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from contract_kit.cli.common import Parser
from contract_kit.cli.targets import Target, add_targets, targets
from contract_kit.cli.validate import FORMATS
from contract_kit.errors import UsageError
from contract_kit.reporters import FORMATS as RENDERED

from .conftest import Said

Kit = Callable[..., Said]


def asked(*arguments: str) -> list[Target]:
    """What a command line asks for."""
    parser = Parser("kit")
    add_targets(parser, ("text", "json", "sarif"))
    options = parser.parse(arguments)
    assert options is not None
    return targets(options.targets)


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        ([], [("text", None)]),
        (["--format", "json"], [("json", None)]),
        (["--output", "a"], [("text", "a")]),
        (["--format", "json", "--output", "a"], [("json", "a")]),
        (["--output", "a", "--format=json"], [("json", "a")]),
        (["--format", "text", "--format", "json", "--output", "a"], [("text", None), ("json", "a")]),
        (["--format", "json", "--output", "a", "--format", "text"], [("json", "a"), ("text", None)]),
        (["--format", "json", "--output", "a", "--format", "json", "--output", "b"], [("json", "a"), ("json", "b")]),
    ],
)
def test_an_output_belongs_to_the_format_before_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], wanted: list[tuple[str, str | None]]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert asked(*arguments) == [Target(*pair) for pair in wanted]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["--format", "json", "--format", "sarif", "--format", "text", "--output", "a"],
            "2 reports would go to standard output: json, sarif. Put an --output after each --format but one",
        ),
        (
            ["--output", "a", "--format", "json", "--output", "b"],
            "--output a: no --format stands before it. Each --output takes the --format before it",
        ),
        (
            ["--format", "json", "--output", "a", "--output", "b"],
            "--output b: no --format stands before it. Each --output takes the --format before it",
        ),
        (
            ["--format", "json", "--output", "a", "--format", "sarif", "--output", "a"],
            "a is named by two reports. Give each an --output of its own",
        ),
    ],
)
def test_it_is_said_where_it_is_not_clear_what_goes_where(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError) as caught:
        asked(*arguments)
    assert str(caught.value) == message


def test_one_run_writes_several_reports(kit: Kit, here: Path) -> None:
    code, out, err = kit(
        *("validate", "good.json", "bad.json", "--format", "github"),
        *("--format", "sarif", "--output", "a.sarif", "--format", "markdown", "--output", "a.md"),
    )
    assert code == 1
    assert out.splitlines()[0].startswith("::error file=bad.json,line=4,col=17,title=source-unknown::")
    assert len(json.loads((here / "a.sarif").read_text("utf-8"))["runs"][0]["results"]) == 1
    assert (here / "a.md").read_text("utf-8").splitlines()[0] == "### contract-kit validate: failed"
    headline = "2 inputs, 1 clean (1 accepted, 1 refused): 1 error"
    assert err == f"a.sarif: {headline}\na.md: {headline}\n"


def test_no_report_is_written_where_one_cannot_be(kit: Kit, here: Path) -> None:
    code, _, err = kit("validate", "good.json", "--format", "json", "--output", "a", "--format", "text", "--output", "no/b")
    assert code == 2
    assert err == "contract-kit: no/b: cannot be written: its folder does not exist. Make no first\n"
    assert not (here / "a").exists()


def test_what_could_not_be_read_stands_in_the_summary(kit: Kit, here: Path) -> None:
    (here / "empty.ndjson").write_text("\n")
    code, out, _ = kit("validate", "good.json", "empty.ndjson", "--format", "markdown")
    assert code == 2
    assert out.splitlines()[0] == "### contract-kit validate: incomplete"
    assert "- empty.ndjson: holds nothing to check. It is empty, or has blank lines only" in out


@pytest.mark.parametrize("format_", FORMATS)
def test_every_format_that_is_offered_is_there(kit: Kit, here: Path, format_: str) -> None:
    assert format_ in RENDERED
    code, out, err = kit("validate", "good.json", "--format", format_, "--output", "report")
    assert (code, out) == (0, "")
    assert err.startswith("report: 1 input, 1 clean (1 accepted): ")
    assert (here / "report").read_text("utf-8")
