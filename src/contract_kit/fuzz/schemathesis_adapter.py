"""What Schemathesis thinks of, as cases of ours: its coverage phase, and its fuzzing phase for as long as one likes.

Its engine runs against an application in this process that takes everything and only writes down what came. The bodies
then go to the real server at our pace, with our identities, and are judged against what the contract predicts: whether
Schemathesis meant them to be good or bad does not matter. Of the requests, those are left out that say nothing new.

Of Schemathesis this module touches ``Config.from_dict``, ``openapi.from_dict``, ``schema.app`` and
``engine.from_schema(...).execute()``, and nothing else.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from contract_kit.contract import Contract
from contract_kit.errors import ContractKitError
from contract_kit.exchange import Request
from contract_kit.findings import Effect, Part
from contract_kit.fuzz.bodies import Bodies
from contract_kit.fuzz.realistic import document, lent, likeness
from contract_kit.fuzz.steps import Case, Step
from contract_kit.fuzz.suites import schema as keywords
from contract_kit.fuzz.traceless import traceless
from contract_kit.outcome import Outcome, Verdict
from contract_kit.report import Report

MISSING = 'this needs Schemathesis: pip install "contract-kit[fuzz]"'
_CHUNK = 24
_OPEN_EVERY = 8
"""One chunk in eight may have unknown members everywhere, which is slow to generate."""
_UNKNOWN_EVERY = 8
"""Of cases whose outcome nobody can predict, one in so many is tried: nothing may fall over."""
_LONGEST = 100_000
_OURS = frozenset(
    {"authorization", "accept", "accept-encoding", "connection", "host", "user-agent", "x-cap-api-oauth-token"}
)
_KEYWORDS = {
    "wrong-type": "type", "member-missing": "required", "value-not-allowed": "enum", "array-too-short": "minItems",
    "date-time-malformed": "format", "source-missing": "required", "identifiers-missing": "required",
    "source-unknown": "enum",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Captured:
    """A request that Schemathesis has made. ``query`` is ``None`` where a parameter is repeated."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    headers: tuple[tuple[str, str], ...]
    media_type: str
    data: bytes


def coverage(contract: Contract, bodies: Bodies, seed: int = 0) -> Iterator[Case]:
    """The cases of the coverage phase; the phase runs when the first is asked for (some seconds)."""
    picked = _Picked(contract, bodies)
    yield from picked.cases("coverage", captured(document(contract, bodies, narrow=True), "coverage", seed))


def drawn(contract: Contract, bodies: Bodies, seed: int) -> Iterator[Case]:
    """The cases of the fuzzing phase, without end: a few at a time, good and bad; the same seed gives the same ones."""
    picked = _Picked(contract, bodies)
    usual, wide = (document(contract, bodies, narrow=narrow) for narrow in (True, False))
    chance = random.Random(seed)  # noqa: S311
    number = 0
    while True:
        number += 1
        mode = ("positive", "negative")[number % 2]
        made, examples = (wide, _CHUNK // 4) if number % _OPEN_EVERY == 0 else (usual, _CHUNK)
        yield from picked.cases("drawn", captured(made, "fuzzing", chance.getrandbits(32), mode=mode, examples=examples))


def captured(made: dict[str, Any], phase: str, seed: int, *, mode: str = "all", examples: int = 100) -> list[Captured]:
    """What one phase of Schemathesis would send to a server of this document. Raises ``ContractKitError`` where
    Schemathesis is missing, or says that it cannot work with the document."""
    try:
        import schemathesis
        from schemathesis.engine import events, from_schema
    except ImportError:
        raise ContractKitError(MISSING) from None
    phases: dict[str, Any] = {name: {"enabled": name == phase} for name in ("examples", "coverage", "fuzzing", "stateful")}
    phases["coverage"]["extra-data-sources"] = {"responses": False}
    phases["fuzzing"] |= {"extra-data-sources": {"responses": False}, "error-feedback": {"enabled": False}}
    generation = {
        "mode": mode, "max-examples": examples, "no-shrink": True, "database": "none", "with-security-parameters": False,
    }  # fmt: skip
    config = schemathesis.Config.from_dict(
        {
            "seed": seed,
            "continue-on-failure": True,
            "cache": {"enabled": False},
            "suppress-health-check": ["all"],
            "analysis": {"constants": {"enabled": False}},
            "checks": {"enabled": False},
            "generation": generation,
            "phases": phases,
        }
    )
    sink: list[Captured] = []
    schema = schemathesis.openapi.from_dict(made, config=config)
    schema.app = _Sink(sink)
    with traceless():
        for event in from_schema(schema).execute():
            if isinstance(event, (events.FatalError, events.NonFatalError)):
                said = getattr(event, "exception", None) or getattr(event, "value", None)
                raise ContractKitError(f"Schemathesis cannot work with this document: {type(said).__name__}")
    return sink


class _Sink:
    """A WSGI application that takes everything and writes it down."""

    def __init__(self, sink: list[Captured]) -> None:
        self._sink = sink

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        length = int(environ.get("CONTENT_LENGTH") or 0)
        headers = tuple(
            (name.removeprefix("HTTP_").replace("_", "-"), str(value))
            for name, value in environ.items()
            if name.startswith("HTTP_")
        )
        call = Captured(
            environ["REQUEST_METHOD"],
            environ["PATH_INFO"],
            tuple(parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True)),
            tuple((name, value) for name, value in headers if not _own(name)),
            environ.get("CONTENT_TYPE") or "",
            environ["wsgi.input"].read(length) if length else b"",
        )
        self._sink.append(call)
        start("200 OK", [("Content-Type", "application/json")])
        return [json.dumps({"createdId": len(self._sink), "warnings": [], "sideEffects": []}).encode()]


