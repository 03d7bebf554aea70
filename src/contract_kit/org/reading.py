"""A profile's text as plain data, with the place of everything in it.

Each value and each key keeps its line and column, and a scalar the text it was written as. The result is
JSON-like data: mappings with text keys, lists, text, whole numbers, floats, truth values, null.

YAML 1.1 reads more into bare words than people expect: ``NO`` is false, ``0123`` is 83, ``12:30`` is 750, a
bare account id is a number. Nothing is converted silently, although the text as written is known: the same
file in another reader (an editor with the profile's schema, another tool) would still mean something else.
Where text is wanted, such a value is refused with the quoted form to write instead; numbers in any notation
but plain digits are refused everywhere. Dates are left as the text they are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from contract_kit.errors import OrgProfileError, ProfileProblem
from contract_kit.findings import Pointer
from contract_kit.org.document import INTEGER_KEYS, MAX_DEPTH, Document, Place, clipped
from contract_kit.org.nodes import TAGS, Collection, Node, Scalar, compose

MAX_BYTES = 4 * 1024 * 1024
MAX_VALUES = 200_000

_UNREADABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_HALVES = re.compile("[\ud800-\udfff]")
_PLAIN_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})", re.ASCII)
_LONG_INTEGER = re.compile(r"-?[1-9][0-9]*", re.ASCII)
_PLAIN_FLOAT = re.compile(r"-?[0-9]{1,18}\.[0-9]{0,18}", re.ASCII)
_DIGITS = re.compile(r"[0-9]{1,18}", re.ASCII)
_HALF_PAIR = ("holds half a surrogate pair, which is no text", "Correct the text")
_TEXT_TAGS = frozenset({TAGS + "str", TAGS + "timestamp", TAGS + "value", TAGS + "merge", "!"})


def read_bytes(content: bytes, source: str) -> Document:
    """A profile file's content. UTF-8 with or without a byte order mark, or UTF-16 with one."""
    _check_size(len(content), source)
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return read_text(content.decode(encoding), source)
    except UnicodeDecodeError as error:
        line, column = _position(content[: error.start].decode("utf-8-sig")) if encoding != "utf-16" else (1, 1)
        hint = "Save the file as UTF-8 text"
        raise OrgProfileError([ProfileProblem("is not UTF-8 text", hint, source, line, column)]) from None


def read_text(text: str, source: str) -> Document:
    """A profile's text. What makes the whole unreadable is raised as ``OrgProfileError``; anything less is kept in the
    document's problems, and reading goes on."""
    _check_size(len(text), source)
    text = text.removeprefix("\ufeff")
    unreadable = _UNREADABLE.search(text)
    if unreadable:
        line, column = _position(text[: unreadable.start()])
        message = f"holds a character that no text file has (U+{ord(unreadable[0]):04X})"
        raise OrgProfileError([ProfileProblem(message, "An org profile is a YAML text file", source, line, column)])
    root = compose(text, source)
    document = Document({}, source)
    if root is not None:
        _Filling(document).fill(root)
    return document


def _check_size(size: int, source: str) -> None:
    if size > MAX_BYTES:
        message = f"is larger than {MAX_BYTES // 1024 // 1024} MiB"
        raise OrgProfileError([ProfileProblem(message, "An org profile is a small YAML file", source)])


def _position(before: str) -> Place:
    line_start = max(before.rfind("\n"), before.rfind("\r")) + 1
    breaks = before.count("\n") + before.count("\r") - before.count("\r\n")
    return breaks + 1, len(before) - line_start + 1


