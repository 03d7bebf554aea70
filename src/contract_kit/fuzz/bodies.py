"""Registrations that a conforming server must take under an org, as plain as possible, and the parts that go with them.

The plan builds every case on ``Bodies.plain``: what a case is about is then the only thing in it that is not plain.
``whole`` has every part, at the places where the rules' examples plant theirs.
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from contract_kit.contract import Contract
from contract_kit.errors import ContractKitError
from contract_kit.examples import graft
from contract_kit.ledger import MULTI_ACCOUNT_SOURCES
from contract_kit.org import OrgProfile
from contract_kit.rule import REMOVED

Body = dict[str, Any]
Place = tuple[str, str | None]
"""A source and the account in it, ``None`` for a source without accounts."""

SHOPS = ("INSTORE", "WEBSITE", "ECOMMERCE", "MARTJACK", "TMALL", "TAOBAO", "JD")
_OFTEN = ("mobile", "email", "externalId", "cardnumber", "cuid", "unionId", "line", "wechat")
_DATE = "2039-05-11T16:36:17+05:30"


class Bodies:
    """The registrations for one contract under its org profile."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self.org = contract.org
        self.types = tuple(
            type_ for type_ in _OFTEN if self.org.identifier_types is None or type_ in self.org.identifier_types
        )
        self.places = _places(self.org)
        if not self.places or not self.types:
            raise ContractKitError(
                "the org profile leaves no registration that must be accepted",
                hint="it needs a source and one of the usual identifier types",
            )
        self._mandatory = self._needed()
        self.plain: Body = self.body(self.profile(0, *self._usual()))
        if not contract.predict(self.plain).accepted:
            outcome = contract.predict(self.plain)
            raise ContractKitError(
                f"the org profile leaves no plain registration that must be accepted ({', '.join(outcome.reasons)})",
                hint="contract-kit org check tells what the profile says",
            )
        self.whole: Body = self._completed()

    # -- making ---------------------------------------------------------------------------------------------------------

    def value(self, type_: str, number: int = 1) -> str:
        """The literal value of a person's identifier; the same number is the same person."""
        mobile, external = self.org.mobile, self.org.external_id
        if type_ == "mobile":
            code = mobile.country_codes[0] if mobile is not None and mobile.country_codes else "91"
            digits = max(len(code) + 6, 12)
            if mobile is not None:
                digits = min(max(digits, mobile.min_digits or 0), mobile.max_digits or 99)
            return f"{code}{98 * 10 ** (digits - len(code) - 2) + number:0{digits - len(code)}}"
        if type_ == "email":
            return f"person.{number:04}.sample@shop.example"
        if type_ == "externalId" and external is not None:
            low, high = (external.min_length or 1) - len(external.prefix), (external.max_length or 40) - len(external.prefix)
            return external.prefix + f"{number:04}".rjust(max(min(12, high), low), "A")
        if type_ == "cardnumber":
            return f"73{number:010}"
        return f"sample{type_.lower()}{number:04}"

    def identifier(self, type_: str, number: int = 1) -> Body:
        """An identifier of a person; a card comes with its series."""
        item: Body = {"type": type_, "value": self.value(type_, number)}
        if type_ == "cardnumber":
            series = self.org.card_series
            if series:
                item["seriesId"] = min(series)
                if series[min(series)]:
                    item["statusLabel"] = min(series[min(series)])
            else:
                item["seriesId"] = 73
        return item

    def profile(self, place: int, *identifiers: Body, **members: Any) -> Body:
        """A profile in one of the places, by its number."""
        source, account = self.places[place]
        profile: Body = {"firstName": "Sample", "lastName": "Customer", "identifiers": list(identifiers), "source": source}
        if account is not None:
            profile["accountId"] = account
        if self._mandatory.get("fields"):
            profile["fields"] = dict(self._mandatory["fields"])
        return profile | members

    def body(self, *profiles: Body, **members: Any) -> Body:
        """A registration of these profiles, with what the org makes mandatory."""
        body: Body = {"profiles": list(profiles)}
        if self._mandatory.get("associatedWith"):
            body["associatedWith"] = self._mandatory["associatedWith"]
        if self._mandatory.get("extendedFields"):
            body["extendedFields"] = dict(self._mandatory["extendedFields"])
        return body | members

    def person(self, number: int, *types: str, place: int = 0, **members: Any) -> Body:
        """A registration of one person by these types of identifiers and those that are mandatory."""
        wanted = [*types, *(type_ for type_ in self._types_needed() if type_ not in types)]
        return self.body(self.profile(place, *(self.identifier(type_, number) for type_ in wanted)), **members)

    # -- inside -----------------------------------------------------------------------------------------------------------

    def _types_needed(self) -> list[str]:
        return [name for name in self.org.mandatory if name in ("mobile", "email", "externalId", "cardnumber")]

    def _usual(self) -> list[Body]:
        usual: list[str] = [type_ for type_ in ("mobile", "email") if type_ in self.types] or [self.types[0]]
        return [self.identifier(type_) for type_ in dict.fromkeys((*usual, *self._types_needed()))]

    def _needed(self) -> Body:
        found: Body = {}
        for attribute in self.org.mandatory:
            head, _, name = attribute.partition(".")
            if head == "fields":
                found.setdefault("fields", {})[name] = "sample"
            elif head == "extendedFields":
                found.setdefault("extendedFields", {})[name] = self.extended(name)
            elif head == "associatedWith":
                found["associatedWith"] = self.till
        return found

    @property
    def till(self) -> str:
        """A till that the org has."""
        return min(self.org.tills) if self.org.tills else "till.one"

    def extended(self, name: str) -> object:
        """A good value for an extended field."""
        folded = {known.casefold(): field for known, field in (self.org.extended_fields or {}).items()}
        field = folded.get(name.casefold())
        if field is None or field.type is None:
            return "sample"
        if field.enum:
            return field.enum[0]
        if field.type == "date":
            form = field.format or "YYYY-MM-DD"
            return form.replace("YYYY", "1988").replace("MM", "05").replace("DD", "10")
        return {"integer": 7, "number": 7, "boolean": "true"}.get(field.type, "sample")

    def _completed(self) -> Body:
        """The plain body with every part that the org allows, one after the other."""
        body = deepcopy(self.plain)
        profile = body["profiles"][0]
        if len(profile["identifiers"]) >= 2 and "cardnumber" in self.types and self.org.card_series != {}:
            if all(item["type"] != "cardnumber" for item in profile["identifiers"]):
                profile["identifiers"].insert(2, self.identifier("cardnumber"))
        own = {item["type"]: item["value"] for item in profile["identifiers"]}
        parts = self._parts(*(own.get(type_) or self.value(type_) for type_ in ("mobile", "email")))
        for part in parts:
            grown = graft(deepcopy(body), part)
            if self._contract.predict(grown).accepted:
                body = grown
        return body

    def _parts(self, mobile: str, email: str) -> list[Body]:
        """Grafts, each of which brings one part of a registration."""
        org = self.org
        meta = {"residence": True, "office": False, "lastViewedDate": ""}
        own = sorted(org.custom_fields)[:2] if org.custom_fields is not None else ["employee", "dateofbirth"]
        extended: Body = {"gender": "Female", "city": "Pune"}
        if org.extended_fields is not None:
            extended = {name: self.extended(name) for name in list(org.extended_fields)[:3]}
        enrolment = {"programId": min(org.programs) if org.programs else 469, "tierNumber": 1, "loyaltyPoints": 75}
        channels = [
            {"type": "mobile", "value": mobile, "primary": True, "verified": True, "meta": meta},
            {"type": "email", "value": email, "primary": "true", "verified": "false"},
        ]
        return [
            {"/profiles/0/commChannels": channels},
            {"/profiles/0/fields": dict.fromkeys(own, "false")},
            {"/extendedFields": extended},
            {"/loyaltyProgramEnrollments": [enrolment | {"tierExpiryDate": _DATE, "pointsExpiryDate": _DATE}]},
            {"/loyaltyInfo": {"loyaltyType": "loyalty"}},
            {"/associatedWith": self.till},
            {"/referralCode": ""},
            {"/statusLabel": min(org.status_labels) if org.status_labels else "active-1"},
        ]

    def with_parts(self, pointers: list[str]) -> Body:
        """The plain body with the parts that grafts at these pointers need."""
        body = deepcopy(self.plain)
        for pointer in pointers:
            steps = pointer.split("/")[1:]
            for depth in range(1, len(steps) + 1):
                prefix = steps[:depth]
                if prefix[:2] == ["profiles", "0"] and len(prefix) <= 2:
                    continue
                if depth == len(steps) and (prefix[-1] == "-" or len(steps) in (1, 3)):
                    break
                self._bring(body, prefix)
        return body

    def _bring(self, body: Body, steps: list[str]) -> None:
        """Take over what ``whole`` has at a path that the body lacks."""
        have: Any = body
        from_whole: Any = self.whole
        for step in steps:
            key: Any = int(step) if step.isdigit() and isinstance(from_whole, list) else step
            try:
                wanted = from_whole[key]
            except (KeyError, IndexError, TypeError):
                return
            if isinstance(have, list):
                while isinstance(key, int) and len(have) <= key:
                    have.append(deepcopy(from_whole[len(have)]))
            elif key not in have:
                have[key] = deepcopy(wanted)
                return
            have, from_whole = have[key], wanted

    def removed(self, pointer: str) -> Body:
        """The plain body without one member."""
        return graft(deepcopy(self.plain), {pointer: REMOVED})


def _places(org: OrgProfile) -> list[Place]:
    """Places to register in: sources without accounts first, then each account of the others."""
    if org.sources is None:
        return [
            *((name, None) for name in SHOPS),
            ("MOBILE_APP", "app-one"),
            ("MOBILE_APP", "app-two"),
            ("LINE", "line-one"),
        ]
    plain: list[Place] = [(name, None) for name, accounts in org.sources.items() if not accounts]
    plain.sort(key=lambda place: (place[0] in MULTI_ACCOUNT_SOURCES, place[0] != "INSTORE"))
    return [*plain, *((name, account) for name, accounts in org.sources.items() for account in accounts)]
