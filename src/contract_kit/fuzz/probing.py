"""What a server keeps, where it shows it (``GET /v2/customers/{id}``, spec/probe.yaml): names trimmed and cut, details
that no later registration changes, every profile of a body.

Only what was sent is compared, and only members that the answer has the form for; what a server keeps beside that is its
own business.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from contract_kit.findings import Evidence
from contract_kit.fuzz.mismatches import Mismatch
from contract_kit.fuzz.wire import Answer
from contract_kit.judge.runner import grade
from contract_kit.ledger import EMAIL_LIMIT, account_scope
from contract_kit.org import OrgProfile
from contract_kit.rules.profiles import NAME_LIMIT, trimmed

STORED = "stored-wrongly"
LAWS = ("names", "email", "fields", "extendedFields", "channels", "identifiers", "profiles", "account")
_WORDS = {"true": True, "false": False}


@dataclass(slots=True)
class KeptCustomer:
    """What was registered of one customer: the first profile of each source account, and the first body's own members."""

    profiles: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    identifiers: dict[tuple[str, str], list[dict[str, Any]]] = field(default_factory=dict)
    extended: dict[str, Any] | None = None
    linked: bool = False


class Model:
    """What a server has to keep of the registrations of one case."""

    def __init__(self, org: OrgProfile) -> None:
        self._org = org
        self.customers: dict[object, KeptCustomer] = {}

    def record(self, body: Any, query: Mapping[str, str], customer: object) -> None:
        """An accepted registration. A source account that is there keeps its details (F08)."""
        known = customer in self.customers
        kept = self.customers.setdefault(customer, KeptCustomer())
        kept.linked = known
        for profile in body["profiles"]:
            source = profile.get("source", query.get("source"))
            account = account_scope(source, profile.get("accountId", query.get("accountId")), self._org.sources)
            kept.profiles.setdefault((source, account), profile)
            kept.identifiers.setdefault((source, account), []).extend(profile["identifiers"])
        if kept.extended is None:
            kept.extended = dict(body.get("extendedFields", {}))

    def mismatches(self, customer: object, answer: Answer) -> list[Mismatch] | None:
        """What is kept wrongly, at most one of them, the most general; ``None`` where the answer has another form."""
        body = answer.response().body
        if answer.status != 200 or not isinstance(body, dict) or not isinstance(body.get("profiles"), list):
            return None
        if not all(isinstance(one, dict) and isinstance(one.get("identifiers"), list) for one in body["profiles"]):
            return None
        kept = self.customers[customer]
        return next(([found] for found in self._compared(kept, body)), [])

    def _compared(self, kept: KeptCustomer, body: dict[str, Any]) -> Iterator[Mismatch]:
        if _another(kept, body):
            said = "the customer that is kept under the id of the answer is another one"
            yield _wrong("another customer", Evidence.STATED, ("F10", "F51"), said, "the customer", "another")
            return
        shown = {(one.get("source"), one.get("accountId") or ""): one for one in body["profiles"]}
        sources = {source for source, _ in shown}
        for (source, account), sent in kept.profiles.items():
            profile = shown.get((source, account))
            if profile is None and not account and sent.get("accountId"):
                profile = next(
                    (one for (name, _), one in shown.items() if name == source), None
                )  # it may be shown, it names nothing
            if profile is None and source in sources:
                yield _wrong(
                    "account",
                    Evidence.STATED,
                    ("F36",),
                    "the account of a source account is not kept",
                    "the account",
                    "another or none",
                )
                continue
            if profile is None:
                yield _wrong(
                    "profiles",
                    Evidence.ASSUMED,
                    ("D06", "F20"),
                    "a profile of an accepted registration is not kept",
                    "every profile",
                    "one is missing",
                )
                continue
            yield from self._profile(kept, sent, profile, kept.identifiers[(source, account)])
        extended = body.get("extendedFields")
        if isinstance(extended, dict) and kept.extended:
            folded = {name.casefold(): value for name, value in extended.items()}
            names = [name.casefold() for name in (*extended, *kept.extended)]
            for name, value in kept.extended.items():
                if value in (None, "") or names.count(name.casefold()) > 2:
                    continue  # what becomes of a name that is there in two letter cases is not documented
                if _plain(folded.get(name.casefold())) != _plain(value):
                    where = "linked/details" if kept.linked and name.casefold() in folded else "extendedFields"
                    facts = ("F08",) if kept.linked else ("F37",)
                    yield _wrong(
                        where,
                        Evidence.STATED,
                        facts,
                        f"{name}: an extended field is not kept as it was first sent",
                        "the first value",
                        "another or none",
                    )

    def _profile(
        self, kept: KeptCustomer, sent: dict[str, Any], shown: dict[str, Any], identifiers: list[dict[str, Any]]
    ) -> Iterator[Mismatch]:
        for member in ("firstName", "lastName"):
            if member in sent:
                wanted = trimmed(sent[member])[:NAME_LIMIT]
                got = shown.get(member)
                if got != wanted and not (wanted == "" and not got):
                    yield _name(member, sent[member], wanted, got, kept.linked)
        values = [(item.get("type"), item.get("value")) for item in shown["identifiers"] if isinstance(item, dict)]
        for item in identifiers:
            type_, value = item["type"], item["value"]
            if not value:
                continue
            wanted = value[:EMAIL_LIMIT] if type_ == "email" else value
            if (type_, wanted) not in values and not any(_same(type_, wanted, one) for one in values):
                cut = any(isinstance(one, str) and one and value.startswith(one) for kind, one in values if kind == "email")
                long = type_ == "email" and (
                    cut or (len(value) > EMAIL_LIMIT and any(kind == "email" for kind, _ in values))
                )
                cause, facts = ("email", ("F28",)) if long else ("identifiers", ("F24",))
                said = (
                    "an e-mail address is not cut to its first 255 characters"
                    if long
                    else f"an identifier of type {type_} is not kept"
                )
                yield _wrong(cause, Evidence.STATED, facts, said, "kept as sent, an e-mail cut after 255", "another or none")
        fields = shown.get("fields")
        if isinstance(fields, dict):
            for name, value in (sent.get("fields") or {}).items():
                if value != "" and _plain(fields.get(name)) != _plain(value):
                    where = "linked/details" if kept.linked else "fields"
                    yield _wrong(
                        where,
                        Evidence.STATED,
                        ("F35", "F09"),
                        f"{name}: a custom field is not kept",
                        "the value",
                        "another or none",
                    )
        channels = shown.get("commChannels")
        if isinstance(channels, list):
            held = [(one.get("type"), one.get("value")) for one in channels if isinstance(one, dict)]
            for channel in sent.get("commChannels") or ():
                if (channel.get("type"), channel.get("value")) not in held:
                    where = "linked/details" if kept.linked else "channels"
                    yield _wrong(
                        where,
                        Evidence.STATED,
                        ("F32", "F09"),
                        "a communication channel is not kept",
                        "the channel",
                        "another or none",
                    )


