"""First pass over a part: judge every record by itself, and keep what later passes need.

Of a record that is accepted only the hashes of its identities stay, with its offset; of a rejected one its place and its
rejection. Most records are proven clean by the contract's fast paths; only the others are judged in the normal way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, chain
from struct import Struct
from typing import Any, BinaryIO

import numpy as np

from contract_kit.bulk.explained import Acceptance, Rejection, explainer_for
from contract_kit.bulk.hashing import Keys
from contract_kit.bulk.opening import anywhere
from contract_kit.bulk.parts import Part, line_lists, to_first_line
from contract_kit.bulk.settings import Settings, contract_for, fast_paths
from contract_kit.bulk.tally import Tally
from contract_kit.bulk.verdict import Judged, too_long
from contract_kit.bulk.workplace import Workplace, part_name

HEAD = Struct("<QQQQ")
"""Before each rejection: the record's offset in its part, its length, its line, and the length of the rejection, which is 0
for a blank line: that is left out, and no record."""


@dataclass(frozen=True, slots=True)
class JudgePart:
    """The task: one part."""

    settings: Settings
    folder: str
    part: Part


def make_ready(settings: Settings) -> None:
    """Make what judging needs, so that copies of this process have it."""
    explainer_for(settings)


def judge_part(task: JudgePart) -> dict[str, Any]:
    """Judge a part. Writes its ``rejects``, its ``keys``, where its lines begin (``at``) and, last, its ``judged``, which is
    also returned."""
    part, work = task.part, Workplace(task.folder)
    part.check()
    run = _Run(task.settings, part)
    with anywhere(part.path) as stream, work.writing(part_name(part.number, "rejects")) as rejects:
        run.read(stream, rejects)
    with work.writing(part_name(part.number, "keys")) as keys:
        count = run.keys.write(keys)
    with work.writing(part_name(part.number, "at")) as lines:
        run.keys.write_lines(lines)
    part.check()
    tally = run.tally
    tally.add("records", run.records)
    tally.add("accepted", run.records - run.rejected)
    tally.add("rejected", run.rejected)
    tally.add("clean", run.clean)
    said = {
        "first": run.first,
        "end": run.end,
        "lines": run.line,
        "keys": count,
        "records": run.records,
        "rejected": run.rejected,
        "left_out": run.left_out,
        "open": run.open,
        "disputed": run.disputed,
        "tally": tally.as_data(),
    }
    work.put_data(part_name(part.number, "judged"), said)
    return said


class _Run:
    """One pass. Offsets count from the part's start; lines from its first one, or by the part's table."""

    def __init__(self, settings: Settings, part: Part) -> None:
        self.part, self.settings = part, settings
        self.contract = contract_for(settings)
        self.explainer = explainer_for(settings)
        self.numbers: Sequence[int] | None = part.line_table()
        self.keys = Keys()
        self.disputed: list[int] = []
        self.tally = Tally()
        self.first = self.end = self.line = self.records = self.rejected = self.clean = self.left_out = 0
        self.last_left_out = 0
        self.open = False

    def read(self, stream: BinaryIO, rejects: BinaryIO) -> None:
        """Judge all lines that begin in the part."""
        part, limit = self.part, self.settings.record_limit
        longest, end = limit + 2, part.end - part.start
        at = to_first_line(stream, part.start, part.end)
        self.first = offset = at - part.start
        keys, starts, counts = self.keys.plain, self.keys.starts, self.keys.counts
        line = b"\n"
        for lines, rest in line_lists(stream, end - offset, longest):
            sieve, slower = fast_paths(self.settings, lines)
            sizes = [*map(len, lines)]
            begins = [*accumulate(sizes, initial=offset)]
            line, offset = lines[-1], begins.pop() + rest
            # Most are clean, so as little as can be is done for each of those.
            found: list[Any]
            if max(sizes) < longest:
                found = [*map(sieve, lines)]
            else:
                found = [sieve(one) if size < longest else [] for one, size in zip(lines, sizes, strict=True)]
            for place in [place for place, identities in enumerate(found) if not identities]:
                clean = slower(lines[place]) if found[place] is None else None
                found[place] = clean or []
                if not clean:
                    size = sizes[place] + (rest if place + 1 == len(lines) else 0)
                    self._judge(lines[place].rstrip(b"\r\n"), begins[place], size, self.line + place, rejects)
            keys.extend(chain.from_iterable(found))
            starts.extend(begins)
            counts.extend(map(len, found))
            self.line += len(lines)
        # Whether the last record is accepted and lacks its line end.
        self.open = not line.endswith(b"\n") and self.last_left_out < offset
        self.end = offset
        plain = int(np.count_nonzero(self.keys.counts))
        self.records += plain
        self.clean += plain
        self.tally.add("predicted_accepted", plain)

    def _judge(self, data: bytes, offset: int, size: int, line: int, rejects: BinaryIO) -> None:
        if not data.strip():
            self.left_out += size
            self.last_left_out = offset + size
            rejects.write(HEAD.pack(offset, size, line, 0))
            return
        number = self.numbers[line] if self.numbers is not None else line
        self.records += 1
        if len(data) > self.settings.record_limit or size > self.settings.record_limit + 2:
            found: Rejection | Acceptance = self.explainer.reject(
                Judged(too_long(self.settings.record_limit, None), None), data
            )
        else:
            found = self.explainer.explain(data)
        if isinstance(found, Rejection):
            self.rejected += 1
            self.left_out += size
            self.last_left_out = offset + size
            rejects.write(HEAD.pack(offset, size, number, len(found.said)) + found.said)
            self.tally.tell(found.told, True, self.part.number, number)
            return
        self.clean += not found.told.causes
        self.tally.tell(found.told, False, self.part.number, number)
        self.keys.add(found.keys.identities, offset)
        if found.keys.disputed:
            self.disputed.append(offset)
