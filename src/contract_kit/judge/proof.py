"""Proves that a body is clean without asking a single rule: the fast path at work.

The strict schema of ``fastpath`` and a short residue of Python for what a schema cannot say. It says yes or nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

from contract_kit.judge import fastpath
from contract_kit.judge.plain import surely_json
from contract_kit.judge.runner import Runner
from contract_kit.rules.channels import ALSO_IDENTIFIERS

_YES = (True, "true")
_BLANKS = b" \t\n\r"


class Proof:
    """What is certainly clean under one runner's rules. The schema is compiled when it is first needed."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner

    @cached_property
    def _strictly_valid(self) -> Callable[[object], bool]:
        compiled = fastpath.build(self._runner)
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
            # Text that equals what is written from its value, blanks aside, holds as many names as that: none twice.
            written = dumps(body)
            if written == data or written.translate(None, _BLANKS) == data.translate(None, _BLANKS):
                return body
            return body if names_once(data, body) else None

        return body_of


def names_once(data: bytes, body: Any) -> bool:
    """Whether no name stands twice in an object of a strictly clean text.

    Where every name is followed by its colon at once, quote-and-colon is found at least once for each name in the text;
    the body has fewer members where a name repeats.
    """
    if b" :" in data or b"\n:" in data or b"\t:" in data or b"\r:" in data:
        return False
    return data.count(b'":') == member_count(body)


def residue_clean(body: Any) -> bool:
    """Whether the rules in ``PROVEN`` certainly find nothing in a body that the strict schema accepts.

    There mobile numbers are digits and e-mail addresses ASCII, so that comparing needs no more than small letters. This
    runs for every record of a bulk run: each line counts.
    """
    for profile in body["profiles"]:
        items = profile["identifiers"]
        held = {(item["type"], item["value"].lower() if item["type"] == "email" else item["value"]) for item in items}
        if len(held) != len(items):
            return False
        channels = profile.get("commChannels")
        if channels:
            primary = []
            for channel in channels:
                first = channel.get("primary") in _YES
                if first or channel.get("verified") in _YES:
                    type_ = channel["type"]
                    if first:
                        if type_ in primary:
                            return False
                        primary.append(type_)
                    value = channel["value"]
                    key = (type_, value.lower() if type_ == "email" else value)
                    if key not in held and type_ in ALSO_IDENTIFIERS:
                        return False
    for enrollment in body.get("loyaltyProgramEnrollments", ()):
        points, tier = enrollment.get("pointsExpiryDate"), enrollment.get("tierExpiryDate")
        if points != tier and points is not None and tier is not None and (points[19:] != tier[19:] or points > tier):
            return False
    return True


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
