"""What can be compared: an OpenAPI document, the kit's compiled contract, or an exported list of rules, with places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from contract_kit import jsontext
from contract_kit.contract import Contract
from contract_kit.contract import Document as Text
from contract_kit.diff.shape import misshapen
from contract_kit.errors import InputError, SpecError
from contract_kit.findings import Evidence, Pointer, Severity, escape_pointer
from contract_kit.judge.documents import Plain
from contract_kit.judge.spec import Spec
from contract_kit.records.finding import format_of, unreadable
from contract_kit.records.yamltext import documents

BUNDLED = "the kit's own"
_HINT = "Name an OpenAPI 3 document of the contract, a contract.json, or what contract-kit rules --format json printed"
_TOLERATED = frozenset({"json-duplicate-key", "json-bom"})


@dataclass(frozen=True, slots=True)
class Subject:
    """One of the two things compared. ``kind`` is ``document`` or ``rules``; ``prefix`` is the path of the document in its
    file (not empty in a compiled contract); ``facts`` are there where the file brings them."""

    name: str
    kind: str
    data: Any
    text: Text
    prefix: Pointer = ()
    facts: Sequence[Mapping[str, Any]] = field(default=())

    def line(self, path: Pointer) -> int | None:
        """The line of what stands at a path, or of the nearest thing above it."""
        place = self.text.position(path)
        return place[0] if place else None

    def contract(self) -> Contract:
        """The contract that judges by this document. Raises ``SpecError`` where the judge could not work with it."""
        from contract_kit.judge.soundness import verify

        facts = {"facts": self.facts} if self.facts else _own_facts()
        try:
            spec = Spec(self.data, facts)
            verify(spec)
            return Contract(spec)
        except SpecError as error:
            hint = error.hint or "Payloads can only be judged by a whole document"
            raise SpecError(error.message, hint=hint, source=self.name) from None


@cache
def bundled() -> Subject:
    """The document of this kit."""
    spec = Contract.bundled().spec
    facts = [
        {"id": fact.id, "evidence": fact.evidence.value, "area": fact.area, "text": fact.text}
        for fact in spec.facts.values()
    ]
    return Subject(BUNDLED, "document", spec.document, Plain(spec.document), (), facts)


def read(name: str) -> Subject:
    """The subject in a file. Raises ``InputError`` with the place of what cannot be read or compared."""
    text = text_of(name)
    value = text.value
    if isinstance(value, dict) and isinstance(value.get("document"), dict):
        facts = value.get("facts")
        listed = facts.get("facts", ()) if isinstance(facts, dict) else ()
        return Subject(name, "document", _openapi(name, value["document"], text, ("document",)), text, ("document",), listed)
    if isinstance(value, dict):
        return Subject(name, "document", _openapi(name, value, text, ()), text)
    if isinstance(value, list) and value and all(isinstance(entry, dict) and "code" in entry for entry in value):
        _sound(name, value, text)
        return Subject(name, "rules", value, text)
    raise InputError("holds nothing that can be compared", hint=_HINT, source=name)


def text_of(name: str) -> Text:
    """The one document in a file, JSON or YAML, with its places."""
    try:
        data = Path(name).read_bytes()
    except OSError as error:
        raise unreadable(name, error) from None
    is_json = format_of(name) == "json" or data.lstrip()[:1] in (b"{", b"[")
    found: list[Text] = [jsontext.parse(data)] if is_json else list(documents(data))
    if len(found) != 1:
        said = "holds nothing" if not found else "holds more than one document"
        raise InputError(said, hint=_HINT, source=name)
    for problem in found[0].problems:
        if problem.kind not in _TOLERATED:
            raise InputError(
                problem.message, hint="It must be JSON or YAML", source=name, line=problem.line, column=problem.column
            )
    return found[0]


def _openapi(name: str, value: dict[str, Any], text: Text, at: Pointer) -> dict[str, Any]:
    version = str(value.get("openapi", ""))
    if not version.startswith("3."):
        place = text.position(at)
        if "swagger" in value or version:
            raise InputError(f"is OpenAPI {value.get('swagger', version)}", hint="Convert it to OpenAPI 3", source=name)
        hint = "Org profiles are compared with --org OLD:NEW" if {"org", "sources", "registration"} & value.keys() else _HINT
        raise InputError("is no OpenAPI document", hint=hint, source=name, line=place[0] if place else None)
    if not isinstance(value.get("paths"), dict):
        raise InputError("has no paths", hint="An OpenAPI document of the contract has paths./customers.post", source=name)
    wrong = next(misshapen(value), None)
    if wrong is not None:
        place = text.position((*at, *wrong.path))
        said = f"{escape_pointer((*at, *wrong.path))} is not {wrong.wanted}"
        raise InputError(said, hint="Correct it there", source=name, line=place[0] if place else None)
    return value


def _sound(name: str, rules: list[Any], text: Text) -> None:
    """Raise for a list of rules that speaks of severities or grades that there are not."""
    for index, rule in enumerate(rules):
        for member, known in (("severity", Severity), ("evidence", Evidence)):
            if rule.get(member) not in tuple(known):
                place = text.position((index, member))
                said = f"/{index}/{member} is none of {', '.join(known)}"
                raise InputError(said, hint=_HINT, source=name, line=place[0] if place else None)


def _own_facts() -> dict[str, Any]:
    return {"facts": list(bundled().facts)}
