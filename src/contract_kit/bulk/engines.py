"""Who does the tasks: this process, processes on this machine, or a cluster. The answer never depends on it."""

from __future__ import annotations

import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from itertools import islice
from multiprocessing import get_all_start_methods, get_context, parent_process
from multiprocessing.connection import wait as wait_for
from pathlib import Path
from threading import Thread
from typing import Protocol, TypeVar

from contract_kit.errors import ContractKitError

Task = TypeVar("Task")
Result = TypeVar("Result")

ATTEMPTS = 4
"""So often a task is tried whose worker dies under it."""
_BUNDLE, _BUNDLES = 8, 16
"""Short tasks are handed over in bundles: of at most so many, and so many bundles for each job."""


class Engine(Protocol):
    """Does tasks, in any order; gives each result with its task as soon as it is there."""

    def run(self, work: Callable[[Task], Result], tasks: Iterable[Task]) -> Iterator[tuple[Task, Result]]: ...

    def close(self) -> None: ...


class Inline:
    """One task after the other, in this process."""

    def run(self, work: Callable[[Task], Result], tasks: Iterable[Task]) -> Iterator[tuple[Task, Result]]:
        for task in tasks:
            yield task, work(task)

    def close(self) -> None:
        """There is nothing to close."""


class Processes:
    """Processes on this machine. One that is killed is replaced, and its tasks are done again. They begin as copies of this
    one where that is safe; then ``ready`` is called before, to make here what all of them need."""

    def __init__(self, jobs: int, ready: Callable[[], object] = lambda: None) -> None:
        self._jobs = jobs
        self._ready = ready
        self._pool: ProcessPoolExecutor | None = None

    def run(self, work: Callable[[Task], Result], tasks: Iterable[Task]) -> Iterator[tuple[Task, Result]]:
        coming = iter(tasks)
        again: deque[tuple[Task, int]] = deque()
        running: dict[Future[Result], tuple[Task, int]] = {}
        ended = False
        while True:
            while not ended and len(running) + len(again) < 2 * self._jobs + 1:
                try:
                    again.append((next(coming), 1))
                except StopIteration:
                    ended = True
            broken = not self._submit(work, again, running)
            if not running and not again:
                return
            if not broken:
                done, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    error = future.exception()
                    if isinstance(error, BrokenProcessPool):
                        broken = True
                        continue
                    task, _ = running.pop(future)
                    yield task, future.result()
            if broken:
                for task, attempt in self._unfinished(running):
                    if attempt == ATTEMPTS:
                        raise ContractKitError(
                            f"a worker was killed {ATTEMPTS} times, probably for want of memory",
                            hint="Give fewer --jobs, and go on with --resume",
                        )
                    again.append((task, attempt + 1))

    def close(self) -> None:
        """Let running tasks end, and the processes with them."""
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None

    def _submit(
        self,
        work: Callable[[Task], Result],
        waiting: deque[tuple[Task, int]],
        running: dict[Future[Result], tuple[Task, int]],
    ) -> bool:
        """Hand over what waits; whether the pool took it."""
        while waiting:
            task, attempt = waiting[0]
            try:
                running[self._started().submit(work, task)] = (task, attempt)
            except BrokenProcessPool:
                return False
            waiting.popleft()
        return True

    def _unfinished(self, running: dict[Future[Result], tuple[Task, int]]) -> list[tuple[Task, int]]:
        """What a broken pool has not done; of the rest the results stay to be taken."""
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None
        lost = [future for future in running if future.cancelled() or future.exception() is not None]
        broken = [f for f in lost if f.cancelled() or isinstance(f.exception(), BrokenProcessPool)]
        return [running.pop(future) for future in broken]

    def _started(self) -> ProcessPoolExecutor:
        if self._pool is None:
            method = "fork" if may_fork() else "spawn"
            if method == "fork":
                self._ready()
            self._pool = ProcessPoolExecutor(self._jobs, get_context(method), _begin)
        return self._pool


def in_bundles(
    engine: Engine, jobs: int, work: Callable[[Task], Result], tasks: Iterable[Task], count: int
) -> Iterator[tuple[Task, Result]]:
    """Run about ``count`` tasks that take no longer than handing one over."""
    size = max(1, min(_BUNDLE, count // (_BUNDLES * jobs)))
    coming = iter(tasks)
    bundles = iter(lambda: list(islice(coming, size)), [])
    for bundle, results in engine.run(partial(_each, work), bundles):
        yield from zip(bundle, results, strict=True)


def _each(work: Callable[[Task], Result], bundle: list[Task]) -> list[Result]:
    return [work(task) for task in bundle]


def may_fork() -> bool:
    """Whether a copy of this process would be a sound one: where the system makes copies, and only of a process without
    further threads, since what these hold locked would stay locked in the copy."""
    try:
        return len(list(Path("/proc/self/task").iterdir())) == 1 and "fork" in get_all_start_methods()
    except OSError:
        return False


def _begin() -> None:
    """What a worker does first: Ctrl-C reaches all processes of a terminal, but only the first one is to answer it; and a
    worker whose parent is gone has nobody to work for."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = parent_process()
    if parent is not None:
        Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    wait_for([sentinel])
    os._exit(1)


def engine_for(name: str, jobs: int, ready: Callable[[], object] = lambda: None) -> Engine:
    """The engine of that name: ``local``, ``dask`` (a cluster of its own here) or ``dask://host:port``."""
    if name == "local":
        return Inline() if jobs == 1 else Processes(jobs, ready)
    from contract_kit.bulk.dask import Cluster

    return Cluster(name, jobs)
