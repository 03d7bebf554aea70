"""The profile to start from: it loads, says all that can be said, and explains itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from contract_kit.org import SECTIONS, OrgProfile
from contract_kit.org.shape import schema, schema_path
from contract_kit.org.template import template, uncommented


def keys_of_schema(node: dict[str, Any], place: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every key that the format has; ``*`` where names are the user's own."""
    if "$ref" in node:
        yield from keys_of_schema(schema()["$defs"][node["$ref"].rpartition("/")[2]], place)
        return
    members = dict(node.get("properties", {}))
    own = [node["additionalProperties"]] if isinstance(node.get("additionalProperties"), dict) else []
    for part in [*own, *node.get("patternProperties", {}).values()]:
        members["*"] = part
    for name, part in members.items():
        yield (*place, name)
        yield from keys_of_schema(part, (*place, name))


def keys_of_data(data: Any, place: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    if isinstance(data, dict):
        for name, member in data.items():
            own = place in {("extendedFields",), ("programs",), ("cards", "series")}
            here = (*place, "*" if own else name)
            yield here
            yield from keys_of_data(member, here)


def test_as_it_is_written_it_only_has_a_name() -> None:
    assert OrgProfile.from_text(template(), "org.yaml").to_mapping() == {"org": "my-brand"}


def test_uncommented_it_says_everything() -> None:
    profile = OrgProfile.from_text(uncommented(template()), "org.yaml")
    assert profile.sections == frozenset(SECTIONS)
    wanted = {key for key in keys_of_schema(schema()) if key[0] != "sources" or len(key) < 3}
    found = {key for key in keys_of_data(profile.to_mapping()) if key[0] != "sources" or len(key) < 3}
    assert found == wanted
    assert profile.sources is not None
    assert profile.sources["LINE"] == ("2000000000001",)


def test_every_key_is_explained_before_it() -> None:
    """A comment in prose stands above each key, or above the first of a run of keys that belong together."""
    lines = template().splitlines()
    live = uncommented(template()).splitlines()
    entries = [number for number, line in enumerate(live) if re.match(r" *[A-Za-z0-9_]+:", line)]
    prose = [number for number, line in enumerate(live) if re.match(r" *# \S", line)]
    assert len(lines) == len(live)
    assert len(entries) > 40
    assert len(prose) > 25
    for number in entries:
        assert number - 1 in prose or number - 1 in entries, lines[number]


def test_the_editor_hint_comes_first_and_names_a_schema() -> None:
    assert template().splitlines()[0] == f"# yaml-language-server: $schema={schema_path().as_uri()}"
    assert template("profile.schema.json").splitlines()[0] == "# yaml-language-server: $schema=profile.schema.json"


def test_no_line_is_longer_than_an_editor_shows() -> None:
    assert max(len(line) for line in template("x").splitlines()) <= 120
    assert template().isascii()
