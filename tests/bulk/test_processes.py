"""Many processes, and what happens to them: killed workers, interruptions, full disks. The answer stays the same."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from contract_kit import Contract
from contract_kit.bulk.engines import Processes, in_bundles
from contract_kit.errors import ContractKitError
from contract_kit.examples import NOW

from .helpers import EXAMPLE, agree, came, expected, ndjson, record

CONTRACT = Contract.bundled().for_org(EXAMPLE).at(NOW)
SRC = Path(__file__).resolve().parents[2] / "src"
COMMAND = [sys.executable, "-m", "contract_kit", "bulk"]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(SRC), "PYTHONWARNINGS": "error"}


def many(count: int) -> bytes:
    """Good records, bad ones, and some that repeat an earlier identifier."""
    listed = []
    for number in range(count):
        source = "Instore" if number % 20 == 3 else "WEBSITE" if number % 7 == 0 else "INSTORE"
        listed.append(record(f"externalId E{number if number % 11 else number // 2}", source=source))
    return ndjson(listed)


@pytest.fixture
def deadly(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Tasks that kill their worker, importable there."""
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    return import_module("deadly_tasks")


@pytest.fixture
def processes() -> Iterator[Processes]:
    engine = Processes(2)
    yield engine
    engine.close()


def test_a_killed_worker_is_replaced(tmp_path: Path, processes: Processes, deadly: ModuleType) -> None:
    tasks = [str(tmp_path / f"t{n}") for n in range(6)]
    for task in tasks[:2] + tasks[3:]:
        Path(task).touch()
    assert sorted(processes.run(deadly.die_once, tasks)) == [(task, Path(task).name) for task in tasks]


def test_bundles_of_a_killed_worker_are_done_again(tmp_path: Path, processes: Processes, deadly: ModuleType) -> None:
    tasks = [str(tmp_path / f"t{n:03}") for n in range(100)]
    for task in tasks[:30] + tasks[31:]:
        Path(task).touch()
    done = list(in_bundles(processes, 2, deadly.die_once, iter(tasks), len(tasks)))
    assert sorted(done) == [(task, Path(task).name) for task in tasks]
    assert list(in_bundles(processes, 2, deadly.die_once, [], 0)) == []


def test_a_task_that_kills_every_worker_is_given_up(processes: Processes, deadly: ModuleType) -> None:
    with pytest.raises(ContractKitError, match="a worker was killed 4 times"):
        list(processes.run(deadly.die, ["task"]))


@pytest.mark.parametrize("part_size", [4000, 500], ids=["tasks alone", "tasks in bundles"])
def test_two_processes_give_the_answer_of_one(tmp_path: Path, part_size: int) -> None:
    source = tmp_path / "in.ndjson"
    data = many(400)
    source.write_bytes(data)
    agree(came(tmp_path, source, jobs=2, part_size=part_size), expected(data, CONTRACT))


def start(folder: Path, *arguments: str, **settings: object) -> subprocess.Popen[str]:
    return subprocess.Popen(  # type: ignore[call-overload, no-any-return]
        [*COMMAND, *arguments],
        cwd=folder,
        env=ENVIRONMENT,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        **settings,
    )


def children(pid: int) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                command = (entry / "cmdline").read_bytes()
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except (OSError, IndexError, ValueError):
                continue
            if parent == pid and b"resource_tracker" not in command:
                found.append(int(entry.name))
    return found


def wait_for(folder: Path, kind: str, running: subprocess.Popen[str]) -> None:
    """Until the first part is done, or the run has ended."""
    for _ in range(600):
        if list(folder.glob(f".*.bulk/*.{kind}")) or running.poll() is not None:
            return
        time.sleep(0.02)


@pytest.fixture
def big(tmp_path: Path) -> Path:
    """Ten parts, each with much to explain, so that a run takes a while."""
    body = json.dumps(record("externalId E1", source="Instore", extendedFields={f"f{n}": "x" * 1000 for n in range(40)}))
    (tmp_path / "in.ndjson").write_text(f"{body}\n" * 2000)
    return tmp_path


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks for the workers in /proc")
def test_kill_9_of_a_worker_changes_nothing(big: Path) -> None:
    run = start(big, "in.ndjson", "--rejected", "no.ndjson", "--jobs", "2")
    wait_for(big, "judged", run)
    os.kill(children(run.pid)[0], signal.SIGKILL)
    out, err = run.communicate(timeout=120)
    assert (run.returncode, err) == (1, "")
    assert out.startswith("in.ndjson: 2,000 records, 0 accepted, 2,000 rejected\n")
    lines = [json.loads(line)["line"] for line in (big / "no.ndjson").read_bytes().splitlines()]
    assert lines == list(range(1, 2001))


