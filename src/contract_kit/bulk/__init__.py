"""Bulk validation: whole files of registrations, judged before they are sent.

- ``validate_stream`` judges records one at a time, inside a pipeline of your own.
- ``Job`` and ``run`` do what ``contract-kit bulk`` does.

It needs the packages of ``contract-kit[bulk]``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from contract_kit.bulk.job import Job
    from contract_kit.bulk.running import Outcome, Progress, run
    from contract_kit.bulk.stream import Checked, validate_stream

_HOMES = {
    "Checked": "stream",
    "Job": "job",
    "Outcome": "running",
    "Progress": "running",
    "run": "running",
    "validate_stream": "stream",
}

__all__ = ["Checked", "Job", "Outcome", "Progress", "run", "validate_stream"]


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
