"""What is on record: everything that was found, nobody's credentials, and personal data only where that was asked for."""

from __future__ import annotations

import gzip
import json
import stat
from pathlib import Path
from typing import Any

import pytest

from contract_kit import Contract, ContractKitError
from contract_kit.attribution import party
from contract_kit.examples import registration
from contract_kit.proxy import Settings, proxy, upstream_of
from contract_kit.proxy.recording import Recording
from contract_kit.records import Source
from contract_kit.records.traffic import Traffic

from .conftest import Proxying
from .upstream import HEADERS, TAKEN, Upstream, ask, body

SECRETS = {
    **HEADERS,
    "X-CAP-API-OAUTH-TOKEN": "sample-token-1",
    "Cookie": "session=sample-cookie-2",
    "X-Api-Key": "sample-key-3",
    "X-Request-Signature": "sample-signature-4",
}


def log(path: Path) -> dict[str, Any]:
    """The recording, which is whole at any time."""
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))["log"]
    return found


def read_back(path: Path, contract: Contract) -> list[list[tuple[str, str]]]:
    """What ``contract-kit validate`` finds in the recording, entry by entry."""
    found = []
    for recording in Traffic(Source(str(path), None)):
        result = recording.judged(contract)
        found.append(sorted((finding.code, party(finding, result).value) for finding in result.findings))
    return found


def noted(path: Path) -> list[list[tuple[str, str]]]:
    """What the proxy itself has found, entry by entry."""
    return [
        sorted((said["code"], said["party"]) for said in entry["_contractKit"]["findings"]) for entry in log(path)["entries"]
    ]  # fmt: skip


@pytest.mark.parametrize("keep_values", [True, False])
def test_what_is_read_back_is_what_was_found(
    proxying: Proxying, upstream: Upstream, contract: Contract, tmp_path: Path, keep_values: bool
) -> None:
    path = tmp_path / "traffic.har"
    url = proxying(contract=contract, record=str(path), keep_values=keep_values).url
    several: list[Any] = [body(), body("Instore"), registration(), b'{"profiles": [{"source": "INSTORE",, ', b"", b"[]"]
    several += [b'{"profiles": [], "profiles": []}', b'{"firstNam": "x", "profiles": 7, "extendedFields": {"city": 1e5}}']
    for one in several:
        ask(url, body=one)
        ask(url, path="/v2/customers?source=Instore&x=1", body=one, headers={**HEADERS, "Content-Type": "text/plain"})
    assert read_back(path, contract) == noted(path)
    assert [len(found) for found in noted(path)][:4] == [0, 5, 2, 5]


def test_an_entry_has_it_all(proxying: Proxying, upstream: Upstream, contract: Contract, tmp_path: Path) -> None:
    path = tmp_path / "traffic.har"
    ask(proxying(contract=contract, record=str(path), keep_values=True).url, path="/v2/customers?x=1", body=body("Instore"))
    (entry,) = log(path)["entries"]
    request, response, own = entry["request"], entry["response"], entry["_contractKit"]
    assert (request["method"], request["url"]) == ("POST", f"{upstream.url}/v2/customers?x=1")
    assert request["postData"] == {"mimeType": "application/json", "text": json.dumps(body("Instore"))}
    assert (response["status"], response["content"]["text"]) == (200, TAKEN.decode())
    assert own["outcome"] == "accepted"
    wrong = next(said for said in own["findings"] if said["code"] == "source-unknown")
    assert wrong.pop("message").startswith('source: got "Instore"')
    assert len(wrong.pop("fingerprint")) == 16
    assert wrong == {
        "code": "source-unknown", "severity": "error", "evidence": "stated", "party": "client", "api_code": 3217,
        "place": "$request.body#/profiles/0/source", "facts": ["F25", "F55"],
    }  # fmt: skip


