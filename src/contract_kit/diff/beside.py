"""What stands beside the operation: addresses, rate limits, credentials, and the registry of API codes."""

from __future__ import annotations

import json
from typing import Any

from contract_kit.diff.changes import Patch
from contract_kit.diff.emitting import Mark, Notes, two
from contract_kit.diff.flattening import is_number, same
from contract_kit.findings import Pointer


def compare_servers(notes: Notes, old: Any, new: Any, path: Pointer, new_path: Pointer | None = None) -> None:
    """``servers`` of a document or an operation, by their addresses."""
    sides = []
    for holder, base in ((old, path), (new, path if new_path is None else new_path)):
        listed = holder.get("servers")
        entries = listed if isinstance(listed, list) else []
        sides.append({str(entry.get("url")): (entry, (*base, "servers", index)) for index, entry in enumerate(entries)})
    before, after = sides
    lists = [Mark((*base, "servers"), False) for base in (path, path if new_path is None else new_path)]
    for url in dict.fromkeys((*before, *after)):
        one, other = before.get(url), after.get(url)
        if one is None and other is not None:
            notes.add("server-added", f"{url} is new", lists[0], Mark(other[1]))
        elif one is not None and other is None:
            notes.add("server-removed", f"{url} is gone", Mark(one[1]), lists[1])
        elif one is not None and other is not None:
            _server(notes, one, other)


def _server(notes: Notes, old: tuple[Any, Pointer], new: tuple[Any, Pointer]) -> None:
    for keyword in dict.fromkeys((*old[0], *new[0])):
        before, after = old[0].get(keyword), new[0].get(keyword)
        if same(before, after):
            continue
        at = Mark((*old[1], keyword), before is not None), Mark((*new[1], keyword), after is not None)
        if keyword == "variables":
            notes.add("server-changed", "a variable of the address", *two(at))
        elif keyword == "x-rate-limit":
            _limits(notes, before or {}, after or {}, at)
        elif keyword == "description":
            notes.add("wording-changed", "another description of a server", *two(at))
        else:
            notes.add("other-changed", f"{keyword} of a server changed", *two(at))


def _limits(notes: Notes, before: Any, after: Any, at: tuple[Mark, Mark]) -> None:
    for keyword in dict.fromkeys((*before, *after)):
        one, other = before.get(keyword), after.get(keyword)
        if keyword == "regions" or same(one, other):
            continue
        marks = two(Mark((*mark.path, keyword), side is not None) for mark, side in zip(at, (one, other), strict=True))
        code = {"unit": "rate-limit-unit-changed", "facts": "grounds-changed"}.get(keyword, "other-changed")
        notes.add(code, f"{keyword} of the rate limits", *two(marks))
    regions = [side.get("regions") or {} for side in (before, after)]
    for name in dict.fromkeys((*regions[0], *regions[1])):
        one, other = regions[0].get(name), regions[1].get(name)
        spots = [Mark((*mark.path, "regions", name), side is not None) for mark, side in zip(at, (one, other), strict=True)]
        if one is None or other is None:
            notes.add("rate-limit-introduced" if one is None else "rate-limit-abolished", f"region {name}", *two(spots))
            continue
        for keyword in dict.fromkeys((*one, *other)):
            low, high = one.get(keyword), other.get(keyword)
            if same(low, high):
                continue
            marks = two(Mark((*spot.path, keyword), side is not None) for spot, side in zip(spots, (low, high), strict=True))
            if keyword == "limit" and is_number(low) and is_number(high):
                code = "rate-limit-lowered" if high < low else "rate-limit-raised"
                notes.add(code, f"region {name}: {low} before, {high} now", *two(marks))
            else:
                notes.add(
                    "wording-changed" if keyword == "name" else "other-changed", f"{keyword} of region {name}", *two(marks)
                )


def compare_security(
    notes: Notes,
    old: Any,
    new: Any,
    path: Pointer,
    new_path: Pointer | None = None,
    documents: tuple[Any, Any] = ({}, {}),
) -> None:
    """``security``: each entry is one way to authenticate; none, or an empty one, is the way without credentials. An
    operation without any has that of its document, which is compared with the other's own."""
    bases = path, path if new_path is None else new_path
    own = ["security" in side for side in (old, new)]
    if path and not any(own):
        return
    if path and own[0] != own[1]:
        at = [Mark((*base, "security"), there) for base, there in zip(bases, own, strict=True)]
        notes.add("wording-changed", "whether the operation has security of its own", *two(at))
        old, new = (side if there else document for side, there, document in zip((old, new), own, documents, strict=True))
        bases = (bases[0] if own[0] else (), bases[1] if own[1] else ())
    before, after = (_ways(side.get("security"), (*base, "security")) for side, base in zip((old, new), bases, strict=True))
    for key in dict.fromkeys((*before, *after)):
        one, other = before.get(key), after.get(key)
        if one is not None and other is None:
            notes.add("security-removed", f"{_spoken(key)} is gone", Mark(one), Mark((*bases[1], "security"), False))
        elif other is not None and one is None:
            notes.add("security-added", f"{_spoken(key)} is new", Mark((*bases[0], "security"), False), Mark(other))
    if not path:
        _schemes(notes, old, new)


