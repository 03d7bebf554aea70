"""The profile's JSON Schema: valid, closed, described for editors, and in step with the code."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import jsonschema
import jsonschema_rs
import pytest

from contract_kit.org import SECTIONS
from contract_kit.org.fields import check_value
from contract_kit.org.profile import ExtendedField
from contract_kit.org.shape import SCHEMA_ID, schema, schema_path
from contract_kit.org.vocabulary import FIELD_TYPES, MANDATORY, SOURCES, TYPE_WORDS


def parts(node: Any, place: str = "#") -> Iterator[tuple[str, dict[str, Any]]]:
    yield place, node
    for keyword in ("properties", "patternProperties", "$defs"):
        for name, part in node.get(keyword, {}).items():
            yield from parts(part, f"{place}/{keyword}/{name}")
    for keyword in ("items", "additionalProperties"):
        if isinstance(node.get(keyword), dict):
            yield from parts(node[keyword], f"{place}/{keyword}")


def test_it_is_a_valid_2020_12_schema() -> None:
    assert schema()["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    jsonschema.Draft202012Validator.check_schema(schema())
    jsonschema_rs.meta.validate(schema())
    assert schema()["$id"] == SCHEMA_ID
    assert schema_path().name == "schema.json"


def test_every_object_is_closed() -> None:
    objects = [(place, node) for place, node in parts(schema()) if "object" in str(node.get("type"))]
    assert len(objects) == 14
    for place, node in objects:
        assert node["additionalProperties"] is False or place == "#/properties/extendedFields", place


def test_every_key_has_a_title_and_a_description() -> None:
    for place, node in parts(schema()):
        if place.split("/")[-2:-1] == ["properties"] and set(node) != {"$ref"}:
            assert node["title"], place
            assert node["description"].endswith("."), place


def test_every_pattern_says_what_it_wants() -> None:
    patterns = [node for _, node in parts(schema()) if "pattern" in node]
    assert len(patterns) == 2
    assert all(node["patternErrorMessage"] for node in patterns)


def test_the_words_of_schema_and_code_are_the_same() -> None:
    properties = schema()["properties"]
    assert tuple(properties["sources"]["properties"]) == SOURCES
    field = schema()["$defs"]["extendedField"]["properties"]
    assert tuple(field["type"]["enum"]) == FIELD_TYPES
    listed = properties["registration"]["properties"]["mandatory"]["items"]["examples"]
    assert tuple(listed) == (*MANDATORY, "fields.NAME", "extendedFields.NAME")
    assert set(TYPE_WORDS.values()) == set(FIELD_TYPES)
    # A type is one that check_value knows: all but text have something that does not fit.
    assert all(check_value(ExtendedField(kind), []) for kind in FIELD_TYPES)


@pytest.mark.parametrize("section", SECTIONS)
def test_every_section_is_a_place_in_the_schema(section: str) -> None:
    node = schema()
    for name in section.split("."):
        node = node["properties"][name]
    assert node["title"]


def test_no_fixed_key_of_the_schema_is_missing_among_the_sections() -> None:
    def leaves(node: dict[str, Any], place: str = "") -> Iterator[str]:
        fixed = node.get("properties", {}) if place != "sources" else {}
        if place and (not fixed or place in SECTIONS):
            yield place
        for name, part in fixed.items():
            yield from leaves(part, f"{place}.{name}" if place else name)

    assert set(leaves(schema())) == set(SECTIONS)
