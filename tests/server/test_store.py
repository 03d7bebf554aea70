"""The law in SQL: the same as the pure ledger's, and true across restarts and processes."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from contract_kit import InputError, Ledger
from contract_kit.ledger import Relation, SourceAccount, identity
from contract_kit.server.store import Entry, Store

PLACES = st.sampled_from([("INSTORE", ""), ("WEBSITE", ""), ("LINE", ""), ("LINE", "one"), ("LINE", "two")])
IDENTITIES = st.builds(
    identity,
    st.sampled_from(["mobile", "email", "externalId"]),
    st.sampled_from(["1", "2", "+1", "a@b.example", "A@B.example", "E", "e", "x\0y", "x\0z", "\U0001f600"]),
)
ACCOUNTS = st.lists(
    st.builds(
        lambda place, items: SourceAccount(*place, tuple(items)), PLACES, st.lists(IDENTITIES, min_size=1, max_size=3)
    ),
    min_size=1,
    max_size=3,
)
NEW = (Relation.NEW, Relation.LINKED, Relation.CONFLICT)


class LawInSql(RuleBasedStateMachine):
    """Registers the same with both ledgers, which agree on everything at every step."""

    def __init__(self) -> None:
        super().__init__()
        self.pure = Ledger()
        self.store = Store(":memory:")

    @initialize(accounts=ACCOUNTS)
    def first(self, accounts: list[SourceAccount]) -> None:
        self.register(accounts)

    @rule(accounts=ACCOUNTS)
    def register(self, accounts: list[SourceAccount]) -> None:
        """Judge with both, and register with both what may be."""
        with self.store.transaction():
            standing = self.store.judge(accounts)
            assert standing == self.pure.judge(accounts)
            if standing.relation in NEW:
                customer = standing.customer_id or self.store.new_customer()
                self.store.record(customer, [Entry(place) for place in accounts])
                self.pure.record(accounts, customer)

    @rule(accounts=ACCOUNTS)
    def give_up(self, accounts: list[SourceAccount]) -> None:
        """A registration that fails after it was written leaves nothing behind."""
        with pytest.raises(ZeroDivisionError):
            self.fail_after_writing(accounts)

    def fail_after_writing(self, accounts: list[SourceAccount]) -> None:
        with self.store.transaction():
            if self.store.judge(accounts).relation is Relation.NEW:
                self.store.record(self.store.new_customer(), [Entry(place) for place in accounts])
            raise ZeroDivisionError

    @rule(accounts=ACCOUNTS)
    def write_unasked(self, accounts: list[SourceAccount]) -> None:
        """What may not be registered cannot be written either: the index holds the law by itself."""
        if self.pure.judge(accounts).relation is Relation.DUPLICATE:
            with pytest.raises(sqlite3.IntegrityError), self.store.transaction():
                self.store.record(self.store.new_customer(), [Entry(place) for place in accounts])

    @rule(place=PLACES, item=IDENTITIES)
    def ask(self, place: tuple[str, str], item: tuple[str, str]) -> None:
        assert self.store.holder(*place, item) == self.pure.holder(*place, item)  # type: ignore[arg-type]

    @invariant()
    def as_many(self) -> None:
        assert len(self.store) == len(self.pure)

    def teardown(self) -> None:
        self.store.close()


TestLawInSql = LawInSql.TestCase
TestLawInSql.settings = settings(max_examples=60, stateful_step_count=20, deadline=None)


def account(value: str, source: str = "INSTORE") -> SourceAccount:
    return SourceAccount(source, "", (identity("cuid", value),))


def write(store: Store, value: str) -> int:
    with store.transaction():
        customer = store.new_customer({"statusLabel": "active-1"})
        store.record(customer, [Entry(account(value), {"firstName": "Sample"})])
    return customer


def test_what_was_written_is_there_after_a_restart(tmp_path: Path) -> None:
    path = str(tmp_path / "customers.db")
    store = Store(path)
    first = write(store, "c-1")
    store.close()
    again = Store(path)
    assert again.judge([account("c-1")]).relation is Relation.DUPLICATE
    assert again.judge([account("c-1", "WEBSITE")]) == (
        Relation.LINKED,
        first,
        ((account("c-1", "WEBSITE"), ("cuid", "c-1")),),
    )
    found = again.customer(first)
    assert found is not None
    assert found[0] == {"statusLabel": "active-1"}
    assert found[1] == [("INSTORE", "", {"firstName": "Sample"}, [{"type": "cuid", "value": "c-1"}])]
    assert write(again, "c-2") > first
    again.close()


def test_an_id_is_never_given_twice_even_when_its_customer_is_gone(tmp_path: Path) -> None:
    store = Store(str(tmp_path / "customers.db"))
    last = write(store, "c-1")
    for table in ("identifier", "source_account", "customer"):
        store.db.execute(f"DELETE FROM {table}")
    assert write(store, "c-1") == last + 1
    store.close()


def test_two_processes_worth_of_stores_share_one_file(tmp_path: Path) -> None:
    path = str(tmp_path / "customers.db")
    one, two = Store(path), Store(path)
    write(one, "c-1")
    assert two.judge([account("c-1")]).relation is Relation.DUPLICATE
    with pytest.raises(sqlite3.IntegrityError):
        write(two, "c-1")
    assert len(one) == len(two) == 1
    one.close()
    two.close()


def test_a_customer_has_one_profile_for_each_source_account_and_it_is_never_changed() -> None:
    store = Store(":memory:")
    customer = write(store, "c-1")
    with store.transaction():
        store.record(customer, [Entry(account("c-2"), {"firstName": "Other"})])
    found = store.customer(customer)
    assert found is not None
    shown = [{"type": "cuid", "value": "c-1"}, {"type": "cuid", "value": "c-2"}]
    assert found[1] == [("INSTORE", "", {"firstName": "Sample"}, shown)]
    store.close()


def test_there_is_nobody_under_an_unknown_id() -> None:
    store = Store(":memory:")
    assert store.customer(1) is None
    store.close()


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("not a database at all, but long enough to be read as one " * 20)
    with pytest.raises(InputError, match="cannot be used as a database") as caught:
        Store(str(path))
    assert caught.value.source == str(path)
    assert path.read_text().startswith("not a database")


def test_a_database_of_another_program_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE things (name TEXT)")
    other.close()
    before = path.read_bytes()
    with pytest.raises(InputError, match="not one of this server"):
        Store(str(path))
    assert path.read_bytes() == before


def test_a_file_of_another_version_is_refused(tmp_path: Path) -> None:
    path = str(tmp_path / "customers.db")
    store = Store(path)
    store.db.execute("PRAGMA user_version = 99")
    store.close()
    with pytest.raises(InputError, match="another version"):
        Store(path)


def test_a_folder_that_does_not_exist_is_named(tmp_path: Path) -> None:
    path = str(tmp_path / "gone" / "customers.db")
    with pytest.raises(InputError, match="cannot be opened as a database") as caught:
        Store(path)
    assert caught.value.source == path
