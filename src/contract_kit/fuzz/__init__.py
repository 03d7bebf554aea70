"""The fuzzer: finds what is wrong with an implementation of the contract, and says exactly what.

``fuzz`` runs it against an address or an application in this process; ``suite`` is the same for a test. Every answer is
judged against the contract and against what the request had to lead to; a server that conforms is met with silence.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from contract_kit.fuzz.credentials import Credentials
from contract_kit.fuzz.steps import SUITES

if TYPE_CHECKING:
    from contract_kit.contract import Contract
    from contract_kit.fuzz.findings import FuzzFinding
    from contract_kit.fuzz.report import FuzzReport
    from contract_kit.fuzz.targets import Target

__all__ = ["SUITES", "Credentials", "FuzzFailedError", "fuzz", "suite"]

MAX_REQUESTS = 300


class FuzzFailedError(AssertionError):
    """Raised by ``suite``; ``report`` holds the findings, the text names each with its request."""

    def __init__(self, report: FuzzReport) -> None:
        self.report = report
        lines = [f"  {one.severity.value}: {one.message} [{one.code}]\n    {one.curl}" for one in report.open]
        super().__init__(f"{len(report.open)} finding(s) in {report.requests} requests:\n" + "\n".join(lines))


def fuzz(
    target: str | Target | Any,
    contract: Contract | None = None,
    *,
    credentials: Credentials | None = None,
    max_requests: int = MAX_REQUESTS,
    max_seconds: float | None = None,
    rate: str = "none",
    seed: int = 0,
    suites: Sequence[str] = SUITES,
    strict: bool = False,
    workers: int = 1,
    probe: bool = True,
    timeout: float = 20.0,
    salt: int | None = None,
    explore: bool = True,
    schemathesis: bool | None = None,
    watch: Callable[[Any], None] | None = None,
    created: Callable[[object], None] | None = None,
    stop: Callable[[FuzzFinding], bool] | None = None,
    restart: Callable[[], None] | None = None,
) -> FuzzReport:
    """Fuzz a server: an address (the part before ``/customers``), an ASGI application, or a ``Target``.

    ``rate`` is ``auto``, ``none`` or ``N/m``; ``seed`` decides what chance draws, never the identities, which are new in
    every run unless ``salt`` is given. ``explore`` spends on chance what the plan leaves of the budget, ``schemathesis``
    says whether its cases are part of that (``None``: where it is installed). ``watch`` is told of the run after each
    case, ``created`` of every id that the server gives. Raises ``ContractKitError`` where nothing could be tested.
    """
    from contract_kit.fuzz.engine import Engine, Settings

    settings = Settings(
        max_requests, max_seconds, rate, seed, tuple(suites), strict, workers, probe, timeout, salt, explore, schemathesis
    )
    engine = Engine(target, contract, credentials, settings, watch=watch, created=created, stop=stop, restart=restart)
    try:
        return engine.run()
    finally:
        engine.close()


def suite(app: Any, contract: Contract | None = None, **settings: Any) -> FuzzReport:
    """``fuzz`` for a test: raises ``FuzzFailedError`` where there is an error among the findings.

    ``app`` is an ASGI application or an address; the settings are those of ``fuzz``.
    """
    from contract_kit.findings import Severity

    report = fuzz(app, contract, **settings)
    if report.fails(Severity.ERROR):
        raise FuzzFailedError(report)
    return report
