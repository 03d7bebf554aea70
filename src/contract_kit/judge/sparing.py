"""Which rules need not be asked of a body that is not clean: those whose guards hold all the same.

Where one thing is wrong with a body, most of it is right. Each object is held against its part of the strict schema
(``groups``): where it fits, no rule that is guarded there alone has anything to say. Nothing is spared but time: a property
test holds that the rules that are left say as much as all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from contract_kit.judge.groups import GROUP_OF, GROUPS, Groups
from contract_kit.judge.residue import profile_clean
from contract_kit.rule import Context, Rule
from contract_kit.view import BodyNode, Node, nodes_of

_OUTER, _INNER = GROUPS[:2], GROUPS[2:]
_LISTS = frozenset({"identifier", "channel"})
_ALL = frozenset(GROUPS)
_ANYWHERE = ("text", "number")
_BEYOND = {"body": _ALL, "profile": frozenset({"profile", "identifier", "channel"})}


class _Asked(NamedTuple):
    """A rule, and the groups in which its guard lies; ``None`` where it is asked whatever holds."""

    rule: Rule
    groups: frozenset[str] | None


class Sparing:
    """What can be spared where these groups hold. ``rules`` are those that look at each kind of node."""

    def __init__(self, groups: Groups, rules: Mapping[str, Iterable[Rule]], context: Context) -> None:
        self._fits = groups.fits
        self._asked = {kind: [_Asked(rule, _groups(rule, context)) for rule in rules.get(kind, ())] for kind in GROUPS}
        self._outer: dict[tuple[str, frozenset[str]], tuple[Rule, ...]] = {}
        self._guarded_inside = {kind: all(groups == frozenset({kind}) for _, groups in self._asked[kind]) for kind in _INNER}

    def left(self, root: BodyNode) -> Iterator[tuple[Rule, Node]]:
        """The rules that have to be asked, each with its node, in the order of all of them. The request's query must be
        empty: it stands in for members."""
        nodes = nodes_of(root)
        unfit = {kind: [node for node in nodes[kind] if not self._fits(kind, node.data)] for kind in GROUPS}
        # A node that was left out as unclean is missing to rules on what holds it, so all of those are asked.
        holding = frozenset([kind for kind in GROUPS if not unfit[kind]] if _whole(root) else ())
        clean = holding >= _LISTS and all(_lists_clean(profile.data) for profile in root.profiles)
        for kind in _OUTER:
            for rule in self._left_outside(kind, holding):
                if not (clean and rule.residue):
                    for node in nodes[kind]:
                        yield rule, node
        for kind in _INNER:
            if unfit[kind] or not self._guarded_inside[kind]:
                for rule, groups in self._asked[kind]:
                    for node in unfit[kind] if groups == frozenset({kind}) else nodes[kind]:
                        yield rule, node

    def _left_outside(self, kind: str, holding: frozenset[str]) -> tuple[Rule, ...]:
        """The rules on the body or on profiles that are left where these groups hold."""
        key = (kind, holding)
        if key not in self._outer:
            asked = self._asked[kind]
            self._outer[key] = tuple(rule for rule, groups in asked if groups is None or not groups <= holding)
        return self._outer[key]


def _lists_clean(profile: Mapping[str, Any]) -> bool:
    return "identifiers" in profile and profile_clean(profile)


def _whole(root: BodyNode) -> bool:
    """Whether all objects of the body's arrays are shown."""
    listed = root.data.get("loyaltyProgramEnrollments", ())
    if not root.profiles_whole or not isinstance(listed, list | tuple) or len(listed) != len(root.enrollments):
        return False
    for profile in root.profiles:
        channels = profile.data.get("commChannels", ())
        if not profile.identifiers_whole or not isinstance(channels, list | tuple) or len(channels) != len(profile.channels):
            return False
    return True


def _groups(rule: Rule, context: Context) -> frozenset[str] | None:
    """The groups that have to hold for a rule to be spared. A rule that looks beyond its own group may count on what guards
    of other rules say there, such as that there are no unknown members: all that it may look at has to hold then."""
    if rule.guard is None:
        # Of those that the residue proves, the one on enrolments is looked at with the enrolment.
        return frozenset({rule.on}) if rule.residue and rule.on == "enrollment" else None
    found: set[str] = set()
    for place, fragment in rule.guard(context).items():
        if place in _ANYWHERE:
            return _ALL
        if place not in GROUP_OF or "items" in str(fragment):
            return None
        found.add(GROUP_OF[place])
    return frozenset(found) if found <= {rule.on} else _BEYOND.get(rule.on)
