"""An event on the current span of OpenTelemetry, where the program uses that."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from contract_kit.guards.watching import Seen

EVENT = "contract_kit.findings"


def add_event(seen: Seen) -> None:
    """Tell the current span what was found. Without a span that records, or without OpenTelemetry, nothing happens: who
    has such a span has imported it already. No message and no value goes there, only codes, places and counts."""
    trace = sys.modules.get("opentelemetry.trace")
    if trace is None:
        return
    span = trace.get_current_span()
    if not span.is_recording():
        return
    attributes: dict[str, object] = {
        "contract_kit.side": seen.side,
        "contract_kit.verdict": seen.outcome.verdict.value,
        "contract_kit.blocked": seen.blocked,
        "contract_kit.codes": [finding.code for finding in seen.findings],
        "contract_kit.places": [finding.location.expression for finding in seen.findings],
        "contract_kit.severities": [finding.severity.value for finding in seen.findings],
        "contract_kit.api_codes": sorted(seen.outcome.api_codes | seen.outcome.warning_codes),
    }
    span.add_event(EVENT, attributes)
