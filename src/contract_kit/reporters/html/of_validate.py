"""The view of a run of ``validate``, from its report in the public JSON format."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from contract_kit.reporters.html import gathering, places, redacting
from contract_kit.reporters.html.excerpt import Say, SayKey
from contract_kit.reporters.html.knowledge import EFFECTS, Knowledge
from contract_kit.reporters.html.model import Cause, Part, Picture, Table, Tile, Tone, View
from contract_kit.reporters.html.samples import SHOWN
from contract_kit.reporters.words import STDIN
from contract_kit.showing import count

Key = tuple[str | None, int]
ROWS = 500
"""So many inputs are listed."""
_NOUNS = {"request": "registration", "response": "answer", "error": "answer", "exchange": "exchange"}


def view(
    data: Mapping[str, Any],
    known: Knowledge,
    *,
    fail_on: str,
    unread: Sequence[str],
    documents: Mapping[Key, object],
    arguments: Sequence[str],
    show_values: bool,
) -> View:
    """The whole page."""
    inputs, findings = list(data.get("inputs") or ()), list(data.get("findings") or ())
    causes = _causes(findings, inputs, known, documents, redacting.manner(known, show_values=show_values), arguments)
    failed = any(gathering.rank(cause.severity) >= gathering.rank(fail_on) for cause in causes)
    word, tone = _verdict(failed, bool(unread), bool(inputs))
    outcomes = Counter(str(one.get("outcome", "unknown")) for one in inputs)
    severities = Counter(str(one.get("severity", "info")) for one in findings)
    clean = len(inputs) - len({_key(one) for one in findings})
    broken = {_key(one) for one in findings if gathering.rank(str(one.get("severity"))) >= gathering.rank(fail_on)}
    return View(
        kind="validate",
        word=word,
        tone=tone,
        headline=_headline(inputs, outcomes, len(broken), clean),
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


def _headline(inputs: Sequence[Mapping[str, Any]], outcomes: Counter[str], broken: int, clean: int) -> str:
    """Of requests the outcome that weighs most, of answers and exchanges how many break the contract."""
    number = len(inputs)
    if not number:
        return "nothing was judged"
    kinds = {str(one.get("kind", "request")) for one in inputs}
    noun = _NOUNS[kinds.pop()] if len(kinds) == 1 else "input"
    if noun != "registration":
        if broken:
            return f"{_several(broken, number, noun)} {'breaks' if broken == 1 else 'break'} the contract"
        if clean == number:
            return f"{_several(number, number, noun)} {'keeps' if number == 1 else 'keep'} to the contract"
        return f"none of {count(number, noun)} breaks the contract"
    word = next((word for word in ("refused", "unknown", "accepted") if outcomes[word]), "accepted")
    who = _several(outcomes[word], number, noun)
    return f"what becomes of {who} is not documented" if word == "unknown" else f"{who} would be {word}"


def _several(part: int, number: int, noun: str) -> str:
    if number == 1:
        return f"the {noun}"
    return f"all {number:,} {noun}s" if part == number else f"{part:,} of {number:,} {noun}s"


def _key(finding: Mapping[str, Any]) -> Key:
    return finding.get("source"), int(finding.get("index") or 0)


def _causes(
    findings: Iterable[Mapping[str, Any]],
    inputs: Sequence[Mapping[str, Any]],
    known: Knowledge,
    documents: Mapping[Key, object],
    manner: tuple[Say, SayKey],
    arguments: Sequence[str],
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
        listed = []
        for number, finding in enumerate(group[: budget.take(len(group))]):
            one = judged.get(_key(finding), {})
            shown = number < SHOWN
            panes = places.panes(finding, one, documents.get(_key(finding)), known, manner) if shown else ()
            commands = places.commands(finding, one, documents.get(_key(finding)), many, arguments) if shown else ()
            listed.append(places.place(finding, many, panes, commands, own_hint=len(hints) > 1))
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
                places=listed,
                more=len(group) - len(listed),
            )
        )
    return found


def _pictures(
    data: Mapping[str, Any],
    known: Knowledge,
    causes: Sequence[Cause],
    outcomes: Counter[str],
    inputs: Sequence[Mapping[str, Any]],
) -> Iterable[Picture]:
    yield gathering.outcomes("Inputs by outcome", outcomes["accepted"], outcomes["refused"], outcomes["unknown"])
    yield from gathering.evidence(causes)
    wrong = Counter(str(one.get("party")) for one in data.get("findings") or () if one.get("party") in places.PARTIES)
    if wrong:
        parts = tuple(Part(name, wrong[word], tone) for word, (name, tone) in places.PARTIES.items())
        yield Picture("Findings by who is wrong", "bar", parts, gathering.said(parts))
    missing = {code: str(gap.get("section")) for gap in data.get("not_checked") or () for code in gap.get("rules") or ()}
    kinds = {str(one.get("kind", "request")) for one in inputs} & set(_NOUNS)
    note = "Rules that were left out on the command line count as having found nothing."
    yield gathering.rules(known, kinds, causes, missing, note)
    codes: Counter[int] = Counter()
    for one in inputs:
        codes.update({*(one.get("api_codes") or ()), *(one.get("warning_codes") or ())})
    title = "API codes to expect" if kinds <= {"request"} else "API codes"
    yield gathering.codes(title, codes, known, "input")


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
