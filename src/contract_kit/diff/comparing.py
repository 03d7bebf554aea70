"""The comparison as a whole: documents, facts, rule sets and org profiles, each with its own walk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from contract_kit.diff.changes import Change, Comparison, Place, in_order
from contract_kit.diff.documents import Subject, bundled
from contract_kit.diff.emitting import Mark
from contract_kit.diff.judging import judged
from contract_kit.diff.orgs import Profile, compare_orgs
from contract_kit.diff.rulesets import compare_facts, compare_rules
from contract_kit.diff.walking import walk
from contract_kit.diff.witnesses import Engines
from contract_kit.errors import UsageError
from contract_kit.findings import Evidence


def compare(old: Subject, new: Subject, orgs: tuple[Profile, Profile] | None = None) -> Comparison:
    """What changed from ``old`` to ``new``, and from one org profile to the other. Raises ``UsageError`` where a document
    is to be compared with a list of rules."""
    if old.kind != new.kind:
        called = {"document": "an OpenAPI document", "rules": "a list of rules"}
        raise UsageError(
            f"{old.name} is {called[old.kind]}, and {new.name} is {called[new.kind]}",
            hint="Compare two of a kind; org profiles go with --org OLD:NEW",
        )
    changes: list[Change] = []
    if old.kind == "rules":
        changes += compare_rules(old, new)
    else:
        changes += compare_documents(old, new)
    names = None
    if orgs is not None:
        changes += compare_orgs(*orgs)
        names = orgs[0].name, orgs[1].name
    return Comparison(old.name, new.name, in_order(changes), names)


def compare_documents(old: Subject, new: Subject) -> Iterator[Change]:
    """The changes between two documents, and of the facts where both bring theirs."""

    def places(before: Mark, after: Mark) -> tuple[Place, Place]:
        return _place(old, before), _place(new, after)

    raws = walk(old.data, new.data, (_grades(old), _grades(new)))
    yield from judged(raws, "document", Engines(old.data, new.data), places)
    if old.facts and new.facts:
        yield from compare_facts(old, new)


def _place(subject: Subject, mark: Mark) -> Place:
    path = (*subject.prefix, *mark.path)
    return Place(path, mark.there, subject.line(path))


def _grades(subject: Subject) -> Mapping[str, Evidence]:
    """The grade of each fact: as the file says, else as the kit knows them."""
    listed: Any = subject.facts or bundled().facts
    return {
        str(fact.get("id")): Evidence(fact["evidence"])
        for fact in listed
        if isinstance(fact, dict) and fact.get("evidence") in tuple(Evidence)
    }
