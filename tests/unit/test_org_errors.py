"""The errors: how they read, and that they travel."""

from __future__ import annotations

import pickle

import pytest

from contract_kit.errors import (
    ContractKitError,
    InputError,
    OrgProfileError,
    ProfileProblem,
    SpecError,
    UsageError,
)


@pytest.mark.parametrize("kind", [InputError, SpecError, UsageError])
def test_an_error_reads_place_message_hint(kind: type[ContractKitError]) -> None:
    error = kind("cannot be read", hint="Look again", source="a.json", line=3, column=7)
    assert str(error) == "a.json:3:7: cannot be read. Look again"
    assert str(kind("cannot be read", source="a.json")) == "a.json: cannot be read"
    assert str(kind("cannot be read")) == "cannot be read"
    assert error.exit_code == 2
    back = pickle.loads(pickle.dumps(error))
    assert str(back) == str(error)
    assert (back.message, back.hint, back.source, back.line, back.column) == ("cannot be read", "Look again", "a.json", 3, 7)


def test_a_problem_reads_place_pointer_message_hint() -> None:
    problem = ProfileProblem("is wrong", "Correct it", "org.yaml", 2, 5, "/tills/0")
    assert str(problem) == "org.yaml:2:5: /tills/0: is wrong. Correct it"
    assert str(ProfileProblem("is wrong")) == "is wrong"
    error = OrgProfileError([problem, ProfileProblem("is wrong too")])
    assert str(error) == "org.yaml:2:5: /tills/0: is wrong. Correct it\nis wrong too"
    assert error.message == "is wrong"
