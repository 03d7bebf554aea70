"""The plugin as users have it: found by its entry point in a pytest of its own, configured, and with xdist."""

from __future__ import annotations

import importlib
import json
import pkgutil
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import contract_kit

pytest_plugins = ["pytester"]

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
ORG = FIXTURES / "org" / "demo-org.yaml"
ONE = """
GOOD = {"profiles": [{"source": "INSTORE", "identifiers": [{"type": "mobile", "value": "919800000001"}]}]}
BAD = {"profiles": [{"source": "Instore", "identifiers": [{"type": "mobile", "value": "919800000001"}]}]}
TMALL = {"profiles": [{"source": "TMALL", "identifiers": [{"type": "cuid", "value": "c-1"}]}]}
"""
FOUR = f"""{ONE}
def test_one(contract):
    contract.assert_accepts(GOOD)

def test_two(contract):
    contract.assert_refused(BAD, code=3217)

def test_three(contract):
    contract.assert_refused({{"profiles": []}})

def test_four(contract):
    contract.assert_refused({{}}, code=8084)
"""
FAILING = f"""{ONE}
def test_failing(contract):
    contract.assert_accepts(BAD)
"""


class Suite:
    """A folder with tests, run by a pytest of its own: in this process, or with ``process`` in one of its own."""

    def __init__(self, pytester: pytest.Pytester) -> None:
        self.pytester = pytester
        self.path = pytester.path

    def run(self, test: str | None, *options: str, ini: str = "", process: bool = False) -> tuple[int, str]:
        if test is not None:
            (self.path / "test_suite.py").write_text(test, encoding="utf-8")
        (self.path / "pytest.ini").write_text(
            f"[pytest]\naddopts = --strict-markers --strict-config -p no:cacheprovider -W error\n{ini}\n", encoding="utf-8"
        )
        run = self.pytester.runpytest_subprocess if process else self.pytester.runpytest_inprocess
        done = run("-q", *options)
        return int(done.ret), done.stdout.str() + done.stderr.str()


@pytest.fixture(scope="session", autouse=True)
def loaded() -> None:
    """All that the plugin needs. What a pytest inside this process imports is gone with it; to import a part of a package
    anew, or one that is partly in C, makes two of what is one."""
    for module in pkgutil.walk_packages(contract_kit.__path__, "contract_kit."):
        if module.name.split(".")[1] in ("clients", "judge", "jsontext", "org", "pytest_plugin", "records", "rules"):
            importlib.import_module(module.name)
    contract_kit.OrgProfile.from_path(ORG)  # with PyYAML


