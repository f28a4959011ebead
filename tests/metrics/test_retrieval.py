"""The retrieval metrics against figures worked out by hand."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.dataset import Case
from holdfast.errors import UsageError
from holdfast.metric import Failure, Trial
from holdfast.metrics import MRR, NDCG, AveragePrecision, HitRate, Precision, Recall
from holdfast.system import Passage, Response

# Ranked: c (0.9), then the tie at 0.5 in the order e, d, b, then a. Relevant: b (2), d (1), and
# f (3), which was not retrieved.
JUDGED = {"b": 2, "c": 0, "d": 1, "f": 3}
RETURNED = [
    Passage(id="b", score=0.5),
    Passage(id="a", score=0.1),
    Passage(id="d", score=0.5),
    Passage(id="c", score=0.9),
    Passage(id="e", score=0.5),
]
IDEAL = 3 + 2 / math.log2(3) + 1 / 2


@pytest.mark.parametrize(
    ("metric", "value"),
    [
        (Recall(k=2), 0.0),
        (Recall(k=3), 1 / 3),
        (Recall(k=5), 2 / 3),
        (Recall(k=5, level=2), 1 / 2),
        (Precision(k=4), 2 / 4),
        (Precision(k=10), 2 / 10),
        (HitRate(k=2), 0.0),
        (HitRate(k=3), 1.0),
        (HitRate(k=3, level=2), 0.0),
        (MRR(), 1 / 3),
        (MRR(k=2), 0.0),
        (MRR(level=2), 1 / 4),
        (AveragePrecision(), (1 / 3 + 2 / 4) / 3),
        (AveragePrecision(k=3), (1 / 3) / 3),
        (NDCG(), (1 / 2 + 2 / math.log2(5)) / IDEAL),
        (NDCG(k=3), (1 / 2) / IDEAL),
        (NDCG(k=2), 0.0),
        (
            NDCG(gain="exponential"),
            (1 / 2 + 3 / math.log2(5)) / (7 + 3 / math.log2(3) + 1 / 2),
        ),
    ],
    ids=lambda item: item.spec.label if hasattr(item, "spec") else "",
)
def test_ties_grades_and_missing_passages_give_the_figure_worked_out_by_hand(
    metric, value, make_trial
):
    assert metric(make_trial(JUDGED, RETURNED)).value == pytest.approx(value, abs=1e-12)


def test_labels_hold_only_what_differs_from_the_default():
    metrics = [Recall(k=5), MRR(), MRR(k=10), NDCG(k=10), AveragePrecision(), HitRate(k=5, level=2)]
    assert [metric.spec.label for metric in metrics] == [
        "recall(k=5)",
        "mrr",
        "mrr(k=10)",
        "ndcg(k=10)",
        "average_precision",
        "hit_rate(k=5, level=2)",
    ]


@pytest.mark.parametrize("k", [0, -1, 2.0, True])
@pytest.mark.parametrize("make", [Recall, Precision, HitRate, MRR, AveragePrecision, NDCG])
def test_a_cutoff_that_is_no_positive_whole_number_is_refused(make, k):
    with pytest.raises(UsageError, match=f"must be a whole number of passages from 1, got {k!r}"):
        make(k=k)


def test_a_level_that_unjudged_passages_reach_is_refused():
    with pytest.raises(UsageError, match="level of 'recall' must be a grade above 0, got 0"):
        Recall(k=5, level=0)


def test_an_unknown_gain_is_refused():
    with pytest.raises(UsageError, match="'linear' or 'exponential', got 'cubic'"):
        NDCG(gain="cubic")


def test_a_level_that_no_passage_of_the_case_reaches_is_a_failure(make_trial):
    outcome = Recall(k=5, level=3)(make_trial({"a": 1}, ["a"]))
    assert isinstance(outcome, Failure)
    assert "has a grade of 3 or more" in outcome.error


@pytest.mark.parametrize("gain", ["linear", "exponential"])
@pytest.mark.parametrize("grade", [1e-300, 1e-20, 1500, 1e300])
def test_extreme_grades_neither_overflow_nor_vanish(gain, grade, make_trial):
    assert NDCG(gain=gain)(make_trial({"a": grade}, ["a"])).value == 1.0


METRICS = [
    Recall(k=3),
    Precision(k=3),
    HitRate(k=3),
    MRR(),
    AveragePrecision(),
    NDCG(),
    NDCG(k=3, gain="exponential"),
]
NAMES = st.sampled_from([f"p{number}" for number in range(12)])
GRADES = st.dictionaries(NAMES, st.integers(min_value=0, max_value=3), min_size=1).filter(
    lambda grades: any(grades.values())
)


def value_of(metric, grades, returned):
    passages = tuple(Passage(id=name) for name in returned)
    case = Case(id="q", input="?", expected=grades)
    trial = Trial(case=case, repeat=0, response=Response(passages=passages), seconds=0.0)
    return metric(trial).value


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.spec.label)
@given(grades=GRADES, returned=st.lists(NAMES, unique=True))
def test_scores_stay_within_their_bounds(metric, grades, returned):
    low, high = metric.bounds
    assert low <= value_of(metric, grades, returned) <= high


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.spec.label)
@given(grades=GRADES, returned=st.lists(NAMES, unique=True), data=st.data())
def test_moving_a_better_passage_up_never_lowers_a_score(metric, grades, returned, data):
    if len(returned) < 2:
        return
    place = data.draw(st.integers(min_value=0, max_value=len(returned) - 2))
    swapped = list(returned)
    first, second = returned[place], returned[place + 1]
    if grades.get(second, 0) > grades.get(first, 0):
        swapped[place], swapped[place + 1] = second, first
    before, after = value_of(metric, grades, returned), value_of(metric, grades, swapped)
    assert after >= before - 1e-12


@given(grades=GRADES)
def test_the_best_order_has_an_ndcg_of_exactly_one(grades):
    best = sorted(grades, key=grades.get, reverse=True)
    assert value_of(NDCG(), grades, best) == 1.0
