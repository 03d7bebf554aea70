"""The schema engine against an independent one: python-jsonschema with its own check of dates.

The two agree on valid and invalid, and on what fails where, for everything there is: the document's examples, the rules'
examples, all fixtures, and drawn bodies and answers. Where they differ, the difference stands in ``DIFFERENCES`` with its
reason and with the side that is taken; one that is gone fails.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from contract_kit import Contract, Exchange, Request, Response
from contract_kit.dates import utc_date_time
from contract_kit.examples import NOW, answer, graft, refusal, registration
from contract_kit.exchange import MISSING
from contract_kit.judge.plain import presentable
from contract_kit.judge.runner import REFUSAL, RESULT
from contract_kit.planting import planted
from contract_kit.records import find, read
from contract_kit.rules import ALL

from .bodies import DATES, at, fresh, places, registrations

ROOT = Path(__file__).resolve().parent.parent.parent
BODY = "#/components/schemas/CustomerRegistration"
ANSWER = "#/components/schemas/RegistrationAnswer"
CONTRACT = Contract.bundled().at(NOW)
DOCUMENT = json.loads(json.dumps(CONTRACT.document))
LAW = settings(
    max_examples=int(os.environ.get("CONTRACT_KIT_EXAMPLES", "150")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)

Failures = set[tuple[tuple[str | int, ...], str]]

_ORACLES: dict[str, Draft202012Validator] = {}


def oracle(reference: str, instance: Any) -> Failures:
    """Path and keyword of all that python-jsonschema finds. OpenAPI 3.1 schemas are of draft 2020-12; the dialect's own
    keywords constrain nothing."""
    if reference not in _ORACLES:
        schema = {"$ref": reference, "components": DOCUMENT["components"]}
        _ORACLES[reference] = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    return {(tuple(error.absolute_path), str(error.validator)) for error in _ORACLES[reference].iter_errors(instance)}


def engine(reference: str, instance: Any) -> Failures:
    """The same of the kit's engine."""
    found = set()
    validator = CONTRACT._runner.engine.validator(reference)
    for error in validator.iter_errors(instance):
        keyword = next(step for step in reversed(list(error.schema_path)) if isinstance(step, str))
        found.add((tuple(error.instance_path), keyword))
    assert validator.is_valid(instance) == (not found)
    return found


def agree(reference: str, instance: Any) -> None:
    assert engine(reference, instance) == oracle(reference, instance)


def named(examples: dict[str, Any]) -> list[Any]:
    found = []
    for name, example in examples.items():
        value = DOCUMENT["components"]["examples"][example["$ref"].rsplit("/", 1)[1]] if "$ref" in example else example
        found.append(pytest.param(value["value"], id=name))
    return found


OPERATION = DOCUMENT["paths"]["/customers"]["post"]
ASKED = named(OPERATION["requestBody"]["content"]["application/json"]["examples"])
ANSWERED = [
    pytest.param(status, *example.values, id=f"{status}-{example.id}")
    for status, response in OPERATION["responses"].items()
    for example in named(response["content"].get("application/json", {}).get("examples", {}))
]


@pytest.mark.parametrize("body", ASKED)
def test_the_document_s_requests_are_valid_for_both(body: Any) -> None:
    assert engine(BODY, body) == oracle(BODY, body) == set()


@pytest.mark.parametrize(("status", "body"), ANSWERED)
def test_the_document_s_answers_are_valid_for_both(status: str, body: Any) -> None:
    reference = ANSWER if status == "200" else REFUSAL
    assert engine(reference, body) == oracle(reference, body) == set()
    side = RESULT if "createdId" in body else REFUSAL
    assert engine(side, body) == oracle(side, body) == set()


def test_there_are_twelve_examples_of_the_reference_page() -> None:
    own = OPERATION["responses"]["200"]["content"]["application/json"]["examples"]
    assert len(ASKED) == 6
    assert len([name for name in own if not name.startswith("refused")]) == 6


def held(value: Any) -> list[tuple[str, Any]]:
    """The bodies in a value of the kit, with the schemas that may hold them."""
    if isinstance(value, Exchange):
        return held(value.request) + held(value.response)
    if isinstance(value, Request):
        return [(BODY, value.body)]
    if isinstance(value, Response):
        return [(reference, value.body) for reference in (RESULT, REFUSAL, ANSWER)]
    return []


EXAMPLES = [
    pytest.param(reference, body, id=f"{rule.code}-{side}-{index}-{reference.rsplit('/', 1)[1]}")
    for rule in ALL
    if rule.on != "text"
    for side, examples in (("bad", rule.bad), ("good", rule.good))
    for index, example in enumerate(examples)
    for reference, body in held(planted(rule, example))
    if body is not MISSING
]


