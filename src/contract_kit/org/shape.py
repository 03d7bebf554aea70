"""A profile held to its JSON Schema, with what breaks it said in the words of someone who writes YAML.

``schema.json`` beside this module is the format, for this kit and for editors. The engine finds every breach;
here each becomes a message with the place in the file and the way out."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from contract_kit.findings import Pointer
from contract_kit.names import nearest
from contract_kit.org.document import INTEGER_KEYS, Document, clipped
from contract_kit.org.vocabulary import TYPE_WORDS

SCHEMA_ID = "urn:contract-kit:org-profile:1"

_KINDS = {
    "string": "text",
    "array": "a list",
    "object": "a mapping",
    "integer": "a whole number",
    "boolean": "true or false",
    "null": "null",
}
_MAPPING_EXAMPLES: dict[Pointer, str] = {
    (): "org: my-brand",
    ("api",): "refusalStatus: 400",
    ("sources",): "INSTORE: {}",
    ("registration",): "mandatory: [mobile]",
    ("registration", "mobile"): "minDigits: 7",
    ("registration", "externalId"): "maxLength: 64",
    ("customerStatus",): "labels: [active]",
    ("programs",): "469: {tiers: 3}",
    ("cards",): "series: {73: [ACTIVE]}",
    ("cards", "series"): "73: [ACTIVE]",
    ("extendedFields",): "city: {type: string}",
}
_BARE = {"integer": re.compile("0|[1-9][0-9]{0,6}"), "boolean": re.compile("true|false")}
_ENTRY_EXAMPLES: dict[Pointer, str] = {
    ("sources",): "{accounts: [an-account]}",
    ("programs",): "{tiers: 3}",
    ("extendedFields",): "{type: string}",
}


def schema_path() -> Path:
    """Where the profile's JSON Schema is in this installation, for editors."""
    return Path(__file__).with_name("schema.json")


@cache
def schema() -> dict[str, Any]:
    """The profile's JSON Schema."""
    loaded: dict[str, Any] = json.loads(schema_path().read_text("utf-8"))
    return loaded


def check_shape(document: Document) -> None:
    """Note in the document everything in which it breaks the schema."""
    for error in _validator().iter_errors(document.data):
        breach = _Breach(document, error)
        _SAYINGS.get(error.kind.name, _Breach.anything)(breach)


@cache
def _validator() -> Any:
    import jsonschema_rs

    return jsonschema_rs.Draft202012Validator(schema(), offline=True)


def suggestion(word: str, known: Sequence[str], *, otherwise: str) -> str:
    """A hint: the known name that a word comes nearest to, else what to do ``otherwise``."""
    # Comparing costs length times length for each name: beyond these sizes nobody mistyped a name.
    near = nearest(word, known) if len(word) <= 100 and len(known) <= 500 else None
    return f"Did you mean {near}?" if near else otherwise


