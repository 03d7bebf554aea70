"""What the contract's schemas find, as rules: the judge turns each failing keyword into one of these.

The severity of a finding in a request is an error, since a body that breaks the schema is refused (D02); in an answer it
follows the evidence of the constraint. The API codes come from the document (``x-refusals``), 8084 where it has none.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from contract_kit.rule import REMOVED, Context, Example, Hit, Rule, refuses, rule

NOT_SENT = 8084

_PROFILE = "/profiles/0"
_FIRST = "/profiles/0/identifiers/0"


def _schema_rule(code: str, **declared: Any) -> Rule:
    doc = declared.pop("doc")

    def check(node: object, context: Context) -> Iterator[Hit]:
        yield from ()

    check.__doc__ = doc
    check.__module__ = __name__
    declared.setdefault("severity", "error")
    declared.setdefault("evidence", "stated")
    return rule(code, on="schema", consequence=refuses(NOT_SENT), **declared)(check)


WRONG_TYPE = _schema_rule(
    "wrong-type",
    facts=("F20", "F24", "D02"),
    message="{member}: {got}; {expected} is wanted",
    hint="send the JSON type that the contract names",
    doc="""A value of the wrong JSON type.

    A number where a text is wanted, an object where the examples have an array: the body is refused.
    """,
    bad=(
        Example({f"{_FIRST}/value": 919800000001}, "a mobile as a number"),
        Example({"/profiles": {}}, "an object instead of an array"),
        Example({"": []}, "the body itself is an array", at=""),
    ),
    good=(Example({f"{_FIRST}/value": "919800000001"}, "a text"),),
)

MEMBER_MISSING = _schema_rule(
    "member-missing",
    facts=("F24", "D02"),
    message="{member}: missing",
    hint="add it; it is mandatory everywhere",
    doc="""A member that is mandatory everywhere is not there.

    Everywhere: whatever the org's own configuration adds is the rule mandatory-missing.
    """,
    bad=(
        Example({f"{_FIRST}/value": REMOVED}, "an identifier without a value", at=_FIRST),
        Example({"/profiles": REMOVED}, "a body without profiles", at=""),
    ),
    good=(Example({f"{_PROFILE}/commChannels": REMOVED}, "channels are optional"),),
)

SOURCE_MISSING = _schema_rule(
    "source-missing",
    facts=("F25", "D02", "D14"),
    message="source: missing, and the query does not give one",
    hint="name the source in each profile, for example INSTORE",
    doc="""A profile without a source.

    The source says where the customer comes from and which details they have there. The refusal is 8004. A source in the
    query stands in for profiles that lack their own.
    """,
    bad=(Example({f"{_PROFILE}/source": REMOVED}, "no source", at=_PROFILE),),
    good=(Example({f"{_PROFILE}/source": "WEBSITE"}, "a source"),),
)

SOURCE_UNKNOWN = _schema_rule(
    "source-unknown",
    facts=("F25", "F55", "D02"),
    message="source: got {got}; allowed {allowed}{suggestion}",
    hint="use one of the documented sources, in capitals",
    doc="""A source that the documentation does not list.

    The platform answers 3217: source is invalid. Letter case counts.
    """,
    bad=(
        Example({f"{_PROFILE}/source": "Instore"}, "another letter case"),
        Example({f"{_PROFILE}/source": "PARTNER"}, "a source of nobody's"),
    ),
    good=(Example({f"{_PROFILE}/source": "WEBSITE"}, "a documented source"),),
)

IDENTIFIERS_MISSING = _schema_rule(
    "identifiers-missing",
    facts=("F24", "D02"),
    message="identifiers: {fault}",
    hint="give at least one identifier with type and value",
    doc="""A profile without identifiers.

    Without an identifier there is no one to register: the refusal is 8005.
    """,
    bad=(
        Example({f"{_PROFILE}/identifiers": REMOVED}, "no identifiers at all", at=_PROFILE),
        Example({f"{_PROFILE}/identifiers": []}, "an empty array"),
    ),
    good=(Example({f"{_PROFILE}/identifiers": [{"type": "cuid", "value": "c-1"}]}, "one is enough"),),
)

VALUE_NOT_ALLOWED = _schema_rule(
    "value-not-allowed",
    facts=("F34", "D02"),
    message="{member}: got {got}; allowed {allowed}{suggestion}",
    hint="send one of the allowed values",
    doc="""A value outside the few that are allowed.

    Truth values are a union: true and false, and the same words as text.
    """,
    bad=(
        Example({f"{_PROFILE}/commChannels/0/primary": "yes"}, "neither true nor false"),
        Example({f"{_PROFILE}/commChannels/0/verified": 1}, "a number for a truth value"),
    ),
    good=(Example({f"{_PROFILE}/commChannels/0/primary": "false"}, "false as text"),),
)

DATE_TIME_MALFORMED = _schema_rule(
    "date-time-malformed",
    facts=("F38", "D02"),
    message="{member}: got {got}; wanted YYYY-MM-DDTHH:MM:SS+hh:mm, and {why}",
    hint="write a date and time that exists, with seconds and with the offset as +hh:mm or -hh:mm",
    doc="""A date and time that does not exist or has another form.

    The offset is mandatory and written as figures; Z, fractions of a second and days such as 30 February are refused.
    """,
    bad=(
        Example({"/loyaltyProgramEnrollments/0/tierExpiryDate": "2039-02-30T10:00:00+05:30"}, "30 February"),
        Example({"/loyaltyProgramEnrollments/0/tierExpiryDate": "2039-05-11T16:36:17"}, "no offset"),
        Example({"/loyaltyProgramEnrollments/0/pointsExpiryDate": "2039-05-11T16:36:17Z"}, "Z for an offset"),
    ),
    good=(Example({"/loyaltyProgramEnrollments/0/tierExpiryDate": "2040-02-29T10:00:00-03:00"}, "a leap day"),),
)

ARRAY_TOO_SHORT = _schema_rule(
    "array-too-short",
    facts=("F20", "D02"),
    message="{member}: {got}; at least {least} wanted",
    hint="give at least that many",
    doc="""An array with too few items: a body without a single profile, a refusal without an error.""",
    bad=(Example({"/profiles": []}, "no profile"),),
    good=(Example({"/loyaltyProgramEnrollments": []}, "enrolments may be empty"),),
)

NUMBER_OUT_OF_RANGE = _schema_rule(
    "number-out-of-range",
    facts=("F51", "D08"),
    message="{member}: {relation} {limit}",
    hint="send a number within the range",
    doc="""A number outside its range, such as a createdId that is not positive or has more than 64 bits.""",
    bad=(),
    good=(),
)

SCHEMA_BROKEN = _schema_rule(
    "schema-broken",
    facts=("D02",),
    message="{member}: breaks the contract's schema at {keyword}",
    hint="see the schema: contract-kit spec",
    doc="""Something else that the schema forbids.

    A constraint that has no finding of its own; only a document other than the bundled one brings it up.
    """,
    bad=(),
    good=(),
)

RULES = (
    WRONG_TYPE, MEMBER_MISSING, SOURCE_MISSING, SOURCE_UNKNOWN, IDENTIFIERS_MISSING, VALUE_NOT_ALLOWED,
    DATE_TIME_MALFORMED, ARRAY_TOO_SHORT, NUMBER_OUT_OF_RANGE, SCHEMA_BROKEN,
)  # fmt: skip
