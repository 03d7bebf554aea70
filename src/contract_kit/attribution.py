"""Who is wrong where something deviates: the client, the server, or the document itself.

Defined once, for recorded traffic, for the proxy and for every report on exchanges. Nothing is judged again here: the
findings of an exchange are read together with what the server made of it.

- **A finding on the request** is the client's. It is the document's where both sides agree against it: the server took the
  registration although the document says, or leaves open, that it is refused, and says so on weak grounds only (public or
  assumed). The client need not change what works, and what the document claims has to be checked with the vendor.
- **A finding on the answer** is the server's. It is the document's where the document only assumes what was broken (D01 to
  D15), or where it is a list that was seen to be incomplete. What HTTP itself or plain care asks of any server is the
  server's all the same.
- **An answer to a refusable request** (``accepted-wrongly``) is the server's where the refusal is stated or shown by the
  reference page, else the document's; **another code** than the expected one is the server's where the page lists the
  expected one, else the document's, which only assumes it (D02).

Who is wrong is no measure of how bad it is: that is the severity.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from contract_kit.findings import Effect, Evidence, Finding
from contract_kit.outcome import Verdict
from contract_kit.report import InputResult


class Party(StrEnum):
    """Who has to change something: the sender, the receiver, or the contract document (or the org profile with it)."""

    CLIENT = "client"
    SERVER = "server"
    DOCUMENT = "document"

    @property
    def phrase(self) -> str:
        """``client wrong``, ``server wrong``, ``document in doubt``."""
        return f"{self.value} {'in doubt' if self is Party.DOCUMENT else 'wrong'}"


OWED = frozenset({"answer-leaks", "allow-missing", "challenge-missing"})
"""Rules on answers whose grounds the document only assumes, but which HTTP or plain care asks of every server."""

INCOMPLETE = frozenset({"api-code-unknown"})
"""Rules that compare an answer with a list of the document of which nobody says that it is complete."""

LISTED = frozenset({3217, 8006})
"""The refusals that the reference page itself lists (F55, F56)."""

_FIRM = frozenset({Evidence.STATED, Evidence.SHOWN})
_STATED_LAWS = frozenset({"duplicate", "linked"})
"""Laws on what is registered that the page states (F09, F10); the others of the ledger are assumed (D04, D06)."""


def party(finding: Finding, result: InputResult) -> Party:
    """Who is wrong in one finding of a judged input; the other findings and the outcome of the input are looked at too."""
    if finding.location.part.value.startswith("request"):
        return _of_request(finding, result)
    if finding.code == "accepted-wrongly":
        return Party.SERVER if _refused_firmly(finding, result) else Party.DOCUMENT
    if finding.code == "refused-for-other-reason":
        expected = {int(word) for word in str(finding.params.get("expected", "")).split() if word.isdecimal()}
        return Party.SERVER if expected and expected <= LISTED else Party.DOCUMENT
    if finding.code in INCOMPLETE:
        return Party.DOCUMENT
    if finding.code in OWED or finding.evidence is not Evidence.ASSUMED:
        return Party.SERVER
    return Party.DOCUMENT


def parties(result: InputResult) -> tuple[Party, ...]:
    """Who is wrong in each finding of an input, in their order."""
    return tuple(party(finding, result) for finding in result.findings)


def counted(results: Iterable[InputResult]) -> dict[Party, int]:
    """In how many inputs each party is wrong; an input may count for several."""
    totals = dict.fromkeys(Party, 0)
    for result in results:
        for one in set(parties(result)):
            totals[one] += 1
    return totals


def _of_request(finding: Finding, result: InputResult) -> Party:
    taken = result.kind == "exchange" and result.outcome.verdict is Verdict.ACCEPTED
    forbidden = finding.consequence.effect in (Effect.REFUSES, Effect.UNDOCUMENTED)
    if taken and forbidden and finding.evidence not in _FIRM:
        return Party.DOCUMENT
    return Party.CLIENT


def _refused_firmly(finding: Finding, result: InputResult) -> bool:
    """Whether any of the reasons for the refusal that had to come is stated or shown. A reason is a rule, found in the
    request, or a law of the ledger; where neither is to be seen (rules can be left out of a report) the rule of
    ``accepted-wrongly`` itself, which is stated, counts."""
    reasons = set(str(finding.params.get("reasons", "")).split(", ")) - {""}
    if reasons & _STATED_LAWS:
        return True
    found = [
        other
        for other in result.findings
        if other.code in reasons
        and other.location.part.value.startswith("request")
        and other.consequence.effect is Effect.REFUSES
    ]
    if found:
        return any(other.evidence in _FIRM for other in found)
    return finding.evidence in _FIRM and reasons != {"method"}
