"""Going on after an interruption, wherever it came, and inputs that cannot be read."""

from __future__ import annotations

import gzip
import io
import json
from pathlib import Path
from typing import Any

import pytest

from contract_kit import Contract
from contract_kit.bulk import Job, run
from contract_kit.bulk.running import Progress
from contract_kit.errors import InputError, UsageError
from contract_kit.examples import NOW

from .helpers import EXAMPLE, agree, came, expected, ndjson, record

CONTRACT = Contract.bundled().for_org(EXAMPLE).at(NOW)
DATA = ndjson([record(f"externalId E{n // 2}", source="Instore" if n % 5 == 4 else "INSTORE") for n in range(40)])


class Stop:
    """Interrupts a run at its n-th step."""

    def __init__(self, steps: int) -> None:
        self.steps = steps

    def __call__(self, progress: Progress) -> None:
        self.steps -= 1
        if self.steps == 0:
            raise KeyboardInterrupt


def job(folder: Path, source: Path | str, **more: Any) -> Job:
    settings: dict[str, Any] = {"org": EXAMPLE, "now": NOW, "part_size": 400, **more}
    return Job([str(source)], accepted=str(folder / "ok.out"), rejected=str(folder / "no.out"), **settings)


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("left", [0, 1, 2, 3, 5])
def test_a_run_goes_on_from_wherever_it_was_stopped(tmp_path: Path, left: int, packed: bool) -> None:
    source = tmp_path / ("in.ndjson.gz" if packed else "in.ndjson")
    source.write_bytes(gzip.compress(DATA) if packed else DATA)
    counter = Stop(0)
    run(job(tmp_path, source), counter)
    for name in ("ok.out", "no.out"):
        (tmp_path / name).unlink()
    with pytest.raises(KeyboardInterrupt):
        run(job(tmp_path, source), Stop(-counter.steps - left))
    assert not (tmp_path / "ok.out").exists()
    assert not (tmp_path / "no.out").exists()
    agree(came(tmp_path, source, part_size=400, resume=True, memory=1 << 30), expected(DATA, CONTRACT))


def test_a_moment_is_kept(tmp_path: Path) -> None:
    source = tmp_path / "in.ndjson"
    source.write_bytes(DATA)
    with pytest.raises(KeyboardInterrupt):
        run(job(tmp_path, source), Stop(2))
    outcome = run(job(tmp_path, source, resume=True, now=None))
    assert outcome.settings.now == NOW.isoformat()


def test_without_resume_a_run_begins_anew(tmp_path: Path) -> None:
    source = tmp_path / "in.ndjson"
    source.write_bytes(DATA)
    with pytest.raises(KeyboardInterrupt):
        run(job(tmp_path, source), Stop(3))
    source.write_bytes(DATA + DATA)
    agree(came(tmp_path, source, part_size=400), expected(DATA + DATA, CONTRACT))


def test_another_input_is_not_resumed(tmp_path: Path) -> None:
    source = tmp_path / "in.ndjson"
    source.write_bytes(DATA)
    with pytest.raises(KeyboardInterrupt):
        run(job(tmp_path, source), Stop(3))
    source.write_bytes(DATA + DATA)
    with pytest.raises(UsageError, match="the interrupted run was another one: inputs differs"):
        run(job(tmp_path, source, resume=True))


def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    source, work = tmp_path / "in.ndjson", tmp_path / "work"
    source.write_bytes(DATA)
    work.mkdir()
    (work / "precious").write_text("x")
    with pytest.raises(UsageError, match="is not a work folder of this command"):
        run(job(tmp_path, source, work=str(work)))
    assert (work / "precious").read_text() == "x"


class _Standard:
    """A standard input with a descriptor of its own."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb")

    def fileno(self) -> int:
        return self._file.fileno()

    def close(self) -> None:
        self._file.close()


@pytest.mark.parametrize("text", [DATA, json.dumps([json.loads(line) for line in io.BytesIO(DATA)]).encode()])
def test_standard_input_and_going_on_with_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: bytes) -> None:
    (tmp_path / "in").write_bytes(text)
    standard = _Standard(tmp_path / "in")
    monkeypatch.setattr("sys.stdin", standard)
    oracle = expected(DATA, CONTRACT)
    with pytest.raises(KeyboardInterrupt):
        # It stops after the last part, when all of standard input is laid down.
        run(job(tmp_path, "-", part_size=1 << 20), Stop(2))
    again = run(job(tmp_path, "-", part_size=1 << 20, resume=True))
    assert (tmp_path / "ok.out").read_bytes() == oracle.accepted
    assert again.tally.counts["rejected"] == len(oracle.rejected)
    standard.close()


def test_standard_input_that_was_not_read_whole_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "in").write_bytes(DATA)
    standard = _Standard(tmp_path / "in")
    monkeypatch.setattr("sys.stdin", standard)
    with pytest.raises(KeyboardInterrupt):
        run(job(tmp_path, "-"), Stop(1))
    with pytest.raises(InputError, match="<stdin>: was not read to its end, and cannot be read again"):
        run(job(tmp_path, "-", resume=True))
    standard.close()


def test_a_file_in_the_middle_that_cannot_be_read(tmp_path: Path) -> None:
    files = [tmp_path / f"{name}.ndjson" for name in "abc"]
    for file in files:
        file.write_bytes(DATA)
    files[1].unlink()
    files[1].symlink_to(tmp_path / "gone")
    with pytest.raises(InputError, match=r"b\.ndjson: cannot be read: no such file or directory"):
        came(tmp_path, *files)


def test_a_packed_file_in_the_middle_that_is_damaged_can_be_mended(tmp_path: Path) -> None:
    files = [tmp_path / "a.ndjson", tmp_path / "b.ndjson.gz"]
    files[0].write_bytes(DATA)
    whole = gzip.compress(DATA)
    files[1].write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InputError, match=r"b\.ndjson\.gz: cannot be unpacked: it is damaged or cut off"):
        came(tmp_path, *files)
    assert not (tmp_path / "ok.out").exists()
