"""A small report that says a bit of everything, made by hand."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from contract_kit.findings import Consequence, Effect, Evidence, Finding, Location, Part, Severity
from contract_kit.outcome import Cut, Outcome, Verdict
from contract_kit.report import InputResult, NotChecked, Report
from contract_kit.rule import Context, Example, Hit, Rule, refuses, rule

SOURCE = ("profiles", 0, "source")
VALUE = ("profiles", 0, "identifiers", 1, "value")
NAME = ("profiles", 0, "firstName")

REFUSED = Finding(
    code="source-sample",
    severity=Severity.ERROR,
    evidence=Evidence.STATED,
    message='source: "Instore" is not a source; did you mean "INSTORE"?',
    hint="write INSTORE, in capitals",
    location=Location(Part.REQUEST_BODY, SOURCE),
    facts=("F25", "D02"),
    consequence=Consequence(Effect.REFUSES, (3217,)),
    params={"got": "Instore"},
    value="Instore",
    source="orders/new, 100%.json",
    pointer=SOURCE,
    line=5,
    column=19,
)
WARNED = Finding(
    code="mobile-sample",
    severity=Severity.WARNING,
    evidence=Evidence.PUBLIC,
    message="value: a mobile number holds digits only",
    hint="send digits 0-9 only",
    location=Location(Part.REQUEST_BODY, VALUE),
    facts=("F27",),
    consequence=Consequence(Effect.WARNS, (8056,)),
    value="+91\x1b[31m",
    source="orders/all.ndjson",
    index=2,
    pointer=VALUE,
    line=4,
    column=33,
)
TOLD = Finding(
    code="key-sample",
    severity=Severity.INFO,
    evidence=Evidence.ASSUMED,
    message="key \x1b[2J\nof\u202e nobody",
    hint="",
    location=Location(Part.REQUEST_HEADER, ("X-Sample",)),
    source="orders/all.ndjson",
    index=2,
    pointer=("headers", "X~Sample/1"),
)


@rule(
    "source-sample",
    on="profile",
    severity="error",
    evidence="stated",
    facts=("F25", "D02"),
    consequence=refuses(3217),
    message="source: {got} is not a source",
    hint="write it in capitals",
    bad=(Example({"/profiles/0/source": "Instore"}),),
    good=(),
)
def source_sample(node: object, context: Context) -> Iterator[Hit]:
    """A source that nobody has.

    Sources are words in capitals.
    """
    yield from ()


def sample() -> Report:
    """Four inputs: refused, clean, taken with two findings, not documented."""
    taken = frozenset({200})
    cut = Outcome(
        Verdict.ACCEPTED,
        taken,
        warning_codes=frozenset({8056, 8107}),
        possible_warnings=frozenset({8055}),
        cuts=(Cut(NAME, 100), Cut(("profiles", 1, "firstName"), 100)),
    )
    return Report(
        contract="1.0.0",
        org="demo",
        inputs=(
            InputResult(
                "orders/new, 100%.json",
                0,
                "request",
                Outcome(Verdict.REFUSED, frozenset({400, 200}), frozenset({3217, 8004})),
                (REFUSED,),
            ),
            InputResult(
                "orders/all.ndjson",
                0,
                "request",
                Outcome(Verdict.ACCEPTED, taken, warning_codes=frozenset({8107})),
                (),
            ),
            InputResult("orders/all.ndjson", 2, "request", cut, (WARNED, TOLD)),
            InputResult("-", 0, "response", Outcome(Verdict.UNKNOWN), ()),
        ),
        not_checked=(
            NotChecked("tills", ("till-unknown",)),
            NotChecked("cards.series", ("card-series-unknown", "card-status-unknown")),
        ),
    )


@pytest.fixture
def report() -> Report:
    return sample()


@pytest.fixture
def sample_rules() -> tuple[Rule, ...]:
    return (source_sample,)
