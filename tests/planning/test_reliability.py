"""Plans of pass@k and pass^k: what halves of a case's trials tell of the noise between runs."""

from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.aggregate import Aggregate, AggregateKind
from holdfast.metric import Score
from holdfast.planning.pilot import gates_of
from holdfast.planning.reliability import half_of, variance_per_trial
from holdfast.planning.simulation import simulate, sources_of
from holdfast.planning.suite_plan import plan_runs
from holdfast.policy import Policy
from holdfast.record import MetricRecord, Run
from holdfast.system import Spec
from holdfast.testing import make_run

KINDS: list[AggregateKind] = ["pass@k", "pass^k"]
kinds = st.sampled_from(KINDS)
rates = st.floats(0.02, 0.98)


def binomial(trials: int, rate: float) -> list[float]:
    return [comb(trials, n) * rate**n * (1 - rate) ** (trials - n) for n in range(trials + 1)]


def marks(passes: int, trials: int) -> list[float]:
    return [1.0] * passes + [0.0] * (trials - passes)


def true_variance(aggregate: Aggregate, trials: int, rate: float) -> float:
    """Variance of the value of a case that passes with this rate, by enumeration."""
    chances = binomial(trials, rate)
    values = [aggregate.value(marks(n, trials)) or 0.0 for n in range(trials + 1)]
    mean = sum(chance * value for chance, value in zip(chances, values, strict=True))
    return sum(c * (value - mean) ** 2 for c, value in zip(chances, values, strict=True))


@given(kinds, st.integers(1, 3), st.integers(0, 5), rates)
def test_the_variance_is_unbiased(kind: AggregateKind, k: int, more: int, rate: float) -> None:
    aggregate, trials = Aggregate(kind=kind, k=k), 2 * k + more
    expected = sum(
        chance * variance_per_trial(aggregate, [marks(passes, trials)])
        for passes, chance in enumerate(binomial(trials, rate))
    )
    half = trials // 2
    assert expected == pytest.approx(half * true_variance(aggregate, half, rate), abs=1e-12)


@given(kinds, st.integers(1, 4), st.integers(0, 6), rates)
def test_more_trials_vary_no_more_than_the_plan_says(
    kind: AggregateKind, k: int, more: int, rate: float
) -> None:
    aggregate, fewer = Aggregate(kind=kind, k=k), k + more
    bound = fewer * true_variance(aggregate, fewer, rate)
    assert (fewer + 1) * true_variance(aggregate, fewer + 1, rate) <= bound + 1e-12


def test_halves_are_known_where_most_cases_have_them() -> None:
    aggregate = Aggregate(kind="pass^k", k=2)
    assert half_of(aggregate, [[1.0] * 6, [1.0] * 4, [1.0] * 3]) == 3
    assert half_of(aggregate, [[1.0] * 4, [1.0] * 3, [1.0] * 3]) == 0
    assert half_of(aggregate, []) == 0


def pilot(trials: int, *, k: int = 2, seed: int = 1, kind: AggregateKind = "pass^k") -> Run:
    generator = np.random.default_rng(seed)
    record = MetricRecord(
        spec=Spec(name=kind, params={"k": k}),
        better="higher",
        bounds=(0.0, 1.0),
        aggregate=Aggregate(kind=kind, k=k),
    )
    cases = generator.beta(1.5, 0.5, 150)
    scores = {
        f"c{n}": [float(generator.random() < rate) for _ in range(trials)]
        for n, rate in enumerate(cases)
    }
    return make_run(scores, metric=record, id=f"run-{seed}")


def gate(run: Run, margin: float = 0.05) -> Policy:
    return Policy(metric=run.metrics[0].label, margin=margin)


@pytest.mark.parametrize("kind", KINDS)
def test_what_the_plan_confirms_the_gate_confirms(kind: AggregateKind) -> None:
    run = pilot(6, kind=kind)
    plan = plan_runs(run, [gate(run)], simulated=False)
    [found] = plan.resolutions
    assert plan.today.trials == (6, 6)
    assert found.formula < found.confirms < 0.2
    assert "from halves of 3 trials per case of the run" in found.gate.basis
    [planned] = gates_of(run, [gate(run, found.confirms)])
    pool = sources_of(run, [planned], flips=None)
    assert pool is not None
    power = simulate(pool, [planned], plan.today, work=60_000)[0]
    assert power.confirmed >= 0.8 - 3 * power.error
    assert power.alarmed <= 0.05 + 3 * power.error
    assert power.found is not None and power.found >= 0.8 - 3 * power.error


def test_two_runs_tell_how_much_their_values_change() -> None:
    runs = pilot(4), pilot(5, seed=2)
    [found] = plan_runs(runs[1], [gate(runs[1])], baseline=runs[0], simulated=False).resolutions
    before, after = ([_value(run, case.id) for case in run.cases] for run in runs)
    changes = np.array(after) - np.array(before)
    assert found.gate.noise.between == pytest.approx(float(np.var(changes, ddof=1)))
    assert "from the changes between two runs of 4 and 5 trials" in found.gate.basis
    assert found.gate.fewest == (4, 5)


def _value(run: Run, case: str) -> float | None:
    outcomes = [
        trial.outcome(run.metrics[0].label) for trial in run.trials if trial.case_id == case
    ]
    return run.metrics[0].case_value([one.value for one in outcomes if isinstance(one, Score)])


@pytest.mark.parametrize(
    ("trials", "asked", "words"),
    [
        (3, (None, None), "Plan from one run with 4 trials of each case, or two with 2."),
        (6, (None, 2), "its noise is known for 3 baseline and 3 candidate trials or more."),
        (6, (2, None), "its noise is known for 3 baseline and 3 candidate trials or more."),
        (6, (3, 3), ""),
    ],
)
def test_what_is_not_known_is_not_planned(
    trials: int, asked: tuple[int | None, int | None], words: str
) -> None:
    run = pilot(trials)
    plan = plan_runs(run, [gate(run)], trials=asked, simulated=False)
    assert bool(plan.resolutions) == (not words)
    assert any(words in text for text in plan.obstacles) == bool(words)
