"""The view of a run of ``validate``, from its report in the public JSON format."""

from __future__ import annotations

import shlex
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from contract_kit.exchange import MISSING
from contract_kit.reporters.html import gathering, redacting
from contract_kit.reporters.html.excerpt import Say, SayKey, lines, steps
from contract_kit.reporters.html.knowledge import EFFECTS, Knowledge
from contract_kit.reporters.html.model import Cause, Pane, Picture, Place, Table, Tile, Tone, View
from contract_kit.reporters.html.samples import SHOWN
from contract_kit.reporters.words import STDIN
from contract_kit.showing import revealed

Key = tuple[str | None, int]
ROWS = 500
"""So many inputs are listed."""
_KINDS = ("request", "response", "error", "exchange")


def view(
    data: Mapping[str, Any],
    known: Knowledge,
    *,
    fail_on: str,
    unread: Sequence[str],
    documents: Mapping[Key, object],
    show_values: bool,
) -> View:
    """The whole page."""
    inputs, findings = list(data.get("inputs") or ()), list(data.get("findings") or ())
    causes = _causes(findings, inputs, known, documents, redacting.manner(known, show_values=show_values))
    failed = any(gathering.rank(cause.severity) >= gathering.rank(fail_on) for cause in causes)
    word, tone = _verdict(failed, bool(unread), bool(inputs))
    outcomes = Counter(str(one.get("outcome", "unknown")) for one in inputs)
    severities = Counter(str(one.get("severity", "info")) for one in findings)
    clean = len(inputs) - len({_key(one) for one in findings})
    asked = any(one.get("kind", "request") == "request" for one in inputs)
    return View(
        kind="validate",
        word=word,
        tone=tone,
        headline=_headline(len(inputs), outcomes, asked=asked),
        sentence=gathering.sentence(severities, len(causes)),
        tiles=(
            Tile(f"{len(inputs):,}", "input" if len(inputs) == 1 else "inputs"),
            Tile(f"{clean:,}", "without any finding", "good" if clean else "plain"),
            *gathering.tiles(severities),
        ),
        causes=tuple(causes),
        pictures=tuple(_pictures(data, known, causes, outcomes, inputs)),
        tables=tuple(_tables(data, inputs, findings, known)),
        about=_about(data, fail_on),
        alerts=tuple(f"Not judged: {why}" for why in unread),
        grouped="File",
        privacy=(
            "This page shows values of the inputs, which may be personal data: it was asked to."
            if show_values
            else "Values of the inputs are described and not shown, other than words of the contract itself."
        ),
    )


def _verdict(failed: bool, unread: bool, inputs: bool) -> tuple[str, Tone]:
    if failed:
        return "Failed", "error"
    if unread or not inputs:
        return "Incomplete", "warning"
    return "Passed", "good"


def _headline(number: int, outcomes: Counter[str], *, asked: bool) -> str:
    """The outcome that weighs most, for how many of the inputs."""
    if not number:
        return "nothing was judged"
    word = next((word for word in ("refused", "unknown", "accepted") if outcomes[word]), "accepted")
    part = outcomes[word]
    who = "the input" if number == 1 else f"all {number:,} inputs" if part == number else f"{part:,} of {number:,} inputs"
    if word == "unknown":
        return f"what becomes of {who} is not documented"
    verb = "would be" if asked else "was" if part == 1 else "were"
    return f"{who} {verb} {word}"


def _key(finding: Mapping[str, Any]) -> Key:
    return finding.get("source"), int(finding.get("index") or 0)