@pytest.mark.parametrize("keep_values", [True, False])
def test_credentials_are_never_there(proxying: Proxying, upstream: Upstream, tmp_path: Path, keep_values: bool) -> None:
    path = tmp_path / "traffic.har"
    upstream.fields = [("Set-Cookie", "session=sample-cookie-5"), ("X-Auth-Token", "sample-token-6")]
    upstream.body = b'{"createdId": 1, "access_token": "sample-token-7"}'
    sent = {**body(), "password": "sample-password-8"}
    said = ask(
        proxying(record=str(path), keep_values=keep_values).url,
        path="/v2/customers?api_key=sample-key-9", body=sent, headers=SECRETS,
    )  # fmt: skip
    assert (upstream.asked[0].all("cookie"), said.one("X-Auth-Token")) == (["session=sample-cookie-2"], "sample-token-6")
    text = path.read_text(encoding="utf-8")
    assert [text[at : at + 20] for at in range(len(text)) if text.startswith("sample-", at)] == []
    assert HEADERS["Authorization"].split()[1] not in text
    headers = {item["name"]: item["value"] for item in log(path)["entries"][0]["request"]["headers"]}
    assert (headers["authorization"], headers["x-cap-api-oauth-token"], headers["cookie"]) == ("Basic ***", "***", "***")


def test_personal_data_is_not_there_unless_asked_for(
    proxying: Proxying, upstream: Upstream, contract: Contract, tmp_path: Path
) -> None:
    upstream.status = 400
    answer = {"status": False, "code": 8006, "message": "person.one@shop.example is known as 919800000001, card 7300000001"}
    upstream.body = json.dumps({"errors": [answer], "warnings": []}).encode()
    sent = registration() | {"odd member of person.two@shop.example": "Sample Person"}
    sent["profiles"][0]["fields"] = {"gender": "unusual", "dateofbirth": "1990-01-31"}
    personal = ["Sample", "Person", "person.", "919800000", "73000000", "unusual", "1990-01-31", "shop.example"]
    for keep_values in (True, False):
        path = tmp_path / f"{keep_values}.har"
        ask(
            proxying(contract=contract, record=str(path), keep_values=keep_values).url,
            path="/v2/customers?accountId=person.one@shop.example&odd=919800000001",
            body=sent, headers={**HEADERS, "User-Context-Entity-Id": "919800000001", "X-Partner": "person.one@shop.example"},
        )  # fmt: skip
        text = path.read_text(encoding="utf-8")
        assert [word in text for word in personal] == [keep_values] * len(personal)
        assert ("hold personal data" in log(path)["comment"]) == keep_values


def test_the_file_is_for_its_owner_alone(proxying: Proxying, tmp_path: Path) -> None:
    path = tmp_path / "traffic.har"
    proxying(record=str(path))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert log(path)["entries"] == []


def test_what_was_kept_back_and_what_had_no_answer(proxying: Proxying, contract: Contract, tmp_path: Path) -> None:
    path = tmp_path / "traffic.har"
    proxied = proxying("http://127.0.0.1:1", contract=contract, record=str(path), block=True)
    ask(proxied.url, body=body("Instore"))
    ask(proxied.url, body=body())
    blocked, lost = log(path)["entries"]
    assert (blocked["response"]["status"], blocked["_contractKit"]["blocked"]) == (0, True)
    assert lost["_contractKit"]["trouble"] == "the upstream cannot be reached: connection refused"
    assert read_back(path, contract) == [[("source-unknown", "client")], []]


def test_packed_bodies_are_on_record_unpacked(
    proxying: Proxying, upstream: Upstream, contract: Contract, tmp_path: Path
) -> None:
    path = tmp_path / "traffic.har"
    upstream.fields = [("Content-Encoding", "gzip"), ("Content-Type", "application/json")]
    upstream.body = gzip.compress(TAKEN)
    packed = gzip.compress(json.dumps(body("Instore")).encode())
    ask(proxying(contract=contract, record=str(path)).url, body=packed, headers={**HEADERS, "Content-Encoding": "gzip"})
    assert log(path)["entries"][0]["response"]["content"]["text"] == TAKEN.decode()
    assert read_back(path, contract) == noted(path) == [[("accepted-wrongly", "server"), ("source-unknown", "client")]]


