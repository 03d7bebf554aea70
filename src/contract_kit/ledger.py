"""Who holds which identifier in which source account: the law of uniqueness and linking, once and pure.

- F10, D05: inside one source account an identifier belongs to one customer; a registration that brings one that is
  already held there is refused (8006).
- F11: for a source with several accounts the scope is the account, for the others the source.
- F09, D04: identifiers held in *other* source accounts do not refuse; the new source account joins the customer that
  holds them (8050), or, when different customers hold them, the one that owns the first listed (8052).
- D06: a body that names one source account twice, or an identifier twice in a profile, is refused (8005), and a body
  is stored whole or not at all.
- F08: nothing here ever changes what is already held.

The class keeps its state in two dictionaries and never looks at a payload: callers hand it source accounts. The same
law in SQL belongs to the reference server, the same law over files to bulk validation; both are tested against this.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import NamedTuple

FACTS = ("F09", "F10", "F11", "D04", "D05", "D06")
"""The facts that this law is."""

EMAIL_LIMIT = 255
MULTI_ACCOUNT_SOURCES = frozenset({"WECHAT", "LINE", "FACEBOOK", "MOBILE_APP", "WEB_ENGAGE"})
"""Sources that are documented as having several accounts (F36, F36b); an org profile says it exactly."""

_DIGITS = frozenset("0123456789")


class Identity(NamedTuple):
    """An identifier as the platform compares it: its type and its normalised value (D05)."""

    type: str
    value: str


class SourceAccount(NamedTuple):
    """One profile's source account (``account`` is empty for a source without accounts, and for the unnamed one) with
    the identities it registers, in the order listed."""

    source: str
    account: str
    identities: tuple[Identity, ...]


class Relation(StrEnum):
    """How a registration stands to what is already held."""

    NEW = "new"
    LINKED = "linked"
    CONFLICT = "conflict"
    DUPLICATE = "duplicate"
    REPEATED = "repeated"


class Standing(NamedTuple):
    """A relation, the customer that an accepted registration joins (``None``: a new one), and the identities at stake
    with the source account they were met in."""

    relation: Relation
    customer_id: int | None
    at_stake: tuple[tuple[SourceAccount, Identity], ...]


def normalise(type_: str, value: str) -> str:
    """The value as it is compared: e-mail case-folded, mobile by its digits (as it is where it has none), any other
    type exactly (D05)."""
    if type_ == "email":
        return value.casefold()
    if type_ == "mobile" and not (value.isascii() and value.isdigit()):
        return "".join(sign for sign in value if sign in _DIGITS) or value
    return value


def identity(type_: str, value: str) -> Identity:
    """The identity of an identifier as written in a payload."""
    return Identity(type_, normalise(type_, value))


def cut_identity(item: Identity) -> Identity:
    """The identity under the other reading of an over-long e-mail: compared after the cut (F28, left open by D05)."""
    if item.type == "email" and len(item.value) > EMAIL_LIMIT:
        return Identity(item.type, item.value[:EMAIL_LIMIT])
    return item


def account_scope(source: str, account: object, accounts: Mapping[str, tuple[str, ...]] | None) -> str:
    """The account that scopes uniqueness (F11): ``account`` for a source with several accounts, else nothing.

    ``accounts`` maps the org's sources to their accounts; ``None`` where the org's sources are not known.
    """
    several = source in MULTI_ACCOUNT_SOURCES if accounts is None else bool(accounts.get(source))
    return account if several and isinstance(account, str) else ""


class Ledger:
    """What a platform holds. ``judge`` asks, ``record`` writes; a refused registration is simply not recorded."""

    __slots__ = ("_customers", "_holders")

    def __init__(self) -> None:
        self._holders: dict[tuple[str, str, Identity], int] = {}
        self._customers: dict[Identity, list[int]] = {}

    def __len__(self) -> int:
        """How many identifiers are held, counted once for each source account."""
        return len(self._holders)

    def holder(self, source: str, account: str, item: Identity) -> int | None:
        """The customer that holds an identity in one source account, or ``None``."""
        return self._holders.get((source, account, item))

    def judge(self, accounts: Iterable[SourceAccount]) -> Standing:
        """How a body's source accounts stand to each other (D06) and to what is held (D04, D05)."""
        accounts = tuple(accounts)
        repeated = _repeated(accounts)
        if repeated:
            return Standing(Relation.REPEATED, None, repeated)
        held: list[tuple[SourceAccount, Identity]] = []
        known: list[tuple[SourceAccount, Identity]] = []
        owners: list[int] = []
        for place in accounts:
            for item in place.identities:
                if (place.source, place.account, item) in self._holders:
                    held.append((place, item))
                elif customers := self._customers.get(item):
                    known.append((place, item))
                    owners.extend(customers)
        if held:
            return Standing(Relation.DUPLICATE, None, tuple(held))
        if not owners:
            return Standing(Relation.NEW, None, ())
        relation = Relation.LINKED if len(set(owners)) == 1 else Relation.CONFLICT
        return Standing(relation, owners[0], tuple(known))

    def record(self, accounts: Iterable[SourceAccount], customer_id: int, standing: Standing | None = None) -> None:
        """Write an accepted registration. ``standing`` is what ``judge`` has just said of these accounts, if it was asked.
        Raises ``ValueError`` where the law forbids it, and then writes nothing."""
        accounts = tuple(accounts)
        relation = (standing or self.judge(accounts)).relation
        if relation in (Relation.DUPLICATE, Relation.REPEATED):
            raise ValueError(f"a {relation.value} registration is refused and cannot be recorded")
        for place in accounts:
            for item in place.identities:
                self._holders[(place.source, place.account, item)] = customer_id
                customers = self._customers.setdefault(item, [])
                if customer_id not in customers:
                    customers.append(customer_id)


def _repeated(accounts: tuple[SourceAccount, ...]) -> tuple[tuple[SourceAccount, Identity], ...]:
    """The identities that D06 forbids: those of a source account named before, and those repeated inside one."""
    found: list[tuple[SourceAccount, Identity]] = []
    places: set[tuple[str, str]] = set()
    for place in accounts:
        if (place.source, place.account) in places:
            found.extend((place, item) for item in place.identities)
        places.add((place.source, place.account))
        seen: set[Identity] = set()
        for item in place.identities:
            if item in seen:
                found.append((place, item))
            seen.add(item)
    return tuple(found)
