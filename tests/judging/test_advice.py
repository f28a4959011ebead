"""What an inconclusive gate is told to do, and whether doing it helps."""

import numpy as np
import pytest

from holdfast.comparison import compare
from holdfast.gate import Plan, decide
from holdfast.judging.advice import rounded
from holdfast.planning.design import Design
from holdfast.planning.pilot import gates_of
from holdfast.policy import Policy
from holdfast.record import Run
from holdfast.testing import make_run


def sampled(id: str, trials: int, *, cases: int = 200) -> Run:
    generator = np.random.default_rng(7)
    rates = generator.beta(0.85 * 0.5, 0.15 * 0.5, cases)
    generator = np.random.default_rng(list(id.encode()))
    return make_run(
        {
            f"c{number}": [float(generator.random() < rate) for _ in range(trials)]
            for number, rate in enumerate(rates)
        },
        id=id,
    )


def doubtful(baseline: int, candidate: int, margin: float) -> tuple[Run, Run, Plan]:
    """The first two runs of one system whose comparison is inconclusive, with their plan."""
    policies = (Policy(metric="correct", margin=margin),)
    old = sampled("old", baseline)
    for number in range(50):
        new = sampled(f"new-{number}", candidate)
        [finding] = decide(compare(old, new, policies=policies), policies).findings
        if finding.state == "inconclusive":
            assert finding.plan is not None
            return old, new, finding.plan
    raise AssertionError("every comparison was decided")


def plan_of(baseline: int, candidate: int, margin: float) -> Plan:
    return doubtful(baseline, candidate, margin)[2]


def test_baseline_trials_are_advised_where_they_alone_would_do() -> None:
    plan = plan_of(2, 1, 0.045)
    assert plan.baseline_trials is not None and 3 <= plan.baseline_trials <= 10
    assert plan.more_cases is not None


def test_without_repeats_nothing_is_said_of_trials() -> None:
    plan = plan_of(1, 1, 0.03)
    assert plan.baseline_trials is None and plan.candidate_trials is None
    assert plan.more_cases is not None


def test_beyond_ten_baseline_trials_none_are_advised() -> None:
    assert plan_of(3, 1, 0.02).baseline_trials is None


def test_the_plan_of_a_verdict_and_that_of_the_command_agree() -> None:
    policies = (Policy(metric="correct", margin=0.03),)
    old, new, plan = doubtful(3, 3, 0.03)
    [gate] = gates_of(new, policies, baseline=old)
    # The command knows that both runs are of one system, and takes only the noise of its trials.
    found = gate.resolves(Design(cases=200, baseline=3, candidate=3))
    assert plan.resolvable == pytest.approx(found, rel=0.15)


def test_planned_numbers_claim_two_digits() -> None:
    assert [rounded(number) for number in (1, 99, 101, 1328)] == [1, 99, 110, 1400]
