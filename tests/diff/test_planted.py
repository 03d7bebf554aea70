"""Each file of ``changes/``: named, judged and proven as it says, and the other way round as its opposite."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from contract_kit.diff import Comparison
from contract_kit.diff.kinds import KINDS

from .conftest import Comparer
from .planted import FILES, Planted, at, planted

EACH = pytest.mark.parametrize("file", FILES, ids=lambda path: path.stem)


def told(comparison: Comparison) -> list[dict[str, str]]:
    found = (
        {"code": one.code, "senders": one.senders.value, "receivers": one.receivers.value, "decided": one.decided}
        for one in comparison.changes
    )
    return sorted(found, key=str)


@EACH
def test_a_planted_change_is_named_and_judged(file: Path, compared: Comparer) -> None:
    change = planted(file)
    assert told(compared(change.kind, change.old, change.new)) == sorted(change.expected, key=str)


@EACH
def test_backwards_the_opposite_is_found_at_the_same_places(file: Path, compared: Comparer) -> None:
    change = planted(file)
    forth = compared(change.kind, change.old, change.new).changes
    back = compared(change.kind, change.new, change.old).changes
    assert sorted((KINDS[one.code].opposite, one.new.pointer, one.old.pointer) for one in forth) == sorted(
        (one.code, one.old.pointer, one.new.pointer) for one in back
    )


@EACH
def test_places_are_in_the_files(file: Path, compared: Comparer) -> None:
    change = planted(file)
    comparison = compared(change.kind, change.old, change.new)
    for one in comparison.changes:
        assert one.old.there or one.new.there
        for place, document in ((one.old, change.old), (one.new, change.new)):
            assert place.line is not None
            if place.there:
                at(document, place.pointer)


@EACH
def test_against_itself_nothing_has_changed(file: Path, compared: Comparer) -> None:
    change = planted(file)
    assert compared(change.kind, change.new, change.new).changes == ()


def test_every_kind_of_change_is_planted() -> None:
    expected = {entry["code"] for change in map(planted, FILES) for entry in change.expected}
    assert {code for code in KINDS if not {code, KINDS[code].opposite} & expected} == set()


def test_an_opposite_leads_back() -> None:
    assert [code for code, kind in KINDS.items() if KINDS[kind.opposite].opposite != code] == []


def test_what_stands_in_a_file_stands_there_for_all_of_its_patches() -> None:
    change: Planted = planted(next(path for path in FILES if path.stem == "request-not-widened"))
    kept: Any = at(change.old, "/components/schemas/CustomerRegistration/properties/associatedWith/not/enum")
    assert kept == ["till.one", "till.two"]
