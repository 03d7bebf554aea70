"""The nearest known name."""

from __future__ import annotations

from string import ascii_lowercase

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from contract_kit.names import nearest

MEMBERS = ("id", "firstName", "lastName", "profiles", "commChannels", "source", "type", "value", "cardDetails", "email",
           "mobile", "tiers", "category", "extendedFields")  # fmt: skip
SOURCES = ("INSTORE", "ECOMMERCE", "WEB_ENGAGE", "WECHAT", "FACEBOOK", "IOS")


@pytest.mark.parametrize(
    ("word", "known", "expected"),
    [
        # the same letters
        ("lastName", MEMBERS, "lastName"),
        ("lastname", MEMBERS, "lastName"),
        ("last_name", MEMBERS, "lastName"),
        ("LAST-NAME", MEMBERS, "lastName"),
        ("Last Name", MEMBERS, "lastName"),
        ("commchannels", MEMBERS, "commChannels"),
        ("ID", MEMBERS, "id"),
        ("Instore", SOURCES, "INSTORE"),
        ("in_store", SOURCES, "INSTORE"),
        ("E-COMMERCE", SOURCES, "ECOMMERCE"),
        ("WebEngage", SOURCES, "WEB_ENGAGE"),
        # one and many
        ("profile", MEMBERS, "profiles"),
        ("commChannel", MEMBERS, "commChannels"),
        ("ids", MEMBERS, "id"),
        ("tier", MEMBERS, "tiers"),
        ("categories", MEMBERS, "category"),
        ("Values", MEMBERS, "value"),
        ("boxes", ("box",), "box"),
        ("countries", ("county", "country"), "country"),
        # slips of the finger
        ("frstName", MEMBERS, "firstName"),
        ("firstNmae", MEMBERS, "firstName"),
        ("fistNaem", MEMBERS, "firstName"),
        ("sorce", MEMBERS, "source"),
        ("typ", MEMBERS, "type"),
        ("tpye", MEMBERS, "type"),
        ("e-mial", MEMBERS, "email"),
        ("cardDetials", MEMBERS, "cardDetails"),
        ("extendedFeilsd", MEMBERS, "extendedFields"),
        ("exttendedFieldds", MEMBERS, "extendedFields"),
        ("FACEBOK", SOURCES, "FACEBOOK"),
        # nothing near
        ("foo", MEMBERS, None),
        ("x", MEMBERS, None),
        ("i", MEMBERS, None),
        ("ix", MEMBERS, None),
        ("tape", ("type", "till"), "type"),
        ("tap", ("type", "till"), None),
        ("phone", MEMBERS, None),
        ("lastNaaaaame", MEMBERS, None),
        ("birthday", MEMBERS, None),
        ("sauerkraut", SOURCES, None),
        ("", MEMBERS, None),
        ("_-", (*MEMBERS, "-"), None),
        ("s", ("", "_"), None),
        ("lastName", (), None),
    ],
)
def test_nearest(word: str, known: tuple[str, ...], expected: str | None) -> None:
    assert nearest(word, known) == expected


def test_the_same_name_comes_before_the_same_letters_and_these_before_all_else() -> None:
    assert nearest("a_b_c", ["abc", "A-B-C", "a_b_c"]) == "a_b_c"
    assert nearest("a_b_c", ["abd", "abcs", "A-B-C", "abc"]) == "A-B-C"
    assert nearest("abc", ["abd", "abcs"]) == "abcs"


def test_fewer_slips_come_first_and_ties_keep_the_order() -> None:
    assert nearest("sourse", ["soursee", "source"]) == "soursee"
    assert nearest("sourse", ["source", "soursee"]) == "source"
    assert nearest("channel", ["chapel", "chanel", "chanmel"]) == "chanel"


def test_known_names_may_come_from_anywhere() -> None:
    assert nearest("sorce", iter(MEMBERS)) == "source"
    assert nearest("sorce", dict.fromkeys(MEMBERS)) == "source"


WORDS = st.text(ascii_lowercase, min_size=4, max_size=14)


@st.composite
def slipped(draw: st.DrawFn) -> tuple[str, str]:
    """A word, and the same with one slip."""
    word = draw(WORDS)
    at = draw(st.integers(0, len(word) - 1))
    sign = draw(st.sampled_from(ascii_lowercase))
    kinds = [
        word[:at] + word[at + 1 :],
        word[:at] + sign + word[at + 1 :],
        word[:at] + sign + word[at:],
        word[:at] + word[at : at + 2][::-1] + word[at + 2 :],
    ]
    return word, draw(st.sampled_from(kinds))


@given(slipped())
@settings(deadline=None)
def test_law_one_slip_is_always_forgiven(drawn: tuple[str, str]) -> None:
    word, wrong = drawn
    assert nearest(wrong, [word]) == word
    assert nearest(wrong.upper(), [word]) == word
    assert nearest("_".join(wrong), [word]) == word


@given(WORDS, st.lists(WORDS, max_size=5))
@settings(deadline=None)
def test_law_the_answer_is_one_of_the_known_and_not_far(word: str, known: list[str]) -> None:
    found = nearest(word, known)
    if word in known:
        assert found == word
    if found is not None:
        assert found in known
        assert abs(len(found) - len(word)) <= 3


@given(WORDS, WORDS)
@settings(deadline=None)
def test_law_words_without_a_common_letter_are_not_near(word: str, other: str) -> None:
    assume(not set(word) & set(other))
    assert nearest(word, [other]) is None
