"""Which runs are points of one history, and where their numbers stop being comparable."""

from collections.abc import Iterable
from dataclasses import replace

from holdfast.history.series import Series, series_of
from holdfast.history.summary import summarise
from holdfast.metric import Failure
from holdfast.record import MetricRecord, Run
from holdfast.system import Spec
from tests.history.days import ACCURACY, level, make_day

OUTAGE = Failure(stage="infrastructure", error="503")


def only(runs: Iterable[Run]) -> Series:
    (series,) = series_of(map(summarise, runs))
    return series


def ids(series: Series) -> list[list[str]]:
    return [[point.run.id for point in segment.points] for segment in series.segments]


def judge(version: str, **artifacts: str) -> MetricRecord:
    return replace(ACCURACY, spec=Spec(name="accuracy", version=version, artifacts=artifacts))


def test_runs_are_ordered_by_the_moment_that_they_began() -> None:
    late = make_day(1, level(0.5), provenance={"started": "2026-01-02T02:00:00+00:00"})
    early = make_day(2, level(0.6), provenance={"started": "2026-01-02T02:30:00+02:00"})
    assert ids(only([late, early])) == [["day-002", "day-001"]]


def test_each_suite_system_and_metric_has_its_own_series() -> None:
    latency = replace(ACCURACY, spec=Spec(name="latency"))
    found = series_of(
        map(
            summarise,
            [
                make_day(0, level(0.5)),
                make_day(1, level(0.5), system=Spec(name="other")),
                make_day(2, level(0.5), suite="chat"),
                make_day(3, level(0.5), metric=latency),
            ],
        )
    )
    assert [(s.suite, s.system, s.metric.label) for s in found] == [
        ("chat", "bot", "accuracy"),
        ("triage", "bot", "accuracy"),
        ("triage", "bot", "latency"),
        ("triage", "other", "accuracy"),
    ]


def test_another_setting_of_a_system_is_a_cause_and_no_break() -> None:
    runs = [
        make_day(n, level(0.5 + n / 50), system=Spec(name="bot", params={"k": n})) for n in (1, 2)
    ]
    assert ids(only(runs)) == [["day-001", "day-002"]]


def test_another_dataset_metric_or_judge_is_a_break() -> None:
    series = only(
        [
            make_day(0, level(0.5)),
            make_day(1, level(0.6), dataset="v2"),
            make_day(2, level(0.7), dataset="v2", metric=judge("2")),
            make_day(3, level(0.8), dataset="v2", metric=judge("2", judge="abc")),
            make_day(
                4, level(0.9), dataset="v2", metric=replace(judge("2", judge="abc"), better="lower")
            ),
        ]
    )
    assert ids(series) == [[f"day-00{n}"] for n in range(5)]
    reasons = [segment.reason for segment in series.segments]
    assert reasons[0] == "" and "dataset 'tickets' changed" in reasons[1]
    assert reasons[2] == "accuracy is version 2 instead of 1"
    assert reasons[3] == "what accuracy depends on changed (judge)"
    assert reasons[4] == "accuracy has another range or direction"


def test_runs_that_say_nothing_new_or_nothing_whole_are_left_out() -> None:
    series = only(
        [
            make_day(0, level(0.5)),
            make_day(1, level(0.5), cached=True),
            make_day(2, level(0.6), complete=False),
            make_day(3, [OUTAGE] * 6 + level(1, cases=94)),
            make_day(4, [OUTAGE] * 5 + level(1, cases=95)),
            make_day(5, level(0.5), provenance={"started": ""}),
        ]
    )
    assert ids(series) == [["day-000", "day-004"]]
    kinds = {entry.run: entry.kind for entry in series.excluded}
    assert kinds == {
        "day-001": "repeated",
        "day-002": "incomplete",
        "day-003": "unscored",
        "day-005": "undated",
    }


def test_cached_answers_are_a_first_point_where_their_draw_is_not_in_the_store() -> None:
    found = only([make_day(0, level(0.5), cached=True), make_day(1, level(0.5), cached=True)])
    assert ids(found) == [["day-000"]]
    assert "repeat those of day-000" in found.excluded[0].why


def test_scores_given_again_take_the_place_of_the_run_that_answered() -> None:
    old = [make_day(n, level(0.5), metric=judge("1")) for n in range(3)]
    new = make_day(3, level(0.8), metric=judge("2"))
    again = [
        make_day(
            10 + n,
            level(0.8),
            metric=judge("2"),
            provenance={"origin": f"scored again from {run.id}"},
        )
        for n, run in enumerate(old)
    ]
    assert len(ids(only([*old, new]))) == 2
    assert ids(only([*old, new, *again])) == [["day-010", "day-011", "day-012", "day-003"]]
    # Scores of scores of answers stand where the answers stand, and the newest count.
    twice = make_day(
        20, level(0.9), metric=judge("2"), provenance={"origin": "scored again from day-010"}
    )
    assert ids(only([*old, new, *again, twice]))[0][0] == "day-020"
    unknown = make_day(9, level(0.9), provenance={"origin": "scored again from gone"})
    assert ids(only([unknown])) == [["day-009"]]
