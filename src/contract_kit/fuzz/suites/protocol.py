"""Credentials, methods, media types, and the order in which a server looks at them (D03)."""

from __future__ import annotations

from collections.abc import Iterator

from contract_kit.contract import Contract
from contract_kit.fuzz import credentials as kinds
from contract_kit.fuzz.bodies import Bodies
from contract_kit.fuzz.steps import Case, Step
from contract_kit.rules.requests import OAUTH_HEADER

_DENIED, _LATE, _FORBIDDEN, _METHOD, _MEDIA = (
    frozenset({401}), frozenset({401, 498}), frozenset({403}), frozenset({405}), frozenset({415}),
)  # fmt: skip
_BASIC = "Authorization"
RULES = {
    "D03 methods": ("method-not-post",),
    "F03 form": ("credentials-malformed",),
    "D03 credentials": ("credentials-missing",),
    "D03 media types": ("content-type-not-json",),
}
"""Law -> the rules on requests that its cases try."""


def cases(contract: Contract, bodies: Bodies) -> Iterator[Case]:
    """One request each."""
    plain = bodies.plain

    def one(name: str, yields: int, law: str, **parts: object) -> Case:
        parts.setdefault("body", plain)
        return Case("protocol", name, (Step(**parts),), yields, rules=RULES.get(law, ()), laws=(law,))  # type: ignore[arg-type]

    denied = {"credentials": kinds.NONE, "statuses": _DENIED}
    yield one("no credentials", 95, "D03 credentials", about="credentials/missing", **denied)
    yield one("no credentials and no JSON", 90, "D03 order", body="{", about="credentials/missing/before the body", **denied)
    yield one(
        "no credentials and an empty object", 60, "D03 order", body={}, about="credentials/missing/before the body", **denied
    )
    yield one(
        "Basic without a password",
        85,
        "F03 form",
        about="credentials/malformed",
        headers=((_BASIC, "Basic dGlsbC5vbmU="),),
        **denied,
    )
    yield one(
        "Basic that is no base64",
        55,
        "F03 form",
        about="credentials/malformed",
        headers=((_BASIC, "Basic till:one"),),
        **denied,
    )
    yield one(
        "a Bearer token",
        84,
        "F03 form",
        about="credentials/bearer",
        headers=((_BASIC, "Bearer contract-kit-sample"),),
        **denied,
    )
    yield one("an empty token", 54, "F03 form", about="credentials/malformed token", headers=((OAUTH_HEADER, ""),), **denied)
    yield one(
        "a scheme before a token",
        53,
        "F03 form",
        about="credentials/malformed token",
        headers=((OAUTH_HEADER, "Bearer contract-kit-sample"),),
        **denied,
    )
    yield one(
        "a wrong password",
        83,
        "D03 credentials",
        credentials=kinds.WRONG,
        about="credentials/wrong password",
        statuses=_DENIED,
    )
    yield one(
        "a wrong token",
        82,
        "D03 credentials",
        credentials=kinds.WRONG_TOKEN,
        about="credentials/wrong token",
        statuses=_LATE,
    )
    yield one("a good token", 81, "F04 token", credentials=kinds.TOKEN, about="credentials/good token")
    yield one(
        "an expired token", 80, "D03 expired", credentials=kinds.EXPIRED, about="credentials/expired token", statuses=_LATE
    )
    yield one(
        "credentials that may only read",
        79,
        "F05 write access",
        credentials=kinds.READ_ONLY,
        about="credentials/read-only",
        statuses=_FORBIDDEN,
    )
    for method, yields in (("PUT", 78), ("GET", 77), ("DELETE", 40), ("PATCH", 39)):
        body = None if method in ("GET", "DELETE") else plain
        media = None if body is None else "application/json"
        yield one(
            f"method {method}",
            yields,
            "D03 methods",
            body=body,
            method=method,
            about=f"method/{method}",
            statuses=_METHOD,
            media_type=media,
        )
    for media_type, yields in (("text/plain", 76), ("application/xml", 38), ("application/x-www-form-urlencoded", 37)):
        yield one(
            f"content type {media_type}",
            yields,
            "D03 media types",
            media_type=media_type,
            about=f"media type/{media_type}",
            statuses=_MEDIA,
        )
    for media_type, about, yields in (
        ("application/json; charset=utf-8", "charset", 75),
        ("Application/JSON", "capitals", 74),
        ("application/json;charset=UTF-8", "charset", 36),
    ):
        yield one(
            f"content type {media_type}", yields, "D03 media types", media_type=media_type, about=f"media type taken/{about}"
        )
