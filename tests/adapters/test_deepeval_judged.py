"""Metrics of deepeval that ask a judge, over a server of ours that answers by rule."""

import json
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec

import pytest

from holdfast.adapters.deepeval import DeepevalMetric
from holdfast.errors import RateLimited, Unavailable, UsageError
from holdfast.metric import Failure
from systems.judges.asked import Asked
from systems.models.openai_server import OpenAIModel
from tests.judge_server import Fault, prompt_of, schema_of, serving
from tests.trials import trial_of

pytestmark = pytest.mark.skipif(
    find_spec("deepeval") is None, reason="deepeval is not installed; `nox -s adapters` has it"
)
TRIAL = trial_of(
    "Ada wrote it. Bob sold it.",
    question="Who wrote it?",
    expected={"answer": "Ada wrote it."},
    passages=[("p", "Ada wrote it in 1843."), ("q", "Bob was late.")],
)
TONE = {
    "name": "Tone",
    "evaluation_steps": ["Read the answer.", "Grade its tone."],
    "evaluation_params": ["input", "actual_output"],
}


def rule(body):
    """Holds every second of what it is asked about."""
    shape = schema_of(body)
    fields = set(shape["properties"])
    if fields in ({"truths"}, {"claims"}, {"statements"}):
        return json.dumps({fields.pop(): ["Ada wrote it.", "Bob sold it."]})
    if fields == {"verdicts"}:
        [item] = shape["$defs"].values() if len(shape["$defs"]) == 1 else [verdict_of(shape)]
        rows = [
            dict.fromkeys(item["properties"], said) | {"verdict": said} for said in ("yes", "no")
        ]
        return json.dumps({"verdicts": rows})
    if fields == {"reason"}:
        return json.dumps({"reason": "one of two"})
    if fields == {"reason", "score"}:
        return json.dumps({"reason": "friendly", "score": 7})
    if fields == {"reason", "verdict"}:
        return json.dumps({"reason": "it is", "verdict": True})
    raise AssertionError(fields)


def verdict_of(shape):
    return next(one for one in shape["$defs"].values() if "properties" in one)


def metric_over(server, kind, **settings):
    asked = Asked(model=OpenAIModel(model="m", base_url=server.url, timeout=5.0))
    return DeepevalMetric(name=kind, settings=settings, model=asked)


@pytest.mark.parametrize(
    ("name", "score"),
    [
        ("FaithfulnessMetric", 0.5),
        ("AnswerRelevancyMetric", 0.5),
        ("ContextualRecallMetric", 0.5),
        ("ContextualPrecisionMetric", 1.0),
    ],
)
def test_the_number_follows_from_the_judges_answers(name, score):
    with serving(rule) as server:
        metric = metric_over(server, name)
        told = metric(TRIAL)
    assert told.value == pytest.approx(score) and told.why == "one of two"
    assert metric.judge is True
    assert all(body["response_format"]["json_schema"]["strict"] for body in server.asked)


def test_g_eval_grades_by_its_steps():
    with serving(rule) as server:
        metric = metric_over(server, "GEval", **TONE)
        told = metric(TRIAL)
    assert told.value == pytest.approx(0.7) and told.why == "friendly"
    assert "Grade its tone." in prompt_of(server.asked[0]) and len(server.asked) == 1
    assert metric.spec.label == "deepeval_g_eval(name=Tone)"
    assert "Grade its tone." in metric.spec.texts["settings.json"]


def test_a_grade_beyond_the_scale_is_a_failure():
    with serving(lambda body: '{"reason": "", "score": 15}') as server:
        told = metric_over(server, "GEval", **TONE)(TRIAL)
    assert isinstance(told, Failure) and "outside its bounds" in told.error


