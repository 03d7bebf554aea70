"""One occurrence of a finding of ``validate``: its place, what stands there, what a server answers, how to see it again."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from typing import Any

from contract_kit.exchange import MISSING
from contract_kit.reporters.html.excerpt import Say, SayKey, lines, steps
from contract_kit.reporters.html.knowledge import Knowledge
from contract_kit.reporters.html.model import Pane, Place, Tone
from contract_kit.reporters.words import STDIN
from contract_kit.showing import revealed

PARTIES: dict[str, tuple[str, Tone]] = {
    "client": ("the client", "grade-3"),
    "server": ("the server", "grade-2"),
    "document": ("perhaps the contract document", "grade-4"),
}
"""Who is wrong in an exchange: words, and a colour."""


def place(
    finding: Mapping[str, Any],
    many: set[Any],
    panes: tuple[Pane, ...],
    commands: tuple[tuple[str, str], ...],
    *,
    own_hint: bool,
) -> Place:
    source = finding.get("source")
    name = "standard input" if source == STDIN else str(source) if source is not None else "input"
    spot = [str(finding[part]) for part in ("line", "column") if finding.get(part) is not None]
    record = f", record {int(finding.get('index') or 0) + 1}" if source in many else ""
    rows = [("Value", revealed(finding["value"], 400))] if finding.get("value") is not None else []
    if own_hint and finding.get("hint"):
        rows.append(("What to do", str(finding["hint"])))
    if finding.get("party") in PARTIES:
        rows.append(("Who is wrong", PARTIES[str(finding["party"])][0]))
    return Place(
        where=":".join((name, *spot)) + record,
        message=str(finding.get("message", "")),
        pointer=str(finding.get("expression") or finding.get("pointer") or ""),
        group=name,
        panes=panes,
        rows=tuple(rows),
        commands=commands,
    )


def commands(
    finding: Mapping[str, Any],
    one: Mapping[str, Any],
    document: object,
    many: set[Any],
    arguments: Sequence[str],
) -> tuple[tuple[str, str], ...]:
    """How to see it again; and how to ask a server, where the file is a body as it is sent."""
    source = finding.get("source")
    if not isinstance(source, str) or source == STDIN:
        return ()
    words = ("contract-kit", "validate", source, *arguments, "--select", str(finding.get("code", "")))
    found = [("See it again", shlex.join(words))]
    sent = source not in many and source.lower().endswith(".json") and one.get("kind", "request") == "request"
    if sent and (document is MISSING or (isinstance(document, dict) and "body" not in document)):
        typed = "-H 'Content-Type: application/json' -H 'Accept: application/json'"
        file = shlex.quote(f"@{source}")
        found.append(("Ask a server", f'curl -sS -i -u "$CONTRACT_KIT_BASIC" {typed} --data-binary {file} "$URL/customers"'))
    return tuple(found)


def panes(
    finding: Mapping[str, Any],
    one: Mapping[str, Any],
    document: object,
    known: Knowledge,
    manner: tuple[Say, SayKey],
) -> tuple[Pane, ...]:
    """Request and answer side by side: those of the input, or what a server answers."""
    kind = str(one.get("kind", "request"))
    mark = steps(str(finding.get("pointer") or ""))
    found: list[Pane] = []
    sides = ("request", "response")
    if kind == "exchange" and isinstance(document, dict) and any(side in document for side in sides):
        for side, title in (("request", "Request"), ("response", "Answer")):
            marks = [mark[1:]] if mark[:1] == (side,) else []
            found.append(_document(title, document.get(side), marks, manner))
        return tuple(found)
    if document is MISSING:
        found.append(
            Pane("Request" if kind in ("request", "exchange") else "Answer", note="The text cannot be read as JSON.")
        )
    elif document is not None:
        found.append(_document("Request" if kind in ("request", "exchange") else "Answer", document, [mark], manner))
    if kind == "request":
        found.append(Pane("What a server answers", rows=_answer(one, known)))
    return tuple(found)


def _document(title: str, value: object, marks: Sequence[tuple[str | int, ...]], manner: tuple[Say, SayKey]) -> Pane:
    return Pane(title, lines(value, marks, say=manner[0], say_key=manner[1]))


def _answer(one: Mapping[str, Any], known: Knowledge) -> tuple[tuple[str, str], ...]:
    words = {"accepted": "would be accepted", "refused": "would be refused"}
    rows = [("Outcome", words.get(str(one.get("outcome")), "not documented"))]
    statuses = one.get("statuses") or [one["status"]] if one.get("statuses") or one.get("status") else []
    if statuses:
        rows.append(("HTTP status", " or ".join(map(str, statuses))))
    for member, name in (
        ("api_codes", "API code"), ("warning_codes", "Warning"), ("possible_warnings", "Perhaps a warning"),
    ):  # fmt: skip
        said = [f"{code}, {known.api(code)}" for code in one.get(member) or ()]
        if said:
            rows.append((name, "; or ".join(said) if member == "api_codes" else "; ".join(said)))
    for cut in one.get("cuts") or ():
        rows.append(("Cut", f"{cut.get('pointer', '')} to {cut.get('limit')} characters"))
    return tuple(rows)
