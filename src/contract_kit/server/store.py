"""What is registered, in SQLite: the law of ``contract_kit.ledger`` in SQL, and the customers as they are kept.

A unique index on source, account, type and value holds D05 whatever the code above it does, ``BEGIN IMMEDIATE`` makes
judging and writing one step for every process that has the file open (D07), and a registration is one transaction (D06).
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import zip_longest
from typing import Any, NamedTuple

from contract_kit.errors import InputError
from contract_kit.ledger import Identity, Ledger, Relation, SourceAccount, Standing

_OURS = 0x434B4954
"""Marks a file as one of ours (``application_id``)."""
_VERSION = 1
_BUSY_SECONDS = 10.0
_SCHEMA = """
CREATE TABLE customer (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    details TEXT NOT NULL
);
CREATE TABLE source_account (
    id INTEGER PRIMARY KEY,
    customer_id INTEGER NOT NULL REFERENCES customer (id),
    source TEXT NOT NULL,
    account TEXT NOT NULL DEFAULT '',
    profile TEXT NOT NULL,
    UNIQUE (customer_id, source, account)
);
CREATE TABLE identifier (
    id INTEGER PRIMARY KEY,
    customer_id INTEGER NOT NULL REFERENCES customer (id),
    source TEXT NOT NULL,
    account TEXT NOT NULL DEFAULT '',
    type TEXT NOT NULL,
    value TEXT NOT NULL,
    shown TEXT NOT NULL
);
CREATE UNIQUE INDEX one_holder ON identifier (source, account, type, value);
CREATE INDEX holders ON identifier (type, value);
CREATE INDEX held ON identifier (customer_id, source, account);
"""


class Entry(NamedTuple):
    """One source account of a registration: as the ledger sees it, and what is kept of its profile and identifiers (the
    latter in the order of the place's identities)."""

    place: SourceAccount
    profile: Mapping[str, Any] = {}
    identifiers: Sequence[Mapping[str, Any]] = ()


class Kept(NamedTuple):
    """A source account as it is kept."""

    source: str
    account: str
    profile: dict[str, Any]
    identifiers: list[dict[str, Any]]


class Store:
    """The customers of one server. ``path`` is a file or ``:memory:``. Safe for several threads; several processes may
    share a file. ``db`` is the connection, for what no method here does."""

    def __init__(self, path: str) -> None:
        self._lock = threading.RLock()
        try:
            self.db = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        except sqlite3.Error as error:
            raise InputError(f"cannot be opened as a database: {error}", source=path) from None
        try:
            self._prepare(path)
        except sqlite3.Error as error:
            self.close()
            hint = "name a file that serve has made, or one that does not exist yet"
            raise InputError(f"cannot be used as a database: {error}", hint=hint, source=path) from None
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close it; what is committed is kept."""
        with self._lock:
            self.db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Judge and write as one step: nobody else writes in between, and what raises leaves nothing behind."""
        with self._lock:
            self.db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self.db.execute("COMMIT")
            except BaseException:
                self.db.execute("ROLLBACK")
                raise

    # -- the ledger's law ---------------------------------------------------------------------------------------------

    def __len__(self) -> int:
        """How many identifiers are held, counted once for each source account."""
        count: int = self.db.execute("SELECT count(*) FROM identifier").fetchone()[0]
        return count

    def holder(self, source: str, account: str, item: Identity) -> int | None:
        """The customer that holds an identity in one source account, or ``None``."""
        where = "source = ? AND account = ? AND type = ? AND value = ?"
        row = self.db.execute(f"SELECT customer_id FROM identifier WHERE {where}", (source, account, *item)).fetchone()  # noqa: S608
        return row[0] if row else None

    def judge(self, places: Iterable[SourceAccount]) -> Standing:
        """How a body's source accounts stand to each other (D06) and to what is held (D04, D05)."""
        places = tuple(places)
        alone = Ledger().judge(places)
        if alone.relation is Relation.REPEATED:
            return alone
        held: list[tuple[SourceAccount, Identity]] = []
        known: list[tuple[SourceAccount, Identity]] = []
        owners: list[int] = []
        for place in places:
            for item in place.identities:
                holders = self._holders(item)
                if any((source, account) == place[:2] for source, account, _ in holders):
                    held.append((place, item))
                elif holders:
                    known.append((place, item))
                    owners.extend(owner for _, _, owner in holders)
        if held:
            return Standing(Relation.DUPLICATE, None, tuple(held))
        if not owners:
            return alone
        relation = Relation.LINKED if len(set(owners)) == 1 else Relation.CONFLICT
        return Standing(relation, owners[0], tuple(known))

    def _holders(self, item: Identity) -> list[tuple[str, str, int]]:
        """Where an identity is held and by whom, the first to hold it first."""
        query = "SELECT source, account, customer_id FROM identifier WHERE type = ? AND value = ? ORDER BY id"
        return self.db.execute(query, item).fetchall()

    # -- customers ----------------------------------------------------------------------------------------------------

    def new_customer(self, details: Mapping[str, Any] | None = None) -> int:
        """A new customer's id: positive, and never given twice (F51, D08)."""
        cursor = self.db.execute("INSERT INTO customer (details) VALUES (?)", (json.dumps(details or {}),))
        assert cursor.lastrowid is not None
        return cursor.lastrowid

    def record(self, customer_id: int, entries: Iterable[Entry], *, pass_over: bool = False) -> None:
        """Write the source accounts of an accepted registration. One that the customer has already keeps its details
        (F08). Raises ``sqlite3.IntegrityError`` for an identity that is held already; with ``pass_over`` that identity is
        left with its holder."""
        clash = "OR IGNORE" if pass_over else ""
        for place, profile, identifiers in entries:
            at = (customer_id, place.source, place.account)
            self.db.execute(
                "INSERT OR IGNORE INTO source_account (customer_id, source, account, profile) VALUES (?, ?, ?, ?)",
                (*at, json.dumps(profile)),
            )
            for item, shown in zip_longest(place.identities, identifiers):
                said = json.dumps(item._asdict() if shown is None else shown)
                self.db.execute(
                    f"INSERT {clash} INTO identifier (customer_id, source, account, type, value, shown)"  # noqa: S608
                    " VALUES (?, ?, ?, ?, ?, ?)",
                    (*at, *item, said),
                )

    def customer(self, customer_id: int) -> tuple[dict[str, Any], list[Kept]] | None:
        """A customer's details and source accounts, or ``None``."""
        with self._lock:
            row = self.db.execute("SELECT details FROM customer WHERE id = ?", (customer_id,)).fetchone()
            if row is None:
                return None
            query = "SELECT source, account, profile FROM source_account WHERE customer_id = ? ORDER BY id"
            accounts = self.db.execute(query, (customer_id,)).fetchall()
            query = "SELECT shown FROM identifier WHERE customer_id = ? AND source = ? AND account = ? ORDER BY id"
            kept = [
                Kept(
                    source,
                    account,
                    json.loads(profile),
                    [json.loads(shown) for (shown,) in self.db.execute(query, (customer_id, source, account))],
                )
                for source, account, profile in accounts
            ]
            return json.loads(row[0]), kept

    # -- the file -----------------------------------------------------------------------------------------------------

    def _prepare(self, path: str) -> None:
        self.db.execute("PRAGMA foreign_keys = ON")
        with self.transaction():
            ours, version = (self.db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version"))
            if ours != _OURS:
                if self.db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                    hint = "name a file that serve has made, or one that does not exist yet"
                    raise InputError("a database, but not one of this server", hint=hint, source=path)
                for statement in _SCHEMA.split(";"):
                    self.db.execute(statement)
                self.db.execute(f"PRAGMA application_id = {_OURS}")
                self.db.execute(f"PRAGMA user_version = {_VERSION}")
            elif version != _VERSION:
                hint = "begin a new file"
                raise InputError(f"made by another version of this server ({version})", hint=hint, source=path)
        # A killed process loses nothing that it has answered for; only the machine's own fall could.
        self.db.execute("PRAGMA journal_mode = WAL")
        self.db.execute("PRAGMA synchronous = NORMAL")
