"""What the kit says: findings, with their severity, the evidence they rest on and the place they speak of.

These are plain values. Nothing here knows a file, a schema engine or a rule; everything above speaks in these words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

OPERATION = "POST /customers"

Pointer = tuple[str | int, ...]


class Severity(StrEnum):
    """How much a finding weighs: an ``error`` loses the registration or breaks the contract, a ``warning`` loses
    something or may, an ``info`` is worth knowing."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for info, 1 for warning, 2 for error: for comparing with a threshold."""
        return _RANKS[self.value]


_RANKS = {"info": 0, "warning": 1, "error": 2}


class Evidence(StrEnum):
    """How well a claim is founded, from the reference page's own words down to a decision of this project."""

    STATED = "stated"
    SHOWN = "shown"
    PUBLIC = "public"
    ASSUMED = "assumed"

    @property
    def rank(self) -> int:
        """0 for assumed up to 3 for stated."""
        return _GRADES.index(self.value)


_GRADES = ("assumed", "public", "shown", "stated")


class Part(StrEnum):
    """The part of an exchange in which a place lies."""

    REQUEST_BODY = "request.body"
    REQUEST_HEADER = "request.header"
    REQUEST_QUERY = "request.query"
    REQUEST_METHOD = "request.method"
    RESPONSE_BODY = "response.body"
    RESPONSE_HEADER = "response.header"
    RESPONSE_STATUS = "response.status"


def escape_pointer(pointer: Pointer) -> str:
    """The JSON pointer (RFC 6901) of a path; the empty path is the empty string."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in pointer)


@dataclass(frozen=True, slots=True)
class Location:
    """A place in an exchange: a part, and the path inside it (a header's or parameter's name is a path of one step)."""

    part: Part
    pointer: Pointer = ()

    @property
    def expression(self) -> str:
        """The place as an OpenAPI runtime expression, e.g. ``$request.body#/profiles/0/source``."""
        if self.part is Part.RESPONSE_STATUS:
            return "$statusCode"
        if self.part is Part.REQUEST_METHOD:
            return "$method"
        if self.part in (Part.REQUEST_BODY, Part.RESPONSE_BODY):
            return f"${self.part.value}#{escape_pointer(self.pointer)}"
        return f"${self.part.value}." + ".".join(str(step) for step in self.pointer)

    @property
    def shape(self) -> str:
        """The expression with every array index as ``*``: the same for all members of an array."""
        general = tuple("*" if isinstance(step, int) else step for step in self.pointer)
        return Location(self.part, general).expression


class Effect(StrEnum):
    """What a conforming server does about the matter of a finding."""

    NONE = "none"
    REFUSES = "refuses"
    WARNS = "warns"
    MAY_WARN = "may-warn"
    CUTS = "cuts"
    UNDOCUMENTED = "undocumented"


@dataclass(frozen=True, slots=True)
class Consequence:
    """An effect with its figures: API codes (any of them will do, the first is the most exact), the length of a cut, or
    the HTTP status of a refusal that is not the application's (D03)."""

    effect: Effect = Effect.NONE
    codes: tuple[int, ...] = ()
    limit: int | None = None
    status: int | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, lossy or worth knowing.

    ``message`` and ``hint`` never hold personal data; ``value`` does, where one is at fault, and is shown only when a
    user asks for it. ``source`` and ``index`` name the input and the record in it (from 0); ``line`` and ``column``
    count from 1; ``pointer`` is the path in the input document, which for a bare body is the location's own.
    """

    code: str
    severity: Severity
    evidence: Evidence
    message: str
    hint: str
    location: Location
    facts: tuple[str, ...] = ()
    consequence: Consequence = Consequence()
    params: Mapping[str, object] = field(default_factory=dict, hash=False)
    value: object = field(default=None, repr=False, compare=False)
    source: str | None = None
    index: int = 0
    pointer: Pointer = ()
    line: int | None = None
    column: int | None = None

    @property
    def api_code(self) -> int | None:
        """The API code that the server answers with, where one is known."""
        return self.consequence.codes[0] if self.consequence.codes else None

    @property
    def fingerprint(self) -> str:
        """Sixteen hexadecimal digits that stay the same when wording, order or array positions change."""
        from hashlib import sha256

        params = ",".join(f"{name}={self.params[name]}" for name in sorted(self.params))
        matter = "\n".join((self.code, OPERATION, self.location.shape, params))
        return sha256(matter.encode("utf-8", "surrogatepass")).hexdigest()[:16]
