"""Defects in the ids that are given out (F51, D08)."""

from __future__ import annotations

from contract_kit.server.behaviour import Behaviour
from contract_kit.server.defects.registry import defect

_ROUND = 4
_TOO_LARGE = 2**63


@defect("id-negative", area="ids", facts=("D08",))
class IdNegative(Behaviour):
    """Gives negative ids."""

    def created_id(self, customer_id: int) -> object:
        return -customer_id


@defect("id-zero", area="ids", facts=("D08",))
class IdZero(Behaviour):
    """Gives the first customer the id 0."""

    def created_id(self, customer_id: int) -> object:
        return 0 if customer_id == 1 else customer_id


@defect("id-as-text", area="ids", facts=("F51",))
class IdAsText(Behaviour):
    """Gives ids as text."""

    def created_id(self, customer_id: int) -> object:
        return str(customer_id)


@defect("id-with-fraction", area="ids", facts=("F51",))
class IdWithFraction(Behaviour):
    """Gives ids that are no whole numbers."""

    def created_id(self, customer_id: int) -> object:
        return customer_id + 0.5


@defect("id-beyond-64-bits", area="ids", facts=("F51",))
class IdBeyond(Behaviour):
    """Gives ids that no Long can hold."""

    def created_id(self, customer_id: int) -> object:
        return customer_id + _TOO_LARGE


@defect("ids-reused", area="ids", facts=("F51", "F10"))
class IdsReused(Behaviour):
    """Begins again with the first id after every fourth customer."""

    def created_id(self, customer_id: int) -> object:
        return (customer_id - 1) % _ROUND + 1