class _Filling:
    """Fills a document from composed nodes, following aliases only as long as the result stays small."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.values = 0

    def fill(self, root: Node) -> None:
        self.document.data = self._value(root, (), 0)

    def _value(self, node: Node, pointer: Pointer, depth: int) -> object:
        self.values += 1
        if self.values > MAX_VALUES or depth > MAX_DEPTH:
            limit = f"{MAX_VALUES} values" if self.values > MAX_VALUES else f"{MAX_DEPTH} levels"
            line, column = node.place
            message = f"holds more than {limit}, aliases followed"
            hint = "No profile needs as many"
            raise OrgProfileError([ProfileProblem(message, hint, self.document.source, line, column)])
        self.document.places[pointer] = node.place
        if isinstance(node, Scalar):
            return self._scalar(node, pointer)
        if node.tag not in (None, "!", TAGS + "map", TAGS + "seq"):
            self.document.complain(pointer, f"the tag {clipped(node.tag)} has no meaning here", "Leave it out")
        if node.is_map:
            return dict(self._members(node, pointer, depth))
        return [self._value(item, (*pointer, index), depth + 1) for index, item in enumerate(node.items)]

    def _members(self, node: Collection, pointer: Pointer, depth: int) -> Iterator[tuple[str, object]]:
        for key, value in zip(node.items[::2], node.items[1::2], strict=True):
            name = self._key(key, pointer)
            if name is None:
                continue
            at = (*pointer, name)
            if at in self.document.keys:
                first = self.document.keys[at]
                message = f"the key {clipped(name)} is there twice"
                self.document.complain(at, message, f"It was first given in line {first[0]}; keep one", key.place)
                continue
            self.document.keys[at] = key.place
            yield name, self._value(value, at, depth + 1)

    def _key(self, key: Node, pointer: Pointer) -> str | None:
        """The name that a key gives, complaints included; ``None`` where it gives none."""
        if isinstance(key, Collection):
            hint = "Keys are single words; text with { or [ in front goes in quotes"
            self.document.complain(pointer, "a list or mapping stands where a key should be", hint, key.place)
            return None
        name = key.text
        if key.tag == TAGS + "merge" and not key.explicit:
            message = "merge keys (<<) are not part of the format"
            self.document.complain((*pointer, name), message, "Write the entries out", key.place)
            return None
        if pointer in INTEGER_KEYS and _DIGITS.fullmatch(name):
            if key.tag == TAGS + "int" and not _PLAIN_INTEGER.fullmatch(name):
                self._odd_number(name, (*pointer, name), key.place)
            return str(int(name))
        name = self._readable(name, (*pointer, name), key.place)
        if key.tag not in _TEXT_TAGS and pointer not in INTEGER_KEYS:
            message = f"the key {clipped(name, quoted=False)} is read as {_read_as(key.tag)}"
            if not name:
                message = 'a ":" has no key before it'
            hint = f"Quote it: {clipped(name)}" if name else "Put the name there, in quotes if need be"
            self.document.complain((*pointer, name), message, hint, key.place)
        return name

    def _scalar(self, node: Scalar, pointer: Pointer) -> object:
        text, tag = node.text, node.tag
        if node.explicit and tag not in _TEXT_TAGS:
            self.document.complain(pointer, f"the tag {clipped(tag)} has no meaning here", "Leave it out")
            return text
        if tag in _TEXT_TAGS:
            return self._readable(text, pointer)
        self.document.texts[pointer] = text
        if tag == TAGS + "null":
            return None
        if tag == TAGS + "bool":
            return text.casefold() in ("yes", "true", "on")
        if tag == TAGS + "int" and _PLAIN_INTEGER.fullmatch(text):
            return int(text)
        if tag == TAGS + "float" and _PLAIN_FLOAT.fullmatch(text):
            number = float(text)
            return int(number) if number.is_integer() else number
        self._odd_number(text, pointer, node.place)
        return text

    def _readable(self, text: str, pointer: Pointer, place: Place | None = None) -> str:
        """The text, without the halves of surrogate pairs that only Python's own YAML parser lets through."""
        if not _HALVES.search(text):
            return text
        clean = _HALVES.sub("\N{REPLACEMENT CHARACTER}", text)
        at = (*pointer[:-1], clean) if place else pointer
        self.document.complain(at, *_HALF_PAIR, place)
        return clean

    def _odd_number(self, text: str, pointer: Pointer, place: Place) -> None:
        said = clipped(text, quoted=False)
        message = f"{said} is a number in a notation that YAML readers understand differently"
        if _LONG_INTEGER.fullmatch(text):
            message = f"{said} is read as a number, and longer than any number here"
        hint = f"Write plain digits, or quote it where text is meant: {clipped(text)}"
        self.document.complain(pointer, message, hint, place)


def _read_as(tag: str) -> str:
    kinds = {"int": "a number", "float": "a number", "bool": "a truth value", "null": "nothing"}
    return kinds.get(tag.removeprefix(TAGS), "something else than text")


def read_mapping(mapping: Mapping[Any, object], source: str) -> Document:
    """Data that some other reader has made of a profile; it must be plain data, and has no places."""
    document = Document({}, source)
    document.data = _plain(mapping, (), document)
    return document


def _plain(value: object, pointer: Pointer, document: Document) -> object:
    if len(pointer) > MAX_DEPTH:
        message = f"nests deeper than {MAX_DEPTH} levels"
        raise OrgProfileError([ProfileProblem(message, "No profile needs more than five", document.source)])
    if isinstance(value, Mapping):
        members: dict[str, object] = {}
        for key, member in value.items():
            name = _plain_key(key, pointer, document)
            if name in members:
                document.complain((*pointer, name), f"the key {clipped(name)} is there twice", "Keep one")
            elif name is not None:
                members[name] = _plain(member, (*pointer, name), document)
        return members
    if isinstance(value, list | tuple):
        return [_plain(item, (*pointer, index), document) for index, item in enumerate(value)]
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int | float) and not abs(value) < 10**18:
        document.complain(pointer, "is a number beyond all measure", "Write plain digits")
        return 0
    if isinstance(value, str):
        if _HALVES.search(value):
            document.complain(pointer, *_HALF_PAIR)
        return _HALVES.sub("\N{REPLACEMENT CHARACTER}", value)
    if value is None or isinstance(value, bool | int | float):
        return value
    document.complain(pointer, f"is {type(value).__name__}, not plain data", "Use text, numbers, lists, mappings")
    return None


def _plain_key(key: object, pointer: Pointer, document: Document) -> str | None:
    if pointer in INTEGER_KEYS and isinstance(key, str | int) and not isinstance(key, bool):
        name = str(key) if isinstance(key, str) or 0 <= key < 10**18 else "-"
        return str(int(name)) if _DIGITS.fullmatch(name) else name
    if isinstance(key, str) and not _HALVES.search(key):
        return key
    document.complain(pointer, f"a key is {type(key).__name__}, not readable text", "Use text keys")
    return None
