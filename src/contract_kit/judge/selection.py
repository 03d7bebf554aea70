"""Which rules speak, and how loud: what a caller selects, ignores and takes for errors."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from typing import Any

from contract_kit.errors import UsageError
from contract_kit.names import nearest
from contract_kit.report import NotChecked
from contract_kit.rule import Rule
from contract_kit.rules import ALL, BY_CODE


class Selection:
    """Only the rules in ``select`` (default: all) without those in ``ignore``. Warnings of rules in ``errors`` count as
    errors; ``strict`` makes errors of all warnings. Raises ``UsageError`` for an unknown code."""

    def __init__(
        self,
        select: Iterable[str] = (),
        ignore: Iterable[str] = (),
        errors: Iterable[str] = (),
        strict: bool = False,
    ) -> None:
        self._select, self._ignore, self._errors = (frozenset(_known(codes)) for codes in (select, ignore, errors))
        self._strict = strict

    @property
    def settings(self) -> dict[str, Any]:
        """What it was made of."""
        return {"select": self._select, "ignore": self._ignore, "errors": self._errors, "strict": self._strict}

    @property
    def raised(self) -> frozenset[str]:
        """The codes of the rules whose warnings count as errors."""
        return frozenset(rule.code for rule in ALL) if self._strict else self._errors

    def speaks(self, rule: Rule) -> bool:
        """Whether a rule is to be heard."""
        return rule.code not in self._ignore and (not self._select or rule.code in self._select)

    def active(self, sections: Iterable[str]) -> tuple[Rule, ...]:
        """The rules that speak where an org profile has these sections."""
        there = set(sections)
        return tuple(rule for rule in ALL if self.speaks(rule) and set(rule.needs) <= there)

    def silent(self, sections: Container[str]) -> tuple[NotChecked, ...]:
        """The sections that an org profile lacks, each with the rules that are silent for want of it."""
        found: dict[str, list[str]] = {}
        for rule in ALL:
            if self.speaks(rule):
                for need in rule.needs:
                    if need not in sections:
                        found.setdefault(need, []).append(rule.code)
        return tuple(NotChecked(section, tuple(codes)) for section, codes in found.items())


def _known(codes: Iterable[str]) -> Iterator[str]:
    for code in codes:
        if code not in BY_CODE:
            near = nearest(code, BY_CODE)
            raise UsageError(
                f"there is no rule {code!r}", hint=f"did you mean {near}?" if near else "contract-kit rules lists them"
            )
        yield code
