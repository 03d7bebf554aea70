"""The whole page around findings, pictures and tables, with its style, script and content security policy."""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from hashlib import sha256
from pathlib import Path

from contract_kit.reporters.html import findings, pictures
from contract_kit.reporters.html.knowledge import GRADES, Knowledge
from contract_kit.reporters.html.markup import Markup, joined, tag
from contract_kit.reporters.html.model import Table, View

SIGNS = {"error": "✖", "warning": "▲", "good": "✔"}
_NAMES = {"validate": "Contract check", "bulk": "Bulk check", "fuzz": "Server test"}


def written(view: View, known: Knowledge, version: str) -> str:
    """The page as text that ends with a line break."""
    title = f"{view.word}: {view.headline}"
    style, script = _asset("report.css"), _asset("report.js")
    policy = (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        # The hashes hold signs that need no escape in an attribute, and the quotes are kept as references.
        tag("meta", http_equiv="Content-Security-Policy", content=policy),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("meta", name="robots", content="noindex"),
        tag("title", f"{title} – contract-kit {view.kind}"),
        tag("link", rel="icon", href="data:,"),
        tag("style", style),
    )
    body = tag(
        "body",
        tag("a", "Skip to the findings", href="#findings", class_="skip"),
        _top(view),
        tag("main", _verdict(view), findings.section(view, known), _coverage(view), [_table(one) for one in view.tables]),
        _foot(view, version),
        tag("script", script),
    )
    page = tag("html", head, Markup("\n"), body, lang="en", data_kind=view.kind)
    return f"<!doctype html>\n{page}\n"


@cache
def _asset(name: str) -> Markup:
    return Markup(Path(__file__).with_name(name).read_text(encoding="utf-8"))


def _hash(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


def _top(view: View) -> Markup:
    links = [("#verdict", "Verdict"), ("#findings", "Findings"), ("#coverage", "Coverage")]
    links += [(f"#{_anchor(table)}", table.title.partition(" (")[0]) for table in view.tables]
    return tag(
        "header",
        tag("span", tag("strong", "contract-kit"), f" · {_NAMES.get(view.kind, view.kind)}", class_="brand"),
        tag("nav", tag("ul", [tag("li", tag("a", word, href=to)) for to, word in links]), aria_label="On this page"),
        tag("button", "Theme: auto", type_="button", id="theme", hidden=True),
        class_="top",
    )


def _verdict(view: View) -> Markup:
    sign = tag("span", SIGNS.get(view.tone, "●"), class_="sign", aria_hidden="true")
    tiles = [tag("div", tag("dt", one.label), tag("dd", one.number), class_=f"tile {one.tone}") for one in view.tiles]
    alerts = tag("ul", [tag("li", text) for text in view.alerts[:20]], class_="alerts") if view.alerts else None
    more = tag("p", f"and {len(view.alerts) - 20} more like these") if view.alerts[20:] else None
    return tag(
        "section",
        tag("h1", sign, " ", tag("span", f"{view.word}: ", class_="word"), view.headline, id="verdict"),
        tag("p", view.sentence, class_="sentence"),
        alerts,
        more,
        tag("dl", tiles, class_="tiles"),
        class_=f"verdict {view.tone}",
        aria_labelledby="verdict",
    )


def _coverage(view: View) -> Markup:
    causes = findings.anchors(view.causes)
    drawn = [pictures.figure(picture, number, causes) for number, picture in enumerate(view.pictures, 1)]
    heading = tag("h2", "Coverage", id="coverage")
    return tag("section", heading, tag("div", drawn, class_="pictures"), aria_labelledby="coverage")


def _anchor(table: Table) -> str:
    return "table-" + "".join(sign if sign.isalnum() else "-" for sign in table.title.partition(" (")[0].lower())


def _table(table: Table) -> Markup:
    name = _anchor(table)
    head = [
        tag("th", word, scope="col", class_="figure" if at in table.figures else None) for at, word in enumerate(table.head)
    ]
    rows = [
        tag("tr", [tag("td", cell, class_="figure" if at in table.figures else None) for at, cell in enumerate(row)])
        for row in table.rows
    ]
    more = tag("p", f"and {table.more:,} more, not listed here", class_="note") if table.more else None
    body = joined(
        tag("p", table.note) if table.note else None,
        tag(
            "div",
            tag("table", tag("thead", tag("tr", head)), tag("tbody", rows)),
            class_="scroll", tabindex="0", role="group", aria_labelledby=name,
        ),
        more,
    )  # fmt: skip
    if len(table.rows) > 12:
        body = tag("details", tag("summary", f"{len(table.rows) + table.more:,} rows"), body, class_="told")
    return tag("section", tag("h2", table.title, id=name), body, aria_labelledby=name)


def _foot(view: View, version: str) -> Markup:
    grades = [joined(tag("dt", grade), tag("dd", meaning)) for grade, meaning in GRADES.items()]
    about = [joined(tag("dt", name), tag("dd", text)) for name, text in view.about]
    made = f"Written by contract-kit {version}".rstrip() + f" {view.kind}. This file needs no network."
    return tag(
        "footer",
        tag("div", tag("h2", "About this run"), tag("dl", about, class_="rows"), tag("p", view.privacy), tag("p", made)),
        tag("div", tag("h2", "Evidence"), tag("dl", grades, class_="rows")),
    )
