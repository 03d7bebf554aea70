"""What a JSON Schema cannot say of a profile: names that must exist, bounds that must fit, parts that must
agree.

Every check looks at its own part and stays silent where that part is missing or misshapen; the schema speaks
of that."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeGuard

from contract_kit.findings import Pointer
from contract_kit.org.document import Document, clipped
from contract_kit.org.shape import suggestion
from contract_kit.org.vocabulary import IDENTIFIER_TYPES, MANDATORY, MANDATORY_IDENTIFIERS

_FIELD_LISTS = {"fields": "customFields", "extendedFields": "extendedFields"}


def check_meaning(document: Document) -> None:
    """Note in the document everything that makes no sense, or not together."""
    if not isinstance(document.data, Mapping):
        return
    data: Mapping[str, Any] = document.data
    registration = _mapping(data.get("registration"))
    _bounds(document, ("registration", "mobile"), _mapping(registration.get("mobile")), "minDigits", "maxDigits")
    external = _mapping(registration.get("externalId"))
    _bounds(document, ("registration", "externalId"), external, "minLength", "maxLength")
    _prefix(document, external)
    _identifier_types(document, data.get("identifierTypes"))
    _primary(document, registration.get("primaryIdentifier"), data.get("identifierTypes"))
    _mandatory(document, registration.get("mandatory"), data)
    _default_status(document, _mapping(data.get("customerStatus")))
    _extended(document, _mapping(data.get("extendedFields")))


def _bounds(document: Document, at: Pointer, rules: Mapping[str, Any], least: str, most: str) -> None:
    low, high = rules.get(least), rules.get(most)
    if _is_number(low) and _is_number(high) and low > high:
        document.complain((*at, least), f"{least} {low} is more than {most} {high}", "Exchange or correct them")


def _prefix(document: Document, rules: Mapping[str, Any]) -> None:
    prefix, longest = rules.get("prefix"), rules.get("maxLength")
    if isinstance(prefix, str) and _is_number(longest) and len(prefix) > longest:
        message = f"the prefix alone has {len(prefix)} characters, and maxLength is {longest}"
        document.complain(("registration", "externalId", "prefix"), message, "maxLength counts the prefix")


def _identifier_types(document: Document, types: object) -> None:
    for index, name in _texts(types):
        if name not in IDENTIFIER_TYPES and name.casefold() in {known.casefold() for known in IDENTIFIER_TYPES}:
            message = f"unknown identifier type {clipped(name)}; letter case counts"
            hint = suggestion(name, IDENTIFIER_TYPES, otherwise="")
            document.complain(("identifierTypes", index), message, hint)


def _primary(document: Document, primary: object, types: object) -> None:
    at = ("registration", "primaryIdentifier")
    if not isinstance(primary, str) or not primary:
        return
    if isinstance(types, list):
        if primary not in types:
            listed = [name for _, name in _texts(types)]
            hint = suggestion(primary, listed, otherwise="Add it there, or name one of those")
            document.complain(at, f"{clipped(primary)} is not among identifierTypes", hint)
    elif primary not in IDENTIFIER_TYPES:
        hint = suggestion(primary, IDENTIFIER_TYPES, otherwise="If it is this org's own type, list it in identifierTypes")
        document.complain(at, f"unknown identifier type {clipped(primary)}", hint)


def _mandatory(document: Document, mandatory: object, data: Mapping[str, Any]) -> None:
    for index, name in _texts(mandatory):
        at = ("registration", "mandatory", index)
        head, dot, field = name.partition(".")
        if dot and head in _FIELD_LISTS:
            section = _FIELD_LISTS[head]
            declared = [one for one in data[section] if isinstance(one, str)] if _listing(data, section) else None
            if not field:
                document.complain(at, f"{clipped(name)} names no field", f"Write {head}.NAME")
            elif declared is not None and not _declares(declared, field, any_case=head == "extendedFields"):
                hint = suggestion(field, declared, otherwise=f"Add it to {section}, or take it out here")
                document.complain(at, f"{clipped(name)}: {section} does not list {clipped(field)}", hint)
        elif name not in MANDATORY:
            names = f"{', '.join(MANDATORY)}, fields.NAME, extendedFields.NAME"
            hint = suggestion(name, MANDATORY, otherwise=f"There are {names}")
            document.complain(at, f"unknown attribute {clipped(name)}", hint)
        elif name in MANDATORY_IDENTIFIERS and name not in _identifiers(data, otherwise=name):
            message = f"{name} is mandatory, but identifierTypes does not list it: no registration could pass"
            document.complain(at, message, "Add it there, or take it out here")


def _identifiers(data: Mapping[str, Any], *, otherwise: str) -> list[object]:
    types = data.get("identifierTypes")
    return types if isinstance(types, list) else [otherwise]


def _declares(declared: list[str], field: str, *, any_case: bool) -> bool:
    if any_case:
        return field.casefold() in {name.casefold() for name in declared}
    return field in declared


def _default_status(document: Document, status: Mapping[str, Any]) -> None:
    default, labels = status.get("default"), status.get("labels")
    if isinstance(default, str) and default and isinstance(labels, list) and default not in labels:
        listed = [name for _, name in _texts(labels)]
        hint = suggestion(default, listed, otherwise="Add it to labels, or write null where none is set")
        document.complain(("customerStatus", "default"), f"{clipped(default)} is not among labels", hint)


def _extended(document: Document, fields: Mapping[str, Any]) -> None:
    seen: dict[str, str] = {}
    for name, field in fields.items():
        at = ("extendedFields", name)
        first = seen.setdefault(name.casefold(), name)
        if not name.strip():
            document.complain(at, "an extended field has no name", "Name it", key=True)
        elif first != name:
            message = f"{clipped(name)} and {clipped(first)} are one field: letter case does not count here"
            document.complain(at, message, "Keep one of them", key=True)
        _extended_field(document, at, _mapping(field))


def _extended_field(document: Document, at: Pointer, field: Mapping[str, Any]) -> None:
    kind = field.get("type")
    if "enum" in field and kind in ("integer", "number", "boolean", "date"):
        document.complain((*at, "enum"), f"a field of type {kind} has no list of values", "Lists go with type: string")
    form = field.get("format")
    if form is None:
        return
    if kind in ("string", "integer", "number", "boolean") or "type" not in field:
        said = f"a field of type {kind}" if "type" in field else "a field without a type"
        document.complain((*at, "format"), f"{said} has no format", "format goes with type: date")
    elif isinstance(form, str) and any(form.count(part) != 1 for part in ("YYYY", "MM", "DD")):
        document.complain((*at, "format"), f"{clipped(form)}: YYYY, MM and DD are to stand there once each")


def _listing(data: Mapping[str, Any], section: str) -> bool:
    return isinstance(data.get(section), list | dict)


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _texts(value: object) -> Iterator[tuple[int, str]]:
    items: Iterable[object] = value if isinstance(value, list) else ()
    return ((index, item) for index, item in enumerate(items) if isinstance(item, str) and item)


def _is_number(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)
