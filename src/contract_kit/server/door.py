"""The door: what is asked of a request before its body is looked at (D03)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from contract_kit.rules.requests import basic_pair
from contract_kit.server.answering import Answering
from contract_kit.server.calls import Answer, Call
from contract_kit.server.credentials import Access

Step = Callable[[Call], Answer | None]
"""Turns a request away with an answer, or lets it pass."""

_UNAUTHORISED, _FORBIDDEN, _NO_METHOD, _NO_JSON, _TOO_MANY, _EXPIRED = 401, 403, 405, 415, 429, 498


class Door(Answering):
    """The steps of the door, each one open to be broken on purpose."""

    def steps(self) -> Sequence[Step]:
        """The steps in their order."""
        return (self.right_method, self.known_caller, self.may_write, self.sends_json, self.in_time, self.good_day)

    def right_method(self, call: Call) -> Answer | None:
        """Only POST registers."""
        return None if call.method == "POST" else self.turned_away(_NO_METHOD)

    def known_caller(self, call: Call) -> Answer | None:
        """Credentials are there and good."""
        access = self.access(call)
        if access is Access.EXPIRED:
            return self.turned_away(_EXPIRED)
        return self.turned_away(_UNAUTHORISED) if access is Access.UNKNOWN else None

    def may_write(self, call: Call) -> Answer | None:
        """The caller may write customers (F05)."""
        return self.turned_away(_FORBIDDEN) if self.access(call) is Access.READ else None

    def sends_json(self, call: Call) -> Answer | None:
        """The body comes as JSON, or without a type."""
        return self.turned_away(_NO_JSON) if _NO_JSON in self.judge.door(_part(call, "content-type")) else None

    def in_time(self, call: Call) -> Answer | None:
        """The rate limit (F02)."""
        wait = self.limiter.wait()
        if wait is None:
            return None
        answer = self.turned_away(_TOO_MANY)
        return replace(answer, headers={"Retry-After": str(wait)})

    def good_day(self, call: Call) -> Answer | None:
        """Nothing fails by chance."""
        status = self.day.failure()
        return None if status is None else self.turned_away(status)

    def access(self, call: Call) -> Access:
        """What the credentials of a request open; of two that are shown, the lesser counts."""
        basic, token = call.headers.get("authorization"), call.headers.get(self.token_header)
        shown = []
        if basic is not None:
            shown.append(self.basic_access(basic))
        if token is not None:
            shown.append(self.token_access(token))
        return min(shown, default=self.nobody())

    def nobody(self) -> Access:
        """What a request without credentials may do."""
        return Access.UNKNOWN

    def basic_access(self, value: str) -> Access:
        """What an ``Authorization`` header opens."""
        pair = basic_pair(value)
        return Access.UNKNOWN if pair is None else self.credentials.of_pair(pair)

    def token_access(self, value: str) -> Access:
        """What an OAuth token opens; one in a form that is none opens nothing."""
        malformed = _UNAUTHORISED in self.judge.door({self.token_header: value})
        return Access.UNKNOWN if malformed else self.credentials.of_token(value.strip())


def _part(call: Call, name: str) -> dict[str, str]:
    return {name: call.headers[name]} if name in call.headers else {}