def test_an_interrupted_run_is_resumed(big: Path) -> None:
    run = start(big, "in.ndjson", "--rejected", "no.ndjson", "--jobs", "2")
    wait_for(big, "judged", run)
    os.killpg(run.pid, signal.SIGINT)
    _, err = run.communicate(timeout=120)
    assert run.returncode == 130
    assert "go on with --resume" in err
    assert "Traceback" not in err
    assert not (big / "no.ndjson").exists()
    (kept,) = big.glob(".*.bulk")
    assert list(kept.glob("*.judged"))
    run = start(big, "in.ndjson", "--rejected", "no.ndjson", "--jobs", "1", "--resume")
    out, err = run.communicate(timeout=120)
    assert (run.returncode, err) == (1, "")
    assert out.startswith("in.ndjson: 2,000 records, 0 accepted, 2,000 rejected\n")
    assert len((big / "no.ndjson").read_bytes().splitlines()) == 2000
    assert not kept.exists()


def test_two_runs_with_the_same_outputs_do_not_meet(big: Path) -> None:
    run = start(big, "in.ndjson", "--rejected", "no.ndjson", "--jobs", "2")
    wait_for(big, "judged", run)
    other = start(big, "in.ndjson", "--rejected", "no.ndjson", "--jobs", "1")
    _, err = other.communicate(timeout=60)
    assert other.returncode == 2
    assert "another run is at work in " in err
    assert "Wait for it, or give this one other outputs or another --work" in err
    out, err = run.communicate(timeout=120)
    assert (run.returncode, err) == (1, "")
    assert out.startswith("in.ndjson: 2,000 records, 0 accepted, 2,000 rejected\n")


def test_another_run_is_not_resumed(big: Path) -> None:
    run = start(big, "in.ndjson", "--rejected", "no.ndjson", "--jobs", "2")
    wait_for(big, "judged", run)
    run.kill()
    run.communicate(timeout=60)
    run = start(big, "in.ndjson", "--rejected", "no.ndjson", "--strict", "--resume")
    _, err = run.communicate(timeout=60)
    assert run.returncode == 2
    assert "the interrupted run was another one: strict differs. Run again without --resume to begin anew" in err


def test_a_full_disk_ends_in_a_message_and_no_output(big: Path) -> None:
    def small_files() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

    run = start(big, "in.ndjson", "--rejected", "no.ndjson", "--jobs", "1", preexec_fn=small_files)
    _, err = run.communicate(timeout=60)
    assert run.returncode == 2
    assert err == "contract-kit: no.ndjson: file too large. Set it right, and go on with --resume\n"
    assert not (big / "no.ndjson").exists()
    run = start(big, "in.ndjson", "--rejected", "no.ndjson", "--jobs", "1", "--resume")
    run.communicate(timeout=60)
    assert run.returncode == 1
    assert len((big / "no.ndjson").read_bytes().splitlines()) == 2000


def test_a_full_device_ends_in_a_message(tmp_path: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("there is no such device")
    (tmp_path / "in.ndjson").write_bytes(many(50))
    run = start(tmp_path, "in.ndjson", "--accepted", "/dev/full", "--work", str(tmp_path / "work"))
    _, err = run.communicate(timeout=60)
    assert run.returncode == 2
    assert err == "contract-kit: /dev/full: no space left on device. Make room there, and go on with --resume\n"
    assert "Traceback" not in err


def test_a_file_that_changes_is_noticed(tmp_path: Path) -> None:
    from contract_kit.bulk.parts import Part
    from contract_kit.errors import InputError

    path = tmp_path / "in.ndjson"
    path.write_bytes(b"{}\n")
    stat = path.stat()
    part = Part(0, str(path), str(path), 0, 3, None, None, stat.st_size, stat.st_mtime_ns)
    part.check()
    path.write_bytes(b"{}\n{}\n")
    with pytest.raises(InputError, match="has changed while it was read"):
        part.check()


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="counts threads in /proc")
def test_only_a_process_with_one_thread_is_copied() -> None:
    script = """
from threading import Event, Thread
from contract_kit.bulk.engines import may_fork
print(may_fork())
wait = Event()
thread = Thread(target=wait.wait)
thread.start()
print(may_fork())
wait.set()
thread.join()
"""
    found = subprocess.run(
        [sys.executable, "-c", script],
        env={**ENVIRONMENT, "OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stdout.split() == ["True", "False"]


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks for the workers in /proc")
@pytest.mark.parametrize("algebra", ["1", "2"])
def test_workers_end_with_the_process_that_started_them(tmp_path: Path, algebra: str) -> None:
    script = """
import sys
from contract_kit.bulk.engines import Processes, in_bundles
from deadly_tasks import wait
if __name__ == "__main__":
    list(Processes(3).run(wait, sys.argv[1:]))
"""
    (tmp_path / "script.py").write_text(script)
    names = [str(tmp_path / f"t{number}") for number in range(3)]
    path = f"{SRC}{os.pathsep}{Path(__file__).parent}"
    environment = {**ENVIRONMENT, "PYTHONPATH": path, "OPENBLAS_NUM_THREADS": algebra}
    run = subprocess.Popen([sys.executable, str(tmp_path / "script.py"), *names], env=environment)
    workers: list[int] = []
    try:
        for _ in range(600):
            if all(Path(name).exists() for name in names):
                break
            time.sleep(0.05)
        workers = children(run.pid)
    finally:
        run.kill()
        run.wait()
    assert len(workers) == 3
    for _ in range(200):
        left = [pid for pid in workers if Path(f"/proc/{pid}").exists()]
        if not left:
            break
        time.sleep(0.05)
    assert left == []
