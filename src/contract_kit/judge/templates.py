"""The fastest path over texts in bulk: texts that are written like one before, but for their values.

Files are written by programs, which write record after record in the same way. So of a text that the sieve takes a
template is made (``template``), a regular expression with a function for the values that it leaves open. One template is
tried first; behind it others are looked up by the number of quotes in a text, which tells forms apart that have different
members. What none of them matches goes to the sieve; a form that is met often there becomes a template too.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from itertools import pairwise

from contract_kit.judge.escapes import plain
from contract_kit.judge.goodness import Memory
from contract_kit.judge.leaves import UnfitError
from contract_kit.judge.shapes import Shape, Variants
from contract_kit.judge.sieve import Sieve
from contract_kit.judge.template import Template, template

PATIENCE = 1000
"""So many clean texts with one number of quotes have to be of no template before one is made of the last, which takes as
long as looking at two thousand; twice as many again where it fails, or others have to go for it."""
NUMBERS, MOST = 64, 4
"""For so many numbers of quotes there are templates, and so many for each."""
WORTH = 4
"""One in so many of the texts that were missed has to match a new template."""
_RECENT, _LONGEST = 1000, 10_000
_LOOK = 2000
"""After so many texts it is seen how many of them were matched."""
_REST = 100_000
"""Where most were not, the sieve is asked alone for a while: at most for so many texts."""


class Templates:
    """A sieve that learns how texts are written. It says of a text what the sieve says, or, of a text with backslashes of
    which the sieve says nothing, that it is clean."""

    def __init__(self, sieve: Sieve, shape: Shape | Variants) -> None:
        self._sieve, self._shape = sieve, shape
        self._first: Template | None = None
        self._asked = self._astray = self._sieved = self._learnt = 0
        self._pause = self._rest = 0
        self._chains: dict[int, list[Template]] = {}
        self._takes: dict[int, Sieve] = {}
        self._recent: deque[bytes] = deque(maxlen=_RECENT)
        self._missed: dict[int, int] = {}
        self._patience: dict[int, int] = {}
        self._memory = Memory()

    def take(self, count: int = 1) -> Sieve:
        """What is to be asked about the next so many texts."""
        if self._asked >= _LOOK:
            self._look()
        if self._rest > 0:
            self._rest -= count
            return self._sieve
        self._asked += count
        return self._first.take if self._first is not None else self._others

    def _look(self) -> None:
        """See how many of the last texts were matched."""
        if self._first is not None and 2 * self._astray > self._asked:
            self._add(self._first.text.count(b'"'), self._first)  # most are not of this form
            self._first = None
        # A template that does not match takes time as well; but while forms are learnt, more will.
        idle = 2 * self._sieved > self._asked and not self._learnt
        self._pause = min(max(_LOOK, 2 * self._pause), _REST) if idle else 0
        self._rest = self._pause
        self._asked = self._astray = self._sieved = self._learnt = 0

    def learn(self, text: bytes, others: Sequence[bytes] = ()) -> bool:
        """Try the form of this text first; whether it has one. ``others`` are more of the same input, to see what stays the
        same in them."""
        self._first = self._made(text, others)
        if self._first is not None:
            self._first.otherwise(self._others)
        return self._first is not None

    def _made(self, text: bytes, others: Sequence[bytes], least: float = 0) -> Template | None:
        said = plain(text)
        try:
            if said is None or not self._sieve(said):
                return None
            return template(self._sieve, self._shape, said.rstrip(b"\r\n"), others, self._memory, least)
        except UnfitError:
            return None

    def _others(self, data: bytes) -> list[str] | None:
        self._astray += 1
        take = self._takes.get(data.count(b'"'))
        return take(data) if take is not None else self._last(data)

    def _last(self, data: bytes) -> list[str] | None:
        self._sieved += 1
        data = plain(data) or data
        found = self._sieve(data)
        if found and len(data) <= _LONGEST:
            number = data.count(b'"')
            self._recent.append(data)
            self._missed[number] = missed = self._missed.get(number, 0) + 1
            if missed >= self._patience.get(number, PATIENCE):
                self._consider(number, data)
        return found

    def _consider(self, number: int, text: bytes) -> None:
        """Learn the form of a text if enough of those that were missed have it."""
        self._missed[number] = 0
        if number not in self._chains and len(self._chains) >= NUMBERS:
            return
        missed = [other for other in self._recent if other.count(b'"') == number]
        # What was steady in a template before, and is not any more, is left open in the new one.
        before = [one.text for one in (*self._chains.get(number, ()), *([self._first] if self._first else ()))]
        made = self._made(text, [*missed, *before], len(missed) / WORTH)
        if made is None or len(self._chains.get(number, ())) == MOST:
            self._patience[number] = 2 * self._patience.get(number, PATIENCE)
        if made is not None:
            self._add(number, made)
            self._learnt += 1

    def _add(self, number: int, made: Template) -> None:
        """The newest one of a number is tried first."""
        chain = self._chains[number] = [made, *self._chains.get(number, ())][:MOST]
        for one, following in pairwise(chain):
            one.otherwise(following.take)
        chain[-1].otherwise(self._last)
        self._takes[number] = made.take


def build(sieve: Sieve, shape: Shape | Variants, texts: Sequence[bytes]) -> Templates:
    """Templates that begin with the form of the first text."""
    templates = Templates(sieve, shape)
    templates.learn(texts[0], texts)
    return templates
