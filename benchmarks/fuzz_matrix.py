"""The kill matrix: each defect of the reference server, met by the fuzzer and, beside it, by plain Schemathesis.

    python benchmarks/fuzz_matrix.py --resume FILE.json [--columns fuzzer,default,limited] [--defect NAME …]
    python benchmarks/fuzz_matrix.py --resume FILE.json --write

The first runs what FILE does not hold yet and writes FILE after each defect; the second writes ``docs/fuzz-matrix.md`` from
it. All three meet the same servers, in this process, with valid credentials, under the first org profile of the fuzzer's
self-test and, where nothing was found, under the second. ``default`` is Schemathesis as ``st run`` has it (all phases, 100
examples, each phase ends at its first failure); ``limited`` goes on after failures and is stopped after as many requests as
the fuzzer may send. A kill is a failure whose check, title, status and error code never came from the correct server in
eight runs with different seeds. Both get the document with the org's limits written in, which is the best there is.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import re
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from contract_kit.contract import Contract
from contract_kit.fuzz import selftest
from contract_kit.server.defects import ALL

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "fuzz-matrix.md"
TEMPLATE = Path(__file__).with_suffix(".md")
COLUMNS = ("fuzzer", "default", "limited")
BUDGET = 300
SEED = 1
REFERENCE_SEEDS = tuple(range(1, 9))
SECONDS = 20
PATIENCE = 1.0
Signature = tuple[str, str, int, str]


class Counted:
    """An ASGI application that counts its calls and remembers which case made which. A failure of the application is a
    500, as behind a real server, and one that hangs is a 504. ``spent`` is called when ``limit`` calls were made."""

    def __init__(self, app: Any, limit: int | None) -> None:
        self.app, self.limit = app, limit
        self.calls = 0
        self.at: dict[str, int] = {}
        self.until = time.monotonic() + SECONDS
        self.spent: Callable[[], None] = lambda: None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        self.calls += 1
        case = dict(scope["headers"]).get(b"x-schemathesis-testcaseid", b"").decode()
        self.at.setdefault(case, self.calls)
        if self.calls == self.limit or time.monotonic() > self.until:
            self.spent()
        sent: list[Any] = []

        async def keep(message: Any) -> None:
            sent.append(message)

        try:
            await asyncio.wait_for(self.app(scope, receive, keep), PATIENCE)
        except TimeoutError:
            sent = _failed(504)
        except Exception:
            sent = _failed(500)
        for message in sent or _failed(502):
            await send(message)


def _failed(status: int) -> list[Any]:
    return [
        {"type": "http.response.start", "status": status, "headers": [(b"content-type", b"text/plain")]},
        {"type": "http.response.body", "body": b"failed"},
    ]


def plain(contract: Contract, defects: tuple[str, ...], seed: int, column: str) -> dict[str, Any]:
    """One run of Schemathesis: requests, seconds, and the first request of each failure's signature."""
    import schemathesis
    from schemathesis.engine import from_schema

    from contract_kit.server import app

    user, _, password = selftest.PAIR.partition(":")
    config = schemathesis.Config.from_dict(
        {
            "seed": seed,
            "cache": {"enabled": False},
            "generation": {"database": "none"},
            "auth": {"basic": {"username": user, "password": password}},
            "continue-on-failure": column == "limited",
        }
    )
    with tempfile.TemporaryDirectory(prefix="contract-kit-") as folder:
        own = {**selftest.SETTINGS, "defects": defects, "db": str(Path(folder) / "customers.db")}
        if any(name.startswith("retry-after") for name in defects):
            own["rate_limit"] = "60/s"
        application = app(contract, **own)
        counted = Counted(application, BUDGET if column == "limited" else None)
        schema = schemathesis.openapi.from_dict(contract.effective_document(), config=config)
        schema.app = counted
        stream = from_schema(schema).execute()
        counted.spent = stream.stop
        started = time.monotonic()
        found: dict[Signature, int] = {}
        accepted = 0
        for event in stream:
            recorder = getattr(event, "recorder", None)
            if recorder is None:
                continue
            for interaction in recorder.interactions.values():
                accepted += interaction.response is not None and b'"createdId"' in interaction.response.content
            for case, checks in recorder.checks.items():
                for check in checks:
                    if check.failure_info is None:
                        continue
                    failure = check.failure_info.failure
                    title = _titled(failure)
                    signature = (check.name, title, *_answered(recorder, failure.case_id or case))
                    at = counted.at.get(failure.case_id or case, counted.calls)
                    found[signature] = min(at, found.get(signature, at))
        application.state.behaviour.store.close()
    return {
        "requests": counted.calls,
        "seconds": round(time.monotonic() - started, 1),
        "accepted": accepted,
        "found": [[*signature, at] for signature, at in found.items()],
    }


def _titled(failure: Any) -> str:
    """The failure's title; of an acceptance also what should not have been accepted, without the reason."""
    found = re.search(r"Invalid component: (.+?)(?: - |$)", failure.message or "", re.MULTILINE)
    return f"{failure.title}: {re.sub(r'[0-9]+', '*', found[1])}" if found else str(failure.title)


def _answered(recorder: Any, case: str) -> tuple[int, str]:
    interaction = recorder.interactions.get(case)
    response = interaction.response if interaction is not None else None
    if response is None:
        return 0, ""
    try:
        codes = [str(entry["code"]) for entry in json.loads(response.content)["errors"]]
    except (ValueError, KeyError, TypeError):
        codes = []
    return response.status_code, ",".join(codes)


