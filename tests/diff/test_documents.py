"""What can be compared, and what is said of what cannot."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from contract_kit.diff import compare
from contract_kit.diff.documents import bundled, read
from contract_kit.errors import InputError, UsageError
from contract_kit.judge.spec import COMPILED, source_file

RULES = Path(__file__).with_name("rules.json")

SOURCES = "components/schemas/Source/enum"


def test_the_document_in_all_its_forms_is_the_same(tmp_path: Path) -> None:
    as_json = tmp_path / "spec.json"
    as_json.write_text(json.dumps(bundled().data), encoding="utf-8")
    written = read(str(source_file("openapi.yaml")))
    for other in (read(str(as_json)), read(str(COMPILED)), bundled()):
        assert compare(written, other).changes == ()
        assert compare(other, written).changes == ()


def test_places_in_a_compiled_contract_are_those_of_its_file(tmp_path: Path) -> None:
    data = json.loads(COMPILED.read_bytes())
    data["document"]["components"]["schemas"]["Source"]["enum"].remove("JD")
    data["facts"]["facts"][0]["evidence"] = "assumed"
    changed = tmp_path / "contract.json"
    changed.write_text(json.dumps(data), encoding="utf-8")
    found = compare(read(str(COMPILED)), read(str(changed))).changes
    assert [(one.code, one.subject, one.old.pointer, one.new.pointer) for one in found] == [
        ("request-enum-value-removed", "document", f"/document/{SOURCES}/7", f"/document/{SOURCES}"),
        ("evidence-lowered", "facts", "/facts/facts/0", "/facts/facts/0"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "holds nothing"),
        ("{", "JSON"),
        ("a: [1", "not YAML"),
        ("swagger: '2.0'\n", "is OpenAPI 2.0"),
        ("sources: {INSTORE: {}}\n", "Org profiles are compared with --org OLD:NEW"),
        ("openapi: 3.1.0\n", "has no paths"),
        ("openapi: 3.1.0\npaths: {/customers: {post: []}}\n", ":2: /paths/~1customers/post is not an object"),
        (
            "openapi: 3.1.0\npaths: {}\ncomponents: {schemas: {A: {type: text}}}\n",
            ":3: /components/schemas/A/type is not one of",
        ),
        ("[1, 2]", "holds nothing that can be compared"),
        ('[{"code": "x", "severity": "fatal", "evidence": "stated"}]', "/0/severity is none of error, warning, info"),
    ],
)
def test_what_cannot_be_compared_is_told_with_its_place(text: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "file.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as error:
        read(str(path))
    assert str(error.value).startswith(str(path))
    assert said in str(error.value)


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read: no such file or directory"):
        read(str(tmp_path / "nothing.yaml"))


def test_a_document_and_a_list_of_rules_do_not_compare() -> None:
    with pytest.raises(UsageError, match="is a list of rules"):
        compare(bundled(), read(str(RULES)))
