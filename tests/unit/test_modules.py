"""Modules say what they are for, and stay short enough to be read at once."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "src" / "contract_kit"
MODULES = sorted(path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("name", MODULES)
def test_a_module_says_what_it_is_for_and_is_short(name: str) -> None:
    text = (PACKAGE / name).read_text(encoding="utf-8")
    assert ast.get_docstring(ast.parse(text)), "no docstring"
    assert len(text.splitlines()) <= 300, "longer than 300 lines: it has more than one reason to exist"


def test_there_are_modules() -> None:
    assert len(MODULES) > 200
