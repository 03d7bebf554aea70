"""The oracle of bulk validation: each record judged by itself, then one pass of the ledger over all; and small records."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from contract_kit import Contract, OrgProfile, jsontext
from contract_kit.bulk import Job, Outcome, run
from contract_kit.errors import InputError
from contract_kit.examples import NOW, ORG
from contract_kit.exchange import MISSING
from contract_kit.findings import Severity
from contract_kit.judge.layout import read
from contract_kit.judge.prediction import predict, source_accounts
from contract_kit.ledger import Identity, Ledger, Relation, SourceAccount
from contract_kit.outcome import Verdict

EXAMPLE = OrgProfile.from_mapping(ORG)


def bodies() -> ModuleType:
    """What the laws of the judge draw from: ``tests/judge/bodies.py``."""
    path = Path(__file__).resolve().parent.parent / "judge" / "bodies.py"
    spec = importlib.util.spec_from_file_location("bodies_for_bulk", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def record(*identifiers: str, source: str = "INSTORE", account: str | None = None, **more: Any) -> dict[str, Any]:
    """A registration of one profile, with identifiers such as ``mobile 9198…``."""
    items = [dict(zip(("type", "value"), one.split(" ", 1), strict=True)) for one in identifiers]
    profile = {"source": source, "identifiers": items}
    if account is not None:
        profile["accountId"] = account
    return {"profiles": [profile], **more}


def ndjson(records: list[Any]) -> bytes:
    return b"".join(json.dumps(one).encode() + b"\n" for one in records)


class Expected(NamedTuple):
    """What the oracle says: the accepted bytes; of each rejected record its line and the codes of its findings; and how
    many records are linked, in conflict, and of which it is open how an e-mail compares."""

    accepted: bytes
    rejected: list[tuple[int, list[tuple[str, str, str, str, str]]]]
    linked: int
    conflict: int
    disputed: int


def expected(data: bytes, contract: Contract, known: list[tuple[str, str, str, str, int]] = ()) -> Expected:  # type: ignore[assignment]
    """The naive answer, with all in memory."""
    ledger = Ledger()
    for source, account, type_, value, customer in known:
        accounts = (SourceAccount(source, account, (Identity(type_, value),)),)
        if ledger.judge(accounts).relation is not Relation.DUPLICATE:
            ledger.record(accounts, customer)
    accepted, rejected = b"", []
    linked = conflict = disputed = 0
    for number, line in enumerate(data.split(b"\n"), 1):
        text = line.rstrip(b"\r")
        if not text.strip():
            continue
        document = jsontext.parse(text)
        try:
            result = contract.judge(document)
        except InputError as error:
            rejected.append((number, [("record-unreadable", "error", "", error.message, error.hint or "")]))
            continue
        worst = any(finding.severity is Severity.ERROR for finding in result.findings)
        if document.value is MISSING or result.outcome.verdict is Verdict.REFUSED or worst:
            rejected.append((number, [_said(finding) for finding in result.findings]))
            continue
        request = read(document.value, "request")[0].request
        accounts = source_accounts(request.body, request.query, contract.org)
        outcome = predict(request, (), contract.org, ledger)
        if outcome.verdict is Verdict.REFUSED:
            rejected.append((number, [("duplicate", "error", "", "", "")]))
            continue
        standing = ledger.judge(accounts)
        if outcome.verdict is Verdict.UNKNOWN:
            disputed += 1
        else:
            linked += 8050 in outcome.warning_codes
            conflict += 8052 in outcome.warning_codes
        if standing.relation not in (Relation.DUPLICATE, Relation.REPEATED):
            ledger.record(accounts, number if standing.customer_id is None else standing.customer_id)
        accepted += line + b"\n"
    return Expected(accepted, rejected, linked, conflict, disputed)


def _said(finding: Any) -> tuple[str, str, str, str, str]:
    from contract_kit.findings import escape_pointer

    return finding.code, finding.severity.value, escape_pointer(finding.pointer), finding.message, finding.hint


class Came(NamedTuple):
    """What a run came to."""

    accepted: bytes
    rejected: list[dict[str, Any]]
    outcome: Outcome


def came(folder: Path, *inputs: Path, **more: Any) -> Came:
    """Run a job in a folder, and read its outputs."""
    ok, no = folder / "ok.out", folder / "no.out"
    settings: dict[str, Any] = {"org": EXAMPLE, "now": NOW, **more}
    outcome = run(Job([str(one) for one in inputs], accepted=str(ok), rejected=str(no), **settings))
    left = [entry.name for entry in folder.iterdir() if entry.name.startswith(".")]
    assert left == [], "nothing of the run's own stays"
    return Came(ok.read_bytes(), [json.loads(line) for line in no.read_bytes().splitlines()], outcome)


def agree(found: Came, oracle: Expected) -> None:
    """Hold a run against the oracle."""
    assert found.accepted == oracle.accepted
    assert [one["line"] for one in found.rejected] == [line for line, _ in oracle.rejected]
    for one, (_, said) in zip(found.rejected, oracle.rejected, strict=True):
        if said[0][0] == "duplicate":
            assert {finding["code"] for finding in one["findings"]} == {"duplicate"}
            assert one["api_codes"] == [8006]
        elif said[0][0] == "record-unreadable":
            assert [finding["code"] for finding in one["findings"]] == ["record-unreadable"]
        else:
            members = ("code", "severity", "pointer", "message", "hint")
            assert sorted(tuple(finding[name] for name in members) for finding in one["findings"]) == sorted(said)
    counts, causes = found.outcome.tally.counts, found.outcome.tally.causes
    assert counts.get("rejected", 0) == len(oracle.rejected)
    assert counts.get("accepted", 0) == oracle.accepted.count(b"\n")
    assert counts.get("records", 0) == counts.get("accepted", 0) + counts.get("rejected", 0)
    assert _records(causes, "linked") == oracle.linked
    assert _records(causes, "conflict") == oracle.conflict
    assert _records(causes, "email-comparison-open") == oracle.disputed


def _records(causes: dict[str, dict[str, Any]], code: str) -> int:
    return sum(entry["records"] for cause, entry in causes.items() if cause.split(" ")[0] == code)
