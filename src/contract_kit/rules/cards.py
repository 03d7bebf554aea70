"""Rules on loyalty cards: an identifier of type ``cardnumber`` with its series, status and own fields."""

from __future__ import annotations

import re
from collections.abc import Iterator

from contract_kit.names import nearest
from contract_kit.rule import REMOVED, Context, Example, Hit, rule, undocumented
from contract_kit.showing import listed, shown
from contract_kit.view import Node

CARD = "cardnumber"
CARD_MEMBERS = ("seriesId", "seriesCode", "statusLabel", "extendedFields", "customFields", "cardExternalId")

_FIRST = "/profiles/0/identifiers/0"
_CARD = "/profiles/0/identifiers/2"
_FORM = re.compile(r"[A-Za-z0-9-]+")


@rule(
    "card-member-without-card",
    on="identifier",
    severity="warning",
    evidence="stated",
    facts=("F30", "F31"),
    message="{member}: belongs to a card, but this identifier's type is {type}",
    hint="move it to the identifier of type cardnumber",
    guard={
        "identifier": {
            "if": {"properties": {"type": {"const": CARD}}},
            "else": {"properties": dict.fromkeys(CARD_MEMBERS, False)},
        }
    },
    bad=(Example({f"{_FIRST}/seriesId": 73}, "a series on a mobile number"),),
    good=(Example({f"{_CARD}/seriesId": 73}, "a series on a card"),),
)
def card_member_without_card(item: Node, context: Context) -> Iterator[Hit]:
    """Card details on an identifier that is no card.

    Series, card status and card fields go with a card number; elsewhere nothing is issued and nobody is told.
    """
    if item.data["type"] != CARD:
        for member in CARD_MEMBERS:
            if member in item.data:
                yield Hit(item.at(member), {"member": member, "type": shown(item.data["type"])})


@rule(
    "card-series-missing",
    on="identifier",
    severity="warning",
    evidence="stated",
    facts=("F30",),
    consequence=undocumented(),
    message="a card without seriesId: the platform cannot tell which series it belongs to",
    hint="add seriesId (a number), or seriesCode",
    guard={
        "identifier": {
            "if": {"properties": {"type": {"const": CARD}}},
            "then": {"required": ["seriesId"]},
        }
    },
    bad=(Example({f"{_CARD}/seriesId": REMOVED}, "no series", at=_CARD),),
    good=(Example({f"{_CARD}/seriesId": REMOVED, f"{_CARD}/seriesCode": "GOLD"}, "the series by its code"),),
)
def card_series_missing(item: Node, context: Context) -> Iterator[Hit]:
    """A card number without the series that issues it."""
    if item.data["type"] == CARD and item.lacks("seriesId") and item.lacks("seriesCode"):
        yield Hit(item.pointer)


@rule(
    "card-series-unknown",
    on="identifier",
    severity="warning",
    evidence="stated",
    facts=("F30",),
    consequence=undocumented(),
    needs=("cards.series",),
    message="seriesId: {series} is not a card series of this org ({known})",
    hint="use one of the org's series, or add it to cards.series in the profile",
    guard=lambda context: {
        "identifier": {"properties": {"seriesId": {"enum": list(context.org.card_series or {}) or [None]}}}
    },
    bad=(Example({f"{_CARD}/seriesId": 74}, "a series that the org does not have"),),
    good=(Example({f"{_CARD}/seriesId": 73.0}, "73.0 is 73"),),
)
def card_series_unknown(item: Node, context: Context) -> Iterator[Hit]:
    """A card series that the org does not have."""
    series = item.data.get("seriesId")
    known = context.org.card_series or {}
    if item.data["type"] == CARD and series is not None and series not in known:
        yield Hit(item.at("seriesId"), {"series": shown(series), "known": listed(sorted(known))}, series)


@rule(
    "card-status-unknown",
    on="identifier",
    severity="warning",
    evidence="stated",
    facts=("F30",),
    consequence=undocumented(),
    message="statusLabel: {label} is not a status of this card series ({known}){suggestion}",
    hint="use one of the statuses, in exactly its spelling",
    guard=lambda context: {
        "identifier": {"properties": {"statusLabel": {"enum": sorted(_always_allowed(context)) or [None]}}}
    },
    bad=(
        Example({f"{_CARD}/statusLabel": "active"}, "another letter case"),
        Example({f"{_CARD}/statusLabel": "Active"}, "no org profile, but near a documented one", org={"cards": None}),
    ),
    good=(
        Example({f"{_CARD}/statusLabel": "EXPIRED"}, "one of the series' statuses"),
        Example({f"{_CARD}/statusLabel": "BLOCKED"}, "an open list where no profile closes it", org={"cards": None}),
    ),
)
def card_status_unknown(item: Node, context: Context) -> Iterator[Hit]:
    """A card status that the series does not know.

    Without a profile the documented list is open, so only a slip of spelling of a documented status is reported.
    """
    label = item.data.get("statusLabel")
    if item.data["type"] != CARD or label is None:
        return
    documented = context.words.values["identifier.statusLabel"]
    series = context.org.card_series
    allowed = sorted(series.get(item.data.get("seriesId", -1), ())) if series is not None else []
    known = allowed or list(documented)
    near = nearest(label, known)
    if label not in known and (allowed or (near and series is None)):
        suggestion = f"; did you mean {shown(near)}?" if near else ""
        yield Hit(item.at("statusLabel"), {"label": shown(label), "known": listed(known), "suggestion": suggestion}, label)


@rule(
    "card-number-malformed",
    on="identifier",
    severity="warning",
    evidence="assumed",
    facts=("F30",),
    consequence=undocumented(),
    message="value: a card number with {count} character(s) other than letters, digits and hyphens",
    hint="send the number as issued, without blanks",
    guard={
        "identifier": {
            "if": {"properties": {"type": {"const": CARD}}},
            "then": {"properties": {"value": {"pattern": "^[A-Za-z0-9-]+$"}}},
        }
    },
    bad=(Example({f"{_CARD}/value": "7300 0000 01"}, "written in groups"),),
    good=(Example({f"{_CARD}/value": "AB-7300000001"}, "letters and a hyphen"),),
)
def card_number_malformed(item: Node, context: Context) -> Iterator[Hit]:
    """A card number as printed rather than as issued.

    Card numbers compare exactly; with the blanks of print the till will not find the card.
    """
    value = item.data["value"]
    if item.data["type"] == CARD and value and not _FORM.fullmatch(value):
        others = sum(1 for sign in value if not _FORM.fullmatch(sign))
        yield Hit(item.at("value"), {"count": others}, value)


def _always_allowed(context: Context) -> frozenset[str]:
    """Statuses that every series allows: for the guard, which does not look at the series."""
    series = context.org.card_series
    if series is None:
        return frozenset(context.words.values["identifier.statusLabel"])
    return frozenset.intersection(*series.values()) if series else frozenset()
