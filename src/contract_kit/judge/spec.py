"""The contract document as the judge reads it: facts, constraints, vocabulary and API codes, all from one OpenAPI file.

The document's own keywords (``x-facts``, ``x-refusals``, ``x-known-values``, ``x-personal``, ``x-api-codes``,
``x-rate-limit``) are described in docs/architecture.md and listed in the document's tests.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from contract_kit.errors import SpecError
from contract_kit.findings import Evidence
from contract_kit.rule import Vocabulary
from contract_kit.rules.schema import NOT_SENT
from contract_kit.view import ARRAYS, OPEN_KINDS, SINGLE_OBJECTS

HERE = Path(__file__).resolve().parent.parent
COMPILED = HERE / "data" / "contract.json"
_PLACES = (HERE / "data", HERE.parent.parent / "spec")
"""Where the hand-written files lie: in an installed package, or in a checkout."""

MEDIA_TYPE = "application/json"
_OPEN_VALUES = ("type", "statusLabel", "loyaltyType", "source")


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that is known, or was decided, about the API."""

    id: str
    evidence: Evidence
    area: str
    text: str


@dataclass(frozen=True, slots=True)
class ApiCode:
    """One entry of the registry of API codes: ``kind`` is ``error`` or ``warning``, ``status`` an HTTP status or ``any``."""

    code: int
    kind: str
    meaning: str
    status: str
    cause: str
    facts: tuple[str, ...]
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Constraint:
    """What the document says of a failing keyword: facts and their best evidence, codes of a refusal, and whether the
    value is personal."""

    facts: tuple[str, ...]
    evidence: Evidence
    codes: tuple[int, ...]
    personal: bool


def source_file(name: str) -> Path:
    """A hand-written file of ``spec/`` (``openapi.yaml``, ``facts.yaml``), wherever this installation keeps it."""
    for folder in _PLACES:
        if (folder / name).is_file():
            return folder / name
    raise SpecError(f"{name} is missing from this installation; install contract-kit again")


def read_sources(openapi: Path, facts: Path | None) -> dict[str, Any]:
    """The two YAML files as plain data. Raises ``SpecError`` with the place of what cannot be read."""
    import yaml

    found: dict[str, Any] = {}
    for name, path in (("document", openapi), ("facts", facts)):
        if path is None:
            continue
        try:
            found[name] = _json_keys(yaml.load(path.read_text(encoding="utf-8"), _loader()))  # noqa: S506
        except OSError as error:
            raise SpecError(f"{path}: cannot be read: {error.strerror}") from error
        except (UnicodeDecodeError, yaml.YAMLError) as error:
            mark = getattr(error, "problem_mark", None)
            place = f"{path}:{mark.line + 1}:{mark.column + 1}" if mark else str(path)
            raise SpecError(f"{place}: not YAML: {getattr(error, 'problem', None) or error}") from error
        except RecursionError as error:
            raise SpecError(f"{path}: contains itself, or nests too deep") from error
    return found


