"""The rule on what an org's registration configuration makes mandatory."""

from __future__ import annotations

from collections.abc import Iterator

from contract_kit.exchange import MISSING
from contract_kit.findings import Severity
from contract_kit.ledger import MULTI_ACCOUNT_SOURCES
from contract_kit.rule import REMOVED, Context, Example, Guard, Hit, refuses, rule, undocumented
from contract_kit.view import BodyNode

IDENTIFIERS = ("mobile", "email", "externalId", "cardnumber")
NAMES = ("firstName", "lastName")

_MOBILE_MANDATORY = {"registration": {"primaryIdentifier": "mobile", "mandatory": ["mobile", "lastName"]}}
_FIELDS_MANDATORY = {"registration": {"mandatory": ["fields.employee", "extendedFields.city", "associatedWith"]}}


@rule(
    "mandatory-missing",
    on="body",
    severity="error",
    evidence="assumed",
    facts=("F12", "D09"),
    consequence=refuses(8005),
    needs=("registration.mandatory",),
    message="{attribute}: mandatory for this org, and missing",
    hint="send it, or correct registration.mandatory in the profile",
    guard=lambda context: _guard(context),
    bad=(
        Example({"/profiles/0/lastName": REMOVED}, "a mandatory name", "/profiles/0/lastName", _MOBILE_MANDATORY),
        Example(
            {"/profiles/0/identifiers": [{"type": "externalId", "value": "E1"}]},
            "the primary identifier: 8014",
            "/profiles/0/identifiers",
            _MOBILE_MANDATORY,
        ),
        Example({"/extendedFields/city": REMOVED}, "an extended field", "/extendedFields/city", _FIELDS_MANDATORY),
        Example({"/profiles/0/fields": REMOVED}, "a custom field", "/profiles/0/fields/employee", _FIELDS_MANDATORY),
        Example({"/associatedWith": REMOVED}, "the till", "/associatedWith", _FIELDS_MANDATORY),
    ),
    good=(
        Example({}, "all there", org=_MOBILE_MANDATORY),
        Example({"/profiles/0/firstName": REMOVED}, "a name that is not mandatory", org=_MOBILE_MANDATORY),
    ),
)
def mandatory_missing(body: BodyNode, context: Context) -> Iterator[Hit]:
    """An attribute that the org makes mandatory and the body lacks.

    The answer is 8014 where the attribute is the org's primary identifier, else 8005. An identifier with an empty value
    counts as lacking. What a server does with a mandatory name or field that is there but blank is not documented, nor is
    it for a body that only has sources with accounts of their own, such as LINE: there it is a warning.
    """
    primary = context.org.primary_identifier
    shop_like = any(node.source not in MULTI_ACCOUNT_SOURCES for node in body.profiles) or not body.profiles
    for attribute in context.org.mandatory:
        place, lacking = _lacking(body, attribute)
        if lacking is None or _unclear(body, attribute):
            continue
        code = 8014 if attribute == primary else 8005
        certain = lacking == "absent" and (shop_like or attribute not in IDENTIFIERS)
        if certain:
            yield Hit(place, {"attribute": attribute}, consequence=refuses(code))
        else:
            yield Hit(place, {"attribute": attribute}, consequence=undocumented(code), severity=Severity.WARNING)


def _lacking(body: BodyNode, attribute: str) -> tuple[tuple[str | int, ...], str | None]:
    """Where an attribute should stand, and whether it is ``absent``, ``blank`` or there (``None``)."""
    head, _, name = attribute.partition(".")
    first = body.profiles[0] if body.profiles else None
    if head in IDENTIFIERS:
        types = {item.data["type"] for profile in body.profiles for item in profile.named()}
        place = first.at("identifiers") if first else body.at("profiles")
        return place, None if head in types else "absent"
    if head in NAMES:
        place = first.at(head) if first else body.at("profiles")
        return place, _emptiness([profile.data.get(head, MISSING) for profile in body.profiles])
    if head == "fields":
        place = first.at("fields", name) if first else body.at("profiles")
        return place, _emptiness([_member(profile.data.get("fields"), name) for profile in body.profiles])
    if head == "extendedFields":
        return body.at(head, name), _emptiness([_member(body.data.get(head), name)])
    return body.at(head), _emptiness([body.data.get(head, MISSING)])


def _unclear(body: BodyNode, attribute: str) -> bool:
    """Whether something that breaks the schema stands where the attribute may be: that has been told."""
    head = attribute.partition(".")[0]
    if head not in (*IDENTIFIERS, *NAMES, "fields"):
        return head in body.unclean
    if not body.profiles_whole:
        return True
    if head in IDENTIFIERS:
        return not all(profile.identifiers_whole for profile in body.profiles)
    return any(head in profile.unclean for profile in body.profiles)


def _member(group: object, name: str) -> object:
    if not isinstance(group, dict):
        return MISSING
    folded = name.casefold()
    return next((value for key, value in group.items() if key.casefold() == folded), MISSING)


def _emptiness(values: list[object]) -> str | None:
    given = [value for value in values if value is not MISSING]
    if not given:
        return "absent"
    return None if any(value.strip() if isinstance(value, str) else value is not None for value in given) else "blank"


def _guard(context: Context) -> Guard:
    profile: list[dict[str, object]] = []
    body: list[dict[str, object]] = []
    present = {"pattern": r"\S"}
    for attribute in context.org.mandatory:
        head, _, name = attribute.partition(".")
        if head in IDENTIFIERS:
            held = {"properties": {"type": {"const": head}, "value": {"minLength": 1}}, "required": ["type", "value"]}
            profile.append({"properties": {"identifiers": {"contains": held}}})
        elif head in NAMES:
            profile.append({"required": [head], "properties": {head: present}})
        elif name:
            group = {"required": [name], "properties": {name: {"type": "string", **present}}}
            (profile if head == "fields" else body).append({"required": [head], "properties": {head: group}})
        else:
            body.append({"required": [head], "properties": {head: present}})
    found = {"profile": profile, "body": body}
    return {kind: {"allOf": guards} for kind, guards in found.items() if guards}
