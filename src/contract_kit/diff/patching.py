"""The old version with a single change of the new one: what the change does by itself."""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy
from typing import Any

from contract_kit.diff.changes import Patch
from contract_kit.diff.flattening import lookup, references, same
from contract_kit.findings import Pointer


def patched(old: Any, patches: Iterable[Patch], new: Any = None) -> Any | None:
    """A copy of the old data with the patches. Components that the patches refer to and that are not there are taken from
    ``new``. ``None`` where the change cannot be made by itself."""
    steps = list(patches)
    if not steps:
        return None
    document = deepcopy(old)
    try:
        for patch in steps:
            _apply(document, patch)
        if new is not None:
            for patch in steps:
                _fetch(document, patch.value, new)
    except (KeyError, IndexError, ValueError, TypeError):
        return None
    return document


def _apply(document: Any, patch: Patch) -> None:
    *above, last = patch.path
    node = document
    for index, step in enumerate(above):
        if isinstance(node, dict) and step not in node and patch.action in ("set", "append"):
            node[step] = [] if index + 1 < len(above) and isinstance(above[index + 1], int) else {}
        node = node[int(step)] if isinstance(node, list) else node[step]
    key = int(last) if isinstance(node, list) else last
    if patch.action == "set":
        node[key] = deepcopy(patch.value)
    elif patch.action == "delete":
        del node[key]
    elif patch.action == "append":
        listed = node.setdefault(key, []) if isinstance(node, dict) else node[int(last)]
        if not isinstance(listed, list):
            raise TypeError(listed)
        listed.append(deepcopy(patch.value))
    else:
        _drop(node, key, patch.value)


def _drop(node: Any, key: Any, value: object) -> None:
    listed = node[key]
    index = next((place for place, one in enumerate(listed) if same(one, value)), None)
    if index is None:
        raise ValueError(value)
    del listed[index]
    if not listed and key in ("required", "mandatory"):
        del node[key]


def _fetch(document: Any, value: Any, new: Any) -> None:
    for path in references(value):
        if not _there(document, path):
            found = lookup(new, path)
            _apply(document, Patch("set", path, found))
            _fetch(document, found, new)


def _there(document: Any, path: Pointer) -> bool:
    try:
        lookup(document, path)
    except (KeyError, IndexError, ValueError, TypeError):
        return False
    return True
