"""Pages of all three kinds, made of planted inputs."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from contract_kit import Contract, fuzz
from contract_kit.findings import Severity
from contract_kit.jsontext import parse
from contract_kit.reporters import Options, html
from contract_kit.reporters.html.samples import Samples

ATTACK = '</title></script><script>window.planted = 1</script><img src=x onerror="window.planted = 1">\'"&'
"""What would run, were it not escaped."""

Written = Callable[..., str]


def registration(*, value: str = "915550001111", **more: Any) -> dict[str, Any]:
    return {"profiles": [{"source": "INSTORE", "identifiers": [{"type": "mobile", "value": value}], **more}]}


@pytest.fixture
def validated(contract: Contract) -> Written:
    """``validated({name: body}, kind, **options)``: the page on these inputs."""

    def write(inputs: dict[str, Any], kind: str = "request", **options: Any) -> str:
        samples = Samples()
        results = []
        for name, given in inputs.items():
            document = parse(given if isinstance(given, str) else json.dumps(given))
            results.append(contract.judge(document, kind, source=name))
            samples.offer(results[-1], document.value)
        manner = Options(rules=contract.rules, version="1.2.3", documents=samples.documents, **options)
        return html.render(contract.report(results), options=manner)

    return write


@pytest.fixture
def fuzzed() -> Written:
    """``fuzzed(data, fail_on=…)``: the page on a report of the fuzzer, which keeps to the public schema."""
    schema = json.loads(Path(fuzz.__file__).with_name("fuzz.schema.json").read_text("utf-8"))

    def write(data: dict[str, Any], fail_on: Severity = Severity.ERROR) -> str:
        jsonschema.validate(data, schema, jsonschema.Draft202012Validator)
        return html.page(data, kind="fuzz", fail_on=fail_on.value, version="1.2.3")

    return write


def bulk_data(**more: Any) -> dict[str, Any]:
    """A report of ``bulk``."""
    causes = [
        {
            "code": "name-too-long", "title": "A name that will be cut", "severity": "warning", "api_code": None,
            "records": 30, "findings": 31, "rejected": 1,
            "examples": [{"source": "a.ndjson", "line": 7, "pointer": "/profiles/0/firstName"}],
        },
        {
            "code": "source-missing", "title": "A profile without a source", "severity": "error", "api_code": 8004,
            "records": 1, "findings": 1, "rejected": 1,
            "examples": [{"source": "it's.ndjson", "line": 4, "pointer": "/profiles/0"}],
        },
        {
            "code": "duplicate", "title": "A customer who is there already", "severity": "error", "api_code": 8006,
            "records": 2, "findings": 2, "rejected": 2,
            "examples": [{"source": "a.ndjson", "line": 9, "pointer": "/profiles/0/identifiers/0"}],
        },
    ]  # fmt: skip
    data = {
        "version": 1, "contract": "1.0.0", "org": "demo", "records": 1000, "accepted": 997, "rejected": 3, "clean": 967,
        "refused_by_law": 2, "predicted": {"accepted": 999, "refused": 1, "unknown": 0}, "causes": causes,
        "silently": {"cuts": [{"member": "/profiles/*/firstName", "limit": 100, "records": 30}], "links": 4},
        "inputs": [{"name": "a.ndjson", "bytes": 12345}], "outputs": {"accepted": "good.ndjson"},
        "not_checked": [{"section": "tills", "rules": ["till-unknown"]}],
    }  # fmt: skip
    return data | more


def fuzz_finding(**more: Any) -> dict[str, Any]:
    """A finding of ``fuzz``: accepted, although the source is missing."""
    body = {"profiles": [{"identifiers": [{"type": "email", "value": "person.0001.sample@shop.example"}]}]}
    finding = {
        "code": "accepted-wrongly", "severity": "error", "evidence": "stated",
        "message": "accepted, but it had to be refused (source-missing) with 8004", "facts": ["F25"],
        "expected": "a refusal with 8004", "actual": "status 200, a createdId",
        "request": {
            "method": "POST", "path": "/customers", "query": {"source": "INSTORE"},
            "headers": {"Content-Type": "application/json", "Authorization": "Basic c2VjcmV0"},
            "credentials": "good", "body": body,
        },
        "response": {
            "status": 200, "headers": {"Set-Cookie": "session=secret", "X-Sample": "kept"},
            "body": {"createdId": 25, "warnings": [], "sideEffects": []},
        },
        "curl": "curl -sS 'http://sample.example/v2/customers'\ncurl -sS -i 'http://sample.example/v2/customers'",
        "fingerprint": "0123456789abcdef", "flaky": False, "cause": "source-missing", "causes": ["source-missing"],
        "places": ["$request.body#/profiles/*"], "seen": 3, "after_requests": 17, "suppressed": None, "laws": [],
        "suite": "rules", "case": "source-missing: no source",
        "steps": [{"method": "POST", "credentials": "good", "content_type": "application/json", "body": body}],
    }  # fmt: skip
    return finding | more


def fuzz_data(*findings: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A report of ``fuzz``."""
    suite = {"name": "rules", "planned": 9, "done": 6, "not_tested": 3, "core": 9, "core_done": 6}
    data = {
        "version": 1, "url": "http://sample.example/v2", "contract": "1.0.0", "org": None, "seed": 7, "requests": 12,
        "duration_s": 0.5, "ended": None, "interrupted": False,
        "answers": dict.fromkeys(
            ("accepted", "refused", "at_the_door", "failed", "no_answer", "other", "turned_away"), 2
        ),
        "suites": [suite | {"reasons": {"no credentials of this kind are known (token)": 3}}],
        "findings": list(findings), "created_ids": list(range(1, 251)),
        "coverage": {
            "rules": {
                "source-missing": {"broken": 1, "kept": 1}, "json-bom": {"broken": 2, "kept": 0},
                "program-unknown": {"broken": 0, "kept": 1, "not_tested": "the org profile leaves no such request"},
                "till-unknown": {"broken": 0, "kept": 0, "not_tested": "no section of the org profile"},
            },
            "laws": {"D05 e-mail": {"tested": 1}, "F04 token": {"tested": 0, "not_tested": "no credentials"}},
            "keywords": {"/profiles required": {"valid": 4, "invalid": 1}, "/ type": {"valid": 4, "invalid": 0}},
            "api_codes": {"8004": 2, "8107": 5, "99999": 1}, "tested": {"D05 e-mail": 1},
            "not_tested": {"F04 token": "no credentials"}, "statuses": {"200": 8},
        },
        "notes": [], "summary": {"errors": len(findings), "warnings": 0, "infos": 0, "muted": 0},
    }  # fmt: skip
    return data | more
