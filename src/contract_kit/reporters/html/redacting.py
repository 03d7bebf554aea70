"""What of an input may stand in a page that nobody asked to hold personal data: its shape, and words of the contract."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from contract_kit.reporters.html.excerpt import Path, Say, SayKey, plainly
from contract_kit.reporters.html.knowledge import Knowledge
from contract_kit.showing import count, kind_of

_NAME = re.compile(r"[A-Za-z][A-Za-z_.-]{0,39}[0-9]{0,3}")
_FREE = frozenset({"fields", "extendedFields", "customFields"})
"""Below these stand names and values of an organisation's own making."""
_SECRET = re.compile(r"(?i)authori[sz]ation|cookie|token|secret|password|api-?key")
HIDDEN = "(left out)"


class Redacted:
    """Shows what the contract names, truth values, and HTTP statuses; describes anything else."""

    def __init__(self, known: Knowledge) -> None:
        self._words = known.vocabulary
        self._codes = known.api_codes

    def say(self, path: Path, value: object) -> str:
        """A value that is no container: as JSON where it may be shown, else what kind of value it is."""
        if value is None or isinstance(value, bool):
            return json.dumps(value)
        name = path[-1] if path else ""
        if not _FREE & set(path):
            if isinstance(value, str) and value in self._words.get(str(name), ()):
                return json.dumps(value, ensure_ascii=False)
            if isinstance(value, int) and name in ("status", "code") and (100 <= value < 600 or value in self._codes):
                return str(value)
        return f"‹{kind_of(value)}›"

    def say_key(self, key: str) -> str:
        """The name of a member where it looks like one."""
        return key if key in self._words or _NAME.fullmatch(key) else f"‹a name of {count(len(key), 'character')}›"


def manner(known: Knowledge, *, show_values: bool) -> tuple[Say, SayKey]:
    """How values and names of members are shown."""
    if show_values:
        return plainly, lambda key: key
    redacted = Redacted(known)
    return redacted.say, redacted.say_key


def headers(given: Any) -> tuple[tuple[str, str], ...]:
    """Headers in their order, as a mapping or as pairs, without credentials."""
    pairs = given.items() if isinstance(given, Mapping) else [entry for entry in given or () if len(entry) == 2]
    return tuple((str(name), HIDDEN if _SECRET.search(str(name)) else str(value)) for name, value in pairs)
