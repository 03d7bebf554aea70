"""The verdict on one record: the same rules and the same words as ``contract-kit validate``.

A record is a text of bytes, a registration's body or ``{"headers", "query", "body"}``. It is **accepted** where a server
takes it, and where the documentation does not say, unless a finding is an error; what a server refuses, or what has a
finding of severity error, is **rejected**; so is what cannot
be read, since its identifiers are not known. Only accepted records are sent, so only they take part in the law of
uniqueness.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from contract_kit import jsontext
from contract_kit.contract import Contract
from contract_kit.errors import InputError
from contract_kit.exchange import MISSING, Request
from contract_kit.findings import Evidence as Grade
from contract_kit.findings import Finding, Location, Part, Pointer, Severity
from contract_kit.judge.layout import read
from contract_kit.ledger import EMAIL_LIMIT, Identity, Ledger, SourceAccount, Standing, account_scope, cut_identity, identity
from contract_kit.org import OrgProfile
from contract_kit.outcome import Outcome, Verdict
from contract_kit.report import InputResult
from contract_kit.view import view

TOO_LONG, UNREADABLE = "record-too-long", "record-unreadable"
"""Codes of what only bulk validation says."""


class Judged(NamedTuple):
    """What was found in one record, and the request that it holds; ``None`` where it cannot be read as one."""

    result: InputResult
    request: Request | None

    @property
    def accepted(self) -> bool:
        """Whether the record goes on to the platform."""
        result = self.result
        if self.request is None or result.outcome.verdict is Verdict.REFUSED:
            return False
        return not any(finding.severity is Severity.ERROR for finding in result.findings)


def judge(
    contract: Contract,
    data: bytes,
    *,
    source: str | None = None,
    index: int = 0,
    places: bool = False,
    document: jsontext.Document | None = None,
    proven: bool | None = None,
) -> Judged:
    """Judge one record in the normal way. ``places`` asks for line and column of each finding, which takes a second look at
    the text. ``document`` is the record where it has been read already, ``proven=False`` says that the fast path did not
    say yes."""
    parsed = document or jsontext.parse(data)
    if not places and document is None:
        parsed = jsontext.Document(None, parsed.value, parsed.problems)
    try:
        result = contract.judge(parsed, source=source, index=index, proven=proven)
        request = None if parsed.value is MISSING else read(parsed.value, "request")[0].request
    except InputError as error:
        hint = error.hint or 'a record is a body, or {"headers": {…}, "query": {…}, "body": {…}}'
        return Judged(rejection(UNREADABLE, error.message, hint, source, index), None)
    return Judged(result, request)


def too_long(limit: int, source: str | None, index: int = 0) -> InputResult:
    """The result for a record that is too long to be looked at."""
    message = f"the record is longer than {limit} bytes, and was not read"
    return rejection(TOO_LONG, message, "look whether line breaks lack, or raise --max-record", source, index)


def rejection(code: str, message: str, hint: str, source: str | None, index: int) -> InputResult:
    """A result that rejects a record for a reason that is no rule's."""
    location = Location(Part.REQUEST_BODY)
    finding = Finding(code, Severity.ERROR, Grade.ASSUMED, message, hint, location, source=source, index=index)
    return InputResult(source, index, "request", Outcome(Verdict.UNKNOWN, reasons=(code,)), (finding,))


class Placed(NamedTuple):
    """A source account of a record, with the path of each of its identities."""

    account: SourceAccount
    pointers: tuple[Pointer, ...]


def placed_accounts(request: Request, org: OrgProfile) -> list[Placed]:
    """The source accounts of an accepted record, as the ledger sees them, with places."""
    root = view(request.body, (), request.query)
    found = []
    for profile in root.profiles if root is not None else ():
        account = profile.source_account(org.sources)
        if account is not None:
            found.append(Placed(account, tuple(item.pointer for item in profile.named())))
    return found


def stand(ledger: Ledger, accounts: tuple[SourceAccount, ...]) -> tuple[Standing, bool]:
    """How an accepted record stands to what is held, and whether that hangs on how an over-long e-mail compares (D05)."""
    standing = ledger.judge(accounts)
    if all(len(item.value) <= EMAIL_LIMIT for one in accounts for item in one.identities):
        return standing, False
    cut = tuple(one._replace(identities=tuple(cut_identity(item) for item in one.identities)) for one in accounts)
    return standing, cut != accounts and ledger.judge(cut)[:2] != standing[:2]


class Keys(NamedTuple):
    """Every identity under which an accepted record may meet others, those of the other reading of over-long e-mail
    addresses included (D05); ``disputed`` tells that the two readings differ even where it meets none."""

    identities: tuple[Identity, ...]
    disputed: bool


def keys_of(request: Request, org: OrgProfile) -> Keys:
    """The keys of an accepted record."""
    accounts = tuple(account for account, _ in placed_accounts(request, org))
    whole = dict.fromkeys(item for account in accounts for item in account.identities)
    cut = dict.fromkeys(cut_identity(item) for item in whole)
    return Keys(tuple(whole | cut), cut != whole and stand(Ledger(), accounts)[1])


def plain_accounts(body: Any, org: OrgProfile) -> list[Placed]:
    """What ``placed_accounts`` says of a body that is proven clean, found without a view of it."""
    found = []
    for index, profile in enumerate(body["profiles"]):
        items = profile["identifiers"]
        scope = account_scope(profile["source"], profile.get("accountId"), org.sources)
        account = SourceAccount(profile["source"], scope, tuple([identity(item["type"], item["value"]) for item in items]))
        found.append(Placed(account, tuple([("profiles", index, "identifiers", place) for place in range(len(items))])))
    return found
