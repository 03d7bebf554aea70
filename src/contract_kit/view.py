"""A request body as rules see it: only nodes that are clean of schema errors, each with its place.

A rule on identifiers may write ``item.data["type"]`` without fear: a node that breaks the schema is not shown, and a
member that does (``primary: "yes"``) is left out of the node's data. ``source`` and ``accountId`` of the query stand in
where a profile lacks them (D14).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sized
from typing import Any, NamedTuple

from contract_kit.findings import Pointer
from contract_kit.ledger import SourceAccount, account_scope, identity


class Node:
    """An object of the body: its path, its members that are clean, and the names of those that are not."""

    __slots__ = ("data", "kind", "pointer", "unclean")

    def __init__(self, kind: str, pointer: Pointer, data: Mapping[str, Any], unclean: frozenset[str] = frozenset()) -> None:
        self.kind = kind
        self.pointer = pointer
        self.data = data
        self.unclean = unclean

    def lacks(self, member: str) -> bool:
        """Whether the object has no such member at all, clean or not: what is there but unclean has been told."""
        return member not in self.data and member not in self.unclean

    def at(self, *steps: str | int) -> Pointer:
        """The path of something below this node."""
        return (*self.pointer, *steps)


class ProfileNode(Node):
    """One profile: a source account with its identifiers and channels. ``identifiers_whole`` tells that none of what is
    listed was left out as unclean."""

    __slots__ = ("account", "channels", "identifiers", "identifiers_whole", "source")

    def __init__(self, pointer: Pointer, data: Mapping[str, Any], unclean: frozenset[str] = frozenset()) -> None:
        super().__init__("profile", pointer, data, unclean)
        self.identifiers: list[Node] = []
        self.identifiers_whole = True
        self.channels: list[Node] = []
        self.source: str | None = None
        self.account: str | None = None

    def named(self) -> Iterator[Node]:
        """The identifiers that count: those with a non-empty value (D02)."""
        return (item for item in self.identifiers if item.data["value"])

    def source_account(self, sources: Mapping[str, tuple[str, ...]] | None) -> SourceAccount | None:
        """The profile as the ledger sees it, or ``None`` where its source is not known."""
        if self.source is None:
            return None
        account = account_scope(self.source, self.account, sources)
        identities = tuple(identity(item.data["type"], item.data["value"]) for item in self.named())
        return SourceAccount(self.source, account, identities)


class BodyNode(Node):
    """The whole body. ``objects`` lists every object in it, open maps included, in reading order; ``profiles_whole`` tells
    that no profile was left out as unclean."""

    __slots__ = ("_scanned", "enrollments", "objects", "profiles", "profiles_whole")

    def __init__(self, data: Mapping[str, Any], unclean: frozenset[str] = frozenset()) -> None:
        super().__init__("body", (), data, unclean)
        self.profiles: list[ProfileNode] = []
        self.profiles_whole = True
        self.enrollments: list[Node] = []
        self.objects: list[Node] = [self]
        self._scanned: _Members | None = None

    @property
    def odd_texts(self) -> list[tuple[Node, str, str]]:
        """Every clean string but those of printable ASCII that do not begin with ``[``: the object it stands in, the
        member's name, and the string."""
        return self._members.odd_texts

    @property
    def numbers(self) -> list[tuple[Node, str, int | float]]:
        """Every clean number, in the same form."""
        return self._members.numbers

    @property
    def containers(self) -> list[tuple[Node, str, Any]]:
        """Every clean array and object, in the same form."""
        return self._members.containers

    @property
    def _members(self) -> _Members:
        if self._scanned is None:
            self._scanned = _scan(self.objects)
        return self._scanned


class _Members(NamedTuple):
    """The members of all objects, by what they are."""

    odd_texts: list[tuple[Node, str, str]]
    numbers: list[tuple[Node, str, int | float]]
    containers: list[tuple[Node, str, Any]]


def _scan(objects: Iterable[Node]) -> _Members:
    texts, numbers, containers = _Members([], [], [])
    for node in objects:
        for member, value in node.data.items():
            if isinstance(value, str):
                if not (value.isascii() and value.isprintable()) or value[:1] == "[":
                    texts.append((node, member, value))
            elif isinstance(value, (dict, list)):
                containers.append((node, member, value))
            elif isinstance(value, (int, float)):
                numbers.append((node, member, value))
    return _Members(texts, numbers, containers)


def nodes_of(root: BodyNode) -> dict[str, list[Node]]:
    """The nodes that rules on bodies look at, by kind."""
    return {
        "body": [root],
        "profile": list(root.profiles),
        "identifier": [item for profile in root.profiles for item in profile.identifiers],
        "channel": [channel for profile in root.profiles for channel in profile.channels],
        "enrollment": root.enrollments,
    }


SINGLE_OBJECTS: Mapping[str, Mapping[str, str]] = {
    "body": {
        "extendedFields": "extendedFields",
        "loyaltyInfo": "loyaltyInfo",
        "subscriptionInfo": "subscriptionInfo",
    },
    "profile": {"fields": "fields"},
    "identifier": {"extendedFields": "cardExtendedFields", "customFields": "cardCustomFields"},
    "channel": {"meta": "channelMeta", "attributes": "channelAttributes"},
    "loyaltyInfo": {"attributionV2": "attribution"},
}
"""Kind of object -> its members that are objects, with their kinds."""

ARRAYS: Mapping[str, Mapping[str, str]] = {
    "body": {"profiles": "profile", "loyaltyProgramEnrollments": "enrollment"},
    "profile": {"identifiers": "identifier", "commChannels": "channel"},
    "subscriptionInfo": {"subscriptions": "subscription"},
}
"""Kind of object -> its members that are arrays of objects, with their items' kinds."""

_NEEDED = {"identifier": ("type", "value")}
"""Members without which a node is not shown at all: rules may read them without asking."""

OPEN_KINDS = frozenset({"extendedFields", "fields", "cardExtendedFields", "cardCustomFields", "channelAttributes"})
"""Kinds of objects whose member names are not the contract's but the org's."""


class _Pruner:
    """Knows which paths carry schema errors, and copies objects without them."""

    def __init__(self, dirty: Iterable[Pointer]) -> None:
        self.dirty = frozenset(dirty)
        self.parents = frozenset(pointer[:-1] for pointer in self.dirty)

    def object(self, kind: str, pointer: Pointer, value: object) -> Node | None:
        if not isinstance(value, dict) or pointer in self.dirty:
            return None
        data, unclean = self.members(pointer, value) if pointer in self.parents else (value, _NONE)
        return ProfileNode(pointer, data, unclean) if kind == "profile" else Node(kind, pointer, data, unclean)

    def members(self, pointer: Pointer, value: dict[str, Any]) -> tuple[dict[str, Any], frozenset[str]]:
        """The clean members of an object, and the names of the others."""
        if pointer not in self.parents:
            return value, _NONE
        data = {name: member for name, member in value.items() if (*pointer, name) not in self.dirty}
        return data, frozenset(value.keys() - data.keys())

    def array(self, kind: str, parent: Node, member: str) -> Iterator[Node]:
        items = parent.data.get(member)
        if isinstance(items, list):
            above, needed = (*parent.pointer, member), _NEEDED.get(kind, ())
            for index, item in enumerate(items):
                node = self.object(kind, (*above, index), item)
                if node is not None:
                    for name in needed:
                        if name not in node.data:
                            break
                    else:
                        yield node


_NONE: frozenset[str] = frozenset()


def view(body: object, dirty: Iterable[Pointer] = (), query: Mapping[str, object] | None = None) -> BodyNode | None:
    """The clean view of a body, or ``None`` where there is no object to look at.

    ``dirty`` holds the paths at which the schema found something; an object that lacks a required member is dirty itself.
    A profile that lacks only its source is an exception that the caller makes: it is still looked into.
    """
    pruner = _Pruner(dirty)
    if not isinstance(body, dict) or () in pruner.dirty:
        return None
    root = BodyNode(*pruner.members((), body))
    query = query or {}
    for node in pruner.array("profile", root, "profiles"):
        assert isinstance(node, ProfileNode)
        root.profiles.append(node)
        root.objects.append(node)
        node.source = _text(_given(node, "source", query))
        node.account = _text(_given(node, "accountId", query))
        for item in pruner.array("identifier", node, "identifiers"):
            node.identifiers.append(item)
            _collect(pruner, root, item)
        node.identifiers_whole = _whole(node, "identifiers", node.identifiers)
        for channel in pruner.array("channel", node, "commChannels"):
            node.channels.append(channel)
            _collect(pruner, root, channel)
        _descend(pruner, root, node)
    root.profiles_whole = _whole(root, "profiles", root.profiles)
    for enrollment in pruner.array("enrollment", root, "loyaltyProgramEnrollments"):
        root.enrollments.append(enrollment)
        root.objects.append(enrollment)
    _descend(pruner, root, root)
    for node in list(root.objects):
        if node.kind == "subscriptionInfo":
            root.objects.extend(pruner.array("subscription", node, "subscriptions"))
    return root


def _given(node: Node, member: str, query: Mapping[str, object]) -> object:
    """What a profile says itself, or the query in its place (D14)."""
    return query.get(member) if node.lacks(member) else node.data.get(member)


def _whole(parent: Node, member: str, shown: Sized) -> bool:
    """Whether all that an object lists is shown."""
    listed = parent.data.get(member, ())
    return member not in parent.unclean and isinstance(listed, (list, tuple)) and len(listed) == len(shown)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _collect(pruner: _Pruner, root: BodyNode, node: Node) -> None:
    root.objects.append(node)
    _descend(pruner, root, node)


def _descend(pruner: _Pruner, root: BodyNode, parent: Node) -> None:
    kinds = SINGLE_OBJECTS.get(parent.kind)
    if kinds:
        for member, kind in kinds.items():
            if member in parent.data:
                node = pruner.object(kind, (*parent.pointer, member), parent.data[member])
                if node is not None:
                    _collect(pruner, root, node)
