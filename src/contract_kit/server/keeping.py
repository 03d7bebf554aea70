"""What is kept of a registration, and how it is shown again.

Names are trimmed, then cut (F43, F20, D15), e-mail addresses cut (F28), truth values kept as such (F34); members that the
contract does not know are not kept (D10).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from contract_kit.ledger import EMAIL_LIMIT, SourceAccount
from contract_kit.rules.profiles import NAME_LIMIT, trimmed
from contract_kit.server.calls import Reason
from contract_kit.server.parts import Parts
from contract_kit.server.store import Entry, Kept
from contract_kit.view import ProfileNode, view

TILL_UNKNOWN = 8077
_NAMES = ("firstName", "lastName")
_FLAGS = ("primary", "verified")
_META_FLAGS = ("residence", "office")
_WORDS = {"true": True, "false": False}


class Keeping(Parts):
    """The steps between a body and what is stored of it, each one open to be broken on purpose."""

    def entries(self, body: object, query: Mapping[str, str]) -> tuple[Entry, ...]:
        """The source accounts of a body without refusing findings."""
        root = view(body, (), query)
        profiles = root.profiles if root is not None else ()
        return tuple(
            Entry(place, self.profile_kept(node.data), [self.identifier_kept(item.data) for item in node.named()])
            for node in profiles
            if (place := self.place(node)) is not None
        )

    def place(self, profile: ProfileNode) -> SourceAccount | None:
        """A profile's source account with its identities, as they compare (D05, F11)."""
        return profile.source_account(self.org.sources)

    def profile_kept(self, profile: Mapping[str, Any]) -> dict[str, Any]:
        """What is kept of a profile beside its identifiers."""
        kept: dict[str, Any] = {name: self.name_kept(profile[name]) for name in _NAMES if name in profile}
        kept["fields"] = self.fields_kept(profile.get("fields", {}))
        kept["commChannels"] = [self.channel_kept(channel) for channel in profile.get("commChannels", ())]
        return kept

    def name_kept(self, name: str) -> str:
        """A name as it is kept."""
        return trimmed(name)[:NAME_LIMIT]

    def email_kept(self, value: str) -> str:
        """An e-mail address as it is kept; it is compared whole (D05 leaves that open)."""
        return value[:EMAIL_LIMIT]

    def fields_kept(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        """Custom fields as they are kept (F35)."""
        return dict(fields)

    def identifier_kept(self, item: Mapping[str, Any]) -> dict[str, Any]:
        """An identifier as it is kept, with what belongs to a card (F30, F31)."""
        known = self.judge.contract.spec.vocabulary.members["identifier"]
        kept = {name: item[name] for name in known if name in item}
        if kept["type"] == "email":
            kept["value"] = self.email_kept(kept["value"])
        return kept

    def channel_kept(self, channel: Mapping[str, Any]) -> dict[str, Any]:
        """A communication channel as it is kept (F32, F34)."""
        known = self.judge.contract.spec.vocabulary.members["channel"]
        kept = {name: channel[name] for name in known if name in channel}
        kept |= {name: _truth(kept[name]) for name in _FLAGS if name in kept}
        meta = kept.get("meta", {})
        kept["meta"] = {name: _truth(value) if name in _META_FLAGS else value for name, value in meta.items()}
        return kept

    def details_kept(self, body: Mapping[str, Any], warnings: Sequence[Reason]) -> dict[str, Any]:
        """What is kept of the customer as a whole, at the first registration only (F08)."""
        kept: dict[str, Any] = {
            "loyaltyInfo": dict(body.get("loyaltyInfo", {})),
            "extendedFields": self.extended_kept(body.get("extendedFields", {})),
        }
        if "associatedWith" in body and all(warning.code != TILL_UNKNOWN for warning in warnings):
            kept["associatedWith"] = body["associatedWith"]
        if "statusLabel" in body:
            kept["statusLabel"] = body["statusLabel"]
        return kept

    def extended_kept(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        """Extended fields as they are kept; empty ones are dropped where the org rejects them (F37, F37b)."""
        if self.org.reject_empty_extended_fields:
            return {name: value for name, value in fields.items() if value not in (None, "")}
        return dict(fields)

    def shown(self, customer_id: int, details: Mapping[str, Any], kept: Sequence[Kept]) -> dict[str, Any]:
        """A customer as the probe shows them."""
        profiles = [
            {**profile, "identifiers": identifiers, "source": source, "accountId": account}
            for source, account, profile, identifiers in kept
        ]
        return {"id": customer_id, "profiles": profiles, **details, "warnings": []}


def _truth(value: object) -> object:
    return _WORDS.get(value, value) if isinstance(value, str) else value
