"""One form in which registrations are written, as a regular expression that holds all of it but the values.

It is made of a text that the sieve takes. What it matches has the same members in the same order, none of them twice, so
only the values are left to look at, and most of them each by itself (``shapes``, ``goodness``). What hangs on several is
dealt with here: the types of identifiers and channels stand in the expression, and so does which channel has the value of
which identifier; the marks of channels are looked at together, by asking the sieve about the first text with these in it,
and so are the members that a condition speaks of. Steady values, that were the same in all texts of the form so far, are
put into the expression: it matches faster than values are looked at.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from contract_kit.judge.goodness import NO, SCALAR, Test, fitting, joined, remembering
from contract_kit.judge.leaves import Leaf, UnfitError, implied
from contract_kit.judge.schemas import compiled
from contract_kit.judge.shapes import Many, Member, Open, Shape, Variants
from contract_kit.judge.sieve import Sieve
from contract_kit.ledger import normalise
from contract_kit.rules.channels import ALSO_IDENTIFIERS

ENOUGH = 100
"""In so many texts a value has to be the same to be taken for a steady one."""
_MARKS = ("primary", "verified")
_DATES = ("pointsExpiryDate", "tierExpiryDate")
_TOKEN = re.compile(rb'"[^"\\]*"|-?[0-9][0-9.eE+-]*|true|false|null|[{}\[\],:]|[ \t]+')
_SLOTS = {b'"': rb'("[^"]*+")', b"t": rb"(true|false)", b"f": rb"(true|false)"}
_NUMBER, _PLAIN = rb"(-?[0-9][0-9.eE+-]*+)", rb'("[^"\\]*+")'
_END = rb"\r?\n?"


def template(sieve: Sieve, shape: Shape | Variants, text: bytes, others: Sequence[bytes] = ()) -> Template:
    """The template for texts that are written like this one, which the sieve takes. ``others`` are more of the same input:
    they show which values are steady. Raises ``UnfitError`` where a text has no form."""
    found = Template(sieve, shape, text)
    alike = [matched.groups() for other in others if (matched := found.matches(other)) is not None]
    if len(alike) < ENOUGH:
        return found
    steady = {place for place, values in zip(found.places, zip(*alike, strict=True), strict=True) if len({*values}) == 1}
    return Template(sieve, shape, text, steady)


class Template:
    """The form of one text. ``take`` is a sieve for texts of this form, and goes on to what ``otherwise`` was given for all
    others. ``places`` tells of each open value the how manieth of all values it is; ``steady`` are the places of those that
    stay as they are. ``text`` is the text that it was made of."""

    def __init__(self, sieve: Sieve, shape: Shape | Variants, text: bytes, steady: Container[int] = ()) -> None:
        self._sieve = sieve
        self.text = text
        self._steady, self._values = steady, 0
        self.places: list[int] = []
        self._tokens = _TOKEN.findall(text)
        if b"".join(self._tokens) != text:
            raise UnfitError("an escape")
        self._at = self._offset = 0
        self._form: list[bytes] = []
        self._slots: list[tuple[int, int]] = []
        self._lines: list[str] = []
        self._keys: list[str] = []
        self._known: dict[str, Any] = {}
        self._object(shape, msgspec.json.decode(text))
        self.matches = re.compile(b"".join(self._form) + _END).fullmatch
        # Source of our own: what stands in it are names that are made here, and types of identifiers as literals.
        exec(compile(self._source(), "<a template>", "exec"), self._known)  # noqa: S102
        self.take: Sieve = self._known["take"]

    def otherwise(self, following: Sieve) -> None:
        """Say who is asked about texts that have another form."""
        self._known["otherwise"] = following

    def _source(self) -> str:
        names = "".join(f"s{number}, " for number in range(len(self._slots)))
        head = ["matched = matches(data)", "if matched is None: return otherwise(data)", f"{names}= matched.groups()"]
        lines = [*head, "try:", *(f"    {line}" for line in self._lines), "    pass", "except NO: return []"]
        lines.append(f"return [{', '.join(self._keys)}]")
        self._known |= {"matches": self.matches, "NO": NO}
        return "\n".join(["def take(data):", *(f"    {line}" for line in lines), ""])

    # -- through the text ---------------------------------------------------------------------------------------------

    def _next(self) -> bytes:
        """The next token that is no blank; blanks before it go into the form as they are."""
        while (token := self._tokens[self._at])[:1] in b" \t":
            self._literal(token)
        return bytes(token)

    def _literal(self, token: bytes) -> None:
        self._form.append(re.escape(token))
        self._pass(token)

    def _pass(self, token: bytes) -> None:
        self._at += 1
        self._offset += len(token)

    def _skip(self, count: int = 1) -> None:
        """Put tokens into the form as they are."""
        for _ in range(count):
            self._literal(self._next())

    def _slot(self, form: bytes | None = None) -> str | None:
        """Leave a value open; the name under which it is known, or none for one that stays: a null, or a steady one."""
        token = self._next()
        place, self._values = self._values, self._values + 1
        if token == b"null" or (place in self._steady and form is None):
            self._literal(token)
            return None
        self.places.append(place)
        self._form.append(form or _SLOTS.get(token[:1], _NUMBER))
        self._slots.append((self._offset, self._offset + len(token)))
        self._pass(token)
        return f"s{len(self._slots) - 1}"

    def _members(self, data: Mapping[str, Any]) -> Iterator[str]:
        """The names of an object's members, each when its value comes next."""
        self._skip()
        for place, name in enumerate(data):
            self._skip(3 if place else 2)
            yield name
        self._skip()

    # -- what is left to look at --------------------------------------------------------------------------------------

    def _object(self, shape: Shape | Variants, data: Mapping[str, Any]) -> None:
        one = shape.shapes[data[shape.member]] if isinstance(shape, Variants) else shape
        if one.kind == "profile":
            self._items: dict[str, tuple[str, str, Leaf]] = {}
            self._marks: list[str] = []
        slots: dict[str, str] = {}
        written: dict[str, str] = {}
        for name in self._members(data):
            token = self._next()
            slot = self._member(one, name, data)
            if slot is not None:
                slots[name] = slot
            written[name] = slot or repr(token)
        if one.rest is not None:
            self._condition(one, data, {name: slots[name] for name in one.concerned if name in slots})
        if one.kind == "profile" and self._marks:
            self._together(self._marks, self._substituted(self._marks), "otherwise(data)")
        if one.kind == "enrollment" and written.keys() >= {*_DATES} and slots.keys() & {*_DATES}:
            # As in the sieve: of dates that are good the texts compare, if their zones are the same.
            points, tier = (written[name] for name in _DATES)
            self._lines.append(f"if {points} != {tier} and ({points}[20:] != {tier}[20:] or {points} > {tier}): return []")

    def _member(self, shape: Shape, name: str, data: Mapping[str, Any]) -> str | None:
        said: Member | None = shape.members.get(name)
        if said is None:  # what its kind hangs on
            self._skip()
            return None
        if isinstance(said, Open):
            self._open(said, data[name])
            return None
        if isinstance(said, Many):
            self._skip()
            for place, item in enumerate(data[name]):
                if place:
                    self._skip()
                self._object(said.item, item)
            self._skip()
            return None
        if not isinstance(said, Leaf):
            self._object(said, data[name])
            return None
        if shape.kind == "identifier" and name == "value":
            return self._identifier(data["type"], data[name], said)
        if shape.kind == "channel" and name == "value":
            return self._channel(data["type"], data[name], said)
        slot = self._slot()
        if slot is not None:
            if shape.kind == "channel" and name in _MARKS:
                self._marks.append(slot)
            else:
                self._together([slot], fitting(said))
        return slot

    def _identifier(self, type_: str, value: str, said: Leaf) -> str:
        if type_ in self._items:
            raise UnfitError("two identifiers of a type")
        slot = str(self._slot(_PLAIN))
        self._items[type_] = (slot, value, said)
        self._read(slot, said)
        key = f"key{len(self._keys)}"
        # As in the sieve: strictly clean values compare as they are, e-mail addresses in small letters.
        compared = "v.lower()" if type_ == "email" else "v"
        self._lines.append(f"{key} = {type_ + chr(0)!r} + {compared}")
        self._keys.append(key)
        return slot

    def _channel(self, type_: str, value: str, said: Leaf) -> str:
        """A channel that has the value of an identifier has it in all texts of the form; one that has another one may have
        any that fits, since nothing that hangs on it speaks of values that differ."""
        if not self._items:
            raise UnfitError("channels before identifiers")
        slot, other, own = self._items.get(type_, ("", "", said))
        if slot and other == value:
            self._next()
            self._form.append(rb"\%d" % (int(slot[1:]) + 1))
            self._pass(self._tokens[self._at])
            if said.rest is None or not implied(own.rest, said.rest):
                self._read(slot, said)
            return slot
        if slot and type_ in ALSO_IDENTIFIERS and normalise(type_, other) == normalise(type_, value):
            raise UnfitError("one value in two spellings")
        slot = str(self._slot(_PLAIN))
        self._read(slot, said)
        return slot

    def _read(self, slot: str, said: Leaf) -> None:
        """Look at a value that is another one in each text."""
        self._known[f"read_{slot}_{len(self._lines)}"] = msgspec.json.Decoder(said.type).decode
        self._lines.append(f"v = read_{slot}_{len(self._lines)}({slot})")
        if said.left is not None:
            self._known[f"valid_{slot}_{len(self._lines)}"] = compiled(dict(said.left)).is_valid
            self._lines.append(f"if not valid_{slot}_{len(self._lines)}(v): return []")

    def _open(self, said: Open, data: Mapping[str, Any]) -> None:
        valid = compiled(dict(said.rest)).is_valid
        slots: list[str] = []
        names: list[str] = []
        for name in self._members(data):
            slot = self._slot()
            if slot is None:
                continue
            slots.append(slot)
            names.append(name)
            if said.apart:
                self._together([slot], joined([name], [SCALAR], {}, valid))
        if slots and not said.apart:
            fixed = {name: value for name, value in data.items() if name not in names}
            self._together(slots, joined(names, [SCALAR] * len(names), fixed, valid))

    def _condition(self, shape: Shape, data: Mapping[str, Any], slots: Mapping[str, str]) -> None:
        """Members that a condition speaks of, together."""
        assert shape.rest is not None
        fixed = {name: data[name] for name in shape.concerned if name in data and name not in slots}
        leaves = [leaf for name in slots if isinstance(leaf := shape.members[name], Leaf)]
        if slots:
            valid = compiled(dict(shape.rest)).is_valid
            self._together(list(slots.values()), joined(list(slots), leaves, fixed, valid))

    def _together(self, slots: Sequence[str], test: Test, otherwise: str = "[]") -> None:
        """Look at values together."""
        number = len(self._lines)
        said = slots[0] if len(slots) == 1 else f"({', '.join(slots)})"
        good, learn = remembering(test, alone=len(slots) == 1)
        self._known |= {f"good_{number}": good, f"learn_{number}": learn}
        self._lines.append(f"if {said} not in good_{number} and not learn_{number}({said}): return {otherwise}")

    def _substituted(self, slots: Sequence[str]) -> Test:
        """Whether the sieve takes the first text with other values in these places."""
        text, sieve = self.text, self._sieve
        places = [self._slots[int(slot[1:])] for slot in slots]

        def test(values: Sequence[bytes]) -> bool:
            pieces, at = [], 0
            for (start, end), value in zip(places, values, strict=True):
                pieces += [text[at:start], value]
                at = end
            return bool(sieve(b"".join([*pieces, text[at:]])))

        return test
