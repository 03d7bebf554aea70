"""Whether a document has the shape of an OpenAPI document, as far as the comparison reads it: what is no object where one
has to stand, or no list, is an error with its place and not a change."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from contract_kit.findings import Pointer

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
TYPES = ("null", "boolean", "integer", "number", "string", "array", "object")


class Misshapen(NamedTuple):
    """A place that holds something else than has to stand there."""

    path: Pointer
    wanted: str


Check = Callable[[Any, Pointer], Iterator[Misshapen]]


def misshapen(document: Any) -> Iterator[Misshapen]:
    """What is wrong with a document, in reading order."""
    yield from _DOCUMENT(document, ())


def _object(members: dict[str, Check], every: Check | None = None) -> Check:
    """A check of an object: of members by name, and of all others."""

    def check(value: Any, path: Pointer) -> Iterator[Misshapen]:
        if not isinstance(value, dict):
            yield Misshapen(path, "an object")
            return
        for name, child in value.items():
            inner = members.get(name, every)
            if inner is not None:
                yield from inner(child, (*path, name))

    return check


def _list(item: Check) -> Check:
    def check(value: Any, path: Pointer) -> Iterator[Misshapen]:
        if not isinstance(value, list):
            yield Misshapen(path, "a list")
            return
        for index, child in enumerate(value):
            yield from item(child, (*path, index))

    return check


def _kind(wanted: str, *types: type) -> Check:
    def check(value: Any, path: Pointer) -> Iterator[Misshapen]:
        if not isinstance(value, types) or (isinstance(value, bool) and bool not in types):
            yield Misshapen(path, wanted)

    return check


def _type(value: Any, path: Pointer) -> Iterator[Misshapen]:
    named = value if isinstance(value, list) else [value]
    if not all(isinstance(one, str) and one in TYPES for one in named):
        yield Misshapen(path, f"one of {', '.join(TYPES)}, or a list of them")


def _schema(value: Any, path: Pointer) -> Iterator[Misshapen]:
    if isinstance(value, bool):
        return
    if not isinstance(value, dict):
        yield Misshapen(path, "a schema")
        return
    yield from _SCHEMA(value, path)


def _named(value: Any, path: Pointer) -> Iterator[Misshapen]:
    if not isinstance(value, dict) or not ("$ref" in value or {"name", "in"} <= value.keys()):
        yield Misshapen(path, "a parameter with name and in")
        return
    yield from _PARAMETER(value, path)


def _coded(value: Any, path: Pointer) -> Iterator[Misshapen]:
    if not isinstance(value, dict) or isinstance(value.get("code"), (dict, list)):
        yield Misshapen(path, "an object with a code")


_TEXT, _TRUTH, _WORDS = _kind("text", str), _kind("true or false", bool), _list(_kind("text", str))
_ANY_LIST = _list(lambda value, path: iter(()))
_MAP_OF_SCHEMAS, _SCHEMAS = _object({}, _schema), _list(_schema)
_REFERENCE: dict[str, Check] = {"$ref": _TEXT, "x-facts": _WORDS}
_SCHEMA = _object(
    _REFERENCE
    | {"type": _type, "required": _WORDS, "enum": _ANY_LIST, "pattern": _TEXT, "format": _TEXT, "x-known-values": _ANY_LIST}
    | {"x-refusals": _object({}, _ANY_LIST), "multipleOf": _kind("a number", int, float), "uniqueItems": _TRUTH}
    | dict.fromkeys(("properties", "patternProperties", "dependentSchemas"), _MAP_OF_SCHEMAS)
    | dict.fromkeys(("allOf", "anyOf", "oneOf", "prefixItems"), _SCHEMAS)
    | dict.fromkeys(
        ("items", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames", "unevaluatedProperties"),
        _schema,
    )
    | {"dependentRequired": _object({}, _WORDS)}
)
_CONTENT = _object({}, _object({"schema": _schema, "examples": _object({})}))
_HEADERS = _object({}, _object(_REFERENCE | {"schema": _schema, "required": _TRUTH}))
_PARAMETER = _object(_REFERENCE | {"name": _TEXT, "in": _TEXT, "required": _TRUTH, "schema": _schema, "content": _CONTENT})
_PARAMETERS = _list(_named)
_BODY = _object(_REFERENCE | {"required": _TRUTH, "content": _CONTENT})
_RESPONSE = _object(_REFERENCE | {"content": _CONTENT, "headers": _HEADERS})
_SECURITY = _list(_object({}, _WORDS))
_LIMITS = _object({"regions": _object({}, _object({}))})
_SERVERS = _list(_object({"url": _TEXT, "variables": _object({}), "x-rate-limit": _LIMITS}))
_OPERATION = _object(
    {"parameters": _PARAMETERS, "requestBody": _BODY, "responses": _object({}, _RESPONSE), "security": _SECURITY}
    | {"servers": _SERVERS}
)
_ITEM = _object({"parameters": _PARAMETERS} | dict.fromkeys(METHODS, _OPERATION))
_COMPONENTS = _object(
    {
        "schemas": _MAP_OF_SCHEMAS,
        "parameters": _object({}, _named),
        "headers": _HEADERS,
        "responses": _object({}, _RESPONSE),
        "requestBodies": _object({}, _BODY),
        "securitySchemes": _object({}, _object({})),
        "examples": _object({}, _object({})),
    },
    _object({}),
)
_DOCUMENT = _object(
    {
        "info": _object({}),
        "servers": _SERVERS,
        "security": _SECURITY,
        "paths": _object({}, _ITEM),
        "components": _COMPONENTS,
        "x-api-codes": _list(_coded),
    }
)
