"""What a bulk run costs, as ratios of CPU time to the floor over the same file in the same run.

python benchmarks/bulk.py [FILE] [--records N] [--turns N] [--peers PYTHON]

The floor reads the file line by line with ``orjson.loads`` + ``jsonschema_rs.is_valid``: no rules, no org profile, no
duplicates, no explanations, no outputs. ``contract-kit bulk`` does all of that, and writes accepted, rejected and report.
``cp`` shows what of that the system takes to write a copy of the file.
Every contender is a process of its own; its start (the same over one record) is taken off. Slow peers get the first part
of the file only. Peers are looked for in the interpreter of ``--peers`` and, for ajv, in the folder ``AJV_PATH``.

Ratios of CPU time hold on a busy machine too, records/s only on a quiet one. So at last one job, two jobs, the floor and
two floors at the same time take turns, ``--turns`` times: how much more two floors do than one is what two jobs can do at
best there.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import NamedTuple

from bulk_input import records

from contract_kit import Contract

ROOT = Path(__file__).resolve().parent.parent
ORG = ROOT / "fixtures" / "org" / "demo-org.yaml"

FLOOR = """
import sys, json, orjson, jsonschema_rs
schema = json.load(open(sys.argv[1]))
valid = jsonschema_rs.Draft202012Validator(schema, validate_formats=True, offline=True).is_valid
loads = orjson.loads
good = 0
for line in open(sys.argv[2], "rb", buffering=1 << 20):
    good += valid(loads(line))
"""
PYTHON_JSONSCHEMA = """
import sys, json, jsonschema
schema = json.load(open(sys.argv[1]))
validator = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER)
for line in open(sys.argv[2], "rb"):
    list(validator.iter_errors(json.loads(line)))
"""
OPENAPI_CORE = """
import sys, json, warnings
warnings.simplefilter("ignore")
from openapi_core import OpenAPI
from openapi_core.testing import MockRequest
document = json.load(open(sys.argv[1]))
document.pop("security", None)
for path in document["paths"].values():
    for operation in path.values():
        isinstance(operation, dict) and operation.pop("security", None)
document["servers"] = [{"url": "http://api.example"}]
server, path = "http://api.example", next(iter(document["paths"]))
api = OpenAPI.from_dict(document)
for line in open(sys.argv[2], "rb"):
    request = MockRequest(server, "post", path, data=line, content_type="application/json")
    for error in api.iter_request_errors(request):
        pass
