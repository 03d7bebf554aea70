"""The kill matrix says what the tests of the fuzzer hold: the same defects in the same order, the same findings."""

from __future__ import annotations

import re

from snippets import ROOT

ROW = re.compile(r"^\| `([a-z0-9-]+)` \| (\d+) \| (.+?) \|", re.MULTILINE)


def test_the_page_and_the_tests_agree() -> None:
    page = (ROOT / "docs" / "fuzz-matrix.md").read_text(encoding="utf-8")
    told = [(name, said.replace("\\", "")) for name, _, said in ROW.findall(page)]
    lines = (ROOT / "tests" / "fuzz" / "causes.txt").read_text(encoding="utf-8").splitlines()
    held = [line.split(": ", 1) for line in lines if line and not line.startswith("#")]
    assert told == [(name, re.sub(r"^(\S+) \((.*)\)$", r"\1: \2", said)) for name, said in held]


def test_the_sums_are_those_of_the_table() -> None:
    page = (ROOT / "docs" / "fuzz-matrix.md").read_text(encoding="utf-8")
    after = [int(number) for _, number, _ in ROW.findall(page)]
    early = sum(number <= 150 for number in after)
    assert f"| contract-kit, at most 300 requests | {len(after)} of {len(after)} | {early} |" in page
    assert f"{len(after)} of the {len(after)} defects lead to exactly one finding" in page
