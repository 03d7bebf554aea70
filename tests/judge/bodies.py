"""Bodies near the example registration, and the org profiles to judge them under: what the laws of the judge draw from.

A body is a good one with a few mutations. Half of them put a value that fits where it is put, so that many bodies stay
clean or nearly so; the others put what breaks things.
"""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

from contract_kit import Contract, OrgProfile
from contract_kit.examples import NOW, ORG, registration

ORGS: dict[str, dict[str, Any]] = {
    "example": ORG,
    "empty": {},
    "mandatory": {
        "registration": {
            "primaryIdentifier": "mobile",
            "mandatory": ["mobile", "email", "lastName", "associatedWith", "fields.employee", "extendedFields.city"],
        }
    },
    "mandatory-and-fields": {
        **ORG,
        "registration": {"mandatory": ["cardnumber", "firstName", "extendedFields.gender", "extendedFields.zip"]},
        "extendedFields": {**ORG["extendedFields"], "age": {"type": "integer"}, "vip": {"type": "boolean"}, "note": {}},
        "rejectEmptyExtendedFields": True,
    },
    "rejects-empty": {"rejectEmptyExtendedFields": True},
    "closed": {
        "sources": {}, "identifierTypes": [], "tills": [], "cards": {"series": {}}, "programs": {},
        "customerStatus": {"labels": []}, "customFields": [], "extendedFields": {},
    },
    "odd": {
        "sources": {"INSTORE": {}, "LINE": {}, "WECHAT": {"accounts": ["a", "b"]}, "FACEBOOK": {"accounts": ["b", "c"]}},
        "registration": {
            "mobile": {"countryCodes": [], "minDigits": 9},
            "externalId": {"prefix": "E-(1)+ É/", "minLength": 3},
        },
        "identifierTypes": ["mobile", "email", "passport", "externalId"],
        "cards": {"series": {"73": ["ACTIVE"], "74": ["BLOCKED", "ACTIVE"]}},
        "programs": {"469": {"tiers": 2}, "500": {}},
        "customFields": ["employee", "Employee", "dateofbirth"],
        "extendedFields": {"gender": {"type": "string"}, "city": {"type": "string", "enum": ["Pune", "null"]}},
    },
}  # fmt: skip

CONTRACTS: dict[str, Contract] = {}


def contract_for(name: str) -> Contract:
    """The contract under one of ``ORGS``, compiled once for all tests."""
    if not CONTRACTS:
        bundled = Contract.bundled().at(NOW)
        CONTRACTS.update({org: bundled.for_org(OrgProfile.from_mapping(profile)) for org, profile in ORGS.items()})
    return CONTRACTS[name]


TEXTS = [
    "", " ", "a", "N" * 100, "N" * 101, " edge", "edge ", "in side", "tab\t", "line\n", "\x00", "nul\x00", "\x1c", "\x7f",
    "\x85", "fixed\u00a0blank", "soft\u00adhyphen", "zero\u200bwidth", "\ufeffmark", "\u2028", "\u202eover", "private\ue000",
    "\U0001f600", "\U000e0001", "ſ", "K", "İ", "ß", "Ǆ", "ﬁ", "e\u0301", "長谷川", "Ñandú", "null", "NULL", "nUlL", "true",
    "yes", "[email protected]", "[email\u00a0protected]", "[Email Protected]", "[", "]", "\\", '"', "'", "<b>", "\u3000",
    "\ud7ff", "\uffff",
]  # fmt: skip

MOBILES = [
    "919800000001", "818000000001", "7980000001", "9198000", "919800", "919800000001000", "9198000000010000",
    "+919800000001", "91 98000-00001", "９１９８００００００１", "abc", "", "٣" * 10, "0",
]  # fmt: skip

MAILS = [
    "sample.customer@shop.example", "Sample.Customer@SHOP.example", "a@b.example", "a@b", "a@b@c.example", "no-at-sign", "@",
    "a" * 64 + "@" + ("b" * 60 + ".") * 3 + "example", "a" * 65 + "@" + ("b" * 60 + ".") * 3 + "example",
    "ſample.customer@shop.example", "sample.customer@shop.example ", "ß@shop.example", "a..b@shop.example", "a@.example",
    "a@b.", "a@-b.example", "",
]  # fmt: skip

