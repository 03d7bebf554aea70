"""A mapping to start from, written for one table: each column with the member that its name most likely means."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence

from contract_kit.bulk.inputs import format_of
from contract_kit.bulk.opening import missing, opened, text_lines
from contract_kit.errors import InputError
from contract_kit.names import nearest

_MEANT = {
    "first name": "/profiles/0/firstName",
    "given name": "/profiles/0/firstName",
    "last name": "/profiles/0/lastName",
    "family name": "/profiles/0/lastName",
    "surname": "/profiles/0/lastName",
    "source": "/profiles/0/source",
    "account id": "/profiles/0/accountId",
    "mobile": "identifier mobile",
    "phone": "identifier mobile",
    "mobile number": "identifier mobile",
    "phone number": "identifier mobile",
    "email": "identifier email",
    "email address": "identifier email",
    "mail": "identifier email",
    "external id": "identifier externalId",
    "customer id": "identifier externalId",
    "member id": "identifier externalId",
    "card number": "identifier cardnumber",
    "till": "/associatedWith",
    "associated with": "/associatedWith",
    "status label": "/statusLabel",
    "referral code": "/referralCode",
    "gender": "/extendedFields/gender",
    "city": "/extendedFields/city",
    "state": "/extendedFields/state",
    "zip": "/extendedFields/zip",
    "loyalty points": "{to: /loyaltyProgramEnrollments/0/loyaltyPoints, as: number}",
    "points": "{to: /loyaltyProgramEnrollments/0/loyaltyPoints, as: number}",
    "program id": "{to: /loyaltyProgramEnrollments/0/programId, as: integer}",
    "tier number": "{to: /loyaltyProgramEnrollments/0/tierNumber, as: integer}",
}
_HEAD = """\
# How the columns of {file} become registrations. Look through it, then:
#
#   contract-kit bulk {file} --mapping THIS-FILE --org my-org.yaml --accepted good.ndjson
#
# After each column stands where its cells go:
#
#   name:                                   nothing: the column is not sent
#   name: /profiles/0/firstName             a member, as a JSON pointer
#   name: identifier mobile                 one of the person's identifiers, of this type
#   name: {{to: /some/member, as: integer}}   a value that is no text: integer, number or boolean (yes/no, true/false, 1/0)
#
# Empty cells are left out. A cell that is not of the kind named is sent as it is, and the rules will speak of it.
"""


def first_mapping(file: str) -> str:
    """The text of a mapping for a CSV or Parquet file. Raises ``InputError`` where its columns cannot be read."""
    delimiter = ","
    if format_of(file) == "parquet":
        names = _parquet_names(file)
    else:
        heading = next(iter(text_lines(file)), "")
        delimiter = max(",;\t|", key=heading.count)
        names = next(csv.reader(text_lines(file), delimiter=delimiter), [])
    if not names:
        raise InputError("holds no heading", hint="The first line names the columns", source=file)
    text = _HEAD.format(file=file)
    if delimiter != ",":
        text += f"delimiter: {json.dumps(delimiter)}\n"
    text += "# encoding: cp1252        # where the file is not UTF-8\n\n"
    guesses = {name: _guess(name) for name in names}
    text += "# The same in every record:\nconstants:\n"
    fixed = "#" if "/profiles/0/source" in guesses.values() else ""
    text += f"  {fixed}/profiles/0/source: INSTORE\n\ncolumns:\n"
    for name, guess in guesses.items():
        text += f"  {json.dumps(name, ensure_ascii=False)}:{f' {guess}' if guess else '   # where does this go?'}\n"
    if fixed:
        text = text.replace("constants:\n  #", "constants: {}\n  #")
    return text


def _guess(name: str) -> str | None:
    meant = nearest(name.strip(), _MEANT)
    return _MEANT[meant] if meant is not None else None


def _parquet_names(file: str) -> Sequence[str]:
    try:
        from pyarrow import ArrowException, parquet
    except ImportError:
        raise missing("pyarrow", "reading Parquet files") from None
    try:
        with opened(file) as stream:
            return list(parquet.read_schema(stream).names)
    except ArrowException:
        raise InputError("is no Parquet file that can be read", source=file) from None
