"""Two org profiles: what one lists and the other does not, judged by what is predicted for registrations under both."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from contract_kit.contract import Contract
from contract_kit.diff.changes import Change, Patch, Place, Verdict, Witness
from contract_kit.diff.documents import text_of
from contract_kit.diff.kinds import KINDS, Judgement
from contract_kit.diff.patching import patched
from contract_kit.diff.probes import Probe, probes
from contract_kit.diff.witnesses import REFUSED, TAKEN
from contract_kit.errors import OrgProfileError
from contract_kit.findings import Pointer
from contract_kit.judge.documents import Document
from contract_kit.org import OrgProfile
from contract_kit.outcome import Outcome

_VALUES: dict[Pointer, str] = {
    ("org",): "org-renamed",
    ("region",): "region-changed",
    ("api", "refusalStatus"): "refusal-status-changed",
    ("registration", "primaryIdentifier"): "primary-identifier-changed",
    ("registration", "externalId", "prefix"): "external-id-prefix-changed",
    ("customerStatus", "default"): "default-status-changed",
}
_LIMITS: tuple[Pointer, ...] = (
    ("registration", "mobile", "minDigits"), ("registration", "mobile", "maxDigits"),
    ("registration", "externalId", "minLength"), ("registration", "externalId", "maxLength"),
)  # fmt: skip
_SWITCHES: tuple[Pointer, ...] = (("registration", "mobile", "requireCountryCode"), ("rejectEmptyExtendedFields",))
_SETS: dict[Pointer, str] = {
    ("registration", "mandatory"): "mandatory-attribute",
    ("registration", "mobile", "countryCodes"): "country-code",
    ("identifierTypes",): "identifier-type",
    ("tills",): "till",
    ("customerStatus", "labels"): "status-label",
    ("customFields",): "custom-field",
}
_MAPS: dict[Pointer, str] = {
    ("sources",): "source",
    ("cards", "series"): "card-series",
    ("programs",): "programme",
    ("extendedFields",): "extended-field",
}


@dataclass(frozen=True, slots=True)
class Profile:
    """A profile as a file has it."""

    name: str
    org: OrgProfile
    text: Document

    @classmethod
    def read(cls, name: str) -> Profile:
        """The profile in a file. Raises ``OrgProfileError`` with everything that is wrong in it."""
        org = OrgProfile.from_path(name)
        return cls(name, org, text_of(name))

    def place(self, path: Pointer, there: bool) -> Place:
        """A place in the file."""
        found = self.text.position(path)
        return Place(path, there, found[0] if found else None)


@dataclass(frozen=True, slots=True)
class _Unit:
    """One difference: its code, what to say, both places, and the patch that makes it in the old profile."""

    code: str
    message: str
    old: tuple[Pointer, bool]
    new: tuple[Pointer, bool]
    patches: tuple[Patch, ...]


def compare_orgs(old: Profile, new: Profile) -> Iterator[Change]:
    """The changes from one profile to another, each judged by itself: registrations are predicted under the old profile
    and under the old profile with this change."""
    before, after = old.org.to_mapping(), new.org.to_mapping()
    tried = probes(old.org, new.org)
    contract = Contract.bundled()
    known = _outcomes(contract, old.org, tried)
    for unit in _units(before, after):
        said, decided, proofs = _judged(contract, unit, before, known, tried, (old.org, new.org))
        yield Change(
            unit.code, "org", said.senders, said.receivers, unit.message, (said.why_senders, said.why_receivers),
            old.place(*unit.old), new.place(*unit.new), decided, proofs, unit.patches,
        )  # fmt: skip


def with_patches(old: Mapping[str, Any], patches: tuple[Patch, ...]) -> OrgProfile | None:
    """The old profile with one change; ``None`` where it makes no sense without others."""
    data = patched(old, patches)
    try:
        return None if data is None else OrgProfile.from_mapping(data)
    except OrgProfileError:
        return None


def _outcomes(contract: Contract, org: OrgProfile, tried: list[Probe]) -> list[Outcome]:
    judge = contract.for_org(org)
    return [judge.predict(probe.body) for probe in tried]


def _judged(
    contract: Contract,
    unit: _Unit,
    before: Mapping[str, Any],
    known: list[Outcome],
    tried: list[Probe],
    orgs: tuple[OrgProfile, OrgProfile],
) -> tuple[Judgement, str, tuple[Witness, ...]]:
    by_kind = KINDS[unit.code].judgement
    if unit.code == "org-renamed":
        safe = Verdict.SAFE
        return Judgement(safe, safe, "a name binds nobody", "a name binds nobody"), "rule", ()
    if unit.code == "region-changed":
        return _region(contract, orgs), "rule", ()
    if unit.code.startswith("org-section-"):
        return by_kind, "open", ()
    org = with_patches(before, unit.patches)
    if org is None:
        why = "makes no sense without other changes of the profile; cannot be decided by itself"
        return Judgement(Verdict.RISKY, Verdict.RISKY, why, why), "open", ()
    return _compared(known, _outcomes(contract, org, tried), tried)


def _compared(old: list[Outcome], new: list[Outcome], tried: list[Probe]) -> tuple[Judgement, str, tuple[Witness, ...]]:
    """The verdicts that outcomes show: what is refused now breaks senders, what has to be taken now breaks receivers; an
    answer that could not come before is a risk to senders, one that may not come any more a risk to receivers."""
    shown: dict[str, Probe] = {}
    for before, after, probe in zip(old, new, tried, strict=True):
        for effect in _effects(before, after):
            shown.setdefault(effect, probe)
    if not shown:
        why = "no registration that was tried is judged otherwise; whether one would be cannot be decided"
        return Judgement(Verdict.RISKY, Verdict.RISKY, why, why), "open", ()
    senders, receivers = (
        (Verdict.SAFE, "nothing may come that could not before"),
        (Verdict.SAFE, "all as before conforms still"),
    )
    if _MORE in shown:
        senders = Verdict.RISKY, "warnings, codes or statuses may come that could not before"
    if _LESS in shown:
        receivers = Verdict.RISKY, "warnings, codes or statuses as before may not conform"
    if TAKEN in shown:
        receivers = Verdict.BREAKING, "a server as before refuses what has to be taken now"
    if REFUSED in shown:
        senders = Verdict.BREAKING, "what was taken is refused now"
        if receivers[0] is Verdict.SAFE:
            receivers = Verdict.RISKY, "a server as before takes what is to be refused now"
    told = [effect for effect in (REFUSED, TAKEN) if effect in shown] or [next(iter(shown))]
    found = tuple(Witness(shown[effect].says, _EFFECTS.get(effect, effect), "body", shown[effect].body) for effect in told)
    return Judgement(senders[0], receivers[0], senders[1], receivers[1]), "witness", found


_MORE, _LESS = "more", "less"
_EFFECTS = dict.fromkeys((_MORE, _LESS), "answered-otherwise")


def _effects(before: Outcome, after: Outcome) -> Iterator[str]:
    """What differs between two predictions for one registration."""
    if _told(before) == _told(after):
        return
    if after.refused and not before.refused:
        yield REFUSED
    elif before.refused and not after.refused:
        yield TAKEN
    else:
        # Where a prediction is open, anything may come.
        cut = before.cuts != after.cuts
        if cut or not (before.open or (_possible(after) <= _possible(before) and not after.open)):
            yield _MORE
        must = after.warning_codes - before.warning_codes
        if cut or must or not (after.open or (_possible(before) <= _possible(after) and not before.open)):
            yield _LESS


def _possible(outcome: Outcome) -> frozenset[int]:
    """All statuses and codes that may come."""
    return outcome.statuses | outcome.api_codes | outcome.warning_codes | outcome.possible_warnings


def _told(outcome: Outcome) -> tuple[object, ...]:
    codes = outcome.api_codes, outcome.warning_codes, outcome.possible_warnings
    return (outcome.verdict, outcome.statuses, *codes, outcome.cuts, outcome.open)


def _region(contract: Contract, orgs: tuple[OrgProfile, OrgProfile]) -> Judgement:
    regions = contract.document["servers"][0].get("x-rate-limit", {}).get("regions", {})
    before, after = (regions.get(org.region, {}).get("limit") for org in orgs)
    if before is None or after is None:
        return KINDS["rate-limit-introduced"].judgement
    if before == after:
        why = f"{after} requests a minute in both; the host is another"
        return Judgement(Verdict.RISKY, Verdict.RISKY, why, why)
    return KINDS["rate-limit-lowered" if after < before else "rate-limit-raised"].judgement


# -- what is different ------------------------------------------------------------------------------------------------


def _units(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[_Unit]:
    every = (*_VALUES, *_LIMITS, *_SWITCHES, *_SETS, *_MAPS)
    for path in every:
        one, other = _get(before, path), _get(after, path)
        if one == other:
            continue
        if (one is _NONE or other is _NONE) and path != ("org",):
            code = "org-section-known" if one is _NONE else "org-section-unknown"
            said = f"{'.'.join(map(str, path))} is {'said now' if one is _NONE else 'no longer said'}"
            yield _unit(code, said, path, one, other)
        elif path in _SETS:
            yield from _listed(_SETS[path], path, one, other)
        elif path in _MAPS:
            yield from _mapped(path, one, other)
        elif path in _LIMITS:
            yield _limit(path, one, other)
        elif path in _SWITCHES:
            yield _unit(
                f"org-switch-{'on' if other else 'off'}", f"{path[-1]} is {str(other).lower()} now", path, one, other
            )
        else:
            yield _unit(
                _VALUES[path], f"{'.'.join(map(str, path))}: {_word(one)} before, {_word(other)} now", path, one, other
            )


def _mapped(path: Pointer, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[_Unit]:
    noun = _MAPS[path]
    for name in dict.fromkeys((*before, *after)):
        at = (*path, name)
        one, other = before.get(name, _NONE), after.get(name, _NONE)
        if one is _NONE or other is _NONE:
            yield _unit(
                f"{noun}-{'added' if one is _NONE else 'removed'}",
                f"{noun} {name} is {'new' if one is _NONE else 'gone'}",
                at,
                one,
                other,
            )
        elif path == ("sources",):
            yield from _listed(
                "account", (*at, "accounts"), (one or {}).get("accounts", []), (other or {}).get("accounts", [])
            )
        elif path == ("cards", "series"):
            yield from _listed("card-label", at, one, other)
        elif path == ("programs",):
            tiers = [(side or {}).get("tiers", _NONE) for side in (one, other)]
            if tiers[0] != tiers[1]:
                yield _limit((*at, "tiers"), *tiers)
        else:
            yield from _field(at, one or {}, other or {})


def _field(at: Pointer, one: Mapping[str, Any], other: Mapping[str, Any]) -> Iterator[_Unit]:
    for member, code in (("type", "extended-field-type-changed"), ("format", "extended-field-format-changed")):
        left, right = one.get(member, _NONE), other.get(member, _NONE)
        if left != right:
            said = f"extended field {at[-1]}, {member}: {_word(left)} before, {_word(right)} now"
            yield _unit(code, said, (*at, member), left, right)
    left, right = one.get("enum", _NONE), other.get("enum", _NONE)
    if left is not _NONE and right is not _NONE:
        yield from _listed("extended-field-value", (*at, "enum"), left, right)
    elif left is not right:
        code = "org-section-known" if left is _NONE else "org-section-unknown"
        yield _unit(code, f"the values of extended field {at[-1]}", (*at, "enum"), left, right)


def _listed(noun: str, path: Pointer, before: Any, after: Any) -> Iterator[_Unit]:
    for index, value in enumerate(before):
        if value not in after:
            patch = Patch("drop", path, value)
            yield _Unit(f"{noun}-removed", f"{noun} {value} is gone", ((*path, index), True), (path, False), (patch,))
    for index, value in enumerate(after):
        if value not in before:
            patch = Patch("append", path, value)
            yield _Unit(f"{noun}-added", f"{noun} {value} is new", (path, False), ((*path, index), True), (patch,))


def _limit(path: Pointer, one: Any, other: Any) -> _Unit:
    low, high = (0 if side is _NONE else side for side in (one, other))
    said = f"{'.'.join(map(str, path))}: {_word(one)} before, {_word(other)} now"
    return _unit("org-limit-raised" if high > low else "org-limit-lowered", said, path, one, other)


def _unit(code: str, said: str, path: Pointer, one: Any, other: Any) -> _Unit:
    patch = Patch("delete", path) if other is _NONE else Patch("set", path, other)
    return _Unit(code, said, (path, one is not _NONE), (path, other is not _NONE), (patch,))


class _Nothing:
    """What stands where a profile says nothing."""


_NONE: Any = _Nothing()


def _get(data: Any, path: Pointer) -> Any:
    for step in path:
        if not isinstance(data, Mapping) or step not in data:
            return _NONE
        data = data[step]
    return data


def _word(value: Any) -> str:
    return "not said" if value is _NONE else "none" if value in (None, "") else str(value)
