"""The view of a run of ``fuzz``, from its report in the public JSON format. Members that lack are done without."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from contract_kit.reporters.html import fuzzcoverage, gathering
from contract_kit.reporters.html.excerpt import Path, lines, steps
from contract_kit.reporters.html.knowledge import Knowledge
from contract_kit.reporters.html.model import Cause, Line, Pane, Place, Table, Tile, Tone, View
from contract_kit.reporters.html.redacting import headers
from contract_kit.showing import count

_BY_STATUS = frozenset(
    {
        "status-unexpected",
        "server-error",
        "accepted-wrongly",
        "refused-wrongly",
        "let-in",
        "no-answer",
        "refused-for-other-reason",
    }
)
"""Findings whose place in the answer is its status, where nothing closer is said."""
SHOWN_WHOLE = 40
"""So many findings of one cause are shown with request and answer."""


def view(data: Mapping[str, Any], known: Knowledge, *, fail_on: str) -> View:
    """The whole page."""
    findings = list(data.get("findings") or ())
    suites = list(data.get("suites") or ())
    causes = _causes(findings, known)
    open_ = [cause for cause in causes if not cause.muted]
    severities = Counter[str]()
    for cause in open_:
        severities[cause.severity] += cause.count
    done = sum(int(suite.get("done") or 0) for suite in suites)
    word, tone = _verdict(data, open_, fail_on, tested=bool(done or not suites))
    requests = int(data.get("requests") or 0)
    muted = len(causes) - len(open_)
    return View(
        kind="fuzz",
        word=word,
        tone=tone,
        headline=_headline(len(open_), requests, str(data.get("url") or "the server")),
        sentence=gathering.sentence(severities, len(open_)) + (f" {count(muted, 'cause')} muted." if muted else ""),
        tiles=(
            Tile(f"{requests:,}", "requests"),
            Tile(f"{done:,}", "cases done"),
            *gathering.tiles(severities),
        ),
        causes=tuple(causes),
        pictures=tuple(fuzzcoverage.pictures(data, known, open_, _broken(findings))),
        tables=tuple(_tables(data, suites)),
        about=_about(data, fail_on),
        alerts=tuple(_alerts(data)),
        grouped="Suite",
        privacy="Requests are made up by the fuzzer; credentials are left out.",
    )


def _verdict(data: Mapping[str, Any], causes: Sequence[Cause], fail_on: str, *, tested: bool) -> tuple[str, Tone]:
    said = str(data.get("verdict") or "").lower()
    if any(gathering.rank(cause.severity) >= gathering.rank(fail_on) for cause in causes) or said in ("failed", "fail"):
        return "Failed", "error"
    if not tested or data.get("interrupted") or said in ("incomplete", "interrupted", "empty"):
        return "Incomplete", "warning"
    return "Passed", "good"


def _alerts(data: Mapping[str, Any]) -> Iterator[str]:
    ended = data.get("ended") or data.get("over")
    if ended:
        yield f"Ended early: {ended}."
    yield from (str(note) for note in data.get("notes") or ())


def _headline(causes: int, requests: int, url: str) -> str:
    if not causes:
        return f"{url} kept to the contract in {count(requests, 'request')}"
    return f"{url} breaks the contract in {count(causes, 'way')}"


def _broken(findings: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Name of a rule or a law that a server broke -> the code of the finding that tells so."""
    found: dict[str, str] = {}
    for finding in findings:
        if not _muted(finding):
            for cause in (finding.get("cause"), *(finding.get("causes") or ())):
                for name in str(cause or "").split("+"):
                    found.setdefault(name, str(finding.get("code") or ""))
    return found


def _muted(finding: Mapping[str, Any]) -> str:
    why = finding.get("suppressed")
    return str(why) if why else "muted by the baseline" if finding.get("muted") else ""


def _causes(findings: Sequence[Mapping[str, Any]], known: Knowledge) -> list[Cause]:
    groups: dict[tuple[str, str, str, str], list[Mapping[str, Any]]] = defaultdict(list)
    for finding in findings:
        severity, code, evidence = (str(finding.get(member) or "") for member in ("severity", "code", "evidence"))
        groups[severity, code, evidence, _muted(finding)].append(finding)
    budget = gathering.Budget()
    found = []
    ordered = sorted(groups.items(), key=lambda item: (bool(item[0][3]), *gathering.order(item[0], item[1])))
    for (severity, code, evidence, muted), group in ordered:
        rule = known.rule(code)
        taken = group[: budget.take(len(group))]
        found.append(
            Cause(
                code=code,
                severity=severity or "info",
                evidence=evidence,
                title=rule.title if rule is not None else str(group[0].get("message") or code),
                count=len(group),
                unit="finding",
                explanation=rule.explanation if rule is not None else "",
                facts=gathering.facts(group),
                api_codes=gathering.api_codes(group),
                places=[_place(one, number < SHOWN_WHOLE) for number, one in enumerate(taken)],
                more=len(group) - len(taken),
                muted=muted,
            )
        )
    return found


