"""The report as JSON: a public format (version 1), published as ``fuzz.schema.json`` beside the package."""

from __future__ import annotations

from contract_kit.fuzz.output import Manner
from contract_kit.fuzz.report import FuzzReport, as_json


def render(report: FuzzReport, *, manner: Manner) -> str:
    """One JSON document."""
    return as_json(report)
