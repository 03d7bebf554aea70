"""Rules on the extremes for which no answer is documented (D12): the server must only not crash."""

from __future__ import annotations

from collections.abc import Iterator

from contract_kit.rule import Context, Example, Hit, rule, undocumented
from contract_kit.rules.texts import plain_text
from contract_kit.view import ARRAYS, SINGLE_OBJECTS, BodyNode

HUGE = 2**63
LONG = 100
DEEP = 32

_ATTRIBUTES = "/profiles/0/commChannels/0/attributes"


def _nested(levels: int) -> object:
    value: object = "leaf"
    for _ in range(levels):
        value = {"in": value}
    return value


@rule(
    "character-outside-bmp",
    on="body",
    severity="info",
    evidence="assumed",
    facts=("D12",),
    consequence=undocumented(),
    message="{count} character(s) outside the Basic Multilingual Plane, such as emoji",
    hint="check how the platform stores it: some databases lose such characters",
    guard=lambda context: {"text": plain_text()},
    bad=(Example({"/profiles/0/firstName": "Sample \U0001f600"}, "an emoji"),),
    good=(Example({"/profiles/0/firstName": "長谷川"}, "letters inside the plane"),),
)
def character_outside_bmp(body: BodyNode, context: Context) -> Iterator[Hit]:
    """Characters beyond U+FFFF."""
    for node, member, text in body.odd_texts:
        if not text.isascii():
            count = sum(1 for sign in text if sign > "\uffff")
            if count:
                yield Hit(node.at(member), {"count": count}, text)


@rule(
    "number-huge",
    on="body",
    severity="warning",
    evidence="assumed",
    facts=("D12",),
    consequence=undocumented(),
    message="{member}: beyond 64 bits",
    hint="send a number that a 64-bit whole number can hold",
    guard={"number": {"minimum": -(2**53), "maximum": 2**53}},
    bad=(
        Example({"/loyaltyProgramEnrollments/0/loyaltyPoints": 2**64}, "beyond 64 bits"),
        Example({"/extendedFields/zip": -(2**70)}, "in a field"),
    ),
    good=(Example({"/loyaltyProgramEnrollments/0/loyaltyPoints": 2**63 - 1}, "the largest that fits"),),
)
def number_huge(body: BodyNode, context: Context) -> Iterator[Hit]:
    """A number that does not fit into 64 bits."""
    for node, member, value in body.numbers:
        if not -HUGE <= value < HUGE:
            yield Hit(node.at(member), {"member": member}, value)


@rule(
    "array-long",
    on="body",
    severity="info",
    evidence="assumed",
    facts=("D12",),
    consequence=undocumented(),
    message="{member}: {count} items, more than any documented registration has",
    hint="check that the array is meant to be that long",
    guard={
        "body": {"properties": {"loyaltyProgramEnrollments": {"maxItems": LONG}, "profiles": {"maxItems": LONG}}},
        "profile": {"properties": {"identifiers": {"maxItems": LONG}, "commChannels": {"maxItems": LONG}}},
        "subscriptionInfo": {"properties": {"subscriptions": {"maxItems": LONG}}},
    },
    bad=(
        Example(
            {"/profiles/0/identifiers": [{"type": "externalId", "value": f"E{n}"} for n in range(101)]},
            "101 identifiers",
        ),
    ),
    good=(
        Example(
            {"/profiles/0/identifiers": [{"type": "externalId", "value": f"E{n}"} for n in range(100)]},
            "a hundred",
        ),
    ),
)
def array_long(body: BodyNode, context: Context) -> Iterator[Hit]:
    """An array of more than a hundred items."""
    for node, member, value in body.containers:
        if len(value) > LONG and isinstance(value, list):
            yield Hit(node.at(member), {"member": member, "count": len(value)})


@rule(
    "nesting-deep",
    on="body",
    severity="info",
    evidence="assumed",
    facts=("D12",),
    consequence=undocumented(),
    message="{member}: nested more than {limit} levels deep",
    hint="check that this is meant; documented registrations are seven levels deep at most",
    guard={
        "channelAttributes": {"additionalProperties": {"type": ["string", "number", "boolean", "null"]}},
        "cardCustomFields": {"additionalProperties": {"type": ["string", "number", "boolean", "null"]}},
        "cardExtendedFields": {"additionalProperties": {"type": ["string", "number", "boolean", "null"]}},
    },
    bad=(Example({f"{_ATTRIBUTES}/odd": _nested(40)}, "40 objects, one in the other"),),
    good=(Example({f"{_ATTRIBUTES}/odd": _nested(20)}, "20 are let pass"),),
)
def nesting_deep(body: BodyNode, context: Context) -> Iterator[Hit]:
    """A value nested deeper than anything that is documented."""
    for node, member, value in body.containers:
        looked_into = member in ARRAYS.get(node.kind, ()) or member in SINGLE_OBJECTS.get(node.kind, ())
        if not looked_into and _depth(value) > DEEP:
            yield Hit(node.at(member), {"member": member, "limit": DEEP})


def _depth(value: object) -> int:
    level, depth = [value], 0
    while level and depth <= DEEP:
        children: list[object] = []
        for node in level:
            if isinstance(node, dict):
                children.extend(node.values())
            elif isinstance(node, list):
                children.extend(node)
        level, depth = children, depth + 1
    return depth
