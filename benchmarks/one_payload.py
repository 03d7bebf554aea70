"""What one payload costs, as ratios of CPU time to the floor ``orjson.loads`` + ``jsonschema_rs.is_valid``.

python benchmarks/one_payload.py [--rounds N]
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import jsonschema_rs
import orjson

from contract_kit import Contract

ROOT = Path(__file__).resolve().parent.parent
FIXTURES = ROOT / "fixtures" / "requests"
AJV = """
const root = process.env.AJV_PATH + '/node_modules/';
const {default: Ajv} = await import(root + 'ajv/dist/2020.js');
const {default: formats} = await import(root + 'ajv-formats/dist/index.js');
let input = '';
for await (const part of process.stdin) input += part;
const [schema, text, rounds] = JSON.parse(input);
const ajv = new Ajv({strict: false, allErrors: true});
formats(ajv);
const validate = ajv.compile(schema);
const times = [];
for (let i = 0; i < rounds * 20; i++) {
  const start = process.cpuUsage();
  for (let j = 0; j < 500; j++) validate(JSON.parse(text));
  const used = process.cpuUsage(start);
  times.push((used.user + used.system) / 500);
}
times.sort((a, b) => a - b);
console.log(times[times.length >> 1]);
"""


def cost(work: Callable[[], Any], rounds: int, batch: int) -> float:
    """Median CPU time of one call, in microseconds."""
    taken = []
    for _ in range(rounds):
        start = time.process_time_ns()
        for _ in range(batch):
            work()
        taken.append((time.process_time_ns() - start) / batch / 1000)
    return median(taken)


def peers(schema: dict[str, Any], document: dict[str, Any], data: bytes) -> dict[str, tuple[Callable[[], Any], int]]:
    """Name -> what to call, and how often in a batch."""
    found: dict[str, tuple[Callable[[], Any], int]] = {}
    import jsonschema

    oracle = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER)
    found["json.loads + python-jsonschema iter_errors"] = (lambda: list(oracle.iter_errors(json.loads(data))), 5)
    try:
        import fastjsonschema
    except ImportError:
        pass
    else:
        # It cannot compile a "const" of the empty string; an "enum" of it means the same.
        draft7 = json.loads(json.dumps(schema).replace('"const": ""', '"enum": [""]'))
        fast = fastjsonschema.compile(draft7, detailed_exceptions=False)

        def fastest() -> None:
            with suppress(fastjsonschema.JsonSchemaException):
                fast(json.loads(data))

        found["json.loads + fastjsonschema (first error only)"] = (fastest, 50)
    try:
        from openapi_core import OpenAPI
        from openapi_core.testing import MockRequest
    except ImportError:
        pass
    else:
        api = OpenAPI.from_dict(document)
        request = MockRequest(
            "https://eucrm.cc.capillarytech.com", "post", "/v2/customers", data=data, content_type="application/json",
            headers={"Authorization": "Basic dGlsbDpzZWNyZXQ="},
        )  # fmt: skip
        found["openapi-core iter_request_errors"] = (lambda: list(api.iter_request_errors(request)), 2)
    return found


def ajv(schema: dict[str, Any], text: str, rounds: int) -> float | None:
    if not (shutil.which("node") and os.environ.get("AJV_PATH")):
        return None
    done = subprocess.run(
        ["node", "--input-type=module", "-e", AJV], input=json.dumps([schema, text, rounds]), text=True,
        capture_output=True, check=False,
    )  # fmt: skip
    if done.returncode:
        print("ajv:", done.stderr.strip().splitlines()[-1], file=sys.stderr)
        return None
    return float(done.stdout)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    contract = Contract.bundled().for_org(ROOT / "fixtures" / "org" / "demo-org.yaml")
    document = json.loads(json.dumps(contract.document))
    schema = {"$ref": "#/components/schemas/CustomerRegistration", "components": document["components"]}
    engine = jsonschema_rs.Draft202012Validator(schema, validate_formats=True, offline=True)
    for name in ("good/clean.json", "bad/no-source.json", "bad/flag-and-dates.json"):
        text = json.dumps(json.loads((FIXTURES / name).read_text()), separators=(",", ":"))
        data = text.encode()
        floor = cost(lambda d=data: engine.is_valid(orjson.loads(d)), rounds, 2000)
        findings = len(list(contract.iter_findings(data)))
        print(f"\n{name}: {len(data)} bytes, {findings} findings; floor {floor:.2f} µs CPU\n")
        rows = [("floor: orjson.loads + jsonschema_rs.is_valid", floor)]
        rows.append(
            ("contract-kit, all rules, org profile: check(bytes)", cost(lambda d=data: contract.check(d), rounds, 300))
        )
        if not findings:
            rows.append(("contract-kit: is_clean(bytes)", cost(lambda d=data: contract.is_clean(d), rounds, 1000)))
        for peer, (work, batch) in peers(schema, document, data).items():
            rows.append((peer, cost(work, max(3, rounds // 3), batch)))
        in_node = ajv(schema, text, rounds)
        if in_node is not None:
            rows.append(("node: JSON.parse + ajv, schema only", in_node))
        print(f"| {'what':<52} | {'µs CPU':>9} | {'× floor':>8} |\n|{'-' * 54}|{'-' * 10}:|{'-' * 9}:|")
        for label, taken in rows:
            print(f"| {label:<52} | {taken:9.1f} | {taken / floor:8.1f} |")
        if findings:
            times = []
            for _ in range(2000):
                start = time.process_time_ns()
                contract.check(data)
                times.append((time.process_time_ns() - start) / 1e6)
            slowest = quantiles(times, n=100)[98]
            print(f"\nwith lines and columns: median {median(times):.3f} ms, 99th percentile {slowest:.3f} ms")


if __name__ == "__main__":
    main()
