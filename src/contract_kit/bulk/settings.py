"""What every task of a bulk run has to know, small enough to travel with each."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from contract_kit.ledger import Identity, identity

if TYPE_CHECKING:
    from contract_kit.contract import Contract
    from contract_kit.judge.templates import Templates
    from contract_kit.org import OrgProfile

RECORD_LIMIT = 10_000_000
"""Bytes: a longer record is rejected without being read as JSON, so that one line cannot take all memory."""


_MOST = 16
"""So many settings are remembered with what was made for them."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How records are judged. ``org`` is the org profile as JSON text, empty where there is none; ``now`` the moment of the
    run as ISO text, so that every worker, and a run that is resumed, judges dates alike. ``show_values`` puts the values
    at fault and the record itself, which may be personal data, into rejections."""

    org: str = ""
    now: str = "2026-01-01T00:00:00+00:00"
    strict: bool = False
    show_values: bool = False
    record_limit: int = RECORD_LIMIT

    @classmethod
    def of(
        cls,
        org: OrgProfile | None,
        *,
        now: datetime | None = None,
        strict: bool = False,
        show_values: bool = False,
        record_limit: int = RECORD_LIMIT,
    ) -> Settings:
        """The settings for an org profile, at a moment that is by default this one."""
        text = json.dumps(org.to_mapping()) if org is not None else ""
        return cls(text, (now or datetime.now(UTC)).isoformat(), strict, show_values, record_limit)


@lru_cache(maxsize=_MOST)
def contract_for(settings: Settings) -> Contract:
    """The contract under these settings, made once in each process."""
    from contract_kit.contract import Contract
    from contract_kit.judge.spec import Spec
    from contract_kit.org import OrgProfile

    org = OrgProfile.from_mapping(json.loads(settings.org)) if settings.org else None
    return Contract(Spec.bundled(), org, strict=settings.strict, now=datetime.fromisoformat(settings.now))


Identities = list[str] | None
"""The identities of a record that is certainly clean, each as type, zero byte and normalised value; none where that is not
certain, ``None`` where another function has to say."""

FastPath = Callable[[bytes], Identities]
_BEST: dict[Settings, Templates | None] = {}
_TRIED = 20
"""So many records are looked at to find a clean one."""


def fast_paths(settings: Settings, lines: Sequence[bytes]) -> tuple[FastPath, FastPath]:
    """The fast paths under these settings: the sieve with its templates (``judge.sieve``, ``judge.templates``), and what
    takes the records that it does not decide. ``lines`` are those that come next: the sieve is made for records that are
    written like the first clean one. Ask again for each list of lines: the sieve learns."""
    if settings not in _BEST:
        from contract_kit.judge.escapes import plain

        contract = contract_for(settings)
        proven = prover(contract)
        for place, line in enumerate(lines[:_TRIED]):
            body = proven(plain(line) or line)
            if body is not None:
                if len(_BEST) >= _MOST:
                    _BEST.clear()
                _BEST[settings] = contract._proof.templates_of(body, lines[place:])
                break
    best = _BEST.get(settings)
    return best.take(len(lines)) if best is not None else _undecided, _slower(settings)


@lru_cache(maxsize=_MOST)
def _slower(settings: Settings) -> FastPath:
    from contract_kit.judge.escapes import plain

    proven = prover(contract_for(settings))

    def slower(data: bytes) -> Identities:
        body = proven(plain(data) or data)
        return [f"{type_}\0{value}" for type_, value in plain_identities(body)] if body is not None else []

    return slower


def _undecided(data: bytes) -> Identities:
    return None


def prover(contract: Contract) -> Callable[[bytes], Any]:
    """The contract's fast path for one record: the body of a text that is certainly clean, else ``None``."""
    return contract._proven


def plain_identities(body: Any) -> tuple[Identity, ...]:
    """The identities of a body that is proven clean."""
    items = (item for profile in body["profiles"] for item in profile["identifiers"])
    return tuple(dict.fromkeys(identity(item["type"], item["value"]) for item in items))
