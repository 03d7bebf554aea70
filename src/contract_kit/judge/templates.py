"""The fastest path over texts in bulk: texts that are written like one before, but for their values.

Files are written by programs, which write record after record in the same way. So of a text that the sieve takes a
template is made (``template``), a regular expression with a function for the values that it leaves open. What no template
matches goes to the sieve; where that takes many texts of one other form, the form becomes a template too.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from contract_kit.judge.leaves import UnfitError
from contract_kit.judge.shapes import Shape, Variants
from contract_kit.judge.sieve import Sieve
from contract_kit.judge.template import Template, template

MOST = 4
"""So many templates are tried for a text, the newest ones: one in vain takes a tenth of what the sieve takes, or less."""
PATIENCE = 200
"""So many clean texts have to be of no template before another one is made, and twice as many each time when it was not
worth it."""
WORTH = 8
"""One in so many of them has to match it."""


class Templates:
    """A sieve that learns how texts are written. ``take`` says of a text what the sieve says, or, of a text with backslashes
    of which the sieve says nothing, that it is clean. Ask for it again once in a while: it is another one when something
    was learnt."""

    def __init__(self, sieve: Sieve, shape: Shape | Variants) -> None:
        self._sieve, self._shape = sieve, shape
        self._chain: list[Template] = []
        self._missed: deque[bytes] = deque(maxlen=PATIENCE)
        self._count, self._patience = 0, PATIENCE
        self.take: Sieve = self._last

    def learn(self, text: bytes, others: Sequence[bytes] = ()) -> bool:
        """Make a template of a text that the sieve takes; whether one could be made. ``others`` are more of the same input,
        to see what stays the same in them."""
        made = self._made(text, others)
        if made is not None:
            self._add(made)
        return made is not None

    def _made(self, text: bytes, others: Sequence[bytes]) -> Template | None:
        try:
            return template(self._sieve, self._shape, text.rstrip(b"\r\n"), others) if self._sieve(text) else None
        except UnfitError:
            return None

    def _add(self, made: Template) -> None:
        self._chain = [*self._chain, made][-MOST:]
        for one, following in zip(self._chain, self._chain[1:], strict=False):
            one.otherwise(following.take)
        made.otherwise(self._last)
        self.take = self._chain[0].take

    def _last(self, data: bytes) -> list[str] | None:
        found = self._sieve(data)
        if found:
            self._missed.append(data)
            self._count += 1
            if self._count >= self._patience:
                self._consider(data)
        return found

    def _consider(self, text: bytes) -> None:
        """Learn the form of a text if enough of those that were missed have it."""
        missed = [*self._missed]
        self._count = 0
        self._missed.clear()
        made = self._made(text, missed)
        if made is not None and sum(made.matches(other) is not None for other in missed) * WORTH >= len(missed):
            self._add(made)
        else:
            self._patience *= 2


def build(sieve: Sieve, shape: Shape | Variants, texts: Sequence[bytes]) -> Templates:
    """Templates that begin with the form of the first text."""
    templates = Templates(sieve, shape)
    templates.learn(texts[0], texts)
    return templates
