"""Whether a contract document that somebody brings along holds what the judge reads in it, before anything is judged.

The project's own document is held to more by its tests, and is not looked at here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from contract_kit.errors import SpecError
from contract_kit.judge.runner import REFUSAL, RESULT
from contract_kit.judge.schemas import SchemaEngine
from contract_kit.judge.spec import Spec

KNOWN_VALUES = ("identifier.type", "identifier.statusLabel", "channel.type", "loyaltyInfo.loyaltyType")
"""The open lists of values (``x-known-values``) that rules read."""


def verify(spec: Spec) -> None:
    """Raise ``SpecError`` for the first thing that the judge would stumble over."""
    reference = spec.body_schema.get("$ref") if isinstance(spec.body_schema, dict) else None
    if not isinstance(reference, str):
        raise SpecError("the schema of the request body is not a reference", hint="define it in components/schemas")
    for pointer, keyword, value in _keywords(spec.document, ""):
        if keyword == "$ref":
            _follow(spec, pointer, value)
        elif not isinstance(value, list) or not all(isinstance(fact, str) for fact in value):
            raise SpecError(f"{pointer}: x-facts is not a list of ids", hint="write it like [F20, D02]")
    try:
        missing = [name for name in KNOWN_VALUES if name not in spec.vocabulary.values]
        statuses = dict(spec.operation["responses"])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise SpecError(f"the contract document lacks a part, or has it in another form: {error}") from error
    if missing:
        raise SpecError(f"the contract document lacks the x-known-values of {missing[0]}")
    if not {"200", "400"} <= statuses.keys():
        raise SpecError("the contract document lacks the responses 200 and 400")
    engine = SchemaEngine(spec)
    for schema in (reference, RESULT, REFUSAL):
        engine.validator(schema)


def _keywords(node: Any, pointer: str) -> Iterator[tuple[str, str, Any]]:
    """The references and the lists of facts of a document, each with its place; what examples hold is data."""
    entries = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for step, child in entries:
        place = f"{pointer}/{str(step).replace('~', '~0').replace('/', '~1')}"
        if step in ("$ref", "x-facts") and not isinstance(child, dict):
            yield place, str(step), child
        elif step not in ("value", "example"):
            yield from _keywords(child, place)


def _follow(spec: Spec, pointer: str, reference: Any) -> None:
    if not isinstance(reference, str) or not reference.startswith("#/"):
        raise SpecError(f"{pointer}: not a reference into the same document", hint="write it like #/components/schemas/Name")
    try:
        spec.resolve({"$ref": reference})
    except SpecError as error:
        raise SpecError(f"{pointer}: {error.message}") from error
