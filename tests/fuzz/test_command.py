"""``contract-kit fuzz`` as testers meet it."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path
from xml.etree import ElementTree

import jsonschema
import pytest

from contract_kit import fuzz as fuzzer
from contract_kit.fuzz.selftest import PAIR, SETTINGS
from contract_kit.server import app, running

from .conftest import Kit, report
from .servers import LOGIN, answering, closed, served, silent, wsgi

SCHEMA = json.loads(Path(fuzzer.__file__).with_name("fuzz.schema.json").read_text("utf-8"))
DUPLICATE = "duplicate-answered-as-success"


def valid(said: object) -> None:
    jsonschema.validate(said, SCHEMA, jsonschema.Draft202012Validator)


def test_without_an_address_it_is_the_kits_own_server_and_silent(kit: Kit) -> None:
    said = kit("fuzz", "--quiet", "--max-requests", "60")
    assert (said.code, said.err) == (0, "")
    first = said.out.splitlines()[0]
    assert re.fullmatch(r"PASSED  no findings in 60 requests to http://127\.0\.0\.1:\d+/v2 \(\d+\.\d s, seed 0\)", first)
    assert "ended     the budget was spent" in said.out


def test_the_report_is_a_public_format(kit: Kit) -> None:
    with served(DUPLICATE) as url:
        said = kit("fuzz", url, *LOGIN, "--max-requests", "60", "--format", "json", "--quiet", "--seed", "7")
    assert said.code == 1
    found = report(said)
    valid(found)
    assert list(found)[:7] == ["version", "url", "contract", "org", "seed", "requests", "duration_s"]
    assert (found["url"], found["seed"], found["requests"], found["org"]) == (url, 7, 60, None)
    assert found["answers"]["accepted"] > 10
    assert [suite["name"] for suite in found["suites"]] == list(fuzzer.SUITES)
    assert [one["cause"] for one in found["findings"]] == ["duplicate"]
    assert found["summary"] == {"errors": 1, "warnings": 0, "infos": 0, "muted": 0}
    assert PAIR.partition(":")[2] not in said.out


def test_every_created_customer_is_in_report_and_ledger(kit: Kit, here: Path) -> None:
    with served() as url:
        said = kit("fuzz", url, *LOGIN, "--max-requests", "40", "--format", "json", "--created", "ids.ndjson")
    begun, *lines = map(json.loads, (here / "ids.ndjson").read_text("utf-8").splitlines())
    assert begun["run"] == url
    ids = report(said)["created_ids"]
    assert [line["id"] for line in lines] == ids == list(range(1, len(ids) + 1))
    assert all(line["identifiers"] and line["url"] == url for line in lines)


def test_a_finding_says_what_how_and_on_what_grounds(kit: Kit) -> None:
    with served(DUPLICATE) as url:
        said = kit("fuzz", url, *LOGIN, "--max-requests", "60", "--quiet")
    assert said.code == 1
    lines = said.out.splitlines()
    assert lines[0].startswith("FAILED  1 error in 60 requests to ")
    at = next(number for number, line in enumerate(lines) if line.startswith("error: "))
    assert lines[at].endswith("[accepted-wrongly]")
    words = [line.split()[0] for line in lines[at + 1 : at + 7]]
    assert words == ["expected", "came", "evidence", "seen", "known", "try"]
    assert "a refusal with 8006 is called for" in lines[at + 1]
    assert lines[at + 2] == "  came      status 200, a createdId"
    assert lines[at + 3] == "  evidence  stated: D01, D02, F10, F56, D05"


def test_the_lines_for_a_shell_show_the_finding_when_they_are_pasted(kit: Kit, here: Path) -> None:
    with served(DUPLICATE, "any-password-taken", "email-cut-early") as url:
        said = kit("fuzz", url, *LOGIN, "--max-requests", "200", "--format", "json", "--quiet", "--no-explore")
        found = {one["code"]: one["curl"] for one in report(said)["findings"]}
        assert set(found) == {"accepted-wrongly", "let-in", "stored-wrongly"}
        told = {code: pasted(lines, here) for code, lines in found.items()}
    assert told["accepted-wrongly"].count("HTTP/1.1 200") == 2
    assert len(set(re.findall(r'"createdId": *(\d+)', told["accepted-wrongly"]))) == 1
    assert told["let-in"].count("HTTP/1.1 200") == 1
    assert '"profiles"' in told["stored-wrongly"]


def pasted(lines: str, folder: Path) -> str:
    """What a shell says to some lines."""
    assert PAIR.partition(":")[2] not in lines
    environment = os.environ | {"CONTRACT_KIT_BASIC": PAIR}
    return subprocess.run(
        ["bash", "-c", lines], env=environment, cwd=folder, capture_output=True, encoding="utf-8", check=True, timeout=60
    ).stdout


def test_credentials_come_from_the_environment(kit: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONTRACT_KIT_BASIC", PAIR)
    with served() as url:
        assert kit("fuzz", url, "--max-requests", "20", "--quiet").code == 0
    monkeypatch.delenv("CONTRACT_KIT_BASIC")
    monkeypatch.setenv("CONTRACT_KIT_TOKEN", SETTINGS["tokens"][0])
    with served() as url:
        assert kit("fuzz", url, "--max-requests", "20", "--quiet").code == 0


def test_an_address_may_name_the_operation(kit: Kit) -> None:
    with served() as url:
        said = kit("fuzz", f"{url}/customers", *LOGIN, "--max-requests", "10", "--format", "json", "--quiet")
    assert (said.code, report(said)["url"]) == (0, url)


@pytest.mark.parametrize("kind", ["asgi", "wsgi"])
def test_an_application_in_this_process(kit: Kit, here: Path, kind: str) -> None:
    (here / f"{kind}_shop.py").write_text(
        "from contract_kit.server import app\n"
        "from contract_kit.fuzz.selftest import SETTINGS\n"
        "from tests_of_fuzz import wsgi\n"
        f"bad = app(**SETTINGS, defects=[{DUPLICATE!r}])\n" + ("bad = wsgi(bad)\n" if kind == "wsgi" else "")
    )
    sys.modules["tests_of_fuzz"] = sys.modules[wsgi.__module__]
    try:
        said = kit("fuzz", "--asgi", f"{kind}_shop:bad", *LOGIN, "--max-requests", "60", "--format", "json", "--quiet")
    finally:
        del sys.modules["tests_of_fuzz"]
    assert said.code == 1
    found = report(said)
    valid(found)
    assert found["url"] == f"http://{kind}.invalid/v2"
    assert [one["cause"] for one in found["findings"]] == ["duplicate"]
    assert str(here) not in sys.path


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([""], "the address is empty"),
        (["http://x", "--asgi", "a:b"], "both an address and --asgi are given"),
        (["--asgi", "nothing"], "'nothing' names no application"),
        (["--asgi", "no_such_module:app"], "no_such_module:app cannot be imported"),
        (["--asgi", "json:__doc__"], "a str is no application"),
        (["ftp://x/v2"], "'ftp://x/v2' is no address of a server"),
        (["http://a:b@x/v2"], "the address holds credentials"),
        (["http://x/v2", "--rate", "fast"], "'fast' is no rate"),
        (["http://x/v2", "--basic", "nobody"], "Basic credentials are USER:PASS"),
        (["--suite", "rule"], "(did you mean rules?)"),
        (["--max-requests", "0"], "'0' is no whole number from 1 on"),
        (["--max-time", "soon"], "'soon' is no time"),
        (["--update-baseline"], "--update-baseline: no --baseline is named"),
        (["--baseline", "none.yaml"], "there is no such baseline"),
        (["--format", "xml"], "'xml' is none of"),
        (["--created", "no/such/folder/ids.ndjson"], "no/such/folder/ids.ndjson: cannot be written"),
    ],
)
def test_wrong_use_is_told_and_sends_nothing(kit: Kit, here: Path, arguments: list[str], message: str) -> None:
    said = kit("fuzz", *arguments)
    assert (said.code, said.out) == (2, "")
    assert message in said.err
    assert "Traceback" not in said.err
    assert list(here.iterdir()) == []


@pytest.mark.parametrize(
    ("status", "headers", "message"),
    [
        (401, {}, "the server answers 401 to a plain registration"),
        (403, {}, "the server answers 403 to a plain registration"),
        (404, {}, "there is no POST http://"),
        (405, {}, "there is no POST http://"),
        (429, {"Retry-After": "0"}, "the server answers 429 or 503 to everything"),
        (429, {"Retry-After": "1000"}, "the server asks to be left alone for long"),
        (503, {"Retry-After": "0"}, "the server answers 429 or 503 to everything"),
        (0, {}, "the connection was cut before the answer was through"),
    ],
)
def test_where_nothing_can_be_tested_it_says_so(kit: Kit, status: int, headers: dict[str, str], message: str) -> None:
    with answering(status, headers) as url:
        said = kit("fuzz", url, *LOGIN, "--max-requests", "20", "--quiet")
    assert (said.code, said.out) == (2, "")
    assert message in said.err


def test_nobody_there(kit: Kit) -> None:
    with closed() as url:
        said = kit("fuzz", url, "--quiet")
    assert (said.code, said.out) == (2, "")
    assert said.err == f"contract-kit: {url} cannot be reached: connection refused. check the address and the network\n"
    with silent() as url:
        said = kit("fuzz", url, "--timeout", "0.2", "--quiet")
    assert (said.code, said.out) == (2, "")
    assert "no answer in time" in said.err


def test_a_server_that_dies_leaves_what_was_found(kit: Kit, here: Path) -> None:
    dying = running(app(**SETTINGS, defects=[DUPLICATE]))
    url = dying.__enter__()
    seen = here / "ids.ndjson"
    from threading import Thread

    def end() -> None:
        while not seen.exists() or seen.read_bytes().count(b"\n") < 12:
            time.sleep(0.01)
        dying.__exit__(None, None, None)

    ending = Thread(target=end)
    ending.start()
    try:
        said = kit(
            "fuzz", url, *LOGIN, "--rate", "30/s", "--created", "ids.ndjson", "--timeout", "2s",
            "--format", "json", "--quiet",
        )  # fmt: skip
    finally:
        ending.join()
    assert said.code == 2
    assert "cannot be reached" in said.err
    found = report(said)
    valid(found)
    assert 10 < found["requests"] < 300
    assert "cannot be reached" in found["ended"]
    assert "duplicate" in {one["cause"] for one in found["findings"]}


def test_a_server_without_credentials_is_tested_all_the_same(kit: Kit) -> None:
    with answering(500) as url:
        said = kit("fuzz", url, "--max-requests", "30", "--format", "json", "--quiet")
    assert said.code == 1
    assert {one["code"] for one in report(said)["findings"]} == {"server-error"}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_leaves_a_report_of_what_was_done(here: Path, number: int) -> None:
    with served(DUPLICATE) as url:
        command = shlex.split(f"fuzz {url} --basic {PAIR} --rate 20/s --format json --output r.json --created ids.ndjson")
        process = subprocess.Popen(
            [sys.executable, "-m", "contract_kit", *command],
            cwd=here,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        wait_for(here / "ids.ndjson", 6)
        process.send_signal(number)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert err.endswith("contract-kit: interrupted: the report says what was done so far\n")
    assert "Traceback" not in err
    found = json.loads((here / "r.json").read_text("utf-8"))
    valid(found)
    assert found["interrupted"] is True
    assert 0 < found["requests"] < 300
    assert len(found["created_ids"]) >= 5


def test_ids_survive_a_sudden_end(here: Path) -> None:
    with served() as url:
        command = shlex.split(f"fuzz {url} --basic {PAIR} --rate 20/s --created ids.ndjson --quiet")
        process = subprocess.Popen([sys.executable, "-m", "contract_kit", *command], cwd=here)
        wait_for(here / "ids.ndjson", 4)
        process.kill()
        process.wait(timeout=60)
    lines = [json.loads(line) for line in (here / "ids.ndjson").read_text("utf-8").splitlines()]
    assert [line["id"] for line in lines[1:]] == list(range(1, len(lines)))
    assert len(lines) >= 4


def wait_for(path: Path, lines: int) -> None:
    """Wait until a file has so many lines."""
    for _ in range(3000):
        if path.exists() and path.read_bytes().count(b"\n") >= lines:
            return
        time.sleep(0.02)
    raise AssertionError(f"{path} never had {lines} lines")


def test_several_reports_at_once(kit: Kit, here: Path) -> None:
    with served(DUPLICATE) as url:
        said = kit(
            "fuzz", url, *LOGIN, "--max-requests", "60", "--quiet", "--format", "github",
            *("--format", "json", "--output", "r.json", "--format", "sarif", "--output", "r.sarif"),
            *("--format", "junit", "--output", "r.xml", "--format", "gitlab", "--output", "r.gitlab.json"),
            *("--format", "markdown", "--output", "r.md", "--format", "html", "--output", "r.html"),
        )  # fmt: skip
    assert said.code == 1
    (finding,) = json.loads((here / "r.json").read_text("utf-8"))["findings"]
    assert said.out.startswith("::error title=accepted-wrongly::accepted, but it had to be refused (duplicate) with 8006")
    assert said.out.splitlines()[-1].startswith(f"1 error in 60 requests to {url} (")
    (result,) = json.loads((here / "r.sarif").read_text("utf-8"))["runs"][0]["results"]
    assert result["partialFingerprints"]["contractKit/v1"] == finding["fingerprint"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "openapi.yaml"
    assert result["locations"][0]["physicalLocation"]["region"]["startLine"] > 1
    root = ElementTree.parse(here / "r.xml").getroot()
    assert root.get("failures") == "1"
    assert [one.get("type") for one in root.iter("failure")] == ["accepted-wrongly"]
    (entry,) = json.loads((here / "r.gitlab.json").read_text("utf-8"))
    assert (entry["check_name"], entry["severity"]) == ("accepted-wrongly", "major")
    assert (here / "r.md").read_text("utf-8").startswith("### contract-kit fuzz: failed\n")
    page = (here / "r.html").read_text("utf-8")
    assert page.lower().startswith("<!doctype html>")
    assert finding["fingerprint"] in page


@pytest.mark.parametrize(
    ("arguments", "code"),
    [([], 0), (["--fail-on", "warning"], 1), (["--strict"], 1), (["--fail-on", "info"], 1)],
)
def test_what_fails_is_up_to_the_tester(kit: Kit, arguments: list[str], code: int) -> None:
    with served("success-201") as url:
        assert kit("fuzz", url, *LOGIN, "--max-requests", "20", "--quiet", *arguments).code == code


def test_one_suite_alone(kit: Kit) -> None:
    with served() as url:
        said = kit("fuzz", url, *LOGIN, "--suite", "examples", "--format", "json", "--quiet")
    found = report(said)
    assert said.code == 0
    assert [(one["name"], one["not_tested"]) for one in found["suites"]] == [("examples", 0)]
    assert found["ended"] is None


def test_a_time_limit_ends_the_run(kit: Kit) -> None:
    with served() as url:
        said = kit("fuzz", url, *LOGIN, "--max-time", "1s", "--rate", "10/s", "--format", "json", "--quiet")
    found = report(said)
    assert said.code == 0
    assert found["ended"] == "the budget was spent"
    assert 1 <= found["requests"] <= 15


def test_nothing_is_left_behind_where_the_user_works(here: Path) -> None:
    """In a process of its own: Hypothesis decides on its folder when it is imported."""
    command = [sys.executable, "-m", "contract_kit", "fuzz", "--max-requests", "560", "--quiet"]
    done = subprocess.run(command, cwd=here, capture_output=True, encoding="utf-8", timeout=120)
    assert (done.returncode, done.stderr) == (0, "")
    schema = next(line for line in done.stdout.splitlines() if line.startswith("schema"))
    assert int(schema.split()[2].partition("/")[2]) > 206  # Schemathesis has had its say as well
    assert list(here.iterdir()) == []
