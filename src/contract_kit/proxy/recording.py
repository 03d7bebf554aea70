"""The recording: a HAR file that is whole after each exchange, and is taken up again by the next run.

It holds registrations only, each with what was found in it and who is wrong. Credentials never stand there, and values
that may be personal data only where that was asked for; in their place stand values of the same form.
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Iterable
from datetime import UTC, datetime
from http.client import responses
from typing import Any, NamedTuple
from urllib.parse import urlencode

from contract_kit.clients import Got, Sent
from contract_kit.errors import InputError
from contract_kit.findings import Finding, Location
from contract_kit.proxy.bodies import answer_body, request_body, without_credentials
from contract_kit.proxy.fields import Fields, mapped
from contract_kit.proxy.judging import Verdict
from contract_kit.proxy.masking import HIDDEN, SECRET, Mask

_TAIL = b"\n]}}\n"
_HARMLESS = frozenset(
    {
        "accept", "accept-charset", "accept-encoding", "accept-language", "allow", "cache-control", "connection",
        "content-encoding", "content-language", "content-length", "content-type", "date", "host", "retry-after", "server",
        "skip-downstream", "transfer-encoding", "user-agent", "user-context-entity-source", "user-context-entity-type",
        "vary", "via", "wait_for_downstream", "www-authenticate", "x-cap-direct-replay",
    }
)  # fmt: skip
"""Headers whose values are shown where values are masked."""
_MASKED = "Values that may be personal data are masked: others of the same form stand in their place."
_KEPT = "Bodies stand here as they were sent, and hold personal data."


class Passed(NamedTuple):
    """One exchange that came by. ``got`` is ``None`` where no answer came, which ``trouble`` then explains; ``blocked``
    says that the request was kept back. ``started`` is in seconds since 1970, ``seconds`` the wait for the answer."""

    url: str
    sent: Sent
    request_fields: Fields
    verdict: Verdict
    got: Got | None
    answer_fields: Fields
    version: str
    started: float
    seconds: float
    blocked: bool = False
    trouble: str = ""

    @property
    def size(self) -> int:
        """Bytes of both bodies."""
        return len(self.sent.data) + (len(self.got.data) if self.got is not None else 0)


class Recording:
    """The file. Raises ``InputError`` for one that cannot be written, or is there and is no recording of a proxy."""

    def __init__(self, path: str, version: str, *, keep_values: bool = False, words: Iterable[str] = ()) -> None:
        self.path = path
        self._mask = None if keep_values else Mask(words)
        # Only the user may read it: even without values it tells who talks to whom, and when.
        try:
            self._file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b")
        except OSError as error:
            raise InputError(f"cannot be written: {(error.strerror or '').lower()}", source=path) from None
        self.count = self._begun(version)
        self._end = self._file.seek(0, os.SEEK_END) - len(_TAIL)

    def add(self, passed: Passed) -> int:
        """Write an exchange down; its place among the entries. Raises ``OSError``; what was there before stays whole."""
        line = json.dumps(self._entry(passed), ensure_ascii=False).encode("utf-8", "replace")
        data = (b",\n" if self.count else b"\n") + line
        try:
            self._write(data + _TAIL)
        except OSError:
            self._write(_TAIL, shrink=True)
            raise
        self._end += len(data)
        self.count += 1
        return self.count - 1

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def _begun(self, version: str) -> int:
        """How many entries there are; the head is written where there is nothing yet."""
        data = self._file.read()
        if data:
            try:
                log = json.loads(data)["log"]
                listed: list[Any] = log["entries"]
                own = data.endswith(_TAIL) and log["creator"]["name"] == "contract-kit proxy"
            except (ValueError, LookupError, TypeError):
                own = False
            if not own:
                self._file.close()
                raise InputError(
                    "is there already, and is no recording of a proxy that could be gone on with",
                    hint="Name another file",
                    source=self.path,
                )
            return len(listed)
        creator = json.dumps({"name": "contract-kit proxy", "version": version})
        comment = json.dumps(_KEPT if self._mask is None else _MASKED)
        head = f'{{"log": {{"version": "1.2", "creator": {creator}, "comment": {comment}, "entries": ['
        self._file.write(head.encode() + _TAIL)
        self._file.flush()
        return 0

    def _write(self, data: bytes, *, shrink: bool = False) -> None:
        self._file.seek(self._end)
        self._file.write(data)
        self._file.flush()
        if shrink:
            self._file.truncate()

    # -- entries ------------------------------------------------------------------------------------------------------

    def _entry(self, passed: Passed) -> dict[str, Any]:
        request, values = self._request(passed)
        milliseconds = round(passed.seconds * 1000, 3)
        own: dict[str, Any] = {"outcome": passed.verdict.result.outcome.verdict.value}
        own |= {"blocked": True} if passed.blocked else {}
        own |= {"trouble": passed.trouble} if passed.trouble else {}
        own["findings"] = [self._finding(finding, who.value) for finding, who in passed.verdict.findings]
        return {
            "startedDateTime": datetime.fromtimestamp(passed.started, UTC).isoformat(timespec="milliseconds"),
            "time": milliseconds,
            "request": request,
            "response": self._answer(passed, values),
            "cache": {},
            "timings": {"send": 0, "wait": milliseconds, "receive": 0},
            "_contractKit": own,
        }

    def _request(self, passed: Passed) -> tuple[dict[str, Any], list[str]]:
        sent = passed.sent
        query = dict(sent.query or {})
        text, values = _text(sent.data), []
        if self._mask is not None:
            text, values = request_body(text, self._mask) if text is not None else (None, [])
            query = self._mask.query(query)
        else:
            text = without_credentials(text) if text is not None else None
            query = {name: HIDDEN if SECRET.search(name) else value for name, value in query.items()}
        said: dict[str, Any] = {
            "method": sent.method,
            "url": passed.url + (f"?{urlencode(query, safe='*')}" if query else ""),
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": self._headers(passed.request_fields),
            "queryString": [{"name": name, "value": value} for name, value in query.items()],
            "headersSize": -1,
            "bodySize": len(sent.data),
        }
        if sent.data:
            kind = mapped(passed.request_fields).get("content-type", "")
            said["postData"] = {"mimeType": kind, **self._written(text, sent.data)}
        return said, values

    def _answer(self, passed: Passed, values: Iterable[str]) -> dict[str, Any]:
        got = passed.got
        status = got.status if got is not None and got.status is not None else 0
        data = got.data if got is not None else b""
        text = _text(data)
        if text is not None:
            text = without_credentials(text) if self._mask is None else answer_body(text, self._mask, list(values))
        content = {"size": len(data), "mimeType": mapped(passed.answer_fields).get("content-type", "")}
        if got is not None:
            content |= self._written(text, data)
        return {
            "status": status,
            "statusText": responses.get(status, ""),
            "httpVersion": passed.version,
            "cookies": [],
            "headers": self._headers(passed.answer_fields),
            "content": content,
            "redirectURL": "",
            "headersSize": -1,
            "bodySize": len(data) if got is not None else -1,
        }

    def _finding(self, finding: Finding, who: str) -> dict[str, Any]:
        place = finding.location
        if self._mask is not None:  # names of members are whoever's; messages hold no values anyway
            steps = (self._mask.name(step) if isinstance(step, str) else step for step in place.pointer)
            place = Location(place.part, tuple(steps))
        return {
            "code": finding.code,
            "severity": finding.severity.value,
            "evidence": finding.evidence.value,
            "party": who,
            "place": place.expression,
            "message": finding.message,
            "api_code": finding.api_code,
            "facts": list(finding.facts),
            "fingerprint": finding.fingerprint,
        }

    def _headers(self, fields: Fields) -> list[dict[str, str]]:
        return [
            {"name": name.decode("latin-1"), "value": self._header(name.decode("latin-1"), value.decode("latin-1"))}
            for name, value in fields
        ]

    def _header(self, name: str, value: str) -> str:
        if SECRET.search(name):
            scheme = value.split(" ", 1)[0].capitalize()
            return f"{scheme} {HIDDEN}" if scheme in ("Basic", "Bearer") and " " in value.strip() else HIDDEN
        if self._mask is None or name.lower() in _HARMLESS:
            return value
        return self._mask.member(name, value)

    def _written(self, text: str | None, data: bytes) -> dict[str, str]:
        """A body as HAR has it; one that is no text is left out where values are masked, since nobody can tell them."""
        if text is not None:
            return {"text": text}
        if self._mask is not None:
            return {"comment": "left out: it is no text, so that no value in it could be masked"}
        return {"text": base64.b64encode(data).decode(), "encoding": "base64"}


def _text(data: bytes) -> str | None:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return None
