"""Writing pieces to their place in a file that other processes write too, and leaving the system's cache alone.

Outputs are as large as inputs, and nobody reads them at once. Where the system can (Linux from 6.16 on, depending on the
file system: ext4 from 6.17), it is asked to send what is written to the disk and let go of it (``RWF_DONTCACHE``): it need
not find new memory for all of it, and what others have in the cache stays there. A disk that does not keep up gets the
cache in between after all.
"""

from __future__ import annotations

import os
import re
from mmap import PAGESIZE
from time import perf_counter
from typing import BinaryIO

UNCACHED = 0x80
"""RWF_DONTCACHE: ``os`` has no name for it yet."""
_SOUND = (6, 16)
"""Linux before that could free a page of such a file twice."""
_SLOW = 200 << 20
"""Bytes a second: what the cache takes in any case. A disk that takes less would keep the writer waiting."""
_TELLING = 1 << 20
"""Bytes: of less than that the time says little."""


def uncached() -> int:
    """The flags with which this system writes past its cache; none where it does not, or not soundly."""
    system, _, release, *_ = os.uname() if hasattr(os, "uname") else ("", "", "")
    version = re.match(r"(\d+)\.(\d+)", release)
    sound = version is not None and (int(version[1]), int(version[2])) >= _SOUND
    return UNCACHED if system == "Linux" and sound and hasattr(os, "pwritev") else 0


class Placing:
    """Writes to one file, from ``at`` on, as long as this process lives in the same way: how, is found out once. What is
    written ends with a page of the system's, but for the last of it: a page of which half is on its way to the disk
    already keeps the writer waiting, and may have to be read again."""

    flags = uncached()

    def __init__(self, out: BinaryIO, at: int) -> None:
        self._out, self._at, self._held = out, at, b""

    def write(self, pieces: list[memoryview]) -> None:
        """Write pieces one after the other, all but less than a page. At most 1,000 pieces: systems take 1,024."""
        pieces = [memoryview(self._held), *pieces]
        held = (self._at + sum(map(len, pieces))) % PAGESIZE
        rest: list[memoryview] = []
        while held and pieces:
            piece = pieces.pop()
            cut = max(0, len(piece) - held)
            rest.append(piece[cut:])
            held -= len(piece) - cut
            if cut:
                pieces.append(piece[:cut])
        self._held = b"".join(reversed(rest))
        self._put(pieces)

    def end(self) -> int:
        """Write what is left; where the next piece would go."""
        held, self._held = self._held, b""
        self._put([memoryview(held)])
        return self._at

    def _put(self, pieces: list[memoryview]) -> None:
        size = sum(map(len, pieces))
        if not size:
            return
        written = self._written(pieces, self._at, size) if hasattr(os, "pwritev") else 0
        if written < size:  # the system takes as much as it likes
            rest = memoryview(b"".join(pieces))[written:]
            self._out.seek(self._at + written)
            while rest:
                rest = rest[self._out.write(rest) :]
        self._at += size

    def _written(self, pieces: list[memoryview], at: int, size: int) -> int:
        if not Placing.flags:
            return os.pwritev(self._out.fileno(), pieces, at)
        started = perf_counter()
        try:
            written = os.pwritev(self._out.fileno(), pieces, at, Placing.flags)
        except (OSError, NotImplementedError):
            # This system or this kind of file knows nothing of it; or it is something else, and comes again.
            Placing.flags = 0
            return os.pwritev(self._out.fileno(), pieces, at)
        if size >= _TELLING and perf_counter() - started > size / _SLOW:
            Placing.flags = 0
        return written
