"""The names that an org profile is written in: what the API documents, as far as a profile speaks of it.

The lists here are closed where the platform's are (sources) and open where they are (identifier types).
"""

from __future__ import annotations

SOURCES = (
    "FACEBOOK",
    "WEB_ENGAGE",
    "WECHAT",
    "INSTORE",
    "MARTJACK",
    "TMALL",
    "TAOBAO",
    "JD",
    "ECOMMERCE",
    "WEBSITE",
    "LINE",
    "MOBILE_APP",
)
"""Every source there is (F25); an org has some of them."""

IDENTIFIER_TYPES = (
    "mobile",
    "email",
    "externalId",
    "cardnumber",
    "cuid",
    "unionId",
    "line",
    "wechat",
    "cardExternalId",
    "martjackId",
    "fbId",
    "mobilePush",
    "tmall_uname",
    "ali_uname",
    "jd_uname",
    "vip_uname",
)
"""Identifier types that some public page names (F23, F23b). The platform's own list is open, so a profile may
have others."""

MANDATORY = ("firstName", "lastName", "mobile", "email", "externalId", "cardnumber", "associatedWith")
"""What ``registration.mandatory`` may list by name; beside these there are ``fields.NAME`` and
``extendedFields.NAME``."""

MANDATORY_IDENTIFIERS = frozenset({"mobile", "email", "externalId", "cardnumber"})
"""Those of ``MANDATORY`` that are identifier types."""

FIELD_TYPES = ("string", "integer", "number", "boolean", "date")
"""The types an extended field may have in a profile; ``contract_kit.org.fields`` says what fits each."""

TYPE_WORDS = {
    "str": "string",
    "text": "string",
    "int": "integer",
    "long": "integer",
    "double": "number",
    "float": "number",
    "decimal": "number",
    "bool": "boolean",
    "datetime": "date",
}
"""What people write for a type that they know from elsewhere, and the profile's word for it."""

SECTIONS = (
    "org",
    "region",
    "api.refusalStatus",
    "sources",
    "registration.primaryIdentifier",
    "registration.mandatory",
    "registration.mobile",
    "registration.mobile.countryCodes",
    "registration.mobile.minDigits",
    "registration.mobile.maxDigits",
    "registration.mobile.requireCountryCode",
    "registration.externalId",
    "registration.externalId.prefix",
    "registration.externalId.minLength",
    "registration.externalId.maxLength",
    "identifierTypes",
    "tills",
    "cards.series",
    "programs",
    "customerStatus.labels",
    "customerStatus.default",
    "customFields",
    "extendedFields",
    "rejectEmptyExtendedFields",
)
"""What a profile may say, by dotted name and in the order of the format: the names of ``OrgProfile.sections``."""
