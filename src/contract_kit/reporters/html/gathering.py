"""What the three kinds of page have in common: order, key numbers, and pictures of what was covered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from contract_kit.findings import Severity
from contract_kit.reporters.html.knowledge import GRADES, Knowledge
from contract_kit.reporters.html.model import Cause, Part, Picture, Table, Tile, Tone
from contract_kit.reporters.words import joined
from contract_kit.showing import count

EACH, ALL = 500, 5000
"""So many places are listed for one cause, and on a whole page."""
_TONES: dict[str, Tone] = {"error": "error", "warning": "warning", "info": "info"}


class Budget:
    """How many places may still be listed."""

    def __init__(self) -> None:
        self._left = ALL

    def take(self, number: int) -> int:
        """How many of so many places are listed; a few always."""
        taken = max(min(number, EACH, self._left), min(number, 3))
        self._left = max(0, self._left - taken)
        return taken


def rank(severity: str) -> int:
    """0 for info (and for words that are no severity), 2 for error."""
    return Severity(severity).rank if severity in _TONES else 0


def tone(severity: str) -> Tone:
    """The colour of a severity."""
    return _TONES.get(severity, "plain")


def order(key: tuple[str, ...], group: Sequence[object]) -> tuple[Any, ...]:
    """Heaviest first, then what there is most of."""
    return (-rank(key[0]), -len(group), *key)


def sentence(severities: Mapping[str, int], causes: int) -> str:
    """``2 errors and 1 warning, of 2 causes.``"""
    parts = [count(severities.get(word, 0), word) for word in ("error", "warning") if severities.get(word)]
    if severities.get("info"):
        parts.append(f"{severities['info']} info")
    return f"{joined(parts, 'and')}, of {count(causes, 'cause')}." if parts else "There are no findings."


def tiles(severities: Mapping[str, int]) -> tuple[Tile, ...]:
    """A key number for each severity."""
    words = {"error": "error", "warning": "warning", "info": "info"}
    return tuple(
        Tile(f"{number:,}", word if number == 1 or word == "info" else f"{word}s", _TONES[word] if number else "plain")
        for word in words
        for number in (severities.get(word, 0),)
    )


def facts(group: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """The facts that findings rest on, each once."""
    return tuple(dict.fromkeys(str(fact) for finding in group for fact in finding.get("facts") or ()))


def api_codes(group: Iterable[Mapping[str, Any]]) -> tuple[int, ...]:
    """The API codes of findings, each once."""
    said = (finding.get("api_code") for finding in group)
    return tuple(sorted({code for code in said if isinstance(code, int)}))


def outcomes(title: str, accepted: int, refused: int, unknown: int) -> Picture:
    """What becomes of inputs."""
    parts = (
        Part("accepted", accepted, "good"), Part("refused", refused, "error"), Part("not documented", unknown, "idle"),
    )  # fmt: skip
    return Picture(title, "bar", parts, said(parts))


def evidence(causes: Iterable[Cause], *, each: bool = False) -> Iterator[Picture]:
    """How well the findings are founded; ``each`` cause is one finding, however often it was seen."""
    graded: Counter[str] = Counter()
    for cause in causes:
        graded[cause.evidence] += 1 if each else cause.count
    tones: tuple[Tone, ...] = ("grade-1", "grade-2", "grade-3", "grade-4")
    parts = tuple(Part(grade, graded[grade], tones[number]) for number, grade in enumerate(GRADES))
    if any(part.number for part in parts):
        yield Picture("Findings by evidence", "bar", parts, said(parts))


def rules(
    known: Knowledge, kinds: Iterable[str], causes: Sequence[Cause], missing: Mapping[str, str], note: str = ""
) -> Picture:
    """Every rule that speaks of such inputs: what it found, or why it was silent."""
    worst: dict[str, str] = {}
    numbers: Counter[str] = Counter()
    for cause in causes:
        numbers[cause.code] += cause.count
        if rank(cause.severity) >= rank(worst.get(cause.code, "")):
            worst[cause.code] = cause.severity
    parts = []
    for rule in known.of_kinds(kinds):
        if rule.code in worst:
            severity = worst[rule.code]
            parts.append(
                Part(rule.code, 1, tone(severity), f"found {severity}s: {numbers[rule.code]:,}".replace("infos", "info"))
            )
        elif rule.code in missing:
            parts.append(Part(rule.code, 1, "idle", f"not checked: the org profile has no {missing[rule.code]}"))
        else:
            parts.append(Part(rule.code, 1, "good", "found nothing"))
    found = sum(part.name in worst for part in parts)
    silent = sum(part.tone == "idle" for part in parts)
    text = f"{len(parts)} rules: {found} found something, {len(parts) - found - silent} found nothing, {silent} not checked."
    return Picture("Rules", "grid", tuple(parts), text, note)


def laws(names: Iterable[str], causes: Sequence[Cause]) -> Picture:
    """Every law across inputs: how many it found."""
    found = {cause.code: cause for cause in causes}
    parts = tuple(
        Part(
            name,
            1,
            tone(found[name].severity),
            f"found {found[name].severity}s: {found[name].count:,}".replace("infos", "info"),
        )
        if name in found
        else Part(name, 1, "good", "found nothing")
        for name in names
    )
    number = sum(part.name in found for part in parts)
    return Picture("Laws across records", "grid", parts, f"{len(parts)} laws: {number} found something.")


def codes(title: str, numbers: Mapping[int, int], known: Knowledge, unit: str) -> Picture:
    """API codes, most frequent first, of all that are documented."""
    documented = known.api_codes
    ordered = sorted(numbers.items(), key=lambda item: (-item[1], item[0]))
    parts = tuple(
        Part(str(code), number, _code_tone(documented[code].kind if code in documented else ""), known.api(code))
        for code, number in ordered
    )
    seen = sum(code in documented for code in numbers)
    text = f"{seen} of {len(documented)} documented codes; the figures count {unit}s." if parts else "No code at all."
    return Picture(title, "bars", parts, text)


def _code_tone(kind: str) -> Tone:
    return "error" if kind == "error" else "warning" if kind == "warning" else "idle"


def not_checked(data: Mapping[str, Any]) -> Iterator[Table]:
    """What could not be checked for want of sections in the org profile."""
    rows = tuple(
        (str(gap.get("section", "")), ", ".join(map(str, gap.get("rules") or ()))) for gap in data.get("not_checked") or ()
    )
    if rows:
        note = "Name the org's settings in an org profile (--org FILE), and these rules speak."
        yield Table(
            "Not checked", ("Section the org profile lacks", "Rules that are silent for want of it"), rows, note=note
        )


def said(parts: Iterable[Part]) -> str:
    """The parts of a whole in a sentence."""
    return ", ".join(f"{part.name}: {part.number:,}" for part in parts) + "."
