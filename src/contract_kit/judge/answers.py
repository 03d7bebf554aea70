"""What an answer that was given says, in the words of an outcome."""

from __future__ import annotations

from collections.abc import Iterable

from contract_kit.exchange import Response
from contract_kit.judge.runner import Judged
from contract_kit.outcome import Outcome, Verdict
from contract_kit.rules.responses import code_of, errors_of, warnings_of


def told(response: Response) -> Outcome:
    """The outcome that an answer reports: refused with its codes, accepted with its warnings, or unknown where it is
    neither (D01). ``statuses`` holds the answer's own status."""
    statuses = frozenset() if response.status is None else frozenset({response.status})
    errors = errors_of(response)
    if errors:
        return Outcome(Verdict.REFUSED, statuses, api_codes=_codes(errors))
    if isinstance(response.body, dict) and "createdId" in response.body:
        return Outcome(Verdict.ACCEPTED, statuses, warning_codes=_codes(warnings_of(response)))
    if response.status is not None and response.status >= 400:
        return Outcome(Verdict.REFUSED, statuses)
    return Outcome(Verdict.UNKNOWN, statuses)


def recorded(found: Iterable[Judged]) -> list[Judged]:
    """What a recorded request shows, without what recordings alter: credentials are often taken out or made unusable,
    so nothing is concluded from them."""
    return [hit for hit in found if hit.consequence.status != 401]


def _codes(entries: Iterable[dict[str, object]]) -> frozenset[int]:
    return frozenset(code for entry in entries if (code := code_of(entry)) is not None)
