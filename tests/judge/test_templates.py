"""A template says what the sieve says, of any text; of one with backslashes, where the sieve says nothing, what the judge
says. The laws are drawn a few hundred times here; CONTRACT_KIT_EXAMPLES=30000 makes a long run of them."""

from __future__ import annotations

import json
import os
import random
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contract_kit import Contract, Request, jsontext
from contract_kit.examples import registration
from contract_kit.judge.sieve import Sieve
from contract_kit.ledger import identity

from .bodies import FITTING, ORGS, contract_for, fresh, good_bodies, registrations

pytest.importorskip("msgspec")
from contract_kit.judge import goodness, sieve, templates
from contract_kit.judge.shapes import UnfitError
from contract_kit.judge.template import ENOUGH, Template, template
from contract_kit.judge.templates import Templates

LAW = settings(
    max_examples=int(os.environ.get("CONTRACT_KIT_EXAMPLES", "400")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)
TAKING = sorted(ORGS.keys() - {"closed"})
TOKEN = re.compile(rb'"[^"\\]*"|-?[0-9][0-9.eE+-]*|true|false|null')
RAW = [
    b'"', b'"\\"', b'"a\\"', b'"a\\\\"', b'"\\u0041"', b'"\\ud800"', b'"\\u0000"', b'"a\nb"', b'"\xff"', b'"\xe9\x95\xb7"',
    b'"a","b":"c"', b"01", b"1.", b"1e5", b"1.0", b"-0", b"1e999", b"true", b"null", b"{}", b"[]", b"", b' "x"', b"\t1",
    b'"x"}', b'"919800000001"', b'"sample.customer@shop.example"', b'"SAMPLE.customer@shop.example"',
]  # fmt: skip
WORDS = [word for listed in FITTING.values() for word in listed if not isinstance(word, (dict, list))]


def written(body: Any, *, loose: bool = False) -> bytes:
    separators = (", ", ": ") if loose else (",", ":")
    return json.dumps(body, separators=separators, ensure_ascii=False).encode("utf-8", "surrogatepass")


def made_for(contract: Contract) -> sieve.Made:
    if id(contract) not in MADE:
        found = contract._proof._made(None)
        assert found is not None
        MADE[id(contract)] = found
    return MADE[id(contract)]


MADE: dict[int, sieve.Made] = {}


def hold(take: Sieve, data: bytes, contract: Contract) -> bool:
    """Hold the law for one text; whether it was taken."""
    found, same = take(data), made_for(contract).sieve(data)
    if b"\\" not in data:
        assert (found or []) == (same or [])
        return bool(found)
    if found:
        document = jsontext.parse(data)
        assert document.problems == ()
        assert contract._runner.request(Request(document.value)) == []
        listed = [item for profile in document.value["profiles"] for item in profile["identifiers"]]
        assert found == [f"{one.type}\0{one.value}" for one in (identity(item["type"], item["value"]) for item in listed)]
    return bool(found)


def channel(type_: str, value: str, **more: Any) -> dict[str, Any]:
    return {"type": type_, "value": value, **more}


def profile(source: str, *items: tuple[str, str], **more: Any) -> dict[str, Any]:
    return {"source": source, "identifiers": [{"type": type_, "value": value} for type_, value in items], **more}


PAIR = (("mobile", "919800000001"), ("email", "sample.customer@shop.example"))
CARD = channel("cardnumber", "7300000001", seriesId=73, statusLabel="ACTIVE")
NEEDED: dict[str, Any] = {"associatedWith": "till.one", "extendedFields": {"city": "Pune"}}
FORMS: list[dict[str, Any]] = [
    *good_bodies(),
    {"profiles": [profile("INSTORE", *PAIR, firstName="A"), profile("WEBSITE", ("email", "other@shop.example"))]},
    {"profiles": [profile("LINE", ("line", "U1"), *PAIR, accountId="line-one", lastName="長谷川")]},
    {
        "profiles": [
            profile(
                "INSTORE",
                *PAIR,
                commChannels=[
                    channel("mobile", "919800000001", primary=True, verified=True),
                    channel("mobile", "919800000077", primary=False),
                    channel("email", "sample.customer@shop.example", verified="true"),
                    channel("mobilePush", "token", primary=True, verified=False, attributes={"odd": 1.5}),
                    channel(
                        "whatsapp", "919800000001", meta={"residence": True, "lastViewedDate": "2039-05-11T16:36:17+05:30"}
                    ),
                ],
            )
        ]
    },
    {"profiles": [profile("INSTORE", *PAIR, fields={})], "extendedFields": {"gender": "", "city": None}},
    {"profiles": [profile("INSTORE", *PAIR, fields={"employee": "x", "dateofbirth": 5})], "loyaltyProgramEnrollments": []},
    {
        "profiles": [profile("INSTORE", *PAIR)],
        "loyaltyProgramEnrollments": [
            {"programId": 469, "tierNumber": 2, "pointsExpiryDate": "2039-05-11T16:36:17+05:30"},
            {
                "programId": 500,
                "tierExpiryDate": "2040-05-11T16:36:17+05:30",
                "loyaltyPoints": 1.5,
                "pointsExpiryDate": "2039-05-11T16:36:17+05:30",
            },
        ],
    },
    {"profiles": [profile("INSTORE", *PAIR, lastName="L", fields={"employee": "x"})], **NEEDED},
    {"profiles": [profile("WECHAT", ("email", "a@b.example"), accountId="b", fields={"Employee": "x"})], **NEEDED},
    {
        "profiles": [{"source": "INSTORE", "firstName": "N", "identifiers": [CARD]}],
        "associatedWith": "till.one",
        "extendedFields": {"gender": "Male", "zip": "411001", "vip": "true", "note": "x"},
    },
    {
        "profiles": [{"firstName": "N", "identifiers": [CARD, channel(*PAIR[0])], "lastName": "L", "source": "INSTORE"}],
        "extendedFields": {"zip": "411001", "gender": "Female"},
        "loyaltyProgramEnrollments": [{"programId": 469, "tierNumber": 1}],
    },
]
"""Bodies that are good under some org profile."""


NEAR: list[tuple[str, list[bytes]]] = [
    (r'"9?[0-9]{8,}"', [b'"919800000001"', b'"919800000077"', b'"7300000001"', b'"7300000002"', b'"91980"']),
    (r'".*@.*"', [b'"sample.customer@shop.example"', b'"Sample.Customer@shop.example"', b'"other@shop.example"', b'"@"']),
    (r'"\d{4}-.*"', [b'"2039-05-11T16:36:17+05:30"', b'"2041-05-11T16:36:17+05:30"', b'"2039-05-11T16:36:17+00:00"', b'""']),
    (r"true|false", [b"true", b"false"]),
    (r'"(true|false)"', [b'"true"', b'"false"']),
    (r"-?[0-9].*", [b"0", b"1", b"3", b"1.5", b"469", b"500", b"73", b"-1"]),
    (r'"[A-Z_]+"', [json.dumps(word).encode() for word in ("INSTORE", "WEBSITE", "LINE", "WECHAT", "ACTIVE", "TMALL")]),
    (r".*", [json.dumps(word).encode() for word in ("x", "", "a", "b", "line-one", "line-two", "Pune", "Male")]),
]


def near(token: bytes) -> list[bytes]:
    """Values of the same kind, most of which fit as well."""
    return next(pool for form_, pool in NEAR if re.fullmatch(form_, token.decode("utf-8", "replace"), re.DOTALL))


def shuffled(value: Any, chance: random.Random) -> Any:
    """The same, with the members of all objects in another order."""
    if isinstance(value, dict):
        names = list(value)
        chance.shuffle(names)
        return {name: shuffled(value[name], chance) for name in names}
    return [shuffled(item, chance) for item in value] if isinstance(value, list) else value


def bases(org: str) -> list[bytes]:
    """Good texts of which a template can be made under an org profile."""
    if org not in BASES:
        found = made_for(contract_for(org))
        texts = [written(body, loose=place % 3 == 0) for place, body in enumerate(FORMS)]
        texts += [written(shuffled(body, random.Random(seed))) for body in FORMS for seed in range(4)]
        BASES[org] = [text for text in texts if found.sieve(text) and form(contract_for(org), text) is not None]
    return BASES[org]


BASES: dict[str, list[bytes]] = {}


def form(contract: Contract, text: bytes, steady: Any = ()) -> Template | None:
    found = made_for(contract)
    try:
        made = Template(found.sieve, found.shape, text, steady)
    except UnfitError:
        return None
    made.otherwise(lambda data: None)
    return made


@LAW
@given(st.sampled_from(TAKING), st.data())
def test_law_other_values_in_the_same_form(org: str, data: st.DataObject) -> None:
    contract = contract_for(org)
    base = data.draw(st.sampled_from(bases(org)))
    steady = data.draw(st.sets(st.integers(0, 30)))
    made = form(contract, base, steady)
    assert made is not None
    assert hold(made.take, base, contract)
    text = base
    for _ in range(data.draw(st.integers(1, 4))):
        places = [match.span() for match in TOKEN.finditer(text) if text[match.end() : match.end() + 1] != b":"]
        if not places:
            break
        start, end = data.draw(st.sampled_from(places))
        value = data.draw(
            st.one_of(
                st.sampled_from(near(text[start:end])),
                st.sampled_from(near(text[start:end])),
                st.sampled_from(RAW),
                st.sampled_from(WORDS).map(
                    lambda word: json.dumps(word, ensure_ascii=False).encode("utf-8", "surrogatepass")
                ),
                st.sampled_from(WORDS).map(lambda word: json.dumps(word).encode()),
                st.sampled_from([text[a:b] for a, b in places]),
            )
        )
        text = text[:start] + value + text[end:]
    text += data.draw(st.sampled_from([b"", b"\n", b"\r\n", b"\n\n", b" "]))
    if made.matches(text) is not None:
        hold(made.take, text, contract)
    else:
        assert made.take(text) is None or (made.take(text) == [] and b"\xff" in text)


@pytest.mark.parametrize("org", TAKING)
def test_any_two_values_of_each_form_may_be_other_ones(org: str) -> None:
    contract = contract_for(org)
    taken = 0
    for base in bases(org):
        made = form(contract, base)
        assert made is not None
        for text in others(base):
            taken += made.matches(text) is not None and hold(made.take, text, contract)
            for further in others(text):
                if made.matches(further) is not None:
                    hold(made.take, further, contract)
    assert taken > 10 * len(bases(org))


def others(text: bytes) -> Iterator[bytes]:
    """The text with another one of the same kind for one of its values."""
    for match in TOKEN.finditer(text):
        start, end = match.span()
        if text[end : end + 1] != b":":
            for value in near(match[0]):
                if value != match[0]:
                    yield text[:start] + value + text[end:]


@LAW
@given(st.sampled_from(TAKING), st.lists(registrations(), min_size=1, max_size=6), st.data())
def test_law_templates_that_learn_say_what_the_sieve_says(org: str, bodies: list[Any], data: st.DataObject) -> None:
    contract = contract_for(org)
    found = made_for(contract)
    learning = Templates(found.sieve, found.shape)
    texts = [written(body) for body in [*bodies, *data.draw(st.lists(st.sampled_from(FORMS), max_size=4))]]
    for text in texts:
        learning.learn(text)
        for other in texts:
            hold(learning.take(), other, contract)


@pytest.mark.parametrize("org", TAKING)
def test_every_good_form_is_taken(org: str) -> None:
    found = made_for(contract_for(org))
    for body in FORMS:
        text = written(body)
        taken = found.sieve(text)
        made = form(contract_for(org), text) if taken else None
        if made is not None:
            assert made.take(text) == taken
    assert len(bases(org)) >= 2


class Counting:
    """A sieve that counts how often it is asked."""

    def __init__(self, asked: Sieve) -> None:
        self.count, self._asked = 0, asked

    def __call__(self, data: bytes) -> list[str] | None:
        self.count += 1
        return self._asked(data)


def numbered(number: int, **more: Any) -> bytes:
    body = registration()
    one = body["profiles"][0]
    mobile, mail = f"9198{number:08d}", f"Customer.{number}@shop.example"
    one["identifiers"] = [{"type": "mobile", "value": mobile}, {"type": "email", "value": mail}]
    one["commChannels"] = [
        {"type": "mobile", "value": mobile, "primary": number % 2 == 0, "verified": number % 3 == 0},
        {"type": "email", "value": mail, "primary": True, "verified": False},
    ]
    one["firstName"] = f"Name{number % 7}"
    one |= more
    return written(body) + b"\n"


@pytest.fixture
def counting(contract: Contract) -> Counting:
    return Counting(made_for(contract).sieve)


@pytest.fixture
def learning(contract: Contract, counting: Counting) -> Templates:
    return Templates(counting, made_for(contract).shape)


def test_a_file_in_one_form_hardly_needs_the_sieve(learning: Templates, counting: Counting) -> None:
    texts = [numbered(number) for number in range(1000)]
    assert learning.learn(texts[0], texts[:300])
    before = counting.count
    assert [learning.take()(text) for text in texts] == [
        [f"mobile\x009198{number:08d}", f"email\0customer.{number}@shop.example"] for number in range(1000)
    ]
    # Each combination of marks is asked once.
    assert counting.count - before <= 6


def test_another_form_is_learnt_when_it_is_met_often(
    learning: Templates, counting: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(templates, "PATIENCE", 20)
    learning.learn(numbered(0))
    texts = [numbered(number, lastName=f"Last{number}", fields={}) for number in range(60)]
    for text in texts:
        assert learning.take()(text)
    asked = counting.count
    for text in texts:
        assert learning.take()(text)
    assert counting.count - asked <= 6
    assert learning.take()(numbered(1))
    assert learning._first is not None


def test_a_steady_value_that_changed_is_left_open_from_then_on(
    learning: Templates, counting: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(templates, "PATIENCE", 20)
    learning.learn(numbered(0), [numbered(number) for number in range(ENOUGH)])
    for number in range(60):
        assert learning.take()(numbered(number, source="WEBSITE"))
    asked = counting.count
    for number in range(60):
        assert learning.take()(numbered(number, source="INSTORE"))
        assert learning.take()(numbered(number, source="WEBSITE"))
        assert learning.take()(numbered(number, source="TMALL")) == []
    assert counting.count - asked <= 12


def orders(count: int) -> list[bytes]:
    """Forms with the same number of quotes."""
    body = json.loads(numbered(1))
    names = list(body)
    return [written({name: body[name] for name in names[place:] + names[:place]}) for place in range(count)]


def test_so_many_forms_are_kept_and_no_more(
    learning: Templates, counting: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(templates, "PATIENCE", 2)
    monkeypatch.setattr(templates, "NUMBERS", 1)
    forms = orders(templates.MOST + 1)
    for text in forms:
        for _ in range(1 << 6):
            assert learning.take()(text)
    ((number, chain),) = learning._chains.items()
    assert number == forms[0].count(b'"')
    assert [one.text for one in chain] == forms[:0:-1]
    asked = counting.count
    assert all(learning.take()(text) for text in forms[1:])
    assert counting.count - asked <= 4 * templates.MOST
    for _ in range(8):
        assert learning.take()(numbered(1, fields={}))
    assert len(learning._chains) == 1


def test_forms_that_are_all_different_make_it_patient(learning: Templates, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(templates, "PATIENCE", 16)
    for number in range(64):
        assert learning.take()(numbered(1).replace(b"{", b"{" + b" " * number, 1))
    assert learning._chains == {}
    assert learning._patience == {numbered(1).count(b'"'): 64}


def test_a_form_that_became_rare_is_not_tried_first(learning: Templates, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(templates, "_LOOK", 10)
    monkeypatch.setattr(templates, "PATIENCE", 2)
    learning.learn(numbered(0))
    texts = [numbered(number, lastName="Last", fields={}) for number in range(30)]
    for text in texts:
        assert learning.take()(text)
    assert learning._first is None
    assert {len(chain) for chain in learning._chains.values()} == {1}
    assert numbered(0).count(b'"') in learning._chains
    for text in [*texts, numbered(3)]:
        assert learning.take()(text)


def test_where_nothing_matches_the_sieve_is_asked_alone_for_a_while(
    learning: Templates, counting: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(templates, "_LOOK", 10)
    monkeypatch.setattr(templates, "_REST", 25)
    learning.learn(numbered(0))
    alone = []
    for number in range(100):
        take = learning.take()
        alone.append(take is counting)
        assert take(numbered(1).replace(b"{", b"{" + b" " * number, 1))
    # Ten are looked at; then rests of 10, 20 and, since that is the most, 25.
    assert (
        alone
        == [False] * 10 + [True] * 10 + [False] * 10 + [True] * 20 + [False] * 10 + [True] * 25 + [False] * 10 + [True] * 5
    )


@pytest.mark.parametrize("steady", [False, True])
def test_steady_values_that_change_are_left_to_others(contract: Contract, steady: bool) -> None:
    found = made_for(contract)
    others = [numbered(number) for number in range(ENOUGH if steady else ENOUGH - 1)]
    made = template(found.sieve, found.shape, numbered(0).rstrip(), others)
    made.otherwise(lambda data: ["somebody else"])
    assert made.take(numbered(7)) == ["mobile\x00919800000007", "email\0customer.7@shop.example"]
    assert (made.take(numbered(7, source="WEBSITE")) == ["somebody else"]) is steady


def test_dates_are_held_against_each_other(contract: Contract) -> None:
    body = registration()
    early, late = "2039-05-11T16:36:17+05:30", "2040-05-11T16:36:17+05:30"
    enrollment = body["loyaltyProgramEnrollments"][0]
    enrollment |= {"pointsExpiryDate": early, "tierExpiryDate": late}
    base = written(body)
    both = form(contract, base)
    assert both is not None
    assert both.take(base)
    assert both.take(base.replace(early.encode(), late.encode()))
    swapped = base.replace(early.encode(), b"#").replace(late.encode(), early.encode()).replace(b"#", late.encode())
    assert both.take(swapped) == []
    values = [match for match in TOKEN.finditer(base) if base[match.end() : match.end() + 1] != b":"]
    place = [match[0] for match in values].index(f'"{early}"'.encode())
    one = form(contract, base, {place})
    assert one is not None
    assert one.take(base)
    assert one.take(base.replace(late.encode(), early.encode()))
    assert one.take(base.replace(late.encode(), b"2038-05-11T16:36:17+05:30")) == []
    assert one.take(base.replace(late.encode(), b"2041-05-11T16:36:17+05:30"))


def test_marks_are_looked_at_together(contract: Contract) -> None:
    body = registration()
    one = body["profiles"][0]
    mobile = one["identifiers"][0]["value"]
    one["commChannels"] = [
        {"type": "mobile", "value": mobile, "primary": True},
        {"type": "mobile", "value": "919800000077", "primary": False},
    ]
    base = written(body)
    made = form(contract, base)
    assert made is not None
    assert made.take(base)
    both = fresh(body)
    both["profiles"][0]["commChannels"][1]["primary"] = True
    assert made.take(written(both)) is None  # neither two first ones, nor a mark on what is no identifier


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda body: body["profiles"][0]["identifiers"].append({"type": "email", "value": "b@shop.example"}), "two"),
        (
            lambda body: body["profiles"][0].update(
                commChannels=[
                    {"type": "email", "value": body["profiles"][0]["identifiers"][1]["value"].upper(), "primary": True}
                ]
            ),
            "spellings",
        ),
        (lambda body: body["profiles"][0].update(identifiers=body["profiles"][0].pop("identifiers")), "before"),
    ],
)
def test_what_has_no_form_is_left_to_the_sieve(change: Any, why: str, learning: Templates) -> None:
    body = json.loads(numbered(1))
    change(body)
    found = learning._sieve(written(body))
    assert found
    with pytest.raises(UnfitError, match=why):
        Template(learning._sieve, learning._shape, written(body))
    assert not learning.learn(written(body))
    assert learning.take()(written(body)) == found


def test_escapes_in_values_that_are_free_are_read(contract: Contract) -> None:
    made = form(contract, numbered(1).rstrip())
    assert made is not None
    text = numbered(2).replace(b'"Name2"', b'"\\u9577\\u8c37"')
    assert made_for(contract).sieve(text) is None
    assert hold(made.take, text, contract)
    assert made.take(numbered(2).replace(b'"Name2"', b'"\\u200b"')) == []
    with pytest.raises(UnfitError):
        Template(made_for(contract).sieve, made_for(contract).shape, text.rstrip())


@pytest.mark.parametrize("indent", [None, 2])
def test_a_form_is_learnt_of_texts_with_escapes_and_over_many_lines(
    learning: Templates, counting: Counting, indent: int | None
) -> None:
    def text(number: int) -> bytes:
        body = json.loads(numbered(number, firstName=f"長谷{number}", lastName="A/B"))
        return json.dumps(body, indent=indent).replace("/", "\\/").encode()

    assert learning.learn(text(0))
    before = counting.count
    for number in range(100):
        assert learning.take()(text(number)) == [f"mobile\x009198{number:08d}", f"email\0customer.{number}@shop.example"]
    assert counting.count - before <= 6
    assert learning.take()(text(1).replace(b"\\u9577", b"\\u200b")) == []


def test_texts_with_escapes_that_have_no_template_are_read_without_them(learning: Templates, counting: Counting) -> None:
    text = numbered(1).replace(b'"Name1"', b'"\\u9577"')
    assert learning.take()(text) == ["mobile\x00919800000001", "email\0customer.1@shop.example"]
    assert learning.take()(text.replace(b"\\u9577", b"\\u200b")) == []
    assert learning.take()(text.replace(b"\\u9577", b'\\"')) is None


def test_what_is_remembered_is_bounded(contract: Contract, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(goodness, "REMEMBERED", 3)
    memory = goodness.Memory()
    one, learn = memory.learning(lambda values: values[0] != "bad", alone=True)
    pairs, learn_pair = memory.learning(lambda values: values[0] != "bad", alone=False)
    assert [learn(value) for value in ("a", "bad", "b", "c" * 101)] == [True, False, True, True]
    assert learn_pair(("a", "b"))
    assert (one, pairs) == ({"a", "b"}, {("a", "b")})
    assert learn("d")
    assert (one, pairs) == ({"d"}, set())
