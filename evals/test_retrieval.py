"""Retrieval over the handbook, judged against the accepted baselines.

A missing library is an error here and never a skip: a gate that did not run must not look green.
"""

from evals.retrieval_suites import HANDBOOK_ABSTENTION, HANDBOOK_RETRIEVAL
from systems.rag import handbook


def test_bm25_finds_the_passages(gate):
    gate(HANDBOOK_RETRIEVAL, handbook.bm25())


def test_dense_finds_the_passages(gate):
    gate(HANDBOOK_RETRIEVAL, handbook.dense())


def test_hybrid_finds_the_passages(gate):
    gate(HANDBOOK_RETRIEVAL, handbook.hybrid())


def test_hybrid_knows_when_to_decline(gate):
    gate(HANDBOOK_ABSTENTION, handbook.hybrid())
