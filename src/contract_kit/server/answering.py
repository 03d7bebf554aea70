"""How answers look: success (F50–F54), the envelope of errors (F57, D01), and being turned away (D03)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from contract_kit.judge.prediction import points_of
from contract_kit.server.calls import Answer, Call, Reason
from contract_kit.server.parts import Parts

_EXACT = 2**53
_NO_SIDE_EFFECTS = {"wait_for_downstream": "false", "skip-downstream": "true", "x-cap-direct-replay": "true"}
_SAID = {
    401: "credentials are missing or wrong",
    404: "there is nothing here",
    405: "this method is not allowed here",
    415: "the body is to be application/json",
    429: "too many requests",
    498: "the token has expired",
}
CHALLENGE = 'Basic realm="contract-kit"'
BUSY_SECONDS = "1"


class Answering(Parts):
    """The steps from a decision to its answer, each one open to be broken on purpose."""

    def accepted(self, call: Call, body: Any, customer_id: int, warnings: Sequence[Reason]) -> Answer:
        """A success."""
        said = {
            "createdId": self.created_id(customer_id),
            "warnings": [self.entry(reason) for reason in _once(warnings)],
            "sideEffects": self.side_effects(call, body),
        }
        return Answer(200, said)

    def created_id(self, customer_id: int) -> object:
        """The id as it is answered (F51, D08)."""
        return customer_id

    def side_effects(self, call: Call, body: Any) -> list[dict[str, Any]]:
        """What the registration sets off (D08), unless the caller wants none of it (F07)."""
        if any(call.headers.get(name, "").strip().lower() == value for name, value in _NO_SIDE_EFFECTS.items()):
            return []
        return [self.points_effect(points) for points in points_of(body)]

    def points_effect(self, points: float) -> dict[str, Any]:
        """The side effect of points (F54, D08)."""
        raw = float(points) if abs(points) < _EXACT else points
        awarded = points if isinstance(points, int) else int(Decimal(str(points)).to_integral_value(ROUND_HALF_UP))
        return {"type": "points", "entityType": "USER", "rawAwardedPoints": raw, "awardedPoints": awarded}

    def refused(self, reasons: Sequence[Reason]) -> Answer:
        """A refusal by the application: one error for each code, nothing stored (D01)."""
        return Answer(self.refusal_status(reasons), self.envelope([self.entry(reason) for reason in _once(reasons)]))

    def refusal_status(self, reasons: Sequence[Reason]) -> int:
        """The HTTP status of a refusal: what the org has pinned, else the web's custom (D01)."""
        return self.org.refusal_status or 400

    def envelope(self, entries: Sequence[Mapping[str, Any]]) -> object:
        """The envelope of errors (F57)."""
        return {"errors": list(entries), "warnings": []}

    def entry(self, reason: Reason) -> dict[str, Any]:
        """An error or a warning: what the code means, the rule, and the place; never what a caller has sent (D13)."""
        known = self.judge.contract.api_codes.get(reason.code)
        meaning = known.meaning if known is not None else "Refused"
        where = f" at {reason.place}" if reason.place else ""
        return self.said(reason.code, f"{meaning} ({reason.name}{where})")

    def said(self, code: int, message: str) -> dict[str, Any]:
        """One entry of ``errors`` or ``warnings`` (F53, F57)."""
        return {"status": False, "code": code, "message": message}

    def turned_away(self, status: int, message: str = "") -> Answer:
        """An answer that has nothing to do with the registration itself (D03)."""
        registry = self.judge.contract.api_codes.values()
        known = next((entry for entry in registry if entry.status == str(status) and entry.kind == "error"), None)
        code = known.code if known is not None else status
        text = message or (known.meaning if known is not None else _SAID.get(status, "refused"))
        headers = {401: {"WWW-Authenticate": CHALLENGE}, 405: {"Allow": "POST"}, 429: {"Retry-After": BUSY_SECONDS}}
        return Answer(status, self.envelope([self.said(code, text)]), headers.get(status, {}))


def _once(reasons: Sequence[Reason]) -> list[Reason]:
    """The first reason for each code, in their order."""
    found: dict[int, Reason] = {}
    for reason in reasons:
        found.setdefault(reason.code, reason)
    return list(found.values())
