"""Rules on loyalty: programme enrolments, their tiers, points and dates."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from contract_kit.dates import offset_date_time
from contract_kit.rule import REMOVED, Context, Example, Hit, may_warn, rule, undocumented
from contract_kit.showing import listed, shown
from contract_kit.view import BodyNode, Node

_FIRST = "/loyaltyProgramEnrollments/0"
_WHOLE = ("programId", "tierNumber")
_DATES = ("tierExpiryDate", "pointsExpiryDate")


@rule(
    "program-missing",
    on="enrollment",
    severity="warning",
    evidence="stated",
    facts=("F38",),
    consequence=undocumented(),
    message="an enrolment without programId enrols into nothing",
    hint="add the programme's id (a number)",
    guard={"enrollment": {"required": ["programId"]}},
    bad=(Example({f"{_FIRST}/programId": REMOVED}, "no programme", at=_FIRST),),
    good=(Example({f"{_FIRST}/tierNumber": REMOVED}, "no tier, but a programme"),),
)
def program_missing(enrollment: Node, context: Context) -> Iterator[Hit]:
    """An enrolment that does not say into which programme."""
    if enrollment.lacks("programId"):
        yield Hit(enrollment.pointer)


@rule(
    "program-unknown",
    on="enrollment",
    severity="warning",
    evidence="stated",
    facts=("F38",),
    consequence=undocumented(),
    needs=("programs",),
    message="programId: {program} is not a loyalty programme of this org ({known})",
    hint="use one of the org's programmes, or add it to programs in the profile",
    guard=lambda context: {
        "enrollment": {"properties": {"programId": {"enum": list(context.org.programs or {}) or [None]}}}
    },
    bad=(Example({f"{_FIRST}/programId": 470}, "a programme that the org does not have"),),
    good=(Example({f"{_FIRST}/programId": 469}, "the org's programme"),),
)
def program_unknown(enrollment: Node, context: Context) -> Iterator[Hit]:
    """An enrolment into a programme that the org does not have."""
    program = enrollment.data.get("programId")
    known = context.org.programs or {}
    if program is not None and program not in known:
        yield Hit(enrollment.at("programId"), {"program": shown(program), "known": listed(sorted(known))}, program)


@rule(
    "tier-unknown",
    on="enrollment",
    severity="warning",
    evidence="stated",
    facts=("F38",),
    consequence=undocumented(),
    message="tierNumber: {tier} is not a tier; tiers count from 1{highest}",
    hint="1 is the lowest tier",
    guard=lambda context: {"enrollment": {"properties": {"tierNumber": {"minimum": 1, "maximum": _fewest(context)}}}},
    bad=(
        Example({f"{_FIRST}/tierNumber": 0}, "tiers begin with 1"),
        Example({f"{_FIRST}/tierNumber": 4}, "the programme has three"),
        Example({f"{_FIRST}/tierNumber": -1}, "no profile needed for this", org={"programs": None}),
    ),
    good=(
        Example({f"{_FIRST}/tierNumber": 3}, "the highest"),
        Example({f"{_FIRST}/tierNumber": 99}, "no profile: the highest is not known", org={"programs": None}),
    ),
)
def tier_unknown(enrollment: Node, context: Context) -> Iterator[Hit]:
    """A tier that the programme does not have.

    Tiers are numbered from 1, the lowest; how many a programme has only an org profile can say.
    """
    tier = enrollment.data.get("tierNumber")
    if tier is None:
        return
    tiers = (context.org.programs or {}).get(enrollment.data.get("programId", -1))
    if tier < 1 or (tiers is not None and tier > tiers):
        highest = f" to {tiers}" if tiers is not None else ""
        yield Hit(enrollment.at("tierNumber"), {"tier": shown(tier), "highest": highest}, tier)


@rule(
    "number-not-whole",
    on="body",
    severity="warning",
    evidence="assumed",
    facts=("F30", "F38"),
    consequence=undocumented(),
    message="{member}: {value} is not a whole number",
    hint="ids and tiers are whole numbers",
    guard={
        "enrollment": {"properties": {member: {"type": "integer"} for member in _WHOLE}},
        "identifier": {"properties": {"seriesId": {"type": "integer"}}},
    },
    bad=(
        Example({f"{_FIRST}/programId": 469.5}, "half a programme"),
        Example({"/profiles/0/identifiers/2/seriesId": 73.25}, "a fraction of a card series"),
    ),
    good=(Example({f"{_FIRST}/programId": 469.0}, "469.0 is whole"),),
)
def number_not_whole(body: BodyNode, context: Context) -> Iterator[Hit]:
    """An id or a tier with a fraction.

    The documentation says only "Number"; a fraction is no id, and what a server makes of it is not documented.
    """
    places = [(item, "seriesId") for profile in body.profiles for item in profile.identifiers]
    places += [(enrollment, member) for enrollment in body.enrollments for member in _WHOLE]
    for node, member in places:
        number = node.data.get(member)
        if isinstance(number, float) and not number.is_integer():
            yield Hit(node.at(member), {"member": member, "value": shown(number)}, number)


@rule(
    "points-negative",
    on="enrollment",
    severity="warning",
    evidence="assumed",
    facts=("F38", "D08"),
    consequence=undocumented(),
    message="loyaltyPoints: {points} is negative; these are points to be added",
    hint="send 0 or more",
    guard={"enrollment": {"properties": {"loyaltyPoints": {"minimum": 0}}}},
    bad=(Example({f"{_FIRST}/loyaltyPoints": -75}, "points taken away"),),
    good=(Example({f"{_FIRST}/loyaltyPoints": 0}, "no points"),),
)
def points_negative(enrollment: Node, context: Context) -> Iterator[Hit]:
    """Negative points on an enrolment."""
    points = enrollment.data.get("loyaltyPoints")
    if points is not None and points < 0:
        yield Hit(enrollment.at("loyaltyPoints"), {"points": shown(points)}, points)


@rule(
    "points-outlive-tier",
    on="enrollment",
    severity="warning",
    evidence="public",
    facts=("F38", "F53"),
    consequence=may_warn(1302),
    message="pointsExpiryDate: later than tierExpiryDate",
    hint="let the points expire with the tier or before",
    residue=True,
    bad=(
        Example(
            {f"{_FIRST}/pointsExpiryDate": "2039-05-11T16:36:18+05:30"},
            "one second later",
        ),
    ),
    good=(
        Example({f"{_FIRST}/pointsExpiryDate": "2039-05-11T16:36:17+05:30"}, "the same moment"),
        Example({f"{_FIRST}/pointsExpiryDate": "2039-05-11T11:06:17+00:00"}, "the same moment in another offset"),
    ),
)
def points_outlive_tier(enrollment: Node, context: Context) -> Iterator[Hit]:
    """Points that expire after the tier."""
    tier, points = (_moment(enrollment.data.get(member)) for member in _DATES)
    if tier and points and points > tier:
        yield Hit(enrollment.at("pointsExpiryDate"))


@rule(
    "expiry-in-past",
    on="enrollment",
    severity="info",
    evidence="shown",
    facts=("F38",),
    message="{member}: lies in the past",
    hint="check the date; the platform takes it, as the documentation's own examples show",
    guard=lambda context: {"enrollment": {"properties": {member: _years_to_come(context) for member in _DATES}}},
    bad=(Example({f"{_FIRST}/tierExpiryDate": "2024-05-11T16:36:17+05:30"}, "a date of the documentation"),),
    good=(Example({f"{_FIRST}/tierExpiryDate": "2039-12-31T23:59:59-03:00"}, "a date to come"),),
)
def expiry_in_past(enrollment: Node, context: Context) -> Iterator[Hit]:
    """A tier or points that have expired already."""
    for member in _DATES:
        moment = _moment(enrollment.data.get(member))
        if moment and moment < context.now:
            yield Hit(enrollment.at(member), {"member": member})


@rule(
    "enrollment-repeated",
    on="body",
    severity="warning",
    evidence="assumed",
    facts=("F38",),
    consequence=undocumented(),
    message="programId: the enrolment at index {first} names this programme already",
    hint="enrol once into each programme",
    guard={"body": {"properties": {"loyaltyProgramEnrollments": {"maxItems": 1}}}},
    bad=(
        Example(
            {"/loyaltyProgramEnrollments/-": {"programId": 469, "loyaltyPoints": 5}},
            "one programme twice",
            at="/loyaltyProgramEnrollments/1",
        ),
    ),
    good=(
        Example(
            {"/loyaltyProgramEnrollments/-": {"programId": 500}},
            "two programmes",
            org={"programs": {"469": {"tiers": 3}, "500": {"tiers": 1}}},
        ),
    ),
)
def enrollment_repeated(body: BodyNode, context: Context) -> Iterator[Hit]:
    """Two enrolments into one programme: whether points add up or the last one wins is not documented."""
    seen: dict[object, str | int] = {}
    for enrollment in body.enrollments:
        program = enrollment.data.get("programId")
        if program is not None and program in seen:
            yield Hit(enrollment.pointer, {"first": seen[program]})
        elif program is not None:
            seen[program] = enrollment.pointer[-1]


@rule(
    "loyalty-type-unknown",
    on="body",
    severity="warning",
    evidence="public",
    facts=("F41", "F41b"),
    consequence=undocumented(),
    message="loyaltyType: {type} is not a documented value ({known})",
    hint="use one of the documented values, in exactly their spelling",
    guard=lambda context: {
        "loyaltyInfo": {"properties": {"loyaltyType": {"enum": list(context.words.values["loyaltyInfo.loyaltyType"])}}}
    },
    bad=(Example({"/loyaltyInfo/loyaltyType": "Loyalty"}, "a capital letter too many"),),
    good=(Example({"/loyaltyInfo/loyaltyType": "non_loyalty"}, "the other value"),),
)
def loyalty_type_unknown(body: BodyNode, context: Context) -> Iterator[Hit]:
    """A loyalty type that no documentation names."""
    known = context.words.values["loyaltyInfo.loyaltyType"]
    for node in body.objects:
        type_ = node.data.get("loyaltyType") if node.kind == "loyaltyInfo" else None
        if type_ is not None and type_ not in known:
            yield Hit(node.at("loyaltyType"), {"type": shown(type_), "known": listed(list(known))}, type_)


def _moment(value: object) -> datetime | None:
    return offset_date_time(value) if isinstance(value, str) else None


def _fewest(context: Context) -> int:
    """The highest tier that every programme of the org has: for the guard, which does not look at the programme."""
    known = [tiers for tiers in (context.org.programs or {}).values() if tiers is not None]
    return min(known, default=1)


def _years_to_come(context: Context) -> dict[str, object]:
    """Dates that are certainly ahead: of the years after next, whatever the offset."""
    first = context.now.year + 2
    years = [str(year) for year in range(first, -(-first // 10) * 10)]
    decades = [f"{decade}[0-9]" for decade in range(-(-first // 10), first // 10 + 10)]
    return {"pattern": f"^({'|'.join([*years, *decades])})-"}
