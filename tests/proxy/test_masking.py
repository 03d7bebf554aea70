"""Masked values: of nobody, and of the same form, so that what is recorded is judged as what was sent."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_kit import Contract
from contract_kit.examples import NOW
from contract_kit.proxy.bodies import answer_body, request_body, without_credentials
from contract_kit.proxy.masking import Mask, words_of
from contract_kit.proxy.permuting import permuted

ROOT = Path(__file__).resolve().parents[2]
DEMO = ROOT / "fixtures" / "org" / "demo-org.yaml"
KEY = bytes(range(32))
MASK = Mask(key=KEY)
PARTS = {"body", "headers", "query", "method"}

BY_VALUE = {"email-placeholder.json"}
"""Payloads in which something hangs on the value itself: it is one of the reference page's."""
BY_ORG = BY_VALUE | {"mobile-too-short.json", "extended-fields-odd.json"}
"""The same under an org profile: the country code of a very short number, the day in a date of an odd form."""


def payloads() -> list[Path]:
    """All bodies of requests among the fixtures and the tests' data, broken ones too."""
    found = []
    for folder in (ROOT / "fixtures" / "requests", ROOT / "tests" / "data" / "requests"):
        for path in sorted(folder.rglob("*.json")):
            try:
                data = json.loads(path.read_text(encoding="utf-8"))
            except ValueError:
                data = None
            if path.name != "expected.json" and not (isinstance(data, dict) and PARTS & set(data)):
                found.append(path)
    return found


@pytest.mark.parametrize("org", [None, DEMO], ids=["no-org", "demo"])
def test_what_is_masked_is_judged_as_before(org: Path | None) -> None:
    contract = Contract.bundled().at(NOW).for_org(org)
    mask = Mask(words_of(contract.org.to_mapping()), KEY)
    others = set()
    for path in payloads():
        try:
            text = path.read_bytes().decode("utf-8")
        except UnicodeDecodeError:
            continue
        before, after = (contract.check(one).inputs[0] for one in (text, request_body(text, mask)[0]))
        codes = [sorted(finding.code for finding in result.findings) for result in (before, after)]
        if codes[0] != codes[1] or before.outcome.api_codes != after.outcome.api_codes:
            others.add(path.name)
    assert others == (BY_VALUE if org is None else BY_ORG)


@given(st.text(max_size=80))
def test_a_mask_has_the_form_of_its_value(value: str) -> None:
    masked = MASK.text(value)
    assert len(masked) == len(value)
    for old, new in zip(value, masked, strict=True):
        if old.isascii() and old.isalnum():
            assert (old.isdigit(), old.isupper(), old.islower()) == (new.isdigit(), new.isupper(), new.islower())
        elif not old.isalpha():
            assert old == new


@given(st.integers(1, 10**30), st.binary(min_size=1, max_size=8), st.data())
def test_different_values_stay_different(size: int, key: bytes, data: st.DataObject) -> None:
    one, other = (data.draw(st.integers(0, size - 1)) for _ in range(2))
    assert 0 <= permuted(one, size, key) < size
    assert (permuted(one, size, key) == permuted(other, size, key)) == (one == other)


def test_every_value_has_its_mask() -> None:
    assert sorted(permuted(number, 1000, KEY) for number in range(1000)) == list(range(1000))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("person.one@shop.example", "Person.One@SHOP.example"),
        ("919800000001", "+91 98-0000 0001"),
    ],
)
def test_what_compares_as_equal_still_does(one: str, other: str) -> None:
    assert MASK.text(one).lower() == "".join(sign for sign in MASK.text(other).lower() if sign not in "+ -" or sign in one)


@pytest.mark.parametrize("value", ["", "true", "false", "---", "@", "😀"])
def test_what_has_nothing_to_hide_stays(value: str) -> None:
    assert MASK.text(value) == value


@pytest.mark.parametrize(
    "value", ["Sample", "919800000001", "1990-01-31", "31.01.1990", "E-1", "x" * 1000, "王小明", "7" * 19]
)
def test_values_do_not_stay(value: str) -> None:
    assert MASK.text(value) != value
    assert MASK.text(value) == MASK.text(value)
    assert Mask().text(value * 3) != Mask().text(value * 3) or not value.isascii()


def test_dates_stay_dates() -> None:
    from datetime import date

    for day in range(1, 29):
        masked = MASK.text(f"1990-02-{day:02}")
        assert date.fromisoformat(masked).year == 1990


@pytest.mark.parametrize(
    ("text", "stays"),
    [
        ('{"source": "INSTORE", "type": "mobile"}', True),
        ('{"fields": {"type": "mobile"}}', False),
        ('{"programId": 469, "tierNumber": 1, "loyaltyPoints": 74.75}', True),
        ('{"fields": {"age": 42}}', False),
        ('{"value": 919800000001}', False),
        ('{"type": "person.one@shop.example"}', False),
        ('{"a": [1, true, null, NaN, "", {"b": []}]}', True),
        ("[[[[[[[", True),
        ('{"a": tru, "b"}', False),
    ],
)
def test_which_values_stay(text: str, stays: bool) -> None:
    assert (request_body(text, MASK)[0] == text) == stays


LEAVES = st.none() | st.booleans() | st.integers() | st.text(max_size=8)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(TREES)
def test_the_structure_stays(value: object) -> None:
    def form(node: object) -> object:
        if isinstance(node, dict):
            return [form(inner) for inner in node.values()]
        return [form(inner) for inner in node] if isinstance(node, list) else type(node)

    text = json.dumps(value, ensure_ascii=False)
    masked = json.loads(request_body(text, MASK)[0], object_pairs_hook=lambda pairs: [inner for _, inner in pairs])
    pairs = json.loads(text, object_pairs_hook=lambda pairs: [inner for _, inner in pairs])
    assert form(masked) == form(pairs)
    assert without_credentials(text) == text or "token" in text.lower()


@given(st.text(alphabet='{}[]",:\\ ab1-tT\n\x00é', max_size=60))
def test_any_text_can_be_masked(text: str) -> None:
    assert len(request_body(text, MASK)[0]) >= len(text) - text.count("\\") * 6
    assert isinstance(answer_body(text, MASK, ["ab"]), str)


def test_what_a_server_says_in_words_stays_readable() -> None:
    text = '{"errors": [{"code": 8006, "message": "Customer Sample with person.one@shop.example, 919800000001: known"}]}'
    masked = answer_body(text, MASK, ["Sample"])
    assert masked.startswith('{"errors": [{"code": 8006, "message": "Customer ')
    assert masked.endswith(': known"}]}')
    assert not any(word in masked for word in ("Sample", "person.one", "shop.example", "00000001"))
    assert answer_body("<h1>person.one@shop.example</h1>", MASK, []).startswith("<h1>")
