"""What of the contract a suite has exercised, counted: in one process, or in the workers of xdist and added up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from contract_kit.contract import Contract


class Tally:
    """How often assertions that held have met each rule and each API code. ``active`` and ``known`` are all rules that
    speak and all codes there are, under the contracts that were used; ``lost`` are workers that ended without a word."""

    def __init__(self) -> None:
        self.assertions = 0
        self.rules: Counter[str] = Counter()
        self.codes: Counter[int] = Counter()
        self.active: set[str] = set()
        self.known: set[int] = set()
        self.contracts: set[tuple[str, str]] = set()
        self.lost = 0
        self._seen: set[int] = set()

    @property
    def used(self) -> bool:
        """Whether anything was asserted."""
        return self.assertions > 0

    def uses(self, contract: Contract) -> None:
        """Take note of a contract under which a test judges. It is kept by the settings as long as the session lasts."""
        if id(contract) not in self._seen:
            self._seen.add(id(contract))
            self.active.update(rule.code for rule in contract.active)
            self.known.update(contract.api_codes)
            self.contracts.add((contract.version, contract.org.name or ""))

    def held(self, rules: Iterable[str], codes: Iterable[int]) -> None:
        """Count an assertion that held, with the rules that found something in it and the API codes that it was about."""
        self.assertions += 1
        self.rules.update(set(rules))
        self.codes.update(set(codes))

    def as_data(self) -> dict[str, Any]:
        """All of it as xdist can carry it between processes."""
        return {
            "assertions": self.assertions,
            "rules": dict(self.rules),
            "codes": list(self.codes.items()),
            "active": sorted(self.active),
            "known": sorted(self.known),
            "contracts": sorted(self.contracts),
        }

    def add(self, data: dict[str, Any]) -> None:
        """Add what another process has counted."""
        self.assertions += data["assertions"]
        self.rules.update(data["rules"])
        self.codes.update(dict(data["codes"]))
        self.active.update(data["active"])
        self.known.update(data["known"])
        self.contracts.update((version, org) for version, org in data["contracts"])
