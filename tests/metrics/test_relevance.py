from pathlib import Path

import pytest

from holdfast.dataset import Case, Dataset, Source
from holdfast.errors import DatasetError
from holdfast.metric import Failure
from holdfast.metrics import (
    MRR,
    NDCG,
    AnswerCorrectness,
    AnswerRelevancy,
    AveragePrecision,
    CitationCorrectness,
    Faithfulness,
    HitRate,
    Precision,
    Recall,
    ReferenceRecall,
    is_answerable,
)
from holdfast.metrics.grounding import read_reference
from holdfast.metrics.relevance import check_answerable, read_grades
from holdfast.readers import read_jsonl
from holdfast.runner import run
from holdfast.suite import Suite
from holdfast.system import Passage, Response

DATASETS = Path(__file__).resolve().parents[2] / "datasets"

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


CONTRADICTION = {"passages": {"a": 0, "b": 1}, "answer": None}


@pytest.mark.parametrize(
    "expected",
    [CONTRADICTION, {"passages": ["a"], "answer": None}, {"passages": {"a": 0.5}, "answer": None}],
)
@pytest.mark.parametrize("read", [read_grades, read_reference, is_answerable])
def test_a_case_without_an_answer_that_a_passage_answers_is_refused_by_name(read, expected):
    case = Case(id="q-7", input="?", expected=expected, source=Source("evals/cases.jsonl", 12))
    with pytest.raises(
        DatasetError, match=r"case 'q-7' \(evals/cases.jsonl:12\) contradicts itself"
    ):
        read(case)


@pytest.mark.parametrize(
    "expected",
    [
        {"passages": {}, "answer": "text"},
        {"passages": [], "answer": ["one", "other"]},
        {"passages": {"a": 0, "b": -1}, "answer": "text"},
        {"passages": {}, "answer": 0},
    ],
)
@pytest.mark.parametrize("read", [read_grades, read_reference, is_answerable])
def test_a_case_with_an_answer_that_no_passage_gives_is_refused_by_name(read, expected):
    case = Case(id="q-7", input="?", expected=expected, source=Source("evals/cases.jsonl", 12))
    with pytest.raises(DatasetError, match=r"case 'q-7' .*:12\) contradicts itself.*leave the"):
        read(case)


@pytest.mark.parametrize(
    "expected",
    [
        {"passages": None, "answer": "text"},
        {"passages": {"a": "high"}, "answer": "text"},
        {"passages": {}, "answer": ""},
        {"passages": {"a": 0, "b": 1}, "answer": "text"},
        {"passages": {"a": 0}, "answer": None},
        {"passages": {"a": -1}, "answer": None},
        {"passages": [], "answer": None},
        {"passages": {"a": 2}},
        {"passages": {"a": 2}, "answer": ""},
        {"answer": None},
        {"answer": 2},
        None,
    ],
)
def test_passages_on_the_same_matter_do_not_make_a_case_answerable(expected):
    check_answerable(Case(id="q", input="?", expected=expected))


def test_a_case_that_contradicts_itself_stops_the_run_before_the_first_call():
    asked = []
    cases = (
        Case(id="fine", input="?", expected={"passages": {"a": 2}}),
        Case(id="odd", input="?", expected=CONTRADICTION),
    )
    suite = Suite(name="s", dataset=Dataset(name="d", cases=cases), metrics=(Recall(k=5),))
    with pytest.raises(DatasetError, match="case 'odd' contradicts itself"):
        run(suite, asked.append)
    assert asked == []


def test_the_questions_of_this_project_do_not_contradict_themselves():
    for name in ("handbook/dev", "handbook/test", "guardrails/dev", "guardrails/test"):
        for case in read_jsonl(DATASETS / f"{name}.jsonl", name=name):
            check_answerable(case)


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


OBJECT = {"passages": {"a": "The ferry leaves at 7.40."}, "answer": "At 7.40."}


@pytest.mark.parametrize(
    "data", [OBJECT, {**OBJECT, "passages": ["a"]}, {**OBJECT, "passages": [{"id": "a"}]}]
)
@pytest.mark.parametrize("metric", RETRIEVAL, ids=lambda metric: metric.spec.label)
def test_passages_inside_an_object_are_a_failure_and_no_empty_retrieval(metric, data, make_trial):
    outcome = metric(make_trial({"passages": {"a": 1}}, response=Response(data=data)))
    assert isinstance(outcome, Failure)
    assert "Response(text=…, passages=(Passage(id=…, text=…), …))" in outcome.error


@pytest.mark.parametrize(
    "metric",
    [
        Faithfulness(declined=1.0),
        CitationCorrectness(),
        AnswerCorrectness(),
        AnswerRelevancy(embedder=len, declined=1.0),
        ReferenceRecall(),
    ],
    ids=lambda metric: type(metric).__name__,
)
@pytest.mark.parametrize("key", ["answer", "text"])
def test_an_answer_inside_an_object_is_a_failure_and_no_empty_answer(metric, key, make_trial):
    expected = {"passages": {"a": 2}, "answer": "7.40"}
    response = Response(data={key: "At 7.40."}, passages=(Passage(id="a", text="At 7.40."),))
    outcome = metric(make_trial(expected, response=response))
    assert isinstance(outcome, Failure)
    assert f"{key!r} is not read as such" in outcome.error


def test_data_beside_an_answer_are_no_answer(make_trial):
    response = Response(text="At 7.40.", data=OBJECT, passages=(Passage(id="a", text="At 7.40."),))
    trial = make_trial({"passages": {"a": 2}, "answer": "7.40"}, response=response)
    assert Faithfulness()(trial).value == ReferenceRecall()(trial).value == Recall(k=5)(trial).value
