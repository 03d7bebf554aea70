"""Rules on any text of the body: signs that nobody sees, and text that was copied from the documentation."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from unicodedata import category

from contract_kit.rule import Context, Example, Hit, rule, undocumented
from contract_kit.view import BodyNode

_NAME = "/profiles/0/firstName"
_MAIL = "/profiles/0/identifiers/1/value"
_PLACEHOLDER = "[email protected]"
_INVISIBLE = frozenset({"Cc", "Cf", "Zl", "Zp", "Co", "Cn", "Cs"})

_SCRIPTS = (
    (0x00A1, 0x077F), (0x0900, 0x0DFF), (0x0E00, 0x0EFF), (0x10A0, 0x11FF), (0x1780, 0x17FF), (0x1E00, 0x1FFF),
    (0x2010, 0x205E), (0x20A0, 0x20BF), (0x2100, 0x218B), (0x3001, 0x30FF), (0x3105, 0x318E), (0x31F0, 0x31FF),
    (0xF900, 0xFAFF), (0xFF01, 0xFFEE),
)  # fmt: skip
"""Code points, with both ends: Latin, Greek, Cyrillic, Hebrew, Arabic, the scripts of India, Thai and others, signs."""
_LARGE = ("\u3400-\u4dbf", "\u4e00-\u9ffc", "\uac00-\ud7a3")
"""Ideographs and Hangul, without a gap."""


@cache
def plain_text() -> dict[str, str]:
    """A schema of text in which no rule on signs finds anything, though it may be of nearly any script: without invisible
    signs, blanks but the common one, signs beyond U+FFFF, and ``[``, since the placeholder begins with it."""
    runs: list[list[int]] = []
    for first, last in _SCRIPTS:
        for one in range(first, last + 1):
            if category(chr(one)) in _INVISIBLE or category(chr(one)) == "Zs":
                continue
            if runs and runs[-1][1] == one - 1:
                runs[-1][1] = one
            else:
                runs.append([one, one])
    ranges = (chr(first) if first == last else f"{chr(first)}-{chr(last)}" for first, last in runs)
    return {"pattern": rf"^[ -Z\\\]^-~{''.join(ranges)}{''.join(_LARGE)}]*$"}


@rule(
    "invisible-character",
    on="body",
    severity="warning",
    evidence="assumed",
    facts=("D12",),
    message="{count} character(s) that nobody sees, the first {name} at position {position}",
    hint="take them out: they come from copying and make a different value of what looks the same",
    guard=lambda context: {"text": plain_text()},
    bad=(
        Example({_NAME: "Sam\u200bple"}, "a zero-width space"),
        Example({_NAME: "Sample\t"}, "a tab"),
        Example({_MAIL: "\ufeffsample@shop.example"}, "a byte order mark inside the value"),
        Example({_NAME: "Sam\x00ple"}, "NUL"),
    ),
    good=(Example({_NAME: "Zoë Ñandú 太郎"}, "letters of any script"),),
)
def invisible_character(body: BodyNode, context: Context) -> Iterator[Hit]:
    """Control characters and other signs without a glyph.

    The platform keeps text as it comes. What a server makes of NUL is not documented.
    """
    for node, member, text in body.odd_texts:
        if text.isascii() and text.isprintable():
            continue
        places = [at for at, sign in enumerate(text) if category(sign) in _INVISIBLE]
        if places:
            first = text[places[0]]
            params = {"count": len(places), "name": f"U+{ord(first):04X}", "position": places[0] + 1}
            yield Hit(node.at(member), params, text, undocumented() if "\x00" in text else None)


@rule(
    "placeholder-copied",
    on="body",
    severity="warning",
    evidence="shown",
    facts=("F23", "F28"),
    message="the reference page's e-mail placeholder, copied with its example",
    hint="put the person's own address; the page hides the addresses of its examples behind this text",
    guard=lambda context: {"text": plain_text()},
    bad=(
        Example({_MAIL: _PLACEHOLDER}, "as an identifier"),
        Example({"/profiles/0/commChannels/1/value": "[email\u00a0protected]"}, "as a channel, with a fixed blank"),
    ),
    good=(Example({_MAIL: "protected@shop.example"}, "a real address"),),
)
def placeholder_copied(body: BodyNode, context: Context) -> Iterator[Hit]:
    """A value that is the documentation's cloaked placeholder.

    The page that documents the operation shows e-mail addresses as a fixed text. Everybody who copies an example without
    a look registers customers under the same text.
    """
    for node, member, text in body.odd_texts:
        if text.startswith("[") and " ".join(text.split()).casefold() == _PLACEHOLDER:
            yield Hit(node.at(member), {}, text)
