"""Rejections that were explained before: of records that are alike (``judge.alike``) one is judged, the rest are counted."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from contract_kit.bulk.settings import Settings, contract_for
from contract_kit.bulk.tally import Told, told_of
from contract_kit.bulk.telling import told
from contract_kit.bulk.verdict import Judged, judge
from contract_kit.jsontext import Document
from contract_kit.judge.alike import Alike
from contract_kit.judge.proof import plain_document

REMEMBERED = 4000
"""So many rejections are remembered."""
_LONGEST = 4000
"""Bytes of a key, or of a rejection, that is remembered: some 1,500 are common."""


class Rejection(NamedTuple):
    """How a record is rejected: as it is written, and as it is counted."""

    said: bytes
    told: Told


class Explainer:
    """Judges records that are not proven clean. A rejection may stand for others that are alike."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._contract = contract_for(settings)
        groups = self._contract._runner.groups
        # A rejection that shows values is its record's own.
        self._alike = Alike(groups) if groups is not None and not settings.show_values else None
        self._known: dict[bytes, Rejection] = {}

    def explain(self, data: bytes) -> Rejection | Judged:
        """The rejection of a record, or, of one that is accepted, all that was found."""
        document = plain_document(data)
        key = self._key(document)
        if key is not None and (known := self._known.get(key)) is not None:
            return known
        judged = judge(self._contract, data, document=document, proven=False)
        if judged.accepted:
            return judged
        rejection = self.reject(judged, data)
        if key is not None and len(rejection.said) <= _LONGEST:
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            self._known[key] = rejection
        return rejection

    def reject(self, judged: Judged, data: bytes) -> Rejection:
        """The rejection of a record that was judged."""
        said = told(judged.result, show_values=self._settings.show_values, record=data)
        return Rejection(said, told_of(judged.result))

    def _key(self, document: Document | None) -> bytes | None:
        if self._alike is None or document is None:
            return None
        key = self._alike.key(document.value)
        return key if key is not None and len(key) <= _LONGEST else None


@lru_cache(maxsize=4)
def explainer_for(settings: Settings) -> Explainer:
    """The explainer under these settings, made once in each process."""
    return Explainer(settings)
