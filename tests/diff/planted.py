"""The planted changes of this folder: a patch to a document, an org profile or a rule set, and what has to be said of it.

``before`` is a patch to both versions, for changes of what the bundled document does not have.
"""

from __future__ import annotations

import json
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from contract_kit.diff.documents import bundled
from contract_kit.examples import ORG

HERE = Path(__file__).resolve().parent
FILES = sorted((HERE / "changes").glob("*.yaml"))


class Planted(NamedTuple):
    """One planted change: both versions of its subject, and what is expected."""

    about: str
    kind: str
    old: Any
    new: Any
    expected: list[dict[str, str]]


@cache
def planted(path: Path) -> Planted:
    """The change in a file."""
    entry = yaml.safe_load(path.read_text(encoding="utf-8"))
    kind = next(name for name in ("document", "org", "rules") if name in entry)
    old = changed(base(kind), entry.get("before", []))
    return Planted(entry["about"], kind, old, changed(old, entry[kind]), entry["expected"])


def base(kind: str) -> Any:
    """What the patches of a kind are made to."""
    if kind == "org":
        return deepcopy(ORG)
    if kind == "rules":
        return json.loads((HERE / "rules.json").read_text(encoding="utf-8"))
    return deepcopy(bundled().data)


def changed(old: Any, patch: list[dict[str, Any]]) -> Any:
    """A copy with the operations of a JSON Patch (RFC 6902): add, remove, replace, move."""
    new = deepcopy(old)
    for step in patch:
        if step["op"] == "move":
            value = at(new, step["from"])
            _operate(new, {"op": "remove", "path": step["from"]})
            _operate(new, {"op": "add", "path": step["path"], "value": value})
        else:
            _operate(new, step)
    return new


def at(document: Any, pointer: str) -> Any:
    """What stands at a JSON pointer."""
    for step in _steps(pointer):
        document = document[int(step)] if isinstance(document, list) else document[step]
    return document


def _steps(pointer: str) -> list[str]:
    return [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]


def _operate(document: Any, step: dict[str, Any]) -> None:
    *above, last = _steps(step["path"])
    for one in above:
        document = document[int(one)] if isinstance(document, list) else document[one]
    value = deepcopy(step.get("value"))
    if isinstance(document, list):
        if step["op"] == "add" and last == "-":
            document.append(value)
        elif step["op"] == "replace":
            document[int(last)] = value
        elif step["op"] == "remove":
            del document[int(last)]
        else:
            raise ValueError(step)
    elif step["op"] == "remove":
        del document[last]
    else:
        assert (last in document) == (step["op"] == "replace"), step
        document[last] = value