@pytest.fixture
def suite(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Suite:
    for name in ("PYTEST_ADDOPTS", "PYTEST_XDIST_WORKER", "PYTEST_XDIST_WORKER_COUNT", "PYTEST_XDIST_TESTRUNUID"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "100")
    # Only what is named is loaded: other plugins have other costs and other bugs.
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTEST_PLUGINS", "contract_kit.pytest_plugin")
    return Suite(pytester)


def section(output: str) -> list[str]:
    """The lines of the summary."""
    found = re.search(r"^=+ contract coverage =+\n(.*?)(?=^=|^\d+ (?:passed|failed)|^no tests|\Z)", output, re.M | re.S)
    return found[1].splitlines() if found else []


# -- a suite that does not use it -------------------------------------------------------------------------------------


def test_a_suite_that_does_not_use_it_sees_nothing_of_it(suite: Suite, monkeypatch: pytest.MonkeyPatch) -> None:
    """Found by its entry point, as in any environment that the kit is installed in."""
    monkeypatch.delenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD")
    monkeypatch.delenv("PYTEST_PLUGINS")
    test = """
import sys

def test_nothing(request):
    heavy = ("contract", "rules", "records", "org", "judge", "clients")
    assert [name for name in heavy if f"contract_kit.{name}" in sys.modules] == []
    assert "contract_kit.pytest_plugin" in sys.modules
    assert request.fixturenames == ["request"]
"""
    code, output = suite.run(test, process=True)
    assert code == 0, output
    assert "contract" not in output


def test_loading_imports_little() -> None:
    code = (
        "import sys, pytest, _pytest.pytester\nbefore = set(sys.modules)\nimport contract_kit.pytest_plugin\n"
        "print(sorted(set(sys.modules) - before))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "['contract_kit', 'contract_kit.pytest_plugin', 'contract_kit.pytest_plugin.tally']\n"


def test_options_and_markers_are_explained(suite: Suite) -> None:
    code, output = suite.run(None, "--help")
    assert code == 0
    for option in ("--contract-org=FILE", "--contract-coverage={auto,full,off}", "--contract-min-rules=PERCENT"):
        assert option in output
    for setting in ("contract_org (string)", "contract_strict (bool)", "contract_min_codes (string)"):
        assert setting in output
    code, output = suite.run(None, "--markers")
    assert "@pytest.mark.contract(org=None," in output
    assert "@pytest.mark.contract_payloads(folder," in output


# -- the fixture ------------------------------------------------------------------------------------------------------


def test_a_failure_points_at_the_line_of_the_test(suite: Suite) -> None:
    code, output = suite.run(FAILING, process=True)
    assert code == 1
    assert ">       contract.assert_accepts(BAD)\n" in output
    assert "E       ContractFailure: the contract does not accept this payload: would be refused: 3217\n" in output
    assert "\ntest_suite.py:7: ContractFailure\n" in output
    assert "asserting.py" not in output
    assert "919800000001" not in output
    assert "FAILED test_suite.py::test_failing - ContractFailure: the contract does not accept this payload" in output


@pytest.mark.parametrize(
    ("options", "ini", "marker", "org"),
    [
        ((), "", "", None),
        ((), "contract_org = orgs/ini.yaml", "", "ini"),
        (("--contract-org", "orgs/option.yaml"), "contract_org = orgs/ini.yaml", "", "option"),
        (("--contract-org", "orgs/option.yaml"), "", '@pytest.mark.contract(org="orgs/marker.yaml")', "marker"),
        ((), "contract_org = orgs/ini.yaml", "@pytest.mark.contract(org=None)", None),
        ((), "", '@pytest.mark.contract(org={"org": "mapped"})', "mapped"),
        ((), "", '@pytest.mark.contract(org=OrgProfile.from_mapping({"org": "made"}))', "made"),
        ((), "contract_org = orgs/ini.yaml", "@pytest.mark.contract(strict=True)", "ini"),
    ],
)
def test_the_nearest_setting_decides(suite: Suite, options: tuple[str, ...], ini: str, marker: str, org: str | None) -> None:
    folder = suite.path / "orgs"
    folder.mkdir()
    for name in ("ini", "option", "marker"):
        (folder / f"{name}.yaml").write_text(f"org: {name}\n")
    head = f"import pytest\nfrom contract_kit import OrgProfile\n\n{marker}\n"
    test = f"{head}def test_org(contract):\n    assert contract.contract.org.name == {org!r}\n"
    code, output = suite.run(test, *options, ini=ini)
    assert code == 0, output


def test_settings_choose_rules_and_markers_change_them(suite: Suite) -> None:
    test = f"""import pytest
{ONE}
MISSPELT = {{**GOOD, "prifiles": 1}}

def test_ignored(contract):
    contract.assert_accepts(MISSPELT)

@pytest.mark.contract(ignore=())
def test_strict(contract):
    with pytest.raises(AssertionError, match="unknown-member"):
        contract.assert_accepts(MISSPELT)

@pytest.mark.contract(ignore=(), strict=False)
class TestClass:
    def test_lenient(self, contract):
        contract.assert_accepts(MISSPELT)

    @pytest.mark.contract(errors="unknown-member")
    def test_nearer(self, contract):
        with pytest.raises(AssertionError, match="unknown-member"):
            contract.assert_accepts(MISSPELT)
"""
    code, output = suite.run(test, ini="contract_strict = true\ncontract_ignore = unknown-member")
    assert code == 0, output


@pytest.mark.parametrize(
    ("marker", "ini", "message"),
    [
        ("@pytest.mark.contract(org='none.yaml')", "", "none.yaml: cannot be read: No such file or directory"),
        ("@pytest.mark.contract(organisation=None)", "", "the marker `contract` has no setting 'organisation'"),
        ("@pytest.mark.contract('my-org.yaml')", "", "the marker `contract` takes its settings by name"),
        ("@pytest.mark.contract(org=7)", "", "org: int is no org profile"),
        ("", "contract_org = none.yaml", "none.yaml: cannot be read: No such file or directory"),
        ("", "contract_ignore = source-unknwon", "there is no rule 'source-unknwon'. did you mean source-unknown?"),
    ],
)
def test_a_wrong_setting_is_told_without_a_traceback(suite: Suite, marker: str, ini: str, message: str) -> None:
    code, output = suite.run(f"import pytest\n\n{marker}\ndef test_it(contract):\n    pass\n", ini=ini)
    assert code == 1
    assert message in output
    assert "Traceback" not in output
    assert "settings.py" not in output


def test_a_suite_may_have_a_fixture_of_that_name(suite: Suite) -> None:
    own = "import pytest\n\n@pytest.fixture\ndef contract():\n    return 7\n"
    test = f"{own}\ndef test_own(contract):\n    assert contract == 7\n"
    code, output = suite.run(test)
    assert (code, section(output)) == (0, [])


# -- folders ----------------------------------------------------------------------------------------------------------


FOLDER = """import pytest

@pytest.mark.contract(org="org.yaml")
@pytest.mark.contract_payloads({arguments})
def test_payload(contract, payload):
    contract.{method}(payload)
"""


@pytest.fixture
def payloads(suite: Suite) -> Path:
    folder = suite.path / "payloads"
    (folder / "deeper").mkdir(parents=True)
    good = json.dumps({"profiles": [{"source": "INSTORE", "identifiers": [{"type": "cuid", "value": "c-1"}]}]})
    (folder / "one.json").write_text(good)
    (folder / "deeper" / "two.ndjson").write_text(f"{good}\n\n{good}\n")
    (folder / "three.yaml").write_text("profiles: [{source: TMALL, identifiers: [{type: cuid, value: c-1}]}]\n")
    (folder / "notes.txt").write_text("not a payload")
    (suite.path / "org.yaml").write_text(ORG.read_text())
    return folder


def test_a_folder_becomes_one_test_a_file(suite: Suite, payloads: Path) -> None:
    code, output = suite.run(FOLDER.format(arguments="'payloads'", method="assert_accepts"), "-vv")
    ids = re.findall(r"^test_suite\.py::test_payload\[(.*)\] (\w+)", output, re.M)
    assert ids == [("deeper/two.ndjson", "PASSED"), ("one.json", "PASSED"), ("three.yaml", "FAILED")]
    assert "\nE         three.yaml\n" in output
    assert "line 1:21 [source-not-enabled, API 3217]" in output
    assert code == 1


def test_patterns_and_single_files_will_do(suite: Suite, payloads: Path) -> None:
    assert suite.run(FOLDER.format(arguments="'payloads/*.json'", method="assert_accepts"))[0] == 0
    assert suite.run(FOLDER.format(arguments="'payloads/three.yaml'", method="assert_refused"))[0] == 0


def test_a_folder_is_found_from_the_file_and_from_the_root(suite: Suite, payloads: Path) -> None:
    below = suite.path / "tests"
    below.mkdir()
    (below / "test_below.py").write_text(FOLDER.format(arguments="'payloads/one.json'", method="assert_accepts"))
    code, output = suite.run(None, "tests")
    assert code == 0, output
    own = below / "payloads"
    own.mkdir()
    (own / "one.json").write_text("{}")
    assert suite.run(None, "tests")[0] == 1


def test_answers_and_another_name(suite: Suite) -> None:
    answers = FIXTURES / "responses" / "good"
    test = f"""import pytest

@pytest.mark.contract_payloads({str(answers)!r}, name="answer", kind="response")
def test_answer(contract, answer):
    contract.assert_conforms(answer)

@pytest.mark.contract_payloads({str(FIXTURES / "exchanges" / "bad")!r}, kind="exchange")
def test_exchange(contract, payload):
    with pytest.raises(AssertionError):
        contract.assert_conforms(payload)
"""
    code, output = suite.run(test, "--contract-org", str(ORG))
    assert code == 0, output
    number = sum(path.is_file() for path in [*answers.iterdir(), *(FIXTURES / "exchanges" / "bad").iterdir()])
    assert f"{number} passed" in output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("'nowhere'", "contract_payloads: {root}/nowhere: there is no such file or folder"),
        ("'payloads/*.csv'", "contract_payloads: {root}/payloads/*.csv: nothing matches this pattern"),
        ("'payloads', name='body'", "contract_payloads: test_payload has no argument 'body' for the payload"),
        ("'payloads', kind='answer'", "contract_payloads: there is no kind 'answer'"),
        ("", "the marker is contract_payloads(folder, name='payload', kind='request')"),
        ("'payloads', wrong=1", "the marker is contract_payloads(folder, name='payload', kind='request')"),
    ],
)  # fmt: skip
def test_a_wrong_marker_is_told_at_collection(suite: Suite, payloads: Path, arguments: str, message: str) -> None:
    code, output = suite.run(FOLDER.format(arguments=arguments, method="assert_accepts"))
    assert code == 2
    assert message.format(root=suite.path) in output
    assert "Traceback" not in output


