"""What comes from outside stays text, and nobody's data stands in a page that was not asked to hold it."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_kit.reporters import html
from contract_kit.reporters.html.excerpt import lines
from contract_kit.reporters.html.knowledge import Knowledge
from contract_kit.reporters.html.markup import Markup, tag
from contract_kit.reporters.html.redacting import manner

from .conftest import ATTACK, Written, bulk_data, fuzz_data, fuzz_finding, registration
from .reading import Element, tree

TAGS = {
    "html", "head", "meta", "title", "link", "style", "body", "header", "nav", "main", "footer", "section", "article",
    "script", "h1", "h2", "h3", "h4", "p", "a", "ul", "li", "dl", "dt", "dd", "div", "span", "strong", "code", "pre", "mark",
    "button", "form", "fieldset", "legend", "label", "input", "select", "option", "details", "summary", "figure",
    "figcaption", "svg", "g", "rect", "path", "circle", "table", "caption", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip


def harmless(page: str) -> Element:
    """The page as a tree, in which nothing was planted."""
    read = tree(page)
    assert {one.name for one in read} <= TAGS
    assert len(read.all("script")) == len(read.all("title")) - len(read.all("g")) == 1
    for one in read:
        assert not [name for name in one.attributes if name.startswith("on") or name in ("src", "style")]
    return read


def spoiled(value: Any) -> Any:
    """The data with the attack in every text, names of members included that come from outside."""
    if isinstance(value, dict):
        return {key: spoiled(child) for key, child in value.items()}
    if isinstance(value, list):
        return [spoiled(child) for child in value]
    return ATTACK if isinstance(value, str) else value


@pytest.mark.parametrize("show_values", [False, True])
@pytest.mark.parametrize("kind", ["request", "exchange"])
def test_what_inputs_hold_stays_text(validated: Written, kind: str, show_values: bool) -> None:
    body = registration(source=ATTACK, firstName=ATTACK, fields={ATTACK: ATTACK}) | {ATTACK: ATTACK}
    sent = {"request": {"headers": {ATTACK: ATTACK}, "body": body}, "response": {"status": 200, "body": {ATTACK: ATTACK}}}
    page = validated({ATTACK: body if kind == "request" else sent}, kind, show_values=show_values, unread=[ATTACK])
    read = harmless(page)
    assert any(ATTACK in one.text for one in read.all("li"))


def test_what_servers_answer_stays_text(fuzzed: Written) -> None:
    finding = fuzz_finding(
        message=ATTACK, expected=ATTACK, actual=ATTACK, curl=f"curl {ATTACK}\n{ATTACK}", cause=ATTACK, case=ATTACK,
        response={"status": 200, "headers": {ATTACK: ATTACK}, "body": {ATTACK: [ATTACK]}},
        request={**fuzz_finding()["request"], "path": ATTACK, "query": {ATTACK: ATTACK}, "body": ATTACK},
        places=[ATTACK, f"$request.body#/{ATTACK}"], suppressed=ATTACK,
    )  # fmt: skip
    data = fuzz_data(finding, url=ATTACK, notes=[ATTACK], created_ids=[ATTACK], ended=ATTACK, org=ATTACK)
    read = harmless(fuzzed(data))
    assert ATTACK in read.one("h1").text


@pytest.mark.parametrize("kind", ["validate", "bulk", "fuzz"])
def test_a_report_in_which_all_is_planted_stays_text(kind: Any) -> None:
    data = spoiled({"bulk": bulk_data(), "fuzz": fuzz_data(fuzz_finding())}.get(kind, {"findings": [{"code": "x"}]}))
    read = harmless(html.page(data, kind=kind, version=ATTACK, unread=[ATTACK], fail_on="error"))
    assert "planted" in read.text


@given(st.text(), st.text(max_size=20))
def test_texts_come_out_as_they_went_in(text: str, value: str) -> None:
    read = tree("<!doctype html>\n" + tag("p", text, title=value))
    (p,) = read
    unsaid = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
    assert p.text == unsaid.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
    assert p.get("title") == unsaid.sub(lambda found: f"\\u{ord(found[0]):04x}", value)


def test_only_markup_is_taken_as_markup() -> None:
    assert tag("p", "<b>", Markup("<i></i>"), 3, None, ["&", tag("b")]) == "<p>&lt;b&gt;<i></i>3&amp;<b></b></p>"
    assert tag("input", type_="checkbox", checked=True, hidden=False, title=None) == '<input type="checkbox" checked>'


# -- Personal data -------------------------------------------------------------------------------------------------------


class Marker:
    """Words that nobody else uses, one for each place."""

    def __init__(self) -> None:
        self.made: list[str] = []

    def __call__(self) -> str:
        self.made.append(f"Zq{len(self.made)}xy")
        return self.made[-1]

    def number(self) -> int:
        self.made.append(str(730_000_000_000 + len(self.made) * 1_000_003))
        return int(self.made[-1])


def personal(mark: Marker) -> dict[str, Any]:
    """A registration with something of somebody's at every place, and much that is wrong with it."""
    profile = {
        "firstName": mark() + " " * 3 + "n" * 120, "lastName": mark(), "source": "INSTORE", "accountId": mark(),
        "identifiers": [
            {"type": "mobile", "value": f"+{mark.number()} {mark()}"}, {"type": "externalId", "value": mark.number()},
            {"type": "email", "value": f"{mark()}@@{mark()}.example"},
            {"type": "cardnumber", "value": mark(), "seriesId": mark.number()},
        ],
        "commChannels": [{"type": "email", "value": mark(), "primary": "true", "meta": {"residence": mark()}}],
        "fields": {"customfield": mark(), mark(): mark.number()},
    }  # fmt: skip
    return {
        "profiles": [profile, {"identifiers": [{"type": "mobile", "value": mark()}], "firstName": 7, "lastName": [mark()]}],
        "extendedFields": {"dob": mark(), mark(): mark()},
        "referralCode": mark(),
        "statusLabel": mark(),
        "loyaltyInfo": {"attributionV2": {"createDate": mark()}},
        "associatedWith": mark(),
    }


