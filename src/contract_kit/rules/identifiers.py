"""Rules on identifiers: what names a customer inside a source account."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from contract_kit.ledger import identity
from contract_kit.rule import REMOVED, Context, Example, Guard, Hit, refuses, rule, undocumented
from contract_kit.showing import shown, suggested
from contract_kit.view import Node, ProfileNode

_FIRST = "/profiles/0/identifiers/0"
_MAIL = "/profiles/0/identifiers/1"


def if_type(type_: str, value: Mapping[str, object]) -> dict[str, object]:
    """A schema: what has this type, or none, has a value of that form."""
    return {"if": {"properties": {"type": {"const": type_}}}, "then": {"properties": {"value": value}}}


def only(type_: str, value: Mapping[str, object]) -> Guard:
    """A guard: identifiers of this type have a value of that form."""
    return {"identifier": if_type(type_, value)}


def spoken_range(low: int | None, high: int | None) -> str:
    """``7 to 15``, ``7 or more``."""
    return f"{low or 0} or more" if high is None else f"{low or 0} to {high}"


def lengths(low: int | None, high: int | None) -> dict[str, object]:
    """A schema: a text that is not empty and within these bounds."""
    bounds: dict[str, object] = {"minLength": low or 1}
    if high is not None:
        bounds["maxLength"] = high
    return bounds


@rule(
    "identifiers-all-empty",
    on="profile",
    severity="error",
    evidence="assumed",
    facts=("F24", "D02"),
    consequence=refuses(8005),
    message="identifiers: none of them has a value",
    hint="give at least one identifier with a non-empty value",
    guard={"identifier": {"properties": {"value": {"minLength": 1}}}},
    bad=(
        Example(
            {"/profiles/0/identifiers": [{"type": "mobile", "value": ""}, {"type": "email", "value": ""}]},
            "both values empty",
        ),
    ),
    good=(Example({"/profiles/0/identifiers": [{"type": "externalId", "value": "E1"}]}, "one value is enough"),),
)
def identifiers_all_empty(profile: ProfileNode, context: Context) -> Iterator[Hit]:
    """A profile whose identifiers are all empty.

    Identifiers with an empty value are ignored. When nothing is left, the platform has no one to register.
    """
    if profile.identifiers and profile.identifiers_whole and not any(True for _ in profile.named()):
        yield Hit(profile.at("identifiers"))


@rule(
    "identifier-empty",
    on="profile",
    severity="info",
    evidence="assumed",
    facts=("D02",),
    message="value: empty, so this identifier is ignored",
    hint="leave the identifier out",
    guard={"identifier": {"properties": {"value": {"minLength": 1}}}},
    bad=(Example({f"{_MAIL}/value": ""}, "an empty e-mail beside a good mobile"),),
    good=(Example({_MAIL: REMOVED}, "the empty identifier left out"),),
)
def identifier_empty(profile: ProfileNode, context: Context) -> Iterator[Hit]:
    """An identifier with an empty value beside a good one.

    Callers do send such identifiers; the platform passes over them. The person is registered without it.
    """
    if any(True for _ in profile.named()):
        for item in profile.identifiers:
            if not item.data["value"]:
                yield Hit(item.at("value"))


@rule(
    "identifier-repeated",
    on="profile",
    severity="error",
    evidence="assumed",
    facts=("D06", "D05", "F10"),
    consequence=refuses(8005),
    message="identifiers: this {type} stands in the profile already, at {first}",
    hint="keep one of the two; values compare without letter case for e-mail and by their digits for mobile",
    residue=True,
    bad=(
        Example(
            {"/profiles/0/identifiers/-": {"type": "email", "value": "Sample.Customer@SHOP.example"}},
            "the same e-mail in other letter case",
            at="/profiles/0/identifiers/3",
        ),
        Example(
            {"/profiles/0/identifiers/-": {"type": "mobile", "value": "+91 98000 00001"}},
            "the same mobile, written with blanks",
            at="/profiles/0/identifiers/3",
        ),
    ),
    good=(
        Example(
            {"/profiles/0/identifiers/-": {"type": "email", "value": "second@shop.example"}},
            "two different e-mail addresses",
        ),
    ),
)
def identifier_repeated(profile: ProfileNode, context: Context) -> Iterator[Hit]:
    """The same identifier twice in one profile.

    Inside a source account an identifier is unique, and that holds within one body too.
    """
    seen: dict[object, int] = {}
    for item in profile.named():
        key = identity(item.data["type"], item.data["value"])
        index = item.pointer[-1]
        assert isinstance(index, int)
        if key in seen:
            yield Hit(item.pointer, {"type": shown(key.type), "first": f"index {seen[key]}"})
        else:
            seen[key] = index


@rule(
    "identifier-type-unknown",
    on="identifier",
    severity="warning",
    evidence="public",
    facts=("F23", "F23b"),
    consequence=undocumented(),
    message="type: {type} is not an identifier type that is documented{suggestion}",
    hint="use a documented type (mobile, email, externalId, cardnumber, …), in exactly its spelling",
    guard=lambda context: {
        "identifier": {"properties": {"type": {"enum": sorted(_known_types(context))}}},
    },
    bad=(
        Example({f"{_FIRST}/type": "Mobile"}, "a capital letter too many", at=f"{_FIRST}/type"),
        Example({f"{_FIRST}/type": "passport"}, "a type that nobody documents", at=f"{_FIRST}/type"),
    ),
    good=(Example({f"{_FIRST}/type": "externalId"}, "a documented type"),),
)
def identifier_type_unknown(item: Node, context: Context) -> Iterator[Hit]:
    """An identifier type that no documentation and no org profile names.

    The list of types is open, so the schema does not close it; but a type that nobody knows is most often a slip of
    spelling, and what a server makes of it is not documented.
    """
    type_ = item.data["type"]
    known = _known_types(context)
    if type_ not in known:
        yield Hit(item.at("type"), {"type": shown(type_), "suggestion": suggested(type_, sorted(known))}, type_)


@rule(
    "identifier-type-unused",
    on="identifier",
    severity="warning",
    evidence="public",
    facts=("F23", "F12"),
    consequence=undocumented(),
    needs=("identifierTypes",),
    message="type: {type} is a type that this org does not use",
    hint="send one of the org's identifier types, or add this one to the profile's identifierTypes",
    guard=lambda context: {
        "identifier": {"properties": {"type": {"enum": sorted(context.org.identifier_types or ())}}},
    },
    bad=(Example({f"{_FIRST}/type": "martjackId"}, "documented, but not this org's", at=f"{_FIRST}/type"),),
    good=(Example({f"{_FIRST}/type": "cuid"}, "one of the org's types"),),
)
def identifier_type_unused(item: Node, context: Context) -> Iterator[Hit]:
    """An identifier of a documented type that the org does not use."""
    type_ = item.data["type"]
    used = context.org.identifier_types or frozenset()
    if type_ not in used and type_ in context.words.values["identifier.type"]:
        yield Hit(item.at("type"), {"type": shown(type_)}, type_)


@rule(
    "identifier-blank-edges",
    on="identifier",
    severity="warning",
    evidence="assumed",
    facts=("D05",),
    message="value: begins or ends with a blank, which becomes part of the identifier",
    hint="strip blanks before sending; only names are trimmed by the platform",
    guard={"identifier": {"properties": {"value": {"pattern": "^[!-~]([ -~]*[!-~])?$"}}}},
    bad=(Example({f"{_MAIL}/value": "sample.customer@shop.example "}, "a trailing blank"),),
    good=(Example({f"{_MAIL}/value": "sample.customer@shop.example"}, "no blank"),),
)
def identifier_blank_edges(item: Node, context: Context) -> Iterator[Hit]:
    """An identifier value with blanks at its ends.

    Identifiers other than e-mail and mobile compare exactly, so the blank makes a different customer, and nobody sees it.
    """
    value = item.data["value"]
    if value != value.strip():
        yield Hit(item.at("value"), {}, value)


@rule(
    "external-id-malformed",
    on="identifier",
    severity="error",
    evidence="public",
    facts=("F58",),
    consequence=undocumented(8020),
    needs=("registration.externalId",),
    message="value: breaks the form of this org's external ids ({form})",
    hint="send the id as the org defines it, or correct registration.externalId in the profile",
    guard=lambda context: only("externalId", _external_guard(context)),
    bad=(
        Example({_FIRST: {"type": "externalId", "value": "X" * 65}}, "too long", at=f"{_FIRST}/value"),
        Example(
            {_FIRST: {"type": "externalId", "value": "1234"}},
            "the org's prefix lacks",
            at=f"{_FIRST}/value",
            org={"registration": {"externalId": {"prefix": "EX", "minLength": 1, "maxLength": 9}}},
        ),
    ),
    good=(Example({_FIRST: {"type": "externalId", "value": "X" * 64}}, "the longest"),),
)
def external_id_malformed(item: Node, context: Context) -> Iterator[Hit]:
    """An external id without the org's prefix or of the wrong length.

    Public tables name an error (8020) and a warning (8064) for it; which one a server gives is not documented.
    """
    form = context.org.external_id
    value = item.data["value"]
    if item.data["type"] != "externalId" or not value or form is None:
        return
    low, high = form.min_length or 0, form.max_length
    if not value.startswith(form.prefix) or len(value) < low or (high is not None and len(value) > high):
        spoken = f"prefix {form.prefix}, " if form.prefix else ""
        yield Hit(item.at("value"), {"form": f"{spoken}{spoken_range(form.min_length, high)} characters"}, value)


def _known_types(context: Context) -> frozenset[str]:
    return frozenset(context.words.values["identifier.type"]) | (context.org.identifier_types or frozenset())


def _external_guard(context: Context) -> dict[str, object]:
    form = context.org.external_id
    if form is None:
        return {}
    prefix: dict[str, object] = {"pattern": "^" + re.escape(form.prefix)} if form.prefix else {}
    return prefix | lengths(form.min_length, form.max_length)
