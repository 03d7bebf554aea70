"""The search for proof: a payload that one document's schema takes and the other's refuses, at the keyword that changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from contract_kit.diff.changes import Witness
from contract_kit.diff.effects import Effect
from contract_kit.diff.emitting import ITEM, Mark, Raw, Root
from contract_kit.diff.flattening import Flat, Spot, followed, lookup, same
from contract_kit.diff.kinds import SCHEMA_CODES
from contract_kit.diff.patching import patched
from contract_kit.diff.values import candidates, placed, sample
from contract_kit.examples import answer, refusal, registration
from contract_kit.findings import Pointer, escape_pointer
from contract_kit.judge.schemas import compiled
from contract_kit.showing import kind_of, shown

REFUSED, TAKEN = "refused-now", "taken-now"
_ENOUGH = 4_000
"""So many payloads are tried for a change, at most."""


@dataclass(slots=True)
class Engines:
    """Compiled schemas of two documents by where they stand, and the payloads to begin from."""

    old: Any
    new: Any
    _built: dict[tuple[int, Pointer], Any] = field(default_factory=dict)
    _bases: dict[Root, list[Any]] = field(default_factory=dict)

    def at(self, side: int, path: Pointer) -> Any:
        """The schema at a path of the old (0) or new (1) document; ``None`` where the engine cannot use it."""
        key = (side, path)
        if key not in self._built:
            self._built[key] = _engine((self.old, self.new)[side], path)
        return self._built[key]

    def alone(self, raw: Raw) -> Any:
        """The schema of the old document with one change alone; ``None`` where it cannot be made."""
        assert raw.where is not None
        document = patched(self.old, raw.patches, self.new)
        return None if document is None else _engine(document, raw.where.root.old)

    def samples(self, side: int, spot: Mark) -> list[Any]:
        """A value that fits what stands at a place, where that is a schema."""
        document = (self.old, self.new)[side]
        try:
            found = lookup(document, spot.path) if spot.there else None
        except (KeyError, IndexError, ValueError, TypeError):
            found = None
        return [sample(document, Spot(found, spot.path))] if isinstance(found, dict) else []

    def bases(self, root: Root) -> list[Any]:
        """The kit's own examples and those of both documents."""
        if root not in self._bases:
            own = [registration()] if root.direction == "request" else [answer()["body"], refusal()["body"]]
            self._bases[root] = [*own, *_examples(self.old, root), *_examples(self.new, root)]
        return self._bases[root]


def _engine(document: Any, path: Pointer) -> Any:
    parts = {name: value for name, value in document.items() if name in ("components", "paths")}
    try:
        return compiled({"$ref": "#" + escape_pointer(path), **parts})
    except ValueError:
        return None


def witnesses(raw: Raw, engines: Engines) -> tuple[Witness, ...]:
    """The proofs of a change: at most one payload that is refused now and one that is taken now."""
    where = raw.where
    if raw.code not in SCHEMA_CODES or raw.effect is Effect.SAME or where is None or where.at is None:
        return ()
    pair = engines.at(0, where.root.old), engines.at(1, where.root.new)
    if not where.root.old or pair[0] is None or pair[1] is None:
        return ()
    wanted = {Effect.NARROWER: (REFUSED,), Effect.WIDER: (TAKEN,)}.get(raw.effect or Effect.OPEN, (REFUSED, TAKEN))
    found: dict[str, Witness] = {}
    alone = engines.alone(raw)
    holders = tuple(flat if isinstance(flat, Flat) else None for flat in raw.holders)
    assert len(holders) == 2
    made = [value for side, spot in enumerate((raw.old, raw.new)) for value in engines.samples(side, spot)]
    for payload in _tried((holders[0], holders[1]), engines.bases(where.root), where.at, raw, made):
        for effect in wanted:
            if effect not in found and _proves(payload, effect, pair, alone, raw):
                refusing = pair[0] if effect == TAKEN else pair[1] if alone is None else alone
                found[effect] = Witness(_said(refusing, payload, where.at, _personal(raw)), effect, where.root.part, payload)
        if len(found) == len(wanted):
            break
    return tuple(found[effect] for effect in wanted if effect in found)


def _tried(
    holders: tuple[Flat | None, Flat | None], bases: list[Any], at: tuple[str | int, ...], raw: Raw, made: list[Any]
) -> Iterator[Any]:
    """Payloads that differ at a place: the examples as they are, without members, and with other values there."""
    yield from bases
    left = _ENOUGH
    for base in bases:
        for copy, chain, path in placed(base, at) if at else [(base, [], ())]:
            current = base if not path else _value(chain[-1], path[-1])
            if isinstance(current, dict):
                for name in _missing(raw, current):
                    yield _with(copy, path, {key: value for key, value in current.items() if key != name})
            for value in (*made, *candidates(holders, current)):
                left -= 1
                if left < 0:
                    return
                yield _with(copy, path, value)


