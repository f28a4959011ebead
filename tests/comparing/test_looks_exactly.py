"""What the last look of a sequential run says, number by number and word by word."""

from dataclasses import replace

import numpy as np
import pytest

from holdfast.comparing.looks import glance
from holdfast.comparing.order import drawing_order
from holdfast.comparison import Comparison, Delta, compare
from holdfast.metric import Failure, Outcome
from holdfast.policy import Policy
from holdfast.record import MetricRecord, Run
from holdfast.sequence import Look, SequentialRecord
from holdfast.stats import betting
from holdfast.stats.spending import nominal_levels, repeated_p
from holdfast.system import Spec
from holdfast.testing import METRICS, make_run

TONE = MetricRecord(spec=Spec(name="tone"), better="higher", bounds=(1.0, 5.0))
TOKENS = MetricRecord(spec=Spec(name="tokens"), better="lower", bounds=None, unit="tokens")
GONE = Failure(stage="infrastructure", error="429")
CASES = 60

Trials = dict[str, list[float | Outcome]]


def drawn_at_random(seed: int, *, trials: int = 1, metric: MetricRecord = TONE) -> Trials:
    chance = np.random.default_rng(seed)
    low, high = metric.bounds or (50.0, 90.0)
    return {
        f"c{n:02}": [float(value) for value in chance.uniform(low, high, trials)]
        for n in range(CASES)
    }


def looked(
    run: Run,
    *shares: float,
    method: str = "hsd",
    repeats: tuple[int, ...] = (),
    cases: tuple[int, ...] = (),
    planned: int = 1,
    ended: bool = True,
) -> Run:
    """The run with these looks, at so many trials of each case; its trials are all there."""
    cases = cases or tuple(round(share * CASES) for share in shares)
    repeats = repeats or (planned,) * len(shares)
    looks = tuple(
        Look(cases=drawn, repeats=count, fraction=share, spent=share)
        for share, drawn, count in zip(shares, cases, repeats, strict=True)
    )
    record = SequentialRecord(
        method=method, seed=5, repeats=planned, most=3, beside="a", looks=looks, ended=ended
    )
    return replace(run, sequence=record)


def runs(
    *shares: float, metric: MetricRecord = TONE, after: Trials | None = None, **how: object
) -> tuple[Run, Run]:
    before = make_run(drawn_at_random(1, metric=metric), id="a", metric=metric)
    candidate = make_run(after or drawn_at_random(2, metric=metric), id="b", metric=metric)
    return before, looked(candidate, *shares, **how)


def order_of(run: Run) -> list[str]:
    return [key for unit in drawing_order(run.cases, seed=5) for key in unit]


def part(run: Run, cases: int) -> Run:
    """The run as if it held the first cases of the order alone, and had never been looked at."""
    kept = set(order_of(run)[:cases])
    return replace(
        run,
        cases=tuple(case for case in run.cases if case.id in kept),
        trials=tuple(trial for trial in run.trials if trial.case_id in kept),
        sequence=None,
        dataset_digest=f"{cases} cases",
    )


def only(comparison: Comparison) -> Delta:
    (delta,) = comparison.deltas
    return delta


@pytest.mark.parametrize(
    ("shares", "how", "notes"),
    [
        (
            (0.25, 0.5),
            {},
            [
                "The candidate run stopped after 30 of 60 cases, drawn in random order, because "
                "the verdict was decided: 30 calls were not made."
            ],
        ),
        (
            (0.1,),
            {"planned": 3},
            [
                "The candidate run stopped after 6 of 60 cases, drawn in random order, because "
                "the verdict was decided: 162 calls were not made."
            ],
        ),
        (
            (0.25,),
            {"ended": False},
            [
                "The candidate run stopped after 15 of 60 cases, drawn in random order, because "
                "it was interrupted: 45 calls were not made."
            ],
        ),
        ((0.5, 1.0), {}, []),
        (
            (1.0,),
            {"ended": False},
            [
                "The candidate run was interrupted after 1 look; run the same command again to "
                "go on."
            ],
        ),
        (
            (0.5, 1.0),
            {"ended": False},
            [
                "The candidate run was interrupted after 2 looks; run the same command again to "
                "go on."
            ],
        ),
        (
            (0.25, 0.5, 1.0),
            {"repeats": (1, 1, 3), "cases": (30, 60, 60)},
            ["The run was extended from 1 to 3 trials of each case."],
        ),
    ],
)
def test_how_far_a_run_came_is_told(
    shares: tuple[float, ...], how: dict[str, object], notes: list[str]
) -> None:
    before, after = runs(*shares, **how)
    assert list(glance(before, after).notes) == notes
    assert [note for note in compare(before, after).notes if "run" in note] == notes


