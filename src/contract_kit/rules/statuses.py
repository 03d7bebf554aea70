"""Rules on the status of an answer, and on the headers that a status asks for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from contract_kit.exchange import Response, header
from contract_kit.rule import Context, Example, Hit, rule
from contract_kit.showing import shown

_ENVELOPE = {"errors": [{"status": False, "code": 1, "message": "no"}]}


@rule(
    "status-undocumented",
    on="response",
    severity="warning",
    evidence="public",
    facts=("F52", "D01", "D03"),
    message="status: {status} is documented nowhere for this operation",
    hint="answer 200 or 400 for what the application decides, the documented statuses for the rest",
    bad=(Example({"/status": 201}, "the web's custom for creating"), Example({"/status": 409}, "or for a conflict")),
    good=(Example({"/status": 200}, "success"),),
)
def status_undocumented(response: Response, context: Context) -> Iterator[Hit]:
    """An HTTP status that the documentation does not have."""
    if response.status is not None and response.status not in context.words.statuses:
        yield Hit(("status",), {"status": response.status})


@rule(
    "retry-after-missing",
    on="response",
    severity="warning",
    evidence="assumed",
    facts=("D03",),
    message="Retry-After: {fault}; a 429 says in whole seconds when to come back",
    hint="send Retry-After: 30 or the like",
    bad=(
        Example({"/status": 429, "/body": _ENVELOPE}, "no header", "/headers"),
        Example(
            {"/status": 429, "/body": _ENVELOPE, "/headers/Retry-After": "soon"},
            "no number",
            "/headers/Retry-After",
        ),
    ),
    good=(Example({"/status": 429, "/body": _ENVELOPE, "/headers/Retry-After": "30"}, "whole seconds"),),
)
def retry_after_missing(response: Response, context: Context) -> Iterator[Hit]:
    """A 429 that does not say, in whole seconds, when to come back."""
    if response.status == 429 and response.headers is not None:
        value = header(response.headers, "Retry-After")
        if value is None:
            yield Hit(("headers",), {"fault": "missing"})
        elif not re.fullmatch(r"\s*[0-9]+\s*", str(value)):
            yield Hit(("headers", "Retry-After"), {"fault": f"{shown(value)} is no number of seconds"})


@rule(
    "allow-missing",
    on="response",
    severity="warning",
    evidence="assumed",
    facts=("D03",),
    message="Allow: {fault}; a 405 names the methods that are allowed, POST among them",
    hint="send Allow: POST",
    bad=(
        Example({"/status": 405, "/body": _ENVELOPE}, "no header", "/headers"),
        Example({"/status": 405, "/body": _ENVELOPE, "/headers/Allow": "GET"}, "without POST", "/headers/Allow"),
    ),
    good=(Example({"/status": 405, "/body": _ENVELOPE, "/headers/Allow": "POST, OPTIONS"}, "with POST"),),
)
def allow_missing(response: Response, context: Context) -> Iterator[Hit]:
    """A 405 that does not name POST as allowed."""
    if response.status == 405 and response.headers is not None:
        value = header(response.headers, "Allow")
        if value is None:
            yield Hit(("headers",), {"fault": "missing"})
        elif "POST" not in [method.strip().upper() for method in str(value).split(",")]:
            yield Hit(("headers", "Allow"), {"fault": "POST is not in it"})


@rule(
    "challenge-missing",
    on="response",
    severity="info",
    evidence="assumed",
    facts=("D03",),
    message="WWW-Authenticate: missing; a 401 names the way to authenticate",
    hint='send WWW-Authenticate: Basic realm="…"',
    bad=(Example({"/status": 401, "/body": {}}, "no challenge", "/headers"),),
    good=(Example({"/status": 401, "/body": {}, "/headers/WWW-Authenticate": "Basic"}, "a challenge"),),
)
def challenge_missing(response: Response, context: Context) -> Iterator[Hit]:
    """A 401 without the header that HTTP asks of it."""
    if response.status == 401 and response.headers is not None:
        if header(response.headers, "WWW-Authenticate") is None:
            yield Hit(("headers",))
