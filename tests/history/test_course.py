"""What happened along a history, in numbers and in words."""

import itertools
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from holdfast.comparison import compare
from holdfast.gate import decide
from holdfast.history.course import Course, course_of
from holdfast.history.sentences import causes_of, headline, notes_of, sentence_of
from holdfast.history.series import series_of
from holdfast.history.summary import summarise
from holdfast.policy import Policy
from holdfast.record import Run
from holdfast.system import Spec
from tests.history.days import LATENCY, level, make_day


def course(*runs: Run) -> Course:
    (series,) = series_of(map(summarise, runs))
    return course_of(series)


def noisy(
    count: int, mean: Callable[[int], float], *, seed: int = 0, **options: Callable[[int], object]
) -> list[Run]:
    generator = np.random.default_rng(seed)
    return [
        make_day(
            day,
            list(generator.binomial(1, mean(day), 200).astype(float)),
            **{name: option(day) for name, option in options.items()},
        )
        for day in range(count)
    ]


def test_a_drop_is_placed_measured_and_its_causes_are_listed() -> None:
    found = course(
        *noisy(
            40,
            lambda day: 0.85 if day < 22 else 0.70,
            system=lambda day: Spec(name="bot", params={"model": "m1" if day < 22 else "m2"}),
            provenance=lambda day: {"git_commit": f"{day:07}"},
        )
    )
    (change,) = [movement for movement in found.movements if movement.confirmed]
    assert (change.first.run.id, change.last.run.id) == ("day-021", "day-022")
    assert change.worse and change.size == pytest.approx(-0.15, abs=0.02)
    assert change.before.level.low < 0.85 < change.before.level.high
    assert change.after.level.low < 0.70 < change.after.level.high
    assert [cause.what for cause in change.causes] == ["system parameter model", "git commit"]
    text = sentence_of(change, found.series)
    assert text.startswith("Confirmed change: accuracy fell by 1")
    assert "between day-021 (2026-01-22) and day-022 (2026-01-23)" in text
    assert "over 22 runs, then" in text and "(worse)" in text
    told = causes_of(change)
    assert "system parameter model (m1 → m2), git commit (0000021 → 0000022)" in told
    assert headline(found).startswith("1 confirmed change in 40 runs; the newest level is 7")
    assert [(s.start, s.end) for s in found.stretches] == [(0, 22), (22, 40)]


def test_a_fresh_drop_is_possible_until_twelve_runs_stand_behind_it() -> None:
    runs = noisy(40, lambda day: 0.85 if day < 22 else 0.65)
    (change,) = course(*runs[:27]).movements
    assert (change.confirmed, change.doubt) == (False, "few_runs")
    text = sentence_of(change, course(*runs[:27]).series)
    assert text.startswith("Possible change") and "with 5 runs after it" in text
    assert "12 on each side" in text
    assert "Nothing that is recorded changed there" in causes_of(change)
    assert any(movement.confirmed for movement in course(*runs).movements)


def test_a_drift_that_no_gate_sees_is_named() -> None:
    # Cases have their own difficulty, and the system gets 0.15 points worse from run to run.
    generator = np.random.default_rng(3)
    easy = generator.beta(4, 1, 300)
    runs = [
        make_day(day, list(generator.binomial(1, np.clip(easy - 0.0015 * day, 0, 1)).astype(float)))
        for day in range(60)
    ]
    policies = (Policy(metric="accuracy", margin=0.1),)
    verdicts = [
        decide(compare(before, after, policies=policies), policies)
        for before, after in itertools.pairwise(runs[:40])
    ]
    # Neighbours alarm as often as identical systems would: one pair in twenty.
    assert sum(not verdict.passed for verdict in verdicts) <= 6
    found = course(*runs)
    (drift,) = [movement for movement in found.movements if movement.kind == "drift"]
    assert drift.worse and drift.slope is not None
    assert -0.0020 < drift.slope.low <= drift.slope.estimate <= drift.slope.high < -0.0008
    text = sentence_of(drift, found.series)
    assert text.startswith("Slow drift: accuracy fell by") and "60 runs" in text
    assert "slow drift" in headline(found)


def test_a_break_hides_no_change_and_makes_none() -> None:
    runs = noisy(
        48,
        lambda day: 0.9 if day < 24 else 0.6,
        dataset=lambda day: "v1" if day < 24 else "v2",
    )
    found = course(*runs)
    assert found.movements == ()
    assert [(s.start, s.end) for s in found.stretches] == [(0, 24), (24, 48)]
    (note,) = [note for note in notes_of(found) if "start anew" in note]
    assert "day-024" in note and "dataset" in note


def test_positions_after_a_break_are_those_of_the_whole_series() -> None:
    runs = noisy(
        60,
        lambda day: 0.9 if day < 40 else 0.6,
        dataset=lambda day: "v1" if day < 10 else "v2",
    )
    (change,) = [movement for movement in course(*runs).movements if movement.confirmed]
    assert change.index == 40 and (change.before.start, change.after.end) == (10, 60)
    assert change.last.run.id == "day-040"


def test_what_a_reader_must_know_is_said() -> None:
    few = course(*noisy(14, lambda day: 0.8))
    assert any("none can be confirmed before the 24th" in note for note in notes_of(few))
    imported = make_day(1, level(0.5), provenance={"origin": "imported from old.csv"})
    assert any("score files" in note for note in notes_of(course(imported)))
    cached = course(make_day(0, level(0.5)), make_day(1, level(0.5), cached=True))
    assert any("1 run is left out: 1 answered wholly from the cache" in n for n in notes_of(cached))
    seconds = course(make_day(0, [0.5, 0.7], metric=LATENCY))
    assert any("separate sessions" in note for note in notes_of(seconds))
    assert headline(seconds).endswith("level 0.60\N{NO-BREAK SPACE}s.")


def test_lower_is_better_turns_the_words() -> None:
    runs = [
        replace(
            run,
            metrics=(LATENCY,),
            trials=tuple(
                replace(trial, scores={"latency": trial.scores["accuracy"]}) for trial in run.trials
            ),
        )
        for run in noisy(40, lambda day: 0.3 if day < 20 else 0.7)
    ]
    found = course(*runs)
    (change,) = [movement for movement in found.movements if movement.confirmed]
    assert change.worse and "latency rose by 1.00\N{NO-BREAK SPACE}s (worse)" in sentence_of(
        change, found.series
    )
    assert found.series.metric.unit == "seconds"
