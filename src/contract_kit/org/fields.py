"""What fits an extended field, by its declared type, list of values and form (F13, F37).

- ``string``: text, and nothing else. With ``enum``: exactly one of the listed values, letter case included.
- ``integer``, ``number``: a JSON number or one written as text (``25``, ``"25"``, ``"-2.5"``, ``"1e3"``);
  whole for ``integer``, where ``25.0`` is whole too. The API's pages write most values as text, and its
  callers send both.
- ``boolean``: ``true``, ``false``, or the words ``"true"``, ``"false"``, as F34 has them.
- ``date``: text that names a day which exists, in the declared form. Without a form, what the public pages
  name: ``YYYY-MM-DD``, or a date-time with ``Z`` or an offset.
- no type: anything.

Empty text and null are another matter (F37b, ``rejectEmptyExtendedFields``) and always fit here.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from contract_kit.org.profile import ExtendedField

ANY_DATE = "YYYY-MM-DD, or a date-time with Z or an offset"

_INTEGER = re.compile(r"[+-]?[0-9]+", re.ASCII)
_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?", re.ASCII)
_DATE_OR_TIME = re.compile(
    r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})"
    r"(?:T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,9})?(?:Z|[+-](?:[01][0-9]|2[0-3]):?[0-5][0-9]))?",
    re.ASCII,
)
_DAYS = (
    ("(?:0[1-9]|1[0-2])", "(?:0[1-9]|1[0-9]|2[0-8])"),
    ("(?:0[13-9]|1[0-2])", "(?:29|30)"),
    ("(?:0[13578]|1[02])", "31"),
)
"""Months, and the days that they have in every year."""
_SINCE = "[12][0-9]{3}"
_TIME = r"(T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,9})?(Z|[+-](?:[01][0-9]|2[0-3]):?[0-5][0-9]))?"
_PARTS = {"YYYY": "(?P<year>[0-9]{4})", "MM": "(?P<month>[0-9]{2})", "DD": "(?P<day>[0-9]{2})"}


def check_value(field: ExtendedField, value: object) -> str | None:
    """``None`` where the value fits the field, else why not, in a few words without the value:
    ``is not a date of the form YYYY/MM/DD``."""
    if value is None or value == "":
        return None
    if field.enum is not None:
        return None if value in field.enum else f"is not one of {', '.join(field.enum)}"
    if field.type == "string":
        return None if isinstance(value, str) else "is not text"
    if field.type == "date":
        return _date(field.format, value)
    check = _CHECKS.get(field.type or "")
    return check(value) if check else None


def fitting_values(field: ExtendedField) -> dict[str, object]:
    """A schema of values of which ``check_value`` certainly says nothing: all but a few of those."""
    if field.enum is not None:
        return {"enum": ["", *field.enum]}
    if field.type == "date":
        form, time = (field.format, "") if field.format else ("YYYY-MM-DD", _TIME)
        parts = re.split("(YYYY|MM|DD)", form)
        ways = [{"YYYY": _SINCE, "MM": month, "DD": day} for month, day in _DAYS]
        days = "|".join("".join(way.get(part) or re.escape(part) for part in parts) for way in ways)
        return {"type": "string", "pattern": f"^((?:{days}){time})?$"}
    return dict(_FITTING.get(field.type or "", {}))


_FITTING: dict[str, dict[str, object]] = {
    "string": {"type": "string"},
    "integer": {"type": ["string", "integer"], "pattern": "^([+-]?[0-9]+)?$"},
    "number": {"type": ["string", "number"], "pattern": r"^([+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?)?$"},
    "boolean": {"enum": ["", "true", "false", True, False]},
}


def _integer(value: object) -> str | None:
    if isinstance(value, str):
        fits = _INTEGER.fullmatch(value) is not None
    else:
        fits = isinstance(value, int | float) and not isinstance(value, bool) and value == value // 1
    return None if fits else "is not a whole number"


def _number(value: object) -> str | None:
    if isinstance(value, str):
        fits = _NUMBER.fullmatch(value) is not None
    else:
        fits = isinstance(value, int | float) and not isinstance(value, bool) and not _endless(value)
    return None if fits else "is not a number"


def _endless(value: int | float) -> bool:
    return isinstance(value, float) and not math.isfinite(value)


def _boolean(value: object) -> str | None:
    fits = isinstance(value, bool) or (isinstance(value, str) and value in ("true", "false"))
    return None if fits else "is not true or false"


_CHECKS: dict[str, Callable[[object], str | None]] = {
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
}


def _date(form: str | None, value: object) -> str | None:
    pattern = _pattern(form) if form else _DATE_OR_TIME
    match = pattern.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return f"is not a date of the form {form or ANY_DATE}"
    try:
        date(int(match["year"]), int(match["month"]), int(match["day"]))
    except ValueError:
        return "is a day that does not exist"
    return None


@cache
def _pattern(form: str) -> re.Pattern[str]:
    parts = re.split("(YYYY|MM|DD)", form)
    return re.compile("".join(_PARTS.get(part) or re.escape(part) for part in parts), re.ASCII)
