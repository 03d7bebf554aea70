"""What is wrong with the text of a document before it is one: broken JSON, as rules.

The reader (``contract_kit.jsontext``) names each problem with its place; here stands what it means and what a server
does with it. Examples are whole texts.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from contract_kit.findings import Consequence
from contract_kit.rule import Context, Example, Hit, Rule, refuses, rule, undocumented

_BODY = '{"profiles": [{"source": "INSTORE", "identifiers": [{"type": "cuid", "value": "c-1"}]}]%s}'
_GOOD = (Example({"": _BODY % ""}, "JSON"),)


def _text_rule(code: str, *, doc: str, **declared: Any) -> Rule:
    def check(node: object, context: Context) -> Iterator[Hit]:
        yield from ()

    check.__doc__ = doc
    check.__module__ = __name__
    declared.setdefault("severity", "error")
    declared.setdefault("consequence", refuses(8084))
    declared.setdefault("facts", ("D02", "D12"))
    declared.setdefault("hint", "{hint}")
    return rule(code, on="text", evidence="assumed", message="{message}", good=_GOOD, **declared)(check)


def _bad(*texts: tuple[str | bytes, str]) -> tuple[Example, ...]:
    return tuple(Example({"": text}, note) for text, note in texts)


RULES = (
    _text_rule(
        "json-syntax",
        doc="""Text that is not JSON.

        Trailing commas, single quotes, comments, a cut file: no server reads it. The finding names line and column.
        """,
        bad=_bad(
            (_BODY % ",", "a trailing comma"),
            (_BODY.replace('"', "'") % "", "single quotes"),
            ("", "nothing at all"),
            ('{"profiles": [', "cut off"),
        ),
    ),
    _text_rule(
        "json-encoding",
        doc="""Text that is not UTF-8.

        JSON travels as UTF-8. Files that spreadsheet programs save as UTF-16, or single bytes of an older encoding, are
        read as something else or not at all.
        """,
        bad=_bad(((_BODY % "").encode("utf-16"), "UTF-16"), (b'{"profiles": "\xff"}', "a byte that is not UTF-8")),
    ),
    _text_rule(
        "json-not-finite",
        doc="""NaN or an infinity.

        Some writers put them for missing numbers. They are not JSON, and a server refuses them with 400.
        """,
        bad=_bad(
            (_BODY % ', "x": NaN', "NaN"), (_BODY % ', "x": -Infinity', "an infinity"), (_BODY % ', "x": 1e999', "too big")
        ),
    ),
    _text_rule(
        "json-duplicate-key",
        severity="warning",
        consequence=Consequence(),
        doc="""A member that stands twice in one object.

        The last one wins, silently, in most readers; which one the platform takes is not said anywhere.
        """,
        bad=_bad((_BODY % ', "referralCode": "a", "referralCode": "b"', "a member twice")),
    ),
    _text_rule(
        "json-bom",
        severity="warning",
        consequence=undocumented(),
        doc="""A byte order mark before the document.

        Editors add it unseen. Many readers refuse a text that begins with it.
        """,
        bad=_bad((b"\xef\xbb\xbf" + (_BODY % "").encode(), "UTF-8 with a mark")),
    ),
    _text_rule(
        "json-too-deep",
        severity="warning",
        consequence=undocumented(),
        doc="""Nesting deeper than any registration needs.

        The kit does not look further into it; what a server answers is not documented, beyond that it must not crash.
        """,
        bad=_bad(("[" * 1000 + "]" * 1000, "a thousand arrays")),
    ),
    _text_rule(
        "json-number-too-long",
        severity="warning",
        consequence=undocumented(),
        doc="""A number with thousands of digits, which no reader takes as it stands.""",
        bad=_bad((_BODY % (', "x": ' + "9" * 5000), "5,000 digits")),
    ),
    _text_rule(
        "json-lone-surrogate",
        severity="warning",
        consequence=undocumented(),
        doc="""Half of a character.

        An escape such as \\\\ud83d without its partner stands for no character and cannot be written as UTF-8.
        """,
        bad=_bad((_BODY % ', "x": "\\ud83d"', "half of an emoji")),
    ),
)
