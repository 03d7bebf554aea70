"""The document's schema, keyword by keyword: one violation at a time, each at its place, and the valid side of each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from contract_kit.contract import Contract
from contract_kit.examples import graft
from contract_kit.findings import Effect
from contract_kit.fuzz.bodies import Bodies
from contract_kit.fuzz.steps import Case, Step
from contract_kit.rule import REMOVED
from contract_kit.showing import kind_of

_WRONG: dict[str, tuple[Any, ...]] = {
    "string": (7, None, [], {}, True),
    "number": ("seven", None, [], True),
    "integer": ("seven", None),
    "boolean": ("perhaps", None, 7),
    "array": ({}, None, "text"),
    "object": ([], None, "text"),
}
_FAMOUS: tuple[tuple[str, Any], ...] = (
    ("/profiles", None),
    ("/profiles/0/identifiers", None),
    ("/profiles/0/firstName", None),
)
"""Null where an array or a text is wanted: what servers forget most."""
_TWINS: dict[str, tuple[Any, ...]] = {"Flag": (True, "true", False, "false"), "OffsetDateTimeOrEmpty": ("",)}


def cases(contract: Contract, bodies: Bodies) -> Iterator[Case]:
    """Violations; the first of each place first."""
    known: set[str] = set()
    every = contract.with_rules()
    for pointer, keyword, order, value in _violations(contract):
        body = _planted(bodies, pointer, value)
        if body is None or str(body) in known:
            continue
        known.add(str(body))
        findings = every.check(body).findings
        refusing = [one for one in findings if one.consequence.effect is Effect.REFUSES]
        if not refusing or any(one.consequence.effect is Effect.UNDOCUMENTED for one in findings):
            continue
        yield Case(
            "schema",
            f"{keyword} at {pointer or '/'}: {_told(value)}",
            (Step(body),),
            58 - 16 * order * ((pointer, value) not in _FAMOUS),
            keywords=(f"{_general(pointer)} {keyword}",),
            core=(order == 0 and keyword != "type") or (pointer, value) in _FAMOUS,
        )


def keywords(contract: Contract) -> list[str]:
    """Every keyword of the body's schema that can be violated, with its place."""
    return list(dict.fromkeys(f"{_general(pointer)} {keyword}" for pointer, keyword, _, _ in _violations(contract)))


def _violations(contract: Contract) -> Iterator[tuple[str, str, int, Any]]:
    """Place, keyword, whether it is the first or a further value of that keyword there, and the value."""
    spec = contract.spec

    def walk(schema: Any, pointer: str, depth: int) -> Iterator[tuple[str, str, int, Any]]:
        schema = spec.resolve(schema)
        if not isinstance(schema, dict) or depth > 9:
            return
        types = schema.get("type")
        for type_ in [types] if isinstance(types, str) else []:
            for order, value in enumerate(_WRONG.get(type_, ())):
                yield pointer, "type", order, value
        if isinstance(types, list):
            yield pointer, "type", 0, []
        for name in schema.get("required", ()):
            yield f"{pointer}/{name}", "required", 0, REMOVED
        if "enum" in schema:
            yield pointer, "enum", 0, "contract-kit-none"
            yield pointer, "enum", 1, str(schema["enum"][0]).swapcase()
        for union in ("oneOf", "anyOf"):
            if union in schema:
                yield pointer, union, 0, "perhaps"
                yield pointer, union, 1, 7
                yield pointer, union, 2, None
        if schema.get("format") == "date-time":
            for order, value in enumerate(("2039-05-11T16:36:17", "2039-05-11T16:36:17Z", "2039-02-30T10:00:00+05:30")):
                yield pointer, "format", order if order < 2 else 0, value
        for part in (schema, *schema.get("allOf", ())):
            if "minItems" in part:
                yield pointer, "minItems", 0, []
        for name, child in schema.get("properties", {}).items():
            yield from walk(child, f"{pointer}/{name}", depth + 1)
        if "items" in schema:
            yield from walk(schema["items"], f"{pointer}/0", depth + 1)
        if isinstance(schema.get("additionalProperties"), dict):
            yield from walk(schema["additionalProperties"], f"{pointer}/sample", depth + 1)

    yield from walk(spec.body_schema, "", 0)


def _planted(bodies: Bodies, pointer: str, value: Any) -> Any:
    try:
        if value is REMOVED:
            return graft(bodies.with_parts([f"{pointer}/x"]), {pointer: REMOVED})
        body = bodies.with_parts([pointer])
        parent = pointer.rpartition("/")[0]
        if pointer.endswith("/0") and parent:
            return graft(bodies.with_parts([parent + "/0/x"]), {pointer: value})
        return graft(body, _opened(body, pointer, value))
    except (KeyError, IndexError, TypeError, ValueError):
        return None


def _opened(body: Any, pointer: str, value: Any) -> dict[str, Any]:
    """The graft, with arrays made on the way where the body has none."""
    steps = pointer.split("/")[1:]
    node: Any = body
    for at, step in enumerate(steps):
        if isinstance(node, list):
            if int(step) < len(node):
                node = node[int(step)]
                continue
            rest = steps[at + 1 :]
            return {"/" + "/".join([*steps[:at], "-"]): _built(rest, value)}
        if not isinstance(node, dict) or step not in node:
            return {"/" + "/".join(steps[: at + 1]): _built(steps[at + 1 :], value)}
        node = node[step]
    return {pointer: value}


def _built(steps: list[str], value: Any) -> Any:
    for step in reversed(steps):
        value = [value] if step == "0" else {step: value}
    return value


def _told(value: Any) -> str:
    """What is planted, in a word; nothing of it is anybody's."""
    if value is REMOVED:
        return "missing"
    return value if isinstance(value, str) and value else kind_of(value)


def _general(pointer: str) -> str:
    return "/".join("*" if step == "0" else step for step in pointer.split("/")) or "/"
