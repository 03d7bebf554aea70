"""The walk through two OpenAPI documents: what stands at the top, paths, operations, and components that nothing uses."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from contract_kit.diff.beside import compare_codes, compare_security, compare_servers
from contract_kit.diff.emitting import Raw
from contract_kit.diff.flattening import Spot, followed, same
from contract_kit.diff.objects import ObjectWalk, both, get, mapping, marks, taken
from contract_kit.diff.requests import compare_body, compare_parameters
from contract_kit.diff.responses import compare_responses
from contract_kit.diff.schemas import Grades
from contract_kit.diff.shape import METHODS
from contract_kit.findings import Pointer

_KNOWN_ABOVE = frozenset(
    {"openapi", "info", "servers", "tags", "security", "paths", "components", "x-api-codes", "externalDocs"}
)


def walk(old: Any, new: Any, grades: Grades = ({}, {})) -> list[Raw]:
    """All raw changes between two documents, in reading order of the operation."""
    walker = ObjectWalk(old, new, grades)
    _document(walker)
    return walker.notes.found


def _document(walker: ObjectWalk) -> None:
    """Everything, from the top."""
    _info(walker)
    compare_servers(walker.notes, walker.old, walker.new, ())
    compare_security(walker.notes, walker.old, walker.new, ())
    _paths(walker)
    compare_codes(walker.notes, walker.old, walker.new)
    top = {keyword for keyword in (*walker.old, *walker.new) if keyword not in _KNOWN_ABOVE}
    walker.others((), walker.old, walker.new, _KNOWN_ABOVE | (top & {"x-rate-limit"}))
    _components(walker)


def _info(walker: ObjectWalk) -> None:
    for path in (("openapi",), ("info", "version")):
        before, after = (get(document, path) for document in (walker.old, walker.new))
        if not same(before, after):
            said = f"{'.'.join(path)} {before or 'none'} before, {after or 'none'} now"
            walker.notes.add("version-changed", said, *marks(path, before, after))
    info = [
        {name: value for name, value in mapping(one.get("info")).items() if name != "version"}
        for one in (walker.old, walker.new)
    ]
    _wording(walker, ("info",), *info)
    _wording(
        walker,
        (),
        *({name: one[name] for name in ("tags", "externalDocs") if name in one} for one in (walker.old, walker.new)),
    )


def _wording(walker: ObjectWalk, path: Pointer, before: Any, after: Any) -> None:
    for name in dict.fromkeys((*before, *after)):
        if not same(before.get(name), after.get(name)):
            walker.notes.add("wording-changed", f"another {name}", *marks((*path, name), before.get(name), after.get(name)))


def _paths(walker: ObjectWalk) -> None:
    before, after = mapping(walker.old.get("paths")), mapping(walker.new.get("paths"))
    for name in dict.fromkeys((*before, *after)):
        one, other = before.get(name), after.get(name)
        path = ("paths", name)
        if one is None or other is None:
            code = "path-added" if one is None else "path-removed"
            said = f"{name} is {'new' if one is None else 'gone'}"
            walker.notes.add(code, said, *marks(path, one, other), taken(path, other))
            walker.use(one, other)
        else:
            _path(walker, path, followed(walker.old, Spot(one, path)), followed(walker.new, Spot(other, path)))


def _path(walker: ObjectWalk, path: Pointer, old: Spot, new: Spot) -> None:
    for method in METHODS:
        one, other = old.value.get(method), new.value.get(method)
        if one is None and other is None:
            continue
        if one is None or other is None:
            code = "operation-added" if one is None else "operation-removed"
            said = f"{method.upper()} {path[-1]} is {'new' if one is None else 'gone'}"
            at = both(old.path, new.path, method, one, other)
            walker.notes.add(code, said, *at, taken((*old.path, method), other))
            walker.use(one, other)
        else:
            _operation(walker, old, new, Spot(one, (*old.path, method)), Spot(other, (*new.path, method)))
    handled = frozenset({*METHODS, "parameters"})
    walker.compared(old.path, new.path, old.value, new.value, handled)


def _operation(walker: ObjectWalk, old_path: Spot, new_path: Spot, old: Spot, new: Spot) -> None:
    compare_servers(walker.notes, old.value, new.value, old.path, new.path)
    compare_security(walker.notes, old.value, new.value, old.path, new.path, (walker.old, walker.new))
    if not same(old.value.get("operationId"), new.value.get("operationId")):
        at = both(old.path, new.path, "operationId", old.value.get("operationId"), new.value.get("operationId"))
        walker.notes.add("operation-renamed", "another operationId", *at)
    if bool(old.value.get("deprecated")) != bool(new.value.get("deprecated")):
        at = both(old.path, new.path, "deprecated", old.value.get("deprecated"), new.value.get("deprecated"))
        code = "deprecated" if new.value.get("deprecated") else "no-longer-deprecated"
        walker.notes.add(code, "the operation", *at)
    compare_body(walker, old, new)
    compare_parameters(walker, old_path, new_path, old, new)
    compare_responses(walker, old, new)
    handled = frozenset({"servers", "security", "operationId", "deprecated", "requestBody", "parameters", "responses"})
    walker.compared(old.path, new.path, old.value, new.value, handled)


def _components(walker: ObjectWalk) -> None:
    """Components that the walk did not come by."""
    before, after = mapping(walker.old.get("components")), mapping(walker.new.get("components"))
    for room in dict.fromkeys((*before, *after)):
        if room == "securitySchemes":
            continue
        entries = [mapping(side.get(room)) for side in (before, after)]
        for name in dict.fromkeys((*entries[0], *entries[1])):
            path = ("components", room, name)
            one, other = entries[0].get(name), entries[1].get(name)
            if same(one, other):
                continue
            if room == "examples":
                walker.notes.add("example-changed", f'the example "{name}"', *marks(path, one, other))
            elif any(path in visited for visited in _all_visited(walker)):
                continue
            else:
                end = "added" if one is None else "removed" if other is None else "changed"
                walker.notes.add(f"component-{end}", f'"{name}", which nothing uses', *marks(path, one, other))


def _all_visited(walker: ObjectWalk) -> Iterable[set[Pointer]]:
    for side in (0, 1):
        document = (walker.old, walker.new)[side]
        waiting = [path for path in walker.notes.visited[side] if path[:1] == ("components",)]
        for path in waiting:
            walker.use(*((get(document, path), None) if side == 0 else (None, get(document, path))))
    return walker.notes.visited
