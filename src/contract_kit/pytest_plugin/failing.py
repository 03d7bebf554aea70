"""What a failed assertion says: what was wanted and what is the case, then each finding with its place and the way out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from contract_kit.clients import told, told_of
from contract_kit.contract import ContractViolation
from contract_kit.findings import Effect, Finding, Severity
from contract_kit.pytest_plugin.subjects import Case
from contract_kit.report import Report
from contract_kit.showing import count

CASES_SHOWN = 5
FINDINGS_SHOWN = 8


class ContractFailure(ContractViolation):
    """An assertion that does not hold. ``report`` has the results that it does not hold for."""

    def __init__(self, report: Report, text: str) -> None:
        AssertionError.__init__(self, text)
        self.report = report


# As pytest does with its own: a name without its home leaves room for what is said, in the line that sums a failure up.
ContractFailure.__module__ = "builtins"


def text(head: str, cases: Sequence[Case], lines: Callable[[Case], Iterable[str]]) -> str:
    """The whole message: a line that says it all, and then the cases."""
    said = [head]
    for case in cases[:CASES_SHOWN]:
        indent = "  "
        if case.title:
            said += ["", f"  {case.title}"]
            indent = "    "
        said += [f"{indent}{line}" if line else "" for line in lines(case)]
    if len(cases) > CASES_SHOWN:
        said += ["", f"  and {count(len(cases) - CASES_SHOWN, 'payload')} more"]
    return "\n".join(said)


def compared(wanted: str, is_so: str) -> Iterator[str]:
    """What was wanted against what is the case, as a diff has it."""
    yield f"- {wanted}"
    yield f"+ {is_so}"


def found(findings: Iterable[Finding], others: int = 0) -> Iterator[str]:
    """Each finding that matters, and how many there are beside them."""
    mattering = list(findings)
    for finding in mattering[:FINDINGS_SHOWN]:
        yield ""
        yield from told_of([finding])
    rest = len(mattering) - FINDINGS_SHOWN
    if rest > 0:
        yield ""
        yield f"and {count(rest, 'finding')} more"
    elif others:
        yield ""
        yield f"{count(others, 'other finding')} {'has' if others == 1 else 'have'} nothing to do with it"


def decisive(case: Case) -> list[Finding]:
    """The findings for which a payload is not taken, or is wrong."""
    effects = (Effect.REFUSES, Effect.UNDOCUMENTED)
    return [item for item in case.result.findings if item.severity is Severity.ERROR or item.consequence.effect in effects]


def because(case: Case) -> Iterator[str]:
    """What leads to an outcome that no finding tells of: what is registered already."""
    outcome = case.result.outcome
    laws = [reason for reason in outcome.reasons if reason not in {finding.code for finding in case.result.findings}]
    if laws:
        yield ""
        yield f"because of what is registered: {', '.join(laws)} ({' '.join((outcome.evidence.value, *outcome.facts))})"


def spoken(case: Case) -> str:
    """The outcome of a case in a phrase."""
    return told(case.result)
