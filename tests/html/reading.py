"""A page as a tree of elements, read with the standard library."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"input", "link", "meta"}


@dataclass
class Element:
    """An element; ``children`` are elements and texts in their order."""

    name: str
    attributes: dict[str, str | None] = field(default_factory=dict)
    children: list[Element | str] = field(default_factory=list)

    def __iter__(self) -> Iterator[Element]:
        """All elements below this one, in document order."""
        for child in self.children:
            if isinstance(child, Element):
                yield child
                yield from child

    def all(self, name: str = "", **attributes: str) -> list[Element]:
        """The elements below that are called so, with these attributes; of ``class_`` a word is enough."""
        wanted = {key.rstrip("_").replace("_", "-"): value for key, value in attributes.items()}
        return [one for one in self if name in ("", one.name) and all(_has(one, *item) for item in wanted.items())]

    def one(self, name: str = "", **attributes: str) -> Element:
        (found,) = self.all(name, **attributes)
        return found

    @property
    def text(self) -> str:
        return "".join(child if isinstance(child, str) else child.text for child in self.children)

    @property
    def said(self) -> str:
        """The text with single blanks."""
        return " ".join(self.text.split())

    def get(self, name: str) -> str:
        return self.attributes.get(name) or ""


def _has(one: Element, name: str, value: str) -> bool:
    given = one.attributes.get(name)
    return value in (given or "").split() if name == "class" else given == value


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("")
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len({name for name, _ in attrs}) == len(attrs), f"<{tag}> has an attribute twice"
        element = Element(tag, dict(attrs))
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1].name == tag, f"</{tag}> closes <{self.open[-1].name}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")


def tree(page: str) -> Element:
    """The page; elements that are not closed in their order fail."""
    assert page.startswith("<!doctype html>\n")
    reader = _Reader()
    reader.feed(page)
    reader.close()
    assert reader.open == [reader.root]
    return reader.root


def causes(page: Element) -> list[tuple[str, str, str]]:
    """Severity, code and how many, of each cause in the page's order."""
    return [
        (one.get("data-severity"), one.get("data-code"), one.one("strong", class_="many").said)
        for one in page.all("details", class_="cause")
    ]


def marked(page: Element) -> list[str]:
    """The lines that are marked."""
    return [one.text for one in page.all("mark")]


def rows(element: Element) -> dict[str, str]:
    """Names and texts of the definition lists below."""
    said: dict[str, str] = {}
    for one in (*element.all("dl", class_="matter"), *element.all("dl", class_="rows")):
        children = [child for child in one.children if isinstance(child, Element)]
        for name, text in zip(children[::2], children[1::2], strict=True):
            assert (name.name, text.name) == ("dt", "dd")
            said[name.said] = text.said
    return said


def headline(page: Element) -> str:
    """The verdict."""
    return page.one("h1").said


def commands(page: Element) -> list[str]:
    """The lines that are there to be copied."""
    return [one.one("pre").text for one in page.all("div", class_="command")]
