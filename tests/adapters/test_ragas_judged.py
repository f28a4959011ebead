"""Metrics of ragas that ask a judge, over a server of ours that answers by rule."""

import json
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec

import pytest

from holdfast.adapters.ragas import RagasMetric
from holdfast.errors import RateLimited, Unavailable
from holdfast.metric import Failure
from systems.judges.asked import Asked
from systems.models.openai_server import OpenAIModel
from tests.judge_server import Fault, prompt_of, schema_of, serving
from tests.trials import trial_of

pytestmark = [
    pytest.mark.skipif(
        find_spec("ragas") is None, reason="ragas is not installed; `nox -s adapters` has it"
    ),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
TRIAL = trial_of(
    "Ada wrote it. Bob sold it.",
    question="Who wrote it?",
    expected={"answer": "Ada wrote it."},
    passages=[("p", "Ada wrote it in 1843."), ("q", "Bob was late.")],
)


def input_of(body):
    """What the metric of ragas asks about, behind its examples."""
    return json.loads(prompt_of(body).rpartition("\ninput: ")[2].removesuffix("\nOutput: "))


def sentences(text):
    return [part.strip() + "." for part in text.split(".") if part.strip()]


def rule(body):
    """Judges by whether the words stand in the text beside."""
    fields = set(schema_of(body)["properties"])
    given = input_of(body)
    if fields == {"statements"} and "answer" in given:
        return json.dumps({"statements": sentences(given["answer"])})
    if fields == {"statements"}:
        held = [
            {"statement": one, "reason": "", "verdict": int(one.rstrip(".") in given["context"])}
            for one in given["statements"]
        ]
        return json.dumps({"statements": held})
    if fields == {"classifications"}:
        rows = [
            {"statement": one, "reason": "", "attributed": int(one.rstrip(".") in given["context"])}
            for one in sentences(given["answer"])
        ]
        return json.dumps({"classifications": rows})
    if fields == {"question", "noncommittal"}:
        return json.dumps({"question": "Who wrote it?", "noncommittal": 0})
    if fields == {"reason", "verdict"}:
        return json.dumps(
            {"reason": "", "verdict": int(given["answer"].rstrip(".") in given["context"])}
        )
    raise AssertionError(fields)


def metric_over(server, name, **more):
    asked = Asked(model=OpenAIModel(model="m", base_url=server.url, timeout=5.0))
    return RagasMetric(name=name, model=asked, **more)


@pytest.mark.parametrize(
    ("name", "score", "calls"),
    [
        ("Faithfulness", 0.5, 2),
        ("ContextRecall", 1.0, 1),
        ("ContextPrecision", 1.0, 2),
    ],
)
def test_the_number_follows_from_the_judges_answers(name, score, calls):
    with serving(rule) as server:
        metric = metric_over(server, name)
        told = metric(TRIAL)
    assert told.value == pytest.approx(score, abs=1e-9)
    assert len(server.asked) == calls and metric.judge is True
    assert all(body["response_format"]["json_schema"]["strict"] for body in server.asked)


class Letters:
    """Counts of letters as a vector."""

    def __init__(self):
        from holdfast.system import Spec

        self.spec = Spec(name="letters")

    def __call__(self, texts):
        return [[text.lower().count(one) + 0.0 for one in "abcdefghiotw"] for text in texts]


def test_relevancy_compares_the_questions_that_the_judge_writes():
    with serving(rule) as server:
        metric = metric_over(server, "AnswerRelevancy", encoder=Letters())
        assert metric(TRIAL).value == pytest.approx(1.0)
        assert metric.bounds == (-1.0, 1.0)
    assert [body["seed"] for body in server.asked] == [0, 1, 2]


@pytest.mark.parametrize(
    "said", ["", "Sure.", "{}", '{"statements": "all"}', '{"statements": [1]}']
)
@pytest.mark.parametrize("name", ["Faithfulness", "ContextRecall", "ContextPrecision"])
def test_garbage_of_the_judge_is_a_failure(name, said):
    with serving(lambda body: said) as server:
        told = metric_over(server, name)(TRIAL)
    assert isinstance(told, Failure) and told.stage == "metric"
    assert "the judge's answer is no" in told.error


def test_a_judge_that_finds_nothing_to_decide_about_is_a_failure():
    with serving(lambda body: '{"statements": []}') as server:
        told = metric_over(server, "Faithfulness")(TRIAL)
    assert told == Failure(stage="metric", error="Faithfulness of ragas gave nan, no score")


@pytest.mark.parametrize(("second", "score"), [(0, 0.5), (4, 1.0), (7, None), ("none", None)])
def test_half_of_two_judgements_is_no_number(second, score):
    def rate(body):
        return json.dumps({"rating": 4 if "world class" in prompt_of(body) else second})

    trial = trial_of("Ada.", question="Who?", expected="Ada.")
    with serving(rate) as server:
        told = metric_over(server, "AnswerAccuracy")(trial)
    assert told.value == score if score is not None else isinstance(told, Failure)


@pytest.mark.parametrize(("status", "kind"), [(429, RateLimited), (503, Unavailable)])
@pytest.mark.parametrize("name", ["Faithfulness", "AnswerAccuracy"])
def test_a_server_that_fails_is_infrastructure_even_where_ragas_swallows_it(name, status, kind):
    def refuse(body):
        raise Fault(status)

    with serving(refuse) as server, pytest.raises(kind):
        metric_over(server, name)(TRIAL)


def test_a_cut_answer_is_a_failure():
    with serving(lambda body: ('{"statements": []}', "length")) as server:
        told = metric_over(server, "Faithfulness")(TRIAL)
    assert isinstance(told, Failure) and "was cut" in told.error


def test_threads_do_not_see_each_others_answers():
    trials = [
        trial_of(answer, question="Who wrote it?", passages=[("p", "Ada wrote it in 1843.")])
        for answer in ("Ada wrote it.", "Bob sold it.", "Ada wrote it. Bob sold it.")
    ]
    with serving(rule) as server, ThreadPoolExecutor(max_workers=6) as pool:
        told = list(pool.map(metric_over(server, "Faithfulness"), trials * 6))
    assert [one.value for one in told] == [1.0, 0.0, 0.5] * 6


def test_the_spec_holds_judge_and_prompts():
    with serving(rule) as server:
        one = metric_over(server, "Faithfulness").spec
        asked = Asked(model=OpenAIModel(model="other", base_url=server.url))
        other = RagasMetric(name="Faithfulness", model=asked).spec
    assert one.label == other.label == "ragas_faithfulness" and one.digest != other.digest
    assert "model=openai(model=m" in one.texts["judge.txt"].replace(" ", "")
    assert "statements" in one.texts["nli_statement_prompt.txt"]
    assert set(one.texts) >= {"statement_generator_prompt.txt", "nli_statement_prompt.txt"}
