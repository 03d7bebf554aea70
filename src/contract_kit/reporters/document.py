"""Where a finding lies for readers that want a file and a line: the payload's, or else the line of ``openapi.yaml`` that
speaks of the place, for findings on what came on standard input, from a program or over the wire.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from contract_kit.findings import Finding, Location, Part, Pointer
from contract_kit.reporters.words import STDIN

if TYPE_CHECKING:
    from yaml import MappingNode, Node

NAME = "openapi.yaml"
_KEYWORDS = ("allOf", "anyOf", "oneOf", "if", "then", "else")


class Spot(NamedTuple):
    """A file as a finding names it, a line, and a column where one is known; both count from 1."""

    file: str
    line: int
    column: int | None


def spot(finding: Finding, base: str | None = None) -> Spot:
    """Where a finding lies. ``base`` is the folder that the run is about, the working folder where it is ``None``."""
    if finding.source is not None and finding.source != STDIN:
        return Spot(finding.source, finding.line or 1, finding.column)
    return Spot(_address(Path(base or ".").absolute()), line_of(finding.location), None)


def within(source: str, base: str | None) -> str | None:
    """The path of a file relative to the folder that the run is about; ``None`` for files outside it."""
    root = Path(base or ".").absolute()
    # Without "..", but links are left as they are, since a checkout's root may be one.
    path = Path(os.path.normpath(root / source))
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else None


def _address(root: Path) -> str:
    """The document's path where it lies in the folder, as in this project's own; its bare name elsewhere."""
    from contract_kit.judge.spec import source_file

    file = source_file(NAME)
    return file.relative_to(root).as_posix() if file.is_relative_to(root) else NAME


def line_of(location: Location) -> int:
    """The line of the bundled ``openapi.yaml`` on which the place is declared, or the nearest one around it."""
    return _bundled().line(location)


@cache
def _bundled() -> _Document:
    from contract_kit.judge.spec import source_file

    return _Document(source_file(NAME))


class _Node(NamedTuple):
    """A YAML node and the line on which it, or the key that leads to it, begins."""

    node: Node
    line: int


class _Document:
    """The document as YAML nodes, which know their lines."""

    def __init__(self, path: Path) -> None:
        self._root = _Node(_composed(path), 1)
        operation = self._down(self._root, "paths", "/customers", "post")
        assert operation is not None, "Spec demands the operation"
        self._operation = operation

    def line(self, location: Location) -> int:
        """The line of the deepest node on the way to a place."""
        part, pointer = location.part, location.pointer
        if part is Part.REQUEST_BODY:
            return self._deepest(self._at("requestBody", "content", "application/json", "schema"), pointer)
        if part is Part.RESPONSE_BODY:
            found = [
                self._walk(self._resolved(schema), pointer)
                for schema in self._answers("content", "application/json", "schema")
            ]
            best = max(found, key=lambda each: each[0], default=None)
            return best[1].line if best else self._at("responses").line
        if part in (Part.REQUEST_HEADER, Part.REQUEST_QUERY):
            return self._parameter("header" if part is Part.REQUEST_HEADER else "query", str(pointer[0]) if pointer else "")
        if part is Part.RESPONSE_HEADER:
            name = str(pointer[0]).lower() if pointer else ""
            for headers in self._answers("headers"):
                for key, child in self._members(headers):
                    if key.lower() == name:
                        return self._resolved(child).line
        return self._operation.line if part is Part.REQUEST_METHOD else self._at("responses").line

    def _at(self, *keys: str) -> _Node:
        return self._down(self._operation, *keys) or self._operation

    def _answers(self, *keys: str) -> Iterator[_Node]:
        for _, answer in self._members(self._at("responses")):
            found = self._down(self._resolved(answer), *keys)
            if found is not None:
                yield found

    def _parameter(self, kind: str, name: str) -> int:
        listed = self._at("parameters")
        for entry in getattr(listed.node, "value", ()):
            parameter = self._resolved(_Node(entry, entry.start_mark.line + 1))
            known = {key: child.node.value for key, child in self._members(parameter) if key in ("in", "name")}
            if known.get("in") == kind and str(known.get("name")).lower() == name.lower():
                return parameter.line
        if kind == "header" and name.lower() in ("content-type", "content-encoding"):
            return self._at("requestBody", "content").line
        if kind == "header" and name.lower() == "authorization":
            return (self._down(self._root, "components", "securitySchemes") or listed).line
        return listed.line

    def _deepest(self, schema: _Node, pointer: Pointer) -> int:
        return self._walk(self._resolved(schema), pointer)[1].line

    def _walk(self, schema: _Node, pointer: Pointer) -> tuple[int, _Node]:
        """How many steps the schema knows of a path, and the node that the last of them leads to."""
        best = (0, schema)
        if not pointer:
            return best
        for child in self._children(schema, pointer[0]):
            steps, _ = found = self._walk(self._resolved(child), pointer[1:])
            # The member itself is the better place than the definition it refers to, unless the way goes on there.
            reached = (steps + 1, found[1] if steps else child)
            best = max(best, reached, key=lambda each: each[0])
        for keyword, branch in self._members(schema):
            if keyword in _KEYWORDS:
                for each in self._branches(branch):
                    best = max(best, self._walk(self._resolved(each), pointer), key=lambda each: each[0])
        return best

    def _children(self, schema: _Node, step: str | int) -> Iterator[_Node]:
        keys = (("items",),) if isinstance(step, int) else (("properties", step), ("additionalProperties",))
        for path in keys:
            child = self._down(schema, *path)
            if child is not None and hasattr(child.node, "value") and not isinstance(child.node.value, str):
                yield child
                return

    def _branches(self, branch: _Node) -> Iterator[_Node]:
        if _is_mapping(branch.node):
            yield branch
        else:
            yield from (_Node(each, each.start_mark.line + 1) for each in branch.node.value)

    def _resolved(self, node: _Node) -> _Node:
        """What a reference leads to, and anything else itself."""
        for key, child in self._members(node):
            if key == "$ref":
                target = self._down(self._root, *str(child.node.value).removeprefix("#/").split("/"))
                return self._resolved(target) if target is not None else node
        return node

    def _down(self, node: _Node, *keys: str) -> _Node | None:
        found: _Node | None = node
        for key in keys:
            found = next((child for name, child in self._members(found) if name == key), None) if found else None
        return found

    @staticmethod
    def _members(node: _Node) -> Iterator[tuple[str, _Node]]:
        if _is_mapping(node.node):
            for key, value in node.node.value:
                yield str(key.value), _Node(value, key.start_mark.line + 1)


def _is_mapping(node: Node) -> bool:
    import yaml

    return isinstance(node, yaml.MappingNode)


def _composed(path: Path) -> MappingNode:
    import yaml

    node: Any = yaml.compose(path.read_text(encoding="utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return node  # type: ignore[no-any-return]
