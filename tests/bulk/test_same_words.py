"""``contract-kit bulk FILE`` and ``contract-kit validate FILE``, as processes: of each line they say the same."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

from contract_kit.examples import ORG
from contract_kit.exchange import MISSING, Request
from contract_kit.planting import planted
from contract_kit.rules import ALL

BROKEN = (
    b'{"profiles": [', b'{"profiles": [{"source": "INSTORE"]}', b'{"profiles": []', b"{'profiles': []}", b'{"a": 01}',
    b'{"profiles": [] "b": 1}', b'{"profiles": []}}', b"[1 2]", b"[]", b"null", b"nonsense", b'{"profiles": "\xff"}',
    b"\xef\xbb\xbf{}", b'{"profiles": [\xc3\xa9]}', b'{"a": 1, "a": 2}', b'{"body": ', b'{"body": {"profiles": [}}',
    b'{"a": "\\x"}', b'{"a": "\t"}',
)  # fmt: skip

UNREAD = ("json-too-deep", "json-number-too-long")
"""Warnings after which nobody knows what a record says: bulk validation rejects it."""


def lines() -> list[bytes]:
    """A file's lines: broken texts, and the examples of all rules on requests, bodies alone and with headers and query."""
    found = list(BROKEN)
    for rule in ALL:
        for example in (*rule.bad, *rule.good):
            subject = planted(rule, example)
            if isinstance(subject, str | bytes):
                text = subject.encode() if isinstance(subject, str) else subject
                found += [text] if text.strip() and b"\n" not in text else []
            elif isinstance(subject, Request) and subject.body is not MISSING:
                found += [_line(subject.body)] if isinstance(subject.body, dict) else []
                found.append(_line({"headers": subject.headers, "query": subject.query, "body": subject.body}))
    return found


def _line(data: dict[str, Any]) -> bytes:
    return json.dumps({name: value for name, value in data.items() if value is not None}).encode()


def kit(folder: Path, *arguments: str) -> str:
    ran = subprocess.run(
        [sys.executable, "-m", "contract_kit", *arguments], cwd=folder, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 1, ran.stderr
    assert ran.stderr == ""
    return ran.stdout


def said(finding: dict[str, Any]) -> tuple[str, ...]:
    return tuple(str(finding.get(name)) for name in ("code", "severity", "api_code", "message", "hint", "pointer"))


def test_of_each_line_both_commands_say_the_same(tmp_path: Path) -> None:
    listed = lines()
    assert len(listed) > 300
    (tmp_path / "in.ndjson").write_bytes(b"\n".join(listed) + b"\n")
    (tmp_path / "org.yaml").write_text(yaml.safe_dump(ORG))
    report = json.loads(kit(tmp_path, "validate", "in.ndjson", "--org", "org.yaml", "--format", "json"))
    kit(tmp_path, "bulk", "in.ndjson", "--org", "org.yaml", "--rejected", "no.ndjson", "--jobs", "2")
    rejected = [json.loads(line) for line in (tmp_path / "no.ndjson").read_text().splitlines()]
    wanted: dict[int, list[dict[str, Any]]] = {}
    for finding in report["findings"]:
        wanted.setdefault(finding["index"], []).append(finding)
    outcomes = [one["outcome"] for one in report["inputs"]]
    assert len(outcomes) == len(listed)
    seen = set()
    for one in rejected:
        if one["findings"] and one["findings"][0]["code"] == "duplicate":
            continue
        place = one["line"] - 1
        seen.add(place)
        assert one["outcome"] == outcomes[place]
        # In bulk no look is taken at where values stand in a line, which also puts findings into reading order.
        assert sorted(map(said, one["findings"])) == sorted(map(said, wanted[place])), listed[place]
        columns = {said(finding): finding.get("column") for finding in wanted[place]}
        for finding in one["findings"]:
            assert finding.get("column", columns[said(finding)]) == columns[said(finding)], listed[place]
    errors = {place for place, found in wanted.items() if any(finding["severity"] == "error" for finding in found)}
    refused = {place for place, outcome in enumerate(outcomes) if outcome == "refused"}
    unread = {place for place, found in wanted.items() if any(finding["code"] in UNREAD for finding in found)}
    assert seen == errors | refused | unread