def test_an_empty_folder_is_no_test_that_passes(suite: Suite, payloads: Path) -> None:
    (suite.path / "empty").mkdir()
    code, output = suite.run(FOLDER.format(arguments="'empty'", method="assert_accepts"))
    assert code == 2
    assert f"{suite.path}/empty: this folder holds nothing to check" in output


# -- coverage ---------------------------------------------------------------------------------------------------------


def test_a_session_ends_with_what_it_has_exercised(suite: Suite) -> None:
    code, output = suite.run(FOUR)
    assert code == 0
    lines = section(output)
    assert lines[0] == "4 assertions held under contract 1.0.0"
    assert re.fullmatch(r"rules: 3 of \d+ exercised \(\d %\)", lines[1])
    assert re.fullmatch(r"API codes: 3 of \d+ exercised \(\d %\)", lines[2])
    assert lines[3:] == ["  exercised: 3217, 8005, 8084"]


def test_the_full_summary_names_what_lacks(suite: Suite) -> None:
    _, output = suite.run(FOUR, "--contract-coverage", "full", "--contract-org", str(ORG))
    lines = section(output)
    assert lines[0] == "4 assertions held under contract 1.0.0, org demo-brand"
    text = " ".join(line.strip() for line in lines)
    assert (
        " exercised: array-too-short, member-missing, source-unknown not exercised: accepted-wrongly, account-missing,"
        in text
    )
    assert " exercised: 3217, 8005, 8084, 8107 not exercised: 500, 521," in text
    assert max(map(len, lines)) <= 100


