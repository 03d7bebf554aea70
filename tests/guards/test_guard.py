"""What all guards have in common, tried without a client."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from contract_kit import Contract, UsageError
from contract_kit.clients import Got, Sent
from contract_kit.contract import ContractViolation
from contract_kit.guards import Blocked, Guard
from contract_kit.guards.watching import Judged

from .conftest import Notes
from .payloads import BAD_TEXT, GOOD, GOOD_TEXT, HEADERS, SECRETS, TAKEN, TAKEN_TEXT, WRONG_TEXT

JSON = {**HEADERS, "Content-Type": "application/json"}
CLEAN, FAULTY = Sent(GOOD_TEXT, JSON, {}), Sent(BAD_TEXT, JSON, {})
HOST = "crm.example"
BLOCKED = """\
the registration for crm.example was not sent: would be refused: 3217
  error at $request.body#/profiles/0/source, line 1:49 [source-unknown, API 3217]
      source: got "Instore"; allowed "FACEBOOK", "WEB_ENGAGE", "WECHAT", "INSTORE", "MARTJACK", "TMALL", "TAOBAO", "JD", \
"ECOMMERCE", "WEBSITE", "LINE", "MOBILE_APP"; did you mean "INSTORE"?
      found: a string of 7 characters
      hint: use one of the documented sources, in capitals (stated F25 F55)"""
REFUSED = json.dumps({"errors": [{"status": False, "code": 3217, "message": "no"}]}).encode()


def ask(guard: Guard, sent: Sent = CLEAN) -> Judged:
    asked = guard.request(sent, HOST)
    assert asked is not None
    return asked


def test_a_registration_that_breaks_the_contract_is_blocked_with_all_that_is_wrong(plain: Contract) -> None:
    with pytest.raises(Blocked) as blocked:
        Guard(plain).request(FAULTY, HOST)
    assert str(blocked.value) == BLOCKED
    assert isinstance(blocked.value, ContractViolation)
    assert (blocked.value.side, blocked.value.response) == ("request", None)
    assert [finding.code for finding in blocked.value.report.findings] == ["source-unknown"]
    assert not any(secret in str(blocked.value) for secret in SECRETS)


def test_in_the_mode_warn_it_is_logged_and_let_go(plain: Contract, caplog: pytest.LogCaptureFixture) -> None:
    assert ask(Guard(plain, mode="warn"), FAULTY).expected.api_codes == {3217}
    (record,) = caplog.records
    assert (record.name, record.levelno) == ("contract_kit.guards", logging.WARNING)
    assert record.message == BLOCKED.replace("was not sent", "breaks the contract")


def test_in_the_mode_observe_only_the_observer_is_told(
    plain: Contract, notes: Notes, caplog: pytest.LogCaptureFixture
) -> None:
    guard = Guard(plain, mode="observe", observer=notes.append)
    guard.answer(ask(guard, FAULTY), Got(REFUSED, 400, {"Content-Type": "application/json"}))
    guard.answer(ask(guard), Got(WRONG_TEXT, 200, {"Content-Type": "application/json"}))
    assert caplog.records == []
    assert notes.told == [("request", ["source-unknown"]), ("answer", []), ("request", []), ("answer", ["wrong-type"])]
    assert [(seen.host, seen.blocked, seen.status) for seen in notes] == [
        (HOST, False, None), (HOST, False, 400), (HOST, False, None), (HOST, False, 200),
    ]  # fmt: skip
    assert [seen.outcome.verdict.value for seen in notes] == ["refused", "refused", "accepted", "accepted"]
    assert [len(seen.failing) for seen in notes] == [1, 0, 0, 1]
    assert all(seen.seconds > 0 for seen in notes)


def test_the_observer_is_told_of_what_is_blocked_too(plain: Contract, notes: Notes) -> None:
    with pytest.raises(Blocked):
        Guard(plain, observer=notes.append).request(FAULTY, HOST)
    assert [(seen.side, seen.blocked) for seen in notes] == [("request", True)]


@pytest.mark.parametrize(
    ("mode", "answers", "wanted"),
    [
        ("block", None, "warn"), ("warn", None, "warn"), ("observe", None, "observe"), ("observe", "block", "block"),
        ("block", "block", "block"),
    ],
)  # fmt: skip
def test_answers_are_only_blocked_where_that_is_asked_for(plain: Contract, mode: Any, answers: Any, wanted: str) -> None:
    guard = Guard(plain, mode=mode, answers=answers)
    assert guard.answers == wanted
    asked, got = ask(guard), Got(WRONG_TEXT, 200, None)
    if wanted != "block":
        guard.answer(asked, got)
        return
    with pytest.raises(Blocked, match=r"^the answer of crm\.example does not conform: accepted, HTTP 200\n") as blocked:
        guard.answer(asked, got)
    assert blocked.value.side == "answer"


def test_an_answer_is_held_against_its_request(plain: Contract, notes: Notes) -> None:
    guard = Guard(plain, mode="observe", observer=notes.append)
    guard.answer(ask(guard, FAULTY), Got(TAKEN_TEXT, 200, None))
    guard.answer(ask(guard), Got(REFUSED.replace(b"3217", b"8004"), 400, None))
    broken = ask(guard, Sent(b'{"profiles": [', JSON, {}))
    assert (broken.expected.refused, broken.expected.api_codes) == (True, {8084})
    guard.answer(broken, Got(TAKEN_TEXT, 200, None))
    assert notes.told == [
        ("request", ["source-unknown"]), ("answer", ["accepted-wrongly"]),
        ("request", []), ("answer", ["refused-wrongly"]),
        ("request", ["json-syntax"]), ("answer", ["accepted-wrongly"]),
    ]  # fmt: skip


def test_answers_that_are_no_json_or_odd_json_are_told(plain: Contract, notes: Notes) -> None:
    guard = Guard(plain, mode="observe", observer=notes.append)
    for data in (b"<html>", b"", TAKEN_TEXT[:-1] + b', "createdId": "7"}', b"\xff"):
        guard.answer(ask(guard), Got(data, 200, None))
    assert [codes for side, codes in notes.told if side == "answer"] == [
        ["answer-not-json"], ["answer-not-json"], ["json-duplicate-key", "wrong-type"], ["answer-not-json"],
    ]  # fmt: skip


def test_what_surrounds_the_body_counts(plain: Contract, notes: Notes) -> None:
    guard = Guard(plain, mode="observe", observer=notes.append)
    bare = json.dumps({"profiles": [{"identifiers": [{"type": "cuid", "value": "c-1"}]}]}).encode()
    assert ask(guard, Sent(bare, JSON, {"source": "INSTORE"})).expected.accepted
    assert ask(guard, Sent(GOOD_TEXT, {**JSON, "Content-Type": "text/plain"}, {})).expected.statuses == {415}
    assert ask(guard, Sent(GOOD_TEXT, {"Authorization": "Bearer made-up"}, {})).expected.statuses == {401}
    assert notes.told[0] == ("request", [])
    assert notes.told[1:] == [("request", ["content-type-not-json"]), ("request", ["credentials-malformed"])]


def test_headers_that_were_clean_are_not_judged_again_and_others_are(
    plain: Contract, notes: Notes, monkeypatch: pytest.MonkeyPatch
) -> None:
    guard = Guard(plain, mode="observe", observer=notes.append)
    asked: list[object] = []
    check = Contract.check
    monkeypatch.setattr(
        Contract, "check", lambda self, payload, *rest: asked.append(type(payload)) or check(self, payload, *rest)
    )
    for key in ("one", "one", "two", None, None):
        guard.request(CLEAN, HOST, key)
    names = [kind.__name__ for kind in asked]  # type: ignore[attr-defined]
    assert names == ["bytes", "Request", "bytes", "bytes", "Request", "bytes", "Request", "bytes", "Request"]
    for number in range(200):
        guard.request(CLEAN, HOST, number)
    assert len(guard._clean_headers) <= 64
    guard.request(Sent(GOOD_TEXT, {"Authorization": "Bearer made-up"}, {}), HOST, "bad")
    guard.request(Sent(GOOD_TEXT, {"Authorization": "Bearer made-up"}, {}), HOST, "bad")
    assert notes.told[-2:] == [("request", ["credentials-malformed"])] * 2


@pytest.mark.parametrize(
    ("method", "path", "watched"),
    [
        ("POST", "/v2/customers", True), ("POST", "/v2/customers/", True), ("POST", "/gateway/v2/customers", True),
        ("GET", "/v2/customers", False), ("PUT", "/v2/customers", False), ("POST", "/v2/customers/1", False),
        ("POST", "/v2/customersx", False), ("POST", "/v3/oauth/token/generate", False), ("POST", "/", False),
    ],
)  # fmt: skip
def test_what_is_a_registration(plain: Contract, method: str, path: str, watched: bool) -> None:
    assert Guard(plain).watches(method, HOST, path) is watched


def test_what_is_a_registration_can_be_said_otherwise(plain: Contract) -> None:
    guard = Guard(plain, matches=lambda method, host, path: (method, host, path) == ("PUT", "own.example", "/enrol"))
    assert guard.watches("PUT", "own.example", "/enrol")
    assert not guard.watches("POST", "own.example", "/v2/customers")


def test_warnings_block_where_they_are_to(plain: Contract) -> None:
    small = Sent(json.dumps({**GOOD, "prifiles": []}).encode(), JSON, {})
    assert Guard(plain).request(small, HOST) is not None
    with pytest.raises(Blocked, match="unknown-member"):
        Guard(plain, fail_on="warning").request(small, HOST)


def test_nothing_that_goes_wrong_in_the_guard_stops_the_traffic(
    plain: Contract, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def burst(*args: object) -> None:
        raise RuntimeError("out of order")

    guard = Guard(plain, observer=burst)
    asked = ask(guard)
    monkeypatch.setattr(Contract, "check", burst)
    monkeypatch.setattr(Contract, "check_answer", burst)
    assert guard.request(CLEAN, HOST) is None
    guard.answer(asked, Got(TAKEN_TEXT, 200, None))
    assert [record.message for record in caplog.records] == [
        "telling of what was judged went wrong; the traffic goes on",
        "a registration could not be judged, and was let go",
        "an answer could not be judged, and was handed on",
    ]


def test_a_failing_observer_does_not_let_a_bad_registration_go(plain: Contract) -> None:
    def burst(*args: object) -> None:
        raise RuntimeError("out of order")

    with pytest.raises(Blocked):
        Guard(plain, observer=burst).request(FAULTY, HOST)


@pytest.mark.parametrize("settings", [{"mode": "blok"}, {"answers": "none"}])
def test_there_are_three_modes(plain: Contract, settings: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match=r"there is no mode '\w+'\. the modes are block, warn, observe"):
        Guard(plain, **settings)


class TestOpenTelemetry:
    @pytest.fixture
    def spans(self) -> Iterator[Any]:
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import SimpleSpanProcessor
        from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

        kept, provider = InMemorySpanExporter(), TracerProvider()
        provider.add_span_processor(SimpleSpanProcessor(kept))
        yield provider.get_tracer("tests"), kept
        provider.shutdown()

    def test_findings_become_an_event_of_the_current_span(self, plain: Contract, spans: Any) -> None:
        tracer, kept = spans
        guard = Guard(plain, mode="observe")
        with tracer.start_as_current_span("call"):
            guard.answer(ask(guard), Got(json.dumps(TAKEN).encode(), 200, None))
            ask(guard, FAULTY)
        (span,) = kept.get_finished_spans()
        (event,) = span.events
        assert event.name == "contract_kit.findings"
        assert dict(event.attributes) == {
            "contract_kit.side": "request",
            "contract_kit.verdict": "refused",
            "contract_kit.blocked": False,
            "contract_kit.codes": ("source-unknown",),
            "contract_kit.places": ("$request.body#/profiles/0/source",),
            "contract_kit.severities": ("error",),
            "contract_kit.api_codes": (3217,),
        }

    def test_without_a_span_nothing_happens(self, plain: Contract, spans: Any) -> None:
        ask(Guard(plain, mode="observe"), FAULTY)
        assert spans[1].get_finished_spans() == ()


def test_guards_import_no_client_and_no_telemetry_of_their_own() -> None:
    code = (
        "import sys, contract_kit.guards, contract_kit.guards.httpx\n"
        "print(sorted({name.partition('.')[0] for name in sys.modules} & {'httpx', 'httpx2', 'requests', 'opentelemetry'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
