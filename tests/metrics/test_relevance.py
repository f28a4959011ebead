import pytest

from holdfast.dataset import Case
from holdfast.metric import Failure
from holdfast.metrics import MRR, NDCG, AveragePrecision, HitRate, Precision, Recall, is_answerable
from holdfast.metrics.relevance import read_grades

RETRIEVAL = [Recall(k=5), Precision(k=5), HitRate(k=5), MRR(), AveragePrecision(), NDCG(k=5)]


def grades_of(expected):
    return read_grades(Case(id="q", input="?", expected=expected))


@pytest.mark.parametrize(
    ("expected", "grades"),
    [
        ({"passages": {"a": 2, "b": 0}, "answer": "x"}, {"a": 2.0, "b": 0.0}),
        ({"passages": ["a", "b"]}, {"a": 1.0, "b": 1.0}),
        ({"a": 2, "b": 0.5}, {"a": 2.0, "b": 0.5}),
        (["a"], {"a": 1.0}),
        ({"passages": {}, "answer": None}, {}),
        ({"passages": 2}, {"passages": 2.0}),
        ([], {}),
    ],
)
def test_judgments_are_read_from_each_documented_form(expected, grades):
    assert grades_of(expected) == grades


@pytest.mark.parametrize("expected", [None, "text", {"answer": "x"}, {"passages": None}, [1], 3])
def test_a_case_without_judgments_is_a_failure_that_shows_how_to_write_them(expected):
    outcome = grades_of(expected)
    assert isinstance(outcome, Failure)
    assert outcome.stage == "metric"
    assert '"expected": {"passages"' in outcome.error


@pytest.mark.parametrize("grade", ["high", None, float("nan"), float("inf"), {"a": 1}])
def test_a_grade_that_is_no_number_is_named(grade):
    outcome = grades_of({"passages": {"a": grade}})
    assert isinstance(outcome, Failure)
    assert f"passage 'a' the grade {grade!r}" in outcome.error


def test_a_case_is_answerable_only_where_a_grade_is_above_zero():
    expected = [{"passages": {"a": 1}}, {"passages": {"a": 0}}, {"passages": {}}, None]
    answerable = [is_answerable(Case(id="q", input="?", expected=item)) for item in expected]
    assert answerable == [True, False, False, False]


@pytest.mark.parametrize("metric", RETRIEVAL, ids=lambda metric: metric.spec.label)
def test_an_unanswerable_case_is_a_missing_score_and_never_a_zero(metric, make_trial):
    outcome = metric(make_trial({"passages": {}}, ["a"]))
    assert isinstance(outcome, Failure)
    assert outcome.stage == "metric"
    assert "a suite of their own" in outcome.error


@pytest.mark.parametrize("metric", RETRIEVAL, ids=lambda metric: metric.spec.label)
def test_an_empty_retrieval_scores_zero_and_never_drops(metric, make_trial):
    assert metric(make_trial(["a"], [])).value == 0.0
