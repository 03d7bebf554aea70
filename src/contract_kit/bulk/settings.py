"""What every task of a bulk run has to know, small enough to travel with each."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from contract_kit.contract import Contract
    from contract_kit.org import OrgProfile

RECORD_LIMIT = 10_000_000
"""Bytes: a longer record is rejected without being read as JSON, so that one line cannot take all memory."""


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


@lru_cache(maxsize=16)
def contract_for(settings: Settings) -> Contract:
    """The contract under these settings, made once in each process."""
    from contract_kit.contract import Contract
    from contract_kit.judge.spec import Spec
    from contract_kit.org import OrgProfile

    org = OrgProfile.from_mapping(json.loads(settings.org)) if settings.org else None
    return Contract(Spec.bundled(), org, strict=settings.strict, now=datetime.fromisoformat(settings.now))


def prover(contract: Contract) -> Callable[[bytes], Any]:
    """The contract's fast path: the body of a text that is certainly clean, else ``None``."""
    return contract._proven
