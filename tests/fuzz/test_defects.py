"""Every defect of the reference server is caught within 300 requests, by a finding that names what is wrong.

``causes.txt`` says by which: a line for each defect with the findings that it leads to. A finding more or less, or another
cause, is a change that somebody has to look at.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from contract_kit.fuzz.selftest import against, matrix, profiles
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


@pytest.mark.parametrize(
    "names",
    [
        ("duplicate-taken", "side-effects-null"),
        ("email-without-at-refused", "empty-referral-code-refused"),
        ("empty-date-refused", "path-in-refusal"),
        ("errors-as-texts", "mobile-app-refused"),
        ("without-identifiers-missing", "without-source-missing"),
    ],
)
def test_one_defect_does_not_hide_another(names: tuple[str, ...]) -> None:
    """By the same labels as each by itself; where the reducer has named the cause, another member of the same part."""
    report = against(profiles()[0], names, BUDGET)
    found = {finding.label for finding in report.findings}
    assert len(found) == 2, found
    assert {label.partition(" ")[0] for label in found} == {EXPECTED[name][0].partition(" ")[0] for name in names}