@pytest.mark.parametrize(
    ("shares", "beside", "told"),
    [
        ((0.25,), "", True),
        ((0.25, 0.5), "", True),
        ((0.25,), "a", False),  # drawn together with the candidate
        ((1.0,), "", False),
        ((0.25, 0.5, 1.0), "", False),
        ((), "", False),
    ],
)
def test_a_baseline_that_stopped_early_is_none_unless_it_was_drawn_together(
    shares: tuple[float, ...],
    beside: str,
    told: bool,  # noqa: FBT001 - parametrised
) -> None:
    before, after = runs(0.25)
    assert after.sequence is not None
    after = replace(after, sequence=replace(after.sequence, beside=beside))
    problem = (
        f"the baseline run 'a' stopped after {round(60 * shares[-1]) if shares else 0} of 60 cases,"
        " because its own verdict was decided; take a run of all cases as the baseline"
    )
    expected = (problem,) if told else ()
    assert compare(looked(before, *shares), after).problems == expected
    unseen = compare(looked(before, *shares), replace(after, sequence=None))
    assert unseen.problems == ((problem,) if shares and shares[-1] < 1.0 else ())


def test_a_run_that_stopped_early_may_be_compared_with_itself() -> None:
    _, run = runs(0.5)
    assert compare(run, run).problems == ()


def test_a_run_that_was_interrupted_before_its_first_look_says_nothing() -> None:
    before, after = runs()
    comparison = compare(before, after)
    assert comparison.deltas == ()
    assert comparison.problems == (
        "run 'b' stops as soon as its verdict is decided, and was interrupted before its first "
        "look; run the same command again to go on",
    )


def test_a_sequential_run_without_cases_holds_no_cases() -> None:
    before, after = runs(1.0)
    empty = replace(after, cases=(), trials=())
    assert compare(before, empty).problems == ("the candidate run holds no cases",)


@pytest.mark.parametrize("shares", [(0.5,), (0.25, 0.5), (0.25, 0.5, 1.0), (0.5, 1.0)])
@pytest.mark.parametrize("alpha", [0.05, 0.02])
def test_the_p_values_of_a_look_are_repeated_and_its_bounds_are_at_its_level(
    shares: tuple[float, ...], alpha: float
) -> None:
    before, after = runs(*shares)
    drawn = round(CASES * shares[-1])
    level = nominal_levels(shares, alpha)[-1]
    rule = Policy(metric="tone", margin=0.5, alpha=alpha)
    found = only(compare(before, after, policies=[rule]))
    assert glance(before, after).level(TONE, [rule]) == level
    single = compare(part(before, drawn), part(after, drawn), policies=[replace(rule, alpha=level)])
    plain = only(single)
    words = {1: "", 2: ", repeated at 2 looks", 3: ", repeated at 3 looks"}[len(shares)]
    mean = np.mean([trial.scores["tone"].value for trial in after.trials])
    assert found == replace(
        plain,
        p_worse=repeated_p(plain.p_worse, shares),
        p_better=repeated_p(plain.p_better, shares),
        test=plain.test + words,
        alpha=alpha,
        sequential=True,
        drawn=shares[-1],
        floor_mean=pytest.approx(mean) if drawn == CASES else None,
    )


@pytest.mark.parametrize("method", ["hsd", "betting"])
def test_lost_scores_are_counted_against_the_candidate_at_a_look_too(method: str) -> None:
    after = drawn_at_random(2)
    chosen = order_of(make_run(after))[0]
    told = {**after, chosen: [1.0]}
    after[chosen] = [GONE]
    shares = (0.25, 0.5)
    worst = only(compare(*runs(*shares, after=after, method=method))).worst
    filled = only(compare(*runs(*shares, after=told, method=method)))
    assert worst is not None
    numbers = ("low", "estimate", "high", "p_worse", "p_better", "test", "sequential", "drawn")
    for name in numbers:
        assert getattr(worst, name) == getattr(filled, name)


def test_what_has_no_test_is_not_repeated() -> None:
    before, after = runs(0.5, 1.0, after=drawn_at_random(1))
    same = only(compare(before, after))
    assert (same.method, same.test, same.p_worse, same.alpha) == (
        "identical",
        "none: the answers are identical",
        1.0,
        0.05,
    )
    tokens = drawn_at_random(2, metric=TOKENS)
    lost = {**tokens, order_of(make_run(tokens))[0]: [GONE]}
    before, after = runs(0.25, 0.5, metric=TOKENS, after=lost)
    worst = only(compare(before, after)).worst
    once = only(compare(part(before, 30), part(after, 30))).worst
    assert worst is not None and once is not None
    assert (worst.method, worst.p_worse, worst.test) == ("none", once.p_worse, once.test)
    assert worst.sequential


def test_bets_are_told_by_their_words_and_at_the_whole_alpha() -> None:
    clusters = {f"c{n:02}": f"g{n // 3}" for n in range(CASES)}
    before, after = runs(0.25, 0.5, method="betting")
    rule = Policy(metric="tone", margin=0.5, alpha=0.02)
    assert glance(before, after).level(TONE, [rule]) == 0.02
    assert only(compare(before, after)).test == "betting e-process"

    def clustered(run: Run) -> Run:
        named = tuple(replace(case, cluster=clusters[case.id]) for case in run.cases)
        return replace(run, cases=named)

    found = only(compare(clustered(before), clustered(after)))
    assert found.test == "betting e-process over clusters"


