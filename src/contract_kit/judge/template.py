"""One form in which registrations are written, as a regular expression that holds all of it but the values.

It is made of a text that the sieve takes. What it matches has the same members in the same order, none of them twice, so
only the values are left to look at, and most of them each by itself (``shapes``, ``goodness``). What hangs on several is
dealt with here: the types of identifiers and channels stand in the expression, and so does which channel has the value of
which identifier; the marks of channels are looked at together, by asking the sieve about the first text with these in it,
and so are the members that a condition speaks of. What an expression can say of values (``written``) it says, and others
are looked at where it does not. Steady values, that were the same in all texts of the form so far, are put into the
expression: it matches faster than values are looked at.
"""

from __future__ import annotations

import re
from collections.abc import Container, Mapping, Sequence
from typing import Any

import msgspec

from contract_kit.judge.form import Form, Slot
from contract_kit.judge.goodness import NO, SCALAR, Memory, Test, fitting, joined
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


def template(
    sieve: Sieve,
    shape: Shape | Variants,
    text: bytes,
    others: Sequence[bytes] = (),
    memory: Memory | None = None,
    least: float = 0,
) -> Template:
    """The template for texts that are written like this one, which the sieve takes. ``others`` are more of the same input:
    they show which values are steady, and at ``least`` so many of them have to have this form. Values go into the
    ``memory``, which templates may share. Raises ``UnfitError`` where a text has no form, or too few have it."""
    found = Template(sieve, shape, text, all_=True)
    alike = [matched.groups() for other in others if (matched := found.matches(other)) is not None]
    if len(alike) < least:
        raise UnfitError("a rare form")
    steady: set[int] = set()
    if len(alike) >= ENOUGH:
        steady = {
            place for place, values in zip(found.form.places, zip(*alike, strict=True), strict=True) if len({*values}) == 1
        }
    return Template(sieve, shape, text, steady, memory=memory)


