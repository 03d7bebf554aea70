"""Files of both versions, as a user has them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from contract_kit.diff import Comparison, compare
from contract_kit.diff.documents import bundled, read
from contract_kit.diff.orgs import Profile

Comparer = Callable[[str, Any, Any], Comparison]


@pytest.fixture
def compared(tmp_path: Path) -> Comparer:
    """Compare two documents, org profiles or rule sets through files."""

    def run(kind: str, old: Any, new: Any) -> Comparison:
        names = []
        for label, value in (("old", old), ("new", new)):
            path = tmp_path / f"{label}.json"
            path.write_text(json.dumps(value, indent=1), encoding="utf-8")
            names.append(str(path))
        if kind == "org":
            same = bundled()
            return compare(same, same, (Profile.read(names[0]), Profile.read(names[1])))
        return compare(read(names[0]), read(names[1]))

    return run