def _value(holder: Any, step: str | int) -> Any:
    """What stands in an object or an array, ``None`` for nothing."""
    if isinstance(holder, dict):
        return holder.get(str(step))
    return holder[step] if isinstance(holder, list) and isinstance(step, int) and step < len(holder) else None


def _missing(raw: Raw, current: Mapping[str, Any]) -> list[str]:
    """The members without which an object is tried: what the change speaks of first."""
    named = [str(patch.value) for patch in raw.patches if isinstance(patch.value, str) and patch.value in current]
    return [*named, *(name for name in current if name not in named)]


def _with(payload: Any, path: Pointer, value: Any) -> Any:
    """The payload with another value at a path; what is not on the way is shared."""
    if not path:
        return value
    step, rest = path[0], path[1:]
    if isinstance(payload, dict) and isinstance(step, str):
        return {**payload, step: _with(payload.get(step), rest, value)}
    if isinstance(payload, list) and isinstance(step, int):
        if step < len(payload):
            return [*payload[:step], _with(payload[step], rest, value), *payload[step + 1 :]]
        return [*payload, _with(None, rest, value)]
    # What stands there is of another kind than the path needs, so a container is made in its place.
    return {step: _with(None, rest, value)} if isinstance(step, str) else [_with(None, rest, value)]


def _proves(payload: Any, effect: str, pair: tuple[Any, Any], alone: Any, raw: Raw) -> bool:
    """Whether the payload proves an effect of this very change: one version takes it and the other refuses it, and so does
    the old version with this change alone. Where that cannot be made, the failing keyword has to be the one that changed."""
    old, new = pair
    taking, refusing, spot = (old, new, raw.new) if effect == REFUSED else (new, old, raw.old)
    if refusing.is_valid(payload) or not taking.is_valid(payload):
        return False
    if alone is not None:
        return bool(alone.is_valid(payload)) == (effect == TAKEN)
    return any(_below(tuple(error.schema_path), spot.path) for error in refusing.iter_errors(payload))


def _below(failed: Pointer, path: Pointer) -> bool:
    """Whether one of two paths leads through the other."""
    one, other = ([str(step) for step in each] for each in (failed, path))
    return one[: len(other)] == other or other[: len(one)] == one


def _personal(raw: Raw) -> bool:
    return any(isinstance(flat, Flat) and "x-personal" in flat.notes for flat in raw.holders)


def _said(refusing: Any, payload: Any, at: tuple[str | int, ...], personal: bool) -> str:
    """Where the refusing version stumbles, and over what, without values of personal data. A union says only that no branch
    fits, so that the place that changed is told instead."""
    error = next(iter(refusing.iter_errors(payload)))
    path, value = tuple(error.instance_path), error.instance
    keyword = list(error.schema_path)[-1:]
    if keyword == ["required"]:
        return f'{escape_pointer(path) or "the whole"} without "{error.kind.property}"'
    if keyword in (["anyOf"], ["oneOf"]):
        path, value = _nearest(payload, at)
    described = kind_of(value) if isinstance(value, (dict, list)) else shown(value, personal=personal)
    return f"{escape_pointer(path) or 'the whole'}: {described}"


def _nearest(payload: Any, at: tuple[str | int, ...]) -> tuple[Pointer, Any]:
    """The place in a payload, or the nearest above it that is there, with what stands there."""
    path: list[str | int] = []
    for step in at:
        following: str | int = 0 if step == ITEM else step
        present = following in payload if isinstance(payload, dict) else isinstance(payload, list) and bool(payload)
        if not present:
            break
        payload = payload[following]
        path.append(following)
    return tuple(path), payload


def _examples(document: Any, root: Root) -> list[Any]:
    """The examples that a document has for a body or an answer, by the schema they stand beside."""
    found: list[Any] = []
    for item in (document.get("paths") or {}).values():
        for operation in item.values() if isinstance(item, dict) else ():
            if not isinstance(operation, dict):
                continue
            body = operation.get("requestBody", {})
            sides = [body] if root.direction == "request" else list((operation.get("responses") or {}).values())
            for side in sides:
                for content in (side.get("content") or {}).values() if isinstance(side, dict) else ():
                    listed = content.get("examples") if isinstance(content, dict) else None
                    for example in listed.values() if isinstance(listed, dict) else ():
                        entry = followed(document, Spot(example, ())).value
                        if (
                            isinstance(entry, dict)
                            and "value" in entry
                            and not any(same(entry["value"], one) for one in found)
                        ):
                            found.append(entry["value"])
    return found
