"""Values in another's place: of the same form, so that the judge says the same of them, and of nobody.

Digits become digits, letters letters, all else stays. Within one recording different values stay different and equal ones
equal, also where they compare as equal only (e-mail in any case, a number with or without its plus); but for dates, very
long texts, and letters that are not ASCII. The key is drawn anew for each run, and kept nowhere.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterable, Mapping
from typing import Any

from contract_kit.proxy.permuting import permuted
from contract_kit.showing import shown

SECRET = re.compile(r"(?i)authori[sz]ation|cookie|token|secret|password|passwd|api[-_]?key|signature|session|csrf|xsrf")
"""Names of headers, parameters and members whose values are credentials."""
HIDDEN = "***"
FREE = frozenset({"fields", "extendedFields", "customFields", "attributes"})
"""Below these stand names and values of an organisation's own making."""
KEPT = frozenset(
    {
        "type", "source", "accountId", "associatedWith", "statusLabel", "loyaltyType", "entityType", "seriesId", "channel",
        "sourceName", "tierExpiryDate", "pointsExpiryDate", "lastViewedDate", "primary", "verified", "residence", "office",
        "subscribed", "rawSideEffects", "mlp_single_enroll",
    }
)  # fmt: skip
"""Members that hold words of the contract or of the organisation, and dates of a programme."""
_NAME = re.compile(r"[A-Za-z][A-Za-z_.-]{0,39}[0-9]{0,3}")
_SIGN = re.compile(r"[0-9A-Za-z]")
_NUMBER = re.compile(r"[+ ()/-]*[0-9][0-9 ()/-]*", re.ASCII)
_DATES = (
    re.compile(r"(?P<y>[0-9]{4})(?P<s>[-/.])(?P<m>[0-9]{2})(?P=s)(?P<d>[0-9]{2})(?P<rest>[T ].*)?"),
    re.compile(r"(?P<d>[0-9]{2})(?P<s>[-/.])(?P<m>[0-9]{2})(?P=s)(?P<y>[0-9]{4})(?P<rest>)"),
)
_TELLING = re.compile(r"[^\s@\"'<>]{1,64}@[^\s@\"'<>]{1,255}|[0-9][0-9 ()/-]{4,40}[0-9]")
_LEAD, _LONG, _SMALL = 3, 7, 6
_PIECE, _PIECES = 64, 4
"""Signs that are permuted together, and how often: beyond, letters and digits become the same ones everywhere."""
_VALUES = 200
"""So many of the values that were sent are looked for in what a server says, the longest first."""
_A, _ZERO = ord("a"), ord("0")


class Mask:
    """One recording's masks. ``words`` stand for themselves: those that the organisation has configured."""

    def __init__(self, words: Iterable[str] = (), key: bytes | None = None) -> None:
        self._words = frozenset(words) | {"", "true", "false"}
        self._key = key if key is not None else secrets.token_bytes(32)

    def text(self, value: str) -> str:
        """Another text of the same form. The first digits of longer numbers stay, since country codes and card series are
        judged by them; dates become other dates of the same year."""
        if value in self._words:
            return value
        for form in _DATES:
            if found := form.fullmatch(value):
                return self._date(value, found)
        signs = _SIGN.findall(value)
        lead = _LEAD if len(signs) >= _LONG and _NUMBER.fullmatch(value) else 0
        others = iter(signs[:lead] + self._others(signs[lead:]))
        masked = _SIGN.sub(lambda _: next(others), value)
        return masked if masked.isascii() else "".join(map(_foreign, masked))

    def number(self, literal: str, *, free: bool = False) -> str:
        """Another number, written as long. Small ones stay, but where they are ``free``, an organisation's own field."""
        mantissa, mark, exponent = literal.partition("e" if "e" in literal else "E")
        if not free and sum(sign.isdigit() for sign in mantissa) < _SMALL:
            return literal
        masked = self.text(mantissa)
        first = len(masked) - len(masked.lstrip("-"))
        if masked[first : first + 1] == "0" != mantissa[first]:  # numbers do not begin with a nought
            masked = f"{masked[:first]}1{masked[first + 1 :]}"
        return masked + mark + exponent

    def member(self, name: str, value: str) -> str:
        """The value of a member: itself where it is a word of the contract, a date of a programme, or a truth value."""
        return value if name in KEPT and shown(value) == json.dumps(value) else self.text(value)

    def name(self, key: str) -> str:
        """The name of a member, which stays where it looks like one."""
        return key if _NAME.fullmatch(key) else self.text(key)

    def speech(self, said: str, sent: Iterable[str] = ()) -> str:
        """What a server says in words, without the values that were ``sent``, addresses, and long numbers."""
        for value in sorted({value for value in sent if len(value) > 3}, key=len, reverse=True)[:_VALUES]:
            said = said.replace(value, self.text(value))
        return _TELLING.sub(lambda found: self.text(found[0]), said)

    def query(self, pairs: Mapping[str, str]) -> dict[str, str]:
        """The parameters of a query."""
        return {
            self.name(name): HIDDEN if SECRET.search(name) else self.member(name, value) for name, value in pairs.items()
        }

    def _others(self, signs: list[str]) -> list[str]:
        """Other signs of the same kinds, in the same case."""
        whole = _PIECE * _PIECES
        found = [
            sign for at in range(0, min(len(signs), whole), _PIECE) for sign in self._piece(signs[at : at + _PIECE], at)
        ]
        return found + ["0" if sign.isdigit() else "X" if sign.isupper() else "x" for sign in signs[whole:]]

    def _piece(self, signs: list[str], at: int) -> list[str]:
        radixes = [10 if sign.isdigit() else 26 for sign in signs]
        number, size = 0, 1
        for sign, radix in zip(signs, radixes, strict=True):
            number = number * radix + (ord(sign.lower()) - (_ZERO if radix == 10 else _A))
            size *= radix
        number = permuted(number, size, self._key + bytes([at // _PIECE, *radixes]))
        found = []
        for sign, radix in zip(reversed(signs), reversed(radixes), strict=True):
            number, figure = divmod(number, radix)
            other = chr(figure + (_ZERO if radix == 10 else _A))
            found.append(other.upper() if sign.isupper() else other)
        return found[::-1]

    def _date(self, value: str, found: re.Match[str]) -> str:
        """Another day of the same year."""
        day = permuted((int(found["m"]) * 100 + int(found["d"])) % 336, 336, self._key)
        parts = {"m": f"{day // 28 + 1:02}", "d": f"{day % 28 + 1:02}"}
        valid = 1 <= int(found["m"]) <= 12 and 1 <= int(found["d"]) <= 31
        if not valid:  # what is no date stays none
            return value
        masked = value
        for group, digits in parts.items():
            masked = masked[: found.start(group)] + digits + masked[found.end(group) :]
        return masked


def words_of(profile: Any) -> set[str]:
    """All words that an org profile names, as plain data."""
    if isinstance(profile, Mapping):
        return {str(key) for key in profile}.union(*map(words_of, profile.values()))
    if isinstance(profile, (list, tuple, set, frozenset)):
        return set().union(*map(words_of, profile))
    return {profile} if isinstance(profile, str) else set()


def _foreign(sign: str) -> str:
    """A letter in the place of one that is not ASCII, in the same plane."""
    if sign.isascii() or not sign.isalpha():
        return sign
    return "é" if ord(sign) < 0x10000 else "\U00010428"
