"""The exception of a guard that blocks."""

from __future__ import annotations

from typing import Any

from contract_kit.contract import ContractViolation
from contract_kit.report import Report


class Blocked(ContractViolation):
    """A registration that was not sent, or an answer that is not handed on, since it breaks the contract.

    ``side`` is request or answer, ``report`` holds the findings. ``response`` is the client's answer where the guard blocks
    answers: by then the registration has been made or refused, so sending it again is another registration.
    """

    def __init__(self, side: str, report: Report, text: str) -> None:
        AssertionError.__init__(self, text)
        self.side = side
        self.report = report
        self.response: Any = None
