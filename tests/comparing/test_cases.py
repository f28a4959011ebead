"""What happened to each case, and what speaks for it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from holdfast.comparing.cases import CaseEvidence, evidence_of
from holdfast.comparison import CasePair, compare
from holdfast.metric import Failure, Outcome
from holdfast.record import MetricRecord, Run
from holdfast.system import Spec
from holdfast.testing import METRICS, make_run

GRADED = MetricRecord(spec=Spec(name="tone"), better="higher", bounds=(1.0, 5.0))
ERRORS = METRICS[2]


def cased(
    before: list[float | Outcome], after: list[float | Outcome], metric: MetricRecord = METRICS[0]
) -> CasePair:
    """The case with these scores, beside others that did not change."""
    low, high = metric.bounds or (0.0, 1.0)
    good = high if metric.better == "higher" else low
    runs = [
        make_run(
            {"it": scores, **{f"c{index}": [good] * len(scores) for index in range(12)}},
            id=name,
            metric=metric,
        )
        for name, scores in (("a", before), ("b", after))
    ]
    return next(pair for pair in compare(*runs).cases if pair.case.id == "it")


def state(before: list[float], after: list[float], metric: MetricRecord = METRICS[0]) -> str:
    return cased(before, after, metric).states[metric.label]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ([1.0], [0.0], "broken"),
        ([0.0], [1.0], "fixed"),
        ([1.0], [1.0], "same"),
        ([1.0] * 3, [0.0] * 3, "broken"),
        ([1.0] * 2, [0.0] * 2, "broken"),
        ([1.0] * 5, [0.0], "broken"),
        ([1.0] * 5, [1.0, 0.0, 0.0, 0.0, 0.0], "broken"),  # p = .024
        ([0.0] * 5, [1.0, 1.0, 1.0, 1.0, 0.0], "fixed"),
        ([1.0, 0.0, 0.0, 0.0, 0.0], [1.0] * 5, "fixed"),
        ([1.0, 1.0, 0.0, 0.0], [0.0] * 12, "broken"),  # p = .05
        ([1.0, 1.0, 0.0, 0.0], [0.0] * 11, "flaky"),  # p = .057
        ([1.0] * 3, [1.0, 0.0, 0.0], "flaky"),  # p = .2
        ([1.0, 0.0, 1.0], [1.0] * 3, "flaky"),
        ([1.0, 1.0, 0.0], [0.0, 1.0, 1.0], "flaky"),
        ([1.0, 0.0, 1.0], [1.0, 0.0, 1.0], "same"),
        ([1.0, 1.0, 1.0, 1.0, 0.0], [1.0], "flaky"),
        ([1.0, 1.0, 1.0, 1.0, 0.0], [0.0], "flaky"),
    ],
)
def test_a_case_is_broken_only_where_its_trials_agree_or_show_it(
    before: list[float], after: list[float], expected: str
) -> None:
    assert state(before, after) == expected


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ([4.0], [3.5], "worse"),
        ([4.0], [4.5], "better"),
        ([4.0], [2.0], "broken"),
        ([2.0], [4.0], "fixed"),
        ([4.0], [3.0], "worse"),  # the middle of the range passes
        ([2.5], [3.0], "fixed"),
        ([3.0], [2.9], "broken"),
        ([4.0, 5.0], [2.0, 1.0], "broken"),
        ([4.0, 2.0], [2.0, 3.5], "worse"),
        ([2.0, 4.0], [5.0, 2.5], "better"),
        ([4.0, 4.5], [4.5, 4.0], "same"),
    ],
)
def test_graded_scores_get_better_or_worse(
    before: list[float], after: list[float], expected: str
) -> None:
    assert state(before, after, GRADED) == expected
    mirrored = ([6.0 - value for value in values] for values in (before, after))
    assert state(*mirrored, replace(GRADED, better="lower")) == expected


def test_where_lower_is_better_a_rise_breaks() -> None:
    assert state([0.0, 0.0], [1.0, 1.0], ERRORS) == "broken"
    assert state([1.0], [0.0], ERRORS) == "fixed"


GONE = Failure(stage="infrastructure", error="429")


def test_a_case_with_a_missing_trial_is_lost() -> None:
    assert cased([1.0, 1.0], [0.0, GONE]).states["correct"] == "lost"
    assert cased([1.0, 1.0], [GONE, GONE]).states["correct"] == "lost"
    assert cased([GONE, GONE], [0.0, 0.0]).states["correct"] == "lost"


@pytest.mark.parametrize("arms", [([1.0, 0.0], [GONE] * 2), ([GONE] * 2, [1.0, 0.0])])
def test_without_a_score_on_each_side_there_is_no_evidence(arms: tuple[list[Outcome], ...]) -> None:
    assert evidence_of(cased(*arms), METRICS[0]) is None


trials = st.lists(st.sampled_from([0.0, 1.0]), min_size=1, max_size=6)


@given(trials, trials)
def test_swapping_the_runs_mirrors_every_state(before: list[float], after: list[float]) -> None:
    mirror = {"fixed": "broken", "broken": "fixed", "better": "worse", "worse": "better"}
    forward = state(before, after)
    assert state(after, before) == mirror.get(forward, forward)


@given(trials, trials)
def test_the_evidence_is_fishers_exact_test(before: list[float], after: list[float]) -> None:
    found = evidence_of(cased(before, after), METRICS[0])
    assert found is not None
    old, new = int(sum(before)), int(sum(after))
    assert found.baseline == (old, len(before))
    assert found.candidate == (new, len(after))
    if len(before) == len(after) == 1:
        assert found.p_value is None
        return
    table = [[new, len(after) - new], [old, len(before) - old]]
    fell = new * len(before) < old * len(after)
    oracle = stats.fisher_exact(table, alternative="less" if fell else "greater").pvalue
    assert found.p_value == pytest.approx(oracle)


def test_a_failure_of_the_system_counts_as_a_trial_that_failed() -> None:
    crashed = cased([1.0, 1.0], [0.0, Failure(stage="system", error="boom")])
    found = evidence_of(crashed, METRICS[0])
    assert found == CaseEvidence(baseline=(2, 2), candidate=(0, 2), p_value=pytest.approx(1 / 6))


def test_seconds_have_no_passes() -> None:
    pair = cased([1.0], [2.0], METRICS[3])
    assert pair.states["latency"] == "same"
    assert evidence_of(pair, METRICS[3]) is None


def test_a_ledger_says_which_cases_are_known_to_be_flaky() -> None:
    runs: list[Run] = [
        make_run({f"c{index}": [1.0] for index in range(12)}, id=name) for name in "ab"
    ]
    found = {pair.case.id: pair for pair in compare(*runs, flake_rates={"c3": 0.2}).cases}
    assert found["c3"].flake_rate == 0.2
    assert found["c4"].flake_rate is None


def test_a_case_knows_its_unit() -> None:
    names = {f"c{index}": f"g{index % 3}" for index in range(12)}
    scores = {key: [1.0] for key in names}
    pairs = compare(make_run(scores, clusters=names), make_run(scores, id="b")).cases
    assert len({pair.unit for pair in pairs}) == 3


def test_cases_that_are_not_compared_have_no_scores_and_no_unit() -> None:
    same: dict[str, list[float]] = {f"c{index:02}": [1.0] for index in range(80)}
    before = make_run({**same, "gone": [0.0], "edited": [0.0], "aside": [0.0]})
    after = make_run({**same, "new": [0.0], "edited": [1.0], "aside": [1.0]}, id="b")
    changed = tuple(
        replace(case, digest="other") if case.id == "edited" else case for case in after.cases
    )
    after = replace(after, cases=changed, dataset_digest="other")
    comparison = compare(before, after, quarantined=["aside"])
    assert not comparison.problems
    found = {
        pair.case.id: (pair.states["correct"], pair.scores["correct"], pair.unit)
        for pair in comparison.cases
        if pair.case.id not in same
    }
    assert found == {
        "new": ("added", (None, None), ""),
        "gone": ("removed", (None, None), ""),
        "edited": ("edited", (None, None), ""),
        "aside": ("quarantined", (0.0, 1.0), ""),
    }
    assert all(pair.unit for pair in comparison.cases if pair.case.id in same)
