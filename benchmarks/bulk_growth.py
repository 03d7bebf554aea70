"""How cost grows with the number of records: ``python benchmarks/bulk_growth.py 1000000 2000000 5000000 10000000``.

Makes one file of the greatest number (some 670 bytes a record) and runs ``contract-kit bulk`` over its first so many, with
org profile, duplicates, explanations and all outputs. Prints seconds of CPU of all processes, the most memory that the first
process and the greatest of its workers held, and the most that lay in the work folder. It reads ``/proc``. ``--file`` takes
a file that is there already; there must be room for the file, its longest beginning and the outputs.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from bulk_input import records

ROOT = Path(__file__).resolve().parent.parent
ORG = ROOT / "fixtures" / "org" / "demo-org.yaml"
_TICKS = os.sysconf("SC_CLK_TCK")


class Process(NamedTuple):
    """Seconds of CPU so far, and the most memory held so far, in MB."""

    cpu: float
    memory: int


class Taken(NamedTuple):
    """What a run took. ``longest`` is the CPU of the first process and of its busiest worker: what it takes at least where
    every process has a core of its own."""

    cpu: float
    longest: float
    wall: float
    first: int
    worker: int
    disk: int


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("counts", type=int, nargs="+")
    parser.add_argument("--file", type=Path, help="NDJSON with at least so many records")
    parser.add_argument("--jobs", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--memory", default="200MB")
    options = parser.parse_args()
    with TemporaryDirectory(dir=options.file.parent if options.file else None) as name:
        folder = Path(name)
        file = options.file or folder / "members.ndjson"
        if options.file is None:
            with file.open("wb", buffering=1 << 20) as stream:
                stream.writelines(records(max(options.counts), 0.05, 0.01))
        print("| records | jobs | s CPU | µs/record | s, longest | s, clock | MB, first | MB, worker | MB, work folder |")
        print(f"|{' ---: |' * 9}")
        for count in sorted(options.counts):
            head = folder / "head.ndjson"
            with file.open("rb", buffering=1 << 20) as source, head.open("wb", buffering=1 << 20) as target:
                target.writelines(islice(source, count))
            for jobs in options.jobs:
                taken = measured(head, folder / "out", jobs, options.memory)
                each = 1e6 * taken.cpu / count
                print(
                    f"| {count:,} | {jobs} | {taken.cpu:.1f} | {each:.2f} | {taken.longest:.1f} | {taken.wall:.0f} "
                    f"| {taken.first} | {taken.worker or ''} | {taken.disk} |",
                    flush=True,
                )


def measured(file: Path, out: Path, jobs: int, memory: str) -> Taken:
    """Run it once over a file."""
    out.mkdir()
    work = out / "work"
    command = [sys.executable, "-m", "contract_kit", "bulk", str(file), "--org", str(ORG), "--jobs", str(jobs)]
    command += ["--memory", memory, "--work", str(work), "--accepted", str(out / "good"), "--rejected", str(out / "bad")]
    started = time.perf_counter()
    run = subprocess.Popen(
        [*command, "--report", str(out / "report.json")], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    seen: dict[int, Process] = {}
    disk = 0
    while run.poll() is None:
        for pid, one in family(run.pid).items():
            before = seen.get(pid, Process(0.0, 0))
            seen[pid] = Process(max(before.cpu, one.cpu), max(before.memory, one.memory))  # one that ends says nothing more
        disk = max(disk, lies_in(work))
        time.sleep(0.1)
    wall = time.perf_counter() - started
    if run.returncode not in (0, 1):
        raise SystemExit(f"the run ended with {run.returncode}")
    for entry in out.iterdir():
        entry.unlink()
    out.rmdir()
    first = seen.pop(run.pid)
    busiest = max((one.cpu for one in seen.values()), default=0.0)
    most = max((one.memory for one in seen.values()), default=0)
    total = first.cpu + sum(one.cpu for one in seen.values())
    return Taken(total, first.cpu + busiest, wall, first.memory, most, disk >> 20)


def family(pid: int) -> dict[int, Process]:
    """A process and its children."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                words = (entry / "stat").read_text().rpartition(")")[2].split()
                status = (entry / "status").read_text()
            except OSError:
                continue
            if pid in (int(entry.name), int(words[1])):
                most = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")]
                cpu = (int(words[11]) + int(words[12])) / _TICKS
                found[int(entry.name)] = Process(cpu, int(most[0]) >> 10 if most else 0)
    return found


def lies_in(folder: Path) -> int:
    """Bytes of the files in a folder."""
    size = 0
    try:
        for entry in os.scandir(folder):
            size += entry.stat().st_size
    except OSError:
        return size
    return size


if __name__ == "__main__":
    main()
