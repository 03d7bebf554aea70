"""The part of the walk through two OpenAPI documents that is the same for every object: media types, schemas, and the fields
that are left over. The walk through schemas hangs on it."""

from __future__ import annotations

from typing import Any

from contract_kit.diff.changes import Patch
from contract_kit.diff.emitting import Mark, Notes, Root, Where
from contract_kit.diff.flattening import Spot, followed, references, same
from contract_kit.diff.schemas import Grades, SchemaWalk
from contract_kit.findings import Pointer

_WORDING = frozenset({"description", "summary", "tags", "externalDocs", "title", "x-facts", "x-evidence", "x-personal"})


class ObjectWalk:
    """Compares objects of two documents; ``notes`` holds what was found."""

    def __init__(self, old: Any, new: Any, grades: Grades) -> None:
        self.old, self.new = old, new
        self.notes = Notes()
        self.schemas = SchemaWalk(old, new, self.notes, grades)

    def content(self, direction: str, part: str, old: Spot, new: Spot) -> None:
        """The media types of a body or of an answer, and their schemas."""
        before, after = mapping(old.value.get("content")), mapping(new.value.get("content"))
        for media in dict.fromkeys((*before, *after)):
            one, other = before.get(media), after.get(media)
            at = both((*old.path, "content"), (*new.path, "content"), media, one, other)
            if one is None or other is None:
                end = "added" if one is None else "removed"
                said = f"{part}, {media} is {'new' if one is None else 'gone'}"
                self.notes.add(f"{direction}-media-type-{end}", said, *at, taken(at[0].path, other))
                self.use(one, other)
                continue
            schemas = [
                Spot(side.get("schema", True), (*mark.path, "schema")) for side, mark in zip((one, other), at, strict=True)
            ]
            self.schemas.root(direction, part, *schemas)
            self.compared(at[0].path, at[1].path, one, other, frozenset({"schema"}))

    def schema(self, direction: str, part: str, old: Spot, new: Spot) -> None:
        """A schema outside a body, of which no payload is made."""
        self.schemas.compare(old, new, Where(Root(direction, part, (), ()), None))

    def compared(self, old: Pointer, new: Pointer, before: Any, after: Any, handled: frozenset[str]) -> None:
        """What is left of two objects: words, examples, and what nothing here knows."""
        for keyword in dict.fromkeys((*before, *after)):
            one, other = before.get(keyword), after.get(keyword)
            for side, value in enumerate((one, other)):
                self.notes.visited[side].update(references(value))
            if keyword in handled or same(one, other):
                continue
            at = both(old, new, keyword, one, other)
            if keyword in _WORDING:
                self.notes.add(
                    "wording-changed" if not keyword.startswith("x-") else "grounds-changed", f"another {keyword}", *at
                )
            elif keyword in ("example", "examples"):
                self.notes.add("example-changed", "another example", *at)
            elif keyword == "deprecated" and bool(one) != bool(other):
                self.notes.add("deprecated" if other else "no-longer-deprecated", "marked otherwise", *at)
            else:
                self.notes.add("other-changed", f"{keyword} changed", *at, taken(at[0].path, other))

    def others(self, path: Pointer, before: Any, after: Any, handled: frozenset[str]) -> None:
        """What nothing here knows, of two objects at one path."""
        for keyword in dict.fromkeys((*before, *after)):
            if keyword not in handled and not same(before.get(keyword), after.get(keyword)):
                at = marks((*path, keyword), before.get(keyword), after.get(keyword))
                self.notes.add("other-changed", f"{keyword} changed", *at)

    def use(self, one: Any, other: Any) -> None:
        """Components that something which is there on one side only uses are not unused."""
        for side, (document, value) in enumerate(((self.old, one), (self.new, other))):
            waiting = list(references(value))
            while waiting:
                path = waiting.pop()
                if path not in self.notes.visited[side]:
                    self.notes.visited[side].add(path)
                    waiting += references(followed(document, Spot({"$ref": "#/" + "/".join(map(str, path))}, path)).value)


def taken(path: Pointer, value: Any) -> list[Patch]:
    """The patch that gives the old document what the new one has at a path."""
    return [Patch("set", path, value)] if value is not None else [Patch("delete", path)]


def marks(path: Pointer, before: Any, after: Any) -> tuple[Mark, Mark]:
    """The places of what stands, or would stand, at one path of both documents."""
    return Mark(path, before is not None), Mark(path, after is not None)


def both(old: Pointer, new: Pointer, step: str, before: Any, after: Any) -> tuple[Mark, Mark]:
    """The places of a step below two paths."""
    return Mark((*old, step), before is not None), Mark((*new, step), after is not None)


def mapping(value: Any) -> dict[str, Any]:
    """A mapping, or an empty one in its place."""
    return value if isinstance(value, dict) else {}


def get(document: Any, path: Pointer) -> Any:
    """What stands at a path through mappings; ``None`` where nothing does."""
    node = document
    for step in path:
        node = node.get(step) if isinstance(node, dict) else None
    return node
