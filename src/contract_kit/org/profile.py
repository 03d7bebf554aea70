"""The org profile: what one organisation has configured, as far as somebody has written it down.

Most of what the API accepts is decided per org (F12, F13, F25, F36, F40). Everything here may be missing:
``None`` (or a name that is not in ``sections``) means *not known*, and whoever would need it stays silent.
That differs from empty: ``sources == {}`` says that no source is enabled.

Values are plain and read-only by agreement, so that a profile pickles to worker processes as it is.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from contract_kit.errors import OrgProfileError, ProfileProblem
from contract_kit.org.vocabulary import SECTIONS

if TYPE_CHECKING:
    from contract_kit.org.document import Document


@dataclass(frozen=True, slots=True)
class ExtendedField:
    """An extended field of customers (F13). ``type`` is one of ``FIELD_TYPES``, ``None`` where only the name is known;
    ``enum`` lists the only values there are; ``format`` is the form of a date, such as ``YYYY/MM/DD``."""

    type: str | None = None
    enum: tuple[str, ...] | None = None
    format: str | None = None


@dataclass(frozen=True, slots=True)
class MobileRules:
    """What a mobile number looks like (F26, F27). Digits are counted with the country code; no ``country_codes``: not
    known which."""

    country_codes: tuple[str, ...] = ()
    min_digits: int | None = None
    max_digits: int | None = None
    require_country_code: bool = False


@dataclass(frozen=True, slots=True)
class ExternalIdRules:
    """What an external id looks like (F58, 8020). Lengths are in characters, prefix included."""

    prefix: str = ""
    min_length: int | None = None
    max_length: int | None = None


@dataclass(frozen=True, slots=True)
class OrgProfile:
    """One org. Made by ``from_path``, ``from_text`` or ``from_mapping``, which raise ``OrgProfileError`` with
    everything that is wrong; ``OrgProfile()`` knows nothing."""

    name: str | None = None
    region: str | None = None
    """``asia-1``, ``asia-2`` or ``emea`` (F02)."""
    refusal_status: int | None = None
    """The HTTP status of an application error; ``None``: 200 and 400 both conform (D01)."""
    sources: Mapping[str, tuple[str, ...]] | None = None
    """Source -> its accounts; an empty tuple for a source without accounts (F25, F36)."""
    primary_identifier: str | None = None
    mandatory: tuple[str, ...] = ()
    """Attributes that every registration must bring (F12, D09), dotted for custom and extended fields."""
    mobile: MobileRules | None = None
    external_id: ExternalIdRules | None = None
    identifier_types: frozenset[str] | None = None
    tills: frozenset[str] | None = None
    card_series: Mapping[int, frozenset[str]] | None = None
    """Card series id -> the status labels that its cards may carry (F30)."""
    programs: Mapping[int, int | None] | None = None
    """Loyalty program id -> its number of tiers, ``None`` where that is not known (F38)."""
    status_labels: frozenset[str] | None = None
    has_default_status: bool | None = None
    """Whether new customers get a status label (F15); ``False`` means warning 8107 on success (F16)."""
    custom_fields: frozenset[str] | None = None
    extended_fields: Mapping[str, ExtendedField] | None = None
    """By name; names compare without letter case."""
    reject_empty_extended_fields: bool | None = None
    sections: frozenset[str] = frozenset()
    """What the profile says, by the dotted names of ``contract_kit.org.SECTIONS``."""
    raw: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """The profile as plain JSON data that its schema accepts; see ``to_mapping``."""

    @classmethod
    def from_path(cls, path: str | os.PathLike[str]) -> OrgProfile:
        """The profile in a file: YAML, or JSON, which is YAML too."""
        from contract_kit.org.reading import read_bytes

        source = os.fspath(path)
        try:
            content = Path(path).read_bytes()
        except OSError as error:
            hint = "contract-kit org init writes one to start from" if isinstance(error, FileNotFoundError) else None
            reason = error.strerror or type(error).__name__
            raise OrgProfileError([ProfileProblem(f"cannot be read: {reason}", hint, source)]) from None
        return _profile(read_bytes(content, source))

    @classmethod
    def from_text(cls, text: str, source: str = "<string>") -> OrgProfile:
        """The profile in a text; ``source`` names it in messages. An empty text is a profile that knows nothing."""
        from contract_kit.org.reading import read_text

        return _profile(read_text(text, source))

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, Any], source: str = "<mapping>") -> OrgProfile:
        """The profile in plain data, under the same rules. Ids that are keys may be whole numbers or digits."""
        if mapping == {}:
            return cls()
        from contract_kit.org.reading import read_mapping

        return _profile(read_mapping(mapping, source))

    def to_mapping(self) -> dict[str, Any]:
        """The profile as plain data of its own: what JSON and YAML writers take, its schema accepts and
        ``from_mapping`` turns back into an equal profile. Ids that are keys are digits as text."""
        return deepcopy(dict(self.raw))

    def __hash__(self) -> int:
        # Equal profiles have equal names and sections; mappings would have to be sorted and walked.
        return hash((self.name, self.region, self.sections))


def _profile(document: Document) -> OrgProfile:
    from contract_kit.org.meaning import check_meaning
    from contract_kit.org.shape import check_shape

    check_shape(document)
    check_meaning(document)
    if document.problems:
        raise OrgProfileError(document.in_order())
    return _built(document.data)


def _built(data: Any) -> OrgProfile:
    raw = _without_nothing(data)
    registration = raw.get("registration", {})
    mobile = registration.get("mobile")
    external = registration.get("externalId")
    status = raw.get("customerStatus", {})
    refusal = raw.get("api", {}).get("refusalStatus")
    return OrgProfile(
        name=raw.get("org"),
        region=raw.get("region"),
        refusal_status=refusal if isinstance(refusal, int) else None,
        sources=_mapped(raw.get("sources"), lambda source: tuple(source.get("accounts", ()))),
        primary_identifier=registration.get("primaryIdentifier"),
        mandatory=tuple(registration.get("mandatory", ())),
        mobile=_mobile(mobile) if mobile else None,
        external_id=_external(external) if external else None,
        identifier_types=_set(raw.get("identifierTypes")),
        tills=_set(raw.get("tills")),
        card_series=_by_number(_mapped(raw.get("cards", {}).get("series"), frozenset)),
        programs=_by_number(_mapped(raw.get("programs"), lambda program: program.get("tiers"))),
        status_labels=_set(status.get("labels")),
        has_default_status=status["default"] is not None if "default" in status else None,
        custom_fields=_set(raw.get("customFields")),
        extended_fields=_mapped(raw.get("extendedFields"), _extended),
        reject_empty_extended_fields=raw.get("rejectEmptyExtendedFields"),
        sections=frozenset(name for name in SECTIONS if _says(raw, name)),
        raw=raw,
    )


def _without_nothing(data: Mapping[str, Any]) -> dict[str, Any]:
    """A copy in which an entry with nothing after its colon is the empty mapping that it means."""
    raw = deepcopy(dict(data))
    for section in ("sources", "programs", "extendedFields"):
        if section in raw:
            raw[section] = {name: {} if entry is None else entry for name, entry in raw[section].items()}
    return raw


def _says(raw: Mapping[str, Any], dotted: str) -> bool:
    node: Any = raw
    for name in dotted.split("."):
        if name not in node:
            return False
        node = node[name]
    return node != {} or dotted in ("sources", "programs", "cards.series", "extendedFields")


def _mobile(rules: Mapping[str, Any]) -> MobileRules:
    return MobileRules(
        tuple(rules.get("countryCodes", ())),
        rules.get("minDigits"),
        rules.get("maxDigits"),
        rules.get("requireCountryCode", False),
    )


def _external(rules: Mapping[str, Any]) -> ExternalIdRules:
    return ExternalIdRules(rules.get("prefix", ""), rules.get("minLength"), rules.get("maxLength"))


def _extended(entry: Mapping[str, Any]) -> ExtendedField:
    values = entry.get("enum")
    return ExtendedField(entry.get("type"), tuple(values) if values else None, entry.get("format"))


def _mapped(entries: Mapping[str, Any] | None, make: Any) -> dict[str, Any] | None:
    return None if entries is None else {name: make(entry) for name, entry in entries.items()}


def _by_number(entries: dict[str, Any] | None) -> dict[int, Any] | None:
    return None if entries is None else {int(number): entry for number, entry in entries.items()}


def _set(values: list[str] | None) -> frozenset[str] | None:
    return None if values is None else frozenset(values)
