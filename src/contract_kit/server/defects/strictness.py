"""Defects of servers that are stricter than the contract: valid registrations that they refuse."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, ClassVar

from contract_kit.dates import offset_date_time
from contract_kit.ledger import EMAIL_LIMIT
from contract_kit.rules.profiles import NAME_LIMIT, trimmed
from contract_kit.rules.schema import NOT_SENT
from contract_kit.server.behaviour import Behaviour
from contract_kit.server.calls import Call, Reason
from contract_kit.server.defects.registry import defect
from contract_kit.server.judgement import Judgement

_NAMES, _FLAGS, _DATES = ("firstName", "lastName"), ("primary", "verified"), ("tierExpiryDate", "pointsExpiryDate")
_IN_THE_TABLE = frozenset({"mobile", "email", "externalId", "cardnumber"})
_NO_IDENTIFIERS, _PRIMARY, _SOURCE, _ACCOUNT = 8005, 8014, 3217, 8127


class _Stricter(Behaviour):
    """Base of the servers that refuse some of what is valid."""

    code: ClassVar[int] = NOT_SENT
    dislikes: ClassVar[Callable[[Any], bool]]

    def judged(self, call: Call) -> Judgement:
        judgement = super().judged(call)
        if judgement.refusals:
            return judgement
        for kind in type(self).__mro__:  # of several such defects each has its own dislikes
            if issubclass(kind, _Stricter) and "dislikes" in vars(kind) and kind.dislikes(judgement.body):
                return replace(judgement, refusals=(Reason("stricter-than-the-contract", kind.code),))
        return judgement


def _body(test: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return test


def _profile(test: Callable[[dict[str, Any]], bool]) -> Callable[[Any], bool]:
    return lambda body: any(test(profile) for profile in body["profiles"])


def _identifier(test: Callable[[dict[str, Any]], bool]) -> Callable[[Any], bool]:
    return _profile(lambda profile: any(test(item) for item in profile["identifiers"]))


def _channel(test: Callable[[dict[str, Any]], bool]) -> Callable[[Any], bool]:
    return _profile(lambda profile: any(test(item) for item in profile.get("commChannels", ())))


@defect("long-name-refused", area="strictness", facts=("F20",))
class LongNameRefused(_Stricter):
    """Refuses a name of more than 100 characters instead of cutting it."""

    dislikes = _profile(lambda profile: any(len(trimmed(profile.get(name, ""))) > NAME_LIMIT for name in _NAMES))


@defect("long-email-refused", area="strictness", facts=("F28",))
class LongEmailRefused(_Stricter):
    """Refuses an e-mail address of more than 255 characters instead of cutting it."""

    dislikes = _identifier(lambda item: item["type"] == "email" and len(item["value"]) > EMAIL_LIMIT)


@defect("text-flags-refused", area="strictness", facts=("F34",))
class TextFlagsRefused(_Stricter):
    """Refuses truth values that are written as text."""

    dislikes = _channel(lambda channel: any(isinstance(channel.get(name), str) for name in _FLAGS))


@defect("boolean-flags-refused", area="strictness", facts=("F34",))
class BooleanFlagsRefused(_Stricter):
    """Refuses truth values that are booleans."""

    dislikes = _channel(lambda channel: any(isinstance(channel.get(name), bool) for name in _FLAGS))


@defect("empty-date-refused", area="strictness", facts=("F34",))
class EmptyDateRefused(_Stricter):
    """Refuses an empty lastViewedDate."""

    dislikes = _channel(lambda channel: channel.get("meta", {}).get("lastViewedDate") == "")


@defect("unknown-member-refused", area="strictness", facts=("D10",))
class UnknownMemberRefused(Behaviour):
    """Refuses members that the contract does not know."""

    def judged(self, call: Call) -> Judgement:
        judgement = super().judged(call)
        if judgement.refusals or all(finding.code != "unknown-member" for finding in judgement.findings):
            return judgement
        return replace(judgement, refusals=(Reason("unknown-member", NOT_SENT),))


@defect("numeric-custom-field-refused", area="strictness", facts=("F35b",))
class NumericFieldRefused(_Stricter):
    """Refuses custom fields whose values are numbers."""

    dislikes = _profile(lambda profile: any(isinstance(value, (int, float)) for value in profile.get("fields", {}).values()))


@defect("empty-custom-field-refused", area="strictness", facts=("F35",))
class EmptyFieldRefused(_Stricter):
    """Refuses custom fields that are empty."""

    dislikes = _profile(lambda profile: "" in profile.get("fields", {}).values())


@defect("empty-referral-code-refused", area="strictness", facts=("F39",))
class EmptyReferralRefused(_Stricter):
    """Refuses an empty referral code."""

    dislikes = _body(lambda body: body.get("referralCode") == "")


@defect("past-date-refused", area="strictness", facts=("F38",))
class PastDateRefused(_Stricter):
    """Refuses expiry dates in the past."""

    dislikes = _body(lambda body: any(moment < datetime.now(UTC) for moment in _moments(body)))


@defect("nameless-refused", area="strictness", facts=("F21", "F12"))
class NamelessRefused(_Stricter):
    """Refuses a profile without a first name."""

    dislikes = _profile(lambda profile: "firstName" not in profile)


@defect("two-profiles-refused", area="strictness", facts=("F20", "D06"))
class TwoProfilesRefused(_Stricter):
    """Refuses a body with more than one profile."""

    dislikes = _body(lambda body: len(body["profiles"]) > 1)


@defect("identifier-type-refused", area="strictness", facts=("F23",))
class IdentifierTypeRefused(_Stricter):
    """Refuses identifier types that the reference page shows but does not list, such as cuid."""

    code = _NO_IDENTIFIERS
    dislikes = _identifier(lambda item: item["type"] not in _IN_THE_TABLE)


@defect("empty-identifier-refused", area="strictness", facts=("D02",))
class EmptyIdentifierRefused(_Stricter):
    """Refuses an empty identifier that stands beside a good one."""

    code = _NO_IDENTIFIERS
    dislikes = _identifier(lambda item: item["value"] == "")


@defect("mobile-with-signs-refused", area="strictness", facts=("D11", "F27"))
class MobileWithSignsRefused(_Stricter):
    """Refuses a mobile number with a plus sign instead of warning."""

    code = _PRIMARY
    dislikes = _identifier(lambda item: item["type"] == "mobile" and not item["value"].isdigit() and item["value"] != "")


@defect("email-without-at-refused", area="strictness", facts=("D11",))
class EmailWithoutAtRefused(_Stricter):
    """Refuses an e-mail address without an @ instead of warning."""

    code = _NO_IDENTIFIERS
    dislikes = _identifier(lambda item: item["type"] == "email" and "@" not in item["value"] and item["value"] != "")


class _Warned(Behaviour):
    """Base of the servers that refuse what a warning is enough for."""

    warning: ClassVar[str]
    code: ClassVar[int]

    def judged(self, call: Call) -> Judgement:
        judgement = super().judged(call)
        if judgement.refusals or all(reason.name != self.warning for reason in judgement.warnings):
            return judgement
        return replace(judgement, refusals=(Reason(self.warning, self.code),))


@defect("missing-account-refused", area="strictness", facts=("D02", "F58"), needs=("sources",))
class MissingAccountRefused(_Warned):
    """Refuses a source without its account instead of warning."""

    warning, code = "account-missing", _ACCOUNT


@defect("unknown-till-refused", area="strictness", facts=("F22", "F58"), needs=("tills",))
class UnknownTillRefused(_Warned):
    """Refuses an unknown till instead of warning."""

    warning, code = "till-unknown", 91021


@defect("account-of-shop-refused", area="strictness", facts=("F36b",))
class AccountOfShopRefused(_Stricter):
    """Refuses an account id with INSTORE, where it does no harm."""

    code = _ACCOUNT
    dislikes = _profile(lambda profile: profile.get("source") == "INSTORE" and "accountId" in profile)


@defect("mobile-app-refused", area="strictness", facts=("F25",))
class MobileAppRefused(_Stricter):
    """Refuses MOBILE_APP, the source that one of the two lists on the reference page leaves out."""

    code = _SOURCE
    dislikes = _profile(lambda profile: profile.get("source") == "MOBILE_APP")


def _moments(body: Any) -> Iterator[datetime]:
    for enrolment in body.get("loyaltyProgramEnrollments", ()):
        for name in _DATES:
            moment = offset_date_time(enrolment.get(name, ""))
            if moment is not None:
                yield moment
