"""``contract-kit bulk`` as users meet it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from contract_kit.bulk.progress import Meter, line
from contract_kit.bulk.running import Progress
from contract_kit.cli.bulk import size
from contract_kit.cli.main import main

from .helpers import ndjson, record


class Said(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    long = record("externalId E5", firstName="N" * 120)
    long["profiles"][0]["firstName"] = long.pop("firstName")
    listed = [
        record("externalId E1"), record("externalId E1", source="Instore"), record("mobile 91980"), record("externalId E1"),
        record("externalId E1", source="WEBSITE"), long,
    ]  # fmt: skip
    (tmp_path / "in.ndjson").write_bytes(ndjson(listed))
    (tmp_path / "org.yaml").write_text("org: a-brand\nregistration: {mobile: {minDigits: 7}}\n")
    return tmp_path


def kit(capfd: pytest.CaptureFixture[str], *arguments: str) -> Said:
    code = main(("bulk", *arguments))
    return Said(code, *capfd.readouterr())


def test_the_summary(here: Path, capfd: pytest.CaptureFixture[str]) -> None:
    said = kit(capfd, "in.ndjson", "--org", "org.yaml", "--accepted", "ok.ndjson", "--rejected", "no.ndjson")
    assert said.code == 1
    assert said.err == ""
    assert (
        said.out.partition("\nNot checked")[0]
        == """\
in.ndjson: 6 records, 3 accepted, 3 rejected
  by themselves: 4 would be accepted (3 without any finding), 1 refused, 1 not documented
  held against each other: 1 more would be refused

Rejected, by cause
            1  duplicate (error, API 8006): An identifier that is registered in its source account already
               at in.ndjson:4
            1  mobile-length-wrong (error, API 8014): A mobile number shorter or longer than the org's numbers are
               at in.ndjson:3
            1  source-unknown (error, API 3217): A source that the documentation does not list
               at in.ndjson:2

Found too, in records of both kinds
            1  name-too-long (warning): A name that will be cut
               at in.ndjson:6
            1  linked (info, API 8050): A registration that the platform links to a customer of another source
               at in.ndjson:5

What the platform would do without refusing
            1  cut /profiles/*/firstName to 100 characters
               at in.ndjson:6
            1  link to the customer of another source (8050)
"""
    )
    assert len((here / "ok.ndjson").read_bytes().splitlines()) == 3


def test_the_report_as_json(here: Path, capfd: pytest.CaptureFixture[str]) -> None:
    kit(capfd, "in.ndjson", "--org", "org.yaml", "--report", "report.json")
    data = json.loads((here / "report.json").read_text())
    assert (data["version"], data["org"], data["records"], data["accepted"], data["rejected"]) == (1, "a-brand", 6, 3, 3)
    assert data["predicted"] == {"accepted": 4, "refused": 1, "unknown": 1}
    assert [(cause["code"], cause["records"], cause["rejected"]) for cause in data["causes"]] == [
        ("duplicate", 1, 1),
        ("mobile-length-wrong", 1, 1),
        ("source-unknown", 1, 1),
        ("name-too-long", 1, 0),
        ("linked", 1, 0),
    ]
    assert data["causes"][0]["examples"] == [{"source": "in.ndjson", "line": 4, "pointer": "/profiles/0/identifiers/0"}]
    cut = {"member": "/profiles/*/firstName", "limit": 100, "records": 1, "texts": 1}
    assert data["silently"] == {
        "cuts": [{**cut, "examples": [{"source": "in.ndjson", "line": 6, "pointer": ""}]}],
        "links": 1,
        "conflicting_links": 0,
    }


def test_values_stand_in_rejections_only_where_asked_for(here: Path, capfd: pytest.CaptureFixture[str]) -> None:
    kit(capfd, "in.ndjson", "--org", "org.yaml", "--rejected", "no.ndjson")
    assert "91980" not in (here / "no.ndjson").read_text()
    assert '"E1"' not in (here / "no.ndjson").read_text()
    kit(capfd, "in.ndjson", "--org", "org.yaml", "--rejected", "no.ndjson", "--show-values")
    rejected = [json.loads(text) for text in (here / "no.ndjson").read_text().splitlines()]
    records = (here / "in.ndjson").read_text().splitlines()
    assert [one["record"] for one in rejected] == [records[1], records[2], records[3]]
    assert rejected[1]["findings"][0]["value"] == '"91980"'


