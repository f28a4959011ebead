"""Cases that failed where none should: how many, which ones are new, and how many there may be."""

from dataclasses import replace

import pytest
from scipy.stats import beta

from holdfast.aggregate import Aggregate
from holdfast.comparing.failures import Failures
from holdfast.comparison import compare
from holdfast.metric import Failure, Outcome
from holdfast.policy import Policy
from holdfast.record import MetricRecord
from holdfast.system import Spec
from holdfast.testing import make_run

SAFE = MetricRecord(spec=Spec(name="safe"), better="higher", bounds=(2.0, 4.0))
HARM = replace(SAFE, better="lower")
GONE = Failure(stage="infrastructure", error="429")

Trials = dict[str, list[float | Outcome]]


def failures(
    before: Trials,
    after: Trials,
    metric: MetricRecord,
    *,
    clusters: dict[str, str] | None = None,
    alpha: float = 0.05,
) -> Failures | None:
    runs = (
        make_run(trials, id=name, metric=metric, clusters=clusters)
        for name, trials in (("a", before), ("b", after))
    )
    policies = [Policy(metric="safe", margin=0.1, alpha=alpha)]
    return compare(*runs, policies=policies).deltas[0].failures


def arms(metric: MetricRecord) -> tuple[Trials, Trials]:
    """Forty cases: 3 fail before, 7 after, where a lost trial counts as one that failed."""
    good, bad = (4.0, 2.0) if metric.better == "higher" else (2.0, 4.0)
    before: Trials = {f"c{n:02}": [good] * 3 for n in range(40)}
    after: Trials = {**before, "c00": [good, good, bad]}
    before |= {"c01": [bad, good, good], "c02": [bad] * 3, "c03": [good, good, GONE]}
    after |= {"c02": [bad] * 3, "c03": [bad] * 3, "c04": [bad] * 3, "c05": [bad, bad]}
    after |= {"c06": [GONE] * 3, "c07": [good, GONE, good]}
    return before, after


@pytest.mark.parametrize("metric", [SAFE, HARM], ids=["higher", "lower"])
@pytest.mark.parametrize("alpha", [0.05, 0.01])
def test_a_case_fails_where_one_trial_does_or_is_lost(metric: MetricRecord, alpha: float) -> None:
    assert failures(*arms(metric), metric, alpha=alpha) == Failures(
        units=40,
        baseline=3,
        candidate=7,
        upper=pytest.approx(beta.ppf(1 - alpha, 8, 33), abs=1e-9),
        new=("c04", "c05"),
        trials=2,
    )


@pytest.mark.parametrize("metric", [SAFE, HARM], ids=["higher", "lower"])
def test_a_cluster_fails_where_one_of_its_cases_does(metric: MetricRecord) -> None:
    clusters = {f"c{n:02}": f"g{n // 4}" for n in range(40)}
    assert failures(*arms(metric), metric, clusters=clusters) == Failures(
        units=10,
        baseline=1,
        candidate=2,
        upper=pytest.approx(beta.ppf(0.95, 3, 8), abs=1e-9),
        new=("c04", "c05"),
        trials=2,
    )


@pytest.mark.parametrize("metric", [SAFE, HARM], ids=["higher", "lower"])
def test_without_new_failures_there_is_nothing_to_repeat(metric: MetricRecord) -> None:
    before, _ = arms(metric)
    found = failures(before, before, metric)
    assert found is not None
    assert (found.baseline, found.candidate, found.new, found.trials) == (3, 3, (), 0)


@pytest.mark.parametrize(
    "metric",
    [
        replace(SAFE, bounds=None),
        replace(SAFE, bounds=(0.0, 4.0)),
        replace(SAFE, bounds=(2.0, 5.0)),
        MetricRecord(
            spec=Spec(name="safe"),
            better="higher",
            bounds=(2.0, 4.0),
            aggregate=Aggregate(kind="pass^k", k=2),
        ),
    ],
    ids=["no range", "other worst", "other best", "aggregate"],
)
def test_a_metric_that_does_not_only_pass_or_fail_has_no_failures(metric: MetricRecord) -> None:
    assert failures(*arms(SAFE), metric) is None