def test_a_bound_by_betting_is_in_units_of_the_score() -> None:
    before, after = runs(0.25, 0.5, method="betting")
    found = only(compare(before, after))
    scored = [
        {trial.case_id: trial.scores["tone"].value for trial in run.trials}
        for run in (before, after)
    ]
    sums = np.array([(scored[1][key] - scored[0][key]) / 4 for key in order_of(after)[:30]])
    units = betting.Units(sums=sums, sizes=np.ones(30))
    assert found.low == pytest.approx(4 * betting.lower_bound(units, alpha=0.05), rel=1e-9)
    upper = -betting.lower_bound(units.mirrored(), alpha=0.05)
    assert found.high == pytest.approx(4 * upper, rel=1e-9)


def test_no_bet_is_larger_than_the_largest_cluster_allows_though_it_is_not_drawn_yet() -> None:
    before, after = runs(0.25, 0.5, method="betting")

    def clustered(run: Run, name: str) -> Run:
        """The run with its last twelve cases in one cluster."""
        cases = [case if case.id < "c48" else replace(case, cluster=name) for case in run.cases]
        return replace(run, cases=tuple(cases))

    name = next(
        name
        for name in map(str, range(100))
        if "c48" in order_of(clustered(after, name))[CASES // 2 + 11 :]
    )
    before, after = clustered(before, name), clustered(after, name)
    drawn = order_of(after)[: CASES // 2]
    assert max(drawn) < "c48"
    scored = [
        {trial.case_id: trial.scores["tone"].value for trial in run.trials}
        for run in (before, after)
    ]
    sums = np.array([(scored[1][key] - scored[0][key]) / 4 for key in drawn])
    units = betting.Units(sums=sums, sizes=np.ones(30), largest=12.0)
    found = only(compare(before, after))
    assert found.p_worse == pytest.approx(betting.p_worse(units), rel=1e-9)
    assert found.p_better == pytest.approx(betting.p_better(units), rel=1e-9)


@pytest.mark.parametrize("other", ["tone", "correct"])
def test_only_a_policy_of_the_same_metric_waits_for_all_cases(other: str) -> None:
    rules = [
        Policy(metric="tone", margin=0.5),
        Policy(metric=other, margin=0.5, estimand="suite"),
    ][other == "tone" :]
    problems = compare(*runs(0.25, 0.5), policies=rules).metric_problems
    reason = "its policy is about these cases and no others"
    waits = {"tone": f"tone is judged when all cases are drawn, because {reason}"}
    assert problems == (waits if other == "tone" else {})


def test_a_score_without_a_range_is_not_bet_on_and_says_why() -> None:
    before, after = runs(0.25, 0.5, metric=TOKENS, method="betting")
    assert compare(before, after).metric_problems == {
        "tokens": "tokens is judged when all cases are drawn, because its scores have no range to "
        "bet on"
    }
    before, after = runs(0.5, 1.0, metric=TOKENS, method="betting")
    waited, plain = (only(compare(before, run)) for run in (after, replace(after, sequence=None)))
    assert (waited.low, waited.p_worse, waited.test) == (plain.low, plain.p_worse, plain.test)


def test_each_run_is_seen_with_the_trials_of_its_own_last_look() -> None:
    before = make_run(drawn_at_random(1, trials=3), id="a", metric=TONE)
    after = make_run(drawn_at_random(2, trials=3), id="b", metric=TONE)
    before = looked(before, 0.25, 0.5, repeats=(1, 2))
    after = replace(looked(after, 0.5, 1.0, repeats=(1, 1)), complete=False)
    seen = glance(before, after)
    assert (seen.baseline.repeats, seen.candidate.repeats) == (2, 1)
    assert {trial.repeat for trial in seen.baseline.trials} == {0, 1}
    assert {trial.repeat for trial in seen.candidate.trials} == {0}
    assert seen.candidate.complete
    found = compare(before, after)
    assert found.deltas[0].lost.total == 0
    assert found.deltas[0].trials == (2, 1)
    assert (found.baseline.repeats, found.candidate.repeats) == (2, 1)
    unlooked = glance(make_run(drawn_at_random(1, trials=3), id="a", metric=TONE), after)
    assert unlooked.baseline.repeats == 3
    assert len(unlooked.baseline.trials) == 3 * CASES


def test_the_level_of_what_waits_is_its_alpha() -> None:
    rule = Policy(metric="correct", margin=0.5, estimand="suite", alpha=0.03)
    before, after = runs(0.25, 0.5, metric=METRICS[0])
    assert glance(before, after).level(METRICS[0], [rule]) == 0.03
    before, after = runs(0.25, 1.0, metric=METRICS[0])
    assert glance(before, after).level(METRICS[0], [rule]) == 0.03
