"""What ragas says through holdfast is what it says directly, or a failure."""

import asyncio
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
from holdfast.adapters.ragas import RagasMetric
from holdfast.errors import MissingExtra, UsageError
from holdfast.metric import Failure, Score
from tests.trials import trial_of

# ragas reads a file of its own at the first call, and leaves closing it to chance.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
needs_ragas = pytest.mark.skipif(
    find_spec("ragas") is None, reason="ragas is not installed; `nox -s adapters` has it"
)
WORDS = st.lists(
    st.sampled_from(["Ada", "wrote", "the", "first", "note", "in", "1843", "“no one else”", "é"]),
    min_size=1,
    max_size=9,
).map(" ".join)
PASSAGES = st.lists(
    st.tuples(st.sampled_from("pqrst"), WORDS), max_size=4, unique_by=lambda p: p[0]
)
TEXTS = (
    "BleuScore",
    "CHRFScore",
    "ExactMatch",
    "NonLLMStringSimilarity",
    "RougeScore",
    "StringPresence",
)


def directly(name, settings=None, **fields):
    from ragas.metrics import collections

    return getattr(collections, name)(**(settings or {})).score(**fields).value


def old(name, **fields):
    from ragas.dataset_schema import SingleTurnSample
    from ragas.metrics import _context_precision, _context_recall  # noqa: F401  # loads both
    from ragas.metrics.base import SingleTurnMetric

    kinds = {kind.__name__: kind for kind in SingleTurnMetric.__subclasses__()}
    return asyncio.run(kinds[name]().single_turn_ascore(SingleTurnSample(**fields)))


def outcome(name, trial, **settings):
    return RagasMetric(name=name, settings=settings)(trial)


@needs_ragas
@pytest.mark.parametrize("name", TEXTS)
@settings(max_examples=40)
@given(answer=WORDS, reference=WORDS)
def test_texts_are_compared_as_ragas_compares_them(name, answer, reference):
    told = outcome(name, trial_of(answer, expected={"answer": reference}))
    number = directly(name, response=answer, reference=reference)
    assert told.value == pytest.approx(min(number, 1.0), abs=1e-12)


@needs_ragas
@pytest.mark.parametrize("measure", ["levenshtein", "hamming", "jaro", "jaro_winkler"])
@settings(max_examples=40)
@given(answer=WORDS, reference=WORDS)
def test_a_setting_reaches_the_class(measure, answer, reference):
    from ragas.metrics.collections import DistanceMeasure

    name = "NonLLMStringSimilarity"
    told = outcome(name, trial_of(answer, expected=reference), distance_measure=measure)
    given_directly = {"distance_measure": DistanceMeasure(measure)}
    assert told.value == directly(name, given_directly, response=answer, reference=reference)


@needs_ragas
@settings(max_examples=40)
@given(passages=PASSAGES, wanted=st.sets(st.sampled_from("pqrst"), min_size=1))
def test_ids_are_compared_as_ragas_compares_them(passages, wanted):
    trial = trial_of("x", passages=passages, expected={"passages": sorted(wanted)})
    ids = [name for name, _ in passages]
    for name in ("IDBasedContextPrecision", "IDBasedContextRecall"):
        told = outcome(name, trial)
        number = old(name, retrieved_context_ids=ids, reference_context_ids=sorted(wanted))
        if number != number:
            assert isinstance(told, Failure) and "nan" in told.error
        else:
            assert told.value == number


@needs_ragas
@settings(max_examples=40)
@given(passages=PASSAGES, wanted=st.lists(WORDS, min_size=1, max_size=3))
def test_passages_are_compared_as_ragas_compares_them(passages, wanted):
    trial = trial_of("x", passages=passages, expected={"contexts": wanted})
    texts = [text for _, text in passages]
    for name in ("NonLLMContextPrecisionWithReference", "NonLLMContextRecall"):
        told = outcome(name, trial)
        if not texts and name == "NonLLMContextRecall":
            assert isinstance(told, Failure)  # it takes the largest of nothing, and crashes
            continue
        number = old(name, retrieved_contexts=texts, reference_contexts=wanted)
        assert told.value == number


@needs_ragas
@settings(max_examples=40)
@given(answer=WORDS, passages=PASSAGES.filter(bool))
def test_quotes_are_sought_as_ragas_seeks_them(answer, passages):
    told = outcome("QuotedSpansAlignment", trial_of(answer, passages=passages))
    texts = [text for _, text in passages]
    assert told.value == directly("QuotedSpansAlignment", response=answer, retrieved_contexts=texts)


@needs_ragas
def test_vectors_of_any_encoder_are_compared():
    metric = RagasMetric(name="SemanticSimilarity", encoder=Letters())
    assert metric(trial_of("ab", expected="ab")).value == pytest.approx(1.0)
    assert metric(trial_of("a", expected="b")).value == 0.0
    assert metric(trial_of("a", expected="-a")).value == pytest.approx(-1.0)
    assert metric.bounds == (-1.0, 1.0) and not metric.judge
    assert metric.spec.texts["encoder.txt"] == "letters"


