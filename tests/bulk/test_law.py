"""The law of uniqueness over whole inputs: what one pass of the ledger says, whatever the parts, the memory and the jobs."""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contract_kit import Contract
from contract_kit.bulk import clusters
from contract_kit.examples import NOW

from .helpers import EXAMPLE, agree, came, expected, ndjson, record

CONTRACT = Contract.bundled().for_org(EXAMPLE).at(NOW)
LAW = settings(max_examples=int(os.environ.get("CONTRACT_KIT_EXAMPLES", "60")), deadline=None)
LONG = "a" * 40 + "@" + "b" * 60 + "." + "c" * 60 + "." + "d" * 60 + "." + "e" * 60
"""An e-mail address of more than 255 characters: how it compares is open (D05)."""
NAMES = [
    "mobile 919800000001", "mobile +91 9800000001", "mobile 919800000002", "email a@shop.example", "email A@SHOP.example",
    "email b@shop.example", "externalId E1", "externalId e1", "externalId E2", f"email {LONG}", f"email {LONG[:255]}",
]  # fmt: skip
PLACES = [("INSTORE", None), ("WEBSITE", None), ("MOBILE_APP", "app-one"), ("MOBILE_APP", "app-two"), ("MOBILE_APP", None)]


@st.composite
def profiles(draw: st.DrawFn) -> dict[str, Any]:
    source, account = draw(st.sampled_from(PLACES))
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=3))
    one: dict[str, Any] = record(*names, source=source, account=account)["profiles"][0]
    return one


RECORDS = st.lists(profiles(), min_size=1, max_size=2).map(lambda listed: {"profiles": listed})
KNOWN = st.lists(
    st.tuples(st.sampled_from(PLACES), st.sampled_from(NAMES[:8]), st.sampled_from(["c1", "c2", "c3"])), max_size=4
)


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """So little memory that every few records make a bucket of their own."""
    monkeypatch.setattr(clusters, "RECORD_MEMORY", 1 << 29)


def known_file(rows: Any, path: Path) -> list[tuple[str, str, str, str, int]]:
    """Write a list of what is registered; the same for the oracle."""
    from contract_kit.ledger import identity

    said = []
    customers: dict[str, int] = {}
    with path.open("w", newline="") as stream:
        table = csv.writer(stream)
        table.writerow(["source", "accountId", "type", "value", "customer"])
        for (source, account), name, customer in rows:
            type_, value = name.split(" ", 1)
            table.writerow([source, account or "", type_, value, customer])
            number = customers.setdefault(customer, -1 - len(customers))
            said.append((source, account or "", *identity(type_, value), number))
    return said


@LAW
@given(
    st.lists(RECORDS, min_size=1, max_size=14), KNOWN, st.sampled_from([200, 900, 1 << 20]), st.sampled_from([1, 1 << 31])
)
def test_law_the_answer_is_that_of_one_ledger(listed: list[Any], known: Any, part_size: int, memory: int) -> None:
    with TemporaryDirectory() as name:
        source, registered = Path(name, "in.ndjson"), Path(name, "known.csv")
        data = ndjson(listed)
        source.write_bytes(data)
        rows = known_file(known, registered)
        found = came(Path(name), source, known=[str(registered)], part_size=part_size, memory=memory)
        agree(found, expected(data, CONTRACT, rows))


@settings(max_examples=25, deadline=None)
@given(st.lists(RECORDS, min_size=8, max_size=30))
def test_law_buckets_change_nothing(listed: list[Any]) -> None:
    with TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
        patch.setattr(clusters, "RECORD_MEMORY", 1 << 29)
        source = Path(name, "in.ndjson")
        data = ndjson(listed)
        source.write_bytes(data)
        agree(came(Path(name), source, part_size=300, memory=1 << 31), expected(data, CONTRACT))


def test_the_first_wins_and_a_refused_one_registers_nothing(tmp_path: Path) -> None:
    source = tmp_path / "in.ndjson"
    source.write_bytes(
        ndjson(
            [
                record("mobile 919800000001"),
                record("mobile 919800000001", "email a@shop.example"),  # refused, so its e-mail stays free
                record("email a@shop.example"),
                record("email A@Shop.example"),
            ]
        )
    )
    found = came(tmp_path, source)
    assert [one["line"] for one in found.rejected] == [2, 4]
    assert found.rejected[0]["findings"] == [
        {
            "code": "duplicate",
            "severity": "error",
            "api_code": 8006,
            "message": f"this mobile is registered in INSTORE already, by {source}:1",
            "hint": "leave this record out, or find out which of the two is right: the first one stands",
            "pointer": "/profiles/0/identifiers/0",
        }
    ]
    assert found.rejected[1]["findings"][0]["message"] == f"this email is registered in INSTORE already, by {source}:3"


def test_links_and_conflicts_are_accepted_and_counted(tmp_path: Path) -> None:
    source = tmp_path / "in.ndjson"
    listed = [
        record("mobile 919800000001"),
        record("email a@shop.example"),
        record("mobile 919800000001", source="WEBSITE"),
        record("mobile 919800000001", "email a@shop.example", source="MOBILE_APP", account="app-one"),
    ]
    source.write_bytes(ndjson(listed))
    found = came(tmp_path, source)
    assert found.accepted == ndjson(listed)
    causes = found.outcome.tally.causes
    assert causes["linked info 8050"]["examples"] == [[0, 2, "/profiles/0/identifiers/0"]]
    assert causes["conflict warning 8052"]["examples"] == [[0, 3, "/profiles/0/identifiers/0"]]


def test_what_is_registered_comes_first(tmp_path: Path) -> None:
    source, registered = tmp_path / "in.ndjson", tmp_path / "known.ndjson"
    source.write_bytes(ndjson([record("mobile 919800000001"), record("mobile 919800000001", source="WEBSITE")]))
    row = {"source": "INSTORE", "type": "mobile", "value": "+91 9800000001", "customer": 7}
    registered.write_text(json.dumps(row) + "\n")
    found = came(tmp_path, source, known=[str(registered)])
    assert [one["line"] for one in found.rejected] == [1]
    assert found.rejected[0]["findings"][0]["message"] == f"this mobile is registered in INSTORE already, by {registered}:1"
    assert found.outcome.tally.causes["linked info 8050"]["records"] == 1


def test_order_goes_over_files(tmp_path: Path) -> None:
    first, second = tmp_path / "b.ndjson", tmp_path / "a.ndjson"
    first.write_bytes(ndjson([record("externalId E1")]))
    second.write_bytes(ndjson([record("externalId E1")]))
    assert [one["file"] for one in came(tmp_path, first, second).rejected] == [str(second)]
    assert [one["file"] for one in came(tmp_path, second, first).rejected] == [str(first)]


@pytest.mark.usefixtures("narrow")
def test_a_chain_over_many_buckets_stays_together(tmp_path: Path) -> None:
    """Each record shares an identifier with the next one only; refusals alternate down the whole chain."""
    source = tmp_path / "in.ndjson"
    data = ndjson([record(f"externalId L{n}", f"externalId L{n + 1}") for n in range(60)])
    source.write_bytes(data)
    found = came(tmp_path, source, part_size=500, memory=1 << 31)
    assert [one["line"] for one in found.rejected] == list(range(2, 61, 2))
    agree(found, expected(data, CONTRACT))
