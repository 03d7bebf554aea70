"""Dates of the contract, checked for real, whatever a schema library does (F38, D02)."""

from __future__ import annotations

import re
from datetime import datetime

_OFFSET = "[+-](?:[01][0-9]|2[0-3]):[0-5][0-9]"
_RFC_3339 = re.compile(
    rf"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?(?:Z|{_OFFSET})", re.ASCII
)
_FORM = re.compile(rf"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}T(?:[01][0-9]|2[0-3]):[0-9]{{2}}:[0-9]{{2}}{_OFFSET}", re.ASCII)


def offset_date_time(text: str) -> datetime | None:
    """The moment that ``YYYY-MM-DDTHH:MM:SS±hh:mm`` names, or ``None`` where the text has another form (``Z``, a
    fraction, no offset) or names a day or a time that does not exist."""
    if not _FORM.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def utc_date_time(text: str) -> datetime | None:
    """The moment that an RFC 3339 date-time names, as answers carry it (``…Z`` or an offset), or ``None`` (F54). Letters
    are capitals; a leap second is no moment."""
    if not _RFC_3339.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def is_date_time(value: object) -> bool:
    """Whether a JSON value is a date-time with an offset; what is not a string is none of this check's business."""
    return not isinstance(value, str) or utc_date_time(value) is not None


def why_not(text: str) -> str:
    """What is wrong with a text that ``offset_date_time`` refuses, in a few words."""
    if text.endswith(("Z", "z")):
        return "it ends in Z; an offset such as +00:00 is wanted"
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?", text, re.ASCII):
        return "it has no offset"
    if re.fullmatch(r".*\.[0-9]+[+-][0-9]{2}:[0-9]{2}", text, re.ASCII):
        return "it has a fraction of a second"
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[+-][0-9]{2}:[0-9]{2}", text, re.ASCII):
        return "there is no such day or time"
    return "it has another form"
