"""What a run of ``fuzz`` has tested, as pictures: rules, laws, keywords of the schema, API codes.

An entry says how often its matter was tested, as a number, a truth value, or members such as ``tested`` or ``broken``; or
why it was not, as ``not_tested``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from contract_kit.reporters.html import gathering
from contract_kit.reporters.html.knowledge import Knowledge
from contract_kit.reporters.html.model import Cause, Part, Picture

_NUMBERS = ("tested", "broken", "kept")


def pictures(
    data: Mapping[str, Any], known: Knowledge, causes: Sequence[Cause], broken: Mapping[str, str]
) -> Iterator[Picture]:
    """One picture for each kind of matter that the report speaks of. ``broken`` maps names of matters to the keys of the
    causes that they are the reason of."""
    coverage = data.get("coverage") or {}
    found = {cause.key: cause for cause in causes}
    yield from gathering.evidence(causes, each=True)
    for member, title, what in (("rules", "Rules", "rule"), ("laws", "Laws", "law")):
        entries = coverage.get(member)
        if isinstance(entries, Mapping) and entries:
            parts = tuple(
                _part(str(name), entry, found.get(broken.get(str(name), str(name)))) for name, entry in entries.items()
            )
            tested = sum(part.tone != "idle" for part in parts)
            yield Picture(title, "grid", parts, f"{tested} of {len(parts)} {what}s tested.")
    yield from _keywords(coverage.get("keywords"))
    codes = {int(code): int(number) for code, number in (coverage.get("api_codes") or {}).items() if str(code).isdigit()}
    if codes or "api_codes" in coverage:
        yield gathering.codes("API codes seen", codes, known, "answer")


def _part(name: str, entry: object, cause: Cause | None) -> Part:
    number, why = _tested(entry)
    if cause is not None:
        return Part(name, 1, gathering.tone(cause.severity), f"broken: {cause.code}", cause.key)
    if number and why:
        return Part(name, 1, "warning", f"tested on one side: {why}")
    if number:
        return Part(name, 1, "good", "tested" if number is True else f"tested: {number:,} cases")
    return Part(name, 1, "idle", f"not tested: {why}" if why else "not tested")


def _tested(entry: object) -> tuple[int, str]:
    """How often, and why not."""
    if not isinstance(entry, Mapping):
        return (entry, "") if isinstance(entry, int) else (0, str(entry or ""))
    said = [entry[name] for name in _NUMBERS if isinstance(entry.get(name), int)]
    if said and all(isinstance(one, bool) for one in said):
        return any(said), str(entry.get("not_tested") or "")
    return sum(said), str(entry.get("not_tested") or "")


def _keywords(entries: object) -> Iterator[Picture]:
    if not isinstance(entries, Mapping) or not entries:
        return
    parts = []
    for name, entry in entries.items():
        said = entry if isinstance(entry, Mapping) else {}
        valid, invalid = (int(said.get(side) or 0) for side in ("valid", "invalid"))
        if valid and invalid:
            parts.append(Part(str(name), 1, "good", f"on both sides: {valid:,} valid, {invalid:,} invalid"))
        elif valid or invalid:
            parts.append(Part(str(name), 1, "warning", f"on one side: {valid:,} valid, {invalid:,} invalid"))
        else:
            parts.append(Part(str(name), 1, "idle", "not tested"))
    both = sum(part.tone == "good" for part in parts)
    text = f"{both} of {len(parts)} keywords tested on both sides, with values that keep to them and values that do not."
    yield Picture("Keywords of the schema", "grid", tuple(parts), text)
