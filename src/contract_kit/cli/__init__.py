"""The command ``contract-kit``: one room for each of its commands, imported when it is called for."""

from __future__ import annotations


def script() -> None:
    """What the installed command runs."""
    import gc
    import sys

    # Nearly everything that the command makes lives until it ends: looking for garbage as often as usual finds none.
    gc.set_threshold(100_000, 20, 20)

    from contract_kit.cli.main import main

    sys.exit(main())
