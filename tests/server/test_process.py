"""``contract-kit serve`` as a process of its own: what it prints, how it ends."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from .client import HEADERS
from .test_ports import send

ROOT = Path(__file__).resolve().parents[2]
ORG = str(ROOT / "fixtures" / "org" / "demo-org.yaml")
COMMAND = [sys.executable, "-m", "contract_kit", "serve"]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "PYTHONWARNINGS": "error"}


@contextmanager
def serving(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The process and its base URL; killed where it has not ended by itself."""
    process = subprocess.Popen(
        [*COMMAND, "--port", "0", *arguments],
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith("contract-kit serves http://127.0.0.1:"), process.stderr and process.stderr.read()
        yield process, line.split()[-1]
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_prints_one_line_and_ends_well_on_a_signal(number: signal.Signals, registration: dict[str, Any]) -> None:
    with serving() as (process, url):
        assert send(url, registration).status == 200
        process.send_signal(number)
        out, err = process.communicate(timeout=20)
        assert (process.returncode, out, err) == (0, "", "")


def test_a_request_under_way_is_finished_first(registration: dict[str, Any]) -> None:
    with serving("--latency", "1000") as (process, url):
        parts = urlsplit(url)
        under_way = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=20)
        under_way.request("POST", "/v2/customers", json.dumps(registration), HEADERS)
        # Who came later has been answered, so the earlier request is under way.
        assert send(url.removesuffix("/v2"), b"", "GET", "/health").status == 200
        process.send_signal(signal.SIGTERM)
        assert under_way.getresponse().status == 200
        under_way.close()
        assert process.wait(timeout=20) == 0


def test_a_killed_server_has_forgotten_nothing(tmp_path: Path, registration: dict[str, Any]) -> None:
    db = str(tmp_path / "customers.db")
    with serving("--org", ORG, "--db", db) as (process, url):
        first = send(url, registration).body["createdId"]
        process.kill()
        process.wait(timeout=20)
    with serving("--org", ORG, "--db", db) as (_, url):
        assert send(url, registration).codes == [8006]
        registration["profiles"][0]["source"] = "WEBSITE"
        assert send(url, registration).body["createdId"] == first


def test_settings_reach_the_server(registration: dict[str, Any]) -> None:
    pair = "till.one:8a16a6b70505eb1f1ff7cdc0cd5559a7"
    with serving("--org", ORG, "--basic", pair, "--rate-limit", "2/h", "--defect", "success-201") as (_, url):
        assert send(url, registration).status == 201
        assert send(url, registration).codes == [8006]
        assert send(url, registration).status == 429
    with serving("--basic", "till.one:other") as (_, url):
        assert send(url, registration).status == 401


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *arguments], env=ENVIRONMENT, capture_output=True, text=True, timeout=60, check=False)


def test_the_list_of_defects() -> None:
    from contract_kit.server.defects import ALL

    done = run("--list-defects")
    head, *lines = done.stdout.splitlines()
    assert (done.returncode, done.stderr) == (0, "")
    assert head.split() == ["name", "area", "breaks", "what", "is", "wrong"]
    assert [line.split()[0] for line in lines] == [one.name for one in ALL]
    for line, one in zip(lines, ALL, strict=True):
        assert one.title in line
        assert one.area in line


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--port", "http"], "--port: 'http' is no whole number"),
        (["--port", "70000"], "--port: 70000 is no port"),
        (["--rate-limit", "fast"], "'fast' is no rate"),
        (["--rate-limit", "region"], "no region is known"),
        (["--latency", "slow"], "'slow' is no latency"),
        (["--fail-rate", "x"], "--fail-rate: 'x' is no number"),
        (["--fail-rate", "2"], "a fail rate of 2"),
        (["--basic", "till"], "Basic credentials are USER:PASS"),
        (["--defect", "duplicate-by-mobil"], "Did you mean duplicate-by-mobile?"),
        (["--db", "gone/away.db"], "gone/away.db: cannot be opened as a database"),
        (["--org", "gone.yaml"], "gone.yaml: cannot be read"),
        (["--host", "300.1.1.1"], "cannot listen on 300.1.1.1"),
        (["--prot", "1"], "Did you mean --port?"),
    ],
)
def test_what_cannot_be_done_is_said(arguments: list[str], said: str) -> None:
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_defect_that_changes_nothing_here_is_announced() -> None:
    with serving("--defect", "without-till-unknown") as (process, _):
        process.terminate()
        _, err = process.communicate(timeout=20)
    assert err == "contract-kit: without-till-unknown shows only where the org profile has tills\n"


def test_without_the_extra_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from contract_kit.cli.main import main

    for name in [name for name in sys.modules if name.startswith(("starlette", "contract_kit.server.asgi"))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "starlette", None)
    assert main(["serve", "--port", "0"]) == 2
    assert 'starlette, which is not installed. pip install "contract-kit[server]"' in capsys.readouterr().err
    assert main(["serve", "--list-defects"]) == 0


def test_help_names_every_option(capsys: pytest.CaptureFixture[str]) -> None:
    from contract_kit.cli.main import main

    assert main(["serve", "--help"]) == 0
    said = capsys.readouterr().out
    for option in (
        "--org", "--host", "--port", "--db", "--basic", "--token", "--read-only", "--expired-token", "--rate-limit",
        "--defect", "--list-defects", "--latency", "--fail-rate", "--seed",
    ):  # fmt: skip
        assert option in said
