"""Known deviations: a file, reviewed by people, that mutes single findings by their fingerprint.

An entry mutes only if it has a reason, and until the day on which it expires. One that nothing was found for is told of, so
that the file does not outlive what it excuses.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from contract_kit.errors import InputError
from contract_kit.fuzz.findings import FuzzFinding
from contract_kit.fuzz.report import FuzzReport
from contract_kit.fuzz.running import SPENT
from contract_kit.fuzz.steps import SUITES

VERSION = "1"
_FINGERPRINT = re.compile(r"[0-9a-f]{16}")
_MEMBERS = ("fingerprint", "code", "cause", "message", "shows", "reason", "expires")
_HEAD = """\
# Known deviations, for contract-kit fuzz --baseline. Each entry mutes one finding, by its fingerprint.
# Write a reason: an entry without one mutes nothing. An expiry date (expires: "2027-01-31") is optional; it is the last
# day on which the entry mutes. Where a finding shows in more causes or places than "shows" lists, it is not muted.
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """One known deviation. ``shows`` are the causes and places in which it is known: where it shows in another one, too, it
    mutes nothing; ``None`` leaves that open. ``line`` is where it stands in the file, from 1."""

    fingerprint: str
    code: str = ""
    cause: str = ""
    message: str = ""
    shows: tuple[str, ...] | None = None
    reason: str = ""
    expires: date | None = None
    line: int | None = None

    def called(self) -> str:
        """How messages name it."""
        matter = ": ".join(part for part in (self.code, self.cause) if part)
        return f"{self.fingerprint} ({matter})" if matter else self.fingerprint


def read(path: str) -> dict[str, Entry]:
    """The entries of a file, YAML or JSON, by fingerprint. Raises ``InputError`` with the place of what is wrong."""
    import yaml

    try:
        text = Path(path).read_text(encoding="utf-8-sig")
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except FileNotFoundError:
        raise InputError("there is no such baseline", hint="--update-baseline writes one", source=path) from None
    except OSError as error:
        raise InputError(f"cannot be read: {(error.strerror or str(error)).lower()}", source=path) from None
    except UnicodeDecodeError:
        raise InputError("cannot be read: it is not UTF-8", source=path) from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        said = getattr(error, "problem", None) or "not YAML"
        raise InputError(
            f"cannot be read: {said}",
            source=path,
            line=mark.line + 1 if mark else None,
            column=mark.column + 1 if mark else None,
        ) from None
    if root is None:
        return {}
    said = _mapping(root, path, ("version", "findings"))
    version = said.get("version")
    if version is not None and version.value != VERSION:
        raise _wrong(f"version {version.value} is not known", version, path, f"this kit reads version {VERSION}")
    listed = said.get("findings")
    entries: dict[str, Entry] = {}
    if listed is not None and not isinstance(listed, yaml.SequenceNode):
        raise _wrong("findings: not a list", listed, path)
    for node in listed.value if listed is not None else ():
        entry = _entry(node, path)
        if entry.fingerprint in entries:
            raise _wrong(f"{entry.fingerprint} stands here a second time", node, path)
        entries[entry.fingerprint] = entry
    return entries


def apply(report: FuzzReport, entries: Mapping[str, Entry], today: date | None = None) -> None:
    """Mute what is known, and add notes on entries that do not mute or that nothing was found for."""
    today = today if today is not None else datetime.now(UTC).date()
    found = {one.fingerprint: one for one in report.findings}
    for fingerprint, entry in entries.items():
        finding = found.get(fingerprint)
        if finding is None:
            whether = "it may be gone" if complete(report) else "but not all was tested"
            report.notes.append(f"baseline: {entry.called()} was not found in this run; {whether}")
        elif not entry.reason:
            report.notes.append(f"baseline: {entry.called()} mutes nothing, since it has no reason")
        elif entry.expires is not None and entry.expires < today:
            report.notes.append(f"baseline: {entry.called()} expired on {entry.expires} and mutes nothing")
        elif entry.shows is not None and (more := [one for one in _shows(finding) if one not in entry.shows]):
            shown = ", ".join(more[:3]) + (f" and {len(more) - 3} more" if len(more) > 3 else "")
            report.notes.append(f"baseline: {entry.called()} shows in more than it did and mutes nothing: {shown}")
        else:
            until = f" (until {entry.expires})" if entry.expires is not None else ""
            finding.suppressed = entry.reason + until


