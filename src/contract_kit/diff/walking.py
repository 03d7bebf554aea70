"""The walk through two OpenAPI documents: paths, operations, parameters, bodies, answers, and what stands beside them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from contract_kit.diff.beside import compare_codes, compare_security, compare_servers
from contract_kit.diff.changes import Patch
from contract_kit.diff.emitting import Mark, Notes, Raw, Root, Where, two
from contract_kit.diff.flattening import Spot, followed, references, same
from contract_kit.diff.schemas import Grades, SchemaWalk
from contract_kit.diff.shape import METHODS
from contract_kit.findings import Pointer

_WORDING = frozenset({"description", "summary", "tags", "externalDocs", "title", "x-facts", "x-evidence", "x-personal"})
_KNOWN_ABOVE = frozenset(
    {"openapi", "info", "servers", "tags", "security", "paths", "components", "x-api-codes", "externalDocs"}
)


def walk(old: Any, new: Any, grades: Grades = ({}, {})) -> list[Raw]:
    """All raw changes between two documents, in reading order of the operation."""
    walker = Walk(old, new, grades)
    walker.document()
    return walker.notes.found


class Walk:
    """Compares two documents; ``notes`` holds what was found."""

    def __init__(self, old: Any, new: Any, grades: Grades) -> None:
        self.old, self.new = old, new
        self.notes = Notes()
        self.schemas = SchemaWalk(old, new, self.notes, grades)

    def document(self) -> None:
        """Everything, from the top."""
        self._info()
        compare_servers(self.notes, self.old, self.new, ())
        compare_security(self.notes, self.old, self.new, ())
        self._paths()
        compare_codes(self.notes, self.old, self.new)
        top = {keyword for keyword in (*self.old, *self.new) if keyword not in _KNOWN_ABOVE}
        self._others((), self.old, self.new, _KNOWN_ABOVE | (top & {"x-rate-limit"}))
        self._components()

    def _info(self) -> None:
        for path in (("openapi",), ("info", "version")):
            before, after = (_get(document, path) for document in (self.old, self.new))
            if not same(before, after):
                said = f"{'.'.join(path)} {before or 'none'} before, {after or 'none'} now"
                self.notes.add("version-changed", said, *_marks(path, before, after))
        info = [
            {name: value for name, value in _mapping(one.get("info")).items() if name != "version"}
            for one in (self.old, self.new)
        ]
        self._wording(("info",), *info)
        self._wording(
            (), *({name: one[name] for name in ("tags", "externalDocs") if name in one} for one in (self.old, self.new))
        )

    def _wording(self, path: Pointer, before: Any, after: Any) -> None:
        for name in dict.fromkeys((*before, *after)):
            if not same(before.get(name), after.get(name)):
                self.notes.add(
                    "wording-changed", f"another {name}", *_marks((*path, name), before.get(name), after.get(name))
                )

    # -- paths --------------------------------------------------------------------------------------------------------

    def _paths(self) -> None:
        before, after = _mapping(self.old.get("paths")), _mapping(self.new.get("paths"))
        for name in dict.fromkeys((*before, *after)):
            one, other = before.get(name), after.get(name)
            path = ("paths", name)
            if one is None or other is None:
                code = "path-added" if one is None else "path-removed"
                said = f"{name} is {'new' if one is None else 'gone'}"
                self.notes.add(code, said, *_marks(path, one, other), _taken(path, other))
                self._use(one, other)
            else:
                self._path(path, followed(self.old, Spot(one, path)), followed(self.new, Spot(other, path)))

    def _path(self, path: Pointer, old: Spot, new: Spot) -> None:
        for method in METHODS:
            one, other = old.value.get(method), new.value.get(method)
            if one is None and other is None:
                continue
            if one is None or other is None:
                code = "operation-added" if one is None else "operation-removed"
                said = f"{method.upper()} {path[-1]} is {'new' if one is None else 'gone'}"
                at = _both(old.path, new.path, method, one, other)
                self.notes.add(code, said, *at, _taken((*old.path, method), other))
                self._use(one, other)
            else:
                self._operation(old, new, Spot(one, (*old.path, method)), Spot(other, (*new.path, method)))
        handled = frozenset({*METHODS, "parameters"})
        self._compared(old.path, new.path, old.value, new.value, handled)

    def _operation(self, old_path: Spot, new_path: Spot, old: Spot, new: Spot) -> None:
        compare_servers(self.notes, old.value, new.value, old.path, new.path)
        compare_security(self.notes, old.value, new.value, old.path, new.path, (self.old, self.new))
        if not same(old.value.get("operationId"), new.value.get("operationId")):
            at = _both(old.path, new.path, "operationId", old.value.get("operationId"), new.value.get("operationId"))
            self.notes.add("operation-renamed", "another operationId", *at)
        if bool(old.value.get("deprecated")) != bool(new.value.get("deprecated")):
            at = _both(old.path, new.path, "deprecated", old.value.get("deprecated"), new.value.get("deprecated"))
            code = "deprecated" if new.value.get("deprecated") else "no-longer-deprecated"
            self.notes.add(code, "the operation", *at)
        self._body(old, new)
        self._parameters(old_path, new_path, old, new)
        self._responses(old, new)
        handled = frozenset({"servers", "security", "operationId", "deprecated", "requestBody", "parameters", "responses"})
        self._compared(old.path, new.path, old.value, new.value, handled)

    # -- what is sent -------------------------------------------------------------------------------------------------

    def _body(self, old: Spot, new: Spot) -> None:
        spots = [
            followed(document, Spot(side.value["requestBody"], (*side.path, "requestBody")))
            if "requestBody" in side.value
            else None
            for document, side in ((self.old, old), (self.new, new))
        ]
        before, after = spots
        required = [spot is not None and spot.value.get("required") is True for spot in spots]
        if required[0] != required[1]:
            at = [
                Mark((*spot.path, "required"), "required" in spot.value)
                if spot is not None
                else Mark((*side.path, "requestBody"), False)
                for spot, side in zip(spots, (old, new), strict=True)
            ]
            patches = [Patch("set", at[0].path, required[1])] if before is not None and after is not None else []
            self.notes.add(
                "body-now-required" if required[1] else "body-no-longer-required", "the body", at[0], at[1], patches
            )
        self.notes.visited[0].update([before.path] if before else [])
        self.notes.visited[1].update([after.path] if after else [])
        if before is None or after is None:
            if before is not after and required[0] == required[1]:
                at = list(_both(old.path, new.path, "requestBody", before, after))
                self.notes.add("other-changed", "the description of a body", at[0], at[1])
            self._use(before and before.value, after and after.value)
            return
        self._content("request", "body", before, after)
        self._compared(before.path, after.path, before.value, after.value, frozenset({"required", "content"}))

    def _content(self, direction: str, part: str, old: Spot, new: Spot) -> None:
        before, after = _mapping(old.value.get("content")), _mapping(new.value.get("content"))
        for media in dict.fromkeys((*before, *after)):
            one, other = before.get(media), after.get(media)
            at = _both((*old.path, "content"), (*new.path, "content"), media, one, other)
            if one is None or other is None:
                end = "added" if one is None else "removed"
                said = f"{part}, {media} is {'new' if one is None else 'gone'}"
                self.notes.add(f"{direction}-media-type-{end}", said, *at, _taken(at[0].path, other))
                self._use(one, other)
                continue
            schemas = [
                Spot(side.get("schema", True), (*mark.path, "schema")) for side, mark in zip((one, other), at, strict=True)
            ]
            self.schemas.root(direction, part, *schemas)
            self._compared(at[0].path, at[1].path, one, other, frozenset({"schema"}))

    def _parameters(self, old_path: Spot, new_path: Spot, old: Spot, new: Spot) -> None:
        before, after = _parameters(self.old, (old_path, old)), _parameters(self.new, (new_path, new))
        for key in dict.fromkeys((*before, *after)):
            one, other = before.get(key), after.get(key)
            for side, spots in enumerate((one, other)):
                self.notes.visited[side].update([spots[1].path] if spots else [])
            if one is not None and other is not None:
                self._parameter(key, one[1], other[1])
                continue
            spot = (one or other or (old, old))[1]
            must = "required" if spot.value.get("required") is True else "optional"
            listed = (*(old if other is not None else new).path, "parameters")
            where = Mark((one or other or (old, old))[0].path)
            old_mark, new_mark = (where, Mark(listed, False)) if one is not None else (Mark(listed, False), where)
            patches = [Patch("append", listed, other[0].value)] if other is not None else [Patch("delete", where.path)]
            said = f"{key[0]} {spot.value.get('name')} is {'new' if one is None else 'gone'}"
            self.notes.add(f"{must}-parameter-{'added' if one is None else 'removed'}", said, old_mark, new_mark, patches)
            self._use(one and spot.value, other and spot.value)

    def _parameter(self, key: tuple[str, str], old: Spot, new: Spot) -> None:
        called = f"{key[0]} {new.value.get('name')}"
        required = [side.value.get("required") is True for side in (old, new)]
        if required[0] != required[1]:
            at = _both(old.path, new.path, "required", old.value.get("required"), new.value.get("required"))
            code = "parameter-now-required" if required[1] else "parameter-no-longer-required"
            self.notes.add(code, called, *at, [Patch("set", at[0].path, required[1])])
        for keyword in ("style", "explode", "allowReserved", "content", "allowEmptyValue"):
            if not same(old.value.get(keyword), new.value.get(keyword)):
                at = _both(old.path, new.path, keyword, old.value.get(keyword), new.value.get(keyword))
                self.notes.add("parameter-style-changed", f"{called}: {keyword}", *at)
        schemas = [Spot(side.value.get("schema", True), (*side.path, "schema")) for side in (old, new)]
        self._schema("request", called, schemas[0], schemas[1])
        handled = frozenset({"schema", "required", "style", "explode", "allowReserved", "content", "allowEmptyValue"})
        self._compared(old.path, new.path, old.value, new.value, handled)

    def _schema(self, direction: str, part: str, old: Spot, new: Spot) -> None:
        """A schema outside a body, of which no payload is made."""
        self.schemas.compare(old, new, Where(Root(direction, part, (), ()), None))

    # -- what is answered ---------------------------------------------------------------------------------------------

    def _responses(self, old: Spot, new: Spot) -> None:
        before, after = _mapping(old.value.get("responses")), _mapping(new.value.get("responses"))
        for status in dict.fromkeys((*before, *after)):
            one, other = before.get(status), after.get(status)
            at = _both((*old.path, "responses"), (*new.path, "responses"), status, one, other)
            if one is None or other is None:
                noun = "success" if status.startswith("2") else "status"
                code = f"response-{noun}-{'added' if one is None else 'removed'}"
                said = f"{status} is {'new' if one is None else 'gone'}"
                self.notes.add(code, said, *at, _taken(at[0].path, other))
                self._use(one, other)
                continue
            spots = followed(self.old, Spot(one, at[0].path)), followed(self.new, Spot(other, at[1].path))
            for side, spot in enumerate(spots):
                self.notes.visited[side].add(spot.path)
            self._content("response", f"answer {status}", *spots)
            self._headers(status, *spots)
            self._compared(spots[0].path, spots[1].path, spots[0].value, spots[1].value, frozenset({"content", "headers"}))

    def _headers(self, status: str, old: Spot, new: Spot) -> None:
        before, after = (
            {name.lower(): (name, value) for name, value in _mapping(side.value.get("headers")).items()}
            for side in (old, new)
        )
        for key in dict.fromkeys((*before, *after)):
            one, other = before.get(key), after.get(key)
            marks = [
                Mark((*side.path, "headers", (found or one or other or ("",))[0]), found is not None)
                for side, found in ((old, one), (new, other))
            ]
            called = f"answer {status}, {(other or one or ('',))[0]}"
            if one is None or other is None:
                value = (one or other or ("", {}))[1]
                spot = followed(self.old if one else self.new, Spot(value, marks[0 if one else 1].path))
                must = spot.value.get("required") is True
                end = (
                    ("now-required" if one is None else "no-longer-required")
                    if must
                    else ("added" if one is None else "removed")
                )
                patches = _taken(marks[0].path, other and other[1])
                self.notes.add(
                    f"response-header-{end}", f"{called} is {'new' if one is None else 'gone'}", *two(marks), patches
                )
                self._use(one and {"$": one[1]}, other and {"$": other[1]})
                continue
            spots = followed(self.old, Spot(one[1], marks[0].path)), followed(self.new, Spot(other[1], marks[1].path))
            for side, spot in enumerate(spots):
                self.notes.visited[side].add(spot.path)
            self._header(called, *spots)

    def _header(self, called: str, old: Spot, new: Spot) -> None:
        required = [side.value.get("required") is True for side in (old, new)]
        if required[0] != required[1]:
            at = _both(old.path, new.path, "required", old.value.get("required"), new.value.get("required"))
            code = "response-header-now-required" if required[1] else "response-header-no-longer-required"
            self.notes.add(code, called, *at, [Patch("set", at[0].path, required[1])])
        schemas = [Spot(side.value.get("schema", True), (*side.path, "schema")) for side in (old, new)]
        self._schema("response", called, schemas[0], schemas[1])
        self._compared(old.path, new.path, old.value, new.value, frozenset({"required", "schema"}))

    # -- the rest -----------------------------------------------------------------------------------------------------

    def _compared(self, old: Pointer, new: Pointer, before: Any, after: Any, handled: frozenset[str]) -> None:
        """What is left of two objects: words, examples, and what nothing here knows."""
        for keyword in dict.fromkeys((*before, *after)):
            one, other = before.get(keyword), after.get(keyword)
            for side, value in enumerate((one, other)):
                self.notes.visited[side].update(references(value))
            if keyword in handled or same(one, other):
                continue
            at = _both(old, new, keyword, one, other)
            if keyword in _WORDING:
                self.notes.add(
                    "wording-changed" if not keyword.startswith("x-") else "grounds-changed", f"another {keyword}", *at
                )
            elif keyword in ("example", "examples"):
                self.notes.add("example-changed", "another example", *at)
            elif keyword == "deprecated" and bool(one) != bool(other):
                self.notes.add("deprecated" if other else "no-longer-deprecated", "marked otherwise", *at)
            else:
                self.notes.add("other-changed", f"{keyword} changed", *at, _taken(at[0].path, other))

    def _others(self, path: Pointer, before: Any, after: Any, handled: frozenset[str]) -> None:
        for keyword in dict.fromkeys((*before, *after)):
            if keyword not in handled and not same(before.get(keyword), after.get(keyword)):
                at = _marks((*path, keyword), before.get(keyword), after.get(keyword))
                self.notes.add("other-changed", f"{keyword} changed", *at)

    def _use(self, one: Any, other: Any) -> None:
        """Components that something which is there on one side only uses are not unused."""
        for side, (document, value) in enumerate(((self.old, one), (self.new, other))):
            waiting = list(references(value))
            while waiting:
                path = waiting.pop()
                if path not in self.notes.visited[side]:
                    self.notes.visited[side].add(path)
                    waiting += references(followed(document, Spot({"$ref": "#/" + "/".join(map(str, path))}, path)).value)

    def _components(self) -> None:
        """Components that the walk did not come by."""
        before, after = _mapping(self.old.get("components")), _mapping(self.new.get("components"))
        for room in dict.fromkeys((*before, *after)):
            if room == "securitySchemes":
                continue
            entries = [_mapping(side.get(room)) for side in (before, after)]
            for name in dict.fromkeys((*entries[0], *entries[1])):
                path = ("components", room, name)
                one, other = entries[0].get(name), entries[1].get(name)
                if same(one, other):
                    continue
                if room == "examples":
                    self.notes.add("example-changed", f'the example "{name}"', *_marks(path, one, other))
                elif any(path in visited for visited in self._all_visited()):
                    continue
                else:
                    end = "added" if one is None else "removed" if other is None else "changed"
                    self.notes.add(f"component-{end}", f'"{name}", which nothing uses', *_marks(path, one, other))

    def _all_visited(self) -> Iterable[set[Pointer]]:
        for side in (0, 1):
            document = (self.old, self.new)[side]
            waiting = [path for path in self.notes.visited[side] if path[:1] == ("components",)]
            for path in waiting:
                self._use(*((_get(document, path), None) if side == 0 else (None, _get(document, path))))
        return self.notes.visited


def _parameters(document: Any, sides: Iterable[Spot]) -> dict[tuple[str, str], tuple[Spot, Spot]]:
    """Parameters by place and name, as they are listed and as they are defined; an operation's own win over its path's."""
    found: dict[tuple[str, str], tuple[Spot, Spot]] = {}
    for side in sides:
        for index, entry in enumerate(side.value.get("parameters") or ()):
            spot = Spot(entry, (*side.path, "parameters", index))
            defined = followed(document, spot)
            name, place = str(defined.value.get("name")), str(defined.value.get("in"))
            found[place, name.lower() if place == "header" else name] = (spot, defined)
    return found


def _taken(path: Pointer, value: Any) -> list[Patch]:
    """The patch that gives the old document what the new one has at a path."""
    return [Patch("set", path, value)] if value is not None else [Patch("delete", path)]


def _marks(path: Pointer, before: Any, after: Any) -> tuple[Mark, Mark]:
    return Mark(path, before is not None), Mark(path, after is not None)


def _both(old: Pointer, new: Pointer, step: str, before: Any, after: Any) -> tuple[Mark, Mark]:
    return Mark((*old, step), before is not None), Mark((*new, step), after is not None)


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _get(document: Any, path: Pointer) -> Any:
    node = document
    for step in path:
        node = node.get(step) if isinstance(node, dict) else None
    return node
