"""The page in a real browser: it loads alone, filters, opens and closes by keyboard, prints, and can be read by anybody."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from .browser import PROGRAM, Browser, Page
from .conftest import ATTACK, Written, fuzz_data, fuzz_finding, registration

pytestmark = pytest.mark.skipif(PROGRAM is None, reason="no Chromium is installed here (chromium or google-chrome)")

ROLES = {"banner", "navigation", "main", "search", "contentinfo"}
NAMED = {
    "button",
    "link",
    "searchbox",
    "textbox",
    "combobox",
    "checkbox",
    "DisclosureTriangle",
    "img",
    "image",
    "navigation",
    "search",
}


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    running = Browser(tmp_path_factory.mktemp("browser"))
    try:
        yield running
    finally:
        running.close()


@pytest.fixture
def validation(tmp_path: Path, validated: Written) -> Path:
    """A page with three causes, in five files, and an attack in all of them."""
    inputs = {
        "a.json": registration(source="Instore", firstName=ATTACK),
        "b.json": registration(source="Instore"),
        f"{ATTACK}.json": registration(firstName="n" * 101, **{ATTACK: ATTACK}),
        "d.json": registration(firstName="n" * 101),
    }
    file = tmp_path / "validation.html"
    file.write_text(validated(inputs), encoding="utf-8")
    return file


@pytest.fixture
def server_test(tmp_path: Path, fuzzed: Written) -> Path:
    file = tmp_path / "fuzz.html"
    file.write_text(fuzzed(fuzz_data(fuzz_finding(), fuzz_finding(fingerprint="f" * 16, message=ATTACK))), encoding="utf-8")
    return file


@pytest.fixture(params=["validation", "server_test"])
def file(request: pytest.FixtureRequest) -> Path:
    path: Path = request.getfixturevalue(request.param)
    return path


def shown(page: Page) -> list[str]:
    """The codes of the causes that are to be seen."""
    said: list[str] = page.ask(
        "[...document.querySelectorAll('.cause')].filter(c => c.checkVisibility()).map(c => c.dataset.code)"
    )
    return said


def test_it_loads_alone_and_complains_of_nothing(browser: Browser, file: Path) -> None:
    page = browser.page(file)
    asked = [event["request"]["url"] for event in page.events("Network.requestWillBeSent")]
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert page.events("Log.entryAdded") == []
    assert page.events("Runtime.exceptionThrown") == []
    assert page.events("Runtime.consoleAPICalled") == []
    assert page.ask("window.planted === undefined && document.scripts.length === 1 && document.images.length === 0")


def test_the_policy_keeps_planted_scripts_from_running(browser: Browser, validation: Path) -> None:
    text = validation.read_text("utf-8").replace("</main>", "<script>window.planted = 1</script></main>")
    text = text.replace("</main>", "<p onclick='window.planted = 2' id='clicked' style='color: red'>x</p></main>")
    validation.write_text(text, encoding="utf-8")
    page = browser.page(validation)
    page.ask("document.getElementById('clicked').click()")
    assert page.ask("window.planted === undefined")
    assert len(page.events("Log.entryAdded")) >= 2, "the browser says what it has refused"


def test_filters_show_what_fits_and_say_how_much(browser: Browser, validation: Path) -> None:
    page = browser.page(validation)
    every = shown(page)
    assert set(every) == {"source-unknown", "name-too-long", "unknown-member"}
    assert page.ask("document.getElementById('shown').textContent") == "3 of 3 causes, 5 of 5 listed places shown"

    def set_(selector: str, value: str) -> None:
        change = (
            f"e = document.querySelector({selector!r}); e.{value}; e.dispatchEvent(new Event('input', {{bubbles: true}}))"
        )
        page.ask(f"(() => {{ let {change}; }})()")

    set_("input[value=error]", "checked = false")
    assert set(shown(page)) == {"name-too-long", "unknown-member"}
    set_("#filter-group", "value = 'd.json'")
    assert shown(page) == ["name-too-long"]
    assert page.ask("document.getElementById('shown').textContent") == "1 of 3 causes, 1 of 5 listed places shown"
    page.ask("document.querySelector('button[type=reset]').click()")
    page.ask("new Promise(done => setTimeout(done, 20))")
    assert shown(page) == every
    set_("#filter-text", "value = 'F25 b.json'")
    assert shown(page) == ["source-unknown"]
    set_("#filter-text", "value = 'nothing like this'")
    assert shown(page) == []
    set_("#filter-text", "value = ''")
    set_("#filter-api", "value = '3217'")
    assert shown(page) == ["source-unknown"]


def test_everything_can_be_reached_and_worked_by_keyboard(browser: Browser, validation: Path) -> None:
    page = browser.page(validation)
    met = []
    for _ in range(40):
        page.press("Tab")
        met.append(page.focused())
        if met[-1].startswith("SUMMARY"):
            break
    assert met[0] == "A #findings"
    assert met[1:5] == ["A #verdict", "A #findings", "A #coverage", "A #table-inputs"]
    wanted = ["BUTTON theme", "INPUT filter-text", "SELECT filter-code", "SELECT filter-api", "SELECT filter-group"]
    assert [one for one in met if one in wanted] == wanted
    assert met[-4:] == ["BUTTON open-all", "BUTTON close-all", "BUTTON", "SUMMARY"]
    assert page.ask("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    assert page.ask("document.activeElement.closest('details').open")
    page.press("Enter")
    assert not page.ask("document.activeElement.closest('details').open")
    page.press("Space")
    assert page.ask("document.activeElement.closest('details').open")
    page.press("Tab")
    assert page.focused().startswith("PRE"), "what scrolls can be scrolled"


def test_a_picture_leads_to_the_cause(browser: Browser, server_test: Path) -> None:
    page = browser.page(server_test)
    page.ask("document.getElementById('close-all').click()")
    page.ask("document.querySelector('.picture a[href=\"#cause-1\"]').click()")
    page.ask("new Promise(done => setTimeout(done, 20))")
    assert page.ask("document.getElementById('cause-1').open")
    assert page.focused() == "SUMMARY"


def test_lines_are_copied_whole(browser: Browser, server_test: Path) -> None:
    page = browser.page(server_test)
    page.ask("document.querySelector('[data-copy]').click()")
    page.ask("new Promise(done => setTimeout(done, 50))")
    assert page.ask("getSelection().toString().trim()") == fuzz_finding()["curl"]
    assert page.ask("document.querySelector('[data-copy]').textContent") in (
        "Copied the command: As curl", "Selected the command: As curl",
    )  # fmt: skip


def test_the_theme_follows_the_system_until_it_is_chosen(browser: Browser, validation: Path) -> None:
    ground = "getComputedStyle(document.body).backgroundColor"
    assert browser.page(validation, scheme="light").ask(ground) == "rgb(255, 255, 255)"
    page = browser.page(validation, scheme="dark")
    assert page.ask(ground) == "rgb(20, 23, 28)"
    click = "document.getElementById('theme').click(); document.getElementById('theme').textContent"
    assert page.ask(click) == "Theme: light"
    assert page.ask(ground) == "rgb(255, 255, 255)"
    assert [page.ask(click), page.ask(click)] == ["Theme: dark", "Theme: auto"]


@pytest.mark.parametrize("width", [320, 390, 800, 1280, 1920])
def test_nothing_is_wider_than_the_window(browser: Browser, file: Path, width: int) -> None:
    page = browser.page(file, width=width)
    page.ask("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert page.ask("document.documentElement.scrollWidth") <= width


def test_in_print_all_is_open_and_light_and_nothing_is_to_click(browser: Browser, validation: Path) -> None:
    page = browser.page(validation, scheme="dark", media="print")
    assert page.ask("getComputedStyle(document.documentElement).colorScheme") == "light"
    assert page.ask("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    seen = "[...document.querySelectorAll({!r})].filter(e => e.checkVisibility()).length"
    assert page.ask(seen.format("button, form, nav, .skip")) == 0
    assert page.ask(seen.format(".cause .body")) == 3, "closed ones too"
    assert page.ask(seen.format("article")) == 5
    assert page.ask("document.documentElement.scrollWidth") <= 1280


def test_it_can_be_read_without_its_script(browser: Browser, validation: Path) -> None:
    page = browser.page(validation, script=False)
    roles = [role for role, _, _ in page.accessible()]
    assert roles.count("DisclosureTriangle") >= 3
    assert "search" not in roles
    assert "button" not in roles


def test_assistive_technology_finds_landmarks_headings_and_names(browser: Browser, file: Path) -> None:
    page = browser.page(file)
    page.ask("document.querySelectorAll('details').forEach(d => d.open = true)")
    found = page.accessible()
    roles = [role for role, _, _ in found]
    for role in ROLES:
        assert roles.count(role) == 1, role
    for role, name, _ in found:
        assert name.strip() or role not in NAMED, f"a {role} without a name"
    levels = [properties["level"] for role, _, properties in found if role == "heading"]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    names = [name for role, name, _ in found if role in ("button", "link", "combobox", "checkbox", "searchbox")]
    assert {"Search", "Rule", "error", "Open all", "Skip to the findings"} <= set(names)
    copies = [name for name in names if name.startswith("Copy")]
    assert copies
    assert all(re.fullmatch(r"Copy the command: .+", name) for name in copies)
    assert any(role == "status" for role in roles), "what the filters leave is said aloud"