def complete(report: FuzzReport) -> bool:
    """Whether a run has come through the deterministic core of all suites, so that what it did not find is not there."""
    if report.interrupted or set(report.suites) != set(SUITES):
        return False
    return all(
        tally.core_done + tally.not_tested - tally.reasons.get(SPENT, 0) >= tally.core for tally in report.suites.values()
    )


def updated(report: FuzzReport, entries: Mapping[str, Entry]) -> dict[str, Entry]:
    """The entries as this run would have them: those of findings with what people wrote, new ones without a reason. What
    was not found is left out, but stays where the run was not complete."""
    kept = {} if complete(report) else dict(entries)
    for finding in report.findings:
        new = _of(finding)
        old = entries.get(finding.fingerprint)
        kept[finding.fingerprint] = new if old is None else replace(new, reason=old.reason, expires=old.expires)
    return kept


def written(entries: Iterable[Entry]) -> str:
    """The file's text, in YAML, ordered by code and cause."""
    lines = [_HEAD + f"version: {VERSION}", "findings:"]
    ordered = sorted(entries, key=lambda one: (one.code, one.cause, one.fingerprint))
    for entry in ordered:
        values: dict[str, Any] = {name: getattr(entry, name) for name in _MEMBERS}
        values["expires"] = entry.expires.isoformat() if entry.expires is not None else None
        shown = [f"{name}: {json.dumps(value)}" for name, value in values.items() if value is not None]
        lines.append("\n    ".join([f"  - {shown[0]}", *shown[1:]]))
    if not ordered:
        lines[-1] = "findings: []"
    return "\n".join(lines) + "\n"


def _of(finding: FuzzFinding) -> Entry:
    return Entry(finding.fingerprint, finding.code, finding.cause, finding.mismatch.message, _shows(finding))


def _shows(finding: FuzzFinding) -> tuple[str, ...]:
    """What a finding shows in, beside the cause that it is known by."""
    return tuple(sorted({*finding.causes, *finding.places} - {finding.cause, ""}))


def _entry(node: Any, path: str) -> Entry:
    said = _mapping(node, path, _MEMBERS)
    texts: dict[str, str] = {}
    shows = _texts(said.pop("shows"), path) if "shows" in said else None
    for name, value in said.items():
        if not isinstance(value.value, str):
            raise _wrong(f"{name}: not a text", value, path)
        null = value.tag == "tag:yaml.org,2002:null"
        texts[name] = "" if null else value.value.strip()
    fingerprint = texts.get("fingerprint", "")
    if not _FINGERPRINT.fullmatch(fingerprint):
        hint = "a report shows it: sixteen hexadecimal digits"
        raise _wrong("an entry without a fingerprint" if not fingerprint else "fingerprint: none", node, path, hint)
    expires = None
    if texts.get("expires"):
        try:
            expires = date.fromisoformat(texts["expires"])
        except ValueError:
            raise _wrong("expires: no date", said["expires"], path, "write it as 2027-01-31") from None
    code, cause, message, reason = (texts.get(name, "") for name in ("code", "cause", "message", "reason"))
    return Entry(fingerprint, code, cause, message, shows, reason, expires, node.start_mark.line + 1)


def _texts(node: Any, path: str) -> tuple[str, ...]:
    import yaml

    if not isinstance(node, yaml.SequenceNode) or not all(isinstance(one, yaml.ScalarNode) for one in node.value):
        raise _wrong("shows: not a list of texts", node, path)
    return tuple(str(one.value) for one in node.value)


def _mapping(node: Any, path: str, known: Iterable[str]) -> dict[str, Any]:
    import yaml

    if not isinstance(node, yaml.MappingNode):
        raise _wrong("not an object", node, path, f"its members are {', '.join(known)}")
    said: dict[str, Any] = {}
    for key, value in node.value:
        if key.value not in known:
            raise _wrong(f"{key.value}: not a member that is known", key, path, f"members: {', '.join(known)}")
        if key.value in said:
            raise _wrong(f"{key.value} stands here a second time", key, path)
        said[key.value] = value
    return said


def _wrong(message: str, node: Any, path: str, hint: str | None = None) -> InputError:
    mark = node.start_mark
    return InputError(message, hint=hint, source=path, line=mark.line + 1, column=mark.column + 1)
