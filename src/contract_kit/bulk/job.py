"""A run as it was ordered, its work folder, and whether an interrupted one may go on."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO

from contract_kit import __version__
from contract_kit.bulk import remote
from contract_kit.bulk.inputs import Input
from contract_kit.bulk.opening import called, stamp, unreadable
from contract_kit.bulk.parts import part_size
from contract_kit.bulk.settings import RECORD_LIMIT, Settings
from contract_kit.bulk.workplace import Workplace
from contract_kit.errors import ContractKitError, InputError, UsageError
from contract_kit.org import OrgProfile

MEMORY = 2 << 30
_MANIFEST = "run"
_LOCK = "lock"
_AGAIN = "Run again without --resume to begin anew"


@dataclass(frozen=True, slots=True)
class Job:
    """What is asked for. Outputs that are ``None`` are not written. ``memory`` is in bytes; ``jobs`` are processes;
    ``work`` is the work folder, by default a hidden one beside the first output; ``part_size`` are the bytes that are judged
    as one task, by default as many as fit the inputs. With several jobs, ``run`` starts processes that may import the
    calling script: call it under ``if __name__ == "__main__":``."""

    inputs: Sequence[str]
    org: OrgProfile | None = None
    known: Sequence[str] = ()
    mapping: str | None = None
    format: str | None = None
    accepted: str | None = None
    rejected: str | None = None
    report: str | None = None
    jobs: int = 1
    memory: int = MEMORY
    engine: str = "local"
    resume: bool = False
    work: str | None = None
    strict: bool = False
    show_values: bool = False
    record_limit: int = RECORD_LIMIT
    part_size: int | None = None
    now: datetime | None = None

    def folder(self) -> Path:
        """The work folder: the same for the same order, so that a resumed run finds it."""
        if self.work is not None:
            return Path(self.work).absolute()
        outputs = [output for output in (self.accepted, self.rejected, self.report) if output]
        first = next((output for output in outputs if not remote.is_address(output)), None)
        if first is not None and not (Path(first).exists() and not Path(first).is_file()):
            return Path(first).absolute().parent / f".{Path(first).name[:100]}.bulk"
        matter = "\n".join([str(Path.cwd()), *self.inputs, *self.known, *outputs])
        digest = sha256(matter.encode("utf-8", "surrogateescape")).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"contract-kit-bulk-{os.getuid() if hasattr(os, 'getuid') else 0}-{digest}"

    def size_of_parts(self, inputs: Sequence[Input]) -> int:
        """Bytes of a part: what is asked for, or what fits the inputs."""
        return self.part_size or part_size(sum(one.size for one in inputs if one.splits))

    def check_outputs(self, inputs: Sequence[Input]) -> None:
        """Raise where an output cannot be written, or would overwrite an input or another output."""
        taken = {_place(one.name): "an input" for one in inputs}
        taken |= {_place(name): "a list of what is registered" for name in self.known}
        for output in (self.accepted, self.rejected, self.report):
            if output is None:
                continue
            if remote.is_address(output):
                if output in taken:
                    raise UsageError(f"{output} is {taken[output]} too", hint="Name another one")
                taken[output] = "another output"
                remote.reachable(output)
                continue
            path = Path(output)
            if path.is_dir():
                raise ContractKitError("cannot be written: it is a folder", hint="Name a file in it", source=output)
            if not path.absolute().parent.is_dir():
                message = "cannot be written: its folder does not exist"
                raise ContractKitError(message, hint=f"Make {path.parent} first", source=output)
            real = os.path.realpath(output)
            if real in taken and (not path.exists() or path.is_file()):
                raise UsageError(f"{output} is {taken[real]} too", hint="Name another file")
            taken[real] = "another output"


def _place(name: str) -> str:
    return name if remote.is_address(name) else os.path.realpath(name)


@contextmanager
def held(job: Job) -> Iterator[None]:
    """The work folder as this process's own: of two runs with the same one the second is refused, since each would take away
    what the other has laid there. The system lets go of it with the process, however that ends."""
    folder = job.folder()
    if folder.exists() and _entries(folder) and not Workplace(str(folder)).has(_MANIFEST):
        raise UsageError(f"{folder} is not a work folder of this command", hint="Name another one with --work")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / _LOCK).open("ab") as lock:
        if _locked(lock):
            hint = "Wait for it, or give this one other outputs or another --work"
            raise UsageError(f"another run is at work in {folder}", hint=hint)
        try:
            yield
        finally:
            if folder.exists() and not _entries(folder):
                shutil.rmtree(folder)


def _locked(lock: BinaryIO) -> bool:
    """Take a lock; whether another process has it. A system that knows none, or has none to give, says no."""
    try:
        import fcntl
    except ImportError:
        return False
    try:
        fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno in (errno.EACCES, errno.EAGAIN)
    return False


def _entries(folder: Path) -> list[Path]:
    return [entry for entry in folder.iterdir() if entry.name != _LOCK]


def begin(job: Job, inputs: Sequence[Input], fresh: Settings) -> tuple[Workplace, Settings]:
    """The work folder, which is ``held``, and the settings: those of the interrupted run where one is resumed. Raises
    ``UsageError`` where what was interrupted was another run."""
    folder = job.folder()
    work = Workplace(str(folder))
    manifest = _manifest(job, inputs, fresh)
    if job.resume and work.has(_MANIFEST):
        before = work.data(_MANIFEST)
        for name, value in manifest.items():
            if name != "now" and before.get(name) != value:
                raise UsageError(f"the interrupted run was another one: {name} differs", hint=_AGAIN)
        for place, one in enumerate(inputs):
            if one.once and not work.has(f"source{place}"):
                raise InputError("was not read to its end, and cannot be read again", hint=_AGAIN, source=called(one.name))
        return work, Settings(**{**_settings(fresh), "now": before["now"]})
    for entry in _entries(folder):
        if entry.is_dir():
            shutil.rmtree(entry)
        else:
            entry.unlink()
    work.put_data(_MANIFEST, manifest)
    return work, fresh


def end(work: Workplace) -> None:
    """Take the work folder away."""
    shutil.rmtree(work.folder, ignore_errors=True)


def leave(work: Workplace) -> None:
    """Take the work folder away where nothing in it is worth going on from."""
    if not any(Path(work.folder).glob("*.judged")):
        end(work)


def forget_law(work: Workplace) -> None:
    """Take away what an interrupted second pass left: it is done anew, perhaps within another memory."""
    for entry in Path(work.folder).iterdir():
        kind = entry.suffix
        law = kind in (".dealt", ".rejected") or entry.name.startswith(("shared", "law"))
        if law or entry.name.startswith("."):
            entry.unlink()


def _settings(settings: Settings) -> dict[str, Any]:
    return {name: getattr(settings, name) for name in ("org", "now", "strict", "show_values", "record_limit")}


def _stamp(name: str) -> tuple[int, int]:
    try:
        return stamp(name)
    except OSError as error:
        raise unreadable(name, error) from None


def _manifest(job: Job, inputs: Sequence[Input], settings: Settings) -> dict[str, Any]:
    mapping = Path(job.mapping).read_text(encoding="utf-8") if job.mapping is not None else ""
    known = [[name, *_stamp(name)] for name in job.known]
    return {
        "version": __version__,
        "inputs": [list(one) for one in inputs],
        "known": known,
        "mapping": mapping,
        "format": job.format,
        "part_size": job.size_of_parts(inputs),
        **_settings(settings),
    }
