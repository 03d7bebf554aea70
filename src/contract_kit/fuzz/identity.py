"""Identities that nobody else has: each run's own, each case's anew.

Bodies in the plan hold literal identifiers (``919800000001``, ``one@shop.example``). Before they are sent, every
identifier and channel value gets this run's number written into it, letter by letter into the places where letters and
digits stand, so that length, signs, letter case and whatever else is odd about it stays. Equal values become equal ones,
and values that differ only in case or signs go on differing only in those.
"""

from __future__ import annotations

import random
import re
import threading
import time
from copy import deepcopy
from typing import Any

from contract_kit.org import OrgProfile

_IN_TEXT = re.compile(r'("type": "([^"]+)", "value": ")([^"]+)"')
_BASE36 = "0123456789abcdefghijklmnopqrstuvwxyz"
_SLOTS = 8
_DIGIT_SLOTS = 10
_TRIES = 50


class Namespace:
    """One run's supply of numbers. ``salt`` sets a run apart from all others; left out, clock and chance make it."""

    def __init__(self, org: OrgProfile, salt: int | None = None) -> None:
        chance = random.SystemRandom()
        self.salt = salt if salt is not None else (time.time_ns() ^ chance.getrandbits(48)) % 36**5
        self._next = 1
        self._turn = threading.Lock()
        self._used: set[str] = set()
        self.codes = org.mobile.country_codes if org.mobile is not None else ()
        self.prefix = org.external_id.prefix if org.external_id is not None else ""

    def number(self) -> int:
        """A number that this run has not given yet."""
        with self._turn:
            self._next += 1
            return self._next - 1

    def take(self, value: str) -> bool:
        """Whether a made-up value is new; it is not from now on."""
        with self._turn:
            fresh = value not in self._used
            self._used.add(value)
            return fresh


class Identities:
    """The identities of one run of one case: the same literal value is the same person throughout."""

    def __init__(self, names: Namespace) -> None:
        self._names = names
        self._numbers: dict[str, int] = {}
        self._made: dict[tuple[str, str], str] = {}

    def minted(self, body: Any) -> Any:
        """A copy of a body with this case's identities, in a text too; what is no registration comes back as it is."""
        if isinstance(body, bytes):
            for encoding in ("utf-16", "utf-8-sig", "utf-8"):
                if encoding != "utf-8-sig" or body.startswith(b"\xef\xbb\xbf"):
                    try:
                        return self._text(body.decode(encoding)).encode(encoding)
                    except UnicodeDecodeError:
                        continue
            return body
        if isinstance(body, str):
            return self._text(body)
        profiles = body.get("profiles") if isinstance(body, dict) else None
        if not isinstance(profiles, list):
            return body
        body = deepcopy(body)
        for profile in body["profiles"]:
            for member in ("identifiers", "commChannels"):
                items = profile.get(member) if isinstance(profile, dict) else None
                for item in items if isinstance(items, list) else ():
                    if isinstance(item, dict) and isinstance(item.get("value"), str):
                        item["value"] = self.value(item.get("type"), item["value"])
        return body

    def _text(self, text: str) -> str:
        return _IN_TEXT.sub(lambda found: f'{found[1]}{self.value(found[2], found[3])}"', text)

    def value(self, type_: object, value: str) -> str:
        """A value with this case's number in it."""
        key = "".join(sign for sign in value.casefold() if sign in _BASE36)
        if not value.strip():
            return value
        kind = type_ if isinstance(type_, str) else ""
        made = self._made.get((kind, value))
        if made is not None:
            return made
        for _ in range(_TRIES):
            number = self._numbers.get(key)
            if number is None:
                number = self._numbers[key] = self._names.number()
                first = True
            else:
                first = False
            made = self._written(kind, value, number)
            if not first or self._names.take(made.casefold()):
                break
            del self._numbers[key]
        assert made is not None
        self._made[(kind, value)] = made
        return made

    def _written(self, kind: str, value: str, number: int) -> str:
        digits = [at for at, sign in enumerate(value) if sign.isascii() and sign.isdigit()]
        plain = [at for at, sign in enumerate(value) if sign.isascii() and sign.isalnum()]
        if kind == "mobile" and len(digits) >= 6:
            keep = self._kept(value, digits)
            return _fill(value, digits[keep:][-_DIGIT_SLOTS:], self._decimal(number, min(len(digits) - keep, _DIGIT_SLOTS)))
        word = _word(self._names.salt, 5) + _word(number, _SLOTS - 5)
        if "@" in value:
            local = [at for at in plain if at < value.index("@")]
            if len(local) >= _SLOTS:
                return _fill(value, local[-_SLOTS:], word)
            at = local[0] if local else value.index("@")
            return f"{value[:at]}{_cased(word, value)}.{value[at:]}" if local else f"{value[:at]}{word}{value[at:]}"
        lead = len(self._names.prefix) if self._names.prefix and value.startswith(self._names.prefix) else 0
        slots = [at for at in plain if at >= lead]
        if len(digits) == len(plain) and len(slots) >= _DIGIT_SLOTS:
            return _fill(value, slots[-_DIGIT_SLOTS:], self._decimal(number, _DIGIT_SLOTS))
        if len(slots) >= _SLOTS:
            return _fill(value, slots[-_SLOTS:], word)
        return f"{value[:lead]}{_cased(word, value)}{value[lead:]}"

    def _decimal(self, number: int, places: int) -> str:
        """Digits: the run's salt, then the number; in few places the last digits of both, mixed."""
        if places >= 9:
            return f"{self._names.salt % 10 ** (places - 4):0{places - 4}}{number % 10_000:04}"
        return f"{(self._names.salt * 7919 + number) % 10**places:0{places}}"

    def _kept(self, value: str, digits: list[int]) -> int:
        """How many leading digits of a mobile number stay: its country code, or what tells that it has none."""
        text = "".join(value[at] for at in digits)
        code = next((code for code in self._names.codes if text.startswith(code)), None)
        if code is not None:
            return len(code)
        return 3 if len(digits) >= 9 else 2


def _word(number: int, places: int) -> str:
    signs = []
    for _ in range(places):
        number, rest = divmod(number, 36)
        signs.append(_BASE36[rest])
    return "".join(reversed(signs))


def _fill(value: str, places: list[int], word: str) -> str:
    signs = list(value)
    for at, sign in zip(places, word, strict=True):
        signs[at] = sign.upper() if signs[at].isupper() else sign
    return "".join(signs)


def _cased(word: str, value: str) -> str:
    """The word in capitals where the value's letters are."""
    letters = [sign for sign in value if sign.isascii() and sign.isalpha()]
    return word.upper() if letters and all(sign.isupper() for sign in letters) else word
