"""Registrations to try on two org profiles: one that fits a profile, and one for each value that either profile names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from contract_kit.org import OrgProfile
from contract_kit.org.profile import ExtendedField

Body = dict[str, Any]
_EMAIL = "sample.customer@shop.example"


class Probe(NamedTuple):
    """A registration, and in a few words what is particular about it."""

    says: str
    body: Any


def probes(old: OrgProfile, new: OrgProfile) -> list[Probe]:
    """All registrations that are worth trying on two profiles."""
    found: list[Probe] = []
    for profile in (old, new):
        found += _lacking(profile, (*old.mandatory, *new.mandatory))
        found += _of_sources(profile, (old, new))
        found += _of_identifiers(profile, (old, new))
        found += _of_attributes(profile, (old, new))
        found += _of_fields(profile, (old, new))
    # Last, since the first that shows a difference is told, and one that names its cause says more.
    found += [Probe("a registration with all that was mandatory", fitting(old))]
    found += [Probe("a registration with all that is mandatory", fitting(new))]
    return [*found, Probe("a body without profiles", {})]


def fitting(profile: OrgProfile, without: Iterable[str] = ()) -> Body:
    """A registration with what a profile demands, and little more. ``without`` names mandatory attributes to leave out."""
    wanted = [name for name in profile.mandatory if name not in set(without)]
    kinds = [name for name in wanted if name in ("mobile", "email", "externalId", "cardnumber")]
    primary = profile.primary_identifier
    if primary is not None and primary not in set(without):
        kinds.insert(0, primary)
    left_out = set(without)
    known = sorted(profile.identifier_types or ()) or ["externalId", "email", "mobile"]
    if not kinds:
        kinds = [next((name for name in known if name not in left_out and name != "cardnumber"), known[0])]
    body: Body = {"profiles": [{"identifiers": [identifier(profile, kind) for kind in dict.fromkeys(kinds)]}]}
    first = body["profiles"][0]
    source = next(iter(profile.sources or ()), "INSTORE")
    first["source"] = source
    accounts = (profile.sources or {}).get(source, ())
    if accounts:
        first["accountId"] = accounts[0]
    for name in wanted:
        head, dot, member = name.partition(".")
        if name in ("firstName", "lastName"):
            first[name] = "Sample"
        elif name == "associatedWith":
            body[name] = min(profile.tills, default="till.one") if profile.tills else "till.one"
        elif dot and head == "fields":
            first.setdefault("fields", {})[member] = "x"
        elif dot:
            body.setdefault("extendedFields", {})[member] = value_of(_field(profile, member))
    return body


def identifier(profile: OrgProfile, kind: str) -> Body:
    """An identifier of a kind that fits a profile."""
    if kind == "mobile":
        return {"type": kind, "value": mobile(profile)}
    if kind == "email":
        return {"type": kind, "value": _EMAIL}
    if kind == "externalId":
        rules = profile.external_id
        return {"type": kind, "value": external_id(profile, None if rules is None else rules.min_length)}
    if kind == "cardnumber":
        found: Body = {"type": kind, "value": "7300000001"}
        for series, labels in sorted((profile.card_series or {}).items()):
            found["seriesId"] = series
            if labels:
                found["statusLabel"] = min(labels)
            break
        return found
    return {"type": kind, "value": f"{kind}-1"}


def mobile(profile: OrgProfile, code: str | None = None, digits: int | None = None) -> str:
    """A mobile number that fits, or one of another country code or length."""
    rules = profile.mobile
    least, most = (rules.min_digits or 10, rules.max_digits or 15) if rules else (10, 15)
    start = code if code is not None else next(iter(rules.country_codes), "91") if rules else "91"
    return (start + "8000000000000000000000")[: digits if digits is not None else min(max(least, 12), most)]


def external_id(profile: OrgProfile, size: int | None, prefix: str | None = None) -> str:
    """An external id of a length, with the profile's prefix or another."""
    start = prefix if prefix is not None else profile.external_id.prefix if profile.external_id else ""
    return (start + "1" * 200)[: max(size or 0, len(start) + 1)]


def value_of(field: ExtendedField | None) -> Any:
    """A value that fits an extended field."""
    if field is None:
        return "x"
    if field.enum:
        return field.enum[0]
    if field.type == "date":
        return (field.format or "YYYY-MM-DD").replace("YYYY", "2000").replace("MM", "01").replace("DD", "02")
    return {"integer": 1, "number": 1, "boolean": "true"}.get(field.type or "", "x")


