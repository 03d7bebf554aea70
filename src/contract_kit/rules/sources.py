"""Rules on source accounts: the source of a profile, and its account."""

from __future__ import annotations

from collections.abc import Iterator

from contract_kit.findings import Consequence, Severity
from contract_kit.ledger import MULTI_ACCOUNT_SOURCES, account_scope
from contract_kit.rule import Context, Example, Hit, may_warn, refuses, rule, undocumented, warns
from contract_kit.showing import listed, shown
from contract_kit.view import BodyNode, ProfileNode

_PROFILE = "/profiles/0"
_LINE = {f"{_PROFILE}/source": "LINE"}


@rule(
    "source-not-enabled",
    on="profile",
    severity="error",
    evidence="stated",
    facts=("F25", "F55", "D02"),
    consequence=refuses(3217),
    needs=("sources",),
    message="source: {source} is not enabled for this org ({known})",
    hint="use one of the org's sources, or add this one to sources in the profile",
    guard=lambda context: {"profile": {"properties": {"source": {"enum": list(context.org.sources or {}) or [None]}}}},
    bad=(Example({f"{_PROFILE}/source": "TMALL"}, "a documented source that this org does not have"),),
    good=(Example({f"{_PROFILE}/source": "WEBSITE"}, "one of the org's sources"),),
)
def source_not_enabled(profile: ProfileNode, context: Context) -> Iterator[Hit]:
    """A source that the org does not have.

    The documentation lists twelve sources; an organisation supports some of them, and the others are refused.
    """
    sources = context.org.sources or {}
    if profile.source is not None and profile.source in context.words.values["source"]:
        if profile.source not in sources:
            place = profile.at("source") if "source" in profile.data else profile.pointer
            yield Hit(place, {"source": shown(profile.source), "known": listed(list(sources))}, profile.source)


@rule(
    "account-missing",
    on="profile",
    severity="warning",
    evidence="stated",
    facts=("F36", "D02"),
    consequence=warns(8054),
    message="accountId: missing, and {source} has several accounts{known}",
    hint="name the source's account; without it the customer lands in an unnamed one of its own",
    guard=lambda context: {"profile": _with_account(context, "then")},
    bad=(
        Example(_LINE, "the org's LINE has accounts", at=_PROFILE),
        Example({**_LINE, f"{_PROFILE}/accountId": ""}, "an empty account is none", at=f"{_PROFILE}/accountId"),
        Example({f"{_PROFILE}/source": "WECHAT"}, "no profile, but a source known for it", _PROFILE, {"sources": None}),
    ),
    good=(
        Example({**_LINE, f"{_PROFILE}/accountId": "line-one"}, "the account named"),
        Example({f"{_PROFILE}/source": "WEBSITE"}, "a source without accounts"),
    ),
)
def account_missing(profile: ProfileNode, context: Context) -> Iterator[Hit]:
    """No account for a source that has several.

    The registration is taken with warning 8054 and goes to the unnamed account: an account of its own, in which the
    customer will not be found under the account that was meant. Without an org profile only the sources that are
    documented for several accounts are looked at, and the warning is not certain.
    """
    if profile.source is None or profile.account or "accountId" in profile.unclean:
        return
    sources = context.org.sources
    accounts = (sources or {}).get(profile.source, ())
    if accounts or (sources is None and profile.source in MULTI_ACCOUNT_SOURCES):
        place = profile.at("accountId") if "accountId" in profile.data else profile.pointer
        known = f" ({listed(list(accounts))})" if accounts else " in most orgs"
        yield Hit(
            place, {"source": profile.source, "known": known}, consequence=None if sources is not None else may_warn(8054)
        )


@rule(
    "account-unknown",
    on="profile",
    severity="error",
    evidence="assumed",
    facts=("F36", "F58", "D02"),
    consequence=refuses(8127),
    needs=("sources",),
    message="accountId: not an account of {source} in this org ({known})",
    hint="use one of the source's accounts, or add this one to the profile",
    guard=lambda context: {"profile": _with_account(context, "then")},
    bad=(Example({**_LINE, f"{_PROFILE}/accountId": "line-two"}, "another account", f"{_PROFILE}/accountId"),),
    good=(Example({f"{_PROFILE}/source": "MOBILE_APP", f"{_PROFILE}/accountId": "app-two"}, "one of the accounts"),),
)
def account_unknown(profile: ProfileNode, context: Context) -> Iterator[Hit]:
    """An account that the org's source does not have."""
    accounts = (context.org.sources or {}).get(profile.source or "", ())
    if profile.account and accounts and profile.account not in accounts:
        place = profile.at("accountId") if "accountId" in profile.data else profile.pointer
        yield Hit(place, {"source": profile.source or "", "known": listed(list(accounts))}, profile.account)


