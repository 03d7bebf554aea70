"""The report as one HTML page."""

from __future__ import annotations

from contract_kit.fuzz.output import Manner
from contract_kit.fuzz.report import FuzzReport, as_data
from contract_kit.reporters.html import page


def render(report: FuzzReport, *, manner: Manner) -> str:
    """A page that needs no network."""
    return page(as_data(report), kind="fuzz", fail_on=manner.fail_on.value, version=manner.version, saved=manner.saved)
