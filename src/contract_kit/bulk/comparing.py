"""Second pass: which records share an identity, and what the law of uniqueness says of those.

Everything that grows with the input is a task, and its results lie in the work folder. This process holds four bytes for
each record that shares an identity with another one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from contract_kit.bulk.candidates import FindShared, Refs, find_shared, lay_involved, lay_runs, slice_count
from contract_kit.bulk.clusters import Labels, PlaceShared, bucket_count, connect, lay_buckets, place_shared
from contract_kit.bulk.engines import Engine, Result, Task, in_bundles
from contract_kit.bulk.job import Job
from contract_kit.bulk.law import CollectPart, SettleBucket, collect_part, settle_bucket
from contract_kit.bulk.parts import OFFSET_BITS, Part
from contract_kit.bulk.settings import Settings
from contract_kit.bulk.tally import Tally
from contract_kit.bulk.workplace import Workplace

MANY = 10_000
"""From so many records or keys on, comparing is shared out among the jobs."""
_EACH = 4
"""So many buckets for each job."""

Refused = dict[int, list[tuple[int, list[int]]]]
"""Part -> the buckets in which records of it were refused, each with what ``settle_bucket`` says of the part."""


class Comparing:
    """The passes of the law. ``tally`` has what it counts; ``watch`` is called after each task."""

    def __init__(self, job: Job, settings: Settings, work: Workplace, engine: Engine, watch: Callable[[], None]) -> None:
        self._settings, self._work, self._engine, self._watch = settings, work, engine, watch
        self._jobs = max(1, job.jobs)
        self._memory = job.memory // (2 * self._jobs)
        self.tally = Tally()

    def run(
        self,
        known: Sequence[tuple[Part, int]],
        parts: Sequence[Part],
        judged: Mapping[int, Mapping[str, Any]],
        bases: Mapping[int, int],
    ) -> Refused:
        """Apply the law; for each part the buckets that refused records of it. ``known`` are the parts of what is
        registered, each with its number of keys."""
        counted = [(part.number, keys) for part, keys in known]
        counted += [(part.number, judged[part.number]["keys"]) for part in parts]
        slices = self._find([run for run in counted if run[1]], len(known))
        disputed = [(part.number << OFFSET_BITS) | offset for part in parts for offset in judged[part.number]["disputed"]]
        if not slices and not disputed:
            return {}
        refs = lay_involved(self._work, slices, np.array(disputed, np.uint64))
        buckets = bucket_count(len(refs), self._memory)
        if len(refs) >= MANY:
            buckets = max(buckets, _EACH * self._jobs)  # so that each has something to do, to the end
        if buckets > 1:
            lay_buckets(self._work, self._labels(slices, len(refs)), buckets)
        registered = [part for part, _ in known]
        where = {part.number: [part.source, 0, True] for part in registered}
        where |= {part.number: [part.source, bases[part.number], False] for part in parts}
        self._work.put_data("places", {"parts": {str(number): place for number, place in where.items()}})
        tasks = list(self._collecting([*registered, *parts], refs, buckets, judged))
        for _ in self._done(collect_part, tasks, len(tasks)):
            pass
        return self._settle(buckets, tuple(task.part.number for task in tasks))

    def _find(self, runs: Sequence[tuple[int, int]], known: int) -> list[int]:
        """Look for shared keys; the slices in which there are some."""
        lay_runs(self._work, runs)
        total = sum(keys for _, keys in runs)
        count = slice_count(total, self._memory)
        if total >= MANY:
            count = -(-count // self._jobs) * self._jobs  # as many for each
        tasks = [FindShared(self._work.folder, index, count, known) for index in range(count)]
        return sorted(task.index for task, size in self._done(find_shared, tasks) if size)

    def _labels(self, slices: Sequence[int], count: int) -> Labels:
        for _ in self._done(place_shared, [PlaceShared(self._work.folder, index) for index in slices]):
            pass
        return connect(self._work, slices, count)

    def _collecting(
        self, parts: Sequence[Part], refs: Refs, buckets: int, judged: Mapping[int, Mapping[str, Any]]
    ) -> Iterator[CollectPart]:
        """A task for each part that has records which are involved."""
        borders = [np.uint64(number << OFFSET_BITS) for part in parts for number in (part.number, part.number + 1)]
        places = np.searchsorted(refs, np.array(borders, np.uint64)).tolist()
        for part, start, stop in zip(parts, places[::2], places[1::2], strict=True):
            if start < stop:
                told = judged.get(part.number)
                end = told["end"] if told else 0
                yield CollectPart(self._settings, self._work.folder, part, (start, stop), buckets, end, told is None)

    def _settle(self, buckets: int, numbers: tuple[int, ...]) -> Refused:
        refused: Refused = {}
        tasks = [SettleBucket(self._settings, self._work.folder, bucket, numbers) for bucket in range(buckets)]
        for task, said in self._done(settle_bucket, tasks):
            self.tally.merge(Tally.from_data(said["tally"]))
            for number, figures in said["refused"].items():
                refused.setdefault(int(number), []).append((task.bucket, figures))
                self.tally.add("rejected", figures[0])
                self.tally.add("accepted", -figures[0])
                self.tally.add("refused_by_law", figures[0])
        return refused

    def _done(self, work: Callable[[Task], Result], tasks: Iterable[Task], short: int = 0) -> Iterator[tuple[Task, Result]]:
        """Do tasks; ``short`` tells how many there are where they are so short that several go together."""
        for one in in_bundles(self._engine, self._jobs, work, tasks, short):
            self._watch()
            yield one
