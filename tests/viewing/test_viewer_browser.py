"""The viewer in a real browser: a whole review by keys, and progress that moves by itself.

Needs the package `playwright` and a Chromium, named by HOLDFAST_CHROMIUM or found on the PATH.
The check of accessibility also needs axe-core: HOLDFAST_AXE names its file `axe.min.js`.
"""

import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from holdfast.record import Run
from holdfast.reviewing.drawing import draw
from holdfast.reviewing.label_file import read_judgements
from holdfast.reviewing.review import Review
from holdfast.store import run_path, write_run
from holdfast.system import Response
from holdfast.viewing.review_desk import Asked
from tests.reviewing.builders import plan_of, two_runs
from tests.viewing.builders import Client, serving
from tests.viewing.test_live import Gate, started, suite_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = os.environ.get("HOLDFAST_CHROMIUM") or shutil.which("chromium")
AXE = os.environ.get("HOLDFAST_AXE", "")
HOSTILE = "<script>document.title='owned'</script><img src=x onerror=alert(1)>"

if CHROMIUM is None:
    pytest.skip("no Chromium: set HOLDFAST_CHROMIUM to its path", allow_module_level=True)
sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
expect = sync_api.expect


@pytest.fixture(scope="module")
def browser() -> "Iterator[Browser]":
    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


class Watched:
    """A page of the viewer, and what it must never do."""

    def __init__(self, browser: "Browser", client: Client, **settings: object) -> None:
        self.context = browser.new_context(**settings)  # type: ignore[arg-type]
        self.page: Page = self.context.new_page()
        self.heard: list[str] = []
        own = f"http://127.0.0.1:{client.server.port}/"
        self.page.on("console", lambda message: self.heard.append(f"console: {message.text}"))
        self.page.on("pageerror", lambda error: self.heard.append(f"error: {error}"))
        self.page.on("dialog", lambda dialog: (self.heard.append("dialog"), dialog.dismiss()))
        self.page.on(
            "request",
            lambda one: None if one.url.startswith(own) else self.heard.append(one.url),
        )

    def open(self, client: Client, path: str = "") -> "Page":
        self.page.goto(client.server.address_of(path))
        self.page.wait_for_url(re.compile(rf"/{path}$"))
        return self.page

    def close(self) -> None:
        self.context.close()
        assert self.heard == []


def press(page: "Page", key: str) -> None:
    """Press a key once the page knows its keys."""
    expect(page.get_by_role("button", name="Keys")).to_be_visible()
    page.keyboard.press(key)


def asked_of(runs: tuple[Run, Run], folder: Path, **settings: object) -> Asked:
    metric = runs[1].metrics[0] if settings.get("kind") == "answer" else None
    plan = plan_of(metric="tone" if metric else "", **settings)
    return Asked(review=Review(draw(*runs, plan), folder / "labels.jsonl"), metric=metric)


def test_a_whole_review_by_keys_alone(browser: "Browser", tmp_path: Path) -> None:
    with serving(tmp_path, asked_of(two_runs(9, equal=1), tmp_path)) as client:
        watched = Watched(browser, client)
        page = watched.open(client, "review/")
        assert "token" not in page.url
        heading = page.locator("h1")
        expect(heading).to_have_text("Pair 1 of 8")
        press(page, "e")
        expect(page.locator("body")).to_contain_text("deserves")
        press(page, "n")
        page.keyboard.type("a1 note?")
        page.keyboard.press("Escape")
        press(page, "1")
        expect(heading).to_have_text("Pair 2 of 8")
        for number, key in enumerate(["b", "=", "x", "s", "a"], start=3):
            press(page, key)
            expect(heading).to_have_text(f"Pair {number} of 8")
        press(page, "u")
        expect(heading).to_have_text("Pair 6 of 8")
        expect(page.get_by_role("status")).to_have_text("The last answer is taken back.")
        press(page, "?")
        expect(page.locator("dialog")).to_be_visible()
        page.keyboard.press("2")
        page.keyboard.press("Escape")
        expect(page.locator("dialog")).to_be_hidden()
        expect(heading).to_have_text("Pair 6 of 8")
        for number in (7, 8):
            press(page, "0")
            expect(heading).to_have_text(f"Pair {number} of 8")
        press(page, "0")
        expect(heading).to_have_text("Done")
        expect(page.locator("body")).to_contain_text("1 pair of equal answers counted as ties")
        watched.close()
    said = [one for one in read_judgements(tmp_path / "labels.jsonl") if not one.identical]
    choices = [one.choice for one in said]
    assert choices[2:5] == ["tie", "both_bad", "skip"] and choices[6:] == ["undo", *["tie"] * 3]
    places = {"1": 0, "b": 1, "a": 0}
    for one, key in zip((said[0], said[1], said[5]), "1ba", strict=True):
        assert one.choice == one.shown[places[key]].arm
    assert (said[0].note, said[0].revealed, said[1].revealed) == ("a1 note?", True, False)


