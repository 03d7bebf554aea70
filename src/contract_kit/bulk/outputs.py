"""Where outputs go: files that get their names when they are whole, devices and pipes, and object storage.

In a file every part is written to its place by whoever assembles it. Devices, pipes and storages know no places: there one
part after the other is copied by this process.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from contract_kit.bulk import remote
from contract_kit.bulk.assembly import Assemble, append_accepted, assemble
from contract_kit.bulk.engines import Engine, in_bundles
from contract_kit.bulk.job import Job
from contract_kit.bulk.workplace import Workplace, naming, part_name
from contract_kit.errors import ContractKitError

_STEP = 1 << 20


class Outputs:
    """Writes the accepted and the rejected records of a run."""

    def __init__(self, job: Job, work: Workplace, engine: Engine) -> None:
        self._job, self._work, self._engine = job, work, engine

    def write(self, tasks: list[Assemble], written: dict[str, str]) -> None:
        """Do what is asked for, and note in ``written`` what is there."""
        accepted, rejected = self._job.accepted, self._job.rejected
        if accepted is None and rejected is None:
            return
        places = accepted is not None and not remote.is_address(accepted) and not _device(accepted)
        beside = _beside(accepted) if accepted is not None and places else None
        try:
            self._assemble(tasks, beside)
            if accepted is not None and beside is None:
                with _sequential(accepted) as out:
                    for task in tasks:
                        append_accepted(task, out)
            if rejected is not None:
                self._join_rejected(tasks, rejected)
                written["rejected"] = rejected
            if accepted is not None:
                if beside is not None:
                    beside.replace(os.path.realpath(accepted))
                written["accepted"] = accepted
        finally:
            if beside is not None:
                with suppress(OSError):
                    beside.unlink(missing_ok=True)

    def _assemble(self, tasks: list[Assemble], beside: Path | None) -> None:
        if beside is not None:
            beside.write_bytes(b"")
        placed = [replace(task, accepted=str(beside) if beside is not None else None) for task in tasks]
        copied = sum(number for _, number in in_bundles(self._engine, self._job.jobs, assemble, placed, len(placed)))
        size = sum(task.size for task in tasks)
        if beside is not None and (copied != size or beside.stat().st_size != size):
            raise ContractKitError("the accepted records are not whole", hint="Run again", source=self._job.accepted)

    def _join_rejected(self, tasks: list[Assemble], output: str) -> None:
        with _sequential(output) as out:
            for task in tasks:
                with self._work.path(part_name(task.part.number, "rejected")).open("rb") as stream:
                    while piece := stream.read(_STEP):
                        out.write(piece)


def write_text(output: str, text: str) -> None:
    """Write a small output to an address."""
    with remote.writing(output) as out:
        out.write(text.encode())


@contextmanager
def _sequential(output: str) -> Iterator[BinaryIO]:
    """An output that is written from its beginning to its end."""
    if remote.is_address(output):
        with remote.writing(output) as out:
            yield out
        return
    if _device(output):
        with naming(output), Path(output).open("wb") as out:
            yield out
        return
    beside = _beside(output)
    try:
        with naming(output), beside.open("wb", buffering=_STEP) as out:
            yield out
        beside.replace(os.path.realpath(output))
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)


def _device(output: str) -> bool:
    return Path(output).exists() and not Path(output).is_file()


def _beside(output: str) -> Path:
    target = Path(os.path.realpath(output))
    return target.with_name(f".{target.name[:100]}.{os.getpid()}.unfinished")
