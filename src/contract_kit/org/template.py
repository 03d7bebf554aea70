"""The profile that somebody new starts from."""

from __future__ import annotations

_HEAD = """\
# yaml-language-server: $schema={schema}
#
# The line above lets editors with the YAML language server complete and check this file. It names the
# schema of the installation that wrote it: change or drop it when the file moves.
"""

_BODY = """\
#
# What this organisation has configured for POST /v2/customers. Everything may be left out: what is left out is
# not known, and the checks that would need it are listed as not possible. Take the # away in front of what you
# know, and check the result with: contract-kit org check FILE
# Quote everything that looks like a number and is none, such as account ids and country codes.

# A name for reports.
org: my-brand

# asia-1, asia-2 or emea: which default rate limit holds.
#region: emea

# How the host answers where the documentation leaves it open.
#api:
  # The HTTP status of an application error: 200, 400, or any where you do not know it.
#  refusalStatus: any

# The sources that are enabled. One with several accounts lists them, and a registration in it names one.
#sources:
#  INSTORE: {}
#  WEBSITE: {}
#  MOBILE_APP: {accounts: [my-app]}
#  LINE: {accounts: ["2000000000001"]}
  # There are also FACEBOOK, WEB_ENGAGE, WECHAT, MARTJACK, TMALL, TAOBAO, JD and ECOMMERCE:
#  FACEBOOK: {accounts: [my-page]}
#  WEB_ENGAGE: {accounts: [my-campaigns]}
#  WECHAT: {accounts: [my-channel]}
#  MARTJACK: {}
#  TMALL: {}
#  TAOBAO: {}
#  JD: {}
#  ECOMMERCE: {}

# The registration configuration.
#registration:
  # The identifier type that registration goes by: mobile, email or externalId as a rule.
#  primaryIdentifier: mobile
  # What every registration must bring: firstName, lastName, mobile, email, externalId, cardnumber,
  # associatedWith, fields.NAME for a custom field, extendedFields.NAME for an extended one.
#  mandatory: [mobile, lastName]
#  mobile:
    # The country codes that numbers begin with, quoted, without +.
#    countryCodes: ["91"]
    # How many digits a number has, country code included.
#    minDigits: 7
#    maxDigits: 15
    # true makes a number without one of these codes an error, false a warning.
#    requireCountryCode: false
#  externalId:
    # The text that every external id begins with; "" for none.
#    prefix: ""
    # How many characters an external id has, prefix included.
#    minLength: 1
#    maxLength: 64

# The identifier types in use.
#identifierTypes: [mobile, email, externalId, cardnumber]

# The till codes that associatedWith may name.
#tills: [my.till]

# The loyalty cards that a registration may bring.
#cards:
  # Card series id: the status labels that a card of the series may carry.
#  series:
#    1: [ACTIVE, INACTIVE, EXPIRED]

# Loyalty program id: the number of its tiers.
#programs:
#  1: {tiers: 3}

# The organisation's own names for the statuses of customers.
#customerStatus:
  # The labels that statusLabel may name.
#  labels: [active, suspended]
  # The label that new customers get; null where none is set, and then every success carries warning 8107.
#  default: null

# The names of the custom fields (fields of a profile).
#customFields: [employee, dateofbirth]

# The extended fields of customers; contract-kit org import-extended-fields writes them from the API's list.
#extendedFields:
  # The types are string, integer, number, boolean and date.
#  city: {type: string}
  # enum lists the only values there are.
#  gender: {type: string, enum: [Male, Female, Other]}
  # format says how a date is written; without it YYYY-MM-DD and date-times with Z or an offset pass.
#  dob: {type: date, format: "YYYY/MM/DD"}

# Whether an extended field that is empty or null is refused.
#rejectEmptyExtendedFields: false
"""


def template(schema: str | None = None) -> str:
    """A profile to fill in, with every key of the format explained and all but the name commented out.

    ``schema`` is where editors find the profile's JSON Schema: a URL, or a path relative to the file; by
    default the schema of this installation. ``uncommented`` shows the same profile with everything in force.
    """
    if schema is None:
        from contract_kit.org.shape import schema_path

        schema = schema_path().as_uri()
    return _HEAD.format(schema=schema) + _BODY


def uncommented(text: str) -> str:
    """A profile with its commented-out entries in force: lines whose ``#`` stands at the margin with an entry
    right behind it, where prose has a blank and a word."""
    lines = []
    for line in text.splitlines():
        entry = line.startswith("#") and line[1:].strip() and not (line[1] == " " and line[2:3] != " ")
        lines.append(line[1:] if entry else line)
    return "\n".join(lines) + "\n"
