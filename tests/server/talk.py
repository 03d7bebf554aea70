"""A conversation with one server, which may be broken on purpose, and restarted."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

from starlette.applications import Starlette

from contract_kit import Contract, OrgProfile
from contract_kit.examples import ORG
from contract_kit.server import app

from .client import Asks, Said, ask, ask_together

PAIR = "till.one:8a16a6b70505eb1f1ff7cdc0cd5559a7"
SETTINGS: dict[str, Any] = {"basic": [PAIR], "tokens": ["good"], "read_only": ["reader:secret"], "expired": ["old"]}
JSON_TYPE = {"Content-Type": "application/json"}
WAIT = 2.0


class Talk:
    """One conversation: sends requests to a server and keeps what was answered."""

    def __init__(self, contract: Contract, defects: Sequence[str], folder: Path) -> None:
        self._contract = contract
        self._defects = defects
        self.file = str(folder / f"{uuid4().hex}.db")
        self._settings: dict[str, Any] = dict(SETTINGS)
        self._server: Starlette | None = None
        self.said: list[Said] = []

    def under(self, **settings: Any) -> None:
        """Other settings; ``org`` holds sections of the org profile. To be called first."""
        org = settings.pop("org", None)
        if org is not None:
            self._contract = Contract.bundled().for_org(OrgProfile.from_mapping({**ORG, **org}))
        self._settings |= settings

    @property
    def server(self) -> Starlette:
        """The server, made when it is first needed."""
        if self._server is None:
            self._server = app(self._contract, defects=self._defects, **self._settings)
        return self._server

    def restart(self) -> None:
        """End the server and begin another one on the same file."""
        self.close()

    def close(self) -> None:
        """End the server."""
        if self._server is not None:
            self._server.state.behaviour.store.close()
            self._server = None

    def post(self, payload: Any, **parts: Any) -> None:
        """Register."""
        headers = parts.pop("headers", {**JSON_TYPE, **basic(PAIR)})
        self.said.append(ask(self.server, Asks(payload, headers, **parts), WAIT))

    def together(self, payload: Any, times: int) -> None:
        """Register the same several times at once; what was answered, in the order of statuses."""
        asked = [Asks(payload, {**JSON_TYPE, **basic(PAIR)})] * times
        self.said += sorted(ask_together(self.server, asked), key=lambda said: said.status)

    def look(self, customer: int = 1) -> None:
        """Look a customer up."""
        self.said.append(ask(self.server, Asks(b"", basic(PAIR), {}, "GET", f"/v2/customers/{customer}"), WAIT))


def basic(pair: str) -> dict[str, str]:
    return {"Authorization": f"Basic {b64encode(pair.encode()).decode()}"}