class Letters:
    """Counts of three letters; a dash turns them around."""

    spec = holdfast.Spec(name="letters")

    def __call__(self, texts):
        sign = [-1.0 if text.startswith("-") else 1.0 for text in texts]
        return [[s * text.count(one) for one in "abc"] for s, text in zip(sign, texts, strict=True)]


@needs_ragas
@pytest.mark.parametrize(
    ("name", "trial", "said"),
    [
        ("ExactMatch", trial_of("x"), "has no reference"),
        ("StringPresence", trial_of("x", expected=""), "has no reference"),
        ("IDBasedContextRecall", trial_of("x", expected={"passages": {}}), "no reference ids"),
        ("NonLLMContextRecall", trial_of("x", expected={"contexts": []}), "no reference contexts"),
        ("QuotedSpansAlignment", trial_of("x", passages=[("p", "")]), "needs its text"),
    ],
)
def test_what_a_case_does_not_hold_is_a_failure_and_no_number(name, trial, said):
    told = outcome(name, trial)
    assert isinstance(told, Failure) and told.stage == "metric" and said in told.error


@needs_ragas
@pytest.mark.parametrize(
    ("metric", "said"),
    [
        (RagasMetric(name="ExactMach"), "did you mean 'ExactMatch'"),
        (RagasMetric(name="BaseMetric"), "no metric 'BaseMetric'"),
        (RagasMetric(name="AgentGoalAccuracyWithReference"), "scores conversations"),
        (RagasMetric(name="ExactMatch", settings={"depth": 1}), "no setting 'depth'"),
        (RagasMetric(name="ExactMatch", settings={"llm": 1}), "no setting 'llm'"),
        (RagasMetric(name="Faithfulness"), "asks a judge"),
        (RagasMetric(name="SemanticSimilarity"), "give it encoder"),
        (RagasMetric(name="ExactMatch", encoder=Letters()), "leave out encoder"),
    ],
)
def test_a_metric_that_is_set_up_wrongly_is_an_error(metric, said):
    with pytest.raises(UsageError, match=said):
        _ = metric.spec


@needs_ragas
def test_the_spec_tells_version_settings_and_what_is_computed_with():
    spec = RagasMetric(name="RougeScore", settings={"rouge_type": "rouge1"}).spec
    assert spec.label == "ragas_rouge_score(rouge_type=rouge1)"
    assert spec.version.startswith("1 of ragas 0.4.")
    assert set(spec.artifacts) == {"ragas", "rouge-score"}
    assert spec.digest != RagasMetric(name="RougeScore").spec.digest


@needs_ragas
def test_threads_do_not_see_each_others_answers():
    metric = RagasMetric(name="NonLLMStringSimilarity")
    trials = [trial_of("a" * n, expected="a" * 40) for n in range(1, 41)] * 5
    with ThreadPoolExecutor(max_workers=8) as pool:
        told = list(pool.map(metric, trials))
    assert [one.value for one in told] == [metric(trial).value for trial in trials]


@needs_ragas
def test_a_suite_is_run_with_it_and_gated():
    metric = RagasMetric(name="ExactMatch")
    cases = tuple(holdfast.Case(id=f"{n}", input=f"{n}", expected=f"{n}") for n in range(30))
    suite = holdfast.Suite(
        name="numbers",
        dataset=holdfast.Dataset(name="numbers", cases=cases),
        metrics=(metric,),
        policies=(holdfast.Policy(metric="ragas_exact_match", margin=0.1),),
    )
    run = holdfast.run(suite, lambda question: question)
    assert all(trial.scores["ragas_exact_match"] == Score(1.0) for trial in run.trials)


@needs_ragas
def test_it_is_called_where_an_event_loop_runs():
    async def inside():
        return RagasMetric(name="ExactMatch")(trial_of("x", expected="x"))

    assert asyncio.run(inside()) == Score(1.0)


@needs_ragas
def test_nothing_is_told_to_anybody(tmp_path):
    told = subprocess.run(
        [sys.executable, "-c", _SILENT],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env={
            **os.environ,
            "HOME": str(tmp_path),
            "PYTHONPATH": str(Path(holdfast.__file__).parents[1]),
            "RAGAS_DO_NOT_TRACK": "false",
        },
    )
    assert told.stdout.strip() == "Score(value=1.0, why='') []", told.stderr


_SILENT = """
import socket
sought = []
def refuse(*place, **more):
    sought.append(place)
    raise OSError("no network here")
socket.socket.connect = socket.create_connection = socket.getaddrinfo = refuse
from holdfast.adapters.ragas import RagasMetric
from holdfast import Case, Passage, Response, Trial
case = Case(id="a", input="x", expected={"passages": {"p": 1}})
response = Response(text="x", passages=(Passage(id="p", text="t"),))
said = RagasMetric(name="IDBasedContextRecall")(
    Trial(case=case, repeat=0, response=response, seconds=0.0))
import ragas._analytics
ragas._analytics._analytics_batcher.flush()
print(said, sought)
"""


@pytest.mark.skipif(find_spec("ragas") is not None, reason="ragas is installed")
def test_without_ragas_the_install_line_is_told():
    with pytest.raises(MissingExtra, match=r"pip install .ragas>=0\.4\.3,<0\.5"):
        _ = RagasMetric(name="ExactMatch").spec
