"""Defects in what a success says: its members, its warnings, its side effects (F50, F53, F54, D08)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from contract_kit.judge.prediction import CONFLICT, LINKED, NO_LABEL
from contract_kit.server.behaviour import Behaviour
from contract_kit.server.calls import Answer, Call, Reason
from contract_kit.server.defects.registry import defect
from contract_kit.server.judgement import Judgement
from contract_kit.server.keeping import TILL_UNKNOWN

Said = dict[str, Any]


class _Says(Behaviour):
    """Base of the servers whose successes look otherwise."""

    change: ClassVar[Callable[[Said], object]]

    def accepted(self, call: Call, body: Any, customer_id: int, warnings: Sequence[Reason]) -> Answer:
        answer = super().accepted(call, body, customer_id, warnings)
        assert isinstance(answer.body, dict)
        return replace(answer, body=type(self).change(answer.body))


def _by(change: Callable[[Said], object]) -> Callable[[Said], object]:
    return change


def _without(name: str) -> Callable[[Said], object]:
    return lambda said: {member: value for member, value in said.items() if member != name}


def _with(name: str, value: object) -> Callable[[Said], object]:
    return lambda said: {**said, name: value}


def _warnings(change: Callable[[Said], Said]) -> Callable[[Said], object]:
    return lambda said: {**said, "warnings": [change(warning) for warning in said["warnings"]]}


def _effects(change: Callable[[Said], Said]) -> Callable[[Said], object]:
    return lambda said: {**said, "sideEffects": [change(effect) for effect in said["sideEffects"]]}


@defect("created-id-missing", area="success", facts=("F50",))
class CreatedIdMissing(_Says):
    """Succeeds without a createdId."""

    change = _without("createdId")


@defect("created-id-missing-on-link", area="success", facts=("F50", "D04"))
class CreatedIdMissingOnLink(Behaviour):
    """Succeeds without a createdId where the customer was there already."""

    def accepted(self, call: Call, body: Any, customer_id: int, warnings: Sequence[Reason]) -> Answer:
        answer = super().accepted(call, body, customer_id, warnings)
        assert isinstance(answer.body, dict)
        linked = any(reason.code in (LINKED, CONFLICT) for reason in warnings)
        return replace(answer, body=_without("createdId")(answer.body)) if linked else answer


@defect("success-wrapped", area="success", facts=("F50",))
class SuccessWrapped(_Says):
    """Puts the success into a member called entity."""

    change = _by(lambda said: {"entity": said})


@defect("warnings-missing", area="success", facts=("F50",))
class WarningsMissing(_Says):
    """Leaves warnings out."""

    change = _without("warnings")


@defect("warnings-null", area="success", facts=("F50", "F19"))
class WarningsNull(Behaviour):
    """Answers null where there is no warning."""

    def accepted(self, call: Call, body: Any, customer_id: int, warnings: Sequence[Reason]) -> Answer:
        answer = super().accepted(call, body, customer_id, warnings)
        assert isinstance(answer.body, dict)
        return replace(answer, body={**answer.body, "warnings": answer.body["warnings"] or None})


@defect("warnings-as-object", area="success", facts=("F19", "F53"))
class WarningsAsObject(_Says):
    """Answers one object where an array of warnings is wanted."""

    change = _by(lambda said: {**said, "warnings": (said["warnings"] or [{}])[0]})


@defect("warning-code-as-text", area="success", facts=("F53",))
class WarningCodeAsText(_Says):
    """Gives the codes of warnings as text."""

    change = _warnings(lambda warning: {**warning, "code": str(warning["code"])})


@defect("warning-status-true", area="success", facts=("F53",))
class WarningStatusTrue(_Says):
    """Gives warnings the status true."""

    change = _warnings(lambda warning: {**warning, "status": True})


@defect("warning-without-message", area="success", facts=("F53",))
class WarningWithoutMessage(_Says):
    """Gives warnings without a message."""

    change = _warnings(lambda warning: {"status": warning["status"], "code": warning["code"]})


class _Warns(Behaviour):
    """Base of the servers that warn of other things."""

    def warned(self, warnings: Sequence[Reason]) -> Sequence[Reason]:
        """What is warned of."""
        return warnings

    def judged(self, call: Call) -> Judgement:
        judgement = super().judged(call)
        return replace(judgement, warnings=tuple(self.warned(judgement.warnings)))


@defect("default-status-unwarned", area="success", facts=("F16", "F53"), needs=("customerStatus.default",))
class DefaultStatusUnwarned(_Warns):
    """Does not warn (8107) that the default status label is not set."""

    def warned(self, warnings: Sequence[Reason]) -> Sequence[Reason]:
        return [reason for reason in warnings if reason.code != NO_LABEL]


@defect("till-always-warned", area="success", facts=("F58", "F22"), needs=("tills",))
class TillAlwaysWarned(_Warns):
    """Warns of an invalid till (8077) whatever the till."""

    def warned(self, warnings: Sequence[Reason]) -> Sequence[Reason]:
        return [*warnings, Reason("till-unknown", TILL_UNKNOWN)]


@defect("side-effects-missing", area="success", facts=("F50",))
class SideEffectsMissing(_Says):
    """Leaves sideEffects out."""

    change = _without("sideEffects")


@defect("side-effects-null", area="success", facts=("F50", "F19"))
class SideEffectsNull(_Says):
    """Answers null where there are no side effects."""

    change = _by(lambda said: {**said, "sideEffects": said["sideEffects"] or None})


@defect("points-missing", area="success", facts=("D08", "F54"))
class PointsMissing(_Says):
    """Awards points without a side effect."""

    change = _with("sideEffects", [])


@defect("points-of-first-enrolment", area="success", facts=("D08",))
class PointsOfFirst(_Says):
    """Tells of the points of the first enrolment only."""

    change = _by(lambda said: {**said, "sideEffects": said["sideEffects"][:1]})


@defect("points-doubled", area="success", facts=("D08",))
class PointsDoubled(Behaviour):
    """Awards twice the points."""

    def points_effect(self, points: float) -> dict[str, Any]:
        return super().points_effect(points * 2)


@defect("points-rounded-down", area="success", facts=("D08", "F54"))
class PointsRoundedDown(_Says):
    """Rounds awarded points down."""

    change = _effects(lambda effect: {**effect, "awardedPoints": int(effect["rawAwardedPoints"])})


@defect("points-as-text", area="success", facts=("F54",))
class PointsAsText(_Says):
    """Gives awarded points as text."""

    change = _effects(lambda effect: {**effect, "awardedPoints": str(effect["awardedPoints"])})


@defect("side-effect-without-type", area="success", facts=("F54",))
class SideEffectWithoutType(_Says):
    """Gives side effects without their type."""

    change = _effects(_without("type"))  # type: ignore[arg-type]
