"""Rules' examples as things that can be judged: planted into the base example of their part.

The tests, the docs page, ``explain`` and the fuzzer take a rule's examples from here, so that all of them speak of the
same requests and answers.
"""

from __future__ import annotations

from contract_kit import jsontext
from contract_kit.contract import Contract
from contract_kit.examples import NOW, answer, graft, org_for, registration
from contract_kit.exchange import MISSING, Exchange, Request, Response
from contract_kit.findings import Finding, escape_pointer
from contract_kit.org import OrgProfile
from contract_kit.report import InputResult
from contract_kit.rule import Example, Rule

Planted = Request | Response | Exchange | str | bytes


def planted(rule: Rule, example: Example) -> Planted:
    """What an example stands for: a request, an answer, an exchange, or for rules on text the text itself."""
    if rule.on == "text":
        text = example.graft[""]
        assert isinstance(text, (str, bytes))
        return text
    if rule.on == "response":
        return _response(graft(answer(), example.graft))
    if rule.on == "exchange":
        both = graft({"request": {"body": registration()}, "response": answer()}, example.graft)
        return Exchange(_request(both["request"]), _response(both["response"]))
    if rule.on == "request":
        return _request(graft({"body": registration(), "headers": {}, "query": {}}, example.graft))
    return Request(graft(registration(), example.graft))


def judge_example(contract: Contract, rule: Rule, example: Example) -> InputResult:
    """The result for an example, under its own org profile and at the examples' moment."""
    contract = contract.for_org(OrgProfile.from_mapping(org_for(example))).at(NOW)
    subject = planted(rule, example)
    if isinstance(subject, (str, bytes)):
        data = subject.encode() if isinstance(subject, str) else subject
        return contract.judge(jsontext.parse(data))
    return contract.check(subject).inputs[0]


def found_at(rule: Rule, finding: Finding) -> str:
    """A finding's place in the notation of the rule's grafts; for rules on text the text as a whole."""
    if rule.on == "text":
        return ""
    if rule.on in ("request", "response", "exchange"):
        return escape_pointer(finding.pointer)
    return escape_pointer(finding.location.pointer)


def _request(parts: dict[str, object]) -> Request:
    headers, query, method = parts.get("headers"), parts.get("query"), parts.get("method")
    return Request(
        parts.get("body", MISSING),
        headers if isinstance(headers, dict) and headers else None,
        query if isinstance(query, dict) and query else None,
        *([method] if isinstance(method, str) else []),
    )


def _response(parts: dict[str, object]) -> Response:
    status, headers = parts.get("status"), parts.get("headers")
    return Response(
        parts.get("body", MISSING),
        status if isinstance(status, int) else None,
        headers if isinstance(headers, dict) else None,
    )
