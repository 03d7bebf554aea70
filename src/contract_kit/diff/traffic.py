"""Recorded payloads under both versions: how many are judged otherwise, by all changes and by each change alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from contract_kit.contract import Contract, Document
from contract_kit.diff.changes import Change, Comparison, Counts, Unread
from contract_kit.diff.documents import Subject
from contract_kit.diff.orgs import Profile, with_patches
from contract_kit.diff.patching import patched
from contract_kit.errors import ContractKitError, InputError, UsageError
from contract_kit.exchange import MISSING
from contract_kit.findings import Severity
from contract_kit.judge.soundness import verify
from contract_kit.judge.spec import Spec
from contract_kit.outcome import Verdict as Told
from contract_kit.report import InputResult
from contract_kit.reporters.words import STDIN

_NO_EFFECT = ("wording-changed", "example-changed", "reference-changed", "version-changed")


@dataclass(slots=True)
class _Tally:
    """Counts under way."""

    broken: int = 0
    healed: int = 0
    otherwise: int = 0
    same: int = 0

    def add(self, before: InputResult, after: InputResult) -> None:
        """Count one payload."""
        bad, worse = _bad(before), _bad(after)
        if bad != worse:
            self.broken += worse
            self.healed += bad
        elif _signature(before) == _signature(after):
            self.same += 1
        else:
            self.otherwise += 1

    @property
    def counts(self) -> Counts:
        """As they stand."""
        return Counts(self.broken, self.healed, self.otherwise, self.same)


def counted(
    comparison: Comparison,
    old: Subject,
    new: Subject,
    orgs: tuple[Profile, Profile] | None,
    documents: Iterable[tuple[Document, str, int]],
    kind: str = "request",
) -> Comparison:
    """The comparison with counts of payloads. ``documents`` are records with the name of their source and their number in
    it; each is judged once under each version, and once for every change that can be made by itself. One that cannot be read
    is in none of these counts, but in ``unread``. Raises ``SpecError`` where a document cannot be judged by,
    ``UsageError`` for rule sets, whose rules are not in their lists, and ``InputError`` where no record can be read."""
    if old.kind != "document":
        raise UsageError(
            "payloads cannot be judged by a list of rules",
            hint="It names rules, and does not hold them; leave --traffic out",
        )
    before = old.contract().for_org(orgs[0].org if orgs else None)
    after = (new.contract() if new is not old else before).for_org(orgs[1].org if orgs else None)
    alone = [_alone(change, before, new, orgs) for change in comparison.changes]
    whole, tallies = _Tally(), [None if contract is None else _Tally() for contract in alone]
    read, unread = 0, None
    for document, source, index in documents:
        if document.value is MISSING:
            unread = _unread(document, source, index) if unread is None else unread._replace(records=unread.records + 1)
            continue
        read += 1
        result = _judge(before, document, kind, source, index)
        whole.add(result, _judge(after, document, kind, source, index))
        for contract, tally in zip(alone, tallies, strict=True):
            if contract is not None and tally is not None:
                tally.add(result, _judge(contract, document, kind, source, index))
    if not read and unread is not None:
        raise _nothing_read(unread)
    if not read:
        raise InputError("there is no payload to judge", hint="Name a file with one payload a line")
    changes = tuple(
        replace(change, traffic=Counts(same=read) if change.code in _NO_EFFECT else None if tally is None else tally.counts)
        for change, tally in zip(comparison.changes, tallies, strict=True)
    )
    return replace(comparison, changes=changes, traffic=whole.counts, unread=unread)


def _unread(document: Document, source: str, index: int) -> Unread:
    """A first record that cannot be read; the last problem of its text is the one that ended the reading."""
    return Unread(1, source, index + 1, document.problems[-1].line if document.problems else None)


def _nothing_read(unread: Unread) -> InputError:
    many = f"none of {unread.records} records can be read, of which this is the first"
    return InputError(
        many if unread.records > 1 else "the only record cannot be read",
        hint="contract-kit validate says what is wrong with it; a payload is JSON or YAML, in an .ndjson file one a line",
        source="<stdin>" if unread.source == STDIN else unread.source,
        line=unread.line,
    )


def _alone(change: Change, before: Contract, new: Subject, orgs: tuple[Profile, Profile] | None) -> Contract | None:
    """The old contract with one change; ``None`` where it cannot be made by itself, or would make no difference."""
    if change.code in _NO_EFFECT or not change.patches:
        return None
    if change.subject == "org":
        org = with_patches(orgs[0].org.to_mapping(), change.patches) if orgs else None
        return None if org is None else before.for_org(org)
    document = patched(before.document, change.patches, new.data)
    if change.subject != "document" or document is None:
        return None
    try:
        spec = Spec(document, {"facts": [_plain(fact) for fact in before.facts.values()]})
        verify(spec)
        return Contract(spec, before.org)
    except ContractKitError:
        return None


def _plain(fact: object) -> dict[str, str]:
    return {name: str(getattr(fact, name)) for name in ("id", "evidence", "area", "text")}


def _judge(contract: Contract, document: Document, kind: str, source: str, index: int) -> InputResult:
    return contract.judge(document, kind, source=source, index=index)


def _bad(result: InputResult) -> bool:
    """Whether a registration is refused, or an answer does not conform."""
    if result.kind == "request":
        return result.outcome.verdict is Told.REFUSED
    return any(finding.severity is Severity.ERROR for finding in result.findings)


def _signature(result: InputResult) -> tuple[object, ...]:
    said = result.outcome
    answer = (said.verdict, said.statuses, said.api_codes, said.warning_codes, said.possible_warnings, said.cuts, said.open)
    found: Sequence[object] = sorted((one.code, one.severity.value, one.location.expression) for one in result.findings)
    return (*answer, *found)
