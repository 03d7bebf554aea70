"""Write everything that is generated: ``generate.py`` writes, ``generate.py --check`` says what is out of date.

- ``src/contract_kit/data/contract.json``: the spec's two YAML files as JSON, so that the command starts without YAML;
- ``docs/rules.md``, ``docs/api-codes.md``, ``docs/facts.md``: pages made from the rules, the registry and the facts.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

from contract_kit import Contract
from contract_kit.judge.spec import Spec, read_sources
from contract_kit.reporters import catalogue

ROOT = Path(__file__).resolve().parent.parent
SPEC = ROOT / "spec"


def compiled() -> str:
    """The contract document and the facts as one JSON text."""
    found = read_sources(SPEC / "openapi.yaml", SPEC / "facts.yaml")
    return json.dumps(found, ensure_ascii=False, separators=(",", ":")) + "\n"


def pages() -> dict[str, Callable[[], str]]:
    """Path -> what writes its text."""
    found = read_sources(SPEC / "openapi.yaml", SPEC / "facts.yaml")
    contract = Contract(Spec(found["document"], found["facts"]))
    return {
        "src/contract_kit/data/contract.json": compiled,
        "docs/rules.md": lambda: catalogue.rules_page(contract),
        "docs/api-codes.md": lambda: catalogue.codes_page(contract),
        "docs/facts.md": lambda: catalogue.facts_page(contract),
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
