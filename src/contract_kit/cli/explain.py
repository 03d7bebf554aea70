"""``contract-kit explain``: a rule, an API code or a fact, with examples and what they rest on."""

from __future__ import annotations

import argparse
import json
import textwrap
from collections.abc import Iterable, Iterator

from contract_kit.cli.answers import answers
from contract_kit.cli.common import CLEAN, Commands, Parser, near
from contract_kit.cli.writing import deliver
from contract_kit.contract import Contract
from contract_kit.errors import UsageError
from contract_kit.findings import Consequence, Effect, Finding
from contract_kit.judge.spec import ApiCode, Fact
from contract_kit.rule import REMOVED, Example, Rule
from contract_kit.showing import revealed

WIDTH = 100
_EPILOG = """\
examples:
  contract-kit explain source-unknown
  contract-kit explain 8006
  contract-kit explain F20
"""

COMMANDS: Commands = {}


def configure(parser: Parser) -> None:
    """Declare description and arguments."""
    parser.description = "Explain a rule, an API code, or a fact that rules rest on."
    parser.epilog = _EPILOG
    parser.add_argument(
        "code", metavar="CODE", help="a rule such as source-unknown, an API code such as 8006, a fact such as F20"
    )


def run(options: argparse.Namespace) -> int:
    """Print the explanation."""
    contract = Contract.bundled()
    deliver("\n".join(explained(contract, options.code.strip())) + "\n", None, machine=False)
    return CLEAN


def explained(contract: Contract, word: str) -> Iterator[str]:
    """The lines that explain a rule, an API code or a fact. Raises ``UsageError`` for anything else."""
    rules = {rule.code: rule for rule in contract.rules}
    if word.lower() in rules:
        return _rule(contract, rules[word.lower()])
    if word.isascii() and word.isdigit() and int(word) in contract.api_codes:
        return _api_code(contract, contract.api_codes[int(word)])
    fact = next((fact for id_, fact in contract.facts.items() if id_.lower() == word.lower()), None)
    if fact is not None:
        return _fact(contract, fact)
    known = [*rules, *(str(code) for code in contract.api_codes), *contract.facts]
    hint = near(word, known) or "contract-kit rules lists the rules"
    raise UsageError(f"{word!r} is no rule, no API code that is documented here, and no fact", hint=hint)


def _rule(contract: Contract, rule: Rule) -> Iterator[str]:
    yield f"{rule.code}  {rule.severity.value}, {' '.join((rule.evidence.value, *rule.facts))}"
    yield ""
    yield from _paragraph(rule.title + ".")
    for part in rule.explanation.split("\n\n") if rule.explanation else ():
        yield ""
        yield from _paragraph(part)
    yield ""
    if rule.on not in ("response", "exchange"):
        said = (_effect(contract, consequence) for consequence in answers(contract, rule).consequences)
        yield from _paragraph(f"Server: {'; or '.join(dict.fromkeys(said))}")
    if "{" not in rule.hint:
        yield from _paragraph(f"What to do: {rule.hint}")
    if rule.needs:
        yield from _paragraph(f"Speaks only where the org profile has: {', '.join(rule.needs)}")
    for heading, examples in (("Bad", rule.bad), ("Good", rule.good)):
        if examples:
            yield ""
            yield heading
            for example in examples:
                yield from _example(contract, rule, example, bad=heading == "Bad")
    yield from _facts(contract, rule.facts)


def _api_code(contract: Contract, entry: ApiCode) -> Iterator[str]:
    yield f"{entry.code}  {entry.kind}, {' '.join((entry.evidence.value, *entry.facts))}"
    yield ""
    yield from _paragraph(entry.meaning[:1].upper() + entry.meaning[1:].rstrip(".") + ".")
    if entry.cause:
        yield from _paragraph(f"Cause: {entry.cause}")
    open_ = "200 or 400; which of them is documented nowhere (D01)"
    yield f"HTTP status: {open_ if entry.status == 'any' else entry.status}"
    foreseen = [(rule, answers(contract, rule)) for rule in contract.rules]
    yield from _rules("Rules that foresee it", [rule for rule, said in foreseen if entry.code in said.certain])
    yield from _rules("Rules where it is likely", [rule for rule, said in foreseen if entry.code in said.likely])
    yield from _facts(contract, entry.facts)


