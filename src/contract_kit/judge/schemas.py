"""The schema engine and its errors in the kit's words.

``jsonschema-rs`` decides and explains; nothing else imports it for payloads. Each failing keyword becomes a raw hit of
one of the rules in ``rules.schema``; a failing union is told in one line.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import jsonschema_rs

from contract_kit.dates import is_date_time, why_not
from contract_kit.errors import SpecError
from contract_kit.findings import Pointer
from contract_kit.judge.spec import Constraint, Spec
from contract_kit.names import nearest
from contract_kit.rule import Rule
from contract_kit.rules import schema as rules
from contract_kit.showing import kind_of, listed, shown

FORMATS = {"date-time": is_date_time}


class SchemaHit(NamedTuple):
    """One failing keyword: the rule it comes under, the place, the message's parameters, and what the document says of
    the constraint. ``hollow`` tells that the object at ``pointer`` lacks a member."""

    rule: Rule
    pointer: Pointer
    params: Mapping[str, object]
    value: object
    constraint: Constraint
    hollow: bool


class SchemaEngine:
    """The compiled schemas of one contract document, by the component they are defined in or the place they stand at."""

    def __init__(self, spec: Spec) -> None:
        self._spec = spec
        self._validators: dict[str, Any] = {}
        self._unions: dict[int, tuple[list[object], bool, str]] = {}
        self._known: dict[tuple[Any, ...], tuple[Any, Constraint]] = {}

    def validator(self, reference: str) -> Any:
        """The compiled schema at a local reference such as ``#/components/schemas/Profile``."""
        if reference not in self._validators:
            root = {"$ref": reference, "components": self._spec.document["components"]}
            try:
                self._validators[reference] = compiled(root)
            except ValueError as error:
                place = "/".join(str(step) for step in getattr(error, "instance_path", ())) or reference
                said = getattr(error, "message", error)
                raise SpecError(f"a schema of the contract document cannot be used: {place}: {said}") from error
        return self._validators[reference]

    def hits(self, reference: str, instance: object) -> Iterator[SchemaHit]:
        """All that the schema at ``reference`` finds, one hit for each place and rule, in the instance's order. Of a value
        of the wrong type it is not said that it is none of the allowed ones, too."""
        found: dict[tuple[Pointer, str, object], SchemaHit] = {}
        for error in self.validator(reference).iter_errors(instance):
            hit = self._hit(error)
            found.setdefault((hit.pointer, hit.rule.code, hit.params.get("member")), hit)
        mistyped = {hit.pointer for hit in found.values() if hit.rule is rules.WRONG_TYPE}
        for hit in found.values():
            if hit.pointer not in mistyped or not (hit.rule is rules.SOURCE_UNKNOWN or hit.rule is rules.VALUE_NOT_ALLOWED):
                yield hit

    def _hit(self, error: Any) -> SchemaHit:
        pointer: Pointer = tuple(error.instance_path)
        path = list(error.schema_path)
        keyword = next((str(step) for step in reversed(path) if isinstance(step, str)), "")
        kind = error.kind
        member = str(next((step for step in reversed(pointer) if isinstance(step, str)), "body"))
        value = error.instance
        lacking = kind.property if keyword == "required" else None
        schema, constraint = self._known_at(path, keyword, lacking)
        got = shown(value, personal=constraint.personal)
        params: dict[str, object] = {"member": member}
        rule = rules.SCHEMA_BROKEN
        if keyword == "required":
            params["member"] = lacking
            if lacking == "source":
                rule, params = rules.SOURCE_MISSING, {}
            elif lacking == "identifiers":
                rule, params = rules.IDENTIFIERS_MISSING, {"fault": "missing"}
            else:
                rule = rules.MEMBER_MISSING
        elif keyword == "type":
            rule = rules.WRONG_TYPE
            params |= {"got": kind_of(value), "expected": _types(kind.types)}
        elif keyword in ("format", "pattern") and schema.get("format") == "date-time":
            rule = rules.DATE_TIME_MALFORMED
            params |= {"got": got, "why": why_not(value)}
        elif keyword in ("oneOf", "anyOf", "enum", "const"):
            rule, params = self._union(schema, value, member, got)
        elif keyword == "minItems":
            rule = rules.IDENTIFIERS_MISSING if member == "identifiers" else rules.ARRAY_TOO_SHORT
            params |= {"got": kind_of(value), "least": schema.get("minItems"), "fault": "empty"}
        elif keyword in ("minimum", "maximum"):
            rule = rules.NUMBER_OUT_OF_RANGE
            params |= {"relation": "below" if keyword == "minimum" else "above", "limit": kind.limit}
        else:
            params["keyword"] = keyword
        return SchemaHit(rule, pointer, params, value, constraint, keyword == "required")

    def _known_at(self, path: list[Any], keyword: str, lacking: str | None) -> tuple[Any, Constraint]:
        """The schema in which a keyword stands, and what the document says of it: looked up once for each keyword."""
        key = (*path, lacking)
        if key not in self._known:
            schema = self._spec.resolve(self._spec.at(_above(path, keyword)))
            self._known[key] = schema, self._spec.constraint(path, lacking)
        return self._known[key]

    def _union(self, schema: Any, value: object, member: str, got: str) -> tuple[Rule, dict[str, object]]:
        """The rule and the parameters for a value outside a union or an enumeration."""
        if id(schema) not in self._unions:
            # The schemas live as long as the document, so that their identity is a key.
            values, dates = self._allowed(schema)
            self._unions[id(schema)] = values, dates, listed(values)
        values, dates, spoken = self._unions[id(schema)]
        params: dict[str, object] = {"member": member, "got": got, "allowed": spoken, "suggestion": ""}
        if dates and isinstance(value, str):
            return rules.DATE_TIME_MALFORMED, {"member": member, "got": got, "why": why_not(value)}
        if dates:
            return rules.WRONG_TYPE, {"member": member, "got": kind_of(value), "expected": "a string"}
        if not values:
            return rules.WRONG_TYPE, {"member": member, "got": kind_of(value), "expected": "another form"}
        near = nearest(value, [word for word in values if isinstance(word, str)]) if isinstance(value, str) else None
        if near:
            params["suggestion"] = f"; did you mean {shown(near)}?"
        return (rules.SOURCE_UNKNOWN if member == "source" else rules.VALUE_NOT_ALLOWED), params

    def _allowed(self, schema: Any) -> tuple[list[object], bool]:
        """The values that a schema lists, through all its branches, and whether one of them is a date and time."""
        schema = self._spec.resolve(schema)
        values: list[object] = list(schema.get("enum", ()))
        if "const" in schema:
            values.append(schema["const"])
        if schema.get("type") == "boolean":
            values += [True, False]
        dates = schema.get("format") == "date-time"
        for branch in (*schema.get("oneOf", ()), *schema.get("anyOf", ())):
            more, dated = self._allowed(branch)
            values += [item for item in more if item not in values or isinstance(item, bool)]
            dates = dates or dated
        return values, dates


def compiled(root: dict[str, Any]) -> Any:
    """A validator that checks dates for real and never reads anything from outside."""
    return jsonschema_rs.Draft202012Validator(root, formats=FORMATS, validate_formats=True, offline=True)


def _above(path: list[Any], keyword: str) -> list[Any]:
    """The path of the schema in which the failing keyword stands."""
    for index in range(len(path) - 1, -1, -1):
        if path[index] == keyword:
            return path[:index]
    return path


def _types(types: list[str]) -> str:
    spoken = {
        "string": "a string", "number": "a number", "integer": "a whole number", "boolean": "true or false",
        "array": "an array", "object": "an object", "null": "null",
    }  # fmt: skip
    return " or ".join(spoken.get(name, name) for name in types)
