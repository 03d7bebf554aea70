"""The same job on a Dask cluster of real processes: the same answer to the last record, also when a worker is killed."""

from __future__ import annotations

import os
import signal
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from contract_kit import Contract
from contract_kit.bulk.job import Job
from contract_kit.bulk.running import Progress, run
from contract_kit.errors import ContractKitError
from contract_kit.examples import NOW

from .helpers import EXAMPLE, agree, came, expected
from .test_processes import many

distributed = pytest.importorskip("distributed")
pytestmark = pytest.mark.filterwarnings("ignore")  # of Dask's own
CONTRACT = Contract.bundled().for_org(EXAMPLE).at(NOW)


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """A scheduler and two workers, each a process of its own."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
        ) as started:
            yield started


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "in.ndjson"
    path.write_bytes(many(600))
    return path


def address(cluster: Any) -> str:
    return "dask://" + str(cluster.scheduler_address).removeprefix("tcp://")


def test_a_cluster_gives_the_answer_of_one_process(cluster: Any, source: Path, tmp_path: Path) -> None:
    found = came(tmp_path, source, engine=address(cluster), part_size=3000)
    agree(found, expected(source.read_bytes(), CONTRACT))


@pytest.mark.parametrize("phase", ["judging", "comparing"])
def test_kill_9_of_a_worker_in_the_middle_changes_nothing(
    cluster: Any, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, phase: str
) -> None:
    """While records are judged, and while those that share an identifier are looked for, gathered and settled."""
    monkeypatch.setattr("contract_kit.bulk.comparing.MANY", 10)  # so that there are slices and buckets for all
    killed: list[int] = []
    steps = 0

    def kill(progress: Progress) -> None:
        nonlocal steps
        if progress.phase == phase and progress.records > 100:
            steps += 1  # the first step of comparing comes before its tasks
            if steps in (3, 8)[: 1 if phase == "judging" else 2]:
                with distributed.Client(cluster) as client:
                    killed.append(next(iter(client.run(os.getpid).values())))
                os.kill(killed[-1], signal.SIGKILL)

    ok, no = tmp_path / "ok.out", tmp_path / "no.out"
    job = Job(
        [str(source)],
        org=EXAMPLE,
        now=NOW,
        accepted=str(ok),
        rejected=str(no),
        engine=address(cluster),
        part_size=1500,
        jobs=4,
    )
    outcome = run(job, kill)
    assert len(set(killed)) == (1 if phase == "judging" else 2)
    oracle = expected(source.read_bytes(), CONTRACT)
    assert ok.read_bytes() == oracle.accepted
    assert len(no.read_bytes().splitlines()) == len(oracle.rejected) == outcome.tally.counts["rejected"]


def test_no_scheduler_ends_in_a_message(source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("contract_kit.bulk.dask.PATIENCE", 1)
    with pytest.raises(ContractKitError, match=r"no Dask scheduler answers at tcp://127\.0\.0\.1:9"):
        came(tmp_path, source, engine="dask://127.0.0.1:9")
    assert not list(tmp_path.glob(".*"))
