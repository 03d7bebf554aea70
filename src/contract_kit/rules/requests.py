"""Rules on what surrounds the body of a request: credentials, user context, content type, query."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Iterator

from contract_kit.exchange import Request, header
from contract_kit.findings import Severity
from contract_kit.names import nearest
from contract_kit.rule import Context, Example, Hit, refuses, rule, undocumented
from contract_kit.showing import listed, shown, suggested

OAUTH_HEADER = "X-CAP-API-OAUTH-TOKEN"
USER_CONTEXT = tuple(f"USER-CONTEXT-ENTITY-{part}" for part in ("TYPE", "ID", "SOURCE", "SOURCE-ID"))
BOOLEAN_HEADERS = ("WAIT_FOR_DOWNSTREAM", "X-CAP-DIRECT-REPLAY", "SKIP-DOWNSTREAM")
BOOLEAN_QUERY = ("rawSideEffects", "mlp_single_enroll")
QUERY = ("source", "accountId", *BOOLEAN_QUERY)

_MD5 = re.compile(r"[0-9a-fA-F]{32}")
_REDACTED = re.compile(r"(?i)(?:(?:basic|bearer)\s+)?(?:\*{3,}|<.*>|\[.*\]|\$\{?\w+\}?|x{3,}|redacted|filtered|hidden)")
_BASIC = "Basic dGlsbC5vbmU6OGExNmE2YjcwNTA1ZWIxZjFmZjdjZGMwY2Q1NTU5YTc="
_JSON_TYPE = re.compile(r"(?i)application/(?:[a-z0-9.+-]+\+)?json\s*(?:;.*)?")


def redacted(value: object) -> bool:
    """Whether a header's value has been taken out by whoever recorded it."""
    return isinstance(value, str) and bool(_REDACTED.fullmatch(value.strip()))


def is_json_type(value: object) -> bool:
    """Whether a content type is JSON, whatever its parameters."""
    return isinstance(value, str) and bool(_JSON_TYPE.fullmatch(value.strip()))


def basic_pair(value: object) -> tuple[str, str] | None:
    """User and password of a Basic authorization header, or ``None`` where it is none."""
    if not isinstance(value, str):
        return None
    scheme, _, encoded = value.strip().partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        user, colon, password = b64decode(encoded.strip(), validate=True).decode().partition(":")
    except ValueError:
        return None
    return (user, password) if colon and user and password else None


@rule(
    "credentials-missing",
    on="request",
    severity="info",
    evidence="stated",
    facts=("F03", "D03"),
    message="headers: neither Authorization nor X-CAP-API-OAUTH-TOKEN is there",
    hint="send one of them; if they were taken out of a recording, all is well",
    bad=(Example({"/headers": {"Content-Type": "application/json"}}, "no credentials", "/headers"),),
    good=(Example({"/headers": {OAUTH_HEADER: "sample-token"}}, "a token"),),
)
def credentials_missing(request: Request, context: Context) -> Iterator[Hit]:
    """No credentials in the header map.

    A server answers 401 before it looks at the body. Recordings often lack the credentials on purpose, so this is only
    worth a look.
    """
    if request.headers is not None:
        if header(request.headers, "Authorization") is None and header(request.headers, OAUTH_HEADER) is None:
            yield Hit(("headers",))


