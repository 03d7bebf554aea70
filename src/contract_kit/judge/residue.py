"""What no schema can say of a body that is strictly clean: the residue of the fast path, in a few lines of Python.

There mobile numbers are digits and e-mail addresses ASCII, so that comparing needs no more than small letters. This runs
for many records of a bulk run: each line counts.
"""

from __future__ import annotations

from typing import Any

from contract_kit.rules.channels import ALSO_IDENTIFIERS

PROVEN = frozenset({"identifier-repeated", "channel-primary-repeated", "channel-value-unmatched", "points-outlive-tier"})
"""The rules that certainly find nothing where the residue is clean."""

YES = (True, "true")


def residue_clean(body: Any) -> bool:
    """Whether the rules in ``PROVEN`` certainly find nothing in a body that the strict schema accepts."""
    enrollments = body.get("loyaltyProgramEnrollments", ())
    return all(map(profile_clean, body["profiles"])) and all(map(enrollment_clean, enrollments))


def profile_clean(profile: Any) -> bool:
    """The same for the rules on a profile with its identifiers and channels."""
    items = profile["identifiers"]
    held = {(item["type"], item["value"].lower() if item["type"] == "email" else item["value"]) for item in items}
    if len(held) != len(items):
        return False
    channels = profile.get("commChannels")
    if channels:
        primary = []
        for channel in channels:
            first = channel.get("primary") in YES
            if first or channel.get("verified") in YES:
                type_ = channel["type"]
                if first:
                    if type_ in primary:
                        return False
                    primary.append(type_)
                value = channel["value"]
                key = (type_, value.lower() if type_ == "email" else value)
                if key not in held and type_ in ALSO_IDENTIFIERS:
                    return False
    return True


def enrollment_clean(enrollment: Any) -> bool:
    """The same for the rule on the dates of an enrolment."""
    points, tier = enrollment.get("pointsExpiryDate"), enrollment.get("tierExpiryDate")
    return points == tier or points is None or tier is None or (points[19:] == tier[19:] and points <= tier)
