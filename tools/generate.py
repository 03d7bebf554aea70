"""Write everything that is generated: ``generate.py`` writes, ``generate.py --check`` says what is out of date.

- ``src/contract_kit/data/contract.json``: the spec's two YAML files as JSON, so that the command starts without YAML;
- ``docs/rules.md``, ``docs/api-codes.md``, ``docs/facts.md``: pages made from the rules, the registry and the facts.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from contract_kit import Contract
from contract_kit.cli.answers import answers
from contract_kit.cli.explain import explained
from contract_kit.cli.rules import markdown
from contract_kit.judge.spec import Spec, read_sources

ROOT = Path(__file__).resolve().parent.parent
SPEC = ROOT / "spec"


def compiled() -> str:
    """The contract document and the facts as one JSON text."""
    found = read_sources(SPEC / "openapi.yaml", SPEC / "facts.yaml")
    return json.dumps(found, ensure_ascii=False, separators=(",", ":")) + "\n"


def _page(title: str, introduction: str, *parts: str) -> str:
    note = "<!-- Written by tools/generate.py; edit the rules or spec/ instead. -->"
    return "\n\n".join((f"# {title}", note, introduction, *parts)) + "\n"


def _told(contract: Contract, word: str) -> str:
    """What ``contract-kit explain`` says, under a heading of its own."""
    return f"## {word}\n\n```text\n" + "\n".join(explained(contract, word)) + "\n```"


def rules_page(contract: Contract) -> str:
    """Every rule: the table, then each one's explanation with its examples."""
    introduction = (
        "What `contract-kit validate` finds. `contract-kit explain CODE` prints any of the entries below; "
        "`--select` and `--ignore` take their codes."
    )
    entries = [_told(contract, rule.code) for rule in contract.rules]
    return _page(
        "Rules", introduction, markdown([(rule, answers(contract, rule)) for rule in contract.rules]).rstrip("\n"), *entries
    )


def codes_page(contract: Contract) -> str:
    """The registry of API codes."""
    rows = ["| code | kind | meaning | HTTP status | cause and way out | evidence |", "|" + " --- |" * 6]
    for entry in contract.api_codes.values():
        grounds = f"{entry.evidence.value}: {', '.join(entry.facts)}"
        rows.append(f"| {entry.code} | {entry.kind} | {entry.meaning} | {entry.status} | {entry.cause} | {grounds} |")
    introduction = (
        "The error and warning codes that the API answers with, as far as public pages list them. A status of `any` is 200 "
        "or 400, as the org profile pins it (decision D01)."
    )
    return _page("API codes", introduction, "\n".join(rows))


def facts_page(contract: Contract, facts: dict[str, Any]) -> str:
    """The facts with their grades, and the waivers."""
    grades = "\n".join(f"- **{grade}**: {text}" for grade, text in facts["grades"].items())
    rows = ["| id | evidence | about | fact |", "|" + " --- |" * 4]
    rows += [f"| {fact.id} | {fact.evidence.value} | {fact.area} | {fact.text} |" for fact in contract.facts.values()]
    waivers = ["## Facts without a constraint or a rule", ""]
    waivers += [f"- **{waiver['fact']}**: {waiver['reason']}" for waiver in facts["waivers"]]
    introduction = "What is known about the API, and what was decided where nobody says it."
    return _page("Facts", introduction, grades, "\n".join(rows), "\n".join(waivers))


def pages() -> dict[str, Callable[[], str]]:
    """Path -> what writes its text."""
    found = read_sources(SPEC / "openapi.yaml", SPEC / "facts.yaml")
    contract = Contract(Spec(found["document"], found["facts"]))
    return {
        "src/contract_kit/data/contract.json": compiled,
        "docs/rules.md": lambda: rules_page(contract),
        "docs/api-codes.md": lambda: codes_page(contract),
        "docs/facts.md": lambda: facts_page(contract, found["facts"]),
    }


def main() -> int:
    check = "--check" in sys.argv[1:]
    stale = []
    for name, write in pages().items():
        path, text = ROOT / name, write()
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            stale.append(name)
            if not check:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
    for name in stale:
        print(f"{name}: {'out of date; run make generate' if check else 'written'}")
    if not stale:
        print("all that is generated is up to date")
    return int(check and bool(stale))


if __name__ == "__main__":
    raise SystemExit(main())
