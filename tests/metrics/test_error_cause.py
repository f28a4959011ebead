"""Error causes: exactly one for each wrong answer, and none for a right one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.dataset import Case
from holdfast.errors import UsageError
from holdfast.metric import Failure, Score, Trial
from holdfast.metrics import CAUSES, ErrorCause, Latency, ReferenceRecall
from holdfast.system import Passage, Response
from holdfast.testing import ScriptedMetric


def metric(value, name="correct"):
    return ScriptedMetric(default=value, name=name)


def trial(grades, shown=(), *, abstained=False, data=None, **expected):
    case = Case(id="a", input="?", expected={"passages": grades, **expected})
    passages = tuple(Passage(id=name) for name in shown)
    response = Response(text="x", passages=passages, abstained=abstained, data=data)
    return Trial(case=case, repeat=0, response=response, seconds=1.0)


def cause_of(given, *, correct=0.0, faithful=0.0):
    found = [
        cause
        for cause in CAUSES
        if ErrorCause(cause=cause, correct=metric(correct), faithful=metric(faithful, "faithful"))(
            given
        ).value
    ]
    assert len(found) <= 1
    return found[0] if found else "right"


@pytest.mark.parametrize(
    ("grades", "shown", "abstained", "scores", "cause"),
    [
        ({}, ["a"], False, (1.0, 1.0), "should_have_abstained"),
        ({}, ["a"], True, (0.0, 0.0), "right"),
        ({"a": 2}, ["b"], True, (0.0, 0.0), "retrieval_missed"),
        ({"a": 2}, ["a"], True, (0.0, 0.0), "wrongly_abstained"),
        ({"a": 2, "b": 2}, ["a"], False, (0.0, 1.0), "retrieval_missed"),
        ({"a": 2, "b": 1}, ["a"], False, (0.0, 1.0), "not_used"),
        ({"a": 2}, ["a"], False, (0.4, 0.4), "unfaithful"),
        ({"a": 2}, ["b"], False, (0.6, 0.0), "right"),
        ({"a": 2}, ["a"], False, (0.5, 0.6), "not_used"),
        ({"a": 2}, ["a"], False, (0.5, 0.5), "unfaithful"),
    ],
)
def test_the_cause_follows_from_passages_and_scores(grades, shown, abstained, scores, cause):
    made = trial(grades, shown, abstained=abstained)
    assert cause_of(made, correct=scores[0], faithful=scores[1]) == cause


@given(
    grades=st.dictionaries(st.sampled_from("abc"), st.sampled_from([0, 1, 2])).filter(
        lambda grades: max(grades.values(), default=0) != 1
    ),
    shown=st.lists(st.sampled_from("abc"), unique=True),
    abstained=st.booleans(),
    data=st.fixed_dictionaries(
        {},
        optional={"refused": st.booleans(), "left_out": st.lists(st.sampled_from("abc"))},
    ),
    correct=st.floats(0, 1),
    faithful=st.floats(0, 1),
)
def test_causes_exclude_each_other(grades, shown, abstained, data, correct, faithful):
    made = trial(grades, shown, abstained=abstained, data=data)
    assert cause_of(made, correct=correct, faithful=faithful) in {*CAUSES, "right"}


REFUSED = {"refused": True}


@pytest.mark.parametrize("shown", [[], ["a"], ["b"]])
@pytest.mark.parametrize("abstained", [True, False])
def test_refusing_what_may_be_answered_is_no_fault_of_retrieval(shown, abstained):
    made = trial({"a": 2}, shown, abstained=abstained, data=REFUSED)
    assert cause_of(made, correct=1.0, faithful=1.0) == "wrongly_abstained"
    found = ErrorCause(cause="wrongly_abstained", correct=metric(0.0))(made)
    assert found == Score(1.0, "wrongly abstained: it was refused")


def test_refusing_what_has_no_answer_has_no_cause():
    assert cause_of(trial({}, abstained=True, data=REFUSED)) == "right"


@pytest.mark.parametrize(
    ("abstained", "cause"), [(True, "right"), (False, "should_have_abstained")]
)
@pytest.mark.parametrize("grades", [{}, {"a": 2}, {"a": 1}])
def test_what_must_be_refused_is_not_to_be_answered_whatever_the_passages(grades, abstained, cause):
    made = trial(grades, ["a"], abstained=abstained, refuse=True)
    assert cause_of(made, correct=1.0, faithful=1.0) == cause


def test_what_may_be_answered_is_judged_as_ever():
    assert cause_of(trial({"a": 2}, ["b"], abstained=True, refuse=False)) == "retrieval_missed"


@pytest.mark.parametrize("data", [None, "refused", ["refused"], {"refused": False}, {"else": 1}])
def test_other_data_is_no_refusal(data):
    assert cause_of(trial({"a": 2}, [], abstained=True, data=data)) == "retrieval_missed"


@pytest.mark.parametrize(
    ("left_out", "abstained", "cause"),
    [
        (["a"], False, "not_used"),
        (["a"], True, "wrongly_abstained"),
        (["c"], False, "retrieval_missed"),
        (["c"], True, "retrieval_missed"),
        ("a", False, "retrieval_missed"),
    ],
)
def test_what_was_found_and_then_left_out_was_not_missed_by_retrieval(left_out, abstained, cause):
    made = trial({"a": 2, "b": 2}, ["b"], abstained=abstained, data={"left_out": left_out})
    assert cause_of(made, correct=0.0, faithful=0.0) == cause


def test_what_was_left_out_is_named():
    made = trial({"a": 2, "b": 2}, ["b"], data={"left_out": ["a"]})
    found = ErrorCause(cause="not_used", correct=metric(0.0))(made)
    assert found == Score(1.0, "not used: 'a' was retrieved and not shown")


def test_without_a_look_at_faithfulness_what_was_found_was_not_used():
    scored = ErrorCause(cause="not_used", correct=metric(0.0))(trial({"a": 2}, ["a"]))
    assert scored == Score(1.0, "not used")


def test_what_correctness_cannot_score_is_a_failure():
    lost = Failure(stage="metric", error="no reference")
    assert ErrorCause(cause="not_used", correct=metric(lost))(trial({"a": 2}, ["a"])) == lost


def test_a_case_without_judgements_is_a_failure():
    found = ErrorCause(cause="not_used", correct=metric(1.0))
    case = Case(id="a", input="?", expected="Paris")
    given = Trial(case=case, repeat=0, response=Response(text="x"), seconds=1.0)
    assert isinstance(found(given), Failure)


async def later(outcome):
    return outcome


class Awaited:
    """A metric that is awaited."""

    def __init__(self, value):
        self.inner = metric(value)
        self.spec, self.better, self.bounds = self.inner.spec, "higher", (0.0, 1.0)

    def __call__(self, given):
        return later(self.inner(given))


@pytest.mark.parametrize(
    ("correct", "faithful", "cause"),
    [(Awaited(0.0), metric(0.0), "unfaithful"), (metric(0.0), Awaited(1.0), "not_used"),
     (Awaited(0.0), Awaited(0.0), "unfaithful"), (Awaited(1.0), metric(0.0), "right")],
)  # fmt: skip
def test_metrics_that_are_awaited_are_waited_for(correct, faithful, cause):
    import asyncio

    found = ErrorCause(cause="unfaithful", correct=correct, faithful=faithful)
    outcome = asyncio.run(found(trial({"a": 2}, ["a"])))
    assert outcome == Score(float(cause == "unfaithful"), cause.replace("_", " "))


def test_a_metric_without_bounds_cannot_tell_right_from_wrong():
    with pytest.raises(UsageError, match="latency has no smallest and largest score"):
        ErrorCause(cause="unfaithful", correct=Latency())


def test_an_unknown_cause_is_refused():
    with pytest.raises(UsageError, match="unknown cause 'luck'"):
        ErrorCause(cause="luck", correct=metric(1.0))


def test_the_metrics_below_are_part_of_its_identity():
    specs = [
        ErrorCause(cause="unfaithful", correct=metric(1.0)).spec,
        ErrorCause(cause="unfaithful", correct=metric(1.0, "other")).spec,
        ErrorCause(cause="unfaithful", correct=metric(1.0), faithful=metric(1.0, "f")).spec,
        ErrorCause(cause="unfaithful", correct=metric(1.0), level=1.0).spec,
        ErrorCause(cause="not_used", correct=metric(1.0)).spec,
    ]
    assert len({spec.digest for spec in specs}) == 5
    assert specs[0].label == "error_cause(cause=unfaithful)"


@pytest.mark.parametrize("abstained", [True, False])
def test_where_no_grade_reaches_the_level_nothing_says_what_was_needed(abstained):
    given = trial({"a": 1}, ["b"], abstained=abstained)
    outcome = ErrorCause(cause="retrieval_missed", correct=metric(0.0))(given)
    assert isinstance(outcome, Failure)
    assert "level=1" in outcome.error
    fitting = ErrorCause(cause="retrieval_missed", correct=metric(0.0), level=1)(given)
    assert fitting == Score(1.0, "retrieval missed")


@pytest.mark.parametrize(
    ("said", "cause"),
    [
        ("31 euros by the month [1].", "right"),
        ("It is 31.", "not_used"),
        ("45 euros.", "not_used"),
        ("For each gateway 45 euros are due by the month.", "not_used"),
        ("31 euros for each gateway, by the month.", "right"),
    ],
)
def test_a_wrong_number_is_a_wrong_answer_whatever_stands_around_it(said, cause):
    expected = {"passages": {"a": 2}, "answer": "31 euros for each gateway by the month."}
    case = Case(id="a", input="What is the rent?", expected=expected)
    response = Response(text=said, passages=(Passage(id="a"),))
    given = Trial(case=case, repeat=0, response=response, seconds=1.0)
    correct = ReferenceRecall(exact_numbers=True)
    found = ErrorCause(cause="not_used", correct=correct)(given)
    assert found.value == float(cause == "not_used")
