"""Runs schemas and rules over a request, a response or both, and collects everything they find.

What comes out are raw hits with their place in the exchange; ``contract`` turns them into findings, ``prediction`` into
an outcome. All rules run: what a user ignores is left out later, since a prediction must not depend on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, NamedTuple

from contract_kit.exchange import METHOD, MISSING, Exchange, Request, Response
from contract_kit.findings import Consequence, Effect, Evidence, Location, Part, Pointer, Severity
from contract_kit.judge import fastpath
from contract_kit.judge.groups import Groups
from contract_kit.judge.plain import Spoilt, presentable
from contract_kit.judge.schemas import SchemaEngine, SchemaHit
from contract_kit.judge.sparing import Sparing
from contract_kit.judge.spec import MEDIA_TYPE, Spec
from contract_kit.org import OrgProfile
from contract_kit.outcome import Outcome
from contract_kit.rule import Context, Hit, Rule
from contract_kit.rules import ALL, BY_CODE
from contract_kit.rules import schema as schema_rules
from contract_kit.rules.responses import errors_of
from contract_kit.view import BodyNode, nodes_of, view

RESULT = "#/components/schemas/RegistrationResult"
REFUSAL = "#/components/schemas/Refusal"
_FREE_BODIES = frozenset({401, 498})
_OPTIONAL_BODIES = frozenset({404, 405, 415})
_FEW = 20
"""So many bodies are judged before it pays to find out which rules can be spared."""


class Judged(NamedTuple):
    """One raw hit: the rule, the place, and all that the rule, its hit or the document say of it."""

    rule: Rule
    location: Location
    params: Mapping[str, object]
    value: object
    consequence: Consequence
    severity: Severity
    evidence: Evidence
    facts: tuple[str, ...]


class Runner:
    """The rules that apply under one org profile, over one contract document."""

    def __init__(self, spec: Spec, org: OrgProfile, now: datetime | None = None) -> None:
        self.spec = spec
        self.org = org
        self.engine = SchemaEngine(spec)
        self._now = now
        self._rules = {
            kind: tuple(rule for rule in ALL if rule.on == kind and all(need in org.sections for need in rule.needs))
            for kind in {rule.on for rule in ALL}
        }
        self._body_schema: str = spec.body_schema["$ref"]
        self._bodies = 0

    @cached_property
    def strict(self) -> dict[str, Any] | None:
        """The strict schema of the fast path (``fastpath.strict_schema``)."""
        return fastpath.strict_schema(self)

    @cached_property
    def groups(self) -> Groups | None:
        """The strict schema in its parts, where there is one."""
        return Groups(self.strict) if self.strict is not None else None

    @cached_property
    def _sparing(self) -> Sparing | None:
        return Sparing(self.groups, self._rules, self.context) if self.groups is not None else None

    @property
    def context(self) -> Context:
        """What rules may know, now."""
        return Context(self.org, self.spec.vocabulary, self._now or datetime.now(UTC))

    def rules(self, kind: str) -> tuple[Rule, ...]:
        """The rules that look at one kind of node under this org."""
        return self._rules.get(kind, ())

    def request(self, request: Request, *, read: bool = False) -> list[Judged]:
        """All that is found in a request. ``read`` says that its body was read from a text that had nothing odd about it:
        then it needs no check of its own for what no text can hold."""
        context = self.context
        found: list[Judged] = []
        if request.headers is not None or request.query or request.method != METHOD:
            for rule in self.rules("request"):
                found += [_judged(rule, hit, request_place(hit.pointer)) for hit in rule.check(request, context)]
        if request.body is MISSING:
            return found
        body, spoilt = (request.body, ()) if read else presentable(request.body)
        found += [_from_plain(item, Part.REQUEST_BODY) for item in spoilt]
        if body is MISSING:
            return found
        told = unclean(found) if spoilt else ()
        for schema_hit in self.engine.hits(self._body_schema, self._effective(body, request.query)):
            if schema_hit.pointer not in told:
                found.append(_from_schema(schema_hit, Part.REQUEST_BODY, Severity.ERROR))
        root = view(body, unclean(found), request.query)
        if root is not None:
            self._bodies += 1
            if self._bodies > _FEW and not request.query and self._sparing is not None:
                asked: Iterable[tuple[Rule, Any]] = self._sparing.left(root)
            else:
                asked = self._all_rules(root)
            for rule, node in asked:
                for hit in rule.check(node, context):
                    found.append(_judged(rule, hit, Location(Part.REQUEST_BODY, hit.pointer)))
        return found

    def response(self, response: Response, *, envelope: bool = False) -> list[Judged]:
        """All that is found in an answer, whatever the request was. ``envelope`` says that the answer is handed in as an
        error envelope: its form is then the question itself, and a breach of it an error."""
        context = self.context
        found: list[Judged] = []
        reference = REFUSAL if envelope and response.body is not MISSING else self._answer_schema(response)
        body, spoilt = presentable(response.body)
        found += [_from_plain(item, Part.RESPONSE_BODY)._replace(consequence=Consequence()) for item in spoilt]
        response = replace(response, body=body)
        told = {item.pointer for item in spoilt if item.code == "json-not-finite"}
        if reference and body is not MISSING and not isinstance(body, str):
            for schema_hit in self.engine.hits(reference, body):
                severity = Severity.ERROR if envelope else grade(schema_hit.constraint.evidence)
                if schema_hit.pointer not in told:
                    found.append(_from_schema(schema_hit, Part.RESPONSE_BODY, severity, Consequence()))
        for rule in self.rules("response"):
            for hit in rule.check(response, context):
                place = response_place(hit.pointer)
                if not (spoilt and body is MISSING and place.part is Part.RESPONSE_BODY):
                    found.append(_judged(rule, hit, place))
        return found

    def exchange(self, exchange: Exchange, outcome: Outcome) -> list[Judged]:
        """All that is found in an answer when it is held against what the request had to lead to."""
        context = replace(self.context, outcome=outcome)
        found: list[Judged] = []
        for rule in self.rules("exchange"):
            for hit in rule.check(exchange, context):
                found.append(_judged(rule, hit, response_place(hit.pointer[1:])))
        return found

    def _all_rules(self, root: BodyNode) -> Iterator[tuple[Rule, Any]]:
        """Every rule on bodies, with every node that it looks at."""
        for kind, nodes in nodes_of(root).items():
            for rule in self.rules(kind):
                for node in nodes:
                    yield rule, node

    def _effective(self, body: object, query: Mapping[str, object] | None) -> object:
        """The body as the schema has to see it: the query's source stands in where a profile lacks its own (D14)."""
        source = (query or {}).get("source")
        if source is None or not isinstance(body, dict) or not isinstance(body.get("profiles"), list):
            return body
        stand_in = source if source in self.spec.vocabulary.values["source"] else self.spec.vocabulary.values["source"][0]
        profiles = [
            {**item, "source": stand_in} if isinstance(item, dict) and "source" not in item else item
            for item in body["profiles"]
        ]
        return {**body, "profiles": profiles}

    def _answer_schema(self, response: Response) -> str | None:
        """The schema that an answer's body is held to, or none where its body is not fixed (D03)."""
        status, body = response.status, response.body
        if status in _FREE_BODIES or body is MISSING:
            return None
        if status in _OPTIONAL_BODIES and not isinstance(body, dict):
            return None
        if status in (200, 400, None) or not self._documented(status):
            refused = bool(errors_of(response)) or (isinstance(body, dict) and "createdId" not in body and "errors" in body)
            return REFUSAL if refused or status == 400 else RESULT
        return REFUSAL

    def _documented(self, status: int | None) -> bool:
        answer = self.spec.operation["responses"].get(str(status))
        return answer is not None and MEDIA_TYPE in self.spec.resolve(answer).get("content", {})


