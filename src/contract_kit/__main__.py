"""``python -m contract_kit`` is the command ``contract-kit``."""

from __future__ import annotations

from contract_kit.cli import script

if __name__ == "__main__":
    script()
