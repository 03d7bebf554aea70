"""Rules on answers, whatever the request was: its body, envelope, codes, leaks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal, InvalidOperation

from contract_kit.exchange import MISSING, Response, header
from contract_kit.rule import REMOVED, Context, Example, Hit, rule
from contract_kit.rules.requests import is_json_type
from contract_kit.showing import shown

ANY_CODE = frozenset({401, 403, 404, 405, 415, 429, 498, 500, 503})
"""Statuses whose envelope carries some number as its code, not a fixed one (D03)."""

_REFUSAL = {"status": 400, "body": {"errors": [{"status": False, "code": 8006, "message": "there already"}]}}
# Repetitions are bounded, so that no text takes longer than its length is worth.
_LEAKS = {
    "a stack trace": re.compile(
        r"Traceback \(most recent call last\)|\n[ \t]{0,40}File \"[^\"\n]{1,400}\", line \d"
        r"|\bat [\w$.]{1,200}\([\w$]{1,100}\.java:\d|\bat [^\n()]{1,200} \([^\n()]{1,400}\.[jt]s:\d+:\d"
        r"|Exception in thread \"|goroutine \d+ \[running\]|Caused by: [\w.]{1,200}(?:Error|Exception)"
    ),
    "a path of the server": re.compile(
        r"(?<![\w:/])/(?:home|usr|var|opt|srv|etc|root|app|tmp|mnt)/[\w.-]|\b[A-Z]:\\[\w .-]{1,100}\\"
    ),
    "credentials": re.compile(
        r"(?i)\bbasic [a-z0-9+/]{16}|\beyJ[\w-]{8,500}\.[\w-]{1,2000}\.[\w-]|password[\"'\s]{0,5}[:=]"
    ),
}


def errors_of(response: Response) -> list[dict[str, object]]:
    """The entries of an envelope's ``errors`` that have a form; empty where the answer is no refusal."""
    return [entry for _, entry in entries(response, "errors")]


def warnings_of(response: Response) -> list[dict[str, object]]:
    """The entries of an answer's ``warnings`` that have a form."""
    return [entry for _, entry in entries(response, "warnings")]


def entries(response: Response, member: str) -> list[tuple[int, dict[str, object]]]:
    """The entries of an array of objects that have a form, with their indices."""
    group = response.body.get(member) if isinstance(response.body, dict) else None
    if not isinstance(group, list):
        return []
    return [(index, entry) for index, entry in enumerate(group) if isinstance(entry, dict)]


def code_of(entry: dict[str, object]) -> int | None:
    """The API code of an entry, or ``None`` where it is no whole number: the schema tells that."""
    code = entry.get("code")
    if isinstance(code, float) and code.is_integer():
        return int(code)
    return code if isinstance(code, int) and not isinstance(code, bool) else None


@rule(
    "answer-not-json",
    on="response",
    severity="error",
    evidence="shown",
    facts=("F50", "F57"),
    message="body: {kind} where a JSON object is wanted",
    hint="answer with a JSON object whatever happened",
    bad=(
        Example({"/body": "<html>oops</html>"}, "a web page"),
        Example({"/body": REMOVED}, "nothing at all"),
    ),
    good=(Example({"/status": 401, "/body": "<response/>"}, "the body of a 401 is not fixed"),),
)
def answer_not_json(response: Response, context: Context) -> Iterator[Hit]:
    """An answer without a JSON object.

    Success and refusal are told apart by their bodies, so a body that is none leaves the caller in the dark.
    """
    if response.status in (200, 400, None) and not isinstance(response.body, dict):
        if response.body is MISSING:
            if response.status is not None:
                yield Hit((), {"kind": "nothing"})
        elif isinstance(response.body, str):
            yield Hit(("body",), {"kind": "text"})


@rule(
    "answer-content-type",
    on="response",
    severity="warning",
    evidence="public",
    facts=("F50", "F57"),
    message="Content-Type: {type}, and the body is JSON",
    hint="send Content-Type: application/json",
    bad=(Example({"/headers/Content-Type": "text/html"}, "JSON sent as a web page"),),
    good=(Example({"/headers/Content-Type": "application/json;charset=UTF-8"}, "with its charset"),),
)
def answer_content_type(response: Response, context: Context) -> Iterator[Hit]:
    """A JSON body under another content type."""
    type_ = header(response.headers, "Content-Type")
    if isinstance(response.body, dict) and response.headers is not None and not is_json_type(type_):
        yield Hit(("headers", "Content-Type") if type_ is not None else ("headers",), {"type": shown(type_)})


@rule(
    "refusal-with-created-id",
    on="response",
    severity="warning",
    evidence="assumed",
    facts=("D01",),
    message="createdId: a refusal that names a customer",
    hint="a refusal stores nothing, so it has no id to give",
    bad=(Example({"/body/errors": _REFUSAL["body"]["errors"]}, "success and refusal in one", "/body/createdId"),),  # type: ignore[index]
    good=(Example(_REFUSAL and {"/status": 400, "/body": _REFUSAL["body"]}, "the bare envelope"),),
)
def refusal_with_created_id(response: Response, context: Context) -> Iterator[Hit]:
    """An answer that refuses and yet names a created customer."""
    if errors_of(response) and isinstance(response.body, dict) and "createdId" in response.body:
        yield Hit(("body", "createdId"))


