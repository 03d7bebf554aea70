"""What a run came to, for people and as JSON: counts by cause, a few places each, and what is done silently."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from contract_kit.bulk.opening import called
from contract_kit.bulk.running import Outcome
from contract_kit.bulk.settings import contract_for
from contract_kit.reporters.words import plain
from contract_kit.rules import BY_CODE
from contract_kit.showing import count

VERSION = 1

_LAWS = {
    "duplicate": "An identifier that is registered in its source account already",
    "linked": "A registration that the platform links to a customer of another source",
    "conflict": "A registration whose identifiers belong to different customers of other sources",
    "email-comparison-open": "An over-long e-mail address of which it is open how the platform compares it",
    "record-too-long": "A record that is too long to be looked at",
    "record-unreadable": "A record that is no request",
}
_ORDER = {"error": 0, "warning": 1, "info": 2}


def as_data(outcome: Outcome) -> dict[str, Any]:
    """The report as plain data, a public format (version 1)."""
    counts = outcome.tally.counts
    contract = contract_for(outcome.settings)

    def number(name: str) -> int:
        return counts.get(name, 0)

    return {
        "version": VERSION,
        "contract": contract.version,
        "org": contract.org.name,
        "moment": outcome.settings.now,
        "inputs": [{"name": called(one.name), "bytes": one.size or None} for one in outcome.inputs],
        "known_identifiers": outcome.known,
        "records": number("records"),
        "accepted": number("accepted"),
        "rejected": number("rejected"),
        "clean": number("clean"),
        "predicted": {word: number(f"predicted_{word}") for word in ("accepted", "refused", "unknown")},
        "refused_by_law": number("refused_by_law"),
        "causes": [_cause(cause, entry, outcome) for cause, entry in _sorted(outcome)],
        "silently": {
            "cuts": [_cut(place, entry, outcome) for place, entry in sorted(outcome.tally.cuts.items())],
            "links": _records(outcome, "linked"),
            "conflicting_links": _records(outcome, "conflict"),
        },
        "not_checked": [{"section": gap.section, "rules": list(gap.rules)} for gap in contract.not_checked],
        "outputs": outcome.written,
    }


def as_text(outcome: Outcome) -> str:
    """The report for a terminal."""
    return "\n".join(_text(as_data(outcome))) + "\n"


def _text(data: dict[str, Any]) -> Iterator[str]:
    inputs = data["inputs"]
    named = plain(inputs[0]["name"]) if len(inputs) == 1 else count(len(inputs), "input")
    yield f"{named}: {data['records']:,} records, {data['accepted']:,} accepted, {data['rejected']:,} rejected"
    predicted = data["predicted"]
    by_law = data["refused_by_law"]
    yield (
        f"  by themselves: {predicted['accepted']:,} would be accepted ({data['clean']:,} without any finding), "
        f"{predicted['refused']:,} refused, {predicted['unknown']:,} not documented"
    )
    if by_law or data["known_identifiers"]:
        against = f", {data['known_identifiers']:,} identifiers that are registered" if data["known_identifiers"] else ""
        yield f"  held against each other{against}: {by_law:,} more would be refused"
    for heading, rejecting in (("Rejected, by cause", True), ("Found too, in records of both kinds", False)):
        causes = [cause for cause in data["causes"] if (cause["severity"] == "error") is rejecting]
        if causes:
            yield ""
            yield heading
        for cause in causes:
            api = f", API {cause['api_code']}" if cause["api_code"] else ""
            yield f"  {cause['records']:>11,}  {cause['code']} ({cause['severity']}{api}): {cause['title']}"
            yield f"               {_places(cause)}"
    silent = data["silently"]
    if silent["cuts"] or silent["links"] or silent["conflicting_links"]:
        yield ""
        yield "What the platform would do without refusing"
    for cut in silent["cuts"]:
        yield f"  {cut['records']:>11,}  cut {plain(cut['member'])} to {cut['limit']} characters"
        yield f"               {_places(cut)}"
    if silent["links"]:
        yield f"  {silent['links']:>11,}  link to the customer of another source (8050)"
    if silent["conflicting_links"]:
        yield f"  {silent['conflicting_links']:>11,}  link to one of several customers (8052)"
    if data["not_checked"]:
        sections = ", ".join(gap["section"] for gap in data["not_checked"])
        yield ""
        yield f"Not checked for want of sections in the org profile: {sections}"
    for what, file in data["outputs"].items():
        yield f"{what}: {plain(file)}"


def _places(entry: dict[str, Any]) -> str:
    places = [f"{plain(one['source'])}:{one['line']}" for one in entry["examples"]]
    more = ", …" if entry["records"] > len(places) else ""
    return "at " + ", ".join(places) + more


def _sorted(outcome: Outcome) -> list[tuple[str, dict[str, Any]]]:
    """Most records first, by severity."""
    causes = outcome.tally.causes.items()
    return sorted(causes, key=lambda item: (_ORDER[item[0].split(" ")[1]], -item[1]["records"], item[0]))


def _cause(cause: str, entry: dict[str, Any], outcome: Outcome) -> dict[str, Any]:
    code, severity, *api_code = cause.split(" ")
    return {
        "code": code,
        "severity": severity,
        "api_code": int(api_code[0]) if api_code else None,
        "title": _LAWS.get(code) or BY_CODE[code].title,
        "records": entry["records"],
        "findings": entry["findings"],
        "rejected": entry["rejected"],
        "examples": _examples(entry, outcome),
    }


def _cut(place: str, entry: dict[str, Any], outcome: Outcome) -> dict[str, Any]:
    member, _, limit = place.rpartition(" ")
    examples = _examples(entry, outcome)
    return {
        "member": member, "limit": int(limit), "records": entry["records"], "texts": entry["texts"], "examples": examples,
    }  # fmt: skip


def _examples(entry: dict[str, Any], outcome: Outcome) -> list[dict[str, Any]]:
    found = []
    for number, line, pointer in entry["examples"]:
        source, base = outcome.places[number]
        found.append({"source": source, "line": base + line, "pointer": pointer})
    return found


def _records(outcome: Outcome, code: str) -> int:
    return sum(entry["records"] for cause, entry in outcome.tally.causes.items() if cause.split(" ")[0] == code)
