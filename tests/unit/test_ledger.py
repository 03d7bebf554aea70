"""The law of uniqueness and linking, by example and against a model that keeps a plain list of registrations."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_kit.ledger import (
    Identity,
    Ledger,
    Relation,
    SourceAccount,
    account_scope,
    cut_identity,
    identity,
    normalise,
)

A, B, C = (Identity("externalId", value) for value in "abc")


def account(source: str, *identities: Identity, account: str = "") -> SourceAccount:
    return SourceAccount(source, account, identities)


def test_a_first_registration_is_new() -> None:
    assert Ledger().judge([account("INSTORE", A)]) == (Relation.NEW, None, ())


def test_any_held_identifier_makes_a_duplicate_not_only_the_first() -> None:
    ledger = Ledger()
    ledger.record([account("INSTORE", A)], 1)
    place = account("INSTORE", B, A)
    assert ledger.judge([place]) == (Relation.DUPLICATE, None, ((place, A),))


def test_the_same_identifier_in_another_source_links() -> None:
    ledger = Ledger()
    ledger.record([account("INSTORE", A)], 7)
    place = account("WEBSITE", A)
    assert ledger.judge([place]) == (Relation.LINKED, 7, ((place, A),))


def test_another_account_of_a_source_is_another_source_account() -> None:
    ledger = Ledger()
    ledger.record([account("LINE", A, account="one")], 7)
    assert ledger.judge([account("LINE", A, account="two")]).relation is Relation.LINKED
    assert ledger.judge([account("LINE", A, account="one")]).relation is Relation.DUPLICATE


def test_identifiers_of_different_customers_conflict_and_the_first_listed_wins() -> None:
    ledger = Ledger()
    ledger.record([account("INSTORE", A)], 1)
    ledger.record([account("INSTORE", B)], 2)
    assert ledger.judge([account("WEBSITE", B, A)])[:2] == (Relation.CONFLICT, 2)
    assert ledger.judge([account("WEBSITE", C, A, B)])[:2] == (Relation.CONFLICT, 1)


def test_a_duplicate_outweighs_a_link() -> None:
    ledger = Ledger()
    ledger.record([account("INSTORE", A)], 1)
    ledger.record([account("WEBSITE", B)], 2)
    assert ledger.judge([account("WEBSITE", A, B)]).relation is Relation.DUPLICATE


@pytest.mark.parametrize(
    "accounts",
    [[account("INSTORE", A, A)], [account("INSTORE", A), account("INSTORE", B)]],
    ids=["identifier twice", "source account twice"],
)
def test_repeats_inside_a_body_are_refused_and_never_recorded(accounts: list[SourceAccount]) -> None:
    ledger = Ledger()
    assert ledger.judge(accounts).relation is Relation.REPEATED
    with pytest.raises(ValueError, match="repeated registration is refused"):
        ledger.record(accounts, 1)
    assert len(ledger) == 0


def test_a_refused_body_leaves_nothing_behind() -> None:
    ledger = Ledger()
    ledger.record([account("INSTORE", A)], 1)
    with pytest.raises(ValueError, match="duplicate registration is refused"):
        ledger.record([account("WEBSITE", B), account("INSTORE", A)], 2)
    assert ledger.judge([account("WEBSITE", B)]).relation is Relation.NEW


@pytest.mark.parametrize(
    ("type_", "value", "expected"),
    [
        ("email", "A.B@Shop.EXAMPLE", "a.b@shop.example"),
        ("email", "STRASSE@x.example", "strasse@x.example"),
        ("mobile", "+91 98000-00001", "919800000001"),
        ("mobile", "none", "none"),
        ("mobile", "٣٤", "٣٤"),
        ("externalId", "Ab-1", "Ab-1"),
        ("cardnumber", "007", "007"),
    ],
)
def test_values_compare_by_type(type_: str, value: str, expected: str) -> None:
    assert normalise(type_, value) == expected
    assert identity(type_, value) == (type_, expected)


def test_an_over_long_email_has_a_second_reading() -> None:
    item = identity("email", "a" * 300)
    assert cut_identity(item).value == "a" * 255
    assert cut_identity(A) is A


@pytest.mark.parametrize(
    ("source", "given_account", "accounts", "scope"),
    [
        ("LINE", "one", {"LINE": ("one", "two")}, "one"),
        ("LINE", None, {"LINE": ("one",)}, ""),
        ("LINE", "one", {"LINE": ()}, ""),
        ("INSTORE", "shop", {"INSTORE": ()}, ""),
        ("INSTORE", "shop", None, ""),
        ("LINE", "one", None, "one"),
    ],
)
def test_the_account_scopes_where_a_source_has_several(
    source: str, given_account: object, accounts: dict[str, tuple[str, ...]] | None, scope: str
) -> None:
    assert account_scope(source, given_account, accounts) == scope


IDENTITIES = st.lists(st.sampled_from([A, B, C]), min_size=1, max_size=3).map(tuple)
ACCOUNTS = st.builds(SourceAccount, st.sampled_from(["INSTORE", "WEBSITE", "LINE"]), st.sampled_from(["", "x"]), IDENTITIES)
BODIES = st.lists(ACCOUNTS, min_size=1, max_size=2)


@given(st.lists(BODIES, max_size=12))
def test_the_ledger_agrees_with_a_list_of_registrations(bodies: list[list[SourceAccount]]) -> None:
    """The oracle keeps every accepted body in a list and reads the law off it word by word."""
    ledger, taken = Ledger(), list[tuple[int, list[SourceAccount]]]()
    for number, body in enumerate(bodies, start=1):
        places = [(place.source, place.account) for place in body]
        repeated = len(set(places)) < len(places) or any(len(set(p.identities)) < len(p.identities) for p in body)
        held = any(
            old.source == new.source and old.account == new.account and set(old.identities) & set(new.identities)
            for _, earlier in taken
            for old in earlier
            for new in body
        )
        owners = [
            customer
            for new in body
            for item in new.identities
            for customer, earlier in taken
            if any(item in old.identities for old in earlier)
        ]
        standing = ledger.judge(body)
        if repeated:
            expected, customer_id = Relation.REPEATED, None
        elif held:
            expected, customer_id = Relation.DUPLICATE, None
        elif not owners:
            expected, customer_id = Relation.NEW, None
        else:
            expected = Relation.LINKED if len(set(owners)) == 1 else Relation.CONFLICT
            customer_id = owners[0]
        assert (standing.relation, standing.customer_id) == (expected, customer_id)
        if expected in (Relation.NEW, Relation.LINKED, Relation.CONFLICT):
            customer_id = customer_id or number
            ledger.record(body, customer_id)
            taken.append((customer_id, body))