def test_nothing_rejected_is_clean(here: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (here / "good.ndjson").write_bytes(ndjson([record("externalId E1")]))
    assert kit(capfd, "good.ndjson").code == 0


@pytest.mark.parametrize("text", ["", "\n\n"])
def test_an_input_without_records(here: Path, capfd: pytest.CaptureFixture[str], text: str) -> None:
    (here / "none.ndjson").write_text(text)
    said = kit(capfd, "none.ndjson", "--accepted", "ok.ndjson", "--rejected", "no.ndjson")
    assert said.code == 2
    assert said.err == "contract-kit: there was nothing to judge: the input holds no records\n"
    assert (here / "ok.ndjson").read_bytes() == (here / "no.ndjson").read_bytes() == b""


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["im.ndjson"], "im.ndjson: there is no such file or folder. Did you mean in.ndjson?"),
        (["in.ndjson", "--accepted", "in.ndjson"], "in.ndjson is an input too. Name another file"),
        (["in.ndjson", "--accepted", "x", "--rejected", "./x"], "./x is another output too. Name another file"),
        (["in.ndjson", "--accepted", "no/x"], "no/x: cannot be written: its folder does not exist. Make no first"),
        (["in.ndjson", "--engine", "ray"], "there is no engine 'ray'. local, dask, or dask://HOST:PORT"),
        (["in.ndjson", "--known", "org.yaml"], "org.yaml:1: a column has a name that is not known"),
        (["init-mapping"], "init-mapping takes one file. contract-kit bulk init-mapping FILE.csv"),
        (
            ["in.ndjson", "--format", "csv"],
            "in.ndjson: a CSV file needs a mapping. contract-kit bulk init-mapping in.ndjson",
        ),
    ],
)
def test_a_wrong_use_ends_in_a_message(
    here: Path, capfd: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    said = kit(capfd, *arguments, "--report", "report.json")
    assert said.code == 2
    assert said.err.startswith(f"contract-kit: {message}")
    assert not list(here.glob(".*")), "no work folder stays where nothing was done"


def test_init_mapping(here: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (here / "in.csv").write_text("source,email\nINSTORE,a@shop.example\n")
    said = kit(capfd, "init-mapping", "in.csv")
    assert said.code == 0
    (here / "map.yaml").write_text(said.out)
    assert kit(capfd, "in.csv", "--mapping", "map.yaml", "--accepted", "ok.ndjson").code == 0
    assert json.loads((here / "ok.ndjson").read_text()) == record("email a@shop.example")


@pytest.mark.parametrize(("word", "number"), [("200MB", 200_000_000), ("2GiB", 2 << 30), ("1.5k", 1500), ("7", 7)])
def test_sizes(word: str, number: int) -> None:
    assert size(word) == number


def test_progress_in_words() -> None:
    said = line(Progress("judging", 250_000_000, 1_000_000_000, 400_000, 12), 10.0)
    assert said == "judging, 25 % of 1,000 MB, 400,000 records, 40,000/s, 12 rejected, 0:30 left"
    assert line(Progress("judging", 5_000_000, 0, 10, 0), 2.0) == "judging, 5 MB, 10 records, 5/s, 0 rejected"


def test_a_terminal_is_left_clean(tmp_path: Path) -> None:
    path = tmp_path / "terminal"
    with path.open("w+") as stream:
        meter = Meter(stream, terminal=True, width=40)
        meter(Progress("judging", 1, 2, 3, 4))
        meter.end()
    said = path.read_bytes().decode()
    assert said.startswith("\r\x1b[Kjudging, 50 % of 0 MB, 3 records,")
    assert said.endswith("\r\x1b[K")


@pytest.mark.parametrize("package", ["numpy", "xxhash"])
def test_a_package_that_lacks_is_named(here: Path, package: str) -> None:
    call = "from contract_kit.cli.main import main; sys.exit(main(['bulk', 'in.ndjson']))"
    code = f"import sys; sys.modules[{package!r}] = None; {call}"
    done = subprocess.run([sys.executable, "-c", code], cwd=here, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr == f"contract-kit: bulk validation needs the package {package}. Install contract-kit[bulk]\n"
