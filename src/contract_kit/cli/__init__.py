"""The command ``contract-kit``: one room for each of its commands, imported when it is called for."""

from __future__ import annotations


def script() -> None:
    """What the installed command runs."""
    import sys

    from contract_kit.cli.main import main

    sys.exit(main())
