"""Defects that show when something unusual comes: crashes, hangs, dropped connections (D12), and leaks (D13)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, ClassVar

from contract_kit.exchange import MISSING
from contract_kit.server.behaviour import Behaviour
from contract_kit.server.calls import Answer, Call
from contract_kit.server.defects.registry import defect
from contract_kit.server.judgement import TOO_LARGE, Judgement

_DEEP, _LONG_TEXT, _LONG_ARRAY, _HUGE = 40, 5_000, 100, 2**63
_HANG = 30.0
_TRACE = 'Traceback (most recent call last):\n  File "/srv/app/register.py", line 41, in register\nJSONDecodeError'
_PATH = "UNIQUE constraint failed in /var/lib/crm/customers.db"


class CrashError(Exception):
    """What a server with a defect of this kind comes to grief over."""


class _Crashes(Behaviour):
    """Base of the servers that fail on bodies that hold something unusual."""

    trips: ClassVar[Callable[[Any], bool]]

    def judged(self, call: Call) -> Judgement:
        judgement = super().judged(call)
        if judgement.body is not MISSING and type(self).trips(judgement.body):
            raise CrashError("broken on purpose")
        return judgement


def _body(test: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return test


def _any(test: Callable[[Any], bool]) -> Callable[[Any], bool]:
    """Whether any value in a body, or any name of a member, passes a test."""
    return lambda body: any(test(value) for value, _ in _values(body))


@defect("nul-crash", area="robustness", facts=("D12",))
class NulCrash(_Crashes):
    """Fails on NUL in a text."""

    trips = _any(lambda value: isinstance(value, str) and "\0" in value)


@defect("astral-crash", area="robustness", facts=("D12",))
class AstralCrash(_Crashes):
    """Fails on characters outside the BMP, such as emoji."""

    trips = _any(lambda value: isinstance(value, str) and any(sign > "\uffff" for sign in value))


@defect("huge-number-crash", area="robustness", facts=("D12",))
class HugeNumberCrash(_Crashes):
    """Fails on whole numbers beyond 64 bits."""

    trips = _any(lambda value: isinstance(value, int) and not -_HUGE <= value < _HUGE)


@defect("long-text-crash", area="robustness", facts=("D12",))
class LongTextCrash(_Crashes):
    """Fails on texts of more than 5,000 characters."""

    trips = _any(lambda value: isinstance(value, str) and len(value) > _LONG_TEXT)


@defect("long-array-crash", area="robustness", facts=("D12",))
class LongArrayCrash(_Crashes):
    """Fails on arrays of more than 100 items."""

    trips = _any(lambda value: isinstance(value, list) and len(value) > _LONG_ARRAY)


@defect("nesting-crash", area="robustness", facts=("D12",))
class NestingCrash(_Crashes):
    """Fails on values that nest more than 40 levels deep."""

    trips = _body(lambda body: any(depth > _DEEP for _, depth in _values(body)))


@defect("array-body-crash", area="robustness", facts=("D02",))
class ArrayBodyCrash(_Crashes):
    """Fails on a body that is an array."""

    trips = _body(lambda body: isinstance(body, list))


@defect("null-member-crash", area="robustness", facts=("D02",))
class NullMemberCrash(_Crashes):
    """Fails on null where an array of profiles or identifiers is wanted."""

    trips = _body(lambda body: _is_null(body, "profiles") or any(_is_null(one, "identifiers") for one in _profiles(body)))


@defect("number-for-text-crash", area="robustness", facts=("D02", "F24"))
class NumberForTextCrash(_Crashes):
    """Fails on a number where the value of an identifier is wanted."""

    trips = _body(lambda body: any(isinstance(item.get("value"), (int, float)) for item in _identifiers(body)))


@defect("nesting-hang", area="robustness", facts=("D12",))
class NestingHang(Behaviour):
    """Takes half a minute over values that nest more than 40 levels deep."""

    async def registered(self, call: Call, judgement: Judgement) -> Answer:
        if any(depth > _DEEP for _, depth in _values(judgement.body)):
            await asyncio.sleep(_HANG)
        return await super().registered(call, judgement)


@defect("empty-body-crash", area="robustness", facts=("D02", "D12"))
class EmptyBodyCrash(Behaviour):
    """Fails where there is no body."""

    def read(self, data: bytes) -> Any:
        if not data.strip():
            raise CrashError("broken on purpose")
        return super().read(data)


class _Unreadable(Behaviour):
    """Base of the servers that fail on texts that are no JSON."""

    kind: ClassVar[str]

    def read(self, data: bytes) -> Any:
        body, refusals = super().read(data)
        if data.strip() and any(reason.name == self.kind for reason in refusals):
            raise CrashError("broken on purpose")
        return body, refusals


@defect("malformed-json-crash", area="robustness", facts=("D02", "D12"))
class MalformedJsonCrash(_Unreadable):
    """Fails on a body that is not JSON."""

    kind = "json-syntax"


@defect("encoding-crash", area="robustness", facts=("D02", "D12"))
class EncodingCrash(_Unreadable):
    """Fails on a body that is not UTF-8."""

    kind = "json-encoding"


@defect("oversized-cut-off", area="robustness", facts=("D12",))
class OversizedCutOff(Behaviour):
    """Drops the connection on a body that is too large."""

    def turned_down(self, call: Call, judgement: Judgement) -> Answer:
        answer = super().turned_down(call, judgement)
        return replace(answer, cut_off=any(reason.name == TOO_LARGE for reason in judgement.refusals))


class _Leaks(Behaviour):
    """Base of the servers that say too much in the messages of their refusals."""

    def leaked(self, call: Call) -> str:
        """What is said."""
        return ""

    def finished(self, call: Call, answer: Answer) -> Answer:
        answer = super().finished(call, answer)
        body = answer.body
        errors = body.get("errors") if isinstance(body, dict) else None
        if not isinstance(body, dict) or not errors:
            return answer
        said = [{**error, "message": f"{error['message']}: {self.leaked(call)}"} for error in errors]
        return replace(answer, body={**body, "errors": said})


@defect("trace-in-refusal", area="leaks", facts=("D13",))
class TraceInRefusal(_Leaks):
    """Shows a stack trace in refusals."""

    def leaked(self, call: Call) -> str:
        return _TRACE


@defect("path-in-refusal", area="leaks", facts=("D13",))
class PathInRefusal(_Leaks):
    """Shows a file's path in refusals."""

    def leaked(self, call: Call) -> str:
        return _PATH


@defect("credentials-in-refusal", area="leaks", facts=("D13",))
class CredentialsInRefusal(_Leaks):
    """Repeats the caller's credentials in refusals."""

    def leaked(self, call: Call) -> str:
        return call.headers.get("authorization", call.headers.get(self.token_header, ""))


def _values(body: Any) -> Iterator[tuple[Any, int]]:
    """Every value in a body and every name of a member, with how deep it lies."""
    waiting = [(body, 0)]
    while waiting:
        value, depth = waiting.pop()
        yield value, depth
        if isinstance(value, dict):
            waiting.extend((name, depth) for name in value)
            waiting.extend((member, depth + 1) for member in value.values())
        elif isinstance(value, list):
            waiting.extend((item, depth + 1) for item in value)


def _profiles(body: Any) -> list[dict[str, Any]]:
    found = body.get("profiles") if isinstance(body, dict) else None
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def _identifiers(body: Any) -> list[dict[str, Any]]:
    lists = [profile.get("identifiers") for profile in _profiles(body)]
    return [item for found in lists if isinstance(found, list) for item in found if isinstance(item, dict)]


def _is_null(node: Any, name: str) -> bool:
    return isinstance(node, dict) and name in node and node[name] is None
