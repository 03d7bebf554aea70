"""What the contract knows of a finding's words: rules with titles, facts with their texts and grades, API codes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from contract_kit.judge.spec import ApiCode, Fact, Spec
from contract_kit.rule import Rule
from contract_kit.rules import ALL

GRADES = {
    "stated": "The reference page says so.",
    "shown": "An example on the reference page shows it.",
    "public": "Another public page of the vendor says so.",
    "assumed": "A decision of this project, where nothing is documented.",
}
"""What the grades of evidence mean, best first."""

EFFECTS = {
    "refuses": "The server refuses the registration.",
    "warns": "The server accepts the registration, and warns.",
    "may-warn": "The server accepts the registration, and may warn.",
    "cuts": "The server accepts the registration, and cuts the text.",
    "undocumented": "What the server does is not documented.",
}


class Knowledge:
    """Looks words up; nothing is known of words from elsewhere. ``rules`` come beside, and before, the kit's own."""

    def __init__(self, rules: Sequence[Rule] = ()) -> None:
        self._rules = {rule.code: rule for rule in (*ALL, *rules)}
        self._spec = Spec.bundled()

    def rule(self, code: str) -> Rule | None:
        """A rule."""
        return self._rules.get(code)

    def title(self, code: str) -> str:
        """A rule's title; empty for what is no rule."""
        rule = self._rules.get(code)
        return rule.title if rule is not None else ""

    def fact(self, id_: str) -> Fact | None:
        """A fact or a decision."""
        return self._spec.facts.get(id_)

    @property
    def api_codes(self) -> dict[int, ApiCode]:
        """All API codes that are documented."""
        return dict(self._spec.api_codes)

    def api(self, code: int) -> str:
        """What an API code means."""
        entry = self._spec.api_codes.get(code)
        return entry.meaning if entry is not None else "not documented"

    def of_kinds(self, kinds: Iterable[str]) -> list[Rule]:
        """The kit's rules that speak of inputs of these kinds."""
        said = set(kinds)
        sent, got = bool(said & {"request", "exchange"}), bool(said & {"response", "error", "exchange"})
        return [
            rule
            for rule in ALL
            if rule.on in ("text", "schema")
            or (sent and rule.on not in ("response", "exchange"))
            or (got and rule.on == "response")
            or ("exchange" in said and rule.on == "exchange")
        ]

    @cached_property
    def vocabulary(self) -> dict[str, frozenset[str]]:
        """The names that the contract gives to members of objects, each with the words that may stand there."""
        found: dict[str, frozenset[str]] = {}
        for name, schema in _members(self._spec.document):
            found[name] = found.get(name, frozenset()) | frozenset(self._words(schema))
        return found

    def _words(self, schema: object) -> Iterator[str]:
        """The words that a schema names: enumerations and open lists, also in branches."""
        schema = self._spec.resolve(schema)
        if not isinstance(schema, dict):
            return
        for keyword in ("enum", "x-known-values"):
            yield from (word for word in schema.get(keyword, ()) if isinstance(word, str))
        for keyword in ("allOf", "anyOf", "oneOf"):
            for branch in schema.get(keyword, ()):
                yield from self._words(branch)


def _members(node: object) -> Iterator[tuple[str, object]]:
    """Every member of every object in a document, with its schema."""
    if isinstance(node, dict):
        properties = node.get("properties")
        if isinstance(properties, dict):
            yield from properties.items()
        for child in node.values():
            yield from _members(child)
    elif isinstance(node, list):
        for child in node:
            yield from _members(child)
