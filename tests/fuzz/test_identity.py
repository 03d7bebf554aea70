"""Identities: nobody's before, the same for the same, and with all that is odd about a value kept."""

from __future__ import annotations

import json
import string
from copy import deepcopy

from hypothesis import given
from hypothesis import strategies as st

from contract_kit import OrgProfile
from contract_kit.fuzz.bodies import Bodies
from contract_kit.fuzz.identity import Identities, Namespace
from contract_kit.ledger import identity

from .test_plan import CONTRACTS

TYPES = st.sampled_from(["mobile", "email", "externalId", "cuid", "line"])
VALUES = st.text(string.ascii_letters + string.digits + "+-_. ", min_size=1, max_size=30).filter(str.strip)


def names(salt: int = 1) -> Namespace:
    return Namespace(OrgProfile(), salt)


@given(TYPES, VALUES)
def test_one_value_is_one_person_in_a_case_and_another_in_the_next(type_: str, value: str) -> None:
    supply = names()
    first, second = Identities(supply), Identities(supply)
    assert first.value(type_, value) == first.value(type_, value)
    assert first.value(type_, value) != second.value(type_, value)


@given(st.sampled_from(["person.0001.sample@shop.example", "Person.One@Shop.Example"]))
def test_an_address_in_other_letters_stays_the_same_person(value: str) -> None:
    people = Identities(names())
    lower, upper = people.value("email", value), people.value("email", value.upper())
    assert lower.casefold() == upper.casefold()
    assert (lower == upper) == (value == value.upper())
    assert identity("email", lower) == identity("email", upper)


@given(st.integers(0, 10**6))
def test_a_mobile_with_signs_stays_the_same_person_and_keeps_its_country_code(number: int) -> None:
    people = Identities(names())
    plain, signed = f"91980{number:07}", f"+91 980{number:07}"
    made, other = people.value("mobile", plain), people.value("mobile", signed)
    assert identity("mobile", made) == identity("mobile", other)
    assert made.startswith("91")
    assert len(made) == len(plain)
    assert other.startswith("+91 ")


@given(st.integers(1, 40))
def test_what_is_long_enough_keeps_its_length(length: int) -> None:
    made = Identities(names()).value("cuid", "a" * length)
    assert len(made) == length if length >= 8 else len(made) > length


def test_two_runs_share_nobody() -> None:
    bodies = Bodies(CONTRACTS["no profile"])
    runs = [Identities(Namespace(OrgProfile())).minted(bodies.whole) for _ in range(2)]
    held = [{json.dumps(item) for item in body["profiles"][0]["identifiers"]} for body in runs]
    assert not held[0] & held[1]


def test_a_body_is_copied_and_all_but_its_identities_stay() -> None:
    bodies = Bodies(CONTRACTS["no profile"])
    before = deepcopy(bodies.whole)
    made = Identities(names()).minted(bodies.whole)
    assert bodies.whole == before
    for body in (made, before):
        for member in ("identifiers", "commChannels"):
            for item in body["profiles"][0][member]:
                item["value"] = ""
    assert made == before


def test_thousands_of_people_are_different_ones() -> None:
    supply = names()
    for type_, value in (("mobile", "919800000001"), ("email", "a@shop.example"), ("cuid", "x"), ("cuid", "sample-0001")):
        made = [Identities(supply).value(type_, value) for _ in range(3000)]
        assert len({one.casefold() for one in made}) == 3000


def test_texts_and_bytes_get_identities_too() -> None:
    text = '{"profiles": [{"identifiers": [{"type": "cuid", "value": "sample-0001"}]'
    made = Identities(names()).minted(text)
    assert made != text
    assert made.startswith('{"profiles": [{"identifiers": [{"type": "cuid", "value": "')
    assert Identities(names()).minted(text.encode("utf-16")).decode("utf-16") == made
    assert Identities(names()).minted(b"\xff\xfe\xfd") == b"\xff\xfe\xfd"
    assert Identities(names()).minted(["no registration"]) == ["no registration"]
