"""What the fixture ``contract`` asserts and says, tried without a pytest of its own."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from contract_kit import Contract, Exchange, InputError, Ledger, Request, Response, UsageError
from contract_kit.contract import ContractViolation
from contract_kit.pytest_plugin.asserting import ContractAssertions
from contract_kit.pytest_plugin.failing import ContractFailure
from contract_kit.pytest_plugin.payloads import PayloadFile
from contract_kit.pytest_plugin.tally import Tally

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
URL = "https://crm.example/v2/customers"


def registration(source: str = "INSTORE", **more: Any) -> dict[str, Any]:
    profile = {"firstName": "Sample", "source": source, "identifiers": [{"type": "mobile", "value": "919800000001"}]}
    return {"profiles": [profile], **more}


GOOD, BAD = registration(), registration("Instore")
TAKEN = {"createdId": 556000001, "warnings": [], "sideEffects": []}
REFUSED = {"errors": [{"status": False, "code": 3217, "message": "invalid source"}]}
SOURCE_UNKNOWN = """\
  error at $request.body#/profiles/0/source%s [source-unknown, API 3217]
      source: got "Instore"; allowed "FACEBOOK", "WEB_ENGAGE", "WECHAT", "INSTORE", "MARTJACK", "TMALL", "TAOBAO", "JD", \
