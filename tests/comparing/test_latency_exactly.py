"""Every number of a change in seconds, from the records of small runs with uneven numbers."""

from collections.abc import Iterable
from dataclasses import fields, is_dataclass, replace
from math import inf

import numpy as np
import pytest
from scipy.stats import mstats

from holdfast.comparing.timing import Rate, Timing
from holdfast.comparison import Comparison, Delta, Lost, compare
from holdfast.metric import Failure, Score
from holdfast.metrics import Latency
from holdfast.policy import Policy
from holdfast.record import Run, TrialRecord
from holdfast.stats.covariate import Covariate
from holdfast.stats.quantiles import Traces, quantile_change
from holdfast.stats.throughput import RateChange, rate_change
from tests.comparing.interleaved import Session


def flat(value: object, name: str = "") -> dict[str, object]:
    """Numbers of a record and of the records in it, by path, and the text of all else."""
    if not is_dataclass(value) or isinstance(value, type):
        return {name: value if isinstance(value, int | float) else repr(value)}
    return {
        path: found
        for one in fields(value)
        if one.compare
        for path, found in flat(getattr(value, one.name), f"{name}.{one.name}").items()
    }


def near(value: object) -> dict[str, object]:
    """The same, to nine digits."""
    return {
        path: pytest.approx(found, rel=1e-9) if isinstance(found, float) else found
        for path, found in flat(value).items()
    }


def only(comparison: Comparison) -> Delta:
    assert comparison.metric_problems == {}
    (delta,) = comparison.deltas
    return delta


def seconds_of(run: Run, *, warm: bool = False) -> np.ndarray:
    label = run.metrics[0].label
    return np.array([t.scores[label].value for t in run.trials if t.block or warm])  # type: ignore[union-attr]


def higher(run: Run) -> Run:
    """The same run where more seconds are better, as for the time between two faults."""
    return replace(run, metrics=tuple(replace(m, better="higher") for m in run.metrics))


def rescored(run: Run, values: Iterable[float]) -> Run:
    label = run.metrics[0].label
    trials = zip(run.trials, values, strict=True)
    return replace(run, trials=tuple(replace(t, scores={label: Score(v)}) for t, v in trials))


def quantile(seconds: np.ndarray, share: float) -> float:
    return float(np.exp(mstats.hdquantiles(np.log(seconds), [share])[0]))


def rate(found: RateChange) -> Rate:
    low, estimate, high = (np.exp(v) - 1 for v in (found.low, found.estimate, found.high))
    return Rate(
        baseline=found.baseline, candidate=found.candidate, low=low, estimate=estimate, high=high
    )


def rates(runs: tuple[Run, Run], alpha: float) -> tuple[Rate, Rate]:
    """Of requests that never overlap: the amount of each block over the sum of its seconds."""
    sums = np.array(
        [
            [
                [
                    sum(what(t) for t in run.trials if t.block == block)
                    for block in range(1, 1 + max(t.block or 0 for t in run.trials))
                ]
                for run in runs
            ]
            for what in (lambda t: t.seconds, lambda _: 1, lambda t: t.response.usage.output_tokens)
        ],
        float,
    )
    return rate(rate_change(sums[1], sums[0], alpha=alpha)), rate(
        rate_change(sums[2], sums[0], alpha=alpha)
    )


SMALL = Session(
    blocks=20,
    each=2,
    slower=0.07,
    seed=5,
    metrics=(Latency(quantile=0.4),),
    tokens=(np.arange(42) % 5 + 3, np.arange(42) % 7 + 4),
)
"""As few blocks as carry a claim."""
SINGLE = replace(
    SMALL, blocks=30, each=1, slower=-0.2, tokens=(np.arange(31) % 4 + 1, np.arange(31) % 3 + 1)
)
"""As few requests as carry a claim, one in each block."""


