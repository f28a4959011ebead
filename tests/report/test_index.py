"""The index says how everything stands, leads to the evidence, and is inert."""

from dataclasses import replace

import pytest

from holdfast.errors import UsageError
from holdfast.history.summary import summarise
from holdfast.report import IndexEntry, render_index
from holdfast.report.entry import IndexEntry as Entry
from holdfast.report.past import SHOWN, Past, pasts_of
from holdfast.report.places import history_file, page_name, suite_file
from tests.history.days import level, make_day
from tests.report.entries import make_entry, regressed
from tests.report.hostile import TEXTS
from tests.report.pages import Page

ENTRY = IndexEntry(
    suite="answers",
    system="prompt-v1",
    outcome="pass",
    sentence="Not worse.",
    started="2025-11-20T10:00:00+00:00",
    href="answers/prompt-v1.html",
    counts={"passed": 12, "failed": 3},
)


def history(days: int, *, entries: tuple[Entry, ...] = (), drop: int = 10**6) -> tuple[Past, ...]:
    runs = [
        make_day(day, level(0.9 - 0.01 * (day % 2) - 0.2 * (day >= drop))) for day in range(days)
    ]
    return pasts_of(map(summarise, runs), [summarise(runs[0])], entries)


def test_the_first_sentence_is_about_everything() -> None:
    page = Page(render_index([regressed("a"), make_entry("b"), make_entry("c")]))
    assert "1 of 3 gates regressed: a × bot (accuracy −6.0 pt)." in page.words
    assert "Of the others, 2 pass." in page.words


def test_the_pages_of_the_newest_verdicts_are_linked_and_gone_ones_are_not() -> None:
    gone = make_entry("b", href="")
    links = [link["href"] for link in Page(render_index([ENTRY, gone])).named("a")]
    assert "answers/prompt-v1.html" in links
    assert "" not in links


def test_a_session_that_judged_a_part_stands_before_the_rest() -> None:
    session = "2026-01-09T04:00:00+00:00"
    old = regressed("a", day=1, session="2026-01-01T04:00:00+00:00")
    new = make_entry("b", day=9, session=session)
    words = Page(render_index([old, new])).words
    assert "1 of 2 gates regressed" in words
    assert "Last session, which ended 2026-01-09 04:00 UTC: The only gate passes." in words
    assert words.index("Last session ") < words.index("All gates ")
    assert "Older: not in the last session" in words
    whole = Page(render_index([replace(old, session=session), new])).words
    assert "Last session" not in whole


def test_combinations_that_were_not_run_say_so_to_a_screen_reader() -> None:
    entries = [make_entry("a", "one"), make_entry("a", "two"), make_entry("b", "one")]
    assert "· not run" in Page(render_index(entries)).words


def test_several_systems_come_with_the_warning_that_they_are_not_ranked() -> None:
    words = "Every system is compared with its own baseline, or with the one that it stands beside"
    assert words in Page(render_index([make_entry("a", "one"), make_entry("a", "two")])).words
    assert words not in Page(render_index([make_entry("a", "one")])).words


def test_a_history_has_picture_baseline_and_its_newest_runs() -> None:
    entry = make_entry(run="day-024", day=25, href="runs/day-024.html")
    page = Page(render_index([entry], pasts=history(30, entries=(entry,))))
    assert len(page.named("svg")) == 1
    assert "Baseline day-000 of 2026-01-01 03:00 UTC, 100 cases × 1 trial." in page.words
    assert "and 10 earlier runs" in page.words
    chips = [tag for _, tag in page.tags if (tag.get("class") or "").startswith("chip ")]
    assert len(chips) == SHOWN
    assert [chip["href"] for chip in chips if "href" in chip] == ["runs/day-024.html"]
    assert "dashed line is the accepted baseline day-000 at 90.0 %" in page.words


def test_a_confirmed_change_is_drawn_and_a_possible_one_is_not() -> None:
    def lines(days: int) -> int:
        page = Page(render_index([], pasts=history(days, drop=15)))
        return [line["stroke"] for line in page.named("line")].count("var(--bad)")

    assert lines(30) == 1
    assert lines(20) == 0


def test_a_short_history_of_single_runs_and_baselines_alone_is_told() -> None:
    assert "1 run" in Page(render_index([], pasts=history(1))).words
    (past,) = pasts_of([], [summarise(make_day(0, level(0.9)))], [])
    words = Page(render_index([], pasts=[past])).words
    assert "Baseline day-000 of 2026-01-01" in words


def test_long_histories_are_cut_before_they_are_searched_for_changes() -> None:
    (past,) = history(320)
    assert [len(series.points) for series in past.series] == [300]
    assert len(past.heads) == 320


def test_runs_that_cannot_be_read_are_named() -> None:
    sentences = [f"run-{n} was left out: broken" for n in range(25)]
    words = Page(render_index([ENTRY], unreadable=sentences)).words
    assert "run-0 was left out: broken" in words
    assert "5 more cannot be read either." in words


def test_an_empty_index_says_what_to_do() -> None:
    assert 'id="gates"' in render_index([]), "the link that skips the head leads somewhere"
    page = Page(render_index([]))
    assert "Compare two runs" in page.text
    assert page.open == []


@pytest.mark.parametrize(
    "href", ["https://x.example", "javascript:alert(1)", "//x", " data:x", "\\\\x"]
)
def test_links_lead_to_files_beside_the_index_only(href: str) -> None:
    with pytest.raises(UsageError, match="relative to the index"):
        replace(ENTRY, href=href)


def named(name: str) -> Page:
    """An index in which everything that has a name is called by this one."""
    entry = regressed(name, name, href="runs/x.html")
    entry = replace(entry, sentence=name, started=name, commit=name, run=name)
    metric = replace(entry.metrics[0], metric=name, change=name or "1", interval=name)
    runs = [replace(make_day(n, level(0.9)), suite=name, id=f"{name}{n}") for n in range(3)]
    entry = replace(entry, metrics=(metric,))
    pasts = pasts_of(map(summarise, runs), [summarise(runs[0])], [entry])
    return Page(render_index([entry], pasts=pasts, unreadable=[name]))


@pytest.fixture(scope="module")
def plain() -> Page:
    """The index of a harmless name."""
    return named("name")


@pytest.mark.parametrize("text", TEXTS)
def test_untrusted_text_is_inert(text: str, plain: Page) -> None:
    hostile = named(text)
    assert len(hostile.named("script")) == 1
    assert not hostile.open
    assert {tag for tag, _ in hostile.tags} <= {tag for tag, _ in plain.tags}
    assert all(not name.startswith("on") for _, tag in hostile.tags for name in tag)
    for link in hostile.named("a"):
        assert (link["href"] or "").startswith(("#", "runs/", page_name(text).replace("%", "%25")))


def test_no_two_names_share_a_page_even_where_case_does_not_count() -> None:
    names = ["a", "A", "a~", "A~", "a b", "a%20b", "..", ".", "/", "@suite", "x" * 300, "X" * 300]
    files = [page_name(name).lower() for name in names]
    assert len(set(files)) == len(names)
    assert all("/" not in file and not file.startswith((".", "@")) for file in files)
    assert all(len(file) < 240 for file in files)


@pytest.mark.parametrize("name", ["@suite", "@history.bot", "@suite.html"])
def test_no_system_can_take_the_place_of_a_page_of_the_site(name: str) -> None:
    page = f"{page_name('triage')}/{page_name(name)}.html"
    assert page not in (suite_file("triage"), history_file("triage", "bot"))