def test_letters_can_be_kept_from_being_keys(browser: "Browser", tmp_path: Path) -> None:
    with serving(tmp_path, asked_of(two_runs(3), tmp_path)) as client:
        watched = Watched(browser, client)
        page = watched.open(client, "review/")
        page.get_by_role("button", name="Keys").click()
        page.get_by_label("Single letters are keys").uncheck()
        page.get_by_role("button", name="Close").click()
        press(page, "1")
        page.reload()
        press(page, "1")
        expect(page.locator("h1")).to_have_text("Pair 1 of 3")
        page.get_by_role("button", name="B is better").click()
        expect(page.locator("h1")).to_have_text("Pair 2 of 3")
        watched.close()


def test_a_review_works_without_scripts(browser: "Browser", tmp_path: Path) -> None:
    with serving(tmp_path, asked_of(two_runs(2), tmp_path, kind="answer")) as client:
        watched = Watched(browser, client, java_script_enabled=False)
        page = watched.open(client, "review/")
        expect(page.locator("h1")).to_have_text("Answer 1 of 4")
        page.get_by_role("button", name="Good").click()
        page.get_by_label("or a score").fill("0.5")
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_have_text("Answer 2 of 4")
        page.get_by_role("button", name="Give this score").click()
        expect(page.locator("h1")).to_have_text("Answer 3 of 4")
        page.get_by_role("button", name="Undo").click()
        expect(page.locator("h1")).to_have_text("Answer 2 of 4")
        watched.close()


def test_answers_cannot_act(browser: "Browser", tmp_path: Path) -> None:
    old, new = two_runs(2)
    trials = tuple(replace(one, response=Response(text=HOSTILE)) for one in new.trials)
    with serving(tmp_path, asked_of((old, replace(new, trials=trials)), tmp_path)) as client:
        watched = Watched(browser, client)
        page = watched.open(client, "review/")
        expect(page.locator("body")).to_contain_text(HOSTILE)
        assert page.title() == "Pair 1 of 2"
        watched.close()


def test_progress_moves_by_itself(browser: "Browser", tmp_path: Path) -> None:
    gate = Gate()
    with serving(tmp_path) as client:
        watched = Watched(browser, client)
        page = watched.open(client)
        expect(page.locator("body")).to_contain_text("No run is under way")
        thread = started(suite_of("one"), gate, tmp_path)
        box = page.locator("[data-run]")
        expect(box).to_contain_text("0 of 12", timeout=60_000)
        page.evaluate("window.kept = true")
        gate.free.release(1)
        expect(box.locator("[data-fact=mean0]")).to_have_text("100.0\xa0%", timeout=60_000)
        page.evaluate("window.kept = true")
        gate.free.release(4)
        expect(box.locator("[data-fact=trials]")).to_have_text("5 of 12", timeout=60_000)
        assert page.evaluate("window.kept"), "numbers move without loading the page anew"
        assert box.locator("progress").evaluate("one => one.value") == 5
        gate.free.release(100)
        thread.join(60)
        link = page.get_by_role("link", name="See how it was judged")
        link.click(timeout=60_000)
        expect(page.locator("h1")).to_contain_text("there is no baseline")
        watched.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_is_out_of_reach(
    browser: "Browser", tmp_path: Path, scheme: str, width: int
) -> None:
    runs = two_runs(3)
    for run in runs:
        write_run(run, run_path(run.id, tmp_path))
    with serving(tmp_path, asked_of(runs, tmp_path)) as client:
        watched = Watched(
            browser, client, color_scheme=scheme, viewport={"width": width, "height": 740}
        )
        for path in ("", "review/", "review/new"):
            page = watched.open(client, path)
            overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            assert page.evaluate(overflow) <= 0, path
            if AXE:
                # The page's policy lets no script in; the browser's own channel is not a page's.
                page.evaluate(Path(AXE).read_text("utf-8"))
                found = page.evaluate("axe.run()")
                broken = [(rule["id"], rule["nodes"][0]["html"]) for rule in found["violations"]]
                assert broken == [], path
        watched.close()
