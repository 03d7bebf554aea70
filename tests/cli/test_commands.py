"""The smaller commands."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from contract_kit import Contract, OrgProfile, __version__
from contract_kit.rule import Rule
from contract_kit.rules import ALL

from .conftest import Kit


def test_version(kit: Kit) -> None:
    assert kit("--version") == (0, f"contract-kit {__version__}, contract {Contract.bundled().version}\n", "")


@pytest.mark.parametrize(
    "command",
    [
        [],
        ["validate"],
        ["rules"],
        ["explain"],
        ["spec"],
        ["org"],
        ["org", "check"],
        ["org", "init"],
        ["org", "import-extended-fields"],
    ],
)
def test_help_has_an_example(kit: Kit, command: list[str]) -> None:
    code, out, err = kit(*command, "--help")
    assert (code, err) == (0, "")
    assert out.startswith(f"usage: {' '.join(['contract-kit', *command])} ")
    assert "\nexample" in out
    assert f"\n  contract-kit {' '.join(command)}" in out


@pytest.mark.parametrize("arguments", [[], ["org"]])
def test_no_command_shows_the_help(kit: Kit, arguments: list[str]) -> None:
    code, out, err = kit(*arguments)
    assert (code, out) == (2, "")
    assert err.startswith("usage: contract-kit ")
    assert "\ncommands:\n" in err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["validat"], "there is no command 'validat'. Did you mean validate? contract-kit --help tells more"),
        (["org", "chek"], "there is no command 'chek'. Did you mean check? contract-kit org --help tells more"),
        (["--verson"], "there is no option --verson. Did you mean --version? contract-kit --help tells more"),
        (["explain"], "the following arguments are required: CODE. contract-kit explain --help tells more"),
        (["rules", "x"], "there is no place for 'x'. contract-kit rules --help tells more"),
        (["rules", "--format", "yaml"], "argument --format: 'yaml' is none of text, json, markdown"),
    ],
)
def test_wrong_use(kit: Kit, arguments: list[str], message: str) -> None:
    code, out, err = kit(*arguments)
    assert (code, out) == (2, "")
    assert err.startswith(f"contract-kit: {message}")


# -- rules ---------------------------------------------------------------------------------------------------------------


def test_rules_as_a_table(kit: Kit) -> None:
    code, out, _ = kit("rules")
    lines = out.splitlines()
    assert code == 0
    assert lines[0].split() == ["code", "severity", "evidence", "looks", "at", "API", "code", "what", "it", "finds"]
    assert [line.split()[0] for line in lines[1:]] == [rule.code for rule in ALL]


def test_rules_as_json(kit: Kit) -> None:
    said = json.loads(kit("rules", "--format", "json").out)
    assert [entry["code"] for entry in said] == [rule.code for rule in ALL]
    unknown = next(entry for entry in said if entry["code"] == "source-unknown")
    assert (unknown["severity"], unknown["effects"], unknown["api_codes"]) == ("error", ["refuses"], [3217])


def test_rules_as_markdown(kit: Kit) -> None:
    lines = kit("rules", "--format", "markdown").out.splitlines()
    assert lines[1] == "| --- | --- | --- | --- | --- | --- |"
    assert [line.split("`")[1] for line in lines[2:]] == [rule.code for rule in ALL]


# -- explain -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.code)
def test_every_rule_is_explained(kit: Kit, rule: Rule) -> None:
    ended, out, err = kit("explain", rule.code)
    assert (ended, err) == (0, "")
    assert out.startswith(f"{rule.code}  {rule.severity.value}, {rule.evidence.value}")
    assert ("\nServer: " in out) is (rule.on not in ("response", "exchange"))
    assert out.count("    -> ") >= len(rule.bad)
    for fact in rule.facts:
        assert f"\n  {fact}, " in out


def test_an_api_code_is_explained(kit: Kit) -> None:
    code, out, _ = kit("explain", "8006")
    assert code == 0
    assert out.startswith("8006  error, stated ")
    assert "\nHTTP status: " in out
    assert "\nRests on\n" in out


def test_every_api_code_is_explained(kit: Kit, bundled: Contract) -> None:
    assert {kit("explain", str(code)).code for code in bundled.api_codes} == {0}


@pytest.mark.parametrize("word", ["F20", "f20", "D05"])
def test_a_fact_is_explained(kit: Kit, word: str) -> None:
    code, out, _ = kit("explain", word)
    assert code == 0
    assert out.startswith(f"{word.upper()}  ")
    assert "\nRules that rest on it\n" in out


@pytest.mark.parametrize(
    ("word", "near"),
    [
        ("source-unknwon", "Did you mean source-unknown?"),
        ("8007", "Did you mean "),
        ("zzz", "contract-kit rules lists the rules"),
    ],
)
def test_an_unknown_code(kit: Kit, word: str, near: str) -> None:
    code, out, err = kit("explain", word)
    assert (code, out) == (2, "")
    assert err.startswith(f"contract-kit: '{word}' is no rule, no API code that is documented here, and no fact. {near}")


# -- spec ----------------------------------------------------------------------------------------------------------------


def test_the_spec_as_it_was_written(kit: Kit) -> None:
    assert kit("spec").out == Contract.bundled_text()


def test_the_spec_as_json_is_the_same_document(kit: Kit, bundled: Contract) -> None:
    assert json.loads(kit("spec", "--format", "json").out) == bundled.document
    assert yaml.safe_load(kit("spec").out)["info"] == bundled.document["info"]


@pytest.mark.parametrize("format_", ["yaml", "json"])
def test_the_effective_spec(kit: Kit, here: Path, bundled: Contract, format_: str) -> None:
    (here / "org.yaml").write_text("sources: {WEBSITE: {}}\n")
    out = kit("spec", "--org", "org.yaml", "--format", format_).out
    effective = bundled.for_org(here / "org.yaml").effective_document()
    assert (json.loads(out) if format_ == "json" else yaml.safe_load(out)) == effective
    assert effective != bundled.document


def test_the_spec_to_a_file(kit: Kit, here: Path) -> None:
    assert kit("spec", "--output", "openapi.yaml") == (0, "", "")
    assert (here / "openapi.yaml").read_text("utf-8") == Contract.bundled_text()


# -- org -----------------------------------------------------------------------------------------------------------------


def test_org_check_says_what_is_known(kit: Kit, here: Path) -> None:
    (here / "org.yaml").write_text("org: tiny\nsources: {WEBSITE: {}}\n")
    code, out, _ = kit("org", "check", "org.yaml")
    assert code == 0
    assert out.splitlines()[:2] == ["org.yaml: a sound profile of tiny", "Knows: org, sources"]
    assert "\nSilent for want of tills: till-unknown\n" in out
    assert "Silent for want of sources" not in out


def test_org_check_says_everything_that_is_wrong(kit: Kit, here: Path) -> None:
    (here / "org.yaml").write_text("org: tiny\nsuorces: {}\nregion: mars\n")
    code, out, err = kit("org", "check", "org.yaml")
    assert (code, err) == (1, "")
    assert [line.split(": ")[0] for line in out.splitlines()] == ["org.yaml:2:1", "org.yaml:3:9", "2 problems"]


def test_org_check_of_a_file_that_is_not_there(kit: Kit) -> None:
    code, out, err = kit("org", "check", "org.yaml")
    assert (code, out) == (2, "")
    assert err == "contract-kit: org.yaml: there is no such file. contract-kit org init writes one to start from\n"


def test_org_init_to_standard_output_is_a_profile(kit: Kit) -> None:
    code, out, err = kit("org", "init")
    assert (code, err) == (0, "")
    assert OrgProfile.from_text(out).name == "my-brand"


def test_org_init_leaves_a_file_alone(kit: Kit, here: Path) -> None:
    assert kit("org", "init", "org.yaml").code == 0
    assert OrgProfile.from_path(here / "org.yaml").name == "my-brand"
    (here / "org.yaml").write_text("org: mine\n")
    code, _, err = kit("org", "init", "org.yaml")
    assert code == 2
    assert err == "contract-kit: org.yaml is there already. Name another file, or overwrite it with --force\n"
    assert (here / "org.yaml").read_text() == "org: mine\n"
    assert kit("org", "init", "org.yaml", "--force").code == 0
    assert OrgProfile.from_path(here / "org.yaml").name == "my-brand"


ANSWER = {"entity": {"customer": [{"id": 1, "name": "city", "dataType": "STRING"}]}}


def test_extended_fields_become_a_section(kit: Kit, here: Path) -> None:
    (here / "answer.json").write_text(json.dumps(ANSWER))
    code, out, err = kit("org", "import-extended-fields", "answer.json")
    assert (code, err) == (0, "")
    profile = OrgProfile.from_text(out)
    assert profile.extended_fields is not None
    assert profile.extended_fields["city"].type == "string"


@pytest.mark.parametrize(
    ("content", "message"),
    [('{"entity": }', "answer.json:1:12: "), ('{"no": 1}', "answer.json: "), ("", "answer.json:1:1: ")],
)
def test_what_is_no_such_answer(kit: Kit, here: Path, content: str, message: str) -> None:
    (here / "answer.json").write_text(content)
    code, out, err = kit("org", "import-extended-fields", "answer.json")
    assert (code, out) == (2, "")
    assert err.startswith(f"contract-kit: {message}")
