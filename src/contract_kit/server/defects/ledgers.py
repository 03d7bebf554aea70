"""Defects in who holds what: duplicates overlooked, or seen where there are none, and what a refusal leaves behind."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence

from contract_kit.findings import Effect
from contract_kit.ledger import Identity, Relation, SourceAccount, Standing, identity
from contract_kit.server.behaviour import Behaviour
from contract_kit.server.calls import Answer, Call
from contract_kit.server.defects.registry import defect
from contract_kit.server.judgement import Judgement
from contract_kit.server.settings import MEMORY
from contract_kit.server.store import Entry, Store
from contract_kit.view import ProfileNode

_PAUSE = 0.05
"""Seconds between looking and writing in the server that does both as two steps."""


class _Overlooks(Behaviour):
    """Base of the servers that overlook some of the identities that are held."""

    pass_over = True

    def noticed(self, held: Sequence[tuple[SourceAccount, Identity]], entries: Sequence[Entry]) -> bool:
        """Whether the server notices any of the identities that are held."""
        return False

    def standing(self, entries: Sequence[Entry]) -> Standing:
        standing = super().standing(entries)
        if standing.relation is not Relation.DUPLICATE or self.noticed(standing.at_stake, entries):
            return standing
        return self.store.judge(_rest(entries, standing))


@defect("duplicate-taken", area="ledger", facts=("F10", "F56", "D05"))
class DuplicateTaken(_Overlooks):
    """Takes every duplicate, each as a new customer."""


@defect("duplicate-by-first-identifier", area="ledger", facts=("D05",))
class ByFirstIdentifier(_Overlooks):
    """Looks for duplicates of the first identifier of a profile only."""

    def noticed(self, held: Sequence[tuple[SourceAccount, Identity]], entries: Sequence[Entry]) -> bool:
        return any(item == place.identities[0] for place, item in held)


@defect("duplicate-by-mobile", area="ledger", facts=("D05",))
class ByMobile(_Overlooks):
    """Looks for duplicates of mobile numbers only."""

    def noticed(self, held: Sequence[tuple[SourceAccount, Identity]], entries: Sequence[Entry]) -> bool:
        return any(item.type == "mobile" for _, item in held)


@defect("duplicate-by-all-identifiers", area="ledger", facts=("D05",))
class ByAllIdentifiers(_Overlooks):
    """Takes a registration for a duplicate only where all its identifiers are held."""

    def noticed(self, held: Sequence[tuple[SourceAccount, Identity]], entries: Sequence[Entry]) -> bool:
        return len(held) == sum(len(entry.place.identities) for entry in entries)


@defect("duplicate-answered-as-success", area="ledger", facts=("F56", "D05", "F08"))
class AnsweredAsSuccess(Behaviour):
    """Answers a duplicate like a success, with the id of the customer that is there."""

    def settled(self, call: Call, judgement: Judgement, entries: Sequence[Entry], standing: Standing) -> Answer:
        if standing.relation is not Relation.DUPLICATE:
            return super().settled(call, judgement, entries, standing)
        place, item = standing.at_stake[0]
        holder = self.store.holder(place.source, place.account, item)
        assert holder is not None
        return self.accepted(call, judgement.body, holder, judgement.warnings)


class _Compares(Behaviour):
    """Base of the servers that compare identifiers in another way."""

    def compared(self, type_: str, value: str) -> Identity:
        """The identity of an identifier."""
        return identity(type_, value)

    def place(self, profile: ProfileNode) -> SourceAccount | None:
        place = super().place(profile)
        items = tuple(self.compared(item.data["type"], item.data["value"]) for item in profile.named())
        return place._replace(identities=items) if place is not None else None


@defect("email-compared-as-written", area="ledger", facts=("D05",))
class EmailAsWritten(_Compares):
    """Compares e-mail addresses with their letter case."""

    def compared(self, type_: str, value: str) -> Identity:
        return Identity(type_, value) if type_ == "email" else super().compared(type_, value)


@defect("mobile-compared-as-written", area="ledger", facts=("D05",))
class MobileAsWritten(_Compares):
    """Compares mobile numbers with their plus signs, blanks and hyphens."""

    def compared(self, type_: str, value: str) -> Identity:
        return Identity(type_, value) if type_ == "mobile" else super().compared(type_, value)


@defect("other-types-compared-folded", area="ledger", facts=("D05",))
class OthersFolded(_Compares):
    """Compares external ids, cards and the like without their letter case."""

    def compared(self, type_: str, value: str) -> Identity:
        return super().compared(type_, value.casefold())


@defect("types-compared-as-one", area="ledger", facts=("D05",))
class TypesAsOne(Behaviour):
    """Compares values alone: what is one customer's external id cannot be another's card number."""

    def standing(self, entries: Sequence[Entry]) -> Standing:
        return _wider(self, entries, super().standing(entries), "source = ? AND account = ? AND value = ?", _by_value)


@defect("scope-without-account", area="ledger", facts=("F11",), needs=("sources",))
class ScopeWithoutAccount(Behaviour):
    """Looks for duplicates in all accounts of a source."""

    def standing(self, entries: Sequence[Entry]) -> Standing:
        return _wider(self, entries, super().standing(entries), "source = ? AND type = ? AND value = ?", _by_source)


@defect("scope-with-any-account", area="ledger", facts=("F11", "F36b"))
class ScopeWithAnyAccount(Behaviour):
    """Keeps the account ids of a source without accounts apart, although they name nothing."""

    def place(self, profile: ProfileNode) -> SourceAccount | None:
        place = super().place(profile)
        return place._replace(account=profile.account or "") if place is not None else None


@defect("empty-identifier-counts", area="ledger", facts=("D02",))
class EmptyCounts(Behaviour):
    """Holds empty values for identifiers like any other: the second customer with an empty e-mail is refused."""

    def place(self, profile: ProfileNode) -> SourceAccount | None:
        place = super().place(profile)
        empty = {Identity(item.data["type"], "") for item in profile.identifiers if not item.data["value"]}
        return place._replace(identities=(*place.identities, *sorted(empty))) if place is not None else None


@defect("channel-counts-as-identifier", area="ledger", facts=("F32", "D05"))
class ChannelCounts(Behaviour):
    """Refuses a registration whose communication channel is another customer's identifier."""

    def standing(self, entries: Sequence[Entry]) -> Standing:
        standing = super().standing(entries)
        for place, profile, _ in entries:
            for channel in profile["commChannels"]:
                item = identity(channel.get("type", ""), channel.get("value", ""))
                if self.store.holder(place.source, place.account, item) is not None:
                    return Standing(Relation.DUPLICATE, None, ((place, item),))
        return standing