@rule(
    "api-code-unknown",
    on="response",
    severity="info",
    evidence="public",
    facts=("F57", "F58"),
    message="code: {code} is in no public list of this operation's codes",
    hint="check it with the vendor; if it is real, the contract document should list it",
    bad=(Example({"/body/warnings/0/code": 424242}, "a code that nobody lists"),),
    good=(Example({"/body/warnings/0/code": 1302}, "a listed warning"),),
)
def api_code_unknown(response: Response, context: Context) -> Iterator[Hit]:
    """An API code that the registry does not know."""
    for group in ("errors", "warnings"):
        if group == "errors" and response.status in ANY_CODE:
            continue
        for index, entry in entries(response, group):
            code = code_of(entry)
            if code is not None and code not in context.words.codes:
                yield Hit(("body", group, index, "code"), {"code": shown(code)})


@rule(
    "api-code-misplaced",
    on="response",
    severity="warning",
    evidence="public",
    facts=("F58",),
    message="code: {code} is {kind}, and stands among the {group}",
    hint="errors are what failed, warnings what succeeded in part",
    bad=(Example({"/body/warnings/0/code": 8006}, "an error told as a warning"),),
    good=(Example({"/body/warnings/0/code": 8054}, "a warning"),),
)
def api_code_misplaced(response: Response, context: Context) -> Iterator[Hit]:
    """An error code among the warnings, or the other way round."""
    for group, kind in (("errors", "warning"), ("warnings", "error")):
        if group == "errors" and response.status in ANY_CODE:
            continue
        for index, entry in entries(response, group):
            code = code_of(entry)
            if code is not None and context.words.codes.get(code) == kind:
                article = "an error" if kind == "error" else "a warning"
                yield Hit(("body", group, index, "code"), {"code": code, "kind": article, "group": group})


@rule(
    "entry-status-true",
    on="response",
    severity="warning",
    evidence="shown",
    facts=("F53", "F57"),
    message="status: true, where every documented {group} entry says false",
    hint="send false",
    bad=(Example({"/body/warnings/0/status": True}, "a warning that says true"),),
    good=(Example({"/body/warnings/0/status": False}, "as documented"),),
)
def entry_status_true(response: Response, context: Context) -> Iterator[Hit]:
    """A warning or error entry whose status is true."""
    for group in ("errors", "warnings"):
        for index, entry in entries(response, group):
            if entry.get("status") is True:
                yield Hit(("body", group, index, "status"), {"group": group})


@rule(
    "points-not-rounded",
    on="response",
    severity="warning",
    evidence="assumed",
    facts=("D08", "F54"),
    message="awardedPoints: not the rounded rawAwardedPoints",
    hint="awardedPoints is the raw amount, rounded to a whole number",
    bad=(Example({"/body/sideEffects/0/awardedPoints": 74}, "75 raw, 74 awarded"),),
    good=(
        Example(
            {"/body/sideEffects/0": {"type": "points", "rawAwardedPoints": 74.5, "awardedPoints": 75}},
            "a half, rounded up",
        ),
    ),
)
def points_not_rounded(response: Response, context: Context) -> Iterator[Hit]:
    """Awarded points that are not the raw points rounded."""
    for index, effect in entries(response, "sideEffects"):
        raw, awarded = _number(effect.get("rawAwardedPoints")), _number(effect.get("awardedPoints"))
        if effect.get("type") == "points" and raw is not None and awarded is not None:
            rounded = {raw.to_integral_value(mode) for mode in (ROUND_HALF_UP, ROUND_HALF_EVEN)}
            if awarded not in rounded:
                yield Hit(("body", "sideEffects", index, "awardedPoints"))


@rule(
    "answer-leaks",
    on="response",
    severity="warning",
    evidence="assumed",
    facts=("D13",),
    message="the answer shows {what}",
    hint="answer with the envelope alone and log the rest on the server",
    bad=(
        Example({"/body/warnings/0/message": 'File "/srv/app/db.py", line 3, in add'}, "a path"),
        Example({"/body": "Traceback (most recent call last):", "/status": 500}, "a stack trace"),
        Example({"/body/warnings/0/message": "user till, password=secret"}, "a password"),
    ),
    good=(Example({"/body/warnings/0/message": "see https://docs.shop.example/var/help"}, "an address"),),
)
def answer_leaks(response: Response, context: Context) -> Iterator[Hit]:
    """An answer that shows the inside of the server.

    Stack traces, file paths and credentials help nobody but an attacker.
    """
    for pointer, text in _texts(response.body, ("body",)):
        for what, pattern in _LEAKS.items():
            if pattern.search(text):
                yield Hit(pointer, {"what": what}, text)
                break


def _number(value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number) < 10**18 else None


def _texts(value: object, pointer: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    waiting = [(pointer, value)]
    while waiting:
        place, node = waiting.pop()
        if isinstance(node, str):
            yield place, node
        elif isinstance(node, dict):
            waiting.extend(((*place, name), member) for name, member in reversed(node.items()))
        elif isinstance(node, list):
            waiting.extend(((*place, index), item) for index, item in reversed(list(enumerate(node))))