def graph(*, child=None):
    """Does the answer name somebody? Yes is 10 or what a child says, no is 0."""
    from deepeval.metrics.dag import BinaryJudgementNode, DeepAcyclicGraph, VerdictNode
    from deepeval.metrics.dag.serialization import dag_to_dict
    from deepeval.test_case import SingleTurnParams

    node = BinaryJudgementNode(
        criteria="Does the answer name somebody?",
        evaluation_params=[SingleTurnParams.ACTUAL_OUTPUT],
        children=[VerdictNode(verdict=False, score=0), VerdictNode(verdict=True, score=10)],
    )
    told = dag_to_dict(DeepAcyclicGraph(root_nodes=[node]))
    if child is not None:
        right = next(one for one in told["nodes"].values() if one.get("verdict") is True)
        del right["score"]
        right["child"] = child
    return told


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_graph_of_decisions_is_followed():
    with serving(rule) as server:
        metric = metric_over(server, "DAGMetric", name="Names", dag=graph())
        told = metric(TRIAL)
        assert told.value == 1.0 and metric.spec.label == "deepeval_dag(name=Names)"
        assert "Does the answer name somebody?" in metric.spec.texts["settings.json"]
        child = {"type": "geval", **TONE}
        told = metric_over(server, "DAGMetric", name="Names", dag=graph(child=child))(TRIAL)
        assert told.value == pytest.approx(0.7)
        other = {"type": "metric", "metric_class": "ExactMatchMetric", "kwargs": {}}
        with pytest.raises(UsageError, match="a metric inside a graph"):
            metric_over(server, "DAGMetric", name="Names", dag=graph(child=other))(TRIAL)


GARBAGE = ["", "Sure.", "{}", '{"claims": 1}', '{"verdicts": [{"verdict": "perhaps"}]}']


@pytest.mark.parametrize("said", GARBAGE)
@pytest.mark.parametrize("name", ["FaithfulnessMetric", "ContextualRecallMetric", "GEval"])
def test_garbage_of_the_judge_is_a_failure(name, said):
    with serving(lambda body: said) as server:
        told = metric_over(server, name, **(TONE if name == "GEval" else {}))(TRIAL)
    assert isinstance(told, Failure) and told.stage == "metric"
    assert "the judge's answer is no" in told.error
    assert len(server.asked) == 1


def test_a_share_of_nothing_is_a_failure_and_not_one():
    def nothing(body):
        return json.dumps({name: [] for name in schema_of(body)["properties"]})

    for name in ("FaithfulnessMetric", "AnswerRelevancyMetric", "ContextualRecallMetric"):
        with serving(
            lambda body: (
                nothing(body)
                if "reason" not in schema_of(body)["properties"]
                else '{"reason": "none"}'
            )
        ) as server:
            told = metric_over(server, name)(TRIAL)
        assert isinstance(told, Failure) and "nothing to decide about" in told.error


@pytest.mark.parametrize(("status", "kind"), [(429, RateLimited), (503, Unavailable)])
def test_a_server_that_fails_is_infrastructure(status, kind):
    def refuse(body):
        raise Fault(status)

    with serving(refuse) as server, pytest.raises(kind):
        metric_over(server, "FaithfulnessMetric")(TRIAL)


def test_threads_do_not_see_each_others_answers():
    def by_length(body):
        return json.dumps({"reason": "", "score": prompt_of(body).count("Ada")})

    with serving(by_length) as server, ThreadPoolExecutor(max_workers=6) as pool:
        metric = metric_over(server, "GEval", **TONE)
        told = list(pool.map(metric, [trial_of("Ada " * (n % 5 + 1)) for n in range(40)]))
    assert [one.value for one in told] == pytest.approx([(n % 5 + 1) / 10 for n in range(40)])


def test_the_spec_holds_the_judge_under_an_unchanged_label():
    with serving(rule) as server:
        one = metric_over(server, "FaithfulnessMetric").spec
        asked = Asked(model=OpenAIModel(model="other", base_url=server.url))
        other = DeepevalMetric(name="FaithfulnessMetric", model=asked).spec
    assert one.label == other.label == "deepeval_faithfulness" and one.digest != other.digest
    with pytest.raises(UsageError, match="asks no judge"):
        _ = DeepevalMetric(name="ExactMatchMetric", model=asked).spec