def exchanged(mark: Marker) -> dict[str, Any]:
    """An exchange of it, with credentials, and an answer that tells of them."""
    headers = {
        "Authorization": f"Basic {mark()}",
        "X-CAP-API-OAUTH-TOKEN": mark(),
        "X-CAP-API-ATTRIBUTION-TILL-CODE": mark(),
    }
    told = [{"status": False, "code": 8006, "message": f"{mark()} is there"}]
    answer = {"createdId": mark.number(), "errors": told, "warnings": [], "sideEffects": [{"type": mark()}]}
    return {
        "request": {"headers": headers, "query": {"accountId": mark()}, "body": personal(mark)},
        "response": {"status": 200, "headers": {"Set-Cookie": mark()}, "body": answer},
    }


@pytest.mark.parametrize(("kind", "cut"), [("request", False), ("exchange", False), ("response", False), ("request", True)])
def test_nobodys_data_stands_in_a_page_that_was_not_asked_to(validated: Written, kind: str, cut: bool) -> None:
    mark = Marker()
    given: Any = personal(mark) if kind == "request" else exchanged(mark)
    given = given["response"] if kind == "response" else given
    text = json.dumps(given)
    keys = set(re.findall(r'"(Zq\d+xy)":', text))
    given = text[:-20] if cut else given
    page = validated({"a.json": given}, kind)
    told = {word for word in mark.made if word in page}
    assert told <= keys, "names of members are the contract's or an organisation's, and stand in messages"
    assert len(tree(page).all("details", class_="cause")) >= 1
    if not cut:
        asked = validated({"a.json": given}, kind, show_values=True)
        sent = [word for word in mark.made if word in text]
        assert len([word for word in sent if word in asked]) > len(sent) / 2
        assert "may be personal data" in tree(asked).one("footer").text


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(10**6, 10**18) | st.text(alphabet="QZXJ", min_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["profiles", "value", "x"]), inner),
        max_leaves=12,
    )
)
def test_values_are_described_wherever_they_stand(value: Any) -> None:
    say, say_key = manner(Knowledge(), show_values=False)
    said = "\n".join(line.text for line in lines(value, say=say, say_key=say_key))
    assert not re.search(r"[QZXJ]{5}|\d{7}", said)


def test_credentials_stand_in_no_page(fuzzed: Written) -> None:
    page = fuzzed(fuzz_data(fuzz_finding()))
    assert "c2VjcmV0" not in page
    assert "session=secret" not in page
    panes = [one.text for one in tree(page).all("pre")]
    assert "Authorization: (left out)" in panes[0]
    assert "Set-Cookie: (left out)" in panes[1]
    assert "X-Sample: kept" in panes[1]
