"""Guards for HTTP clients: each registration is judged before it leaves, and each answer when it comes.

``contract_kit.guards.httpx`` serves httpx and httpx2, ``contract_kit.guards.requests`` requests. Both hand what they see to
a ``Guard``, which knows no client and has no rules of its own: the contract judges.
"""

from __future__ import annotations

from contract_kit.guards.blocking import Blocked
from contract_kit.guards.watching import Guard, Seen

__all__ = ["Blocked", "Guard", "Seen"]
