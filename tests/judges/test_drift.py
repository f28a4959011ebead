"""A frozen set of answers shows when a judge changes its mind."""

import numpy as np
import pytest

import holdfast
from holdfast.errors import RecordError
from holdfast.judges.drift import drift
from holdfast.metric import Trial
from tests.judges.builders import QUIET, judge_of, run_of, suite_of

CASES = 200
TEXTS = {str(n): f"letter {n}" for n in range(CASES)}


def grade(trial: Trial) -> float:
    return (int(trial.case.id) % 11) / 10


def scored_again(later):  # any judge of a trial
    before = run_of(suite_of(TEXTS, judge_of(grade)))
    after = holdfast.rescore(before, suite_of(TEXTS, judge_of(later)), options=QUIET)
    return drift(before, after, metric=before.metrics[0], cut=0.5, margin=0.05)


def test_the_same_judge_is_steady() -> None:
    found = scored_again(grade)
    assert found.state == "steady"
    assert found.agreement.estimate == 1.0 and found.shift.estimate == 0.0
    assert found.answers == CASES


def test_a_milder_judge_has_drifted() -> None:
    found = scored_again(lambda trial: min(1.0, grade(trial) + 0.1))
    assert found.state == "drifted"
    assert found.shift.low > 0.05 and found.p < 0.001


def test_noise_is_no_drift_and_not_proven_to_be_none() -> None:
    dice = np.random.default_rng(3)
    found = scored_again(lambda trial: float(np.clip(grade(trial) + 0.5 * dice.normal(), 0, 1)))
    assert found.state == "undecided"
    assert found.agreement.high < 0.95


def test_a_judge_that_stops_answering_is_not_steady() -> None:
    def silent(trial: Trial) -> float:
        if trial.case.id == "17":
            raise ValueError("the provider changed its format")
        return grade(trial)

    found = scored_again(silent)
    assert found.lost == 1 and found.state == "undecided"


def test_a_run_without_answers_freezes_nothing() -> None:
    before = run_of(suite_of(TEXTS, judge_of(grade)))
    with pytest.raises(RecordError, match="holds no answer that tone scored then and now"):
        drift(
            before,
            run_of(suite_of({"other": "x"}, judge_of(grade))),
            metric=before.metrics[0],
            cut=0.5,
            margin=0.05,
        )