def schemathesis_row(name: str, column: str, known: dict[str, list[Any]]) -> dict[str, Any]:
    """What plain Schemathesis makes of a defect."""
    row: dict[str, Any] = {}
    for contract in selftest.profiles():
        org = contract.org.name or ""
        run = plain(contract, (name,), SEED, column)
        usual = {tuple(signature) for signature in known[_key(column, org, name)]}
        kills = [one for one in run["found"] if tuple(one[:4]) not in usual]
        kills.sort(key=lambda one: one[4])
        row = {"org": org, "requests": run["requests"], "seconds": run["seconds"], "accepted": run["accepted"]}
        if kills:
            first = kills[0]
            return row | {"caught": True, "at": first[4], "by": first[:4], "all": len(kills)}
    return row | {"caught": False}


def fuzzer_row(name: str) -> dict[str, Any]:
    """What the fuzzer makes of a defect."""
    (row,) = selftest.matrix(BUDGET, [name])
    found = [{"code": one.code, "cause": one.cause, "severity": one.severity.value, "at": one.at} for one in row.findings]
    return {"org": row.org, "caught": row.caught, "at": row.requests, "findings": found}


def _key(column: str, org: str, name: str) -> str:
    return f"{column} {org}{' limited rate' if name.startswith('retry-after') else ''}"


def usual(column: str, state: dict[str, Any], save: Callable[[], None]) -> None:
    """The failures that the correct server shows."""
    for limited in (False, True):
        for contract in selftest.profiles():
            key = _key(column, contract.org.name or "", "retry-after" if limited else "")
            if key in state["reference"]:
                continue
            found: dict[Signature, None] = {}
            counts = []
            for seed in REFERENCE_SEEDS:
                run = plain(contract, (), seed, column)
                counts.append(run["requests"])
                found |= {tuple(one[:4]): None for one in run["found"]}
            state["reference"][key] = [list(one) for one in found]
            state["runs"][key] = counts
            save()


def run(options: argparse.Namespace, state: dict[str, Any], save: Callable[[], None]) -> None:
    """Run what is not there yet."""
    for column in options.columns.split(","):
        if column != "fuzzer":
            usual(column, state, save)
        for one in ALL:
            rows = state["rows"].setdefault(one.name, {})
            if column in rows or (options.defect and one.name not in options.defect):
                continue
            rows[column] = (
                fuzzer_row(one.name) if column == "fuzzer" else schemathesis_row(one.name, column, state["reference"])
            )
            save()
            print(column, one.name, rows[column].get("at") if rows[column]["caught"] else "-", flush=True)


def written(state: dict[str, Any]) -> str:
    """The page, from what was measured."""
    rows = [(one.name, one.area, state["rows"][one.name]) for one in ALL]
    caught = {column: [row[column]["at"] for *_, row in rows if row[column]["caught"]] for column in COLUMNS}
    usual_runs = [number for key, counts in state["runs"].items() if key.startswith("default") for number in counts]
    lines: list[str] = []
    area = ""
    for name, own, row in rows:
        if own != area:
            area = own
            lines += [
                "",
                f"## {area.capitalize()}",
                "",
                f"| defect | contract-kit | finding | as it comes | {BUDGET} requests |",
            ]
            lines += ["| --- | ---: | --- | --- | --- |"]
        ours = row["fuzzer"]
        said = "; ".join(_finding(one) for one in ours["findings"]) or "-"
        at = ours["at"] if ours["caught"] else "-"
        lines.append(f"| `{name}` | {at} | {said} | {_kill(row['default'])} | {_kill(row['limited'])} |")
    return TEMPLATE.read_text(encoding="utf-8").format(
        total=len(rows),
        date=state["date"],
        half=BUDGET // 2,
        budget=BUDGET,
        ours=len(caught["fuzzer"]),
        early=sum(at <= BUDGET // 2 for at in caught["fuzzer"]),
        default=len(caught["default"]),
        limited=len(caught["limited"]),
        single=sum(len(row["fuzzer"]["findings"]) == 1 for *_, row in rows),
        least=min(usual_runs),
        most=max(usual_runs),
        seeds=len(REFERENCE_SEEDS),
        tables="\n".join(lines).strip(),
    )


def _finding(one: dict[str, Any]) -> str:
    cause = one["cause"].replace("*", "\\*")
    return f"{one['code']}: {cause}" if cause else str(one["code"])


def _kill(row: dict[str, Any]) -> str:
    if not row["caught"]:
        return "-"
    _, title, status, codes = row["by"]
    return f"{row['at']}: {title}" + (f" ({status}{', ' + codes if codes else ''})" if status else "")


def main() -> int:
    """Run, or write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--resume", type=Path, required=True)
    parser.add_argument("--columns", default=",".join(COLUMNS))
    parser.add_argument("--defect", action="append", default=[])
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    logging.disable(logging.CRITICAL)
    state: dict[str, Any] = {"reference": {}, "runs": {}, "rows": {}}
    if options.resume.exists():
        state = json.loads(options.resume.read_text())
    if options.write:
        PAGE.write_text(written(state), encoding="utf-8")
        return 0

    def save() -> None:
        state["date"] = datetime.now(UTC).date().isoformat()
        options.resume.write_text(json.dumps(state, indent=1))

    run(options, state, save)
    return 0


if __name__ == "__main__":
    sys.exit(main())
