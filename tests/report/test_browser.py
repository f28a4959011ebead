"""The report in a real browser: opened from disk, used by mouse, keys and links.

Needs the package `playwright` and a Chromium, named by HOLDFAST_CHROMIUM or found on the PATH.
The check of accessibility also needs axe-core: HOLDFAST_AXE names its file `axe.min.js`.
"""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from holdfast.gate import Verdict
from holdfast.report import render_html
from holdfast.system import Span
from tests.report.builders import (
    CORRECT,
    RECALL,
    changed_verdict,
    large_verdict,
    make_delta,
    make_finding,
    make_pair,
    make_verdict,
    rag_pair,
)
from tests.report.hostile import TEXTS, everywhere

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

CHROMIUM = os.environ.get("HOLDFAST_CHROMIUM") or shutil.which("chromium")
AXE = os.environ.get("HOLDFAST_AXE", "")

if CHROMIUM is None:
    pytest.skip("no Chromium: set HOLDFAST_CHROMIUM to its path", allow_module_level=True)
sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
expect = sync_api.expect


@dataclass
class Noise:
    """What a page must never do: speak on the console, open dialogs, ask for anything."""

    heard: list[str] = field(default_factory=list)

    def listen(self, page: "Page") -> None:
        page.on("console", lambda message: self.heard.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: self.heard.append(f"error: {error}"))
        page.on("request", lambda request: self._asked(request.url))

        def refuse(dialog: object) -> None:
            self.heard.append("dialog")
            dialog.dismiss()  # type: ignore[attr-defined]

        page.on("dialog", refuse)

    def _asked(self, url: str) -> None:
        # The page itself, and the data that its own script unpacks in memory.
        if not url.startswith(("file:", "blob:")):
            self.heard.append(f"request: {url}")


@pytest.fixture(scope="module")
def browser() -> "Iterator[Browser]":
    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


Opener = Callable[..., "Page"]


@pytest.fixture
def opened(browser: "Browser", tmp_path: Path) -> Iterator[Opener]:
    """Opens a verdict's report from disk; what the page did is looked at when the test ends."""
    noise, contexts = Noise(), []

    def open_page(
        verdict: Verdict, address: str = "", *, table: bool = True, **settings: object
    ) -> "Page":
        file = tmp_path / "report.html"
        file.write_text(render_html(verdict), encoding="utf-8")
        context = browser.new_context(**settings)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        noise.listen(page)
        page.goto(file.as_uri() + address)
        if table and settings.get("java_script_enabled", True):
            page.wait_for_selector("#explorer[data-ready=answers]")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert noise.heard == []


def mixed_verdict(*, cases: int = 1_000) -> Verdict:
    """Cases of every kind in two metrics: c0 broke, c1 was fixed, every tenth is tagged."""
    pairs = []
    for number in range(cases):
        state = "broken" if number == 0 else "fixed" if number == 1 else "same"
        pair = make_pair(
            state,
            id=f"c{number}",
            input=f"question {number}",
            outputs=(f"the old answer {number}", f"the new answer {number}"),
        )
        recall = number / cases
        pair = replace(
            pair,
            case=replace(pair.case, tags=("lang:de",) if number % 10 == 0 else ()),
            scores=pair.scores | {"recall(k=5)": (0.5, recall)},
            states=pair.states | {"recall(k=5)": "worse" if recall < 0.5 else "better"},
        )
        pairs.append(pair)
    findings = (
        make_finding(delta=make_delta(CORRECT)),
        make_finding(delta=make_delta(RECALL), role="info"),
    )
    return make_verdict(findings, cases=tuple(pairs))


def found(page: "Page") -> str:
    return page.locator("[name=found]").evaluate("output => output.value")


def ids(page: "Page") -> list[str]:
    return page.locator("tr[data-number] a").all_text_contents()


def choice(page: "Page", name: str) -> "Locator":
    return page.locator(f"#filter select[name={name}]")