class _Breach:
    """One error of the engine, on its way to becoming words."""

    def __init__(self, document: Document, error: Any) -> None:
        self.document = document
        self.pointer = _pointer(document.data, error.instance_path)
        self.kind = error.kind
        self.path = error.schema_path
        self.value = error.instance

    def anything(self) -> None:
        self._complain(f"breaks the format ({self.kind.name})")

    def _complain(self, message: str, hint: str | None = None) -> None:
        self.document.complain(self.pointer, message, hint)

    def kind_of_value(self) -> None:
        wanted = [kind for kind in ("object", "array", "string", "integer", "boolean", "null") if kind in self.kind.types]
        kinds = " or ".join(_KINDS[kind] for kind in wanted)
        value, scalar = self.value, not isinstance(self.value, list | dict)
        written = self.document.written(self.pointer, value) if scalar else ""
        if value is None:
            empty = {"object": "; write {} for none", "array": "; write [] for none"}.get(wanted[0], "")
            entry = isinstance(self.pointer[-1], int) if self.pointer else False
            hint = "Take the entry out" if entry else f"Leave the key out if it is not known{empty}"
            self._complain(f"has nothing in it; {kinds} is wanted", hint)
        elif "string" in wanted and scalar:
            read = "a truth value" if isinstance(value, bool) else "a number"
            quoted = clipped(written)
            self._complain(f"must be text, but {written} is read as {read}", f"Quote it: {quoted}")
        elif wanted[0] == "array" and isinstance(value, str):
            self._complain(f"must be a list, not {_kind(value)}", f"Put it in brackets: [{written}]")
        elif wanted[0] == "object":
            example = _MAPPING_EXAMPLES.get(self.pointer) or _ENTRY_EXAMPLES.get(self.pointer[:-1])
            hint = f"Write keys with values, such as {example}" if example else "Write keys with values, or {}"
            self._complain(f"must be a mapping, not {_kind(value)}", hint)
        else:
            shown = f"{_kind(value)} ({written})" if scalar else _kind(value)
            form = _BARE.get(wanted[0])
            bare = isinstance(value, str) and form is not None and form.fullmatch(value)
            self._complain(f"must be {kinds}, not {shown}", f"Write {value} without quotes" if bare else None)

    def choice(self) -> None:
        options = list(self.kind.options)
        listed = ", ".join(map(str, options))
        if isinstance(self.value, list | dict) or self.value is None:
            hint = "Leave the key out if it is not known" if self.value is None else None
            self._complain(f"must be one of {listed}, not {_kind(self.value)}", hint)
            return
        written = self.document.written(self.pointer, self.value)
        words = [option for option in options if isinstance(option, str)]
        hint = None
        if isinstance(self.value, str):
            bare = self.value in [str(option) for option in options]
            other = TYPE_WORDS.get(self.value.casefold(), "")
            otherwise = f"Write {other}" if other in words else ""
            hint = f"Write {self.value} without quotes" if bare else suggestion(self.value, words, otherwise=otherwise)
        self._complain(f"must be one of {listed}, not {written}", hint or None)

    def unknown_names(self) -> None:
        known = list(_at(self.path[:-1]).get("properties", {}))
        for name in self.kind.unexpected:
            at = (*self.pointer, name)
            if self.pointer in INTEGER_KEYS:
                what = "a loyalty program" if self.pointer == ("programs",) else "a card series"
                message, hint = f"{what} goes by its number, not {clipped(name)}", "Write the id in digits"
            elif self.pointer == ("sources",):
                message = f"unknown source {clipped(name)}"
                hint = suggestion(name, known, otherwise=f"The sources are {', '.join(known)}")
            else:
                message = f"unknown key {clipped(name)}"
                hint = suggestion(name, known, otherwise=_home(name) or f"The keys here are {', '.join(known)}")
            self.document.complain(at, message, hint, key=True)

    def repetition(self) -> None:
        seen: set[str] = set()
        for index, item in enumerate(self.value):
            at, same = (*self.pointer, index), json.dumps(item, sort_keys=True)
            if same in seen:
                said = _kind(item) if isinstance(item, list | dict) else self.document.written(at, item)
                self.document.complain(at, f"{said} is listed twice", "Keep one of them")
            seen.add(same)

    def empty_text(self) -> None:
        entry = isinstance(self.pointer[-1], int)
        self._complain("must not be empty", "Take the entry out" if entry else "Leave it out if it is not known")

    def empty_list(self) -> None:
        self._complain("must list at least one value", "Leave it out if it is not known")

    def too_small(self) -> None:
        self._complain(f"must be at least {self.kind.limit}, not {self.value}")

    def too_large(self) -> None:
        self._complain(f"must be at most {self.kind.limit}, not {self.value}")

    def form(self) -> None:
        pattern = self.kind.pattern
        likely = [text for text in (self.value.upper(), self.value.lstrip("+0 ")) if re.fullmatch(pattern, text)]
        message = f"{self.document.written(self.pointer, self.value)}: {_pattern_messages()[pattern]}"
        self._complain(message, f"Write {clipped(likely[0])}" if likely else None)


_SAYINGS: dict[str, Callable[[_Breach], None]] = {
    "type": _Breach.kind_of_value,
    "enum": _Breach.choice,
    "additionalProperties": _Breach.unknown_names,
    "uniqueItems": _Breach.repetition,
    "minLength": _Breach.empty_text,
    "minItems": _Breach.empty_list,
    "minimum": _Breach.too_small,
    "maximum": _Breach.too_large,
    "pattern": _Breach.form,
}


def _pointer(data: Any, path: Sequence[str | int]) -> Pointer:
    """The engine's path, with keys as the text they are: it gives a key of digits as a number."""
    steps: list[str | int] = []
    for step in path:
        steps.append(str(step) if isinstance(data, dict) else step)
        data = data[steps[-1]]
    return tuple(steps)


def _kind(value: object) -> str:
    if isinstance(value, bool):
        return "a truth value"
    names = {
        str: "text",
        int: "a number",
        float: "a number",
        list: "a list",
        dict: "a mapping",
        type(None): "null",
    }
    return names[type(value)]


def _at(path: Sequence[str | int]) -> dict[str, Any]:
    """The part of the schema that an engine's schema path leads to."""
    node: Any = schema()
    for step in path:
        node = schema()["$defs"][node["$ref"].rpartition("/")[2]] if step == "$ref" else node[step]
    found: dict[str, Any] = node
    return found


def _walk(node: Any, place: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every part of the schema that describes a value, with the dotted name of its place where it has one."""
    yield place, node
    for name, part in node.get("properties", {}).items():
        yield from _walk(part, f"{place}.{name}" if place else name)
    for key in ("items", "additionalProperties"):
        if isinstance(node.get(key), dict):
            yield from _walk(node[key])
    for part in [*node.get("patternProperties", {}).values(), *node.get("$defs", {}).values()]:
        yield from _walk(part)


@cache
def _pattern_messages() -> dict[str, str]:
    return {node["pattern"]: node["patternErrorMessage"] for _, node in _walk(schema()) if "pattern" in node}


def _home(name: str) -> str | None:
    """A hint for a key that the format has, but in another place."""
    for place, _ in _walk(schema()):
        head, _, last = place.rpartition(".")
        if last == name:
            return f"{name} belongs under {head}" if head else f"{name} belongs at the left margin"
    return None