DATES = [
    "2039-05-11T16:36:17+05:30", "2039-05-11T16:36:18+05:30", "2039-05-11T11:06:17+00:00", "2040-02-29T10:00:00-03:00",
    "2039-02-29T10:00:00-03:00", "2039-02-30T10:00:00+05:30", "2039-05-11T16:36:17", "2039-05-11T16:36:17Z",
    "2039-05-11T16:36:17.5+05:30", "2039-05-11T24:00:00+05:30", "2039-05-11T16:36:60+05:30", "2039-05-11T16:36:17+24:00",
    "2039-05-11T16:36:17+05:75", "2039-05-11t16:36:17+05:30", "2024-05-11T16:36:17+05:30", "2026-01-15T11:59:59+00:00",
    "2026-01-15T12:00:00+00:00", "2027-12-31T23:59:59-14:00", "2028-01-01T00:00:00+14:00", "0000-01-01T00:00:00+00:00",
    "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2125-01-01T00:00:00+00:00", "2039-04-31T00:00:00+00:00",
    "2039-05-11T16:36:17+05:30\n", "２039-05-11T16:36:17+05:30", "2039-05-11", "",
]  # fmt: skip

NUMBERS = [
    0, -0.0, 1, 2, 3, 4, 1.5, 73, 73.0, 74, 469, 469.0, 470, 500, -1, 75, 0.1, 2**53, 2**53 + 1, 2**63 - 1, 2**63, -(2**63),
    -(2**63) - 1, 2**64, 10**30, 1e15, 1e16, 1e300, 1e-300, 99, 2**31,
]  # fmt: skip

SOURCES = ["INSTORE", "WEBSITE", "MOBILE_APP", "LINE", "WECHAT", "FACEBOOK", "TMALL", "Instore", "", "NOWHERE"]
ACCOUNTS = ["", "app-one", "app-two", "line-one", "line-two", "a", "b", "c", "shop-1"]
IDENTIFIER_TYPES = ["mobile", "email", "externalId", "cardnumber", "cuid", "line", "martjackId", "passport", "Mobile", ""]
CHANNEL_TYPES = ["mobile", "email", "cardnumber", "mobilePush", "line", "wechat", "whatsapp", "fax", "E-mail", ""]
LABELS = ["ACTIVE", "INACTIVE", "BLOCKED", "active", "active-1", "suspended-1", "Active", ""]
FLAGS: list[object] = [True, False, "true", "false", "yes", 1, 0, None, "True"]
WORDS = ["loyalty", "non_loyalty", "Loyalty", "till.one", "till.two", "Male", "male", "Other", "1988/05/10", "5"]
IDS = ["7300000001", "7300 0000 01", "AB-1", "E-(1)+ É/7", "E-(1)+ É/", "X" * 64, "X" * 65, "c-1", "x y", " c-1"]