"ECOMMERCE", "WEBSITE", "LINE", "MOBILE_APP"; did you mean "INSTORE"?
      found: a string of 7 characters
      hint: use one of the documented sources, in capitals (stated F25 F55)"""


@pytest.fixture
def tally() -> Tally:
    return Tally()


@pytest.fixture
def contract(bundled: Contract, tally: Tally) -> ContractAssertions:
    return ContractAssertions(bundled, tally)


@pytest.fixture
def demo_contract(demo: Contract, tally: Tally) -> ContractAssertions:
    return ContractAssertions(demo, tally)


def said(call: Callable[[], object]) -> str:
    """What a failing assertion says. Never with the name or number of the made-up person."""
    with pytest.raises(ContractFailure) as failure:
        call()
    text = str(failure.value)
    assert "Sample" not in text
    assert "919800000001" not in text
    return text


# -- payloads ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "payload",
    [
        GOOD, json.dumps(GOOD), json.dumps(GOOD).encode(), Request(GOOD), FIXTURES / "requests" / "good" / "clean.json",
        PayloadFile(FIXTURES / "requests" / "good" / "as-yaml.yaml"), httpx.Request("POST", URL, json=GOOD),
        Request(GOOD, headers={"Authorization": "Bearer made-up"}),
    ],
    ids=["data", "text", "bytes", "Request", "Path", "PayloadFile", "httpx", "made-up credentials"],
)  # fmt: skip
def test_payloads_of_many_forms_are_accepted(contract: ContractAssertions, tally: Tally, payload: object) -> None:
    assert contract.assert_accepts(payload).accepted
    assert tally.assertions == 1


@pytest.mark.parametrize(
    "payload",
    [
        BAD, json.dumps(BAD), json.dumps(BAD).encode(), Request(BAD), httpx.Request("POST", URL, json=BAD),
        httpx.Request("POST", URL, json={"profiles": BAD["profiles"]}, params={"source": "INSTORE"}),
        FIXTURES / "requests" / "bad" / "source-and-name-misspelt.json",
    ],
    ids=["data", "text", "bytes", "Request", "httpx", "httpx with a query", "Path"],
)  # fmt: skip
def test_payloads_of_many_forms_are_refused(contract: ContractAssertions, tally: Tally, payload: object) -> None:
    outcome = contract.assert_refused(payload, code=3217, rule="source-unknown")
    assert 3217 in outcome.api_codes
    assert (dict(tally.codes), tally.rules["source-unknown"]) == ({3217: 1}, 1)


def test_a_payload_that_is_not_accepted_is_told_as_a_diff(contract: ContractAssertions, tally: Tally) -> None:
    assert (
        said(lambda: contract.assert_accepts(BAD))
        == (
            "the contract does not accept this payload: would be refused: 3217\n"
            "  - would be accepted\n"
            "  + would be refused: 3217\n\n"
        )
        + SOURCE_UNKNOWN % ""
    )
    assert tally.assertions == 0


def test_a_text_has_lines_and_columns(contract: ContractAssertions) -> None:
    text = json.dumps(BAD, indent=2)
    assert said(lambda: contract.assert_accepts(text)).endswith(SOURCE_UNKNOWN % ", line 5:17")


def test_a_clean_payload_that_is_to_be_refused(contract: ContractAssertions) -> None:
    assert said(lambda: contract.assert_refused(GOOD, code=3217)) == (
        "the contract does not refuse this payload with 3217: would be accepted\n"
        "  - would be refused: 3217 (The source is invalid)\n"
        "  + would be accepted\n\n"
        "  nothing is found in it"
    )


def test_a_refusal_for_another_reason(contract: ContractAssertions) -> None:
    assert (
        said(lambda: contract.assert_refused(BAD, code=8004, rule="source-missing"))
        == (
            "the contract does not refuse this payload with 8004 for source-missing: would be refused: 3217\n"
            "  - would be refused: 8004 (No source was passed), for source-missing\n"
            "  + would be refused: 3217\n\n"
        )
        + SOURCE_UNKNOWN % ""
    )


def test_what_has_nothing_to_do_with_it_is_only_counted(contract: ContractAssertions) -> None:
    text = said(lambda: contract.assert_accepts({**BAD, "prifiles": 1, "others": 1}))
    assert text.endswith("\n\n  2 other findings have nothing to do with it")
    assert "prifiles" not in text
    text = said(lambda: contract.assert_accepts({**BAD, "prifiles": 1}))
    assert text.endswith("\n\n  1 other finding has nothing to do with it")


def test_warnings_are_foreseen_exactly(demo_contract: ContractAssertions) -> None:
    payload = registration(associatedWith="nobody.knows")
    demo_contract.assert_accepts(payload)
    demo_contract.assert_accepts(payload, warnings=[8077, 8107])
    assert said(lambda: demo_contract.assert_accepts(payload, warnings=[8107])).startswith(
        "the contract accepts this payload, with other warnings: would be accepted, with warnings 8077 and 8107\n"
        "  - would be accepted, with warning 8107\n"
        "  + would be accepted, with warnings 8077 and 8107\n\n"
        "  warning at $request.body#/associatedWith [till-unknown, API 8077]\n"
    )
    assert "\n  - would be accepted, without a warning\n" in said(lambda: demo_contract.assert_accepts(GOOD, warnings=()))


def test_a_ledger_says_who_is_registered(contract: ContractAssertions, tally: Tally) -> None:
    ledger = Ledger()
    contract.assert_accepts(GOOD, ledger=ledger)
    ledger.record(contract.contract.source_accounts(GOOD), 556000001)
    contract.assert_refused(GOOD, code=8006, ledger=ledger)
    contract.assert_refused(json.dumps(GOOD), code=8006, ledger=ledger)
    outcome = contract.assert_accepts(registration("WEBSITE"), warnings=[8050], ledger=ledger)
    assert outcome.customer_id == 556000001
    assert dict(tally.codes) == {8006: 2, 8050: 1}
    assert said(lambda: contract.assert_accepts(GOOD, ledger=ledger)) == (
        "the contract does not accept this payload: would be refused: 8006\n"
        "  - would be accepted\n"
        "  + would be refused: 8006\n\n"
        "  because of what is registered: duplicate (stated F10 F56 D05)"
    )
    # A text that cannot be read is refused whoever is registered.
    contract.assert_refused(json.dumps(GOOD)[:-1], code=8084, ledger=ledger)


def test_every_record_of_a_file_is_judged(demo_contract: ContractAssertions) -> None:
    members = FIXTURES / "requests" / "members.ndjson"
    text = said(lambda: demo_contract.assert_accepts(members))
    assert text.startswith(
        "the contract does not accept this payload: would be refused: 8004\n\n  members.ndjson, record 3\n"
    )
    assert "\n\n  members.ndjson, record 4\n    - would be accepted\n    + would be refused: 8084\n" in text
    assert text.count("members.ndjson, record") == 2


def test_of_many_failing_records_five_are_shown(contract: ContractAssertions, tmp_path: Path) -> None:
    file = tmp_path / "many.ndjson"
    file.write_text(f"{json.dumps(BAD)}\n" * 9)
    text = said(lambda: contract.assert_accepts(file))
    assert text.count("many.ndjson, record") == 5
    assert text.endswith("\n\n  and 4 payloads more")


def test_of_many_findings_eight_are_shown(contract: ContractAssertions) -> None:
    body = {"profiles": [{"source": f"Source{number}", "identifiers": []} for number in range(6)]}
    text = said(lambda: contract.assert_accepts(body))
    assert (text.count("error at"), text.endswith("\n\n  and 4 findings more")) == (8, True)


def test_the_failure_is_a_violation_with_its_report(contract: ContractAssertions) -> None:
    with pytest.raises(ContractViolation) as failure:
        contract.assert_accepts(BAD)
    assert [finding.code for finding in failure.value.report.findings] == ["source-unknown"]


def test_rules_and_profiles_can_be_changed_on_the_way(contract: ContractAssertions, tally: Tally) -> None:
    misspelt = {**GOOD, "prifiles": 1}
    contract.assert_accepts(misspelt)
    with pytest.raises(ContractFailure, match="unknown-member"):
        contract.with_rules(strict=True).assert_accepts(misspelt)
    contract.for_org(FIXTURES / "org" / "demo-org.yaml").assert_refused(registration("TMALL"), code=3217)
    assert ("1.0.0", "demo-brand") in tally.contracts
    assert repr(contract) == "<contract 1.0.0, org not known>"
    assert contract.predict(BAD).refused
    assert not contract.check(BAD).ok
    assert tally.assertions == 2


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda it: it.assert_refused(BAD, code=9999), "9999 is no API code of this operation"),
        (lambda it: it.assert_accepts(GOOD, warnings=[1]), "1 is no API code of this operation"),
        (lambda it: it.assert_refused(BAD, rule="source-unknwon"), "there is no rule 'source-unknwon'. Did you mean source"),
        (lambda it: it.assert_refused(BAD, rule="x"), "there is no rule 'x'. contract-kit rules lists them"),
        (lambda it: it.assert_accepts(httpx.Response(200, json={})), "Response is an answer. assert_conforms judges"),
        (lambda it: it.assert_accepts(PayloadFile(Path("a.json"), "response")), "a.json is marked as response"),
        (lambda it: it.assert_conforms(PayloadFile(Path("a.json"))), "a.json is marked as request"),
    ],
)  # fmt: skip
def test_a_wrong_use_is_told(
    contract: ContractAssertions, call: Callable[[ContractAssertions], object], message: str
) -> None:
    with pytest.raises(UsageError) as wrong:
        call(contract)
    assert str(wrong.value).startswith(message)


def test_a_file_that_cannot_be_read_is_told(contract: ContractAssertions, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read: no such file or directory"):
        contract.assert_accepts(tmp_path / "none.json")


# -- answers ----------------------------------------------------------------------------------------------------------


def posted(body: Any, status: int = 200, answer: Any = TAKEN, **call: Any) -> httpx.Response:
    def handler(request: httpx.Request) -> httpx.Response:
        return httpx.Response(status, json=answer) if not isinstance(answer, str) else httpx.Response(status, text=answer)

    with httpx.Client(transport=httpx.MockTransport(handler)) as client:
        given = {"content": body} if isinstance(body, bytes) else {"json": body}
        return client.post(URL, **given, **call)


def test_an_answer_is_held_against_its_request(contract: ContractAssertions, tally: Tally) -> None:
    assert contract.assert_conforms(posted(GOOD)).accepted
    assert contract.assert_conforms(posted(BAD, 400, REFUSED)).api_codes == {3217}
    # What is wrong with the request is no fault of the answer, but has been exercised.
    assert (tally.rules["source-unknown"], dict(tally.codes)) == (1, {3217: 1})
    assert said(lambda: contract.assert_conforms(posted(BAD))) == (
        "the answer does not conform: accepted-wrongly at $response.body#\n"
        "  - would be refused: 3217\n"
        "  + accepted, HTTP 200\n\n"
        "  error at $response.body# [accepted-wrongly]\n"
        "      accepted, but it had to be refused (source-unknown) with 3217\n"
        "      hint: refuse the registration with the envelope, and store nothing (stated D01 D02)\n\n"
        "  in the request:\n"
        "    source-unknown at $request.body#/profiles/0/source"
    )


def test_a_broken_text_has_to_be_refused(contract: ContractAssertions) -> None:
    with pytest.raises(ContractFailure, match="accepted-wrongly"):  # a warning: that it is refused is assumed (D02)
        contract.assert_conforms(posted(b'{"profiles": ['), fail_on="warning")
    envelope = {"errors": [{"status": False, "code": 8084, "message": "no"}]}
    assert contract.assert_conforms(posted(b'{"profiles": [', 400, envelope)).refused


def test_credentials_of_tests_are_made_up_and_nothing_follows_from_them(contract: ContractAssertions) -> None:
    contract.assert_conforms(posted(GOOD, headers={"Authorization": "Bearer made-up"}))


def test_the_request_may_be_given(contract: ContractAssertions) -> None:
    for request in (BAD, json.dumps(BAD), Request(BAD), httpx.Request("POST", URL, json=BAD)):
        for answer in (TAKEN, json.dumps(TAKEN), Response(TAKEN, 200), httpx.Response(200, json=TAKEN)):
            with pytest.raises(ContractFailure, match="accepted-wrongly"):
                contract.assert_conforms(answer, request=request)


def test_without_a_request_an_answer_is_judged_by_itself(contract: ContractAssertions) -> None:
    for answer in (TAKEN, json.dumps(TAKEN).encode(), Response(TAKEN, 200), httpx.Response(200, json=TAKEN)):
        assert contract.assert_conforms(answer).accepted
    text = said(lambda: contract.assert_conforms({**TAKEN, "createdId": "556000001"}))
    assert text == (
        "the answer does not conform: wrong-type at $response.body#/createdId\n"
        "  + accepted\n\n"
        "  error at $response.body#/createdId [wrong-type]\n"
        "      createdId: a string of 9 characters; a whole number is wanted\n"
        "      found: a string of 9 characters\n"
        "      hint: send the JSON type that the contract names (stated F51)"
    )
    with pytest.raises(ContractFailure, match="answer-not-json"):
        contract.assert_conforms(posted(GOOD, 200, "<html>oops</html>"))


def test_exchanges_are_judged_as_a_whole(contract: ContractAssertions) -> None:
    assert contract.assert_conforms(Exchange(Request(BAD), Response(REFUSED, 400))).refused
    with pytest.raises(ContractFailure, match="accepted-wrongly"):
        contract.assert_conforms(Exchange(Request(BAD), Response(TAKEN, 200)))


def test_recorded_answers_and_exchanges_are_read_from_files(demo_contract: ContractAssertions) -> None:
    answers, exchanges = FIXTURES / "responses", FIXTURES / "exchanges"
    demo_contract.assert_conforms(answers / "good" / "documented-plain.json")
    demo_contract.assert_conforms(PayloadFile(exchanges / "good" / "registered.json", "exchange"))
    with pytest.raises(ContractFailure, match="accepted-wrongly"):
        demo_contract.assert_conforms(PayloadFile(exchanges / "bad" / "accepted-without-source.json", "exchange"))


def test_a_ledger_is_asked_for_answers_too(contract: ContractAssertions) -> None:
    ledger = Ledger()
    ledger.record(contract.contract.source_accounts(GOOD), 556000001)
    linked = {**TAKEN, "warnings": [{"status": False, "code": 8050, "message": "combining"}]}
    contract.assert_conforms(posted(registration("WEBSITE"), answer=linked), ledger=ledger)
    with pytest.raises(ContractFailure, match="customer-id-wrong"):
        contract.assert_conforms(posted(registration("WEBSITE"), answer={**linked, "createdId": 7}), ledger=ledger)
    with pytest.raises(ContractFailure, match="accepted-wrongly"):
        contract.assert_conforms(posted(GOOD), ledger=ledger)


def test_warnings_fail_where_they_are_to(contract: ContractAssertions) -> None:
    odd = {**TAKEN, "warnings": [{"status": True, "code": 8055, "message": "no e-mail"}]}
    contract.assert_conforms(odd)
    with pytest.raises(ContractFailure, match="entry-status-true"):
        contract.assert_conforms(odd, fail_on="warning")
