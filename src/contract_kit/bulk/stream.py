"""Validation inside somebody else's pipeline: records in, verdicts out, one at a time and in order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import orjson

from contract_kit.bulk.law import CONFLICT, EXISTS, LINKED, REPEATED
from contract_kit.bulk.settings import prover
from contract_kit.bulk.verdict import judge, placed_accounts, plain_accounts, stand
from contract_kit.contract import Contract
from contract_kit.findings import Finding
from contract_kit.ledger import Ledger, Relation
from contract_kit.outcome import Outcome

_CODES = {
    Relation.DUPLICATE: EXISTS, Relation.REPEATED: REPEATED, Relation.LINKED: LINKED, Relation.CONFLICT: CONFLICT,
}  # fmt: skip


class Checked(NamedTuple):
    """The verdict on one record: its number from 0, whether it may be sent, what a server would answer to it alone, the
    findings in it, and how it stands to the records before it (``None`` where that was not asked)."""

    number: int
    accepted: bool
    outcome: Outcome
    findings: tuple[Finding, ...]
    relation: Relation | None = None

    @property
    def api_codes(self) -> tuple[int, ...]:
        """The API codes of the refusal, of the law too."""
        law = _CODES.get(self.relation) if self.relation in (Relation.DUPLICATE, Relation.REPEATED) else None
        return tuple(sorted({*self.outcome.api_codes, *([law] if law else [])}))


def validate_stream(
    records: Iterable[bytes | str | Mapping[str, Any]], contract: Contract, *, ledger: Ledger | None = None
) -> Iterator[Checked]:
    """Judge records one after the other: JSON texts, or bodies as plain data.

    ``ledger`` applies the law of uniqueness as well: each record is held against it and, where it is accepted, recorded
    under its number; the ledger grows with the records. Customers that are registered already should carry negative
    numbers in it. Without one each record is judged by itself, and memory stays as it is.
    """
    proven = prover(contract)
    for index, record in enumerate(records):
        data = _bytes(record)
        body = proven(data)
        if body is not None:
            result = contract._clean_report(body).inputs[0]
            accepted, placed = True, plain_accounts(body, contract.org) if ledger is not None else []
        else:
            judged = judge(contract, data, index=index, places=True)
            result, accepted = judged.result, judged.accepted
            placed = placed_accounts(judged.request, contract.org) if ledger is not None and judged.request else []
        relation = None
        if ledger is not None and accepted:
            accounts = tuple(account for account, _ in placed)
            standing, disputed = stand(ledger, accounts)
            relation = standing.relation
            if relation in (Relation.DUPLICATE, Relation.REPEATED):
                accepted = disputed
            else:
                ledger.record(accounts, index if standing.customer_id is None else standing.customer_id)
        yield Checked(index, accepted, result.outcome, result.findings, relation)


def _bytes(record: bytes | str | Mapping[str, Any]) -> bytes:
    if isinstance(record, bytes):
        return record
    if isinstance(record, str):
        return record.encode("utf-8", "surrogatepass")
    try:
        return orjson.dumps(record)
    except TypeError:  # a whole number that is too long, or half a character
        import json

        return json.dumps(record).encode()
