"""A comparison as text, JSON, Markdown, and workflow commands of GitHub Actions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from contract_kit.diff.changes import SIDES, Change, Comparison, Counts, Place, Unread, Verdict
from contract_kit.reporters.words import STDIN, name, plain
from contract_kit.showing import count

FORMATS = ("text", "json", "github", "markdown")
LIMIT = 10
"""A step of GitHub Actions shows so many annotations."""

_COLORS = {Verdict.BREAKING: "31", Verdict.RISKY: "33", Verdict.SAFE: "32"}
_COMMANDS = {Verdict.BREAKING: "error", Verdict.RISKY: "warning", Verdict.SAFE: "notice"}


def render(comparison: Comparison, format_: str, *, side: str = "both", color: bool = False) -> str:
    """The whole report. ``side`` says whose verdicts count where one side is asked about."""
    if format_ == "json":
        return json.dumps(as_data(comparison), ensure_ascii=False, indent=2) + "\n"
    if format_ == "markdown":
        return "\n".join(_markdown(comparison)) + "\n"
    if format_ == "github":
        return "\n".join(_github(comparison, side)) + "\n"
    return "\n".join(_text(comparison, color)) + "\n"


def headline(comparison: Comparison) -> str:
    """The counts in a line."""
    if not comparison.changes:
        return "nothing changed"
    said = []
    for side in SIDES:
        counts = [
            (comparison.count(side, verdict), verdict.value) for verdict in (Verdict.BREAKING, Verdict.RISKY, Verdict.SAFE)
        ]
        said.append(f"for {side} " + ", ".join(f"{number} {word}" for number, word in counts if number))
    return f"{count(len(comparison.changes), 'change')}: {'; '.join(said)}"


def told(counts: Counts) -> str:
    """Counts of payloads in words."""
    parts = [
        f"{number} {word}"
        for number, word in (
            (counts.broken, "refused or at fault now, and not before"),
            (counts.healed, "not refused or at fault any more"),
            (counts.otherwise, "judged otherwise"),
        )
        if number
    ]
    of = count(counts.total, "payload")
    return f"of {of}, {', '.join(parts)}" if parts else f"of {of}, none is judged otherwise"


def lacking(unread: Unread) -> str:
    """Records that cannot be read, in words: how many, and the place of the first."""
    line = f":{unread.line}" if unread.line is not None else f", record {unread.record}"
    many = unread.records > 1
    said = f"{count(unread.records, 'record')} cannot be read and {'are' if many else 'is'} not counted"
    return f"{said}: {'first ' if many else ''}{name(unread.source)}{line}"


def _text(comparison: Comparison, color: bool) -> Iterator[str]:
    for change in comparison.changes:
        worst = change.verdict("both")
        said = ", ".join(f"{change.verdict(side).value} for {side}" for side in SIDES)
        start = f"\x1b[{_COLORS[worst]}m{said}\x1b[0m" if color else said
        yield f"{start}: {change.code}"
        yield f"  {plain(change.message)}"
        for label, called, place, other in (
            ("old", comparison.old, change.old, change.new),
            ("new", comparison.new, change.new, change.old),
        ):
            yield f"  {label}  {_placed(_named(comparison, change, label, called), place, other)}"
        for side, reason in zip(SIDES, change.reasons, strict=True):
            if change.verdict(side) is not Verdict.SAFE:
                yield f"  {side}: {plain(reason)}"
        for witness in change.witnesses:
            yield f"  proof: {witness.effect.replace('-', ' ')}: {plain(witness.says)}"
        if change.traffic is not None:
            yield f"  traffic, with this change alone: {told(change.traffic)}"
        elif comparison.traffic is not None:
            yield "  traffic: this change cannot be judged by itself"
        yield ""
    yield headline(comparison)
    if comparison.traffic is not None:
        yield f"traffic, with all changes: {told(comparison.traffic)}"
    if comparison.unread is not None:
        yield f"traffic: {lacking(comparison.unread)}"


def _named(comparison: Comparison, change: Change, label: str, called: str) -> str:
    if change.subject == "org" and comparison.orgs is not None:
        return comparison.orgs[0 if label == "old" else 1]
    return called


def _placed(called: str, place: Place, other: Place) -> str:
    line = f":{place.line}" if place.line is not None else ""
    in_list = other.there and other.path[-1:] != place.path[-1:] and isinstance(other.path[-1], int)
    lacks = "" if place.there else " (does not list it)" if in_list else " (not there)"
    return f"{plain(called)}{line} {plain(place.pointer) or '/'}{lacks}"


def as_data(comparison: Comparison) -> dict[str, Any]:
    """The public JSON form, version 1."""
    worst = {side: comparison.worst(side).value for side in SIDES}
    counts = {side: {verdict.value: comparison.count(side, verdict) for verdict in Verdict} for side in SIDES}
    data: dict[str, Any] = {"version": 1, "old": comparison.old, "new": comparison.new}
    if comparison.orgs is not None:
        data["orgs"] = {"old": comparison.orgs[0], "new": comparison.orgs[1]}
    data |= {"worst": worst, "counts": counts}
    if comparison.traffic is not None:
        data["traffic"] = _counts(comparison.traffic)
    if comparison.unread is not None:
        records, source, record, line = comparison.unread
        data["unread"] = {"records": records, "first": {"source": source, "record": record, "line": line}}
    return data | {"changes": [_change(change, comparison.traffic is not None) for change in comparison.changes]}


def _change(change: Change, with_traffic: bool) -> dict[str, Any]:
    said: dict[str, Any] = {
        "code": change.code,
        "subject": change.subject,
        "senders": {"verdict": change.senders.value, "reason": change.reasons[0]},
        "receivers": {"verdict": change.receivers.value, "reason": change.reasons[1]},
        "message": change.message,
        "decided": change.decided,
    }
    for label, place in (("old", change.old), ("new", change.new)):
        said[label] = {"pointer": place.pointer, "there": place.there, "line": place.line}
    said["witnesses"] = [{"effect": one.effect, "part": one.part, "says": one.says} for one in change.witnesses]
    if with_traffic:
        said["traffic"] = None if change.traffic is None else _counts(change.traffic)
    return said


def _counts(counts: Counts) -> dict[str, int]:
    return {**counts._asdict(), "total": counts.total}


def _markdown(comparison: Comparison) -> Iterator[str]:
    yield f"**{headline(comparison)}**"
    if comparison.traffic is not None:
        yield ""
        yield f"Traffic, with all changes: {told(comparison.traffic)}."
    if comparison.unread is not None:
        yield ""
        yield f"Traffic: {_cell(lacking(comparison.unread))}."
    if not comparison.changes:
        return
    counted = comparison.traffic is not None
    yield ""
    yield "| senders | receivers | change | what and where |" + (" payloads affected |" if counted else "")
    yield "| --- | --- | --- | --- |" + (" --- |" if counted else "")
    for change in comparison.changes:
        place = change.new if change.new.there else change.old
        where = f"`{_cell(place.pointer)}`" if place.pointer else ""
        cells = [
            change.senders.value,
            change.receivers.value,
            f"`{change.code}`",
            f"{_cell(change.message)} {where}".strip(),
        ]
        if counted:
            cells.append(
                "not by itself" if change.traffic is None else f"{change.traffic.affected} of {change.traffic.total}"
            )
        yield f"| {' | '.join(cells)} |"


def _cell(text: str) -> str:
    return plain(text).replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;").replace("`", "'")


def _github(comparison: Comparison, side: str) -> Iterator[str]:
    changes = [change for change in comparison.changes if change.verdict(side) is not Verdict.SAFE]
    limit = LIMIT if comparison.unread is None else LIMIT - 1
    shown = changes if len(changes) <= limit else changes[: limit - 1]
    for change in shown:
        yield _annotation(comparison, change, side)
    if changes[len(shown) :]:
        left = changes[len(shown) :]
        message = "\n".join(f"{change.code}: {plain(change.message)}" for change in left)
        yield f"::{_COMMANDS[left[0].verdict(side)]} title={len(left)} more changes::{_escaped(message)}"
    if comparison.unread is not None:
        yield f"::warning {_properties(_unread_place(comparison.unread))}::{_escaped(lacking(comparison.unread))}"
    yield headline(comparison)
    if comparison.traffic is not None:
        yield f"traffic, with all changes: {told(comparison.traffic)}"


def _annotation(comparison: Comparison, change: Change, side: str) -> str:
    called = _named(comparison, change, "new", comparison.new)
    properties = {}
    if change.new.line is not None:
        properties = {"file": called.replace("\\", "/"), "line": str(change.new.line)}
    properties["title"] = change.code
    lines = [plain(change.message)]
    lines += [f"{change.verdict(one).value} for {one}: {plain(why)}" for one, why in zip(SIDES, change.reasons, strict=True)]
    lines += [f"proof: {witness.effect.replace('-', ' ')}: {plain(witness.says)}" for witness in change.witnesses]
    if change.traffic is not None:
        lines.append(f"traffic, with this change alone: {told(change.traffic)}")
    return f"::{_COMMANDS[change.verdict(side)]} {_properties(properties)}::{_escaped(chr(10).join(lines))}"


def _unread_place(unread: Unread) -> dict[str, str]:
    """The properties of an annotation at the first record that cannot be read; what came on standard input has no file."""
    title = {"title": "traffic cannot be read"}
    if unread.source == STDIN or unread.line is None:
        return title
    return {"file": unread.source.replace("\\", "/"), "line": str(unread.line), **title}


def _properties(properties: dict[str, str]) -> str:
    return ",".join(f"{key}={_escaped(value).replace(':', '%3A').replace(',', '%2C')}" for key, value in properties.items())


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
