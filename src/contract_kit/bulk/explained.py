"""What was explained before: of records that are alike (``judge.alike``) one is judged, the rest are counted."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

from contract_kit.bulk.settings import Settings, contract_for, plain_identities
from contract_kit.bulk.tally import Told, told_of
from contract_kit.bulk.telling import told
from contract_kit.bulk.verdict import Judged, Keys, judge, keys_of
from contract_kit.jsontext import Document
from contract_kit.judge.alike import Alike, Key
from contract_kit.judge.escapes import plain
from contract_kit.judge.layout import read
from contract_kit.judge.proof import plain_document

REMEMBERED = 4000
"""So many explanations are remembered."""
_LONGEST = 4000
"""Bytes of a key, or of a rejection, that is remembered: some 1,500 are common."""


class Rejection(NamedTuple):
    """How a record is rejected: as it is written, and as it is counted."""

    said: bytes
    told: Told


class Acceptance(NamedTuple):
    """What is counted of a record that is accepted: nothing but the verdict where nothing was found; and its keys."""

    told: Told
    keys: Keys


class _Taken(NamedTuple):
    """What is remembered of a record that is accepted. ``plain`` tells that its keys are those of all identifiers in it:
    then so are those of others that are alike, since whatever else makes a difference is part of what is alike."""

    told: Told
    plain: bool


class _Refused(NamedTuple):
    """What is remembered of a rejection: what stands before and after the text that is shown in it, or all of it."""

    pieces: tuple[bytes, ...]
    told: Told


class Explainer:
    """Judges records that are not proven clean. What is said of one may stand for others that are alike."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._contract = contract_for(settings)
        runner = self._contract._runner
        self._alike = Alike(runner.groups, runner.context) if runner.groups is not None else None
        self._known: dict[bytes, _Refused | _Taken] = {}

    def explain(self, data: bytes) -> Rejection | Acceptance:
        """The rejection of a record, or what was found in one that is accepted."""
        document = plain_document(plain(data) or data)
        key = self._key(document)
        known = self._known.get(key.data) if key is not None else None
        if isinstance(known, _Refused):
            return Rejection(_quoted(key).join(known.pieces), known.told)
        if known is not None and document is not None:
            return Acceptance(known.told, self._keys(document.value, plain=known.plain))
        judged = judge(self._contract, data, document=document, proven=False)
        if judged.accepted:
            assert judged.request is not None
            found = Acceptance(told_of(judged.result), keys_of(judged.request, self._contract.org))
            if document is not None:
                self._remember(key, _Taken(found.told, _plain_keys(document.value) == found.keys))
            return found
        rejection = self.reject(judged, data)
        # A rejection that shows values is its record's own.
        if not self._settings.show_values and len(rejection.said) <= _LONGEST and key is not None:
            self._remember_refusal(key, rejection)
        return rejection

    def _remember_refusal(self, key: Key, rejection: Rejection) -> None:
        shown = key.shown
        pieces = rejection.said.split(_quoted(key)) if shown is not None else [rejection.said]
        if shown is not None and (len(pieces) != 2 or any(shown.encode() in piece for piece in pieces)):
            return  # it is not clear where to put another one
        self._remember(key, _Refused(tuple(pieces), rejection.told))

    def _keys(self, body: Any, *, plain: bool) -> Keys:
        found = _plain_keys(body) if plain else None
        return found if found is not None else keys_of(read(body, "request")[0].request, self._contract.org)

    def _remember(self, key: Key | None, said: _Refused | _Taken) -> None:
        if key is not None:
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            self._known[key.data] = said

    def reject(self, judged: Judged, data: bytes) -> Rejection:
        """The rejection of a record that was judged."""
        said = told(judged.result, show_values=self._settings.show_values, record=data)
        return Rejection(said, told_of(judged.result))

    def _key(self, document: Document | None) -> Key | None:
        if self._alike is None or document is None:
            return None
        key = self._alike.key(document.value)
        return key if key is not None and len(key.data) <= _LONGEST else None


def _quoted(key: Key | None) -> bytes:
    """The shown text as it stands in a message, with its quotes, where that is written as JSON."""
    return b'\\"%b\\"' % key.shown.encode() if key is not None and key.shown is not None else b""


def _plain_keys(body: Any) -> Keys | None:
    """The keys of a body, found without a view of it; ``None`` where it has another shape."""
    try:
        return Keys(plain_identities(body), False)
    except (KeyError, TypeError, AttributeError):
        return None


@lru_cache(maxsize=4)
def explainer_for(settings: Settings) -> Explainer:
    """The explainer under these settings, made once in each process."""
    return Explainer(settings)
