"""The fast path over texts in bulk: reads a registration into typed objects and gives its identities if it is clean.

It proves what ``Proof.accepts`` accepts, in a fraction of the time, of texts without a backslash. The types (``shapes``) are
made of the same strict schema; what they leave open is looked at by one function, which is written for these shapes: a
line of source for each thing to look at, since going through the shapes would take longer than the looking. Texts that
were seen to be good are remembered for each member, so that a source or a date is looked at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import msgspec

from contract_kit.judge.leaves import Leaf, UnfitError, implied
from contract_kit.judge.schemas import compiled
from contract_kit.judge.shapes import Many, Member, Open, Shape, Shaper, Variants, order_of
from contract_kit.rules.channels import ALSO_IDENTIFIERS

_END = 3
"""Bytes: one more than the longest end of a line."""
_FIRST = ("mobile", "email", "externalId")
"""The types of identifiers that are looked for first."""
REMEMBERED = 5000
"""So many good texts are remembered for each member, if they are short."""
_SHORT = 100

Sieve = Callable[[bytes], "list[str] | None"]
"""Of a text that is certainly clean the identities in it, each as its type, a zero byte and its normalised value. ``None``:
that is not decided here. No identities: most likely it is not clean, and no other fast path need be asked."""


class Made(NamedTuple):
    """A sieve, and the shape of the bodies that it takes."""

    sieve: Sieve
    shape: Shape | Variants


def build(strict: Mapping[str, Any], like: Any = None) -> Made | None:
    """The sieve for a strict schema, or ``None`` where that says what has no form in types. Texts whose members stand in the
    order of those in ``like``, a clean body, are done a little sooner than others."""
    try:
        shape = Shaper(order_of(like) if like is not None else {}).object("body", strict)
        writer = Writer()
        source = writer.function(shape)
    except UnfitError:
        return None
    # Source of our own: what stands in it are names of members that are identifiers, and literals.
    exec(compile(source, "<the sieve>", "exec"), writer.known)  # noqa: S102
    return Made(_sieve(shape.type, writer.known["identities"]), shape)


def _sieve(type_: Any, identities: Callable[[Any], list[str] | None]) -> Sieve:
    decode, encode_into = msgspec.json.Decoder(type_).decode, msgspec.json.Encoder().encode_into
    no = (msgspec.DecodeError, UnicodeDecodeError)  # a ValidationError is a DecodeError

    def sieve(data: bytes) -> list[str] | None:
        try:
            body = decode(data)
        except no:
            return []
        found = identities(body)
        if not found:
            return []
        written = bytearray(len(data))  # room enough for most, so that it need not grow; it is cut to what is written
        encode_into(body, written)
        # What is written from what was read holds every name once. Where the text is not just that, quotes are counted:
        # without a backslash they stand around names and texts and nowhere else, and a name that stands twice is kept once.
        if not (data.startswith(written) and len(data) - len(written) < _END):
            if b"\\" in data or data.count(b'"') != written.count(b'"'):
                return None
        return found

    return sieve


class Writer:
    """Writes the function that looks at what the types leave open. ``known`` are the names that it uses."""

    def __init__(self) -> None:
        self.known: dict[str, Any] = {"UNSET": msgspec.UNSET, "YES": frozenset({True, "true"})}
        self._numbers: dict[str, int] = {}
        self._values: dict[str, Any] = {}

    def function(self, body: Shape | Variants) -> str:
        """The source: a function of a typed body that gives its identities, or ``None`` where something is odd."""
        lines = [f"    {line}" for line in self._object(body)]
        return "\n".join(["def identities(body):", "    found = []", *lines, "    return found", ""])

    def _object(self, shape: Shape | Variants) -> Iterator[str]:
        """The lines that look at an object, which stands under the name of its kind."""
        if isinstance(shape, Shape):
            yield from self._shape(shape, None)
            return
        blocks: dict[tuple[str, ...], list[str]] = {}
        for value, one in shape.shapes.items():
            blocks.setdefault(tuple(self._shape(one, value)), []).append(value)
        yield f"tag = {shape.kind}.{shape.member}"
        word = "if"
        for lines, values in sorted(blocks.items(), key=_haste):
            if lines:
                yield f"{word} {' or '.join(f'tag == {value!r}' for value in values)}:"
                yield from (f"    {line}" for line in lines)
                word = "elif"

    def _shape(self, shape: Shape, tag: str | None) -> Iterator[str]:
        name, members = shape.kind, dict(shape.members)
        if name == "profile":
            yield "items, mails = [], []"
            members = {"identifiers": members["identifiers"], **members}  # channels are held against them
        elif name in ("identifier", "channel"):
            value = members.pop("value", None)
            if not isinstance(value, Leaf) or not value.text or "value" not in shape.required or tag is None:
                raise UnfitError(name)
            yield f"v = {name}.value"
            yield from self._identifier(value, tag) if name == "identifier" else self._channel(shape, value, tag)
        for member, said in members.items():
            yield from self._member(f"{name}.{member}", said, member in shape.required)
        if shape.rest is not None:
            good = self._conditions(shape)
            yield f"v = ({''.join(f'{name}.{member}, ' for member in shape.concerned)})"
            yield f"if v not in {good} and not learn_{good}(v): return None"
        if name == "enrollment" and {"pointsExpiryDate", "tierExpiryDate"} <= members.keys():
            yield f"p, t = {name}.pointsExpiryDate, {name}.tierExpiryDate"
            yield "if p != t and p is not UNSET and t is not UNSET and (p[19:] != t[19:] or p > t): return None"

    def _identifier(self, value: Leaf, tag: str) -> Iterator[str]:
        """``items`` are the identities of a profile, ``mails`` its e-mail addresses as they are written. Strictly clean
        mobile numbers are digits and e-mail addresses ASCII, so that comparing needs no more than small letters."""
        left = value.left
        if left is not None:
            yield f"if not {self._valid(left)}(v): return None"
        if tag == "email":
            yield "mails.append(v)"
        yield f"key = {_key(tag)}"
        yield "if key in items: return None"
        yield "items.append(key)"
        self._values[tag] = value.rest

    def _channel(self, shape: Shape, value: Leaf, tag: str) -> Iterator[str]:
        """A channel with the very value of an identifier needs no look at that, if it would be no stricter one."""
        marks = " or ".join(f"channel.{mark} in YES" for mark in ("primary", "verified") if mark in shape.members)
        left = value.left
        look = f"not {self._valid(left)}(v)" if left is not None else ""
        yield "if v not in mails:" if tag == "email" else f"if {_key(tag)} not in items:"
        if look:
            yield f"    if {look}: return None"
        if marks and tag in ALSO_IDENTIFIERS:
            other = f" and {_key(tag)} not in items" if tag == "email" else ""
            yield f"    if ({marks}){other}: return None"
        yield "    pass"
        if value.rest is not None and not implied(self._values.get(tag), value.rest):
            yield f"elif {look}: return None"
        if "primary" in shape.members:
            yield "if channel.primary in YES:"
            yield "    if tag in first: return None"
            yield "    first.append(tag)"

    def _member(self, place: str, said: Member, needed: bool) -> Iterator[str]:
        if isinstance(said, Leaf):
            left = said.left
            if left is not None:
                good = self._texts(left)
                yield f"v = {place}"
                if said.text:
                    yield f"if v not in {good} and not learn_{good}(v): return None"
                else:
                    yield f"if v not in {good} if v.__class__ is str else v is not UNSET:"
                    yield f"    if not learn_{good}(v): return None"
        elif isinstance(said, Open):
            good = self._pairs(said)
            test = f"not {good}.issuperset(v.items()) and " if said.apart else ""
            yield f"v = {place}"
            yield f"if v is not UNSET and {test}not learn_{good}(v): return None"
        elif isinstance(said, Many):
            lines = list(self._object(said.item))
            if said.item.kind == "channel":
                yield "first = []"
            if said.held:
                lines.append("tags.append(tag)")
                yield "tags = []"
            if lines:
                yield f"for {said.item.kind} in {place}{'' if needed else ' or ()'}:"
                yield from (f"    {line}" for line in lines)
            if said.held:
                yield f"if {' or '.join(f'{tag!r} not in tags' for tag in said.held)}: return None"
            if said.item.kind == "identifier":
                yield "found += items"
        else:
            lines = list(self._object(said))
            if lines:
                yield f"{said.kind} = {place}"
                yield f"if {said.kind} is not UNSET:"
                yield from (f"    {line}" for line in lines)

    # -- what the lines call ------------------------------------------------------------------------------------------

    def _valid(self, schema: Mapping[str, Any]) -> str:
        name = f"valid_{self._number(schema)}"
        if name not in self.known:
            self.known[name] = compiled(dict(schema)).is_valid
        return name

    def _texts(self, schema: Mapping[str, Any]) -> str:
        """The good texts of a schema, and beside it ``learn_…``, which looks at another one."""
        valid = self.known[self._valid(schema)]
        return self._learning(f"texts_{self._number(schema)}", valid, lambda value: (value,))

    def _pairs(self, said: Open) -> str:
        """The good members of an open object."""
        valid = self.known[self._valid(said.rest)]
        return self._learning(f"pairs_{self._number(said.rest)}", valid, lambda value: value.items() if said.apart else ())

    def _conditions(self, shape: Shape) -> str:
        """The good combinations of values of the members that an object's conditions speak of."""
        assert shape.rest is not None
        valid, names = self.known[self._valid(shape.rest)], shape.concerned

        def fits(values: tuple[Any, ...]) -> bool:
            there = {name: value for name, value in zip(names, values, strict=True) if value is not msgspec.UNSET}
            return bool(valid(there))

        return self._learning(f"joint_{self._number([shape.rest, names])}", fits, lambda value: (value,))

    def _learning(self, name: str, valid: Callable[[Any], bool], parts: Callable[[Any], Any]) -> str:
        """A set of what was seen to be good, under a name. Only texts are kept, alone or in tuples: of numbers and truth
        values some are equal that are not the same."""
        if name not in self.known:
            good: set[Any] = {msgspec.UNSET}

            def learn(value: Any) -> bool:
                if not valid(value):
                    return False
                if len(good) > REMEMBERED:
                    good.clear()
                    good.add(msgspec.UNSET)
                good.update(part for part in parts(value) if _plain(part))
                return True

            self.known[name], self.known[f"learn_{name}"] = good, learn
        return name

    def _number(self, schema: Any) -> int:
        return self._numbers.setdefault(repr(schema), len(self._numbers))


def _haste(block: tuple[tuple[str, ...], list[str]]) -> int:
    return min(_FIRST.index(value) if value in _FIRST else len(_FIRST) for value in block[1])


def _key(tag: str) -> str:
    """An expression for the identity of a strictly clean value ``v``. Common types have it as a constant and a sum, which
    is done sooner."""
    value = "v.lower()" if tag == "email" else "v"
    return f'"{tag}\\0" + {value}' if tag in _FIRST else f'f"{{tag}}\\0{{{value}}}"'


def _plain(part: Any) -> bool:
    texts = part if type(part) is tuple else (part,)
    return all((type(one) is str and len(one) <= _SHORT) or one is msgspec.UNSET for one in texts)
