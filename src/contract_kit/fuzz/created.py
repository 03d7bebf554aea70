"""The ledger of what a run has created on a server: a line for each customer, written as it comes.

A tester who has to clean up reads it, even when the run was killed. It holds no one's data: all identities are made up.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from contract_kit.errors import ContractKitError
from contract_kit.fuzz.session import created_id
from contract_kit.fuzz.wire import Answer, Call

_LONGEST = 100_000


class CreatedFile:
    """NDJSON: a first line on the run, then one line for each customer. Lines are appended, so that runs may share a file.

    A line has ``id`` (``null`` where the answer does not say whether somebody was registered: ``unsure`` tells why),
    ``at``, ``url``, and the ``identifiers`` that were sent.
    """

    def __init__(self, path: str, url: str, seed: int) -> None:
        self.path = path
        self.written = 0
        self._url = url
        self._seen: set[object] = set()
        self._turn = threading.Lock()
        self._fresh = not Path(path).exists()
        try:
            self._file = Path(path).open("a", encoding="utf-8")  # noqa: SIM115 - open as long as the run
        except OSError as error:
            reason = (error.strerror or type(error).__name__).lower()
            raise ContractKitError(
                f"cannot be written: {reason}", hint="Name another file with --created", source=path
            ) from None
        self._write({"run": url, "started": _now(), "seed": seed})

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._file.close()
        if self._fresh and not self.written:
            Path(self.path).unlink(missing_ok=True)

    def __call__(self, call: Call, answer: Answer) -> None:
        """Take note of an exchange."""
        if call.method != "POST":
            return
        customer = created_id(answer)
        unsure = _unsure(answer) if customer is None else ""
        if customer is None and not unsure:
            return
        with self._turn:
            if customer is not None and customer in self._seen:
                return
            self._seen.add(customer)
            said: dict[str, Any] = {"id": customer, "at": _now(), "url": self._url}
            if unsure:
                said["unsure"] = unsure
            said["identifiers"] = list(identifiers(call.data))
            self.written += 1
            self._write(said)

    def _write(self, said: dict[str, Any]) -> None:
        self._file.write(json.dumps(said) + "\n")
        self._file.flush()


def identifiers(data: bytes) -> Iterator[dict[str, str]]:
    """The identifiers in a body, as far as it can be read."""
    if len(data) > _LONGEST:
        return
    try:
        body = json.loads(data)
    except (ValueError, RecursionError):
        return
    profiles = body.get("profiles") if isinstance(body, dict) else None
    for profile in profiles if isinstance(profiles, list) else ():
        found = profile.get("identifiers") if isinstance(profile, dict) else None
        for item in found if isinstance(found, list) else ():
            if isinstance(item, dict) and isinstance(item.get("value"), str):
                yield {"type": str(item.get("type")), "value": item["value"]}


def default_path() -> str:
    """The name of a new file in the working folder."""
    return f"contract-kit-created-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.ndjson"


def _unsure(answer: Answer) -> str:
    """Why nobody can say whether somebody was registered."""
    if answer.trouble:
        return answer.trouble
    if answer.status >= 500 and answer.status != 503:
        return f"the server failed with {answer.status}"
    return "a success without an id" if 200 <= answer.status < 300 and not _refuses(answer) else ""


def _refuses(answer: Answer) -> bool:
    from contract_kit.rules.responses import errors_of

    return bool(errors_of(answer.response()))


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
