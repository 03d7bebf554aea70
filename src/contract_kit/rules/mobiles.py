"""Rules on mobile numbers among the identifiers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from contract_kit.findings import Severity
from contract_kit.ledger import identity
from contract_kit.rule import Context, Example, Hit, rule, undocumented, warns
from contract_kit.rules.identifiers import lengths, only, spoken_range
from contract_kit.view import Node

PLAIN_MOBILE = {"pattern": "^[0-9]+$"}

_FIRST = "/profiles/0/identifiers/0"
_NOT_DIGIT = re.compile(r"[^0-9]")


@rule(
    "mobile-not-digits",
    on="identifier",
    severity="warning",
    evidence="public",
    facts=("F27", "D11"),
    consequence=warns(8056),
    message="value: a mobile number holds digits only; this one has {count} other character(s)",
    hint="send digits 0-9 only, country code first, without +, blanks or hyphens",
    guard=only("mobile", PLAIN_MOBILE),
    bad=(
        Example({f"{_FIRST}/value": "+919800000001"}, "a plus sign"),
        Example({f"{_FIRST}/value": "91 98000-00001"}, "a blank and a hyphen"),
    ),
    good=(Example({f"{_FIRST}/value": "919800000001"}, "digits only"),),
)
def mobile_not_digits(item: Node, context: Context) -> Iterator[Hit]:
    """A mobile number with characters other than the digits 0-9.

    The registration is taken, with a warning that the number is invalid; messages to it may never arrive.
    """
    if item.data["type"] == "mobile":
        others = _NOT_DIGIT.findall(item.data["value"])
        if others:
            yield Hit(item.at("value"), {"count": len(others)}, item.data["value"])


@rule(
    "mobile-country-code-missing",
    on="identifier",
    severity="warning",
    evidence="stated",
    facts=("F26",),
    needs=("registration.mobile",),
    message="value: the number does not begin with a country code of this org ({codes})",
    hint="put the country code before the number, digits only",
    guard=lambda context: only("mobile", {"pattern": "^(" + "|".join(_codes(context) or ["[0-9]"]) + ")"}),
    bad=(
        Example({f"{_FIRST}/value": "7980000001"}, "a national number"),
        Example(
            {f"{_FIRST}/value": "7980000001"},
            "the org requires the country code",
            org={"registration": {"mobile": {"countryCodes": ["91"], "requireCountryCode": True}}},
        ),
    ),
    good=(Example({f"{_FIRST}/value": "818000000001"}, "another of the org's country codes"),),
)
def mobile_country_code_missing(item: Node, context: Context) -> Iterator[Hit]:
    """A mobile number without a country code.

    The documentation asks for the country code and then shows numbers without it; so this is a warning, and an error only
    for an org whose profile requires the code. What a server answers then is not documented.
    """
    codes = _codes(context)
    digits = identity("mobile", item.data["value"]).value
    if item.data["type"] == "mobile" and codes and digits.isascii() and digits.isdigit():
        if not digits.startswith(tuple(codes)):
            mobile = context.org.mobile
            required = mobile is not None and mobile.require_country_code
            yield Hit(
                item.at("value"),
                {"codes": ", ".join(codes)},
                item.data["value"],
                undocumented(8014) if required else None,
                Severity.ERROR if required else None,
            )


@rule(
    "mobile-length-wrong",
    on="identifier",
    severity="error",
    evidence="public",
    facts=("F27",),
    consequence=undocumented(8014),
    needs=("registration.mobile",),
    message="value: {digits} digits; this org's mobile numbers have {range}",
    hint="send the whole number with its country code, or correct registration.mobile in the profile",
    guard=lambda context: only("mobile", _length_guard(context)),
    bad=(
        Example({f"{_FIRST}/value": "919800"}, "too short"),
        Example({f"{_FIRST}/value": "9198000000010000"}, "too long"),
    ),
    good=(
        Example({f"{_FIRST}/value": "9198000"}, "the shortest"),
        Example({f"{_FIRST}/value": "919800000001000"}, "the longest"),
    ),
)
def mobile_length_wrong(item: Node, context: Context) -> Iterator[Hit]:
    """A mobile number shorter or longer than the org's numbers are.

    Which lengths are right depends on the org's country, so only a profile can say it.
    """
    mobile = context.org.mobile
    if item.data["type"] != "mobile" or mobile is None:
        return
    digits = len(item.data["value"]) - len(_NOT_DIGIT.findall(item.data["value"]))
    low, high = mobile.min_digits or 0, mobile.max_digits
    if digits and (digits < low or (high is not None and digits > high)):
        yield Hit(item.at("value"), {"digits": digits, "range": spoken_range(mobile.min_digits, high)}, item.data["value"])


def _codes(context: Context) -> list[str]:
    return list(context.org.mobile.country_codes) if context.org.mobile else []


def _length_guard(context: Context) -> dict[str, object]:
    mobile = context.org.mobile
    return lengths(mobile.min_digits, mobile.max_digits) if mobile is not None else {}