@defect("race", area="ledger", facts=("D07",))
class Race(Behaviour):
    """Looks first and writes later: equal registrations that arrive together are all taken."""

    pass_over = True

    async def registered(self, call: Call, judgement: Judgement) -> Answer:
        entries = self.entries(judgement.body, call.query)
        standing = self.standing(entries)
        await asyncio.sleep(_PAUSE)
        with self.store.transaction():
            return self.settled(call, judgement, entries, standing)


@defect("restart-forgets", area="ledger", facts=("F10", "D05"))
class RestartForgets(Behaviour):
    """Keeps everything in memory, whatever file it is given."""

    def open_store(self, path: str) -> Store:
        return super().open_store(MEMORY)


class _LeavesBehind(Behaviour):
    """Base of the servers that store some of what they refuse as a duplicate."""

    pass_over = True

    def left_behind(self, entries: Sequence[Entry], standing: Standing) -> Sequence[Entry]:
        """What stays although the whole was refused."""
        return ()

    def duplicate(self, judgement: Judgement, entries: Sequence[Entry], standing: Standing) -> Answer:
        left = self.left_behind(entries, standing)
        if left and standing.relation is Relation.DUPLICATE:
            self.recorded(self.store.new_customer(), left, standing)
        return super().duplicate(judgement, entries, standing)


@defect("duplicate-leaves-identifiers", area="ledger", facts=("D01", "D05"))
class LeavesIdentifiers(_LeavesBehind):
    """Refuses a duplicate and yet keeps those of its identifiers that were new."""

    def left_behind(self, entries: Sequence[Entry], standing: Standing) -> Sequence[Entry]:
        return entries


@defect("half-of-two-profiles-stored", area="ledger", facts=("D06",))
class HalfStored(_LeavesBehind):
    """Refuses a body for its second profile when the first has been stored already."""

    def left_behind(self, entries: Sequence[Entry], standing: Standing) -> Sequence[Entry]:
        held = {place[:2] for place, _ in standing.at_stake}
        return [entry for entry in entries if entry.place[:2] not in held]


@defect("invalid-leaves-identifiers", area="ledger", facts=("D01",))
class InvalidLeaves(Behaviour):
    """Refuses what breaks a rule outside its profiles, and yet keeps the profiles."""

    def turned_down(self, call: Call, judgement: Judgement) -> Answer:
        refusing = [one.location.pointer for one in judgement.findings if one.consequence.effect is Effect.REFUSES]
        if refusing and all(pointer and pointer[0] != "profiles" for pointer in refusing):
            entries = self.entries(judgement.body, call.query)
            with self.store.transaction():
                if entries and self.store.judge(entry.place for entry in entries).relation is Relation.NEW:
                    self.store.record(self.store.new_customer(), entries)
        return super().turned_down(call, judgement)


@defect("second-profile-lost", area="ledger", facts=("D06", "F20"))
class SecondProfileLost(Behaviour):
    """Stores the first profile of a body and forgets the others."""

    def recorded(self, customer_id: int, entries: Sequence[Entry], standing: Standing) -> None:
        super().recorded(customer_id, entries[:1], standing)


@defect("second-identifier-lost", area="ledger", facts=("F24", "D05"))
class SecondIdentifierLost(Behaviour):
    """Stores the first identifier of a profile and forgets the others."""

    def recorded(self, customer_id: int, entries: Sequence[Entry], standing: Standing) -> None:
        first = [
            Entry(place._replace(identities=place.identities[:1]), profile, shown[:1]) for place, profile, shown in entries
        ]
        super().recorded(customer_id, first, standing)


def _rest(entries: Sequence[Entry], standing: Standing) -> Iterator[SourceAccount]:
    """The source accounts without the identities that are held."""
    held = set(standing.at_stake)
    for place in (entry.place for entry in entries):
        yield place._replace(identities=tuple(item for item in place.identities if (place, item) not in held))


def _by_value(place: SourceAccount, item: Identity) -> tuple[str, ...]:
    return place.source, place.account, item.value


def _by_source(place: SourceAccount, item: Identity) -> tuple[str, ...]:
    return place.source, item.type, item.value


def _wider(
    server: Behaviour,
    entries: Sequence[Entry],
    standing: Standing,
    where: str,
    values: Callable[[SourceAccount, Identity], tuple[str, ...]],
) -> Standing:
    """A standing in which more counts as held than is."""
    for place in (entry.place for entry in entries):
        for item in place.identities:
            found = server.store.db.execute(f"SELECT 1 FROM identifier WHERE {where}", values(place, item))  # noqa: S608
            if found.fetchone():
                return Standing(Relation.DUPLICATE, None, ((place, item),))
    return standing
