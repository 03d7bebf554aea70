"""Two org profiles: what one lists and the other does not, judged by what is predicted for registrations under both."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from contract_kit.contract import Contract
from contract_kit.diff.changes import Change, Patch, Place, Verdict, Witness
from contract_kit.diff.documents import text_of
from contract_kit.diff.effects import Judgement
from contract_kit.diff.kinds import KINDS
from contract_kit.diff.orgunits import Unit, units
from contract_kit.diff.patching import patched
from contract_kit.diff.probes import Probe, probes
from contract_kit.diff.witnesses import REFUSED, TAKEN
from contract_kit.errors import OrgProfileError
from contract_kit.findings import Pointer
from contract_kit.judge.documents import Document
from contract_kit.org import OrgProfile
from contract_kit.outcome import Outcome


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


def compare_orgs(old: Profile, new: Profile) -> Iterator[Change]:
    """The changes from one profile to another, each judged by itself: registrations are predicted under the old profile
    and under the old profile with this change."""
    before, after = old.org.to_mapping(), new.org.to_mapping()
    tried = probes(old.org, new.org)
    contract = Contract.bundled()
    known = _outcomes(contract, old.org, tried)
    for unit in units(before, after):
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
    unit: Unit,
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
