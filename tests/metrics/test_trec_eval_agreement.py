"""Agreement with the reference implementation of retrieval evaluation, trec_eval of NIST.

The official conformance data is read where it is at hand; the rankings that Hypothesis makes are
scored by trec_eval itself where a Python binding of it is installed.
"""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.dataset import Case
from holdfast.metric import Score, Trial
from holdfast.metrics import MRR, NDCG, AveragePrecision, HitRate, Precision, Recall
from holdfast.readers.trec import read_trec_qrels, read_trec_run
from holdfast.system import Passage, Response

CUTOFFS = (5, 10, 15, 20, 30, 100, 200, 500, 1000)


def measures(level: float = 1):
    named = {
        "map": AveragePrecision(level=level),
        "recip_rank": MRR(level=level),
        "ndcg": NDCG(),
        **{f"P_{k}": Precision(k=k, level=level) for k in CUTOFFS},
        **{f"recall_{k}": Recall(k=k, level=level) for k in CUTOFFS},
        **{f"ndcg_cut_{k}": NDCG(k=k) for k in CUTOFFS},
        **{f"map_cut_{k}": AveragePrecision(k=k, level=level) for k in CUTOFFS},
    }
    named.update({f"success_{k}": HitRate(k=k, level=level) for k in (1, 5, 10)})
    return named


def score(metric, grades: Mapping[str, int], passages: tuple[Passage, ...]) -> float:
    case = Case(id="q", input="q", expected={"passages": grades})
    trial = Trial(case=case, repeat=0, response=Response(passages=passages), seconds=0.0)
    outcome = metric(trial)
    assert isinstance(outcome, Score), outcome
    return outcome.value


def published(path: Path) -> dict[str, dict[str, float]]:
    """Figures of an output of trec_eval, by query (or `all`) and measure."""
    figures: dict[str, dict[str, float]] = {}
    for line in path.read_text().splitlines():
        measure, query, value = line.split()
        if re.fullmatch(r"-?\d+\.\d+", value):
            figures.setdefault(query, {})[measure] = float(value)
    return figures


def our_figures(qrels, runs, named):
    """The same figures by holdfast; every query of the judgments counts, returned or not."""
    figures = {
        query: {name: score(metric, grades, runs.get(query, ())) for name, metric in named.items()}
        for query, grades in qrels.items()
    }
    average = {name: sum(row[name] for row in figures.values()) / len(figures) for name in named}
    return {**figures, "all": average}


def compare(ours, official, named):
    checked = 0
    for query, figures in official.items():
        for name in named.keys() & figures.keys():
            assert f"{ours[query][name]:.4f}" == f"{figures[name]:.4f}", f"{name} of {query}"
            checked += 1
    return checked


@pytest.mark.parametrize(
    ("output", "results", "depth"),
    [
        ("out.test.aq", "results.test", None),
        ("out.test.aqc", "results.trunc", None),
        ("out.test.aqcM", "results.trunc", 100),
    ],
    ids=["whole run", "a query without results counts as zero", "at most 100 results"],
)
def test_the_official_figures_are_met_to_four_decimals(trec_eval_data, output, results, depth):
    qrels = read_trec_qrels(trec_eval_data / "qrels.test")
    runs = {
        query: passages[:depth]
        for query, passages in read_trec_run(trec_eval_data / results).items()
    }
    named = measures()
    checked = compare(our_figures(qrels, runs, named), published(trec_eval_data / output), named)
    assert checked == 4 * len(named)


def test_the_official_figures_for_other_cutoffs_are_met(trec_eval_data):
    qrels = read_trec_qrels(trec_eval_data / "qrels.test")
    runs = read_trec_run(trec_eval_data / "results.test")
    named = {
        "P_3": Precision(k=3),
        "P_7": Precision(k=7),
        "recall_2000": Recall(k=2000),
        "ndcg_cut_23": NDCG(k=23),
        "success_2": HitRate(k=2),
        "success_20": HitRate(k=20),
    }
    official = published(trec_eval_data / "out.test.meas_params")
    assert compare(our_figures(qrels, runs, named), official, named) == 4 * len(named)


@pytest.fixture(scope="session")
def reference():
    """Scores of trec_eval itself, through its Python binding."""
    binding = pytest.importorskip(
        "pytrec_eval", reason="no Python binding of trec_eval is installed (pytrec-eval-terrier)"
    )

    def evaluate(grades, returned, level=1):
        supported = {"map", "map_cut", "recip_rank", "ndcg", "ndcg_cut", "P", "recall", "success"}
        evaluator = binding.RelevanceEvaluator({"q": grades}, supported, relevance_level=level)
        return evaluator.evaluate({"q": returned})["q"]

    return evaluate


@pytest.mark.parametrize("level", [1, 2, 3])
def test_graded_judgments_agree_with_trec_eval(trec_eval_data, reference, level):
    qrels = read_trec_qrels(trec_eval_data / "qrels.rel_level")
    runs = read_trec_run(trec_eval_data / "results.test")
    named = measures(level)
    for query, grades in qrels.items():
        returned = {passage.id: passage.score for passage in runs[query]}
        if not any(grade >= level for grade in grades.values()):
            continue
        theirs = reference(dict(grades), returned, level)
        for name, metric in named.items():
            ours = score(metric, grades, runs[query])
            assert ours == pytest.approx(theirs[name], abs=5e-5), f"{name} of {query}"


NAMES = st.sampled_from([f"p{number}" for number in range(15)])
GRADES = st.dictionaries(NAMES, st.integers(min_value=-1, max_value=3), min_size=1)
# Eighths are exact in single precision too, so that both sides see the same ties.
RUNS = st.dictionaries(
    NAMES, st.integers(min_value=-4, max_value=4).map(lambda n: n / 8), min_size=1
)


@settings(max_examples=200, deadline=None)
@given(grades=GRADES, returned=RUNS, level=st.integers(min_value=1, max_value=3))
def test_rankings_with_ties_agree_with_trec_eval(reference, grades, returned, level):
    if not any(grade >= level for grade in grades.values()):
        return
    theirs = reference(grades, returned, level)
    passages = tuple(Passage(id=name, score=value) for name, value in returned.items())
    for name, metric in measures(level).items():
        assert score(metric, grades, passages) == pytest.approx(theirs[name], abs=1e-9), name


@settings(max_examples=100, deadline=None)
@given(grades=GRADES, returned=RUNS)
def test_rankings_with_ties_agree_with_ir_measures(grades, returned):
    ir_measures = pytest.importorskip("ir_measures", reason="ir-measures is not installed")
    pytest.importorskip("pytrec_eval", reason="ir-measures has no trec_eval to call here")
    if not any(grade >= 1 for grade in grades.values()):
        return
    pairs = {
        ir_measures.nDCG @ 10: NDCG(k=10),
        ir_measures.RR: MRR(),
        ir_measures.AP: AveragePrecision(),
        ir_measures.P @ 5: Precision(k=5),
        ir_measures.R @ 5: Recall(k=5),
        ir_measures.Success @ 5: HitRate(k=5),
        ir_measures.nDCG(gains={1: 1, 2: 3, 3: 7}) @ 5: NDCG(k=5, gain="exponential"),
    }
    theirs = ir_measures.pytrec_eval.calc_aggregate(list(pairs), {"q": grades}, {"q": returned})
    passages = tuple(Passage(id=name, score=value) for name, value in returned.items())
    for measure, metric in pairs.items():
        assert score(metric, grades, passages) == pytest.approx(theirs[measure], abs=1e-9), measure
