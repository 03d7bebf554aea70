"""Pieces come to their place in a file, whatever the system takes at once and whether it can leave its cache alone."""

from __future__ import annotations

import errno
import os
from mmap import PAGESIZE
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_kit.bulk import placing
from contract_kit.bulk.placing import Placing

PIECES = [memoryview(b"abc"), memoryview(b"defgh"), memoryview(b"\n")]

pytestmark = pytest.mark.skipif(not hasattr(os, "pwritev"), reason="this system has no pwritev")


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Placing, "flags", placing.UNCACHED)


def written(path: Path, at: int) -> tuple[int, bytes]:
    path.write_bytes(b".........")
    with path.open("r+b", buffering=0) as out:
        placing = Placing(out, at)
        placing.write(PIECES)
        end = placing.end()
    return end - at, path.read_bytes()


def test_pieces_come_to_their_place(tmp_path: Path) -> None:
    assert written(tmp_path / "out", 0) == (9, b"abcdefgh\n")
    assert written(tmp_path / "out", 2) == (9, b"..abcdefgh\n")
    assert written(tmp_path / "out", 12) == (9, b".........\0\0\0abcdefgh\n")


@given(
    st.integers(0, 3 * PAGESIZE),
    st.lists(st.lists(st.integers(0, 2 * PAGESIZE), max_size=4), max_size=6),
)
def test_all_but_the_last_writes_end_with_a_page(at: int, sizes: list[list[int]]) -> None:
    ends: list[int] = []
    out = Recorder()
    placing = Placing(out, at)  # type: ignore[arg-type]
    expected = bytearray()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "pwritev", out.pwritev)
        for number, some in enumerate(sizes):
            pieces = [bytes([1 + (number + place) % 255]) * size for place, size in enumerate(some)]
            expected += b"".join(pieces)
            placing.write([memoryview(piece) for piece in pieces])
            ends.append(at + len(out.data))
        assert placing.end() == at + len(expected)
    assert bytes(out.data) == bytes(expected)
    assert all(end % PAGESIZE == 0 or end == at for end in ends)
    assert out.places == sorted(set(out.places))  # nothing is written twice, and nothing for nothing


class Recorder:
    """A file that takes what comes next."""

    def __init__(self) -> None:
        self.data = bytearray()
        self.places: list[int] = []

    def fileno(self) -> int:
        return -1

    def pwritev(self, descriptor: int, pieces: Any, at: int, flags: int = 0) -> int:
        self.places.append(at)
        size = sum(map(len, pieces))
        self.data += b"".join(pieces)
        return size


@pytest.mark.parametrize("taken", [0, 1, 3, 4, 8])
def test_what_the_system_does_not_take_at_once_is_written_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, taken: int
) -> None:
    def short(descriptor: int, pieces: Any, at: int, flags: int = 0) -> int:
        return os.pwrite(descriptor, b"".join(pieces)[:taken], at)

    monkeypatch.setattr(os, "pwritev", short)
    assert written(tmp_path / "out", 3) == (9, b"...abcdefgh\n")


def test_a_system_without_the_call_has_places_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "pwritev")
    assert written(tmp_path / "out", 3) == (9, b"...abcdefgh\n")


@pytest.mark.parametrize(
    "refusal", [OSError(errno.EOPNOTSUPP, "no"), OSError(errno.EINVAL, "no"), NotImplementedError("pwritev2")]
)
def test_a_system_that_keeps_to_its_cache_is_asked_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refusal: Exception
) -> None:
    asked: list[int] = []
    pwritev = os.pwritev

    def refusing(descriptor: int, pieces: Any, at: int, flags: int = 0) -> int:
        asked.append(flags)
        if flags:
            raise refusal
        return pwritev(descriptor, pieces, at)

    monkeypatch.setattr(os, "pwritev", refusing)
    for _ in range(2):
        assert written(tmp_path / "out", 0) == (9, b"abcdefgh\n")
    assert asked == [placing.UNCACHED, 0, 0]


def test_a_disk_that_does_not_keep_up_gets_the_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def taking(descriptor: int, pieces: Any, at: int, flags: int = 0) -> int:
        asked.append(flags)
        return sum(map(len, pieces))

    monkeypatch.setattr(os, "pwritev", taking)
    clock = iter([0.0, 0.001, 10.0, 10.1])
    monkeypatch.setattr(placing, "perf_counter", lambda: next(clock))
    block = [memoryview(bytes(1 << 20))]
    with (tmp_path / "out").open("wb", buffering=0) as out:
        for _ in range(3):
            Placing(out, 0).write(block)
    assert asked == [placing.UNCACHED, placing.UNCACHED, 0]


@pytest.mark.parametrize(
    ("system", "release", "asked"),
    [
        ("Linux", "6.18.44-fc-v657", True),
        ("Linux", "6.16.0", True),
        ("Linux", "7.0-rc1", True),
        ("Linux", "6.15.9", False),
        ("Linux", "5.15.0-91-generic", False),
        ("Linux", "unknown", False),
        ("Darwin", "24.1.0", False),
    ],
)
def test_only_systems_that_do_it_soundly_are_asked(
    monkeypatch: pytest.MonkeyPatch, system: str, release: str, asked: bool
) -> None:
    monkeypatch.setattr(os, "uname", lambda: (system, "host", release, "", ""))
    assert placing.uncached() == (placing.UNCACHED if asked else 0)


def test_a_full_disk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int, pieces: Any, at: int, flags: int = 0) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "pwritev", full)
    with pytest.raises(OSError, match="No space left"):
        written(tmp_path / "out", 0)