def _place(finding: Mapping[str, Any], whole: bool) -> Place:
    request, response = finding.get("request") or {}, finding.get("response") or {}
    request = request if isinstance(request, Mapping) else {"body": request}
    response = response if isinstance(response, Mapping) else {"body": response}
    times = finding.get("times") or finding.get("seen")
    marks = ["flaky"] if finding.get("flaky") else []
    if isinstance(times, int) and times > 1:
        marks.append(f"seen {times:,} times")
    suite, case = str(finding.get("suite") or ""), str(finding.get("case") or "")
    rows = [(name, str(finding[member])) for member, name in _ROWS.items() if finding.get(member) not in (None, "")]
    return Place(
        where=" · ".join(word for word in (suite, case) if word) or str(finding.get("cause") or finding.get("code") or ""),
        message=str(finding.get("message") or ""),
        pointer=str(finding.get("location") or ""),
        group=suite,
        panes=(_request(request, finding), _answer(response, finding)) if whole else (),
        rows=tuple(rows),
        command=str(finding.get("curl") or ""),
        marks=tuple(marks),
    )


_ROWS = {
    "expected": "Expected",
    "actual": "Came",
    "after_requests": "First seen after requests",
    "fingerprint": "Fingerprint",
}


def _request(request: Mapping[str, Any], finding: Mapping[str, Any]) -> Pane:
    query = request.get("query")
    asked = "&".join(f"{name}={value}" for name, value in query.items()) if isinstance(query, Mapping) else str(query or "")
    first = f"{request.get('method') or 'POST'} {request.get('path') or ''}{'?' if asked else ''}{asked}"
    head = [Line(first, hit=_is_at(finding, "$method"))]
    head += [
        Line(f"{name}: {value}", hit=_is_at(finding, f"$request.header.{name}"))
        for name, value in headers(request.get("headers"))
    ]
    if request.get("credentials"):
        head.append(Line(f"(credentials: {request['credentials']})"))
    return Pane("Request", (*head, *_body(request, _marks(finding, "$request.body#"))))


def _answer(response: Mapping[str, Any], finding: Mapping[str, Any]) -> Pane:
    marks = _marks(finding, "$response.body#")
    pointed = bool(marks) or any(str(one).startswith("$response.header") for one in _pointed(finding))
    by_status = not pointed and (_is_at(finding, "$statusCode") or finding.get("code") in _BY_STATUS)
    status = response.get("status")
    trouble = str(response.get("trouble") or "")
    head = [Line(f"HTTP {status}" if status else f"no answer{': ' if trouble else ''}{trouble}", hit=by_status)]
    head += [
        Line(f"{name}: {value}", hit=_is_at(finding, f"$response.header.{name}"))
        for name, value in headers(response.get("headers"))
    ]
    return Pane("Answer", (*head, *_body(response, marks)))


def _body(side: Mapping[str, Any], marks: Sequence[Path]) -> Iterator[Line]:
    body = side.get("body")
    if body is None or body == "":
        return
    yield Line("")
    if isinstance(body, str):
        text = body if len(body) <= 4000 else f"{body[:4000]}… ({len(body):,} characters)"
        yield from (Line(line) for line in text.splitlines()[:60])
    else:
        yield from lines(body, marks)


def _pointed(finding: Mapping[str, Any]) -> list[str]:
    """The places that a finding names, as runtime expressions."""
    said = [finding.get("location"), *(finding.get("places") or ())]
    return [str(one) for one in said if one]


def _marks(finding: Mapping[str, Any], prefix: str) -> list[Path]:
    named = (one.removeprefix(prefix) for one in _pointed(finding) if one.startswith(prefix))
    return [steps(pointer) for pointer in dict.fromkeys(named) if pointer]


def _is_at(finding: Mapping[str, Any], expression: str) -> bool:
    return any(one.lower() == expression.lower() for one in _pointed(finding))


def _tables(data: Mapping[str, Any], suites: Sequence[Mapping[str, Any]]) -> Iterator[Table]:
    if suites:
        rows = tuple(
            (
                str(suite.get("name") or ""), f"{int(suite.get('planned') or 0):,}", f"{int(suite.get('done') or 0):,}",
                _untested(suite.get("not_tested")),
            )
            for suite in suites
        )  # fmt: skip
        yield Table("Suites", ("Suite", "Planned", "Done", "Not tested"), rows, figures=frozenset({1, 2}))
    answers = data.get("answers")
    if isinstance(answers, Mapping) and answers:
        said = tuple(
            (str(name).replace("_", " "), f"{number:,}") for name, number in answers.items() if isinstance(number, int)
        )
        yield Table("Answers", ("Answer", "Times"), said, figures=frozenset({1}))
    created = list(data.get("created_ids") or ())
    if created:
        note = "Customers that this run has registered. Have them deleted, if the server is to be clean again."
        shown = tuple((str(id_),) for id_ in created[:200])
        yield Table(f"Customers created ({len(created):,})", ("Customer id",), shown, max(0, len(created) - 200), note)


def _untested(said: object) -> str:
    if isinstance(said, Mapping):
        return "; ".join(f"{name}: {number}" for name, number in said.items())
    if isinstance(said, (list, tuple)):
        return "; ".join(map(str, said))
    return "" if said in (None, 0) else str(said)


def _about(data: Mapping[str, Any], fail_on: str) -> tuple[tuple[str, str], ...]:
    rows = [("Server", str(data.get("url") or "unknown"))]
    for member, name in (("seed", "Seed"), ("duration_s", "Seconds"), ("rate", "Rate"), ("contract", "Judged by contract")):
        if data.get(member) is not None:
            rows.append((name, str(data[member])))
    return (*rows, ("Fails from severity", fail_on))
