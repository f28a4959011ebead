"""Tests of holdfast.comparing.latency: seconds are compared within a session and nowhere else."""

import csv
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import mstats

from holdfast.comparison import Delta, compare
from holdfast.errors import UsageError
from holdfast.gate import PROFILES, Finding, Verdict, decide
from holdfast.metrics import Latency
from holdfast.policy import Policy
from holdfast.record import Run
from tests.comparing.interleaved import Session

P95 = Latency(quantile=0.95)
DATA = Path(os.environ.get("HOLDFAST_PUBLIC_DATA", Path(__file__).parents[3] / "shared" / "data"))


def judged(
    session: Session, *, margin: float = 0.1, runs: tuple[Run, Run] | None = None
) -> Verdict:
    before, after = runs or session.runs()
    policies = [Policy(metric=m.spec.label, margin=margin) for m in session.metrics]
    return decide(compare(before, after, policies=policies), policies, profile=PROFILES["pr"])


def delta_of(session: Session, runs: tuple[Run, Run] | None = None) -> Delta:
    (delta,) = compare(*(runs or session.runs())).deltas
    return delta


def only(verdict: Verdict) -> Finding:
    (finding,) = verdict.findings
    return finding


def logs(run: Run, label: str = "latency") -> np.ndarray:
    """Logs of the seconds after the warm-up."""
    return np.log([t.scores[label].value for t in run.trials if t.block])  # type: ignore[union-attr]


def test_an_unchanged_system_is_no_regression_and_the_ratio_is_that_of_the_quantiles() -> None:
    session = Session(metrics=(P95,))
    before, after = session.runs()
    delta = delta_of(session, (before, after))
    known = [mstats.hdquantiles(logs(run, P95.spec.label), [0.95])[0] for run in (before, after)]
    assert delta.scale == "ratio"
    assert delta.estimate == pytest.approx(-np.expm1(known[1] - known[0]))
    assert [delta.baseline_mean, delta.candidate_mean] == pytest.approx(np.exp(known))
    assert delta.timing is not None
    assert (delta.timing.requests, delta.timing.blocks) == (288, 24)
    assert only(judged(session)).state != "regressed"


@pytest.mark.parametrize("metric", [Latency(), P95])
def test_a_slower_system_is_a_regression_told_in_percent(metric: Latency) -> None:
    verdict = judged(Session(slower=0.4, metrics=(metric,)))
    finding = only(verdict)
    assert (verdict.outcome, finding.state) == ("regression", "regressed")
    name = "p95" if metric is P95 else "p50"
    assert finding.why.startswith(f"{name} ")
    assert "288 requests per arm in 24 blocks, noise floor" in finding.why
    assert "(90\N{NO-BREAK SPACE}% interval +" in finding.why
    assert "rose by" in verdict.sentence


def test_a_faster_system_is_an_improvement() -> None:
    assert only(judged(Session(slower=-0.4))).state == "improved"


def test_swapping_the_runs_mirrors_the_ratio() -> None:
    session = Session(slower=0.1)
    before, after = session.runs()
    one, other = delta_of(session, (before, after)), delta_of(session, (after, before))
    assert 1 - one.estimate == pytest.approx(1 / (1 - other.estimate))
    assert 1 - one.low == pytest.approx(1 / (1 - other.high))
    assert one.p_worse == pytest.approx(other.p_better, abs=1e-3)


def test_the_warm_up_is_recorded_and_not_judged() -> None:
    session = Session()
    before, after = session.runs()
    slow = replace(
        after,
        trials=tuple(
            replace(t, scores={"latency": type(t.scores["latency"])(99.0)})  # type: ignore[call-arg]
            if t.block == 0
            else t
            for t in after.trials
        ),
    )
    one, other = delta_of(session, (before, after)), delta_of(session, (before, slow))
    assert (one.low, one.estimate, one.p_worse) == (other.low, other.estimate, other.p_worse)


