from dataclasses import replace

import pytest

from holdfast.errors import UsageError
from holdfast.metrics.sample import read_sample
from holdfast.system import Passage, ToolCall
from tests.trials import trial_of


def test_a_trial_is_read_as_the_metrics_of_holdfast_read_it():
    expected = {
        "answer": "Ada.",
        "passages": {"p": 2, "q": 0},
        "contexts": ["Ada wrote it."],
        "calls": [{"look": {"at": ["a"], "by": ["b", "c"]}}],
    }
    trial = trial_of(
        "Ada did.",
        question={"question": "Who?", "tools": []},
        expected=expected,
        passages=[("p", "Ada wrote."), ("r", "Bob read.")],
        tool_calls=(ToolCall(name="look", arguments={"at": "a"}),),
    )
    found = read_sample(trial)
    assert (found.question, found.answer, found.reference) == ("Who?", "Ada did.", "Ada.")
    assert found.retrieved == ("Ada wrote.", "Bob read.") and found.retrieved_ids == ("p", "r")
    assert found.reference_contexts == ("Ada wrote it.",) and found.reference_ids == ("p",)
    assert [call.name for call in found.calls] == ["look"]
    assert found.expected_calls == (ToolCall(name="look", arguments={"at": "a"}),)


def test_what_a_trial_does_not_tell_is_none():
    found = read_sample(trial_of("x", passages=[("p", "")]))
    assert found.retrieved is None and found.retrieved_ids == ("p",)
    assert found.reference is None
    assert found.reference_contexts is None and found.reference_ids is None
    assert found.expected_calls is None
    assert read_sample(trial_of("x")).retrieved == ()


def test_structured_answers_and_inputs_are_read_as_json():
    found = read_sample(
        trial_of(question={"b": 1, "a": 2}, expected={"answer": [1]}, data={"x": 1})
    )
    assert (found.question, found.answer, found.reference) == ('{"a":2,"b":1}', '{"x":1}', "[1]")
    assert read_sample(trial_of("x", expected="Ada.")).reference == "Ada."


def test_passages_come_in_the_order_of_their_scores():
    trial = trial_of("x")

    def with_scores(**scores):
        found = tuple(Passage(id=name, score=one, text=name) for name, one in scores.items())
        return replace(trial, response=replace(trial.response, passages=found))

    assert read_sample(with_scores(low=0.1, high=0.9)).retrieved == ("high", "low")
    with pytest.raises(UsageError, match="score nan"):
        read_sample(with_scores(low=float("nan")))


def test_a_case_that_accepts_several_tools_names_no_expected_call():
    both = {"calls": [{"look": {}, "search": {}}]}
    assert read_sample(trial_of("x", expected=both)).expected_calls is None
    assert read_sample(trial_of("x", expected={"calls": []})).expected_calls == ()