class _Picked:
    """Makes cases of requests, without those that say what an earlier one has said."""

    def __init__(self, contract: Contract, bodies: Bodies) -> None:
        self._contract, self._bodies = contract, bodies
        self._known: set[tuple[Any, ...]] = set()
        self._names = frozenset(keywords.keywords(contract))
        self._unknown = 0
        self._number = 0

    def cases(self, word: str, calls: Iterable[Captured]) -> Iterator[Case]:
        for call in calls:
            case = self._case(word, call)
            if case is not None:
                yield case

    def _case(self, word: str, call: Captured) -> Case | None:
        """The case for a request; ``None`` for one that is about the door (method, media type, credentials), has a query
        that a mapping cannot hold, or says nothing new."""
        query = dict(call.query)
        if call.method != "POST" or not call.media_type.startswith("application/json") or len(query) < len(call.query):
            return None
        if not call.data or len(call.data) > _LONGEST or not _sendable(call.headers):
            return None
        raw = _parsed(call.data)
        body, query, outcome = self._better(raw, query, dict(call.headers))
        key = (likeness(body), tuple(sorted(query.items())), call.headers)
        if key in self._known:
            return None
        self._known.add(key)
        if outcome.verdict is Verdict.UNKNOWN:
            self._unknown += 1
            if self._unknown % _UNKNOWN_EVERY != 1:
                return None
        self._number += 1
        step = Step(body, headers=call.headers, query=query)
        report = self._contract.check(Request(body, dict(call.headers), query)) if not isinstance(body, bytes) else None
        told = "+".join(outcome.reasons) or outcome.verdict.value
        return Case(
            "schema",
            f"Schemathesis, {word} {self._number}: {told}",
            (step,),
            0,
            keywords=self._keywords(outcome, report),
            valid=outcome.accepted,
            core=False,
            random=True,
        )

    def _better(self, raw: Any, query: dict[str, str], headers: dict[str, str]) -> tuple[Any, dict[str, str], Outcome]:
        """Body and query as they are, or with usual identities where that leaves less to say of them."""
        if isinstance(raw, bytes):
            return raw, query, Outcome(Verdict.REFUSED)
        lively = lent(raw, self._bodies)
        elsewhere = {name: value for name, value in query.items() if name not in ("source", "accountId")}
        tried: list[tuple[Any, dict[str, str]]] = [(lively, query), (lively, elsewhere), (raw, query)]
        judged = [(body, own, self._contract.predict(Request(body, headers, own))) for body, own in tried]
        return min(judged, key=lambda one: _rank(one[2]))

    def _keywords(self, outcome: Outcome, report: Report | None) -> tuple[str, ...]:
        """The keyword that is violated, where it is one only."""
        if report is None or not outcome.refused:
            return ()
        found = [one for one in report.findings if one.location.part is Part.REQUEST_BODY]
        refusing = {one for one in found if one.consequence is not None and one.consequence.effect is Effect.REFUSES}
        if len(refusing) != 1:
            return ()
        one = refusing.pop()
        name = f"{one.location.shape.partition('#')[2] or '/'} {_KEYWORDS.get(one.code, '')}"
        return (name,) if name in self._names else ()


def _rank(outcome: Outcome) -> tuple[bool, int]:
    return outcome.verdict is Verdict.UNKNOWN, 0 if outcome.accepted else 1 + len(outcome.reasons)


def _parsed(data: bytes) -> Any:
    """The body as data where it is plain JSON, else as it is: a case has to send what was drawn."""
    try:
        body = json.loads(data, parse_constant=_never, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        return data
    return body if body is not None else data


def _never(text: str) -> Any:
    raise ValueError(text)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key twice")
    return found


def _own(name: str) -> bool:
    return name.lower() in _OURS or name.lower().startswith("x-schemathesis")


def _sendable(headers: Iterable[tuple[str, str]]) -> bool:
    """Whether header values are such as every server lets through to the application."""
    return all(value == value.strip() and all(" " <= sign <= "~" for sign in value) for _, value in headers)