def case_dialog(page: "Page") -> "Locator":
    return page.locator("dialog.case")


def test_the_table_holds_every_case_and_draws_only_those_that_are_seen(opened: Opener) -> None:
    page = opened(mixed_verdict())
    assert found(page) == "1,000 of 1,000 cases"
    assert ids(page)[:3] == ["c0", "c1", "c2"]
    assert page.locator("tr[data-number]").count() < 60
    assert page.locator("table.rows").get_attribute("aria-rowcount") == "1001"
    page.locator(".window").evaluate("pane => pane.scrollTop = pane.scrollHeight")
    expect(page.locator("tr[data-number='999'] a")).to_have_text("c999")
    assert page.locator("tr[data-number='999']").get_attribute("aria-rowindex") == "1001"
    expect(page.locator("#case-list")).to_be_hidden()


def test_cases_are_found_by_text_state_tag_and_metric(opened: Opener) -> None:
    page = opened(mixed_verdict())
    page.get_by_label("Search").fill("NEW 77")
    assert found(page) == "19 of 1,000 cases"
    choice(page, "tag").select_option("lang:de")
    assert ids(page) == ["c770"]
    page.get_by_role("button", name="Clear").click()
    expect(page.locator("[name=found]")).to_have_text("1,000 of 1,000 cases")
    choice(page, "state").select_option("changed")
    assert ids(page) == ["c0", "c1"]
    choice(page, "metric").select_option("recall(k=5)")
    choice(page, "state").select_option("worse")
    assert found(page) == "500 of 1,000 cases"
    page.get_by_label("Search").fill("no such words")
    expect(page.get_by_text("No case fits this filter.")).to_be_visible()


def test_cases_are_ordered_by_each_change_and_by_id(opened: Opener) -> None:
    page = opened(mixed_verdict())
    recall = page.get_by_role("columnheader", name="recall(k=5)").get_by_role("button")
    recall.click()
    assert ids(page)[:2] == ["c0", "c1"]
    assert page.locator("th[aria-sort=ascending]").inner_text().startswith("recall(k=5)")
    recall.click()
    assert ids(page)[:2] == ["c999", "c998"]
    page.get_by_role("columnheader", name="Case").get_by_role("button").click()
    assert ids(page)[:12] == [f"c{n}" for n in range(12)], "numbers in ids count as numbers"


def test_a_case_opens_with_diff_tools_passages_and_steps(opened: Opener) -> None:
    pair = rag_pair()
    trial = pair.candidate[0]
    assert trial.response is not None
    spans = (
        Span(name="retrieve", start=0, seconds=0.1),
        Span(name="write", start=0.1, seconds=0.3),
    )
    trial = replace(trial, response=replace(trial.response, spans=spans), seconds=0.4)
    page = opened(make_verdict(cases=(replace(pair, candidate=(trial,)),)))
    page.get_by_role("link", name="rag-1").click()
    dialog = case_dialog(page)
    expect(dialog.get_by_role("heading", name="rag-1")).to_be_focused()
    assert dialog.locator("del").all_text_contents() == ["He"]
    assert dialog.locator("ins").all_text_contents() == ["She"]
    expect(dialog.locator(".tree .key").first).to_have_text("query")
    expect(dialog.locator(".passages .relevant").first).to_contain_text("p1 expected 0.91")
    assert dialog.locator(".steps th[scope=row]").all_text_contents() == ["retrieve", "write"]
    assert dialog.locator(".bar rect").last.bounding_box()["width"] > 20
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page.get_by_role("link", name="rag-1")).to_be_focused()


def test_a_link_to_a_case_opens_it_and_survives_a_reload(opened: Opener) -> None:
    page = opened(mixed_verdict(), "#case=c77")
    heading = page.get_by_role("heading", name="c77")
    expect(heading).to_be_visible()
    page.reload()
    expect(heading).to_be_visible()
    page.keyboard.press("Escape")
    expect(case_dialog(page)).to_be_hidden()
    assert "#" not in page.url