@pytest.mark.parametrize("session", [SMALL, SINGLE])
@pytest.mark.parametrize("better", ["lower", "higher"])
def test_every_number_of_a_change_in_turns(session: Session, better: str) -> None:
    runs = session.runs()
    if better == "higher":
        runs = higher(runs[0]), higher(runs[1])
    label, number = runs[0].metrics[0].label, session.blocks * session.each
    delta = only(compare(*runs, policies=[Policy(metric=label, margin=0.1, alpha=0.1)]))
    blocks = np.repeat(np.arange(session.blocks), session.each)
    logs = [np.log(seconds_of(run)) for run in runs]
    found = quantile_change(
        Traces(baseline=logs[0], candidate=logs[1], blocks=blocks), 0.4, alpha=0.1
    )
    rises = [np.exp(v) - 1 for v in (found.low, found.estimate, found.high)]
    worse, better_p = found.p_lower, found.p_higher
    if better == "lower":
        rises, worse, better_p = [-v for v in reversed(rises)], better_p, worse
    means = [quantile(seconds_of(run), 0.4) for run in runs]
    both = rates(runs, 0.1)
    expected = Delta(
        metric=runs[1].metrics[0],
        pairs=number + session.each,
        matched=number + session.each,
        trials=(1, 1),
        lost=Lost(),
        baseline_mean=means[0],
        candidate_mean=means[1],
        low=rises[0],
        estimate=rises[1],
        high=rises[2],
        p_worse=worse,
        p_better=better_p,
        method="blocks",
        test=f"bootstrap of {session.blocks} interleaved blocks",
        alpha=0.1,
        spread=found.error * np.sqrt(number + session.each),
        floor_mean=means[1],
        scale="ratio",
        timing=Timing(
            quantile=0.4,
            requests=number,
            blocks=session.blocks,
            floor=np.exp(found.floor) - 1,
            requests_per_second=both[0],
            tokens_per_second=both[1],
        ),
    )
    assert flat(delta) == near(expected)


def test_the_throughput_is_told_once_and_the_lengths_are_those_of_the_answers() -> None:
    random = np.random.default_rng(3)
    tokens = random.integers(20, 400, 63), random.integers(25, 420, 63)
    session = replace(
        SMALL,
        each=3,
        tokens=tokens,
        per_token=(0.0005, 0.0006),
        metrics=(Latency(), Latency(adjusted=True)),
    )
    runs = session.runs()
    plain, adjusted = compare(*runs).deltas
    logs = [np.log(seconds_of(run)) for run in runs]
    found = quantile_change(
        Traces(
            baseline=logs[0],
            candidate=logs[1],
            blocks=np.repeat(np.arange(20), 3),
            covariate=Covariate(
                baseline=np.log(tokens[0][3:] + 1.0), candidate=np.log(tokens[1][3:] + 1.0)
            ),
        ),
        0.5,
        alpha=0.05,
    )
    assert plain.timing is not None and adjusted.timing is not None
    assert (plain.timing.adjusted, plain.timing.requests_per_second is None) == (False, False)
    assert adjusted.timing == Timing(
        quantile=0.5,
        requests=60,
        blocks=20,
        floor=pytest.approx(np.exp(found.floor) - 1),  # type: ignore[arg-type]
        adjusted=True,
    )
    assert adjusted.estimate == pytest.approx(1 - np.exp(found.estimate))
    assert adjusted.candidate_mean == pytest.approx(np.exp(found.candidate))
    assert plain.estimate == pytest.approx(
        1 - quantile(seconds_of(runs[1]), 0.5) / quantile(seconds_of(runs[0]), 0.5)
    )


@pytest.mark.parametrize("better", ["lower", "higher"])
def test_every_number_of_separate_sessions(better: str) -> None:
    runs = replace(SMALL, session=("", ""), slower=0.6).runs()
    if better == "higher":
        runs = higher(runs[0]), higher(runs[1])
    label = runs[0].metrics[0].label
    means = [quantile(seconds_of(run, warm=True), 0.4) for run in runs]
    rise = means[1] / means[0] - 1
    delta = only(compare(*runs, policies=[Policy(metric=label, role="monitor", alpha=0.1)]))
    expected = Delta(
        metric=runs[1].metrics[0],
        pairs=42,
        matched=42,
        trials=(1, 1),
        lost=Lost(),
        baseline_mean=means[0],
        candidate_mean=means[1],
        low=-inf,
        estimate=rise if better == "higher" else -rise,
        high=inf,
        p_worse=1.0,
        p_better=1.0,
        method="none",
        test="none: the runs are of separate sessions",
        alpha=0.1,
        floor_mean=means[1],
        scale="ratio",
        timing=Timing(quantile=0.4, requests=42, blocks=0),
    )
    assert flat(delta) == near(expected)


def test_a_run_beside_itself_has_changed_by_nothing_and_no_test_was_made() -> None:
    run, _ = SMALL.runs()
    delta = only(compare(run, run))
    # No minus before a zero either.
    assert [str(v) for v in (delta.low, delta.estimate, delta.high)] == ["0.0", "0.0", "0.0"]
    assert (delta.method, delta.test) == ("identical", "none: the answers are identical")


def test_times_of_zero_seconds_have_a_quantile_and_no_change() -> None:
    """Whole seconds, as a system may report them; their logarithms do not exist."""
    before, after = replace(SMALL, session=("", "")).runs()
    values = [3 * (i % 4) for i in range(42)]
    delta = only(compare(before, rescored(after, values)))
    assert delta.candidate_mean == pytest.approx(mstats.hdquantiles(values, [0.4])[0])
    nothing = only(compare(rescored(before, [0] * 42), after))
    assert (nothing.baseline_mean, nothing.estimate) == (0.0, 0.0)