def test_seconds_of_separate_sessions_are_shown_and_not_compared() -> None:
    session = Session(session=("", ""), slower=0.5)
    delta = delta_of(session)
    assert delta.method == "none"
    assert (delta.low, delta.high, delta.p_worse) == (-np.inf, np.inf, 1.0)
    assert delta.candidate_mean > 1.2 * delta.baseline_mean
    policy = Policy(metric="latency", role="monitor", margin=0.1)
    finding = only(decide(compare(*session.runs(), policies=[policy]), [policy]))
    assert finding.state == "inconclusive"
    assert "separate sessions" in finding.why


def test_a_margin_between_separate_sessions_is_refused_with_the_way_out() -> None:
    with pytest.raises(UsageError, match="interleave=True"):
        judged(Session(session=("one", "another")))


def test_a_run_beside_itself_passes() -> None:
    session = Session()
    before, _ = session.runs()
    assert judged(session, runs=(before, before)).passed


def test_a_quantile_that_needs_more_requests_says_how_many() -> None:
    verdict = judged(Session(metrics=(Latency(quantile=0.99),)))
    assert verdict.outcome == "invalid"
    assert "needs 662 requests per arm, and there are 288" in only(verdict).why


def test_too_few_blocks_carry_no_claim() -> None:
    verdict = judged(Session(blocks=12, each=20))
    assert verdict.outcome == "invalid"
    assert "needs 20 blocks, and there are 12" in only(verdict).why


def test_times_that_did_not_pass_have_no_ratio() -> None:
    session = Session()
    before, after = session.runs()
    trials = list(after.trials)
    trials[50] = replace(trials[50], scores={"latency": type(trials[50].scores["latency"])(0.0)})  # type: ignore[call-arg]
    verdict = judged(session, runs=(before, replace(after, trials=tuple(trials))))
    assert "1 times of zero seconds" in only(verdict).why


@given(st.lists(st.integers(12, 299), min_size=1, max_size=40), st.floats(1.01, 9.0))
@settings(max_examples=6)
def test_a_slower_request_never_makes_the_candidate_look_faster(
    places: list[int], factor: float
) -> None:
    session = Session(slower=0.05)
    before, after = session.runs()
    trials = list(after.trials)
    for place in places:
        seconds = trials[place].scores["latency"].value * factor  # type: ignore[union-attr]
        scores = {"latency": type(trials[place].scores["latency"])(seconds)}  # type: ignore[call-arg]
        trials[place] = replace(trials[place], scores=scores)
    one = delta_of(session, (before, after))
    other = delta_of(session, (before, replace(after, trials=tuple(trials))))
    assert other.low <= one.low + 1e-12
    assert other.high <= one.high + 1e-12
    assert other.p_worse <= one.p_worse + 1e-12


def test_requests_that_time_out_do_not_make_a_system_faster() -> None:
    """Half of the slow requests fail: the rest look fast, and still nothing passes."""
    session = Session(slower=0.25, metrics=(P95,))
    honest = judged(session)
    assert honest.outcome == "regression"
    _, after = session.runs()
    label = P95.spec.label
    slow = sorted(after.trials, key=lambda t: -t.scores[label].value)[:14]  # type: ignore[union-attr]
    dropping = replace(session, failures={1: tuple(trial.case_id for trial in slow)})
    verdict = judged(dropping)
    finding = only(verdict)
    assert finding.blocks, finding.why
    assert finding.state in ("regressed", "inconclusive")


def test_failures_of_the_baseline_do_not_make_it_slower() -> None:
    session = Session(failures={0: tuple(f"c{i:04}" for i in range(20, 28))})
    delta = delta_of(replace(session, slower=0.2))
    assert delta.worst is not None
    assert delta.worst.low < delta.low


def test_a_noisy_machine_gives_no_verdict_and_says_what_would() -> None:
    verdict = judged(Session(spread=1.5, metrics=(P95,)), margin=0.05)
    finding = only(verdict)
    assert (verdict.outcome, finding.state, finding.tags) == ("invalid", "invalid", ("noise",))
    assert "requests per arm, measure on a quieter machine" in finding.why


def test_a_regression_beyond_doubt_is_told_on_a_noisy_machine_too() -> None:
    assert judged(Session(spread=1.2, slower=2.0), margin=0.05).outcome == "regression"


