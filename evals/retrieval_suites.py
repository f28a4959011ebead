"""Suites over the handbook's test questions: finding passages, and knowing when there are none."""

from pathlib import Path

from holdfast.dataset import Dataset
from holdfast.metrics import MRR, NDCG, Abstention, HitRate, Latency, Recall, is_answerable
from holdfast.policy import Policy
from holdfast.readers import Filtered, read_jsonl
from holdfast.suite import Suite

__all__ = ["HANDBOOK_ABSTENTION", "HANDBOOK_RETRIEVAL"]

_QUESTIONS = read_jsonl(
    Path(__file__).resolve().parents[1] / "datasets" / "handbook" / "test.jsonl",
    name="handbook-test",
)

# 104 questions resolve about 0.03 of nDCG and 0.09 of recall when a setting of the hybrid changes
# (2.86 standard errors of the paired differences), so a margin of 0.02 could never be confirmed.
# The graded measure, which resolves best, is the strict gate, and recall catches what it misses.
HANDBOOK_RETRIEVAL = Suite(
    name="handbook-retrieval",
    dataset=Dataset(
        name="handbook-test-answerable", cases=Filtered(_QUESTIONS, keep=is_answerable)
    ),
    metrics=(Recall(k=5), NDCG(k=10), MRR(), HitRate(k=5), Latency()),
    policies=(
        Policy(metric="ndcg(k=10)", margin=0.05),
        Policy(metric="recall(k=5)", margin=0.1),
        Policy(metric="mrr", margin=0.05, role="monitor"),
        Policy(metric="hit_rate(k=5)", margin=0.1, role="monitor"),
        Policy(metric="latency", role="info"),
    ),
)

# One question in eight has no answer. The best score of a retriever does not tell which: on the
# development questions no threshold decides better than answering every time, so what is shipped
# has none, and this suite holds the place where a system that reads its passages must do better.
HANDBOOK_ABSTENTION = Suite(
    name="handbook-abstention",
    dataset=_QUESTIONS,
    metrics=(Abstention(),),
    policies=(Policy(metric="abstention", margin=0.05),),
)