FITTING: dict[str, list[Any]] = {
    "firstName": TEXTS, "lastName": TEXTS, "source": SOURCES, "accountId": ACCOUNTS, "associatedWith": WORDS,
    "type": IDENTIFIER_TYPES + CHANNEL_TYPES, "value": MOBILES + MAILS + IDS + TEXTS, "seriesId": NUMBERS,
    "seriesCode": ["GOLD", "", "\u200b"], "statusLabel": LABELS, "cardExternalId": ["X1", "\t"], "primary": FLAGS,
    "verified": FLAGS, "residence": FLAGS, "office": FLAGS, "subscribed": FLAGS, "lastViewedDate": DATES,
    "employee": [*TEXTS, *NUMBERS], "dateofbirth": ["22-10-2000", *TEXTS], "Employee": ["x"], "favourite_shop": ["Pune 1"],
    "gender": [*WORDS, None, ""], "city": [*TEXTS, *NUMBERS, None, "Pune"], "zip": ["411001", 411001, None],
    "dob": ["1988/05/10", "1988/02/30", "10-05-1988", "", None], "age": [25, "25", 25.5, "x", "", 2**70, 1e300],
    "vip": [True, "true", "TRUE", ""], "note": [*TEXTS, None], "Gender": ["Male"], "programId": NUMBERS,
    "tierNumber": NUMBERS, "loyaltyPoints": NUMBERS, "tierExpiryDate": DATES, "pointsExpiryDate": DATES,
    "referralCode": TEXTS, "loyaltyType": WORDS, "createDate": [*DATES, *TEXTS], "channel": ["SMS", "\x00"],
    "priority": ["BULK", 5], "sourceName": ["INSTORE", ""], "orgUnitId": ["1", 1, 2**70, "\u200b"],
    "custom_card_name": [*TEXTS, *NUMBERS, True, None, [], {}], "odd": [*TEXTS, *NUMBERS, [], {}, [1], {"x": [1]}],
    "meta": [{}, {"residence": True}, {"residence": "yes"}, {"x": 1}], "attributes": [{}, {"odd": "x"}, {"odd": {"in": 1}}],
    "fields": [{}, {"employee": "x"}, {"other": "x"}], "extendedFields": [{}, {"gender": "Male"}, {"town": "Pune"}],
    "customFields": [{}, {"odd": 1}, {"odd": [1]}], "loyaltyInfo": [{}, {"attributionV2": {"createDate": "x"}}],
    "attributionV2": [{}, {"createDate": "2020-01-01T00:00:00+00:00"}, {"x": 1}],
    "subscriptionInfo": [{}, {"subscriptions": []}, {"subscriptions": [{"channel": "SMS"}] * 101}],
    "subscriptions": [[], [{"channel": "SMS", "type": "OPTIN", "orgUnitId": 5}], [{"x": 1}], [{}] * 100, [{}] * 101],
    "identifiers": [
        [], [{"type": "externalId", "value": "X1"}], [{"type": "cuid", "value": f"c{n}"} for n in range(100)],
        [{"type": "cuid", "value": f"c{n}"} for n in range(101)], [{"type": "mobile", "value": ""}],
    ],
    "commChannels": [[], [{}], [{"type": "mobilePush", "value": "t", "primary": True}] * 2,
                     [{"type": "ios", "value": f"t{n}"} for n in range(101)]],
    "loyaltyProgramEnrollments": [[], [{}], [{"programId": 469}], [{"programId": 469}, {"programId": 469}],
                                  [{"programId": n} for n in range(101)]],
    "profiles": [[], [{"source": "INSTORE", "identifiers": [{"type": "externalId", "value": "X1"}]}] * 2],
}  # fmt: skip

MEMBERS = [*FITTING, "profile", "lastname", "FirstName", "points", "x", "", "a/b", "\u200b"]

ANYTHING = st.one_of(
    st.sampled_from([*TEXTS, *MOBILES, *MAILS, *DATES, *WORDS, *LABELS, *SOURCES]),
    st.sampled_from(NUMBERS),
    st.sampled_from([None, True, False, [], {}, [[]], {"x": 1}, [1, "a"]]),
    st.text(max_size=8),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
)


def fresh(value: Any) -> Any:
    """A copy in which nothing stands in two places."""
    return json.loads(json.dumps(value))


