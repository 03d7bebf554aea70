"""First pass over a part: judge every record by itself, and keep what later passes need.

Of a record that is accepted only the hashes of its identities stay, with its offset; of a rejected one its place and its
rejection. Most records are proven clean by the contract's fast path; only the others are judged in the normal way.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from struct import Struct
from typing import Any, BinaryIO

from contract_kit.bulk.hashing import hash_bytes, hash_of, write_run
from contract_kit.bulk.parts import Part, lines_of, rest_of_line, to_first_line
from contract_kit.bulk.settings import Settings, contract_for, prover
from contract_kit.bulk.tally import Tally
from contract_kit.bulk.telling import told
from contract_kit.bulk.verdict import judge, keys_of, too_long
from contract_kit.bulk.workplace import Workplace, part_name
from contract_kit.report import InputResult

HEAD = Struct("<QQQQ")
"""Before each rejection: the record's offset in its part, its length, its line, and the length of the rejection, which is 0
for a blank line: that is left out, and no record."""


@dataclass(frozen=True, slots=True)
class JudgePart:
    """The task: one part."""

    settings: Settings
    folder: str
    part: Part


def judge_part(task: JudgePart) -> dict[str, Any]:
    """Judge a part. Writes its ``keys``, its ``rejects`` and, last, its ``judged``, which is also returned."""
    part, work = task.part, Workplace(task.folder)
    part.check()
    run = _Run(task.settings, part)
    with Path(part.path).open("rb", buffering=1 << 20) as stream, work.writing(part_name(part.number, "rejects")) as rejects:
        run.read(stream, rejects)
    with work.writing(part_name(part.number, "keys")) as keys:
        write_run(keys, run.hashes, run.offsets)
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
        "keys": len(run.hashes),
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
        self.numbers: Sequence[int] | None = part.line_table()
        self.hashes, self.offsets = array("Q"), array("Q")
        self.disputed: list[int] = []
        self.tally = Tally()
        self.first = self.end = self.line = self.records = self.rejected = self.clean = self.left_out = 0
        self.last_left_out = 0
        self.open = False

    def read(self, stream: BinaryIO, rejects: BinaryIO) -> None:
        """Judge all lines that begin in the part."""
        part, limit = self.part, self.settings.record_limit
        offset = to_first_line(stream, part.start, part.end)
        self.first = offset - part.start
        proven = prover(self.contract)
        add_hash, add_offset, hash_ = self.hashes.append, self.offsets.append, hash_bytes
        line_number = plain = 0
        base, end, longest = part.start, part.end, limit + 1
        line = b"\n"
        for line in lines_of(stream, limit):
            if offset >= end:
                line = b"\n"
                break
            size = len(line)
            data = line.rstrip(b"\r\n")
            body = proven(data) if size <= longest else None
            if body is not None:
                at = offset - base
                plain += 1
                for profile in body["profiles"]:
                    for item in profile["identifiers"]:
                        # What is proven clean is normalised by small letters alone: see ``residue_clean``.
                        type_, value = item["type"], item["value"]
                        add_hash(hash_((type_ + "\0" + (value.lower() if type_ == "email" else value)).encode()))
                        add_offset(at)
            else:
                if size > longest and not line.endswith(b"\n"):
                    size += rest_of_line(stream)
                self._judge(data, offset - base, size, line_number, rejects)
            offset += size
            line_number += 1
        # Whether the last record is accepted and lacks its line end.
        self.open = not line.endswith(b"\n") and self.last_left_out < offset - base
        self.end, self.line = offset - base, line_number
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
        if len(data) > self.settings.record_limit:
            self._reject(too_long(self.settings.record_limit, None), data, offset, size, number, rejects)
            return
        judged = judge(self.contract, data)
        result = judged.result
        if not judged.accepted:
            self._reject(result, data, offset, size, number, rejects)
            return
        self.clean += not result.findings
        self.tally.tell(result, False, self.part.number, number)
        assert judged.request is not None
        keys = keys_of(judged.request, self.contract.org)
        for key in keys.identities:
            self.hashes.append(hash_of(key))
            self.offsets.append(offset)
        if keys.disputed:
            self.disputed.append(offset)

    def _reject(self, result: InputResult, data: bytes, offset: int, size: int, line: int, rejects: BinaryIO) -> None:
        self.rejected += 1
        self.left_out += size
        self.last_left_out = offset + size
        said = told(result, show_values=self.settings.show_values, record=data)
        rejects.write(HEAD.pack(offset, size, line, len(said)) + said)
        self.tally.tell(result, True, self.part.number, line)
