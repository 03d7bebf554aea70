"""Which inputs are kept while a run goes on, so that the page can show findings in them: a few for each cause."""

from __future__ import annotations

from collections import Counter

from contract_kit.report import InputResult

SHOWN = 3
"""So many findings of each cause are shown in their input."""


class Samples:
    """Keeps the inputs of the first findings of each cause."""

    def __init__(self) -> None:
        self.documents: dict[tuple[str | None, int], object] = {}
        self._seen: Counter[tuple[str, str, str]] = Counter()

    def offer(self, result: InputResult, value: object) -> None:
        """An input that was judged, as data."""
        for finding in result.findings:
            cause = (finding.severity.value, finding.code, finding.evidence.value)
            if self._seen[cause] < SHOWN:
                self.documents[result.source, result.index] = value
            self._seen[cause] += 1
