"""What an organisation has configured: its profile, read, checked and held ready for the rules.

``OrgProfile`` is the value; ``reading``, ``shape`` and ``meaning`` turn a file into one and say what is wrong
with it; ``template`` writes a profile to fill in; ``fields`` knows what fits an extended field, and
``extended`` takes their list over from the API."""

from __future__ import annotations

from contract_kit.org.profile import ExtendedField, ExternalIdRules, MobileRules, OrgProfile
from contract_kit.org.vocabulary import SECTIONS

__all__ = ["SECTIONS", "ExtendedField", "ExternalIdRules", "MobileRules", "OrgProfile"]
