"""A text as a form: walked through token by token, it becomes a regular expression with some of its values left open."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping
from typing import Any, NamedTuple

from contract_kit.judge import written
from contract_kit.judge.leaves import UnfitError

_TOKEN = re.compile(r'"[^"\\]*"|-?[0-9][0-9.eE+-]*|true|false|null|[{}\[\],:]|[ \t\r\n]+')
_TEXT, _NUMBER, _TRUTH = '("[^"]*+")', "(-?[0-9][0-9.eE+-]*+)", "(true|false)"
_BARE = r'[^"\\]*+'
"""A text between its quotes, without a backslash."""
_END = r"\r?\n?"


class Slot(NamedTuple):
    """A value that is left open. ``value`` is the name under which it is known, without its quotes where it is ``bare``;
    ``odd`` the name of what is something where the expression does not say that the value is good, if it ever does."""

    value: str
    odd: str | None = None
    bare: bool = False


class Form:
    """The form of one text. ``steady`` are the places among all values of those that stay as they are. ``all_`` leaves each
    other value open for whatever it is, and then ``places`` tells the place of each."""

    def __init__(self, text: bytes, steady: Container[int] = (), *, all_: bool = False) -> None:
        said = text.decode()
        self._tokens = _TOKEN.findall(said)
        if "".join(self._tokens) != said:
            raise UnfitError("an escape")
        self._steady, self._all = steady, all_
        self._at = self._offset = self._values = 0
        self._form: list[str] = []
        self.places: list[int] = []
        self.groups = 0
        self.spans: dict[str, tuple[int, int]] = {}
        """Where each open value stands in the text, in bytes."""

    def expression(self) -> re.Pattern[str]:
        """What texts of this form match, when all of the text was gone through."""
        return re.compile("".join(self._form) + _END)

    def next(self) -> str:
        """The next token that is no blank; blanks before it go into the form as they are."""
        while (token := self._tokens[self._at])[0] in " \t\r\n":
            self._literal(token)
        return str(token)

    def _literal(self, token: str) -> None:
        self._form.append(re.escape(token))
        self._pass(token)

    def _pass(self, token: str) -> None:
        self._at += 1
        self._offset += len(token.encode())

    def skip(self, count: int = 1) -> None:
        """Put tokens into the form as they are."""
        for _ in range(count):
            self._literal(self.next())

    def stays(self) -> bool:
        """Whether the next value is one that stays: a null, or a steady one. It is put into the form then."""
        token = self.next()
        stays = token[0] == "n" or self._values in self._steady
        if stays:
            self._literal(token)
        else:
            self.places.append(self._values)
        self._values += 1
        return stays

    def opened(self) -> None:
        """Note that the next value is left open, be it a steady one or not."""
        self.places.append(self._values)
        self._values += 1

    def slot(self, schema: Mapping[str, Any] | None = None) -> Slot:
        """Leave a value open that is known as it is written; or, where there is a schema of it of which an expression can
        say something, only if it is an odd one."""
        token = self.next()
        is_text, is_truth = token[0] == '"', token[0] in "tf"
        any_ = _TEXT if is_text else _TRUTH if is_truth else _NUMBER
        good = None
        if schema is not None and not self._all and not is_truth:
            good = written.text(schema) if is_text else written.number(schema)
        if good is not None:
            good = f'"{good}"' if is_text else rf"{good}(?![0-9.eE+-])"
        value = self._group(any_ if good is None else f"(?>{good}|{any_})", token)
        return Slot(value, value if good is not None else None)

    def bare(self, schema: Mapping[str, Any] | None) -> Slot:
        """Leave a text open that is known without its quotes."""
        token = self.next()
        good = written.text(schema) if schema is not None and not self._all else None
        value = self._group(f'"({_BARE if good is None else f"""(?>{good}(?=")|(){_BARE})"""})"', token)
        if good is None:
            return Slot(value, bare=True)
        self.groups += 1
        return Slot(value, f"s{self.groups - 1}", bare=True)

    def again(self, slot: Slot) -> None:
        """Leave a text open that is the same as a bare one before."""
        token = self.next()
        self._form.append(rf'"\{int(slot.value[1:]) + 1}"')
        self._pass(token)

    def _group(self, form: str, token: str) -> str:
        self._form.append(form)
        name = f"s{self.groups}"
        self.groups += 1
        self.spans[name] = (self._offset, self._offset + len(token.encode()))
        self._pass(token)
        return name

    def members(self, data: Mapping[str, Any]) -> Iterator[str]:
        """The names of an object's members, each when its value comes next."""
        self.skip()
        for place, name in enumerate(data):
            self.skip(3 if place else 2)
            yield name
        self.skip()
