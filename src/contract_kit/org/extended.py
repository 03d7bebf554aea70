"""The extended fields of an org, taken over from the API's own list.

``GET /v2/extendedFields`` is published in two shapes: ``entity`` with the scopes in lower case (``customer``,
``lineitem``, ``transaction``) and entries with an ``id``; and with scopes in upper case (``CUSTOMER``,
``REGULAR_LINEITEM``) and entries with an ``entityType`` (later ``baseEntityType``). Both are read; only the
customer scope belongs in a profile."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from contract_kit.errors import InputError
from contract_kit.org.document import clipped

TYPES: dict[str, str] = {
    "STRING": "string",
    "STANDARD_STRING": "string",
    "STANDARD_ENUM": "string",
    "CUSTOM_ENUM": "string",
    "COUNTRY": "string",
    "LANGUAGE": "string",
    "CURRENCY": "string",
    "INTEGER": "integer",
    "DOUBLE": "number",
    "DATETIME": "date",
}
"""The API's data types and what each is in a profile."""

_LISTS = frozenset({"STANDARD_ENUM", "CUSTOM_ENUM", "COUNTRY", "LANGUAGE", "CURRENCY"})
_REFERENCES = frozenset({"ORG_ENTITY", "ASSOCIATE_USER"})
_ASK = "Save the answer of GET /v2/extendedFields as it came, and give that"

_BARE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_READ_OTHERWISE = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
_UNREADABLE = re.compile("[\ud800-\udfff]")


def import_extended_fields(answer: object) -> tuple[dict[str, dict[str, Any]], list[str]]:
    """The profile's ``extendedFields`` section from a parsed answer of ``GET /v2/extendedFields``, and notes on what
    the answer does not tell or could not be taken over.

    | data type of the API | in the profile | note |
    |---|---|---|
    | STRING, STANDARD_STRING | ``type: string`` | |
    | STANDARD_ENUM, CUSTOM_ENUM, COUNTRY, LANGUAGE, CURRENCY | ``type: string`` | the values are not in the answer |
    | INTEGER | ``type: integer`` | |
    | DOUBLE | ``type: number`` | |
    | DATETIME | ``type: date`` | without ``format``: any of the documented forms |
    | ORG_ENTITY, ASSOCIATE_USER | no type | what their values look like is not documented |
    | any other | no type | the kit does not know it |

    A field without a type is known by its name, and its values are not checked. Raises ``InputError`` where
    the answer is none of this kind, or a refusal."""
    section: dict[str, dict[str, Any]] = {}
    notes = _Notes()
    names: set[str] = set()
    for number, entry in enumerate(_customer_entries(answer), start=1):
        name = entry.get("name") if isinstance(entry, Mapping) else None
        if not isinstance(name, str) or not name.strip() or _UNREADABLE.search(name):
            notes.add("left out, for they have no usable name: entries", str(number))
            continue
        scope = entry.get("entityType", entry.get("baseEntityType", "CUSTOMER"))
        if not isinstance(scope, str) or scope.casefold() != "customer":
            notes.add("left out, for their entityType is not the customer", clipped(name))
        elif name.casefold() in names:
            notes.add("listed more than once (letter case does not count), the first was taken", clipped(name))
        else:
            names.add(name.casefold())
            section[name] = _field(name, entry.get("dataType"), notes)
    if not section:
        notes.add("no customer field is in the answer: with this section every extended field is unknown to the org")
    return section, notes.said()


def to_yaml(section: Mapping[str, Mapping[str, Any]], notes: Sequence[str] = ()) -> str:
    """The section as a piece of YAML for a profile, the notes above it as comments."""
    lines = [f"# {' '.join(note.split())}" for note in notes]
    lines.append("extendedFields:" if section else "extendedFields: {}")
    for name, entry in section.items():
        members = ", ".join(f"{key}: {_yaml(value)}" for key, value in entry.items())
        lines.append(f"  {_yaml(name)}: {{{members}}}")
    return "\n".join(lines) + "\n"


def _customer_entries(answer: object) -> list[Any]:
    if not isinstance(answer, Mapping):
        raise InputError("not an answer of GET /v2/extendedFields: a JSON object is wanted", hint=_ASK)
    errors = answer.get("errors")
    if isinstance(errors, list) and errors:
        codes = [error.get("code") for error in errors if isinstance(error, Mapping)]
        known = ", ".join(str(code) for code in codes if isinstance(code, int) and not isinstance(code, bool))
        said = f" (code {known})" if known else ""
        hint = "Ask again with credentials that may read the org's settings"
        raise InputError(f"the answer is a refusal{said}, not a list of extended fields", hint=hint)
    scopes = answer.get("entity")
    if not isinstance(scopes, Mapping) or not scopes:
        raise InputError('not an answer of GET /v2/extendedFields: it has no fields under "entity"', hint=_ASK)
    for name, entries in scopes.items():
        if isinstance(name, str) and name.casefold() == "customer":
            if not isinstance(entries, list):
                raise InputError(f'"entity" has something else than a list under {clipped(name)}', hint=_ASK)
            return entries
    there = ", ".join(clipped(str(name)) for name in scopes)
    hint = "Only fields of the customer scope belong in a profile"
    raise InputError(f'"entity" has no customer fields, only {there}', hint=hint)


def _field(name: str, kind: object, notes: _Notes) -> dict[str, Any]:
    said = clipped(name)
    data_type = kind.upper() if isinstance(kind, str) else None
    if data_type in TYPES:
        if data_type in _LISTS:
            notes.add("the allowed values are not in the answer; where you know them, add enum: [...]", said)
        elif data_type == "DATETIME":
            notes.add(
                'any documented form of a date passes; where the org has one, add format, e.g. "YYYY/MM/DD"',
                said,
            )
        return {"type": TYPES[data_type]}
    if data_type in _REFERENCES:
        notes.add(f"what values of type {data_type} look like is not documented, so they are not checked", said)
    elif data_type is None:
        notes.add("the answer gives no data type, so their values are not checked", said)
    else:
        notes.add(f"the kit does not know the data type {clipped(data_type)}, so the values are not checked", said)
    return {}


class _Notes:
    """Notes by what they say, each with the names it is about, in the order of their first mention."""

    def __init__(self) -> None:
        self._names: dict[str, list[str]] = {}

    def add(self, text: str, *names: str) -> None:
        self._names.setdefault(text, []).extend(names)

    def said(self) -> list[str]:
        return [f"{text}: {', '.join(names)}" if names else text for text, names in self._names.items()]


def _yaml(value: object) -> str:
    """A name, or the values of one, so that any YAML reader takes it for the text that it is."""
    if isinstance(value, list | tuple):
        return f"[{', '.join(_yaml(item) for item in value)}]"
    text = str(value)
    if _BARE.fullmatch(text) and text.casefold() not in _READ_OTHERWISE:
        return text
    return '"' + "".join(_escaped(character) for character in text) + '"'


def _escaped(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    if character == " " or (character.isprintable() and character != "\ufeff"):
        return character
    code = ord(character)
    return f"\\x{code:02X}" if code < 0x100 else f"\\u{code:04X}" if code < 0x10000 else f"\\U{code:08X}"
