"""Charts: what is drawn is what was measured, and nothing untrusted gets into the picture."""

import math
import re
from dataclasses import replace

import numpy as np
import pytest

from holdfast.comparing.timing import Timing
from holdfast.comparison import compare
from holdfast.gate import Verdict, decide
from holdfast.metric import Score
from holdfast.policy import Policy
from holdfast.record import CaseRecord, MetricRecord, Run, TrialRecord
from holdfast.report.charts.amounts import amounts_chart
from holdfast.report.charts.distribution import distribution_charts
from holdfast.report.charts.drawing import Chart
from holdfast.report.charts.forest import forest_chart
from holdfast.report.charts.looks import looks_chart
from holdfast.report.charts.paired import paired_charts
from holdfast.report.charts.seconds import quantiles_chart, seconds_chart
from holdfast.report.charts.slices import slices_chart
from holdfast.sequence import Look, SequentialRecord
from holdfast.system import Response, Spec, Usage
from holdfast.testing import make_run
from tests.report.builders import LATENCY, make_delta, make_finding, make_verdict
from tests.report.hostile import TEXTS, everywhere

CORRECT = MetricRecord(spec=Spec(name="correct"), better="higher", bounds=(0.0, 1.0))
GRADE = MetricRecord(spec=Spec(name="grade"), better="higher", bounds=(1.0, 5.0))
HARM = MetricRecord(spec=Spec(name="harm"), better="lower", bounds=(0.0, 1.0))
METRICS = (CORRECT, GRADE, HARM)


def run_of(name: str, scores: np.ndarray, *, tags: list[str], slower: float = 1.0) -> Run:
    """A run of one trial per case; scores have the shape (cases, metrics)."""
    cases = tuple(
        CaseRecord(id=f"c{row}", digest=f"d{row}", tags=(tags[row],)) for row in range(len(scores))
    )
    trials = tuple(
        TrialRecord(
            case_id=f"c{row}",
            repeat=0,
            response=Response(
                text="x", usage=Usage(output_tokens=100 + row, cost=0.002 * slower, calls=0)
            ),
            scores={
                metric.label: Score(value=float(value))
                for metric, value in zip(METRICS, values, strict=True)
            },
            seconds=slower * (1 + row) / 100,
        )
        for row, values in enumerate(scores)
    )
    made = make_run({"c0": [1.0]}, id=name, metric=CORRECT)
    return replace(made, cases=cases, trials=trials, metrics=METRICS)


@pytest.fixture(scope="module")
def verdict() -> Verdict:
    """120 cases: 12 broke and 5 were fixed, all in one tag."""
    before = np.column_stack([np.ones(120), np.full(120, 3.0), np.zeros(120)])
    before[100:105, 0] = 0.0
    after = before.copy()
    after[:12, 0] = 0.0
    after[100:105, 0] = 1.0
    after[:40, 1] = 2.0
    after[60:65, 2] = 0.25
    after[65:70, 2] = 0.5
    tags = ["weather" if row < 60 else "billing" for row in range(120)]
    policies = [Policy(metric=metric.label, margin=0.05) for metric in METRICS]
    runs = run_of("old", before, tags=tags), run_of("new", after, tags=tags, slower=2.0)
    return decide(compare(*runs, policies=policies), policies)


def every(verdict: Verdict) -> list[Chart]:
    seconds = (seconds_chart, quantiles_chart)
    single = (forest_chart, *seconds, slices_chart, amounts_chart, looks_chart)
    found = [draw(verdict) for draw in single]
    many = [*paired_charts(verdict), *distribution_charts(verdict)]
    return [chart for chart in (*found, *many) if chart is not None]


def test_colours_follow_the_page_and_nothing_is_styled_or_named_at_random(verdict: Verdict) -> None:
    charts = every(verdict)
    assert len(charts) == 5 + 3 + 1
    assert len({chart.key for chart in charts}) == len(charts)
    for chart in charts:
        again = next(one for one in every(verdict) if one.key == chart.key)
        assert again.picture == chart.picture
        colours = set(re.findall(r'(?:fill|stroke)="([^"]*)"', chart.picture))
        assert colours <= {c for c in colours if c.startswith("var(--")} | {"none", "transparent"}
        assert set(re.findall(r' id="([^"]*)"', chart.picture)) == {
            f"{chart.key}-title",
            f"{chart.key}-text",
        }
        assert "style" not in chart.picture
        assert set(re.findall(r' class="([^"]*)"', chart.picture)) <= {"wide", "chart"}


def test_text_alternatives_count_what_is_drawn(verdict: Verdict) -> None:
    paired = {chart.title: chart.description for chart in paired_charts(verdict)}
    assert paired == {
        "correct": "Of 120 cases, 12 scored worse than in the baseline (red), 5 better (green) "
        "and 103 the same.",
        "grade": "Of 120 cases, 40 scored worse than in the baseline (red), 0 better (green) "
        "and 80 the same.",
        "harm": "Of 120 cases, 10 scored worse than in the baseline (red), 0 better (green) "
        "and 110 the same.",
    }
    slices = slices_chart(verdict)
    assert slices is not None
    assert "grade in weather (60 cases): −0.667" in slices.description
    assert "harm in billing (60 cases): +6.2\u00a0pt" in slices.description
    seconds = seconds_chart(verdict)
    assert seconds is not None
    assert seconds.description == (
        "p50 605 ms in the baseline and 1.21 s in the candidate (+100.0\u00a0%); p90 1.08 s in "
        "the baseline and 2.16 s in the candidate (+100.0\u00a0%); p95 1.14 s in the baseline and "
        "2.28 s in the candidate (+100.0\u00a0%); of 120 and 120 timed answers."
    )
    quantiles = quantiles_chart(verdict)
    assert quantiles is not None
    assert "p50 +100.0\u00a0%; p90 +100.0\u00a0%; p95 +100.0\u00a0%." in quantiles.description
    assert quantiles.picture.count("<circle") == 3
    amounts = amounts_chart(verdict)
    assert amounts is not None
    assert "cost $0.002 to $0.004 (+100.0\u00a0%)" in amounts.description
    assert "calls" not in amounts.description