class Template:
    """The form of one text. ``take`` is a sieve for texts of this form, and goes on to what ``otherwise`` was given for all
    others. ``text`` is the text that it was made of; ``steady`` and ``all_`` are those of its ``form``."""

    def __init__(
        self,
        sieve: Sieve,
        shape: Shape | Variants,
        text: bytes,
        steady: Container[int] = (),
        *,
        all_: bool = False,
        memory: Memory | None = None,
    ) -> None:
        self._sieve = sieve
        self.text = text
        self.form = Form(text, steady, all_=all_)
        self._lines: list[str] = []
        self._keys: list[str] = []
        self._known: dict[str, Any] = {}
        self._memory = memory or Memory()
        self._object(shape, msgspec.json.decode(text))
        self._matches = self.form.expression().fullmatch
        # Source of our own: what stands in it are names that are made here, and types of identifiers as literals.
        exec(compile(self._source(), "<a template>", "exec"), self._known)  # noqa: S102
        self.take: Sieve = self._known["take"]

    def matches(self, text: bytes) -> re.Match[str] | None:
        """The match of a text that has this form."""
        try:
            return self._matches(text.decode())
        except UnicodeDecodeError:
            return None

    def otherwise(self, following: Sieve) -> None:
        """Say who is asked about texts that have another form."""
        self._known["otherwise"] = following

    def _source(self) -> str:
        names = "".join(f"s{number}, " for number in range(self.form.groups))
        groups = [f"{names}= matched.groups()"] if names else []
        lines = ["matched = matches(data.decode())", "if matched is None: return otherwise(data)", *groups, *self._lines]
        lines = ["try:", *(f"    {line}" for line in lines), "except NO: return []", f"return [{', '.join(self._keys)}]"]
        self._known |= {"matches": self._matches, "NO": NO}
        return "\n".join(["def take(data):", *(f"    {line}" for line in lines), ""])

    # -- what is left to look at --------------------------------------------------------------------------------------

    def _object(self, shape: Shape | Variants, data: Mapping[str, Any]) -> None:
        one = shape.shapes[data[shape.member]] if isinstance(shape, Variants) else shape
        if one.kind == "profile":
            self._items: dict[str, tuple[Slot, str, Leaf]] = {}
            self._marks: list[Slot] = []
        slots: dict[str, Slot] = {}
        dates: dict[str, str] = {}
        for name in self.form.members(data):
            token = self.form.next()
            slot = self._member(one, name, data)
            if slot is not None:
                slots[name] = slot
            if one.kind == "enrollment" and name in _DATES:
                dates[name] = slot.value if slot is not None else repr(token[1:-1])
        if one.rest is not None:
            self._condition(one, data, {name: slots[name] for name in one.concerned if name in slots})
        if one.kind == "profile" and self._marks:
            self._together(self._marks, self._substituted(self._marks), "otherwise(data)")
        if len(dates) == len(_DATES) and slots.keys() & dates.keys():
            # As in the sieve: of dates that are good the texts compare, if their zones are the same.
            points, tier = (dates[name] for name in _DATES)
            self._lines.append(f"if {points} != {tier} and ({points}[19:] != {tier}[19:] or {points} > {tier}): return []")

    def _member(self, shape: Shape, name: str, data: Mapping[str, Any]) -> Slot | None:
        said: Member | None = shape.members.get(name)
        if said is None:  # what its kind hangs on
            self.form.skip()
            return None
        if isinstance(said, Open):
            self._open(said, data[name])
            return None
        if isinstance(said, Many):
            self.form.skip()
            for place, item in enumerate(data[name]):
                if place:
                    self.form.skip()
                self._object(said.item, item)
            self.form.skip()
            return None
        if not isinstance(said, Leaf):
            self._object(said, data[name])
            return None
        if shape.kind == "identifier" and name == "value":
            return self._identifier(data["type"], data[name], said)
        if shape.kind == "channel" and name == "value":
            return self._channel(data["type"], data[name], said)
        if self.form.stays():
            return None
        if shape.kind == "channel" and name in _MARKS:
            slot = self.form.slot()
            self._marks.append(slot)
        elif shape.kind == "enrollment" and name in _DATES:
            slot = self.form.bare(said.schema)
            self._read(slot, said)
        else:
            slot = self.form.slot(said.schema if name not in shape.concerned else None)
            self._look(slot, fitting(said))
        return slot

    def _identifier(self, type_: str, value: str, said: Leaf) -> Slot:
        if type_ in self._items:
            raise UnfitError("two identifiers of a type")
        self.form.opened()
        slot = self.form.bare(said.schema)
        self._items[type_] = (slot, value, said)
        self._read(slot, said)
        # As in the sieve: strictly clean values compare as they are, e-mail addresses in small letters.
        compared = f"{slot.value}.lower()" if type_ == "email" else slot.value
        self._keys.append(f"{type_ + chr(0)!r} + {compared}")
        return slot

    def _channel(self, type_: str, value: str, said: Leaf) -> Slot:
        """A channel that has the value of an identifier has it in all texts of the form; one that has another one may have
        any that fits, since nothing that hangs on it speaks of values that differ."""
        if not self._items:
            raise UnfitError("channels before identifiers")
        slot, other, own = self._items.get(type_, (None, "", said))
        if slot is not None and other == value:
            self.form.again(slot)
            if said.rest is None or not implied(own.rest, said.rest):
                self._read(slot._replace(odd=None), said)
            return slot
        if slot is not None and type_ in ALSO_IDENTIFIERS and normalise(type_, other) == normalise(type_, value):
            raise UnfitError("one value in two spellings")
        self.form.opened()
        slot = self.form.bare(said.schema)
        self._read(slot, said)
        return slot

    def _read(self, slot: Slot, said: Leaf) -> None:
        """Look at a bare value that is another one in each text."""
        number = len(self._lines)
        self._known[f"read_{number}"] = msgspec.json.Decoder(said.type).decode
        line = f"""read_{number}(f'"{{{slot.value}}}"')"""
        if said.left is not None:
            self._known[f"valid_{number}"] = compiled(dict(said.left)).is_valid
            line = f"if not valid_{number}({line}): return []"
        self._lines += [line] if slot.odd is None else [f"if {slot.odd} is not None:", f"    {line}"]

    def _open(self, said: Open, data: Mapping[str, Any]) -> None:
        valid = compiled(dict(said.rest)).is_valid
        slots: list[Slot] = []
        names: list[str] = []
        for name in self.form.members(data):
            if self.form.stays():
                continue
            if said.apart:
                self._look(self.form.slot(_schema_of(said, name)), joined([name], [SCALAR], {}, valid))
            else:
                slots.append(self.form.slot())
                names.append(name)
        if slots:
            fixed = {name: value for name, value in data.items() if name not in names}
            self._together(slots, joined(names, [SCALAR] * len(names), fixed, valid))

    def _condition(self, shape: Shape, data: Mapping[str, Any], slots: Mapping[str, Slot]) -> None:
        """Members that a condition speaks of, together."""
        assert shape.rest is not None
        fixed = {name: data[name] for name in shape.concerned if name in data and name not in slots}
        leaves = [leaf for name in slots if isinstance(leaf := shape.members[name], Leaf)]
        if slots:
            valid = compiled(dict(shape.rest)).is_valid
            self._together(list(slots.values()), joined(list(slots), leaves, fixed, valid))

    def _look(self, slot: Slot, test: Test) -> None:
        """Look at a value, where it is an odd one."""
        number = len(self._lines)
        good, learn = self._memory.learning(test, alone=True)
        self._known |= {f"good_{number}": good, f"learn_{number}": learn}
        line = f"if {slot.value} not in good_{number} and not learn_{number}({slot.value}): return []"
        self._lines.append(line if slot.odd is None else line.replace("if", f"if {slot.odd} is not None and", 1))

    def _together(self, slots: Sequence[Slot], test: Test, otherwise: str = "[]") -> None:
        """Look at values together."""
        number = len(self._lines)
        said = f"({''.join(f'{slot.value}, ' for slot in slots)})"
        good, learn = self._memory.learning(test, alone=False)
        self._known |= {f"good_{number}": good, f"learn_{number}": learn}
        self._lines.append(f"if {said} not in good_{number} and not learn_{number}({said}): return {otherwise}")

    def _substituted(self, slots: Sequence[Slot]) -> Test:
        """Whether the sieve takes the first text with other values in these places."""
        text, sieve = self.text, self._sieve
        places = [self.form.spans[slot.value] for slot in slots]

        def test(values: Sequence[str]) -> bool:
            pieces, at = [], 0
            for (start, end), value in zip(places, values, strict=True):
                pieces += [text[at:start], value.encode()]
                at = end
            return bool(sieve(b"".join([*pieces, text[at:]])))

        return test


def _schema_of(said: Open, name: str) -> Mapping[str, Any] | None:
    """What is said of a member whose name is the org's."""
    schema = said.rest.get("properties", {}).get(name, said.rest.get("additionalProperties", {}))
    return schema if isinstance(schema, dict) else None