def test_the_summary_can_be_left_out(suite: Suite) -> None:
    assert section(suite.run(FOUR, "--contract-coverage", "off")[1]) == []


def test_failing_assertions_exercise_nothing(suite: Suite) -> None:
    code, output = suite.run(FAILING)
    assert (code, section(output)) == (1, [])
    _, output = suite.run(FAILING, "--contract-coverage=full")
    assert section(output)[0] == "0 assertions held under contract 1.0.0"


@pytest.mark.parametrize(
    ("options", "ini", "code", "last"),
    [
        (("--contract-min-codes=0.5",), "", 0, None),
        (("--contract-min-codes=50%",), "", 1, r"API codes: \d+ % is less than the 50 % asked for"),
        (("--contract-min-rules=0.5",), "", 0, None),
        ((), "contract_min_rules = 99", 1, r"rules: \d+ % is less than the 99 % asked for"),
        (("--contract-min-rules=0",), "contract_min_rules = 99", 0, None),
        (("--contract-min-rules=99", "--contract-coverage=off"), "", 1, r"rules: \d+ % is less than the 99 % asked for"),
    ],
)
def test_a_threshold_fails_a_run_that_exercises_too_little(
    suite: Suite, options: tuple[str, ...], ini: str, code: int, last: str | None
) -> None:
    ended, output = suite.run(FOUR, *options, ini=ini)
    assert ended == code, output
    assert re.fullmatch(last or "  exercised: 3217, 8005, 8084", section(output)[-1])