@pytest.mark.parametrize(("reference", "body"), EXAMPLES)
def test_rules_examples(reference: str, body: Any) -> None:
    agree(reference, body)


def fixtures() -> list[Any]:
    found = []
    folders = [ROOT / "fixtures", ROOT / "tests" / "data"]
    for folder in folders:
        for kind in ("requests", "responses", "errors", "exchanges"):
            for source in find([str(folder / kind)]):
                if not source.name.endswith("expected.json"):
                    for record in read(source):
                        name = Path(source.name).relative_to(ROOT).as_posix()
                        if record.document.value is not MISSING:
                            found.append(pytest.param(kind, record.document.value, id=f"{name}-{record.index}"))
    return found


@pytest.mark.parametrize(("kind", "value"), fixtures())
def test_fixtures(kind: str, value: Any) -> None:
    bodies = [(BODY if kind == "requests" else ANSWER, value)]
    if isinstance(value, dict) and "body" in value:
        bodies.append((BODY if kind == "requests" else ANSWER, value["body"]))
    elif isinstance(value, dict) and kind == "exchanges":
        bodies = [(BODY, value["request"].get("body")), (ANSWER, value["response"].get("body"))]
    for reference, body in bodies:
        plain, _ = presentable(body)
        if plain is MISSING:
            continue
        agree(reference, plain)
        if reference == ANSWER:
            agree(RESULT, plain)
            agree(REFUSAL, plain)


# -- drawn bodies and answers -----------------------------------------------------------------------------------------

VALUES: list[Any] = [
    None, True, False, 0, 1, -1, 5.0, 5.5, 2**63 - 1, 2**63, 2**64, 2**70, -(2**70), 10**30, 1e18, 1e300, 5e-324, -0.0, "",
    "x", "true", "5", "2039-12-31T23:59:59Z", "2039-12-31T23:59:59+00:00", "2039-12-31", "2039-02-30T00:00:00Z", [], {},
    [None], [{}], {"x": 1}, [[1]], "\x00", "\U0001f600",
]  # fmt: skip


@st.composite
def answers(draw: st.DrawFn) -> Any:
    """An answer with up to four mutations."""
    full = graft(
        answer()["body"],
        {
            "/sideEffects/-": {"type": "coupon", "id": 1, "validTill": "2039-12-31T23:59:59Z", "description": "x"},
            "/warnings/-": {"status": False, "code": 8050, "message": "x"},
        },
    )
    body: Any = fresh(
        draw(st.sampled_from([full, answer()["body"], refusal()["body"], {**refusal()["body"], "warnings": []}]))
    )
    for _ in range(draw(st.integers(0, 4))):
        paths = places(body)
        if not paths:
            break
        path = draw(st.sampled_from(paths))
        parent, step = at(body, path[:-1]), path[-1]
        kind = draw(st.sampled_from(["value", "value", "remove", "add", "repeat"]))
        if kind == "value":
            parent[step] = fresh(draw(st.sampled_from(VALUES)))
        elif kind == "remove":
            del parent[step]
        elif kind == "add" and isinstance(parent, dict):
            parent[draw(st.sampled_from(["createdId", "errors", "warnings", "code", "x", "type", "validTill"]))] = fresh(
                draw(st.sampled_from(VALUES))
            )
        elif kind == "repeat" and isinstance(parent, list):
            parent.append(fresh(parent[step]))
    return body


def texts_in(value: Any) -> list[str]:
    return [text for path in places(value) if isinstance(text := at(value, path), str)]


def disputed(value: Any) -> bool:
    """Whether a text in a value is one of the dates on which the two are known to differ."""
    return any(text.endswith("\n") or text != text.upper() for text in texts_in(value) if _looks_like_a_date(text))


def _looks_like_a_date(text: str) -> bool:
    return utc_date_time(text.strip().upper()) is not None


@LAW
@given(registrations())
def test_law_drawn_requests(body: Any) -> None:
    if not disputed(body):
        agree(BODY, body)


@LAW
@given(answers())
def test_law_drawn_answers(body: Any) -> None:
    if not disputed(body):
        for reference in (RESULT, REFUSAL, ANSWER):
            agree(reference, body)


@LAW
@given(
    st.recursive(
        st.sampled_from(VALUES), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner)
    )
)
def test_law_anything_at_all(value: Any) -> None:
    for reference in (BODY, RESULT, REFUSAL):
        agree(reference, value)


# -- dates and numbers one by one -------------------------------------------------------------------------------------


def with_date(date: Any) -> dict[str, Any]:
    return {"profiles": registration()["profiles"], "loyaltyProgramEnrollments": [{"tierExpiryDate": date}]}


def with_till(date: Any) -> dict[str, Any]:
    return {"createdId": 1, "warnings": [], "sideEffects": [{"type": "coupon", "validTill": date}]}


