"""The pages behind the index: a suite's systems, a history, and one file to send."""

from dataclasses import replace

import pytest

from holdfast.comparison import compare
from holdfast.gate import Verdict, decide
from holdfast.history.summary import summarise
from holdfast.policy import Policy
from holdfast.report import single_page
from holdfast.report.charts.systems import SystemBar, changes_chart, levels_chart
from holdfast.report.charts.trend import marks_of
from holdfast.report.entry import IndexEntry, entry_of
from holdfast.report.history_page import render_history_page
from holdfast.report.past import pasts_of
from holdfast.report.single_page import SINGLE_LIMIT, render_single_page
from holdfast.report.suite_page import render_suite_page
from holdfast.stats.proportion import wilson
from holdfast.system import Spec
from tests.history.days import level, make_day
from tests.report.builders import make_delta, make_finding, make_pair, make_verdict, passing_verdict
from tests.report.entries import METRIC, make_entry, regressed
from tests.report.hostile import TEXTS, everywhere
from tests.report.pages import Page


def test_systems_stand_side_by_side_with_level_and_change() -> None:
    page = Page(render_suite_page("triage", [regressed(system="one"), make_entry(system="two")]))
    assert page.open == []
    assert len(page.named("svg")) == 2
    assert "78.0 % (73.0 % to 82.3 %)" in page.words
    assert "Each system is judged against its own baseline, or, where its row says" in page.words
    links = [link["href"] for link in page.named("a")]
    assert "../runs/triage-one-1.html" in links
    assert "%40history.one.html" in {str(link).rpartition("/")[2] for link in links}


def test_other_suites_and_older_verdicts_stay_away() -> None:
    entries = [regressed(day=1), make_entry(day=2), regressed("other")]
    words = Page(render_suite_page("triage", entries)).words
    assert "The only gate passes." in words
    assert "regressed" not in words


def test_a_system_without_a_comparison_says_why() -> None:
    alone = make_entry(metrics=(), sentence="Invalid: there is no baseline yet.", baseline="")
    assert (
        "bot: Invalid: there is no baseline yet."
        in Page(render_suite_page("triage", [alone])).words
    )


def test_charts_leave_out_what_has_no_number() -> None:
    nothing = replace(METRIC, levels=(None, None, None), changes=(None, None, None))
    bars = [SystemBar(system="a", metric=nothing)]
    assert levels_chart(bars, key="k") is None
    assert changes_chart(bars, key="k") is None
    point = replace(METRIC, levels=(None, 0.5, None), before=None, margin_size=None)
    some = [*bars, SystemBar(system="b", metric=point)]
    drawn = levels_chart(some, key="k")
    assert drawn is not None
    assert drawn.description.startswith("b: ")


def test_a_better_change_stands_further_right() -> None:
    worse = SystemBar(system="a", metric=replace(METRIC, changes=(-0.3, -0.2, -0.1)))
    better = SystemBar(system="b", metric=replace(METRIC, changes=(0.1, 0.2, 0.3)))
    chart = changes_chart([worse, better], key="k")
    assert chart is not None
    first, second = Page(chart.picture).named("circle")
    assert float(first["cx"] or 0) < float(second["cx"] or 0)
    assert float(first["cy"] or 0) < float(second["cy"] or 0)


def test_a_level_comes_with_the_interval_of_its_cases() -> None:
    verdict = make_verdict((make_finding(),), cases=(make_pair(),))
    (metric,) = entry_of(verdict, href="x.html").metrics
    assert metric.levels == (None, pytest.approx(0.78), None)
    assert metric.interval == "−10.1 to −2.0\N{NO-BREAK SPACE}pt"
    assert metric.level == "78.0\N{NO-BREAK SPACE}%"


def test_the_interval_of_a_level_is_that_of_the_cases_that_were_compared() -> None:
    before, after = make_day(0, level(0.9)), make_day(1, level(0.8))
    verdict = decide(compare(before, after), [Policy(metric="accuracy", margin=0.02)])
    (metric,) = entry_of(verdict, href="x.html").metrics
    low, high = wilson(80, 100, alpha=0.025)
    assert metric.levels == pytest.approx((low, 0.8, high))
    assert metric.level.replace("\N{NO-BREAK SPACE}", " ") == "80.0 % (71.1 % to 86.7 %)"
    assert metric.before == pytest.approx(0.9)


def test_a_run_without_a_baseline_has_a_level_and_no_change() -> None:
    verdict = make_verdict((make_finding(),))
    nobody = replace(verdict.comparison.baseline, id="none")
    verdict = replace(verdict, comparison=replace(verdict.comparison, baseline=nobody))
    entry = entry_of(verdict, href="x.html")
    (metric,) = entry.metrics
    assert entry.baseline == ""
    assert (metric.change, metric.interval, metric.baseline) == ("none", "none", "none")
    assert metric.changes == (None, None, None)


def test_the_history_lists_runs_with_their_verdicts_and_the_baseline() -> None:
    runs = [make_day(day, level(0.9)) for day in range(4)]
    entry = make_entry(run="day-003", day=4, href="runs/day-003.html")
    (past,) = pasts_of(map(summarise, runs), [summarise(runs[1])], [entry])
    page = Page(render_history_page(past))
    assert page.open == []
    assert [link["href"] for link in page.named("a")] == [
        "../index.html", "../triage/%40suite.html", "../runs/day-003.html",
    ]  # fmt: skip
    assert page.words.index("day-003") < page.words.index("day-002")
    assert "day-001 accepted baseline" in page.words
    assert "no verdict yet" in page.words
    assert "The dashed line is the accepted baseline day-001 at 90.0 %." in page.words


