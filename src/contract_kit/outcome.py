"""What a conforming server must answer to a request: the prediction that validator, fuzzer and server share."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from contract_kit.findings import Evidence, Pointer


class Verdict(StrEnum):
    """Whether a registration is taken. ``unknown``: the documentation does not say."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Cut:
    """A text of which the server keeps only the first ``limit`` characters (F20, F28)."""

    pointer: Pointer
    limit: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What conforms. Where several values would do, all of them stand here.

    - ``statuses``: HTTP statuses that conform; empty where nothing is known.
    - ``api_codes``: error codes of a refusal, any of which will do (D02); empty for a refusal whose code is not fixed (D03).
    - ``warning_codes``: warnings that must be in a success. ``possible_warnings``: those that may be.
    - ``cuts``: what is stored shortened. ``customer_id``: the existing customer that the answer must name (D04).
    - ``points``: the amounts for which a ``points`` side effect must come back (D08).
    - ``reasons``: the codes of the findings, or the laws, that led here, with the best ``evidence`` and the ``facts``
      they rest on.
    - ``state_known``: whether what is already registered was taken into account. Where it was not, a refusal as a
      duplicate and warnings about other sources conform as well.
    - ``open``: whether something in the request has no documented answer, so that a refusal may carry any code.
    """

    verdict: Verdict
    statuses: frozenset[int] = frozenset()
    api_codes: frozenset[int] = frozenset()
    warning_codes: frozenset[int] = frozenset()
    possible_warnings: frozenset[int] = frozenset()
    cuts: tuple[Cut, ...] = ()
    customer_id: int | None = None
    points: tuple[float, ...] = ()
    reasons: tuple[str, ...] = ()
    evidence: Evidence = Evidence.ASSUMED
    facts: tuple[str, ...] = ()
    state_known: bool = False
    open: bool = False

    @property
    def status(self) -> int | None:
        """The status to expect: of several that conform the one that says most (400 rather than 200 for a refusal, D01).
        ``None`` where it is not known whether the registration is taken, unless one status is all that conforms."""
        if self.verdict is Verdict.UNKNOWN and len(self.statuses) > 1:
            return None
        return max(self.statuses, default=None)

    @property
    def accepted(self) -> bool:
        """True where the server must take the registration."""
        return self.verdict is Verdict.ACCEPTED

    @property
    def refused(self) -> bool:
        """True where the server must refuse it."""
        return self.verdict is Verdict.REFUSED
