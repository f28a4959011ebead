"""A trend in the terminal, as a page and as JSON."""

import itertools
import json
import re
from dataclasses import replace
from datetime import timedelta
from xml.etree import ElementTree

import numpy as np
import pytest

from holdfast.history.course import Course, course_of
from holdfast.history.series import series_of
from holdfast.history.summary import summarise
from holdfast.record import Run
from holdfast.report.charts.trend import trend_chart
from holdfast.report.trend_document import trend_as_json
from holdfast.report.trend_page import render_trend_page
from holdfast.report.trend_text import render_trend
from holdfast.system import Spec
from tests.history.days import START, make_day
from tests.report.hostile import TEXTS
from tests.report.pages import Page


def runs(count: int, *, drop: int | None = None, slope: float = 0.0, seed: int = 0) -> list[Run]:
    generator = np.random.default_rng(seed)
    return [
        make_day(
            day,
            list(
                generator.binomial(
                    1, 0.9 - slope * day - (0.2 if drop is not None and day >= drop else 0), 200
                ).astype(float)
            ),
            dataset="v1" if day < 6 else "v2",
        )
        for day in range(count)
    ]


def course(made: list[Run]) -> Course:
    (series,) = series_of(map(summarise, made))
    return course_of(series)


HALVES = runs(26, drop=13)
DROPPED = course(runs(50, drop=30))
DRIFTED = course(runs(66, slope=0.003))


def marks(text: str) -> tuple[str, str]:
    lines = text.splitlines()
    place = next(n for n, line in enumerate(lines) if set(line.strip()) & set("▁▂▃▄▅▆▇█"))
    return lines[place], lines[place + 1].ljust(len(lines[place]))


def test_the_span_of_the_levels_does_not_read_as_their_course() -> None:
    text = render_trend([DROPPED])
    assert re.search(r"accuracy: between \d+\.\d+.% and \d+\.\d+.%, higher is better", text)
    one = render_trend([course(runs(1))])
    assert re.search(r"accuracy: \d+\.\d+.%, higher is better", one)
    assert "There is 1 run so far" in one.replace("\n      ", " ")


def test_the_picture_has_a_block_for_each_run_and_its_marks_under_it() -> None:
    blocks, under = marks(render_trend([DROPPED]))
    assert len(blocks.strip()) == 50
    assert under[4 + 30] == "!" and under[4 + 6] == "|"
    assert under.count("!") == 1 and under.count("|") == 1
    assert "history of triage/bot" in render_trend([DROPPED])
    assert "Confirmed change: accuracy fell by" in render_trend([DROPPED]).replace("\n      ", " ")


def test_a_drift_is_drawn_over_its_whole_stretch() -> None:
    _, under = marks(render_trend([DRIFTED]))
    assert under[4 + 7 : 4 + 66].strip("~?") == "" and under[4 + 6] == "|"
    assert "its" in render_trend([DRIFTED]) or "Slow drift" in render_trend([DRIFTED])
    assert "a steady drift describes" not in render_trend([DRIFTED])


def test_many_runs_fit_into_a_narrow_terminal() -> None:
    text = render_trend([DROPPED], width=40)
    assert all(len(line) <= 40 for line in text.splitlines())
    blocks, under = marks(text)
    assert len(blocks.strip()) == 36
    assert under.index("!") - 4 == 30 * 36 // 50


def test_since_hides_what_is_older_but_not_its_evidence() -> None:
    late = START + timedelta(days=25)
    assert "Confirmed change" in render_trend([DROPPED], since=late)
    assert len(marks(render_trend([DROPPED], since=late))[0].strip()) == 25
    later = START + timedelta(days=40)
    assert "! Confirmed" not in render_trend([DROPPED], since=later)
    never = START + timedelta(days=400)
    assert "no run with a level since" in render_trend([DROPPED], since=never)
    assert Page(render_trend_page([DROPPED], since=never)).named("svg") == []


def test_the_page_is_whole_and_tells_what_the_terminal_tells() -> None:
    page = Page(render_trend_page([DROPPED, DRIFTED]))
    assert page.open == []
    assert len(page.named("svg")) == 2
    assert len(page.named("circle")) == 50 + 66
    lines = [(line["stroke"], line.get("stroke-dasharray")) for line in page.named("line")]
    assert sum(color == "var(--void)" and bool(dash) for color, dash in lines) == 2
    assert sum(color == "var(--bad)" for color, _ in lines) == 2
    assert "Confirmed change: accuracy fell by" in page.words
    assert "Slow drift: accuracy fell by" in page.words
    assert "No run has a level to show yet." in Page(render_trend_page([])).words


def test_a_higher_level_stands_higher_in_the_chart() -> None:
    movements = DROPPED.movements
    picture = trend_chart(DROPPED, movements, start=0, key="k").picture
    svg = ElementTree.fromstring(str(picture))  # noqa: S314  # made here
    dots = [(float(c.get("cx", 0)), float(c.get("cy", 0))) for c in svg.iter("circle")]
    values = [point.value for point in DROPPED.series.points]
    assert [x for x, _ in dots] == sorted(x for x, _ in dots)
    order = sorted(range(50), key=lambda n: values[n])
    assert all(dots[a][1] >= dots[b][1] for a, b in itertools.pairwise(order))
    change = next(line for line in svg.iter("line") if line.get("stroke") == "var(--bad)")
    assert dots[29][0] < float(change.get("x1", 0)) < dots[30][0]


@pytest.fixture(scope="module")
def harmless() -> Page:
    """The page of a course whose names are harmless."""
    return Page(render_trend_page([course(HALVES)]))


@pytest.mark.parametrize("text", TEXTS)
def test_no_text_leaves_its_place(text: str, harmless: Page) -> None:
    name = text[:300] or "x"
    made = [
        replace(
            run,
            id=f"{name}{number}",
            suite=name,
            system=Spec(name=name, params={name: number // 13}),
            dataset=name,
            metrics=(replace(run.metrics[0], spec=Spec(name=name)),),
            trials=tuple(
                replace(trial, scores={name: trial.scores["accuracy"]}) for trial in run.trials
            ),
        )
        for number, run in enumerate(HALVES)
    ]
    hostile = course(made)
    page = Page(render_trend_page([hostile]))
    assert [tag for tag, _ in page.tags] == [tag for tag, _ in harmless.tags]
    assert all(not key.startswith("on") for _, attributes in page.tags for key in attributes)
    told = render_trend([hostile])
    assert not any(line.lstrip().startswith(("::", "##[")) for line in told.splitlines())
    assert "\x1b" not in told and "\u202e" not in told
    json.dumps(trend_as_json([hostile]), allow_nan=False)


def test_the_document_lists_runs_breaks_and_movements() -> None:
    (told,) = json.loads(json.dumps(trend_as_json([DROPPED])))
    assert [run["id"] for run in told["runs"] if run["break"]] == ["day-006"]
    (change,) = [movement for movement in told["movements"] if movement["confirmed"]]
    assert (change["kind"], change["index"], change["worse"]) == ("change", 30, True)
    assert (change["first"], change["last"]) == ("day-029", "day-030")
    assert change["before"]["level"]["low"] < change["before"]["level"]["high"]
    (short,) = json.loads(json.dumps(trend_as_json([course(runs(1))]), allow_nan=False))
    assert short["stretches"][0]["level"]["low"] is None
