"""The findings of a page, cause by cause, and the filters above them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import count as counting

from contract_kit.reporters.html.knowledge import GRADES, Knowledge
from contract_kit.reporters.html.markup import Markup, joined, tag
from contract_kit.reporters.html.model import Cause, Pane, Place, View

SIGNS = {"error": "✖", "warning": "▲", "info": "●"}
MOST_GROUPS = 300
"""More files than this cannot be chosen from a list; the search finds them by name."""


def anchors(causes: Sequence[Cause]) -> dict[str, str]:
    """Key -> the anchor of a cause, and code -> that of its first cause."""
    found: dict[str, str] = {}
    for number, cause in enumerate(causes, 1):
        for name in (cause.key, cause.code):
            found.setdefault(name, f"cause-{number}")
    return found


def section(view: View, known: Knowledge) -> Markup:
    """All causes, heaviest first, or the news that there are none."""
    heading = tag("h2", "Findings by cause", id="findings")
    if not view.causes:
        return tag("section", heading, tag("p", "Nothing was found.", class_="empty"), aria_labelledby="findings")
    ids = (f"pane-{number}" for number in counting(1))
    causes = [_cause(cause, number, known, ids, view.grouped) for number, cause in enumerate(view.causes, 1)]
    return tag("section", heading, _filters(view), tag("div", causes, class_="causes"), aria_labelledby="findings")


def _filters(view: View) -> Markup:
    """Hidden until the script runs, without which they would do nothing."""
    boxes = [
        _boxes("severity", "Severity", [word for word in SIGNS if any(cause.severity == word for cause in view.causes)]),
        _boxes("evidence", "Evidence", [word for word in GRADES if any(cause.evidence == word for cause in view.causes)]),
    ]
    groups = sorted({place.group for cause in view.causes for place in cause.places if place.group})
    codes = sorted({code for cause in view.causes for code in cause.api_codes})
    chosen = [
        _choice("code", "Rule", sorted({cause.code for cause in view.causes})),
        _choice("api", "API code", [str(code) for code in codes]) if codes else None,
        _choice("group", view.grouped, groups) if 1 < len(groups) <= MOST_GROUPS else None,
    ]
    search = tag(
        "div",
        tag("label", "Search", for_="filter-text"),
        tag("input", type_="search", id="filter-text", autocomplete="off", spellcheck="false"),
        class_="field wide",
    )
    buttons = tag(
        "div",
        tag("button", "Open all", type_="button", id="open-all"),
        tag("button", "Close all", type_="button", id="close-all"),
        tag("button", "Clear filters", type_="reset"),
        class_="buttons",
    )
    shown = tag("p", role="status", id="shown")
    return tag(
        "form", search, chosen, boxes, buttons, shown, class_="filters", role="search", aria_label="Findings", hidden=True
    )


def _boxes(name: str, title: str, words: Sequence[str]) -> Markup | None:
    if not words:
        return None
    boxes = [tag("label", tag("input", type_="checkbox", name=name, value=word, checked=True), " ", word) for word in words]
    return tag("fieldset", tag("legend", title), boxes)


def _choice(name: str, title: str, words: Iterable[str]) -> Markup:
    options = [tag("option", "all", value=""), *(tag("option", word, value=word) for word in words)]
    field = f"filter-{name}"
    return tag("div", tag("label", title, for_=field), tag("select", options, id=field, name=name), class_="field")


def _cause(cause: Cause, number: int, known: Knowledge, ids: Iterable[str], grouped: str) -> Markup:
    several = f"{cause.count:,} {cause.unit}{'s' * (cause.count != 1)}"
    api = [tag("span", f"API {code}", class_="badge") for code in cause.api_codes[:4]]
    summary = tag(
        "summary",
        _severity(cause),
        tag("h3", cause.title, class_="title"),
        tag(
            "span",
            tag("code", cause.code),
            api,
            tag("span", cause.evidence, class_="badge") if cause.evidence else None,
            tag("span", "muted", class_="badge") if cause.muted else None,
            tag("strong", several, class_="many"),
            class_="facts",
        ),
    )
    body = tag("div", _matter(cause, known), _places(cause, ids), class_="body")
    return tag(
        "details",
        summary,
        body,
        class_=f"cause {cause.severity}",
        id=f"cause-{number}",
        open=number == 1,
        data_severity=cause.severity,
        data_evidence=cause.evidence,
        data_code=cause.code,
        data_api=" ".join(map(str, cause.api_codes)),
    )


def _severity(cause: Cause) -> Markup:
    sign = tag("span", SIGNS.get(cause.severity, "●"), aria_hidden="true")
    return tag("span", sign, " ", cause.severity, class_=f"severity {cause.severity}")


def _matter(cause: Cause, known: Knowledge) -> Markup:
    """What a reader needs to know of the cause: the way out, what a server does, and what it rests on."""
    rows: list[tuple[str, object]] = []
    if cause.muted:
        rows.append(("Muted", cause.muted))
    if cause.explanation:
        rows.append(("Why", [tag("p", " ".join(part.split())) for part in cause.explanation.split("\n\n")]))
    if cause.hint:
        rows.append(("What to do", cause.hint))
    if cause.effect:
        rows.append(("Effect", cause.effect))
    if cause.api_codes:
        rows.append(("API code", [tag("p", f"{code}: {known.api(code)}") for code in cause.api_codes]))
    if cause.facts:
        rows.append(("Rests on", tag("ul", [_fact(id_, known) for id_ in cause.facts], class_="rests")))
    if known.rule(cause.code) is not None:
        rows.append(("More", tag("code", f"contract-kit explain {cause.code}")))
    return tag("dl", [joined(tag("dt", name), tag("dd", said)) for name, said in rows], class_="matter")  # type: ignore[arg-type]


def _fact(id_: str, known: Knowledge) -> Markup:
    fact = known.fact(id_)
    if fact is None:
        return tag("li", tag("strong", id_))
    grade = tag("span", fact.evidence.value, class_="badge", title=GRADES.get(fact.evidence.value, ""))
    return tag("li", tag("strong", id_), " ", grade, " ", fact.text)


def _places(cause: Cause, ids: Iterable[str]) -> Markup:
    whole = [place for place in cause.places if _is_told(place)]
    rest = [place for place in cause.places if not _is_told(place)]
    # The same sentence over and over says nothing.
    messages = {place.message for place in cause.places}
    told = len(messages) > 1 or messages != {cause.title}
    parts: list[Markup] = [_whole(place, ids, told=told) for place in whole]
    if rest:
        parts.append(tag("ul", [_brief(place, told=len(messages) > 1) for place in rest], class_="places"))
    if cause.more:
        parts.append(
            tag("p", f"and {cause.more:,} more {cause.unit}{'s' * (cause.more != 1)}, not listed here", class_="note")
        )
    return joined(*parts)


def _whole(place: Place, ids: Iterable[str], *, told: bool) -> Markup:
    """An occurrence with all there is of it."""
    marks = [tag("span", mark, class_="badge") for mark in place.marks]
    pointer = tag("code", place.pointer, class_="pointer") if place.pointer else None
    rows = [joined(tag("dt", name), tag("dd", text)) for name, text in place.rows]
    return tag(
        "article",
        tag("h4", tag("span", place.where, class_="where"), " ", marks),
        tag("p", place.message) if told and place.message else None,
        tag("p", pointer, class_="at") if pointer else None,
        tag("dl", rows, class_="rows") if rows else None,
        tag("div", [_pane(pane, ids) for pane in place.panes], class_="panes") if place.panes else None,
        [_command(title, text, next(iter(ids))) for title, text in place.commands],
        class_="place",
        data_group=place.group,
    )


def _is_told(place: Place) -> bool:
    """Whether there is more of it than a line says."""
    return bool(place.panes or place.commands or place.rows or place.marks)


def _command(title: str, text: str, name: str) -> Markup:
    """Lines for a shell, with a button that copies them."""
    unseen = tag("span", f" the command: {title}", class_="unseen")
    copy = tag("button", "Copy", unseen, type_="button", data_copy=name, hidden=True)
    said = [joined(Markup("\n") if number else None, line) for number, line in enumerate(text.split("\n"))]
    pre = tag("pre", said, id=name, tabindex="0", role="group", aria_label=title)
    return tag("div", tag("div", tag("span", title), copy, class_="bar-of"), pre, class_="command")


def _brief(place: Place, *, told: bool) -> Markup:
    said = tag("span", place.message, class_="what") if told and place.message else None
    pointer = tag("code", place.pointer) if place.pointer else None
    return tag("li", tag("span", place.where, class_="where"), " ", pointer, said, data_group=place.group, class_="place")


def _pane(pane: Pane, ids: Iterable[str]) -> Markup:
    name = next(iter(ids))
    parts: list[Markup] = [tag("figcaption", pane.title, id=name)]
    if pane.lines:
        written = []
        for line in pane.lines:
            if line.gap:
                written.append(tag("span", line.text, class_="gap"))
            elif line.hit:
                sign = tag("span", "▶ ", class_="pointer-sign", aria_hidden="true")
                text = line.text.lstrip(" ")
                written.append(joined(sign, line.text[: len(line.text) - len(text)], tag("mark", text)))
            else:
                written.append(joined("  ", line.text))
        body = joined(*(joined(one, Markup("\n")) for one in written))
        parts.append(tag("pre", body, tabindex="0", role="group", aria_labelledby=name))
    if pane.note:
        parts.append(tag("p", pane.note, class_="note"))
    if pane.rows:
        parts.append(tag("dl", [joined(tag("dt", key), tag("dd", said)) for key, said in pane.rows], class_="rows"))
    return tag("figure", parts, class_="pane")
