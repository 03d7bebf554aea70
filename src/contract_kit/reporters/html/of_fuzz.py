"""The view of a run of ``fuzz``, from its report in the public JSON format. Members that lack are done without."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from contract_kit.reporters.html import fuzzcoverage, fuzzplaces, gathering
from contract_kit.reporters.html.knowledge import Knowledge
from contract_kit.reporters.html.model import Cause, Table, Tile, Tone, View
from contract_kit.showing import count

SHOWN_WHOLE = 100
"""So many findings are shown with request and answer."""
SPENT = "the budget was spent"


def view(data: Mapping[str, Any], known: Knowledge, *, fail_on: str, saved: str | None) -> View:
    """The whole page."""
    findings = list(data.get("findings") or ())
    suites = list(data.get("suites") or ())
    url = str(data.get("url") or "")
    # An application in the same process has an address that nobody can reach.
    again = ("contract-kit", "replay", saved, url) if saved is not None and ".invalid" not in url else ()
    causes = _causes(findings, known, again)
    open_ = [cause for cause in causes if not cause.muted]
    severities = Counter[str]()
    for cause in open_:
        severities[cause.severity] += 1
    done = sum(int(suite.get("done") or 0) for suite in suites)
    word, tone = _verdict(data, open_, fail_on, tested=bool(done or not suites))
    requests = int(data.get("requests") or 0)
    muted = len(causes) - len(open_)
    told = gathering.sentence(severities, 0).replace(", of 0 causes", "")
    return View(
        kind="fuzz",
        word=word,
        tone=tone,
        headline=_headline(len(open_), requests, str(data.get("url") or "the server")),
        sentence=told + (f" {count(muted, 'cause')} muted." if muted else ""),
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
    if not tested or data.get("interrupted") or _stopped(data) or said in ("incomplete", "interrupted", "empty"):
        return "Incomplete", "warning"
    return "Passed", "good"


def _stopped(data: Mapping[str, Any]) -> str:
    """Why the run could not go on, where it was neither its budget nor a person."""
    ended = str(data.get("ended") or "")
    return "" if ended in (SPENT, "interrupted") else ended


def _alerts(data: Mapping[str, Any]) -> Iterator[str]:
    if _stopped(data):
        yield f"The run could not go on: {_stopped(data)}."
    left = sum(_left(suite) for suite in data.get("suites") or ())
    if left:
        yield f"The budget was spent with {count(left, 'case')} of the plan's core left: a longer run tells more."
    if data.get("interrupted"):
        yield "The run was interrupted: this is what was done so far."
    yield from (str(note) for note in data.get("notes") or ())


def _left(suite: Mapping[str, Any]) -> int:
    """How many cases of a suite's core the budget left no room for."""
    core, done, missed = (int(suite.get(name) or 0) for name in ("core", "core_done", "not_tested"))
    spent = int((suite.get("reasons") or {}).get(SPENT) or 0)
    return max(0, core - done - (missed - spent))


def _headline(causes: int, requests: int, url: str) -> str:
    if not causes:
        return f"{url} kept to the contract in {count(requests, 'request')}"
    return f"{url} breaks the contract in {count(causes, 'way')}"


def _broken(findings: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Name of a rule or a law that a server broke -> the key of the finding that tells so."""
    found: dict[str, str] = {}
    for finding in findings:
        if not _muted(finding):
            for cause in (finding.get("cause"), *(finding.get("causes") or ()), *(finding.get("laws") or ())):
                for name in str(cause or "").split("+"):
                    found.setdefault(name, _key(finding))
    return found


def _key(finding: Mapping[str, Any]) -> str:
    return str(finding.get("fingerprint") or finding.get("code") or "")


def _muted(finding: Mapping[str, Any]) -> str:
    why = finding.get("suppressed")
    return str(why) if why else "muted by the baseline" if finding.get("muted") else ""


def _causes(findings: Sequence[Mapping[str, Any]], known: Knowledge, again: Sequence[str]) -> list[Cause]:
    """A cause for each finding, since the fuzzer tells each matter once; the heaviest and most frequent first."""
    ordered = sorted(findings, key=lambda one: (bool(_muted(one)), -gathering.rank(str(one.get("severity"))), -_seen(one)))
    found = []
    for number, finding in enumerate(ordered):
        code = str(finding.get("code") or "")
        rule = known.rule(code)
        message = str(finding.get("message") or code)
        why = [f"{rule.title}."] if rule is not None and rule.title != message else []
        why += [rule.explanation] if rule is not None and rule.explanation else []
        found.append(
            Cause(
                code=code,
                severity=str(finding.get("severity") or "info"),
                evidence=str(finding.get("evidence") or ""),
                title=message[:1].upper() + message[1:],
                count=_seen(finding),
                unit="case",
                explanation="\n\n".join(why),
                facts=gathering.facts([finding]),
                places=[fuzzplaces.place(finding, again, whole=number < SHOWN_WHOLE)],
                muted=_muted(finding),
                key=_key(finding),
            )
        )
    return found


def _seen(finding: Mapping[str, Any]) -> int:
    """In how many cases."""
    said = finding.get("seen")
    return said if isinstance(said, int) and said > 0 else 1


def _tables(data: Mapping[str, Any], suites: Sequence[Mapping[str, Any]]) -> Iterator[Table]:
    if suites:
        rows = tuple(
            (
                str(suite.get("name") or ""), f"{int(suite.get('planned') or 0):,}", f"{int(suite.get('done') or 0):,}",
                _untested(suite.get("reasons") or suite.get("not_tested")),
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
        ids = tuple((", ".join(map(str, created[at : at + 12])),) for at in range(0, min(len(created), 240), 12))
        yield Table(f"Customers created ({len(created):,})", ("Customer ids",), ids, max(0, len(created) - 240), note)


def _untested(said: object) -> str:
    if isinstance(said, Mapping):
        return "; ".join(f"{name}: {number}" for name, number in said.items())
    if isinstance(said, (list, tuple)):
        return "; ".join(map(str, said))
    return "" if said in (None, 0) else str(said)


_ABOUT = (
    ("seed", "Seed"),
    ("duration_s", "Seconds"),
    ("ended", "Ended"),
    ("contract", "Judged by contract"),
    ("org", "Org profile"),
)


def _about(data: Mapping[str, Any], fail_on: str) -> tuple[tuple[str, str], ...]:
    rows = [("Server", str(data.get("url") or "unknown"))]
    for member, name in _ABOUT:
        if data.get(member) is not None:
            rows.append((name, str(data[member])))
    return (*rows, ("Fails from severity", fail_on))
