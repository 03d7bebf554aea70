"""The fuzzer against servers that are wrong on purpose: which defect is caught, how, and after how many requests."""

from __future__ import annotations

import contextlib
import io
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from contract_kit.contract import Contract
from contract_kit.examples import ORG
from contract_kit.fuzz import Credentials, fuzz
from contract_kit.fuzz.findings import FuzzFinding
from contract_kit.fuzz.report import FuzzReport
from contract_kit.fuzz.targets import AsgiTarget
from contract_kit.org import OrgProfile

PAIR = "till.one:8a16a6b70505eb1f1ff7cdc0cd5559a7"
TESTERS = Credentials(PAIR, "sample-token-one", "reader:5ebe2294ecd0e0f08eab7690d2a6ee69", "sample-token-old")
SETTINGS: dict[str, Any] = {
    "basic": [PAIR], "tokens": ["sample-token-one"],
    "read_only": ["reader:5ebe2294ecd0e0f08eab7690d2a6ee69"], "expired": ["sample-token-old"],
}  # fmt: skip
STRICT_ORG: dict[str, Any] = {
    **ORG,
    "org": "example-brand-strict",
    "registration": {**ORG["registration"], "primaryIdentifier": "mobile", "mandatory": ["mobile", "lastName"]},
    "programs": {"469": {"tiers": 3}, "500": {"tiers": 1}},
    "customerStatus": {"labels": ["active-1"], "default": "active-1"},
}
"""An org in which the defects show that need mandatory attributes, two programmes or a default status."""
_RATE = "60/s"
_PATIENCE = 1.0


@dataclass(frozen=True, slots=True)
class Row:
    """What became of one defect. ``org`` names the profile under which it was caught, ``requests`` is the number of
    requests that this server had had by then."""

    defect: str
    area: str
    org: str
    findings: tuple[FuzzFinding, ...]
    requests: int

    @property
    def caught(self) -> bool:
        """Whether anything was found."""
        return bool(self.findings)


def profiles() -> list[Contract]:
    """The contracts that servers are tried under: a defect that does not show under the first one's org profile gets a
    server of the second, with a budget of its own."""
    bundled = Contract.bundled()
    return [bundled.for_org(OrgProfile.from_mapping(ORG)), bundled.for_org(OrgProfile.from_mapping(STRICT_ORG))]


def matrix(max_requests: int, names: Iterable[str] = (), tell: Callable[[Row], None] | None = None) -> Iterator[Row]:
    """A row for each defect, or for those that are named."""
    from contract_kit.server.defects import ALL

    wanted = set(names)
    contracts = profiles()
    for one in ALL:
        if wanted and one.name not in wanted:
            continue
        row = Row(one.name, one.area, "", (), 0)
        for contract in contracts:
            report = against(contract, (one.name,), max_requests)
            if report.findings:
                first = min(finding.at for finding in report.findings)
                row = Row(one.name, one.area, contract.org.name or "", tuple(report.findings), first)
                break
        if tell is not None:
            tell(row)
        yield row


def against(contract: Contract, defects: Iterable[str], max_requests: int, **settings: Any) -> FuzzReport:
    """A run against the reference server with defects, in this process."""
    from contract_kit.server import app

    names = tuple(defects)
    with tempfile.TemporaryDirectory(prefix="contract-kit-") as folder, contextlib.redirect_stderr(io.StringIO()):
        own = {**SETTINGS, "defects": names, "db": str(Path(folder) / "customers.db")}
        if any(name.startswith("retry-after") for name in names):
            own["rate_limit"] = _RATE

        def made() -> Any:
            return app(contract, **own)

        target = AsgiTarget(made(), timeout=_PATIENCE)

        def restart() -> None:
            target.app.state.behaviour.store.close()
            target.app = made()

        stop: Callable[[FuzzFinding], bool] | None = (lambda finding: True) if "rate_limit" in own else None
        try:
            return fuzz(
                target, contract, credentials=TESTERS, max_requests=max_requests, restart=restart, stop=stop, **settings
            )
        finally:
            target.app.state.behaviour.store.close()
            target.close()


def table(rows: Iterable[Row]) -> str:
    """The matrix as text, with its sums."""
    lines, caught, ends = [], 0, []
    for row in rows:
        said = "; ".join(f"{one.code} ({one.cause})" if one.cause else one.code for one in row.findings) or "not caught"
        lines.append((row.defect, str(row.requests) if row.caught else "-", said))
        caught += row.caught
        ends += [row.requests] if row.caught else []
    width = max((len(line[0]) for line in lines), default=0)
    text = "\n".join(f"{name:<{width}}  {number:>5}  {said}" for name, number, said in lines)
    ends.sort()
    middle = f", half of them within {ends[len(ends) // 2]} requests, the last after {ends[-1]}" if ends else ""
    return f"{text}\n\n{caught} of {len(lines)} caught{middle}\n"
