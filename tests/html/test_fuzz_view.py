"""What the page on a run of ``fuzz`` says."""

from __future__ import annotations

from typing import Any

import pytest

from contract_kit.reporters import html

from .conftest import Written, fuzz_data, fuzz_finding
from .reading import causes, commands, headline, marked, rows, tree


def test_a_fuzz_finding_is_a_cause_with_request_and_answer(fuzzed: Written) -> None:
    page = tree(fuzzed(fuzz_data(fuzz_finding())))
    assert headline(page) == "✖ Failed: http://sample.example/v2 breaks the contract in 1 way"
    assert page.one("p", class_="sentence").said == "1 error."
    (cause,) = page.all("details", class_="cause")
    assert cause.one("h3").said == "Accepted, but it had to be refused (source-missing) with 8004"
    assert cause.one("strong", class_="many").said == "3 cases"
    assert [one.said for one in cause.all("figcaption")] == ["Request", "Answer"]
    assert marked(page) == ["{", "}", "HTTP 200"]
    request, answer = (one.text for one in cause.all("pre")[:2])
    assert request.startswith("  POST /customers?source=INSTORE\n  Content-Type: application/json\n")
    assert "(credentials: good)" in request
    assert "X-Sample: kept" in answer
    said = rows(cause)
    assert (said["Expected"], said["Came"]) == ("a refusal with 8004", "status 200, a createdId")
    assert said["At"] == "$request.body#/profiles/*"
    assert "Requests" not in said
    assert commands(page) == [fuzz_finding()["curl"]], "lines stay lines"


def test_a_run_that_was_saved_can_be_replayed() -> None:
    page = tree(html.page(fuzz_data(fuzz_finding()), kind="fuzz", saved="my run.json"))
    assert commands(page)[1] == "contract-kit replay 'my run.json' http://sample.example/v2 --only 0123456789abcdef"
    in_process = tree(html.page(fuzz_data(fuzz_finding(), url="http://asgi.invalid/v2"), kind="fuzz", saved="run.json"))
    assert len(commands(in_process)) == 1


def test_places_of_many_cases_are_named_and_only_the_first_is_marked(fuzzed: Written) -> None:
    places = [f"$request.body#/x{number}" for number in range(9)]
    page = tree(fuzzed(fuzz_data(fuzz_finding(places=["$request.body#/profiles", *places]))))
    assert marked(page) == ['"profiles": [', "]", "HTTP 200"]
    assert rows(page)["At"].endswith("#/x4, and 4 more")


def test_a_place_in_the_answer_is_marked_there(fuzzed: Written) -> None:
    body = fuzz_finding(code="wrong-type", cause="$response.body#/createdId", places=[])
    header = fuzz_finding(code="answer-content-type", cause="$response.header.x-sample", places=[], fingerprint="f" * 16)
    page = tree(fuzzed(fuzz_data(body, header)))
    assert marked(page) == ['"createdId": 25,', "X-Sample: kept"]
    assert rows(page)["At"] == "$response.header.x-sample"
    assert not {"Expected", "Came"} & set(rows(page))


def test_what_the_baseline_mutes_comes_last_and_does_not_fail(fuzzed: Written) -> None:
    muted = fuzz_finding(suppressed="agreed upon", fingerprint="f" * 16, seen=99)
    page = tree(fuzzed(fuzz_data(fuzz_finding(severity="warning"), muted)))
    assert headline(page) == "✔ Passed: http://sample.example/v2 breaks the contract in 1 way"
    assert page.one("p", class_="sentence").said == "1 warning. 1 cause muted."
    assert [one[0] for one in causes(page)] == ["warning", "error"]
    assert rows(page.all("details", class_="cause")[1])["Muted"] == "agreed upon"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({}, "✔ Passed: http://sample.example/v2 kept to the contract in 12 requests"),
        ({"ended": "the budget was spent"}, "✔ Passed: http://sample.example/v2 kept to the contract in 12 requests"),
        ({"interrupted": True}, "▲ Incomplete: http://sample.example/v2 kept to the contract in 12 requests"),
        ({"ended": "no answer any more"}, "▲ Incomplete: http://sample.example/v2 kept to the contract in 12 requests"),
    ],
)
def test_verdicts_on_a_server(fuzzed: Written, data: dict[str, Any], said: str) -> None:
    assert headline(tree(fuzzed(fuzz_data(**data)))) == said


def test_a_budget_that_was_too_small_is_told(fuzzed: Written) -> None:
    suite = {
        "name": "rules", "planned": 20, "done": 4, "not_tested": 12, "core": 10, "core_done": 4,
        "reasons": {"the budget was spent": 10, "no credentials": 2},
    }  # fmt: skip
    page = tree(fuzzed(fuzz_data(suites=[suite], ended="the budget was spent")))
    (alerts,) = page.all("ul", class_="alerts")
    assert alerts.said == "The budget was spent with 4 cases of the plan's core left: a longer run tells more."


def test_pictures_say_what_was_covered(fuzzed: Written) -> None:
    page = tree(fuzzed(fuzz_data(fuzz_finding())))
    pictures = {one.one("h3").said: one for one in page.all("section", class_="picture")}
    assert list(pictures) == ["Findings by evidence", "Rules", "Laws", "Keywords of the schema", "API codes seen"]
    assert pictures["Rules"].one("svg").get("aria-label") == "3 of 4 rules tested."
    squares = {one.said for one in pictures["Rules"].all("g")}
    assert squares == {
        "source-missing: broken: accepted-wrongly", "json-bom: tested: 2 cases",
        "program-unknown: tested on one side: the org profile leaves no such request",
        "till-unknown: not tested: no section of the org profile",
    }  # fmt: skip
    assert pictures["Rules"].one("a").get("href") == "#cause-1"
    assert pictures["Keywords of the schema"].one("svg").get("aria-label").startswith("1 of 2 keywords")
    codes = [one.one("code").said for one in pictures["API codes seen"].all("tr")]
    assert codes == ["8107", "8004", "99999"], "most frequent first"
    created = page.one(id="table-customers-created").said
    assert created == "Customers created (250)"
    assert "and 10 more, not listed here" in page.text
