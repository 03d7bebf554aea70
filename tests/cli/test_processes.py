"""The command as a process of its own: what only the real thing can show."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import BAD, GOOD

SRC = Path(__file__).resolve().parents[2] / "src"
COMMAND = [sys.executable, "-m", "contract_kit"]


@pytest.fixture
def environment() -> dict[str, str]:
    """The environment of a process, in which the checkout's package is found whether installed or not."""
    return {**os.environ, "PYTHONPATH": str(SRC), "PYTHONWARNINGS": "error"}


def run(here: Path, environment: dict[str, str], *arguments: str, **settings: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments],
        cwd=here,
        env=environment,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
        **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **settings},  # type: ignore[call-overload]
    )


@pytest.mark.parametrize(
    ("arguments", "code"), [(["good.json"], 0), (["bad.json"], 1), (["gone.json"], 2), (["--nonsense"], 2)]
)
def test_exit_codes(here: Path, environment: dict[str, str], arguments: list[str], code: int) -> None:
    done = run(here, environment, "validate", *arguments)
    assert done.returncode == code
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("text", "code", "inputs"),
    [
        (json.dumps(GOOD), 0, 1),
        (json.dumps(BAD, indent=2), 1, 1),
        (f"{json.dumps(GOOD)}\n{json.dumps(BAD)}\n", 1, 2),
        ("profiles: [{source: INSTORE, identifiers: [{type: externalId, value: E-1}]}]\n", 0, 1),
    ],
)
@pytest.mark.parametrize("arguments", [[], ["-"]])
def test_standard_input(
    here: Path, environment: dict[str, str], arguments: list[str], text: str, code: int, inputs: int
) -> None:
    done = run(here, environment, "validate", *arguments, "--format", "json", input=text)
    assert done.returncode == code
    assert len(json.loads(done.stdout)["inputs"]) == inputs


def test_empty_standard_input(here: Path, environment: dict[str, str]) -> None:
    done = run(here, environment, "validate", stdin=subprocess.DEVNULL)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "contract-kit: <stdin>: holds nothing to check. It is empty, or has blank lines only\n"


def test_an_interrupt_ends_with_130(here: Path, environment: dict[str, str]) -> None:
    process = subprocess.Popen(
        [*COMMAND, "validate", "-"],
        cwd=here,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdin is not None
    # Two closed lines make it NDJSON; each further line that is taken from the pipe shows that it is at work.
    line = json.dumps(GOOD).encode() + b"\n"
    for _ in range(5000):
        process.stdin.write(line)
    process.stdin.flush()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, b"")
    assert err == b"contract-kit: interrupted\n"


def test_a_reader_that_has_seen_enough(here: Path, environment: dict[str, str]) -> None:
    (here / "many.ndjson").write_text((json.dumps(BAD) + "\n") * 2000)
    process = subprocess.Popen(
        [*COMMAND, "validate", "many.ndjson"], cwd=here, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stderr is not None
    assert process.stdout.readline().startswith(b"many.ndjson, record 1  would be refused")
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait(timeout=60) == 1


@pytest.mark.parametrize("command", [["validate", "good.json"], ["rules"], ["spec"], ["explain", "F20"], ["--version"]])
def test_a_full_standard_output(here: Path, environment: dict[str, str], command: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        done = run(here, environment, *command, stdout=full)
    assert (done.returncode, done.stderr) == (2, "contract-kit: standard output: no space left on device\n")


def test_a_terminal_that_knows_ascii_only(here: Path, environment: dict[str, str]) -> None:
    (here / "grün.json").write_text(json.dumps(GOOD))
    done = run(here, environment | {"PYTHONIOENCODING": "ascii"}, "validate", "grün.json")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("gr\\xfcn.json  clean")
    done = run(here, environment | {"PYTHONIOENCODING": "ascii"}, "validate", "grün.json", "--format", "json")
    assert json.loads(done.stdout)["inputs"][0]["source"] == "grün.json"


def test_a_name_that_is_no_text(here: Path, environment: dict[str, str]) -> None:
    name = b"odd\xff.json"
    (here / os.fsdecode(name)).write_text(json.dumps(BAD))
    for format_ in ("text", "json", "sarif", "junit", "github"):
        done = run(here, environment, "validate", os.fsdecode(name), "--format", format_)
        assert (done.returncode, done.stderr) == (1, "")


def test_what_a_small_check_imports(here: Path, environment: dict[str, str]) -> None:
    """Start-up is what people feel: none of these is needed to check one JSON file."""
    code = (
        "import sys; from contract_kit.cli.main import main; main(['validate', 'good.json', 'bad.json']);"
        "print(*sorted(set(sys.modules) & {'yaml', 'jsonschema', 'importlib.metadata', 'xml.etree', 'tempfile',"
        " 'contract_kit.reporters.sarif', 'contract_kit.reporters.junit', 'contract_kit.reporters.as_json',"
        " 'contract_kit.planting', 'asyncio', 'hashlib', 'shutil'}), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-S", "-c", code], cwd=here, env=_with_site(environment), text=True, capture_output=True, check=True
    )
    assert done.stderr == "\n"


def _with_site(environment: dict[str, str]) -> dict[str, str]:
    """Without ``site`` nothing but what the command imports is loaded; installed packages are then found by path."""
    packages = [path for path in sys.path if path.endswith("site-packages")]
    return environment | {"PYTHONPATH": os.pathsep.join([str(SRC), *packages])}
