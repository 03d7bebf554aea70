"""Each rule's examples, alone in an otherwise plain body, and their good twins.

The rules' own grafts come first; where a rule depends on what an org has, breaches are made from the org profile. Valid
twins travel together, a few in one body: where one of them is refused, the reducer finds out which.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from contract_kit.contract import Contract
from contract_kit.examples import graft
from contract_kit.exchange import Request
from contract_kit.findings import Effect
from contract_kit.fuzz.bodies import Bodies
from contract_kit.fuzz.steps import Case, Step
from contract_kit.fuzz.suites.protocol import RULES as PROTOCOL
from contract_kit.fuzz.suites.twins import KEPT, joinable, together
from contract_kit.rule import REMOVED, Example, Rule
from contract_kit.rules import ALL

REQUEST_KINDS = ("text", "schema", "request", "body", "profile", "identifier", "channel", "enrollment")
_TEXT = '{"profiles": [{"source": "INSTORE", "identifiers": [{"type": "cuid", "value": "c-1"}]}]'
_CREDENTIALS = ("authorization", "x-cap-api-oauth-token")
_ELSEWHERE = frozenset(code for codes in PROTOCOL.values() for code in codes)
NOT_TRIED = {
    "number-out-of-range": "no number in a request has a bound",
    "schema-broken": "it is for documents of somebody else's",
    "password-not-hashed": "it would take the tester's own password in clear",
}
"""Rules that no request of the fuzzer breaks, and why."""
_UNIONS = "values of each allowed type"
_EFFECTS = {
    Effect.REFUSES: 72,
    Effect.WARNS: 70,
    Effect.CUTS: 68,
    Effect.MAY_WARN: 45,
    Effect.NONE: 44,
    Effect.UNDOCUMENTED: 20,
}


def cases(contract: Contract, bodies: Bodies) -> Iterator[Case]:
    """Breaches first, one request each; then the valid twins together."""
    seen: set[str] = set()
    every = contract.with_rules()  # one that speaks of all rules, and is compiled once
    twins: list[tuple[str, dict[str, Any]]] = []
    for rule in ALL:
        if rule.on not in REQUEST_KINDS or rule.code in _ELSEWHERE:
            continue
        number = 0
        for example, own in (*((one, False) for one in rule.bad), *((one, True) for one in _own(rule, contract, bodies))):
            if own and number and rule.code not in ("mandatory-missing", "query-source-unknown", "identifier-repeated"):
                continue
            step = _step(rule, example, bodies)
            if step is None:
                continue
            key = json.dumps(step.as_data(), sort_keys=True)
            effect = _effect(every, rule, step)
            if effect is None or key in seen:
                continue
            seen.add(key)
            if effect is Effect.NONE and joinable(rule, example):
                twins.append((rule.code, dict(example.graft)))
                continue
            step = _looked(step, effect)
            yields = _EFFECTS[effect] - 3 * number
            valid = effect not in (Effect.REFUSES, Effect.UNDOCUMENTED)
            core = not (number and effect is Effect.UNDOCUMENTED)
            yield Case("rules", f"{rule.code}: {example.note}", (step,), yields, rules=(rule.code,), valid=valid, core=core)
            number += 1
        for example in rule.good:
            if not example.graft:
                continue
            if joinable(rule, example):
                twins.append((f"{rule.code}{KEPT}", dict(example.graft)))
                continue
            step = _step(rule, example, bodies)
            if step is not None and _accepted(contract, step):
                yield Case(
                    "rules", f"{rule.code}: {example.note} (good)", (step,), 46, rules=(f"{rule.code}{KEPT}",), valid=True
                )
    twins += [(_UNIONS, {pointer: value}) for pointer, value in _allowed(contract)]
    yield from together(contract, bodies, twins)


def _allowed(contract: Contract) -> Iterator[tuple[str, Any]]:
    """Values of each kind that a union of types allows."""
    samples = {"string": ("sample", ""), "number": (7, 7.5), "null": (None,)}
    for place in (
        "/profiles/0/fields/employee",
        "/profiles/0/fields/dateofbirth",
        "/extendedFields/city",
        "/extendedFields/zip",
    ):
        for type_ in ("number", "string", "null"):
            for value in samples[type_]:
                yield place, value
    for member in ("primary", "verified", "meta/residence", "meta/office"):
        for value in (True, "true", False, "false"):
            yield f"/profiles/0/commChannels/0/{member}", value


def applicable(contract: Contract, bodies: Bodies) -> set[str]:
    """The rules on requests that this suite can break under this org."""
    return {code for case in cases(contract, bodies) for code in case.rules if not code.endswith(KEPT)}


# -- breaches -------------------------------------------------------------------------------------------------------------


def _step(rule: Rule, example: Example, bodies: Bodies) -> Step | None:
    """The request that an example stands for, on a plain body of the org; ``None`` where the body has no such place."""
    if rule.on == "text":
        text = example.graft[""]
        base = json.dumps(bodies.plain)[:-1]
        if isinstance(text, str):
            if not text.strip():
                return None
            return Step(text.replace(_TEXT, base).replace(_TEXT.replace('"', "'"), base.replace('"', "'")))
        for encoding in ("utf-16", "utf-8-sig"):
            try:
                return Step(text.decode(encoding).replace(_TEXT, base).encode(encoding))
            except UnicodeDecodeError:
                continue
        return Step(text)
    try:
        if rule.on == "request":
            return _request(example, bodies)
        return Step(graft(bodies.with_parts(list(example.graft)), example.graft))
    except (KeyError, IndexError, TypeError, ValueError):
        return None


def _request(example: Example, bodies: Bodies) -> Step | None:
    inside = [pointer.removeprefix("/body") for pointer in example.graft if pointer.startswith("/body/")]
    parts = graft({"body": bodies.with_parts(inside), "headers": {}, "query": {}}, example.graft)
    headers = {name: value for name, value in parts.get("headers", {}).items() if isinstance(value, str)}
    media = next((value for name, value in headers.items() if name.lower() == "content-type"), "application/json")
    shown = any(name.lower() in _CREDENTIALS for name in headers)
    if shown:
        return None
    rest = tuple((name, value) for name, value in headers.items() if name.lower() != "content-type")
    query = {name: str(value) for name, value in parts.get("query", {}).items()}
    return Step(parts["body"], rest, query, media_type=media)


def _effect(every: Contract, rule: Rule, step: Step) -> Effect | None:
    """What a server does about the breach, where it is the only one that counts; ``None`` where it is not."""
    found = _found(every, step)
    own = [finding for finding in found if finding.code == rule.code]
    if not own:
        return None
    effect: Effect = own[0].consequence.effect
    counting = {f.code for f in found if f.consequence.effect in (Effect.REFUSES, Effect.UNDOCUMENTED, Effect.WARNS)}
    if counting - {rule.code}:
        return None
    return effect


def _found(every: Contract, step: Step) -> list[Any]:
    from contract_kit import jsontext

    if isinstance(step.body, (str, bytes)):
        data = step.body.encode("utf-8", "surrogatepass") if isinstance(step.body, str) else step.body
        return list(every.judge(jsontext.parse(data)).findings)
    headers = dict(step.headers) | ({"Content-Type": step.media_type} if step.media_type else {})
    return list(every.check(Request(step.body, headers, dict(step.query) or None)).findings)


def _accepted(contract: Contract, step: Step) -> bool:
    if isinstance(step.body, (str, bytes)):
        return False
    return contract.predict(Request(step.body, dict(step.headers), dict(step.query) or None)).accepted


def _looked(step: Step, effect: Effect) -> Step:
    if effect is not Effect.CUTS:
        return step
    return Step(step.body, step.headers, step.query, look=True)


def _own(rule: Rule, contract: Contract, bodies: Bodies) -> Iterator[Example]:
    """Breaches of rules that depend on the org, made from its profile."""
    org, place = contract.org, "/profiles/0"
    if rule.code == "source-not-enabled" and org.sources is not None:
        for source in contract.spec.vocabulary.values["source"]:
            if source not in org.sources:
                yield Example({f"{place}/source": source}, f"source {source}")
                return
    if rule.code in ("account-missing", "account-unknown"):
        for source, account in bodies.places:
            if account is not None:
                grafted: dict[str, Any] = {f"{place}/source": source}
                if rule.code == "account-unknown":
                    grafted[f"{place}/accountId"] = "contract-kit-none"
                yield Example(grafted, f"source {source}")
                return
    if rule.code == "query-source-unknown":
        yield Example(
            {"/query/source": "contract-kit-none", "/body/profiles/0/source": REMOVED}, "standing in for a profile's own"
        )
    if rule.code == "identifier-repeated":
        first = bodies.plain["profiles"][0]["identifiers"][0]
        yield Example({f"{place}/identifiers/-": dict(first)}, "the same identifier twice")
        if first["type"] == "mobile":
            yield Example(
                {f"{place}/identifiers/-": {"type": "mobile", "value": f"+{first['value']}"}},
                "the same mobile with a plus sign",
            )
    if rule.code == "till-unknown":
        yield Example({"/associatedWith": "contract-kit-none"}, "a till of nobody's")
    if rule.code == "status-label-unknown":
        yield Example({"/statusLabel": "contract-kit-none"}, "a label of nobody's")
    if rule.code == "mandatory-missing":
        for attribute in org.mandatory:
            head, _, name = attribute.partition(".")
            if head in ("firstName", "lastName"):
                yield Example({f"{place}/{head}": REMOVED}, attribute)
            elif head == "fields":
                yield Example({f"{place}/fields/{name}": REMOVED}, attribute)
            elif head == "extendedFields":
                yield Example({f"/extendedFields/{name}": REMOVED}, attribute)
            elif head == "associatedWith":
                yield Example({"/associatedWith": REMOVED}, attribute)
            else:
                items = [item for item in bodies.plain["profiles"][0]["identifiers"] if item["type"] != head]
                other = next((type_ for type_ in bodies.types if type_ not in org.mandatory), None)
                if not items and other is not None:
                    items = [bodies.identifier(other, 2)]
                yield Example({f"{place}/identifiers": items}, attribute)