def lost(trial: TrialRecord, stage: str) -> TrialRecord:
    failure = Failure(stage=stage, error="gone")  # type: ignore[arg-type]
    return replace(trial, scores=dict.fromkeys(trial.scores, failure))


@pytest.mark.parametrize("bounds", [None, (0.0, 60.0)])
def test_a_lost_time_leaves_no_quantile_that_a_ceiling_could_ask_of(
    bounds: tuple[float, float] | None,
) -> None:
    before, after = (
        replace(run, metrics=tuple(replace(m, bounds=bounds) for m in run.metrics))
        for run in replace(SMALL, session=("", "")).runs()
    )
    assert only(compare(before, after)).floor_mean is not None
    after = replace(after, trials=(*after.trials[:-1], lost(after.trials[-1], "metric")))
    assert only(compare(before, after)).floor_mean is None


def test_a_time_lost_of_a_case_that_only_the_candidate_has_leaves_no_quantile_either() -> None:
    before, after = replace(SMALL, session=("", "")).runs()
    before = replace(before, cases=before.cases[:-1], trials=before.trials[:-1])
    assert only(compare(before, after)).floor_mean is not None
    after = replace(after, trials=(*after.trials[:-1], lost(after.trials[-1], "metric")))
    assert only(compare(before, after)).floor_mean is None


def test_no_rate_is_told_of_a_block_in_which_no_time_passed() -> None:
    before, after = SMALL.runs()
    still = replace(
        after, trials=tuple(replace(t, seconds=0.0) if t.block == 3 else t for t in after.trials)
    )
    timing = only(compare(before, still)).timing
    assert timing is not None
    assert (timing.requests_per_second, timing.tokens_per_second) == (None, None)


def test_no_rate_is_told_of_tokens_that_a_block_has_none_of() -> None:
    tokens = np.where(np.arange(42) // 2 == 4, 0, 9)
    before, after = replace(SMALL, tokens=(tokens, tokens + 1)).runs()
    timing = only(compare(before, after)).timing
    assert timing is not None
    assert timing.requests_per_second is not None
    assert timing.tokens_per_second is None


def test_tokens_that_one_of_the_systems_reports_are_not_enough() -> None:
    tokens = np.zeros(42, int), np.arange(42) + 9
    runs = replace(SMALL, tokens=tokens, metrics=(Latency(adjusted=True),)).runs()
    (problem,) = compare(*runs).metric_problems.values()
    assert problem == (
        "latency(adjusted=true) needs output tokens; let the system fill Response.usage"
    )


def test_lengths_that_do_not_overlap_do_not_keep_the_plain_seconds_from_a_claim() -> None:
    tokens = np.arange(42) % 3 + 9, np.arange(42) % 3 + 90
    assert only(compare(*replace(SMALL, tokens=tokens).runs())).method == "blocks"


@pytest.mark.parametrize("better", ["lower", "higher"])
@pytest.mark.parametrize("arm", [0, 1])
def test_no_time_that_was_lost_could_have_been_worse_than_the_worst(better: str, arm: int) -> None:
    """Whatever is put in its place, from the smallest to the largest that was seen."""
    gone, session = ("c0020", "c0031"), replace(SMALL, slower=0.0)
    runs = replace(session, failures={arm: gone}).runs()
    whole = session.runs()
    if better == "higher":
        runs, whole = (higher(runs[0]), higher(runs[1])), (higher(whole[0]), higher(whole[1]))
    worst = only(compare(*runs)).worst
    assert worst is not None
    seen = [run.trials[i].seconds for run in runs for i in range(2, 42) if i not in (20, 31)]
    found: list[float] = []
    for value in (min(seen), float(np.median(seen)), max(seen)):
        filled = list(whole)
        values = [value if t.case_id in gone else t.seconds for t in whole[arm].trials]
        filled[arm] = rescored(whole[arm], values)
        delta = only(compare(*filled))
        assert worst.low <= delta.low + 1e-12
        found.append(delta.estimate)
    assert worst.estimate == pytest.approx(min(found), abs=0.02)
    assert min(found) < max(found)


def test_a_time_of_zero_seconds_beside_a_lost_one_has_no_ratio_either() -> None:
    before, after = replace(SMALL, failures={1: ("c0020",)}).runs()
    values = [0.0 if t.case_id == "c0020" else t.seconds for t in before.trials]
    (problem,) = compare(rescored(before, values), after).metric_problems.values()
    assert problem == (
        "latency(quantile=0.4) holds 1 times of zero seconds or less, which have no ratio; let the "
        "system report seconds that passed"
    )
