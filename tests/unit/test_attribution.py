"""Who is wrong in a deviation: the client, the server, or the document itself."""

from __future__ import annotations

from typing import Any

import pytest

from contract_kit import Contract, Exchange, Request, Response
from contract_kit.attribution import INCOMPLETE, LISTED, OWED, Party, counted, parties, party
from contract_kit.examples import registration
from contract_kit.report import InputResult
from contract_kit.rules import BY_CODE

TAKEN = {"createdId": 7, "warnings": [], "sideEffects": []}
JSON = {"Content-Type": "application/json"}
LEAK = 'File "/srv/app.py", line 3, in post'


def refused(code: int, message: str = "no") -> dict[str, Any]:
    return {"errors": [{"status": False, "code": code, "message": message}], "warnings": []}


def judged(contract: Contract, body: Any, answer: Any, status: int = 200, **parts: Any) -> InputResult:
    exchange = Exchange(Request(body, parts.get("sent")), Response(answer, status, parts.get("got", JSON)))
    (result,) = contract.check(exchange).inputs
    return result


def wrong(source: str = "Instore") -> dict[str, Any]:
    body = registration()
    body["profiles"][0]["source"] = source
    return body


@pytest.mark.parametrize(
    ("body", "answer", "status", "expected"),
    [
        # A stated refusal that does not come is the server's, the request that called for it the client's.
        (wrong(), TAKEN, 200, {"source-unknown": "client", "accepted-wrongly": "server"}),
        (wrong(), refused(3217), 400, {"source-unknown": "client"}),
        # Another code: the page lists 3217, so the server is wrong.
        (wrong(), refused(8086), 400, {"source-unknown": "client", "refused-for-other-reason": "server"}),
        # Another code where the expected one is only assumed: the document is in doubt.
        ([], refused(8086), 400, {"wrong-type": "client", "refused-for-other-reason": "document"}),
        (registration(), refused(8084), 400, {"refused-wrongly": "server"}),
        # The list of codes may lack some.
        (registration(), refused(7999), 400, {"api-code-unknown": "document"}),
        # A stack trace is nobody's assumption.
        (wrong(), refused(3217, LEAK), 400, {"source-unknown": "client", "answer-leaks": "server"}),
    ],
)  # fmt: skip
def test_who_is_wrong(contract: Contract, body: Any, answer: Any, status: int, expected: dict[str, str]) -> None:
    result = judged(contract, body, answer, status)
    found = {finding.code: party(finding, result).value for finding in result.findings}
    assert {code: found.get(code) for code in expected} == expected


def test_where_both_agree_against_weak_grounds_the_document_is_in_doubt(contract: Contract) -> None:
    sent = {**JSON, "Content-Type": "text/plain"}
    taken, turned_away = (
        judged(contract, registration(), answer, status, sent=sent) for answer, status in ((TAKEN, 200), (refused(415), 415))
    )
    for result, expected in ((taken, Party.DOCUMENT), (turned_away, Party.CLIENT)):
        found = {finding.code: who for finding, who in zip(result.findings, parties(result), strict=True)}
        assert found["content-type-not-json"] is expected
    assert {
        who for finding, who in zip(taken.findings, parties(taken), strict=True) if finding.code == "accepted-wrongly"
    } == {Party.DOCUMENT}


def test_a_stated_refusal_stays_the_servers_when_its_rule_is_left_out(contract: Contract) -> None:
    result = judged(contract.with_rules(select=["accepted-wrongly"]), wrong(), TAKEN)
    assert parties(result) == (Party.SERVER,)


def test_an_exchange_counts_once_for_each_party(contract: Contract) -> None:
    results = [judged(contract, wrong(), TAKEN), judged(contract, wrong(), refused(3217), 400)]
    assert counted(results) == {Party.CLIENT: 2, Party.SERVER: 1, Party.DOCUMENT: 0}


def test_the_lists_name_what_there_is(contract: Contract) -> None:
    assert set(BY_CODE) >= OWED | INCOMPLETE
    assert set(contract.api_codes) >= LISTED
    assert [one.phrase for one in Party] == ["client wrong", "server wrong", "document in doubt"]
