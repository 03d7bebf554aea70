"""For any record bulk validation says what the contract says, in the same words."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contract_kit import Contract, OrgProfile
from contract_kit.bulk.hashing import hash_bytes, hash_of
from contract_kit.bulk.settings import prover
from contract_kit.bulk.verdict import judge, keys_of, placed_accounts, plain_accounts, plain_identities
from contract_kit.exchange import Request
from contract_kit.ledger import identity

from .helpers import agree, bodies, came, expected

BODIES = bodies()
LAW = settings(
    max_examples=int(os.environ.get("CONTRACT_KIT_EXAMPLES", "60")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)
LINE_ENDS = st.sampled_from([b"\n", b"\n", b"\r\n", b"\n\n", b"\n \n"])


@st.composite
def files(draw: st.DrawFn) -> bytes:
    """NDJSON of good and bad records, perhaps without its last line end."""
    data = b""
    for _ in range(draw(st.integers(1, 8))):
        data += draw(BODIES.texts()).replace(b"\n", b" ") + draw(LINE_ENDS)
    return data if draw(st.booleans()) else data.rstrip(b"\r\n")


@LAW
@given(files(), st.sampled_from(sorted(BODIES.ORGS)), st.sampled_from([600, 3000, 1 << 20]))
def test_law_a_file_is_judged_as_its_records_are(data: bytes, org: str, part_size: int) -> None:
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
    for profile in proven["profiles"]:
        for item in profile["identifiers"]:
            # As the loop in ``judging`` has it.
            value = item["value"].lower() if item["type"] == "email" else item["value"]
            fast = hash_bytes((item["type"] + "\0" + value).encode())
            assert fast == hash_of(identity(item["type"], item["value"]))
    assert judge(contract, data).accepted