def test_a_link_to_a_case_that_is_not_there_says_so(opened: Opener) -> None:
    page = opened(mixed_verdict(cases=30), "#case=nowhere")
    assert found(page) == "There is no case nowhere in this table."


def test_filters_are_in_the_address_and_follow_back_and_forward(opened: Opener) -> None:
    page = opened(mixed_verdict(), "#state=fixed")
    assert ids(page) == ["c1"]
    choice(page, "state").select_option("broken")
    page.wait_for_url(re.compile(r"#state=broken$"))
    page.get_by_role("link", name="c0").click()
    page.wait_for_url(re.compile(r"#state=broken&case=c0$"))
    page.go_back()
    expect(case_dialog(page)).to_be_hidden()
    page.go_back()
    expect(choice(page, "state")).to_have_value("fixed")
    assert ids(page) == ["c1"]
    page.go_forward()
    page.go_forward()
    expect(page.get_by_role("heading", name="c0")).to_be_visible()
    page.get_by_role("button", name="Close").first.click()
    page.reload()
    expect(choice(page, "state")).to_have_value("broken")


def test_counts_of_states_are_links_to_their_cases(opened: Opener) -> None:
    page = opened(mixed_verdict())
    page.locator(".groups").get_by_role("link", name="newly passing").click()
    expect(choice(page, "state")).to_have_value("fixed")
    assert ids(page) == ["c1"]


def test_everything_can_be_done_with_keys_alone(opened: Opener) -> None:
    page = opened(mixed_verdict())
    page.keyboard.press("/")
    expect(page.get_by_label("Search")).to_be_focused()
    page.keyboard.type("answer 5")
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="c5", exact=True)).to_be_focused()
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="c15", exact=True)).to_be_focused()
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="c5", exact=True)).to_be_focused()
    page.keyboard.press("j")
    expect(page.get_by_role("heading", name="c15", exact=True)).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="c15", exact=True)).to_be_focused()
    page.keyboard.press("o")
    expect(page.get_by_role("heading", name="c15", exact=True)).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.get_by_role("heading", name="Keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", name="Keys")).to_be_hidden()


def test_a_row_that_is_far_away_comes_into_view_by_keys(opened: Opener) -> None:
    page = opened(mixed_verdict(), viewport={"width": 1_000, "height": 500})
    page.keyboard.press("j")
    for _ in range(60):
        page.keyboard.press("j")
    link = page.get_by_role("link", name="c60", exact=True)
    expect(link).to_be_focused()
    pane, row = page.locator(".window").bounding_box(), link.bounding_box()
    assert pane["y"] < row["y"] < pane["y"] + pane["height"] - row["height"]


def test_single_letters_can_be_switched_off(opened: Opener) -> None:
    page = opened(mixed_verdict(cases=30))
    page.get_by_role("button", name="Keys").click()
    page.get_by_label("Single letters are keys").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    expect(page.get_by_label("Search")).not_to_be_focused()