@rule(
    "account-unneeded",
    on="profile",
    severity="info",
    evidence="public",
    facts=("F36b", "F11"),
    needs=("sources",),
    message="accountId: {source} has no accounts in this org, so it names nothing",
    hint="leave accountId out",
    guard=lambda context: {"profile": _with_account(context, "else")},
    bad=(Example({f"{_PROFILE}/accountId": "shop-1"}, "an account with INSTORE", f"{_PROFILE}/accountId"),),
    good=(Example({**_LINE, f"{_PROFILE}/accountId": "line-one"}, "a source that has accounts"),),
)
def account_unneeded(profile: ProfileNode, context: Context) -> Iterator[Hit]:
    """An account for a source that has none.

    Real callers send one for INSTORE and it does no harm. For the other sources it is not documented whether a server
    passes over it or takes it for an unknown account (8127), so there it is a warning.
    """
    sources = context.org.sources or {}
    if profile.account and profile.source is not None and sources.get(profile.source) == ():
        place = profile.at("accountId") if "accountId" in profile.data else profile.pointer
        harmless = profile.source == "INSTORE"
        consequence: Consequence | None = None if harmless else undocumented(8127)
        severity = None if harmless else Severity.WARNING
        yield Hit(place, {"source": profile.source}, profile.account, consequence, severity)


@rule(
    "source-account-repeated",
    on="body",
    severity="error",
    evidence="assumed",
    facts=("D06", "F20"),
    consequence=refuses(8005),
    message="this profile names the same source account as the profile at index {first}",
    hint="merge the two profiles: each profile is one source account",
    guard={"body": {"properties": {"profiles": {"maxItems": 1}}}},
    bad=(
        Example(
            {"/profiles/-": {"source": "INSTORE", "identifiers": [{"type": "externalId", "value": "E2"}]}},
            "two INSTORE profiles",
            at="/profiles/1",
        ),
    ),
    good=(
        Example(
            {"/profiles/-": {"source": "WEBSITE", "identifiers": [{"type": "externalId", "value": "E2"}]}},
            "one profile each for two sources",
        ),
    ),
)
def source_account_repeated(body: BodyNode, context: Context) -> Iterator[Hit]:
    """Two profiles for one source account.

    A profile is one source account of the customer. Two of them in a body contradict each other, and the whole body is
    refused.
    """
    seen: dict[tuple[str, str], str | int] = {}
    for profile in body.profiles:
        if profile.source is None:
            continue
        place = (profile.source, account_scope(profile.source, profile.account, context.org.sources))
        if place in seen:
            yield Hit(profile.pointer, {"first": seen[place]})
        seen.setdefault(place, profile.pointer[-1])


def _with_account(context: Context, side: str) -> dict[str, object]:
    """A guard on ``accountId``: on the side ``then`` for sources with accounts, on ``else`` for those without."""
    sources = context.org.sources
    several = sorted(MULTI_ACCOUNT_SOURCES if sources is None else (name for name in sources if sources[name]))
    within: dict[str, object] = {"required": ["accountId"]}
    if sources is not None:
        accounts = sorted({account for group in sources.values() for account in group})
        if len({sources[name] for name in several}) > 1:
            within = {"required": ["accountId"], "oneOf": [_exactly(name, sources[name]) for name in several]}
        else:
            within |= {"properties": {"accountId": _one_of(accounts)}}
    else:
        within |= {"properties": {"accountId": {"minLength": 1}}}
    without = {"properties": {"accountId": False}}
    condition = {"properties": {"source": _one_of(several)}}
    return {"if": condition, "then": within} if side == "then" else {"if": condition, "else": without}


def _exactly(source: str, accounts: tuple[str, ...]) -> dict[str, object]:
    return {"properties": {"source": {"const": source}, "accountId": {"enum": list(accounts)}}}


def _one_of(values: list[str]) -> dict[str, object]:
    """One of these; of none, nothing."""
    return {"enum": values or [None]}
