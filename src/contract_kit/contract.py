"""The contract: one document, one org profile, one selection of rules; it judges exchanges and predicts outcomes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from contract_kit.errors import InputError, SpecError
from contract_kit.exchange import METHOD, MISSING, Exchange, Request, Response
from contract_kit.findings import Finding
from contract_kit.jsontext import Document as TextDocument
from contract_kit.judge import answers
from contract_kit.judge.answerproof import AnswerProof
from contract_kit.judge.clean import CleanReports
from contract_kit.judge.documents import Document, Plain
from contract_kit.judge.layout import KINDS, Layout, as_exchange, check_kind, checked, read
from contract_kit.judge.prediction import points_of, predict, source_accounts
from contract_kit.judge.proof import Proof
from contract_kit.judge.runner import Judged, Runner
from contract_kit.judge.selection import Selection
from contract_kit.judge.spec import ApiCode, Fact, Spec, source_file
from contract_kit.judge.wording import findings, text_hit, told_once
from contract_kit.ledger import Ledger, SourceAccount
from contract_kit.org import OrgProfile
from contract_kit.outcome import Outcome, Verdict
from contract_kit.report import ContractViolation, InputResult, NotChecked, Report
from contract_kit.rule import Rule
from contract_kit.rules import ALL


class Contract:
    """Judges payloads, answers and exchanges against the contract, and predicts what a server must answer.

    Values of this class do not change: ``for_org`` and ``with_rules`` give new ones. ``now`` fixes the moment for rules on
    dates; by default it is the time of each check.
    """

    def __init__(
        self,
        spec: Spec,
        org: OrgProfile | None = None,
        *,
        select: Iterable[str] = (),
        ignore: Iterable[str] = (),
        errors: Iterable[str] = (),
        strict: bool = False,
        now: datetime | None = None,
    ) -> None:
        self.spec = spec
        self.org = org if org is not None else OrgProfile.from_mapping({})
        self._selection = Selection(select, ignore, errors, strict)
        self._now = now
        self._runner = Runner(spec, self.org, now)
        self._proof = Proof(self._runner)

    @classmethod
    def bundled(cls) -> Contract:
        """The project's own contract document."""
        return cls(Spec.bundled())

    @classmethod
    def from_path(cls, path: str | Path) -> Contract:
        """Another version of the document. Raises ``SpecError`` with the place of what is wrong."""
        from contract_kit.judge.soundness import verify

        try:
            spec = Spec.from_path(Path(path))
            verify(spec)
        except SpecError as error:
            source = None if error.message.startswith(str(path)) else str(path)
            raise SpecError(error.message, hint=error.hint, source=source) from error
        return cls(spec)

    @staticmethod
    def bundled_text() -> str:
        """The bundled document as it was written, comments and all."""
        return source_file("openapi.yaml").read_text(encoding="utf-8")

    def for_org(self, profile: OrgProfile | str | Path | None) -> Contract:
        """The same contract for an org: a profile or the path of one."""
        org = OrgProfile.from_path(profile) if isinstance(profile, (str, Path)) else profile
        return self._with(org=org)

    def with_rules(
        self,
        *,
        select: Iterable[str] = (),
        ignore: Iterable[str] = (),
        errors: Iterable[str] = (),
        strict: bool = False,
    ) -> Contract:
        """The same contract, reporting only ``select`` (default: all) without ``ignore``. ``errors`` are rules whose
        warnings count as errors; ``strict`` makes errors of all warnings. Raises ``UsageError`` for an unknown code."""
        return self._with(select=select, ignore=ignore, errors=errors, strict=strict)

    def at(self, now: datetime) -> Contract:
        """The same contract at a fixed moment."""
        return self._with(now=now)

    def _with(self, **changes: Any) -> Contract:
        return Contract(self.spec, **({"org": self.org, "now": self._now} | self._selection.settings | changes))

    @property
    def version(self) -> str:
        """The version of the contract document."""
        return self.spec.version

    @property
    def document(self) -> Mapping[str, Any]:
        """The OpenAPI document as data."""
        return self.spec.document

    @property
    def facts(self) -> Mapping[str, Fact]:
        """All facts and decisions by id."""
        return self.spec.facts

    @property
    def api_codes(self) -> Mapping[int, ApiCode]:
        """The registry of API codes."""
        return self.spec.api_codes

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Every rule there is."""
        return ALL

    @property
    def active(self) -> tuple[Rule, ...]:
        """The rules that speak under this org and selection."""
        return self._selection.active(self.org.sections)

    @cached_property
    def not_checked(self) -> tuple[NotChecked, ...]:
        """The org sections that lack, each with the rules that are silent for want of it."""
        return self._selection.silent(self.org.sections)

    def effective_document(self) -> dict[str, Any]:
        """The document with what the org profile settles written into it."""
        from contract_kit.judge.effective import effective

        return effective(self.spec, self.org)

    # -- judging ------------------------------------------------------------------------------------------------------

    def predict(self, request: Request | Mapping[str, Any], ledger: Ledger | None = None) -> Outcome:
        """What a conforming server must answer to a request (D01–D15). A plain mapping is a body. ``ledger`` says what is
        registered already; without it a new customer is presumed."""
        request = checked(request if isinstance(request, Request) else Request(body=request))
        return predict(request, self._runner.request(request), self.org, ledger)

    def source_accounts(self, request: Request | Mapping[str, Any]) -> tuple[SourceAccount, ...]:
        """The source accounts of a registration that was accepted, as ``Ledger.record`` takes them."""
        request = checked(request if isinstance(request, Request) else Request(body=request))
        return source_accounts(request.body, request.query, self.org)

    def check(self, payload: object, kind: str = "request") -> Report:
        """Judge one payload: a ``Request``, ``Response`` or ``Exchange``, plain data, or JSON as ``str`` or ``bytes``.
        ``kind`` says what plain data and texts are: request, response, error or exchange."""
        if kind == "request" and type(payload) is bytes and (body := self._proof.body_of(payload)) is not None:
            return self._clean_report(body)
        check_kind(kind)
        if isinstance(payload, (str, bytes, bytearray, memoryview)):
            data = payload.encode("utf-8", "surrogatepass") if isinstance(payload, str) else bytes(payload)
            if kind == "request" and data is not payload and (body := self._proof.body_of(data)) is not None:
                return self._clean_report(body)
            from contract_kit import jsontext

            return self.report((self.judge(jsontext.parse(data), kind),))
        made = as_exchange(payload)
        if made is not None:
            exchange, kind = made
            return self.report((self._judged(exchange, Layout.of_object(payload), [], kind, None, 0, None),))
        return self.report((self.judge(Plain(payload), kind),))

    def check_answer(self, exchange: Exchange, expected: Outcome) -> Report:
        """Judge the answer of an exchange whose request has been judged before: ``expected`` is what the request had to lead
        to, the outcome of its own check or what ``predict`` says with a ledger. Only the answer is spoken of."""
        codes = self._answer_proof.codes_of(exchange, expected)
        if codes is not None:
            return self._remembered.of_answer(codes, exchange.response)
        checked(exchange.request)
        checked(exchange.response)
        found = self._runner.response(exchange.response) + self._runner.exchange(exchange, expected)
        said = self._findings(found, Layout.of_object(exchange), None, None, 0) if found else ()
        return self.report((InputResult(None, 0, "exchange", answers.told(exchange.response), said),))

    def judge(
        self,
        document: Document,
        kind: str = "request",
        *,
        source: str | None = None,
        index: int = 0,
        proven: bool | None = None,
    ) -> InputResult:
        """Judge one parsed document; findings come back with their places in it. ``index`` is the record's number in its
        source, from 0. ``proven=False`` says that the fast path has been asked already and did not say yes. Raises
        ``InputError`` where an exchange has not the form of one."""
        check_kind(kind)
        if document.value is MISSING:
            layout = Layout.bare(kind)
            text = [text_hit(problem, layout, kind) for problem in document.problems]
            outcome = predict(Request(), text, self.org, None) if kind == "request" else answers.told(Response())
            said = self._findings(text, layout, document, source, index)
            return InputResult(source, index, kind, outcome, said)
        try:
            exchange, layout = read(document.value, kind)
            text = [text_hit(problem, layout, kind) for problem in document.problems]
            return self._judged(exchange, layout, text, kind, source, index, document, ask=proven is not False)
        except InputError as error:
            raise InputError(error.message, hint=error.hint, source=source) from None

    def iter_findings(self, payload: object, kind: str = "request") -> Iterator[Finding]:
        """The findings of one payload, as ``check`` reports them."""
        yield from self.check(payload, kind).findings

    def is_clean(self, payload: object) -> bool:
        """Whether a registration has no finding at all: a body, or its JSON as ``bytes`` or ``str``. Most clean bodies are
        proven clean without running a rule."""
        if isinstance(payload, str):
            payload = payload.encode("utf-8", "surrogatepass")
        if isinstance(payload, (bytes, bytearray, memoryview)):
            payload = bytes(payload)
            if self._proof.body_of(payload) is not None:
                return True
        elif self._proof.accepts(payload):
            return True
        return not any(True for _ in self.iter_findings(payload))

    def assert_conforms(self, payload: object, kind: str = "request") -> None:
        """Raise ``ContractViolation`` where a payload has an error."""
        report = self.check(payload, kind)
        if not report.ok:
            raise ContractViolation(report)

    def report(self, inputs: Iterable[InputResult]) -> Report:
        """A report of judged inputs. An answer by itself needs nothing of an org profile."""
        judged = tuple(inputs)
        asked = not judged or any(result.kind in ("request", "exchange") for result in judged)
        return Report(self.version, self.org.name, judged, self.not_checked if asked else ())

    # -- inside -------------------------------------------------------------------------------------------------------

    def _judged(
        self,
        exchange: Exchange,
        layout: Layout,
        text: list[Judged],
        kind: str,
        source: str | None,
        index: int,
        document: Document | None,
        ask: bool = True,
    ) -> InputResult:
        if kind == "request":
            request, read = exchange.request, not text and isinstance(document, TextDocument)
            plain = not text and layout.is_bare and request.method == METHOD
            if ask and plain and self._proof.accepts(request.body, read=read):
                return InputResult(source, index, kind, self._clean_report(request.body).inputs[0].outcome, ())
            found = text + told_once(self._runner.request(request, read=read), text)
            outcome = predict(exchange.request, found, self.org, None)
        else:
            found = self._runner.response(exchange.response, envelope=kind == "error")
            outcome = answers.told(exchange.response)
            if kind == "exchange":
                sent = self._runner.request(exchange.request)
                asked = text + answers.recorded(told_once(sent, text))
                expected = predict(exchange.request, asked, self.org, None)
                found = sent + found + self._runner.exchange(exchange, expected)
            found = text + told_once(found, text)
        return InputResult(source, index, kind, outcome, self._findings(found, layout, document, source, index))

    def _findings(
        self, found: Iterable[Judged], layout: Layout, document: Document | None, source: str | None, index: int
    ) -> tuple[Finding, ...]:
        spoken = (hit for hit in found if self._selection.speaks(hit.rule))
        return findings(spoken, self._selection.raised, layout, document, source, index)

    def _proven(self, data: bytes) -> Any:
        return self._proof.body_of(data)

    def _clean_report(self, body: Any) -> Report:
        """The report on a body that is known to be clean."""
        return self._remembered.of_body(points_of(body))

    @cached_property
    def _remembered(self) -> CleanReports:
        return CleanReports(predict(Request({}), (), self.org, None), self.report)

    @cached_property
    def _answer_proof(self) -> AnswerProof:
        return AnswerProof(self._runner)


__all__ = ["KINDS", "Contract", "ContractViolation", "Document", "Verdict"]