def _ways(listed: Any, path: Pointer) -> dict[str, Pointer]:
    if not isinstance(listed, list) or not listed:
        return {"{}": path}
    return {_way(entry): (*path, index) for index, entry in enumerate(listed)}


def _way(entry: Any) -> str:
    """A way to authenticate as a key; scopes have no order."""
    scopes = {name: sorted(map(str, listed or ())) for name, listed in entry.items()} if isinstance(entry, dict) else entry
    return json.dumps(scopes, sort_keys=True)


def _spoken(key: str) -> str:
    names = " with ".join(json.loads(key))
    return names or "the way without credentials"


def _schemes(notes: Notes, old: Any, new: Any) -> None:
    path = ("components", "securitySchemes")
    before, after = ((side.get("components") or {}).get("securitySchemes") or {} for side in (old, new))
    for name in dict.fromkeys((*before, *after)):
        one, other = before.get(name), after.get(name)
        if one is None or other is None:
            code = "component-added" if one is None else "component-removed"
            notes.add(
                code,
                f'the security scheme "{name}"',
                Mark((*path, name), one is not None),
                Mark((*path, name), other is not None),
            )
            continue
        for keyword in dict.fromkeys((*one, *other)):
            if same(one.get(keyword), other.get(keyword)):
                continue
            at = [Mark((*path, name, keyword), keyword in side) for side in (one, other)]
            if keyword in ("description", "x-facts", "x-evidence"):
                notes.add(
                    "wording-changed" if keyword == "description" else "grounds-changed",
                    f"{name}: another {keyword}",
                    *two(at),
                )
            elif keyword == "x-personal" and bool(one.get(keyword)) != bool(other.get(keyword)):
                notes.add("personal-mark-added" if other.get(keyword) else "personal-mark-removed", name, *two(at))
            elif keyword == "x-personal":
                notes.add("wording-changed", f"{name}: {keyword} is written otherwise", *two(at))
            else:
                notes.add("security-scheme-changed", f"{name}: {keyword}", *two(at))


def compare_codes(notes: Notes, old: Any, new: Any) -> None:
    """``x-api-codes``, by code."""
    path = ("x-api-codes",)
    before, after = (
        {
            entry.get("code"): (entry, (*path, index))
            for index, entry in enumerate(side.get("x-api-codes") or ())
            if isinstance(entry, dict)
        }
        for side in (old, new)
    )
    for code in dict.fromkeys((*before, *after)):
        one, other = before.get(code), after.get(code)
        if one is None and other is not None:
            notes.add(
                "api-code-added", _told(other[0]), Mark(path, False), Mark(other[1]), [Patch("append", path, other[0])]
            )
        elif one is not None and other is None:
            notes.add("api-code-removed", _told(one[0]), Mark(one[1]), Mark(path, False), [Patch("drop", path, one[0])])
        elif one is not None and other is not None:
            _code(notes, one, other)


def _told(entry: Any) -> str:
    return (
        f"{entry.get('code')}, {'an' if entry.get('kind') == 'error' else 'a'} {entry.get('kind')}: {entry.get('meaning')}"
    )


def _code(notes: Notes, old: tuple[Any, Pointer], new: tuple[Any, Pointer]) -> None:
    kinds = {"kind": "api-code-kind-changed", "status": "api-code-status-changed", "facts": "grounds-changed"}
    for keyword in dict.fromkeys((*old[0], *new[0])):
        before, after = old[0].get(keyword), new[0].get(keyword)
        if same(before, after):
            continue
        at = Mark((*old[1], keyword), before is not None), Mark((*new[1], keyword), after is not None)
        grades = ("assumed", "public", "shown", "stated")
        if keyword == "evidence" and before in grades and after in grades:
            raised = grades.index(str(after)) > grades.index(str(before))
            notes.add("evidence-raised" if raised else "evidence-lowered", f"API code {old[0]['code']}", *two(at))
            continue
        shown = f": {before} before, {after} now" if keyword in ("kind", "status") else ""
        patches = [Patch("set", at[0].path, after)] if after is not None else [Patch("delete", at[0].path)]
        known = keyword in ("meaning", "cause")
        code = kinds.get(keyword, "wording-changed" if known else "other-changed")
        notes.add(code, f"API code {old[0]['code']}, {keyword}{shown}", *at, patches)
