"""Runs cases: sends their steps with identities of their own, judges the answers, and keeps the case's ledger."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from contract_kit.findings import Evidence
from contract_kit.fuzz.client import Client
from contract_kit.fuzz.credentials import GOOD, Credentials, as_curl
from contract_kit.fuzz.identity import Identities, Namespace
from contract_kit.fuzz.judgement import Expected, Judge
from contract_kit.fuzz.mismatches import ACCEPTED_WRONGLY, HARD, ID_REUSED, REFUSED_WRONGLY, Mismatch
from contract_kit.fuzz.probing import Model
from contract_kit.fuzz.steps import Case, Step
from contract_kit.fuzz.wire import MEDIA_TYPE, Answer, Call, encoded
from contract_kit.ledger import Ledger, Relation
from contract_kit.rules.responses import code_of, errors_of, warnings_of

ASIDE = frozenset({401, 403, 498})
AT_THE_DOOR = frozenset({401, 403, 405, 413, 415, 498})
CUT_SHORT = "an earlier step went wrong"
TURNED_AWAY = "the server would not look at it (429 or 503)"
PROBE_UNKNOWN, PROBE_THERE, PROBE_NOT = "unknown", "there", "not there"


@dataclass(slots=True)
class Shown:
    """A mismatch with the step that showed it."""

    mismatch: Mismatch
    at: int
    call: Call
    answer: Answer


@dataclass(slots=True)
class Told:
    """What became of a case. ``why_not`` says why it could not be tested, where it could not; ``looked`` whether every
    look-up was possible."""

    shown: list[Shown] = field(default_factory=list)
    why_not: str = ""
    looked: bool = True
    accepted: int = 0
    bodies: list[tuple[Any, bool]] = field(default_factory=list)


class Session:
    """Runs cases over one client. ``created`` is told of every id that the server has given."""

    def __init__(
        self,
        client: Client,
        judge: Judge,
        names: Namespace,
        credentials: Credentials,
        *,
        probe: bool = True,
        created: Callable[[object], None] | None = None,
        restart: Callable[[], None] | None = None,
    ) -> None:
        self.client = client
        self.judge = judge
        self.names = names
        self.credentials = credentials
        self.probe = PROBE_UNKNOWN if probe else PROBE_NOT
        self.restart = restart
        self.ids: dict[object, None] = {}
        self.codes: Counter[int] = Counter()
        self.answers: Counter[str] = Counter()
        self._created = created
        self._turn = threading.Lock()

    def run(self, case: Case) -> Told:
        """Run a case once, with identities that nobody has. Raises ``BudgetSpentError`` when there is no more to spend."""
        told = Told()
        ledger, model, people = Ledger(), Model(self.judge.contract.org), Identities(self.names)
        for at, step in enumerate(case.steps):
            if not self.credentials.knows(step.credentials):
                told.why_not = f"no credentials of this kind are known ({step.credentials})"
                return told
            if step.restart:
                if self.restart is None:
                    told.why_not = "a server that is elsewhere cannot be restarted"
                    return told
                self.restart()
            call = self.call(step, people)
            wanted = self.judge.expected(step, call, ledger)
            if step.times > 1:
                going_on = self._at_once(told, at, step, call, wanted, ledger, model)
            else:
                going_on = self._one(told, at, step, call, wanted, ledger, model)
            if not going_on:
                if not told.why_not and at + 1 < len(case.steps):
                    told.why_not = CUT_SHORT
                return told
        return told

    def call(self, step: Step, people: Identities) -> Call:
        """The call that a step stands for."""
        headers = list(self.credentials.headers(step.credentials))
        if step.media_type is not None:
            headers.append(("Content-Type", step.media_type))
        headers += step.headers
        headers.append(("Accept", MEDIA_TYPE))
        data = b"" if step.body is None else encoded(people.minted(step.body))
        return Call(step.method, headers=tuple(headers), query=step.query, data=data)

    # -- steps ------------------------------------------------------------------------------------------------------------

    def _one(self, told: Told, at: int, step: Step, call: Call, wanted: Expected, ledger: Ledger, model: Model) -> bool:
        answer = self.client.send(call)
        if answer is None:
            told.why_not = TURNED_AWAY
            return False
        self._counted(answer)
        if (
            answer.status in ASIDE
            and step.credentials == GOOD
            and answer.status not in wanted.outcome.statuses
            and not step.about
        ):
            told.why_not = f"answered with {answer.status}, which says nothing of the matter"
            return False
        customer = created_id(answer)
        found = self.judge.mismatches(step, wanted, answer, fresh=self._is_new(customer))
        told.shown += [Shown(one, at, call, answer) for one in found]
        self._keep(told, step, wanted, customer, ledger, model)
        told.bodies.append((wanted.request.body, wanted.outcome.accepted))
        if any(one.code in HARD for one in found) or self._lost(wanted, answer, customer):
            return False
        reused = any(one.code == ID_REUSED for one in found)  # whoever is shown under it is another one
        if step.look and customer is not None and wanted.outcome.accepted and not reused:
            self._look(told, at, customer, model)
        return True

    def _at_once(self, told: Told, at: int, step: Step, call: Call, wanted: Expected, ledger: Ledger, model: Model) -> bool:
        """Equal registrations at the same moment: one of them is taken (D07)."""
        answers = self.client.together(call, step.times)
        if answers is None:
            told.why_not = TURNED_AWAY
            return False
        taken = [answer for answer in answers if created_id(answer) is not None and not errors_of(answer.response())]
        for answer in answers:
            self._counted(answer)
            self._note(created_id(answer))
        if len(taken) == 1:
            customer = created_id(taken[0])
            self._keep(told, step, wanted, customer, ledger, model)
            others = self.judge.expected(step, call, ledger)
            for answer in answers:
                if answer is not taken[0]:
                    told.shown += [Shown(one, at, call, answer) for one in self.judge.mismatches(step, others, answer)]
            return not told.shown
        code = ACCEPTED_WRONGLY if taken else REFUSED_WRONGLY
        said = f"{len(taken)} of {step.times} equal registrations that came together were taken; it must be one"
        one = Mismatch(
            code,
            step.about,
            _warning(Evidence.ASSUMED),
            Evidence.ASSUMED,
            ("D07",),
            said,
            "one success",
            f"{len(taken)} successes",
        )
        if not taken:
            found = self.judge.mismatches(step, wanted, answers[0])
            one = found[0] if found else one
        told.shown.append(Shown(one, at, call, taken[-1] if taken else answers[0]))
        return False

    def _look(self, told: Told, at: int, customer: object, model: Model) -> None:
        """Look up what is kept, where the server offers that."""
        if self.probe == PROBE_NOT or not isinstance(customer, int) or customer not in model.customers:
            told.looked = False
            return
        headers = (*self.credentials.headers(GOOD), ("Accept", MEDIA_TYPE))
        call = Call("GET", f"/customers/{customer}", headers)
        answer = self.client.send(call)
        found = model.mismatches(customer, answer) if answer is not None else None
        if found is None:
            told.looked = False
            if self.probe == PROBE_UNKNOWN and answer is not None:
                self.probe = PROBE_NOT
            return
        self.probe = PROBE_THERE
        assert answer is not None
        told.shown += [Shown(one, at, call, answer) for one in found]

    def _keep(self, told: Told, step: Step, wanted: Expected, customer: object, ledger: Ledger, model: Model) -> None:
        """Write an accepted registration into the case's ledger."""
        self._note(customer)
        if customer is None or ledger.judge(wanted.accounts).relation in (Relation.DUPLICATE, Relation.REPEATED):
            return
        told.accepted += 1
        if isinstance(customer, (int, str, float)):
            ledger.record(wanted.accounts, customer)  # type: ignore[arg-type]
            if wanted.outcome.accepted and isinstance(wanted.request.body, dict):
                model.record(wanted.request.body, dict(step.query), customer)

    def _lost(self, wanted: Expected, answer: Answer, customer: object) -> bool:
        """Whether nobody can say if the registration was taken."""
        return bool(wanted.outcome.accepted and customer is None and answer.status < 400)

    def _is_new(self, customer: object) -> bool:
        with self._turn:
            return customer is None or customer not in self.ids

    def _counted(self, answer: Answer) -> None:
        """Count what kind of answer it is, and its API codes."""
        response = answer.response()
        codes = [code_of(entry) for entry in (*errors_of(response), *warnings_of(response))]
        with self._turn:
            self.answers[kind_of_answer(answer)] += 1
            self.codes.update(code for code in codes if isinstance(code, int))

    def _note(self, customer: object) -> None:
        if customer is None:
            return
        with self._turn:
            new = customer not in self.ids
            self.ids[customer] = None
        if new and self._created is not None:
            self._created(customer)

    # -- evidence ---------------------------------------------------------------------------------------------------------

    def evidence(self, step: Step, shown: Shown) -> tuple[dict[str, Any], dict[str, Any], str]:
        """Request, answer and shell line of a finding, without credentials."""
        call, answer = shown.call, shown.answer
        secret = {name for name, _ in self.credentials.headers(step.credentials)}
        headers = [(name, value) for name, value in call.headers if name not in secret]
        text: str | None = None
        if call.data:
            text = call.data.decode("utf-8", "surrogateescape")
        query = f"?{urlencode(dict(call.query), quote_via=quote)}" if call.query else ""
        if call.path.startswith("/customers/"):
            query = call.path.removeprefix("/customers")
        line = as_curl(self.client.target.url, call.method, query, headers, step.credentials, text)
        request: dict[str, Any] = {
            "method": call.method,
            "path": call.path,
            "query": dict(call.query),
            "headers": dict(headers),
        }
        request["credentials"] = step.credentials
        request["body"] = _readable(call.data)
        response = {"status": answer.status, "headers": dict(answer.headers), "body": _readable(answer.data[:20_000])}
        if answer.trouble:
            response["trouble"] = answer.trouble
        for hidden in self.credentials.secrets:
            response = json.loads(json.dumps(response).replace(json.dumps(hidden)[1:-1], "***"))
        return request, response, line


def created_id(answer: Answer) -> object:
    """The id that a success gives, whatever its form; ``None`` where there is none."""
    response = answer.response()
    if isinstance(response.body, dict) and not errors_of(response):
        found = response.body.get("createdId")
        return found if isinstance(found, (int, str, float)) else None
    return None


def kind_of_answer(answer: Answer) -> str:
    """``accepted``, ``refused``, ``at_the_door`` (credentials, method, media type), ``failed``, ``no_answer``, ``other``."""
    if answer.trouble:
        return "no_answer"
    if answer.status >= 500:
        return "failed"
    if errors_of(answer.response()):
        return "refused"
    if created_id(answer) is not None:
        return "accepted"
    return "at_the_door" if answer.status in AT_THE_DOOR else "refused" if 400 <= answer.status < 500 else "other"


def _readable(data: bytes) -> object:
    if not data:
        return None
    text = data.decode("utf-8", "backslashreplace")
    try:
        return json.loads(text, parse_constant=str)
    except (ValueError, RecursionError):
        return text


def _warning(evidence: Evidence) -> Any:
    from contract_kit.judge.runner import grade

    return grade(evidence)
