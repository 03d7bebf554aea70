"""Pictures as inline SVG, each with a sentence that says the same and, below it, a table with the figures.

They keep to attributes: a style attribute would need a laxer content security policy.
"""

from __future__ import annotations

from contract_kit.reporters.html.markup import Markup, joined, tag
from contract_kit.reporters.html.model import Part, Picture

FIRST = 10
"""So many bars are shown, the rest folded."""
_SQUARE, _STEP, _ROW = 14, 18, 30


def figure(picture: Picture, number: int, causes: dict[str, str]) -> Markup:
    """A picture with its heading and text alternatives. ``causes`` maps codes to the anchors of their causes."""
    heading = f"picture-{number}"
    drawn = {"bar": _bar, "grid": _grid, "bars": _bars}[picture.form](picture, causes)
    note = tag("p", picture.note, class_="note") if picture.note else None
    return tag(
        "section",
        tag("h3", picture.title, id=heading),
        tag("p", picture.said) if picture.form != "bar" else None,
        drawn,
        note,
        class_="picture",
        aria_labelledby=heading,
    )


def _bar(picture: Picture, causes: dict[str, str]) -> Markup:
    whole = sum(part.number for part in picture.parts) or 1
    at = 0.0
    drawn = []
    for part in picture.parts:
        width = 100 * part.number / whole
        if width:
            title = tag("title", f"{part.name}: {part.number:,}")
            drawn.append(
                tag("g", title, tag("rect", x=f"{at:.3f}%", y="0", width=f"{width:.3f}%", height="20", class_=part.tone))
            )
        at += width
    svg = tag("svg", drawn, class_="bar", width="100%", height="20", role="img", aria_label=picture.said)
    legend = [
        tag(
            "li",
            tag("span", class_=f"key {part.tone}", aria_hidden="true"),
            f" {part.name} ",
            tag("strong", f"{part.number:,}"),
        )
        for part in picture.parts
        if part.number or len(picture.parts) <= 4
    ]
    return joined(svg, tag("ul", legend, class_="legend"))


def _grid(picture: Picture, causes: dict[str, str]) -> Markup:
    rows = (len(picture.parts) + _ROW - 1) // _ROW
    drawn = []
    for number, part in enumerate(picture.parts):
        y, x = divmod(number, _ROW)
        square = tag("rect", x=x * _STEP + 1, y=y * _STEP + 1, width=_SQUARE, height=_SQUARE, rx=2, class_=part.tone)
        drawn.append(
            tag("g", tag("title", f"{part.name}: {part.text}"), square, _sign(part.tone, x * _STEP + 1, y * _STEP + 1))
        )
    width, height = _ROW * _STEP, rows * _STEP
    svg = tag(
        "svg", drawn, class_="grid", viewbox=f"0 0 {width} {height}", role="img", aria_label=picture.said,
        preserveAspectRatio="xMinYMin",
    )  # fmt: skip
    legend = []
    for tone, word in _words(picture.parts).items():
        total = sum(part.tone == tone for part in picture.parts)
        key = tag("span", class_=f"key {tone}", aria_hidden="true")
        legend.append(tag("li", key, f" {word} ", tag("strong", str(total))))
    table = _table(("What", "How it went"), [(_linked(part, causes), part.text) for part in picture.parts])
    told = tag("details", tag("summary", "All of them, as a table"), table, class_="told")
    return joined(svg, tag("ul", legend, class_="legend"), told)


def _sign(tone: str, x: int, y: int) -> Markup | None:
    """What tells squares apart where colours do not: a cross for errors, a stroke for warnings, a dot for infos."""
    a, b, middle = 4, _SQUARE - 4, _SQUARE // 2
    if tone == "error":
        return tag("path", d=f"M{x + a} {y + a}L{x + b} {y + b}M{x + b} {y + a}L{x + a} {y + b}", class_="sign-in")
    if tone == "warning":
        return tag("path", d=f"M{x + a} {y + b}L{x + b} {y + a}", class_="sign-in")
    if tone == "info":
        return tag("circle", cx=x + middle, cy=y + middle, r="2", class_="sign-dot")
    return None


_TONES = ("error", "warning", "info", "good", "idle")


def _words(parts: tuple[Part, ...]) -> dict[str, str]:
    """Tone -> what it stands for: the words of its parts before a figure or a reason."""
    words: dict[str, str] = {}
    for part in parts:
        words.setdefault(part.tone, part.text.partition(":")[0])
    return {tone: words[tone] for tone in _TONES if tone in words}


def _bars(picture: Picture, causes: dict[str, str]) -> Markup:
    if not picture.parts:
        return joined()
    most = max((part.number for part in picture.parts), default=0) or 1
    rows = []
    for part in picture.parts:
        width = max(100 * part.number / most, 0.5 if part.number else 0)
        rect = tag("rect", x="0", y="0", width=f"{width:.3f}%", height="12", class_=part.tone)
        svg = tag("svg", rect, class_="bar thin", width="100%", height="12", aria_hidden="true", focusable="false")
        name = tag("th", _linked(part, causes), tag("span", part.text, class_="what") if part.text else None, scope="row")
        rows.append(tag("tr", name, tag("td", svg, class_="drawn"), tag("td", f"{part.number:,}", class_="figure")))
    first = _bar_table(picture.title, rows[:FIRST])
    if not rows[FIRST:]:
        return first
    rest = _bar_table(f"{picture.title}, the others", rows[FIRST:])
    return joined(first, tag("details", tag("summary", f"{len(rows) - FIRST} more"), rest, class_="told"))


def _bar_table(caption: str, rows: list[Markup]) -> Markup:
    return tag("table", tag("caption", caption, class_="unseen"), tag("tbody", rows), class_="bars")


def _linked(part: Part, causes: dict[str, str]) -> Markup:
    anchor = causes.get(part.cause or part.name)
    return tag("a", tag("code", part.name), href=f"#{anchor}") if anchor else tag("code", part.name)


def _table(head: tuple[str, ...], rows: list[tuple[Markup, str]]) -> Markup:
    top = tag("thead", tag("tr", [tag("th", word, scope="col") for word in head]))
    return tag("table", top, tag("tbody", [tag("tr", [tag("td", cell) for cell in row]) for row in rows]))