def test_binary_pairs_show_four_discs_with_their_counts(verdict: Verdict) -> None:
    picture = paired_charts(verdict)[[c.title for c in paired_charts(verdict)].index("correct")]
    assert picture.picture.count("<circle") == 3
    shown = re.findall(r"<tspan>(\d+)</tspan>", picture.picture)
    assert sorted(map(int, shown)) == [5, 12, 103]


def test_the_forest_stands_where_the_changes_are() -> None:
    changes = (-0.04, -0.01, 0.0, 0.02)
    findings = [
        make_finding(
            "within_margin",
            delta=make_delta(
                MetricRecord(spec=Spec(name=f"m{number}"), better="higher", bounds=(0.0, 1.0)),
                low=change - 0.01,
                estimate=change,
                high=change + 0.01,
            ),
        )
        for number, change in enumerate(changes)
    ]
    chart = forest_chart(make_verdict(tuple(findings)))
    assert chart is not None
    centres = [float(x) for x in re.findall(r'<circle[^>]* cx="([\d.]+)"', chart.picture)]
    assert len(centres) == 4
    slope, start = np.polyfit(changes, centres, 1)
    assert slope > 0
    assert np.abs(np.polyval((slope, start), changes) - centres).max() < 0.2
    for number in range(4):
        assert f"m{number}: within margin" in chart.description


def test_a_metric_without_an_interval_is_not_drawn() -> None:
    unknown = make_delta(low=float("nan"), estimate=float("nan"), high=float("nan"))
    assert forest_chart(make_verdict((make_finding(delta=unknown),))) is None
    endless = make_delta(LATENCY, low=float("-inf"), high=float("inf"))
    assert forest_chart(make_verdict((make_finding(delta=endless),))) is not None


def test_runs_without_answers_have_no_pictures_of_seconds_or_amounts() -> None:
    verdict = make_verdict()
    assert seconds_chart(verdict) is None
    assert quantiles_chart(verdict) is None
    assert amounts_chart(verdict) is None
    assert looks_chart(verdict) is None
    assert slices_chart(verdict) is None


def test_looks_say_when_the_run_was_judged(verdict: Verdict) -> None:
    looks = (
        Look(cases=30, repeats=1, fraction=0.25, spent=0.1, outcome="inconclusive"),
        Look(cases=60, repeats=1, fraction=0.5, spent=0.4, outcome="regression"),
    )
    sequence = SequentialRecord(method="hsd", seed=0, repeats=1, most=1, beside="old", looks=looks)
    candidate = replace(verdict.comparison.candidate, sequence=sequence)
    comparison = replace(verdict.comparison, candidate=candidate)
    chart = looks_chart(replace(verdict, comparison=comparison))
    assert chart is not None
    assert chart.description == (
        "2 looks. The last one came after 60 of 120 cases and said regression; 40 % of alpha was "
        "used by then."
    )
    assert chart.picture.count("<circle") == 2


@pytest.mark.parametrize("text", TEXTS)
def test_hostile_names_stay_words(text: str) -> None:
    for chart in every(everywhere(text)):
        assert set(re.findall(r"<([a-zA-Z]+)", chart.picture)) <= {
            *("svg", "title", "desc", "g", "line", "path", "rect", "circle", "text", "tspan"),
            *("polyline", "polygon", "div"),
        }
        assert "http" not in re.sub(r">[^<]*<", "><", chart.picture)


@pytest.mark.parametrize("name", [r"\(x^2\)", r"\link{https://evil.example}{click}", "<br>a\nb"])
def test_names_are_no_formulas_and_no_links(name: str) -> None:
    metric = MetricRecord(spec=Spec(name=name), better="higher", bounds=(0.0, 1.0))
    chart = forest_chart(make_verdict((make_finding(delta=make_delta(metric)),)))
    assert chart is not None
    words = re.findall(r"<tspan>([^<]*)</tspan>", chart.picture)
    assert any(word.startswith(name[:1].replace("\\", "∖").replace("<", "&lt;")) for word in words)


def test_a_quantile_that_was_judged_has_its_interval(verdict: Verdict) -> None:
    def drawn_with(low: float) -> str:
        timing = Timing(quantile=0.95, requests=120, blocks=12)
        delta = make_delta(low=low, estimate=-1.0, high=-0.9, timing=timing)
        found = quantiles_chart(replace(verdict, findings=(make_finding(delta=delta),)))
        assert found is not None
        return found.picture

    assert drawn_with(-1.1) != drawn_with(-1.0), "the bound is drawn"
    assert "NaN" not in drawn_with(-math.inf)
    assert "Infinity" not in drawn_with(-math.inf)
