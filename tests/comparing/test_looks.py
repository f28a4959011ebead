"""What two runs say at the last look of a sequential one."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.comparing.looks import glance
from holdfast.comparing.order import drawing_order
from holdfast.comparison import Comparison, compare
from holdfast.policy import Policy
from holdfast.record import MetricRecord, Run
from holdfast.sequence import Look, SequentialRecord
from holdfast.stats import betting
from holdfast.system import Spec
from holdfast.testing import METRICS, make_run


def scores(count: int, *, seed: int, mean: float = 0.8) -> dict[str, list[float]]:
    generator = np.random.default_rng(seed)
    return {f"c{i}": [float(generator.random() < mean)] for i in range(count)}


def looked(run: Run, *shares: float, method: str = "hsd", drawn: int | None = None) -> Run:
    """The run as if it had been looked at when these shares of the evidence were in."""
    count = len(run.cases)
    looks = tuple(
        Look(cases=round(share * count), repeats=1, fraction=share, spent=share) for share in shares
    )
    if drawn is not None:
        looks = (*looks[:-1], replace(looks[-1], cases=drawn))
    record = SequentialRecord(
        method=method, seed=0, repeats=1, most=1, beside="old", looks=looks, ended=True
    )
    order = [key for unit in drawing_order(run.cases, seed=0) for key in unit]
    kept = set(order[: looks[-1].cases])
    trials = tuple(trial for trial in run.trials if trial.case_id in kept)
    return replace(run, sequence=record, trials=trials)


def pair(
    *shares: float, method: str = "hsd", metric: MetricRecord = METRICS[0], clusters=None
) -> tuple[Run, Run]:
    old = make_run(scores(200, seed=1), id="old", metric=metric, clusters=clusters)
    new = make_run(scores(200, seed=2, mean=0.7), id="new", metric=metric, clusters=clusters)
    return old, looked(new, *shares, method=method)


def only(comparison: Comparison):
    (delta,) = comparison.deltas
    return delta


def test_a_run_that_was_never_looked_at_is_seen_as_it_is() -> None:
    old, new = make_run(scores(30, seed=1), id="old"), make_run(scores(30, seed=2), id="new")
    seen = glance(old, new)
    assert seen.baseline is old and seen.candidate is new
    assert not seen.undrawn and seen.level(METRICS[0], ()) == 0.05
    assert not only(compare(old, new)).sequential


def test_one_look_at_all_cases_is_the_plain_comparison() -> None:
    old, new = pair(1.0)
    plain = compare(old, replace(new, sequence=None))
    assert compare(old, new).deltas == plain.deltas


@given(st.lists(st.integers(10, 100), min_size=2, max_size=6, unique=True))
@settings(max_examples=15, deadline=None)
def test_more_looks_never_make_the_evidence_stronger(percents: list[int]) -> None:
    shares = tuple(sorted(percent / 100 for percent in percents))
    old, new = pair(*shares)
    several = only(compare(old, new))
    order = [key for unit in drawing_order(new.cases, seed=0) for key in unit]
    kept = set(order[: new.sequence.looks[-1].cases])

    def part(run: Run) -> Run:
        return replace(
            run,
            cases=tuple(case for case in run.cases if case.id in kept),
            trials=tuple(trial for trial in run.trials if trial.case_id in kept),
            sequence=None,
        )

    once = only(compare(part(old), part(new)))
    assert several.p_worse >= once.p_worse and several.p_better >= once.p_better
    assert several.low <= once.low and several.high >= once.high
    assert several.estimate == once.estimate


@pytest.mark.parametrize("size", [1, 4])
def test_bets_are_laid_in_the_order_of_drawing_by_whole_units(size: int) -> None:
    clusters = {f"c{i}": f"doc {i // size}" for i in range(200)}
    old, new = pair(0.25, 0.5, method="betting", clusters=clusters)
    delta = only(compare(old, new))
    before = {trial.case_id: trial.scores["correct"].value for trial in old.trials}
    after = {trial.case_id: trial.scores["correct"].value for trial in new.trials}
    units = [unit for unit in drawing_order(new.cases, seed=0) if all(key in after for key in unit)]
    sums = np.array([sum(after[key] - before[key] for key in unit) for unit in units])
    sizes = np.array([float(len(unit)) for unit in units])
    laid = betting.Units(sums=sums, sizes=sizes, largest=float(size))
    assert delta.p_worse == pytest.approx(betting.p_worse(laid), rel=1e-9)
    assert delta.low == pytest.approx(betting.lower_bound(laid, alpha=0.05), rel=1e-9)
    assert delta.high == pytest.approx(-betting.lower_bound(laid.mirrored(), alpha=0.05))
    assert delta.method == "betting" and delta.drawn == 0.5


def test_bets_on_a_score_that_is_better_when_lower_are_mirrored() -> None:
    higher = pair(0.25, 0.5, method="betting")
    errors = MetricRecord(spec=Spec(name="correct"), better="lower", bounds=(0.0, 1.0))
    lower = pair(0.25, 0.5, method="betting", metric=errors)
    up, down = only(compare(*higher)), only(compare(*lower))
    assert (up.p_worse, up.low) == pytest.approx((down.p_better, -down.high))


def test_a_score_without_a_range_is_not_bet_on_before_all_cases_are_drawn() -> None:
    seconds = MetricRecord(spec=Spec(name="tokens"), better="lower", bounds=None, unit="tokens")
    old, new = pair(0.25, 0.5, method="betting", metric=seconds)
    assert "no range to bet on" in compare(old, new).metric_problems["tokens"]
    old, new = pair(0.5, 1.0, method="betting", metric=seconds)
    assert "tokens" not in compare(old, new).metric_problems


def test_slices_that_gate_take_a_run_that_is_judged_once() -> None:
    gate = Policy(metric="correct", margin=0.05, slices="gate")
    old, new = pair(0.5, 1.0)
    assert "gated in slices" in compare(old, new, policies=[gate]).metric_problems["correct"]
    assert not compare(*pair(1.0), policies=[gate]).metric_problems


def test_equal_answers_of_a_part_of_the_cases_prove_nothing_of_the_others() -> None:
    old = make_run({f"c{i}": [1.0] for i in range(200)}, id="old")
    new = looked(replace(old, id="new"), 0.15)
    delta = only(compare(old, new))
    assert delta.method == "tango" and delta.low < 0
    whole = only(compare(old, looked(replace(old, id="new"), 0.5, 1.0)))
    assert whole.method == "identical" and whole.p_worse == 1.0


def test_trials_made_after_the_last_look_are_left_out() -> None:
    old, new = pair(0.25, 0.5)
    full = make_run(scores(200, seed=2, mean=0.7), id="new")
    more = replace(new, trials=full.trials, complete=False)
    assert only(compare(old, more)) == only(compare(old, new))


def test_cases_that_were_added_do_not_count_as_undrawn() -> None:
    old = make_run(scores(195, seed=1), id="old")
    new = looked(make_run(scores(200, seed=2), id="new"), 0.25, 0.5)
    comparison = compare(old, new)
    assert len(comparison.added) == 5 and not comparison.problems
    assert only(comparison).pairs + len(comparison.undrawn) == 195


def test_what_waited_for_all_cases_pays_for_no_look_before() -> None:
    curated = Policy(metric="correct", margin=0.05, estimand="suite")
    waited = only(compare(*pair(0.25, 0.5, 1.0), policies=[curated]))
    old, new = pair(1.0)
    once = only(compare(old, replace(new, sequence=None), policies=[curated]))
    assert (waited.p_worse, waited.low, waited.high) == (once.p_worse, once.low, once.high)
    paid = only(compare(*pair(0.25, 0.5, 1.0)))
    assert paid.p_worse > only(compare(*pair(1.0))).p_worse
