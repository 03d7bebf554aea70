"""Which records share a key: the same however the range of hashes is cut."""

from __future__ import annotations

from collections import defaultdict
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contract_kit.bulk.candidates import FindShared, find_shared, involved, lay_runs, shared_in, slice_count
from contract_kit.bulk.hashing import Keys, write_run
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
        parts = []
        for index in range(count):
            size = find_shared(FindShared(name, index, count, known))
            shared = shared_in(work, index)
            assert size == len(shared.refs)
            parts.append(shared.refs)
            for group in np.unique(shared.groups):
                found.append(shared.refs[shared.groups == group].tolist())
        oracle = naive(runs, known)
        assert found == oracle
        assert involved(parts).tolist() == sorted({ref for refs in oracle for ref in refs})


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
