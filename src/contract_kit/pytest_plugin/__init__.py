"""The pytest plugin: assertions on payloads and answers, folders as tests, and what of the contract a suite has exercised.

pytest loads this for every suite of an environment that the kit is installed in. So nothing but pytest is imported here, no
fixture applies by itself, and a suite that uses none of it sees none of it.
"""

from __future__ import annotations

from argparse import ArgumentTypeError
from typing import TYPE_CHECKING, Any

import pytest

from contract_kit.pytest_plugin.tally import Tally

if TYPE_CHECKING:
    from contract_kit.pytest_plugin.asserting import ContractAssertions

_TALLY = pytest.StashKey[Tally]()
_COVERAGE = ("auto", "full", "off")
_WORKER_OUTPUT = "contract_kit"
_MARKERS = {
    "contract(org=None, select=(), ignore=(), errors=(), strict=False)": (
        "judge this test's payloads under an org profile (a path from the folder of the test's file or the root of the "
        "project, a mapping, or an OrgProfile) and with other rules"
    ),
    "contract_payloads(folder, name='payload', kind='request')": (
        "run this test once for each file of a folder or pattern of payloads, which it gets as the argument `name`"
    ),
}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare options and settings."""
    group = parser.getgroup("contract-kit", "contract-kit: the contract of POST /v2/customers")
    add = group.addoption
    add("--contract-org", metavar="FILE", help="the org profile for the fixture `contract`")
    add(
        "--contract-coverage",
        choices=_COVERAGE,
        default="auto",
        help="what of the contract the suite has exercised: auto (in short, where anything was), full, off",
    )
    add("--contract-min-rules", type=_percent, metavar="PERCENT", help="fail where the suite exercises fewer of the rules")
    add("--contract-min-codes", type=_percent, metavar="PERCENT", help="fail where the suite exercises fewer API codes")
    parser.addini(
        "contract_org", "the org profile for the fixture `contract`; a path from the folder of this file", default=""
    )
    parser.addini("contract_select", "report these rules of the contract only", type="args", default=[])
    parser.addini("contract_ignore", "do not report these rules of the contract", type="args", default=[])
    parser.addini("contract_errors", "count the warnings of these rules of the contract as errors", type="args", default=[])
    parser.addini("contract_strict", "count all warnings of the contract as errors", type="bool", default=False)
    parser.addini("contract_min_rules", "as --contract-min-rules", default="")
    parser.addini("contract_min_codes", "as --contract-min-codes", default="")


def pytest_configure(config: pytest.Config) -> None:
    """Make the markers known, and a place for the tally."""
    for marker, purpose in _MARKERS.items():
        config.addinivalue_line("markers", f"{marker}: {purpose}")
    config.stash[_TALLY] = Tally()
    for what in ("rules", "codes"):
        _wanted(config, what)


@pytest.fixture
def contract(request: pytest.FixtureRequest) -> ContractAssertions:
    """Asserts that payloads are accepted or refused and that answers conform (contract-kit)."""
    from contract_kit.errors import ContractKitError
    from contract_kit.pytest_plugin.asserting import ContractAssertions
    from contract_kit.pytest_plugin.settings import contract_of

    try:
        made = contract_of(request.node)
    except ContractKitError as error:
        pytest.fail(str(error), pytrace=False)
    tally = request.config.stash[_TALLY]
    tally.uses(made)
    return ContractAssertions(made, tally)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test a file, where the marker asks for it."""
    for marker in metafunc.definition.iter_markers("contract_payloads"):
        from contract_kit.pytest_plugin.payloads import parametrize

        parametrize(metafunc, marker)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    """Take over what a worker of xdist has counted."""
    tally = node.config.stash[_TALLY]
    output = getattr(node, "workeroutput", None) or {}
    if _WORKER_OUTPUT in output:
        tally.add(output[_WORKER_OUTPUT])
    else:
        tally.lost += 1


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Hand over to xdist what a worker has counted; else fail a run that exercises less than is asked for."""
    config = session.config
    output: dict[str, Any] | None = getattr(config, "workeroutput", None)
    if output is not None:
        output[_WORKER_OUTPUT] = config.stash[_TALLY].as_data()
    elif session.exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED) and _asked(config):
        from contract_kit.pytest_plugin.summary import shortfalls

        if shortfalls(config, config.stash[_TALLY], _wanted(config, "rules"), _wanted(config, "codes")):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say what of the contract the suite has exercised."""
    tally, manner = config.stash[_TALLY], config.getoption("contract_coverage")
    if config.option.collectonly or not (_asked(config) or manner == "full" or (manner == "auto" and tally.used)):
        return
    from contract_kit.pytest_plugin.summary import write

    write(terminalreporter, tally, _wanted(config, "rules"), _wanted(config, "codes"), manner)


def _asked(config: pytest.Config) -> bool:
    """Whether a threshold is set."""
    wanted = (_wanted(config, what) for what in ("rules", "codes"))
    return not config.option.collectonly and any(least is not None for least in wanted)


def _wanted(config: pytest.Config, what: str) -> float | None:
    """The threshold for rules or codes: from the command line, else from the settings, else none."""
    given: float | None = config.getoption(f"contract_min_{what}")
    written = str(config.getini(f"contract_min_{what}")).strip()
    if given is not None or not written:
        return given
    try:
        return _percent(written)
    except ArgumentTypeError as error:
        raise pytest.UsageError(f"contract_min_{what}: {error}") from None


def _percent(text: str) -> float:
    """A share in percent, 0 to 100, with or without its sign."""
    try:
        share = float(text.strip().removesuffix("%"))
    except ValueError:
        share = -1.0
    if not 0 <= share <= 100:
        raise ArgumentTypeError(f"{text!r} is no share; give a number from 0 to 100")
    return share
