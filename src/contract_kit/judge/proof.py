"""Proves that a body is clean without asking a single rule: the fast path at work.

The strict schema of ``fastpath`` and a short residue of Python for what a schema cannot say. It says yes or nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from contract_kit.jsontext import Document as TextDocument
from contract_kit.judge import fastpath
from contract_kit.judge.plain import DEEPEST, surely_json
from contract_kit.judge.residue import residue_clean
from contract_kit.judge.runner import Runner

if TYPE_CHECKING:
    from contract_kit.judge.sieve import Made, Sieve
    from contract_kit.judge.templates import Templates

_BLANKS = b" \t\n\r"


class Proof:
    """What is certainly clean under one runner's rules. The schema is compiled when it is first needed."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner

    @cached_property
    def _strictly_valid(self) -> Callable[[object], bool]:
        compiled = fastpath.build(self._runner.strict)
        return compiled.is_valid if compiled is not None else lambda body: False

    def accepts(self, body: object, *, read: bool = False) -> bool:
        """Whether a body is certainly without findings. ``read`` says that it was read from a JSON text: of other data the
        engine would take some for JSON that is none."""
        try:
            return self._strictly_valid(body) and (read or surely_json(body)) and residue_clean(body)
        except (ValueError, UnicodeEncodeError):
            return False

    @cached_property
    def body_of(self) -> Callable[[bytes], Any]:
        """A function that gives the body of a text that is certainly clean, else ``None``: strict JSON in which no name
        stands twice."""
        # Imported here, since one small file is read sooner without it; a function of local names, since this runs for
        # every record.
        import orjson

        loads, dumps, fault = orjson.loads, orjson.dumps, orjson.JSONDecodeError
        valid = self._strictly_valid

        def body_of(data: bytes) -> Any:
            try:
                body = loads(data)
                if not (valid(body) and residue_clean(body)):
                    return None
            except (fault, ValueError, UnicodeEncodeError):
                return None
            return body if written_so(data, dumps(body)) or names_once(data, body) else None

        return body_of

    def identities_of(self, like: Any = None) -> Sieve | None:
        """A sieve, which proves what ``accepts`` accepts; ``like`` is a clean body. ``None`` where ``msgspec`` is not
        installed, or there is none for these rules."""
        made = self._made(like)
        return made.sieve if made is not None else None

    def templates_of(self, body: Any, texts: Sequence[bytes]) -> Templates | None:
        """The sieve with templates (``judge.templates``), the first of them for texts that are written like the first one,
        which holds this clean body; the others are more of the same input."""
        made = self._made(body)
        if made is None:
            return None
        from contract_kit.judge import templates

        return templates.build(made.sieve, made.shape, texts)

    def _made(self, like: Any) -> Made | None:
        try:
            from contract_kit.judge import sieve
        except ImportError:
            return None
        return sieve.build(self._runner.strict, like) if self._runner.strict is not None else None


def plain_document(data: bytes) -> TextDocument | None:
    """What ``jsontext.parse`` gives for a plain text, without places and in a quarter of its time; ``None`` where the text
    is not plain: then nothing is said of it here."""
    import orjson

    try:
        value = orjson.loads(data)
        # What would be read otherwise (long numbers, escapes, names that stand twice) is written otherwise too.
        plain = written_so(data, orjson.dumps(value)) and data.count(b"[") + data.count(b"{") <= DEEPEST
    except (ValueError, TypeError, RecursionError):
        return None
    return TextDocument(None, value) if plain else None


def written_so(data: bytes, written: bytes) -> bool:
    """Whether a text is, blanks aside, what is written from its value: then it holds as many names as that, none twice."""
    return written == data or written.translate(None, _BLANKS) == data.translate(None, _BLANKS)


def names_once(data: bytes, body: Any) -> bool:
    """Whether no name stands twice in an object of a strictly clean text.

    Where every name is followed by its colon at once, quote-and-colon is found at least once for each name in the text;
    the body has fewer members where a name repeats.
    """
    if b" :" in data or b"\n:" in data or b"\t:" in data or b"\r:" in data:
        return False
    return data.count(b'":') == member_count(body)


def member_count(body: Any) -> int:
    """How many members the objects of a strictly clean body have: fewer than in its text where a name stood twice."""
    count = len(body)
    for profile in body["profiles"]:
        count += len(profile) + len(profile.get("fields", ()))
        for item in profile["identifiers"]:
            count += len(item) + len(item.get("extendedFields", ())) + len(item.get("customFields", ()))
        for channel in profile.get("commChannels", ()):
            count += len(channel) + len(channel.get("meta", ())) + len(channel.get("attributes", ()))
    for enrollment in body.get("loyaltyProgramEnrollments", ()):
        count += len(enrollment)
    count += len(body.get("extendedFields", ()))
    if "loyaltyInfo" in body:
        info = body["loyaltyInfo"]
        count += len(info) + len(info.get("attributionV2", ()))
    if "subscriptionInfo" in body:
        count += len(body["subscriptionInfo"])
        for item in body["subscriptionInfo"].get("subscriptions", ()):
            count += len(item)
    return count
