"""The site in a real browser: its filter, its links from disk, and what axe says of it.

Needs what `test_browser.py` needs.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from holdfast.history.summary import summarise
from holdfast.report import render_index
from holdfast.report.entry import entry_of
from holdfast.report.history_page import render_history_page
from holdfast.report.past import Past, pasts_of
from holdfast.report.places import history_file, suite_file
from holdfast.report.single_page import render_single_page
from holdfast.report.suite_page import render_suite_page
from tests.history.days import level, make_day
from tests.report.builders import make_finding, make_pair, make_verdict
from tests.report.entries import make_entry, regressed
from tests.report.hostile import TEXTS, everywhere

# The module of the fixtures is only whole where there is a browser.
if (os.environ.get("HOLDFAST_CHROMIUM") or shutil.which("chromium")) is None:
    pytest.skip("no Chromium: set HOLDFAST_CHROMIUM to its path", allow_module_level=True)
pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
from tests.report.test_browser import (
    AXE,
    Noise,
    browser,
    expect,
    violations,
)

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

__all__ = ["browser"]

Opener = Callable[..., "Page"]

ENTRIES = [
    regressed("triage", "bot", session="2026-01-02T00:00:00+00:00", commit="abcdef123"),
    make_entry("triage", "bot-small", outcome="inconclusive", passed=True, commit="fedcba321"),
    make_entry("retrieval", "bot", session="2026-01-02T00:00:00+00:00"),
]
RUNS = [make_day(day, level(0.9 if day < 15 else 0.7)) for day in range(30)]
PASTS: tuple[Past, ...] = pasts_of(map(summarise, RUNS), [summarise(RUNS[0])], ENTRIES)


@pytest.fixture
def opened(browser: "Browser", tmp_path: Path) -> Iterator[Opener]:
    """Opens a file of a site that was written to disk; what it did is looked at in the end."""
    noise, contexts = Noise(), []

    def open_page(file: str = "index.html", **settings: object) -> "Page":
        write(tmp_path)
        context = browser.new_context(**settings)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        noise.listen(page)
        name, _, address = file.partition("#")
        page.goto((tmp_path / name).as_uri() + (f"#{address}" if address else ""))
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert noise.heard == []


def write(folder: Path) -> None:
    """A small site: index, the page of a suite, of a history, and one file with everything."""
    verdict = make_verdict((make_finding(),), cases=tuple(make_pair(id=f"c{n}") for n in range(3)))
    single = render_single_page([(entry_of(verdict, href=""), verdict)])
    pages = {
        "index.html": render_index(ENTRIES, pasts=PASTS, unreadable=["run-1 was left out: why"]),
        suite_file("triage"): render_suite_page("triage", ENTRIES),
        suite_file("retrieval"): render_suite_page("retrieval", ENTRIES),
        history_file("triage", "bot"): render_history_page(PASTS[1]),
        "single.html": single,
    }
    for name, text in pages.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def shown(page: "Page") -> list[str]:
    rows = page.locator("section[aria-labelledby=gates] [data-gate]:visible th[scope=row]")
    return [text.rsplit("× ", 1)[-1].strip() for text in rows.all_text_contents()]


def test_gates_are_found_by_words_and_state(opened: Opener) -> None:
    page = opened()
    everything = shown(page)
    assert len(everything) == 2
    page.get_by_role("searchbox").fill("small")
    assert shown(page) == ["triage"]
    expect(page.locator("output")).to_have_text("1 of 2 rows")
    page.get_by_role("searchbox").fill("nothing like it")
    assert shown(page) == []
    page.get_by_role("searchbox").fill("")
    page.get_by_label("State").select_option("Regression")
    assert shown(page) == ["triage"]
    page.get_by_label("State").select_option("")
    assert shown(page) == everything
    expect(page.locator("output")).to_have_text("")


def test_a_filter_is_an_address(opened: Opener) -> None:
    page = opened("index.html#text=retrieval")
    assert shown(page) == ["retrieval"]
    page.get_by_role("searchbox").fill("triage bot")
    assert page.url.endswith("#text=triage+bot")
    page.reload()
    assert shown(page) == ["triage"]
    strange = opened("index.html#state=%3Cimg%20src%3Dx%3E&text=")
    assert len(shown(strange)) == 2


def test_the_filter_is_reached_and_left_by_keys(opened: Opener) -> None:
    page = opened()
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("a/b")
    expect(page.get_by_role("searchbox")).to_have_value("a/b")
    page.keyboard.press("Escape")
    expect(page.get_by_role("searchbox")).to_have_value("")


def test_everything_is_there_without_scripts(opened: Opener) -> None:
    page = opened(java_script_enabled=False)
    assert len(shown(page)) == 2
    expect(page.locator("#find")).to_be_hidden()
    expect(page.locator("svg.chart")).to_have_count(1)


def test_links_from_disk_lead_to_the_suite_its_history_and_back(opened: Opener) -> None:
    page = opened()
    gates = page.locator("section[aria-labelledby=gates]")
    gates.get_by_role("link", name="triage", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("1 of 2 gates regressed")
    page.get_by_role("link", name="history of bot", exact=True).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("triage × bot")
    expect(page.locator("svg.chart")).to_have_count(1)
    page.get_by_role("link", name="All suites").click()
    expect(page.locator("#gates")).to_be_visible()


def test_a_link_in_the_file_to_send_leads_to_the_verdict(opened: Opener) -> None:
    page = opened("single.html")
    page.get_by_role("link", name="Regression").click()
    expect(page.locator("#verdict-1")).to_be_in_viewport()
    page.get_by_text("Both answers").first.click()
    expect(page.get_by_text("It boils at 90 degrees.").first).to_be_visible()


@pytest.mark.parametrize(
    "file", ["index.html", suite_file("triage"), history_file("triage", "bot"), "single.html"]
)
def test_every_page_fits_a_telephone_and_paper(opened: Opener, file: str) -> None:
    page = opened(file, viewport={"width": 360, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", level=1)).to_be_visible()


@pytest.mark.parametrize("text", TEXTS)
def test_hostile_text_does_nothing(
    browser: "Browser",
    tmp_path: Path,
    text: str,
) -> None:
    verdict = everywhere(text)
    entry = entry_of(verdict, href="x.html")
    pasts = pasts_of([], [], [entry])
    noise = Noise()
    page = browser.new_page(viewport={"width": 360, "height": 800})
    noise.listen(page)
    for number, html in enumerate((
        render_index([entry], pasts=pasts, unreadable=[text]),
        render_suite_page(text, [entry]),
        render_history_page(pasts[0]),
        render_single_page([(entry, verdict)]),
    )):  # fmt: skip
        file = tmp_path / f"page-{number}.html"
        file.write_text(html, encoding="utf-8", errors="surrogatepass")
        page.goto(file.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, number
        if number == 0:
            page.get_by_role("searchbox").fill("x")
    page.close()
    assert noise.heard == []


@pytest.mark.skipif(not AXE, reason="HOLDFAST_AXE does not name axe-core's axe.min.js")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1_280])
@pytest.mark.parametrize(
    "file", ["index.html", suite_file("triage"), history_file("triage", "bot"), "single.html"]
)
def test_axe_finds_nothing(opened: Opener, scheme: str, width: int, file: str) -> None:
    page = opened(file, viewport={"width": width, "height": 900}, color_scheme=scheme)
    page.evaluate(Path(AXE).read_text(encoding="utf-8"))
    assert violations(page) == []
