"""Defects in what is kept: seen only by looking a customer up again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from contract_kit.ledger import EMAIL_LIMIT
from contract_kit.rules.profiles import NAME_LIMIT, trimmed
from contract_kit.server.behaviour import Behaviour
from contract_kit.server.defects.registry import defect
from contract_kit.server.store import Entry, Kept


@defect("name-cut-early", area="storing", facts=("F20",))
class NameCutEarly(Behaviour):
    """Cuts names after 99 characters."""

    def name_kept(self, name: str) -> str:
        return super().name_kept(name)[: NAME_LIMIT - 1]


@defect("name-cut-by-bytes", area="storing", facts=("F20",))
class NameCutByBytes(Behaviour):
    """Cuts names after 100 bytes, in the middle of what is no ASCII."""

    def name_kept(self, name: str) -> str:
        return super().name_kept(name).encode()[:NAME_LIMIT].decode(errors="ignore")


@defect("name-not-cut", area="storing", facts=("F20",))
class NameNotCut(Behaviour):
    """Keeps names of any length."""

    def name_kept(self, name: str) -> str:
        return trimmed(name)


@defect("name-dropped-when-long", area="storing", facts=("F20",))
class NameDropped(Behaviour):
    """Drops a name that is too long instead of cutting it."""

    def name_kept(self, name: str) -> str:
        return super().name_kept(name) if len(trimmed(name)) <= NAME_LIMIT else ""


@defect("name-not-trimmed", area="storing", facts=("F43", "D15"))
class NameNotTrimmed(Behaviour):
    """Keeps the blanks around names."""

    def name_kept(self, name: str) -> str:
        return name[:NAME_LIMIT]


@defect("name-cut-before-trim", area="storing", facts=("D15",))
class NameCutBeforeTrim(Behaviour):
    """Cuts names before it trims them, so that leading blanks cost letters."""

    def name_kept(self, name: str) -> str:
        return trimmed(name[:NAME_LIMIT])


@defect("email-not-cut", area="storing", facts=("F28",))
class EmailNotCut(Behaviour):
    """Keeps e-mail addresses of any length."""

    def email_kept(self, value: str) -> str:
        return value


@defect("email-cut-early", area="storing", facts=("F28",))
class EmailCutEarly(Behaviour):
    """Cuts e-mail addresses after 254 characters."""

    def email_kept(self, value: str) -> str:
        return value[: EMAIL_LIMIT - 1]


@defect("custom-fields-dropped", area="storing", facts=("F35",))
class CustomFieldsDropped(Behaviour):
    """Does not keep custom fields."""

    def fields_kept(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        return {}


@defect("extended-fields-dropped", area="storing", facts=("F37",))
class ExtendedFieldsDropped(Behaviour):
    """Does not keep extended fields."""

    def extended_kept(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        return {}


@defect("channels-dropped", area="storing", facts=("F32",))
class ChannelsDropped(Behaviour):
    """Does not keep communication channels."""

    def profile_kept(self, profile: Mapping[str, Any]) -> dict[str, Any]:
        return {**super().profile_kept(profile), "commChannels": []}


@defect("account-dropped", area="storing", facts=("F36",), needs=("sources",))
class AccountDropped(Behaviour):
    """Shows a source account without its account id."""

    def shown(self, customer_id: int, details: Mapping[str, Any], kept: Sequence[Kept]) -> dict[str, Any]:
        return super().shown(customer_id, details, [account._replace(account="") for account in kept])


@defect("profiles-share-details", area="storing", facts=("F09",))
class ProfilesShareDetails(Behaviour):
    """Gives every source account of a body the details of its first."""

    def entries(self, body: object, query: Mapping[str, str]) -> tuple[Entry, ...]:
        entries = super().entries(body, query)
        return tuple(entry._replace(profile=entries[0].profile) for entry in entries)
