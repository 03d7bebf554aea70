"""What was registered through the proxy, so that a registration that the server takes twice does not pass unnoticed."""

from __future__ import annotations

import json
from dataclasses import replace

from contract_kit.clients import Sent
from contract_kit.contract import Contract
from contract_kit.exchange import Request
from contract_kit.ledger import Ledger, Relation
from contract_kit.outcome import Verdict
from contract_kit.report import InputResult

MOST = 100_000
"""So many identifiers are held; then all are forgotten, and it begins anew. Some 40 MB."""


class Held:
    """The identifiers of the registrations that the server took while the proxy ran (F10, D04). Others may be registered
    too, so it says of a registration that it has to be refused, never that it must not be."""

    def __init__(self, contract: Contract, most: int = MOST) -> None:
        self._contract = contract
        self._most = most
        self._ledger = Ledger()
        self._taken = 0

    def expected(self, sent: Sent, asked: InputResult) -> InputResult:
        """The result of a request, with the refusal as a duplicate that has to come where one of its identifiers is held
        in its source account. To be asked when the request is sent on: what is taken after that may be taken first."""
        if asked.outcome.verdict is not Verdict.ACCEPTED:
            return asked
        outcome = self._contract.predict(_request(sent), self._ledger)
        return replace(asked, outcome=outcome) if outcome.refused else asked

    def note(self, sent: Sent, asked: InputResult, told: InputResult) -> None:
        """Hold what was registered: what the contract accepts and the server took."""
        if asked.outcome.verdict is not Verdict.ACCEPTED or told.outcome.verdict is not Verdict.ACCEPTED:
            return
        if len(self._ledger) >= self._most:
            self._ledger = Ledger()
        accounts = self._contract.source_accounts(_request(sent))
        standing = self._ledger.judge(accounts)
        if standing.relation not in (Relation.DUPLICATE, Relation.REPEATED):  # two at once may be taken both
            self._taken += 1
            customer = standing.customer_id if standing.customer_id is not None else self._taken
            self._ledger.record(accounts, customer, standing)


def _request(sent: Sent) -> Request:
    """A request that the contract accepts, so that its body is JSON."""
    return Request(json.loads(sent.data), sent.headers, sent.query, sent.method)
