"""For any record bulk validation says what the contract says, in the same words."""

from __future__ import annotations

import os
import sys
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contract_kit import Contract, OrgProfile
from contract_kit.bulk.explained import explainer_for
from contract_kit.bulk.hashing import hash_bytes, hash_of
from contract_kit.bulk.settings import Settings, fast_paths, plain_identities, prover
from contract_kit.bulk.verdict import judge, keys_of, placed_accounts, plain_accounts
from contract_kit.examples import NOW
from contract_kit.exchange import Request
from contract_kit.judge import template, templates

from .helpers import EXAMPLE, agree, bodies, came, expected, ndjson, record
from .test_processes import many

BODIES = bodies()
LAW = settings(
    max_examples=int(os.environ.get("CONTRACT_KIT_EXAMPLES", "60")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)
SETTINGS = {org: Settings.of(OrgProfile.from_mapping(profile), now=NOW) for org, profile in BODIES.ORGS.items()}
LINE_ENDS = st.sampled_from([b"\n", b"\n", b"\r\n", b"\n\n", b"\n \n"])


@st.composite
def files(draw: st.DrawFn) -> bytes:
    """NDJSON of good and bad records, perhaps without its last line end."""
    data = b""
    for _ in range(draw(st.integers(1, 8))):
        data += draw(BODIES.texts()).replace(b"\n", b" ") + draw(LINE_ENDS)
    return data if draw(st.booleans()) else data.rstrip(b"\r\n")


@LAW
@given(files(), st.sampled_from(sorted(BODIES.ORGS)), st.sampled_from([600, 3000, 1 << 20]), st.booleans())
def test_law_a_file_is_judged_as_its_records_are(data: bytes, org: str, part_size: int, learning: bool) -> None:
    with pytest.MonkeyPatch.context() as patch:
        if learning:  # whatever comes twice gets a template
            patch.setattr(templates, "PATIENCE", 1)
            patch.setattr(templates, "_LOOK", 3)
            patch.setattr(template, "ENOUGH", 2)
        judged_as_its_records_are(data, org, part_size)


def judged_as_its_records_are(data: bytes, org: str, part_size: int) -> None:
    contract: Contract = BODIES.contract_for(org)
    with TemporaryDirectory() as name:
        source = Path(name, "in.ndjson")
        source.write_bytes(data)
        profile = OrgProfile.from_mapping(BODIES.ORGS[org])
        agree(came(Path(name), source, org=profile, part_size=part_size), expected(data, contract))


@LAW
@given(BODIES.registrations(), st.sampled_from(sorted(BODIES.ORGS)))
def test_law_the_identities_of_a_proven_body_are_the_ledgers(body: Any, org: str) -> None:
    contract: Contract = BODIES.contract_for(org)
    data = BODIES.json.dumps(body).encode()
    proven = prover(contract)(data)
    if proven is None:
        return
    assert keys_of(Request(proven), contract.org) == (plain_identities(proven), False)
    assert plain_accounts(proven, contract.org) == placed_accounts(Request(proven), contract.org)
    for fast in fast_paths(SETTINGS[org], [data]):
        found = fast(data)
        if found:
            assert list(dict.fromkeys(found)) == [f"{type_}\0{value}" for type_, value in plain_identities(proven)]
            assert [hash_bytes(item.encode()) for item in dict.fromkeys(found)] == list(
                map(hash_of, plain_identities(proven))
            )
    assert judge(contract, data).accepted


def test_without_msgspec_the_answer_is_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "msgspec", None)
    monkeypatch.delitem(sys.modules, "contract_kit.judge.sieve", raising=False)
    monkeypatch.delitem(sys.modules, "contract_kit.judge.shapes", raising=False)
    monkeypatch.delattr("contract_kit.judge.sieve", raising=False)
    data = many(60)
    source = tmp_path / "in.ndjson"
    source.write_bytes(data)
    now = NOW + timedelta(seconds=1)  # settings of its own, for which nothing is remembered yet
    contract = Contract.bundled().for_org(EXAMPLE).at(now)
    assert contract._proof.identities_of() is None
    agree(came(tmp_path, source, now=now), expected(data, contract))


def test_records_that_are_alike_are_explained_once(tmp_path: Path, judged: list[bytes]) -> None:
    data = ndjson([record(f"externalId E{n}", source="Instore") for n in range(50)])
    source = tmp_path / "in.ndjson"
    source.write_bytes(data)
    now = NOW + timedelta(seconds=2)
    oracle = expected(data, Contract.bundled().for_org(EXAMPLE).at(now))
    agree(came(tmp_path, source, now=now), oracle)
    assert len(judged) == 1
    agree(came(tmp_path, source, now=now, show_values=True), oracle)
    assert len(judged) == 51, "with values each is its own"


def test_what_is_remembered_of_rejections_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("contract_kit.bulk.explained.REMEMBERED", 3)
    data = ndjson([record("externalId E1", source=f"Instore{n % 7}") for n in range(40)])
    source = tmp_path / "in.ndjson"
    source.write_bytes(data)
    now = NOW + timedelta(seconds=3)
    agree(came(tmp_path, source, now=now), expected(data, Contract.bundled().for_org(EXAMPLE).at(now)))


def test_long_rejections_are_not_remembered(tmp_path: Path) -> None:
    data = ndjson([record("externalId E1", source="Instore", associatedWith="x" * n) for n in (4000, 4000, 9000)])
    source = tmp_path / "in.ndjson"
    source.write_bytes(data)
    now = NOW + timedelta(seconds=4)
    agree(came(tmp_path, source, now=now), expected(data, Contract.bundled().for_org(EXAMPLE).at(now)))
    assert not explainer_for(Settings.of(EXAMPLE, now=now))._known
