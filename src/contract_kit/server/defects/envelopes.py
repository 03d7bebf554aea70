"""Defects in how a refusal looks (F57, D01)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from contract_kit.ledger import Standing
from contract_kit.server.behaviour import Behaviour
from contract_kit.server.calls import Answer, Reason
from contract_kit.server.defects.registry import defect
from contract_kit.server.judgement import Judgement
from contract_kit.server.store import Entry


@defect("errors-as-object", area="envelope", facts=("F57", "F19"))
class ErrorsAsObject(Behaviour):
    """Gives one object where an array of errors is wanted."""

    def envelope(self, entries: Sequence[Mapping[str, Any]]) -> object:
        return {"errors": entries[0], "warnings": []}


@defect("errors-empty", area="envelope", facts=("F57", "D01"))
class ErrorsEmpty(Behaviour):
    """Refuses without naming an error."""

    def envelope(self, entries: Sequence[Mapping[str, Any]]) -> object:
        return {"errors": [], "warnings": []}


@defect("errors-as-texts", area="envelope", facts=("F57",))
class ErrorsAsTexts(Behaviour):
    """Gives errors as bare texts."""

    def envelope(self, entries: Sequence[Mapping[str, Any]]) -> object:
        return {"errors": [entry["message"] for entry in entries], "warnings": []}


@defect("envelope-of-another-api", area="envelope", facts=("F57",))
class OtherEnvelope(Behaviour):
    """Refuses with a bare message and code, as web frameworks do by default."""

    def envelope(self, entries: Sequence[Mapping[str, Any]]) -> object:
        return {"message": entries[0]["message"], "code": entries[0]["code"]}


class _Entries(Behaviour):
    """Base of the servers whose errors look otherwise."""

    def changed(self, entry: Mapping[str, Any]) -> dict[str, Any]:
        """An error as it is given."""
        return dict(entry)

    def envelope(self, entries: Sequence[Mapping[str, Any]]) -> object:
        return super().envelope([self.changed(entry) for entry in entries])


@defect("error-code-as-text", area="envelope", facts=("F57",))
class ErrorCodeAsText(_Entries):
    """Gives the codes of errors as text."""

    def changed(self, entry: Mapping[str, Any]) -> dict[str, Any]:
        return {**entry, "code": str(entry["code"])}


@defect("error-without-code", area="envelope", facts=("F57",))
class ErrorWithoutCode(_Entries):
    """Gives errors without a code."""

    def changed(self, entry: Mapping[str, Any]) -> dict[str, Any]:
        return {"status": entry["status"], "message": entry["message"]}


@defect("error-without-message", area="envelope", facts=("F57",))
class ErrorWithoutMessage(_Entries):
    """Gives errors without a message."""

    def changed(self, entry: Mapping[str, Any]) -> dict[str, Any]:
        return {"status": entry["status"], "code": entry["code"]}


@defect("error-status-true", area="envelope", facts=("F57",))
class ErrorStatusTrue(_Entries):
    """Gives errors the status true."""

    def changed(self, entry: Mapping[str, Any]) -> dict[str, Any]:
        return {**entry, "status": True}


@defect("refusal-with-created-id", area="envelope", facts=("D01",))
class RefusalWithCreatedId(Behaviour):
    """Names a customer in a refusal."""

    def refused(self, reasons: Sequence[Reason]) -> Answer:
        answer = super().refused(reasons)
        assert isinstance(answer.body, dict)
        return replace(answer, body={**answer.body, "createdId": 1})


@defect("refusal-as-page", area="envelope", facts=("F57",))
class RefusalAsPage(Behaviour):
    """Refuses with a web page."""

    def refused(self, reasons: Sequence[Reason]) -> Answer:
        answer = super().refused(reasons)
        return replace(answer, body="<html><body>Bad request</body></html>", media_type="text/html")


@defect("duplicate-told-as-warning", area="envelope", facts=("F56", "D01"))
class DuplicateAsWarning(Behaviour):
    """Tells of a duplicate among the warnings of a success."""

    def duplicate(self, judgement: Judgement, entries: Sequence[Entry], standing: Standing) -> Answer:
        answer = super().duplicate(judgement, entries, standing)
        assert isinstance(answer.body, dict)
        place, item = standing.at_stake[0]
        holder = self.store.holder(place.source, place.account, item)
        return Answer(200, {"createdId": holder, "warnings": answer.body["errors"], "sideEffects": []})
