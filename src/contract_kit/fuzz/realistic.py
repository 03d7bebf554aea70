"""Makes registrations out of bodies that a schema alone has brought about: with identifiers and places that an org takes.

A generator that knows only the schema writes ``""`` and ``"0"`` for a mobile number. What is then refused is refused for
that, and the rest of the body is not tried. ``lent`` puts usual identifiers in; ``document`` tells a generator what there
is to choose from. Both leave alone what is not of the kind that the schema wants.
"""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

from contract_kit.contract import Contract
from contract_kit.fuzz.bodies import Bodies, Place

_LISTS = ("identifiers", "commChannels")
_FREE = ("ExtendedFields", "CustomFields", "CardFields")
_TEXTS: dict[str, Any] = {"additionalProperties": {"type": "string", "maxLength": 20}}


def document(contract: Contract, bodies: Bodies, *, narrow: bool) -> dict[str, Any]:
    """The contract's document for a generator. ``narrow`` leaves it the choice between what the org has, in bodies of a
    sensible size, which makes generating several times as fast; else it may write whatever the schema lets through."""
    made: dict[str, Any] = deepcopy(contract.effective_document())
    schemas = made["components"]["schemas"]
    if narrow:
        for schema in schemas.values():
            _close(schema)
        for name, members in _choices(bodies).items():
            properties = schemas.get(name, {}).get("properties", {})
            for member, choice in members.items():
                if member in properties:
                    properties[member] = {**properties[member], **choice}
        for name in _FREE:
            if name in schemas:
                own = {"additionalProperties": False} if schemas[name].get("properties") else {"maxProperties": 2, **_TEXTS}
                schemas[name] = {**schemas[name], **own}
    for operation in (item for path in made["paths"].values() for item in path.values() if isinstance(item, dict)):
        for content in operation.get("requestBody", {}).get("content", {}).values():
            content.pop("examples", None)  # they are a suite of their own
    return made


def _choices(bodies: Bodies) -> dict[str, dict[str, Any]]:
    """Schema and member -> what a generator may choose from."""
    org = bodies.org
    accounts = [account for _, account in bodies.places if account is not None]
    return {
        "CustomerRegistration": {
            "profiles": {"maxItems": min(3, len(bodies.places))},
            "loyaltyProgramEnrollments": {"maxItems": 3},
            "associatedWith": {"enum": [bodies.till, ""]},
        },
        "Profile": {
            "identifiers": {"maxItems": 4},
            "commChannels": {"maxItems": 3},
            "accountId": {"enum": accounts} if accounts else {},
        },
        "Identifier": {
            "type": {"enum": list(bodies.types)},
            "value": {"minLength": 1, "maxLength": 30},
            "seriesId": {"enum": sorted(org.card_series) if org.card_series else [73]},
        },
        "CommunicationChannel": {
            "type": {"enum": ["mobile", "email", "mobilePush", "line"]},
            "value": {"minLength": 1, "maxLength": 30},
            "attributes": {"maxProperties": 2, **_TEXTS},
        },
        "LoyaltyProgramEnrollment": {
            "programId": {"enum": sorted(org.programs) if org.programs else [469]},
            "tierNumber": {"enum": [1]},
            "loyaltyPoints": {"minimum": 0, "maximum": 100_000},
        },
        "SubscriptionInfo": {"subscriptions": {"maxItems": 2}},
    }


def lent(body: Any, bodies: Bodies) -> Any:
    """A copy of a body with usual values for identifiers of usual types, with those that the org makes mandatory, and each
    profile in a place of its own. What is no registration comes back as it is."""
    profiles = body.get("profiles") if isinstance(body, dict) else None
    if not isinstance(profiles, list):
        return body
    body = deepcopy(body)
    people: dict[tuple[int, str], int] = {}
    taken: set[Place] = set()
    for place, profile in enumerate(body["profiles"]):
        if not isinstance(profile, dict):
            continue
        for name in _LISTS:
            items = profile.get(name)
            for at, item in enumerate(items if isinstance(items, list) else ()):
                if isinstance(item, dict):
                    _lend(item, at if name == "identifiers" else -1, people, bodies)
        if place == 0:
            _completed(profile, bodies)
        _placed(profile, bodies, taken)
    return body


def likeness(body: Any) -> str:
    """A text that two bodies share if they differ in identities only."""
    people: dict[str, int] = {}
    profiles = body.get("profiles") if isinstance(body, dict) else None
    if isinstance(profiles, list):
        body = deepcopy(body)
        for profile in body["profiles"]:
            for name in _LISTS:
                items = profile.get(name) if isinstance(profile, dict) else None
                for item in items if isinstance(items, list) else ():
                    value = item.get("value") if isinstance(item, dict) else None
                    if isinstance(value, str) and value.strip():
                        item["value"] = people.setdefault(value, len(people))
    return json.dumps(body, sort_keys=True) if not isinstance(body, bytes) else body.hex()


def _lend(item: dict[str, Any], at: int, people: dict[tuple[int, str], int], bodies: Bodies) -> None:
    """A usual value for the item; equal ones at one position in their lists (``at``) stay equal."""
    type_, value = item.get("type"), item.get("value")
    if type_ not in bodies.types or not isinstance(value, str) or (at < 0 and not value.strip()):
        return
    usual = bodies.identifier(type_, people.setdefault((at, value), len(people) + 1))
    item["value"] = usual["value"]
    for name in ("seriesId", "statusLabel"):
        if type_ == "cardnumber" and name in usual and (name not in item or isinstance(item[name], type(usual[name]))):
            item[name] = usual[name]


def _completed(profile: dict[str, Any], bodies: Bodies) -> None:
    """Add the identifiers and names that the org makes mandatory."""
    items = profile.get("identifiers")
    if isinstance(items, list):
        types = [item.get("type") for item in items if isinstance(item, dict)]
        needed = [type_ for type_ in bodies.org.mandatory if type_ in bodies.types and type_ not in types]
        items += [bodies.identifier(type_, 900) for type_ in needed]
    for name in ("firstName", "lastName"):
        if name in bodies.org.mandatory:
            profile[name] = profile.get(name) or "Sample"


def _placed(profile: dict[str, Any], bodies: Bodies, taken: set[Place]) -> None:
    """Give the profile an account that its source has, or a place that no other profile has."""
    source, account = profile.get("source"), profile.get("accountId")
    own = [place for place in bodies.places if place[0] == source]
    if not own or not (account is None or isinstance(account, str)):
        return
    free = [place for place in own if place not in taken] or [place for place in bodies.places if place not in taken] or own
    kept = next((place for place in free if place == (source, account)), free[0])
    taken.add(kept)
    profile["source"] = kept[0]
    if kept[1] is None:
        profile.pop("accountId", None)
    else:
        profile["accountId"] = kept[1]


def _close(schema: Any) -> None:
    if not isinstance(schema, dict):
        return
    if "properties" in schema and schema.get("type") == "object":
        schema["additionalProperties"] = False
        for child in schema["properties"].values():
            _close(child)
    _close(schema.get("items"))
