"""YAML as the JSON that is meant, with the place of every value and key.

Read event by event, so that nesting is bounded before anything recurses. What a bare word means is said in
``yamlwords``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from contract_kit.exchange import MISSING
from contract_kit.findings import Pointer
from contract_kit.jsontext import Problem
from contract_kit.records.yamlwords import meaning

MAX_DEPTH = 200
MAX_VALUES = 1_000_000
"""So many values one document may unfold to; aliases can make very many of a few lines."""

_YAML = "tag:yaml.org,2002:"
_Place = tuple[int, int]


class YamlDocument:
    """One document of a YAML text, with the interface of ``jsontext.Document``."""

    __slots__ = ("_keys", "_places", "problems", "value")

    def __init__(self, start: _Place) -> None:
        self.value: object = MISSING
        self.problems: list[Problem] = []
        self._places: dict[Pointer, _Place] = {(): start}
        self._keys: dict[Pointer, _Place] = {}

    def position(self, pointer: Sequence[str | int], *, key: bool = False) -> _Place | None:
        """Line and column of a value or of its key; of the nearest thing above it where it is not there."""
        steps = tuple(pointer)
        if key and steps in self._keys:
            return self._keys[steps]
        while steps and steps not in self._places:
            steps = steps[:-1]
        return self._places[steps]

    def place(self, pointer: Pointer, place: _Place, key: _Place | None) -> None:
        """Note where a value stands, and its key."""
        self._places[pointer] = place
        if key is not None:
            self._keys[pointer] = key

    def complain(self, kind: str, message: str, hint: str, place: _Place, pointer: Pointer | None = None) -> None:
        """Note a problem."""
        self.problems.append(Problem(kind, message, hint, *place, pointer))


class _BrokenError(Exception):
    """The document cannot be read on; what is wrong has been noted."""


class _Anchored(NamedTuple):
    """A value with a name: what aliases repeat, and how many values it unfolds to. ``size`` 0: still open."""

    value: object
    size: int


class _Open:
    """A mapping or sequence that is being read."""

    __slots__ = ("anchor", "before", "key", "key_place", "pointer", "value")

    def __init__(self, value: dict[str, object] | list[object], pointer: Pointer, anchor: str | None, before: int) -> None:
        self.value = value
        self.pointer = pointer
        self.anchor = anchor
        self.before = before
        self.key: str | None = None
        self.key_place: _Place | None = None


def documents(data: bytes, *, binary: bool = False) -> Iterator[YamlDocument]:
    """The documents of a YAML text, one by one. After broken YAML the rest cannot be read, and the last document says so.
    With ``binary``, values under ``!!binary`` are given as bytes; JSON has none, so else they are a problem."""
    import yaml

    text = _decoded(data)
    if isinstance(text, YamlDocument):
        yield text
        return
    reader = _Reader(text, binary)
    while True:
        try:
            more = reader.read()
        except _BrokenError:
            yield reader.document
            return
        except yaml.YAMLError as error:
            _explain(reader.document, error, text)
            yield reader.document
            return
        if not more:
            return
        if not reader.empty:
            yield reader.document


def _decoded(data: bytes) -> str | YamlDocument:
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        before = data[: error.start]
        place = (before.count(b"\n") + 1, len(before.rpartition(b"\n")[2].decode("utf-8", "replace")) + 1)
        broken = YamlDocument(place)
        broken.complain("json-encoding", "not UTF-8 text", "save the file as UTF-8", place)
        return broken


def _explain(document: YamlDocument, error: Any, text: str) -> None:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "it cannot be read"
    if mark is not None:
        place = (mark.line + 1, mark.column + 1)
    else:
        before = text[: getattr(error, "position", 0)]
        place = (before.count("\n") + 1, len(before.rpartition("\n")[2]) + 1)
    hint = "check indentation, quotes and the colon before this place"
    document.value = MISSING
    document.complain("json-syntax", f"not YAML: {problem}", hint, place)


class _Reader:
    """Turns the events of a YAML text into documents."""

    def __init__(self, text: str, binary: bool) -> None:
        import yaml

        self._yaml: Any = yaml
        self._binary = binary
        self._events: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(text)
        self.document = YamlDocument((1, 1))
        self.empty = True
        """Whether there is nothing between the marks of the document: like a blank line, it is no record."""

    def read(self) -> bool:
        """Read the next document into ``document``; whether there was one."""
        yaml = self._yaml
        self.document = YamlDocument((1, 1))
        self.empty = True
        self._open: list[_Open] = []
        self._anchors: dict[str, _Anchored] = {}
        self._values = 0
        while True:
            event = self._events.get_event()
            if event is None or isinstance(event, yaml.StreamEndEvent):
                return False
            if isinstance(event, yaml.DocumentEndEvent):
                return True
            if isinstance(event, (yaml.StreamStartEvent, yaml.DocumentStartEvent)):
                self.document = YamlDocument((event.start_mark.line + 1, event.start_mark.column + 1))
                continue
            place = (event.start_mark.line + 1, event.start_mark.column + 1)
            if not isinstance(event, yaml.ScalarEvent) or event.value or event.style or event.tag:
                self.empty = False
            if isinstance(event, yaml.CollectionEndEvent):
                self._close()
            elif self._awaits_key():
                self._key(event, place)
            elif isinstance(event, yaml.AliasEvent):
                self._alias(event, place)
            elif isinstance(event, yaml.ScalarEvent):
                value = self._scalar(event, place)
                self._add(value, place)
                self._values += 1
                self._name(event.anchor, value, 1)
            else:
                self._start(event, place)

    def _awaits_key(self) -> bool:
        return bool(self._open) and isinstance(self._open[-1].value, dict) and self._open[-1].key is None

    def _key(self, event: Any, place: _Place) -> None:
        if not isinstance(event, self._yaml.ScalarEvent):
            self._broken("a key that is not a word or number", "write a plain key; JSON has no other", place)
        top = self._open[-1]
        assert isinstance(top.value, dict)
        if event.value in top.value:
            pointer = (*top.pointer, event.value)
            message = f"{_shown(event.value)} stands twice in one object; the last one wins"
            self.document.complain("json-duplicate-key", message, "keep one of them", place, pointer)
        top.key, top.key_place = event.value, place
        self._name(event.anchor, event.value, 1)

    def _start(self, event: Any, place: _Place) -> None:
        if len(self._open) >= MAX_DEPTH:
            message = f"nested deeper than {MAX_DEPTH} levels"
            self._broken(message, "no registration needs more than eight", place, "json-too-deep")
        value: dict[str, object] | list[object] = {} if isinstance(event, self._yaml.MappingStartEvent) else []
        if event.tag not in (None, "!", _YAML + "map", _YAML + "seq"):
            self._tag(event.tag, place)
        self._name(event.anchor, value, 0)
        pointer = self._add(value, place)
        self._open.append(_Open(value, pointer, event.anchor, self._values))
        self._values += 1

    def _close(self) -> None:
        closed = self._open.pop()
        self._name(closed.anchor, closed.value, self._values - closed.before)

    def _alias(self, event: Any, place: _Place) -> None:
        known = self._anchors.get(event.anchor)
        if known is None or known.size == 0:
            self._broken(f"*{event.anchor} stands for nothing that is complete before it", "write the value out", place)
            return
        self._values += known.size
        if self._values > MAX_VALUES:
            self._broken(f"aliases unfold to more than {MAX_VALUES:,} values", "write the values out", place)
        self._add(known.value, place)

    def _add(self, value: object, place: _Place) -> Pointer:
        """Put a value where it belongs; its path."""
        if not self._open:
            self.document.value = value
            self.document.place((), place, None)
            return ()
        top = self._open[-1]
        if isinstance(top.value, list):
            pointer: Pointer = (*top.pointer, len(top.value))
            top.value.append(value)
            self.document.place(pointer, place, None)
        else:
            assert top.key is not None
            pointer = (*top.pointer, top.key)
            top.value[top.key] = value
            self.document.place(pointer, place, top.key_place)
            top.key = None
        return pointer

    def _name(self, anchor: str | None, value: object, size: int) -> None:
        if anchor is not None:
            self._anchors[anchor] = _Anchored(value, size)

    def _scalar(self, event: Any, place: _Place) -> object:
        if event.tag is None:
            return self._plain(event.value, place) if event.implicit[0] else event.value
        kind = event.tag.removeprefix(_YAML)
        if kind in ("null", "bool", "int", "float"):
            return self._plain(event.value, place)
        if kind == "binary" and self._binary:
            return self._bytes(event.value, place)
        if kind not in ("str", "!"):
            self._tag(event.tag, place)
        return event.value

    def _bytes(self, text: str, place: _Place) -> bytes:
        from base64 import b64decode

        try:
            return b64decode("".join(text.split()), validate=True)
        except ValueError:
            self._broken("what is marked as binary is no base64", "save the cassette once more", place)
            return b""

    def _plain(self, text: str, place: _Place) -> object:
        value, trouble = meaning(text)
        if trouble is not None:
            self._number(*trouble, place)
        return value

    def _number(self, kind: str, message: str, place: _Place) -> None:
        top = self._open[-1] if self._open else None
        steps: Pointer = ()
        if top is not None:
            steps = (*top.pointer, len(top.value) if isinstance(top.value, list) else str(top.key))
        self.document.complain(kind, message, "put it in quotes, or write a number", place, steps)

    def _tag(self, tag: str, place: _Place) -> None:
        self.document.complain("json-syntax", f"the tag {tag[:40]!r} has no meaning in JSON", "take the tag away", place)

    def _broken(self, message: str, hint: str, place: _Place, kind: str = "json-syntax") -> None:
        self.document.value = MISSING
        self.document.complain(kind, message, hint, place)
        raise _BrokenError


def _shown(text: str) -> str:
    from contract_kit.showing import shown

    return shown(text)
