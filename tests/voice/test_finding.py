"""Paths, folders, globs and standard input as sources."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from contract_kit.errors import InputError, UsageError
from contract_kit.records import Source, find


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to stand in, with files of every kind."""
    for name in ("b.json", "a.json", "sub/c.yaml", "sub/deep/d.NDJSON", "sub/e.yml", "sub/f.jsonl"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("{}")
    for name in ("readme.md", ".hidden.json", ".git/x.json"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("{}")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def names(*paths: str) -> list[str]:
    return [source.name for source in find(paths)]


@pytest.mark.usefixtures("here")
class TestFind:
    def test_a_folder_gives_its_files_in_order_without_hidden_and_other_ones(self) -> None:
        assert find(["."]) == [
            Source("a.json", "json"),
            Source("b.json", "json"),
            Source("sub/c.yaml", "yaml"),
            Source("sub/deep/d.NDJSON", "ndjson"),
            Source("sub/e.yml", "yaml"),
            Source("sub/f.jsonl", "ndjson"),
        ]

    def test_files_come_in_the_order_they_are_named_and_once(self) -> None:
        assert names("b.json", "a.json", "./b.json", ".", "sub") == [
            "b.json",
            "a.json",
            "sub/c.yaml",
            "sub/deep/d.NDJSON",
            "sub/e.yml",
            "sub/f.jsonl",
        ]

    def test_a_named_file_may_have_any_name(self) -> None:
        assert find(["readme.md", ".hidden.json"]) == [Source("readme.md", None), Source(".hidden.json", "json")]

    @pytest.mark.parametrize(
        ("pattern", "expected"),
        [
            ("*.json", ["a.json", "b.json"]),
            ("sub/*.y*ml", ["sub/c.yaml", "sub/e.yml"]),
            ("**/*.jsonl", ["sub/f.jsonl"]),
            ("[ab].json", ["a.json", "b.json"]),
            ("s?b", ["sub/c.yaml", "sub/deep/d.NDJSON", "sub/e.yml", "sub/f.jsonl"]),
        ],
    )
    def test_patterns(self, pattern: str, expected: list[str]) -> None:
        assert names(pattern) == expected

    def test_a_file_whose_name_looks_like_a_pattern(self, here: Path) -> None:
        (here / "[ab].json").write_text("{}")
        assert names("[ab].json") == ["[ab].json"]

    def test_standard_input_is_a_source(self) -> None:
        assert find(["a.json", "-"]) == [Source("a.json", "json"), Source("-", None)]

    def test_standard_input_twice(self) -> None:
        with pytest.raises(UsageError, match=r"^standard input is named twice\. It can be read only once$"):
            find(["-", "-"])

    def test_no_such_file(self) -> None:
        with pytest.raises(InputError, match=r"^b\.jso: there is no such file or folder\. Did you mean b\.json\?$"):
            find(["b.jso"])

    def test_no_such_folder(self) -> None:
        with pytest.raises(InputError, match=r"^no/b\.json: there is no such file or folder\. Check the folder$"):
            find(["no/b.json"])

    def test_an_empty_path(self) -> None:
        with pytest.raises(UsageError, match="a path is empty"):
            find([""])

    def test_a_pattern_without_a_match(self) -> None:
        with pytest.raises(InputError, match=r"^\*\.xml: nothing matches this pattern"):
            find(["*.xml"])

    def test_a_folder_with_nothing_to_check(self, here: Path) -> None:
        (here / "empty/deeper").mkdir(parents=True)
        (here / "empty/readme.md").write_text("{}")
        with pytest.raises(InputError, match=r"^empty: this folder holds nothing to check\. Looked for \*\.json, "):
            find(["empty"])

    def test_a_link_to_a_folder_is_followed(self, here: Path) -> None:
        (here / "linked").mkdir()
        (here / "linked/to").symlink_to(here / "sub/deep")
        assert names("linked") == ["linked/to/d.NDJSON"]

    def test_a_link_that_goes_round_in_circles(self, here: Path) -> None:
        (here / "sub/round").symlink_to(here / "sub")
        with pytest.raises(InputError, match=r"^sub/round: this folder leads back into one above it"):
            find(["sub"])

    def test_a_link_that_leads_nowhere(self, here: Path) -> None:
        (here / "lost.json").symlink_to(here / "gone.json")
        with pytest.raises(InputError, match=r"^lost\.json: cannot be read: no such file or directory$"):
            find(["lost.json"])

    @pytest.mark.skipif(os.geteuid() == 0, reason="nothing is closed to root")
    def test_a_closed_folder(self, here: Path) -> None:
        (here / "sub").chmod(0)
        try:
            with pytest.raises(InputError, match=r"^sub: cannot be read: permission denied$"):
                find(["."])
        finally:
            (here / "sub").chmod(0o755)