@rule(
    "credentials-malformed",
    on="request",
    severity="error",
    evidence="stated",
    facts=("F03", "F04", "D03"),
    consequence=refuses(status=401),
    message="{header}: {fault}",
    hint="Basic: the base64 of till:MD5-of-password; OAuth: the bare token in X-CAP-API-OAUTH-TOKEN",
    bad=(
        Example({"/headers/Authorization": "Basic till.one:secret"}, "not base64"),
        Example({"/headers/Authorization": "Basic dGlsbC5vbmU="}, "no password"),
        Example({"/headers/Authorization": "Bearer sample-token"}, "a token in the wrong header"),
        Example({f"/headers/{OAUTH_HEADER}": "Bearer sample-token"}, "a scheme before the token"),
        Example({f"/headers/{OAUTH_HEADER}": ""}, "an empty token"),
    ),
    good=(
        Example({"/headers/Authorization": _BASIC}, "till and MD5"),
        Example({"/headers/Authorization": "Basic ***"}, "taken out of a recording"),
    ),
)
def credentials_malformed(request: Request, context: Context) -> Iterator[Hit]:
    """Credentials in a form that no server can take.

    Basic carries a till's id and the MD5 of its password; an OAuth token travels in a header of its own, without a
    scheme before it.
    """
    basic, token = (header(request.headers, name) for name in ("Authorization", OAUTH_HEADER))
    if basic is not None and not redacted(basic) and basic_pair(basic) is None:
        yield Hit(("headers", "Authorization"), {"header": "Authorization", "fault": _basic_fault(basic)}, basic)
    if token is not None and not redacted(token):
        fault = None
        if not isinstance(token, str) or not token.strip():
            fault = "empty"
        elif re.match(r"(?i)(bearer|basic|token)\s", token):
            fault = "a scheme stands before the token"
        elif re.search(r"\s", token.strip()):
            fault = "a blank stands in the token"
        if fault:
            yield Hit(("headers", OAUTH_HEADER), {"header": OAUTH_HEADER, "fault": fault}, token)


@rule(
    "password-not-hashed",
    on="request",
    severity="warning",
    evidence="public",
    facts=("F03b",),
    message="Authorization: the password is not 32 hexadecimal digits, as an MD5 digest is",
    hint="send the MD5 hex digest of the till's password, not the password",
    bad=(Example({"/headers/Authorization": "Basic dGlsbC5vbmU6c2VjcmV0"}, "the password as it is"),),
    good=(Example({"/headers/Authorization": _BASIC}, "the digest"),),
)
def password_not_hashed(request: Request, context: Context) -> Iterator[Hit]:
    """Basic credentials whose password is no MD5 digest."""
    pair = basic_pair(header(request.headers, "Authorization"))
    if pair and not _MD5.fullmatch(pair[1]):
        yield Hit(("headers", "Authorization"))


@rule(
    "user-context-partial",
    on="request",
    severity="warning",
    evidence="stated",
    facts=("F06",),
    message="headers: the user context is given without {missing}",
    hint="send all four USER-CONTEXT-ENTITY headers, or none",
    bad=(Example({"/headers/USER-CONTEXT-ENTITY-ID": "31"}, "one of four", "/headers"),),
    good=(Example({f"/headers/{name}": "one" for name in USER_CONTEXT}, "all four"),),
)
def user_context_partial(request: Request, context: Context) -> Iterator[Hit]:
    """The person on whose behalf a change is made, named in part.

    The registration succeeds; the audit trail will not say who it was.
    """
    given = [name for name in USER_CONTEXT if header(request.headers, name) not in (None, "")]
    if given and len(given) < len(USER_CONTEXT):
        missing = ", ".join(name for name in USER_CONTEXT if name not in given)
        yield Hit(("headers",), {"missing": missing})


@rule(
    "content-type-not-json",
    on="request",
    severity="error",
    evidence="assumed",
    facts=("D03",),
    consequence=refuses(status=415),
    message="Content-Type: {type} is not JSON, which a server answers with 415",
    hint="send application/json",
    bad=(Example({"/headers/Content-Type": "text/plain"}, "plain text"),),
    good=(Example({"/headers/Content-Type": "application/json; charset=utf-8"}, "JSON with its charset"),),
)
def content_type_not_json(request: Request, context: Context) -> Iterator[Hit]:
    """A content type other than JSON."""
    type_ = header(request.headers, "Content-Type")
    if type_ is not None and not is_json_type(type_):
        yield Hit(("headers", "Content-Type"), {"type": shown(type_)}, type_)