def _fact(contract: Contract, fact: Fact) -> Iterator[str]:
    yield f"{fact.id}  {fact.evidence.value}, {fact.area}"
    yield ""
    yield from _paragraph(fact.text)
    yield from _rules("Rules that rest on it", [rule for rule in contract.rules if fact.id in rule.facts])
    resting = [entry for entry in contract.api_codes.values() if fact.id in entry.facts]
    if resting:
        yield ""
        yield "API codes that rest on it"
        for entry in resting:
            yield f"  {entry.code}  {entry.meaning}"


def _rules(heading: str, rules: list[Rule]) -> Iterator[str]:
    if rules:
        yield ""
        yield heading
        width = max(len(rule.code) for rule in rules)
        for rule in rules:
            yield f"  {rule.code.ljust(width)}  {rule.title}"


def _facts(contract: Contract, ids: Iterable[str]) -> Iterator[str]:
    known = [contract.facts[id_] for id_ in ids if id_ in contract.facts]
    if known:
        yield ""
        yield "Rests on"
        for fact in known:
            yield from _paragraph(f"{fact.id}, {fact.evidence.value}: {fact.text}", "  ", "    ")


def _effect(contract: Contract, consequence: Consequence) -> str:
    codes = [_named(contract, code) for code in consequence.codes]
    listed = " or ".join(codes)
    match consequence.effect:
        case Effect.REFUSES:
            return f"refuses with {listed}" if codes else "refuses; the code is not fixed"
        case Effect.WARNS:
            return f"accepts, with warning {listed}"
        case Effect.MAY_WARN:
            return f"accepts, perhaps with warning {listed}"
        case Effect.CUTS:
            return f"accepts, and keeps the first {consequence.limit} characters"
        case Effect.UNDOCUMENTED:
            return "what it answers is not documented" + (f"; {listed} is likely" if codes else "")
        case _:
            return "answers as if nothing were wrong"


def _named(contract: Contract, code: int) -> str:
    entry = contract.api_codes.get(code)
    return f"{code} ({entry.meaning})" if entry else str(code)


def _example(contract: Contract, rule: Rule, example: Example, *, bad: bool) -> Iterator[str]:
    yield f"  {example.note or 'as it stands'}"
    for pointer, value in example.graft.items():
        yield f"    {pointer or 'the whole'}: {_shown(value)}"
    if not example.graft:
        yield "    the base example, unchanged"
    for section, setting in example.org.items():
        yield f"    in the org profile, {section}: {'not known' if setting is None else _shown(setting)}"
    if bad:
        for finding in _found(contract, rule, example):
            yield from textwrap.wrap(
                f"{finding.severity.value}: {finding.message}", WIDTH, initial_indent="    -> ", subsequent_indent="       "
            )


def _found(contract: Contract, rule: Rule, example: Example) -> list[Finding]:
    from contract_kit.planting import judge_example

    return [finding for finding in judge_example(contract, rule, example).findings if finding.code == rule.code]


def _shown(value: object) -> str:
    if value is REMOVED:
        return "(taken away)"
    if isinstance(value, (str, bytes)) and len(value) > WIDTH:
        return revealed(value, WIDTH) if isinstance(value, str) else repr(value[:40]) + "…"
    if isinstance(value, bytes):
        return repr(value)
    return json.dumps(value, ensure_ascii=False)


def _paragraph(text: str, first: str = "", rest: str = "") -> list[str]:
    return textwrap.wrap(" ".join(text.split()), WIDTH, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False)