def _name(member: str, sent: str, wanted: str, got: object, linked: bool) -> Mismatch:
    """What became of a name, and what that says of the server."""
    long, blanks = len(trimmed(sent)) > NAME_LIMIT, sent != trimmed(sent)
    length = f"{len(got)} characters" if isinstance(got, str) else "none"
    if linked and not long and not blanks:
        return _wrong(
            "linked/details",
            Evidence.STATED,
            ("F08", "F09"),
            f"{member}: a later registration has changed it",
            "the first profile's own",
            length,
        )
    facts: tuple[str, ...] = ("F20",) if long else ("F43",) if blanks else ("F20",)
    if long and blanks:
        facts = ("D15",)
    evidence = Evidence.ASSUMED if facts == ("D15",) else Evidence.PUBLIC if facts == ("F43",) else Evidence.STATED
    matter = (
        "a long name with blanks"
        if long and blanks
        else "a long name"
        if long
        else "blanks around a name"
        if blanks
        else "a name"
    )
    said = (
        f"{member}: {matter} is not kept as its first {NAME_LIMIT} characters"
        if long
        else f"{member}: {matter} is not kept trimmed"
        if blanks
        else f"{member}: not kept as sent"
    )
    return _wrong("names", evidence, facts, said, f"{len(wanted)} characters", length)


def _wrong(cause: str, evidence: Evidence, facts: tuple[str, ...], said: str, wanted: str, got: str) -> Mismatch:
    return Mismatch(STORED, cause, grade(evidence), evidence, facts, said, wanted, got)


def _same(type_: object, wanted: str, shown: tuple[object, object]) -> bool:
    """Whether what is shown is the same identifier: letter case of an address, signs of a number may have gone."""
    if shown[0] != type_ or not isinstance(shown[1], str):
        return False
    if type_ == "email":
        return shown[1].casefold() == wanted.casefold()
    return type_ == "mobile" and "".join(filter(str.isdigit, shown[1])) == "".join(filter(str.isdigit, wanted)) != ""


def _another(kept: KeptCustomer, body: dict[str, Any]) -> bool:
    """Whether none of the identifiers that are shown is one that was sent, be it cut."""
    sent = [(item["type"], item["value"]) for items in kept.identifiers.values() for item in items if item["value"]]
    shown = [
        (one.get("type"), one.get("value"))
        for profile in body["profiles"]
        for one in profile["identifiers"]
        if isinstance(one, dict)
    ]
    if not shown or not sent:
        return False
    return not any(
        one == (type_, value) or _same(type_, value, one) or (one[0] == type_ == "email" and _begins(one[1], value))
        for type_, value in sent
        for one in shown
    )


def _begins(shown: object, sent: str) -> bool:
    """Whether an address that is shown may be the one that was sent, cut somewhere."""
    return isinstance(shown, str) and bool(shown) and sent.casefold().startswith(shown.casefold()[:40])


def _plain(value: object) -> object:
    """Values as they compare: numbers by what they are worth, words of truth as what they mean."""
    if isinstance(value, str):
        return _WORDS.get(value, value)
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else value
