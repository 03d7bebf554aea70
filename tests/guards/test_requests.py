"""The guard in sessions of requests, over the loopback."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from contract_kit import Contract
from contract_kit.guards import Blocked, Guard
from contract_kit.guards.requests import GuardAdapter, watch

from .conftest import Canned, Notes
from .payloads import BAD, GOOD, GOOD_TEXT, HEADERS, TAKEN, TAKEN_TEXT, WRONG, WRONG_TEXT


@pytest.fixture
def guard(plain: Contract, notes: Notes) -> Guard:
    return Guard(plain, observer=notes.append)


@pytest.fixture
def session() -> Iterator[requests.Session]:
    with requests.Session() as made:
        made.trust_env = False
        made.headers.update(HEADERS)
        yield made


def test_a_clean_registration_and_its_answer_pass(
    session: requests.Session, guard: Guard, server: Canned, notes: Notes
) -> None:
    assert watch(session, guard).post(server.url, json=GOOD).json() == TAKEN
    assert notes.told == [("request", []), ("answer", [])]


def test_a_registration_that_breaks_the_contract_does_not_leave(
    session: requests.Session, guard: Guard, server: Canned
) -> None:
    with pytest.raises(Blocked, match=r"^the registration for 127\.0\.0\.1 was not sent: would be refused: 3217\n"):
        watch(session, guard).post(server.url, json=BAD)
    assert server.bodies == []


def test_settings_may_be_given_instead_of_a_guard(session: requests.Session, server: Canned, notes: Notes) -> None:
    watch(session, mode="observe", observer=notes.append).post(server.url, json=BAD)
    assert notes.told == [("request", ["source-unknown"]), ("answer", ["accepted-wrongly"])]


@pytest.mark.parametrize("path", ["/v2/uploads", "/v2/customers/7"])
def test_other_requests_pass_untouched(
    session: requests.Session, guard: Guard, server: Canned, notes: Notes, path: str
) -> None:
    url = server.url.replace("/v2/customers", path)
    watch(session, guard).post(url, data=(part for part in (b"one", b"two")))
    assert (server.bodies, list(notes)) == ([b"onetwo"], [])


def test_the_query_stands_in_for_what_the_body_lacks(
    session: requests.Session, guard: Guard, server: Canned, notes: Notes
) -> None:
    body = {"profiles": [{"identifiers": [{"type": "cuid", "value": "c-1"}]}]}
    watch(session, guard).post(server.url, json=body, params={"source": "INSTORE"})
    assert notes.told == [("request", []), ("answer", [])]


def once(path: Path) -> Any:
    """A file that can be read only forwards."""
    stream = path.open("rb")
    stream.seekable = lambda: False  # type: ignore[method-assign]
    return stream


@pytest.mark.parametrize("form", ["bytes", "text", "generator", "texts", "bytes file", "text file", "file read forwards"])
def test_bodies_of_every_form_arrive_whole(
    session: requests.Session, guard: Guard, server: Canned, notes: Notes, tmp_path: Path, form: str
) -> None:
    (tmp_path / "body.json").write_bytes(GOOD_TEXT)
    text = GOOD_TEXT.decode()
    body = {
        "bytes": lambda: GOOD_TEXT,
        "text": lambda: text,
        "generator": lambda: (part for part in (GOOD_TEXT[:9], GOOD_TEXT[9:])),
        "texts": lambda: iter([GOOD_TEXT[:9], GOOD_TEXT[9:]]),
        "bytes file": lambda: BytesIO(GOOD_TEXT),
        "text file": lambda: StringIO(text),
        "file read forwards": lambda: once(tmp_path / "body.json"),
    }[form]()
    watch(session, guard).post(server.url, data=body, headers={"Content-Type": "application/json"})
    if hasattr(body, "close"):
        body.close()
    assert server.bodies == [GOOD_TEXT]
    assert notes.told == [("request", []), ("answer", [])]


@pytest.mark.parametrize("compressed", [False, True])
def test_streamed_answers_survive_and_are_judged_at_their_end(
    session: requests.Session, guard: Guard, server: Canned, notes: Notes, compressed: bool
) -> None:
    server.parts = [gzip.compress(WRONG_TEXT)] if compressed else [WRONG_TEXT[:12], WRONG_TEXT[12:]]
    if compressed:
        server.headers["Content-Encoding"] = "gzip"
    with watch(session, guard).post(server.url, json=GOOD, stream=True) as response:
        assert notes.told == [("request", [])]
        assert b"".join(response.iter_content(None)) == WRONG_TEXT
    assert notes.told == [("request", []), ("answer", ["wrong-type"])]


def test_the_raw_answer_can_still_be_read(session: requests.Session, guard: Guard, server: Canned, notes: Notes) -> None:
    with watch(session, guard).post(server.url, json=GOOD, stream=True) as response:
        assert response.raw.read(5) + response.raw.read() == TAKEN_TEXT
        assert response.raw.status == 200
    assert notes.told == [("request", [])]


def test_compressed_answers_are_judged_for_what_they_hold(
    session: requests.Session, guard: Guard, server: Canned, notes: Notes
) -> None:
    server.headers["Content-Encoding"] = "gzip"
    server.parts = [gzip.compress(WRONG_TEXT)]
    assert watch(session, guard).post(server.url, json=GOOD).json() == WRONG
    assert notes.told == [("request", []), ("answer", ["wrong-type"])]


@pytest.mark.parametrize("stream", [False, True])
def test_an_answer_is_blocked_where_that_is_asked_for(
    session: requests.Session, plain: Contract, server: Canned, stream: bool
) -> None:
    server.parts = [WRONG_TEXT]
    with pytest.raises(Blocked) as blocked:
        _ = watch(session, Guard(plain, answers="block")).post(server.url, json=GOOD, stream=stream).content
    assert (blocked.value.side, blocked.value.response.status_code) == ("answer", 200)


def test_retries_of_an_adapter_are_below_the_guard(
    session: requests.Session, guard: Guard, server: Canned, notes: Notes
) -> None:
    retries = Retry(total=3, status_forcelist=[503], allowed_methods=["POST"], backoff_factor=0)
    session.mount("http://", HTTPAdapter(max_retries=retries))
    server.statuses = [503, 503, 200]
    body = (part for part in (GOOD_TEXT[:9], GOOD_TEXT[9:]))
    assert watch(session, guard).post(server.url, data=body).json() == TAKEN
    assert server.bodies == [GOOD_TEXT] * 3  # a generator, which by itself could not have been sent again
    assert [(seen.side, seen.status) for seen in notes] == [("request", None), ("answer", 200)]


def test_redirects_are_followed_with_their_bodies(
    session: requests.Session, guard: Guard, server: Canned, notes: Notes
) -> None:
    server.statuses = [307, 200]
    server.headers["Location"] = server.url + "/"
    assert watch(session, guard).post(server.url, data=BytesIO(GOOD_TEXT)).json() == TAKEN
    assert server.bodies == [GOOD_TEXT, GOOD_TEXT]
    assert [(seen.side, seen.status) for seen in notes] == [
        ("request", None), ("answer", 307), ("request", None), ("answer", 200),
    ]  # fmt: skip


def test_an_adapter_can_be_mounted_for_one_host(session: requests.Session, guard: Guard, server: Canned) -> None:
    session.mount("http://127.0.0.1", GuardAdapter(guard))
    with pytest.raises(Blocked):
        session.post(server.url, json=BAD)
    assert server.bodies == []


def test_credentials_in_the_address_are_not_told(session: requests.Session, guard: Guard) -> None:
    with pytest.raises(Blocked) as blocked:
        watch(session, guard).post("http://till:secret@crm.example/v2/customers", json=BAD)
    assert "secret" not in str(blocked.value)
    assert str(blocked.value).startswith("the registration for crm.example was not sent")


@pytest.mark.parametrize(
    ("address", "host"), [("http://[::1]:8080", "::1"), ("http://[::1]", "::1"), ("https://a.example:1", "a.example")]
)
def test_a_host_is_told_without_its_port(session: requests.Session, guard: Guard, address: str, host: str) -> None:
    with pytest.raises(Blocked, match=f"^the registration for {host} was not sent"):
        watch(session, guard).post(f"{address}/v2/customers", json=BAD)