@rule(
    "query-source-unknown",
    on="request",
    severity="error",
    evidence="public",
    facts=("F07", "F25", "D14"),
    consequence=refuses(3217),
    message="source: {source} is not a documented source{suggestion}",
    hint="use a documented source, in capitals, or leave it out and name it in each profile",
    bad=(Example({"/query/source": "Instore", "/body/profiles/0/source": "INSTORE"}, "a wrong letter case"),),
    good=(Example({"/query/source": "INSTORE"}, "a documented source"),),
)
def query_source_unknown(request: Request, context: Context) -> Iterator[Hit]:
    """A source in the query that no documentation names."""
    source = (request.query or {}).get("source")
    known = context.words.values["source"]
    if source is not None and source not in known:
        near = nearest(str(source), known)
        suggestion = f"; did you mean {shown(near)}?" if near else f" ({listed(list(known))})"
        needed = _stands_in(request, "source")
        yield Hit(
            ("query", "source"), {"source": shown(source), "suggestion": suggestion}, source,
            None if needed else undocumented(3217), None if needed else Severity.WARNING,
        )  # fmt: skip


@rule(
    "query-overridden",
    on="request",
    severity="info",
    evidence="assumed",
    facts=("D14", "F07"),
    message="{name}: given in the query and, differently, in a profile; the profile's wins",
    hint="say it once, in the profile",
    bad=(Example({"/query/source": "WEBSITE"}, "the profile says INSTORE"),),
    good=(Example({"/query/source": "INSTORE"}, "both say the same"),),
)
def query_overridden(request: Request, context: Context) -> Iterator[Hit]:
    """A source or account in the query that a profile contradicts."""
    for name in ("source", "accountId"):
        asked = (request.query or {}).get(name)
        if asked is not None and any(own not in (None, asked) for own in _own(request, name)):
            yield Hit(("query", name), {"name": name})


@rule(
    "query-unknown",
    on="request",
    severity="warning",
    evidence="public",
    facts=("F07",),
    message="{name}: not a documented query parameter{suggestion}",
    hint="take it out, or correct its spelling",
    bad=(Example({"/query/accountid": "line-one"}, "a wrong letter case"),),
    good=(Example({"/query/rawSideEffects": "true"}, "a documented parameter"),),
)
def query_unknown(request: Request, context: Context) -> Iterator[Hit]:
    """A query parameter that no documentation names."""
    for name in request.query or {}:
        if name not in QUERY:
            suggestion = suggested(name, QUERY)
            yield Hit(("query", name), {"name": shown(name), "suggestion": suggestion})


@rule(
    "flag-malformed",
    on="request",
    severity="warning",
    evidence="public",
    facts=("F07",),
    message="{name}: {value} is neither true nor false",
    hint="send true or false",
    consequence=undocumented(),
    bad=(
        Example({"/query/rawSideEffects": "yes"}, "a query parameter"),
        Example({"/headers/WAIT_FOR_DOWNSTREAM": "1"}, "a header"),
    ),
    good=(Example({"/query/mlp_single_enroll": "false"}, "false"),),
)
def flag_malformed(request: Request, context: Context) -> Iterator[Hit]:
    """A truth value of query or headers in another form."""
    for name in BOOLEAN_QUERY:
        value = (request.query or {}).get(name)
        if value is not None and str(value).lower() not in ("true", "false"):
            yield Hit(("query", name), {"name": name, "value": shown(value)}, value)
    for name in BOOLEAN_HEADERS:
        value = header(request.headers, name)
        if value is not None and str(value).lower() not in ("true", "false"):
            yield Hit(("headers", name), {"name": name, "value": shown(value)}, value)


def _basic_fault(value: object) -> str:
    text = value.strip() if isinstance(value, str) else ""
    if not text:
        return "empty"
    scheme = text.split(None, 1)[0].lower()
    if scheme == "bearer":
        return f"a Bearer token belongs into {OAUTH_HEADER}, without the word Bearer"
    if scheme != "basic":
        return "neither Basic nor redacted"
    return "what follows Basic is not the base64 of user:password"


def _own(request: Request, name: str) -> list[object]:
    """What the profiles themselves say."""
    profiles = request.body.get("profiles") if isinstance(request.body, dict) else None
    return [item.get(name) for item in profiles if isinstance(item, dict)] if isinstance(profiles, list) else []


def _stands_in(request: Request, name: str) -> bool:
    """Whether some profile lacks what the query gives."""
    return any(own is None for own in _own(request, name))
