"""Second pass: the law of uniqueness over the records that share an identity (F09–F11, D04–D06).

``collect_part`` reads those records again and deals them into buckets; ``settle_bucket`` goes through a bucket in input
order with the kit's ``Ledger``. First comes what is registered, then record after record: one whose identifier is held in
its source account is refused and registers nothing, every other is recorded, and those after it meet it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from contract_kit import jsontext
from contract_kit.bulk.candidates import Refs, involved
from contract_kit.bulk.clusters import buckets_of
from contract_kit.bulk.hashing import read_lines
from contract_kit.bulk.opening import anywhere
from contract_kit.bulk.parts import OFFSET_BITS, Part
from contract_kit.bulk.settings import Settings, contract_for
from contract_kit.bulk.tally import Tally
from contract_kit.bulk.telling import told_law
from contract_kit.bulk.verdict import Placed, placed_accounts, plain_accounts, stand
from contract_kit.bulk.workplace import Workplace, dumped, loaded, part_name
from contract_kit.findings import escape_pointer
from contract_kit.judge.layout import read
from contract_kit.ledger import Identity, Ledger, Relation, SourceAccount, Standing

EXISTS, LINKED, CONFLICT, REPEATED = 8006, 8050, 8052, 8005
_REFUSED = {Relation.DUPLICATE: ("duplicate", EXISTS), Relation.REPEATED: ("identifier-repeated", REPEATED)}
_TAKEN = {Relation.LINKED: f"linked info {LINKED}", Relation.CONFLICT: f"conflict warning {CONFLICT}"}
_STEP = 1 << 14
DISPUTED = "email-comparison-open warning"
_HINT = "leave this record out, or find out which of the two is right: the first one stands"


@dataclass(frozen=True, slots=True)
class CollectPart:
    """The task: the involved records of one part, at the ``places`` from and to among all of them. ``end`` is where its last
    line ends."""

    settings: Settings
    folder: str
    part: Part
    places: tuple[int, int]
    buckets: int
    end: int = 0
    known: bool = False


@dataclass(frozen=True, slots=True)
class SettleBucket:
    """The task: one bucket, over the parts that have records in it."""

    settings: Settings
    folder: str
    bucket: int
    parts: tuple[int, ...]


def collect_part(task: CollectPart) -> None:
    """Write the part's involved records to its ``dealt``, bucket after bucket: offset, length, line, and source accounts.
    First stands where the rows of each bucket begin, and where the last ones end."""
    part, work = task.part, Workplace(task.folder)
    part.check()
    start, stop = task.places
    offsets = involved(work)[start:stop] & np.uint64((1 << OFFSET_BITS) - 1)
    buckets = buckets_of(work, start, stop).tolist() if task.buckets > 1 else [0] * len(offsets)
    dealt: dict[int, list[bytes]] = {}
    rows = _known(task, offsets.tolist()) if task.known else _records(task, offsets)
    for offset, bucket, row in zip(offsets.tolist(), buckets, rows, strict=True):
        dealt.setdefault(bucket, []).append(dumped([offset, *row]))
    written = [b"\n".join(dealt.get(bucket, ())) for bucket in range(task.buckets)]
    borders = np.cumsum([8 * (task.buckets + 1), *map(len, written)], dtype=np.uint64)
    work.put(part_name(part.number, "dealt"), borders.tobytes() + b"".join(written))


def _dealt(path: Path, bucket: int) -> bytes:
    """A part's rows for one bucket."""
    with path.open("rb", buffering=0) as stream:
        stream.seek(8 * bucket)
        start, end = np.frombuffer(stream.read(16), np.uint64).tolist()
        stream.seek(start)
        return stream.read(end - start)


def _records(task: CollectPart, offsets: Refs) -> Iterator[list[Any]]:
    """The involved records, read where they lie: length, line and source accounts."""
    starts, plain = read_lines(Workplace(task.folder).path(part_name(task.part.number, "at")))
    numbers = task.part.line_table()
    lines = np.searchsorted(starts, offsets)
    lengths = np.append(starts[1:], np.uint64(task.end))[lines] - offsets
    columns = (offsets, lines, lengths, plain[lines])
    with anywhere(task.part.path, 0) as stream:
        for offset, line, length, proven in zip(*(column.tolist() for column in columns), strict=True):
            stream.seek(task.part.start + offset)
            number = numbers[line] if numbers is not None else line
            yield [length, number, *_row(task.settings, stream.read(length), proven=proven)]


def _known(task: CollectPart, offsets: list[int]) -> Iterator[list[Any]]:
    with anywhere(task.part.path, _STEP) as stream:
        for offset in offsets:
            stream.seek(task.part.start + offset)
            data = stream.readline()
            yield [len(data), 0, *_known_row(data)]


def _row(settings: Settings, data: bytes, *, proven: bool) -> list[Any]:
    org = contract_for(settings).org
    text = data.rstrip(b"\r\n")
    if proven:
        placed = plain_accounts(loaded(text), org)
    else:
        placed = placed_accounts(read(jsontext.parse(text).value, "request")[0].request, org)
    accounts = [
        [account.source, account.account, [list(item) for item in account.identities], [_escaped(one) for one in pointers]]
        for account, pointers in placed
    ]
    return [accounts, text.decode("utf-8", "replace")] if settings.show_values else [accounts]


