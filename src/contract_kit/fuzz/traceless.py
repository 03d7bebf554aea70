"""Keeps Hypothesis, and Schemathesis on top of it, from leaving a folder behind where the user works.

Without a word Hypothesis makes ``.hypothesis`` in the working folder for what it finds out about characters and constants,
even where no database of examples is wanted. Here it gets a folder of this machine's for temporary files.
"""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_FOLDER = "contract-kit-hypothesis"
_turn = threading.RLock()
_inside = 0


@contextmanager
def traceless() -> Iterator[None]:
    """As long as a block lasts. Blocks may overlap; the last one out gives Hypothesis its own folder back."""
    global _inside
    from hypothesis import configuration

    with _turn:
        _inside += 1
        configuration.set_hypothesis_home_dir(str(Path(tempfile.gettempdir()) / _FOLDER))
    try:
        yield
    finally:
        with _turn:
            _inside -= 1
            if not _inside:
                configuration.set_hypothesis_home_dir(None)
