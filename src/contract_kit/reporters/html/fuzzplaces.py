"""One finding of ``fuzz``: what was expected and came, request and answer with the place marked, how to see it again."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from contract_kit.reporters.html.excerpt import Path, lines, steps
from contract_kit.reporters.html.model import Line, Pane, Place
from contract_kit.reporters.html.redacting import headers

MARKED = 6
"""So many places of a finding are named."""
_BY_STATUS = frozenset(
    {
        "status-unexpected",
        "server-error",
        "accepted-wrongly",
        "refused-wrongly",
        "let-in",
        "no-answer",
        "refused-for-other-reason",
    }
)
"""Findings whose place in the answer is its status, where nothing closer is said."""


def place(finding: Mapping[str, Any], again: Sequence[str], *, whole: bool) -> Place:
    """The case in which it was seen first; ``whole`` with request and answer. ``again`` are the words of a command that
    replays findings."""
    request, response = finding.get("request") or {}, finding.get("response") or {}
    request = request if isinstance(request, Mapping) else {"body": request}
    response = response if isinstance(response, Mapping) else {"body": response}
    marks = ["flaky"] if finding.get("flaky") else []
    suite, case = str(finding.get("suite") or ""), str(finding.get("case") or "")
    rows = [(name, str(finding[member])) for member, name in _ROWS.items() if finding.get(member) not in (None, "")]
    if str(finding.get("cause")).startswith("$response"):
        # Where a part of the answer is wrong, what the whole of it had to be is beside the point.
        rows = [row for row in rows if row[0] not in ("Expected", "Came")]
    pointed = _pointed(finding)
    if pointed:
        more = f", and {len(pointed) - MARKED} more" if pointed[MARKED:] else ""
        rows.append(("At", ", ".join(pointed[:MARKED]) + more))
    sent = len(finding.get("steps") or ())
    if sent > 1:
        rows.append(("Requests", f"{sent}; the last is shown, the commands send all of them"))
    return Place(
        where=" · ".join(word for word in (suite, case) if word) or str(finding.get("cause") or finding.get("code") or ""),
        group=suite,
        panes=(_request(request, finding), _answer(response, finding)) if whole else (),
        rows=tuple(rows),
        commands=tuple(_commands(finding, again)),
        marks=tuple(marks),
    )


def _commands(finding: Mapping[str, Any], again: Sequence[str]) -> Iterator[tuple[str, str]]:
    """How to see it again."""
    if finding.get("curl"):
        yield "As curl", str(finding["curl"])
    if again and finding.get("fingerprint"):
        yield "See it again", shlex.join((*again, "--only", str(finding["fingerprint"])))


_ROWS = {
    "expected": "Expected",
    "actual": "Came",
    "after_requests": "First seen at request",
    "fingerprint": "Fingerprint",
}


def _request(request: Mapping[str, Any], finding: Mapping[str, Any]) -> Pane:
    query = request.get("query")
    asked = "&".join(f"{name}={value}" for name, value in query.items()) if isinstance(query, Mapping) else str(query or "")
    first = f"{request.get('method') or 'POST'} {request.get('path') or ''}{'?' if asked else ''}{asked}"
    head = [Line(first, hit=_is_at(finding, "$method"))]
    head += [
        Line(f"{name}: {value}", hit=_is_at(finding, f"$request.header.{name}"))
        for name, value in headers(request.get("headers"))
    ]
    if request.get("credentials"):
        head.append(Line(f"(credentials: {request['credentials']})"))
    return Pane("Request", (*head, *_body(request, _marks(finding, "$request.body#"))))


def _answer(response: Mapping[str, Any], finding: Mapping[str, Any]) -> Pane:
    marks = _marks(finding, "$response.body#")
    pointed = bool(marks) or any(str(one).startswith("$response.header") for one in _pointed(finding))
    by_status = not pointed and (_is_at(finding, "$statusCode") or finding.get("code") in _BY_STATUS)
    status = response.get("status")
    trouble = str(response.get("trouble") or "")
    head = [Line(f"HTTP {status}" if status else f"no answer{': ' if trouble else ''}{trouble}", hit=by_status)]
    head += [
        Line(f"{name}: {value}", hit=_is_at(finding, f"$response.header.{name}"))
        for name, value in headers(response.get("headers"))
    ]
    return Pane("Answer", (*head, *_body(response, marks)))


def _body(side: Mapping[str, Any], marks: Sequence[Path]) -> Iterator[Line]:
    body = side.get("body")
    if body is None or body == "":
        return
    yield Line("")
    if isinstance(body, str):
        text = body if len(body) <= 4000 else f"{body[:4000]}… ({len(body):,} characters)"
        yield from (Line(line) for line in text.splitlines()[:60])
    else:
        yield from lines(body, marks)


def _pointed(finding: Mapping[str, Any]) -> list[str]:
    """The places that a finding names, as runtime expressions; that in an answer is its cause."""
    cause = str(finding.get("cause") or "")
    said = [*([cause] if cause.startswith("$") else []), *(finding.get("places") or ())]
    return [str(one) for one in said if one]


def _marks(finding: Mapping[str, Any], prefix: str) -> list[Path]:
    """The places in a body. A finding that was seen in many cases names those of all of them, of which this is one: then
    the first counts, which is this one's."""
    pointed = _pointed(finding)
    named = (one.removeprefix(prefix) for one in pointed[: 1 if pointed[MARKED:] else None] if one.startswith(prefix))
    return [steps(pointer) for pointer in dict.fromkeys(named) if pointer]


def _is_at(finding: Mapping[str, Any], expression: str) -> bool:
    return any(one.lower() == expression.lower() for one in _pointed(finding))
