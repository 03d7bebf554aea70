"""Tasks that kill their worker. Workers import this file by its name, from a path that the tests give them."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path


def die_once(marker: str) -> str:
    """Dies the first time, unless the marker is there already."""
    path = Path(marker)
    if not path.exists():
        path.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return path.name


def die(marker: str) -> str:
    """Dies every time."""
    os.kill(os.getpid(), signal.SIGKILL)
    return marker


def wait(path: str) -> None:
    """Say that it has begun, and take long."""
    Path(path).touch()
    time.sleep(120)
