"""A shared server is respected: evenly paced, Retry-After obeyed and the call sent again, and never more than the budget."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_kit import Contract, OrgProfile
from contract_kit.errors import UsageError
from contract_kit.fuzz.client import BudgetSpentError, Client
from contract_kit.fuzz.pacing import Pacer, rate_of
from contract_kit.fuzz.wire import Answer, Call

CALL = Call("POST")


class Clock:
    """Time that only passes by sleeping."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


class Saying:
    """A server that gives prepared answers, then 200, and remembers when it was called."""

    url = "http://saying.invalid/v2"

    def __init__(self, clock: Clock, *answers: Answer) -> None:
        self.clock, self.answers, self.at = clock, list(answers), [0.0][:0]

    def send(self, call: Call) -> Answer:
        self.at.append(self.clock.now)
        return self.answers.pop(0) if self.answers else Answer(200)

    def together(self, calls: Sequence[Call]) -> list[Answer]:
        return [self.send(call) for call in calls]

    def close(self) -> None:
        """Nothing is open."""


def client(server: Saying, rate: float | None = None, most: int = 100) -> Client:
    return Client(server, Pacer(rate, clock=server.clock, sleep=server.clock.sleep), max_requests=most)


@given(st.sampled_from([1.0, 100 / 60, 10.0, 600 / 60]), st.integers(2, 50))
def test_calls_go_evenly_and_never_faster_than_the_rate(rate: float, number: int) -> None:
    server = Saying(Clock())
    one = client(server, rate)
    for _ in range(number):
        one.send(CALL)
    gaps = [later - earlier for earlier, later in zip(server.at, server.at[1:], strict=False)]
    assert all(abs(gap - 1 / rate) < 1e-9 for gap in gaps)


def test_retry_after_is_obeyed_and_the_call_sent_again() -> None:
    server = Saying(Clock(), Answer(429, {"retry-after": "7"}), Answer(200, data=b"{}"))
    one = client(server)
    answer = one.send(CALL)
    assert answer is not None
    assert answer.status == 200
    assert server.at == [100.0, 107.0]
    assert one.requests == 2
    assert dict(one.statuses) == {429: 1, 200: 1}
    assert [answer.status for _, answer in one.limited] == [429]


@pytest.mark.parametrize(("status", "tries"), [(429, 4), (503, 2)])
def test_what_stays_turned_away_is_no_answer(status: int, tries: int) -> None:
    server = Saying(Clock(), *[Answer(status)] * 10)
    assert client(server).send(CALL) is None
    assert len(server.at) == tries
    assert server.at == [100.0 + number for number in range(tries)]  # a second where the server does not say how long


def test_a_wait_that_is_too_long_ends_the_run() -> None:
    server = Saying(Clock(), Answer(429, {"retry-after": "3600"}))
    with pytest.raises(BudgetSpentError):
        client(server).send(CALL)


def test_the_budget_is_never_overdrawn() -> None:
    server = Saying(Clock())
    one = client(server, most=5)
    one.together(CALL, 3)
    with pytest.raises(BudgetSpentError):
        one.together(CALL, 3)
    assert one.left == 2
    one.send(CALL)
    one.send(CALL)
    with pytest.raises(BudgetSpentError):
        one.send(CALL)
    assert len(server.at) == 5


def test_calls_that_come_together_count_and_are_none_where_one_was_turned_away() -> None:
    server = Saying(Clock(), Answer(200), Answer(429, {"retry-after": "2"}), Answer(200))
    one = client(server)
    assert one.together(CALL, 3) is None
    one.send(CALL)
    assert server.at[-1] == 102.0


@pytest.mark.parametrize(
    ("text", "region", "rate"),
    [
        ("none", None, None),
        ("90/m", None, 1.5),
        ("2/s", None, 2.0),
        ("3600/h", None, 1.0),
        ("auto", None, 100 / 60),
    ],
)
def test_rates(text: str, region: str | None, rate: float | None) -> None:
    assert rate_of(text, Contract.bundled()) == (pytest.approx(rate) if rate is not None else None)


def test_auto_is_the_rate_of_the_region() -> None:
    regions = Contract.bundled().document["servers"][0]["x-rate-limit"]["regions"]
    assert len({entry["limit"] for entry in regions.values()}) > 1
    for name, entry in regions.items():
        contract = Contract.bundled().for_org(OrgProfile.from_mapping({"org": "sample", "region": name}))
        assert rate_of("auto", contract) == pytest.approx(entry["limit"] / 60)


@pytest.mark.parametrize("text", ["", "fast", "0/m", "-1/m", "1.5/s", "100", "100/d", "٣/s"])
def test_what_is_no_rate(text: str) -> None:
    with pytest.raises(UsageError, match="is no rate"):
        rate_of(text, Contract.bundled())