_PLAIN_HINT = "no JSON text can carry this; build the value anew"
_HOLLOW = frozenset(
    rule.code for rule in (schema_rules.MEMBER_MISSING, schema_rules.SOURCE_MISSING, schema_rules.IDENTIFIERS_MISSING)
)


def unclean(found: Iterable[Judged]) -> set[Pointer]:
    """The paths in the body at which something makes a value unfit for rules. An object that only lacks a member is fit
    where rules look into such: the body and a profile are, an identifier is not."""
    return {
        hit.location.pointer
        for hit in found
        if hit.location.part is Part.REQUEST_BODY
        and (hit.rule.on == "schema" or hit.rule.code == "json-not-finite")
        and not (hit.rule.code in _HOLLOW and _looked_into(hit.location.pointer))
    }


def grade(evidence: Evidence) -> Severity:
    """How hard an implementation is held to a claim: an error for what the page says or shows, else a warning."""
    return Severity.ERROR if evidence in (Evidence.STATED, Evidence.SHOWN) else Severity.WARNING


def request_place(pointer: Pointer) -> Location:
    """A request rule's path (``method``, ``headers``, ``query`` first) as a location."""
    parts = {
        "method": Part.REQUEST_METHOD,
        "headers": Part.REQUEST_HEADER,
        "query": Part.REQUEST_QUERY,
        "body": Part.REQUEST_BODY,
    }
    return Location(parts[str(pointer[0])], pointer[1:])


def response_place(pointer: Pointer) -> Location:
    """A response rule's path (``status``, ``headers``, ``body`` first) as a location."""
    parts = {"status": Part.RESPONSE_STATUS, "headers": Part.RESPONSE_HEADER, "body": Part.RESPONSE_BODY}
    return Location(parts[str(pointer[0])], pointer[1:]) if pointer else Location(Part.RESPONSE_BODY)


def _judged(rule: Rule, hit: Hit, location: Location) -> Judged:
    return Judged(
        rule, location, hit.params, hit.value, hit.consequence or rule.consequence, hit.severity or rule.severity,
        rule.evidence, rule.facts,
    )  # fmt: skip


def _from_plain(item: Spoilt, part: Part) -> Judged:
    hit = Hit(item.pointer, {"message": item.message, "hint": _PLAIN_HINT})
    return _judged(BY_CODE[item.code], hit, Location(part, item.pointer))


def _from_schema(hit: SchemaHit, part: Part, severity: Severity, consequence: Consequence | None = None) -> Judged:
    if consequence is None:
        consequence = Consequence(Effect.REFUSES, hit.constraint.codes)
    facts = hit.constraint.facts or hit.rule.facts
    return Judged(
        hit.rule, Location(part, hit.pointer), hit.params, hit.value, consequence, severity, hit.constraint.evidence, facts
    )


def _looked_into(pointer: Pointer) -> bool:
    return pointer == () or (len(pointer) == 2 and pointer[0] == "profiles")
