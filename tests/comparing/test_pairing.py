"""What each case scored: trials that count, trials that are lost, and trials that are owed."""

import itertools
import math
from dataclasses import replace

import pytest

from holdfast.aggregate import Aggregate
from holdfast.comparing.pairing import evidence, expected_trials, extremes, pair
from holdfast.metric import Failure, Outcome, Score
from holdfast.record import MetricRecord, Run, TrialRecord
from holdfast.testing import METRICS, make_run

CORRECT, _, ERRORS, LATENCY = METRICS
CRASH = Failure(stage="system", error="boom")
GONE = Failure(stage="infrastructure", error="429")
UNSCORED = Failure(stage="metric", error="NaN")


def imported(run: Run) -> Run:
    return replace(run, provenance=replace(run.provenance, origin="imported from x.csv"))


def trials_of(outcomes: tuple[Outcome | None, ...], label: str) -> tuple[TrialRecord, ...]:
    """Trials with these outcomes; None is a trial that the metric did not score."""
    found: list[TrialRecord] = []
    for repeat, outcome in enumerate(outcomes):
        failed = outcome if outcome in (CRASH, GONE) else None
        scores = {} if outcome is None or failed else {label: outcome, "other": Score(0.25)}
        found.append(
            TrialRecord(case_id="c", repeat=repeat, response=None, failure=failed, scores=scores)
        )
    return tuple(found)


@pytest.mark.parametrize("metric", [CORRECT, ERRORS, LATENCY], ids=lambda m: m.label)
@pytest.mark.parametrize("k", [None, 2])
def test_the_evidence_of_a_case_is_its_definition(metric: MetricRecord, k: int | None) -> None:
    extreme = {"correct": (1.0, 0.0), "error_rate": (0.0, 1.0), "latency": (0.0, math.inf)}
    best, worst = extreme[metric.label]
    bounded = metric.bounds is not None
    if k is not None:
        if not bounded:
            return
        metric = replace(metric, aggregate=Aggregate(kind="pass^k", k=k))
    kinds = (Score(1.0), Score(0.0), CRASH, GONE, UNSCORED, None)
    for count, expected in itertools.product(range(4), range(1, 4)):
        for outcomes in itertools.combinations_with_replacement(kinds, count):
            values = [
                one.value if isinstance(one, Score) else worst
                for one in outcomes
                if isinstance(one, Score) or (one is CRASH and bounded)
            ]
            missing = max(count, expected, k or 1) - len(values)
            for favour in (True, False):
                found = evidence(
                    trials_of(outcomes, metric.label), metric, expected=expected, favour=favour
                )
                filled = [*values, *[best if favour else worst] * missing]
                assert (found.values, found.missing) == (tuple(values), missing)
                assert found.mean == metric.case_value(values)
                assert found.against == metric.case_value(filled)


def test_a_trial_that_failed_has_no_score_whatever_was_recorded() -> None:
    failed = TrialRecord(
        case_id="c", repeat=0, response=None, failure=GONE, scores={CORRECT.label: Score(1.0)}
    )
    passed = replace(failed, repeat=1, failure=None)
    for trials, usable in (((failed,), 0), ((failed, passed), 1), ((failed, failed), 0)):
        found = evidence(trials, CORRECT, expected=len(trials), favour=False)
        assert found.missing == len(trials) - usable
        assert found.against == usable / len(trials)


def test_the_best_and_the_worst_score_follow_the_direction() -> None:
    assert extremes(CORRECT) == (1.0, 0.0)
    assert extremes(ERRORS) == (0.0, 1.0)
    assert extremes(LATENCY) == (0.0, math.inf)
    assert extremes(replace(LATENCY, better="higher")) == (math.inf, 0.0)


SCORED = {"a": [1.0] * 4, "b": [1.0] * 2, "c": [1.0]}


@pytest.mark.parametrize(
    ("old", "new", "owed"),
    [
        (False, False, {"a": (4, 4), "b": (4, 4), "c": (4, 4)}),
        (True, False, {"a": (4, 4), "b": (2, 4), "c": (1, 4)}),
        (False, True, {"a": (4, 4), "b": (4, 4), "c": (4, 4)}),
        (True, True, {"a": (4, 4), "b": (2, 2), "c": (1, 1)}),
    ],
)
def test_runs_owe_what_they_repeat_and_imports_what_the_baseline_holds(
    old: bool,  # noqa: FBT001 - parametrised
    new: bool,  # noqa: FBT001 - parametrised
    owed: dict[str, tuple[int, int]],
) -> None:
    baseline, candidate = make_run(SCORED), make_run(SCORED, id="b")
    pairing = pair(
        imported(baseline) if old else baseline, imported(candidate) if new else candidate
    )
    assert {key: expected_trials(pairing, key) for key in SCORED} == owed


def test_an_import_owes_as_large_a_share_of_its_own_repeats() -> None:
    baseline = imported(make_run(SCORED))
    candidate = imported(make_run({"a": [1.0] * 2, "b": [1.0], "c": [1.0]}, id="b"))
    pairing = pair(baseline, candidate)
    assert {key: expected_trials(pairing, key) for key in SCORED} == {
        "a": (4, 2),
        "b": (2, 1),
        "c": (1, 1),
    }
    assert expected_trials(pairing, "unheard of") == (1, 1)
    assert pair(make_run({"a": []}), candidate).baseline.most == 1
    fewer = pair(imported(make_run({"a": [1.0]})), imported(make_run({"a": [1.0] * 3}, id="b")))
    assert expected_trials(fewer, "a") == (1, 3)


def test_quarantined_cases_count_in_the_union_and_are_not_compared() -> None:
    found = pair(make_run(SCORED), make_run(SCORED, id="b"), quarantined=["b"])
    assert (found.matched, found.quarantined, found.union) == (("a", "c"), ("b",), 3)
