"""Rules on a customer's names, till and status."""

from __future__ import annotations

from collections.abc import Iterator

from contract_kit.rule import REMOVED, Context, Example, Hit, cuts, refuses, rule, warns
from contract_kit.showing import listed, shown, suggested
from contract_kit.view import BodyNode, ProfileNode

NAME_LIMIT = 100
_NAMES = ("firstName", "lastName")
_PROFILE = "/profiles/0"


def trimmed(name: str) -> str:
    """A name as the platform keeps it before the cut (F43, D15)."""
    return name.strip()


@rule(
    "name-too-long",
    on="profile",
    severity="warning",
    evidence="stated",
    facts=("F20", "D15"),
    consequence=cuts(NAME_LIMIT),
    message="{member}: {length} characters; the platform keeps the first {limit}",
    hint="shorten the name yourself, so that nobody's name is cut in the middle",
    guard={"profile": {"properties": {name: {"maxLength": NAME_LIMIT} for name in _NAMES}}},
    bad=(
        Example({f"{_PROFILE}/firstName": "N" * 101}, "one character too many"),
        Example({f"{_PROFILE}/lastName": "長" * 300}, "characters count, not bytes"),
    ),
    good=(
        Example({f"{_PROFILE}/firstName": "N" * 100}, "exactly the limit"),
        Example({f"{_PROFILE}/lastName": "𝒩" * 100}, "100 characters outside the BMP"),
    ),
)
def name_too_long(profile: ProfileNode, context: Context) -> Iterator[Hit]:
    """A name that will be cut.

    A first or last name may have 100 characters. The registration succeeds, the rest of the name is lost, and no warning
    says so. Blanks at the ends are trimmed before the cut.
    """
    for member in _NAMES:
        name = profile.data.get(member)
        if isinstance(name, str) and len(trimmed(name)) > NAME_LIMIT:
            length = len(trimmed(name))
            yield Hit(profile.at(member), {"member": member, "length": length, "limit": NAME_LIMIT}, name)


@rule(
    "name-blank-edges",
    on="profile",
    severity="info",
    evidence="public",
    facts=("F43", "D15"),
    message="{member}: blanks at the ends, which the platform trims",
    hint="strip the name before sending, so that what you keep equals what is stored",
    guard={"profile": {"properties": {name: {"pattern": r"^(|\S|\S.*\S)$"} for name in _NAMES}}},
    bad=(Example({f"{_PROFILE}/firstName": " Sample"}, "a leading blank"),),
    good=(Example({f"{_PROFILE}/firstName": "Sam Ple"}, "a blank inside"),),
)
def name_blank_edges(profile: ProfileNode, context: Context) -> Iterator[Hit]:
    """A name with blanks at its beginning or end."""
    for member in _NAMES:
        name = profile.data.get(member)
        if isinstance(name, str) and name != trimmed(name):
            yield Hit(profile.at(member), {"member": member}, name)


@rule(
    "till-unknown",
    on="body",
    severity="warning",
    evidence="public",
    facts=("F22", "F58"),
    consequence=warns(8077),
    needs=("tills",),
    message="associatedWith: not a till of this org",
    hint="use one of the org's till codes, or add this one to tills in the profile",
    guard=lambda context: {"body": {"properties": {"associatedWith": {"enum": sorted(context.org.tills or ()) or [None]}}}},
    bad=(Example({"/associatedWith": "till.two"}, "a till that the org does not have"),),
    good=(Example({"/associatedWith": REMOVED}, "no till"),),
)
def till_unknown(body: BodyNode, context: Context) -> Iterator[Hit]:
    """A till code that the org does not have.

    The registration succeeds with warning 8077, but the customer is not attributed to a till.
    """
    till = body.data.get("associatedWith")
    if till is not None and till not in (context.org.tills or ()):
        yield Hit(body.at("associatedWith"), {}, till)


@rule(
    "status-label-unknown",
    on="body",
    severity="error",
    evidence="assumed",
    facts=("F40", "F58", "D02"),
    consequence=refuses(8086),
    needs=("customerStatus.labels",),
    message="statusLabel: {label} is not a status label of this org ({known}){suggestion}",
    hint="use one of the org's own names, in exactly its spelling",
    guard=lambda context: {
        "body": {"properties": {"statusLabel": {"enum": sorted(context.org.status_labels or ()) or [None]}}}
    },
    bad=(Example({"/statusLabel": "Active"}, "the platform's name instead of the org's"),),
    good=(Example({"/statusLabel": "suspended-1"}, "one of the org's labels"),),
)
def status_label_unknown(body: BodyNode, context: Context) -> Iterator[Hit]:
    """A customer-status label that the org does not have.

    The label is the org's own name for a status, not the platform's.
    """
    label = body.data.get("statusLabel")
    known = sorted(context.org.status_labels or ())
    if label is not None and label not in known:
        suggestion = suggested(label, known)
        yield Hit(body.at("statusLabel"), {"label": shown(label), "known": listed(known), "suggestion": suggestion}, label)
