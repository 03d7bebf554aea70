"""What the contract says of an exchange that passes: of the request before it goes on, of the whole when the answer is
there. Nothing is decided here but who is told what."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from contract_kit.attribution import Party, party
from contract_kit.clients import Got, Sent, judge_answer, judge_request
from contract_kit.contract import Contract
from contract_kit.findings import Finding, Severity
from contract_kit.outcome import Outcome
from contract_kit.proxy.holding import Held
from contract_kit.report import InputResult
from contract_kit.rules.schema import NOT_SENT

FINDINGS = "Contract-Kit-Findings"
"""The header of judged answers."""
ANSWERED = "Contract-Kit-Proxy"
"""The header of answers that the proxy has given itself; it says why."""
_NAMED = 20
_CHALLENGE = {401: ("WWW-Authenticate", 'Basic realm="contract-kit"')}


class Verdict(NamedTuple):
    """What was found in an exchange, or in a request alone, and who is wrong in each finding."""

    result: InputResult
    parties: tuple[Party, ...]

    @property
    def findings(self) -> tuple[tuple[Finding, Party], ...]:
        """Each finding with its party, the heaviest first."""
        pairs = zip(self.result.findings, self.parties, strict=True)
        return tuple(sorted(pairs, key=lambda pair: -pair[0].severity.rank))

    @property
    def header(self) -> str:
        """The findings as a list of tokens with parameters (RFC 9651): ``source-unknown;severity=error;party=client``;
        ``none`` where there are none. Neither places nor values stand there."""
        said = [f"{finding.code};severity={finding.severity.value};party={who.value}" for finding, who in self.findings]
        more = [f"more;count={len(said) - _NAMED}"] if len(said) > _NAMED else []
        return ", ".join(said[:_NAMED] + more) or "none"


class Judge:
    """Judges what passes under one contract."""

    def __init__(self, contract: Contract, fail_on: Severity = Severity.ERROR, held: Held | None = None) -> None:
        self._contract = contract
        self._fail_on = fail_on
        self._held = held

    def request(self, sent: Sent) -> InputResult:
        """What a request is and has to lead to."""
        asked = judge_request(self._contract, sent).inputs[0]
        return self._held.expected(sent, asked) if self._held is not None else asked

    def failing(self, result: InputResult) -> list[Finding]:
        """The findings for which a request is kept back."""
        return [finding for finding in result.findings if finding.severity.rank >= self._fail_on.rank]

    def unanswered(self, asked: InputResult) -> Verdict:
        """What is said of a request to which no answer came."""
        return Verdict(asked, tuple(party(finding, asked) for finding in asked.findings))

    def exchange(self, sent: Sent, asked: InputResult, got: Got) -> Verdict:
        """What is said of a request and the answer to it."""
        told = judge_answer(self._contract, sent, got, asked.outcome).inputs[0]
        if self._held is not None:
            self._held.note(sent, asked, told)
        whole = InputResult(None, asked.index, "exchange", told.outcome, (*asked.findings, *told.findings))
        return Verdict(whole, tuple(party(finding, whole) for finding in whole.findings))

    def refusal(self, asked: InputResult, failing: Sequence[Finding]) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body with which a wrong registration is refused: as the contract has it, in its envelope
        (F57, D01, D02), with one error for each code."""
        status = _status(asked.outcome, self._contract.org.refusal_status)
        entries: dict[int, dict[str, Any]] = {}
        for finding in failing:
            code = finding.api_code or finding.consequence.status or NOT_SENT
            entries.setdefault(code, entry(code, f"{finding.message} ({finding.code})"))
        headers = dict([_CHALLENGE[status]] if status in _CHALLENGE else [])
        return status, headers, envelope(list(entries.values()))


def entry(code: int, message: str) -> dict[str, Any]:
    """One error of the envelope (F57)."""
    return {"status": False, "code": code, "message": f"contract-kit proxy: {message}"}


def envelope(entries: Sequence[Mapping[str, Any]]) -> bytes:
    """The envelope of errors as it travels (F57)."""
    return json.dumps({"errors": entries, "warnings": []}).encode()


def _status(outcome: Outcome, pinned: int | None) -> int:
    return (outcome.status if outcome.refused else None) or pinned or 400
