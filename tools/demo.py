"""The main job, on the example payloads that this repository holds: ``make demo``.

Shows what a partner's developer sees: payloads that pass, payloads that do not, an exchange, and a prediction.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ORG = "fixtures/org/demo-org.yaml"

STEPS = (
    ("Registrations that the platform takes", 0, ["validate", "fixtures/requests/good", "--org", ORG]),
    ("Registrations that it refuses", 1, ["validate", "fixtures/requests/bad", "--org", ORG]),
    ("A file with a record a line", 1, ["validate", "fixtures/requests/members.ndjson", "--org", ORG]),
    ("Answers held against their requests", 1, ["validate", "fixtures/exchanges", "--as", "exchange", "--org", ORG]),
    ("A server held to the contract: here the kit's own", 0, ["fuzz", "--org", ORG, "--quiet"]),
    ("What an API code means", 0, ["explain", "8006"]),
)


def main() -> int:
    for title, expected, arguments in STEPS:
        print(f"\n=== {title}\n$ contract-kit {' '.join(arguments)}\n", flush=True)
        done = subprocess.run([sys.executable, "-m", "contract_kit", *arguments], cwd=ROOT, check=False)
        if done.returncode != expected:
            print(f"the demo expected exit code {expected} here and got {done.returncode}", file=sys.stderr)
            return 1
    print("\nAll as expected. Try: .venv/bin/contract-kit validate YOUR-PAYLOAD.json --org", ORG)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
