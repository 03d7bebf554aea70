"""What every page is: one file that needs nothing, well formed, with landmarks, headings and labels, the same each time."""

from __future__ import annotations

import base64
import hashlib
import os
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from contract_kit.reporters import html

from .conftest import Written, bulk_data, fuzz_data, fuzz_finding, registration
from .reading import Element, tree

ROOT = Path(__file__).resolve().parents[2]
KINDS = ("validate", "exchange", "clean", "nothing", "bulk", "bulk-empty", "fuzz", "fuzz-clean")


def answered(**more: Any) -> dict[str, Any]:
    return {"request": {"body": registration()}, "response": {"status": 200, "body": {"createdId": "text"} | more}}


@pytest.fixture(params=KINDS)
def page(request: pytest.FixtureRequest, validated: Written, fuzzed: Written) -> str:
    """A page of each kind, with findings and without."""
    made = {
        "validate": lambda: validated(
            {"a.json": registration(source="Instore"), "b.json": '{"profiles": [', "c.json": registration(value="+91 1")},
            unread=["d.json: cannot be read"],
        ),
        "exchange": lambda: validated({"x.json": answered()}, "exchange"),
        "clean": lambda: validated({"a.json": registration()}),
        "nothing": lambda: validated({}),
        "bulk": lambda: html.page(bulk_data(), kind="bulk"),
        "bulk-empty": lambda: html.page({}, kind="bulk"),
        "fuzz": lambda: fuzzed(fuzz_data(fuzz_finding(), fuzz_finding(suppressed="known", fingerprint="f" * 16))),
        "fuzz-clean": lambda: fuzzed(fuzz_data()),
    }
    return made[request.param]()


@pytest.fixture
def read(page: str) -> Element:
    return tree(page)


def test_it_needs_nothing_from_elsewhere(page: str, read: Element) -> None:
    for one in read:
        for name in ("src", "srcset", "data", "action", "formaction", "poster", "ping", "background", "style"):
            assert name not in one.attributes, f"<{one.name} {name}>"
        assert re.fullmatch(r"#[\w-]+|data:,", one.get("href") or "#x"), f"<{one.name} href={one.get('href')}>"
        assert not [name for name in one.attributes if name.startswith("on")]
    assert not {"iframe", "object", "embed", "img", "base", "audio", "video", "form"} & {one.name for one in read} - {"form"}
    style, script = read.one("style").text, read.one("script").text
    assert not re.search(r"url\(|@import|@font-face|expression\(", style)
    assert not re.search(r"\bfetch\b|XMLHttpRequest|WebSocket|\bimport\b|sendBeacon|innerHTML|\beval\b|https?:", script)


def test_the_policy_lets_nothing_run_but_its_own(page: str, read: Element) -> None:
    (policy,) = [one.get("content") for one in read.all("meta", http_equiv="Content-Security-Policy")]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))

    def digest(text: str) -> str:
        return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"

    assert rules == {
        "default-src": "'none'",
        "style-src": digest(read.one("style").text),
        "script-src": digest(read.one("script").text),
        "img-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }


def test_ids_are_its_own_and_what_names_them_leads_there(read: Element) -> None:
    ids = [one.get("id") for one in read if "id" in one.attributes]
    assert len(set(ids)) == len(ids)
    named = [one.get("href").removeprefix("#") for one in read.all("a")]
    for attribute in ("aria-labelledby", "for", "data-copy"):
        named += [one.get(attribute) for one in read if attribute in one.attributes]
    assert set(named) <= set(ids)


def test_landmarks_headings_and_labels(read: Element) -> None:
    html_ = read.one("html")
    assert html_.get("lang") == "en"
    for landmark in ("header", "main", "footer", "nav", "h1"):
        read.one(landmark)
    assert read.one("main").all("h1")
    levels = [int(one.name[1]) for one in read if re.fullmatch(r"h[1-6]", one.name)]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert all(one.said for one in read if re.fullmatch(r"h[1-6]|button|a|label|legend|summary|caption|title", one.name))
    labelled = {one.get("for") for one in read.all("label")}
    wrapped = {id(inner) for label in read.all("label") for inner in label.all("input")}
    for field in (*read.all("input"), *read.all("select")):
        assert field.get("id") in labelled or id(field) in wrapped
    for section in read.all("section"):
        assert section.get("aria-labelledby")
    for picture in read.all("svg"):
        assert picture.get("aria-label") or picture.get("aria-hidden") == "true"
    for table in read.all("table"):
        assert all(one.get("scope") for one in table.all("th"))
    first = next(one for one in read.one("body") if one.name in ("a", "button", "summary", "input", "select"))
    assert (first.said, first.get("href")) == ("Skip to the findings", "#findings")


def test_what_can_be_scrolled_can_be_reached_by_keyboard(read: Element) -> None:
    for one in (*read.all("pre"), *read.all("div", class_="scroll")):
        assert one.get("tabindex") == "0"
        assert one.get("aria-labelledby") or one.get("aria-label")


def test_without_its_script_everything_is_there_and_nothing_is_idle(read: Element) -> None:
    for one in (*read.all("form"), *read.all("button")):
        inside_form = any(one is inner for form in read.all("form") for inner in form)
        assert "hidden" in one.attributes or inside_form, one.said
    assert not [one for one in read.all(class_="cause") if "hidden" in one.attributes]


def test_every_class_of_the_page_is_dressed_and_every_colour_defined(read: Element) -> None:
    style = read.one("style").text
    defined = set(re.findall(r"^  (--[a-z0-9-]+):", style, re.M))
    assert set(re.findall(r"var\((--[a-z0-9-]+)\)", style)) == defined
    rules = re.sub(r"\{[^{}]*\}", "{}", style)
    used = {word for one in read for word in one.get("class").split()}
    bare = {"brand", "plain", "causes", "pointer", "thin", "bar", "drawn", "title", "where", "sign", "wide", "word"}
    assert {word for word in used if not re.search(rf"\.{word}\b", rules)} <= bare


def test_it_is_the_same_each_time(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "contract_kit", "validate", "fixtures/requests", "--org", "fixtures/org/demo-org.yaml"]
    made = [
        subprocess.run(
            [*command, "--format", "html"],
            cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=False,
        ).stdout
        for seed in ("1", "2")
    ]  # fmt: skip
    assert made[0].endswith(b"</html>\n")
    assert made[0] == made[1]
