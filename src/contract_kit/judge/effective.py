"""The contract document with what an org profile settles written into it, for tools that only read OpenAPI."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from contract_kit.judge.spec import Spec
from contract_kit.org import OrgProfile

_TYPES = {"integer": "integer", "number": "number", "boolean": "boolean"}


def effective(spec: Spec, org: OrgProfile) -> dict[str, Any]:
    """A copy of the document in which the org's sources, identifier types, status labels, programmes, fields, mandatory
    attributes, refusal status and rate limit stand where the contract leaves them open. What a profile leaves out stays."""
    document: dict[str, Any] = deepcopy(dict(spec.document))
    components = document["components"]["schemas"]
    body, profile = components["CustomerRegistration"], components["Profile"]
    if org.name:
        document["info"]["title"] += f", as configured for {org.name}"
    if org.sources is not None:
        components["Source"]["enum"] = [name for name in components["Source"]["enum"] if name in org.sources]
        accounts = sorted({account for group in org.sources.values() for account in group})
        if accounts:
            profile["properties"]["accountId"]["x-known-values"] = accounts
    if org.identifier_types is not None:
        _at(components["Identifier"], "type", spec, document)["x-known-values"] = sorted(org.identifier_types)
    if org.status_labels is not None:
        body["properties"]["statusLabel"]["enum"] = sorted(org.status_labels)
    if org.tills is not None:
        body["properties"]["associatedWith"]["x-known-values"] = sorted(org.tills)
    enrollment = components["LoyaltyProgramEnrollment"]["properties"]
    if org.programs is not None:
        enrollment["programId"]["x-known-values"] = sorted(org.programs)
    if org.custom_fields is not None:
        values = components["CustomFields"].get("additionalProperties", {})
        components["CustomFields"]["properties"] = {name: deepcopy(values) for name in sorted(org.custom_fields)}
    if org.extended_fields is not None:
        components["ExtendedFields"]["properties"] = {
            name: _extended(field.type, field.enum) for name, field in org.extended_fields.items()
        }
    for attribute in org.mandatory:
        if attribute in ("firstName", "lastName"):
            profile["required"] = sorted({*profile["required"], attribute})
        elif attribute == "associatedWith":
            body["required"] = sorted({*body["required"], attribute})
    responses = document["paths"]["/customers"]["post"]["responses"]
    if org.refusal_status == 200:
        responses.pop("400", None)
    elif org.refusal_status == 400:
        result = {"$ref": "#/components/schemas/RegistrationResult"}
        spec_ok = responses["200"]["content"]["application/json"]
        spec_ok["schema"] = result
        spec_ok["examples"] = {
            name: example
            for name, example in spec_ok.get("examples", {}).items()
            if "createdId" in _value(example, document)
        }
    if org.region is not None:
        limits = document["servers"][0]["x-rate-limit"]
        limits["regions"] = {name: region for name, region in limits["regions"].items() if name == org.region}
    return document


def _at(schema: dict[str, Any], member: str, spec: Spec, document: dict[str, Any]) -> dict[str, Any]:
    """The schema of a member inside the copy, through a reference where there is one."""
    found: dict[str, Any] = schema["properties"][member]
    if "$ref" in found:
        node: Any = document
        for step in found["$ref"].lstrip("#/").split("/"):
            node = node[step]
        found = node
    return found


def _extended(type_: str | None, enum: tuple[str, ...] | None) -> dict[str, Any]:
    if type_ is None and enum is None:
        return {"x-facts": ["F13", "F37"]}
    schema: dict[str, Any] = {"type": [_TYPES.get(type_ or "string", "string"), "null"], "x-facts": ["F13", "F37"]}
    if type_ in _TYPES:
        schema["type"].insert(1, "string")
    if enum is not None:
        schema["enum"] = ["", *enum, None]
    return schema


def _value(example: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in example:
        node: Any = document
        for step in example["$ref"].lstrip("#/").split("/"):
            node = node[step]
        example = node
    value = example.get("value", {})
    return value if isinstance(value, dict) else {}
