"""Which records share a key: the same however the range of hashes is cut."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contract_kit.bulk import candidates
from contract_kit.bulk.candidates import FindShared, find_shared, lay_involved, lay_runs, shared_in, slice_count
from contract_kit.bulk.clusters import PlaceShared, connect, place_shared
from contract_kit.bulk.hashing import Keys, in_order, read_lines, write_run
from contract_kit.bulk.parts import OFFSET_BITS
from contract_kit.bulk.workplace import Workplace, part_name
from contract_kit.ledger import Identity

HASHES = st.sampled_from([0, 1, 5, 2**32, 2**63 - 1, 2**63, 2**63 + 1, 2**64 - 1])
RUNS = st.lists(st.lists(HASHES, max_size=6), min_size=1, max_size=5)


def laid(work: Workplace, runs: list[list[int]]) -> None:
    """Runs whose record number n lies at offset n."""
    for number, hashes in enumerate(runs):
        with work.writing(part_name(number, "keys")) as stream:
            write_run(stream, np.array(hashes, np.uint64), np.arange(len(hashes), dtype=np.uint64))
    lay_runs(work, [(number, len(hashes)) for number, hashes in enumerate(runs) if hashes])


def naive(runs: list[list[int]], known: int) -> list[list[int]]:
    """The records of each key that several have, one of the input among them."""
    holders: dict[int, list[int]] = defaultdict(list)
    for number, hashes in enumerate(runs):
        for offset, hash_ in enumerate(hashes):
            holders[hash_].append((number << OFFSET_BITS) | offset)
    shared = [refs for _, refs in sorted(holders.items()) if len(refs) > 1]
    return [refs for refs in shared if refs[-1] >= known << OFFSET_BITS]


@settings(max_examples=200, deadline=None)
@given(RUNS, st.integers(1, 9), st.integers(0, 2))
def test_law_the_slices_together_say_what_one_does(runs: list[list[int]], count: int, known: int) -> None:
    with TemporaryDirectory() as name:
        work = Workplace(name)
        laid(work, runs)
        found: list[list[int]] = []
        for index in range(count):
            size = find_shared(FindShared(name, index, count, known))
            shared = shared_in(work, index)
            assert size == len(shared.refs)
            for ref, joined in zip(shared.refs.tolist(), shared.joined.tolist(), strict=True):
                if not joined:
                    found.append([])
                found[-1].append(ref)
        oracle = naive(runs, known)
        assert found == oracle
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(candidates, "CHUNK", 3)
            everyone = sorted({ref for refs in oracle for ref in refs} | {7})
            assert lay_involved(work, range(count), np.array([7, 7], np.uint64)).tolist() == everyone
            for index in range(count):
                place_shared(PlaceShared(name, index))
            labels = connect(work, range(count), len(everyone)).tolist()
        assert [everyone[label] for label in labels] == clusters(oracle, everyone)


def clusters(groups: list[list[int]], everyone: list[int]) -> list[int]:
    """For each record the first one of its cluster."""
    first = {ref: ref for ref in everyone}
    for _ in everyone:
        for refs in groups:
            low = min(first[ref] for ref in refs)
            first.update(dict.fromkeys(refs, low))
    return [first[ref] for ref in everyone]


def test_how_many_slices_fit() -> None:
    assert slice_count(0, 1) == 1
    assert slice_count(1_000_000, 1 << 40) == 1
    assert slice_count(5_000_000, 50_000_000) == 6


@pytest.mark.parametrize("judged_first", [True, False])
def test_keys_of_both_ways_are_one_run_in_the_order_of_records(tmp_path: str, judged_first: bool) -> None:
    item = Identity("externalId", "E1")
    keys = Keys()

    def plain(offset: int) -> None:
        keys.plain += [f"{item.type}\0{item.value}", "cuid\0c"]
        keys.starts.append(offset)
        keys.counts.append(2)

    if judged_first:
        keys.add([item], 0)
        plain(70)
    else:
        plain(0)
        keys.add([item], 70)
    work = Workplace(str(tmp_path))
    with work.writing("keys") as stream:
        assert keys.write(stream) == 3
    numbers = np.fromfile(work.path("keys"), np.uint64)
    hashes, offsets = numbers[:3], numbers[3:]
    assert (np.diff(hashes.astype(object)) >= 0).all()
    (same,) = {int(hash_) for hash_ in hashes if (hashes == hash_).sum() == 2}
    assert offsets[hashes == same].tolist() == [0, 70]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(0, 40), max_size=60), st.lists(st.integers(0, 2**64 - 1), max_size=200))
def test_law_equal_hashes_keep_their_order(few: list[int], many: list[int]) -> None:
    for listed in (few, many + few[:3] * 2):
        hashes = np.array(listed, np.uint64)
        order, found = in_order(hashes)
        assert order.tolist() == np.argsort(hashes, kind="stable").tolist()
        assert found.tolist() == sorted(listed)


def test_where_lines_begin_is_read_as_it_was_written(tmp_path: Path) -> None:
    keys = Keys()
    keys.starts.extend([0, 7, 2**40])
    keys.counts.extend([2, 0, 1])
    with (tmp_path / "at").open("wb") as stream:
        keys.write_lines(stream)
    starts, proven = read_lines(tmp_path / "at")
    assert (starts.tolist(), proven.tolist()) == ([0, 7, 2**40], [True, False, True])