MORE_DATES = [
    "2039-05-11T16:36:17.123456789Z", "2039-05-11T16:36:17.Z", "2039-05-11 16:36:17Z", "2039-05-11T16:36Z",
    "20390511T163617Z", "2039-05-11T16:36:17-00:00", "2039-W19-3T10:00:00Z", "2039-131T10:00:00Z",
    "2039-05-11T16:36:17,5Z", "12039-05-11T16:36:17Z", "2039-06-30T23:59:60Z", "9999-12-31T23:59:59-23:59",
    "2039-05-11T16:36:17+0530", "2039-05-11T16:36:17+05", "2039-05-11T16:36:17 Z",
]  # fmt: skip


@pytest.mark.parametrize("date", [date for date in (*DATES, *MORE_DATES) if not disputed([date])])
def test_dates(date: str) -> None:
    agree(BODY, with_date(date))
    agree(RESULT, with_till(date))
    assert (not engine(RESULT, with_till(date))) == (utc_date_time(date) is not None)


@pytest.mark.parametrize(
    "number", [*(value for value in VALUES if not isinstance(value, (list, dict))), float(2**63), 10**400, 1e19]
)
def test_numbers(number: Any) -> None:
    agree(RESULT, {"createdId": number, "warnings": [], "sideEffects": []})
    agree(BODY, {"profiles": registration()["profiles"], "loyaltyProgramEnrollments": [{"programId": number}]})
    agree(REFUSAL, {"errors": [{"status": False, "code": number, "message": "x"}]})


TILL = (("sideEffects", 0, "validTill"), "format")
DATE = ("loyaltyProgramEnrollments", 0, "tierExpiryDate")
POINTS = ("loyaltyProgramEnrollments", 0, "tierNumber")

DIFFERENCES: list[Any] = [
    pytest.param(
        BODY, with_date("2039-05-11T16:36:17+05:30\n"), {(DATE, "format"), (DATE, "pattern")}, set(),
        id="a line end after a date: Python's $ matches before it; refused, since F38's form has none",
    ),
    pytest.param(
        RESULT, with_till("2039-12-31T23:59:59Z\n"), {TILL}, set(),
        id="the same in an answer",
    ),
    pytest.param(
        RESULT, with_till("2039-12-31T23:59:59z"), {TILL}, set(),
        id="a small z: RFC 3339 lets it pass; refused, since F54 shows Z",
    ),
    pytest.param(
        RESULT, with_till("2039-12-31t23:59:59Z"), {TILL}, set(),
        id="a small t: likewise",
    ),
    pytest.param(
        BODY, with_date("2039-12-31t23:59:59+00:00"), {(DATE, "format"), (DATE, "pattern")}, {(DATE, "pattern")},
        id="a small t in a request: refused by both, by the pattern anyway",
    ),
    pytest.param(
        BODY, {**with_date("2039-12-31T23:59:59+00:00"), "referralCode": float("nan")},
        {(("referralCode",), "type")}, {(("referralCode",), "type")},
        id="NaN where text is wanted: refused by both",
    ),
    pytest.param(
        BODY, {"profiles": registration()["profiles"], "loyaltyProgramEnrollments": [{"tierNumber": float("nan")}]},
        {(POINTS, "type")}, set(),
        id="NaN as a number: null to the engine, a number to the oracle; neither sees it, for it is no JSON (D12)",
    ),
    pytest.param(
        RESULT, {"createdId": float("inf"), "warnings": [], "sideEffects": []},
        {(("createdId",), "type")}, {(("createdId",), "type"), (("createdId",), "maximum")},
        id="an infinity: likewise",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("reference", "instance", "ours", "theirs"), DIFFERENCES)
def test_known_differences_are_as_they_are_written(reference: str, instance: Any, ours: Failures, theirs: Failures) -> None:
    assert engine(reference, instance) == ours
    assert oracle(reference, instance) == theirs


def test_half_a_character_never_reaches_the_engine() -> None:
    """The engine stops at it, the oracle takes it for text; the kit sets it aside before (D12)."""
    body = graft(registration(), {"/profiles/0/source": "\ud83d"})
    with pytest.raises(UnicodeEncodeError):
        engine(BODY, body)
    assert oracle(BODY, body) == {(("profiles", 0, "source"), "enum")}
    plain, spoilt = presentable(body)
    assert [item.code for item in spoilt] == ["json-lone-surrogate"]
    agree(BODY, plain)


def test_what_nests_deeper_than_the_engine_can_tell_never_reaches_it() -> None:
    deep: Any = "x"
    for _ in range(300):
        deep = [deep]
    body = {"profiles": deep}
    with pytest.raises(ValueError, match="limit"):
        engine(BODY, body)
    assert oracle(BODY, body)
    assert presentable(body)[1][0].code == "json-too-deep"
