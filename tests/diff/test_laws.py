"""What holds for any two documents: no difference goes unnamed, proofs prove, and what is called safe refuses nothing."""

from __future__ import annotations

from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contract_kit.diff.changes import Verdict, Witness
from contract_kit.diff.comparing import compare_documents
from contract_kit.diff.documents import Subject, bundled
from contract_kit.diff.emitting import Mark
from contract_kit.diff.kinds import KINDS
from contract_kit.diff.patching import patched
from contract_kit.diff.shape import misshapen
from contract_kit.diff.walking import walk
from contract_kit.judge.documents import Plain
from contract_kit.judge.schemas import compiled

from .planted import FILES, planted

BODY, OK = "CustomerRegistration", "RegistrationAnswer"
DOCUMENTS = [path for path in FILES if planted(path).kind == "document"]


@cache
def document() -> Any:
    return bundled().data


def subject(data: Any) -> Subject:
    return Subject("document", "document", data, Plain(data))


def accepts(data: Any, component: str, payload: Any) -> bool:
    root = {"$ref": f"#/components/schemas/{component}", "components": data["components"]}
    return bool(compiled(root).is_valid(payload))


# -- nothing goes unnamed ---------------------------------------------------------------------------------------------


def leaves(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The paths of all scalars, and of empty collections."""
    children = list(node.items()) if isinstance(node, dict) else list(enumerate(node)) if isinstance(node, list) else []
    return [leaf for step, child in children for leaf in leaves(child, (*path, step))] or [path]


LEAVES = leaves(bundled().data)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(LEAVES), st.sampled_from(["other", 7, True, None, [], {"x": "y"}]))
def test_any_leaf_that_changes_is_named(path: tuple[Any, ...], value: Any) -> None:
    new = deepcopy(document())
    node = new
    for step in path[:-1]:
        node = node[step]
    if path[-1] == "$ref" or node[path[-1]] == value:
        return
    node[path[-1]] = value
    if next(misshapen(new), None) is not None:
        return  # a document that is none any more
    forth = walk(document(), new)
    assert forth != [], f"{path} = {value!r}"
    back = walk(new, document())
    assert sorted((KINDS[one.code].opposite, one.new, one.old) for one in forth) == sorted(
        (one.code, one.old, one.new) for one in back
    )


# -- what is called safe ----------------------------------------------------------------------------------------------

LEAF = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(["string", "integer", "number", "boolean", ["string", "null"], ["integer", "string"]]),
        "enum": st.lists(st.sampled_from(["a", "b", "cc", 1, 2, None]), min_size=1, max_size=3, unique_by=repr),
        "maxLength": st.integers(0, 3),
        "minLength": st.integers(0, 2),
        "maximum": st.integers(0, 3),
        "minimum": st.integers(0, 2),
        "pattern": st.sampled_from(["^a", "b$"]),
        "const": st.sampled_from(["a", 1]),
    },
)


def objects(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries(
        {"type": st.just("object"), "properties": st.fixed_dictionaries({"p": inner, "q": inner})},
        optional={
            "required": st.lists(st.sampled_from(["p", "q"]), unique=True),
            "additionalProperties": st.one_of(st.booleans(), inner),
        },
    )


SCHEMA = st.recursive(
    LEAF,
    lambda inner: st.one_of(
        objects(inner),
        st.fixed_dictionaries({"type": st.just("array"), "items": inner}, optional={"maxItems": st.integers(0, 2)}),
        st.fixed_dictionaries({"anyOf": st.lists(inner, min_size=1, max_size=3)}),
        st.fixed_dictionaries({"oneOf": st.lists(inner, min_size=1, max_size=3)}),
        st.fixed_dictionaries({"allOf": st.lists(inner, min_size=1, max_size=2)}),
        st.fixed_dictionaries({"not": inner}),
        st.fixed_dictionaries({"if": inner, "then": inner}),
    ),
    max_leaves=5,
)
SCALAR = st.sampled_from(["", "a", "b", "ab", "cc", "aab", 0, 1, 2, 3, 1.5, True, None])
VALUE = st.recursive(
    SCALAR,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(["p", "q", "r"]), inner, max_size=3)
    ),
    max_leaves=4,
)


def small(schema: Any) -> dict[str, Any]:
    """A document whose body and answer have a schema."""
    content = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Body"}}}}
    operation = {"requestBody": content, "responses": {"200": {"description": "", **content}}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "t", "version": "1"},
        "paths": {"/customers": {"post": operation}},
        "components": {"schemas": {"Body": schema}},
    }


@settings(max_examples=400, deadline=None)
@given(SCHEMA, SCHEMA, st.lists(VALUE, min_size=5, max_size=20))
def test_what_is_refused_now_is_never_called_safe(old: Any, new: Any, payloads: list[Any]) -> None:
    before, after = small(old), small(new)
    changes = list(compare_documents(subject(before), subject(after)))
    refused = [one for one in payloads if accepts(before, "Body", one) and not accepts(after, "Body", one)]
    taken = [one for one in payloads if accepts(after, "Body", one) and not accepts(before, "Body", one)]
    asked = [one for one in changes if one.code.startswith("request-") or one.code == "other-changed"]
    answered = [one for one in changes if one.code.startswith("response-") or one.code == "other-changed"]
    if refused:
        assert any(one.senders is not Verdict.SAFE for one in asked)
        assert any(one.receivers is not Verdict.SAFE for one in answered)
    if taken:
        assert any(one.receivers is not Verdict.SAFE for one in asked)
        assert any(one.senders is not Verdict.SAFE for one in answered)
    for one in changes:
        for witness in one.witnesses:
            holds(witness, before, after, "Body")


@settings(max_examples=150, deadline=None)
@given(SCHEMA, SCHEMA)
def test_schemas_backwards(old: Any, new: Any) -> None:
    forth, back = walk(small(old), small(new)), walk(small(new), small(old))
    assert sorted((KINDS[one.code].opposite, one.new, one.old) for one in forth) == sorted(
        (one.code, one.old, one.new) for one in back
    )


@settings(max_examples=100, deadline=None)
@given(SCHEMA)
def test_a_schema_does_not_differ_from_itself(schema: Any) -> None:
    assert walk(small(schema), small(deepcopy(schema))) == []


# -- proofs -----------------------------------------------------------------------------------------------------------


def holds(witness: Witness, old: Any, new: Any, component: str) -> None:
    taken, refused = (old, new) if witness.effect == "refused-now" else (new, old)
    assert accepts(taken, component, witness.payload)
    assert not accepts(refused, component, witness.payload)


@pytest.mark.parametrize("file", DOCUMENTS, ids=lambda path: path.stem)
def test_a_proof_is_taken_by_one_version_and_refused_by_the_other(file: Path) -> None:
    change = planted(file)
    for one in compare_documents(subject(change.old), subject(change.new)):
        assert bool(one.witnesses) == (one.decided == "witness")
        for witness in one.witnesses:
            component = BODY if one.code.startswith("request-") else OK
            if witness.part in ("body", "answer 200"):
                holds(witness, change.old, change.new, component)
            alone = patched(change.old, one.patches, change.new)
            assert alone is not None
            if witness.part in ("body", "answer 200"):
                holds(witness, change.old, alone, component)


def test_a_proof_says_nothing_personal() -> None:
    new = deepcopy(document())
    new["components"]["schemas"]["PersonName"]["maxLength"] = 3
    new["components"]["schemas"]["Identifier"]["properties"]["value"]["maxLength"] = 4
    said = [witness.says for one in compare_documents(subject(document()), subject(new)) for witness in one.witnesses]
    assert said == [
        "/profiles/0/firstName: a string of 6 characters",
        "/profiles/0/identifiers/0/value: a string of 12 characters",
    ]


def test_marks_are_paths() -> None:
    found = walk(document(), {**document(), "x-new": 1})
    assert [(one.code, one.old, one.new) for one in found] == [
        ("other-changed", Mark(("x-new",), False), Mark(("x-new",), True))
    ]
