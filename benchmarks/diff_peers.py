"""``contract-kit diff`` beside Optic on the planted changes of tests/diff/changes: who calls what breaking.

    npm install @useoptic/optic@1.0.9   # with {"overrides": {"ajv": "8.12.0"}} in its package.json, else it does not start
    python benchmarks/diff_peers.py --optic FOLDER/node_modules/.bin/optic [--only NAME …]

Optic asks whether a change breaks those who call the API, so its verdict stands beside ours for senders. Changes of what
only this project's documents have (keywords that begin with ``x-``, facts, org profiles, rules) are left out. Prints a table
of all that is judged otherwise, and the counts.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import yaml

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
from tests.diff.planted import FILES, planted  # noqa: E402

_RULE = re.compile(r"x \[([^\]]+)\]")
_OWN = re.compile(r"/x-|/facts\b|^/x-")


class Row(NamedTuple):
    """One change: ours is the worst verdict for senders; ``theirs`` are the checks of Optic that fail, ``None`` where it
    could not read the documents."""

    name: str
    about: str
    ours: str
    theirs: tuple[str, ...] | None


def standard(path: Path) -> bool:
    """Whether a change is one of OpenAPI itself."""
    entry = yaml.safe_load(path.read_text(encoding="utf-8"))
    steps = [*entry.get("document", ()), *entry.get("before", ())]
    return "document" in entry and not any(_OWN.search(step["path"]) for step in steps)


def compared(path: Path, optic: str) -> Row:
    """Both verdicts on one change."""
    change = planted(path)
    rank = ("safe", "risky", "breaking")
    ours = max((one["senders"] for one in change.expected), key=rank.index, default="safe")
    with tempfile.TemporaryDirectory(prefix="contract-kit-") as folder:
        for name, side in (("old", change.old), ("new", change.new)):
            document = side.get("document", side) if isinstance(side, dict) else side
            (Path(folder) / f"{name}.json").write_text(json.dumps(document), encoding="utf-8")
        command = [optic, "diff", "old.json", "new.json", "--check"]
        done = subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", timeout=120)
    said = done.stdout + done.stderr
    read = "Operations:" in said
    theirs = tuple(dict.fromkeys(_RULE.findall(said))) if read else None
    return Row(path.stem, change.about, ours, theirs)


def main() -> int:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--optic", required=True)
    parser.add_argument("--only", action="append", default=[])
    options = parser.parse_args()
    files = [path for path in FILES if standard(path) and (not options.only or path.stem in options.only)]
    with ThreadPoolExecutor(2) as pool:
        rows = list(pool.map(lambda path: compared(path, options.optic), files))
    read = [row for row in rows if row.theirs is not None]
    other = [row for row in read if (row.ours == "breaking") != bool(row.theirs)]
    print(f"{len(rows)} changes of OpenAPI itself; Optic read {len(read)}, and agrees on {len(read) - len(other)}\n")
    print("| change | here, for senders | Optic |\n| --- | --- | --- |")
    for row in other:
        print(f"| {row.about} (`{row.name}`) | {row.ours} | {', '.join(row.theirs or ()) or 'not breaking'} |")
    for row in rows:
        if row.theirs is None:
            print(f"not read: {row.name}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
