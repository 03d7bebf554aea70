"""A Dask cluster as the engine: its task API alone, so the work is the same to the last record.

Workers need this package, and the inputs and the work folder under the same paths: a folder that all machines share. What
travels are tasks and counts; keys and outputs lie in the work folder, and records stay where they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from contract_kit.errors import ContractKitError

Task = TypeVar("Task")
Result = TypeVar("Result")

PATIENCE = 10
"""Seconds to wait for a scheduler."""
_HELD = 4
"""So many tasks for each thread of the cluster wait there, that no worker stands idle."""
_ENVIRON = "distributed.nanny.pre-spawn-environ"
_TRIM = 128 << 20
"""Bytes of free memory that a worker keeps. By Dask's own setting it gives back what is more than 64 KiB, and gets it anew
for the next list of records."""


class Cluster:
    """``dask`` starts workers on this machine, ``dask://host:port`` uses those of a scheduler that runs already."""

    def __init__(self, address: str, jobs: int, client: Any = None) -> None:
        self._client = client if client is not None else _connect(address, jobs)
        self._own = client is None

    def run(self, work: Callable[[Task], Result], tasks: Iterable[Task]) -> Iterator[tuple[Task, Result]]:
        """Do tasks. One whose worker dies is done again by another one, as Dask does by itself."""
        from distributed import as_completed

        coming = iter(tasks)
        given: dict[Any, Task] = {}
        waiting: Any = as_completed()  # type: ignore[no-untyped-call] # distributed has no types
        while True:
            while len(given) < _HELD * max(1, sum(self._client.nthreads().values())):
                task = next(coming, None)
                if task is None:
                    break
                future = self._client.submit(work, task, pure=False)
                given[future] = task
                waiting.add(future)
            if not given:
                return
            future = next(waiting)
            task = given.pop(future)
            yield task, self._result(future)

    def close(self) -> None:
        """Leave the cluster; end it where it is our own."""
        if self._own:
            self._client.close()
            cluster = getattr(self._client, "cluster", None)
            if cluster is not None:
                cluster.close()

    def _result(self, future: Any) -> Any:
        from distributed import KilledWorker

        try:
            return future.result()
        except KilledWorker:
            hint = "Give workers more memory, and go on with --resume"
            raise ContractKitError("workers died again and again on the same part", hint=hint) from None


def _connect(address: str, jobs: int) -> Any:
    try:
        from dask import config
        from distributed import Client, LocalCluster
    except ImportError:
        raise ContractKitError("the engine dask needs its package", hint="Install contract-kit[bulk,dask]") from None
    if address == "dask":
        environ = {**config.get(_ENVIRON, {}), "MALLOC_TRIM_THRESHOLD_": _TRIM}
        with config.set({_ENVIRON: environ}):
            cluster = LocalCluster(  # type: ignore[no-untyped-call] # as above
                n_workers=jobs, threads_per_worker=1, processes=True, dashboard_address=None, memory_limit=0, silence_logs=50
            )
        return Client(cluster)  # type: ignore[no-untyped-call] # as above
    target = f"tcp://{address.removeprefix('dask://')}"
    try:
        return Client(target, timeout=PATIENCE)  # type: ignore[no-untyped-call] # as above
    except OSError:
        message = f"no Dask scheduler answers at {target}"
        raise ContractKitError(message, hint="dask scheduler starts one, dask worker the workers") from None