def _causes(
    findings: Iterable[Mapping[str, Any]],
    inputs: Sequence[Mapping[str, Any]],
    known: Knowledge,
    documents: Mapping[Key, object],
    manner: tuple[Say, SayKey],
) -> list[Cause]:
    groups: dict[tuple[str, str, str], list[Mapping[str, Any]]] = defaultdict(list)
    for finding in findings:
        key = (str(finding.get("severity", "info")), str(finding.get("code", "")), str(finding.get("evidence", "")))
        groups[key].append(finding)
    judged = {_key(one): one for one in inputs}
    many = {one.get("source") for one in inputs if one.get("index")}
    budget = gathering.Budget()
    found = []
    for (severity, code, evidence), group in sorted(groups.items(), key=lambda item: gathering.order(*item)):
        first = group[0]
        hints = {str(one.get("hint") or "") for one in group}
        places = []
        for number, finding in enumerate(group[: budget.take(len(group))]):
            one = judged.get(_key(finding), {})
            shown = number < SHOWN
            panes = _panes(finding, one, documents.get(_key(finding)), known, manner) if shown else ()
            places.append(_place(finding, many, panes, own_hint=len(hints) > 1, shown=shown))
        found.append(
            Cause(
                code=code,
                severity=severity,
                evidence=evidence,
                title=known.title(code) or str(first.get("message", "")),
                count=len(group),
                unit="finding",
                hint=hints.pop() if len(hints) == 1 else "",
                explanation=rule.explanation if (rule := known.rule(code)) is not None else "",
                effect=EFFECTS.get(str(first.get("effect", "")), ""),
                facts=gathering.facts(group),
                api_codes=gathering.api_codes(group),
                places=places,
                more=len(group) - len(places),
            )
        )
    return found


def _place(finding: Mapping[str, Any], many: set[Any], panes: tuple[Pane, ...], *, own_hint: bool, shown: bool) -> Place:
    source = finding.get("source")
    name = "standard input" if source == STDIN else str(source) if source is not None else "input"
    spot = [str(finding[part]) for part in ("line", "column") if finding.get(part) is not None]
    record = f", record {int(finding.get('index') or 0) + 1}" if source in many else ""
    rows = [("Value", revealed(finding["value"], 400))] if finding.get("value") is not None else []
    if own_hint and finding.get("hint"):
        rows.append(("What to do", str(finding["hint"])))
    again = ""
    if shown and isinstance(source, str) and source != STDIN:
        again = f"contract-kit validate {shlex.quote(source)} --select {shlex.quote(str(finding.get('code', '')))}"
    return Place(
        where=":".join((name, *spot)) + record,
        message=str(finding.get("message", "")),
        pointer=str(finding.get("expression") or finding.get("pointer") or ""),
        group=name,
        panes=panes,
        rows=tuple(rows),
        command=again,
    )


def _panes(
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


def _pictures(
    data: Mapping[str, Any],
    known: Knowledge,
    causes: Sequence[Cause],
    outcomes: Counter[str],
    inputs: Sequence[Mapping[str, Any]],
) -> Iterable[Picture]:
    yield gathering.outcomes("Inputs by outcome", outcomes["accepted"], outcomes["refused"], outcomes["unknown"])
    yield from gathering.evidence(causes)
    missing = {code: str(gap.get("section")) for gap in data.get("not_checked") or () for code in gap.get("rules") or ()}
    kinds = {str(one.get("kind", "request")) for one in inputs} & set(_KINDS)
    note = "Rules that were left out on the command line count as having found nothing."
    yield gathering.rules(known, kinds, causes, missing, note)
    codes: Counter[int] = Counter()
    for one in inputs:
        codes.update({*(one.get("api_codes") or ()), *(one.get("warning_codes") or ())})
    yield gathering.codes("API codes to expect", codes, known, "input")


def _tables(
    data: Mapping[str, Any],
    inputs: Sequence[Mapping[str, Any]],
    findings: Iterable[Mapping[str, Any]],
    known: Knowledge,
) -> Iterable[Table]:
    numbers = Counter(_key(one) for one in findings)
    many = {one.get("source") for one in inputs if one.get("index")}
    rows = []
    for one in inputs[:ROWS]:
        source = one.get("source")
        name = "standard input" if source == STDIN else str(source) if source is not None else "input"
        record = f", record {int(one.get('index') or 0) + 1}" if source in many else ""
        codes = ", ".join(str(code) for code in (*(one.get("api_codes") or ()), *(one.get("warning_codes") or ())))
        rows.append((name + record, str(one.get("outcome", "")), codes, f"{numbers[_key(one)]:,}"))
    if rows:
        head = ("Input", "Outcome", "API codes", "Findings")
        yield Table("Inputs", head, tuple(rows), max(0, len(inputs) - ROWS), figures=frozenset({3}))
    yield from gathering.not_checked(data)


def _about(data: Mapping[str, Any], fail_on: str) -> tuple[tuple[str, str], ...]:
    return (
        ("Judged by contract", str(data.get("contract", "unknown"))),
        ("Org profile", str(data.get("org") or "none")),
        ("Fails from severity", fail_on),
    )
