"""The pages of ``docs/`` that are written as a whole: rules, API codes, facts, and the command."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any, cast

from contract_kit import Contract
from contract_kit.cli.answers import answers
from contract_kit.cli.common import PROGRAM, Command, Commands, Parser
from contract_kit.cli.explain import explained
from contract_kit.cli.main import COMMANDS
from contract_kit.cli.rules import markdown


def _page(title: str, introduction: str, *parts: str) -> str:
    note = "<!-- Written by tools/generate.py; edit the code or spec/ instead. -->"
    return "\n\n".join((f"# {title}", note, introduction, *parts)) + "\n"


def _told(contract: Contract, word: str) -> str:
    """What ``contract-kit explain`` says, under a heading of its own."""
    return f"## {word}\n\n```text\n" + "\n".join(explained(contract, word)) + "\n```"


def rules_page(contract: Contract) -> str:
    """Every rule: the table, then each one's explanation with its examples."""
    introduction = (
        "What `contract-kit validate` finds. `contract-kit explain CODE` prints any of the entries below; "
        "`--select` and `--ignore` take their codes. An API code with a question mark is likely, but documented nowhere."
    )
    table = markdown([(rule, answers(contract, rule)) for rule in contract.rules]).rstrip("\n")
    for rule in contract.rules:
        table = table.replace(f"| `{rule.code}` |", f"| [`{rule.code}`](#{rule.code}) |")
    return _page("Rules", introduction, table, *(_told(contract, rule.code) for rule in contract.rules))


def codes_page(contract: Contract) -> str:
    """The registry of API codes."""
    rows = ["| code | kind | meaning | HTTP status | cause and way out | evidence |", "|" + " --- |" * 6]
    for entry in contract.api_codes.values():
        grounds = f"{entry.evidence.value}: {', '.join(entry.facts)}"
        rows.append(f"| {entry.code} | {entry.kind} | {entry.meaning} | {entry.status} | {entry.cause} | {grounds} |")
    introduction = (
        "The error and warning codes that the API answers with, as far as public pages list them. A status of `any` is 200 "
        "or 400, as the org profile pins it (decision D01). `contract-kit explain CODE` names the rules that foresee a code."
    )
    return _page("API codes", introduction, "\n".join(rows))


def facts_page(contract: Contract, facts: Mapping[str, Any]) -> str:
    """The facts with their grades, and the waivers."""
    grades = "\n".join(f"- **{grade}**: {text}" for grade, text in facts["grades"].items())
    rows = ["| id | evidence | about | fact |", "|" + " --- |" * 4]
    rows += [f"| {fact.id} | {fact.evidence.value} | {fact.area} | {fact.text} |" for fact in contract.facts.values()]
    waivers = ["## Facts without a constraint or a rule", ""]
    waivers += [f"- **{waiver['fact']}**: {waiver['reason']}" for waiver in facts["waivers"]]
    introduction = "What is known about the API, and what was decided where nobody says it."
    return _page("Facts", introduction, grades, "\n".join(rows), "\n".join(waivers))


def command_page() -> str:
    """The command: each of its commands with its options, as its own help has them."""
    introduction = (
        f"`{PROGRAM} COMMAND --help` says the same. Options may stand before, between and after paths. "
        f"`{PROGRAM} --version` prints the versions of the kit and of the contract document."
    )
    rows = ["| command | what it is for |", "| --- | --- |"]
    parts: list[str] = []
    for name, purpose, command in _commands(COMMANDS, "contract_kit.cli", PROGRAM):
        rows.append(f"| [`{name}`](#{name.replace(' ', '-')}) | {purpose} |")
        parts.append("\n\n".join(_described(name, command)))
    return _page("The command", introduction, "\n".join(rows), *parts)


def _commands(commands: Commands, home: str, prefix: str) -> Iterator[tuple[str, str, Command]]:
    """The commands that do something, in order, with their whole names; those of groups with the group's name before."""
    for name, (room, purpose) in commands.items():
        command = cast("Command", import_module(f"{home}.{room}"))
        whole = f"{prefix} {name}"
        if command.COMMANDS:
            yield from _commands(command.COMMANDS, f"{home}.{room}", whole)
        else:
            yield whole, purpose, command


def _described(name: str, command: Command) -> Iterator[str]:
    parser = Parser(prog=name)
    command.configure(parser)
    yield f"## {name}"
    yield _escaped(parser.description or "")
    rows = []
    for action in parser._actions:
        if action.help is None or action.dest == "help":
            continue
        called = " ".join((*action.option_strings[-1:], *([action.metavar] if isinstance(action.metavar, str) else ())))
        rows.append(f"| `{called}` | {_escaped(action.help)} |")
    if rows:
        yield "\n".join(("| | |", "| --- | --- |", *rows))
    if parser.epilog:
        yield f"```text\n{parser.epilog.strip()}\n```"


def _escaped(text: str) -> str:
    """The text as Markdown shows it."""
    for sign in "*|<":
        text = text.replace(sign, f"\\{sign}")
    return text.strip()
