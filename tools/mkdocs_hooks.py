"""What MkDocs asks while it builds the site (``hooks`` in mkdocs.yml): pages and files outside ``docs/`` that pages link to.

In the repository such a link leads to the file itself. In the site a Markdown file becomes a page below ``project/``, any
other file is put below ``files/`` as it is, and a link to a folder, which the site cannot show, becomes its text.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from posixpath import relpath

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"

_FENCED = re.compile(r"(^ *```.*?^ *```[ ]*$)", re.M | re.S)
_LINK = re.compile(r"(?P<text>\[(?:[^\[\]]|\[[^\]]*\])*\])\((?P<target>[^)\s#]+)(?P<anchor>#[^)\s]*)?\)")
_INFO = re.compile(r"^( *```\w+) [^\n]*$", re.M)


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add what pages link to, and what those pages link to."""
    waiting = [Path(file.abs_src_path) for file in files.documentation_pages() if file.abs_src_path]
    known: set[Path] = set()
    while waiting:
        for target in _outside(waiting.pop()):
            if target in known or target.is_dir():
                continue
            known.add(target)
            files.append(File.generated(config, address(target), abs_src_path=str(target)))
            if target.suffix == ".md":
                waiting.append(target)
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """The page with its links as they have to be in the site."""
    path = Path(page.file.abs_src_path or "")

    def relinked(match: re.Match[str]) -> str:
        target = _resolved(path, match["target"])
        if target is None:
            return match[0]
        if target.is_dir():
            return match["text"][1:-1]
        way = relpath(address(target), Path(page.file.src_uri).parent.as_posix())
        return f"{match['text']}({way}{match['anchor'] or ''})"

    parts = _FENCED.split(markdown)
    # Beside the language of a block stand words for the tests, which Markdown in Python does not know.
    return "".join(_INFO.sub(r"\1", part) if _FENCED.match(part) else _LINK.sub(relinked, part) for part in parts)


def address(path: Path) -> str:
    """The place of a file in the site's sources."""
    if path.is_relative_to(DOCS):
        return path.relative_to(DOCS).as_posix()
    # MkDocs leaves out what begins with a dot.
    steps = (step.lstrip(".") for step in path.relative_to(ROOT).parts)
    return "/".join(("project" if path.suffix == ".md" else "files", *steps))


def _outside(page: Path) -> Iterator[Path]:
    """The files outside ``docs/`` that a page links to."""
    for part in _FENCED.split(page.read_text(encoding="utf-8"))[::2]:
        for match in _LINK.finditer(part):
            target = _resolved(page, match["target"])
            if target is not None and not target.is_relative_to(DOCS):
                yield target


def _resolved(page: Path, target: str) -> Path | None:
    """What a link leads to, if it is a file or a folder of the project."""
    if re.match(r"[a-z]+:", target):
        return None
    path = Path(os.path.normpath(page.parent / target))
    return path if path.exists() and path.is_relative_to(ROOT) else None
