"""The base examples on which rules plant their good and bad ones, and the org profile they are judged under.

One registration that uses every common member and is clean, the answer to it, and grafting. All identities are made up
and lie in reserved name space.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

from contract_kit.rule import REMOVED, Example

NOW = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)
"""The moment at which rules' examples are judged."""

ORG: dict[str, Any] = {
    "org": "example-brand",
    "region": "emea",
    "api": {"refusalStatus": 400},
    "sources": {
        "INSTORE": {},
        "WEBSITE": {},
        "MOBILE_APP": {"accounts": ["app-one", "app-two"]},
        "LINE": {"accounts": ["line-one"]},
    },
    "registration": {
        "primaryIdentifier": "mobile",
        "mandatory": [],
        "mobile": {"countryCodes": ["91", "81"], "minDigits": 7, "maxDigits": 15, "requireCountryCode": False},
        "externalId": {"prefix": "", "minLength": 1, "maxLength": 64},
    },
    "identifierTypes": ["mobile", "email", "externalId", "cardnumber", "cuid", "unionId", "line", "wechat"],
    "tills": ["till.one"],
    "cards": {"series": {"73": ["ACTIVE", "INACTIVE", "EXPIRED"]}},
    "programs": {"469": {"tiers": 3}},
    "customerStatus": {"labels": ["active-1", "suspended-1"], "default": None},
    "customFields": ["employee", "dateofbirth", "favourite_shop"],
    "extendedFields": {
        "gender": {"type": "string", "enum": ["Male", "Female", "Other"]},
        "city": {"type": "string"},
        "zip": {"type": "string"},
        "dob": {"type": "date", "format": "YYYY/MM/DD"},
    },
    "rejectEmptyExtendedFields": False,
}


def registration() -> dict[str, Any]:
    """A clean registration under ``ORG``, as a fresh copy."""
    return deepcopy(_REGISTRATION)


def answer() -> dict[str, Any]:
    """The answer of a conforming server to it: status, headers and body, as a fresh copy."""
    return deepcopy(_ANSWER)


def refusal() -> dict[str, Any]:
    """A refusal: status, headers and body, as a fresh copy."""
    return deepcopy(_REFUSAL)


_REGISTRATION: dict[str, Any] = {
    "loyaltyInfo": {"loyaltyType": "loyalty"},
    "associatedWith": "till.one",
    "profiles": [
        {
            "firstName": "Sample",
            "lastName": "Customer",
            "identifiers": [
                {"type": "mobile", "value": "919800000001"},
                {"type": "email", "value": "sample.customer@shop.example"},
                {
                    "type": "cardnumber",
                    "value": "7300000001",
                    "seriesId": 73,
                    "statusLabel": "ACTIVE",
                    "extendedFields": {"custom_card_name": "Gold"},
                },
            ],
            "commChannels": [
                {
                    "type": "mobile",
                    "value": "919800000001",
                    "primary": True,
                    "verified": True,
                    "meta": {"residence": True, "office": False, "lastViewedDate": ""},
                },
                {"type": "email", "value": "sample.customer@shop.example", "primary": "true", "verified": "false"},
            ],
            "fields": {"employee": "false", "dateofbirth": "22-10-2000"},
            "source": "INSTORE",
        }
    ],
    "extendedFields": {"gender": "Female", "city": "Pune"},
    "loyaltyProgramEnrollments": [
        {
            "programId": 469,
            "tierNumber": 1,
            "loyaltyPoints": 75,
            "tierExpiryDate": "2039-05-11T16:36:17+05:30",
            "pointsExpiryDate": "2039-05-11T16:36:17+05:30",
        }
    ],
    "referralCode": "",
    "statusLabel": "active-1",
}

_ANSWER: dict[str, Any] = {
    "status": 200,
    "headers": {"Content-Type": "application/json"},
    "body": {
        "createdId": 556000001,
        "warnings": [{"status": False, "code": 8107, "message": "no default status label"}],
        "sideEffects": [{"type": "points", "entityType": "USER", "rawAwardedPoints": 75.0, "awardedPoints": 75}],
    },
}

_REFUSAL: dict[str, Any] = {
    "status": 400,
    "headers": {"Content-Type": "application/json"},
    "body": {"errors": [{"status": False, "code": 8006, "message": "already registered in this source"}]},
}


def graft(base: dict[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """``base`` itself with the changes planted: JSON pointer -> value, ``REMOVED`` to take a member away. Objects on the
    way to a member are made where they lack."""
    for pointer, value in changes.items():
        steps = [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]
        if not steps:
            base = deepcopy(value)
            continue
        node: Any = base
        for step in steps[:-1]:
            node = node[int(step)] if isinstance(node, list) else node.setdefault(step, {})
        last = steps[-1]
        if value is REMOVED:
            del node[int(last) if isinstance(node, list) else last]
        elif isinstance(node, list):
            if last == "-":
                node.append(deepcopy(value))
            else:
                node[int(last)] = deepcopy(value)
        else:
            node[last] = deepcopy(value)
    return base


def org_for(example: Example) -> dict[str, Any]:
    """The example org profile with an example's own sections; a section set to ``None`` is left out."""
    profile = {**deepcopy(ORG), **deepcopy(dict(example.org))}
    return {name: section for name, section in profile.items() if section is not None}
