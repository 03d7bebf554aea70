"""Rules on members: custom fields, extended fields, and names that the contract does not know."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from contract_kit.org.fields import check_value, fitting_values
from contract_kit.rule import Context, Example, Guard, Hit, rule, undocumented
from contract_kit.showing import shown, suggested
from contract_kit.view import OPEN_KINDS, BodyNode, ProfileNode

_NULL_WORD = {"type": "string", "pattern": "^[nN][uU][lL][lL]$"}
_REJECTS = {"rejectEmptyExtendedFields": True}


@rule(
    "unknown-member",
    on="body",
    severity="warning",
    evidence="assumed",
    facts=("D10",),
    message="{member}: the contract knows no such member here{suggestion}",
    hint="correct the spelling, or take the member out: the platform passes over what it does not know",
    guard=lambda context: {
        kind: {"propertyNames": {"enum": list(members)}} for kind, members in context.words.members.items()
    },
    bad=(
        Example({"/profiles/0/lastname": "Customer"}, "a letter case that loses the name"),
        Example({"/profile": []}, "a plural forgotten"),
        Example({"/loyaltyProgramEnrollments/0/points": 75}, "another word for loyaltyPoints"),
    ),
    good=(Example({"/profiles/0/fields/favourite_shop": "Pune 1"}, "members of fields are the org's"),),
)
def unknown_member(body: BodyNode, context: Context) -> Iterator[Hit]:
    """A member that the contract does not know.

    The platform tolerates unknown members, and so a misspelt one is lost without a word: the customer is registered, but
    without a last name.
    """
    for node in body.objects:
        if node.kind in OPEN_KINDS:
            continue
        known = context.words.members.get(node.kind, ())
        if node.data.keys() <= _names(known):
            continue
        for member in node.data:
            if member not in known:
                suggestion = suggested(member, [name for name in known if name not in node.data])
                yield Hit(node.at(member), {"member": shown(member), "suggestion": suggestion})


@rule(
    "custom-field-unknown",
    on="profile",
    severity="warning",
    evidence="public",
    facts=("F35", "F13"),
    consequence=undocumented(),
    needs=("customFields",),
    message="{field}: not a custom field of this org{suggestion}",
    hint="use one of the org's custom fields, or add this one to customFields in the profile",
    guard=lambda context: {"fields": {"propertyNames": {"enum": sorted(context.org.custom_fields or ()) or [""]}}},
    bad=(Example({"/profiles/0/fields/favorite_shop": "Pune 1"}, "another spelling"),),
    good=(Example({"/profiles/0/fields/favourite_shop": ""}, "one of the org's, empty"),),
)
def custom_field_unknown(profile: ProfileNode, context: Context) -> Iterator[Hit]:
    """A custom field that the org does not have.

    What a server makes of it is not documented for this operation; in an older one the value is dropped.
    """
    known = context.org.custom_fields or frozenset()
    fields = profile.data.get("fields")
    for field in fields if isinstance(fields, dict) else ():
        if field not in known:
            suggestion = suggested(field, sorted(known))
            yield Hit(profile.at("fields", field), {"field": shown(field), "suggestion": suggestion})


@rule(
    "extended-field-unknown",
    on="body",
    severity="warning",
    evidence="stated",
    facts=("F13", "F37"),
    consequence=undocumented(),
    needs=("extendedFields",),
    message="{field}: not an extended field that is enabled for this org{suggestion}",
    hint="use one of the org's (GET /v2/extendedFields lists them), or add it to extendedFields in the profile",
    guard=lambda context: _extended_guard(context),
    bad=(Example({"/extendedFields/town": "Pune"}, "a field that nobody enabled"),),
    good=(Example({"/extendedFields/Gender": "Male"}, "names compare without letter case"),),
)
def extended_field_unknown(body: BodyNode, context: Context) -> Iterator[Hit]:
    """An extended field that is not enabled for the org.

    Extended fields are defined centrally and enabled for each org. Their names compare without letter case.
    """
    known = {name.casefold() for name in context.org.extended_fields or ()}
    for name in _extended(body):
        if name.casefold() not in known:
            suggestion = suggested(name, list(context.org.extended_fields or ()))
            yield Hit(body.at("extendedFields", name), {"field": shown(name), "suggestion": suggestion})


@rule(
    "extended-field-mismatch",
    on="body",
    severity="warning",
    evidence="stated",
    facts=("F13", "F37"),
    consequence=undocumented(),
    needs=("extendedFields",),
    message="{field}: {reason}",
    hint="send a value of the field's declared type, form and list",
    guard=lambda context: _extended_guard(context),
    bad=(
        Example({"/extendedFields/gender": "female"}, "outside the list, by letter case"),
        Example({"/extendedFields/dob": "1988/02/30"}, "no such day"),
        Example({"/extendedFields/dob": "10-05-1988"}, "another order"),
    ),
    good=(
        Example({"/extendedFields/gender": "Other"}, "one of the list"),
        Example({"/extendedFields/dob": "1988/05/10"}, "the declared form"),
    ),
)
def extended_field_mismatch(body: BodyNode, context: Context) -> Iterator[Hit]:
    """An extended field whose value breaks its declared type, form or list.

    Extended fields exist so that all orgs write them alike; the platform checks them before it keeps them.
    """
    declared = {name.casefold(): field for name, field in (context.org.extended_fields or {}).items()}
    for name, value in _extended(body).items():
        field = declared.get(name.casefold())
        if field is not None and value is not None and value != "":
            reason = check_value(field, value)
            if reason:
                yield Hit(body.at("extendedFields", name), {"field": shown(name), "reason": reason}, value)


@rule(
    "extended-field-empty",
    on="body",
    severity="warning",
    evidence="public",
    facts=("F37b",),
    consequence=undocumented(),
    needs=("rejectEmptyExtendedFields",),
    message="{field}: {kind}, and this org refuses empty extended fields",
    hint="leave the field out",
    guard=lambda context: (
        {"extendedFields": {"additionalProperties": {"type": ["string", "number"], "minLength": 1, "not": _NULL_WORD}}}
        if context.org.reject_empty_extended_fields
        else {}
    ),
    bad=(
        Example({"/extendedFields/city": ""}, "an empty string", org=_REJECTS),
        Example({"/extendedFields/city": None}, "null", org=_REJECTS),
    ),
    good=(
        Example({"/extendedFields/city": ""}, "an org that takes them"),
        Example({"/extendedFields/city": "Pune"}, "a value", org=_REJECTS),
    ),
)
def extended_field_empty(body: BodyNode, context: Context) -> Iterator[Hit]:
    """An empty extended field where the org refuses that.

    One public page says that such a value is refused, another that it is dropped: either way it is not kept.
    """
    if context.org.reject_empty_extended_fields:
        for name, value in _extended(body).items():
            if value is None or value == "" or (isinstance(value, str) and value.casefold() == "null"):
                kind = "null" if value is None else "an empty string" if value == "" else 'the word "null"'
                yield Hit(body.at("extendedFields", name), {"field": shown(name), "kind": kind})


@lru_cache(maxsize=256)
def _names(known: tuple[str, ...]) -> frozenset[str]:
    return frozenset(known)


def _extended(body: BodyNode) -> dict[str, object]:
    fields = body.data.get("extendedFields")
    if not isinstance(fields, dict):
        return {}
    dirty = {node.pointer[-1]: node for node in body.objects if node.kind == "extendedFields"}
    return dict(dirty["extendedFields"].data) if dirty else {}


def _extended_guard(context: Context) -> Guard:
    """Values that certainly fit, under the profile's own spelling of their names."""
    properties = {name: fitting_values(field) for name, field in (context.org.extended_fields or {}).items()}
    return {"extendedFields": {"propertyNames": {"enum": sorted(properties) or [""]}, "properties": properties}}