@pytest.mark.parametrize("keep_values", [True, False])
def test_bytes_that_are_no_text(proxying: Proxying, contract: Contract, tmp_path: Path, keep_values: bool) -> None:
    path = tmp_path / "traffic.har"
    ask(proxying(contract=contract, record=str(path), keep_values=keep_values).url, body=b'{"profiles": "\xff"}')
    data = log(path)["entries"][0]["request"]["postData"]
    assert ("text" in data, "comment" in data) == (keep_values, not keep_values)
    if keep_values:
        assert read_back(path, contract) == noted(path)


def test_a_recording_is_gone_on_with(upstream: Upstream, proxying: Proxying, contract: Contract, tmp_path: Path) -> None:
    path = tmp_path / "traffic.har"
    for number in (1, 2, 3):
        proxied = proxying(contract=contract, record=str(path))
        ask(proxied.url, body=body("Instore" if number == 2 else "INSTORE"))
        assert [told for told, _ in proxied.told] == [number]
    assert [len(found) for found in read_back(path, contract)] == [0, 2, 0]


@pytest.mark.parametrize("there", [b"precious", b'{"log": {"entries": []}}', b"[]", b'{"log": 1}\n]}}\n'])
def test_other_files_are_left_alone(tmp_path: Path, there: bytes) -> None:
    path = tmp_path / "traffic.har"
    path.write_bytes(there)
    said = r"is no recording of a proxy that could be gone on with\. Name another file"
    with pytest.raises(ContractKitError, match=said), proxy(Settings(upstream_of("host"), record=str(path))):
        pass
    assert path.read_bytes() == there


def test_a_place_where_nothing_can_be_written(tmp_path: Path) -> None:
    for name, said in (("gone/traffic.har", "no such file or directory"), (".", "is a directory")):
        settings = Settings(upstream_of("host"), record=str(tmp_path / name))
        with pytest.raises(ContractKitError, match=f"cannot be written: {said}"), proxy(settings):
            pass


class Full:
    """A file on a disk that is full after some bytes."""

    def __init__(self, file: Any, left: int) -> None:
        self._file = file
        self._left = left

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def write(self, data: bytes) -> int:
        if len(data) > self._left:
            self._file.write(data[: self._left])
            raise OSError(28, "No space left on device")
        written: int = self._file.write(data)
        return written


def test_a_full_disk_ends_the_recording_and_not_the_traffic(
    proxying: Proxying, upstream: Upstream, contract: Contract, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "traffic.har"
    proxied = proxying(contract=contract, record=str(path))
    assert ask(proxied.url, body=body()).status == 200
    recording = proxied.app._recording
    assert isinstance(recording, Recording)
    monkeypatch.setattr(recording, "_file", Full(recording._file, 100))
    for _ in range(2):
        assert ask(proxied.url, body=body("Instore")).one("Contract-Kit-Findings") is not None
    said = "cannot be written any more: no space left on device. It ends before exchange 2"
    assert proxied.app.troubles == [f"{path}: {said}"]
    assert read_back(path, contract) == [[]]


def test_a_large_exchange_is_on_record_too(
    proxying: Proxying, upstream: Upstream, contract: Contract, tmp_path: Path
) -> None:
    path = tmp_path / "traffic.har"
    large = body() | {"profiles": body()["profiles"] * 3, "referralCode": "x" * 200_000}
    url = proxying(contract=contract, record=str(path)).url
    for one in (large, body()):
        ask(url, body=one)
    assert read_back(path, contract) == noted(path)
    assert len(log(path)["entries"]) == 2
