"""``contract-kit proxy`` as a process of its own: what it prints, how it ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from contract_kit.cli.main import main

from .upstream import WAIT, Upstream, ask, body, happened

ROOT = Path(__file__).resolve().parents[2]
COMMAND = [sys.executable, "-m", "contract_kit"]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "PYTHONWARNINGS": "error"}
DEMO = str(ROOT / "fixtures" / "org" / "demo-org.yaml")


@contextmanager
def proxying(upstream: str, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The process and its URL without the path; killed where it has not ended by itself."""
    process = subprocess.Popen(
        [*COMMAND, "proxy", upstream, "--port", "0", *arguments],
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        assert process.stdout is not None
        first = process.stdout.readline()
        assert first.startswith("contract-kit proxies http://127.0.0.1:"), process.stderr and process.stderr.read()
        assert first.endswith(f"/v2 to {upstream}\n")
        yield process, first.split()[2].removesuffix("/v2")
    finally:
        process.kill()
        process.communicate()


def ended(process: subprocess.Popen[str], number: signal.Signals = signal.SIGINT) -> tuple[int, str, str]:
    """How it ends on a signal."""
    process.send_signal(number)
    out, err = process.communicate(timeout=WAIT)
    return process.returncode, out, err


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_clean_run(upstream: Upstream, number: signal.Signals) -> None:
    with proxying(f"{upstream.url}/v2") as (process, url):
        assert ask(url, body=body()).status == 200
        assert ask(url, "GET", "/x").status == 200
        assert ended(process, number) == (0, "1 registration judged, 1 clean; 1 other request passed on\n", "")


def test_findings_are_told_summed_up_and_on_record(upstream: Upstream, tmp_path: Path) -> None:
    file = tmp_path / "traffic.har"
    with proxying(f"{upstream.url}/v2", "--org", DEMO, "--record", str(file)) as (process, url):
        for source in ("INSTORE", "Instore", "Instore"):
            ask(url, body=body(source))
        code, out, err = ended(process)
    assert (code, err) == (1, "")
    assert out.splitlines()[0] == "exchange 2: accepted, with warning 8107"
    assert out.splitlines()[1].startswith("  error: $request.body#/profiles/0/source: source: got ")
    assert out.splitlines()[1].endswith("[source-unknown, API 3217; client wrong]")
    assert out.splitlines()[-4:] == [
        "3 registrations judged, 1 clean; 0 other requests passed on",
        "client wrong in 2 exchanges, server wrong in 2 exchanges",
        "  error: source-unknown, client wrong: 2 times, first in exchange 2",
        "  error: accepted-wrongly, server wrong: 2 times, first in exchange 2",
    ]
    assert "919800000110" not in out + file.read_text(encoding="utf-8")
    done = subprocess.run(
        [*COMMAND, "validate", str(file), "--org", DEMO, "--format", "json"],
        env=ENVIRONMENT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    said = json.loads(done.stdout)
    assert (done.returncode, done.stderr) == (1, "")
    assert [(finding["index"], finding["code"], finding["party"], finding["line"]) for finding in said["findings"]] == [
        (1, "source-unknown", "client", 3), (1, "accepted-wrongly", "server", 3),
        (2, "source-unknown", "client", 4), (2, "accepted-wrongly", "server", 4),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "code", "lines"),
    [
        (["--quiet"], 1, 3),
        (["--quiet", "--ignore", "source-unknown,accepted-wrongly"], 0, 1),
        (["--block", "--quiet"], 1, 3),
    ],
)
def test_what_is_told(upstream: Upstream, arguments: list[str], code: int, lines: int) -> None:
    upstream.status, upstream.body = 400, b'{"errors": [{"status": false, "code": 3217, "message": "no"}], "warnings": []}'
    with proxying(f"{upstream.url}/v2", *arguments) as (process, url):
        assert ask(url, body=body("Instore")).codes == [3217]
        ended_, out, err = ended(process)
    assert (ended_, len(out.splitlines()), err) == (code, lines, "")
    assert len(upstream.asked) == ("--block" not in arguments)


@pytest.mark.parametrize(
    ("arguments", "code"), [([], 0), (["--fail-on", "warning"], 1), (["--strict"], 1), (["--fail-on", "info"], 1)]
)
def test_how_heavy_a_finding_has_to_be(upstream: Upstream, arguments: list[str], code: int) -> None:
    with proxying(f"{upstream.url}/v2", *arguments) as (process, url):
        assert ask(url, body=body(mobile="+91 98")).status == 200
        assert ended(process)[0] == code


def test_a_request_under_way_is_finished_first(upstream: Upstream) -> None:
    asked, go = threading.Event(), threading.Event()

    async def late(scope: Any, receive: Any, send: Any) -> None:
        asked.set()
        await happened(go)
        await upstream.answer(send)

    upstream.manner = late
    said: list[int] = []
    with proxying(f"{upstream.url}/v2") as (process, url):
        thread = threading.Thread(target=lambda: said.append(ask(url, body=body()).status))
        thread.start()
        assert asked.wait(WAIT)
        process.send_signal(signal.SIGINT)
        go.set()
        thread.join(WAIT)
        out, err = process.communicate(timeout=WAIT)
    assert (said, process.returncode, err) == ([200], 0, "")
    assert out.startswith("1 registration judged, 1 clean")


def test_a_reader_that_has_seen_enough_does_not_stop_the_traffic(upstream: Upstream) -> None:
    with proxying(f"{upstream.url}/v2") as (process, url):
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        for _ in range(3):
            assert ask(url, body=body("Instore")).status == 200
        process.send_signal(signal.SIGINT)
        assert (process.stderr.read(), process.wait(timeout=WAIT)) == ("", 1)
        process.stdout = None


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "the following arguments are required: UPSTREAM"),
        (["ftp://host"], "'ftp://host' is no address of a server. give the part before /customers: https://HOST/v2"),
        (["http://a:b@host"], "the address holds credentials"),
        (["http://host/v2", "--port", "http"], "--port: 'http' is no port"),
        (["http://host/v2", "--host", "300.1.1.1"], "cannot listen on 300.1.1.1"),
        (["http://host/v2", "--keep-values"], "--keep-values: nothing is recorded"),
        (["http://host/v2", "--record", "gone/traffic.har"], "gone/traffic.har: cannot be written"),
        (["http://host/v2", "--org", "gone.yaml"], "gone.yaml: cannot be read"),
        (["http://host/v2", "--timeout", "soon"], "'soon' is no time"),
        (["http://host/v2", "--ca", "gone.pem"], "gone.pem: holds no certificates that can be read"),
        (["http://host/v2", "--fail-on", "eror"], "did you mean error?"),
        (["http://host/v2", "--recrod", "x"], "Did you mean --record?"),
    ],
)
def test_what_cannot_be_done_is_said(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["proxy", *arguments]) == 2
    out, err = capsys.readouterr()
    assert (out, said in err) == ("", True), err
    assert list(tmp_path.iterdir()) == []


def test_without_the_extra_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in [
        name for name in sys.modules if name.startswith(("httpx.", "contract_kit.proxy.", "contract_kit.listening"))
    ]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "httpx", None)
    assert main(["proxy", "http://host/v2"]) == 2
    assert 'the proxy needs httpx, which is not installed. pip install "contract-kit[proxy]"' in capsys.readouterr().err


def test_help_names_every_option(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["proxy", "--help"]) == 0
    said = capsys.readouterr().out
    for option in (
        "--host", "--port", "--org", "--record", "--keep-values", "--block", "--fail-on", "--ignore", "--strict",
        "--timeout", "--ca", "--quiet",
    ):  # fmt: skip
        assert option in said
