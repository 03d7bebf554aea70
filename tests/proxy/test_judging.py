"""Registrations and their answers: what is found, who is wrong, and that neither side notices anything else."""

from __future__ import annotations

import gzip
import json
import threading
import zlib
from typing import Any

import pytest

from contract_kit import Contract
from contract_kit.attribution import Party
from contract_kit.proxy import LARGEST
from contract_kit.records import coding
from contract_kit.server import app as server
from contract_kit.server import running as serving

from .conftest import Proxying
from .upstream import HEADERS, TAKEN, WAIT, Upstream, ask, body, line

REFUSED = b'{"errors": [{"status": false, "code": 3217, "message": "no such source"}], "warnings": []}'


@pytest.mark.parametrize(
    ("source", "status", "answer", "header"),
    [
        ("INSTORE", 200, TAKEN, "none"),
        ("Instore", 400, REFUSED, "source-unknown;severity=error;party=client"),
        (
            "Instore",
            200,
            TAKEN,
            "source-unknown;severity=error;party=client, accepted-wrongly;severity=error;party=server",
        ),
        ("INSTORE", 400, REFUSED, "refused-wrongly;severity=error;party=server"),
        (
            "INSTORE",
            201,
            TAKEN,
            "status-undocumented;severity=warning;party=server, status-unexpected;severity=warning;party=document",
        ),
        ("INSTORE", 200, b'{"createdId": "1"}', None),
    ],
)
def test_each_deviation_has_its_party(
    proxying: Proxying, upstream: Upstream, contract: Contract, source: str, status: int, answer: bytes, header: str | None
) -> None:
    upstream.status, upstream.body = status, answer
    proxied = proxying(contract=contract)
    said = ask(proxied.url, body=body(source))
    assert (said.status, said.body) == (status, answer)
    if header is not None:
        assert said.one("Contract-Kit-Findings") == header
    else:
        assert {who for _, who in proxied.told[0][1].verdict.findings} == {Party.SERVER}
    assert json.loads(upstream.asked[0].body) == body(source)


def test_where_both_agree_the_document_is_in_doubt(proxying: Proxying, upstream: Upstream) -> None:
    said = ask(proxying().url, body=body(), headers={**HEADERS, "Content-Type": "text/plain"})
    assert said.one("Contract-Kit-Findings") == (
        "content-type-not-json;severity=error;party=document, accepted-wrongly;severity=warning;party=document"
    )


def test_credentials_that_no_server_can_take_are_not_to_be_taken(proxying: Proxying, upstream: Upstream) -> None:
    said = ask(proxying().url, body=body(), headers={**HEADERS, "Authorization": "Basic till.one:secret"})
    assert said.one("Contract-Kit-Findings") == (
        "credentials-malformed;severity=error;party=client, accepted-wrongly;severity=error;party=server"
    )


def test_many_findings_are_named_in_part(proxying: Proxying, upstream: Upstream) -> None:
    several = body()
    several["profiles"] = [{"source": "Instore", "identifiers": []} for _ in range(15)]
    said = ask(proxying().url, body=several)
    words = (said.one("Contract-Kit-Findings") or "").split(", ")
    assert len(words) == 21
    assert words[-1] == "more;count=11"


@pytest.mark.parametrize(
    "path", ["/v2/customers", "/v2/customers/", "/gateway/v2/customers", "/v2/customers?source=INSTORE"]
)
def test_what_is_a_registration(proxying: Proxying, upstream: Upstream, path: str) -> None:
    proxied = proxying()
    assert ask(proxied.url, path=path, body=body()).one("Contract-Kit-Findings") == "none"
    assert upstream.asked[0].target == path


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/v2/customers"), ("PUT", "/v2/customers"), ("POST", "/v2/customers/1")]
)
def test_what_is_none(proxying: Proxying, upstream: Upstream, method: str, path: str) -> None:
    proxied = proxying()
    assert ask(proxied.url, method, path, body=body("Instore")).all("Contract-Kit-Findings") == []
    assert (proxied.app.tally.judged, proxied.told) == (0, [])


def test_fields_of_a_registration_pass_too(proxying: Proxying, upstream: Upstream) -> None:
    upstream.fields += [("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"), ("Contract-Kit-Findings", "of another proxy")]
    said = ask(proxying().url, body=body(), headers={**HEADERS, "Cookie": "a=1", "Accept-Encoding": "gzip, odd;q=1"})
    (asked,) = upstream.asked
    assert (asked.all("authorization"), asked.all("cookie")) == ([HEADERS["Authorization"]], ["a=1"])
    assert asked.all("accept-encoding") == ["gzip"]  # what cannot be read here is not asked for
    assert (said.all("Set-Cookie"), said.all("Contract-Kit-Findings")) == (["a=1", "b=2"], ["none"])


