"""The view of a run of ``bulk``, from its report in the public JSON format: causes with counts and a few places each."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from contract_kit.reporters.html import gathering
from contract_kit.reporters.html.knowledge import Knowledge
from contract_kit.reporters.html.model import Cause, Part, Picture, Place, Table, Tile, Tone, View
from contract_kit.showing import count

LAWS = ("duplicate", "linked", "conflict", "email-comparison-open")
"""What records are held against each other for."""


def view(data: Mapping[str, Any], known: Knowledge, arguments: Sequence[str]) -> View:
    """The whole page."""
    numbers = {name: int(data.get(name) or 0) for name in ("records", "accepted", "rejected", "clean", "refused_by_law")}
    causes = [_cause(entry, known, arguments) for entry in data.get("causes") or ()]
    causes.sort(key=lambda cause: (-gathering.rank(cause.severity), -cause.count, cause.code))
    word, tone, headline = _verdict(numbers)
    predicted = data.get("predicted") or {}
    by_law = numbers["refused_by_law"]
    law = f" {by_law:,} more would be refused for what other records, or registered customers, hold." if by_law else ""
    return View(
        kind="bulk",
        word=word,
        tone=tone,
        headline=headline,
        sentence=(
            f"By themselves {int(predicted.get('accepted') or 0):,} would be accepted, "
            f"{int(predicted.get('refused') or 0):,} refused, and for {int(predicted.get('unknown') or 0):,} "
            f"the outcome is not documented.{law}"
        ),
        tiles=(
            Tile(f"{numbers['records']:,}", "records"),
            Tile(f"{numbers['accepted']:,}", "accepted", "good" if numbers["accepted"] else "plain"),
            Tile(f"{numbers['rejected']:,}", "rejected", "error" if numbers["rejected"] else "plain"),
            Tile(f"{numbers['clean']:,}", "clean by themselves"),
            Tile(f"{len(causes):,}", "causes" if len(causes) != 1 else "cause"),
        ),
        causes=tuple(causes),
        pictures=tuple(_pictures(data, known, causes, numbers)),
        tables=tuple(_tables(data)),
        about=_about(data),
        privacy="This page names places and holds no values of records.",
    )


def _verdict(numbers: Mapping[str, int]) -> tuple[str, Tone, str]:
    if not numbers["records"]:
        return "Incomplete", "warning", "the input holds no records"
    if numbers["rejected"]:
        return "Failed", "error", f"{numbers['rejected']:,} of {numbers['records']:,} records are rejected"
    return "Passed", "good", f"all {numbers['records']:,} records would be accepted"


def _cause(entry: Mapping[str, Any], known: Knowledge, arguments: Sequence[str]) -> Cause:
    code = str(entry.get("code", ""))
    rule = known.rule(code)
    api = entry.get("api_code")
    number = int(entry.get("records") or 0)
    examples = entry.get("examples") or ()
    # What a law finds cannot be seen in one record.
    places = [_place(one, arguments if rule and not at else None) for at, one in enumerate(examples)]
    return Cause(
        code=code,
        severity=str(entry.get("severity", "info")),
        evidence=rule.evidence.value if rule is not None else _law_evidence(api, known),
        title=str(entry.get("title") or (rule.title if rule is not None else code)),
        count=number,
        unit="record",
        hint=rule.hint if rule is not None and "{" not in rule.hint else "",
        explanation=rule.explanation if rule is not None else "",
        effect=_effect(entry, number),
        facts=rule.facts if rule is not None else _law_facts(api, known),
        api_codes=(api,) if isinstance(api, int) else (),
        places=places,
        more=max(0, number - len(places)),
    )


def _effect(entry: Mapping[str, Any], number: int) -> str:
    rejected = entry.get("rejected")
    if rejected is None:
        return ""
    findings = int(entry.get("findings") or 0)
    times = f" It was found {findings:,} times." if findings > number else ""
    return f"Rejected, for this or another cause: {int(rejected):,} of {count(number, 'record')}.{times}"


def _law_facts(api: object, known: Knowledge) -> tuple[str, ...]:
    entry = known.api_codes.get(api) if isinstance(api, int) else None
    return entry.facts if entry is not None else ()


def _law_evidence(api: object, known: Knowledge) -> str:
    entry = known.api_codes.get(api) if isinstance(api, int) else None
    return entry.evidence.value if entry is not None else ""


def _place(one: Mapping[str, Any], arguments: Sequence[str] | None) -> Place:
    """A place; with ``arguments``, and where a line is a record, also how to see what is found there."""
    source, line = str(one.get("source", "")), one.get("line")
    commands: tuple[tuple[str, str], ...] = ()
    if arguments is not None and isinstance(line, int) and source.lower().endswith((".ndjson", ".jsonl")):
        words = shlex.join(("contract-kit", "validate", "-", *arguments))
        commands = (("See it again", f"sed -n {line}p {shlex.quote(source)} | {words}"),)
    return Place(
        where=f"{source}:{line}" if line is not None else source,
        pointer=str(one.get("pointer") or ""),
        group=source,
        commands=commands,
    )


def _pictures(
    data: Mapping[str, Any], known: Knowledge, causes: Sequence[Cause], numbers: Mapping[str, int]
) -> Iterator[Picture]:
    parts = (
        Part("accepted", numbers["accepted"], "good"),
        Part("rejected for what they say", max(0, numbers["rejected"] - numbers["refused_by_law"]), "error"),
        Part("rejected for what others hold", numbers["refused_by_law"], "grade-4"),
    )
    yield Picture("Records", "bar", parts, gathering.said(parts))
    if causes:
        shown = tuple(
            Part(cause.code, cause.count, gathering.tone(cause.severity), cause.title, cause.code) for cause in causes[:25]
        )
        text = (
            f"{len(causes)} causes, by records."
            if len(causes) <= 25
            else f"The first 25 of {len(causes)} causes, by records."
        )
        yield Picture("Records by cause", "bars", shown, text.replace("1 causes", "1 cause"))
    missing = {code: str(gap.get("section")) for gap in data.get("not_checked") or () for code in gap.get("rules") or ()}
    yield gathering.rules(known, {"request"}, causes, missing)
    yield gathering.laws(LAWS, causes)
    codes: Counter[int] = Counter()
    for cause in causes:
        for code in cause.api_codes:
            codes[code] += cause.count
    yield gathering.codes("API codes of these causes", codes, known, "record")


def _tables(data: Mapping[str, Any]) -> Iterator[Table]:
    silent = data.get("silently") or {}
    rows = [
        (f"cut {cut.get('member', '')} to {cut.get('limit')} characters", f"{int(cut.get('records') or 0):,}")
        for cut in silent.get("cuts") or ()
    ]
    for name, text in (
        ("links", "link to the customer of another source (8050)"),
        ("conflicting_links", "link to one of several customers (8052)"),
    ):
        if silent.get(name):
            rows.append((text, f"{int(silent[name]):,}"))
    if rows:
        head = ("What the platform would do", "Records")
        yield Table("Done without refusing", head, tuple(rows), figures=frozenset({1}))
    inputs = tuple(
        (str(one.get("name", "")), f"{int(one['bytes']):,}" if one.get("bytes") else "") for one in data.get("inputs") or ()
    )
    if inputs:
        yield Table("Inputs", ("Input", "Bytes"), inputs[:500], max(0, len(inputs) - 500), figures=frozenset({1}))
    outputs = tuple((str(what), str(file)) for what, file in (data.get("outputs") or {}).items())
    if outputs:
        yield Table("Written", ("What", "File"), outputs)
    yield from gathering.not_checked(data)


def _about(data: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    rows = [("Judged by contract", str(data.get("contract", "unknown"))), ("Org profile", str(data.get("org") or "none"))]
    if data.get("moment"):
        rows.append(("Judged as of", str(data["moment"])))
    if data.get("known_identifiers"):
        rows.append(("Identifiers registered before", f"{int(data['known_identifiers']):,}"))
    return tuple(rows)
