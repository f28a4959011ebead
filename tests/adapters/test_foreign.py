"""Libraries are checked by version, and judges by their first error."""

import json

import pytest

from holdfast.adapters.asked_model import Asking, strict_schema
from holdfast.adapters.foreign import Library, split_settings
from holdfast.errors import MissingExtra, RateLimited, UsageError
from holdfast.metric import Failure, Score
from holdfast.metrics import ExactMatch
from holdfast.running.settlement import settled


def library(name="pytest", *, first=(1,), last=999):
    return Library(name=name, first=first, last=last, install=f'"{name}>=1"', quiet={})


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (library("no-such-library-of-metrics"), "need: pip install"),
        (library(first=(998,)), "is installed, and its metrics are known here from 998"),
        (library(last=1), "on, up to 1: pip install"),
    ],
)
def test_a_library_that_is_absent_or_of_another_version_names_the_install_line(wrong, said):
    with pytest.raises(MissingExtra, match=said):
        wrong.load("pytest")
    with pytest.raises(MissingExtra, match=r'pip install "'):
        _ = wrong.version


def test_a_library_that_cannot_be_imported_says_which_part():
    assert library().load("pytest") is pytest
    with pytest.raises(MissingExtra, match=r"cannot be imported \(No module named 'pytest.nothing"):
        library().load("pytest.nothing")


def test_short_settings_stand_in_the_label_and_others_in_a_text():
    shown, texts = split_settings({"mode": "f1", "beta": 1.5, "long": "x" * 41, "list": [1]})
    assert shown == {"mode": "f1", "beta": 1.5}
    assert json.loads(texts["settings.json"]) == {"list": [1], "long": "x" * 41}
    assert split_settings({"mode": "f1"}) == ({"mode": "f1"}, {})


def test_a_strict_schema_wants_every_field_of_every_object():
    inner = {"type": "object", "properties": {"default": {"type": "string", "default": ""}}}
    outer = {"type": "object", "properties": {"a": {"items": inner}}, "$defs": {"b": inner}}
    found = strict_schema(outer)
    for one in (found["properties"]["a"]["items"], found["$defs"]["b"]):
        assert one["required"] == ["default"] and one["additionalProperties"] is False
        assert one["properties"] == {"default": {"type": "string"}}
    assert found["required"] == ["a"]


class Judge:
    def __init__(self, *says):
        self.says = list(says)
        self.asked = []

    def __call__(self, prompt, *, schema, seed):
        self.asked.append((prompt, schema, seed))
        said = self.says.pop(0)
        if isinstance(said, Exception):
            raise said
        return said


class Shape:
    """What pydantic's classes offer."""

    @staticmethod
    def model_json_schema():
        return {"type": "object", "properties": {"a": {"type": "integer"}}}

    @staticmethod
    def model_validate_json(text):
        return json.loads(text)["a"]


def test_each_question_has_a_seed_of_its_own_and_a_schema():
    judge = Judge('{"a": 1}', "plain")
    asking = Asking(judge, name="x")
    assert asking.read("How?", Shape) == 1 and asking.text("Why?") == "plain"
    assert [seed for _, _, seed in judge.asked] == [0, 1]
    assert judge.asked[0][1]["required"] == ["a"] and judge.asked[1][1] is None
    asking.finish()


@pytest.mark.parametrize("first", ["garbage", "{}", RuntimeError("broken"), RateLimited("busy")])
def test_after_its_first_error_a_judge_is_neither_asked_nor_believed(first):
    judge = Judge(first, '{"a": 1}')
    asking = Asking(judge, name="x")
    kind = type(first) if isinstance(first, Exception) else ValueError
    for _ in range(3):
        with pytest.raises(kind):
            asking.read("How?", Shape)
    with pytest.raises(kind):
        asking.finish()
    assert len(judge.asked) == 1


def test_nobody_to_ask_is_an_error_of_the_setup():
    asking = Asking(None, name="Faithfulness of ragas")
    assert asking.silent
    with pytest.raises(UsageError, match="Faithfulness of ragas asks a judge"):
        asking.text("How?")


def raising(error):
    def fail():
        raise error

    return fail


def test_every_end_of_a_call_is_an_outcome_or_the_runners_business():
    metric = ExactMatch()
    assert settled(metric, lambda: Score(0.5, "half")) == Score(0.5, "half")
    for value in (float("nan"), 2.0, None, "1"):
        outcome = settled(metric, lambda value=value: value)
        assert isinstance(outcome, Failure) and outcome.stage == "metric"
    failure = settled(metric, raising(ZeroDivisionError("by zero")))
    assert failure == Failure(stage="metric", error="ZeroDivisionError: by zero")
    for error in (RateLimited("busy"), UsageError("wrong"), KeyboardInterrupt(), TimeoutError()):
        with pytest.raises(type(error)):
            settled(metric, raising(error))
