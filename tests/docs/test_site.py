"""The documentation as a site: built strictly, complete, and reading well without a network."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
import yaml
from snippets import ROOT


class _Page(HTMLParser):
    """What a page links to, what it fetches, and the anchors that it has."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.fetched: list[str] = []
        self.anchors: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.anchors |= {value for name in ("id", "name") if (value := given.get(name))}
        if tag == "a" and given.get("href"):
            self.links.append(given["href"] or "")
        elif tag in ("link", "script", "img", "source", "iframe"):
            self.fetched += [value for name in ("href", "src") if (value := given.get(name))]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built as `make docs` builds it."""
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)],
        cwd=ROOT,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    return folder


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, _Page]:
    # What is not found is told from any depth, so the theme gives that page addresses from the root.
    found = (path for path in site.rglob("*.html") if path.name != "404.html")
    return {path: _Page(path.read_text(encoding="utf-8")) for path in found}


def navigation() -> list[str]:
    """The pages that the navigation names."""

    class Loader(yaml.SafeLoader):
        pass

    Loader.add_multi_constructor("tag:yaml.org,2002:python/", lambda loader, suffix, node: suffix)
    found: list[str] = []

    def walk(node: Any) -> None:
        if isinstance(node, str):
            found.append(node)
        elif isinstance(node, list):
            for item in node:
                walk(item)
        else:
            for value in node.values():
                walk(value)

    walk(yaml.load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"), Loader)["nav"])
    return found


def test_every_page_is_in_the_navigation_once() -> None:
    written = {path.relative_to(ROOT / "docs").as_posix() for path in (ROOT / "docs").rglob("*.md")}
    named = navigation()
    assert len(named) == len(set(named))
    assert {name for name in named if not name.startswith("project/")} == written


def test_the_makefile_builds_it_strictly() -> None:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert "mkdocs build --strict" in text
    assert "make docs" in (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()


def test_nothing_is_fetched_from_elsewhere(pages: dict[Path, _Page]) -> None:
    fetched = {address for page in pages.values() for address in page.fetched}
    assert fetched
    assert {address for address in fetched if urlsplit(address).scheme or address.startswith("//")} == set()


def test_every_link_of_the_site_leads_somewhere(site: Path, pages: dict[Path, _Page]) -> None:
    followed = 0
    for path, page in pages.items():
        for link in [*page.links, *page.fetched]:
            parts = urlsplit(link)
            if parts.scheme or link.startswith("//"):
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            target = target / "index.html" if target.is_dir() else target
            assert target.is_file(), f"{path.relative_to(site)}: {link}"
            if parts.fragment and target in pages:
                assert unquote(parts.fragment) in pages[target].anchors, f"{path.relative_to(site)}: {link}"
            followed += 1
    assert followed > 500


def test_files_beside_the_pages_are_there_as_they_are(site: Path) -> None:
    for name in ("spec/openapi.yaml", "src/contract_kit/reporters/report.schema.json", "fixtures/org/demo-org.yaml"):
        assert (site / "files" / name).read_bytes() == (ROOT / name).read_bytes()


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("command.html", "contract-kit validate"),
        ("rules.html", "source-unknown"),
        ("api-codes.html", "8006"),
        ("org-profile.html", "requireCountryCode"),
    ],
)
def test_the_reference_is_in_it(site: Path, page: str, text: str) -> None:
    assert text in (site / page).read_text(encoding="utf-8")


def test_blocks_are_highlighted_and_lists_are_lists(site: Path) -> None:
    """What Markdown in Python reads otherwise than GitHub shows up as signs in the text."""
    for path in site.rglob("*.html"):
        if path.name == "404.html":
            continue
        text = re.sub(r"<(pre|code)\b.*?</\1>", "", path.read_text(encoding="utf-8"), flags=re.S)
        body = text.partition("<article")[2].partition("</article>")[0]
        assert "<h1" in body, path
        assert "```" not in body, path
        assert not re.search(r"<p>(- |\d\. |\|)", body), path
        assert not re.search(r"\n- \S", body), path
