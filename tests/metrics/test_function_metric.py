import asyncio
import gc
import warnings

import numpy as np
import pytest

from holdfast import Case, Dataset, RunOptions, Suite, run
from holdfast.errors import UsageError
from holdfast.metric import Failure, Score
from holdfast.metrics import metric
from holdfast.system import Response


@metric(better="higher", bounds=(0, 1))
def says_hello(trial):
    return "hello" in trial.response.text


def test_a_function_becomes_a_metric_with_its_name_direction_and_bounds(make_trial):
    assert says_hello.spec.label == "says_hello"
    assert says_hello.better == "higher"
    assert says_hello.bounds == (0, 1)
    assert says_hello(make_trial(response=Response(text="oh hello"))) == Score(1.0)


def test_an_async_function_is_awaited_by_the_caller(make_trial):
    @metric()
    async def later(trial):
        await asyncio.sleep(0)
        return Score(0.5, "half")

    assert asyncio.run(later(make_trial())) == Score(0.5, "half")


@pytest.mark.parametrize("value", [True, 1, 1.0, np.float32(1), np.bool_(1), Score(1.0)])
def test_any_number_becomes_a_score(value, make_trial):
    given = metric(version="1")(lambda trial: value)
    assert given(make_trial()).value == 1.0


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        (None, "a Score, a Failure, a number or a bool"),
        ("1", "a Score, a Failure, a number or a bool"),
        (float("nan"), "a finite number"),
        (10**400, "a finite number"),
        (1.5, "a number within its bounds (0, 1)"),
        (Score(-0.1), "a number within its bounds (0, 1)"),
    ],
)
def test_what_is_no_score_becomes_a_failure_of_the_metric(value, wanted, make_trial):
    outcome = metric(name="odd", version="1")(lambda trial: value)(make_trial())
    assert isinstance(outcome, Failure)
    assert outcome.stage == "metric"
    assert outcome.error.startswith("odd returned")
    assert outcome.error.endswith(f"instead of {wanted}")


def test_a_failure_is_passed_on(make_trial):
    failure = Failure(stage="metric", error="no judge")
    assert metric(version="1")(lambda trial: failure)(make_trial()) is failure


def above(threshold):
    @metric()
    def long_enough(trial):
        # How long is long is the caller's to say.
        return len(trial.response.text) > threshold

    return long_enough


def test_a_captured_value_is_part_of_the_version():
    assert above(3).spec.version == above(3).spec.version
    assert above(3).spec.version != above(4).spec.version
    assert above(3).spec.label == above(4).spec.label


def version_of(tmp_path, source):
    file = tmp_path / f"{abs(hash(source))}.py"
    file.write_text(source)
    names = {}
    exec(compile(source, str(file), "exec"), names)  # noqa: S102  # an edit is what is tested
    return metric()(names["f"]).spec.version


def test_an_edit_changes_the_version_and_a_comment_does_not(tmp_path):
    plain = version_of(tmp_path, "def f(trial):\n    return 1.0\n")
    commented = version_of(tmp_path, "def f(trial):\n    # one\n    return 1.0\n")
    edited = version_of(tmp_path, "def f(trial):\n    return 0.5\n")
    assert plain == commented
    assert plain != edited


def test_a_default_argument_is_part_of_the_version():
    def first(trial, *, least=1):
        return least

    def with_default(least):
        def second(trial, *, limit=least):
            return limit

        return metric()(second).spec.version

    assert with_default(1) != with_default(2)
    assert metric()(first).spec.version


def test_a_captured_object_without_a_digest_asks_for_a_version():
    judge = object()
    with pytest.raises(UsageError, match=r"one of \['judge'\].*@metric\(version="):

        @metric()
        def judged(trial):
            return judge is not None


def test_a_function_without_source_asks_for_a_version():
    names = {}
    exec("def f(trial): return 1.0", names)  # noqa: S102  # leaves no source behind
    with pytest.raises(UsageError, match="source of metric 'f' cannot be read"):
        metric()(names["f"])


def test_a_version_of_your_own_replaces_the_digest():
    assert metric(version="7")(lambda trial: 1.0).spec.version == "7"


def test_an_unknown_direction_and_empty_bounds_are_refused():
    with pytest.raises(UsageError, match="'higher' or 'lower', got 'up'"):
        metric(better="up")
    with pytest.raises(UsageError, match=r"bounds must be .* got \(1, 1\)"):
        metric(bounds=(1, 1))


def test_a_waiting_function_leaves_nothing_unawaited_when_it_is_asked_again():
    async def waiting(trial):
        await asyncio.sleep(0)
        return 1.0

    cases = [Case(id=f"c{n}", input=str(n)) for n in range(3)]
    suite = Suite(name="s", dataset=Dataset(name="d", cases=cases), metrics=(metric()(waiting),))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = run(suite, lambda text: text, options=RunOptions(progress="none"))
        gc.collect()
    assert [trial.scores["waiting"].value for trial in found.trials] == [1.0] * 3