def test_a_threshold_fails_a_suite_that_uses_nothing(suite: Suite) -> None:
    code, output = suite.run("def test_nothing():\n    pass\n", "--contract-min-rules", "1")
    assert code == 1
    assert section(output)[0] == "0 assertions held under contract 1.0.0"
    assert section(output)[-1] == "rules: 0 % is less than the 1 % asked for"


def test_a_threshold_is_not_asked_where_nothing_runs(suite: Suite) -> None:
    code, output = suite.run(FOUR, "--contract-min-rules", "99", "--collect-only")
    assert (code, section(output)) == (0, [])


def test_a_profile_that_cannot_be_read_is_told_by_the_summary(suite: Suite) -> None:
    code, output = suite.run("def test_nothing():\n    pass\n", "--contract-min-rules", "1", "--contract-org", "none.yaml")
    assert code == 4
    assert f"ERROR: {suite.path}/none.yaml: cannot be read: No such file or directory" in output
    assert "Traceback" not in output
    code, output = suite.run("def test_nothing():\n    pass\n", "--contract-coverage=full", "--contract-org", "none.yaml")
    assert code == 0
    assert section(output)[0].startswith(f"not known: {suite.path}/none.yaml: cannot be read")


@pytest.mark.parametrize("share", ["lots", "-1", "101", "nan"])
def test_a_share_is_from_0_to_100(suite: Suite, share: str) -> None:
    code, output = suite.run(FOUR, f"--contract-min-rules={share}")
    assert code == 4
    assert f"'{share}' is no share; give a number from 0 to 100" in output
    code, output = suite.run(FOUR, ini=f"contract_min_rules = {share}")
    assert code == 4
    assert f"contract_min_rules: '{share}' is no share; give a number from 0 to 100" in output


# -- xdist ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def spread(suite: Suite, monkeypatch: pytest.MonkeyPatch) -> Suite:
    monkeypatch.setenv("PYTEST_PLUGINS", "contract_kit.pytest_plugin,xdist.plugin,xdist.looponfail")
    return suite


def test_workers_of_xdist_are_added_up(spread: Suite) -> None:
    _, alone = spread.run(FOUR, "--contract-coverage=full", "--contract-min-rules=99")
    code, output = spread.run(FOUR, "--contract-coverage=full", "--contract-min-rules=99", "-n", "2", process=True)
    assert code == 1, output
    assert "bringing up nodes..." in output
    assert section(output) == section(alone)
    assert section(alone)[0] == "4 assertions held under contract 1.0.0"
    assert re.fullmatch(r"rules: \d+ % is less than the 99 % asked for", section(output)[-1])


def test_a_worker_that_dies_is_told(spread: Suite) -> None:
    test = f"{FOUR}\ndef test_five(contract):\n    import os\n    contract.assert_accepts(GOOD)\n    os._exit(3)\n"
    code, output = spread.run(test, "-n", "1", "--contract-coverage=full", process=True)
    assert code == 1
    assert section(output)[-1] == "1 worker ended without a word; what ran there is not counted"


def test_data_between_processes_is_plain() -> None:
    from contract_kit import Contract
    from contract_kit.pytest_plugin.tally import Tally

    one, two, both = Tally(), Tally(), Tally()
    one.uses(Contract.bundled())
    one.held(["source-unknown", "source-unknown"], [3217])
    two.uses(Contract.bundled().for_org(ORG))
    two.held(["source-unknown", "source-missing"], [8004, 3217])
    for tally in (one, two):
        data: dict[str, Any] = json.loads(json.dumps(tally.as_data()))
        both.add(data)
    assert both.assertions == 2
    assert dict(both.rules) == {"source-unknown": 2, "source-missing": 1}
    assert dict(both.codes) == {3217: 2, 8004: 1}
    assert both.contracts == {("1.0.0", ""), ("1.0.0", "demo-brand")}
    assert both.active == one.active | two.active > one.active