def places(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """The paths of everything below a value."""
    found: list[tuple[str | int, ...]] = []
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, child in entries:
        found.append((*path, step))
        found += places(child, (*path, step))
    return found


def at(value: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        value = value[step]
    return value


def good_bodies() -> list[dict[str, Any]]:
    """Registrations that use all members of the contract between them."""
    full = registration()
    full["profiles"][0]["identifiers"][2]["customFields"] = {"odd": "x"}
    full["profiles"][0]["commChannels"][0]["attributes"] = {"odd": "x"}
    full["profiles"][0]["commChannels"][0]["subscribed"] = True
    full["loyaltyInfo"]["attributionV2"] = {"createDate": "2020-01-01T00:00:00+00:00"}
    full["subscriptionInfo"] = {"subscriptions": [{"channel": "SMS", "type": "OPTIN", "orgUnitId": 5}]}
    line = {"profiles": [{"source": "LINE", "accountId": "line-one", "identifiers": [{"type": "line", "value": "U1"}]}]}
    small = {"profiles": [{"source": "INSTORE", "identifiers": [{"type": "externalId", "value": "X1"}]}]}
    odd = {"profiles": [{"source": "WECHAT", "accountId": "a", "identifiers": [{"type": "passport", "value": "P1"}]}]}
    mandatory = registration()
    mandatory["extendedFields"]["zip"] = "411001"
    return [registration(), full, line, small, odd, mandatory]


@st.composite
def registrations(draw: st.DrawFn) -> Any:
    """A good body with up to four mutations."""
    body: Any = fresh(draw(st.sampled_from(good_bodies())))
    for _ in range(draw(st.sampled_from([0, 1, 1, 1, 1, 2, 2, 3, 4]))):
        paths = places(body)
        if not paths:
            break
        path = draw(st.sampled_from(paths))
        parent, step = at(body, path[:-1]), path[-1]
        kind = draw(st.sampled_from(["fit", "fit", "fit", "any", "remove", "rename", "add", "repeat", "swap"]))
        if kind == "fit" and step in FITTING:
            parent[step] = fresh(draw(st.sampled_from(FITTING[step])))
        elif kind == "any":
            parent[step] = fresh(draw(ANYTHING))
        elif kind == "remove":
            del parent[step]
        elif kind == "rename" and isinstance(parent, dict):
            parent[draw(st.one_of(st.sampled_from(MEMBERS), st.text(max_size=3)))] = parent.pop(step)
        elif kind == "add" and isinstance(parent, dict):
            name = draw(st.sampled_from(MEMBERS))
            parent[name] = fresh(draw(st.sampled_from(FITTING[name]) if name in FITTING else ANYTHING))
        elif kind == "repeat" and isinstance(parent, list):
            parent.append(fresh(parent[step]))
        elif kind == "swap":
            other = draw(st.sampled_from(paths))
            # Into a parent that is still there, and not into itself.
            if other[: len(path)] != path and path[: len(other)] != other:
                above, last = at(body, other[:-1]), other[-1]
                parent[step], above[last] = above[last], parent[step]
    return body


ODD_BLANKS = [" ", "\n", "\t", "\r\n", "  "]
PIECES = ["NaN", ",", '"', "//", "0", "-", "\\u00e9", "\\ud83d", "1e999"]
SPELLINGS = ["75.0", "7.5e1", "75E0", "NaN", "1e999", "075", "+75", "-0", "9" * 5000]


@st.composite
def texts(draw: st.DrawFn) -> bytes:
    """The JSON of a good or mutated body as somebody may have written it: odd blanks, names twice, escapes, a mark, NaN."""
    body = draw(st.one_of(st.sampled_from(good_bodies()), registrations()))
    text = json.dumps(
        body,
        ensure_ascii=draw(st.booleans()),
        indent=draw(st.sampled_from([None, None, 2, "\t"])),
        separators=draw(st.sampled_from([None, (",", ":"), (" , ", " : "), (",\n", "\t:\r")])),
    )
    for _ in range(draw(st.integers(0, 2))):
        kind = draw(st.sampled_from(["member", "anywhere", "blank", "escape", "number", "cut", "byte"]))
        if kind == "member":
            # A name that stands there already, once more in the same object, before or after.
            quotes = [i for i in range(len(text)) if text.startswith('"', i) and text[i - 1] in "{, \n\t"]
            if quotes:
                start = draw(st.sampled_from(quotes))
                end = text.find('"', start + 1)
                name = text[start : end + 1]
                value = draw(st.sampled_from(['"x"', "1", "null", '"INSTORE"', "true", "{}", "[]"]))
                text = f"{text[:start]}{name}:{value},{text[start:]}"
        elif kind == "anywhere":
            spot = draw(st.integers(0, len(text)))
            text = text[:spot] + draw(st.sampled_from(PIECES)) + text[spot:]
        elif kind == "blank":
            spot = draw(st.integers(0, len(text)))
            text = text[:spot] + draw(st.sampled_from(ODD_BLANKS)) + text[spot:]
        elif kind == "escape":
            text = text.replace("a", "\\u0061", 1)
        elif kind == "number":
            text = text.replace("75", draw(st.sampled_from(SPELLINGS)), 1)
        elif kind == "cut":
            text = text[: draw(st.integers(0, len(text)))]
    data = text.encode("utf-8", "surrogatepass")
    front = draw(st.sampled_from([b"", b"", b"", b"", b"\xef\xbb\xbf", b" ", b"\x00"]))
    back = draw(st.sampled_from([b"", b"", b"", b"\n", b"\x00", b"{}", b"\xff"]))
    return front + data + back
