"""What comparing costs: ``python benchmarks/bulk_keys.py 5000000 --memory 50``.

Lays down the hashes of so many identifiers, one in a thousand twice, as sorted runs of 100,000, and finds those that several
records share within a budget in MB, as a bulk run does. Prints seconds of CPU and the most memory that the process held.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from contract_kit.bulk.candidates import FindShared, find_shared, lay_involved, lay_runs, slice_count
from contract_kit.bulk.workplace import Workplace, part_name

RUN = 100_000


def lay_down(folder: Path, count: int) -> None:
    """Write the runs."""
    rng = np.random.default_rng(1)
    earlier = np.empty(0, np.uint64)
    for number in range(count // RUN):
        hashes = rng.integers(0, 2**64, RUN, dtype=np.uint64)
        if len(earlier):
            hashes[: RUN // 1000] = earlier[: RUN // 1000]
        earlier = hashes.copy()
        hashes.sort()
        offsets = np.arange(RUN, dtype=np.uint64) * np.uint64(300)
        (folder / part_name(number, "keys")).write_bytes(hashes.tobytes() + offsets.tobytes())


def find(folder: Path, memory: int) -> None:
    """Find what is shared, in a process that does nothing else."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    started = time.process_time()
    work = Workplace(str(folder))
    runs = [(int(path.stem), RUN) for path in sorted(folder.iterdir())]
    lay_runs(work, runs)
    count = slice_count(len(runs) * RUN, memory)
    for index in range(count):
        find_shared(FindShared(work.folder, index, count))
    shared = lay_involved(work, range(count), np.empty(0, np.uint64))
    taken, most = time.process_time() - started, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    figures = f"{taken:.2f} s CPU, {most:.0f} MB ({before:.0f} at start)"
    print(f"{len(runs) * RUN:,} identifiers, {len(shared):,} records share one: {figures}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("count", type=int)
    parser.add_argument("--memory", type=int, default=50, help="MB (default: 50)")
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.folder is not None:
        find(options.folder, options.memory * 1_000_000)
        return
    with TemporaryDirectory() as name:
        lay_down(Path(name), options.count)
        command = [sys.executable, __file__, str(options.count), "--memory", str(options.memory), "--folder", name]
        subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
