"""Write everything that is generated: ``generate.py`` writes, ``generate.py --check`` says what is out of date.

- ``src/contract_kit/data/contract.json``: the spec's two YAML files as JSON, so that the command starts without YAML;
- pages of ``docs/`` that are made from the rules, the registry, the facts and the command (``pages.py``);
- parts of the pages that are written by hand (``parts.py``), and the outputs of the commands that they show. Whether those
  are up to date is not checked here but by the tests, which run the commands anyway.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pages
import parts
import snippets

from contract_kit import Contract
from contract_kit.judge.spec import Spec, read_sources

ROOT = Path(__file__).resolve().parent.parent
SPEC = ROOT / "spec"


def compiled() -> str:
    """The contract document and the facts as one JSON text."""
    found = read_sources(SPEC / "openapi.yaml", SPEC / "facts.yaml")
    return json.dumps(found, ensure_ascii=False, separators=(",", ":")) + "\n"


def written() -> dict[str, Callable[[], str]]:
    """Path -> what writes its text."""
    found = read_sources(SPEC / "openapi.yaml", SPEC / "facts.yaml")
    contract = Contract(Spec(found["document"], found["facts"]))
    return {
        "src/contract_kit/data/contract.json": compiled,
        "docs/rules.md": lambda: pages.rules_page(contract),
        "docs/api-codes.md": lambda: pages.codes_page(contract),
        "docs/facts.md": lambda: pages.facts_page(contract, found["facts"]),
        "docs/command.md": pages.command_page,
    } | {
        page.relative_to(ROOT).as_posix(): partial(parts.filled, page, contract) for page in snippets.pages(generated=False)
    }


def renew_outputs() -> list[str]:
    """Run the commands that pages show, and put in what they say now; the pages that changed."""
    changed = []
    for page in snippets.pages(generated=False):
        with tempfile.TemporaryDirectory() as folder:
            text = snippets.renewed(page, snippets.workspace(Path(folder)))
        if text != page.read_text(encoding="utf-8"):
            page.write_text(text, encoding="utf-8")
            changed.append(page.relative_to(ROOT).as_posix())
    return changed


def main() -> int:
    check = "--check" in sys.argv[1:]
    stale = []
    for name, write in written().items():
        path, text = ROOT / name, write()
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            stale.append(name)
            if not check:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
    if not check:
        stale += renew_outputs()
    for name in dict.fromkeys(stale):
        print(f"{name}: {'out of date; run make generate' if check else 'written'}")
    if not stale:
        print("all that is generated is up to date")
    return int(check and bool(stale))


if __name__ == "__main__":
    raise SystemExit(main())
