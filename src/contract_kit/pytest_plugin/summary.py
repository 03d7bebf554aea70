"""The summary at the end of a session: what of the contract the suite has exercised, and whether that is enough."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from textwrap import wrap
from typing import NamedTuple

import pytest

from contract_kit.errors import ContractKitError
from contract_kit.pytest_plugin.settings import default_contract
from contract_kit.pytest_plugin.tally import Tally
from contract_kit.showing import count


class Share(NamedTuple):
    """How many of something were exercised, and the least share that is asked for, in percent."""

    what: str
    exercised: tuple[str, ...]
    missed: tuple[str, ...]
    wanted: float | None

    @property
    def percent(self) -> float:
        """0 to 100; of nothing, all is exercised."""
        total = len(self.exercised) + len(self.missed)
        return 100 * len(self.exercised) / total if total else 100.0

    @property
    def short(self) -> bool:
        """Whether that is less than is asked for."""
        return self.wanted is not None and self.percent < self.wanted


def shares(config: pytest.Config, tally: Tally, min_rules: float | None, min_codes: float | None) -> tuple[Share, Share]:
    """The shares of rules and of API codes. Rules that were met though they do not speak now count too."""
    if not tally.active:
        tally.uses(default_contract(config))
    codes = tally.known | set(tally.codes)
    return (
        _share("rules", tally.active | set(tally.rules), tally.rules, min_rules),
        _share("API codes", map(str, sorted(codes)), map(str, tally.codes), min_codes),
    )


def shortfalls(config: pytest.Config, tally: Tally, min_rules: float | None, min_codes: float | None) -> list[Share]:
    """What was exercised less than is asked for. A profile that cannot be read is none of it: the summary says so."""
    try:
        return [share for share in shares(config, tally, min_rules, min_codes) if share.short]
    except ContractKitError as error:
        raise pytest.UsageError(str(error)) from None


def write(
    reporter: pytest.TerminalReporter, tally: Tally, min_rules: float | None, min_codes: float | None, manner: str
) -> None:
    """Write the summary; ``full`` also names what was not exercised."""
    try:
        both = shares(reporter.config, tally, min_rules, min_codes)
    except ContractKitError as error:
        reporter.section("contract coverage")
        reporter.line(f"not known: {error}")
        return
    reporter.section("contract coverage")
    for line in lines(tally, both, full=manner == "full", width=reporter._tw.fullwidth):
        reporter.line(line)
    for share in both:
        if share.short:
            reporter.line(f"{share.what}: {share.percent:.0f} % is less than the {share.wanted:g} % asked for", red=True)


def lines(tally: Tally, both: Iterable[Share], *, full: bool, width: int) -> Iterator[str]:
    """The summary, line by line."""
    named = [f"contract {version}" + (f", org {org}" if org else "") for version, org in sorted(tally.contracts)]
    yield f"{count(tally.assertions, 'assertion')} held under {'; '.join(named)}"
    for share in both:
        total = len(share.exercised) + len(share.missed)
        yield f"{share.what}: {len(share.exercised)} of {total} exercised ({share.percent:.0f} %)"
        if share.exercised and (full or share.what == "API codes"):
            yield from _listed("exercised", share.exercised, width)
        if full and share.missed:
            yield from _listed("not exercised", share.missed, width)
    if tally.lost:
        yield f"{count(tally.lost, 'worker')} ended without a word; what ran there is not counted"


def _share(what: str, known: Iterable[str], met: Iterable[str], wanted: float | None) -> Share:
    names, seen = list(dict.fromkeys(known)), set(met)
    if what == "rules":
        names.sort()
    exercised = tuple(name for name in names if name in seen)
    return Share(what, exercised, tuple(name for name in names if name not in seen), wanted)


def _listed(word: str, names: Iterable[str], width: int) -> Iterator[str]:
    said = f"{word}: {', '.join(names)}"
    yield from wrap(said, max(width - 2, 40), initial_indent="  ", subsequent_indent="    ", break_on_hyphens=False)