"""
AJV = """
const root = process.env.AJV_PATH + '/node_modules/';
const {default: Ajv} = await import(root + 'ajv/dist/2020.js');
const {default: formats} = await import(root + 'ajv-formats/dist/index.js');
const {readFileSync, createReadStream} = await import('node:fs');
const {createInterface} = await import('node:readline');
const ajv = new Ajv({strict: false, allErrors: true, logger: false});
formats(ajv);
const validate = ajv.compile(JSON.parse(readFileSync(process.argv[2])));
let good = 0;
for await (const line of createInterface({input: createReadStream(process.argv[3])})) good += validate(JSON.parse(line));
"""


class Contender(NamedTuple):
    """A peer: how it is called, its command for a file, and how many records it gets at most."""

    name: str
    command: Callable[[Path], list[str]]
    most: int | None = None


class Taken(NamedTuple):
    """Seconds of CPU, of all processes, and of the clock; and the most memory that one process held, in MB."""

    cpu: float
    wall: float
    memory: float


def measured(command: list[str], other: list[str] | None = None) -> Taken:
    """Run a command to its end, perhaps beside another one. Exit code 1 is a finding."""
    os.sync()  # what was written before is not to be taken to the disk meanwhile
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    beside = subprocess.Popen(other, stdout=subprocess.DEVNULL) if other is not None else None
    assert process.stderr is not None
    said = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    if beside is not None and beside.wait() != 0:
        raise SystemExit(f"{command[0]} … failed beside itself")
    wall = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stderr.close()
    if process.returncode not in (0, 1) or b"Traceback" in said or b"Error" in said:
        raise SystemExit(f"{command[0]} …: {said.decode()[-500:]}")
    return Taken(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024)


def contenders(folder: Path, peers: str | None, memory: str) -> Iterator[Contender]:
    """The floor first."""
    document = json.loads(json.dumps(Contract.bundled().document))
    schema = {"$ref": "#/components/schemas/CustomerRegistration", "components": document["components"]}
    (folder / "schema.json").write_text(json.dumps(schema))
    array = {"type": "array", "items": {"$ref": schema["$ref"]}, "components": document["components"]}
    (folder / "array.json").write_text(json.dumps(array))
    (folder / "api.json").write_text(json.dumps(document))
    names = (("floor", FLOOR), ("with_jsonschema", PYTHON_JSONSCHEMA), ("with_openapi", OPENAPI_CORE))
    for name, text in names:
        (folder / f"{name}.py").write_text(text)
    (folder / "ajv.mjs").write_text(AJV)
    schema_file = str(folder / "schema.json")
    yield Contender(
        "floor: orjson.loads + jsonschema_rs.is_valid",
        lambda file: [sys.executable, str(folder / "floor.py"), schema_file, str(file)],
    )
    yield Contender("cp: a copy of the file, nothing else", lambda file: ["cp", str(file), str(folder / "copy.out")])
    for jobs in (1, 2):
        name = f"contract-kit bulk, everything, --jobs {jobs}"
        yield Contender(name, lambda file, jobs=jobs: kit(folder, file, jobs, memory))
    if shutil.which("node") and os.environ.get("AJV_PATH"):
        yield Contender(
            "node: JSON.parse + ajv, schema only", lambda file: ["node", str(folder / "ajv.mjs"), schema_file, str(file)]
        )
    if peers is None:
        return
    yield Contender(
        "python-jsonschema iter_errors, schema only",
        lambda file: [peers, str(folder / "with_jsonschema.py"), schema_file, str(file)],
        3000,
    )
    yield Contender(
        "openapi-core, the request's body, schema only",
        lambda file: [peers, str(folder / "with_openapi.py"), str(folder / "api.json"), str(file)],
        1000,
    )
    yield Contender(
        "check-jsonschema over one array, schema only",
        lambda file: [
            str(Path(peers).with_name("check-jsonschema")),
            "--schemafile",
            str(folder / "array.json"),
            str(as_array(file)),
        ],
        3000,
    )


def kit(folder: Path, file: Path, jobs: int, memory: str) -> list[str]:
    """The whole of a bulk run."""
    command = [sys.executable, "-m", "contract_kit", "bulk", str(file), "--org", str(ORG), "--jobs", str(jobs)]
    command += ["--memory", memory]
    for output in ("accepted", "rejected", "report"):
        target = folder / f"{output}.out"
        target.unlink(missing_ok=True)  # or the system would have to free the old one meanwhile
        command += [f"--{output}", str(target)]
    return command


def as_array(file: Path) -> Path:
    """The records as one JSON array."""
    target = file.with_suffix(".json")
    target.write_text("[" + ",".join(file.read_text().splitlines()) + "]")
    return target


def head(file: Path, folder: Path, count: int) -> Path:
    """The first records of a file."""
    target = folder / f"first{count}.ndjson"
    with file.open("rb") as stream:
        target.write_bytes(b"".join(islice(stream, count)))
    return target


def turns(folder: Path, file: Path, memory: str, count: int) -> str:
    """How much faster two jobs are than one, and two floors at once than one after the other."""
    floor = next(contenders(folder, None, memory)).command(file)
    jobs, floors = [], []
    for _ in range(count):
        one, two = (measured(kit(folder, file, number, memory)).wall for number in (1, 2))
        jobs.append(one / two)
        floors.append(2 * measured(floor).wall / measured(floor, floor).wall)
    return f"Two jobs are {spread(jobs)} times as fast as one; two floors at once {spread(floors)} times."


def spread(values: list[float]) -> str:
    """The median, and the least and the most."""
    return f"{median(values):.2f} ({min(values):.2f} to {max(values):.2f})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path, nargs="?")
    parser.add_argument("--records", type=int, default=200_000, help="how many to make where no file is named")
    parser.add_argument("--memory", default="2GB", help="what comparing may take (default: 2GB)")
    parser.add_argument("--turns", type=int, default=5, help="how often one job and two take turns (default: 5)")
    parser.add_argument("--peers", help="an interpreter that has the peers installed")
    options = parser.parse_args()
    with TemporaryDirectory() as name:
        folder = Path(name)
        file = options.file
        if file is None:
            file = folder / "members.ndjson"
            with file.open("wb") as stream:
                stream.writelines(records(options.records, 0.05, 0.01))
        with file.open("rb") as stream:
            count = sum(1 for _ in stream)
        print(f"{count:,} records, {file.stat().st_size / count:.0f} bytes each, {os.cpu_count()} processors\n")
        print(f"| {'what':<48} | {'records':>9} | {'µs CPU':>8} | {'× floor':>8} | {'records/s':>9} | {'MB':>5} |")
        print(f"|{'-' * 50}|{'-' * 10}:|{'-' * 9}:|{'-' * 9}:|{'-' * 10}:|{'-' * 6}:|")
        floor = None
        for contender in contenders(folder, options.peers, options.memory):
            number = min(count, contender.most or count)
            taken = measured(contender.command(file if number == count else head(file, folder, number)))
            start = measured(contender.command(head(file, folder, 1)))
            each = 1e6 * (taken.cpu - start.cpu) / number
            floor = floor or each
            rate = number / taken.wall
            figures = f"{number:>9,} | {each:8.2f} | {each / floor:8.2f} | {rate:>9,.0f} | {taken.memory:>5.0f}"
            print(f"| {contender.name:<48} | {figures} |", flush=True)
        if options.turns:
            print("\n" + turns(folder, file, options.memory, options.turns))


if __name__ == "__main__":
    main()
