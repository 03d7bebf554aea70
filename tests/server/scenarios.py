"""Short conversations with a server, each about one thing: what the reference says in them, a defect says otherwise.

Each begins with an empty server of its own. ``SCENARIOS`` maps their names to functions that hold the conversation;
``transcript`` gives what was answered.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from contract_kit import Contract
from contract_kit.examples import registration

from .client import body
from .client import profile as bare
from .talk import JSON_TYPE, PAIR, Talk, basic

TOKEN = "X-CAP-API-OAUTH-TOKEN"
HELD_HEADERS = ("content-type", "allow", "retry-after", "www-authenticate", "preference-applied")
MOBILE, MAIL, THIRD = ("mobile", "919800000001"), ("email", "one@shop.example"), ("externalId", "E-9")
OTHER_MOBILE, ONE_ID = ("mobile", "919800000002"), ("externalId", "E-1")


def profile(source: str, *identifiers: tuple[str, str], **members: Any) -> dict[str, Any]:
    """A profile of a source with these identifiers, and with a name."""
    return bare(source, *identifiers, **{"firstName": "Sample", "lastName": "Customer", **members})


def shop(*identifiers: tuple[str, str], **members: Any) -> dict[str, Any]:
    """A registration in INSTORE."""
    return body(profile("INSTORE", *identifiers, **members))


def once(payload: Any, **parts: Any) -> Callable[[Talk], None]:
    """A conversation of one registration."""
    return lambda talk: talk.post(payload, **parts)


def stored(payload: Any) -> Callable[[Talk], None]:
    """A registration, and a look at what is kept of it."""

    def hold(talk: Talk) -> None:
        talk.post(payload)
        talk.look()

    return hold


def several(*payloads: Any) -> Callable[[Talk], None]:
    """One registration after the other."""

    def hold(talk: Talk) -> None:
        for payload in payloads:
            talk.post(payload)

    return hold


def enrolled(**members: Any) -> dict[str, Any]:
    """A registration with one enrolment."""
    return body(profile("INSTORE", ONE_ID), loyaltyProgramEnrollments=[{"programId": 469, **members}])


def restarted(talk: Talk) -> None:
    talk.under(db=talk.file)
    talk.post(shop(MOBILE))
    talk.restart()
    talk.post(shop(MOBILE))


def mandatory(payload: Any) -> Callable[[Talk], None]:
    def hold(talk: Talk) -> None:
        talk.under(org={"registration": {"primaryIdentifier": "mobile", "mandatory": ["mobile", "lastName"]}})
        talk.post(payload)

    return hold


def limited(talk: Talk) -> None:
    talk.under(rate_limit="1/h")
    talk.post(shop(MOBILE))
    talk.post(shop(OTHER_MOBILE))


def oversized(talk: Talk) -> None:
    talk.under(max_body=2000)
    talk.post(shop(("externalId", "E" * 3000)))


def five_people(talk: Talk) -> None:
    for number in range(5):
        talk.post(shop(("externalId", f"E-{number}")))


def retried(talk: Talk) -> None:
    """A registration that is refused for its status label, and then comes without it."""
    talk.post(shop(MOBILE) | {"statusLabel": "Unknown"})
    talk.post(shop(MOBILE))


def deep(levels: int) -> Any:
    value: Any = "leaf"
    for _ in range(levels):
        value = {"in": value}
    channel = {"type": "mobile", "value": "919800000001", "attributes": {"odd": value}}
    return shop(MOBILE, commChannels=[channel])


def channel(**members: Any) -> dict[str, Any]:
    return shop(MOBILE, commChannels=[{"type": "mobile", "value": "919800000001", **members}])


_LINE = {"accountId": "line-one"}

SCENARIOS: Mapping[str, Callable[[Talk], None]] = {
    # the ledger's law
    "again": several(shop(MOBILE, MAIL), shop(MOBILE, MAIL)),
    "again by the second": several(shop(MOBILE, THIRD), shop(OTHER_MOBILE, THIRD)),
    "again by the second of the first": several(shop(MOBILE, THIRD), shop(THIRD)),
    "again in other letters": several(shop(MAIL), shop(("email", "ONE@shop.example"))),
    "again in other signs": several(shop(MOBILE), shop(("mobile", "+91 98000-00001"))),
    "ids in other letters": several(shop(("externalId", "E-1")), shop(("externalId", "e-1"))),
    "one value of two types": several(shop(("externalId", "77")), shop(("cuid", "77"))),
    "two accounts of a source": several(
        body(profile("MOBILE_APP", MOBILE, accountId="app-one")), body(profile("MOBILE_APP", MOBILE, accountId="app-two"))
    ),
    "accounts of a shop": several(shop(MOBILE, accountId="shop-1"), shop(MOBILE, accountId="shop-2")),
    "empty addresses": several(shop(MOBILE, ("email", "")), shop(OTHER_MOBILE, ("email", ""))),
    "another's identifier as a channel": several(
        shop(MOBILE), shop(OTHER_MOBILE, commChannels=[{"type": "mobile", "value": MOBILE[1]}])
    ),
    "together": lambda talk: talk.together(shop(MOBILE), 3),
    "restart": restarted,
    "new one beside a held one": several(shop(MOBILE), shop(MAIL, MOBILE), shop(MAIL)),
    "held in the second profile": several(
        body(profile("WEBSITE", MOBILE)), body(profile("INSTORE", MAIL), profile("WEBSITE", MOBILE)), shop(MAIL)
    ),
    "refused and retried": retried,
    "second profile again": several(
        body(profile("INSTORE", MOBILE), profile("WEBSITE", MOBILE)), body(profile("WEBSITE", MOBILE))
    ),
    "five people": five_people,
    # links
    "link": several(shop(MOBILE), body(profile("WEBSITE", MOBILE))),
    "link by the second": several(shop(MOBILE), body(profile("WEBSITE", MAIL, MOBILE))),
    "link again": several(shop(MOBILE), body(profile("WEBSITE", MOBILE)), body(profile("WEBSITE", MOBILE))),
    "conflict": several(shop(MOBILE), shop(MAIL), body(profile("WEBSITE", MOBILE, MAIL))),
    "conflict in the other order": several(shop(MOBILE), shop(MAIL), body(profile("WEBSITE", MAIL, MOBILE))),
    # what is kept
    "kept": stored(registration()),
    "kept: long name": stored(shop(MOBILE, firstName="N" * 101)),
    "kept: long name in kanji": stored(shop(MOBILE, firstName="長" * 60)),
    "kept: blanks around a name": stored(shop(MOBILE, firstName=" Sample ")),
    "kept: blanks before a long name": stored(shop(MOBILE, firstName="  " + "N" * 100)),
    "kept: long address": stored(shop(("email", "a" * 260 + "@b.example"))),
    "kept: extended fields": stored(shop(MOBILE) | {"extendedFields": {"city": "Pune"}}),
    "kept: account": stored(body(profile("LINE", MOBILE, **_LINE))),
    "kept: two profiles": stored(
        body(profile("INSTORE", MOBILE, firstName="One"), profile("WEBSITE", MOBILE, firstName="Two"))
    ),
    "kept: names after a link": lambda talk: [
        talk.post(shop(MOBILE, firstName="One")),
        talk.post(body(profile("WEBSITE", MOBILE, firstName="Two"))),
        talk.look(),
    ][0],
    "kept: fields after a link": lambda talk: [
        talk.post(shop(MOBILE) | {"extendedFields": {"city": "Pune"}}),
        talk.post(body(profile("WEBSITE", MOBILE)) | {"extendedFields": {"city": "Goa"}}),
        talk.look(),
    ][0],
    # success
    "plain": once(shop(MOBILE)),
    "points": once(enrolled(loyaltyPoints=75)),
    "points to be rounded": once(enrolled(loyaltyPoints=74.75)),
    "points in two programmes": lambda talk: [
        talk.under(org={"programs": {"469": {"tiers": 3}, "500": {"tiers": 1}}}),
        talk.post(
            shop(ONE_ID)
            | {"loyaltyProgramEnrollments": [{"programId": 469, "loyaltyPoints": 5}, {"programId": 500, "loyaltyPoints": 7}]}
        ),
    ][0],
    "no warning": lambda talk: [
        talk.under(org={"customerStatus": {"labels": ["active-1"], "default": "active-1"}}),
        talk.post(shop(MOBILE)),
    ][0],
    # rules
    "till": once(shop(MOBILE) | {"associatedWith": "till.two"}),
    "status label": once(shop(MOBILE) | {"statusLabel": "Active"}),
    "source unknown": once(body(profile("PARTNER", MOBILE))),
    "source in small letters": once(body(profile("instore", MOBILE))),
    "source not enabled": once(body(profile("TMALL", MOBILE))),
    "source missing": once(body({"firstName": "Sample", "identifiers": [{"type": "externalId", "value": "E-1"}]})),
    "source in the query": once(
        body({"firstName": "Sample", "identifiers": [{"type": "externalId", "value": "E-1"}]}), query={"source": "INSTORE"}
    ),
    "source in the query unknown": once(
        body({"firstName": "Sample", "identifiers": [{"type": "externalId", "value": "E-1"}]}), query={"source": "Shop"}
    ),
    "source in both": lambda talk: [
        talk.post(shop(MOBILE), query={"source": "WEBSITE"}),
        talk.post(shop(MOBILE)),
    ][0],
    "account missing": once(body(profile("LINE", MOBILE))),
    "account unknown": once(body(profile("LINE", MOBILE, accountId="line-two"))),
    "two profiles of one source": once(body(profile("INSTORE", MOBILE), profile("INSTORE", MAIL))),
    "identifier repeated": once(shop(MOBILE, ("mobile", "+919800000001"))),
    "identifiers missing": once(body({"source": "INSTORE"})),
    "identifiers empty": once(shop(("mobile", ""), ("email", ""))),
    "identifier without value": once(body({"source": "INSTORE", "identifiers": [{"type": "mobile"}]})),
    "mobile as a number": once(body({"source": "INSTORE", "identifiers": [{"type": "mobile", "value": 919800000001}]})),
    "mobile with signs": once(shop(("mobile", "+919800000001"))),
    "address without at": once(shop(("email", "sample.customer"))),
    "flag as a word": once(channel(primary="yes")),
    "flag as text": once(channel(primary="true")),
    "flag as boolean": once(channel(primary=True)),
    "date empty": once(channel(meta={"lastViewedDate": ""})),
    "date without offset": once(enrolled(tierExpiryDate="2039-05-11T16:36:17")),
    "date in utc": once(enrolled(tierExpiryDate="2039-05-11T16:36:17Z")),
    "date that is none": once(enrolled(tierExpiryDate="2039-02-30T16:36:17+05:30")),
    "date with a fraction": once(enrolled(tierExpiryDate="2039-05-11T16:36:17.5+05:30")),
    "date in the past": once(enrolled(tierExpiryDate="2024-05-11T16:36:17+05:30")),
    "no profile": once({"profiles": []}),
    "primary missing": mandatory(shop(MAIL)),
    "name missing": mandatory(body(bare("INSTORE", MOBILE, firstName="Sample"))),
    # valid things
    "long name": once(shop(MOBILE, firstName="N" * 101)),
    "long address": once(shop(("email", "a" * 260 + "@b.example"))),
    "unknown member": once(shop(MOBILE) | {"colour": "red"}),
    "numeric custom field": once(shop(MOBILE, fields={"employee": 7})),
    "empty custom field": once(shop(MOBILE, fields={"employee": ""})),
    "empty referral code": once(shop(MOBILE) | {"referralCode": ""}),
    "nameless": once(body(bare("INSTORE", MOBILE))),
    "two profiles": once(body(profile("INSTORE", MOBILE), profile("WEBSITE", MOBILE))),
    "cuid": once(shop(("cuid", "c-1"))),
    "empty identifier": once(shop(MOBILE, ("email", ""))),
    "account of a shop": once(shop(MOBILE, accountId="shop-1")),
    "mobile app": once(body(profile("MOBILE_APP", MOBILE, accountId="app-one"))),
    # texts
    "empty body": once(b""),
    "malformed": once(b'{"profiles": ['),
    "not utf-8": once(b'{"profiles": "\xff"}'),
    "nan": once(json.dumps(shop(MOBILE) | {"x": float("nan")}).encode()),
    "array": once([]),
    "profiles null": once({"profiles": None}),
    "nul": once(shop(MOBILE, firstName="Sam\0ple")),
    "emoji": once(shop(MOBILE, firstName="Sample \U0001f600")),
    "huge number": once(enrolled(loyaltyPoints=2**64)),
    "long text": once(shop(MOBILE) | {"extendedFields": {"city": "N" * 6000}}),
    "long array": once(shop(*[("externalId", f"E-{number}") for number in range(101)])),
    "deep": once(deep(60)),
    "oversized": oversized,
    # the door
    "no credentials": once(shop(MOBILE), headers=JSON_TYPE),
    "no credentials and no json": once(b"{", headers=JSON_TYPE),
    "wrong password": once(shop(MOBILE), headers={**JSON_TYPE, **basic("till.one:other")}),
    "malformed basic": once(shop(MOBILE), headers={**JSON_TYPE, "Authorization": "Basic dGlsbC5vbmU="}),
    "bearer": once(shop(MOBILE), headers={**JSON_TYPE, "Authorization": "Bearer good"}),
    "token": once(shop(MOBILE), headers={**JSON_TYPE, TOKEN: "good"}),
    "wrong token": once(shop(MOBILE), headers={**JSON_TYPE, TOKEN: "other"}),
    "expired token": once(shop(MOBILE), headers={**JSON_TYPE, TOKEN: "old"}),
    "reader": once(shop(MOBILE), headers={**JSON_TYPE, **basic("reader:secret")}),
    "put": once(shop(MOBILE), method="PUT"),
    "get": once(b"", method="GET"),
    "plain text": once(shop(MOBILE), headers={"Content-Type": "text/plain", **basic(PAIR)}),
    "charset": once(shop(MOBILE), headers={"Content-Type": "application/json; charset=utf-8", **basic(PAIR)}),
    "capitals in the type": once(shop(MOBILE), headers={"Content-Type": "Application/JSON", **basic(PAIR)}),
    "limit": limited,
}


@contextmanager
def talking(contract: Contract, defects: Sequence[str], folder: Path) -> Iterator[Talk]:
    """A conversation; its server is ended at the end."""
    talk = Talk(contract, defects, folder)
    try:
        yield talk
    finally:
        talk.close()


def transcript(contract: Contract, defects: Sequence[str], name: str, folder: Path) -> list[tuple[Any, ...]]:
    """What a server with these defects answers in a scenario: statuses, the headers that count, bodies."""
    with talking(contract, defects, folder) as talk:
        SCENARIOS[name](talk)
        return [
            (said.status, {name: said.headers[name] for name in HELD_HEADERS if name in said.headers}, said.data)
            for said in talk.said
        ]
