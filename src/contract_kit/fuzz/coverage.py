"""What a run has tested and what not: rule by rule, law by law, keyword of the schema by keyword, on both sides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from contract_kit.contract import Contract
from contract_kit.fuzz.steps import Case
from contract_kit.fuzz.suites import rules, schema
from contract_kit.fuzz.suites.twins import KEPT

NO_CASE = "the org profile leaves no request that breaks this rule and nothing else"
_ANY = "sample"


class Coverage:
    """Counts for one run. ``tested`` counts cases by the names of rules and laws, ``untested`` says why one was not."""

    def __init__(self, contract: Contract, suites: Iterable[str]) -> None:
        self._contract = contract
        self._suites = tuple(suites)
        self.tested: Counter[str] = Counter()
        self.untested: dict[str, str] = {}
        self.places: Counter[str] = Counter()
        self.codes: Counter[int] = Counter()

    def done(self, case: Case, bodies: Iterable[tuple[Any, bool]]) -> None:
        """A case whose answers could all be judged, and its bodies with whether they had to be accepted."""
        for name in _names(case):
            self.tested[name] += 1
            self.untested.pop(name, None)
        for body, accepted in bodies:
            if accepted:
                self.places.update(set(_places(body, "")))

    def not_tested(self, case: Case, why: str) -> None:
        """A case that came to nothing."""
        for name in _names(case):
            if not self.tested[name]:
                self.untested[name] = why

    def as_data(self) -> dict[str, Any]:
        """The counts by rule (``broken``, ``kept``), law (``tested``) and keyword (``valid``, ``invalid``), each with the
        reason where there is nothing to count; and how often each API code was seen."""
        data: dict[str, Any] = {"rules": {}, "laws": {}, "keywords": {}, "api_codes": {}}
        if "rules" in self._suites:
            for rule in self._contract.active:
                if rule.on in rules.REQUEST_KINDS:
                    said: dict[str, Any] = {
                        "broken": self.tested[rule.code],
                        "kept": self.tested[f"{rule.code}{KEPT}"],
                    }
                    if not said["broken"]:
                        said["not_tested"] = self.untested.get(rule.code) or rules.NOT_TRIED.get(rule.code, NO_CASE)
                    data["rules"][rule.code] = said
        for name in sorted({*self._laws, *self._untested_laws}):
            data["laws"][name] = {"tested": self.tested[name], **self._reason(name)}
        if "schema" in self._suites:
            for name in schema.keywords(self._contract):
                data["keywords"][name] = {"valid": self.places[name.rpartition(" ")[0]], "invalid": self.tested[name]}
        data["api_codes"] = {str(code): number for code, number in sorted(self.codes.items())}
        return data

    @property
    def _laws(self) -> Iterator[str]:
        return (name for name in self.tested if _is_law(name))

    @property
    def _untested_laws(self) -> Iterator[str]:
        return (name for name in self.untested if _is_law(name))

    def _reason(self, name: str) -> dict[str, Any]:
        why = self.untested.get(name)
        return {"not_tested": why} if why is not None else {}


def _names(case: Case) -> tuple[str, ...]:
    return (*case.rules, *case.laws, *case.keywords)


def _is_law(name: str) -> bool:
    """Laws are named by a fact or a decision and a few words; keywords by a place, rules by their code."""
    return name[:1] in "FD" and name[1:2].isdigit()


def _places(value: Any, pointer: str) -> Iterator[str]:
    """Every place in a body, array positions as ``*``; members of free objects also under the name they share."""
    yield pointer or "/"
    if isinstance(value, dict):
        free = pointer.rpartition("/")[2] in ("fields", "extendedFields", "customFields")
        for name, child in value.items():
            yield from _places(child, f"{pointer}/{name}")
            if free:
                yield from _places(child, f"{pointer}/{_ANY}")
    elif isinstance(value, list):
        for child in value:
            yield from _places(child, f"{pointer}/*")