def test_link_and_command_are_copied(opened: Opener) -> None:
    page = opened(mixed_verdict(cases=30), permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("link", name="c0", exact=True).click()
    page.get_by_role("button", name="Copy command").click()
    expect(case_dialog(page).get_by_text("Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "holdfast show run-2 --case c0"
    page.get_by_role("button", name="Copy link").click()
    page.wait_for_function("navigator.clipboard.readText().then(text => text.startsWith('file:'))")
    assert page.evaluate("navigator.clipboard.readText()") == page.url


def test_copying_works_where_the_clipboard_is_closed_to_scripts(opened: Opener) -> None:
    page = opened(make_verdict(cases=(make_pair(id="it's"),)))
    page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    page.evaluate("document.execCommand = () => false")
    page.get_by_role("link", name="it's").click()
    page.get_by_role("button", name="Copy command").click()
    field = page.get_by_label("Copy this:")
    expect(field).to_be_focused()
    expect(field).to_have_value("""holdfast show run-2 --case 'it'"'"'s'""")


@pytest.mark.parametrize("text", TEXTS)
def test_hostile_text_is_shown_and_does_nothing(opened: Opener, text: str) -> None:
    page = opened(everywhere(text))
    assert found(page) == "1 of 1 case"
    page.locator("tr[data-number] a").press("Enter")
    dialog = case_dialog(page)
    expect(dialog).to_be_visible()
    assert dialog.locator("script, iframe, img, object, embed, form, style, a").count() == 0
    for trial in dialog.locator("details:not([open]) > summary").all():
        trial.click()
    page.get_by_role("button", name="Copy link").click()
    page.wait_for_timeout(50)


def test_without_scripts_verdict_pictures_and_first_cases_are_there(opened: Opener) -> None:
    page = opened(mixed_verdict(), java_script_enabled=False)
    expect(page.get_by_role("heading", level=1)).to_contain_text("correct lost 6.0 pt")
    expect(page.get_by_role("img").first).to_be_visible()
    expect(page.locator("#explorer")).to_be_hidden()
    assert page.locator("#case-list > li").count() == 2
    page.locator("#case-list summary").first.click()
    expect(page.locator("#case-list").get_by_text("question 0", exact=True).last).to_be_visible()


def test_what_changed_between_the_runs_is_read_without_scripts(opened: Opener) -> None:
    page = opened(changed_verdict(), java_script_enabled=False)
    section = page.locator("section.origin")
    expect(section.get_by_role("heading", name="What changed between the runs")).to_be_visible()
    expect(section).to_contain_text("5 things changed besides the answers: prompt support.md")
    lines = section.get_by_role("region", name="Changed lines of support.md")
    assert lines.inner_text().split("\n")[:4] == [
        " Be kind.",
        "\N{MINUS SIGN}Be brief.",
        "+Be clear.",
        "+Use names.",
    ]
    removed = lines.locator("del").first
    assert removed.inner_text() == "brief"
    assert "line-through" in removed.evaluate("node => getComputedStyle(node).textDecoration")
    expect(section.get_by_text("git diff")).to_be_visible()
    folded = section.get_by_text("Versions of the metrics")
    folded.click()
    expect(section.get_by_role("cell", name="1 (", exact=False).first).to_be_visible()


def test_edited_cases_are_one_click_away_from_what_changed(opened: Opener) -> None:
    page = opened(changed_verdict())
    page.get_by_role("link", name="1 case edited").click()
    assert ids(page) == ["case-2"]
    assert found(page) == "1 of 3 cases"


def test_a_long_setting_does_not_widen_a_narrow_screen(opened: Opener) -> None:
    page = opened(everywhere("a" * 50_000), viewport={"width": 360, "height": 740})
    section = page.locator("section.origin")
    assert section.evaluate("node => node.scrollWidth - node.clientWidth") <= 0


@pytest.mark.skipif(not AXE, reason="HOLDFAST_AXE does not name axe-core's axe.min.js")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1_280])
def test_axe_finds_nothing_where_runs_changed(opened: Opener, scheme: str, width: int) -> None:
    page = opened(changed_verdict(), viewport={"width": width, "height": 900}, color_scheme=scheme)
    page.locator("section.origin details").evaluate_all("all => all.forEach(n => n.open = true)")
    page.evaluate(Path(AXE).read_text(encoding="utf-8"))
    assert violations(page) == []


def test_runs_that_cannot_be_compared_have_no_table(opened: Opener) -> None:
    verdict = make_verdict((), outcome="invalid", exit_code=3, problems=("other cases",))
    page = opened(verdict, "#state=broken", table=False)
    page.wait_for_timeout(300)
    expect(page.locator("#explorer")).to_be_hidden()


def test_print_shows_the_list_and_not_the_table(opened: Opener) -> None:
    page = opened(mixed_verdict(cases=30), "#case=c0")
    page.emulate_media(media="print")
    expect(page.locator("#explorer")).to_be_hidden()
    expect(case_dialog(page)).to_be_hidden()
    expect(page.locator("#case-list > li").first).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_light_and_dark_are_both_drawn(opened: Opener, scheme: str) -> None:
    page = opened(mixed_verdict(cases=30), "#case=c0", color_scheme=scheme)
    for place in ("body", "dialog.case", ".window"):
        color = page.locator(place).evaluate("node => getComputedStyle(node).backgroundColor")
        channels = [int(number) for number in re.findall(r"\d+", color)[:3]]
        assert (min(channels) > 200) == (scheme == "light"), place


def test_a_narrow_screen_scrolls_in_one_direction(opened: Opener) -> None:
    page = opened(mixed_verdict(cases=30), viewport={"width": 360, "height": 740})
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 360
    page.get_by_role("link", name="c0", exact=True).click()
    body = page.locator("dialog.case > .body")
    expect(body).to_be_visible()
    assert body.evaluate("node => node.scrollWidth - node.clientWidth") <= 0


def test_ten_thousand_cases_open_and_are_searched_in_full(opened: Opener) -> None:
    page = opened(large_verdict(words=30))
    assert found(page) == "10,000 of 10,000 cases"
    page.get_by_label("Search").fill("case-9998")
    assert ids(page) == ["case-9998"]
    page.get_by_role("link", name="case-9998").click()
    expect(case_dialog(page).locator("pre.output").first).to_contain_text("word")


@pytest.mark.skipif(not AXE, reason="HOLDFAST_AXE does not name axe-core's axe.min.js")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1_280])
def test_axe_finds_nothing(opened: Opener, scheme: str, width: int) -> None:
    verdict = mixed_verdict(cases=60)
    comparison = replace(verdict.comparison, cases=(*verdict.comparison.cases, rag_pair()))
    page = opened(
        replace(verdict, comparison=comparison),
        viewport={"width": width, "height": 900},
        color_scheme=scheme,
    )
    page.evaluate(Path(AXE).read_text(encoding="utf-8"))
    assert violations(page) == []
    page.get_by_role("link", name="rag-1").click()
    expect(case_dialog(page)).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.get_by_role("heading", name="Keys")).to_be_visible()
    assert violations(page) == []


