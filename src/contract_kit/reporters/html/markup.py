"""HTML out of texts: whatever is not markup already is escaped, so that nothing from outside can be more than text."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import TypeAlias

from contract_kit.reporters.words import plain

_VOID = frozenset({"input", "link", "meta"})
_SPELT = {"class_": "class", "for_": "for", "type_": "type", "http_equiv": "http-equiv", "viewbox": "viewBox"}


class Markup(str):
    """Text that is HTML; made by ``tag`` and ``joined`` only, and of the files beside this one."""

    __slots__ = ()


Child: TypeAlias = "str | int | Iterable[Child] | None"
Value = str | int | bool | None


def tag(name: str, /, *children: Child, **attributes: Value) -> Markup:
    """An element. Children that are no markup are escaped, ``None`` is left out; so are attributes that are ``None`` or
    ``False``. Attributes that are words of Python end in ``_``; other ``_`` become ``-``."""
    said = "".join(_attribute(key, value) for key, value in attributes.items())
    return Markup(f"<{name}{said}>") if name in _VOID else Markup(f"<{name}{said}>{joined(*children)}</{name}>")


def joined(*children: Child) -> Markup:
    """Children one after the other."""
    return Markup("".join(map(_text, children)))


def _text(child: Child) -> str:
    if child is None:
        return ""
    if isinstance(child, Markup):
        return child
    if isinstance(child, (str, int)):
        return escape(plain(str(child)), quote=True)
    return "".join(map(_text, child))


def _attribute(key: str, value: Value) -> str:
    if value is None or value is False:
        return ""
    name = _SPELT.get(key) or key.replace("_", "-")
    return f" {name}" if value is True else f' {name}="{escape(plain(str(value)), quote=True)}"'
