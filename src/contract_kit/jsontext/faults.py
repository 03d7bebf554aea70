"""What a syntax error means: from the scanner's position to a message that a person can act on."""

from __future__ import annotations

import re

_WORDS = {
    "True": "true", "False": "false", "None": "null", "undefined": "null", "nan": "null", "nil": "null", "yes": "true",
    "no": "false", "TRUE": "true", "FALSE": "false", "NULL": "null",
}  # fmt: skip
_WORD = re.compile(r"[A-Za-z_]\w*")
_BLANK = " \t\n\r"


def fault(text: str, offset: int, said: str) -> tuple[int, str, str]:
    """The offset, the message and the hint for what the standard library's scanner said of a text."""
    if not text.strip(_BLANK):
        return 0, "the text is empty", "send a JSON object"
    rest = text[offset:]
    before = text[:offset].rstrip(_BLANK)
    if said.startswith("Unterminated string"):
        return offset, "a text that begins here does not end", 'close it with "'
    if said.startswith("Invalid control character"):
        return offset, "a control character inside a text", "write it as an escape, for example \\n or \\t"
    if said.startswith("Invalid \\"):
        return offset, "an escape that JSON does not have", 'a backslash is written as "\\\\"'
    if said.startswith("Extra data"):
        return _after_the_end(text, offset)
    if not rest.strip(_BLANK):
        return len(text.rstrip(_BLANK)), "the text ends in the middle of the document", "the file seems to be cut off"
    if said.startswith("Illegal trailing comma") or (rest[0] in "}]" and before.endswith(",")):
        comma = offset if rest[0] == "," else len(before) - 1
        return comma, "a comma before the closing bracket", "take the comma away"
    return _by_sign(text, offset, said)


def _after_the_end(text: str, offset: int) -> tuple[int, str, str]:
    if text[offset - 1 : offset + 1].isdigit():
        return offset - 1, "a number with leading zeros", "write the number without them, or in quotes as a text"
    if text[offset] in "{[":
        return offset, "a second document after the first", "one document a file; several, one a line, are NDJSON (.ndjson)"
    return offset, "something after the end of the document", "take away what follows the last closing bracket"


def _by_sign(text: str, offset: int, said: str) -> tuple[int, str, str]:
    """The fault by the sign at which the scanner stopped."""
    sign, rest = text[offset], text[offset : offset + 40]
    if sign == "'":
        return offset, "single quotes", 'texts and names stand in double quotes: "'
    if rest.startswith(("//", "/*", "#")):
        return offset, "a comment", "JSON has no comments; take it away"
    if said.startswith("Expecting ',' delimiter"):
        if (sign.isdigit() and text[offset - 1] == "0") or (sign in "xX" and text[offset - 1] == "0"):
            return offset - 1, "a number in a form that JSON does not have", "write it in decimal, without leading zeros"
        return offset, "a comma is missing before this", "put a comma between two members or items"
    if said.startswith("Expecting ':' delimiter"):
        return offset, "a colon is missing between name and value", 'write "name": value'
    word = _WORD.match(rest)
    if said.startswith("Expecting property name"):
        if word:
            return offset, "a name without quotes", 'names stand in double quotes: "name": value'
        return offset, "the name of a member is missing", 'write "name": value'
    if word and word[0] in _WORDS:
        return offset, f"{word[0]} is not JSON", f"write {_WORDS[word[0]]}"
    if word:
        return offset, "a text without quotes", 'texts stand in double quotes: "text"'
    if sign in "+.":
        return (
            offset,
            "a number in a form that JSON does not have",
            "write it in decimal, without a plus, with a digit first",
        )
    return offset, "a value is missing here", "put a value, or take the comma or the name before it away"