@cache
def _loader() -> Any:
    """The safe loader, to which a date is text, as it is in JSON."""
    import yaml

    resolvers = {
        first: [(tag, pattern) for tag, pattern in listed if tag != "tag:yaml.org,2002:timestamp"]
        for first, listed in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    return type("Loader", (yaml.SafeLoader,), {"yaml_implicit_resolvers": resolvers})


def _json_keys(node: Any) -> Any:
    """The same data with the keys that JSON has: an unquoted ``200`` is a number in YAML."""
    if isinstance(node, dict):
        return {name if isinstance(name, str) else json.dumps(name): _json_keys(child) for name, child in node.items()}
    return [_json_keys(child) for child in node] if isinstance(node, list) else node


class Spec:
    """One contract document with its facts."""

    def __init__(self, document: Mapping[str, Any], facts: Mapping[str, Any]) -> None:
        self.document = document
        if not isinstance(document, dict) or not str(document.get("openapi", "")).startswith("3.1"):
            raise SpecError("the contract is not an OpenAPI 3.1 document")
        try:
            self.operation: Mapping[str, Any] = document["paths"]["/customers"]["post"]
            self.body_schema: Mapping[str, Any] = self.operation["requestBody"]["content"][MEDIA_TYPE]["schema"]
            self.version = str(document["info"]["version"])
        except (KeyError, TypeError) as error:
            raise SpecError(f"the contract document lacks a part that the kit needs: {error}") from error
        try:
            self.facts = {
                entry["id"]: Fact(entry["id"], Evidence(entry["evidence"]), entry["area"], entry["text"])
                for entry in facts["facts"]
            }
        except (KeyError, TypeError, ValueError) as error:
            raise SpecError(f"the list of facts (facts.yaml) has another form: {error}") from error

    @classmethod
    def bundled(cls) -> Spec:
        """The project's own document, from its compiled form where there is one."""
        try:
            compiled = json.loads(COMPILED.read_bytes())
        except FileNotFoundError:
            compiled = read_sources(source_file("openapi.yaml"), source_file("facts.yaml"))
        return cls(compiled["document"], compiled["facts"])

    @classmethod
    def from_path(cls, path: Path) -> Spec:
        """Another version of the document; ``facts.yaml`` beside it is read where it is there, else the bundled one."""
        beside = path.with_name("facts.yaml")
        found = read_sources(path, beside if beside.is_file() else source_file("facts.yaml"))
        return cls(found["document"], found["facts"])

    def resolve(self, schema: Any) -> Any:
        """The schema that a chain of local references leads to."""
        for _ in range(32):
            if not isinstance(schema, dict) or "$ref" not in schema:
                return schema
            schema = self.at(str(schema["$ref"]).lstrip("#/").split("/"))
        raise SpecError("a reference in the contract document runs in a circle")

    def at(self, path: Iterable[str | int]) -> Any:
        """The node at a path of the document. Raises ``SpecError`` where there is none."""
        node: Any = self.document
        try:
            for step in path:
                node = node[int(step)] if isinstance(node, list) else node[str(step).replace("~1", "/")]
        except (KeyError, IndexError, ValueError, TypeError) as error:
            raise SpecError(f"a reference in the contract document leads nowhere: {error}") from error
        return node

    def constraint(self, path: Sequence[str | int], member: str | None = None) -> Constraint:
        """What stands behind the keyword at ``path`` (the path's last step that is a keyword); ``member`` names the
        missing member of a ``required``."""
        facts: tuple[str, ...] = ()
        codes: tuple[int, ...] = (NOT_SENT,)
        personal = False
        graded: str | None = None
        node: Any = self.document
        keyword = next((str(step) for step in reversed(path) if isinstance(step, str)), "")
        wanted = f"{keyword}.{member}" if member is not None else keyword
        for step in path:
            if isinstance(node, dict):
                if "x-facts" in node:
                    facts = tuple(node["x-facts"])
                    graded = node.get("x-evidence")
                codes = tuple(node.get("x-refusals", {}).get(wanted, codes))
                personal = bool(node.get("x-personal", personal))
                node = node.get(step)
            elif isinstance(node, list) and isinstance(step, int) and step < len(node):
                node = node[step]
            else:
                break
        if member is not None:
            # A missing member rests on what is known of the member, rather than of the object that lacks it.
            owner = self.at(path[: len(path) - 1 - list(reversed(path)).index("required")])
            own = self.resolve(owner.get("properties", {}).get(member, {}))
            facts, graded = tuple(own.get("x-facts", facts)), own.get("x-evidence")
        return Constraint(facts, Evidence(graded) if graded else self.best_evidence(facts), codes, personal)

    def best_evidence(self, facts: Iterable[str]) -> Evidence:
        """The best grade among facts; ``assumed`` for none."""
        grades = [self.facts[fact].evidence for fact in facts if fact in self.facts]
        return max(grades, key=lambda grade: grade.rank, default=Evidence.ASSUMED)

    @cached_property
    def api_codes(self) -> dict[int, ApiCode]:
        """The registry of API codes, in the document's order."""
        return {
            entry["code"]: ApiCode(
                entry["code"], entry["kind"], entry["meaning"], str(entry["status"]), entry["cause"],
                tuple(entry["facts"]), Evidence(entry["evidence"]),
            )
            for entry in self.document["x-api-codes"]
        }  # fmt: skip

    @cached_property
    def object_schemas(self) -> dict[str, Mapping[str, Any]]:
        """Kind of object in a body -> its resolved schema."""
        found: dict[str, Mapping[str, Any]] = {}
        waiting: list[tuple[str, Any]] = [("body", self.body_schema)]
        while waiting:
            kind, reference = waiting.pop(0)
            schema = self.resolve(reference)
            found[kind] = schema
            properties = schema.get("properties", {})
            for member, child in SINGLE_OBJECTS.get(kind, {}).items():
                if member in properties:
                    waiting.append((child, properties[member]))
            for member, child in ARRAYS.get(kind, {}).items():
                if member in properties:
                    waiting.append((child, self.resolve(properties[member]).get("items", {})))
        return found

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """Members and values as rules see them."""
        members = {
            kind: tuple(schema.get("properties", {}))
            for kind, schema in self.object_schemas.items()
            if kind not in OPEN_KINDS
        }
        values: dict[str, tuple[str, ...]] = {}
        for kind, schema in self.object_schemas.items():
            for member in _OPEN_VALUES:
                known = self.resolve(schema.get("properties", {}).get(member, {}))
                if "x-known-values" in known:
                    values[f"{kind}.{member}"] = tuple(known["x-known-values"])
        source = self.resolve(self.object_schemas["profile"]["properties"]["source"])
        values["source"] = tuple(source["enum"])
        codes = {code: entry.kind for code, entry in self.api_codes.items()}
        statuses = frozenset(int(status) for status in self.operation["responses"] if status.isdigit())
        return Vocabulary(members, values, codes, statuses | {404})
