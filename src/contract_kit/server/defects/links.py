"""Defects in links: what happens to identifiers that are known in another source account (F09, D04, F08)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from contract_kit.judge.prediction import CONFLICT, EXISTS, LINKED
from contract_kit.ledger import Relation, Standing
from contract_kit.server.behaviour import Behaviour
from contract_kit.server.calls import Answer, Call, Reason
from contract_kit.server.defects.registry import defect
from contract_kit.server.judgement import Judgement
from contract_kit.server.store import Entry

_MERGED = 8051
_NOBODY = Standing(Relation.NEW, None, ())


@defect("link-refused", area="links", facts=("F09",))
class LinkRefused(Behaviour):
    """Refuses an identifier that is held in another source as if it were in the same."""

    def standing(self, entries: Sequence[Entry]) -> Standing:
        standing = super().standing(entries)
        linked = standing.relation is Relation.LINKED
        return standing._replace(relation=Relation.DUPLICATE, customer_id=None) if linked else standing


@defect("link-makes-new-customer", area="links", facts=("F09", "D04"))
class LinkMakesNew(Behaviour):
    """Warns that it combines, and makes a new customer."""

    def owner(self, standing: Standing) -> int | None:
        return None if standing.relation is Relation.LINKED else super().owner(standing)


@defect("link-overlooked", area="links", facts=("F09", "D04"))
class LinkOverlooked(Behaviour):
    """Makes a new customer of one who is known in another source, without a word."""

    def standing(self, entries: Sequence[Entry]) -> Standing:
        standing = super().standing(entries)
        return _NOBODY if standing.relation is Relation.LINKED else standing


@defect("link-by-first-identifier", area="links", facts=("D04",))
class LinkByFirst(Behaviour):
    """Sees that a customer is known in another source only by the first identifier listed."""

    def standing(self, entries: Sequence[Entry]) -> Standing:
        standing = super().standing(entries)
        first = [item for entry in entries for item in entry.place.identities[:1]]
        known = any(item in first for _, item in standing.at_stake)
        return standing if known or standing.relation is not Relation.LINKED else _NOBODY


@defect("link-unwarned", area="links", facts=("D04", "F58"))
class LinkUnwarned(Behaviour):
    """Combines without warning 8050."""

    def link_warnings(self, standing: Standing) -> Sequence[Reason]:
        return () if standing.relation is Relation.LINKED else super().link_warnings(standing)


@defect("link-told-as-merge", area="links", facts=("D04", "F58"))
class LinkToldAsMerge(Behaviour):
    """Warns of a merge (8051) where it combines."""

    def link_warnings(self, standing: Standing) -> Sequence[Reason]:
        return [
            reason._replace(code=_MERGED) if reason.code == LINKED else reason for reason in super().link_warnings(standing)
        ]


@defect("link-not-stored", area="links", facts=("F09", "D05"))
class LinkNotStored(Behaviour):
    """Answers as if it had added the source account, and adds nothing."""

    def recorded(self, customer_id: int, entries: Sequence[Entry], standing: Standing) -> None:
        if standing.relation is not Relation.LINKED:
            super().recorded(customer_id, entries, standing)


@defect("link-changes-names", area="links", facts=("F08", "F09"))
class LinkChangesNames(Behaviour):
    """Gives all source accounts of a customer the details of the latest."""

    def recorded(self, customer_id: int, entries: Sequence[Entry], standing: Standing) -> None:
        super().recorded(customer_id, entries, standing)
        if standing.customer_id is None:
            return
        latest = json.dumps(entries[-1].profile)
        self.store.db.execute("UPDATE source_account SET profile = ? WHERE customer_id = ?", (latest, customer_id))


@defect("link-changes-customer", area="links", facts=("F08",))
class LinkChangesCustomer(Behaviour):
    """Overwrites a customer's extended fields with those of a later registration."""

    def settled(self, call: Call, judgement: Judgement, entries: Sequence[Entry], standing: Standing) -> Answer:
        answer = super().settled(call, judgement, entries, standing)
        if standing.customer_id is not None:
            body: Any = judgement.body
            details = json.dumps(self.details_kept(body, judgement.warnings))
            self.store.db.execute("UPDATE customer SET details = ? WHERE id = ?", (details, standing.customer_id))
        return answer


@defect("conflict-refused", area="links", facts=("D04",))
class ConflictRefused(Behaviour):
    """Refuses identifiers that belong to different customers."""

    def settled(self, call: Call, judgement: Judgement, entries: Sequence[Entry], standing: Standing) -> Answer:
        if standing.relation is Relation.CONFLICT:
            return self.refused([Reason("conflict", EXISTS)])
        return super().settled(call, judgement, entries, standing)


@defect("conflict-takes-last", area="links", facts=("D04",))
class ConflictTakesLast(Behaviour):
    """Takes the customer that owns the last identifier listed where there are several."""

    def owner(self, standing: Standing) -> int | None:
        if standing.relation is not Relation.CONFLICT:
            return super().owner(standing)
        _, item = standing.at_stake[-1]
        query = "SELECT customer_id FROM identifier WHERE type = ? AND value = ? ORDER BY id DESC"
        last: int = self.store.db.execute(query, item).fetchone()[0]
        return last


@defect("conflict-takes-oldest", area="links", facts=("D04",))
class ConflictTakesOldest(Behaviour):
    """Takes the customer who was registered first where there are several, whatever the order of the identifiers."""

    def owner(self, standing: Standing) -> int | None:
        if standing.relation is not Relation.CONFLICT:
            return super().owner(standing)
        query = "SELECT min(customer_id) FROM identifier WHERE type = ? AND value = ?"
        return min(int(self.store.db.execute(query, item).fetchone()[0]) for _, item in standing.at_stake)


@defect("conflict-told-as-link", area="links", facts=("D04", "F58"))
class ConflictToldAsLink(Behaviour):
    """Warns of combining (8050) where customers conflict (8052)."""

    def link_warnings(self, standing: Standing) -> Sequence[Reason]:
        return [
            reason._replace(code=LINKED) if reason.code == CONFLICT else reason for reason in super().link_warnings(standing)
        ]