_escaped = lru_cache(maxsize=1000)(escape_pointer)


def _known_row(data: bytes) -> list[Any]:
    source, account, type_, value, customer, line = loaded(data)
    return [[[source, account, [[type_, value]], [""]]], customer, line]


def settle_bucket(task: SettleBucket) -> dict[str, Any]:
    """Apply the law to a bucket. Writes its ``law``: the records that are refused, part after part. Says for each part how
    many they are, their bytes, where the last one ends, and where they stand in that file."""
    work = Workplace(task.folder)
    bucket = _Bucket(task.settings, work.data("places"))
    parts: dict[str, list[int]] = {}
    at = 0
    with work.writing(f"law{task.bucket}") as stream:
        for number in task.parts:
            rows = _dealt(work.path(part_name(number, "dealt")), task.bucket)
            refused = list(bucket.part(number, rows)) if rows else []
            if refused:
                text = b"\n".join(dumped(row) for row in refused)
                stream.write(text)
                parts[str(number)] = [
                    len(refused), sum(row[1] for row in refused), refused[-1][0] + refused[-1][1], at, len(text),
                ]  # fmt: skip
                at += len(text)
    return {"refused": parts, "tally": bucket.tally.as_data()}


class _Bucket:
    """The ledger of one bucket, and who is where."""

    def __init__(self, settings: Settings, places: dict[str, Any]) -> None:
        self._settings = settings
        self._places = places
        self._ledger = Ledger()
        self._holders: dict[tuple[str, str, Identity], tuple[int, int]] = {}
        self._customers: dict[str, int] = {}
        self.tally = Tally()

    def part(self, number: int, rows: bytes) -> Iterator[list[Any]]:
        """Go through one part's records; those that are refused, with their rejection."""
        _, _, known = self._places["parts"][str(number)]
        for row in rows.split(b"\n"):
            offset, length, line, listed, *more = loaded(row)
            placed = [
                Placed(SourceAccount(source, account, tuple(Identity(*item) for item in items)), tuple(pointers))
                for source, account, items, pointers in listed
            ]
            if known:
                standing = self._ledger.judge([account for account, _ in placed])
                if standing.relation not in _REFUSED:  # a list may say it twice
                    self._register(placed, number, more[1], self._customer(more[0], number, offset), standing)
                continue
            said = self._judge(placed, number, offset, line, more[0] if more else "")
            if said is not None:
                yield [offset, length, line, said.decode()]

    def _judge(self, placed: list[Placed], number: int, offset: int, line: int, record: str) -> bytes | None:
        accounts = tuple(account for account, _ in placed)
        standing, disputed = stand(self._ledger, accounts)
        relation = standing.relation
        pointer = self._pointers(placed, standing)
        if disputed:
            self.tally.law(DISPUTED, number, line, pointer[0], rejected=False)
        if relation in _REFUSED:
            if disputed:
                return None
            code, api_code = _REFUSED[relation]
            self.tally.law(f"{code} error {api_code}", number, line, pointer[0], rejected=True)
            stakes = [self._stake(stake, at) for stake, at in zip(standing.at_stake, pointer, strict=True)]
            return told_law(code, api_code, stakes, show_values=self._settings.show_values, record=record)
        if relation in _TAKEN and not disputed:
            self.tally.law(_TAKEN[relation], number, line, pointer[0], rejected=False)
        customer = standing.customer_id if standing.customer_id is not None else (number << OFFSET_BITS) | offset
        self._register(placed, number, line, customer, standing)
        return None

    def _register(self, placed: list[Placed], number: int, line: int, customer: int, standing: Standing) -> None:
        accounts = [account for account, _ in placed]
        self._ledger.record(accounts, customer, standing)
        for account in accounts:
            for item in account.identities:
                self._holders.setdefault((account.source, account.account, item), (number, line))

    def _customer(self, name: str | None, number: int, offset: int) -> int:
        """Customers that are registered have negative numbers; a row that names none is one of its own."""
        name = f"\0{number} {offset}" if name is None else name
        return self._customers.setdefault(name, -1 - len(self._customers))

    def _pointers(self, placed: list[Placed], standing: Standing) -> list[str]:
        found = []
        for account, item in standing.at_stake:
            places = next(one for one in placed if one.account == account)
            found.append(str(places.pointers[account.identities.index(item)]))
        return found or [""]

    def _stake(self, stake: tuple[SourceAccount, Identity], pointer: str) -> dict[str, str]:
        account, item = stake
        number, line = self._holders.get((account.source, account.account, item), (-1, 0))
        holder = "this record itself"
        if number >= 0:
            source, base, _ = self._places["parts"][str(number)]
            holder = f"{source}:{base + line}"
        message = f"this {item.type} is registered in {account.source} already, by {holder}"
        return {"message": message, "hint": _HINT, "pointer": pointer}
