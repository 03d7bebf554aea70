"""With ``--hold`` a registration that the server takes twice is the server's fault, and nothing else changes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from contract_kit import Contract
from contract_kit.clients import Sent, judge_request
from contract_kit.outcome import Verdict
from contract_kit.proxy.holding import Held
from contract_kit.report import InputResult
from contract_kit.server import app as server
from contract_kit.server import running as serving

from .conftest import Proxying
from .test_judging import REFUSED
from .upstream import TAKEN, Upstream, ask, body

TWICE = "accepted-wrongly;severity=error;party=server"


def findings(url: str, **more: Any) -> str | None:
    return ask(url, body=body(**more)).one("Contract-Kit-Findings")


def test_what_is_taken_twice_is_the_servers_fault(proxying: Proxying, upstream: Upstream, contract: Contract) -> None:
    proxied = proxying(contract=contract, hold=True)
    said = [findings(proxied.url), findings(proxied.url, mobile="919800000111"), findings(proxied.url)]
    assert said == ["none", "none", TWICE]
    ((finding, _),) = proxied.told[2][1].verdict.findings
    assert "duplicate" in finding.message
    assert "919800000110" not in str(finding)


def test_the_same_identifier_in_another_source_is_linked(proxying: Proxying, upstream: Upstream, contract: Contract) -> None:
    proxied = proxying(contract=contract, hold=True)
    assert findings(proxied.url) == "none"
    assert findings(proxied.url, source="WEBSITE") == "none"
    assert findings(proxied.url, source="WEBSITE") == TWICE


def test_what_is_refused_is_not_held(proxying: Proxying, upstream: Upstream, contract: Contract) -> None:
    proxied = proxying(contract=contract, hold=True)
    upstream.status, upstream.body = 400, REFUSED
    assert findings(proxied.url) == "refused-wrongly;severity=error;party=server"
    upstream.status, upstream.body = 200, TAKEN
    assert findings(proxied.url) == "none"


def test_nothing_is_held_unless_it_is_asked_for(proxying: Proxying, upstream: Upstream, contract: Contract) -> None:
    proxied = proxying(contract=contract)
    assert [findings(proxied.url) for _ in range(2)] == ["none", "none"]


def test_a_server_that_keeps_the_law_is_never_wrong(proxying: Proxying, contract: Contract) -> None:
    with serving(server(contract)) as url:
        proxied = proxying(to=url, contract=contract, hold=True)
        answers = [ask(proxied.url, body=body(source=source)) for source in ("INSTORE", "INSTORE", "WEBSITE", "WEBSITE")]
    assert [answer.one("Contract-Kit-Findings") for answer in answers] == ["none"] * 4
    assert [8006 in [one["code"] for one in json.loads(answer.body).get("errors", [])] for answer in answers] == [
        False, True, False, True,
    ]  # fmt: skip


def sent(mobile: str) -> Sent:
    return Sent(json.dumps(body(mobile=mobile)).encode(), None, None, "POST")


@pytest.mark.parametrize(("most", "refused"), [(1, False), (100, True)])
def test_so_much_is_held_and_no_more(contract: Contract, most: int, refused: bool) -> None:
    held = Held(contract, most)
    asked: list[InputResult] = []
    for mobile in ("919800000110", "919800000111"):
        asked.append(judge_request(contract, sent(mobile)).inputs[0])
        assert held.expected(sent(mobile), asked[-1]) == asked[-1]
        held.note(sent(mobile), asked[-1], asked[-1])
    assert held.expected(sent("919800000111"), asked[1]).outcome.verdict is Verdict.REFUSED
    first = held.expected(sent("919800000110"), asked[0]).outcome.verdict
    assert first is (Verdict.REFUSED if refused else Verdict.ACCEPTED)


def test_two_at_once_are_both_noted(contract: Contract) -> None:
    held = Held(contract)
    asked = judge_request(contract, sent("919800000110")).inputs[0]
    for _ in range(2):
        held.note(sent("919800000110"), asked, asked)
    assert held.expected(sent("919800000110"), asked).outcome.refused
