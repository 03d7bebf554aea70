"""Judged requests a second over loopback, beside Schemathesis against the same server in the same run.

    python benchmarks/fuzz_speed.py [--requests 1500] [--rounds 3]

The server is the kit's own, in a process of its own. Both fuzzers run in this process with one worker and without a rate
limit; figures are requests by wall clock and by this process's own CPU time, the best of some rounds, which alternate. The
fuzzer runs its plan and its conversations (``schemathesis=False``), and once more with what it has Schemathesis generate;
Schemathesis runs its coverage phase with its default checks, whose generating is cheap, and its fuzzing phase, whose is not.
"""

from __future__ import annotations

import argparse
import logging
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

from contract_kit import Contract
from contract_kit.fuzz import fuzz, selftest


def served() -> tuple[subprocess.Popen[str], str]:
    """A server in a process of its own, and its address."""
    who = selftest.TESTERS
    command = [sys.executable, "-m", "contract_kit", "serve", "--port", "0", "--basic", str(who.basic)]
    command += ["--token", str(who.token), "--read-only", str(who.read_only), "--expired-token", str(who.expired)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert process.stdout is not None
    line = process.stdout.readline()
    return process, line.split()[-1]


def ours(url: str, requests: int, with_schemathesis: bool) -> int:
    """A run of the fuzzer; how many requests it sent."""
    report = fuzz(
        url, credentials=selftest.TESTERS, max_requests=requests, schemathesis=with_schemathesis,
        suites=("examples", "protocol", "rules", "state", "robustness", "schema"),
    )  # fmt: skip
    assert not report.findings, [finding.message for finding in report.findings]
    return report.requests


def theirs(url: str, requests: int, phase: str) -> int:
    """A run of one phase of Schemathesis with its default checks; how many requests it sent."""
    import schemathesis
    from schemathesis.engine import events, from_schema

    user, _, password = selftest.PAIR.partition(":")
    phases = {name: {"enabled": name == phase} for name in ("examples", "coverage", "fuzzing", "stateful")}
    config = schemathesis.Config.from_dict(
        {
            "seed": 1,
            "continue-on-failure": True,
            "cache": {"enabled": False},
            "generation": {"database": "none", "max-examples": requests, "no-shrink": True},
            "auth": {"basic": {"username": user, "password": password}},
            "phases": phases,
        }
    )
    schema = schemathesis.openapi.from_dict(Contract.bundled().effective_document(), config=config)
    schema.config.update(base_url=url)
    sent = 0
    for event in from_schema(schema).execute():
        if isinstance(event, events.ScenarioFinished):
            sent += len(event.recorder.interactions)
    return sent


def measured(run: Callable[[], int]) -> tuple[int, float, float]:
    """Requests, seconds, and seconds of CPU."""
    wall, cpu = time.perf_counter(), time.process_time()
    sent = run()
    return sent, time.perf_counter() - wall, time.process_time() - cpu


def main() -> int:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, default=1500)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    logging.disable(logging.CRITICAL)
    process, url = served()
    kinds: dict[str, Callable[[], int]] = {
        "contract-kit fuzz, 300 requests": lambda: ours(url, 300, False),
        f"contract-kit fuzz, {options.requests:,} requests": lambda: ours(url, options.requests, False),
        f"contract-kit fuzz with Schemathesis, {options.requests:,} requests": lambda: ours(url, options.requests, True),
        "Schemathesis, coverage phase": lambda: theirs(url, options.requests, "coverage"),
        "Schemathesis, fuzzing phase, 100 examples": lambda: theirs(url, 100, "fuzzing"),
    }
    best: dict[str, tuple[int, float, float]] = {}
    try:
        theirs(url, 1, "examples")  # imports
        for _ in range(options.rounds):
            for name, run in kinds.items():
                sent, wall, cpu = measured(run)
                if name not in best or sent / wall > best[name][0] / best[name][1]:
                    best[name] = (sent, wall, cpu)
    finally:
        process.terminate()
        process.wait()
    base: Any = best["Schemathesis, coverage phase"]
    print("| what | requests | a second | a second of its own CPU | times Schemathesis' coverage phase |")
    print("| --- | ---: | ---: | ---: | ---: |")
    for name, (sent, wall, cpu) in best.items():
        ratio = (sent / wall) / (base[0] / base[1])
        print(f"| {name} | {sent:,} | {sent / wall:,.0f} | {sent / cpu:,.0f} | {ratio:.1f} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
