"""The laws of the ledger, as planned conversations: duplicates, links, conflicts, and what a refusal leaves behind."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from contract_kit.contract import Contract
from contract_kit.examples import graft
from contract_kit.fuzz.bodies import Bodies
from contract_kit.fuzz.steps import Case, Step
from contract_kit.fuzz.suites.writing import Writer, changed, detailed, named, second_source
from contract_kit.rule import REMOVED

DUPLICATE, NEW, LINK, CONFLICT, NOTHING_LEFT, QUERY = (
    "duplicate", "new", "linked", "conflict", "refused leaves nothing", "query",
)  # fmt: skip


def cases(contract: Contract, bodies: Bodies) -> Iterator[Case]:
    """One case for each law."""
    for number, (name, law, *steps) in enumerate(_laws(bodies)):
        plain = [step if isinstance(step, Step) else Step(step) for step in steps]
        yield Case("state", name, tuple(plain), 98 - number, laws=(law,))


def _laws(bodies: Bodies) -> Iterator[tuple[Any, ...]]:
    write = Writer(bodies)
    one = bodies.types[0]
    two = bodies.types[1] if len(bodies.types) > 1 else None
    other = second_source(bodies)

    def last(body: Any, about: str, **parts: Any) -> Step:
        return Step(body, about=about, **parts)

    both = [(one, 1)] + ([(two, 1)] if two else [])
    yield "the same again", "D05 duplicate", write.at(0, *both), last(write.at(0, *both), DUPLICATE)
    if two:
        yield (
            "again by the second identifier",
            "D05 any identifier",
            write.at(0, *both),
            last(write.at(0, (one, 2), (two, 1)), f"{DUPLICATE}/by one of several identifiers"),
        )
        yield (
            "again by what was listed second",
            "D05 any identifier",
            write.at(0, *both),
            last(write.at(0, (two, 1)), f"{DUPLICATE}/by what was listed second"),
        )
    if other is not None:
        yield (
            "known in another source",
            "D04 link",
            write.at(0, (one, 1)),
            last(write.at(other, (one, 1)), LINK),
            last(write.at(other, (one, 1)), f"{DUPLICATE}/after a link"),
        )
        yield (
            "details after a link", "F08 details",
            Step(detailed(bodies, write.at(0, (one, 1)), "One"), look=True),
            last(detailed(bodies, named(write.at(other, (one, 1)), "Other"), "Two"), f"{LINK}/details", look=True),
        )  # fmt: skip
    if two and other is not None:
        yield (
            "known in another source by the second identifier",
            "D04 link",
            write.at(0, (one, 1)),
            last(write.at(other, (two, 1), (one, 1)), f"{LINK}/by the second identifier"),
        )
        people = (write.at(0, (one, 1)), write.at(0, (two, 2)))
        yield "identifiers of two customers", "D04 conflict", *people, last(write.at(other, (one, 1), (two, 2)), CONFLICT)
        yield (
            "identifiers of two customers, the later first",
            "D04 conflict",
            *people,
            last(write.at(other, (two, 2), (one, 1)), f"{CONFLICT}/the first listed"),
        )
        profiles = (write.profile(0, (two, 1)), write.profile(other, (one, 1)))
        yield (
            "half of a body is held", "D06 whole or nothing",
            write.at(other, (one, 1)),
            last(bodies.body(*profiles), f"{DUPLICATE}/in the second profile"),
            last(write.at(0, (two, 1)), f"{NOTHING_LEFT}/of its profiles"),
        )  # fmt: skip
    if two:
        yield (
            "a new identifier beside a held one", "D01 nothing is stored",
            write.at(0, (one, 1)),
            last(write.at(0, (two, 1), (one, 1)), f"{DUPLICATE}/beside a new one"),
            last(write.at(0, (two, 1)), f"{NOTHING_LEFT}/of its identifiers"),
        )  # fmt: skip
    broken = write.at(0, (one, 1)) | {"referralCode": 7}
    yield (
        "refused, corrected and sent again",
        "D01 nothing is stored",
        broken,
        last(write.at(0, (one, 1)), f"{NOTHING_LEFT}/of an invalid body"),
    )
    yield "three at once", "D07 at once", Step(write.at(0, (one, 1)), about=f"{DUPLICATE}/at the same moment", times=3)
    if other is not None:
        two_profiles = bodies.body(
            write.profile(0, (one, 1), firstName="One"), write.profile(other, (one, 1), firstName="Two")
        )
        yield (
            "two profiles",
            "D06 every profile",
            Step(two_profiles, look=True),
            last(write.at(other, (one, 1)), f"{DUPLICATE}/by the second profile"),
        )
    yield from _variants(bodies, write)
    yield from _places(bodies, write)
    yield from _others(bodies, write, one, two, other)
    again = Step(write.at(0, (one, 1)), about=f"{DUPLICATE}/after a restart", restart=True)
    yield "the same again after a restart", "D05 kept", write.at(0, (one, 1)), again


def _variants(bodies: Bodies, write: Writer) -> Iterator[tuple[Any, ...]]:
    """Values that are one identity in two forms, and such that are two."""
    if "email" in bodies.types:
        again = write.at(0, ("email", 1))
        changed(again, "email", str.upper)
        yield (
            "an address in capitals",
            "D05 e-mail",
            write.at(0, ("email", 1)),
            Step(again, about=f"{DUPLICATE}/an address in other letters"),
        )
    if "mobile" in bodies.types:
        again = write.at(0, ("mobile", 1))
        changed(again, "mobile", lambda value: f"+{value[:2]} {value[2:6]}-{value[6:]}")
        yield (
            "a mobile with signs",
            "D05 mobile",
            write.at(0, ("mobile", 1)),
            Step(again, about=f"{DUPLICATE}/a mobile with signs"),
        )
    exact = next((type_ for type_ in bodies.types if type_ not in ("mobile", "email", "cardnumber")), None)
    if exact is not None:
        lower, upper = write.at(0, (exact, 1)), write.at(0, (exact, 1))
        prefix = bodies.org.external_id.prefix if exact == "externalId" and bodies.org.external_id is not None else ""
        changed(lower, exact, lambda value: prefix + value[len(prefix) :].lower().replace("a", "b"))
        changed(upper, exact, lambda value: prefix + value[len(prefix) :].lower().replace("a", "b").upper())
        if lower != upper:
            yield "ids in other letters", "D05 exact", lower, Step(upper, about=f"{NEW}/an id in other letters")
        second = next(
            (type_ for type_ in bodies.types if type_ not in ("mobile", "email", "cardnumber", "externalId", exact)), None
        )
        if second is not None:
            like = write.at(0, (exact, 1))
            value = like["profiles"][0]["identifiers"][0]["value"]
            moved = write.at(0, (second, 1))
            changed(moved, second, lambda _: value)
            yield "one value of two types", "D05 by type", like, Step(moved, about=f"{NEW}/a value of another type")
    for type_ in bodies.types[1:]:
        yield (
            f"again by {type_}",
            "D05 every type",
            write.at(0, (type_, 1)),
            Step(write.at(0, (type_, 1)), about=f"{DUPLICATE}/by {type_}"),
        )


def _places(bodies: Bodies, write: Writer) -> Iterator[tuple[Any, ...]]:
    """Source accounts: where uniqueness ends."""
    one = bodies.types[0]
    accounts: dict[str, list[int]] = {}
    for number, (source, account) in enumerate(bodies.places):
        if account is not None:
            accounts.setdefault(source, []).append(number)
    several = next((numbers for numbers in accounts.values() if len(numbers) > 1), None)
    if several is not None:
        yield (
            "two accounts of a source",
            "F11 account",
            write.at(several[0], (one, 1)),
            Step(write.at(several[1], (one, 1)), about=f"{LINK}/another account"),
        )
    if accounts and bodies.org.sources is not None:
        numbers = next(iter(accounts.values()))
        unnamed = graft(write.at(numbers[0], (one, 1)), {"/profiles/0/accountId": REMOVED})
        yield (
            "the unnamed account",
            "D02 unnamed account",
            write.at(numbers[0], (one, 1)),
            Step(unnamed, about=f"{LINK}/the unnamed account"),
        )
        named = write.at(numbers[0], (one, 1))
        yield "an account", "F36 account", Step(named, look=True)
    shop = next(
        (number for number, (source, account) in enumerate(bodies.places) if source == "INSTORE" and account is None), None
    )
    if shop is not None:
        first, second = (graft(write.at(shop, (one, 1)), {"/profiles/0/accountId": f"shop-{number}"}) for number in (1, 2))
        yield (
            "account ids of a source without accounts",
            "F36b harmless",
            first,
            Step(second, about=f"{DUPLICATE}/under another account id that names nothing"),
        )


def _others(bodies: Bodies, write: Writer, one: str, two: str | None, other: int | None) -> Iterator[tuple[Any, ...]]:
    if two:
        pair = []
        for number in (1, 2):
            body = write.at(0, (one, number))
            body["profiles"][0]["identifiers"].append({"type": two, "value": ""})
            pair.append(body)
        if all(item["value"] or item["type"] == two for body in pair for item in body["profiles"][0]["identifiers"]):
            yield (
                "two empty identifiers",
                "D02 empty identifiers",
                pair[0],
                Step(pair[1], about=f"{NEW}/an empty identifier"),
            )
    if one in ("mobile", "email"):
        channel = write.at(0, (one, 2))
        channel["profiles"][0]["commChannels"] = [{"type": one, "value": bodies.value(one, 1)}]
        yield (
            "a channel that is another's identifier",
            "F32 channels",
            write.at(0, (one, 1)),
            Step(channel, about=f"{NEW}/a channel that is another's identifier"),
        )
    if bodies.places[0][1] is None:
        source = bodies.places[0][0]
        bare = graft(write.at(0, (one, 1)), {"/profiles/0/source": REMOVED})
        yield "the source in the query", "D14 query", Step(bare, query={"source": source}, about=f"{QUERY}/stands in")
        if other is not None and bodies.places[other][1] is None:
            overridden = Step(
                write.at(0, (one, 1)),
                query={"source": bodies.places[other][0]},
                about=f"{QUERY}/beside a source in the profile",
            )
            yield (
                "a source in query and profile",
                "D14 query",
                overridden,
                Step(write.at(0, (one, 1)), about=f"{DUPLICATE}/where the query had named another source"),
            )
    programs = bodies.org.programs
    for points in (75, 74.75):
        yield (
            f"{points} points",
            "D08 points",
            write.at(0, (one, 1))
            | {"loyaltyProgramEnrollments": [{"programId": min(programs) if programs else 469, "loyaltyPoints": points}]},
        )
    ids = sorted(programs)[:2] if programs is not None else [469, 470]
    if len(ids) > 1:
        enrolments = [{"programId": program, "loyaltyPoints": points} for program, points in zip(ids, (5, 7), strict=True)]
        yield "points in two programmes", "D08 points", write.at(0, (one, 1)) | {"loyaltyProgramEnrollments": enrolments}
    yield from _kept(bodies, write, one)


def _kept(bodies: Bodies, write: Writer, one: str) -> Iterator[tuple[Any, ...]]:
    """What only a look at the customer shows."""
    names = {
        "a name of 101 characters": ("N" * 101, "Customer"),
        "a name of 60 signs of three bytes": ("長" * 60, "Customer"),
        "blanks around a name": ("  Sample ", "Customer"),
        "blanks before a name of 100 characters": ("  " + "N" * 100, "Customer"),
    }
    for name, (first, last) in names.items():
        yield f"kept: {name}", "F20 names", Step(named(write.at(0, (one, 1)), first, last), look=True)
    if "email" in bodies.types:
        long = write.at(0, ("email", 1))
        changed(long, "email", lambda value: "a" * 260 + value)
        yield "kept: an address of more than 255 characters", "F28 e-mail", Step(long, look=True)
