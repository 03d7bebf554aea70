"""Validation inside another pipeline."""

from __future__ import annotations

import json

from contract_kit import Contract, Ledger
from contract_kit.bulk import validate_stream
from contract_kit.examples import NOW
from contract_kit.ledger import Relation

from .helpers import EXAMPLE, record

CONTRACT = Contract.bundled().for_org(EXAMPLE).at(NOW)


def test_each_record_by_itself() -> None:
    good, bad = record("externalId E1"), record("externalId E1", source="Instore")
    checked = list(validate_stream([good, json.dumps(good), json.dumps(bad).encode(), b"{"], CONTRACT))
    assert [(one.number, one.accepted, one.relation) for one in checked] == [
        (0, True, None), (1, True, None), (2, False, None), (3, False, None),
    ]  # fmt: skip
    assert [one.api_codes for one in checked] == [(), (), (3217,), (8084,)]
    assert [(found.code, found.line, found.column) for found in checked[2].findings] == [("source-unknown", 1, 26)]
    assert checked[0].outcome == CONTRACT.predict(good)


def test_the_law_over_what_came_before() -> None:
    listed = [
        record("externalId E1"),
        record("externalId E1", "externalId E2"),
        record("externalId E2", source="WEBSITE"),
        record("externalId E1", "externalId E2", source="LINE", account="line-one"),
    ]
    checked = list(validate_stream(listed, CONTRACT, ledger=Ledger()))
    assert [(one.accepted, one.relation) for one in checked] == [
        (True, Relation.NEW), (False, Relation.DUPLICATE), (True, Relation.NEW), (True, Relation.CONFLICT),
    ]  # fmt: skip
    assert checked[1].api_codes == (8006,)


def test_a_ledger_goes_on_from_what_it_holds() -> None:
    ledger = Ledger()
    assert next(iter(validate_stream([record("externalId E1")], CONTRACT, ledger=ledger))).accepted
    assert not next(iter(validate_stream([record("externalId E1")], CONTRACT, ledger=ledger))).accepted


def test_one_record_at_a_time() -> None:
    taken = []

    def endless() -> object:
        number = 0
        while True:
            taken.append(number)
            yield record(f"externalId E{number}")
            number += 1

    stream = validate_stream(endless(), CONTRACT)  # type: ignore[arg-type]
    assert [next(stream).number for _ in range(3)] == [0, 1, 2]
    assert taken == [0, 1, 2]
