"""Rules on e-mail addresses among the identifiers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from contract_kit.ledger import EMAIL_LIMIT
from contract_kit.rule import Context, Example, Hit, cuts, may_warn, rule, warns
from contract_kit.rules.identifiers import only
from contract_kit.view import Node

PLAIN_MAIL = {
    "pattern": r"^[A-Za-z0-9_+.-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63}){1,2}$",
    "maxLength": EMAIL_LIMIT,
}

_MAIL = "/profiles/0/identifiers/1"
_MAIL_FORM = re.compile(r"[A-Za-z0-9_+.-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")


@rule(
    "email-implausible",
    on="identifier",
    severity="warning",
    evidence="assumed",
    facts=("D11", "F58"),
    consequence=warns(8055),
    message="value: no e-mail address, it has no @",
    hint="send the whole address, or leave the identifier out",
    guard=only("email", PLAIN_MAIL),
    bad=(Example({f"{_MAIL}/value": "sample.customer"}, "no @"),),
    good=(Example({f"{_MAIL}/value": "a@b.example"}, "a short address"),),
)
def email_implausible(item: Node, context: Context) -> Iterator[Hit]:
    """An e-mail identifier that is plainly none.

    The registration is taken, with a warning; the person cannot be written to.
    """
    if item.data["type"] == "email" and item.data["value"] and "@" not in item.data["value"]:
        yield Hit(item.at("value"), {}, item.data["value"])


@rule(
    "email-malformed",
    on="identifier",
    severity="warning",
    evidence="public",
    facts=("F29", "D11"),
    consequence=may_warn(8055),
    message="value: not the form of an e-mail address with the allowed characters (letters, digits and - _ + . @)",
    hint="check the address: one @, a domain with a dot, none but the allowed characters",
    guard=only("email", PLAIN_MAIL),
    bad=(
        Example({f"{_MAIL}/value": "sample customer@shop.example"}, "a blank inside"),
        Example({f"{_MAIL}/value": "a@b@shop.example"}, "two @"),
        Example({f"{_MAIL}/value": "sample@shop"}, "a domain without a dot"),
    ),
    good=(Example({f"{_MAIL}/value": "sam-ple_c+1@mail.shop.example"}, "every allowed character"),),
)
def email_malformed(item: Node, context: Context) -> Iterator[Hit]:
    """An e-mail address with characters or a form that the platform does not allow.

    Which of them a server warns about is its own business: the kit expects the warning only where there is no @ at all.
    """
    value = item.data["value"]
    if item.data["type"] == "email" and "@" in value and not _MAIL_FORM.fullmatch(value):
        yield Hit(item.at("value"), {}, value)


@rule(
    "email-too-long",
    on="identifier",
    severity="warning",
    evidence="stated",
    facts=("F28",),
    consequence=cuts(EMAIL_LIMIT),
    message="value: {length} characters; the platform keeps the first {limit}",
    hint="send an address of at most 255 characters: a cut address reaches nobody",
    guard=only("email", PLAIN_MAIL),
    bad=(Example({f"{_MAIL}/value": "a" * 65 + "@" + ("b" * 60 + ".") * 3 + "example"}, "256 characters"),),
    good=(Example({f"{_MAIL}/value": "a" * 64 + "@" + ("b" * 60 + ".") * 3 + "example"}, "exactly 255"),),
)
def email_too_long(item: Node, context: Context) -> Iterator[Hit]:
    """An e-mail address that will be cut.

    Beyond 255 characters the platform ignores the rest and says nothing.
    """
    if item.data["type"] == "email" and len(item.data["value"]) > EMAIL_LIMIT:
        yield Hit(item.at("value"), {"length": len(item.data["value"]), "limit": EMAIL_LIMIT}, item.data["value"])
