"""Every defect of the reference server is caught within 300 requests, by a finding that names what is wrong.

``causes.txt`` says by which: a line for each defect with the findings that it leads to. A finding more or less, or another
cause, is a change that somebody has to look at.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from contract_kit.fuzz.selftest import matrix
from contract_kit.server.defects import ALL

BUDGET = 300
ONLY_ONCE = {"id-zero"}
"""What shows in the first customer alone cannot be shown again."""
CAUSES = Path(__file__).parent / "causes.txt"


def expected() -> dict[str, list[str]]:
    lines = [line.split(": ", 1) for line in CAUSES.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    return {name: said.split(" + ") for name, said in lines}


EXPECTED = expected()


def test_every_defect_has_its_line() -> None:
    assert list(EXPECTED) == [one.name for one in ALL]


@pytest.mark.parametrize("name", [one.name for one in ALL])
def test_defect_is_caught(name: str) -> None:
    (row,) = matrix(BUDGET, [name])
    assert [finding.label for finding in row.findings] == EXPECTED[name]
    assert row.requests <= BUDGET
    assert any(finding.flaky for finding in row.findings) == (name in ONLY_ONCE)
