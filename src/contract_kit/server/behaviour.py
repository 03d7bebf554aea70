"""What a conforming server does with a request, step by step.

``Behaviour`` is the reference. Each step is a method of its own, so that a defect (``contract_kit.server.defects``) breaks
one of them and leaves the others as they are. Nothing here knows HTTP libraries; ``asgi`` brings requests and takes
answers away.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from contract_kit.judge.prediction import CONFLICT, EXISTS, LINKED
from contract_kit.ledger import Relation, Standing
from contract_kit.org.extended import TYPES
from contract_kit.rules.schema import NOT_SENT
from contract_kit.server.calls import Answer, Call, Reason
from contract_kit.server.door import Door
from contract_kit.server.judgement import TOO_LARGE, Judgement
from contract_kit.server.keeping import Keeping
from contract_kit.server.prefer import Wish, wish_of
from contract_kit.server.store import Entry

NOT_FOUND = 8015
BAD_REQUEST = 400
_LONGEST_ID = 19
_ENUM, _TEXT = "CUSTOM_ENUM", "STRING"


class Behaviour(Door, Keeping):
    """The reference server's conduct."""

    pass_over = False
    """Whether an identity that is held already is passed over on writing, instead of being impossible to write."""

    async def registration(self, call: Call) -> Answer:
        """The answer to a request for ``/v2/customers``."""
        return self.finished(call, await self.answered(call))

    def finished(self, call: Call, answer: Answer) -> Answer:
        """The answer as it leaves the server."""
        return answer

    async def answered(self, call: Call) -> Answer:
        """The door, then the body, then what is registered."""
        for step in self.steps():
            turned = step(call)
            if turned is not None:
                return turned
        wish = wish_of(call.headers.get("prefer"), self.judge.contract)
        if wish is not None and not wish.warning:
            return self.rehearsed(wish)
        judgement = self.judged(call)
        if judgement.refusals:
            return self.turned_down(call, judgement)
        if wish is not None and wish.code is not None:
            judgement = replace(judgement, warnings=(*judgement.warnings, Reason("rehearsed", wish.code)))
        return await self.registered(call, judgement)

    # -- judging ------------------------------------------------------------------------------------------------------

    def judged(self, call: Call) -> Judgement:
        """What the body comes to, before anybody looks at what is registered."""
        if call.data is None:
            return Judgement(None, (Reason(TOO_LARGE, NOT_SENT),))
        body, refusals = self.read(call.data)
        return Judgement(body, refusals) if refusals else self.judge.body(body, call.query)

    def read(self, data: bytes) -> tuple[object, tuple[Reason, ...]]:
        """The value of the text, and why the text as such is refused (D02, D12)."""
        return self.judge.read(data)

    def turned_down(self, call: Call, judgement: Judgement) -> Answer:
        """A body that breaks rules: refused, and nothing is stored."""
        return self.refused(judgement.refusals)

    # -- registering --------------------------------------------------------------------------------------------------

    async def registered(self, call: Call, judgement: Judgement) -> Answer:
        """Judge against what is held and write, as one step (D07)."""
        entries = self.entries(judgement.body, call.query)
        with self.store.transaction():
            return self.settled(call, judgement, entries, self.standing(entries))

    def standing(self, entries: Sequence[Entry]) -> Standing:
        """How the registration stands to what is held."""
        return self.store.judge(entry.place for entry in entries)

    def settled(self, call: Call, judgement: Judgement, entries: Sequence[Entry], standing: Standing) -> Answer:
        """Refuse a duplicate, else write and answer."""
        if standing.relation in (Relation.DUPLICATE, Relation.REPEATED):
            return self.duplicate(judgement, entries, standing)
        body: Any = judgement.body
        warnings = (*self.link_warnings(standing), *judgement.warnings)
        customer_id = self.owner(standing)
        if customer_id is None:
            customer_id = self.store.new_customer(self.details_kept(body, warnings))
        self.recorded(customer_id, entries, standing)
        return self.accepted(call, body, customer_id, warnings)

    def duplicate(self, judgement: Judgement, entries: Sequence[Entry], standing: Standing) -> Answer:
        """An identifier is held in this source account: refused, and nothing is stored (D05)."""
        return self.refused([Reason(standing.relation.value, EXISTS)])

    def owner(self, standing: Standing) -> int | None:
        """The customer that the registration joins (D04); ``None`` for a new one."""
        return standing.customer_id

    def link_warnings(self, standing: Standing) -> Sequence[Reason]:
        """What a link is told by (D04)."""
        if standing.relation is Relation.LINKED:
            return (Reason("linked", LINKED),)
        return (Reason("conflict", CONFLICT),) if standing.relation is Relation.CONFLICT else ()

    def recorded(self, customer_id: int, entries: Sequence[Entry], standing: Standing) -> None:
        """Write the source accounts, all of them (D06)."""
        self.store.record(customer_id, entries, pass_over=self.pass_over)

    # -- beside the registration --------------------------------------------------------------------------------------

    def rehearsed(self, wish: Wish) -> Answer:
        """The refusal that a caller has asked for."""
        if wish.fault:
            return Answer(BAD_REQUEST, self.envelope([self.said(BAD_REQUEST, wish.fault)]))
        applied = {"Preference-Applied": wish.applied}
        if wish.code is None:
            assert wish.status is not None
            answer = self.turned_away(wish.status) if wish.status != BAD_REQUEST else self.refused([_rehearsal(NOT_SENT)])
            return replace(answer, headers={**answer.headers, **applied})
        own = self.judge.contract.api_codes[wish.code].status
        answer = self.refused([_rehearsal(wish.code)]) if own == "any" else self.turned_away(int(own))
        if wish.status is not None:
            answer = replace(answer, status=wish.status, headers=self.turned_away(wish.status).headers)
        return replace(answer, headers={**answer.headers, **applied})

    def customer(self, call: Call, wanted: str) -> Answer:
        """The probe: one customer as they are kept."""
        turned = self.probe_door(call)
        if turned is not None:
            return turned
        found = None
        if wanted.isascii() and wanted.isdigit() and len(wanted) < _LONGEST_ID:
            found = self.store.customer(int(wanted))
        if found is None:
            said = self.said(NOT_FOUND, "Customer not found for the given identifiers")
            return Answer(self.org.refusal_status or BAD_REQUEST, self.envelope([said]))
        return Answer(200, self.shown(int(wanted), *found))

    def extended_fields(self, call: Call) -> Answer:
        """The org's extended fields, in the form of the API's own list (F13)."""
        turned = self.probe_door(call)
        if turned is not None:
            return turned
        kinds = {kind: name for name, kind in reversed(TYPES.items())}
        fields = [
            {
                "id": number,
                "name": name,
                "label": name,
                "dataType": _ENUM if field.enum else kinds.get(field.type or "", _TEXT),
                "entityType": "CUSTOMER",
                "parentId": -1,
            }
            for number, (name, field) in enumerate((self.org.extended_fields or {}).items(), start=1)
        ]
        entity: dict[str, Any] = {"customer": fields, "lineitem": [], "transaction": []}
        return Answer(200, {"entity": entity, "warnings": [], "errors": [], "success": True})

    def probe_door(self, call: Call) -> Answer | None:
        """Who may look: credentials, the rate limit, a good day."""
        for step in (self.known_caller, self.in_time, self.good_day):
            turned = step(call)
            if turned is not None:
                return turned
        return None


def _rehearsal(code: int) -> Reason:
    return Reason("rehearsed", code)
