"""What the plan consists of: cases, each one about one thing, as steps that can be sent, reduced and replayed.

A step is plain data: what to send and, where the prediction from body and ledger does not say it, what has to come. A
case's steps share identities and a ledger of their own; nothing that another case does matters to it.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from contract_kit.fuzz.credentials import GOOD

SUITES = ("examples", "protocol", "rules", "state", "robustness", "schema")


@dataclass(frozen=True, slots=True)
class Step:
    """One request, or ``times`` equal ones at once. ``statuses`` are those that conform where it is the door that decides
    (empty: the prediction says), ``also`` conform beside those predicted. ``about`` names what is tried, by a path whose
    first part is the general matter; a success then is looked up where ``look`` is set and the server offers it."""

    body: Any = None
    headers: tuple[tuple[str, str], ...] = ()
    query: Mapping[str, str] = field(default_factory=dict)
    method: str = "POST"
    credentials: str = GOOD
    media_type: str | None = "application/json"
    statuses: frozenset[int] = frozenset()
    also: frozenset[int] = frozenset()
    about: str = ""
    times: int = 1
    look: bool = False
    any_answer: bool = False
    restart: bool = False

    def as_data(self) -> dict[str, Any]:
        """The step as plain JSON data, without what is as usual."""
        said: dict[str, Any] = {"method": self.method, "credentials": self.credentials, "content_type": self.media_type}
        if isinstance(self.body, bytes):
            said["base64"] = b64encode(self.body).decode()
        elif isinstance(self.body, str):
            said["text"] = self.body
        elif self.body is not None:
            said["body"] = json.loads(json.dumps(self.body))
        for name in ("headers", "query", "statuses", "also", "about", "look", "any_answer", "restart"):
            value = getattr(self, name)
            if value:
                said[name] = (
                    sorted(value)
                    if isinstance(value, frozenset)
                    else [list(pair) for pair in value]
                    if name == "headers"
                    else value
                )
        if self.times > 1:
            said["times"] = self.times
        return said

    @classmethod
    def from_data(cls, said: Mapping[str, Any]) -> Step:
        """The step that ``as_data`` told of. Raises ``KeyError``, ``TypeError`` or ``ValueError`` for anything else."""
        body: Any = said.get("body")
        if "base64" in said:
            body = b64decode(said["base64"])
        elif "text" in said:
            body = str(said["text"])
        return cls(
            body,
            tuple((str(name), str(value)) for name, value in said.get("headers", ())),
            dict(said.get("query", {})),
            str(said["method"]),
            str(said["credentials"]),
            said["content_type"],
            frozenset(said.get("statuses", ())),
            frozenset(said.get("also", ())),
            str(said.get("about", "")),
            int(said.get("times", 1)),
            bool(said.get("look", False)),
            bool(said.get("any_answer", False)),
            bool(said.get("restart", False)),
        )


@dataclass(frozen=True, slots=True)
class Case:
    """One thing to try. ``yields`` says how much it is likely to reveal: the plan begins with the highest. ``rules``,
    ``laws`` and ``keywords`` are what it tests when all its steps could be judged."""

    suite: str
    name: str
    steps: tuple[Step, ...]
    yields: int = 50
    rules: tuple[str, ...] = ()
    laws: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    valid: bool = False
    core: bool = True
    random: bool = False

    @property
    def cost(self) -> int:
        """The requests that it takes, look-ups included."""
        return sum(step.times + step.look for step in self.steps)

    @property
    def restarts(self) -> bool:
        """Whether the server is restarted in between, which nobody else may be disturbed by."""
        return any(step.restart for step in self.steps)
