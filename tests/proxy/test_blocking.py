"""Wrong registrations that are kept back, with an answer such as the contract has."""

from __future__ import annotations

import json

import pytest

from contract_kit import Contract, Exchange, OrgProfile, Request, Response
from contract_kit.examples import ORG
from contract_kit.proxy import LARGEST

from .conftest import Proxying
from .upstream import HEADERS, Upstream, ask, body


def test_a_wrong_registration_does_not_reach_the_upstream(proxying: Proxying, upstream: Upstream) -> None:
    proxied = proxying(block=True)
    said = ask(proxied.url, body=body("Instore"))
    assert (said.status, said.codes, upstream.asked) == (400, [3217], [])
    assert said.one("Contract-Kit-Proxy") == "blocked"
    assert said.one("Contract-Kit-Findings") == "source-unknown;severity=error;party=client"
    message = json.loads(said.body)["errors"][0]["message"]
    assert message.startswith('contract-kit proxy: source: got "Instore"; allowed ')
    assert message.endswith('did you mean "INSTORE"? (source-unknown)')
    assert (proxied.app.tally.judged, proxied.app.tally.blocked, proxied.app.tally.unanswered) == (1, 1, 0)


def test_a_good_one_does(proxying: Proxying, upstream: Upstream) -> None:
    said = ask(proxying(block=True).url, body=body())
    assert (said.status, said.all("Contract-Kit-Proxy"), len(upstream.asked)) == (200, [], 1)


def test_a_wrong_answer_is_handed_on(proxying: Proxying, upstream: Upstream) -> None:
    upstream.body = b"{}"
    said = ask(proxying(block=True).url, body=body())
    assert (said.status, said.body) == (200, b"{}")


def test_warnings_block_where_that_is_asked_for(proxying: Proxying, upstream: Upstream) -> None:
    warned = body(mobile="+91 98")
    assert ask(proxying(block=True).url, body=warned).status == 200
    said = ask(proxying(block=True, fail_on="warning").url, body=warned)
    assert (said.status, len(upstream.asked)) == (400, 1)


@pytest.mark.parametrize(
    ("headers", "data", "status", "codes"),
    [
        ({"Content-Type": "text/plain"}, None, 415, [415]),
        ({"Authorization": "Bearer token"}, None, 401, [401]),
        ({}, b"{", 400, [8084]),
        ({}, b'{"profiles": [{"source": "Instore"}]}', 400, [3217, 8005]),
    ],
)
def test_its_answers_keep_to_the_contract(
    proxying: Proxying, contract: Contract, headers: dict[str, str], data: bytes | None, status: int, codes: list[int]
) -> None:
    sent = {**HEADERS, **headers}
    said = ask(proxying(block=True, contract=contract).url, body=body() if data is None else data, headers=sent)
    assert (said.status, sorted(said.codes)) == (status, codes)
    answer = Response(json.loads(said.body), said.status, dict(said.fields))
    assert list(contract.check(answer).findings) == []
    if data != b"{":
        request = Request(body() if data is None else json.loads(data), sent)
        found = contract.check_answer(Exchange(request, answer), contract.predict(request)).findings
        assert list(found) == []


def test_the_status_that_an_organisation_has_pinned(proxying: Proxying) -> None:
    pinned = Contract.bundled().for_org(OrgProfile.from_mapping({**ORG, "api": {"refusalStatus": 200}}))
    assert ask(proxying(block=True, contract=pinned).url, body=body("Instore")).status == 200


def test_nobody_gets_by_with_what_cannot_be_read(proxying: Proxying, upstream: Upstream) -> None:
    url = proxying(block=True).url
    for data, headers in ((b" " * (LARGEST + 1), HEADERS), (b"x", {**HEADERS, "Content-Encoding": "odd"})):
        said = ask(url, body=data, headers=headers)
        assert (said.status, said.codes, said.one("Contract-Kit-Proxy")) == (413, [413], "blocked")
    assert upstream.asked == []
