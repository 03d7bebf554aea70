"""Profiles in folders: each file in ``good`` loads, each in ``bad`` is refused with exactly the problems beside it.

Adding ``NAME.yaml`` to a folder adds a test; one in ``bad`` needs ``NAME.expected.json``, the list of its problems in
reading order.
"""

from __future__ import annotations

import json
import pickle
from pathlib import Path

import jsonschema
import pytest
import yaml

from contract_kit.errors import OrgProfileError
from contract_kit.org import OrgProfile
from contract_kit.org.shape import schema

DATA = Path(__file__).resolve().parent.parent / "data" / "org"
GOOD = sorted((DATA / "good").glob("*.yaml"))
BAD = sorted((DATA / "bad").glob("*.yaml"))


@pytest.fixture(params=["libyaml", "python"])
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both parsers that PyYAML may have: with libyaml, and without it."""
    if request.param == "python":
        monkeypatch.delattr(yaml, "CSafeLoader", raising=False)
    elif not yaml.__with_libyaml__:
        pytest.skip("this PyYAML was built without libyaml")
    return str(request.param)


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_good(path: Path) -> None:
    profile = OrgProfile.from_path(path)
    plain = profile.to_mapping()
    assert OrgProfile.from_mapping(plain) == profile
    assert OrgProfile.from_text(json.dumps(plain)) == profile
    assert OrgProfile.from_text(yaml.safe_dump(plain, allow_unicode=True)) == profile
    assert pickle.loads(pickle.dumps(profile)) == profile
    assert hash(OrgProfile.from_mapping(plain)) == hash(profile)
    jsonschema.Draft202012Validator(schema()).validate(plain)


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_bad(path: Path) -> None:
    expected = json.loads(path.with_suffix(".expected.json").read_text("utf-8"))
    with pytest.raises(OrgProfileError) as caught:
        OrgProfile.from_path(path)
    found = [
        {
            "pointer": problem.pointer,
            "line": problem.line,
            "column": problem.column,
            "message": problem.message,
            "hint": problem.hint,
        }
        for problem in caught.value.problems
    ]
    assert found == expected
    assert {problem.source for problem in caught.value.problems} == {str(path)}


def test_every_expectation_belongs_to_a_profile() -> None:
    stray = [
        path.name for path in (DATA / "bad").glob("*.json") if not (path.parent / f"{path.name.split('.')[0]}.yaml").exists()
    ]
    assert stray == []
    assert len(GOOD) > 10
    assert len(BAD) > 30


def test_every_kind_of_message_is_expected_somewhere() -> None:
    """The folder is where messages are reviewed: what the schema can complain of must stand there."""
    messages = "\n".join(
        entry["message"] for path in BAD for entry in json.loads(path.with_suffix(".expected.json").read_text("utf-8"))
    )
    for words in (
        "must be text, but",
        "must be a list",
        "must be a mapping",
        "must be a whole number",
        "must be true or false",
        "must be one of",
        "must be at least",
        "must be at most",
        "must not be empty",
        "must list at least one",
        "is listed twice",
        "unknown key",
        "unknown source",
        "has nothing in it",
        "goes by its number",
        "country code is",
        "date's form",
    ):
        assert words in messages
    assert "breaks the format" not in messages
