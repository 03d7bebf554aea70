"""The kit's hooks inside Schemathesis' own command, as a team runs it that has it already."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from contract_kit.fuzz.selftest import PAIR

from .servers import served

SPEC = Path(__file__).parents[2] / "spec" / "openapi.yaml"


def schemathesis(url: str, folder: Path, **environment: str) -> tuple[int, list[str], str]:
    """Exit code, the kinds of failures that Schemathesis tells of, and all that it says."""
    command = [
        *(sys.executable, "-m", "schemathesis.cli", "run", str(SPEC), "--url", url, "--auth", PAIR),
        *("--phases", "examples,coverage", "--seed", "1", "--continue-on-failure", "--generation-database", "none"),
    ]
    done = subprocess.run(
        command, cwd=folder, env=os.environ | environment, capture_output=True, encoding="utf-8", timeout=300
    )
    kinds = re.findall(r"^  ❌ (ST\d+.*): \d+$", done.stdout, re.MULTILINE)
    return done.returncode, kinds, done.stdout + done.stderr


HOOKS = {"SCHEMATHESIS_HOOKS": "contract_kit.fuzz.hooks"}


def test_with_the_hooks_a_server_that_conforms_is_met_with_silence(tmp_path: Path) -> None:
    with served() as url:
        code, kinds, said = schemathesis(url, tmp_path, **HOOKS)
        assert (code, kinds) == (0, []), said
        code, kinds, _ = schemathesis(url, tmp_path)
    assert code == 1  # what the hooks are for: without them a correct server is said to be wrong
    assert kinds == ["ST202 Schema-valid request rejected"]


@pytest.mark.parametrize(
    ("defect", "environment", "word"),
    [
        ("warnings-null", {}, "wrong-type"),
        ("default-status-unwarned", {"CONTRACT_KIT_ORG": "org.yaml", "CONTRACT_KIT_STRICT": "1"}, "warning-missing"),
    ],
)
def test_the_check_says_what_schemathesis_does_not(
    tmp_path: Path, defect: str, environment: dict[str, str], word: str
) -> None:
    (tmp_path / "org.yaml").write_text("org: sample\ncustomerStatus:\n  labels: [active-1]\n  default: null\n")
    with served(defect) as url:
        code, kinds, said = schemathesis(url, tmp_path, **HOOKS, **environment)
    assert code == 1
    assert "ST901 Custom check failed: `contract_kit_conforms`" in kinds
    assert f"[{word}]" in said
