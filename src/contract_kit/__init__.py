"""contract-kit holds both sides of one HTTP API, ``POST /v2/customers``, to its contract.

>>> from contract_kit import Contract
>>> report = Contract.bundled().check({"profiles": [{"source": "Instore", "identifiers": []}]})
>>> [finding.code for finding in report.findings]
['identifiers-missing', 'source-unknown']

Names are loaded when they are first used, so that ``import contract_kit`` costs next to nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

__version__ = "0.1.0"

if TYPE_CHECKING:
    from contract_kit.contract import Contract, ContractViolation
    from contract_kit.errors import ContractKitError, InputError, OrgProfileError, SpecError, UsageError
    from contract_kit.exchange import Exchange, Request, Response
    from contract_kit.findings import Evidence, Finding, Location, Severity
    from contract_kit.ledger import Ledger
    from contract_kit.org import OrgProfile
    from contract_kit.outcome import Outcome, Verdict
    from contract_kit.report import InputResult, Report
    from contract_kit.rule import Example, Rule

_HOMES = {
    "Contract": "contract",
    "ContractKitError": "errors",
    "ContractViolation": "contract",
    "Evidence": "findings",
    "Example": "rule",
    "Exchange": "exchange",
    "Finding": "findings",
    "InputError": "errors",
    "InputResult": "report",
    "Ledger": "ledger",
    "Location": "findings",
    "OrgProfile": "org",
    "OrgProfileError": "errors",
    "Outcome": "outcome",
    "Report": "report",
    "Request": "exchange",
    "Response": "exchange",
    "Rule": "rule",
    "Severity": "findings",
    "SpecError": "errors",
    "UsageError": "errors",
    "Verdict": "outcome",
}

__all__ = [
    "Contract",
    "ContractKitError",
    "ContractViolation",
    "Evidence",
    "Example",
    "Exchange",
    "Finding",
    "InputError",
    "InputResult",
    "Ledger",
    "Location",
    "OrgProfile",
    "OrgProfileError",
    "Outcome",
    "Report",
    "Request",
    "Response",
    "Rule",
    "Severity",
    "SpecError",
    "UsageError",
    "Verdict",
    "__version__",
]


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(f"{__name__}.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
