"""The generated parts of pages written by hand: what stands between ``<!-- begin NAME, … -->`` and ``<!-- end NAME -->``."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from contract_kit import Contract
from contract_kit.org import SECTIONS

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "contract_kit"

_PART = re.compile(r"(<!-- begin (?P<name>[a-z-]+), .*-->\n).*?(<!-- end (?P=name) -->)", re.S)
_TYPES = {"string": "text", "integer": "whole number", "boolean": "`true`, `false`", "array": "list", "object": "mapping"}

Schema = Mapping[str, Any]


def filled(page: Path, contract: Contract) -> str:
    """The page with its generated parts as they have to be. Raises ``KeyError`` for a part that nobody writes."""

    def written(match: re.Match[str]) -> str:
        return f"{match[1]}\n{PARTS[match['name']](contract)}\n\n{match[3]}"

    return _PART.sub(written, page.read_text(encoding="utf-8"))


def org_keys(contract: Contract) -> str:
    """Every key of the org profile."""
    schema = json.loads((PACKAGE / "org" / "schema.json").read_text(encoding="utf-8"))
    rows = ["| key | value | what it says |", "| --- | --- | --- |"]
    for path, entry in _keys(schema, schema["$defs"], ()):
        rows.append(f"| `{'.'.join(path)}` | {_kind(entry)} | {entry['description']} |")
    return "\n".join(rows)


def _keys(schema: Schema, defs: Schema, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Schema]]:
    properties = schema.get("properties", {})
    if properties and {frozenset(entry) for entry in properties.values()} == {frozenset({"$ref"})}:
        properties = {"NAME": next(iter(properties.values()))}  # the same for each of a closed list of names
    for pattern in schema.get("patternProperties", {}).values():
        properties = {**properties, "ID": pattern}
    if isinstance(schema.get("additionalProperties"), dict):
        properties = {**properties, "NAME": schema["additionalProperties"]}
    for name, entry in properties.items():
        whole = _resolved(entry, defs)
        if "description" in whole:
            yield (*path, name), whole
        yield from _keys(whole, defs, (*path, name))


def _resolved(schema: Schema, defs: Schema) -> Schema:
    reference = schema.get("$ref")
    return {**defs[reference.rpartition("/")[2]], **schema} if reference else schema


def _kind(schema: Schema) -> str:
    """What may stand there, in a word or two."""
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    named = schema["type"]
    one = next(each for each in (named if isinstance(named, list) else [named]) if each != "null")
    word = _TYPES[one] + (f" of {_TYPES[schema['items']['type']]}s" if one == "array" else "")
    return f"{word} or `null`" if "null" in named and one != "object" else word


def org_needs(contract: Contract) -> str:
    """Section of the org profile -> the rules that speak only where it is there."""
    rows = ["| section | rules that need it |", "| --- | --- |"]
    for section in SECTIONS:
        rules = [rule.code for rule in contract.rules if section in rule.needs]
        if rules:
            rows.append(f"| `{section}` | {', '.join(f'[{code}](rules.md#{code})' for code in rules)} |")
    return "\n".join(rows)


def org_example(contract: Contract) -> str:
    """The profile of the fixtures."""
    text = (ROOT / "fixtures" / "org" / "demo-org.yaml").read_text(encoding="utf-8")
    return f"```yaml\n{text[text.index('org:') :].strip()}\n```"


def report_members(contract: Contract) -> str:
    """Every member of the JSON report."""
    schema = json.loads((PACKAGE / "reporters" / "report.schema.json").read_text(encoding="utf-8"))
    rows = ["| member | always | what it says |", "| --- | --- | --- |"]
    rows += [f"| `{path}` | {'yes' if always else 'no'} | {text} |" for path, always, text in _members(schema, schema, "")]
    return "\n".join(rows)


def _members(schema: Schema, root: Schema, path: str) -> Iterator[tuple[str, bool, str]]:
    for name, entry in schema.get("properties", {}).items():
        whole = _resolved(entry, root["$defs"])
        place = f"{path}{name}"
        items = _resolved(whole["items"], root["$defs"]) if "items" in whole else {}
        choice = ", ".join(f"`{value}`" for value in whole.get("enum", ()))
        said = " ".join(part for part in (whole.get("description", ""), f"One of {choice}." if choice else "") if part)
        yield place, name in schema.get("required", ()), said or ("How many." if whole.get("type") == "integer" else "")
        yield from _members(whole, root, f"{place}.")
        yield from _members(items, root, f"{place}[].")


def exports(contract: Contract) -> str:
    """What ``contract_kit`` offers, with the first sentence of each docstring."""
    import contract_kit

    rows = ["| name | what it is |", "| --- | --- |"]
    for name in contract_kit.__all__:
        value = getattr(contract_kit, name)
        if isinstance(value, type):
            first = re.split(r"(?<=\.)\s", " ".join((value.__doc__ or "").split()), maxsplit=1)[0]
            rows.append(f"| `{name}` | {first.replace('``', '`')} |")
    return "\n".join(rows)


def action_inputs(contract: Contract) -> str:
    """The inputs of the GitHub action."""
    inputs = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))["inputs"]
    return _inputs(inputs)


def gitlab_inputs(contract: Contract) -> str:
    """The inputs of the GitLab templates."""
    found: list[str] = []
    for path in sorted((ROOT / "templates").glob("*.yml"), reverse=True):
        head = path.read_text(encoding="utf-8").partition("\n---\n")[0]
        found.append(f"`templates/{path.name}`:\n\n{_inputs(yaml.safe_load(head)['spec']['inputs'])}")
    return "\n\n".join(found)


def _inputs(inputs: Mapping[str, Mapping[str, Any]]) -> str:
    rows = ["| input | default | what it says |", "| --- | --- | --- |"]
    for name, entry in inputs.items():
        default = f"`{entry['default']}`" if entry.get("default") else "" if "default" in entry else "has to be given"
        rows.append(f"| `{name}` | {default} | {entry.get('description', '')} |")
    return "\n".join(rows)


def diff_kinds(contract: Contract) -> str:
    """Every kind of change, with its verdicts and their reasons."""
    from contract_kit.diff.kinds import KINDS, ORG_CODES, RULE_CODES, SCHEMA_CODES

    schemas = [kind for kind in KINDS.values() if kind.code in SCHEMA_CODES]
    hand = [kind for kind in KINDS.values() if kind.code not in SCHEMA_CODES | ORG_CODES | RULE_CODES]
    parts = []
    for title, kinds in (("Schemas", schemas), ("Whatever else a document says", hand)):
        rows = ["| kind | what it is | for senders | for receivers |", "| --- | --- | --- | --- |"]
        for kind in kinds:
            one = kind.judgement
            sides = f"**{one.senders.value}**: {one.why_senders} | **{one.receivers.value}**: {one.why_receivers}"
            rows.append(f"| `{kind.code}` | {kind.text} | {sides} |")
        parts.append(f"### {title}\n\n" + "\n".join(rows))
    for title, codes in (("Org profiles", ORG_CODES), ("Rules of the kit", RULE_CODES)):
        rows = ["| kind | what it is |", "| --- | --- |"]
        rows += [f"| `{kind.code}` | {kind.text} |" for kind in KINDS.values() if kind.code in codes]
        parts.append(f"### {title}\n\n" + "\n".join(rows))
    return "\n\n".join(parts)


PARTS: dict[str, Callable[[Contract], str]] = {
    "org-keys": org_keys,
    "org-needs": org_needs,
    "org-example": org_example,
    "report-members": report_members,
    "exports": exports,
    "action-inputs": action_inputs,
    "gitlab-inputs": gitlab_inputs,
    "diff-kinds": diff_kinds,
}
"""Name of a part -> what writes it."""
