"""A registration that is clean, one that is refused, and the answers to them. The people in them are made up."""

from __future__ import annotations

import json
from typing import Any

URL = "https://crm.example/v2/customers"
BASIC = "Basic dGlsbC5vbmU6OGExNmE2YjcwNTA1ZWIxZjFmZjdjZGMwY2Q1NTU5YTc="
HEADERS = {"Authorization": BASIC}
SECRETS = ("Sample", "919800000001", "dGlsbC5vbmU6")
"""What no message may hold."""


def registration(source: str = "INSTORE") -> dict[str, Any]:
    return {
        "profiles": [
            {"firstName": "Sample", "source": source, "identifiers": [{"type": "mobile", "value": "919800000001"}]},
        ]
    }


GOOD = registration()
BAD = registration("Instore")
TAKEN = {"createdId": 556000001, "warnings": [], "sideEffects": []}
WRONG = {"createdId": "556000001", "warnings": [], "sideEffects": []}
GOOD_TEXT = json.dumps(GOOD).encode()
BAD_TEXT = json.dumps(BAD).encode()
TAKEN_TEXT = json.dumps(TAKEN).encode()
WRONG_TEXT = json.dumps(WRONG).encode()
