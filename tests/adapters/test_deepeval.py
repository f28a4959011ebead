"""What deepeval says through holdfast is what it says directly, or a failure."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import holdfast
from holdfast.adapters.deepeval import DeepevalMetric
from holdfast.errors import MissingExtra, UsageError
from holdfast.metric import Failure, Score
from holdfast.system import ToolCall
from tests.trials import trial_of

needs_deepeval = pytest.mark.skipif(
    find_spec("deepeval") is None, reason="deepeval is not installed; `nox -s adapters` has it"
)
WORDS = st.lists(st.sampled_from(["Ada", "wrote", "1843", " ", "ada"]), min_size=1, max_size=4).map(
    " ".join
)
CALLS = st.lists(
    st.tuples(st.sampled_from(["look", "search", "send"]), st.sampled_from(["a", "b"])), max_size=4
)


def question(**fields):
    from deepeval.test_case import LLMTestCase

    return LLMTestCase(input="Who?", **fields)


def directly(metric, **fields):
    return metric.measure(question(**fields), _show_indicator=False)


@pytest.fixture(scope="module")
def judge():
    """What deepeval wants to be given where nobody is asked."""
    from deepeval.models import DeepEvalBaseLLM

    class Nobody(DeepEvalBaseLLM):
        def load_model(self):
            """There is none."""

        def generate(self, prompt):
            raise AssertionError(prompt)

        async def a_generate(self, prompt):
            raise AssertionError(prompt)

        def get_model_name(self):
            return "nobody"

    return Nobody()


@needs_deepeval
@settings(max_examples=40)
@given(answer=WORDS, reference=WORDS.filter(str.strip))
def test_texts_are_compared_as_deepeval_compares_them(answer, reference):
    from deepeval.metrics import ExactMatchMetric

    told = DeepevalMetric(name="ExactMatchMetric")(trial_of(answer, expected=reference))
    assert told.value == directly(
        ExactMatchMetric(), actual_output=answer, expected_output=reference
    )
    assert told.why.startswith("The actual and expected outputs are")


@needs_deepeval
@settings(max_examples=40)
@given(answer=WORDS, ignore_case=st.booleans())
def test_patterns_match_as_in_deepeval(answer, ignore_case):
    from deepeval.metrics import PatternMatchMetric

    chosen = {"pattern": r"Ada( \w+)*", "ignore_case": ignore_case}
    told = DeepevalMetric(name="PatternMatchMetric", settings=chosen)(trial_of(answer))
    assert told.value == directly(PatternMatchMetric(**chosen), actual_output=answer)


@needs_deepeval
@pytest.mark.parametrize(
    "chosen",
    [
        {},
        {"evaluation_params": ["input_parameters"]},
        {"should_exact_match": True},
        {"should_consider_ordering": True, "evaluation_params": ["input_parameters"]},
    ],
)
@settings(max_examples=40)
@given(called=CALLS, wanted=CALLS)
def test_tools_are_compared_as_deepeval_compares_them(judge, chosen, called, wanted):
    from deepeval.metrics import ToolCorrectnessMetric
    from deepeval.test_case import ToolCall as Theirs
    from deepeval.test_case import ToolCallParams

    expected = {"calls": [{name: {"at": [value]}} for name, value in wanted]}
    calls = tuple(ToolCall(name=name, arguments={"at": value}) for name, value in called)
    told = DeepevalMetric(name="ToolCorrectnessMetric", settings=chosen)(
        trial_of("x", expected=expected, tool_calls=calls)
    )
    params = [ToolCallParams(one) for one in chosen.get("evaluation_params", [])]
    metric = ToolCorrectnessMetric(
        **{**chosen, "evaluation_params": params}, model=judge, async_mode=False
    )
    number = directly(
        metric,
        actual_output="x",
        tools_called=[Theirs(name=name, input_parameters={"at": v}) for name, v in called],
        expected_tools=[Theirs(name=name, input_parameters={"at": v}) for name, v in wanted],
    )
    assert told.value == number


@needs_deepeval
@pytest.mark.parametrize(
    "answer", ['{"litres": 2}', '{"litres": "two"}', "{}", "two", '{"litres": 2, "at": 1}']
)
def test_json_is_checked_as_deepeval_checks_it(judge, answer):
    from deepeval.metrics import JsonCorrectnessMetric

    from tests.adapters.shapes import Order

    chosen = {"expected_schema": "tests.adapters.shapes:Order"}
    metric = DeepevalMetric(name="JsonCorrectnessMetric", settings=chosen)
    told = metric(trial_of(answer))
    direct = JsonCorrectnessMetric(
        expected_schema=Order, model=judge, async_mode=False, include_reason=False
    )
    assert told.value == directly(direct, actual_output=answer)
    assert "litres" in metric.spec.texts["expected_schema.json"]


@needs_deepeval
@pytest.mark.parametrize(
    ("name", "trial", "said"),
    [
        ("ExactMatchMetric", trial_of("x"), "'expected_output' cannot be None"),
        ("ExactMatchMetric", trial_of("x", expected=""), "'expected_output' cannot be None"),
        ("ToolCorrectnessMetric", trial_of("x"), "'expected_tools' cannot be None"),
        ("PatternMatchMetric", trial_of(""), "'actual_output' cannot be empty"),
    ],
)
def test_what_a_case_does_not_hold_is_a_failure_and_no_number(name, trial, said):
    chosen = {"pattern": "x"} if name == "PatternMatchMetric" else {}
    told = DeepevalMetric(name=name, settings=chosen)(trial)
    assert isinstance(told, Failure) and told.stage == "metric" and said in told.error


@needs_deepeval
@pytest.mark.parametrize(
    ("metric", "said"),
    [
        (DeepevalMetric(name="ExactMatch"), "did you mean 'ExactMatchMetric'"),
        (DeepevalMetric(name="BaseMetric"), "no metric 'BaseMetric'"),
        (DeepevalMetric(name="TurnRelevancyMetric"), "of one answer"),
        (DeepevalMetric(name="StepEfficiencyMetric"), "scores traces"),
        (DeepevalMetric(name="ExactMatchMetric", settings={"depth": 1}), "no setting 'depth'"),
        (DeepevalMetric(name="FaithfulnessMetric", settings={"model": "x"}), "no setting 'model'"),
        (
            DeepevalMetric(
                name="JsonCorrectnessMetric", settings={"expected_schema": "shapes.Order"}
            ),
            "write it as module:class",
        ),
    ],
)
def test_a_metric_that_is_set_up_wrongly_is_an_error(metric, said):
    with pytest.raises(UsageError, match=said):
        _ = metric.spec


@needs_deepeval
def test_a_metric_that_needs_a_judge_and_has_none_says_so():
    metric = DeepevalMetric(name="FaithfulnessMetric")
    with pytest.raises(UsageError, match="asks a judge; give it one"):
        metric(trial_of("x", passages=[("p", "text")]))


@needs_deepeval
def test_the_spec_tells_version_settings_and_prompts():
    spec = DeepevalMetric(name="FaithfulnessMetric", settings={"strict_mode": True}).spec
    assert spec.label == "deepeval_faithfulness(strict_mode=true)"
    assert spec.version.startswith("1 of deepeval 4.")
    assert "generate_verdicts.txt" in spec.texts and "deepeval" in spec.artifacts
    assert "claims" in spec.texts["generate_claims.txt"]


@needs_deepeval
def test_threads_do_not_see_each_others_answers():
    metric = DeepevalMetric(name="ExactMatchMetric")
    trials = [trial_of("a" * (n % 7 + 1), expected="a" * (n % 3 + 1)) for n in range(200)]
    with ThreadPoolExecutor(max_workers=8) as pool:
        told = list(pool.map(metric, trials))
    assert [one.value for one in told] == [
        float(trial.response.text == trial.case.expected) for trial in trials
    ]


@needs_deepeval
def test_a_suite_is_run_with_it():
    cases = tuple(holdfast.Case(id=f"{n}", input=f"{n}", expected=f"{n}") for n in range(30))
    suite = holdfast.Suite(
        name="numbers",
        dataset=holdfast.Dataset(name="numbers", cases=cases),
        metrics=(DeepevalMetric(name="ExactMatchMetric"),),
        policies=(holdfast.Policy(metric="deepeval_exact_match", margin=0.1),),
    )
    run = holdfast.run(suite, lambda question: question)
    values = [trial.scores["deepeval_exact_match"] for trial in run.trials]
    assert len(values) == 30 and all(isinstance(one, Score) and one.value == 1 for one in values)


@needs_deepeval
def test_nothing_is_told_to_anybody_and_no_settings_are_read(tmp_path):
    (tmp_path / ".env").write_text("OPENAI_API_KEY=read\n", encoding="utf-8")
    environ = {**os.environ, "HOME": str(tmp_path), "DEEPEVAL_TELEMETRY_OPT_OUT": "0"}
    environ.pop("OPENAI_API_KEY", None)
    environ["PYTHONPATH"] = str(Path(holdfast.__file__).parents[1])
    told = subprocess.run(
        [sys.executable, "-c", _SILENT],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env=environ,
    )
    assert told.stdout.strip() == "1.0 [] None", told.stderr
    assert [path.name for path in Path(tmp_path).iterdir()] == [".env"]


_SILENT = """
import os, socket
sought = []
def refuse(*place, **more):
    sought.append(place)
    raise OSError("no network here")
socket.socket.connect = socket.create_connection = socket.getaddrinfo = refuse
from holdfast.adapters.deepeval import DeepevalMetric
from holdfast import Case, Response, Trial
case = Case(id="a", input="x", expected="x")
trial = Trial(case=case, repeat=0, response=Response(text="x"), seconds=0.0)
said = DeepevalMetric(name="ExactMatchMetric")(trial)
import deepeval.telemetry
deepeval.telemetry.flush()
print(said.value, sought, os.environ.get("OPENAI_API_KEY"))
"""


@pytest.mark.skipif(find_spec("deepeval") is not None, reason="deepeval is installed")
def test_without_deepeval_the_install_line_is_told():
    with pytest.raises(MissingExtra, match=r"pip install .deepeval>=4\.3,<5"):
        _ = DeepevalMetric(name="ExactMatchMetric").spec
