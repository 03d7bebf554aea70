"""The colours of the page, computed: texts stand out from their grounds, and what pictures show from theirs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from contract_kit.reporters import html

CSS = Path(html.__file__).with_name("report.css").read_text(encoding="utf-8")
PAIRS = dict(re.findall(r"^  --([a-z0-9-]+): light-dark\((#[0-9a-f]{6}, #[0-9a-f]{6})\);$", CSS, re.M))
TEXTS = {
    "ground": ("text", "muted", "link", "error", "warning", "info", "good"),
    "raised": ("text", "muted", "link", "error"),
    "error-ground": ("text", "error"),
    "warning-ground": ("text", "warning"),
    "info-ground": ("info",),
    "good-ground": ("text", "good"),
    "mark": ("text",),
}
"""Ground -> what is written on it."""
SHAPES = {
    "ground": ("edge", "error", "warning", "info", "good", "grade-1", "grade-2", "grade-3", "grade-4", "link"),
    "raised": ("edge", "link"),
}
"""Ground -> what is drawn on it; a sign inside a square has the colour of the ground."""


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2 defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str, scheme: int) -> float:
    bright, dark = sorted((luminance(PAIRS[name].split(", ")[scheme]) for name in (one, other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("ground", "drawn", "least"),
    [
        *((ground, text, 4.5) for ground, texts in TEXTS.items() for text in texts),
        *((ground, shape, 3.0) for ground, shapes in SHAPES.items() for shape in shapes),
    ],
)
def test_it_stands_out(ground: str, drawn: str, least: float, scheme: int) -> None:
    assert contrast(ground, drawn, scheme) >= least


def test_every_colour_is_compared() -> None:
    compared = {*TEXTS, *SHAPES, *(name for names in (*TEXTS.values(), *SHAPES.values()) for name in names)}
    assert set(PAIRS) - compared == {"line", "idle"}, "lines are no information; what is idle has an edge"


def test_no_colour_is_written_elsewhere() -> None:
    assert not re.findall(r"#[0-9a-fA-F]{3,8}\b|\brgba?\(", CSS[CSS.index("* { box-sizing") :])
