"""A judge that is asked several times is less noisy, and never luckier."""

import numpy as np
import pytest

import holdfast
from holdfast.errors import UsageError
from holdfast.judges.repeated import Repeated
from holdfast.metric import Failure, Score, Trial
from tests.judges.builders import judge_of, run_of, suite_of


def scores(times: int | None) -> list[float]:
    dice = np.random.default_rng(3)

    async def noisy(trial: Trial) -> float:
        return float(np.clip(0.5 + 0.1 * dice.normal(), 0, 1))

    judge = judge_of(noisy)
    metric = judge if times is None else Repeated(metric=judge, times=times)
    suite = suite_of({str(n): "x" for n in range(300)}, judge)
    label = metric.spec.label
    policies = (holdfast.Policy(metric=label, margin=0.05),)
    run = run_of(
        holdfast.Suite(name="letters", dataset=suite.dataset, metrics=(metric,), policies=policies)
    )
    assert run.metrics[0].judge
    outcomes = [trial.scores[label] for trial in run.trials]
    return [outcome.value for outcome in outcomes if isinstance(outcome, Score)]


def test_four_askings_have_a_quarter_of_the_variance() -> None:
    once, often = scores(None), scores(4)
    assert len(once) == len(often) == 300
    assert np.var(often) / np.var(once) == pytest.approx(0.25, rel=0.4)


def test_one_failure_among_the_askings_is_a_failure() -> None:
    said = iter([1.0, float("nan"), 1.0])
    judge = judge_of(lambda trial: next(said))
    trial = Trial(
        case=holdfast.Case(id="a", input="x"),
        repeat=0,
        response=holdfast.Response(text="x"),
        seconds=0.0,
    )
    assert isinstance(Repeated(metric=judge, times=3)(trial), Failure)


def test_it_is_another_metric_than_the_judge_itself() -> None:
    judge = judge_of(lambda trial: 1.0)
    twice = Repeated(metric=judge, times=2)
    assert twice.spec.label == "tone(times=2)"
    assert twice.spec.digest != judge.spec.digest
    with pytest.raises(UsageError, match="at least twice"):
        Repeated(metric=judge, times=1)
