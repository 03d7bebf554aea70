"""Values of which rules say the same become one and the same, so that what was found of one need not be found anew.

What a rule says of a wrong value hangs on its kind: which signs it has and where, how long it is, what it begins with.
Digits of a mobile number after its country code, letters of an e-mail address or a name make no difference. Only ASCII
signs that are seen are masked; and a text that begins with ``[`` may be the documentation's placeholder.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from contract_kit.dates import is_date_time, offset_date_time, why_not
from contract_kit.showing import shown

_SEEN = re.compile(r"(?!\[)[ -~]+")
_DATE = re.compile("[12][0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[+-][0-9]{2}:[0-9]{2}")
_SIGNS = str.maketrans({sign: "a" for sign in map(chr, range(0x30, 0x7B)) if sign.isalnum()})
_DIGITS = str.maketrans("123456789", "0" * 9)
_LARGEST = 2**53


def word(value: str) -> str:
    """A name or an e-mail address: every letter and digit is as good as another."""
    return value.translate(_SIGNS) if _SEEN.fullmatch(value) else value


def mobile(value: str, code: int) -> str:
    """A mobile number: its first digits, as many as a country ``code`` may have, and the signs between all of them."""
    if not _SEEN.fullmatch(value):
        return value
    at = 0
    for place, sign in enumerate(value):
        if at == code:
            return value[:place] + value[place:].translate(_DIGITS)
        at += "0" <= sign <= "9"
    return value


def moment(value: Any) -> datetime | None:
    """The moment of a date and time in the contract's form: rules compare it, and do not tell it."""
    return offset_date_time(value) if type(value) is str and _DATE.fullmatch(value) else None


def spoilt(value: Any) -> tuple[list[Any], str | None] | None:
    """What is said of a text that is no date and time in the contract's form, and the text itself where that is shown in
    it; ``None`` for other values."""
    if type(value) is not str or not _SEEN.fullmatch(value) or '"' in value or "\\" in value:
        return None
    if offset_date_time(value) is not None:
        return None
    got = shown(value)
    visible = got == f'"{value}"'
    return [why_not(value), is_date_time(value), 1 if visible else got], value if visible else None


def unread(value: Any) -> Any:
    """A value that no rule reads but those on signs and sizes."""
    if type(value) is str:
        return 1 if _SEEN.fullmatch(value) or not value else value
    if type(value) is int or type(value) is float:
        return 1 if -_LARGEST < value < _LARGEST else value
    return 1 if value is None or type(value) is bool else value


def field(value: Any) -> Any:
    """A value of a field that the org does not have: rules still ask whether it is text, and whether it is empty."""
    if type(value) is str and _SEEN.fullmatch(value) and value.strip() and value.casefold() != "null":
        return "a"
    return value
