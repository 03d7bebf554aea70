"""What had to come and what came, each in a line that shows no values of persons."""

from __future__ import annotations

from contract_kit.exchange import MISSING, Response
from contract_kit.outcome import Outcome
from contract_kit.rules.responses import code_of, errors_of, warnings_of


def spoken(outcome: Outcome) -> str:
    """What an outcome wants, in a line."""
    statuses = " or ".join(map(str, sorted(outcome.statuses)))
    if outcome.refused:
        codes = " or ".join(map(str, sorted(outcome.api_codes)))
        return f"a refusal with {codes} is called for (status {statuses})" if codes else f"status {statuses} is called for"
    if outcome.accepted:
        warned = f" and warnings {', '.join(map(str, sorted(outcome.warning_codes)))}" if outcome.warning_codes else ""
        who = " with the id of the customer that is there" if outcome.customer_id is not None else ""
        return f"a success{who} (status 200){warned}"
    return "any documented answer"


def told(response: Response) -> str:
    """What an answer says, in a line that shows no values of persons."""
    errors, warnings = errors_of(response), warnings_of(response)
    said = [f"status {response.status}"]
    if errors:
        said.append("errors " + ", ".join(str(code_of(entry)) for entry in errors))
    elif isinstance(response.body, dict) and "createdId" in response.body:
        said.append("a createdId")
    elif response.body is MISSING:
        said.append("no body")
    elif not isinstance(response.body, dict):
        said.append("no JSON object")
    if warnings:
        said.append("warnings " + ", ".join(str(code_of(entry)) for entry in warnings))
    return ", ".join(said)
