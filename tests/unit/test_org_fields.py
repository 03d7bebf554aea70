"""What fits an extended field."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_kit.judge.schemas import compiled
from contract_kit.org import ExtendedField
from contract_kit.org.fields import check_value, fitting_values
from contract_kit.org.vocabulary import FIELD_TYPES

TEXT = ExtendedField("string")
LISTED = ExtendedField("string", ("Male", "Female", "Other"))
INTEGER = ExtendedField("integer")
NUMBER = ExtendedField("number")
BOOLEAN = ExtendedField("boolean")
SLASHED = ExtendedField("date", None, "YYYY/MM/DD")
ANY_DATE = ExtendedField("date")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *[(TEXT, value) for value in ("Pune", " ", "12", "東京", "null")],
        *[(LISTED, value) for value in ("Male", "Other")],
        *[(ExtendedField(None, ("1",)), value) for value in ("1",)],
        *[(INTEGER, value) for value in (0, -5, 10**30, 25.0, "25", "-25", "+25", "007")],
        *[(NUMBER, value) for value in (0, 2.5, -1e9, "2.5", "-2", "1e3", "1.5E-3")],
        *[(BOOLEAN, value) for value in (True, False, "true", "false")],
        *[(SLASHED, value) for value in ("1988/05/10", "2024/02/29", "0001/01/01", "9999/12/31")],
        *[(ExtendedField("date", None, "DD.MM.YYYY"), value) for value in ("10.05.1988",)],
        *[(ExtendedField("date", None, "YYYYMMDD"), value) for value in ("19880510",)],
        *[
            (ANY_DATE, value)
            for value in (
                "1988-05-10",
                "1988-05-10T10:30:00Z",
                "1988-05-10T23:59:59.123Z",
                "1988-05-10T10:30:00+05:30",
                "1988-05-10T10:30:00-0800",
            )
        ],
        *[(ExtendedField(), value) for value in ("x", 1, True, [], {})],
    ],
)
def test_fits(field: ExtendedField, value: object) -> None:
    assert check_value(field, value) is None


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        *[(TEXT, value, "is not text") for value in (12, 1.5, True, ["x"], {"x": 1})],
        *[(LISTED, value, "is not one of Male, Female, Other") for value in ("male", "Male ", "X", 1, True, ["Male"])],
        (ExtendedField(None, ("1",)), 1, "is not one of 1"),
        *[
            (INTEGER, value, "is not a whole number")
            for value in (2.5, True, "2.5", "x", " 5", "5\n", "٥", "1e3", float("inf"), float("nan"), [])
        ],
        *[
            (NUMBER, value, "is not a number")
            for value in (True, "x", "1,5", "NaN", "Infinity", ".5", "5.", "1_000", float("inf"), float("nan"), {})
        ],
        *[(BOOLEAN, value, "is not true or false") for value in ("True", "yes", 1, 0, [])],
        *[
            (SLASHED, value, "is not a date of the form YYYY/MM/DD")
            for value in ("1988-05-10", "10/05/1988", "1988/5/10", "1988/05/10 ", "1988/05/10\n", "1988/05/1٠", 19880510, [])
        ],
        *[
            (SLASHED, value, "is a day that does not exist")
            for value in ("1988/02/30", "1900/02/29", "1988/13/01", "0000/01/01")
        ],
        (ExtendedField("date", None, "DD.MM.YYYY"), "10-05-1988", "is not a date of the form DD.MM.YYYY"),
        *[
            (ANY_DATE, value, "is not a date of the form YYYY-MM-DD, or a date-time with Z or an offset")
            for value in (
                "1988/05/10",
                "1988-05-10T10:30:00",
                "1988-05-10T24:00:00Z",
                "1988-05-10 10:30:00Z",
                "1988-W01-1",
                5,
            )
        ],
        *[(ANY_DATE, value, "is a day that does not exist") for value in ("2023-02-29", "2023-02-29T10:30:00Z")],
    ],
)
def test_does_not_fit(field: ExtendedField, value: object, reason: str) -> None:
    assert check_value(field, value) == reason


@pytest.mark.parametrize("kind", [*FIELD_TYPES, None])
@pytest.mark.parametrize("value", ["", None])
def test_empty_is_another_matter(kind: str | None, value: object) -> None:
    assert check_value(ExtendedField(kind), value) is None
    assert check_value(ExtendedField(kind, ("a",)), value) is None


@given(st.dates(), st.permutations(["YYYY", "MM", "DD"]), st.sampled_from(["", "-", "/", "."]))
def test_every_day_fits_in_every_form(day: date, order: list[str], separator: str) -> None:
    written = {"YYYY": f"{day.year:04}", "MM": f"{day.month:02}", "DD": f"{day.day:02}"}
    field = ExtendedField("date", None, separator.join(order))
    value = separator.join(written[part] for part in order)
    assert check_value(field, value) is None
    if 1000 <= day.year < 3000 and (day.month, day.day) != (2, 29):
        assert compiled(fitting_values(field)).is_valid(value)


FIELDS = [
    *(ExtendedField(kind) for kind in (*FIELD_TYPES, None)),
    LISTED, SLASHED, ExtendedField(None, ("1",)), ExtendedField("date", None, "DD.MM.YYYY"),
    ExtendedField("date", None, "YYYYMMDD"),
]  # fmt: skip
ODD = [
    "", "a", " ", "5", "-5", "+5", "5.", ".5", "2.5", "1e3", "1e", "٥", "5\n", "true", "True", "Male", "male", "1", "null",
    "1988/05/10", "1988/02/29", "1988/02/30", "1988/13/01", "1988/04/31", "0000/01/01", "2024/02/29", "10.05.1988",
    "31.11.1988", "19880510", "19880230", "1988-05-10", "1988-02-30", "1988-05-10T10:30:00Z", "1988-05-10T10:30:00",
    "1988-05-10T10:30:00+0530", "1988-05-10T24:00:00Z", "1988-05-10\n", 0, 5, -5, 25.0, 2.5, True, False, None, [], {},
]  # fmt: skip


@given(
    st.sampled_from(FIELDS), st.sampled_from(ODD) | st.text("0123456789-/.T:Z+e", max_size=12) | st.floats(allow_nan=False)
)
def test_law_what_certainly_fits_fits(field: ExtendedField, value: object) -> None:
    if compiled(fitting_values(field)).is_valid(value):
        assert check_value(field, value) is None


@pytest.mark.parametrize("field", FIELDS)
def test_most_of_what_fits_certainly_does(field: ExtendedField) -> None:
    certain = compiled(fitting_values(field)).is_valid
    left = [value for value in ODD if value is not None and check_value(field, value) is None and not certain(value)]
    assert left in ([], ["1988/02/29", "2024/02/29"])


@given(st.sampled_from([*FIELD_TYPES, None]), st.text() | st.integers() | st.floats() | st.booleans())
def test_a_reason_never_holds_the_value(kind: str | None, value: object) -> None:
    reason = check_value(ExtendedField(kind), value)
    assert reason in {
        None,
        "is not text",
        "is not a whole number",
        "is not a number",
        "is not true or false",
        "is a day that does not exist",
        "is not a date of the form YYYY-MM-DD, or a date-time with Z or an offset",
    }