def _field(profile: OrgProfile, name: str) -> ExtendedField | None:
    listed = profile.extended_fields or {}
    return next((field for known, field in listed.items() if known.casefold() == name.casefold()), None)


def _lacking(profile: OrgProfile, names: Iterable[str]) -> Iterator[Probe]:
    for name in dict.fromkeys(names):
        yield Probe(f"a registration without {name}", fitting(profile, [name]))


def _first(profile: OrgProfile, **members: Any) -> Body:
    body = fitting(profile)
    body["profiles"][0] |= members
    return body


def _of_sources(profile: OrgProfile, both: tuple[OrgProfile, OrgProfile]) -> Iterator[Probe]:
    for side in both:
        for source, accounts in (side.sources or {}).items():
            plain = _first(profile, source=source)
            plain["profiles"][0].pop("accountId", None)
            yield Probe(f"source {source} without an account", plain)
            for account in accounts:
                yield Probe(f"source {source}, one of its accounts", _first(profile, source=source, accountId=account))


def _with(profile: OrgProfile, entry: Body, *, alone: bool = False) -> Body:
    body = fitting(profile)
    kept = [] if alone else [one for one in body["profiles"][0]["identifiers"] if one["type"] != entry["type"]]
    body["profiles"][0]["identifiers"] = [*kept, entry]
    return body


def _of_identifiers(profile: OrgProfile, both: tuple[OrgProfile, OrgProfile]) -> Iterator[Probe]:
    for side in both:
        for kind in sorted({*(side.identifier_types or ()), *filter(None, [side.primary_identifier])}):
            yield Probe(f"an identifier of type {kind}", _with(profile, identifier(profile, kind)))
            yield Probe(f"no other identifier than {kind}", _with(profile, identifier(side, kind), alone=True))
        rules = side.mobile
        if rules is not None:
            for code in (*rules.country_codes, "999"):
                yield Probe(
                    f"a mobile of country {code}", _with(profile, {"type": "mobile", "value": mobile(profile, code)})
                )
            for size in _around(rules.min_digits, rules.max_digits):
                entry = {"type": "mobile", "value": mobile(profile, None, size)}
                yield Probe(f"a mobile of {size} digits", _with(profile, entry))
        external = side.external_id
        if external is not None:
            for size in _around(external.min_length, external.max_length):
                entry = {"type": "externalId", "value": external_id(profile, size)}
                yield Probe(f"an external id of {len(entry['value'])} characters", _with(profile, entry))
            entry = {"type": "externalId", "value": external_id(profile, external.min_length, external.prefix)}
            yield Probe("an external id with the prefix of one of the profiles", _with(profile, entry))
        for series, labels in (side.card_series or {}).items():
            card = {"type": "cardnumber", "value": "7300000001", "seriesId": series}
            yield Probe(f"a card of series {series}", _with(profile, card))
            for label in sorted(labels):
                yield Probe(f"a card of series {series} that is {label}", _with(profile, card | {"statusLabel": label}))


def _around(*limits: int | None) -> list[int]:
    return sorted({size for limit in limits if limit is not None for size in (limit - 1, limit, limit + 1) if size > 0})


def _of_attributes(profile: OrgProfile, both: tuple[OrgProfile, OrgProfile]) -> Iterator[Probe]:
    for side in both:
        for till in sorted(side.tills or ()):
            yield Probe(f"till {till}", fitting(profile) | {"associatedWith": till})
        for label in sorted(side.status_labels or ()):
            yield Probe(f"status label {label}", fitting(profile) | {"statusLabel": label})
        for programme, tiers in (side.programs or {}).items():
            for tier in sorted({1, *_around(tiers)}):
                entry = {"programId": programme, "tierNumber": tier}
                said = f"an enrolment in programme {programme}, tier {tier}"
                yield Probe(said, fitting(profile) | {"loyaltyProgramEnrollments": [entry]})


def _of_fields(profile: OrgProfile, both: tuple[OrgProfile, OrgProfile]) -> Iterator[Probe]:
    for side in both:
        for name in sorted(side.custom_fields or ()):
            body = fitting(profile)
            body["profiles"][0].setdefault("fields", {})[name] = "x"
            yield Probe(f"custom field {name}", body)
        for name, field in (side.extended_fields or {}).items():
            for value in (value_of(field), *(field.enum or ()), "x", 1, "1.5", "true", "2000-01-02", "", None):
                body = fitting(profile)
                body["extendedFields"] = {**body.get("extendedFields", {}), name: value}
                called = "empty" if value in ("", None) else "of another kind" if value != value_of(field) else "that fits"
                yield Probe(f"extended field {name} with a value {called}", body)