def violations(page: "Page") -> list[str]:
    tags = "['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']"
    report = page.evaluate(f"axe.run(document, {{ runOnly: {tags} }})")
    return [f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in report["violations"]]


PLAIN = """element => element.innerHTML
  .replace(/<\\/?(del|ins)>/g, "").replace(/\\s+/g, " ").replace(/> /g, ">").replace(/ </g, "<")"""


@pytest.mark.parametrize("text", ["an answer", *TEXTS])
def test_a_case_that_the_script_writes_is_the_case_that_the_page_lists(
    opened: Opener, text: str
) -> None:
    """Two ways lead to an opened case: the template's, and the script's from the same tuples."""
    spans = (Span(name=text or "s", start=0.0, seconds=1.0),)
    verdict = everywhere(text)
    [pair] = verdict.comparison.cases
    trial = pair.baseline[0]
    assert trial.response is not None
    response = replace(trial.response, spans=spans, timings={text: 0.25})
    pair = replace(pair, baseline=(replace(trial, response=response), *pair.baseline[1:]))
    other = replace(rag_pair(), scores=pair.scores, states=pair.states)
    cases = (pair, replace(other, case=replace(other.case, id="q-2")))
    verdict = replace(verdict, comparison=replace(verdict.comparison, cases=cases))
    page = opened(verdict)
    page.evaluate("document.querySelector('tr[data-number] a').click()")
    for number in (0, 1):
        expect(page.locator("#case .place")).to_have_text(f"{number + 1} of 2")
        expect(page.locator("#case .side")).to_have_count((4, 2)[number])
        listed = page.locator("#case-list .body").nth(number)
        written = page.locator("#case .body")
        assert written.evaluate(PLAIN) == listed.evaluate(PLAIN)
        page.keyboard.press("j")
