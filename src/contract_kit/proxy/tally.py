"""What came by, counted: of each matter how often, and where first. Nothing of an exchange itself is kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from contract_kit.attribution import Party
from contract_kit.findings import Severity
from contract_kit.proxy.judging import Verdict
from contract_kit.showing import count

Matter = tuple[Severity, str, Party]


class Tally:
    """The counts of one run. ``passed_on`` are requests to other addresses; registrations that were too large or came in a
    coding that cannot be read here are ``unjudged``."""

    def __init__(self) -> None:
        self.judged = self.clean = self.blocked = self.unanswered = self.unjudged = self.passed_on = 0
        self.wrong: Counter[Party] = Counter()
        self.matters: Counter[Matter] = Counter()
        self._first: dict[Matter, int] = {}

    def add(self, number: int, verdict: Verdict, *, answered: bool, blocked: bool = False) -> None:
        """Count an exchange; ``number`` is what it is called."""
        self.judged += 1
        self.clean += not verdict.parties
        self.blocked += blocked
        self.unanswered += not answered and not blocked
        self.wrong.update(set(verdict.parties))
        for finding, who in verdict.findings:
            matter = (finding.severity, finding.code, who)
            self.matters[matter] += 1
            self._first.setdefault(matter, number)

    def fails(self, threshold: Severity) -> bool:
        """Whether any finding is at or above a severity."""
        return any(severity.rank >= threshold.rank for severity, _, _ in self.matters)

    def lines(self) -> Iterator[str]:
        """The counts, for the end."""
        more = [
            f"{number} {text}"
            for number, text in (
                (self.blocked, "kept back"),
                (self.unanswered, "without an answer"),
                (self.unjudged, "passed on unjudged"),
            )
            if number
        ]
        others = f"{count(self.passed_on, 'other request')} passed on"
        judged = f"{count(self.judged, 'registration')} judged, {self.clean} clean"
        yield "; ".join((", ".join((judged, *more)), others))
        if self.wrong:
            yield ", ".join(f"{one.phrase} in {count(self.wrong[one], 'exchange')}" for one in Party if self.wrong[one])
        order = sorted(self.matters, key=lambda matter: (-matter[0].rank, -self.matters[matter], self._first[matter]))
        for matter in order:
            severity, code, who = matter
            times = count(self.matters[matter], "time")
            yield f"  {severity.value}: {code}, {who.phrase}: {times}, first in exchange {self._first[matter]}"
