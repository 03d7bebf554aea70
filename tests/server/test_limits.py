"""The rate limit, and days on which things fail."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from starlette.applications import Starlette

from contract_kit import Contract, OrgProfile, UsageError
from contract_kit.examples import ORG
from contract_kit.server import latency_of, rate_of
from contract_kit.server.limits import BadDay, Limiter
from contract_kit.server.settings import Rate

from .client import Asks, Said, ask_together, look, post
from .conftest import Serving


class Clock:
    """Time that passes only when it is told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_never_more_than_the_rate_in_any_stretch_and_waiting_as_told_is_enough() -> None:
    clock = Clock()
    limiter = Limiter(Rate(3, 10.0), clock)
    admitted: list[float] = []
    for step in (0.0, 4.0, 3.0, 0.5, 0.0, 6.0, 0.0, 0.0, 20.0, 0.0, 0.0, 0.0):
        clock.now += step
        wait = limiter.wait()
        if wait is None:
            admitted.append(clock.now)
        else:
            assert wait >= 1
            clock.now += wait
            assert limiter.wait() is None
            admitted.append(clock.now)
    assert all(later - earlier >= 10.0 for earlier, later in zip(admitted, admitted[3:], strict=False))
    assert all(later >= earlier for earlier, later in pairwise(admitted))


def test_no_rate_admits_everything() -> None:
    limiter = Limiter(None)
    assert [limiter.wait() for _ in range(1000)] == [None] * 1000


@pytest.mark.parametrize(
    ("text", "rate"),
    [("5/s", Rate(5, 1.0)), ("100/m", Rate(100, 60.0)), ("7/h", Rate(7, 3600.0)), ("none", None), (None, None)],
)
def test_how_a_rate_is_written(contract: Contract, text: str | None, rate: Rate | None) -> None:
    assert rate_of(text, contract) == rate


@pytest.mark.parametrize(("region", "limit"), [("asia-1", 600), ("asia-2", 100), ("emea", 100)])
def test_the_rate_of_a_region(bundled: Contract, region: str, limit: int) -> None:
    org = OrgProfile.from_mapping({**ORG, "region": region})
    assert rate_of("region", bundled.for_org(org)) == Rate(limit, 60.0)


@pytest.mark.parametrize("text", ["", "100", "m/100", "-1/m", "0/m", "1.5/s", "1/d", "１/m", "9999999999/s"])
def test_what_is_no_rate(contract: Contract, text: str) -> None:
    with pytest.raises(UsageError, match="is no rate"):
        rate_of(text, contract)


@pytest.mark.parametrize(("text", "seconds"), [("0", (0.0, 0.0)), ("50", (0.05, 0.05)), ("50..200", (0.05, 0.2))])
def test_how_a_latency_is_written(text: str, seconds: tuple[float, float]) -> None:
    assert latency_of(text) == seconds


@pytest.mark.parametrize("text", ["", "fast", "-5", "50..", "..50", "50-200", "1.5"])
def test_what_is_no_latency(text: str) -> None:
    with pytest.raises(UsageError, match="is no latency"):
        latency_of(text)


def test_too_many_requests(serving: Serving, contract: Contract, fresh: Callable[[], dict[str, Any]]) -> None:
    server = serving(rate_limit="2/h")
    said = [post(server, fresh()) for _ in range(4)]
    assert [one.status for one in said] == [200, 200, 429, 429]
    for one in said[2:]:
        assert 3590 <= int(one.headers["retry-after"]) <= 3600
        assert one.codes == [429]
        assert list(contract.check(one.response).findings) == []
    assert look(server, "/v2/extendedFields").status == 429
    assert look(server, "/health").status == 200


def day(serving: Serving, fresh: Callable[[], dict[str, Any]], **settings: Any) -> tuple[Starlette, list[Said]]:
    server = serving(**settings)
    return server, [post(server, fresh()) for _ in range(200)]


def test_a_bad_day(serving: Serving, contract: Contract, fresh: Callable[[], dict[str, Any]]) -> None:
    server, said = day(serving, fresh, fail_rate=0.5, seed=3)
    counted = Counter(one.status for one in said)
    assert set(counted) == {200, 429, 500, 503}
    assert 60 <= counted[200] <= 140
    assert counted == Counter(one.status for one in day(serving, fresh, fail_rate=0.5, seed=3)[1])
    for one in said:
        assert list(contract.check(one.response).findings) == []
    stored = server.state.behaviour.store.db.execute("SELECT count(*) FROM customer").fetchone()[0]
    assert stored == counted[200]


def test_a_day_on_which_everything_fails(serving: Serving, registration: dict[str, Any]) -> None:
    assert post(serving(fail_rate=1.0), registration).status in (429, 500, 503)


def test_late_answers_do_not_hold_each_other_up(serving: Serving, fresh: Callable[[], dict[str, Any]]) -> None:
    server = serving(latency=(0.2, 0.2))
    slept: list[float] = []
    behaviour = server.state.behaviour
    delay = behaviour.day.delay
    behaviour.day.delay = lambda: slept.append(delay()) or slept[-1]
    assert [one.status for one in ask_together(server, [Asks(fresh()) for _ in range(5)])] == [200] * 5
    assert slept == [0.2] * 5


def test_the_same_seed_gives_the_same_day_whatever_the_latency() -> None:
    quick, slow = BadDay((0.0, 0.0), 0.3, 7), BadDay((0.01, 0.9), 0.3, 7)
    delays = [slow.delay() for _ in range(50)]
    assert all(0.01 <= seconds <= 0.9 for seconds in delays)
    assert len(set(delays)) == 50
    assert [quick.failure() for _ in range(50)] == [slow.failure() for _ in range(50)]
    assert quick.delay() == 0.0
