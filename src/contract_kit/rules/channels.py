"""Rules on communication channels: how a customer may be reached."""

from __future__ import annotations

from collections.abc import Iterator

from contract_kit.ledger import identity
from contract_kit.rule import REMOVED, Context, Example, Hit, may_warn, rule, undocumented
from contract_kit.rules.emails import PLAIN_MAIL
from contract_kit.rules.identifiers import if_type
from contract_kit.rules.mobiles import PLAIN_MOBILE
from contract_kit.showing import shown, suggested
from contract_kit.view import Node, ProfileNode

ALSO_IDENTIFIERS = ("mobile", "email", "line", "wechat", "cardnumber")
"""Channel types whose values are identifiers of the same type too; a push token is nobody's identifier."""

_FIRST = "/profiles/0/commChannels/0"
_MAIL = "/profiles/0/commChannels/1"
_YES = (True, "true")


@rule(
    "channel-type-unknown",
    on="channel",
    severity="warning",
    evidence="public",
    facts=("F32", "F33", "F33b"),
    consequence=undocumented(8010),
    message="type: {type} is not a channel type that is documented{suggestion}",
    hint="use a documented type (mobile, email, mobilePush, line, …), in exactly its spelling",
    guard=lambda context: {"channel": {"properties": {"type": {"enum": list(context.words.values["channel.type"])}}}},
    bad=(
        Example({f"{_MAIL}/type": "e-mail"}, "a hyphen too many"),
        Example({f"{_FIRST}/type": "fax"}, "a type that nobody documents"),
    ),
    good=(Example({f"{_FIRST}/type": "whatsapp"}, "a type of another public page"),),
)
def channel_type_unknown(channel: Node, context: Context) -> Iterator[Hit]:
    """A channel type that no documentation names."""
    type_ = channel.data.get("type")
    known = context.words.values["channel.type"]
    if type_ is not None and type_ not in known:
        suggestion = suggested(type_, known)
        yield Hit(channel.at("type"), {"type": shown(type_), "suggestion": suggestion}, type_)


@rule(
    "channel-incomplete",
    on="channel",
    severity="warning",
    evidence="public",
    facts=("F32",),
    consequence=undocumented(8106),
    message="{member}: missing, so the channel says nothing",
    hint="give each channel a type and a value",
    guard={"channel": {"required": ["type", "value"], "properties": {"value": {"minLength": 1}}}},
    bad=(
        Example({f"{_MAIL}/type": REMOVED}, "no type", at=_MAIL),
        Example({f"{_MAIL}/value": ""}, "an empty value"),
    ),
    good=(Example({_MAIL: REMOVED}, "no such channel at all"),),
)
def channel_incomplete(channel: Node, context: Context) -> Iterator[Hit]:
    """A channel without a type or a value.

    Neither is marked mandatory, but a channel that lacks one of them reaches nobody.
    """
    for member in ("type", "value"):
        if not channel.data.get(member) and member not in channel.unclean:
            place = channel.at(member) if member in channel.data else channel.pointer
            yield Hit(place, {"member": member})


@rule(
    "channel-mobile-invalid",
    on="channel",
    severity="warning",
    evidence="public",
    facts=("F27", "F58"),
    consequence=may_warn(8058),
    message="value: a mobile channel whose number holds characters other than digits",
    hint="send digits 0-9 only, country code first",
    guard={"channel": if_type("mobile", PLAIN_MOBILE)},
    bad=(Example({f"{_FIRST}/value": "+91-9800000001"}, "a plus sign and a hyphen"),),
    good=(Example({f"{_FIRST}/value": "919800000001"}, "digits only"),),
)
def channel_mobile_invalid(channel: Node, context: Context) -> Iterator[Hit]:
    """A mobile channel with characters other than digits in its number."""
    value = channel.data.get("value")
    if channel.data.get("type") == "mobile" and value and not (value.isascii() and value.isdigit()):
        yield Hit(channel.at("value"), {}, value)


@rule(
    "channel-email-invalid",
    on="channel",
    severity="warning",
    evidence="public",
    facts=("F29", "F58"),
    consequence=may_warn(8057),
    message="value: an e-mail channel whose value is no address, it has no @",
    hint="send the whole address, or leave the channel out",
    guard={"channel": if_type("email", PLAIN_MAIL)},
    bad=(Example({f"{_MAIL}/value": "sample.customer"}, "no @"),),
    good=(Example({f"{_MAIL}/value": "sample.customer@shop.example"}, "an address"),),
)
def channel_email_invalid(channel: Node, context: Context) -> Iterator[Hit]:
    """An e-mail channel that is plainly no address."""
    value = channel.data.get("value")
    if channel.data.get("type") == "email" and value and "@" not in value:
        yield Hit(channel.at("value"), {}, value)


@rule(
    "channel-primary-repeated",
    on="profile",
    severity="warning",
    evidence="assumed",
    facts=("F34",),
    consequence=undocumented(),
    message="primary: the {type} channel at index {first} is primary already",
    hint="mark one channel of each type as primary",
    residue=True,
    bad=(
        Example(
            {"/profiles/0/commChannels/-": {"type": "mobile", "value": "919800000001", "primary": "true"}},
            "two primary mobiles",
            at="/profiles/0/commChannels/2/primary",
        ),
    ),
    good=(
        Example(
            {"/profiles/0/commChannels/-": {"type": "mobile", "value": "919800000001", "primary": False}},
            "the second one is not primary",
        ),
    ),
)
def channel_primary_repeated(profile: ProfileNode, context: Context) -> Iterator[Hit]:
    """Several primary channels of one type.

    There is one primary contact of a kind; which one a server takes is not documented.
    """
    seen: dict[object, object] = {}
    for channel in profile.channels:
        if channel.data.get("primary") in _YES and channel.data.get("type"):
            type_ = channel.data["type"]
            if type_ in seen:
                yield Hit(channel.at("primary"), {"type": shown(type_), "first": seen[type_]})
            seen.setdefault(type_, channel.pointer[-1])


@rule(
    "channel-value-unmatched",
    on="profile",
    severity="info",
    evidence="shown",
    facts=("F32", "F34"),
    message="value: marked {marks}, but no {type} identifier of this profile has this value",
    hint="check that this is the same person's; the platform takes it either way",
    residue=True,
    bad=(Example({f"{_FIRST}/value": "919800000002"}, "another number than the identifier's"),),
    good=(
        Example({f"{_MAIL}/value": "Sample.Customer@shop.example"}, "the identifier in another letter case"),
        Example({_FIRST: {"type": "mobilePush", "value": "token", "primary": True}}, "a push token"),
    ),
)
def channel_value_unmatched(profile: ProfileNode, context: Context) -> Iterator[Hit]:
    """A verified or primary channel that matches no identifier.

    The documentation's own examples hold such channels, so it is only worth a look: often a digit was mistyped.
    """
    if not (profile.identifiers and profile.identifiers_whole):
        return
    held = {identity(item.data["type"], item.data["value"]) for item in profile.identifiers}
    for channel in profile.channels:
        type_, value = channel.data.get("type"), channel.data.get("value")
        marks = [mark for mark in ("primary", "verified") if channel.data.get(mark) in _YES]
        if marks and type_ in ALSO_IDENTIFIERS and value and identity(type_, value) not in held:
            yield Hit(channel.at("value"), {"type": type_, "marks": " and ".join(marks)}, value)