def lengths(number: int) -> np.ndarray:
    """Output lengths as real requests have them, or as like them as we can make."""
    return np.clip(np.random.default_rng(4).lognormal(5.0, 0.8, number), 5, 2000).astype(int)


def length_session(tokens: np.ndarray, *, longer: float, per_token: float) -> Session:
    """A candidate that answers longer, or takes longer for each token."""
    random = np.random.default_rng(8)
    new = np.rint(tokens * (1 + longer) * np.exp(random.normal(0, 0.15, tokens.size)))
    return Session(
        blocks=30,
        each=10,
        spread=0.15,
        tokens=(tokens, new.astype(int)),
        per_token=(0.01, per_token),
        metrics=(Latency(), Latency(adjusted=True)),
    )


def test_a_longer_answer_is_no_slower_system() -> None:
    session = length_session(lengths(310), longer=0.3, per_token=0.01)
    states = {f.metric: f.state for f in judged(session, margin=0.05).findings}
    assert states["latency"] == "regressed"
    assert states["latency(adjusted=true)"] != "regressed"


def test_a_slower_token_is_a_slower_system_however_short_the_answers() -> None:
    session = length_session(lengths(310), longer=-0.2, per_token=0.0125)
    states = {f.metric: f.state for f in judged(session, margin=0.05).findings}
    assert states["latency"] != "regressed"
    assert states["latency(adjusted=true)"] == "regressed"


@pytest.mark.parametrize("kind", ["code", "conv"])
def test_lengths_of_real_requests_are_adjusted_for(kind: str) -> None:
    path = DATA / "azure_llm_trace" / f"AzureLLMInferenceTrace_{kind}.csv"
    if not path.exists():
        pytest.skip(f"there is no {path}: set HOLDFAST_PUBLIC_DATA to the public data")
    with path.open(encoding="utf-8") as file:
        column = [int(row["GeneratedTokens"]) for row in csv.DictReader(file)]
    real = np.random.default_rng(2).choice(column, 310, replace=False)
    real = np.maximum(real, 1)
    longer = length_session(real, longer=0.3, per_token=0.01)
    slower = length_session(real, longer=0.0, per_token=0.015)
    adjusted = "latency(adjusted=true)"
    fair = {f.metric: f for f in judged(longer, margin=0.05).findings}[adjusted]
    assert fair.state != "regressed", fair.why
    found = {f.metric: f for f in judged(slower, margin=0.05).findings}[adjusted]
    assert found.state == "regressed", found.why


def test_lengths_that_do_not_overlap_cannot_be_adjusted_for() -> None:
    tokens = np.full(310, 50)
    session = length_session(tokens, longer=2.0, per_token=0.01)
    (finding,) = (f for f in judged(session).findings if "adjusted" in f.metric)
    assert finding.state == "invalid"
    assert "differ more in length (median 50 and" in finding.why


def test_tokens_that_nobody_reports_cannot_be_adjusted_for() -> None:
    session = replace(Session(tokens=(np.zeros(300, int),) * 2), metrics=(Latency(adjusted=True),))
    assert "fill Response.usage" in only(judged(session)).why


def test_throughput_is_told_beside_the_seconds() -> None:
    delta = delta_of(Session(slower=0.5, blocks=30))
    assert delta.timing is not None
    rate, tokens = delta.timing.requests_per_second, delta.timing.tokens_per_second
    assert rate is not None and tokens is not None
    assert rate.high < 0
    assert tokens.baseline == pytest.approx(10 * rate.baseline)
    assert rate.estimate == pytest.approx(rate.candidate / rate.baseline - 1)


def test_a_ceiling_is_a_promise_about_the_measured_quantile() -> None:
    session = Session(metrics=(P95,), session=("", ""))
    before, after = session.runs()
    reached = float(
        np.exp(
            mstats.hdquantiles(
                np.log([t.scores[P95.spec.label].value for t in after.trials]), [0.95]
            )[0]
        )
    )  # type: ignore[union-attr]
    for ceiling, outcome in ((reached * 1.01, "pass"), (reached * 0.99, "regression")):
        policy = Policy(metric=P95.spec.label, floor=ceiling)
        verdict = decide(compare(before, after, policies=[policy]), [policy])
        assert verdict.outcome == outcome, verdict.sentence