def test_a_baseline_of_other_numbers_is_not_drawn() -> None:
    runs = [make_day(day, level(0.9), dataset="v2") for day in range(3)]
    other = summarise(make_day(0, level(0.5), dataset="v1"))
    (past,) = pasts_of(map(summarise, runs), [other], [])
    course = past.course("accuracy")
    assert course is not None
    marks = past.marks(course)
    assert marks.level is None
    assert "is not drawn, because the dataset 'tickets' changed" in marks.sentence


def test_runs_that_were_baselines_are_marked_even_where_trials_were_added_to_them() -> None:
    runs = [make_day(day, level(0.9)) for day in range(5)]
    extended = summarise(replace(runs[3], id="day-003+5"))
    (past,) = pasts_of(map(summarise, runs), [extended], [make_entry(baseline="day-001")])
    course = past.course("accuracy")
    assert course is not None
    assert past.marks(course).places == (1, 3)
    assert marks_of(course, baseline=None).places == ()


def named(verdict: Verdict, name: str) -> tuple[IndexEntry, Verdict]:
    candidate = replace(verdict.comparison.candidate, system=Spec(name=name))
    verdict = replace(verdict, comparison=replace(verdict.comparison, candidate=candidate))
    return entry_of(verdict, href=""), verdict


def test_one_file_holds_the_matrix_and_every_verdict_worst_first() -> None:
    bad = make_verdict((make_finding(),), cases=tuple(make_pair(id=f"c{n}") for n in range(30)))
    page = Page(render_single_page([named(passing_verdict(), "good"), named(bad, "bad")]))
    assert page.open == []
    assert page.words.index("× bad") < page.words.rindex("× good")
    assert "10 more cases got worse." in page.words
    assert "at most 20 of the cases that got worse" in page.words
    ids = [tag["id"] for _, tag in page.tags if "id" in tag]
    assert len(set(ids)) == len(ids)
    for link in page.named("a"):
        assert (link["href"] or "").removeprefix("#") in ids


def test_one_file_keeps_below_its_limit_and_says_what_is_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cases = tuple(make_pair(id=f"c{n}", outputs=("x" * 400, "y" * 400)) for n in range(30))
    verdicts = [named(make_verdict((make_finding(),), cases=cases), f"m{n}") for n in range(4)]
    parts = Page(render_single_page(verdicts))
    assert len(parts.named("article")) == 4
    assert "For want of room" not in parts.words
    part = single_page._rendered(verdicts[0][1], verdicts[0][0], key="k")
    room = len(part.whole) + len(part.bare) * 3 // 2
    monkeypatch.setattr(single_page, "_ROOM", room)
    page = Page(render_single_page(verdicts))
    assert len(page.named("article")) == 2
    assert "For want of room 1 verdict stands here without cases." in page.words
    assert "For want of room 2 verdicts stand in the table of gates alone." in page.words
    assert "30 cases got worse." in page.words
    assert room < SINGLE_LIMIT


@pytest.mark.parametrize("text", TEXTS)
def test_untrusted_text_is_inert_on_every_page(text: str) -> None:
    verdict = everywhere(text)
    entry = entry_of(verdict, href="x.html")
    runs = [replace(make_day(n, level(0.9)), suite=text, id=f"{text}{n}") for n in range(3)]
    (past,) = pasts_of(map(summarise, runs), [summarise(runs[0])], [])
    for html in (
        render_suite_page(text, [entry]),
        render_history_page(past),
        render_single_page([(entry, verdict)]),
    ):
        page = Page(html)
        assert page.open == []
        assert len(page.named("script")) == 1
        assert not page.named("img") and not page.named("iframe")
        assert all(not name.startswith("on") for _, tag in page.tags for name in tag)
        for link in page.named("a"):
            assert not (link["href"] or "").startswith(("http", "//", "javascript", "data"))


def test_make_delta_is_what_the_entry_tells() -> None:
    lower = make_delta(replace(make_delta().metric, better="lower"))
    (metric,) = entry_of(make_verdict((make_finding(delta=lower),)), href="x").metrics
    assert metric.changes == (-0.101, -0.06, -0.02)
    assert metric.interval == "+2.0 to +10.1\N{NO-BREAK SPACE}pt"


def test_systems_judged_beside_another_stand_apart_and_say_all_their_settings() -> None:
    label = "dense(store=flat, depth=20)"
    own, other = make_entry(system="dense"), make_entry(system=label, beside="hybrid(k=60)")
    page = Page(render_suite_page("triage", [other, own]))
    assert page.words.count("Beside another system") == 1
    assert "Beside another system dense beside hybrid" in page.words
    titles = [one.get("title") for one in page.named("th")]
    assert f"{label} beside hybrid(k=60)" in titles


def test_a_suite_may_have_nothing_but_systems_beside_another() -> None:
    page = Page(render_suite_page("triage", [make_entry(system="dense", beside="hybrid")]))
    assert "Beside another system dense beside hybrid" in page.words