@pytest.mark.parametrize(("name", "packed"), [("gzip", gzip.compress), ("deflate", zlib.compress)])
def test_bodies_that_are_packed_pass_as_they_are(proxying: Proxying, upstream: Upstream, name: str, packed: Any) -> None:
    upstream.fields = [("Content-Encoding", name)]
    upstream.body = packed(TAKEN)
    sent = packed(json.dumps(body("Instore")).encode())
    said = ask(proxying().url, body=sent, headers={**HEADERS, "Content-Encoding": name})
    assert (upstream.asked[0].body, said.body) == (sent, upstream.body)
    assert "accepted-wrongly" in (said.one("Contract-Kit-Findings") or "")


def test_what_cannot_be_read_passes_and_is_counted(proxying: Proxying, upstream: Upstream) -> None:
    proxied = proxying()
    odd = {**HEADERS, "Content-Encoding": "odd"}
    assert ask(proxied.url, body=b"anything", headers=odd).all("Contract-Kit-Findings") == []
    large = b" " * (LARGEST + 1)
    assert ask(proxied.url, body=large).body == TAKEN
    assert [asked.body for asked in upstream.asked] == [b"anything", large]
    assert (proxied.app.tally.unjudged, proxied.app.tally.judged) == (2, 0)


@pytest.mark.parametrize("odd", ["packed", "large"])
def test_of_an_answer_that_cannot_be_read_only_the_request_is_judged(
    proxying: Proxying, upstream: Upstream, odd: str
) -> None:
    upstream.body = b"x" if odd == "packed" else b"x" * (LARGEST * 3)
    upstream.fields = [("Content-Encoding", "odd")] if odd == "packed" else []
    proxied = proxying()
    said = ask(proxied.url, body=body("Instore"))
    assert (said.body, said.all("Contract-Kit-Findings")) == (upstream.body, [])
    ((_, passed),) = proxied.told
    assert [finding.code for finding, _ in passed.verdict.findings] == ["source-unknown"]
    assert passed.trouble == "the answer was too large, or packed in a way that cannot be read here"


@pytest.mark.parametrize("broken", [b"", b"{", b'{"profiles": []}\xff', b"\xff\xfe{\0}\0", b"[" * 100_000])
def test_any_bytes_can_be_judged(proxying: Proxying, upstream: Upstream, broken: bytes) -> None:
    upstream.status, upstream.body = 400, b'{"errors": [{"status": false, "code": 8084, "message": "no"}], "warnings": []}'
    proxied = proxying()
    said = ask(proxied.url, body=broken)
    assert (said.status, upstream.asked[0].body) == (400, broken)
    assert ";party=client" in (said.one("Contract-Kit-Findings") or "")


def test_a_client_that_has_gone_changes_nothing(proxying: Proxying, upstream: Upstream) -> None:
    asked, gone = threading.Event(), threading.Event()

    async def late(scope: Any, receive: Any, send: Any) -> None:
        import asyncio

        asked.set()
        assert await asyncio.to_thread(gone.wait, WAIT)
        await upstream.answer(send)

    upstream.manner = late
    proxied = proxying()
    data = json.dumps(body()).encode()
    with line(proxied.url) as connection:
        connection.sendall(
            b"POST /v2/customers HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b"
            % (len(data), data)
        )
        assert asked.wait(WAIT)
    gone.set()
    upstream.manner = None
    assert ask(proxied.url, "GET", "/x").status == 200
    for _ in range(200):
        if proxied.told:
            break
        threading.Event().wait(0.05)
    ((_, passed),) = proxied.told  # the registration was made, so it is noted
    assert passed.got is not None


def test_many_at_once_are_told_apart(proxying: Proxying, contract: Contract) -> None:
    with serving(server(contract)) as url:
        proxied = proxying(url, contract)
        said: dict[int, str | None] = {}

        def register(number: int) -> None:
            source = "INSTORE" if number % 2 else "Instore"
            said[number] = ask(proxied.url, body=body(source, f"9198000{number:05}")).one("Contract-Kit-Findings")

        threads = [threading.Thread(target=register, args=(number,)) for number in range(24)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(WAIT)
    assert said == {
        number: "none" if number % 2 else "source-unknown;severity=error;party=client" for number in range(24)
    }  # fmt: skip
    tally = proxied.app.tally
    assert (tally.judged, tally.clean, tally.wrong) == (24, 12, {Party.CLIENT: 12})
    assert sorted(number for number, _ in proxied.told) == list(range(1, 25))


def test_without_packages_for_them_codings_are_not_read() -> None:
    assert coding.readable("gzip")
    assert coding.decoded(b"", "odd") == b""
    assert coding.decoded(b"x", "odd") is None
