"""What HTTP clients hold in their own objects, as the judge takes it, and what it says of it in a few lines.

No client is imported here: their objects are known by what they offer. Doors that sit in somebody's program or tests build
on this room.
"""

from __future__ import annotations

from contract_kit.clients.adapters import got_of, is_answer, request_behind, sent_of
from contract_kit.clients.judging import judge_answer, judge_request, judge_unasked, without_credentials
from contract_kit.clients.messages import Got, Sent
from contract_kit.clients.telling import told, told_of

__all__ = [
    "Got",
    "Sent",
    "got_of",
    "is_answer",
    "judge_answer",
    "judge_request",
    "judge_unasked",
    "request_behind",
    "sent_of",
    "told",
    "told_of",
    "without_credentials",
]
